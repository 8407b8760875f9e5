// The findings of a run as they are shown.
#pragma once

#include <vector>

#include "compiler/compilation.h"

namespace writ::compiler {

/// All findings in order, without the warnings that the program waives by their code, and with the
/// waivers that nothing needed. A finding about no sentence (a declaration) is waived wherever its
/// code is.
[[nodiscard]] std::vector<diag::Diagnostic> SettledFindings(const Compilation& compilation);

/// The warnings that the program waives, in order, and after them those that a file accepts.
[[nodiscard]] std::vector<diag::Accepted> AcceptedFindings(const Compilation& compilation);

}  // namespace writ::compiler

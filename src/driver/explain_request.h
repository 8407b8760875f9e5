// Why a program grants or refuses one request.
#pragma once

#include "driver/explain_command.h"

namespace writ::driver {

/// The request is a decision case (docs of `writ simulate`) of which principal, action, resource
/// and context count; the policies are the program's.
[[nodiscard]] ExitStatus ExplainRequest(const ExplainOptions& options, Environment& environment);

}  // namespace writ::driver

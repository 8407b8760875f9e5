// Reads writ.bindings.json: what AWS assigned to the program's guardrails (form:
// docs/guardrails.md, "First deployment"). Every mistake is reported at its place in the file, and
// all of them in one run; the bindings returned hold what was right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "program/intent/bindings.h"

namespace writ::compiler {

/// The file of this name in the program's directory is read when no other is named.
inline constexpr std::string_view kBindingsFile = "writ.bindings.json";

/// `guardrails` are the names that the program declares, sorted: a binding of another is a warning.
[[nodiscard]] intent::Bindings ReadBindings(const source::SourceMap& sources, source::FileId file,
                                            const std::vector<std::string>& guardrails,
                                            diag::Sink& sink, std::string_view partition = {});

}  // namespace writ::compiler

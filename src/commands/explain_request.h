// Why a program grants or refuses one request.
#pragma once

#include "commands/explain.h"

namespace writ::commands {

/// The request is a decision case (docs of `writ simulate`) of which principal, action, resource
/// and context count; the policies are the program's.
[[nodiscard]] host::ExitStatus ExplainRequest(const ExplainOptions& options,
                                              host::Environment& environment);

}  // namespace writ::commands

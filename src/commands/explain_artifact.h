// The sentences behind the statements of an artifact, by the manifest beside or above it.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// Prints what the manifest says of `file`, of the statement `sid` alone if that is not empty.
[[nodiscard]] host::ExitStatus ExplainArtifact(const std::string& file, const std::string& sid,
                                               host::Environment& environment);

}  // namespace writ::commands

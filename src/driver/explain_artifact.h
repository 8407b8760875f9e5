// The sentences behind the statements of an artifact, by the manifest beside or above it.
#pragma once

#include <string>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

/// Prints what the manifest says of `file`, of the statement `sid` alone if that is not empty.
[[nodiscard]] ExitStatus ExplainArtifact(const std::string& file, const std::string& sid,
                                         Environment& environment);

}  // namespace writ::driver

// The command line as a function, so that tests and the golden runner call it in process.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::cli {

/// Runs `writ` with `arguments` (without the program's name). `environment` says what the machine
/// is like; its settings and day are replaced by what the arguments choose. No exception leaves:
/// an unexpected one is an internal error.
[[nodiscard]] host::ExitStatus Main(const std::vector<std::string>& arguments,
                                    host::Environment environment);

}  // namespace writ::cli

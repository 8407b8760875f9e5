// The command line as a function, so that tests and the golden runner call it in process.
#pragma once

#include <string>
#include <vector>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::cli {

/// Runs `writ` with `arguments` (without the program's name). `environment` says what the machine
/// is like; its settings and day are replaced by what the arguments choose. No exception leaves:
/// an unexpected one is an internal error.
[[nodiscard]] driver::ExitStatus Main(const std::vector<std::string>& arguments,
                                      driver::Environment environment);

}  // namespace writ::cli

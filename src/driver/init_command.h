// `writ init [DIR]`: a starter program with tests, a CI workflow and a pre-commit hook.
#pragma once

#include <string>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

struct InitOptions {
  std::string folder = ".";
};

/// Writes the files of examples/starter. If one of them is there already, nothing is written and
/// the status is kUsage.
[[nodiscard]] ExitStatus RunInit(const InitOptions& options, Environment& environment);

}  // namespace writ::driver

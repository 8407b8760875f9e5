// `writ init [DIR]`: a starter program with tests, a CI workflow and a pre-commit hook.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct InitOptions {
  std::string folder = ".";
};

/// Writes the files of examples/starter. If one of them is there already, nothing is written and
/// the status is kUsage.
[[nodiscard]] host::ExitStatus RunInit(const InitOptions& options, host::Environment& environment);

}  // namespace writ::commands

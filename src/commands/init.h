// `writ init [DIR]`: a starter program with tests, a CI workflow and a pre-commit hook; or the
// program that an import makes of what is deployed, with the same workflow.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct InitOptions {
  std::string folder = ".";
  std::vector<std::string> from;  ///< exports to import; none: the starter program
  std::string account;            ///< of exports that do not say
};

/// Writes the files of examples/starter, or in the place of its program what RunImport writes, with
/// its status. If one of them is there already, nothing is written and the status is kUsage.
[[nodiscard]] host::ExitStatus RunInit(const InitOptions& options, host::Environment& environment);

}  // namespace writ::commands

// `writ fmt`: the canonical layout of programs.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct FmtOptions {
  std::vector<std::string> paths;  ///< "-" alone: standard input to standard output
  bool check = false;              ///< list what differs and write nothing
};

/// Rewrites each file that differs; a file with syntax errors is left alone and makes the status
/// kInvalid. With `check`: kNo when some file differs.
[[nodiscard]] host::ExitStatus RunFmt(const FmtOptions& options, host::Environment& environment);

}  // namespace writ::commands

// `writ fmt`: the canonical layout of programs.
#pragma once

#include <string>
#include <vector>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

struct FmtOptions {
  std::vector<std::string> paths;  ///< "-" alone: standard input to standard output
  bool check = false;              ///< list what differs and write nothing
};

/// Rewrites each file that differs; a file with syntax errors is left alone and makes the status
/// kInvalid. With `check`: kNo when some file differs.
[[nodiscard]] ExitStatus RunFmt(const FmtOptions& options, Environment& environment);

}  // namespace writ::driver

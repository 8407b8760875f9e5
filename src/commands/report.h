// `writ report`: what a program, its documents and their proof come to, for people who answer for
// them.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct ReportOptions {
  std::vector<std::string> paths;
  std::string bindings;
  std::string artifacts;  ///< a tree; empty: what the program builds
  std::string json;       ///< file to write, "-": standard output; empty: not asked for
};

/// kNo if the artifacts are not proved to mean the program, or if a test or an assertion of the
/// program does not hold; what was asked for is written anyway, so that it can be seen.
[[nodiscard]] host::ExitStatus RunReport(const ReportOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

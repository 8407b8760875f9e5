// `writ lint`: findings about policies that exist, in whatever exports the user has.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct LintOptions {
  std::vector<std::string> paths;  ///< files and folders; "-" is standard input
  std::string kind;                ///< of documents alone; empty: what they show
  std::string account;             ///< of exports that do not tell
  std::string select;              ///< rules, classes; empty: all
  std::string ignore;
  std::string min = "security";  ///< the least level that fails the run
  std::string baseline;          ///< findings that are known; empty: none
  std::string write_baseline;
  bool fix = false;  ///< take out of files what is proved to change nothing
  unsigned threads = 1;
};

/// Findings go to `err`, those at `min` or above as errors. kNo if there is such a finding that is
/// neither suppressed, in the baseline nor mended; kInvalid for exports that cannot be read, and
/// where there is no policy document at all. Reports W7500 to W7524 and the rules' own codes.
[[nodiscard]] host::ExitStatus RunLint(const LintOptions& options, host::Environment& environment);

}  // namespace writ::commands

// `writ watch --suggest`: watch sentences for what a program forbids and for rights to change its
// controls.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct WatchOptions {
  std::vector<std::string> paths;
  bool suggest = false;  ///< the one thing that the command does
  std::string target;    ///< ARN of a topic or bus; empty: a topic in each watched place
};

/// Prints a sentence for each prohibition of models or of changes to kinds, for each permission to
/// administer kinds of which some action weakens controls, and one for refusals. Only what compiles
/// in the program is printed. Compiles it three times.
[[nodiscard]] host::ExitStatus RunWatch(const WatchOptions& options,
                                        host::Environment& environment);

}  // namespace writ::commands

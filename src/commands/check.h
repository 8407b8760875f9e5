// `writ check`: is the program good? Writes nothing.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct CheckOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  bool dump_intent = false;        ///< also print what each sentence means
  bool watch = false;              ///< again after each change, until the wait ends
  std::string fail_on = {};        ///< "lapsing:N", N days; empty: nothing but errors
};

/// Another text than "lapsing:N" in `fail_on` is bad usage.
[[nodiscard]] host::ExitStatus RunCheck(const CheckOptions& options,
                                        host::Environment& environment);

}  // namespace writ::commands

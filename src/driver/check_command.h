// `writ check`: is the program good? Writes nothing.
#pragma once

#include <string>
#include <vector>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

struct CheckOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  bool dump_intent = false;        ///< also print what each sentence means
};

[[nodiscard]] ExitStatus RunCheck(const CheckOptions& options, Environment& environment);

}  // namespace writ::driver

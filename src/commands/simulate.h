// `writ simulate`: what AWS decides about requests under policies, many at once.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct SimulateOptions {
  std::string cases;         ///< a file of decision cases; "-" is standard input
  bool is_check = false;     ///< compare with what is expected; print differences only
  bool with_layers = false;  ///< say what each layer decides
  unsigned threads = 1;
};

/// Results go to `out`, a summary to `err`. kNo: with `is_check`, a decision differs; kInvalid:
/// without it, some case was an error.
[[nodiscard]] host::ExitStatus RunSimulate(const SimulateOptions& options,
                                           host::Environment& environment);

}  // namespace writ::commands

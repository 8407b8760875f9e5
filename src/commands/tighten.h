// `writ tighten`: the program without what the calls of a log did not use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct TightenOptions {
  std::vector<std::string> paths;  ///< of the program and of logs, in any order
  std::string bindings;
  std::string since;                      ///< YYYY-MM-DD
  std::optional<std::int64_t> keep_days;  ///< what was used in so many days up to today is kept
  bool write = false;                     ///< change the files instead of printing the patch
  unsigned threads = 1;                   ///< that read logs
};

/// Prints what each permission was used for, and a patch. kGood also if there is nothing to remove.
/// kInvalid for a program or log that is wrong, and where there was no call; without a patch, for a
/// log of which some could not be read. Reports W7801 to
/// W7809.
[[nodiscard]] host::ExitStatus RunTighten(const TightenOptions& options,
                                          host::Environment& environment);

}  // namespace writ::commands

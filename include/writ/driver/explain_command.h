// `writ explain CODE`: the page of a diagnostic.
#pragma once

#include <string>

#include "writ/driver/environment.h"
#include "writ/driver/exit_status.h"

namespace writ::driver {

struct ExplainOptions {
  std::string subject;  ///< a code: W1203, w1203 or 1203
};

/// An unknown code is bad usage; the codes nearest to it are suggested.
[[nodiscard]] ExitStatus RunExplain(const ExplainOptions& options, Environment& environment);

}  // namespace writ::driver

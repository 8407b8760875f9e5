// `writ report --summarise`: results of an evaluation without prompts, answers and names.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// Prints the summary of the file to `out` and the summary's digest, which a program cites, to
/// `err`. Linear in the file, which is held whole.
[[nodiscard]] host::ExitStatus SummariseResults(const std::string& path,
                                                host::Environment& environment);

}  // namespace writ::commands

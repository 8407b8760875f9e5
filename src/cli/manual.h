// Manual pages, made from the command line that is described: a command or option that is added
// has its page without anyone naming it here.
#pragma once

#include <string>

#include "cli/command_line.h"
#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::cli {

/// The page of `command`, or of writ with the list of its commands for null, as roff. The same
/// bytes on every day: a page has no date, it has the version.
[[nodiscard]] std::string ManualPage(const CommandLine& line, const CLI::App* command);

/// Writes `writ.1` and `writ-COMMAND.1` of each command into `folder`. kUnreadable, with the file
/// named on standard error, if one cannot be written.
[[nodiscard]] host::ExitStatus WriteManual(const CommandLine& line, const std::string& folder,
                                           host::Environment& environment);

}  // namespace writ::cli

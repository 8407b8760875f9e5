// Completion scripts of shells, made from the command line that is described: a command or option
// that is added is completed without anyone naming it here.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace writ::cli {

/// For bash: to be read by `source <(writ completion bash)`.
[[nodiscard]] std::string BashCompletion(const CommandLine& line);
/// For zsh: a file `_writ` in a folder of `$fpath`.
[[nodiscard]] std::string ZshCompletion(const CommandLine& line);
/// For fish: a file `writ.fish` in `~/.config/fish/completions`.
[[nodiscard]] std::string FishCompletion(const CommandLine& line);

}  // namespace writ::cli

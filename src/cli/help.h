// How the help of a command is laid out, on a terminal and in its manual page: what must be given
// and what may be, in the notation of manual pages and not in that of the library that parses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command_line.h"

namespace writ::cli {

/// The group of the options that every command takes.
inline constexpr std::string_view kCommonGroup = "Common options";

/// An option's parts for people: "-o, --output", "DIR" (nothing for a flag), and what it does, with
/// the options that it goes with or not.
[[nodiscard]] std::string NamesOfOption(const CLI::Option& option);
[[nodiscard]] std::string ValueOfOption(const CLI::Option& option);
[[nodiscard]] std::string TextOfOption(const CLI::Option& option);

/// What follows the command in its synopsis: "-o DIR [OPTION...] [PATH...]".
[[nodiscard]] std::vector<std::string> SynopsisOf(const CLI::App& app);

/// What each exit status of every command means, in two lines.
[[nodiscard]] std::string ExitStatusText();

/// Lays out the help of `app` and of the commands that are added to it afterwards.
void UseHelpLayout(CLI::App& app);

}  // namespace writ::cli

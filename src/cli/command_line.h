// What the files of this layer share: the command line being described. Only this layer includes
// CLI11 (three seconds of compile time); one file holds one group of commands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::cli {

/// Options that all commands have, as they were written.
struct CommonOptions {
  std::string diagnostics = "text";
  std::string color = "auto";
  bool quiet = false;
  bool verbose = false;
  std::string as_of;
  std::string catalog_file;
  bool allow_unknown = false;
};

using Run = std::function<host::ExitStatus(host::Environment&)>;

struct Command {
  CLI::App* app;
  Run run;
};

struct CommandLine {
  CLI::App app;
  CommonOptions common;
  std::vector<Command> commands;
};

/// Help of one command: one line for the list, and what to know or an example below the options.
struct CommandHelp {
  const char* name;
  const char* summary;
  const char* more;
};

/// Declares a command with the common options; `run` is called if the user chose it. Options go to
/// the returned App and to a struct that `run` shares (see AddCheck for the pattern).
CLI::App& AddCommand(CommandLine& line, const CommandHelp& help, Run run);

/// Options that several commands have, with one wording.
void AddProgramPaths(CLI::App& app, std::vector<std::string>& paths);
void AddBindings(CLI::App& app, std::string& file);
/// `--since`: the first day of a log that counts.
void AddSince(CLI::App& app, std::string& day);
/// `--account`: 12 digits.
void AddAccount(CLI::App& app, std::string& account);

/// Each declares its group of the command table of the documentation.
void AddAuthoringCommands(CommandLine& line);
void AddBuildingCommands(CommandLine& line);
void AddPolicyCommands(CommandLine& line);
void AddShellCommands(CommandLine& line);

/// "there is no command `chekc`; did you mean `check`?"; nothing for a command's name.
[[nodiscard]] std::optional<std::string> UnknownCommand(const CommandLine& line,
                                                        std::string_view word);

}  // namespace writ::cli

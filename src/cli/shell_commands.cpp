// Commands about the command line itself.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "base/support/nearest.h"
#include "cli/command_line.h"
#include "cli/completion.h"
#include "cli/manual.h"

namespace writ::cli {
namespace {

void AddHelp(CommandLine& line) {
  auto name = std::make_shared<std::string>();
  CLI::App& app = AddCommand(
      line,
      {"help", "Print the help of a command, or the list of commands", "Example: writ help build"},
      [name, &line](host::Environment& environment) {
        if (name->empty()) {
          line.app.clear();  // of a command that was chosen, its own help would be printed
          environment.out << line.app.help();
          return host::ExitStatus::kGood;
        }
        if (const auto unknown = UnknownCommand(line, *name)) {
          environment.err << fmt::format("writ: {}\nTry `writ --help`.\n", *unknown);
          return host::ExitStatus::kUsage;
        }
        environment.out << line.app.get_subcommand(*name)->help(line.app.get_name());
        return host::ExitStatus::kGood;
      });
  app.add_option("COMMAND", *name, "The command (default: the list of commands)")->type_name("");
}

void AddCompletion(CommandLine& line) {
  auto shell = std::make_shared<std::string>();
  CLI::App& app =
      AddCommand(line,
                 {"completion", "Print a script that lets a shell complete commands and options",
                  "Example: source <(writ completion bash)\n"
                  "         writ completion zsh > ~/.zfunc/_writ\n"
                  "         writ completion fish > ~/.config/fish/completions/writ.fish"},
                 [shell, &line](host::Environment& environment) {
                   if (*shell == "bash") environment.out << BashCompletion(line);
                   if (*shell == "zsh") environment.out << ZshCompletion(line);
                   if (*shell == "fish") environment.out << FishCompletion(line);
                   return host::ExitStatus::kGood;
                 });
  app.add_option("SHELL", *shell, "The shell")
      ->type_name("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
      ->required();
}

void AddManual(CommandLine& line) {
  struct Options {
    std::string command;
    std::string output;
  };
  auto options = std::make_shared<Options>();
  CLI::App& app =
      AddCommand(line,
                 {"manual", "Print the manual page of a command, for man",
                  "Example: writ manual build | man -l -\n"
                  "         writ manual --output ~/.local/share/man/man1"},
                 [options, &line](host::Environment& environment) {
                   if (!options->output.empty())
                     return WriteManual(line, options->output, environment);
                   if (options->command.empty()) {
                     environment.out << ManualPage(line, nullptr);
                     return host::ExitStatus::kGood;
                   }
                   if (const auto unknown = UnknownCommand(line, options->command)) {
                     environment.err << fmt::format("writ: {}\nTry `writ --help`.\n", *unknown);
                     return host::ExitStatus::kUsage;
                   }
                   environment.out << ManualPage(line, line.app.get_subcommand(options->command));
                   return host::ExitStatus::kGood;
                 });
  CLI::Option* const command =
      app.add_option("COMMAND", options->command, "The command (default: writ itself)")
          ->type_name("");
  app.add_option("-o,--output", options->output, "Write the pages of all commands to a folder")
      ->type_name("DIR")
      ->excludes(command);
}

}  // namespace

void AddShellCommands(CommandLine& line) {
  AddHelp(line);
  AddCompletion(line);
  AddManual(line);
}

}  // namespace writ::cli

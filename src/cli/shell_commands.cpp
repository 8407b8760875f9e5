// Commands about the command line itself.
#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/support/nearest.h"
#include "cli/command_line.h"
#include "cli/completion.h"
#include "cli/manual.h"

namespace writ::cli {
namespace {

std::string InLowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// A line for each command whose help has all words, whatever their case, in the order of the list
/// of commands.
std::string CommandsAbout(const CommandLine& line, const std::vector<std::string>& words) {
  std::string lines;
  for (const Command& command : line.commands) {
    // Its example has words of others.
    if (command.app->get_name() == "help") continue;
    const std::string help = InLowerCase(command.app->help(line.app.get_name()));
    const bool has_all = std::ranges::all_of(words, [&](const std::string& word) {
      return help.find(InLowerCase(word)) != std::string::npos;
    });
    if (!has_all) continue;
    lines += fmt::format("writ help {:<11} {}\n", command.app->get_name(),
                         command.app->get_description());
  }
  return lines;
}

void AddHelp(CommandLine& line) {
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App& app = AddCommand(
      line,
      {"help", "Print the help of a command, or the commands whose help has these words",
       "Example: writ help build\n"
       "         writ help evidence digest"},
      [words, &line](host::Environment& environment) {
        if (words->empty()) {
          line.app.clear();  // of a command that was chosen, its own help would be printed
          environment.out << line.app.help();
          return host::ExitStatus::kGood;
        }
        const std::optional<std::string> unknown =
            words->size() == 1 ? UnknownCommand(line, words->front()) : "no such command";
        if (!unknown) {
          environment.out << line.app.get_subcommand(words->front())->help(line.app.get_name());
          return host::ExitStatus::kGood;
        }
        const std::string found = CommandsAbout(line, *words);
        if (!found.empty()) {
          environment.out << found;
          return host::ExitStatus::kGood;
        }
        environment.err
            << (words->size() == 1
                    ? fmt::format("writ: {}\nTry `writ --help`.\n", *unknown)
                    : "writ: no command's help has all of these words\n"
                      "Try `writ --help`, or `writ catalog actions WORDS` for words of AWS.\n");
        return host::ExitStatus::kUsage;
      });
  app.add_option("WORD", *words, "A command, or words to look for (default: list all commands)")
      ->type_name("");
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

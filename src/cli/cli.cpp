#include "cli/cli.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/formats.h"
#include "base/support/nearest.h"
#include "base/support/version.h"
#include "cli/command_line.h"
#include "cli/help.h"
#include "cli/usage_text.h"

namespace writ::cli {
namespace {

using host::Environment;
using host::ExitStatus;

constexpr const char* kSummary =
    "Writ: a policy language and compiler that governs who may use which AI models on AWS.";

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const diag::FormatRow& row : diag::Formats()) names.emplace_back(row.name);
  return names;
}

void AddCommonOptions(CLI::App& app, CommonOptions& common) {
  const std::string group(kCommonGroup);
  app.add_option("--diagnostics", common.diagnostics, "Format of findings")
      ->type_name(fmt::format("{}", fmt::join(FormatNames(), "|")))
      ->check(CLI::IsMember(FormatNames()).description(""))
      ->group(group);
  app.add_option("--color", common.color, "Use colors; auto: on a terminal, unless NO_COLOR is set")
      ->type_name("auto|always|never")
      ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
      ->group(group);
  app.add_flag("--quiet", common.quiet, "Print only findings")->group(group);
  app.add_flag("--verbose", common.verbose, "Print progress")->group(group);
  app.add_option("--as-of", common.as_of, "The date to check against (default: today)")
      ->type_name("YYYY-MM-DD")
      ->group(group);
  app.add_option("--catalog", common.catalog_file, "Use this catalog instead of the built-in one")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("--allow-unknown", common.allow_unknown,
               "Treat names missing from the catalog as warnings")
      ->group(group);
}

void Describe(CommandLine& line) {
  line.app.name("writ");
  line.app.description(kSummary);
  line.app.footer(
      "Exit status: " + CLI::detail::find_and_replace(ExitStatusText(), "\n", "\n             ") +
      "\nFor a command: `writ COMMAND --help`. For a diagnostic: `writ explain CODE`.");
  line.app.set_help_flag("--help,-h", "Print this help");
  line.app.set_version_flag("--version", fmt::format("writ {}", support::Version()),
                            "Print name and version");
  UseHelpLayout(line.app);
  line.app.require_subcommand(1);
  AddAuthoringCommands(line);
  AddBuildingCommands(line);
  AddPolicyCommands(line);
  AddShellCommands(line);
}

/// Returns nothing if the choices hold together, else what is wrong.
std::optional<std::string> Apply(const CommonOptions& common, Environment& environment) {
  host::Settings& settings = environment.settings;
  for (const diag::FormatRow& row : diag::Formats()) {
    if (common.diagnostics == row.name) settings.diagnostics = row.format;
  }
  settings.color = common.color == "always" ||
                   (common.color == "auto" && environment.terminal && !environment.no_color);
  settings.quiet = common.quiet;
  settings.verbose = common.verbose;
  settings.catalog_file = common.catalog_file;
  settings.allow_unknown = common.allow_unknown;
  if (common.as_of.empty()) return std::nullopt;
  const std::optional<support::Date> day = support::ParseDate(common.as_of);
  if (!day) return fmt::format("--as-of: `{}` is not a day of the form YYYY-MM-DD", common.as_of);
  environment.today = *day;
  return std::nullopt;
}

ExitStatus BadUsage(Environment& environment, std::string_view what, std::string_view command) {
  environment.err << fmt::format("writ: {}\nTry `writ {}{}--help`.\n", what, command,
                                 command.empty() ? "" : " ");
  return ExitStatus::kUsage;
}

const Command* Chosen(const CommandLine& line) {
  for (const Command& command : line.commands) {
    if (command.app->parsed()) return &command;
  }
  return nullptr;
}

/// CLI11 would speak of an argument that was not expected; a mistyped option deserves its name.
std::optional<std::string> UnknownOption(const CLI::App& app) {
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with("--")) continue;
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const std::string written = word.substr(0, word.find('='));
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::vector<std::string> near = support::Nearest(written, candidates, 1);
    return fmt::format("`{}` has no option `{}`{}", app.get_name(), written,
                       near.empty() ? "" : fmt::format("; did you mean `{}`?", near.front()));
  }
  return std::nullopt;
}

ExitStatus Parsed(CommandLine& line, const CLI::ParseError& error, Environment& environment) {
  const Command* chosen = Chosen(line);
  if (error.get_exit_code() == 0) {
    line.app.exit(error, environment.out, environment.err);
    return ExitStatus::kGood;
  }
  if (chosen == nullptr) return BadUsage(environment, UsageText(error), "");
  const std::optional<std::string> unknown = UnknownOption(*chosen->app);
  return BadUsage(environment, unknown ? *unknown : UsageText(error), chosen->app->get_name());
}

ExitStatus RunLine(const std::vector<std::string>& arguments, Environment& environment) {
  CommandLine line;
  Describe(line);
  if (arguments.empty()) {
    environment.err << line.app.help();
    return ExitStatus::kUsage;
  }
  if (!arguments.front().starts_with("-")) {
    const std::optional<std::string> unknown = UnknownCommand(line, arguments.front());
    if (unknown) return BadUsage(environment, *unknown, "");
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    line.app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return Parsed(line, error, environment);
  }
  const Command* chosen = Chosen(line);
  WRIT_CHECK(chosen != nullptr, "a command line without a command");
  const std::optional<std::string> wrong = Apply(line.common, environment);
  if (wrong) return BadUsage(environment, *wrong, chosen->app->get_name());
  return chosen->run(environment);
}

}  // namespace

std::optional<std::string> UnknownCommand(const CommandLine& line, std::string_view word) {
  std::vector<std::string> names;
  for (const Command& command : line.commands) {
    names.push_back(command.app->get_name());
    for (const std::string& alias : command.app->get_aliases()) names.push_back(alias);
  }
  if (std::ranges::find(names, word) != names.end()) return std::nullopt;
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::vector<std::string> near = support::Nearest(word, candidates, 1);
  return fmt::format("there is no command `{}`{}", word,
                     near.empty() ? "" : fmt::format("; did you mean `{}`?", near.front()));
}

CLI::App& AddCommand(CommandLine& line, const CommandHelp& help, Run run) {
  CLI::App& app = *line.app.add_subcommand(help.name, help.summary);
  app.footer(help.more);
  app.group("Commands");
  AddCommonOptions(app, line.common);
  line.commands.push_back({&app, std::move(run)});
  return app;
}

void AddProgramPaths(CLI::App& app, std::vector<std::string>& paths) {
  app.add_option("PATH", paths, "`.writ` files or folders of `.writ` files (default: this folder)")
      ->type_name("");
}

void AddBindings(CLI::App& app, std::string& file) {
  app.add_option("--bindings", file,
                 "Guardrail ARNs and versions (default: writ.bindings.json beside the program)")
      ->type_name("FILE");
}

void AddSince(CLI::App& app, std::string& day) {
  app.add_option("--since", day, "Leave out calls before this day")
      ->type_name("YYYY-MM-DD")
      ->check([](const std::string& text) {
        return support::ParseDate(text) ? std::string() : "not a day, YYYY-MM-DD: " + text;
      });
}

void AddAccount(CLI::App& app, std::string& account) {
  app.add_option("--account", account, "The account of exports that do not say")
      ->type_name("ID")
      ->check([](const std::string& text) {
        const bool is_id =
            text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
        return is_id ? std::string() : "the number of an account has 12 digits: " + text;
      });
}

ExitStatus Main(const std::vector<std::string>& arguments, Environment environment) {
  try {
    return RunLine(arguments, environment);
  } catch (const std::exception& error) {
    environment.err << fmt::format(
        "internal error: {}\nThis is a bug in writ; nothing was written.\n", error.what());
    return ExitStatus::kInternal;
  }
}

}  // namespace writ::cli

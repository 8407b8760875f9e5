#include "cli/completion.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/support/shell.h"

namespace writ::cli {
namespace {

struct Option {
  std::vector<std::string> names;  ///< with their dashes
  std::string description;
  std::vector<std::string> values;  ///< those that it can have; empty: any, or none
  bool takes_value = false;
};

/// "a|b|c" or "a,b,c" taken apart; a placeholder such as FILE or KEY=VALUE is no value.
std::vector<std::string> ValuesOf(const std::string& type) {
  std::vector<std::string> values;
  if (type.find_first_of("|,") == std::string::npos) return values;
  for (std::size_t begin = 0; begin <= type.size();) {
    const std::size_t end = std::min(type.find_first_of("|,", begin), type.size());
    const std::string value = type.substr(begin, end - begin);
    const bool is_value = !value.empty() && std::ranges::all_of(value, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (is_value) values.push_back(value);
    begin = end + 1;
  }
  return values;
}

std::vector<std::string> NamesOf(const CommandLine& line) {
  std::vector<std::string> names;
  for (const Command& command : line.commands) {
    names.push_back(command.app->get_name());
    for (const std::string& alias : command.app->get_aliases()) names.push_back(alias);
  }
  return names;
}

/// Options and values of positional arguments (those have no names).
std::vector<Option> OptionsOf(const CommandLine& line, const CLI::App& app) {
  std::vector<Option> options;
  for (const CLI::Option* option : app.get_options()) {
    Option one;
    for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
    one.description = option->get_description();
    one.takes_value = option->get_items_expected_max() > 0;
    one.values = ValuesOf(option->get_type_name());
    if (option->get_name() == "COMMAND" || option->get_name() == "WORD") one.values = NamesOf(line);
    options.push_back(std::move(one));
  }
  return options;
}

/// In single quotes, for fish.
std::string FishQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

/// For the brackets of zsh's _arguments.
std::string ZshText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::vector<std::string> Words(const CommandLine& line, const CLI::App& app) {
  std::vector<std::string> words;
  for (const Option& option : OptionsOf(line, app)) {
    const std::vector<std::string>& more = option.names.empty() ? option.values : option.names;
    words.insert(words.end(), more.begin(), more.end());
  }
  return words;
}

/// What zsh offers for an argument without a name.
std::string ZshArgument(const std::vector<Option>& options) {
  std::vector<std::string> values;
  for (const Option& option : options) {
    if (option.names.empty())
      values.insert(values.end(), option.values.begin(), option.values.end());
  }
  if (values.empty()) return "'*:file:_files'";
  return fmt::format("'*:argument:{{_alternative \"values:value:({})\" \"files:file:_files\"}}'",
                     fmt::join(values, " "));
}

}  // namespace

std::string BashCompletion(const CommandLine& line) {
  std::string cases;
  std::string values;
  for (const Command& command : line.commands) {
    const std::string& name = command.app->get_name();
    cases += fmt::format(
        "    {}) words={} ;;\n", name,
        support::ShellWord(fmt::format("{}", fmt::join(Words(line, *command.app), " "))));
    for (const Option& option : OptionsOf(line, *command.app)) {
      if (option.names.empty() || option.values.empty()) continue;
      values += fmt::format("    {}:{}) words={} ;;\n", name, option.names.front(),
                            support::ShellWord(fmt::format("{}", fmt::join(option.values, " "))));
    }
  }
  return fmt::format(
      "_writ() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} words=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W {} -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}}:${{COMP_WORDS[COMP_CWORD - 1]}} in\n"
      "{}"
      "  esac\n"
      "  if [ -n \"$words\" ]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n"
      "{}"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  case $current in -*) ;; *) COMPREPLY+=($(compgen -f -- \"$current\")) ;; esac\n"
      "}}\n"
      "complete -o filenames -F _writ writ\n",
      support::ShellWord(fmt::format("{} --help --version", fmt::join(NamesOf(line), " "))), values,
      cases);
}

std::string ZshCompletion(const CommandLine& line) {
  std::string commands;
  std::string cases;
  for (const Command& command : line.commands) {
    const std::string& name = command.app->get_name();
    commands += fmt::format(
        "    {}\n", support::ShellWord(name + ":" + ZshText(command.app->get_description())));
    cases += fmt::format("    {})\n      _arguments \\\n", name);
    const std::vector<Option> options = OptionsOf(line, *command.app);
    for (const Option& option : options) {
      if (option.names.empty()) continue;
      std::string value;
      if (!option.values.empty()) {
        value = fmt::format(":value:({})", fmt::join(option.values, " "));
      } else if (option.takes_value) {
        value = ":value:_files";
      }
      for (const std::string& each : option.names) {
        cases += fmt::format(
            "        {} \\\n",
            support::ShellWord(fmt::format("{}[{}]{}", each, ZshText(option.description), value)));
      }
    }
    cases += fmt::format("        {}\n      ;;\n", ZshArgument(options));
  }
  return fmt::format(
      "#compdef writ\n"
      "_writ() {{\n"
      "  local -a commands\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "if [ \"$funcstack[1]\" = _writ ]; then _writ \"$@\"; else compdef _writ writ; fi\n",
      commands, cases);
}

std::string FishCompletion(const CommandLine& line) {
  std::string text;
  for (const Command& command : line.commands) {
    const std::string& name = command.app->get_name();
    text += fmt::format("complete -c writ -n __fish_use_subcommand -f -a {} -d {}\n", name,
                        FishQuoted(command.app->get_description()));
    const std::string here = FishQuoted("__fish_seen_subcommand_from " + name);
    for (const Option& option : OptionsOf(line, *command.app)) {
      const std::string values = fmt::format("{}", fmt::join(option.values, " "));
      if (option.names.empty()) {
        if (values.empty()) continue;
        text += fmt::format("complete -c writ -n {} -a {}\n", here, FishQuoted(values));
        continue;
      }
      text += fmt::format("complete -c writ -n {}", here);
      for (const std::string& each : option.names) {
        const bool is_long = each.starts_with("--");
        text += fmt::format(" -{} {}", is_long ? 'l' : 's', each.substr(is_long ? 2 : 1));
      }
      text += fmt::format(" -d {}", FishQuoted(option.description));
      if (!values.empty()) text += fmt::format(" -x -a {}", FishQuoted(values));
      if (values.empty() && option.takes_value) text += " -r";
      text += '\n';
    }
  }
  return text;
}

}  // namespace writ::cli

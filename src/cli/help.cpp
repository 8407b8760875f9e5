#include "cli/help.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace writ::cli {
namespace {

bool IsRepeated(const CLI::Option& option) {
  return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
}

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// Of a group of options of which one is to be chosen: the option library gives each its own help.
std::vector<const CLI::Option*> ChoicesOf(const CLI::App& choice) {
  return choice.get_options(
      [&](const CLI::Option* option) { return option != choice.get_help_ptr(); });
}

class Layout : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return fmt::format("\nUsage: {} {}\n", name, fmt::join(SynopsisOf(*app), " "));
  }

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = Formatter::make_help(app, std::move(name), mode);
    while (text.find("\n\n\n") != std::string::npos) {
      text = CLI::detail::find_and_replace(std::move(text), "\n\n\n", "\n\n");
    }
    return text;
  }

  /// Options of which one is to be chosen: a subcommand without a name to the option library.
  std::string make_expanded(const CLI::App* choice) const override {
    std::string text = fmt::format("{} ({}):\n", choice->get_group(), choice->get_description());
    for (const CLI::Option* option : ChoicesOf(*choice)) text += make_option(option, false);
    return text;
  }

  /// Common options come last, behind options of which one is to be chosen and subcommands.
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == kCommonGroup) return "";
    return Formatter::make_group(std::move(group), is_positional, std::move(options));
  }

  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override {
    const std::string group(kCommonGroup);
    std::vector<const CLI::Option*> options =
        app->get_options([&](const CLI::Option* option) { return option->get_group() == group; });
    std::string text = Formatter::make_subcommands(app, mode);
    if (options.empty()) return text;
    return text + "\n" + Formatter::make_group(group, false, std::move(options));
  }

  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    return is_positional ? option->get_name(true, false) : NamesOfOption(*option);
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string value = option->get_positional() ? "" : ValueOfOption(*option);
    return value.empty() ? "" : " " + value;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    return TextOfOption(*option);
  }
};

}  // namespace

std::string NamesOfOption(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string ValueOfOption(const CLI::Option& option) {
  if (!TakesValue(option)) return "";
  const std::string type = option.get_type_name();
  const bool is_list = type.find(',') != std::string::npos;  // says itself that it can be several
  return type + (IsRepeated(option) && !is_list ? "..." : "");
}

std::string TextOfOption(const CLI::Option& option) {
  std::string text = option.get_description();
  // Both sets are ordered by address.
  const auto names = [](const std::set<CLI::Option*>& options) {
    std::vector<std::string> sorted;
    for (const CLI::Option* one : options) sorted.push_back(one->get_name());
    std::ranges::sort(sorted);
    return fmt::format("{}", fmt::join(sorted, ", "));
  };
  if (!option.get_needs().empty()) text += fmt::format(" (with {})", names(option.get_needs()));
  if (!option.get_excludes().empty()) {
    text += fmt::format(" (not with {})", names(option.get_excludes()));
  }
  return text;
}

std::vector<std::string> SynopsisOf(const CLI::App& app) {
  std::vector<std::string> parts;
  bool has_more = false;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) continue;
    if (!option->get_required()) {
      has_more = true;
      continue;
    }
    const std::string name = option->get_snames().empty() ? "--" + option->get_lnames().front()
                                                          : "-" + option->get_snames().front();
    parts.push_back(name + " " + ValueOfOption(*option));
  }
  bool has_commands = false;
  for (const CLI::App* command : app.get_subcommands({})) {
    has_commands = has_commands || !command->get_name().empty();
    if (!command->get_name().empty()) continue;
    std::vector<std::string> choices;
    for (const CLI::Option* option : ChoicesOf(*command)) {
      const std::string value = ValueOfOption(*option);
      choices.push_back("--" + option->get_lnames().front() + (value.empty() ? "" : " " + value));
    }
    parts.push_back(fmt::format("({})", fmt::join(choices, " | ")));
  }
  if (has_more) parts.emplace_back("[OPTION...]");
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true, false) + (IsRepeated(*option) ? "..." : "");
    parts.push_back(option->get_required() ? name : fmt::format("[{}]", name));
  }
  if (has_commands) parts.emplace_back("COMMAND [ARGUMENT...]");
  return parts;
}

std::string ExitStatusText() {
  return "0 success, 1 the answer is no, 2 the program or input has errors,\n"
         "64 bad usage, 66 unreadable input, 70 internal error.";
}

void UseHelpLayout(CLI::App& app) {
  auto layout = std::make_shared<Layout>();
  layout->column_width(28);
  layout->label("Positionals", "Arguments");
  app.formatter(std::move(layout));
}

}  // namespace writ::cli

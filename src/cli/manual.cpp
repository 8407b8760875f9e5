#include "cli/manual.h"

#include <algorithm>
#include <cctype>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "base/support/version.h"
#include "cli/help.h"

namespace writ::cli {
namespace {

/// Roff reads a backslash, and a dot or quote at the beginning of a line, as its own; a hyphen it
/// may set as a typographer's, which cannot be pasted into a shell. What stands in backquotes is
/// set bold.
std::string Roff(std::string_view text) {
  std::string roff;
  bool is_bold = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_line = i == 0 || text[i - 1] == '\n';
    const char c = text[i];
    if (begins_line && (c == '.' || c == '\'')) roff += "\\&";
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else if (c == '`') {
      is_bold = !is_bold;
      roff += is_bold ? "\\fB" : "\\fR";
    } else {
      roff += c;
    }
  }
  return roff;
}

std::string Verbatim(std::string_view text) { return fmt::format(".nf\n{}\n.fi\n", Roff(text)); }

/// The text below the options: what to know, and the lines of examples.
struct More {
  std::string prose;
  std::string examples;
};

More Divided(const std::string& text) {
  More more;
  bool in_examples = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    constexpr std::string_view kExample = "Example: ";
    if (line.starts_with(kExample)) {
      in_examples = true;
      line.erase(0, kExample.size());
    } else if (in_examples && line.starts_with(' ')) {
      line.erase(0, line.find_first_not_of(' '));
    } else {
      in_examples = false;
    }
    (in_examples ? more.examples : more.prose) += line + "\n";
  }
  return more;
}

std::string OptionsOfGroup(const CLI::App& app, std::string_view group) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() != group || option->get_description().empty()) continue;
    const bool is_argument = option->get_positional();
    const std::string name = is_argument ? option->get_name(true, false) : NamesOfOption(*option);
    const std::string value = is_argument ? "" : ValueOfOption(*option);
    out += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", Roff(name),
                       value.empty() ? "" : fmt::format(" \\fI{}\\fR", Roff(value)),
                       Roff(TextOfOption(*option)));
  }
  return out;
}

std::string InCapitals(std::string_view text) {
  std::string upper;
  for (const char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

std::string Title(std::string_view name) {
  return fmt::format(".TH \"{}\" \"1\" \"\" \"writ {}\" \"Writ manual\"\n", Roff(InCapitals(name)),
                     support::Version());
}

/// As `man` wants it beside `name \-`: one line, lower case at the beginning.
std::string Summary(std::string text) {
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('.')) text.pop_back();
  if (text.starts_with("Writ: ")) text.erase(0, 6);
  text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text;
}

std::string PageOfCommand(const CLI::App& app) {
  const std::string name = "writ-" + app.get_name();
  std::string page = Title(name);
  page += fmt::format(".SH NAME\n{} \\- {}\n", Roff(name), Roff(Summary(app.get_description())));
  page += fmt::format(".SH SYNOPSIS\n\\fBwrit {}\\fR {}\n", Roff(app.get_name()),
                      Roff(fmt::format("{}", fmt::join(SynopsisOf(app), " "))));
  const More more = Divided(app.get_footer());
  page += fmt::format(".SH DESCRIPTION\n{}.\n", Roff(app.get_description()));
  if (!more.prose.empty()) page += ".PP\n" + Roff(more.prose);
  for (const std::string& group : app.get_groups()) {
    if (group.empty()) continue;
    page += fmt::format(".SH {}\n{}", InCapitals(group), OptionsOfGroup(app, group));
  }
  if (!more.examples.empty()) page += ".SH EXAMPLES\n" + Verbatim(more.examples);
  return page;
}

std::string PageOfWrit(const CommandLine& line) {
  std::string page = Title("writ");
  page += fmt::format(".SH NAME\nwrit \\- {}\n", Roff(Summary(line.app.get_description())));
  page += ".SH SYNOPSIS\n\\fBwrit\\fR COMMAND [ARGUMENT...]\n";
  page += fmt::format(".SH DESCRIPTION\n{}\n", Roff(line.app.get_description()));
  page += ".SH COMMANDS\n";
  for (const Command& command : line.commands) {
    page += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", Roff("writ-" + command.app->get_name()),
                        Roff(command.app->get_description()));
  }
  page += ".SH OPTIONS\n" + OptionsOfGroup(line.app, "Options");
  return page;
}

}  // namespace

std::string ManualPage(const CommandLine& line, const CLI::App* command) {
  std::string page = command == nullptr ? PageOfWrit(line) : PageOfCommand(*command);
  page += ".SH EXIT STATUS\n" + Verbatim(ExitStatusText());
  if (command != nullptr) page += ".SH SEE ALSO\n\\fBwrit\\fR(1)\n";
  return page;
}

host::ExitStatus WriteManual(const CommandLine& line, const std::string& folder,
                             host::Environment& environment) {
  const auto write = [&](const std::string& name, const CLI::App* command) {
    const std::string path = fmt::format("{}/{}.1", folder, name);
    const auto written = environment.files.WriteFile(path, ManualPage(line, command));
    if (written.ok()) return true;
    environment.err << fmt::format("writ: cannot write {}: {}\n", path, written.error().message);
    return false;
  };
  if (!write("writ", nullptr)) return host::ExitStatus::kUnreadable;
  for (const Command& command : line.commands) {
    if (!write("writ-" + command.app->get_name(), command.app))
      return host::ExitStatus::kUnreadable;
  }
  return host::ExitStatus::kGood;
}

}  // namespace writ::cli

#include "commands/wording.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/diag/source_line.h"
#include "output/emit/tree.h"

namespace writ::commands {

std::string Many(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", emit::Grouped(count), noun, count == 1 ? "" : "s");
}

std::string Indented(std::string_view text, std::string_view indent) {
  std::string out(indent);
  for (const char c : text) {
    out += c;
    if (c == '\n') out += indent;
  }
  return out + "\n";
}

std::string ToAllowIt(const std::vector<std::string>& steps) {
  std::string lines;
  for (const std::string& step : steps) {
    lines += fmt::format("{:>13}: {}\n", lines.empty() ? "to allow it" : "and", step);
  }
  return lines;
}

std::string OneLine(std::string_view text) {
  std::string line = diag::Shown(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::string MarkdownText(std::string_view text) {
  std::string escaped;
  bool is_code = false;
  for (const char c : text) {
    if (c == '`') is_code = !is_code;
    const bool is_special = std::string_view("<>*_|[]\\").find(c) != std::string_view::npos;
    if (is_special && !is_code) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace writ::commands

#include "cli/usage_text.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/support/nearest.h"

namespace writ::cli {
namespace {

/// The texts before and after the first `mark`.
std::optional<std::pair<std::string, std::string>> Split(std::string_view text,
                                                         std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + mark.size())));
}

std::vector<std::string> Listed(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    names.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

/// "--kind: foo not in {a,b}"
std::optional<std::string> NotAmong(const std::string& text) {
  const auto option = Split(text, ": ");
  if (!option) return std::nullopt;
  const auto value = Split(option->second, " not in {");
  if (!value || !value->second.ends_with('}')) return std::nullopt;
  const std::vector<std::string> names =
      Listed(std::string_view(value->second).substr(0, value->second.size() - 1));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::vector<std::string> near = support::Nearest(value->first, candidates, 1);
  const std::string what = option->first.starts_with("-")
                               ? fmt::format("`{} {}`", option->first, value->first)
                               : fmt::format("`{}`", value->first);
  return fmt::format("{} is none of {}{}", what, fmt::join(names, ", "),
                     near.empty() ? "" : fmt::format("; did you mean `{}`?", near.front()));
}

/// "--output: 1 required DIR missing"
std::optional<std::string> WithoutValue(const std::string& text) {
  const auto option = Split(text, ": 1 required ");
  if (!option || !option->second.ends_with(" missing")) return std::nullopt;
  std::string_view type = option->second;
  type.remove_suffix(std::string_view(" missing").size());
  return fmt::format("`{}` needs a value: {}", option->first, type);
}

/// "Exactly 1 option from [--a,--b] is required and 2 were given", or "--output is required"
std::optional<std::string> Missing(const std::string& text) {
  const auto options = Split(text, " option from [");
  if (!options) {
    const auto one = Split(text, " is required");
    if (!one) return std::nullopt;
    return one->first.starts_with("-") ? fmt::format("`{}` is missing", one->first)
                                       : fmt::format("{} is missing", one->first);
  }
  const auto names = Split(options->second, "]");
  if (!names) return std::nullopt;
  const bool is_too_many = names->second.find(" given") != std::string::npos;
  return fmt::format("{} {}", is_too_many ? "give only one of" : "give one of",
                     fmt::join(Listed(names->first), ", "));
}

std::optional<std::string> Worded(const CLI::ParseError& error) {
  const std::string text = error.what();
  switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
    case CLI::ExitCodes::ValidationError:
      return NotAmong(text);
    case CLI::ExitCodes::ArgumentMismatch:
      return WithoutValue(text);
    case CLI::ExitCodes::RequiredError:
      return Missing(text);
    case CLI::ExitCodes::RequiresError:
      if (const auto both = Split(text, " requires ")) {
        return fmt::format("`{}` needs `{}`", both->first, both->second);
      }
      return std::nullopt;
    case CLI::ExitCodes::ExcludesError:
      if (const auto both = Split(text, " excludes ")) {
        return fmt::format("give only one of {}, {}", both->first, both->second);
      }
      return std::nullopt;
    case CLI::ExitCodes::ExtrasError:
      if (const auto extra = Split(text, " not expected: ")) {
        return fmt::format("unexpected: `{}`", extra->second);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string UsageText(const CLI::ParseError& error) { return Worded(error).value_or(error.what()); }

}  // namespace writ::cli

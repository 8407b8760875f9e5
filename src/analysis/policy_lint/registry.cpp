#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analysis/policy_lint/rule.h"
#include "base/support/nearest.h"

namespace writ::policy_lint {

std::string_view LevelName(Level level) {
  constexpr std::array<std::string_view, 4> kNames = {"error", "security", "warning", "suggestion"};
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<Level> ParseLevel(std::string_view name) {
  for (const Level level : {Level::kError, Level::kSecurity, Level::kWarning, Level::kSuggestion}) {
    if (LevelName(level) == name) return level;
  }
  return std::nullopt;
}

std::string Rule::Label() const { return fmt::format("L{:02}", number); }

std::span<const Rule> Rules() {
  static const std::vector<Rule> kAll = [] {
    std::vector<Rule> all;
    for (const auto some :
         {ShapeRules(), FormRules(), NameRules(), WiringRules(), ConditionRules(), EffectRules(),
          AccessRules(), AiRules(), EscalationRules(), DeployedRules(), ReachRules()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    std::ranges::sort(all, {}, &Rule::number);
    return all;
  }();
  return kAll;
}

namespace {

std::optional<int> NumberOf(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// "L40", "40", "W7640".
std::optional<int> RuleNumber(std::string_view text) {
  if (text.starts_with('W')) {
    const auto code = NumberOf(text.substr(1));
    return code && *code > 7600 ? std::optional(*code - 7600) : std::nullopt;
  }
  if (text.starts_with('L') || text.starts_with('l')) text.remove_prefix(1);
  return NumberOf(text);
}

bool MatchesPart(std::string_view part, const Rule& rule) {
  constexpr std::string_view kClasses = "PNWEAX";
  if (part == rule.name) return true;
  if (part.size() == 1) return kClasses[static_cast<std::size_t>(rule.what)] == part[0];
  const std::size_t dash = part.find('-');
  if (const auto only = RuleNumber(part)) return *only == rule.number;
  if (dash == std::string_view::npos) return false;
  const auto first = RuleNumber(part.substr(0, dash));
  const auto last = RuleNumber(part.substr(dash + 1));
  return first && last && *first <= rule.number && rule.number <= *last;
}

template <class Visit>
void ForEachPart(std::string_view text, const Visit& visit) {
  while (true) {
    const std::size_t comma = text.find(',');
    visit(text.substr(0, comma));
    if (comma == std::string_view::npos) return;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool Selection::Matches(const Rule& rule) const {
  bool is_any = false;
  ForEachPart(text, [&](std::string_view part) { is_any = is_any || MatchesPart(part, rule); });
  return is_any;
}

std::optional<Selection> ParseSelection(std::string_view text, std::string& wrong) {
  bool is_good = true;
  ForEachPart(text, [&](std::string_view part) {
    const bool is_known =
        std::ranges::any_of(Rules(), [&](const Rule& rule) { return MatchesPart(part, rule); });
    if (is_known || !is_good) return;
    is_good = false;
    wrong = part;
  });
  if (!is_good) return std::nullopt;
  return Selection{std::string(text)};
}

std::string NearRule(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Rule& rule : Rules()) names.push_back(rule.name);
  const std::vector<std::string> near = support::Nearest(word, names, 1);
  return near.empty() ? std::string() : near.front();
}

}  // namespace writ::policy_lint

#include "event_matcher.h"

#include <optional>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json.h"

namespace writ::emit {
namespace {

using support::json::Value;

bool MatchesOne(const Value& matcher, const std::optional<Value>& found);

bool MatchesAny(const Value& matchers, const std::optional<Value>& found) {
  for (const Value matcher : matchers.elements()) {
    if (!found || !found->is_array()) {
      if (MatchesOne(matcher, found)) return true;
      continue;
    }
    for (const Value each : found->elements()) {
      if (MatchesOne(matcher, each)) return true;
    }
  }
  return false;
}

bool MatchesOne(const Value& matcher, const std::optional<Value>& found) {
  if (!matcher.is_object()) {
    if (matcher.is_string()) {
      return found && found->is_string() && found->text() == matcher.text();
    }
    return found && found->source() == matcher.source();
  }
  REQUIRE(matcher.size() == 1);
  const support::json::Member member = *matcher.members().begin();
  const std::string_view op = member.key.text();
  if (!found || !found->is_string()) return false;
  if (op == "prefix") return found->text().starts_with(member.value.text());
  if (op == "suffix") return found->text().ends_with(member.value.text());
  if (op == "wildcard") return MatchesWildcard(member.value.text(), found->text());
  REQUIRE(op == "anything-but");
  const std::optional<Value> globs = member.value.Find("wildcard");
  REQUIRE(globs);
  for (const Value glob : globs->elements()) {
    if (MatchesWildcard(glob.text(), found->text())) return false;
  }
  return true;
}

/// Every field of the pattern must match; what the pattern does not name may be anything.
bool Matches(const Value& pattern, const Value& event) {
  for (const support::json::Member member : pattern.members()) {
    const std::optional<Value> found =
        event.is_object() ? event.Find(member.key.text()) : std::optional<Value>();
    if (member.value.is_object()) {
      if (!found || !Matches(member.value, *found)) return false;
      continue;
    }
    REQUIRE(member.value.is_array());
    if (!MatchesAny(member.value, found)) return false;
  }
  return true;
}

}  // namespace

bool MatchesWildcard(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() == '*') {
    for (std::size_t skipped = 0; skipped <= text.size(); ++skipped) {
      if (MatchesWildcard(glob.substr(1), text.substr(skipped))) return true;
    }
    return false;
  }
  if (glob.front() == '\\' && glob.size() > 1) glob.remove_prefix(1);
  return !text.empty() && text.front() == glob.front() &&
         MatchesWildcard(glob.substr(1), text.substr(1));
}

bool RuleGets(std::string_view put_rule, std::string_view record, std::string_view bus_source) {
  const std::string event_text =
      fmt::format(R"({{"source":"{}","detail-type":"AWS API Call via CloudTrail","detail":{}}})",
                  bus_source, record);
  const auto rule = support::json::Parse(put_rule);
  const auto event = support::json::Parse(event_text);
  REQUIRE(rule.ok());
  REQUIRE(event.ok());
  const std::string pattern_text(rule->root().Find("EventPattern")->text());
  const auto pattern = support::json::Parse(pattern_text);
  REQUIRE(pattern.ok());
  const Value detail = *event->root().Find("detail");
  const std::string_view state = rule->root().Find("State")->text();
  const bool is_management =
      detail.Find("managementEvent") && detail.Find("managementEvent")->is_true();
  const bool is_read_only = detail.Find("readOnly") && detail.Find("readOnly")->is_true();
  if (is_management && is_read_only && state == "ENABLED") return false;
  return Matches(pattern->root(), event->root());
}

}  // namespace writ::emit

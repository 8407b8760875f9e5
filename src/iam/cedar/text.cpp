#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "base/support/date.h"
#include "iam/cedar/policy.h"

namespace writ::cedar {

std::strong_ordering Value::operator<=>(const Value& other) const {
  if (const auto order = std::tie(kind, truth, number, text) <=>
                         std::tie(other.kind, other.truth, other.number, other.text);
      order != 0) {
    return order;
  }
  return std::lexicographical_compare_three_way(elements.begin(), elements.end(),
                                                other.elements.begin(), other.elements.end());
}

Value Value::Bool(bool truth) { return {Kind::kBool, truth, 0, {}, {}}; }
Value Value::Long(std::int64_t number) { return {Kind::kLong, false, number, {}, {}}; }
Value Value::String(std::string text) { return {Kind::kString, false, 0, std::move(text), {}}; }
Value Value::Decimal(std::int64_t number) { return {Kind::kDecimal, false, number, {}, {}}; }
Value Value::Datetime(std::int64_t number) { return {Kind::kDatetime, false, number, {}, {}}; }
Value Value::Set(std::vector<Value> elements) {
  std::ranges::sort(elements);
  const auto again = std::ranges::unique(elements);
  elements.erase(again.begin(), again.end());
  return {Kind::kSet, false, 0, {}, std::move(elements)};
}

bool IsReserved(std::string_view word) {
  constexpr std::array<std::string_view, 10> kReserved{"__cedar", "else", "false", "has",  "if",
                                                       "in",      "is",   "like",  "then", "true"};
  return std::ranges::find(kReserved, word) != kReserved.end();
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

std::optional<std::int64_t> ReadDecimal(std::string_view text) {
  constexpr std::size_t kDecimals = 4;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point == 0) return std::nullopt;
  const std::string_view fraction = text.substr(point + 1);
  if (fraction.empty() || fraction.size() > kDecimals) return std::nullopt;
  std::string digits(text.substr(0, point));
  digits += fraction;
  digits.append(kDecimals - fraction.size(), '0');
  std::int64_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const std::int64_t digit = c - '0';
    if (number > (kMost - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return is_negative ? -number : number;
}

std::optional<std::int64_t> ReadDatetime(std::string_view text) {
  constexpr std::size_t kDate = 10;
  constexpr std::int64_t kDay = 86'400'000;
  const std::optional<support::Date> day = support::ParseDate(text.substr(0, kDate));
  if (!day) return std::nullopt;
  const std::string_view time = text.substr(std::min(kDate, text.size()));
  if (!time.empty() && time != "T00:00:00Z") return std::nullopt;
  return std::int64_t{support::DayNumber(*day)} * kDay;
}

}  // namespace writ::cedar

#include "base/support/date.h"

#include <chrono>

#include <fmt/format.h>

namespace writ::support {
namespace {

std::chrono::year_month_day Calendar(Date date) {
  return std::chrono::year(date.year) / std::chrono::month(static_cast<unsigned>(date.month)) /
         std::chrono::day(static_cast<unsigned>(date.day));
}

/// The number that the digits [from, from + count) write, or -1 if one is no digit.
std::int32_t Digits(std::string_view text, std::size_t from, std::size_t count) {
  std::int32_t value = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const Date date{Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2)};
  if (date.year < 0 || date.month < 1 || date.day < 1 || !Calendar(date).ok()) return std::nullopt;
  return date;
}

std::string DateText(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::int64_t DayNumber(Date date) {
  return std::chrono::sys_days(Calendar(date)).time_since_epoch().count();
}

Date DateOfDayNumber(std::int64_t days) {
  const std::chrono::year_month_day calendar{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(calendar.year()),
          static_cast<std::int32_t>(static_cast<unsigned>(calendar.month())),
          static_cast<std::int32_t>(static_cast<unsigned>(calendar.day()))};
}

}  // namespace writ::support

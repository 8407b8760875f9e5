// Calendar days of the proleptic Gregorian calendar, UTC, without a clock: `today` comes from the
// driver's environment and nowhere else.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ::support {

struct Date {
  std::int32_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;
  auto operator<=>(const Date&) const = default;
};

/// The day written YYYY-MM-DD, or nothing if the form is another or there is no such day.
[[nodiscard]] std::optional<Date> ParseDate(std::string_view text);
/// "YYYY-MM-DD".
[[nodiscard]] std::string DateText(Date date);
/// Days since 1970-01-01; negative before.
[[nodiscard]] std::int64_t DayNumber(Date date);
[[nodiscard]] Date DateOfDayNumber(std::int64_t days);

}  // namespace writ::support

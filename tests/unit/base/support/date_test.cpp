#include "base/support/date.h"

#include <doctest/doctest.h>

namespace writ::support {
namespace {

TEST_CASE("a date is read only from a real day in the form YYYY-MM-DD") {
  CHECK(ParseDate("2024-02-29") == Date{2024, 2, 29});
  CHECK_FALSE(ParseDate("2026-02-29"));
  CHECK_FALSE(ParseDate("2026-13-01"));
  CHECK_FALSE(ParseDate("2026-00-01"));
  CHECK_FALSE(ParseDate("2026-1-01"));
  CHECK_FALSE(ParseDate("2026-01-0x"));
  CHECK_FALSE(ParseDate("-026-01-01"));
}

TEST_CASE("day numbers count real days and come back") {
  CHECK(DayNumber({1970, 1, 1}) == 0);
  CHECK(DayNumber({2026, 12, 22}) - DayNumber({2026, 11, 22}) == 30);
  CHECK(DateOfDayNumber(DayNumber({2028, 2, 29})) == Date{2028, 2, 29});
  CHECK(DateText({987, 1, 2}) == "0987-01-02");
}

}  // namespace
}  // namespace writ::support

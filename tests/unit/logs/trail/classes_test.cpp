#include "logs/trail/classes.h"

#include <doctest/doctest.h>

namespace writ::trail {
namespace {

Call CallAt(const std::string& time, const std::string& ip = "") {
  Call call;
  call.name = "InvokeModel";
  call.time = time;
  call.ip = ip;
  return call;
}

TEST_CASE("calls are counted by what is asked about") {
  Classes rough({}, {});
  CHECK(rough.Add(CallAt("2026-11-02T10:00:00Z", "10.0.0.1")));
  CHECK(rough.Add(CallAt("2026-11-01T10:00:00Z", "10.0.0.2")));
  const std::vector<Class> one = rough.Take();
  REQUIRE(one.size() == 1);
  CHECK(one[0].count == 2);
  CHECK(one[0].first == "2026-11-01T10:00:00Z");
  CHECK(one[0].last == "2026-11-02T10:00:00Z");
  CHECK(one[0].call.time.empty());
  CHECK(one[0].call.ip.empty());

  Classes fine({.day = true, .ip = true}, {});
  CHECK(fine.Add(CallAt("2026-11-02T10:00:00Z", "10.0.0.1")));
  CHECK(fine.Add(CallAt("2026-11-02T11:00:00Z", "10.0.0.1")));
  CHECK(fine.Add(CallAt("2026-11-02T10:00:00Z", "10.0.0.2")));
  CHECK(fine.Add(CallAt("2026-11-03T10:00:00Z", "10.0.0.1")));
  const std::vector<Class> three = fine.Take();
  REQUIRE(three.size() == 3);
  CHECK(three[0].call.time.size() == 10);
}

TEST_CASE("classes are limited") {
  Limits limits;
  limits.classes = 2;
  Classes classes({.ip = true}, limits);
  CHECK(classes.Add(CallAt("", "1")));
  CHECK(classes.Add(CallAt("", "2")));
  CHECK_FALSE(classes.Add(CallAt("", "3")));
  CHECK(classes.Add(CallAt("", "1")));
  CHECK(classes.Take().size() == 2);
}

TEST_CASE("copies are found among the ids that are remembered") {
  Seen seen(3);
  for (std::uint64_t id = 0; id < 3; ++id) CHECK(seen.Add(id + 10));
  for (std::uint64_t id = 0; id < 3; ++id) CHECK_FALSE(seen.Add(id + 10));
  CHECK(seen.Add(20));
  CHECK_FALSE(seen.Add(10));
  CHECK_FALSE(seen.has_forgotten());
  CHECK(seen.Add(21));
  CHECK(seen.Add(22));
  CHECK(seen.Add(23));
  CHECK(seen.has_forgotten());
  CHECK(seen.Add(10));
  CHECK_FALSE(seen.Add(22));
}

}  // namespace
}  // namespace writ::trail

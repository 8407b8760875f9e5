#include "logs/trail/read_many.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <fmt/format.h>

namespace writ::trail {
namespace {

constexpr std::size_t kLogs = 60;

/// Every log differs in length, from none to thousands of events, so that threads overtake.
std::size_t EventsOf(std::size_t log) { return log % 7 == 3 ? 0 : (log * 977) % 2500; }
bool IsMissing(std::size_t log) { return log % 13 == 5; }
bool IsBroken(std::size_t log) { return log % 11 == 7; }

std::string TextOf(std::size_t log) {
  std::string text;
  for (std::size_t i = 0; i < EventsOf(log); ++i) {
    text += fmt::format(
        R"({{"eventSource": "bedrock.amazonaws.com", "eventName": "Converse", "eventID": "{}-{}"}})"
        "\n",
        log, i);
  }
  if (IsBroken(log)) text += "]";
  return text;
}

/// All that is told, in the order of telling.
std::vector<std::string> Told(unsigned threads) {
  std::vector<std::string> told;
  ManyLogs logs;
  logs.count = kLogs;
  logs.sources = {"bedrock.amazonaws.com"};
  logs.threads = threads;
  logs.open = [](std::size_t log) -> support::Result<std::shared_ptr<std::istream>> {
    if (IsMissing(log)) return support::Error{fmt::format("no log {}", log)};
    return std::shared_ptr<std::istream>(std::make_shared<std::istringstream>(TextOf(log)));
  };
  logs.event = [&](const Event& event) { told.push_back(fmt::format("{}", event.id)); };
  logs.end = [&](std::size_t log, const LogEnd& end) {
    told.push_back(fmt::format("end of {}: {} events, `{}`, {}", log, end.read.counts.events,
                               end.unreadable, end.read.fault ? end.read.fault->message : ""));
  };
  ReadManyLogs(logs);
  return told;
}

TEST_CASE("logs that are read at once are told in order") {
  const std::vector<std::string> alone = Told(1);
  std::size_t events = 0;
  for (std::size_t log = 0; log < kLogs; ++log) events += IsMissing(log) ? 0 : EventsOf(log);
  REQUIRE(events > 10'000);
  CHECK(alone.size() == events + kLogs);
  for (const unsigned threads : {2U, 3U, 16U, 100U}) CHECK(Told(threads) == alone);
}

TEST_CASE("a log that cannot be opened or is broken ends itself and no other") {
  const std::vector<std::string> told = Told(4);
  CHECK(std::ranges::count(told, "end of 5: 0 events, `no log 5`, ") == 1);
  CHECK(std::ranges::count(
            told, fmt::format("end of 7: {} events, ``, `]` closes nothing", EventsOf(7))) == 1);
  CHECK(std::ranges::count(told, fmt::format("end of 8: {} events, ``, ", EventsOf(8))) == 1);
}

TEST_CASE("no log is no work") {
  ManyLogs logs;
  logs.threads = 4;
  ReadManyLogs(logs);
}

}  // namespace
}  // namespace writ::trail

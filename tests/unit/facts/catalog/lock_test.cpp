// The lock file: it reads back as written, and every way a name's meaning can move is said.
#include "facts/catalog/lock.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

namespace writ::catalog {
namespace {

using Names = std::vector<std::string>;

/// A catalog of one model; `id` is its id line, `below` what follows it.
Catalog Small(std::string_view id, std::string_view below = "") {
  support::Result<Catalog, Fault> parsed = Catalog::Parse(
      fmt::format("part models 2027-01-01\nsource x\n"
                  "provider acme | title=Acme | prefixes=acme\n"
                  "family road | provider=acme | title=Road | patterns=acme.road-*\n"
                  "model road-1 | title=Road | provider=acme | family=road | version=1 | "
                  "stems=acme.road-1\n  id {}\n{}",
                  id, below));
  REQUIRE_MESSAGE(parsed.ok(), parsed.error().message);
  return std::move(parsed).value();
}

Names Said(const std::vector<LockChange>& changes) {
  Names said;
  for (const LockChange& change : changes) said.push_back(change.name + ": " + change.what);
  return said;
}

constexpr std::string_view kProfile =
    "    profile us.acme.road-1 | scope=us | sources=us-east-1\n"
    "      route us-east-1 > us-east-1,us-west-2\n";

TEST_CASE("a lock reads back as it was written") {
  const Names names = {"claude-sonnet-4.5", "claude-sonnet", "latest claude-opus", "deepseek",
                       "claude-opus-5.5",   "nova-lite",     "no-such-model"};
  const Lock lock = MakeLock(Catalog::BuiltIn(), names);
  CHECK(lock.names.size() == 6);
  const std::string text = WriteLock(lock);
  const support::Result<Lock, Fault> read = ReadLock(text);
  REQUIRE(read.ok());
  CHECK(WriteLock(*read) == text);
  CHECK(LockChanges(*read, Catalog::BuiltIn(), names).empty());
}

TEST_CASE("the order and repetition of names do not matter") {
  const Names one = {"nova-lite", "nova-pro", "nova-lite"};
  const Names other = {"nova-pro", "nova-lite"};
  CHECK(WriteLock(MakeLock(Catalog::BuiltIn(), one)) ==
        WriteLock(MakeLock(Catalog::BuiltIn(), other)));
}

TEST_CASE("a lock records ids, regions, routes and patterns") {
  const Catalog catalog =
      Small("acme.road-1 | runtime=yes | status=active | in-region=us-east-1", kProfile);
  const Names names = {"road-1"};
  CHECK(WriteLock(MakeLock(catalog, names)) ==
        fmt::format("writ-lock 2 | catalog=2027-01-01 | parts={}\n",
                    fmt::join(PartDates(catalog), ",")) +
            "# What names and sentences meant when it was accepted. `writ catalog accept` renews "
            "it.\n"
            "name road-1 | patterns=acme.road-1,acme.road-1-*,acme.road-1:*\n"
            "  id acme.road-1 | in-region=us-east-1\n"
            "    profile us.acme.road-1 | scope=us | sources=us-east-1\n"
            "      route us-east-1 > us-east-1,us-west-2\n");
}

TEST_CASE("every change of meaning is said") {
  const Names names = {"road-1"};
  const Lock lock =
      MakeLock(Small("acme.road-1 | status=active | in-region=us-east-1", kProfile), names);
  const auto changes = [&](const Catalog& now) { return Said(LockChanges(lock, now, names)); };
  CHECK(changes(Small("acme.road-1 | status=active | in-region=eu-west-1", kProfile)) ==
        Names{"road-1: in-region of `acme.road-1`: eu-west-1 added",
              "road-1: in-region of `acme.road-1`: us-east-1 removed"});
  CHECK(changes(Small("acme.road-1 | status=active", kProfile)) ==
        Names{"road-1: in-region of `acme.road-1`: unknown now"});
  CHECK(changes(Small("acme.road-1-v1:0 | status=active | in-region=us-east-1", kProfile)) ==
        Names{"road-1: no longer means `acme.road-1`", "road-1: also means `acme.road-1-v1:0`"});
  CHECK(changes(Small("acme.road-1 | status=active | in-region=us-east-1")) ==
        Names{"road-1: the profile `us.acme.road-1` is gone"});
  CHECK(changes(Small("acme.road-1 | status=active | in-region=us-east-1",
                      "    profile us.acme.road-1 | scope=us | sources=us-east-1\n"
                      "      route us-east-1 > us-east-1\n")) ==
        Names{"road-1: destinations from us-east-1 of `us.acme.road-1`: us-west-2 removed"});
  CHECK(changes(Catalog::Parse(std::string("part models 2027-01-01\nsource x\n")).value()) ==
        Names{"road-1: the catalog does not have it any more"});
}

TEST_CASE("names that the program does not use are no change") {
  const Names names = {"road-1"};
  const Lock lock = MakeLock(Small("acme.road-1 | status=active"), names);
  CHECK(LockChanges(lock, Catalog::BuiltIn(), Names{"nova-lite"}).empty());
  CHECK(LockChanges(lock, Catalog::BuiltIn(), names).size() == 1);
}

TEST_CASE("a family means its active members, and another one active is a change") {
  const Names names = {"road"};
  const Lock lock = MakeLock(Small("acme.road-1 | status=legacy"), names);
  CHECK(lock.names[0].ids.empty());
  CHECK(Said(LockChanges(lock, Small("acme.road-1 | status=active"), names)) ==
        Names{"road: also means `acme.road-1`"});
}

TEST_CASE("a wrong lock file is refused with its line") {
  const auto error = [](std::string_view text) {
    const support::Result<Lock, Fault> read = ReadLock(text);
    if (read.ok()) return std::string();
    return std::to_string(read.error().line) + ": " + read.error().message;
  };
  CHECK(error("") == "1: a lock file begins with `writ-lock 2`");
  CHECK(error("{\"a\": 1}") == "1: a lock file begins with `writ-lock 2`");
  CHECK(error("writ-lock 3 | catalog=x\n") == "1: a lock file begins with `writ-lock 2`");
  CHECK(error("writ-lock 1\n") == "1: `writ-lock 1` lacks the field `catalog`");
  CHECK(error("writ-lock 1 | catalog=d\nid a.b\n") == "2: `id` has no place here");
  CHECK(error("writ-lock 1 | catalog=d\nname a\nroute a > b\n") == "3: `route` has no place here");
  CHECK(error("writ-lock 1 | catalog=d\nname a | x=1\n") == "2: `name` has no field `x`");
}

TEST_CASE("sentences keep their words, whatever marks of the file's form they hold") {
  Lock lock;
  lock.catalog_date = "2026-01-01";
  lock.parts = {"models:2026-01-01"};
  lock.sentences = {{"a \\p means=1", "aa"}, {"a | means=1", "bb"}, {"b\nown c", "cc"}};
  const std::string text = WriteLock(lock);
  const auto read = ReadLock(text);
  REQUIRE(read.ok());
  CHECK(read->parts == lock.parts);
  REQUIRE(read->sentences.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(read->sentences[i].sentence == lock.sentences[i].sentence);
    CHECK(read->sentences[i].digest == lock.sentences[i].digest);
  }
  CHECK(read->own.empty());
  CHECK(WriteLock(*read) == text);
}

TEST_CASE("a lock file of the first form is read, and says nothing of sentences") {
  const auto read = ReadLock("writ-lock 1 | catalog=2026-01-01\nown home\n");
  REQUIRE(read.ok());
  CHECK(read->sentences.empty());
  CHECK(!ReadLock("writ-lock 3 | catalog=2026-01-01\n").ok());
}

}  // namespace
}  // namespace writ::catalog

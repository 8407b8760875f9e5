#include "facts/compliance/packs.h"

#include <set>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::compliance {
namespace {

constexpr std::string_view kControl =
    "{\"id\": \"AC-2(1)\", \"aliases\": [\"automated accounts\"], \"oscal\": \"ac-2.1\", "
    "\"title\": \"Accounts\", \"level\": \"moderate\", \"source\": \"s\", "
    "\"by\": [[\"permission\", \"proved\"]], \"cannot\": \"who they are\"}";

/// A pack file with these controls.
std::string PackOf(std::string_view controls) {
  return fmt::format(
      R"({{"pack": "own", "name": "Ours", "version": "1", "date": "2026-11-01", "sources": {{"s": "ours"}}, "controls": [{}]}})",
      controls);
}

std::string FaultOf(const std::string& text, const Limits& limits = {}) {
  const support::Result<Pack, Fault> read = ReadPack(text, limits);
  REQUIRE_FALSE(read.ok());
  return fmt::format("{}: {}",
                     text.substr(read.error().begin, read.error().end - read.error().begin),
                     read.error().message);
}

TEST_CASE("every spelling of a control names one control") {
  CHECK(Canonical("AC-2(1)") == "ac-2.1");
  CHECK(Canonical("ac-2 (1)") == "ac-2.1");
  CHECK(Canonical("164.312(a)(2)(iv)") == "164.312.a.2.iv");
  CHECK(Canonical("GOVERN 1.4") == "govern-1.4");
  CHECK(Canonical("164.312(a)1") != Canonical("164.312(a)(1)"));
  const support::Result<Pack, Fault> pack = ReadPack(PackOf(kControl));
  REQUIRE(pack.ok());
  for (const char* name : {"AC-2(1)", "ac-2.1", "Automated Accounts"}) {
    REQUIRE(pack->Find(name) != nullptr);
    CHECK(pack->Find(name)->id == "AC-2(1)");
  }
  CHECK(pack->Find("AC-2") == nullptr);
}

TEST_CASE("the packs of this build are found by their controls") {
  const auto has = [](std::string_view pack, std::string_view control) {
    const Pack* found = FindBuiltIn(pack);
    REQUIRE(found != nullptr);
    return found->Find(control) != nullptr;
  };
  CHECK(has("hipaa", "45 CFR 164.312(a)(1)"));
  CHECK(has("hipaa", "hipaa-164.312.a.1"));
  CHECK(has("nist-800-53", "AC-6(1)"));
  CHECK(has("nist-ai-rmf", "manage-2.4"));
  CHECK(has("iso-42001", "A.6.2.8"));
  CHECK(has("eu-ai-act", "Article 26(6)"));
  CHECK_FALSE(has("hipaa", "164.310(a)(1)"));
  CHECK(FindBuiltIn("soc-2") == nullptr);
  CHECK(PackInImport("compliance.hipaa") == "hipaa");
  CHECK_FALSE(PackInImport("aws.bedrock").has_value());
}

TEST_CASE(
    "no control of a pack is without a limit of what it shows, and none says that anybody "
    "complies") {
  for (const Pack& pack : BuiltIn()) {
    std::set<std::string> tokens;
    for (const Control& control : pack.controls) {
      CAPTURE(control.id);
      CHECK_FALSE(control.cannot.empty());
      CHECK(tokens.insert(control.oscal).second);
      CHECK((control.title + control.cannot).find("ompl") == std::string::npos);
    }
  }
}

TEST_CASE("what a pack file gets wrong is named with its place") {
  CHECK(FaultOf("[") == ": expected a value, found the end of the text");
  CHECK(FaultOf("[]") == "[]: expected an object");
  CHECK(FaultOf(R"({"pack": "a b"})") == "\"a b\": `a b` is not a token");
  CHECK(FaultOf(R"({"pac": 1})") == "\"pac\": a pack has no member `pac`");
  CHECK(FaultOf(R"({"date": "2026-02-30"})") == "\"2026-02-30\": expected a day: YYYY-MM-DD");
  CHECK(FaultOf("{}") ==
        "{}: a pack needs `pack`, `name`, `version`, `date`, `sources` and `controls`");
  CHECK(FaultOf(PackOf("")) == "[]: expected an array of controls that is not empty");
  CHECK(FaultOf(PackOf("1")) == "1: expected an object");
  CHECK(FaultOf(PackOf("{}")) ==
        "{}: a control needs `id`, `oscal`, `level`, `source`, `by` and `cannot`");
  CHECK(FaultOf(PackOf(R"({"level": "high"})")) ==
        "\"high\": expected one of standard, required, addressable, moderate, optional, voluntary, "
        "duty, reference, unknown");
  CHECK(FaultOf(PackOf(R"({"by": [["permission"]]})")) ==
        "[\"permission\"]: expected a pair: a kind and a class");
  CHECK(FaultOf(PackOf(R"({"by": [["permission", "shown"]]})")) ==
        "\"shown\": expected one of proved, deployed, operated, stated, changed");
  CHECK(FaultOf(PackOf(R"({"oscal": ""})")) == "\"\": expected a text that is not empty");
  CHECK(FaultOf(PackOf(R"({"control": "x"})")) == "\"control\": a control has no member `control`");
}

TEST_CASE("controls of a pack agree with one another and with the pack") {
  std::string other(kControl);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text(kControl);
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  CHECK(FaultOf(PackOf(other + ", " + with("\"AC-2(1)\"", "\"AC-3\"")))
            .ends_with("another control of the pack is called `ac-2.1` as well"));
  CHECK(FaultOf(PackOf(with("\"ac-2.1\"", "\"2.1\""))).ends_with("`2.1` is not a token"));
  CHECK(FaultOf(PackOf(with("\"s\"", "\"t\""))).ends_with("the pack has no source `t`"));
  CHECK(FaultOf(PackOf(with("\"aliases\": [\"automated accounts\"]", "\"marks\": [\"m\"]")))
            .ends_with("the pack has no mark `m`"));
}

TEST_CASE("a pack file may be so large and no larger") {
  const std::string text = PackOf(kControl);
  Limits limits;
  limits.bytes = text.size();
  CHECK(ReadPack(text, limits).ok());
  limits.bytes = text.size() - 1;
  CHECK(FaultOf(text, limits) == fmt::format(": the file is larger than {} bytes", limits.bytes));
  limits = {};
  limits.controls = 1;
  CHECK(ReadPack(text, limits).ok());
  CHECK(FaultOf(PackOf(fmt::format("{}, {}", kControl, kControl)), limits)
            .ends_with("a pack has at most 1 controls"));
  limits = {};
  limits.names = 1;
  CHECK(ReadPack(text, limits).ok());
  limits.names = 0;
  CHECK(FaultOf(text, limits).ends_with("a control has at most 0 aliases"));
  limits = {};
  limits.characters = std::string_view("automated accounts").size();
  CHECK(ReadPack(text, limits).ok());
  --limits.characters;
  CHECK(FaultOf(text, limits) == "\"automated accounts\": the text is longer than 17 bytes");
}

}  // namespace
}  // namespace writ::compliance

#include "facts/recording/recording.h"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::recording {
namespace {

/// The members that every file has, with services.
std::string File(const std::string& services) {
  return R"({"date": "2026-11-30", "refusals": ["AccessDenied"], "pattern-characters": 2048,
    "hidden-uses": {"of any model": "agents", "of named models": "profiles"}, "services": [)" +
         services + "]}";
}

std::string ErrorOf(const std::string& text) {
  const auto trail = Trail::Parse(text);
  return trail.ok() ? "" : trail.error().message;
}

TEST_CASE("the built-in facts read, and services are found by their prefix") {
  const Trail& trail = Trail::BuiltIn();
  REQUIRE(trail.Find("bedrock") != nullptr);
  CHECK(trail.Find("bedrock")->event_source == "bedrock.amazonaws.com");
  CHECK(trail.Find("bedrock-mantle")->bus_source.empty());
  CHECK(trail.Find("iam")->home.at("aws") == "us-east-1");
  CHECK(trail.Find("iam")->home.count("aws-cn") == 0);
  CHECK(trail.Find("s3") == nullptr);
  CHECK(trail.pattern_characters() == 2048);
}

TEST_CASE("an event is a management event unless it needs a resource type") {
  const Service& bedrock = *Trail::BuiltIn().Find("bedrock");
  CHECK(bedrock.TypesOf("ApplyGuardrail") == std::vector<std::string>{"AWS::Bedrock::Guardrail"});
  CHECK(bedrock.TypesOf("Converse").empty());
}

TEST_CASE("what the file gets wrong is named with its place") {
  CHECK(ErrorOf(File("")).empty());
  CHECK(ErrorOf("{").find("at byte 1") != std::string::npos);
  CHECK(ErrorOf("[]").find("expected an object") != std::string::npos);
  CHECK(ErrorOf(R"({"date": "2026-11-30"})").find("are needed") != std::string::npos);
  CHECK(ErrorOf(R"({"dates": 1})").find("no member `dates`") != std::string::npos);
  CHECK(ErrorOf(File(R"({"prefix": "a"})")).find("`event-source`") != std::string::npos);
  CHECK(ErrorOf(File(R"({"prefix": "a", "event-source": "a", "x": 1})")).find("`x`") !=
        std::string::npos);
  const std::string one = R"({"prefix": "a", "event-source": "a.amazonaws.com"})";
  CHECK(ErrorOf(File(one)).empty());
  CHECK(ErrorOf(File(one + "," + one)).find("described twice") != std::string::npos);
  CHECK(ErrorOf(File(R"({"prefix": "a", "event-source": "a", "data": [{"types": ["T"]}]})"))
            .find("`events`") != std::string::npos);
  CHECK(ErrorOf(File(R"({"prefix": "a", "event-source": "a", "uses": [{"events": ["E"]}]})"))
            .find("`model`") != std::string::npos);
}

TEST_CASE("the limit of names is exact") {
  // Date, refusal, two hidden uses, prefix and event source are six.
  const auto with = [](int names) {
    std::string list;
    for (int i = 0; i < names; ++i) list += fmt::format("{}\"N{}\"", i == 0 ? "" : ",", i);
    return File(R"({"prefix": "a", "event-source": "a", "unknown": [)" + list + "]}");
  };
  CHECK(ErrorOf(with(9'994)).empty());
  CHECK(ErrorOf(with(9'995)).find("more than 10000 names") != std::string::npos);
}

TEST_CASE("the limit of bytes is exact") {
  std::string text = File("");
  text.resize(std::size_t{1} << 20U, ' ');
  CHECK(ErrorOf(text).empty());
  text += ' ';
  CHECK(ErrorOf(text).find("the limit is 1048576") != std::string::npos);
}

}  // namespace
}  // namespace writ::recording

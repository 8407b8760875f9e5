// Searching: what is found by which words, and that text and JSON say date, source and unknowns.
#include "facts/catalog/search.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/support/json.h"

namespace writ::catalog {
namespace {

using Words = std::vector<std::string>;

Answer Find(Topic topic, const Words& words) { return Search(Catalog::BuiltIn(), topic, words); }

Words NamesIn(const Answer& answer) {
  Words names;
  for (const Row& row : answer.rows) names.push_back(std::get<std::string>(row.front().value));
  return names;
}

bool Has(const Words& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string Text(const Answer& answer) { return AnswerText(Catalog::BuiltIn(), answer); }

TEST_CASE("every word must occur, case ignored") {
  CHECK(Has(NamesIn(Find(Topic::kModels, {"SONNET", "4.5"})), "claude-sonnet-4.5"));
  CHECK_FALSE(Has(NamesIn(Find(Topic::kModels, {"sonnet", "4.5"})), "claude-sonnet-4.6"));
  CHECK(Find(Topic::kModels, {"sonnet", "nova"}).rows.empty());
  CHECK(NamesIn(Find(Topic::kActions, {"bedrock:createguardrail"})) ==
        Words{"bedrock:CreateGuardrail", "bedrock:CreateGuardrailVersion"});
}

TEST_CASE("without words everything is listed") {
  CHECK(Find(Topic::kModels, {}).rows.size() == Catalog::BuiltIn().models().size());
  CHECK(Find(Topic::kRegions, {}).rows.size() == 47);
  CHECK(Find(Topic::kActions, {}).rows.size() == 22'091);
  CHECK(Find(Topic::kQuotas, {}).rows.size() == Catalog::BuiltIn().quotas().size());
  CHECK(Find(Topic::kProfiles, {}).rows.size() == 160);
  CHECK(Find(Topic::kKeys, {}).rows.size() == Catalog::BuiltIn().Keys().size());
}

TEST_CASE("models are found by region, plane and full id too") {
  CHECK(Has(NamesIn(Find(Topic::kModels, {"eu-west-2", "nova"})), "nova-lite") ==
        (Catalog::BuiltIn().FindModel("nova-lite")->ids[0].InRegion("eu-west-2") == true));
  CHECK(NamesIn(Find(Topic::kModels, {"amazon.nova-lite-v1:0:24k"})) == Words{"nova-lite"});
}

TEST_CASE("the text names date and sources, and says what is unknown") {
  const std::string text = Text(Find(Topic::kModels, {"claude-haiku-5.5"}));
  CHECK(text.find("found 1 in the models of the catalog of 2026-11-22; facts of 2026-11-22 from") !=
        std::string::npos);
  CHECK(text.find("scan: ") != std::string::npos);
  CHECK(text.find("inRegion          unknown") != std::string::npos);
}

TEST_CASE("routes show their sources, destinations and what was inferred") {
  const std::string text = Text(Find(Topic::kProfiles, {"us.anthropic.claude-opus-5-5"}));
  CHECK(text.find("ca-central-1 -> ca-central-1 us-east-1 us-east-2 us-west-2 (inferred)") !=
        std::string::npos);
}

TEST_CASE("many rows are a line each, few are blocks") {
  const std::string many = Text(Find(Topic::kModels, {"claude"}));
  CHECK(many.find("  ids ") == std::string::npos);
  CHECK(Text(Find(Topic::kModels, {"claude-opus-4.7"})).find("  ids ") != std::string::npos);
}

TEST_CASE("a key says which actions carry it") {
  const std::string text = Text(Find(Topic::kKeys, {"bedrock:GuardrailIdentifier"}));
  CHECK(
      text.find("carriedBy         bedrock:InvokeModel bedrock:InvokeModelWithResponseStream\n") !=
      std::string::npos);
}

TEST_CASE("words that are nowhere get a hint") {
  CHECK(Find(Topic::kActions, {"bedrock:Converse"}).hints ==
        Words{"bedrock:InvokeModel: Converse is an API operation; IAM authorizes it as "
              "InvokeModel"});
  CHECK(Find(Topic::kKeys, {"bedrock:ModelId"}).hints.size() == 1);
  CHECK(Find(Topic::kModels, {"claude-sonet-4.5"}).hints.front() ==
        "did you mean claude-sonnet-4.5?");
}

TEST_CASE("the JSON is JSON, with null for the unknown") {
  for (const Topic topic :
       {Topic::kModels, Topic::kProfiles, Topic::kRegions, Topic::kKeys, Topic::kQuotas}) {
    const Answer answer = Find(topic, {});
    const std::string text = AnswerJson(Catalog::BuiltIn(), answer);
    support::json::Document document;
    CHECK_FALSE(document.Read(text));
    CHECK(document.root().Find("rows")->size() == answer.rows.size());
    CHECK(document.root().Find("catalog")->text() == "2026-11-22");
    CHECK(document.root().Find("topic")->text() == Name(topic));
  }
  const std::string haiku =
      AnswerJson(Catalog::BuiltIn(), Find(Topic::kModels, {"claude-haiku-5.5"}));
  CHECK(haiku.find("\"inRegion\": null") != std::string::npos);
}

TEST_CASE("topics have the names of the command line") {
  for (const char* name : {"models", "profiles", "regions", "actions", "keys", "quotas"}) {
    REQUIRE(TopicOf(name));
    CHECK(Name(*TopicOf(name)) == name);
  }
  CHECK_FALSE(TopicOf("model"));
}

}  // namespace
}  // namespace writ::catalog

// The catalog against the facts it was made from: every id, profile, route, region and class of
// models.json, regions.json and actions-by-category.json is there and says the same. Needs the
// folder ../shared/facts beside the source tree; without it the test says loudly that it did not
// run.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/support/json.h"
#include "facts/catalog/catalog.h"

namespace writ::catalog {
namespace {

namespace json = support::json;

const Catalog& Facts() { return Catalog::BuiltIn(); }

/// A facts file, or nothing (said on stderr) when there is none.
class FactsFile {
 public:
  explicit FactsFile(const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(WRIT_FACTS) / name;
    std::ifstream file(path);
    if (!file.good()) {
      std::cerr << "SKIPPED: " << path.string() << " is not there; nothing was compared\n";
      return;
    }
    std::stringstream all;
    all << file.rdbuf();
    auto read = json::OwningDocument::Parse(all.str());
    REQUIRE_MESSAGE(read.ok(), name, ": ", read.ok() ? "" : read.error().message);
    document_ = *std::move(read);
  }
  [[nodiscard]] bool is_there() const { return document_.has_value(); }
  [[nodiscard]] json::Value Get(std::string_view key) const { return *document_->root().Find(key); }

 private:
  std::optional<json::OwningDocument> document_;
};

/// A list of strings, sorted and in lower case; nullopt for null.
std::optional<std::vector<std::string>> Words(const std::optional<json::Value>& value) {
  if (!value || !value->is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const json::Value item : value->elements()) {
    std::string word(item.text());
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    words.push_back(word);
  }
  std::sort(words.begin(), words.end());
  return words;
}

std::optional<bool> Flag(const std::optional<json::Value>& value) {
  if (!value || value->kind() != json::Kind::kBool) return std::nullopt;
  return value->is_true();
}

std::optional<std::string> Text(const std::optional<json::Value>& value) {
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->text());
}

void CompareRoutes(const std::optional<json::Value>& routes, bool is_inferred,
                   const InferenceProfile& profile, std::size_t& count) {
  if (!routes) return;
  for (const json::Member member : routes->members()) {
    const Route* route = profile.RouteFrom(member.key.text());
    REQUIRE_MESSAGE(route != nullptr, profile.id);
    CHECK_MESSAGE(route->destinations == Words(member.value), profile.id);
    CHECK_MESSAGE(route->inferred == is_inferred, profile.id);
    ++count;
  }
}

/// Of which tools/catalog_maker/newer.py knows more than the facts, and one that they do not have.
constexpr std::string_view kNewerFacts = "anthropic.claude-mythos-5-1";
constexpr std::size_t kNewerModels = 1;

void CompareModel(const json::Value& fact, std::size_t& routes) {
  const std::string id(fact.Find("modelId")->text());
  const FoundId found = Facts().FindId(id);
  REQUIRE_MESSAGE(found, id);
  const ModelId& ours = *found.id;
  CHECK_FALSE(ours.id_only);
  if (id != kNewerFacts) {
    CHECK_MESSAGE(ours.input == Words(fact.Find("modalities")->Find("input")), id);
    CHECK_MESSAGE(ours.output == Words(fact.Find("modalities")->Find("output")), id);
    CHECK_MESSAGE(ours.product_id == Text(fact.Find("marketplace")->Find("productId")), id);
  }
  CHECK_MESSAGE(ours.streaming == Flag(fact.Find("streaming")), id);
  CHECK_MESSAGE(ours.in_region == Words(fact.Find("inRegionOnDemand")), id);
  CHECK_MESSAGE(ours.mantle_regions == Words(fact.Find("inRegionMantle")), id);
  CHECK_MESSAGE(ours.in_region_unclear == Words(fact.Find("inRegionEndpointAmbiguous")), id);
  CHECK_MESSAGE(ours.needs_profile == Flag(fact.Find("requiresInferenceProfileOnRuntime")), id);
  CHECK_MESSAGE(ours.lifecycle.end_of_life == Text(fact.Find("lifecycle")->Find("eolDate")), id);
  CHECK_MESSAGE(
      ours.lifecycle.status.has_value() == fact.Find("lifecycle")->Find("status")->is_string(), id);
  const std::optional<bool> ended = Flag(fact.Find("lifecycle")->Find("eolPassedAt20261122"));
  CHECK_MESSAGE(ours.EndedAt("2026-11-22") == ended.value_or(false), id);
  REQUIRE(ours.profiles.size() == fact.Find("inferenceProfiles")->size());
  for (const json::Value profile : fact.Find("inferenceProfiles")->elements()) {
    const FoundProfile known = Facts().FindProfile(profile.Find("id")->text());
    REQUIRE(known);
    CHECK(known.id == &ours);
    CHECK(known.profile->sources == Words(profile.Find("sourceRegions")));
    CompareRoutes(profile.Find("routes"), false, *known.profile, routes);
    CompareRoutes(profile.Find("routesInferred"), true, *known.profile, routes);
  }
}

TEST_CASE("every model of the facts is in the catalog and says the same") {
  const FactsFile facts("models.json");
  if (!facts.is_there()) return;
  std::size_t models = 0;
  std::size_t routes = 0;
  for (const json::Value fact : facts.Get("models").elements()) {
    CompareModel(fact, routes);
    ++models;
  }
  std::size_t by_name = 0;
  for (const json::Value fact : facts.Get("idOnly").elements()) {
    const FoundId found = Facts().FindId(fact.Find("modelId")->text());
    REQUIRE(found);
    CHECK(found.id->id_only);
    ++by_name;
  }
  const auto meta = facts.Get("_meta");
  CHECK(static_cast<std::int64_t>(models) == meta.Find("modelCount")->AsInteger());
  CHECK(static_cast<std::int64_t>(by_name) == meta.Find("idOnlyCount")->AsInteger());
  std::size_t ours = 0;
  for (const Model& model : Facts().models()) ours += model.ids.size();
  CHECK(ours == models + by_name + kNewerModels);
  MESSAGE(models, " models, ", by_name, " ids known by name only, ", routes, " routes compared");
}

// Source: what tools/catalog_maker/newer.py cites, each fact at its place.
TEST_CASE("what is newer than the facts is in the catalogue") {
  const ModelId& mythos = *Facts().FindId(kNewerFacts).id;
  CHECK(mythos.product_id == "prod-k24dbcuykobku");
  CHECK(mythos.input == std::vector<std::string>{"image", "text"});
  CHECK(mythos.output == std::vector<std::string>{"text"});
  CHECK(mythos.required_retention == "provider_data_share");
  CHECK(Facts().FindId("anthropic.claude-fable-5").id->required_retention == "aws_review");
  const FoundId terra = Facts().FindId("openai.gpt-6.1-terra");
  REQUIRE(terra);
  CHECK(terra.model->name == "gpt-6.1-terra");
  // Where it is offered no source says: that is not nowhere.
  CHECK_FALSE(terra.id->in_region.has_value());
  CHECK_FALSE(terra.id->InRegion("us-east-1").has_value());
}

TEST_CASE("ids that the facts call the same model share a name, and no others of one plane do") {
  const FactsFile facts("models.json");
  if (!facts.is_there()) return;
  for (const json::Value fact : facts.Get("models").elements()) {
    const Model* model = Facts().FindId(fact.Find("modelId")->text()).model;
    const auto others = fact.Find("sameModelOtherIds");
    if (!others || !others->is_array()) continue;
    for (const json::Value other : others->elements()) {
      CHECK_MESSAGE(Facts().FindId(other.text()).model == model, other.text());
    }
  }
}

TEST_CASE("every region of the facts is in the catalog") {
  const FactsFile facts("regions.json");
  if (!facts.is_there()) return;
  CHECK(Facts().regions().size() == facts.Get("regions").size());
  for (const json::Value fact : facts.Get("regions").elements()) {
    const Region* region = Facts().FindRegion(fact.Find("region")->text());
    REQUIRE(region != nullptr);
    CHECK(region->partition == fact.Find("partition")->text());
    CHECK(region->mantle == Flag(fact.Find("bedrockMantle")));
    CHECK(region->bedrock == Flag(fact.Find("bedrockControlPlane")));
    CHECK(region->opt_in == Flag(fact.Find("optIn")));
    CHECK(region->guardrail_scopes == Words(fact.Find("guardrailProfileScopes")));
  }
}

TEST_CASE("every action of the facts has their class and their resource types") {
  const FactsFile facts("actions-by-category.json");
  if (!facts.is_there()) return;
  std::int64_t count = 0;
  for (const json::Member fact : facts.Get("actions").members()) {
    const std::string name(fact.key.text().substr(fact.key.text().find(':') + 1));
    const BedrockAction* classified = Facts().Classify("bedrock", name);
    REQUIRE_MESSAGE(classified != nullptr, name);
    CHECK_MESSAGE(Name(classified->plane) == fact.value.Find("plane")->text(), name);
    CHECK_MESSAGE(
        classified->weakens_controls == Flag(fact.value.Find("canWeakenControls")).value_or(false),
        name);
    const std::optional<Action> action = Facts().FindAction("bedrock", name);
    REQUIRE_MESSAGE(action, name);
    CHECK_MESSAGE(action->resources.size() == fact.value.Find("resourceTypes")->size(), name);
    CHECK_MESSAGE(action->keys.size() == fact.value.Find("conditionKeys")->size(), name);
    ++count;
  }
  CHECK(count == facts.Get("_meta").Find("actionCount")->AsInteger());
  CHECK(Facts().ActionsOf("bedrock").size() == static_cast<std::size_t>(count));
}

TEST_CASE("the services of resource control policies are those of the facts") {
  const FactsFile facts("rcp-services.json");
  if (!facts.is_there()) return;
  std::size_t supported = 0;
  for (const Service& service : Facts().Services()) supported += service.rcp ? 1 : 0;
  CHECK(supported == facts.Get("prefixes").size());
  for (const json::Value prefix : facts.Get("prefixes").elements()) {
    CHECK(Facts().FindService(prefix.text())->rcp);
  }
}

TEST_CASE("the catalog has every AWS action") {
  std::size_t actions = 0;
  for (const Service& service : Facts().Services()) {
    actions += Facts().ActionsOf(service.prefix).size();
  }
  CHECK(actions == 22'091);
}

}  // namespace
}  // namespace writ::catalog

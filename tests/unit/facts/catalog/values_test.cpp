// The three-valued answers of the catalog's plain values.
#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"

namespace writ::catalog {
namespace {

/// In two pieces: `??-` is a trigraph.
constexpr std::string_view kDated =
    "anthropic.claude-opus-4-20??????"
    "-*";

TEST_CASE("an id pattern matches whole ids, with any run for * and any one for ?") {
  CHECK(MatchesPattern("anthropic.*", "anthropic.claude-opus-4-7"));
  CHECK(MatchesPattern(kDated, "anthropic.claude-opus-4-20250514-v1:0"));
  CHECK_FALSE(MatchesPattern(kDated, "anthropic.claude-opus-4-1-20250805-v1:0"));
  CHECK_FALSE(MatchesPattern("amazon.nova-lite", "amazon.nova-lite-v1:0"));
  CHECK(MatchesPattern("**", ""));
  CHECK_FALSE(MatchesPattern("?", ""));
}

TEST_CASE("in-region availability that the sources do not settle is unknown") {
  ModelId id;
  CHECK(id.InRegion("us-east-1") == std::nullopt);
  id.in_region = {"us-east-1"};
  id.in_region_unclear = {"eu-west-1"};
  CHECK(id.InRegion("us-east-1") == true);
  CHECK(id.InRegion("eu-west-1") == std::nullopt);
  CHECK(id.InRegion("us-west-2") == false);
  id.on_runtime = false;
  CHECK(id.InRegion("eu-west-1") == false);
}

TEST_CASE(
    "a model that only embeds or reranks carries no guardrail, an unknown output is unknown") {
  Model model;
  model.ids.emplace_back();
  CHECK(model.CanCarryGuardrail() == std::nullopt);
  model.ids[0].output = {"embedding"};
  CHECK(model.CanCarryGuardrail() == false);
  model.ids[0].output = {"text"};
  CHECK(model.CanCarryGuardrail() == true);
  model.stems = {"cohere.rerank-v3-5"};
  CHECK(model.CanCarryGuardrail() == false);
}

TEST_CASE("a permission covers no variants, and ids known by name only if there is no other") {
  Model model;
  model.ids.resize(3);
  model.ids[0].id_only = true;
  model.ids[1].id_only = true;
  model.ids[1].variant = true;
  model.ids[2].id_only = true;
  CHECK(model.GrantedIds().size() == 2);
  model.ids[2].id_only = false;
  CHECK(model.GrantedIds() == std::vector<const ModelId*>{&model.ids[2]});
}

TEST_CASE("end of life is compared with the given day, the last day included") {
  ModelId id;
  id.lifecycle.status = LifecycleStatus::kActive;
  id.lifecycle.end_of_life = "2026-07-30";
  CHECK(id.ActiveAt("2026-07-30") == true);
  CHECK(id.ActiveAt("2026-07-31") == false);
  CHECK(id.EndedAt("2026-07-31"));
}

}  // namespace
}  // namespace writ::catalog

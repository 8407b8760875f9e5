#include "program/intent/guardrail.h"

#include <doctest/doctest.h>

#include <array>
#include <random>

namespace writ::intent {
namespace {

Guardrail Base() {
  Guardrail base;
  base.filters = {{.type = "HATE", .input = Strength::kMedium, .output = Strength::kMedium}};
  base.topics = {{.name = "advice", .definition = "What to buy.", .examples = {"Buy this?"}}};
  base.words = {{"zebra", {Response::kBlock, Response::kBlock, {}, {}}}};
  base.entities = {{"EMAIL", {Response::kMask, Response::kMask, {}, {}}}};
  base.patterns = {{"case", "CASE-[0-9]+", {Response::kMask, Response::kMask, {}, {}}, {}}};
  base.grounding = Threshold{.value = 0.8};
  base.reasoning = Reasoning{.policies = {"arn:one"}, .confidence = 0.9};
  return base;
}

/// Components in which the changed guardrail is weaker than Base().
template <class Change>
std::vector<std::string> WeakerAfter(Change change) {
  Guardrail changed = Base();
  change(changed);
  std::vector<std::string> components;
  for (const Weakening& weakening : WeakerThan(Strictness(changed), Strictness(Base()))) {
    components.push_back(weakening.component);
  }
  return components;
}

using Names = std::vector<std::string>;

TEST_CASE("more of anything is at least as strict") {
  CHECK(WeakerAfter([](Guardrail& g) { g.filters[0].input = Strength::kHigh; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.filters[0].input_image = true; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.entities[0].sides.input = Response::kBlock; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.grounding->value = 0.81; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.relevance = Threshold{.value = 0.1}; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.topics[0].examples.push_back("More?"); }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.reasoning->policies.push_back("arn:two"); }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.tier = Tier::kStandard; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.tier = Tier::kClassic; }).empty());
}

TEST_CASE("what protects nothing is no part of the order") {
  CHECK(WeakerAfter([](Guardrail& g) { g.input_message = "No."; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.patterns[0].name = "renamed"; }).empty());
  CHECK(WeakerAfter([](Guardrail& g) { g.profile = "eu.guardrail.v1:0"; }).empty());
}

TEST_CASE("less of anything is weaker, and says in which component") {
  CHECK(WeakerAfter([](Guardrail& g) { g.filters[0].output = Strength::kLow; }) ==
        Names{"filter hate on output"});
  CHECK(WeakerAfter([](Guardrail& g) { g.filters[0].sides.input = Response::kDetect; }) ==
        Names{"response to filter hate on input"});
  CHECK(WeakerAfter([](Guardrail& g) { g.words.clear(); }) ==
        Names{"words \"zebra\" on input", "words \"zebra\" on output"});
  CHECK(WeakerAfter([](Guardrail& g) { g.entities[0].sides.output = Response::kDetect; }) ==
        Names{"email on output"});
  CHECK(WeakerAfter([](Guardrail& g) { g.grounding->value = 0.79; }) == Names{"grounding"});
  CHECK(WeakerAfter([](Guardrail& g) { g.grounding->response = Response::kDetect; }) ==
        Names{"response to grounding"});
  CHECK(WeakerAfter([](Guardrail& g) { g.topics[0].examples.clear(); }) ==
        Names{"example \"Buy this?\" of topic advice"});
}

TEST_CASE("what cannot be compared is weaker in both directions") {
  CHECK(WeakerAfter([](Guardrail& g) { g.topics[0].definition = "What to sell."; }).size() == 2);
  CHECK(WeakerAfter([](Guardrail& g) { g.patterns[0].regex = "CASE-[0-9]*"; }).size() == 2);
  CHECK(WeakerAfter([](Guardrail& g) { g.reasoning->confidence = 0.95; }) ==
        Names{"confidence of reasoning"});
  CHECK(WeakerAfter([](Guardrail& g) { g.reasoning->confidence = 0.85; }) ==
        Names{"confidence of reasoning"});
}

TEST_CASE("of one expression under two names the stricter counts") {
  CHECK(WeakerAfter([](Guardrail& g) {
          g.patterns.push_back(
              {"zz", "CASE-[0-9]+", {Response::kDetect, Response::kDetect, {}, {}}, {}});
        }).empty());
}

// A small space, so that comparable pairs and equal views are common.
Guardrail Random(std::mt19937& random) {
  const auto pick = [&random](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const auto response = [&pick] { return static_cast<Response>(pick(4)); };
  Guardrail g;
  if (pick(2) == 0) {
    g.filters = {
        {.type = "HATE",
         .input = static_cast<Strength>(pick(4)),
         .output = static_cast<Strength>(pick(2)),
         .sides = {pick(3) == 0 ? Response::kDetect : Response::kBlock, Response::kBlock, {}, {}},
         .input_image = pick(4) == 0}};
  }
  if (pick(2) == 0) g.entities = {{"EMAIL", {response(), response(), {}, {}}}};
  if (pick(3) == 0) {
    g.patterns = {{"p", pick(2) == 0 ? "a" : "b", {response(), Response::kBlock, {}, {}}, {}}};
  }
  if (pick(3) == 0) g.topics = {{.name = "t", .definition = pick(2) == 0 ? "x" : "y"}};
  if (pick(3) == 0) g.grounding = Threshold{.value = 0.1 * pick(3)};
  if (pick(4) == 0) g.tier = Tier::kStandard;
  if (pick(4) == 0) g.reasoning = Reasoning{.policies = {"arn:one"}};
  return g;
}

TEST_CASE("at least as strict is a partial order") {
  constexpr std::uint32_t kSeed = 20261122;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  std::vector<StrictnessView> views;
  constexpr int kCount = 220;
  views.reserve(kCount);
  for (int i = 0; i < kCount; ++i) views.push_back(Strictness(Random(random)));
  const auto at_least = [](const StrictnessView& a, const StrictnessView& b) {
    return WeakerThan(a, b).empty();
  };
  std::vector<std::vector<bool>> order(kCount, std::vector<bool>(kCount));
  for (std::size_t a = 0; a < kCount; ++a) {
    for (std::size_t b = 0; b < kCount; ++b) order[a][b] = at_least(views[a], views[b]);
  }
  int strict = 0;
  int incomparable = 0;
  bool holds = true;
  for (std::size_t a = 0; a < kCount; ++a) {
    holds = holds && order[a][a];
    for (std::size_t b = 0; b < kCount; ++b) {
      if (order[a][b] && order[b][a]) holds = holds && views[a] == views[b];
      strict += order[a][b] && !order[b][a] ? 1 : 0;
      incomparable += !order[a][b] && !order[b][a] ? 1 : 0;
      for (std::size_t c = 0; order[a][b] && c < kCount; ++c) {
        if (order[b][c]) holds = holds && order[a][c];
      }
    }
  }
  CHECK(holds);
  CHECK(strict > 1000);        // the sample exercises the order,
  CHECK(incomparable > 1000);  // and that it is partial
}

}  // namespace
}  // namespace writ::intent

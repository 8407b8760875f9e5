// Sentences about settings at random: what they become is proved, and what service control policies
// refuse of calls that set how long prompts are kept is what the third reading refuses. Of a
// sentence that lowering and verifier read wrongly the third reading tells.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "analysis/review/why.h"
#include "differential/each_built.h"
#include "proof/reference/random.h"
#include "proof/reference/retentions.h"

namespace writ::differential {
namespace {

constexpr std::size_t kPrograms = 60;

ProgramText RandomSettings(reference::Random& random) {
  ProgramText text;
  text.declarations = {R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" {
    account payments 222222222222
    ou cards "ou-ab12-card0001" { account claims 333333333333 }
  }
  account logs 444444444444
})"};
  static const std::vector<std::string> kModes{"none", "default", "aws_review",
                                               "provider_data_share"};
  static const std::vector<std::string> kWhere{"",
                                               " in prod",
                                               " in payments",
                                               " in cards",
                                               " in prod, logs",
                                               " in acme",
                                               " in acme except cards"};
  static const std::vector<std::string> kRegions{" in us-east-1", " in us-east-1, eu-west-1",
                                                 " in ca-central-1", ""};
  static const std::vector<std::string> kExcept{"", " except transcribe", " except lex, transcribe",
                                                " except q"};
  const std::size_t count = 1 + random.Below(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (random.Once(2)) {
      text.sentences.push_back({"retain prompts at most " + random.Of(kModes) + random.Of(kWhere) +
                                random.Of(kRegions)});
    } else {
      text.sentences.push_back({"opt-out of service-improvement" + random.Of(kExcept) +
                                (random.Once(4) ? " locked" : "") + random.Of(kWhere)});
    }
  }
  text.bindings = R"({"guardrails": {}})";
  return text;
}

TEST_CASE("settings are proved, and service control policies keep them") {
  reference::Random random(20261130);
  std::size_t requests = 0;
  const std::size_t built =
      ForEachBuilt(random, kPrograms, RandomSettings, [&](const Trial& trial) {
        const auto sample = reference::SampleRetentions(trial.program(), trial.deployed());
        requests += sample.requests;
        const auto& found = sample.disagreement;
        CAPTURE(found ? review::RequestText(found->request) : std::string());
        CHECK_FALSE(found.has_value());
      });
  CHECK(built > kPrograms / 2);
  CHECK(requests > 1000);
}

TEST_CASE("the third reading notices retention that both others misread") {
  using Misread = void (*)(intent::Model&);
  static constexpr std::array<Misread, 5> kMisreadings{
      [](intent::Model& model) { model.prohibitions.clear(); },
      [](intent::Model& model) { model.prohibitions.pop_back(); },
      [](intent::Model& model) { model.prohibitions.front().when = {}; },
      [](intent::Model& model) { model.prohibitions.front().operation.actions.pop_back(); },
      [](intent::Model& model) {
        for (intent::Prohibition& one : model.prohibitions) {
          for (intent::Condition& part : one.when.operands) {
            if (part.kind != intent::Condition::Kind::kNot) continue;
            part.operands.front().test.values.emplace_back("aws_review");
          }
        }
      }};
  ProgramText text;
  text.declarations = {R"(organization acme "o-exampleorgid" { account payments 222222222222 })"};
  text.sentences = {{"retain prompts at most default in us-east-1"}};
  text.bindings = R"({"guardrails": {}})";
  for (std::size_t i = 0; i < kMisreadings.size(); ++i) {
    CAPTURE(i);
    const Misreading misreading = [&](intent::Model& model) { kMisreadings.at(i)(model); };
    const Trial trial(text, /*shrinks=*/false, &misreading);
    REQUIRE(trial.outcome() == Trial::Outcome::kBuilt);
    CHECK(reference::SampleRetentions(trial.program(), trial.deployed()).disagreement.has_value());
  }
}

}  // namespace
}  // namespace writ::differential

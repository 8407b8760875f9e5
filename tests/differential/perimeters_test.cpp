// Sentences about outsiders at random: what they are lowered to is proved, and decides requests of
// every kind of caller as the third reading does. Of a sentence that lowering and verifier read
// wrongly the third reading tells.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "analysis/review/why.h"
#include "differential/each_built.h"
#include "proof/reference/perimeters.h"
#include "proof/reference/random.h"

namespace writ::differential {
namespace {

constexpr std::size_t kPrograms = 60;
constexpr std::size_t kRequests = 400;

ProgramText RandomPerimeters(reference::Random& random) {
  ProgramText text;
  text.declarations = {R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
  account logs 444444444444
})"};
  static const std::vector<std::vector<std::string>> kActions{
      {R"(s3:GetObject)", R"(s3:PutObject)", R"(s3:"*")", R"(s3:"Delete*")"},
      {R"(sqs:SendMessage)", R"(sqs:"*")"},
      {R"(kms:Decrypt)", R"(kms:"*")"},
      {R"(sts:"*")", R"(sts:AssumeRole)", R"(sts:"Assume*")"}};
  static const std::vector<std::string> kResources{
      R"("arn:aws:s3:::acme-training-*/*")", R"("arn:aws:sqs:*:222222222222:jobs-*")",
      R"("arn:aws:kms:*:*:key/*")", R"("arn:aws:iam::*:role/app-*")"};
  static const std::vector<std::string> kWhere{"", " in prod", " in payments", " in prod, logs",
                                               " in acme"};
  static const std::vector<std::string> kWhen{
      "",
      " when aws:SecureTransport",
      " unless aws:SecureTransport",
      R"( when aws:UserAgent like "curl*")",
      R"( unless aws:SourceVpc in ["vpc-0a", "vpc-0b"] or aws:ViaAWSService)",
      " until 2027-03-31",
      R"( when aws:PrincipalAccount = "999999999999")",
      " in us-east-1, eu-west-1",
      " in any region except us-east-1"};
  static const std::vector<std::string> kSubjects{
      "nobody outside acme may", "everyone outside acme may not",
      "nobody outside acme except account 555555555555 may",
      "nobody outside acme except account 555555555555, 666666666666 may"};
  const std::size_t count = 1 + random.Below(3);
  for (std::size_t i = 0; i < count; ++i) {
    std::string sentence = random.Of(kSubjects) + " do ";
    if (random.Once(12)) {
      sentence += "anything";
    } else {
      const std::size_t service = random.Below(kActions.size());
      sentence += random.Of(kActions[service]);
      if (random.Once(2)) sentence += ", " + random.Of(kActions[service]);
      // Now and then one that does not fit, which is refused.
      if (!random.Once(3)) sentence += " on " + kResources[random.Once(9) ? 0 : service];
    }
    text.sentences.push_back({sentence + random.Of(kWhere) + random.Of(kWhen)});
  }
  text.bindings = R"({"guardrails": {}})";
  return text;
}

TEST_CASE("what is said about outsiders is what resource control policies refuse") {
  reference::Random random(20261130);
  const std::size_t built =
      ForEachBuilt(random, kPrograms, RandomPerimeters, [&](const Trial& trial) {
        const auto found =
            reference::SampleOutsiders(trial.program(), trial.deployed(), random, kRequests);
        CAPTURE(found ? review::RequestText(found->request) : std::string());
        CHECK_FALSE(found.has_value());
      });
  CHECK(built > kPrograms / 2);
}

TEST_CASE("the third reading notices sentences about outsiders that both others misread") {
  using Misread = void (*)(intent::Perimeter&);
  static constexpr std::array<Misread, 5> kMisreadings{
      [](intent::Perimeter& one) { one.partners.clear(); },
      [](intent::Perimeter& one) { one.partners.push_back("999999999999"); },
      [](intent::Perimeter& one) { one.when = {}; },
      [](intent::Perimeter& one) { one.resources.clear(); },
      [](intent::Perimeter& one) { one.actions = {"s3:PutObject"}; }};
  ProgramText text;
  text.declarations = {R"(organization acme "o-exampleorgid" { account payments 222222222222 })"};
  text.sentences = {{R"(nobody outside acme except account 555555555555 may do s3:GetObject
    on "arn:aws:s3:::acme-training-*/*" unless aws:SecureTransport)"}};
  text.bindings = R"({"guardrails": {}})";
  for (std::size_t i = 0; i < kMisreadings.size(); ++i) {
    CAPTURE(i);
    const Misreading misreading = [&](intent::Model& model) {
      kMisreadings.at(i)(model.perimeters.front());
    };
    const Trial trial(text, /*shrinks=*/false, &misreading);
    REQUIRE(trial.outcome() == Trial::Outcome::kBuilt);
    reference::Random random(7);
    CHECK(reference::SampleOutsiders(trial.program(), trial.deployed(), random, kRequests)
              .has_value());
  }
}

}  // namespace
}  // namespace writ::differential

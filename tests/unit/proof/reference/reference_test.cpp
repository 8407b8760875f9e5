// The reference's answers about single requests, from the clauses of the language.
#include "proof/reference/reference.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "proof/reference/request.h"
#include "proof/reference/requests.h"

namespace writ::reference {
namespace {

constexpr const char* kAccount = "222222222222";
constexpr const char* kSonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";

/// One organization with payments and the management account.
struct Fixture {
  intent::Model model;
  intent::Bindings bindings;
  Fixture() {
    model.organization.nodes = {{intent::Node::Kind::kRoot, "root", "", {}, {{1}}}};
    model.organization.accounts = {{"management", "111111111111", {0}, true},
                                   {"payments", kAccount, {0}, false}};
    bindings.Bind("safe", kAccount, "us-east-1",
                  {"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc", 3});
    model.guardrails.emplace_back().name = "safe";
  }
  [[nodiscard]] Program program() const { return {model, catalog::Catalog::BuiltIn(), bindings}; }

  intent::Prohibition& Forbid(const std::string& verb) {
    intent::Prohibition& one = model.prohibitions.emplace_back();
    one.bound.everyone = true;
    one.accounts = {{1}};
    one.operation.verb = verb;
    one.models.all = true;
    return one;
  }
  [[nodiscard]] Answer Forbidden(const policy::Request& request) const {
    return Decide(program(), request).forbidden;
  }
};

policy::Request Ask(const std::string& action, const std::string& resource,
                    const std::string& region, const std::string& account = kAccount) {
  const std::string arn = "arn:aws:iam::" + account + ":role/app";
  return {arn, action, resource, {}, {{"aws:RequestedRegion", false, {region}}}};
}

policy::Request OnModel(const std::string& region, const std::string& model = kSonnet) {
  return Ask("bedrock:InvokeModel", "arn:aws:bedrock:" + region + "::foundation-model/" + model,
             region.empty() ? "unspecified" : region);
}

policy::Request Through(policy::Request request, const std::string& profile) {
  request.context.push_back({"bedrock:InferenceProfileArn",
                             false,
                             {"arn:aws:bedrock:" + profile + "." + std::string(kSonnet)}});
  return request;
}

TEST_CASE("wildcards match whole texts") {
  CHECK(Glob("a*c?", "abbcd"));
  CHECK_FALSE(Glob("a*c?", "abbc"));
  CHECK(Glob("*", ""));
  CHECK(ArnGlob("arn:aws:iam::*:role/a*", "arn:aws:iam::222222222222:role/a/b"));
  CHECK_FALSE(ArnGlob("arn:*:role/a", "arn:aws:iam::222222222222:role/a"));
}

TEST_CASE("a prohibition covers every plane, form and later id") {
  Fixture fixture;
  fixture.Forbid("invoke");
  CHECK(fixture.Forbidden(OnModel("us-east-1")) == Answer::kYes);
  CHECK(fixture.Forbidden(OnModel("us-east-1", "newcomer.model-9")) == Answer::kYes);
  for (const char* action :
       {"bedrock:CreateModelInvocationJob", "bedrock:CreateProvisionedModelThroughput",
        "bedrock:CreateEvaluationJob", "bedrock:CreateInferenceProfile"}) {
    policy::Request request = OnModel("us-east-1");
    request.action = action;
    CHECK(fixture.Forbidden(request) == Answer::kYes);
  }
  for (const char* action : {"bedrock:InvokeInlineAgent", "bedrock-mantle:CreateInference",
                             "aws-external-anthropic:CreateInference"}) {
    CHECK(fixture.Forbidden(Ask(action, "*", "us-east-1")) == Answer::kYes);
  }
  CHECK(fixture.Forbidden(Ask("bedrock:InvokeModel",
                              "arn:aws:bedrock:us-east-1:222222222222:imported-model/a",
                              "us-east-1")) == Answer::kYes);
  CHECK(fixture.Forbidden(Ask("bedrock:CountTokens", OnModel("us-east-1").resource, "us-east-1")) ==
        Answer::kNo);
}

TEST_CASE("prohibitions bind neither the management account nor services") {
  Fixture fixture;
  fixture.Forbid("invoke");
  policy::Request request = OnModel("us-east-1");
  request.principal = "arn:aws:iam::111111111111:role/app";
  CHECK(fixture.Forbidden(request) == Answer::kNo);
  request.principal = "arn:aws:iam::222222222222:role/aws-service-role/x/y";
  CHECK(fixture.Forbidden(request) == Answer::kNo);
  request.principal = "bedrock.amazonaws.com";
  CHECK(fixture.Forbidden(request) == Answer::kNo);
}

TEST_CASE("an account that joins a node may be bound by a team's pattern that is attached there") {
  Fixture fixture;
  fixture.model.organization.id = "o-exampleorgid";
  fixture.model.organization.nodes.push_back(
      {intent::Node::Kind::kUnit, "dev", "ou-ab12-dev00001", intent::NodeIndex{0}, {{1}}});
  intent::Prohibition& one = fixture.Forbid("invoke");
  one.bound.everyone = false;
  one.bound.included = {{"a", {{intent::Principal::Kind::kRole, "app", ""}}, {{1}}}};
  one.nodes = {{1}};
  policy::Request request = OnModel("us-east-1");
  CHECK(fixture.Forbidden(request) == Answer::kYes);
  request.principal = "arn:aws:iam::555555555556:role/app";
  request.context.push_back({"aws:PrincipalOrgID", false, {"o-exampleorgid"}});
  request.context.push_back(
      {"aws:PrincipalOrgPaths", true, {"o-exampleorgid/r-ab12/ou-ab12-dev00001/"}});
  CHECK(fixture.Forbidden(request) == Answer::kOpen);
  request.principal = "arn:aws:iam::555555555556:role/other";
  CHECK(fixture.Forbidden(request) == Answer::kNo);
}

TEST_CASE("a call is made where its profile is, and the region-less leg lies in no region") {
  Fixture fixture;
  intent::Prohibition& one = fixture.Forbid("invoke");
  one.models.except = {"amazon.nova-lite-v1:0"};
  one.regions = intent::RegionScope{true, {"us-east-1"}};
  CHECK(fixture.Forbidden(OnModel("us-east-1")) == Answer::kNo);
  CHECK(fixture.Forbidden(OnModel("us-west-2")) == Answer::kYes);
  const std::string own = "us-east-1:222222222222:inference-profile/";
  CHECK(fixture.Forbidden(Through(OnModel("us-west-2"), own + "us")) == Answer::kNo);
  CHECK(fixture.Forbidden(Through(OnModel(""), own + "global")) == Answer::kYes);
  CHECK(fixture.Forbidden(OnModel("", "amazon.nova-lite-v1:0")) == Answer::kNo);
  one.routes = {{intent::Route::Kind::kGlobally, ""}};
  CHECK(fixture.Forbidden(Through(OnModel(""), own + "global")) == Answer::kNo);
}

TEST_CASE("a list of the only regions is about profiles that call in none") {
  Fixture fixture;
  intent::Prohibition& one = fixture.Forbid("invoke");
  one.models = {false, {"anthropic.*"}, {}};
  one.regions = intent::RegionScope{true, {"us-east-1"}};
  const auto on_profile = [&](const std::string& action, const std::string& profile) {
    return fixture.Forbidden(
        Ask(action, "arn:aws:bedrock:us-east-1:222222222222:inference-profile/" + profile,
            "us-east-1"));
  };
  const std::string sonnet = std::string("global.") + kSonnet;
  // The model's own authorization, which names no region, decides.
  CHECK(on_profile("bedrock:InvokeModel", sonnet) == Answer::kOpen);
  CHECK(on_profile("bedrock:CreateInferenceProfile", sonnet) == Answer::kYes);
  CHECK(on_profile("bedrock:CreateInferenceProfile", "global.amazon.nova-lite-v1:0") ==
        Answer::kNo);
  CHECK(on_profile("bedrock:CreateInferenceProfile", std::string("us.") + kSonnet) == Answer::kNo);
  one.models.except = {"anthropic.claude-opus-4-5-20251101-v1:0"};
  CHECK(on_profile("bedrock:CreateInferenceProfile", sonnet) == Answer::kNo);
  one.models.except.clear();
  one.regions->all_except = false;
  one.regions->regions = {"us-west-2"};
  CHECK(on_profile("bedrock:CreateInferenceProfile", sonnet) == Answer::kNo);
}

TEST_CASE("no request that is drawn has a key twice") {
  Fixture fixture;
  fixture.Forbid("invoke");
  intent::Prohibition& one = fixture.Forbid("");
  one.operation.kind = intent::Operation::Kind::kActions;
  one.operation.actions = {"bedrock:InvokeModel"};
  one.when.kind = intent::Condition::Kind::kTest;
  one.when.test = {"bedrock:InferenceProfileArn",
                   intent::Test::Type::kArn,
                   false,
                   intent::Test::Operator::kLike,
                   {"arn:aws:bedrock:us-east-1:*:*"}};
  const Program program = fixture.program();
  Random random(1);
  RequestMaker maker(program, "aws", random);
  std::size_t carried = 0;
  for (int i = 0; i < 500; ++i) {
    for (const policy::Request& leg : maker.Make().legs) {
      const auto profiles =
          std::ranges::count(leg.context, "bedrock:InferenceProfileArn", &policy::ContextKey::name);
      CHECK(profiles <= 1);
      carried += static_cast<std::size_t>(profiles);
    }
  }
  CHECK(carried > 0);
}

TEST_CASE("a duty is met by any bound version of the account") {
  Fixture fixture;
  intent::Duty duty;
  duty.guardrails = {{0}};
  fixture.Forbid("invoke").unless = duty;
  policy::Request request = OnModel("us-west-2");
  CHECK(fixture.Forbidden(request) == Answer::kYes);
  request.context.push_back({"bedrock:GuardrailIdentifier",
                             false,
                             {"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc:3"}});
  CHECK(fixture.Forbidden(request) == Answer::kNo);
  request.context.back().values = {"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc:4"};
  CHECK(fixture.Forbidden(request) == Answer::kYes);
  request.action = "bedrock:CreateModelInvocationJob";
  CHECK(fixture.Forbidden(request) == Answer::kYes);
}

TEST_CASE("a permission is its exact authorizations, on its days") {
  Fixture fixture;
  intent::Permission& one = fixture.model.permissions.emplace_back();
  one.holders = {{"a", {{intent::Principal::Kind::kRole, "app", ""}}, {{1}}}};
  one.accounts = {{1}};
  one.operation.verb = "invoke";
  one.calls = {
      {intent::Call::Plane::kBedrock, kSonnet, "us-east-1", {intent::Route::Kind::kWithin, "us"}}};
  one.period.until = "2027-03-31";
  const auto permitted = [&](policy::Request request, const std::string& now) {
    request.context.push_back({"aws:CurrentTime", false, {now}});
    return Decide(fixture.program(), request).permitted;
  };
  const std::string profile = "us-east-1:222222222222:inference-profile/us";
  const policy::Request leg = Through(OnModel("us-west-2"), profile);
  CHECK(permitted(leg, "2027-03-31T23:59:59Z") == Answer::kYes);
  CHECK(permitted(leg, "2027-04-01T00:00:00Z") == Answer::kNo);
  CHECK(permitted(OnModel("us-west-2"), "2026-11-29T00:00:00Z") == Answer::kNo);
  CHECK(permitted(
            Ask("bedrock:InvokeModel", "arn:aws:bedrock:" + profile + "." + kSonnet, "us-east-1"),
            "2026-11-29T00:00:00Z") == Answer::kYes);
  CHECK(permitted(Through(OnModel("eu-west-1"), profile), "2026-11-29T00:00:00Z") == Answer::kNo);
  one.calls = {{intent::Call::Plane::kMantle, "openai.gpt-oss-20b", "us-east-1", {}}};
  policy::Request mantle =
      Ask("bedrock-mantle:CreateInference",
          "arn:aws:bedrock-mantle:us-east-1:222222222222:project/default", "us-east-1");
  mantle.context.push_back({"bedrock-mantle:Model", false, {"openai.gpt-oss-20b"}});
  CHECK(permitted(mantle, "2026-11-29T00:00:00Z") == Answer::kYes);
  one.guardrails = {{0}};
  CHECK(permitted(mantle, "2026-11-29T00:00:00Z") == Answer::kNo);
}

}  // namespace
}  // namespace writ::reference

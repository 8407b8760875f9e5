// What somebody can send, and what AWS fills in.
#include "iam/decide/sendable.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::decide {
namespace {

const catalog::Catalog& Known() { return catalog::Catalog::BuiltIn(); }

const policy::Request kCall{"arn:aws:iam::222222222222:role/app",
                            "bedrock:GetGuardrail",
                            "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc",
                            std::nullopt,
                            {{"aws:RequestedRegion", false, {"us-east-1"}}}};

std::vector<std::string> NamesOf(const policy::Request& request) {
  std::vector<std::string> names;
  for (const policy::ContextKey& key : request.context) names.push_back(key.name);
  return names;
}

TEST_CASE("what follows from caller and resource is filled in once") {
  const Affiliation home{"o-exampleorgid", "o-exampleorgid/r-ab12/ou-ab12-prod0001/"};
  const policy::Request complete = Complete(kCall, home);
  CHECK(NamesOf(complete) == std::vector<std::string>{"aws:PrincipalAccount", "aws:PrincipalArn",
                                                      "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
                                                      "aws:RequestedRegion",
                                                      "aws:ResourceAccount"});
  CHECK(Complete(complete, home) == complete);
  CHECK(FaultsOf(complete, Known()).empty());
  for (const policy::ContextKey& key : complete.context) {
    CHECK(IsImplied(complete, key) == (key.name != "aws:RequestedRegion"));
  }
  // Nothing is known of where it lies, and a model is of no account.
  policy::Request model = kCall;
  model.action = "bedrock:InvokeModel";
  model.resource = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
  CHECK(NamesOf(Complete(model, {})) == std::vector<std::string>{"aws:PrincipalAccount",
                                                                 "aws:PrincipalArn",
                                                                 "aws:RequestedRegion"});
}

TEST_CASE("a service has no ARN and no account; a session that of its role") {
  policy::Request request = kCall;
  request.principal = "bedrock.amazonaws.com";
  CHECK(NamesOf(Complete(request, {"o-exampleorgid", ""})) ==
        std::vector<std::string>{"aws:RequestedRegion", "aws:ResourceAccount"});
  request.principal = "arn:aws:sts::222222222222:assumed-role/app/someone";
  const policy::Request of_session = Complete(request, {});
  REQUIRE(of_session.context[1].name == "aws:PrincipalArn");
  CHECK(of_session.context[1].values.front() == "arn:aws:iam::222222222222:role/app");
  // The path of the role is not in the ARN of its session.
  request.principal = "arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Admin_0123/someone";
  CHECK(NamesOf(Complete(request, {}))[0] == "aws:PrincipalAccount");
  CHECK(NamesOf(Complete(request, {}))[1] == "aws:RequestedRegion");
}

TEST_CASE("what contradicts itself is no request") {
  const auto faults_with = [](const std::string& key, std::vector<std::string> values,
                              bool is_list = false) {
    policy::Request request = Complete(kCall, {"o-exampleorgid", ""});
    std::erase_if(request.context, [&](const policy::ContextKey& one) { return one.name == key; });
    request.context.push_back({key, is_list, std::move(values)});
    return FaultsOf(request, Known()).size();
  };
  CHECK(faults_with("aws:PrincipalArn", {"arn:aws:iam::222222222222:role/other"}) == 1);
  CHECK(faults_with("aws:PrincipalAccount", {"333333333333"}) == 1);
  CHECK(faults_with("aws:ResourceAccount", {"333333333333"}) == 1);
  CHECK(faults_with("aws:RequestedRegion", {"us-west-2"}) == 1);
  CHECK(faults_with("aws:RequestedRegion", {"unspecified"}) == 1);
  CHECK(faults_with("aws:PrincipalOrgPaths", {"o-other/r-ab12/"}, true) == 1);
  CHECK(faults_with("aws:PrincipalOrgPaths", {"o-exampleorgid/r-ab12/"}) == 1);  // a list always
  CHECK(faults_with("aws:PrincipalOrgPaths", {"o-exampleorgid/r-ab12/"}, true) == 0);
  CHECK(faults_with("aws:PrincipalTag/team", {""}) == 1);
  CHECK(faults_with("aws:TagKeys", {""}, true) == 1);
  CHECK(faults_with("aws:username", {"app"}) == 1);
  CHECK(faults_with("aws:CurrentTime", {"noon"}) == 1);
}

TEST_CASE("a resource is one of the action's, in a region that there is") {
  const auto faults_on = [](const std::string& action, const std::string& resource) {
    return FaultsOf({kCall.principal, action, resource, std::nullopt, {}}, Known()).size();
  };
  CHECK(faults_on("bedrock:GetGuardrail", kCall.resource) == 0);
  CHECK(faults_on("bedrock:GetGuardrail", "*") == 1);
  CHECK(faults_on("bedrock:GetGuardrail", "arn:aws:bedrock::222222222222:guardrail/abc") == 1);
  CHECK(faults_on("bedrock:GetGuardrail", "arn:aws:bedrock:eu-:222222222222:guardrail/abc") == 1);
  CHECK(faults_on("bedrock:GetGuardrail", "arn:aws:bedrock:us-east-1:222222222222:guardrail/") ==
        1);
  CHECK(faults_on("bedrock:GetGuardrail", "arn:aws:bedrock:us-east-1::guardrail/abc") == 1);
  CHECK(faults_on("bedrock:GetGuardrail", "arn:aws:s3:::bucket/object") == 1);
  CHECK(faults_on("bedrock:GetGuardrail",
                  "arn:aws:bedrock:us-gov-west-1:222222222222:guardrail/abc") == 1);
  CHECK(faults_on("bedrock:ListGuardrails", "*") == 0);
  // A global profile's last authorization names no region.
  CHECK(faults_on("bedrock:InvokeModel", "arn:aws:bedrock:::foundation-model/amazon.nova") == 0);
  CHECK(faults_on("bedrock:InvokeModel", "arn:aws:bedrock:::guardrail/abc") == 1);
  // Nothing is known of an action that the catalog lacks.
  CHECK(faults_on("bedrock:DoWhatNobodyKnows", kCall.resource) == 0);
}

TEST_CASE("a resource like a pattern lies in the partition of its region") {
  const auto action = Known().FindAction("bedrock-mantle", "CountTokens");
  REQUIRE(action.has_value());
  const Formats formats(Known(), *action);
  CHECK(formats.Like("*", "cn-north-1", "222222222222") ==
        "arn:aws-cn:bedrock-mantle:cn-north-1:222222222222:project/example");
  CHECK(formats.Like("arn:*:bedrock-mantle:us-east-1:*:*", "us-east-1", "222222222222") ==
        "arn:aws:bedrock-mantle:us-east-1:222222222222:project/example");
  CHECK_FALSE(formats.Like("arn:aws:s3:::*", "us-east-1", "222222222222").has_value());
  CHECK_FALSE(formats.Like("*", "nowhere-1", "222222222222").has_value());
  CHECK_FALSE(formats.Of("*").has_value());
  CHECK_FALSE(
      formats.Of("arn:aws:bedrock-mantle:cn-north-1:222222222222:project/example").has_value());
  CHECK_FALSE(formats.Of("arn:aws:bedrock-mantle:us-east-1::project/example").has_value());
}

}  // namespace
}  // namespace writ::decide

// What somebody can send, and what AWS fills in.
#include "iam/decide/sendable.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "iam/decide/owners.h"

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
  CHECK(faults_with("aws:PrincipalTag/team", {""}) == 0);  // IAM takes tags without a value
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

TEST_CASE("the owner of a resource is the account in its ARN") {
  policy::Request request = kCall;
  request.context.push_back({"aws:ResourceAccount", false, {"333333333333"}});
  CHECK(OfOwner(request).context.back().values == std::vector<std::string>{"222222222222"});
  request.resource = "arn:aws:s3:::data/x";
  CHECK(OfOwner(request) == request);
}

policy::PolicySet Holding(const char* text) {
  policy::PolicySet set;
  set.identity.push_back(*policy::Read(text, policy::Kind::kIdentity));
  return set;
}

TEST_CASE("what follows of owners is said where the key is read") {
  const policy::PolicySet unread = Holding(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bedrock:GetGuardrail",
          "Resource":"arn:aws:bedrock:*:*:guardrail/*"}]})");
  CHECK_FALSE(OwnersAgree(unread, unread, ArnAccounts(Known())).has_value());
  const policy::PolicySet reading = Holding(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",
          "Resource":"arn:aws:s3:::data/*",
          "Condition":{"StringEquals":{"aws:ResourceAccount":"222222222222"}}}]})");
  const auto owners = OwnersAgree(unread, reading, ArnAccounts(Known()));
  REQUIRE(owners.has_value());
  policy::PolicySet facts;
  facts.identity.push_back(*owners);
  const auto can_be = [&](const std::string& resource, const std::string& owner) {
    policy::Request request = kCall;
    request.resource = resource;
    request.resource_account = "222222222222";  // the document is asked, not the owner
    if (!owner.empty()) request.context.push_back({"aws:ResourceAccount", false, {owner}});
    const auto decision = policy::Evaluate(request, facts);
    REQUIRE(decision.ok());
    return decision->is_allowed();
  };
  const std::string own = "arn:aws:bedrock:us-east-1:222222222222:guardrail/x";
  CHECK(can_be(own, "222222222222"));
  CHECK_FALSE(can_be(own, "333333333333"));
  CHECK_FALSE(can_be(own, ""));
  CHECK_FALSE(can_be("arn:aws:bedrock:us-east-1:aws:guardrail/x", "222222222222"));
  CHECK(can_be("arn:aws:bedrock:us-east-1:aws:guardrail/x", ""));
  CHECK(can_be("arn:aws:s3:::data/x", "222222222222"));
  CHECK(can_be("arn:aws:s3:::data/x", ""));
  CHECK(can_be("*", ""));
  // A guardrail always has an account.
  CHECK_FALSE(can_be("arn:aws:bedrock:us-east-1::guardrail/x", "222222222222"));
}

TEST_CASE("what has an owner in its ARN whatever its name") {
  const ArnAccounts accounts(Known());
  const auto is_owned = [&](const char* action, const char* resource) {
    return accounts.IsAlwaysOwned({policy::Sense::kListed, {action}}, resource);
  };
  CHECK(is_owned("bedrock:GetGuardrail", "arn:aws:bedrock:*:*:guardrail/*"));
  CHECK_FALSE(is_owned("bedrock:InvokeModel", "arn:aws:bedrock:*:*:foundation-model/*"));
  CHECK_FALSE(is_owned("bedrock:*", "arn:aws:bedrock:*:*:*"));
  CHECK_FALSE(is_owned("s3:GetObject", "arn:aws:s3:*:*:data/*"));
  CHECK_FALSE(is_owned("nosuchservice:Get", "arn:aws:nosuchservice:*:*:thing/*"));
  CHECK_FALSE(is_owned("*", "arn:aws:bedrock:*:*:guardrail/*"));
  CHECK_FALSE(accounts.IsAlwaysOwned({policy::Sense::kAllBut, {"s3:GetObject"}},
                                     "arn:aws:bedrock:*:*:guardrail/*"));
  // What was looked up before is answered the same again.
  CHECK(is_owned("bedrock:GetGuardrail", "arn:aws:bedrock:*:*:guardrail/*"));
  CHECK_FALSE(is_owned("bedrock:GetGuardrail", "arn:aws:bedrock:*:*:model/*"));
}

TEST_CASE("who sends a request always sends some keys, of which some follow from who it is") {
  const auto any = [](std::string_view) { return true; };
  const policy::Request of_role = kCall;
  policy::Request of_user = kCall;
  of_user.principal = "arn:aws:iam::222222222222:user/ops/ann";
  policy::Request of_nobody = kCall;
  of_nobody.principal = "anonymous";
  const std::size_t anyone = AlwaysSent(Senders::kAnyone).size();
  const std::size_t principals = AlwaysSent(Senders::kPrincipals).size();
  CHECK(LackingOf(of_role, any).size() == principals);
  CHECK(LackingOf(of_user, any).size() == principals + 1);
  CHECK(LackingOf(of_nobody, any).size() == anyone);
  CHECK(LackingOf(of_user, [](std::string_view key) { return key == "aws:username"; }) ==
        std::vector<std::string>{"aws:username is not there, and every request of a user has it"});
  // Of a call that is routed globally it is not known whether it tells a region.
  CHECK(LackingOf(of_user, [](std::string_view key) {
          return key == "aws:RequestedRegion";
        }).empty());
  CHECK(FollowingKey(of_user, "aws:USERNAME")->values == std::vector<std::string>{"ann"});
  CHECK(FollowingKey(of_role, "aws:PrincipalType")->values ==
        std::vector<std::string>{"AssumedRole"});
  CHECK_FALSE(FollowingKey(of_role, "aws:username"));
  CHECK_FALSE(FollowingKey(of_nobody, "aws:PrincipalAccount"));
  CHECK_FALSE(FollowingKey(of_role, "aws:CurrentTime"));
}

TEST_CASE("a request is of the user whom it names") {
  policy::Request request = kCall;
  request.context.push_back({"aws:username", false, {"bob"}});
  CHECK(OfUserNamed(request).principal == "arn:aws:iam::222222222222:user/bob");
  request.principal = "arn:aws:iam::222222222222:user/ops/ann";
  request.context.push_back({"aws:PrincipalArn", false, {request.principal}});
  const policy::Request of_bob = OfUserNamed(request);
  CHECK(of_bob.principal == "arn:aws:iam::222222222222:user/ops/bob");
  CHECK(of_bob.context.back().values == std::vector<std::string>{of_bob.principal});
  CHECK(FaultsOf(of_bob, Known()).empty());
  request.principal = "cloudtrail.amazonaws.com";
  CHECK(OfUserNamed(request).principal == request.principal);
}

}  // namespace
}  // namespace writ::decide

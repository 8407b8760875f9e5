#include "iam/policy/evaluate.h"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::policy {
namespace {

constexpr std::string_view kSession = "arn:aws:sts::111122223333:assumed-role/app/s1";
constexpr std::string_view kUser = "arn:aws:iam::111122223333:user/u";

PolicyDocument Document(std::string_view statements, Kind kind = Kind::kResource) {
  const auto read =
      Read(fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statements), kind);
  REQUIRE_MESSAGE(read.ok(), std::string(statements));
  return *read;
}

PolicyDocument Allow(std::string_view actions) {
  return Document(fmt::format(R"({{"Effect":"Allow","Action":"{}","Resource":"*"}})", actions));
}
PolicyDocument Deny(std::string_view actions) {
  return Document(fmt::format(R"({{"Effect":"Deny","Action":"{}","Resource":"*"}})", actions));
}
PolicyDocument AllowTo(std::string_view principal) {
  return Document(
      fmt::format(R"({{"Effect":"Allow","Principal":{},"Action":"*","Resource":"*"}})", principal));
}

Request Ask(std::string_view principal = kSession) {
  Request request;
  request.principal = principal;
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::b/k";
  request.resource_account = "111122223333";
  return request;
}

std::string Decide(const Request& request, const PolicySet& policies) {
  const auto decision = Evaluate(request, policies);
  if (!decision) return decision.error().message;
  std::string out(VerdictName(decision->verdict));
  for (std::size_t i = 0; i < kLayerCount; ++i) {
    const auto layer = static_cast<Layer>(i);
    if (decision->is_blocked_by(layer)) out += fmt::format(" {}", LayerName(layer));
  }
  return out;
}

TEST_CASE("without an Allow nothing is allowed; a Deny in any layer wins") {
  PolicySet policies;
  CHECK(Decide(Ask(), policies) == "implicitDeny");
  policies.identity = {Allow("s3:*")};
  CHECK(Decide(Ask(), policies) == "allowed");
  policies.identity.push_back(Deny("s3:Get*"));
  CHECK(Decide(Ask(), policies) == "explicitDeny identity");
  policies.identity.pop_back();

  const auto denies_in = [&](auto member, const PolicyDocument& document) {
    PolicySet other = policies;
    (other.*member).push_back(document);
    return Decide(Ask(), other);
  };
  CHECK(denies_in(&PolicySet::boundaries, Deny("*")) == "explicitDeny permissionBoundary");
  CHECK(denies_in(&PolicySet::sessions, Deny("*")) == "explicitDeny session");
  CHECK(denies_in(&PolicySet::vpc_endpoint, Deny("*")) == "explicitDeny vpcEndpoint");
  CHECK(denies_in(&PolicySet::boundaries, Allow("ec2:*")) == "implicitDeny permissionBoundary");
  CHECK(denies_in(&PolicySet::sessions, Allow("ec2:*")) == "implicitDeny session");
  CHECK(denies_in(&PolicySet::vpc_endpoint, Allow("ec2:*")) == "implicitDeny vpcEndpoint");
  policies.resource = Document(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})");
  CHECK(Decide(Ask(), policies) == "explicitDeny resource");
}

TEST_CASE("every level of SCPs must allow; RCPs only deny") {
  PolicySet policies;
  policies.identity = {Allow("*")};
  policies.scps = {{Allow("*")}, {Allow("ec2:*"), Allow("s3:*")}};
  CHECK(Decide(Ask(), policies) == "allowed");
  policies.scps = {{Allow("*")}, {Allow("ec2:*")}};
  CHECK(Decide(Ask(), policies) == "implicitDeny scp");
  policies.scps = {{Allow("*")}, {}};
  CHECK(Decide(Ask(), policies) == "implicitDeny scp");
  policies.scps = {{Allow("*"), Deny("s3:*")}, {Allow("*")}};
  CHECK(Decide(Ask(), policies) == "explicitDeny scp");
  policies.scps = {};
  policies.rcps = {{}, {Deny("ec2:*")}};
  CHECK(Decide(Ask(), policies) == "allowed");
  policies.rcps = {{Deny("s3:*")}};
  CHECK(Decide(Ask(), policies) == "explicitDeny rcp");
}

TEST_CASE("a resource policy grants in its account; how it names the caller decides the limits") {
  const auto decide = [](std::string_view principal, bool has_boundary, bool has_identity) {
    PolicySet policies;
    policies.resource = AllowTo(principal);
    if (has_boundary) policies.boundaries = {Allow("ec2:*")};
    if (has_identity) policies.identity = {Allow("*")};
    return Decide(Ask(), policies);
  };
  const std::string session = fmt::format(R"({{"AWS":"{}"}})", kSession);
  const std::string role = R"({"AWS":"arn:aws:iam::111122223333:role/app"})";
  const std::string account = R"({"AWS":"111122223333"})";
  for (const std::string& direct : {session, std::string("\"*\""), std::string(R"({"AWS":"*"})")}) {
    CHECK(decide(direct, false, false) == "allowed");
    CHECK(decide(direct, true, false) == "allowed");
  }
  CHECK(decide(role, false, false) == "allowed");
  CHECK(decide(role, true, false) == "implicitDeny permissionBoundary");
  CHECK(decide(account, false, false) == "implicitDeny");
  CHECK(decide(account, false, true) == "allowed");
  CHECK(decide(account, true, true) == "implicitDeny permissionBoundary");
  CHECK(decide(R"({"AWS":"arn:aws:iam::111122223333:role/ap"})", false, false) == "implicitDeny");
  CHECK(decide(R"({"Service":"s3.amazonaws.com"})", false, false) == "implicitDeny");
  CHECK(decide(R"({"Federated":"*"})", false, false) == "implicitDeny");
}

TEST_CASE("every SAML or OIDC provider may be named at once") {
  Request request = Ask();
  request.principal = "arn:aws:iam::111122223333:saml-provider/corp";
  PolicySet policies;
  policies.resource = AllowTo(R"({"Federated":"*"})");
  CHECK(Decide(request, policies) == "allowed");
  policies.resource = AllowTo(R"({"Federated":"arn:aws:iam::111122223333:saml-provider/other"})");
  CHECK(Decide(request, policies) == "implicitDeny");
}

TEST_CASE("across accounts both sides must allow") {
  PolicySet policies;
  Request request = Ask();
  request.resource_account = "444455556666";
  policies.resource = AllowTo("\"*\"");
  CHECK(Decide(request, policies) == "implicitDeny");
  policies.identity = {Allow("*")};
  CHECK(Decide(request, policies) == "allowed");
  policies.boundaries = {Allow("ec2:*")};
  CHECK(Decide(request, policies) == "implicitDeny permissionBoundary");
  policies.boundaries.clear();
  policies.resource = AllowTo(R"({"AWS":"arn:aws:iam::111122223333:root"})");
  CHECK(Decide(request, policies) == "allowed");
  policies.resource.reset();
  CHECK(Decide(request, policies) == "implicitDeny");
}

TEST_CASE("trust and key policies must allow themselves") {
  PolicySet policies;
  policies.identity = {Allow("*")};
  for (const std::string action : {"kms:Decrypt", "sts:AssumeRole", "sts:AssumeRoleWithSAML"}) {
    CAPTURE(action);
    Request request = Ask(kUser);
    request.action = action;
    policies.resource = AllowTo(R"({"AWS":"444455556666"})");
    CHECK(Decide(request, policies) == "implicitDeny");
    policies.resource = AllowTo(R"({"AWS":"111122223333"})");
    CHECK(Decide(request, policies) == "allowed");
    Switches switches;
    switches.has_service_rules = false;
    policies.resource = AllowTo(R"({"AWS":"444455556666"})");
    CHECK(Evaluate(request, policies, switches)->is_allowed());
  }
}

TEST_CASE("anonymous has no identity, boundary, session or SCP") {
  PolicySet policies;
  policies.identity = {Allow("*")};
  policies.scps = {{Deny("*")}};
  CHECK(Decide(Ask("anonymous"), policies) == "implicitDeny");
  policies.resource = AllowTo("\"*\"");
  CHECK(Decide(Ask("anonymous"), policies) == "allowed");
  policies.resource = AllowTo(R"({"AWS":"111122223333"})");
  CHECK(Decide(Ask("anonymous"), policies) == "implicitDeny");
}

TEST_CASE("the deciding statements are named") {
  PolicySet policies;
  policies.identity = {Allow("s3:*"), Allow("ec2:*"), Allow("*")};
  const auto allowed = Evaluate(Ask(), policies);
  CHECK(allowed->statements ==
        std::vector<StatementRef>{{Layer::kIdentity, 0, 0, 0, Effect::kAllow},
                                  {Layer::kIdentity, 0, 2, 0, Effect::kAllow}});
  policies.scps = {{Allow("*")}, {Allow("*"), Deny("*")}};
  const auto denied = Evaluate(Ask(), policies);
  CHECK(denied->statements == std::vector<StatementRef>{{Layer::kScp, 1, 1, 0, Effect::kDeny}});
}

TEST_CASE("requests that are none are refused") {
  const auto ask = [](auto change) {
    Request request = Ask();
    change(request);
    const auto prepared = Prepare(request);
    return prepared ? std::string("good") : prepared.error().message.substr(0, 24);
  };
  for (const std::string bad :
       {"", "bob", "arn:aws:iam::1:user/u", "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::111122223333:group/g", "arn:aws:sts::111122223333:assumed-role/app",
        "arn:aws:s3:::b", "arn:aws:iam::111122223333:role/p/", ".com"}) {
    CAPTURE(bad);
    CHECK(ask([&](Request& r) { r.principal = bad; }) != "good");
  }
  for (const std::string good :
       {"anonymous", "lambda.amazonaws.com", "arn:aws:iam::111122223333:root",
        "arn:aws-cn:iam::111122223333:role/a/b/c", "arn:aws:sts::111122223333:federated-user/x"}) {
    CAPTURE(good);
    CHECK(ask([&](Request& r) { r.principal = good; }) == "good");
  }
  for (const std::string bad : {"", "s3", ":Get", "s3:", "s3:Get*", "s3:a:b", "s3:Get Object"}) {
    CHECK(ask([&](Request& r) { r.action = bad; }) != "good");
  }
  for (const std::string bad : {"", "b", "arn:aws:s3", "x:aws:s3:::b"}) {
    CHECK(ask([&](Request& r) { r.resource = bad; }) != "good");
  }
  CHECK(ask([](Request& r) {
          r.context = {{"a:b", false, {"1"}}, {"A:B", false, {"1"}}};
        }) == "the context key `a:b` is");
}

}  // namespace
}  // namespace writ::policy

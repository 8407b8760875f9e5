// Requests that are shown are such as somebody could send: whole values, and a caller, an account,
// a region, a service and a time that agree.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/sendable.h"
#include "iam/decide/space.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"
#include "support.h"

namespace writ::decide {
namespace {

std::string Allow(const std::string& actions, const std::string& resource,
                  const std::string& conditions = "") {
  return R"({"Effect":"Allow","Action":)" + actions + R"(,"Resource":)" + resource +
         (conditions.empty() ? "" : R"(,"Condition":{)" + conditions + "}") + "}";
}

const policy::ContextKey* Find(const policy::Request& request, std::string_view name) {
  const auto at = std::ranges::find_if(request.context, [name](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, name);
  });
  return at == request.context.end() ? nullptr : &*at;
}

void CheckWhole(const policy::Request& request) {
  const auto& catalog = catalog::Catalog::BuiltIn();
  for (const policy::ContextKey& key : request.context) {
    CAPTURE(key.name);
    CHECK_FALSE(key.values.empty());
    for (const std::string& value : key.values) {
      CHECK_FALSE(value.empty());
      CHECK(value.find("::::") == value.npos);
      CHECK(value.find("${") == value.npos);
      CHECK(value.find_first_of("*?\n") == value.npos);
      CHECK_FALSE(value.ends_with('-'));
    }
  }
  if (const auto* region = Find(request, "aws:RequestedRegion")) {
    CHECK(catalog.FindRegion(region->values.front()) != nullptr);
  }
  CHECK(request.resource.find("${") == request.resource.npos);
}

void CheckAgreement(const policy::Request& request) {
  const auto caller = policy::ParseCaller(request.principal);
  REQUIRE(caller);
  const auto segments = policy::SplitArn(request.resource);
  if (segments) {
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      CHECK_FALSE((*segments)[i].empty());
    }
    CHECK((*segments)[2] == request.action.substr(0, request.action.find(':')));
    if (!(*segments)[4].empty()) CHECK((*segments)[4] == caller->account);
    const auto* region = Find(request, "aws:RequestedRegion");
    if (region != nullptr && !(*segments)[3].empty()) {
      CHECK((*segments)[3] == region->values.front());
    }
  }
  if (const auto* arn = Find(request, "aws:PrincipalArn")) {
    CHECK(arn->values.front() == request.principal);
  }
  if (const auto* account = Find(request, "aws:PrincipalAccount")) {
    CHECK(account->values.front() == caller->account);
  }
  const auto* now = Find(request, "aws:CurrentTime");
  const auto* epoch = Find(request, "aws:EpochTime");
  if (now != nullptr && epoch != nullptr) {
    const auto a = policy::ParseInstant(now->values.front());
    const auto b = policy::ParseInstant(epoch->values.front());
    CHECK((a && b && a->seconds == b->seconds));
  }
}

TEST_CASE("a request that is shown is whole and its parts agree") {
  const std::string own_home =
      R"(["arn:aws:s3:::home/${aws:username}/*","arn:aws:s3:::shared/${aws:PrincipalTag/team, 'all'}"])";
  const std::vector<std::string> policies = {
      Allow(R"("*")", R"("*")", R"("StringNotLike":{"aws:RequestedRegion":"eu-*"})"),
      Allow(R"("*")", R"("*")", R"("StringLike":{"aws:RequestedRegion":"ap-*"})"),
      Allow(R"("bedrock:*")", R"("arn:aws:bedrock:*:222222222222:guardrail/*")",
            R"("StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]})"),
      Allow(R"("*")", R"("arn:aws:lambda:*:999999999999:function:*")",
            R"("ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team-*"})"),
      Allow(R"("lambda:Get*")", R"("*")",
            R"("StringEquals":{"aws:PrincipalAccount":"123456789012"})"),
      Allow(R"("s3:*")", own_home, R"("Null":{"aws:username":"false"})"),
      Allow(
          R"("s3:*")", R"("*")",
          R"("ForAllValues:StringLike":{"aws:TagKeys":["team-*","cost*"]},"Null":{"aws:TagKeys":"false"})"),
      Allow(R"("s3:*")", R"("*")", R"("ForAnyValue:StringNotEquals":{"aws:TagKeys":"costcenter"})"),
      Allow(R"("s3:*")", R"("*")", R"("StringLike":{"aws:SourceVpce":"?*"})"),
      Allow(
          R"("s3:*")", R"("*")",
          R"("DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z","aws:EpochTime":"2026-01-01T00:00:00Z"})"),
      Allow(R"("kms:Decrypt")", R"("arn:aws:kms:*:444455556666:key/*")",
            R"("ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"})")};
  const catalog::Catalog& catalog = catalog::Catalog::BuiltIn();
  for (const std::string& one : policies) {
    for (const std::string& other : policies) {
      CAPTURE(one);
      CAPTURE(other);
      const Comparison found =
          Compare(Space::Of(Statements(one), policy::Kind::kIdentity),
                  Space::Of(Statements(other), policy::Kind::kIdentity), {.catalog = &catalog});
      for (const std::optional<Witness>* witness : {&found.gained, &found.lost}) {
        if (!*witness) continue;
        CheckWhole((*witness)->request);
        CheckAgreement((*witness)->request);
      }
    }
  }
}

/// The own account is tried in every region first, which must leave tries for another account.
TEST_CASE("a resource of another account is shown with its name, however many regions there are") {
  const catalog::Catalog& catalog = catalog::Catalog::BuiltIn();
  const Scope scope{Accounts::kSame, "arn:aws:iam::111111111111:role/app"};
  const std::string resources =
      R"(["arn:aws:bedrock:*:*:automated-reasoning-policy/*","arn:aws:bedrock:*:*:guardrail/*",
          "arn:aws:bedrock:*:*:guardrail-profile/*","arn:aws:bedrock:*:*:*-policy/*"])";
  const auto space = [&](const std::string& condition) {
    policy::PolicySet set;
    set.identity = {Statements(Allow(R"("bedrock:UpdateGuardrail")", resources, condition))};
    return Space(std::move(set), scope);
  };
  const Answer answer =
      IsWithin(space(""), space(R"("StringEquals":{"aws:ResourceAccount":"111111111111"})"),
               {.catalog = &catalog});
  const auto* refuted = std::get_if<Refuted>(&answer);
  REQUIRE(refuted != nullptr);
  CAPTURE(refuted->witness.request.resource);
  CHECK(FaultsOf(refuted->witness.request, catalog).empty());
}

}  // namespace
}  // namespace writ::decide

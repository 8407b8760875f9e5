#include "iam/decide/callers.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/reads.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::PolicyDocument;
using policy::Sense;
using policy::Statement;

constexpr std::string_view kIsService = "aws:PrincipalIsAWSService";
constexpr std::string_view kServiceName = "aws:PrincipalServiceName";
constexpr std::string_view kServiceNames = "aws:PrincipalServiceNamesList";
constexpr std::string_view kType = "aws:PrincipalType";
constexpr std::string_view kUserName = "aws:username";
constexpr std::string_view kUserId = "aws:userid";
/// For whom a service calls.
constexpr std::array<std::string_view, 4> kSources{"aws:SourceAccount", "aws:SourceArn",
                                                   "aws:SourceOrgID", "aws:SourceOrgPaths"};

bool SpeaksOfServiceLinked(const Statement& statement) {
  return std::ranges::any_of(statement.conditions, [](const Condition& condition) {
    return std::ranges::any_of(condition.values, [](const std::string& value) {
      return value.find(kServiceLinked) != std::string::npos;
    });
  });
}

Statement Allow(policy::Patterns resources) {
  Statement statement;
  statement.action.values = {"*"};
  statement.resource = std::move(resources);
  return statement;
}

Condition Test(BaseOperator base, std::string_view key, std::string value) {
  return {{policy::SetQualifier::kNone, base, false}, std::string(key), {std::move(value)}};
}

bool Tests(const Statement& statement, std::string_view key) {
  return std::ranges::any_of(statement.conditions, [key](const Condition& condition) {
    return policy::EqualIgnoringCase(condition.key, key);
  });
}

/// Whether the key is part of a text of the statement.
bool HoldsVariable(const Statement& statement, std::string_view key) {
  Statement bare = statement;
  for (Condition& condition : bare.conditions) condition.key.clear();
  return Reads(bare, key);
}

/// What requests of each kind of principal say of it.
struct KindOfPrincipal {
  const char* arns;
  const char* type;
  const char* id;        ///< pattern of aws:userid
  bool is_user = false;  ///< has a name, and no session in its id
};
constexpr std::array<KindOfPrincipal, 4> kKinds{
    {{"arn:*:iam::*:role/*", "AssumedRole", "AROA*:?*"},
     {"arn:*:iam::*:user/*", "User", "AIDA*", true},
     {"arn:*:iam::*:root", "Account", "????????????"},
     {"arn:*:sts::*:federated-user/*", "FederatedUser", "????????????:?*"}}};

/// Keys that tell principals of one kind from those of another, as far as they are read.
struct KeysOfKinds {
  bool type = false;
  bool name = false;
  bool id = false;
};

/// What requests of each kind of principal say of it, as alternatives; none if no key is read.
std::vector<std::vector<Condition>> KindsOfPrincipals(KeysOfKinds read) {
  std::vector<std::vector<Condition>> kinds;
  if (!read.type && !read.name && !read.id) return kinds;
  for (const KindOfPrincipal& one : kKinds) {
    std::vector<Condition>& kind = kinds.emplace_back();
    kind.push_back(Test(BaseOperator::kArnLike, "aws:PrincipalArn", one.arns));
    if (read.type) kind.push_back(Test(BaseOperator::kStringEquals, kType, one.type));
    if (read.name)
      kind.push_back(Test(BaseOperator::kNull, kUserName, one.is_user ? "false" : "true"));
    if (!read.id) continue;
    kind.push_back(Test(BaseOperator::kStringLike, kUserId, one.id));
    if (one.is_user) kind.push_back(Test(BaseOperator::kStringNotLike, kUserId, "*:*"));
  }
  return kinds;
}

Statement DenyServiceLinked() {
  Statement linked = Allow({Sense::kListed, {"*"}});
  linked.effect = policy::Effect::kDeny;
  linked.conditions = {Test(BaseOperator::kArnLike, "aws:PrincipalArn",
                            fmt::format("arn:*:iam::*:{}*", kServiceLinked))};
  return linked;
}

}  // namespace

std::optional<PolicyDocument> NobodyServiceLinked(const policy::PolicySet& one,
                                                  const policy::PolicySet& other) {
  if (!AnyStatement(one, SpeaksOfServiceLinked) && !AnyStatement(other, SpeaksOfServiceLinked)) {
    return std::nullopt;
  }
  PolicyDocument document;
  document.statements = {Allow({Sense::kListed, {"*"}}), DenyServiceLinked()};
  return document;
}

std::optional<PolicyDocument> PrincipalsAgree(const policy::PolicySet& one,
                                              const policy::PolicySet& other) {
  const auto any = [&](const auto& visit) {
    return AnyStatement(one, visit) || AnyStatement(other, visit);
  };
  const auto is_read = [&](std::string_view key) {
    return any([key](const Statement& statement) { return Reads(statement, key); });
  };
  std::vector<Condition> known;
  if (is_read(kIsService)) known.push_back(Test(BaseOperator::kBool, kIsService, "false"));
  for (const std::string_view key : {kServiceName, kServiceNames}) {
    if (is_read(key)) known.push_back(Test(BaseOperator::kNull, key, "true"));
  }
  // One more test of a key that is also part of a text is more than the procedure follows.
  const auto is_tested = [&](std::string_view key) {
    return any([key](const Statement& statement) { return Tests(statement, key); }) &&
           !any([key](const Statement& statement) { return HoldsVariable(statement, key); });
  };
  for (const std::string_view key : kSources) {
    if (is_tested(key)) known.push_back(Test(BaseOperator::kNull, key, "true"));
  }
  const std::vector<std::vector<Condition>> kinds = KindsOfPrincipals(
      {.type = is_tested(kType), .name = is_tested(kUserName), .id = is_tested(kUserId)});
  const bool leaves_out_linked = any(SpeaksOfServiceLinked);
  if (known.empty() && kinds.empty() && !leaves_out_linked) return std::nullopt;
  PolicyDocument document;
  const auto allow = [&](const std::vector<Condition>& more) {
    document.statements.push_back(Allow({Sense::kListed, {"*"}}));
    std::vector<Condition>& conditions = document.statements.back().conditions;
    conditions = known;
    conditions.insert(conditions.end(), more.begin(), more.end());
  };
  if (kinds.empty()) allow({});
  for (const std::vector<Condition>& kind : kinds) allow(kind);
  if (leaves_out_linked) document.statements.push_back(DenyServiceLinked());
  return document;
}

std::optional<PolicyDocument> ResourcesLieIn(std::string_view partition,
                                             const policy::PolicySet& one,
                                             const policy::PolicySet& other) {
  const std::string here = fmt::format("arn:{}:", partition);
  const auto lies_elsewhere = [&](const std::string& pattern) {
    return pattern.starts_with("arn:") && !pattern.starts_with(here);
  };
  const auto speaks_of_others = [&](const Statement& statement) {
    return statement.resource && std::ranges::any_of(statement.resource->values, lies_elsewhere);
  };
  if (!AnyStatement(one, speaks_of_others) && !AnyStatement(other, speaks_of_others)) {
    return std::nullopt;
  }
  PolicyDocument document;
  document.statements.push_back(Allow({Sense::kListed, {here + "*:*:*:*"}}));
  document.statements.push_back(Allow({Sense::kAllBut, {"arn:*:*:*:*:*"}}));
  return document;
}

}  // namespace writ::decide

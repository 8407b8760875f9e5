#include "iam/decide/callers.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/reads.h"
#include "iam/decide/sendable.h"
#include "iam/policy/evaluate.h"

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
constexpr std::string_view kArn = "aws:PrincipalArn";
constexpr std::string_view kAccount = "aws:PrincipalAccount";
constexpr std::string_view kOrganization = "aws:PrincipalOrgID";
constexpr std::string_view kPaths = "aws:PrincipalOrgPaths";

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

Condition Present(std::string_view key) { return Test(BaseOperator::kNull, key, "false"); }
Condition Absent(std::string_view key) { return Test(BaseOperator::kNull, key, "true"); }

bool Tests(const Statement& statement, std::string_view key) {
  return std::ranges::any_of(statement.conditions, [key](const Condition& condition) {
    return policy::EqualIgnoringCase(condition.key, key);
  });
}

/// Whether the statement asks whether the key is there.
bool AsksForPresence(const Statement& statement, std::string_view key) {
  return std::ranges::any_of(statement.conditions, [key](const Condition& condition) {
    return policy::EqualIgnoringCase(condition.key, key) &&
           (condition.op.base == BaseOperator::kNull || condition.op.if_exists);
  });
}

/// What two sets ask of keys.
class Asked {
 public:
  Asked(const policy::PolicySet& one, const policy::PolicySet& other) : one_(one), other_(other) {}

  template <class Visit>
  [[nodiscard]] bool Any(const Visit& visit) const {
    return AnyStatement(one_, visit) || AnyStatement(other_, visit);
  }
  [[nodiscard]] bool IsRead(std::string_view key) const {
    return Any([key](const Statement& statement) { return Reads(statement, key); });
  }
  /// One more test of a key that is also part of a text is more than the procedure follows.
  [[nodiscard]] bool IsTested(std::string_view key) const {
    return Any([key](const Statement& statement) { return Tests(statement, key); }) &&
           !Any([key](const Statement& statement) { return HoldsVariable(statement, key); });
  }

 private:
  const policy::PolicySet& one_;
  const policy::PolicySet& other_;
};

/// That all keys are there which each of the senders has, of those that are tested. Who is asked
/// about is mostly told by ARN and account, which need no more said then.
std::vector<Condition> AlwaysPresent(const Asked& asked, Senders senders) {
  std::vector<Condition> present;
  for (const std::string_view key : AlwaysSent(senders)) {
    if (key == kIsService || !asked.IsTested(key)) continue;
    const bool is_told = key == kArn || key == kAccount;
    const auto asks = [key](const Statement& one) { return AsksForPresence(one, key); };
    if (!is_told || asked.Any(asks)) present.push_back(Present(key));
  }
  return present;
}

/// What requests of each kind of principal say of it.
struct KindOfPrincipal {
  const char* arns;
  const char* type;
  const char* id;               ///< pattern of aws:userid
  const char* no_id = nullptr;  ///< pattern that it does not match: of ids of other kinds
  bool is_user = false;         ///< has a name
};
constexpr std::array<KindOfPrincipal, 4> kKinds{
    {{"arn:*:iam::*:role/*", "AssumedRole", "AROA*:?*"},
     {"arn:*:iam::*:user/*", "User", "AIDA*", "*:*", true},
     {"arn:*:iam::*:root", "Account", "????????????", "A*"},
     {"arn:*:sts::*:federated-user/*", "FederatedUser", "????????????:?*", "A*"}}};

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
    kind.push_back(Test(BaseOperator::kArnLike, kArn, one.arns));
    if (read.type) kind.push_back(Test(BaseOperator::kStringEquals, kType, one.type));
    if (read.name) kind.push_back(one.is_user ? Present(kUserName) : Absent(kUserName));
    if (!read.id) continue;
    kind.push_back(Test(BaseOperator::kStringLike, kUserId, one.id));
    if (one.no_id != nullptr) {
      kind.push_back(Test(BaseOperator::kStringNotLike, kUserId, one.no_id));
    }
  }
  return kinds;
}

/// Principals of the organization, of others, and of none, by both keys that tell it.
std::vector<std::vector<Condition>> OfOrganizations(const std::vector<Condition>& principal,
                                                    std::string_view organization) {
  std::vector<Condition> none = principal;
  none.insert(none.end(), {Absent(kOrganization), Absent(kPaths)});
  std::vector<Condition> others = principal;
  others.insert(others.end(), {Present(kOrganization), Present(kPaths)});
  if (organization.empty()) return {std::move(others), std::move(none)};
  const std::string id(organization);
  const auto of_paths = [&](policy::SetQualifier set, BaseOperator base) {
    return Condition{{set, base, false}, std::string(kPaths), {id + "/*"}};
  };
  std::vector<Condition> ours = principal;
  ours.insert(ours.end(),
              {Test(BaseOperator::kStringEquals, kOrganization, id),
               of_paths(policy::SetQualifier::kForAnyValue, BaseOperator::kStringLike),
               of_paths(policy::SetQualifier::kForAllValues, BaseOperator::kStringLike)});
  others.insert(others.end(),
                {Test(BaseOperator::kStringNotEquals, kOrganization, id),
                 of_paths(policy::SetQualifier::kForAllValues, BaseOperator::kStringNotLike)});
  return {std::move(ours), std::move(others), std::move(none)};
}

/// Whether the condition holds where the key has this one value.
bool HoldsOf(const Condition& condition, policy::Version version, const char* value) {
  Statement statement = Allow({Sense::kListed, {"*"}});
  statement.conditions = {condition};
  PolicyDocument document;
  document.version = version;
  document.statements.push_back(std::move(statement));
  const policy::Request request{"anonymous", "a:B", "*", {}, {{condition.key, false, {value}}}};
  const auto prepared = policy::Prepare(request);
  return prepared.ok() &&
         policy::StatementApplies({document, policy::Kind::kIdentity}, 0, *prepared);
}

/// A comparison of texts with a key that is true or false, as one of truth. One that never holds
/// stays: no comparison of truth is like it.
void AsTruth(Condition& condition, policy::Version version) {
  const bool holds_absent = policy::IsNegated(condition.op.base) || condition.op.if_exists;
  std::vector<std::string> met;
  for (const char* value : {"true", "false"}) {
    if (HoldsOf(condition, version, value)) met.emplace_back(value);
  }
  if (met.empty() && !holds_absent) return;
  const bool tells_presence_only = met.empty() || (met.size() == 2 && !holds_absent);
  if (tells_presence_only) {
    condition.op = {policy::SetQualifier::kNone, BaseOperator::kNull, false};
    condition.values = {met.empty() ? "true" : "false"};
    return;
  }
  condition.op = {policy::SetQualifier::kNone, BaseOperator::kBool, holds_absent};
  condition.values = std::move(met);
}

bool MayBeTruth(const std::string& value) {
  return policy::EqualIgnoringCase(value, "true") || policy::EqualIgnoringCase(value, "false") ||
         value.find_first_of("*?") != std::string::npos;
}

void AsTruths(PolicyDocument& document, const catalog::Catalog& catalog) {
  for (Statement& statement : document.statements) {
    for (Condition& condition : statement.conditions) {
      const bool is_text = policy::FamilyOf(condition.op.base) == policy::OperatorFamily::kString &&
                           condition.op.set == policy::SetQualifier::kNone;
      // Most texts are neither, and need not be looked up.
      if (!is_text || std::ranges::none_of(condition.values, MayBeTruth)) continue;
      const auto key = catalog.FindKey(condition.key);
      const bool is_plain = std::ranges::none_of(condition.values, [](const std::string& value) {
        return value.find("${") != std::string::npos;
      });
      if (key && key->type == catalog::KeyType::kBool && !key->multi_valued && is_plain) {
        AsTruth(condition, document.version);
      }
    }
  }
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
  const Asked asked(one, other);
  std::vector<Condition> known = AlwaysPresent(asked, Senders::kPrincipals);
  if (asked.IsRead(kIsService)) known.push_back(Test(BaseOperator::kBool, kIsService, "false"));
  for (const std::string_view key : {kServiceName, kServiceNames}) {
    if (asked.IsRead(key)) known.push_back(Absent(key));
  }
  for (const std::string_view key : kSourceKeys) {
    if (asked.IsTested(key)) known.push_back(Absent(key));
  }
  const std::vector<std::vector<Condition>> kinds =
      KindsOfPrincipals({.type = asked.IsTested(kType),
                         .name = asked.IsTested(kUserName),
                         .id = asked.IsTested(kUserId)});
  const bool leaves_out_linked = asked.Any(SpeaksOfServiceLinked);
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

std::optional<PolicyDocument> AnyoneAgrees(const policy::PolicySet& one,
                                           const policy::PolicySet& other,
                                           std::string_view organization) {
  const Asked asked(one, other);
  const std::vector<Condition> common = AlwaysPresent(asked, Senders::kAnyone);
  std::vector<std::vector<Condition>> kinds(1);
  const auto tell = [&](std::string_view key, std::vector<Condition>& kind, Condition condition) {
    if (asked.IsTested(key)) kind.push_back(std::move(condition));
  };
  std::vector<Condition>& principal = kinds.front();
  tell(kIsService, principal, Test(BaseOperator::kBool, kIsService, "false"));
  tell(kServiceName, principal, Absent(kServiceName));
  tell(kServiceNames, principal, Absent(kServiceNames));
  tell(kArn, principal, Present(kArn));
  std::vector<Condition> service;
  tell(kIsService, service, Test(BaseOperator::kBool, kIsService, "true"));
  tell(kServiceName, service, Present(kServiceName));
  tell(kServiceNames, service, Present(kServiceNames));
  std::vector<Condition> anonymous;
  for (const std::string_view key : {kIsService, kServiceName, kServiceNames, kArn}) {
    tell(key, anonymous, Absent(key));
  }
  tell(kArn, service, Absent(kArn));
  for (const std::string_view key : {kOrganization, kPaths, kUserName}) {
    tell(key, service, Absent(key));
    tell(key, anonymous, Absent(key));
  }
  if (common.empty() && service.empty() && anonymous.empty()) return std::nullopt;
  if (asked.IsTested(kOrganization) && asked.IsTested(kPaths)) {
    kinds = OfOrganizations(principal, organization);
  }
  kinds.push_back(std::move(service));
  kinds.push_back(std::move(anonymous));
  PolicyDocument document;
  for (std::vector<Condition>& kind : kinds) {
    kind.insert(kind.begin(), common.begin(), common.end());
    Statement statement = Allow({Sense::kListed, {"*"}});
    statement.conditions = std::move(kind);
    const bool is_known =
        std::ranges::find(document.statements, statement) != document.statements.end();
    if (!is_known) document.statements.push_back(std::move(statement));
  }
  return document;
}

policy::PolicySet WithTruths(policy::PolicySet set, const catalog::Catalog& catalog) {
  const auto change_all = [&catalog](std::vector<PolicyDocument>& documents) {
    for (PolicyDocument& document : documents) AsTruths(document, catalog);
  };
  change_all(set.identity);
  change_all(set.boundaries);
  change_all(set.sessions);
  change_all(set.vpc_endpoint);
  for (auto& level : set.scps) change_all(level);
  for (auto& level : set.rcps) change_all(level);
  if (set.resource) AsTruths(*set.resource, catalog);
  return set;
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

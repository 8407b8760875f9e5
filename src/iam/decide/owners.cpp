#include "iam/decide/owners.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "iam/decide/reads.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::PolicyDocument;
using policy::Sense;
using policy::Statement;

constexpr std::string_view kOwner = "aws:ResourceAccount";

/// What the documents say of owners.
struct Named {
  std::set<std::string> accounts;
  std::set<std::string> ownerless;  ///< ARNs without account that nothing has
};

/// The last part of an ARN up to what is variable in it. Patterns of which neither begins like the
/// other have nothing in common.
std::string_view HeadOf(std::string_view rest) { return rest.substr(0, rest.find_first_of("*?$")); }

/// Whether a statement asks who owns the resource.
bool ReadsOwner(const Statement& statement) { return Reads(statement, kOwner); }

/// Whether a statement asks where the owner lies: aws:ResourceOrgID or aws:ResourceOrgPaths.
bool ReadsPlace(const Statement& statement) { return Reads(statement, "aws:ResourceOrg"); }

void Collect(const Statement& statement, const ArnAccounts& accounts, Named& named) {
  for (const Condition& condition : statement.conditions) {
    if (!policy::EqualIgnoringCase(condition.key, kOwner)) continue;
    std::ranges::copy_if(condition.values, std::inserter(named.accounts, named.accounts.end()),
                         policy::IsAccountId);
  }
  if (!statement.resource) return;
  for (const std::string& resource : statement.resource->values) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
    if (!segments) continue;
    const auto& [scheme, partition, service, region, account, rest] = *segments;
    if (policy::IsAccountId(account)) named.accounts.emplace(account);
    if (account == "*" && accounts.IsAlwaysOwned(statement.action, resource)) {
      named.ownerless.insert(fmt::format("arn:*:{}:*::{}", service, rest));
    }
  }
}

void Collect(const policy::PolicySet& set, const ArnAccounts& accounts, Named& named) {
  AnyStatement(set, [&](const Statement& statement) {
    Collect(statement, accounts, named);
    return false;
  });
}

Statement Allow(policy::Patterns resources, std::vector<Condition> conditions) {
  Statement statement;
  statement.action.values = {"*"};
  statement.resource = std::move(resources);
  statement.conditions = std::move(conditions);
  return statement;
}

Condition Test(BaseOperator base, std::vector<std::string> values) {
  return {{policy::SetQualifier::kNone, base, false}, std::string(kOwner), std::move(values)};
}

}  // namespace

ArnAccounts::Formats ArnAccounts::Read(std::string_view pattern) const {
  const std::size_t colon = pattern.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view service = pattern.substr(0, colon);
  if (!catalog_.FindService(service)) return std::nullopt;
  std::set<std::string> types;
  for (const catalog::Action& action : catalog_.ActionsOf(service, pattern.substr(colon + 1))) {
    for (const catalog::ActionResource& one : action.resources) types.insert(one.type);
  }
  std::set<Format> formats;
  for (const std::string& name : types) {
    const auto type = catalog_.FindResourceType(service, name);
    if (!type) return std::nullopt;
    for (const std::string& format : type->arns) {
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(format);
      if (!segments) continue;
      formats.insert({std::string(HeadOf((*segments)[5])), !(*segments)[4].empty()});
    }
  }
  return std::vector<Format>(formats.begin(), formats.end());
}

const ArnAccounts::Formats& ArnAccounts::FormatsOf(const std::string& pattern) const {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(pattern); found != known_.end()) return found->second;
  }
  Formats formats = Read(pattern);
  const std::scoped_lock lock(mutex_);
  return known_.try_emplace(pattern, std::move(formats)).first->second;
}

bool ArnAccounts::IsAlwaysOwned(const policy::Patterns& actions, std::string_view resource) const {
  const std::optional<policy::ArnSegments> named = policy::SplitArn(resource);
  if (!named || actions.sense != Sense::kListed) return false;
  const std::string_view head = HeadOf((*named)[5]);
  bool is_owned = false;
  for (const std::string& pattern : actions.values) {
    const Formats& formats = FormatsOf(pattern);
    if (!formats) return false;
    for (const Format& format : *formats) {
      if (!format.head.starts_with(head) && !head.starts_with(format.head)) continue;
      if (!format.has_account) return false;
      is_owned = true;
    }
  }
  return is_owned;
}

bool AskWhereOwnersLie(const policy::PolicySet& one, const policy::PolicySet& other) {
  return AnyStatement(one, ReadsPlace) || AnyStatement(other, ReadsPlace);
}

std::optional<PolicyDocument> OwnersLie(const policy::PolicySet& one,
                                        const policy::PolicySet& other,
                                        const std::vector<OwningAccount>& accounts) {
  if (!AskWhereOwnersLie(one, other)) return std::nullopt;
  PolicyDocument document;
  std::vector<std::string> told;
  for (const OwningAccount& account : accounts) {
    std::vector<Condition> tests;
    const auto test = [&tests](policy::SetQualifier set, std::string key, std::string value) {
      tests.push_back(
          {{set, BaseOperator::kStringEquals, false}, std::move(key), {std::move(value)}});
    };
    const std::string& organization = account.affiliation.organization;
    const std::string& path = account.affiliation.path;
    if (!organization.empty()) {
      test(policy::SetQualifier::kNone, "aws:ResourceOrgID", organization);
    }
    if (!path.empty()) {
      test(policy::SetQualifier::kForAnyValue, "aws:ResourceOrgPaths", path);
      test(policy::SetQualifier::kForAllValues, "aws:ResourceOrgPaths", path);
    }
    if (tests.empty()) continue;
    told.push_back(fmt::format("arn:*:*:*:{}:*", account.id));
    document.statements.push_back(Allow({Sense::kListed, {told.back()}}, std::move(tests)));
  }
  if (told.empty()) return std::nullopt;
  document.statements.push_back(Allow({Sense::kAllBut, std::move(told)}, {}));
  return document;
}

std::optional<PolicyDocument> OwnersAgree(const policy::PolicySet& one,
                                          const policy::PolicySet& other,
                                          const ArnAccounts& accounts) {
  if (!AnyStatement(one, ReadsOwner) && !AnyStatement(other, ReadsOwner)) return std::nullopt;
  Named named;
  Collect(one, accounts, named);
  Collect(other, accounts, named);
  const std::string of_none = "arn:*:*:*::*";
  const std::string of_aws = "arn:*:*:*:aws:*";
  std::vector<std::string> told{of_none, of_aws};
  PolicyDocument document;
  for (const std::string& account : named.accounts) {
    told.push_back(fmt::format("arn:*:*:*:{}:*", account));
    document.statements.push_back(
        Allow({Sense::kListed, {told.back()}}, {Test(BaseOperator::kStringEquals, {account})}));
  }
  std::vector<Condition> others;
  if (!named.accounts.empty()) {
    others.push_back(
        Test(BaseOperator::kStringNotEquals, {named.accounts.begin(), named.accounts.end()}));
  }
  document.statements.push_back(Allow({Sense::kListed, {of_aws}}, others));
  others.push_back(Test(BaseOperator::kNull, {"false"}));
  document.statements.push_back(Allow({Sense::kAllBut, std::move(told)}, std::move(others)));
  document.statements.push_back(Allow({Sense::kListed, {of_none}}, {}));
  // What is no ARN.
  document.statements.push_back(Allow({Sense::kAllBut, {"arn:*:*:*:*:*"}}, {}));
  if (!named.ownerless.empty()) {
    Statement never = Allow({Sense::kListed, {named.ownerless.begin(), named.ownerless.end()}}, {});
    never.effect = policy::Effect::kDeny;
    document.statements.push_back(std::move(never));
  }
  return document;
}

}  // namespace writ::decide

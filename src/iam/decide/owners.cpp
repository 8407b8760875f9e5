#include "iam/decide/owners.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

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
constexpr std::string_view kOwnerVariable = "${aws:ResourceAccount";

/// What the documents say of owners.
struct Named {
  std::set<std::string> accounts;
  std::set<std::string> ownerless;  ///< ARNs without account that nothing has
  bool is_read = false;
};

/// Whether two patterns of the last part of an ARN may have something in common.
bool MayMeet(std::string_view one, std::string_view other) {
  const std::string_view a = one.substr(0, one.find_first_of("*?$"));
  const std::string_view b = other.substr(0, other.find_first_of("*?$"));
  return a.starts_with(b) || b.starts_with(a);
}

bool MentionsOwner(std::string_view text) {
  return policy::FoldCase(text).find(policy::FoldCase(kOwnerVariable)) != std::string::npos;
}

void Collect(const Statement& statement, const catalog::Catalog& catalog, Named& named) {
  for (const Condition& condition : statement.conditions) {
    const bool is_owner = policy::EqualIgnoringCase(condition.key, kOwner);
    named.is_read =
        named.is_read || is_owner || std::ranges::any_of(condition.values, MentionsOwner);
    if (!is_owner) continue;
    std::ranges::copy_if(condition.values, std::inserter(named.accounts, named.accounts.end()),
                         policy::IsAccountId);
  }
  if (!statement.resource) return;
  for (const std::string& resource : statement.resource->values) {
    named.is_read = named.is_read || MentionsOwner(resource);
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
    if (!segments) continue;
    const auto& [scheme, partition, service, region, account, rest] = *segments;
    if (policy::IsAccountId(account)) named.accounts.emplace(account);
    if (account == "*" && IsAlwaysOwned(statement.action, resource, catalog)) {
      named.ownerless.insert(fmt::format("arn:*:{}:*::{}", service, rest));
    }
  }
}

void Collect(const std::vector<PolicyDocument>& documents, const catalog::Catalog& catalog,
             Named& named) {
  for (const PolicyDocument& document : documents) {
    for (const Statement& statement : document.statements) Collect(statement, catalog, named);
  }
}

void Collect(const policy::PolicySet& set, const catalog::Catalog& catalog, Named& named) {
  for (const auto* documents : {&set.identity, &set.boundaries, &set.sessions, &set.vpc_endpoint}) {
    Collect(*documents, catalog, named);
  }
  for (const auto* levels : {&set.scps, &set.rcps}) {
    for (const std::vector<PolicyDocument>& level : *levels) Collect(level, catalog, named);
  }
  if (set.resource) Collect({*set.resource}, catalog, named);
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

bool IsAlwaysOwned(const policy::Patterns& actions, const std::string& resource,
                   const catalog::Catalog& catalog) {
  const std::optional<policy::ArnSegments> named = policy::SplitArn(resource);
  if (!named || actions.sense != Sense::kListed) return false;
  bool is_owned = false;
  for (const std::string& pattern : actions.values) {
    const std::size_t colon = pattern.find(':');
    const std::string service = pattern.substr(0, colon);
    if (colon == std::string::npos || !catalog.FindService(service)) return false;
    for (const catalog::Action& action : catalog.ActionsOf(service, pattern.substr(colon + 1))) {
      for (const catalog::ActionResource& one : action.resources) {
        const auto type = catalog.FindResourceType(service, one.type);
        if (!type) return false;
        for (const std::string& format : type->arns) {
          const std::optional<policy::ArnSegments> segments = policy::SplitArn(format);
          if (!segments || !MayMeet((*segments)[5], (*named)[5])) continue;
          if ((*segments)[4].empty()) return false;
          is_owned = true;
        }
      }
    }
  }
  return is_owned;
}

std::optional<PolicyDocument> OwnersAgree(const policy::PolicySet& one,
                                          const policy::PolicySet& other,
                                          const catalog::Catalog& catalog) {
  Named named;
  Collect(one, catalog, named);
  Collect(other, catalog, named);
  if (!named.is_read) return std::nullopt;
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

#include "analysis/review/rcps.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "iam/decide/callers.h"
#include "iam/decide/owners.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::review {
namespace {

policy::Statement AllowAll() {
  policy::Statement statement;
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  return statement;
}

policy::PolicySet BesideFullAccess(policy::PolicyDocument rcp) {
  policy::PolicySet set;
  set.identity.emplace_back().statements.push_back(AllowAll());
  set.rcps.push_back({std::move(rcp)});
  return set;
}

/// Every request but those for resources of the account.
policy::PolicyDocument NotOwnedBy(const std::string& account) {
  policy::PolicyDocument document;
  policy::Statement& statement = document.statements.emplace_back(AllowAll());
  statement.resource =
      policy::Patterns{policy::Sense::kAllBut, {fmt::format("arn:*:*:*:{}:*", account)}};
  statement.conditions = {
      {{policy::SetQualifier::kNone, policy::BaseOperator::kStringNotEquals, false},
       "aws:ResourceAccount",
       {account}}};
  return document;
}

}  // namespace

bool RefuseTheSame(std::string_view one, std::string_view other, const World& world,
                   const catalog::Catalog& catalog) {
  auto left = policy::Read(one, policy::Kind::kRcp);
  auto right = policy::Read(other, policy::Kind::kRcp);
  if (!left.ok() || !right.ok()) return false;
  policy::PolicySet before = BesideFullAccess(*std::move(left));
  policy::PolicySet after = BesideFullAccess(*std::move(right));
  const decide::ArnAccounts accounts(catalog);
  std::vector<std::optional<policy::PolicyDocument>> truths{
      decide::NobodyServiceLinked(before, after),
      decide::AnyoneAgrees(before, after, world.organization),
      decide::ResourcesLieIn(world.partition, before, after),
      decide::OwnersAgree(before, after, accounts)};
  for (const Place& place : world.places) {
    if (place.management) truths.emplace_back(NotOwnedBy(place.id));
  }
  for (policy::PolicySet* set : {&before, &after}) {
    *set = decide::WithTruths(std::move(*set), catalog);
    for (const auto& truth : truths) {
      if (truth) set->scps.push_back({*truth});
    }
  }
  decide::Options options;
  options.catalog = &catalog;
  const decide::Comparison comparison =
      decide::Compare(decide::Space(std::move(before)), decide::Space(std::move(after)), options);
  return comparison.relation == decide::Relation::kEquivalent;
}

}  // namespace writ::review

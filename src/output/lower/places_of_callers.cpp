#include "places_of_callers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/policy/pattern.h"

namespace writ::lower {
namespace {

using intent::NodeIndex;

bool IsWithin(const intent::Organization& organization, NodeIndex node, NodeIndex unit) {
  for (std::optional<NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    if (*at == unit) return true;
  }
  return false;
}

constexpr std::string_view kVariable = "${aws:PrincipalAccount}";

void UseVariable(std::vector<std::string>& texts) {
  for (std::string& text : texts) {
    for (std::size_t at = text.find(kCallersAccount); at != std::string::npos;
         at = text.find(kCallersAccount, at)) {
      text.replace(at, kCallersAccount.size(), kVariable);
    }
  }
}

/// The resource with `*` for its account, if that is the caller's.
std::optional<std::string> OfAnyAccount(const std::string& resource) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
  if (!segments || (*segments)[4] != kCallersAccount) return std::nullopt;
  const auto at = static_cast<std::size_t>((*segments)[4].data() - resource.data());
  std::string any = resource;
  return any.replace(at, kCallersAccount.size(), "*");
}

}  // namespace

std::optional<std::vector<policy::Statement>> OfCallersAccount(policy::Statement statement) {
  WRIT_CHECK(statement.resource.has_value(), "a permission names resources");
  for (policy::Condition& condition : statement.conditions) UseVariable(condition.values);
  std::vector<std::string> owned;
  std::vector<std::string> others;
  for (const std::string& resource : statement.resource->values) {
    if (std::optional<std::string> any = OfAnyAccount(resource)) {
      owned.push_back(*std::move(any));
    } else {
      others.push_back(resource);
    }
  }
  std::vector<policy::Statement> statements;
  if (!owned.empty()) {
    statements.push_back(statement);
    UseVariable(owned);
    std::ranges::sort(owned);
    statements.back().resource->values = std::move(owned);
    const Conjoined done =
        Conjoin(statements.back().conditions,
                Make("StringEquals", "aws:ResourceAccount", {std::string(kVariable)}));
    if (done != Conjoined::kDone) return std::nullopt;
  }
  if (!others.empty()) {
    UseVariable(others);
    std::ranges::sort(others);
    statement.resource->values = std::move(others);
    statements.push_back(std::move(statement));
  }
  return statements;
}

std::vector<NodeIndex> UnitsInBoth(const intent::Organization& organization,
                                   const std::vector<NodeIndex>& one,
                                   const std::vector<NodeIndex>& other) {
  std::vector<NodeIndex> both;
  for (const NodeIndex a : one) {
    for (const NodeIndex b : other) {
      if (IsWithin(organization, a, b)) {
        both.push_back(a);
      } else if (IsWithin(organization, b, a)) {
        both.push_back(b);
      }
    }
  }
  std::ranges::sort(both);
  both.erase(std::unique(both.begin(), both.end()), both.end());
  return both;
}

Block CallersOf(const intent::Organization& organization,
                const std::vector<intent::AccountIndex>& accounts) {
  std::vector<std::string> ids;
  for (const intent::AccountIndex account : accounts) {
    ids.push_back(organization.accounts[account.value].id);
  }
  return {Make("StringEquals", "aws:PrincipalAccount", std::move(ids))};
}

std::vector<Block> CallersOf(const intent::Organization& organization,
                             const std::vector<NodeIndex>& units,
                             const std::vector<intent::AccountIndex>& accounts) {
  if (std::ranges::binary_search(units, NodeIndex{0})) return {{}};
  std::vector<std::string> paths;
  for (const NodeIndex unit : units) {
    const std::string& id = organization.nodes[unit.value].id;
    if (id.empty() || organization.id.empty()) return {CallersOf(organization, accounts)};
    paths.push_back(fmt::format("{}/*/{}/*", organization.id, id));
  }
  std::vector<intent::AccountIndex> outside;
  std::ranges::copy_if(accounts, std::back_inserter(outside), [&](intent::AccountIndex account) {
    const NodeIndex node = organization.accounts[account.value].node;
    return std::ranges::none_of(units,
                                [&](NodeIndex unit) { return IsWithin(organization, node, unit); });
  });
  std::vector<Block> ways;
  if (!paths.empty()) {
    ways.push_back({Make("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", std::move(paths))});
  }
  if (!outside.empty()) ways.push_back(CallersOf(organization, outside));
  return ways;
}

}  // namespace writ::lower

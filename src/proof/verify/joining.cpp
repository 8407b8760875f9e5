#include "proof/verify/joining.h"

#include <algorithm>

#include <fmt/format.h>

namespace writ::verify {

Joining::Joining(const intent::Organization& organization) : organization_(organization) {
  for (const intent::Account& account : organization.accounts) accounts_.push_back(account.id);
  for (const intent::Node& node : organization.nodes) {
    if (node.kind == intent::Node::Kind::kUnit && !node.id.empty()) units_.push_back(node.id);
  }
  std::ranges::sort(accounts_);
  std::ranges::sort(units_);
}

std::optional<std::vector<decide::Newcomer>> Joining::At(
    intent::NodeIndex node, const decide::Distinctions& distinctions) const {
  return decide::NewcomersOf(
      distinctions, {PathBelow(organization_, node), UnitHead(organization_)}, accounts_, units_);
}

Home Joining::HomeOf(const decide::Newcomer& newcomer) const {
  return {newcomer.account, {organization_.id, newcomer.path}};
}

std::string Joining::Describe(intent::NodeIndex node, const decide::Newcomer& newcomer) const {
  const std::string& name = organization_.nodes[node.value].name;
  const std::string where = newcomer.is_in_new_unit ? "a new OU below " + name : name;
  if (newcomer.is_named) return fmt::format("account {} once it joins {}", newcomer.account, where);
  return fmt::format("an account that joins {} later", where);
}

bool IsAtOrBelow(const intent::Organization& organization, intent::NodeIndex node,
                 intent::NodeIndex other) {
  std::optional<intent::NodeIndex> at = node;
  while (at && *at != other) at = organization.nodes[at->value].parent;
  return at.has_value();
}

}  // namespace writ::verify

#include "proof/deployed/joining.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace writ::deployed {
namespace {

/// The id of the root is in that of every OU: `ou-ab12-…` lies below `r-ab12`. Source:
/// Organizations API Reference, Root and OrganizationalUnit, read 2026-11-22.
std::optional<std::string> RootId(const intent::Organization& organization) {
  for (const intent::Node& node : organization.nodes) {
    if (node.kind != intent::Node::Kind::kUnit || !node.id.starts_with("ou-")) continue;
    const std::size_t dash = node.id.find('-', 3);
    if (dash != std::string::npos) return "r-" + node.id.substr(3, dash - 3);
  }
  return std::nullopt;
}

}  // namespace

Joining::Joining(const intent::Organization& organization)
    : organization_(organization), units_(UnitsOf(organization)) {
  for (const intent::Account& account : organization.accounts) accounts_.push_back(account.id);
  std::ranges::sort(accounts_);
}

support::Result<std::vector<decide::Newcomer>> Joining::At(
    intent::NodeIndex node, const decide::Distinctions& distinctions) const {
  return decide::NewcomersOf(
      distinctions, {PathBelow(organization_, node), UnitHead(organization_)}, accounts_, units_);
}

decide::Affiliation Joining::AffiliationOf(intent::NodeIndex node,
                                           const decide::Newcomer& newcomer) const {
  std::string outline = OutlineBelow(organization_, node);
  if (newcomer.is_in_new_unit && !outline.empty()) {
    outline += std::string(decide::kOpenUnit) + "/";
  }
  return {organization_.id, newcomer.path, std::move(outline), units_};
}

std::string Joining::Describe(intent::NodeIndex node, const decide::Newcomer& newcomer) const {
  const std::string& name = organization_.nodes[node.value].name;
  const std::string where = newcomer.is_in_new_unit ? "a new OU below " + name : name;
  if (newcomer.is_named) return fmt::format("account {} once it joins {}", newcomer.account, where);
  return fmt::format("an account that joins {} later", where);
}

std::string OutlineBelow(const intent::Organization& organization, intent::NodeIndex node) {
  const std::optional<std::string> root = RootId(organization);
  if (organization.id.empty() || !root) return "";
  std::string path;
  for (std::optional<intent::NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    const intent::Node& one = organization.nodes[at->value];
    const std::string& id = one.kind == intent::Node::Kind::kRoot ? *root : one.id;
    path = (id.empty() ? std::string(decide::kOpenUnit) : id) + "/" + path;
  }
  return organization.id + "/" + path;
}

std::string PathBelow(const intent::Organization& organization, intent::NodeIndex node) {
  for (std::optional<intent::NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    const intent::Node& one = organization.nodes[at->value];
    if (one.kind != intent::Node::Kind::kRoot && one.id.empty()) return "";
  }
  return OutlineBelow(organization, node);
}

std::vector<std::string> UnitsOf(const intent::Organization& organization) {
  std::vector<std::string> units;
  for (const intent::Node& node : organization.nodes) {
    if (node.kind == intent::Node::Kind::kUnit && !node.id.empty()) units.push_back(node.id);
  }
  std::ranges::sort(units);
  return units;
}

std::string UnitHead(const intent::Organization& organization) {
  const std::optional<std::string> root = RootId(organization);
  return root ? "ou" + root->substr(1) + "-" : "";
}

bool IsAtOrBelow(const intent::Organization& organization, intent::NodeIndex node,
                 intent::NodeIndex other) {
  std::optional<intent::NodeIndex> at = node;
  while (at && *at != other) at = organization.nodes[at->value].parent;
  return at.has_value();
}

bool IsAtOrBelowAny(const intent::Organization& organization, intent::NodeIndex node,
                    const std::vector<intent::NodeIndex>& others) {
  return std::ranges::any_of(
      others, [&](intent::NodeIndex other) { return IsAtOrBelow(organization, node, other); });
}

}  // namespace writ::deployed

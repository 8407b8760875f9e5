#include "program/sema/units.h"

#include <algorithm>
#include <optional>

namespace writ::sema {
namespace {

using intent::NodeIndex;

bool IsWithin(const intent::Organization& organization, NodeIndex node, NodeIndex unit) {
  for (std::optional<NodeIndex> at = node; at; at = organization.nodes[at->value].parent)
    if (*at == unit) return true;
  return false;
}

bool IsWithinAny(const intent::Organization& organization, NodeIndex node, const Units& units) {
  return std::ranges::any_of(units,
                             [&](NodeIndex unit) { return IsWithin(organization, node, unit); });
}

/// Sorted, each once, without those below others.
Units Outermost(const intent::Organization& organization, Units units) {
  std::ranges::sort(units);
  units.erase(std::unique(units.begin(), units.end()), units.end());
  Units kept;
  for (const NodeIndex unit : units) {
    const std::optional<NodeIndex> parent = organization.nodes[unit.value].parent;
    if (!parent || !IsWithinAny(organization, *parent, units)) kept.push_back(unit);
  }
  return kept;
}

}  // namespace

Units JoinedUnits(const intent::Organization& organization, const Units& one, const Units& other) {
  Units all = one;
  all.insert(all.end(), other.begin(), other.end());
  return Outermost(organization, std::move(all));
}

Units CommonUnits(const intent::Organization& organization, const Units& one, const Units& other) {
  Units common;
  for (const NodeIndex unit : one)
    if (IsWithinAny(organization, unit, other)) common.push_back(unit);
  for (const NodeIndex unit : other)
    if (IsWithinAny(organization, unit, one)) common.push_back(unit);
  return Outermost(organization, std::move(common));
}

Units UnitsWithout(const intent::Organization& organization, const Units& units, const Units& less,
                   const std::vector<intent::AccountIndex>& accounts) {
  // A node is touched when something that goes lies at, above or below it.
  std::vector<bool> touched(organization.nodes.size(), false);
  const auto touch_up = [&](std::optional<NodeIndex> at) {
    for (; at; at = organization.nodes[at->value].parent) touched[at->value] = true;
  };
  for (const NodeIndex unit : less) touch_up(unit);
  for (const intent::AccountIndex account : accounts)
    touch_up(organization.accounts[account.value].node);
  Units left;
  // A parent comes before its children: what becomes of a unit's smaller ones is known in time.
  std::vector<bool> open(organization.nodes.size(), false);
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    const bool inside = (node.parent && open[node.parent->value]) ||
                        std::ranges::binary_search(units, NodeIndex{i});
    if (!inside || node.kind == intent::Node::Kind::kAccount) continue;
    if (IsWithinAny(organization, NodeIndex{i}, less)) continue;
    if (touched[i]) {
      open[i] = true;
    } else {
      left.push_back(NodeIndex{i});
    }
  }
  return left;
}

std::vector<NodeIndex> NodesOf(const intent::Organization& organization, const Units& units,
                               const std::vector<intent::AccountIndex>& accounts) {
  std::vector<NodeIndex> nodes = units;
  for (const intent::AccountIndex account : accounts) {
    const NodeIndex node = organization.accounts[account.value].node;
    if (!IsWithinAny(organization, node, units)) nodes.push_back(node);
  }
  std::ranges::sort(nodes);
  return nodes;
}

}  // namespace writ::sema

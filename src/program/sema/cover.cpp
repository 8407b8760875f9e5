#include "program/sema/cover.h"

#include <algorithm>

namespace writ::sema {

std::vector<intent::NodeIndex> Cover(const intent::Organization& organization,
                                     const std::vector<intent::AccountIndex>& accounts) {
  // A node is full when all accounts below it are meant. The root is full for a program without
  // accounts: its sentences are about whatever organization they are attached to.
  const std::vector<intent::Node>& nodes = organization.nodes;
  std::vector<std::size_t> meant(nodes.size(), 0);
  for (const intent::AccountIndex account : accounts)
    for (std::optional<intent::NodeIndex> at = organization.accounts[account.value].node; at;
         at = nodes[at->value].parent)
      ++meant[at->value];
  const auto is_full = [&](std::size_t node) {
    return meant[node] == nodes[node].accounts.size() && (meant[node] > 0 || node == 0);
  };
  std::vector<intent::NodeIndex> cover;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::optional<intent::NodeIndex> parent = nodes[i].parent;
    // A parent comes before its children; an ancestor that is full has a full chain down to here.
    if (is_full(i) && !(parent && is_full(parent->value)))
      cover.push_back(intent::NodeIndex{static_cast<std::uint32_t>(i)});
  }
  return cover;
}

}  // namespace writ::sema

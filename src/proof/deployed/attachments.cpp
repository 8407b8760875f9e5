#include "proof/deployed/attachments.h"

namespace writ::deployed {

std::optional<intent::AccountIndex> AccountNamed(const intent::Organization& organization,
                                                 std::string_view name) {
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
    if (organization.accounts[i].name == name) return intent::AccountIndex{i};
  }
  return std::nullopt;
}

std::optional<std::size_t> NodeOf(const intent::Organization& organization, const Tree& tree,
                                  const Attachment& attachment) {
  using NodeKind = intent::Node::Kind;
  const auto target = tree.targets.find(attachment.path);
  for (std::size_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    const std::string_view to = node.kind == NodeKind::kRoot   ? "root"
                                : node.kind == NodeKind::kUnit ? "ou"
                                                               : "account";
    if (attachment.to != to) continue;
    const std::string& id = node.kind == NodeKind::kRoot ? organization.id : node.id;
    if (attachment.id != id) continue;
    const bool named = target != tree.targets.end() && !target->second.empty() &&
                       target->second.front() == node.name;
    if (!id.empty() || node.kind == NodeKind::kRoot || named) return i;
  }
  return std::nullopt;
}

}  // namespace writ::deployed

#include "output/emit/node_policies.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "output/emit/artifact.h"

namespace writ::emit {

Artifact NodePolicy(const intent::Node& node, std::string_view kind, std::string bytes,
                    std::size_t limit, const std::vector<const intent::Origin*>& origins) {
  Artifact artifact = MakeArtifact(fmt::format("organization/{}.{}.json", node.name, kind), kind,
                                   {node.name}, std::move(bytes));
  artifact.quota = limit;
  for (const intent::Origin* origin : origins) artifact.statements->push_back(EntryOf(*origin));
  std::ranges::sort(*artifact.statements, {}, &StatementEntry::from);
  return artifact;
}

void AddAttached(Artifact policy, const intent::Node& node,
                 const intent::Organization& organization, Tree& tree) {
  static constexpr std::array<std::string_view, 3> kKinds = {"root", "ou", "account"};
  // The root is known by its organization, as for service control policies.
  const bool is_root = node.kind == intent::Node::Kind::kRoot;
  tree.attachments.push_back({policy.path,
                              std::string(kKinds.at(static_cast<std::size_t>(node.kind))),
                              is_root ? organization.id : node.id, false});
  tree.artifacts.push_back(std::move(policy));
}

}  // namespace writ::emit

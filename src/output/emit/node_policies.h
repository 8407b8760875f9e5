// Policies of AWS Organizations that are one for each node, beside SCPs and RCPs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "output/emit/tree.h"

namespace writ::emit {

/// organization/<node>.<kind>.json, from the sentences of these origins, which are told in the
/// order of their places.
[[nodiscard]] Artifact NodePolicy(const intent::Node& node, std::string_view kind,
                                  std::string bytes, std::size_t limit,
                                  const std::vector<const intent::Origin*>& origins);

/// Puts the policy into the tree, attached to its node.
void AddAttached(Artifact policy, const intent::Node& node,
                 const intent::Organization& organization, Tree& tree);

}  // namespace writ::emit

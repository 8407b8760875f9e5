// Whether what was built of a draft means what was read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/imports/draft.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"
#include "proof/deployed/tree.h"

namespace writ::commands {

/// How the documents of one holder that were built stand to those that were read.
struct HolderProof {
  enum class Verdict {
    kEqual,      ///< for every request
    kSendable,   ///< for every request that AWS can send, by the catalog
    kDifferent,  ///< there is a request
    kUndecided,
  };
  Verdict verdict = Verdict::kEqual;
  std::optional<policy::Request> gained = std::nullopt;  ///< allowed by what was built only
  std::optional<policy::Request> lost = std::nullopt;    ///< allowed by what was read only
  std::string because = {};                              ///< why it is undecided

  [[nodiscard]] bool is_proved() const {
    return verdict == Verdict::kEqual || verdict == Verdict::kSendable;
  }
};

/// Compares, for each member of the holder, the statements of its parts that are not residue with
/// the statements of the tree that were made by sentences at `places` ("policies.writ:3:1"), in
/// place: what they deny counts as much as what they allow, whatever other policies are in force.
/// A member is asked about as itself, so that an SCP that names it is its own Deny, and a user also
/// as the sessions that it hands out, which an SCP that names the user does not bind. SCPs of the
/// nodes of the draft stand on both sides. Of a node, its own statements are compared for a caller
/// of whom nothing is known. The worst answer of all members.
[[nodiscard]] HolderProof ProveHolder(const imports::Draft& draft, std::size_t holder,
                                      const std::vector<std::string>& places,
                                      const deployed::Tree& tree, const catalog::Catalog& catalog);

/// The same of some parts of one holder as if they were all.
[[nodiscard]] HolderProof ProveParts(const imports::Draft& draft,
                                     const std::vector<std::size_t>& parts,
                                     const std::vector<std::string>& places,
                                     const deployed::Tree& tree, const catalog::Catalog& catalog);

}  // namespace writ::commands

// Whether what was built of a draft means what was read.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/imports/draft.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/in_place.h"
#include "iam/policy/document.h"
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

/// The policies of principals and SCPs of a tree by the sentences that made them. Made in time
/// linear in the tree, so that each holder costs what its own statements cost.
class BuiltStatements {
 public:
  struct One {
    bool is_identity = true;
    std::string account;  ///< of whose principals it is, by name; empty: not of one account's
    policy::Version version = policy::Version::k2012;
    policy::Statement statement;
  };

  explicit BuiltStatements(const deployed::Tree& tree);

  /// Those made by one of the sentences at `places` ("policies.writ:3:1"), in the tree's order.
  [[nodiscard]] std::vector<const One*> MadeBy(const std::vector<std::string>& places) const;

 private:
  std::vector<One> statements_;
  std::map<std::string, std::vector<std::size_t>> by_place_;
};

/// Proofs of holders of one import, which asks again whenever a sentence was taken out. What was
/// answered for the same documents is not asked anew.
class HolderProofs {
 public:
  /// The catalog must outlive this.
  explicit HolderProofs(const catalog::Catalog& catalog) : catalog_(catalog) {}

  /// Compares, for each member of the holder, the statements of its parts that are not residue with
  /// those that were made by sentences at `places`, in place: what they deny counts as much as what
  /// they allow, whatever other policies are in force. A member is asked about as itself, so that
  /// an SCP that names it is its own Deny, and a user also as the sessions that it hands out, which
  /// an SCP that names the user does not bind. SCPs of the nodes of the draft stand on both sides.
  /// Of a node, its own statements are compared for a caller of whom nothing is known. The worst
  /// answer of all members.
  [[nodiscard]] HolderProof OfHolder(const imports::Draft& draft, std::size_t holder,
                                     const std::vector<std::string>& places,
                                     const BuiltStatements& built);

  /// The same of some parts of one holder as if they were all.
  [[nodiscard]] HolderProof OfParts(const imports::Draft& draft,
                                    const std::vector<std::size_t>& parts,
                                    const std::vector<std::string>& places,
                                    const BuiltStatements& built);

  /// How `built` stands to `read`.
  [[nodiscard]] HolderProof OfDocuments(const decide::Documents& read,
                                        const decide::Documents& built);

 private:
  const catalog::Catalog& catalog_;
  std::map<std::pair<decide::Documents, decide::Documents>, HolderProof> known_;
};

}  // namespace writ::commands

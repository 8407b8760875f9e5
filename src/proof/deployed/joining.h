// Accounts that join a node of the organization later.
#pragma once

#include <string>
#include <vector>

#include "base/support/result.h"
#include "iam/decide/newcomers.h"
#include "iam/decide/sendable.h"
#include "program/intent/model.h"

namespace writ::deployed {

/// Who may join an organization. It must outlive this.
class Joining {
 public:
  explicit Joining(const intent::Organization& organization);

  /// One account of each class that may join the root or OU later, or why they cannot be told, see
  /// decide::NewcomersOf.
  [[nodiscard]] support::Result<std::vector<decide::Newcomer>> At(
      intent::NodeIndex node, const decide::Distinctions& distinctions) const;
  /// What is known of its callers.
  [[nodiscard]] decide::Affiliation AffiliationOf(intent::NodeIndex node,
                                                  const decide::Newcomer& newcomer) const;
  /// "an account that joins prod later", "account 555555555555 once it joins a new OU below prod".
  [[nodiscard]] std::string Describe(intent::NodeIndex node,
                                     const decide::Newcomer& newcomer) const;

 private:
  const intent::Organization& organization_;
  std::vector<std::string> accounts_;  ///< ids, sorted
  std::vector<std::string> units_;     ///< ids, sorted
};

/// aws:PrincipalOrgPaths of callers of accounts right below the node; empty: not known.
[[nodiscard]] std::string PathBelow(const intent::Organization& organization,
                                    intent::NodeIndex node);
/// The same with decide::kOpenUnit for OUs without an id; empty: not even that is known.
[[nodiscard]] std::string OutlineBelow(const intent::Organization& organization,
                                       intent::NodeIndex node);
/// Ids of the organization's OUs, sorted.
[[nodiscard]] std::vector<std::string> UnitsOf(const intent::Organization& organization);
/// What the ids of the organization's OUs begin with, "ou-ab12-"; empty: not known.
[[nodiscard]] std::string UnitHead(const intent::Organization& organization);

/// Whether `node` is `other` or lies below it.
[[nodiscard]] bool IsAtOrBelow(const intent::Organization& organization, intent::NodeIndex node,
                               intent::NodeIndex other);
/// Whether it is so of one of the others.
[[nodiscard]] bool IsAtOrBelowAny(const intent::Organization& organization, intent::NodeIndex node,
                                  const std::vector<intent::NodeIndex>& others);

}  // namespace writ::deployed

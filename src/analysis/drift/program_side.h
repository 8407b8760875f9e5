// What the program puts where: the documents of its tree by the principals of each account and by
// the nodes of the organization.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/drift/papers.h"
#include "analysis/snapshot/snapshot.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::drift {

/// Principals that the program binds in one account.
struct Binding {
  std::string label;  ///< "team fraud", `role "batch"`
  intent::Principal principal;
  intent::AccountIndex account;
  Level documents;
  bool is_met = false;  ///< somebody of the export is one of them
};

/// What one principal of the export has to do with the program.
struct Bound {
  std::string label;  ///< empty: it is bound by nothing
  Level documents;
  bool depends_on_tags = false;  ///< its tags are not known, and a binding is by tag
};

class ProgramSide {
 public:
  ProgramSide(const deployed::Program& program, const deployed::Tree& tree, Papers& papers);

  [[nodiscard]] const deployed::Program& program() const { return program_; }
  [[nodiscard]] const deployed::Tree& tree() const { return tree_; }
  [[nodiscard]] std::optional<intent::AccountIndex> AccountOf(std::string_view id) const;
  [[nodiscard]] Bound BoundOf(intent::AccountIndex account, const snapshot::Principal& principal);
  [[nodiscard]] const std::vector<Binding>& bindings() const { return bindings_; }
  /// By name of the permission set.
  [[nodiscard]] const std::map<std::string, Level>& permission_sets() const { return sets_; }
  /// SCPs or RCPs of the node itself, without FullAWSAccess.
  [[nodiscard]] Level AttachedTo(intent::NodeIndex node, policy::Kind kind) const;
  /// Nodes from the root down to the account's.
  [[nodiscard]] std::vector<intent::NodeIndex> PathTo(intent::AccountIndex account) const;
  [[nodiscard]] bool HasPolicies(policy::Kind kind) const;

  /// Policies of roles' trust and of endpoints, by what they are attached to.
  struct OfResource {
    policy::Kind kind = policy::Kind::kTrust;
    std::string id;                               ///< of the role, or the endpoint
    std::optional<intent::AccountIndex> account;  ///< of a role
    Level documents;
  };
  [[nodiscard]] const std::vector<OfResource>& resources() const { return resources_; }

 private:
  void Bind(std::string label, const intent::Principal& principal, intent::AccountIndex account);

  const deployed::Program& program_;
  const deployed::Tree& tree_;
  std::map<std::string, intent::AccountIndex, std::less<>> accounts_;
  std::vector<Binding> bindings_;
  std::vector<std::vector<std::size_t>> by_account_;
  std::map<std::string, Level> sets_;
  std::map<std::pair<std::size_t, policy::Kind>, Level> nodes_;
  std::vector<OfResource> resources_;
};

/// "role/app/x" of a principal of the export.
[[nodiscard]] std::string TailOf(const snapshot::Principal& principal);

/// Whether the role is one that Identity Center makes of a permission set, and of which.
[[nodiscard]] std::optional<std::string> PermissionSetOf(const snapshot::Principal& principal);

}  // namespace writ::drift

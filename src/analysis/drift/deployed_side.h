// What a snapshot says is in force: the documents that a principal holds and those attached to a
// node, references followed. What is referred to and not in the export is a Lack, never nothing.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/drift/papers.h"
#include "analysis/snapshot/snapshot.h"

namespace writ::drift {

/// Something that would have to be known.
struct Lack {
  std::string what;     ///< "the permissions boundary `arn:…` is not in the export"
  std::string command;  ///< that would export it
  auto operator<=>(const Lack&) const = default;
};

struct Rights {
  Level identity;
  std::optional<Level> boundary;  ///< absent: none
  std::vector<Lack> lacking;
  std::vector<source::Span> from;
};

struct Attached {
  Level documents;
  std::vector<Lack> lacking;
  bool is_full_assumed = false;  ///< FullAWSAccess is among them, and the export does not say so
  std::vector<source::Span> from;
};

class DeployedSide {
 public:
  DeployedSide(const snapshot::Snapshot& snapshot, Papers& papers);

  [[nodiscard]] const snapshot::Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] Rights RightsOf(const snapshot::Principal& principal);
  [[nodiscard]] Rights RightsOf(const snapshot::PermissionSet& set);
  [[nodiscard]] std::optional<Lack> LackOf(const snapshot::Exported<snapshot::DocumentId>& document,
                                           std::string_view what, const std::string& command,
                                           const Paper*& paper);

  /// Whether the export says anything of organization policies.
  [[nodiscard]] bool has_policies() const { return has_policies_; }
  [[nodiscard]] bool has_nodes() const { return !snapshot_.organization.nodes.items.empty(); }
  [[nodiscard]] const snapshot::OrganizationNode* FindNode(std::string_view id) const;
  /// The id of the root; empty if nothing names it.
  [[nodiscard]] const std::string& root_id() const { return root_id_; }
  /// SCPs or RCPs that are attached to the node itself.
  [[nodiscard]] Attached AttachedTo(const std::string& node, policy::Kind kind);
  /// Whether the root says that the policy type is not enabled.
  [[nodiscard]] bool IsOff(policy::Kind kind) const;
  /// Whether the export says which policy types are enabled.
  [[nodiscard]] bool TellsTypes() const;
  /// Ids from the highest node that the export names above the account, or the account, down to
  /// it; empty for a loop, and for more levels than there can be.
  [[nodiscard]] std::vector<std::string> LineTo(const std::string& account) const;
  [[nodiscard]] bool IsRoot(std::string_view id) const;
  /// Ids from the root down to the account; nothing if the export does not tell.
  [[nodiscard]] std::optional<std::vector<std::string>> PathTo(const std::string& account) const;

 private:
  void Take(const snapshot::PolicyReference& reference, std::string_view what,
            const std::string& account, Level& level, Rights& rights);
  [[nodiscard]] const snapshot::ManagedPolicy* Find(const snapshot::PolicyReference& reference,
                                                    const std::string& account) const;

  const snapshot::Snapshot& snapshot_;
  Papers& papers_;
  std::map<std::string, const snapshot::ManagedPolicy*> managed_;  ///< by ARN and by key
  std::map<std::pair<std::string, std::string>, const snapshot::ManagedPolicy*> by_name_;
  std::map<std::pair<std::string, std::string>, const snapshot::Principal*> groups_;
  std::map<std::string, const snapshot::OrganizationNode*, std::less<>> nodes_;
  std::map<std::string, std::set<std::size_t>> attached_;  ///< node → policies
  std::string root_id_;
  bool has_policies_ = false;
};

/// "aws iam get-account-authorization-details", with the file that it fills.
[[nodiscard]] std::string AccountCommand(std::string_view account);

}  // namespace writ::drift

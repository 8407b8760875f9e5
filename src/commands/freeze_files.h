// The files beside the policies of a freeze.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/freeze.h"
#include "compiler/build_tree.h"

namespace writ::commands {

/// The file that records a freeze.
inline constexpr std::string_view kFreezeRecord = "freeze.json";
/// What its scripts read: a line for each policy.
inline constexpr std::string_view kFreezePolicies = "freeze.tsv";

/// A policy of a freeze.
struct FreezePolicy {
  std::string path;       ///< in the tree
  std::string name;       ///< in AWS Organizations: by content and target
  std::string target;     ///< declared name
  std::string target_id;  ///< "root", OU or account id
  std::size_t characters = 0;
  std::size_t quota = 0;
  std::string sha256;
  std::vector<emit::BeyondEntry> beyond;  ///< what it refuses that the catalog does not know
};

/// Where a build stages a freeze in its tree.
inline constexpr std::string_view kStagedFolder = "freeze/";

/// A line of kFreezePolicies.
[[nodiscard]] std::string LineOf(const FreezePolicy& policy);

/// The policies of a packed tree, in its order. Names of staged ones are those that apply.sh of the
/// build gives them.
[[nodiscard]] std::vector<FreezePolicy> PoliciesOf(const emit::Tree& tree,
                                                   const intent::Organization& organization,
                                                   bool is_staged);

/// All files of the tree: the policies as they were proved, scripts, open.md, freeze.json and the
/// manifest that makes the folder one that Writ wrote.
[[nodiscard]] host::FileSet FreezeFiles(const FreezeOptions& options,
                                        const compiler::Freeze& freeze, const host::FileSet& proved,
                                        const std::vector<FreezePolicy>& policies,
                                        const std::string& as_of, const catalog::Catalog& catalog);

}  // namespace writ::commands

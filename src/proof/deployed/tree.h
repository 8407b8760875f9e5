// A tree of artifacts read back from its bytes: which policies are in force where. What wrote the
// tree has no part in it; a tree that was edited by hand is read the same way.
//
// The manifest says what is attached to what and is believed in that; a policy that nothing
// attaches is not in force. All that is not a policy (guardrail requests, enforcement, logging) is
// kept as text.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"
#include "iam/policy/document.h"
#include "program/intent/model.h"

namespace writ::deployed {

/// Path relative to the tree's root → bytes.
using Files = std::map<std::string, std::string>;

/// The kind of policy that a path's suffix names; nothing for requests of other calls.
[[nodiscard]] std::optional<policy::Kind> KindOf(std::string_view path);

/// Characters of a document as it is sent, which is what AWS counts: apply.sh and the forms leave
/// out the white space between the tokens of a policy, however the file is laid out. Of requests of
/// other calls, which the AWS CLI reads itself, the bytes of the file.
[[nodiscard]] std::size_t CharactersSent(std::string_view path, std::string_view bytes);

/// A file that is not what its name says.
struct Malformed {
  std::string path;
  std::size_t offset = 0;  ///< bytes from its begin
  std::string message;
  bool is_refused_by_aws = false;  ///< it can be read, and AWS would not create it
  bool is_doubtful = false;        ///< it can be read in several ways (policy/doubt.h)
};

/// What a document says, and all others that are the same text but for names that AWS assigned:
/// account numbers and ids of guardrails. It is read once.
struct Content {
  policy::PolicyDocument document;  ///< under the names of the first
  /// In it, in order of appearance: "a" before a number, "g" before an id.
  std::vector<std::string> names;
  bool asks_where_callers_are = false;  ///< in the organization; "no" is certain
};

struct Policy {
  std::string path;
  policy::Kind kind = policy::Kind::kIdentity;
  std::string folder;  ///< the name after iam/ or trust/: an account
  std::shared_ptr<const Content> content;
  std::vector<std::string> names;  ///< its own, for those of the content

  [[nodiscard]] policy::PolicyDocument document() const;
};

struct Attachment {
  std::string path;
  std::string to;  ///< "root", "ou", "account", "role", "user", "permission-set", "vpc-endpoint"
  std::string id;
  bool open = false;  ///< `id` is a pattern or tag: principals are named at deployment
};

struct Tree {
  std::vector<Policy> policies;               ///< by path
  std::vector<Attachment> attachments;        ///< in the manifest's order
  std::map<std::string, std::string> others;  ///< requests of other AWS calls, by path
  std::map<std::string, std::string> forms;   ///< templates and configurations, by path
  std::map<std::string, std::vector<std::string>> targets;  ///< path → "target" of the manifest
  /// "path sid" of a statement → the places of the sentences that made it, as the manifest says.
  std::map<std::string, std::vector<std::string>> made_by;
  /// The same → how the manifest says that it says of which accounts its callers are: "all",
  /// "units", "listed", "spread".
  std::map<std::string, std::set<std::string>> callers;
  /// Path of an SCP → patterns of actions that the manifest says it refuses beyond the catalog.
  std::map<std::string, std::vector<std::string>> beyond;
  /// Form of deployment ("terraform") → documents that it leaves to the script, and why, as the
  /// manifest says.
  std::map<std::string, std::map<std::string, std::string>> left;
  bool has_script = false;
  std::vector<std::string> missing;   ///< in the manifest, not in the tree
  std::vector<std::string> unlisted;  ///< in the tree, not in the manifest

  [[nodiscard]] const Policy* Find(std::string_view path) const;
};

[[nodiscard]] support::Result<Tree, std::vector<Malformed>> ReadTree(const Files& files);

}  // namespace writ::deployed

// The policies that a program lowers to, each statement with the sentences it came from. Values
// only: rendering, sizes and files are emit's, proofs are verify's.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/document.h"

namespace writ::lower {

/// A statement and why it is there.
struct Sourced {
  policy::Statement statement;    ///< without a Sid: emit numbers them
  std::vector<std::string> from;  ///< "path:line:column" of each sentence, sorted
  std::string reason;             ///< one line for people
};

/// What is known of how small a document is among those that mean the same.
struct Smallness {
  bool is_smallest = false;          ///< none of its class is smaller
  std::size_t least_statements = 0;  ///< none of its class has fewer
  std::size_t least_characters = 0;  ///< nor fewer of these, Sids left out
};

struct Document {
  enum class Kind { kIdentity, kPermissionSet, kScp, kTrust, kEndpoint };
  Kind kind = Kind::kIdentity;
  std::string folder;                ///< "iam/payments"
  std::string name;                  ///< file name without part number and suffix: "fraud", "prod"
  std::vector<std::string> targets;  ///< account, permission set, node: declared names
  std::vector<Sourced> statements;
  std::optional<Smallness> smallness = std::nullopt;  ///< if it was looked for
};

/// What a document must be attached to for the program to hold.
struct Attachment {
  std::string folder;  ///< of the document
  std::string name;
  std::string to;     ///< "root", "ou", "account", "role", "user", "permission-set", "vpc-endpoint"
  std::string id;     ///< identifier, or the pattern of the principals' names
  bool open = false;  ///< the principals are known by pattern or tag only
  auto operator<=>(const Attachment&) const = default;
};

struct Bundle {
  std::vector<Document> documents;      ///< by folder and name
  std::vector<Attachment> attachments;  ///< by document, then target
};

}  // namespace writ::lower

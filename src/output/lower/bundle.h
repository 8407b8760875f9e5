// The policies that a program lowers to, each statement with the sentences it came from. Values
// only: rendering, sizes and files are emit's, proofs are verify's.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iam/policy/document.h"

namespace writ::lower {

/// How a statement that serves callers of several accounts says of which.
struct Callers {
  enum class Form : std::uint8_t {
    kAll,     ///< of all below the node, or in the organization, also those to come
    kUnits,   ///< of OUs, by their paths
    kListed,  ///< account by account
    kSpread,  ///< exempt everywhere; documents of OUs and accounts forbid it where that is wrong
  };
  Form form = Form::kAll;
  std::string because;  ///< why not in a form that does not grow with the accounts
  auto operator<=>(const Callers&) const = default;
};
/// In which form the statement itself says it: all, units or listed.
[[nodiscard]] Callers::Form FormIn(const policy::Statement& statement);
/// "all", "units", "listed", "spread".
[[nodiscard]] std::string_view Name(Callers::Form form);

/// A statement and why it is there.
struct Sourced {
  policy::Statement statement;        ///< without a Sid: emit numbers them
  std::vector<std::string> from;      ///< "path:line:column" of each sentence, sorted
  std::string reason;                 ///< one line for people
  std::vector<Callers> callers = {};  ///< sorted; none where one account's callers are meant
};

/// What is known of how small a document is among those that mean the same.
struct Smallness {
  bool is_smallest = false;          ///< none of its class is smaller
  std::size_t least_statements = 0;  ///< none of its class has fewer
  std::size_t least_characters = 0;  ///< nor fewer of these, Sids left out
};

/// A name that AWS assigned, and the text of the same length that stands for it.
struct AssignedName {
  std::string stand_in;
  std::string name;
};

struct Document {
  enum class Kind { kIdentity, kPermissionSet, kScp, kRcp, kTrust, kEndpoint };
  Kind kind = Kind::kIdentity;
  std::string folder;                ///< "iam/payments"
  std::string name;                  ///< file name without part number and suffix: "fraud", "prod"
  std::vector<std::string> targets;  ///< account, permission set, node: declared names
  std::vector<Sourced> statements;
  std::optional<Smallness> smallness = std::nullopt;  ///< if it was looked for
  /// What stands in the statements, as whole words of letters and digits, for names of the
  /// document's own account.
  std::vector<AssignedName> names = {};
  /// The earlier document whose statements this one has, under its own names: it is without any.
  std::optional<std::size_t> like = std::nullopt;
};

/// What the documents of this name must be attached to for the program to hold.
struct Attachment {
  std::string folder;  ///< of the documents
  std::string name;
  std::string to;     ///< "root", "ou", "account", "role", "user", "permission-set", "vpc-endpoint"
  std::string id;     ///< identifier, or the pattern of the principals' names
  bool open = false;  ///< the principals are known by pattern or tag only
  auto operator<=>(const Attachment&) const = default;
};

struct Bundle {
  /// By folder and name, then the RCPs likewise: those of a node have the name of its SCPs.
  std::vector<Document> documents;
  std::vector<Attachment> attachments;  ///< by document, then target
};

/// Where stand-ins are in a text: places, and which of `names`.
using NamePlaces = std::vector<std::pair<std::size_t, std::size_t>>;
[[nodiscard]] NamePlaces FindStandIns(std::string_view text,
                                      const std::vector<AssignedName>& names);
/// The text with the names in place.
[[nodiscard]] std::string WithNames(std::string text, const NamePlaces& places,
                                    const std::vector<AssignedName>& names);
/// Gives every document statements of its own, with its names in place.
void Spell(Bundle& bundle);
/// The same of one document, whose statements those of `document` or of what it is like are.
void Spell(Document& document, const std::vector<Sourced>& statements);

}  // namespace writ::lower

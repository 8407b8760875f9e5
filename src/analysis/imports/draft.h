// What is deployed as the draft of a program: the organization, teams of principals whose documents
// say the same, and for each statement of theirs the sentences that would say it, or why there are
// none. Nothing is proved here: whoever uses a draft builds the program and compares, and takes out
// what means something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analysis/imports/reason.h"
#include "analysis/imports/words.h"
#include "analysis/snapshot/snapshot.h"
#include "base/source/source.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"
#include "language/syntax/ast.h"

namespace writ::imports {

/// How teams are called.
enum class TeamNames : std::uint8_t {
  kName,  ///< by their principals
  kPath,  ///< by the path of their principals
  kTag,   ///< by a tag of their principals
};

struct Options {
  TeamNames team_names = TeamNames::kName;
  std::string team_tag;  ///< for kTag
  /// Prefixes of services, folded; empty: all.
  std::vector<std::string> services;
  /// Accounts and units are called by their numbers: names of the export are not to be used.
  bool is_by_number = false;
  /// 12 digits, of principals whose account no export tells; empty: kPlaceholderAccount.
  std::string account;
};

/// The account of principals whose account no export tells: the number that AWS's documentation
/// uses for examples. Source: AWS General Reference, "AWS account identifiers" (examples there and
/// in the IAM User Guide use 111122223333), read 2026-11-29.
inline constexpr std::string_view kPlaceholderAccount = "111122223333";

/// The account that stands for those that no export shows. Any number will do that is easily seen
/// to be made up; it is counted up past those that are taken.
inline constexpr std::uint64_t kFirstUnseenAccount = 444'455'556'666;

/// A statement as it was read.
struct ReadStatement {
  snapshot::DocumentId document = 0;
  std::size_t index = 0;  ///< in its document
  policy::Version version = policy::Version::k2012;
  policy::Statement statement;
  source::Span span;
  /// A statement of another member of the same team that this one repeats: what becomes of that
  /// becomes of this.
  std::optional<std::size_t> same_as = std::nullopt;
};

/// A principal that sentences are about.
struct Member {
  std::string account;  ///< 12 digits
  snapshot::PrincipalType type = snapshot::PrincipalType::kRole;
  std::string name;                ///< path and name after `role/` or `user/`, without slash before
  bool is_permission_set = false;  ///< `name` is that of a permission set
  std::string arn;                 ///< of the principal, or what it would be
  /// What of its policies the export lacks, in words; empty: all are there.
  std::vector<std::string> missing;
  std::string account_name = {};        ///< in the program
  std::vector<std::string> above = {};  ///< ids of the nodes whose SCPs bind it
};

/// Whom statements bind: a team, or an organization node with its SCPs.
struct Holder {
  enum class Kind : std::uint8_t { kTeam, kNode };
  Kind kind = Kind::kTeam;
  std::string name;             ///< in the program; empty for the root
  std::vector<Member> members;  ///< of a team
  std::string node;             ///< id, of a node; empty for the placeholder's root
};

enum class Fate : std::uint8_t {
  kSentence,  ///< said by a sentence of a verb
  kDo,        ///< said by `do` sentences
  kNothing,   ///< applies to no request, or to none that is not denied
  kResidue,   ///< stays as it is
};

inline constexpr std::size_t kNoHolder = std::numeric_limits<std::size_t>::max();

/// A statement of one holder, and what becomes of it.
struct Part {
  std::size_t holder = kNoHolder;
  std::size_t statement = 0;  ///< of Draft::statements
  Fate fate = Fate::kDo;
  std::vector<syntax::Sentence> sentences = {};
  /// For kSentence: the part whose sentences say this one, too.
  std::optional<std::size_t> said_by = std::nullopt;
  Refusal refusal = {};  ///< for kResidue
  /// For kResidue: a request that shows why.
  std::optional<policy::Request> request = std::nullopt;
};

struct Draft {
  syntax::OrganizationDecl organization;
  std::vector<syntax::TeamDecl> teams;  ///< by holder, those that are teams
  std::vector<Holder> holders;
  std::vector<ReadStatement> statements;
  std::vector<Part> parts;         ///< by holder, then statement; those of no holder last
  std::size_t service_linked = 0;  ///< principals that AWS manages, left out
  bool has_placeholder = false;    ///< some principals were given an account
  /// Accounts of the program that stand for those that no export shows, by name. Without them what
  /// is said of the accounts that were read would be said of the whole organization.
  std::vector<std::string> unseen_accounts;
  /// SCPs are attached, and no export shows whether the organization has them enabled.
  bool is_scp_use_unknown = false;
  Words words;
};

/// Linear in principals × statements.
[[nodiscard]] Draft MakeDraft(const snapshot::Snapshot& snapshot, const catalog::Catalog& catalog,
                              const Options& options);

}  // namespace writ::imports

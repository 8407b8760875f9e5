// Who owns a resource: what its ARN says and aws:ResourceAccount says again, for questions that
// take the two for independent.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/decide/sendable.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// What the catalog says of accounts in the ARNs of resources, by pattern of actions: each pattern
/// is looked up once. Safe from several threads; the catalog must outlive it.
class ArnAccounts {
 public:
  explicit ArnAccounts(const catalog::Catalog& catalog) : catalog_(catalog) {}

  /// Whether the account is part of every ARN that is of the actions' types and among those that
  /// `resource`, a pattern of six parts, names. False where the catalog does not know, and of all
  /// but some actions. A pattern of actions costs the actions that it names the first time, then
  /// the formats of their types.
  [[nodiscard]] bool IsAlwaysOwned(const policy::Patterns& actions,
                                   std::string_view resource) const;

 private:
  /// The last part of a format up to what is variable in it.
  struct Format {
    std::string head;
    bool has_account = false;
    auto operator<=>(const Format&) const = default;
  };
  /// The formats of the actions' types, each once; nothing where the catalog does not know.
  using Formats = std::optional<std::vector<Format>>;

  [[nodiscard]] const Formats& FormatsOf(const std::string& pattern) const;
  [[nodiscard]] Formats Read(std::string_view pattern) const;

  const catalog::Catalog& catalog_;
  mutable std::mutex mutex_;
  /// Entries stay where they are.
  mutable std::map<std::string, Formats> known_;
};

/// What is true of every request for a resource that has an owner, as a document that allows these
/// and no others: aws:ResourceAccount is there and is the account of the ARN, and where a statement
/// leaves open the account of what always has one, there is one. Accounts that neither set names
/// are one account; what AWS owns is of none that is named; of `*` and of what has no account
/// nothing is said. Nothing if no statement reads the key, for then nothing follows. Linear in the
/// statements.
///
/// Source: IAM User Guide, "AWS global condition context keys", aws:ResourceAccount, read
/// 2026-11-29. The page lists actions that do not carry the key; of these it is assumed as well.
[[nodiscard]] std::optional<policy::PolicyDocument> OwnersAgree(const policy::PolicySet& one,
                                                                const policy::PolicySet& other,
                                                                const ArnAccounts& accounts);

/// An account whose place in an organization is known.
struct OwningAccount {
  std::string id;
  Affiliation affiliation;  ///< as far as it is known
};

/// Whether a statement of the sets reads aws:ResourceOrgID or aws:ResourceOrgPaths. Linear in them.
[[nodiscard]] bool AskWhereOwnersLie(const policy::PolicySet& one, const policy::PolicySet& other);

/// What is true of every request for a resource whose ARN names one of the accounts, as a document
/// that allows these and no others: aws:ResourceOrgID and aws:ResourceOrgPaths are there and tell
/// where the account lies. Of other resources nothing is said. Nothing if no statement reads one of
/// the keys. Linear in the statements and accounts.
///
/// Source: IAM User Guide, "AWS global condition context keys", aws:ResourceOrgID and
/// aws:ResourceOrgPaths, read 2026-11-29: there if the owner is an account of an organization. The
/// page lists actions that do not carry the keys; of these it is assumed as well.
[[nodiscard]] std::optional<policy::PolicyDocument> OwnersLie(
    const policy::PolicySet& one, const policy::PolicySet& other,
    const std::vector<OwningAccount>& accounts);

}  // namespace writ::decide

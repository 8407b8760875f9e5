// Who owns a resource: what its ARN says and aws:ResourceAccount says again, for questions that
// take the two for independent.
#pragma once

#include <optional>
#include <string>

#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// Whether the account is part of every ARN that is of the actions' types and among those that
/// `resource`, a pattern of six parts, names. False where the catalog does not know, and of all but
/// some actions. Linear in the actions of the catalog that the patterns name.
[[nodiscard]] bool IsAlwaysOwned(const policy::Patterns& actions, const std::string& resource,
                                 const catalog::Catalog& catalog);

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
                                                                const catalog::Catalog& catalog);

}  // namespace writ::decide

// Statements of one document that serves callers of several accounts: for whom they hold, and how
// they name what an account owns without naming the account.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conditions.h"
#include "iam/policy/document.h"
#include "program/intent/model.h"

namespace writ::lower {

/// What `Permit` writes for the account where a statement is to serve callers of several: no text
/// of a policy, and without a colon, so that it keeps its place in an ARN.
inline constexpr std::string_view kCallersAccount = "<the caller's account>";

/// The statement with kCallersAccount as a policy variable. AWS does not document one before the
/// fifth colon of a resource, so resources of the caller's account are of any account there, and
/// `aws:ResourceAccount` is the caller's. Nothing: a condition on that key is in the way.
[[nodiscard]] std::optional<std::vector<policy::Statement>> OfCallersAccount(
    policy::Statement statement);

/// Units that are in both lists; of a unit and one below it, the lower.
[[nodiscard]] std::vector<intent::NodeIndex> UnitsInBoth(
    const intent::Organization& organization, const std::vector<intent::NodeIndex>& one,
    const std::vector<intent::NodeIndex>& other);

/// That the caller is of one of the accounts, those of `units` among them: one block for the
/// units, one for the accounts outside of them. A unit stands for the
/// accounts that join it later as well, where the program tells its id. An empty block: of all.
[[nodiscard]] std::vector<Block> CallersOf(const intent::Organization& organization,
                                           const std::vector<intent::NodeIndex>& units,
                                           const std::vector<intent::AccountIndex>& accounts);
/// The same, account by account.
[[nodiscard]] Block CallersOf(const intent::Organization& organization,
                              const std::vector<intent::AccountIndex>& accounts);

}  // namespace writ::lower

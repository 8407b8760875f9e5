// Who is asking, in the words of sentences.
#pragma once

#include "program/intent/model.h"
#include "proof/reference/request.h"

namespace writ::reference {

/// Whether the caller is one of the holder's principals in one of its accounts. A service is in no
/// account: that of the resource, the role that it may assume, counts. A holder without accounts (a
/// tag in a prohibition) is meant in every account.
[[nodiscard]] bool IsOneOf(const intent::Holder& holder, const intent::Model& model,
                           const Asked& asked);

/// Whether the caller has what the holder's principals hold: it is one of them, or the session for
/// a federated user that one of its users got, which is named like the user. Such a session has the
/// user's rights, but goes by its own ARN. Source: IAM User Guide, "Permissions for
/// GetFederationToken", read 2026-11-30.
[[nodiscard]] bool IsHolder(const intent::Holder& holder, const intent::Model& model,
                            const Asked& asked);

/// The root and OUs above an account that the program does not list, by the OU ids of
/// aws:PrincipalOrgPaths; nothing for accounts that it does.
[[nodiscard]] std::vector<intent::NodeIndex> UnitsAbove(const intent::Model& model,
                                                        const Asked& asked);

/// The same as IsOneOf for a caller of an account that the program does not list: an OU or the
/// organization in `in` stands for its accounts now and later. Never more than open: what reaches
/// such an account depends on how a sentence is deployed.
[[nodiscard]] Answer MayJoin(const intent::Holder& holder, const intent::Model& model,
                             const Asked& asked);

/// Whether a prohibition binds the caller: "prohibitions do not bind the management account,
/// service-linked roles or AWS services" (LANGUAGE 3).
[[nodiscard]] Answer Binds(const intent::Prohibition& prohibition, const intent::Model& model,
                           const Asked& asked);

/// The account that "in" is about.
[[nodiscard]] std::string AccountOf(const Asked& asked);

/// Whether an account of this number is in the list.
[[nodiscard]] bool IsIn(const std::vector<intent::AccountIndex>& accounts,
                        const intent::Model& model, std::string_view id);

}  // namespace writ::reference

// Permissions as Allow statements: the least reading, one statement for each authorization that AWS
// checks in a call, with exact ARNs.
#pragma once

#include "context.h"

namespace writ::lower {

/// The statements of one permission for holders in one account. Empty where a required guardrail is
/// not bound (its places are added to `unbound`). `account_text` stands in ARNs for the account.
[[nodiscard]] std::vector<policy::Statement> Permit(Context& context,
                                                    const intent::Permission& permission,
                                                    const intent::Account& account,
                                                    const std::string& account_text,
                                                    Unbound& unbound);

}  // namespace writ::lower

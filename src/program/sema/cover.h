// Where a prohibition is placed: the fewest, highest nodes of the organization that hold exactly
// its accounts, so that one document serves many accounts and none too many.
#pragma once

#include <vector>

#include "program/intent/model.h"

namespace writ::sema {

/// `accounts` sorted, members only. Linear in the number of nodes and accounts.
[[nodiscard]] std::vector<intent::NodeIndex> Cover(
    const intent::Organization& organization, const std::vector<intent::AccountIndex>& accounts);

}  // namespace writ::sema

// What a service control policy refuses that the catalog does not know: actions that AWS may add
// under a wildcard, models that a pattern will match once they exist.
#pragma once

#include <vector>

#include "iam/policy/document.h"
#include "output/emit/tree.h"

namespace writ::emit {

/// By statement, in order; statements that refuse only what they name have no entry.
[[nodiscard]] std::vector<BeyondEntry> BeyondCatalog(const policy::PolicyDocument& document);

}  // namespace writ::emit

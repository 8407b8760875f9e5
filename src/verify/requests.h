// Requests of other AWS calls in a tree (guardrails, enforcement, logging), held against what the
// program says, member by member.
#pragma once

#include <vector>

#include "verify/reading.h"
#include "writ/verify/prove.h"
#include "writ/verify/tree.h"

namespace writ::verify {

[[nodiscard]] std::vector<Difference> CompareRequests(const Facts& facts, const Tree& tree);

}  // namespace writ::verify

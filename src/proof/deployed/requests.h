// Requests of other AWS calls than those that make policies: guardrails, their versions and who may
// use them, their enforcement by account and by organization, invocation logging, rules that tell
// of events. Each is read back
// from its bytes as what it makes AWS do and held against the program, by a reading of its own that
// shares nothing with what wrote it.
//
// Enforcement and logging are compared place by place (account and region): which file brings a
// setting there does not matter, as long as it does.
#pragma once

#include <vector>

#include "proof/deployed/mismatch.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::deployed {

/// Everything in which the requests of the tree part from the program. Files that the manifest
/// lists and the tree lacks are told elsewhere.
[[nodiscard]] std::vector<Mismatch> CompareRequests(const Program& facts, const Tree& tree);

}  // namespace writ::deployed

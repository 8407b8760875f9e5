// The rules that tell of events, read back as what reaches whom in each account and region, and
// held against what the program asks to be watched. How events are spread over rules does not
// matter.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "proof/deployed/mismatch.h"
#include "proof/deployed/program.h"
#include "proof/deployed/said.h"
#include "proof/deployed/tree.h"

namespace writ::deployed {

/// Everything in which monitoring/ parts from the program. `read` gets the paths that were read.
/// What CloudTrail records a call as is taken from the dated facts on both sides. Queries for
/// Athena are not read here.
[[nodiscard]] std::vector<Mismatch> CompareMonitoring(const Program& facts, const Tree& tree,
                                                      std::set<std::string>& read);

/// A PutRule request and the targets of its rule, for forms of deployment.
[[nodiscard]] Said ReadRule(const support::json::Value& rule);
[[nodiscard]] Said ReadTargets(const support::json::Value& targets);

}  // namespace writ::deployed

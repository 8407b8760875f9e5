// The policies of gateways' engines, read back and held against what the program says of calls: a
// reading of the rules of its own, and the policies as their text says, over all calls.
//
// Every fact about a call that either side reads is tried with one value of each class that no
// constant of either tells apart, so that what is the same for all of these is the same for all
// calls. Callers, tools that the manifests do not list, other gateways of the engine and times are
// facts too.
#pragma once

#include <cstddef>
#include <vector>

#include "proof/deployed/mismatch.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"
#include "proof/verify/prove.h"

namespace writ::verify {

struct GatewayComparison {
  std::vector<deployed::Mismatch> differences;
  std::vector<GivenUp> given_up;
};

/// Everything in which gateways/ parts from the program; of calls of one tool the first. More than
/// `most_cases` for one tool and kind of caller are given up on.
[[nodiscard]] GatewayComparison CompareGateways(const Program& program, const deployed::Tree& tree,
                                                std::size_t most_cases = 200'000);

}  // namespace writ::verify

// What a prohibition on models leaves open, and what it takes along: said where AWS gives no means
// to tell the sentence's models from others.
#pragma once

#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// Warns of ways to the models of prohibitions that stay open, once for the program; of planes that
/// are refused as a whole, and of duties that cannot be done on a plane.
void WarnWaysLeft(Context& context);

/// Another service through which models are reached.
struct WayElsewhere {
  std::string title;    ///< "models deployed on SageMaker"
  std::string closing;  ///< what `nobody may` says to close it
};
/// All of stdlib/aws/elsewhere.json, in its order.
[[nodiscard]] std::vector<WayElsewhere> WaysElsewhere();

}  // namespace writ::sema

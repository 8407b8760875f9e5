// A condition key of Bedrock in a sentence about both planes stands for the key of the same name on
// the other plane too. IAM has no key for both, and a request carries only its own plane's, so such
// a statement becomes one for each plane.
#pragma once

#include <vector>

#include "base/support/result.h"
#include "context.h"
#include "iam/policy/document.h"

namespace writ::lower {

/// `statement`, or its parts for each plane if it asks for a key that has a twin. Fails for an
/// exception that names actions of the other plane: IAM cannot take them out of a list of one
/// prefix.
[[nodiscard]] support::Result<std::vector<policy::Statement>> ByPlane(const Context& context,
                                                                      policy::Statement statement);

}  // namespace writ::lower

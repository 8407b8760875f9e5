// The inference profiles that a call of a model may name.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"

namespace writ::drift {

/// ARNs of profiles for the request in place of that which its `bedrock:InferenceProfileArn` names,
/// where the catalog does not know that AWS offers it for the request's model in its Region: system
/// profiles that AWS offers there, then an application profile of the caller's account. Empty where
/// the request names no system profile, names one that is offered, or is not on a foundation model.
[[nodiscard]] std::vector<std::string> OfferedProfiles(const policy::Request& request,
                                                       const catalog::Catalog& catalog);

}  // namespace writ::drift

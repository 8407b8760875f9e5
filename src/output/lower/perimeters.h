// Sentences about callers outside of the organization as Deny statements of resource control
// policies.
//
// Sources: AWS Organizations User Guide, "Resource control policies" (syntax, what they do not
// apply to), read 2026-11-29; IAM User Guide, "AWS global condition context keys"
// (aws:PrincipalOrgID, aws:PrincipalIsAWSService, aws:SourceOrgID, aws:SourceAccount), read
// 2026-11-29.
#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace writ::lower {

/// One statement for callers that are no AWS service and one for AWS services, for each alternative
/// of the sentence's conditions. Reports W5001 for conditions that IAM cannot say.
[[nodiscard]] std::vector<policy::Statement> Refuse(Context& context,
                                                    const intent::Perimeter& perimeter);

}  // namespace writ::lower

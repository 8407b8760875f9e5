// Policies of VPC endpoints. `endpoint E { vpce "…" in A }` says whose calls come through E: those
// of principals of A. Service control policies say nothing to callers of other organizations, whose
// credentials would pass the endpoint of a network that is closed otherwise; the endpoint's own
// policy does.
#pragma once

#include <vector>

#include "output/lower/lower.h"

namespace writ::lower {

struct EndpointPolicy {
  Document document;
  std::vector<Attachment> attachments;  ///< to each id of the endpoint
};

/// For each endpoint that has ids (`vpce`), says its accounts and is named by some sentence; the
/// others' policies are nobody's business here. By name.
[[nodiscard]] std::vector<EndpointPolicy> EndpointPolicies(const Input& input);

}  // namespace writ::lower

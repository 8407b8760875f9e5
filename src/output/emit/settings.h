// What sentences about settings of accounts and of the organization become: the requests that say
// how long Bedrock keeps what it is sent, and AI services opt-out policies.
#pragma once

#include <vector>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "output/emit/tree.h"
#include "program/intent/model.h"

namespace writ::emit {

/// retention/<account>.<region>.bedrock.PutAccountDataRetention.json, and the same of
/// bedrock-mantle where the region has it or nobody knows: the mode that keeps least of those that
/// sentences say for the place. By path.
[[nodiscard]] std::vector<Artifact> RetentionRequests(const intent::Model& model,
                                                      const catalog::Catalog& catalog);

/// organization/<target>.ai-opt-out.json at each node that a sentence names, unless policies above
/// it say the same: an account is opted out of a service if some sentence about both says so.
/// Reports a policy above that is locked and says otherwise (W8146), warns of what another sentence
/// covers (W8147), and reports a policy that is too large (W8148).
[[nodiscard]] Tree OptOutPolicies(const intent::Model& model, const catalog::Catalog& catalog,
                                  diag::Sink& sink);

}  // namespace writ::emit

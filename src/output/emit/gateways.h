// What `call` becomes beside IAM: a policy engine for each gateway that sentences are about, and
// its policies in Cedar.
#pragma once

#include <vector>

#include "base/diag/diag.h"
#include "output/emit/tree.h"
#include "program/intent/model.h"

namespace writ::emit {

/// gateways/<name>.bedrock-agentcore-control.CreatePolicyEngine.json, and for each policy
/// gateways/<name>-N.cedar with its request, gateways/<name>-N.bedrock-agentcore-control.
/// CreatePolicy.json, which lacks the id of the engine: AWS assigns it. A policy's name is made of
/// its text, so that a policy that stays keeps its name whatever comes before it.
///
/// An engine without policies denies every call, so each gateway that the model has rules for gets
/// one; `rules` are those that need a policy.
///
/// Reports a gateway whose policies exceed what an engine takes (W5210).
[[nodiscard]] std::vector<Artifact> GatewayRequests(const intent::Model& model,
                                                    const std::vector<intent::ToolRule>& rules,
                                                    diag::Sink& sink);

}  // namespace writ::emit

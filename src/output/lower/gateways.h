// Rules about tools of gateways as policies of their engines.
#pragma once

#include <string>
#include <vector>

#include "program/intent/model.h"

namespace writ::lower {

/// One policy in Cedar, and the rule that it says.
struct GatewayPolicy {
  intent::GatewayIndex gateway;
  const intent::ToolRule* rule = nullptr;
  std::string statement;
};

/// One policy for each of the rules, which are the model's or as much as these, by gateway and then
/// in the order of the rules; those that are the same text once, for the first. Types are those of
/// the manifests, so that each validates: an argument that may be absent is asked for before it is
/// read, numbers with a fraction are decimals. Linear.
[[nodiscard]] std::vector<GatewayPolicy> GatewayPolicies(
    const intent::Model& model, const std::vector<intent::ToolRule>& rules);

}  // namespace writ::lower

// Programs about tools of gateways at random, with the manifests of their targets.
#pragma once

#include <map>
#include <string>

#include "proof/reference/random.h"

namespace writ::gateways {

struct GatewayProgram {
  std::string text;
  std::map<std::string, std::string> manifests;  ///< by name of the file
};

/// One gateway, by token or by role, with two targets, and sentences that fit the types of their
/// arguments: texts, whole numbers, numbers with a fraction, switches, lists, objects in objects,
/// required and optional.
[[nodiscard]] GatewayProgram RandomGatewayProgram(reference::Random& random);

}  // namespace writ::gateways

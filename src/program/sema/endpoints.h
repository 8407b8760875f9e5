// Endpoints: the network places that a call comes through.
#pragma once

#include <cstdint>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// Fills Model::endpoints, in order of name; reports ids and ranges that cannot be.
void BuildEndpoints(Context& context);

/// Warns of a sentence that asks for calls through one of `endpoints` in accounts that none of them
/// is for. Endpoints that do not say their accounts are for all.
void WarnEndpointsElsewhere(Context& context, const std::vector<intent::EndpointIndex>& endpoints,
                            const std::vector<intent::AccountIndex>& accounts, Span span);

/// That a call comes through any VPC endpoint that there could be, or from the network of one that
/// the program declares; through none of those that are not `left`.
[[nodiscard]] intent::Condition ThroughAnyEndpoint(const intent::Model& model,
                                                   const std::vector<std::uint32_t>& left);

}  // namespace writ::sema

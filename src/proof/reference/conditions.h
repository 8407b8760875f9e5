// Conditions, days and endpoints of sentences, asked of one request.
#pragma once

#include "program/intent/model.h"
#include "proof/reference/request.h"

namespace writ::reference {

/// "`k op v` is false when `k` is absent; `!=` is `not =`." (LANGUAGE 3). A key of `bedrock:` in a
/// request of another AI service is the key of the same name there.
[[nodiscard]] bool Holds(const intent::Condition& condition, const Asked& asked);

/// `from D` begins at 00:00Z of D, `until D` ends with D (LANGUAGE 7).
[[nodiscard]] bool IsWithin(const intent::Period& period, const Asked& asked);

/// Whether the call comes through the endpoint.
[[nodiscard]] bool ComesThrough(const intent::Endpoint& endpoint, const Asked& asked);
[[nodiscard]] bool ComesThroughAny(const std::vector<intent::EndpointIndex>& endpoints,
                                   const intent::Model& model, const Asked& asked);

/// `text` with its policy variables replaced; nothing if one has no value.
[[nodiscard]] std::optional<std::string> Substitute(std::string_view text, const Asked& asked);

}  // namespace writ::reference

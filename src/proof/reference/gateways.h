// Calls of a gateway's tools, one at a time: what the sentences say of one, and what the policies
// of its engine do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "iam/cedar/policy.h"
#include "proof/reference/random.h"
#include "proof/reference/reference.h"
#include "proof/reference/sample.h"

namespace writ::reference {

/// A call with everything that decides it.
struct ToolCall {
  bool has_token = false;                     ///< of a gateway that knows callers by token
  std::string caller;                         ///< the caller's id
  std::map<std::string, std::string> claims;  ///< of the token
  std::string target;
  std::string tool;
  std::map<std::vector<std::string>, cedar::Value> arguments;  ///< by path
  std::set<std::vector<std::string>> objects;                  ///< paths of those that are there
  /// Paths of those that are there and of which nothing else can be said: their type is not known.
  std::set<std::vector<std::string>> unsaid;
  std::int64_t now = 0;  ///< milliseconds since 1970
};

/// Whether the sentences permit the call and none forbids it.
[[nodiscard]] bool MayCall(const Program& program, intent::GatewayIndex gateway,
                           const ToolCall& call);
/// Whether the policies let it pass; those that cannot be read let nothing pass.
[[nodiscard]] bool PoliciesAllow(const std::vector<std::string>& policies,
                                 const intent::Gateway& gateway, const ToolCall& call);

/// A call inside or just outside of what the sentences say.
[[nodiscard]] ToolCall RandomToolCall(const Program& program, intent::GatewayIndex gateway,
                                      Random& random);

/// A call that the policies decide otherwise than the sentences, among `count` of each gateway.
[[nodiscard]] std::optional<Disagreement> SampleToolCalls(const Program& program,
                                                          const Deployed& deployed, Random& random,
                                                          std::size_t count);

/// "call of T.t by …, input.amount = 500": for people.
[[nodiscard]] std::string TextOf(const ToolCall& call);

}  // namespace writ::reference

// Sentences about tools of gateways beside one another: what prohibitions leave of permissions,
// and what could be left out. Decided for all calls, as far as not too many have to be tried.
#pragma once

#include <string>
#include <vector>

#include "analysis/lint/rules.h"
#include "proof/verify/prove.h"

namespace writ::lint {

/// A permission to call tools of which prohibitions leave less than it says.
struct CallCutOff {
  const intent::Origin* permission = nullptr;
  bool wholly = false;
  std::string call;  ///< permitted by the sentence and refused all the same, in words
  std::vector<const intent::Origin*> prohibitions;
};

/// All such permissions, in the program's order. What cannot be decided is left out.
[[nodiscard]] std::vector<CallCutOff> FindCallCutOffs(const verify::Program& program);

/// Sentences about tools without which the program would mean the same, permissions first. Of those
/// that say the same the first is kept. What cannot be decided is left out.
[[nodiscard]] std::vector<Idle> FindIdleCalls(const verify::Program& program);

/// What a rule comes to among the calls of its tools.
enum class Reach : std::uint8_t {
  kSome,
  kNone,  ///< no call meets it
  kAll    ///< whoever it is about meets it with any arguments
};
/// "kSome" also where it cannot be decided.
[[nodiscard]] Reach ReachOf(const verify::Program& program, const intent::ToolRule& rule);

}  // namespace writ::lint

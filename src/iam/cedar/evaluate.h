// What policies decide about one call. Facts are asked for one by one, so that a call need not be
// known whole: whoever asks what holds for all calls gives those facts that decide.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "iam/cedar/policy.h"

namespace writ::cedar {

/// Something about a call that a policy may read.
struct Fact {
  enum class Kind : std::uint8_t {
    kPrincipalId,  ///< attribute `id`, a text
    kHasTag,       ///< whether the principal has the tag `path[0]`
    kTag,          ///< its value, a text
    kPresent,      ///< whether the call has the argument at `path`, given that it has its parent
    kArgument,     ///< its value
    kNow           ///< `context.system.now`
  };
  Kind kind = Kind::kPresent;
  std::vector<std::string> path;
  auto operator<=>(const Fact&) const = default;
};

/// A call. What does not change while it is decided is asked for by its own function.
class Call {
 public:
  virtual ~Call() = default;
  [[nodiscard]] virtual const std::string& PrincipalType() const = 0;
  [[nodiscard]] virtual bool IsAction(const Entity& action, bool or_in_group) const = 0;
  [[nodiscard]] virtual const Entity& Resource() const = 0;
  /// Whether arguments at `path` are an object; nothing if the call can have none there.
  [[nodiscard]] virtual std::optional<bool> IsRecord(
      const std::vector<std::string>& path) const = 0;
  /// The fact, or nothing if it is not given: then nothing that needs it is decided.
  [[nodiscard]] virtual std::optional<Value> Ask(const Fact& fact) = 0;
};

enum class Outcome : std::uint8_t {
  kApplies,
  kNot,
  kError,   ///< for the decision, as if it did not apply
  kUnknown  ///< a fact is not given, or objects are compared
};

/// Whether the policy applies to the call. The first fact that is not given ends it.
[[nodiscard]] Outcome Evaluate(const Policy& policy, Call& call);

/// Denied unless a policy permits and none forbids; nothing while a fact is not given.
[[nodiscard]] std::optional<bool> IsAllowed(const std::vector<const Policy*>& policies, Call& call);

}  // namespace writ::cedar

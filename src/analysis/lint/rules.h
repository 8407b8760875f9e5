// Rules about a program's sentences beside one another that need proofs: sentences that could be
// left out, and duties that a permitted path gets round.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proof/verify/prove.h"

namespace writ::lint {

/// A sentence without which the program would mean the same.
struct Idle {
  enum class Why : std::uint8_t {
    kGrantedByOthers,  ///< a permission; every request is granted to the same principals by others
    kForbiddenByOthers,  ///< a prohibition; every request is refused by others
    kNeverMatches        ///< no request meets it
  };
  Why why = Why::kNeverMatches;
  const intent::Origin* sentence = nullptr;
  std::vector<const intent::Origin*> others;  ///< that together say it; none for kNeverMatches
  /// For kNeverMatches: the one condition, day or endpoint that no request meets, or the first two
  /// that exclude each other, as text; none if it takes more, or where the sentence holds.
  std::vector<std::string> contradiction = {};
};

/// All such sentences, permissions first, in the program's order; `today`: YYYY-MM-DD, requests are
/// made on that day or later. Of sentences that say the same the first is kept. Left out: what
/// cannot be decided, and sentences that are word for word repeated.
[[nodiscard]] std::vector<Idle> FindIdle(const verify::Program& program, const std::string& today);

/// A permitted call that a duty is about but for the path that the call takes.
struct WayRound {
  const intent::Origin* duty = nullptr;
  const intent::Origin* permission = nullptr;
  std::string path;         ///< "through mantle", "routed within us", "by agents"
  policy::Request request;  ///< permitted with the duty left undone
};

/// Duties that some path gets round, in the program's order, each with the first permission that
/// shows it.
[[nodiscard]] std::vector<WayRound> FindWaysRound(const verify::Program& program);

/// A request of a session for a federated user that a prohibition forbids to the session's user and
/// not to the session, which has the user's rights. Source: IAM User Guide, "Permissions for
/// GetFederationToken", read 2026-11-30.
struct Unreached {
  const intent::Origin* prohibition = nullptr;
  const intent::Origin* permission = nullptr;  ///< that grants it
  std::string user;                            ///< path and name
  policy::Request request;
};

/// Prohibitions that name users whose sessions they do not reach, in the program's order, each with
/// the first user that shows it. What cannot be decided is left out.
[[nodiscard]] std::vector<Unreached> FindUnreached(const verify::Program& program);

}  // namespace writ::lint

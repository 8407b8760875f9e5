// Whether some call is met by some rules of a gateway and not by others, decided for all calls as
// the comparison with its policies is (gateways.h): by one value of each class of facts that the
// rules tell apart.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "proof/verify/prove.h"

namespace writ::verify {

struct FoundCall {
  bool given_up = false;            ///< too many cases: nothing is known
  std::optional<std::string> call;  ///< in words; nothing if there is none
  [[nodiscard]] bool is_none() const { return !given_up && !call; }
};

/// A call by callers of the kind that the gateway of `met` knows, which all rules of `met` are
/// about and none of `unmet` is; all are of that gateway. `met` is not empty. Tools that no
/// manifest lists are called, too. More than `most_cases` for one tool are given up on.
[[nodiscard]] FoundCall FindCall(const Program& program,
                                 const std::vector<const intent::ToolRule*>& met,
                                 const std::vector<const intent::ToolRule*>& unmet,
                                 std::size_t most_cases = 20'000);

/// Whether calls of one tool may be met by both: "no" is certain, and costs nothing.
[[nodiscard]] bool MayMeet(const intent::ToolRule& one, const intent::ToolRule& other);

}  // namespace writ::verify

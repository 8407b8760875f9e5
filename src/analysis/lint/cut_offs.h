// Permissions that a program's own prohibitions cut off, decided for all requests. Artifacts play
// no part here; that they mean the program is proved elsewhere.
#pragma once

#include <string>
#include <vector>

#include "proof/verify/prove.h"

namespace writ::lint {

/// A permission of which prohibitions leave less than it says.
struct CutOff {
  const intent::Origin* permission = nullptr;
  bool wholly = false;
  policy::Request request;  ///< permitted by the sentence and refused all the same
  std::vector<const intent::Origin*> prohibitions;
  bool undecided = false;  ///< whether anything is cut off was not found out; no request
};

/// All such permissions, in the program's order. What cannot be decided is left out. `today`:
/// YYYY-MM-DD, requests are made then or later; empty: at any time.
[[nodiscard]] std::vector<CutOff> FindCutOffs(const verify::Program& program,
                                              const std::string& today);

/// The same, with those that cannot be decided.
[[nodiscard]] std::vector<CutOff> FindCutOffsAndDoubts(const verify::Program& program,
                                                       const std::string& today);

}  // namespace writ::lint

// What a program says about itself, decided for all requests: its assertions, and permissions that
// its own prohibitions cut off. Artifacts play no part here; that they mean the program is proved
// elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "writ/verify/prove.h"

namespace writ::verify {

/// What was found out about one assertion.
struct AssertAnswer {
  enum class Verdict : std::uint8_t { kHolds, kFails, kGivenUp };
  const intent::Question* question = nullptr;
  Verdict verdict = Verdict::kHolds;
  std::string who;                               ///< of whom it fails, or was given up
  std::string because;                           ///< kGivenUp
  std::optional<policy::Request> request;        ///< kFails: against the assertion
  std::vector<const intent::Origin*> sentences;  ///< that permit or refuse it
};

/// Decides every assertion of the program. `can` without a period is asked for the day `as_of`
/// (YYYY-MM-DD), the least that it can mean; `cannot` for all time.
[[nodiscard]] std::vector<AssertAnswer> DecideAsserts(const Program& program,
                                                      const std::string& as_of);

/// A permission of which prohibitions leave less than it says.
struct CutOff {
  const intent::Origin* permission = nullptr;
  bool wholly = false;
  policy::Request request;  ///< permitted by the sentence and refused all the same
  std::vector<const intent::Origin*> prohibitions;
};

/// All such permissions, in the program's order. What cannot be decided is left out.
[[nodiscard]] std::vector<CutOff> FindCutOffs(const Program& program);

}  // namespace writ::verify

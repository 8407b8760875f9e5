// Policies without the parts that findings call superfluous, proved to mean the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/in_place.h"
#include "iam/policy/document.h"

namespace writ::policy_lint {

/// The JSON text without the element of a list or member of an object at `part`, and without the
/// comma that goes with it. A block whose last member it is goes with it up to the statement's
/// `Condition`; nothing where that would leave an empty list, or where `part` is no such place.
[[nodiscard]] std::optional<std::string> Without(std::string_view text, policy::Place part);

/// Whether it is proved, under every reading of what AWS leaves open, that one document means what
/// the other does as a policy of `kind`, beside any other policies. Costs one comparison.
[[nodiscard]] bool MeansTheSame(const decide::Documents& before, const decide::Documents& after,
                                policy::Kind kind);

struct Rewritten {
  std::string text;              ///< the whole document as it is to stand
  std::vector<std::size_t> out;  ///< which of the parts are gone, also within others, ascending
};

/// The most parts that are tried one by one.
inline constexpr std::size_t kMostSingleRewrites = 100;

/// Takes parts out of a policy document, all at once or, where that does not keep its meaning, one
/// by one. `text` is the document and nothing else. What stays MeansTheSame as `text`; a part of
/// which that is not proved is still there. Costs one comparison, or one for each part.
[[nodiscard]] Rewritten TakeOut(std::string_view text, policy::Kind kind,
                                const std::vector<policy::Place>& parts);

}  // namespace writ::policy_lint

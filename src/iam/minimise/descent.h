// Which statements of a document the statements of its minimised form come from.
#pragma once

#include <cstddef>
#include <vector>

#include "iam/policy/document.h"

namespace writ::minimise {

/// For each statement of `after` the indices of those of `before` that it says something of,
/// ascending. Told by their texts: every statement of `before` is named somewhere, and one too many
/// may be.
[[nodiscard]] std::vector<std::vector<std::size_t>> DescentOf(
    const std::vector<policy::Statement>& before, const std::vector<policy::Statement>& after);

}  // namespace writ::minimise

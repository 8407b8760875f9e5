// Near misses of names. A guess is given only when it is close; otherwise the closed list is shown,
// or nothing when it is long (docs/adding-a-feature.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diag.h"

namespace writ::sema {

/// The candidate that `name` is a slip of, or empty. Ties go to the first in text order.
[[nodiscard]] std::string NearestName(std::string_view name,
                                      const std::vector<std::string>& candidates);

/// Whether `name` looks like a slip of `known` rather than a thing the catalog does not know yet:
/// near, and not different in its numbers only.
[[nodiscard]] bool IsNearMiss(std::string_view name, std::string_view known);

/// Adds "did you mean" with a patch, or the list of candidates when it is short.
void SuggestName(diag::Diagnostic& found, source::Span span, std::string_view name,
                 const std::vector<std::string>& candidates, std::string_view what);

}  // namespace writ::sema

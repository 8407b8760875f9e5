// Conditions on the arguments of a tool, typed by its manifest.
#pragma once

#include <vector>

#include "facts/tools/manifest.h"
#include "program/sema/conditions.h"

namespace writ::sema {

/// What all clauses say of the arguments, together. Reports arguments that the tool does not have,
/// comparisons that do not fit their type, and those that an absent argument would decide; then
/// `good` is set to false.
[[nodiscard]] intent::ArgumentCondition BuildArguments(Context& context,
                                                       const std::vector<Clause>& clauses,
                                                       const tools::Tool& tool, bool& good);

}  // namespace writ::sema

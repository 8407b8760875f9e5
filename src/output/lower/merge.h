// Joins statements that differ in one list only, so that a document says the same in fewer. Every
// step is an identity of the policy language; nothing is widened.
#pragma once

#include <vector>

#include "output/lower/bundle.h"

namespace writ::lower {

/// Merges until nothing merges: equal but for actions, for resources (Resource, not NotResource),
/// or for the values of one condition whose values are alternatives. Sorted; sources are united.
[[nodiscard]] std::vector<Sourced> Merge(std::vector<Sourced> statements);

}  // namespace writ::lower

// Versions of models as providers write them, made comparable.
#pragma once

#include <string_view>
#include <vector>

namespace writ::catalog {

/// The numbers of a version in order: `K2.5` is 2, 5; `3.5 v2` is 3, 5, 2. Empty if it has none.
/// Compared as sequences, a later version is greater.
[[nodiscard]] std::vector<int> VersionNumbers(std::string_view version);

}  // namespace writ::catalog

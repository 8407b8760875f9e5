// Test lines for what the tests of a program do not show yet: for each such sentence the request it
// is about, and requests just outside of it. A line is printed only if it can be said and holds.
#pragma once

#include <string>
#include <vector>

#include "analysis/review/coverage.h"
#include "driver/lowered.h"
#include "driver/test_command.h"

namespace writ::driver {

/// A `test` for each sentence that `items` has not seen both ways, in the order of the program;
/// empty if there is none. Reads the program once more, with the lines in it.
[[nodiscard]] std::string SuggestTests(const std::vector<review::Covered>& items,
                                       const Lowered& lowered, const Compilation& compilation,
                                       const TestOptions& options, Environment& environment);

}  // namespace writ::driver

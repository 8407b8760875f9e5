// Test lines for what the tests of a program do not show yet: for each such sentence the request it
// is about, and requests just outside of it. A line is printed only if it can be said and holds.
#pragma once

#include <string>
#include <vector>

#include "analysis/review/coverage.h"
#include "commands/test.h"
#include "compiler/stages.h"

namespace writ::commands {

/// A `test` for each sentence that `items` has not seen both ways, in the order of the program;
/// empty if there is none. Reads the program once more, with the lines in it.
[[nodiscard]] std::string SuggestTests(const std::vector<review::Covered>& items,
                                       const compiler::Lowered& lowered,
                                       const compiler::Compilation& compilation,
                                       const TestOptions& options, host::Environment& environment);

}  // namespace writ::commands

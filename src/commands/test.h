// `writ test`: the tests of a program, decided against what the program lowers to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct TestOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  std::string bindings;            ///< empty: writ.bindings.json in the program's folder, if any
  bool coverage = false;           ///< also print what the tests have not shown
  std::optional<unsigned> min_coverage;  ///< percent; kNo below it
  bool suggest = false;  ///< print test lines for sentences that no test shows both ways
};

/// kNo when a line does not hold or coverage is too low. A program without tests is a warning.
[[nodiscard]] host::ExitStatus RunTest(const TestOptions& options, host::Environment& environment);

}  // namespace writ::commands

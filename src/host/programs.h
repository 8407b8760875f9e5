// Other programs that a command may run: git, for the revisions that `writ diff` compares. They are
// run with a list of arguments and no shell, so that no text of the user's is ever read as a
// command.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/support/result.h"

namespace writ::host {

class ProgramRunner {
 public:
  ProgramRunner() = default;
  ProgramRunner(const ProgramRunner&) = delete;
  ProgramRunner& operator=(const ProgramRunner&) = delete;
  virtual ~ProgramRunner() = default;

  /// Runs `arguments` (the first is looked for in PATH) to its end, with `input` as its standard
  /// input, and returns what it wrote to its standard output. An error if it cannot be run, writes
  /// more than the limit of 256 MiB or ends with another status than 0; then its words are what it
  /// wrote to its standard error.
  [[nodiscard]] virtual support::Result<std::string> Run(const std::vector<std::string>& arguments,
                                                         const std::string& input) const = 0;
};

[[nodiscard]] std::unique_ptr<ProgramRunner> MakeProgramRunner();

}  // namespace writ::host

// The passes in the order in which commands run them, one function each. A command calls as many
// as it needs and asks `findings` between them whether to go on. A pass that reports no error has
// made its value; a pass is never run on a value of which an earlier pass reported errors.
#pragma once

#include <string>
#include <vector>

#include "writ/diag/diag.h"
#include "writ/driver/environment.h"
#include "writ/driver/exit_status.h"
#include "writ/source/source.h"

namespace writ::driver {

/// What all passes of one run share.
struct Compilation {
  source::SourceMap sources;
  diag::Sink findings;
  std::vector<source::FileId> files;  ///< the program's own files, in the order of their paths
};

/// Pass "load": reads all files that `paths` mean (none: the current folder). Other than kGood,
/// the program is not whole and must not be judged. Reports W9001 to W9006.
[[nodiscard]] ExitStatus Load(const std::vector<std::string>& paths, Environment& environment,
                              Compilation& compilation);

/// Ends a run: renders the findings, once, to `environment.err` and returns the run's status:
/// `status`, or kInvalid if that is kGood and there are errors.
[[nodiscard]] ExitStatus Finish(const Compilation& compilation, Environment& environment,
                                ExitStatus status);

}  // namespace writ::driver

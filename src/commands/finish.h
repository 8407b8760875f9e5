// How every command ends.
#pragma once

#include "compiler/pipeline.h"
#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// Ends a run: renders the findings, once, to `environment.err` and returns the run's status:
/// `status`, or kInvalid if that is kGood and there are errors.
[[nodiscard]] host::ExitStatus Finish(const compiler::Compilation& compilation,
                                      host::Environment& environment, host::ExitStatus status);

}  // namespace writ::commands

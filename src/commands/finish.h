// How every command ends: what came of the passes as an exit status, and the findings rendered
// once.
#pragma once

#include <optional>

#include "compiler/compilation.h"
#include "compiler/decide_program.h"
#include "compiler/proof.h"
#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// kGood without a stop.
[[nodiscard]] host::ExitStatus StatusOf(std::optional<compiler::Stop> stop);
/// kInvalid: the program contradicts itself; kNo: an assertion does not hold.
[[nodiscard]] host::ExitStatus StatusOf(const compiler::Decided& decided);
[[nodiscard]] host::ExitStatus StatusOf(compiler::Verdict verdict);

/// Ends a run: renders the findings, once, to `environment.err` and returns the run's status:
/// `status`, or kInvalid if that is kGood and there are errors.
[[nodiscard]] host::ExitStatus Finish(const compiler::Compilation& compilation,
                                      host::Environment& environment, host::ExitStatus status);

/// Ends a run that answered a question: of the findings only what has lapsed (W4007) is rendered,
/// since the answer takes it for good. Returns `status`.
[[nodiscard]] host::ExitStatus FinishAnswer(const compiler::Compilation& compilation,
                                            host::Environment& environment,
                                            host::ExitStatus status);

}  // namespace writ::commands

// A program that logged calls are decided under.
#pragma once

#include <memory>

#include "compiler/compilation.h"
#include "compiler/stages.h"
#include "host/environment.h"
#include "host/exit_status.h"
#include "logs/replay/replay.h"
#include "program/intent/model.h"

namespace writ::commands {

/// Not copied or moved: the side reads what stands beside it.
struct ReplayProgram {
  explicit ReplayProgram(const host::Environment& environment)
      : compilation(environment, compiler::Purpose::kReview) {}

  std::unique_ptr<host::FileSystem> files;  ///< that it is read from, if they are not the user's
  compiler::Compilation compilation;
  compiler::Bound bound;
  intent::Bindings bindings;
  host::ExitStatus status = host::ExitStatus::kGood;
  std::unique_ptr<replay::Side> side;  ///< null for a program that stopped, which was reported
};

/// Reads the program of `input` from its files into `program`. A guardrail without a binding is
/// taken to be bound: that of a call is not in a log, so that what depends on it is undetermined
/// whether or not it is deployed.
void ReadProgram(compiler::Input input, const host::Environment& environment,
                 ReplayProgram& program);

}  // namespace writ::commands

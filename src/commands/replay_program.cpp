#include "commands/replay_program.h"

#include <utility>

#include "commands/finish.h"
#include "compiler/program_bindings.h"
#include "facts/library/library.h"

namespace writ::commands {

void ReadProgram(compiler::Input input, const host::Environment& environment,
                 ReplayProgram& program) {
  if (program.files) program.compilation.file_system = program.files.get();
  program.bound = compiler::Compile<compiler::Bound>(std::move(input), program.compilation);
  program.status = StatusOf(program.bound.stop);
  if (program.status != host::ExitStatus::kGood) return;
  program.bindings = compiler::AssumedBindings(program.bound.model, program.compilation.catalog(),
                                               program.bound.bindings);
  const access::Facts facts{{program.bound.model, program.compilation.catalog(), program.bindings},
                            library::Library::BuiltIn(),
                            support::DateText(environment.today)};
  program.side = std::make_unique<replay::Side>(facts);
}

}  // namespace writ::commands

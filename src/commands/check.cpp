#include "commands/check.h"

#include <ostream>

#include "commands/finish.h"
#include "compiler/decide_program.h"
#include "compiler/program_bindings.h"
#include "compiler/understand.h"
#include "program/intent/dump.h"

namespace writ::commands {

host::ExitStatus RunCheck(const CheckOptions& options, host::Environment& environment) {
  compiler::Compilation compilation;
  compiler::Meaning meaning;
  host::ExitStatus status = compiler::Understand(options.paths, environment, compilation, meaning);
  if (status == host::ExitStatus::kGood) {
    intent::Bindings bindings;
    status = compiler::ReadProgramBindings(options.paths, "", environment, meaning.model,
                                           compilation, bindings);
    if (status == host::ExitStatus::kGood) {
      status = compiler::DecideProgram(bindings, environment, compilation, meaning);
    }
  }
  if (meaning.complete && options.dump_intent) environment.out << intent::Dump(meaning.model);
  if (meaning.read && !environment.settings.quiet)
    environment.out << compiler::CheckedText(meaning);
  return Finish(compilation, environment, status);
}

}  // namespace writ::commands

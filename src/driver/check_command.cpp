#include "driver/check_command.h"

#include <ostream>

#include "driver/decide_program.h"
#include "driver/program_bindings.h"
#include "driver/understand.h"
#include "program/intent/dump.h"

namespace writ::driver {

ExitStatus RunCheck(const CheckOptions& options, Environment& environment) {
  Compilation compilation;
  Meaning meaning;
  ExitStatus status = Understand(options.paths, environment, compilation, meaning);
  if (status == ExitStatus::kGood) {
    intent::Bindings bindings;
    status =
        ReadProgramBindings(options.paths, "", environment, meaning.model, compilation, bindings);
    if (status == ExitStatus::kGood) {
      status = DecideProgram(bindings, environment, compilation, meaning);
    }
  }
  if (meaning.complete && options.dump_intent) environment.out << intent::Dump(meaning.model);
  if (meaning.read && !environment.settings.quiet) environment.out << CheckedText(meaning);
  return Finish(compilation, environment, status);
}

}  // namespace writ::driver

#include "writ/driver/check_command.h"

#include <ostream>

#include "driver/understand.h"
#include "writ/intent/dump.h"

namespace writ::driver {

ExitStatus RunCheck(const CheckOptions& options, Environment& environment) {
  Compilation compilation;
  Meaning meaning;
  const ExitStatus status = Understand(options.paths, environment, compilation, meaning);
  if (meaning.complete && options.dump_intent) environment.out << intent::Dump(meaning.model);
  if (meaning.read && !environment.settings.quiet) environment.out << CheckedText(meaning);
  return Finish(compilation, environment, status);
}

}  // namespace writ::driver

#include "writ/driver/check_command.h"

#include <ostream>

#include <fmt/format.h>

#include "driver/pipeline.h"

namespace writ::driver {

ExitStatus RunCheck(const CheckOptions& options, Environment& environment) {
  Compilation compilation;
  const ExitStatus loaded = Load(options.paths, environment, compilation);
  if (loaded != ExitStatus::kGood) return Finish(compilation, environment, loaded);
  if (!environment.settings.quiet) {
    environment.out << fmt::format("checked {} file{}\n", compilation.files.size(),
                                   compilation.files.size() == 1 ? "" : "s");
  }
  return Finish(compilation, environment, ExitStatus::kGood);
}

}  // namespace writ::driver

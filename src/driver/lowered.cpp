#include "driver/lowered.h"

#include <utility>

#include "driver/program_bindings.h"
#include "writ/library/library.h"
#include "writ/lower/lower.h"

namespace writ::driver {

ExitStatus UnderstandAndLower(const std::vector<std::string>& paths,
                              const std::string& bindings_file, Environment& environment,
                              Compilation& compilation, Lowered& lowered,
                              std::string_view question) {
  ExitStatus status = Understand(paths, environment, compilation, lowered.meaning,
                                 LockUse::kCompare, std::string(question));
  if (status != ExitStatus::kGood) return status;
  const intent::Model& model = lowered.meaning.model;
  status =
      ReadProgramBindings(paths, bindings_file, environment, model, compilation, lowered.bindings);
  if (status != ExitStatus::kGood) return status;
  lowered.bundle =
      lower::Lower({model, compilation.catalog(), library::Library::BuiltIn(), lowered.bindings},
                   compilation.findings);
  return compilation.findings.has_errors() ? ExitStatus::kInvalid : ExitStatus::kGood;
}

}  // namespace writ::driver

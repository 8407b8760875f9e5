#include "compiler/lowered.h"

#include <utility>

#include "compiler/program_bindings.h"
#include "facts/library/library.h"
#include "output/lower/lower.h"

namespace writ::compiler {

host::ExitStatus UnderstandAndBind(const std::vector<std::string>& paths,
                                   const std::string& bindings_file, host::Environment& environment,
                                   Compilation& compilation, Lowered& lowered,
                                   std::string_view question, LockUse lock) {
  const host::ExitStatus status =
      Understand(paths, environment, compilation, lowered.meaning, lock, std::string(question));
  if (status != host::ExitStatus::kGood) return status;
  return ReadProgramBindings(paths, bindings_file, environment, lowered.meaning.model, compilation,
                             lowered.bindings);
}

host::ExitStatus LowerModel(const intent::Model& model, Compilation& compilation,
                            Lowered& lowered) {
  lowered.bundle =
      lower::Lower({model, compilation.catalog(), library::Library::BuiltIn(), lowered.bindings},
                   compilation.findings);
  return compilation.findings.has_errors() ? host::ExitStatus::kInvalid : host::ExitStatus::kGood;
}

host::ExitStatus UnderstandAndLower(const std::vector<std::string>& paths,
                                    const std::string& bindings_file,
                                    host::Environment& environment, Compilation& compilation,
                                    Lowered& lowered, std::string_view question) {
  const host::ExitStatus status =
      UnderstandAndBind(paths, bindings_file, environment, compilation, lowered, question);
  if (status != host::ExitStatus::kGood) return status;
  return LowerModel(lowered.meaning.model, compilation, lowered);
}

}  // namespace writ::compiler

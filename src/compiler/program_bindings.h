// Where a program's bindings are: in the file that --bindings names, else beside the program.
#pragma once

#include <optional>

#include "compiler/stages.h"
#include "facts/catalog/catalog.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::compiler {

struct ProgramBindings {
  intent::Bindings bindings = {};
  std::optional<Stop> stop = std::nullopt;
};

/// Reads the file that `input` names, or writ.bindings.json in the folder of the first of its paths
/// (if there is one).
[[nodiscard]] ProgramBindings ReadProgramBindings(const Input& input, const intent::Model& model,
                                                  Compilation& compilation);

/// With made-up ARNs, in every region of every account, for guardrails that are not bound anywhere:
/// what depends on them then depends on the guardrail of a call, as it will once they are deployed.
[[nodiscard]] intent::Bindings AssumedBindings(const intent::Model& model,
                                               const catalog::Catalog& catalog,
                                               intent::Bindings bindings);

}  // namespace writ::compiler

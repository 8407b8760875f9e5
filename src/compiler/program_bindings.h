// Where a program's bindings are: in the file that --bindings names, else beside the program.
#pragma once

#include <optional>

#include "compiler/stages.h"
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

}  // namespace writ::compiler

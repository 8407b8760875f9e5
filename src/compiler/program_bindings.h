// Where a program's bindings are: in the file that --bindings names, else beside the program.
#pragma once

#include <string>
#include <vector>

#include "compiler/pipeline.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::compiler {

/// Reads `named`, or writ.bindings.json in the folder of the first of `paths` (if there is one).
[[nodiscard]] host::ExitStatus ReadProgramBindings(
    const std::vector<std::string>& paths, const std::string& named, host::Environment& environment,
    const intent::Model& model, Compilation& compilation, intent::Bindings& bindings);

}  // namespace writ::compiler

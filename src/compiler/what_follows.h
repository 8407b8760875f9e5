// Whether anything follows from a program: an answer about nothing is never a yes.
#pragma once

#include <string>
#include <vector>

#include "compiler/compilation.h"
#include "program/intent/model.h"

namespace writ::compiler {

/// Whether some of the files of a tree is a document that a sentence asks for. Guardrails count
/// where a sentence uses one; scripts and forms repeat documents.
[[nodiscard]] bool HasDocuments(const intent::Model& model, const std::vector<std::string>& files);

/// Reports that nothing follows from the program at `paths` (W9078).
void ReportNothing(const std::vector<std::string>& paths, Compilation& compilation);

}  // namespace writ::compiler

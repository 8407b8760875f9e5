// The documents of a tree that are no policies but requests of other AWS calls: guardrails, their
// enforcement, logging, monitoring.
#pragma once

#include "compiler/compilation.h"
#include "output/emit/tree.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::compiler {

/// The requests that the program asks for, in no order. Reports what emit reports.
[[nodiscard]] emit::Tree RequestDocuments(const intent::Model& model,
                                          const intent::Bindings& bindings, bool only_guardrails,
                                          Compilation& compilation);

}  // namespace writ::compiler

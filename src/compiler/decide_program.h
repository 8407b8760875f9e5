// What is decided about a program by proof, without artifacts: its assertions, and permissions that
// its prohibitions cut off.
#pragma once

#include "compiler/understand.h"
#include "program/intent/bindings.h"

namespace writ::compiler {

/// Reports assertions that fail (W6010) or are given up (W6011) and permissions that are cut off
/// (W6020, W6021); notes the counts in `meaning`. A guardrail without any binding is taken to be
/// bound wherever it is asked for, so that a program can be checked before it is deployed.
/// kInvalid: a permission is wholly cut off; kNo: an assertion does not hold.
[[nodiscard]] host::ExitStatus DecideProgram(const intent::Bindings& bindings,
                                             const host::Environment& environment,
                                             Compilation& compilation, Meaning& meaning);

}  // namespace writ::compiler

// The narrower subject of a question that the management account refutes.
#pragma once

#include "analysis/access/access.h"
#include "base/diag/diag.h"
#include "compiler/stages.h"

namespace writ::compiler {

/// If `answer` refutes the question in the management account, where organization policies bind
/// nobody, says so; and where the question holds without that account, offers the subject that
/// leaves it out.
void NarrowToMembers(const intent::Question& question, const access::Answer& answer,
                     const Checked& checked, access::Access& access, diag::Diagnostic& found);

}  // namespace writ::compiler

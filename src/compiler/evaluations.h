// The pass "evaluations": holds the file of each `evaluation` to what the program says of it.
#pragma once

#include "compiler/compilation.h"

namespace writ::compiler {

/// Reads the results that each evaluation of the program cites, its path relative to the file that
/// declares it, and reports a file that is missing (W4104), whose digest is another (W4105), that
/// is not of the format (W4106), of other models (W4107) or also of others (W4112), with too few
/// records (W4108), with a metric of fewer scores (W4113), without a metric (W4109) or beyond a
/// bound (W4110), and a model card that is not approved or of another version (W4111). Nothing of a
/// file's text is ever part of a finding. Linear in the files, each at most
/// evaluation::Limits::bytes.
void CheckEvaluationFiles(const sema::Program& program, Compilation& compilation);

}  // namespace writ::compiler

// What a program declares of governance: its use-cases, attestations and evaluations, as written.
#pragma once

#include <vector>

#include "analysis/report/report.h"
#include "base/source/source.h"
#include "language/syntax/ast.h"

namespace writ::report {

/// Use-cases, attestations and evaluations, by kind and name. Linear in the size of the files.
[[nodiscard]] std::vector<Declaration> DeclarationsOf(const std::vector<syntax::File>& files,
                                                      const source::SourceMap& sources);

}  // namespace writ::report

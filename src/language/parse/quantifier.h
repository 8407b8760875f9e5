// Sentences that parse but say nothing, or something else than they seem to (docs/language.md,
// "Who"): `nobody may not`, `nobody must`, `only … may not`, `only … must`, `everyone may`; in
// asserts and tests `nobody cannot`, `deny nobody`, `only … cannot`, `deny only`.
#pragma once

#include <vector>

#include "language/parse/reporter.h"
#include "language/syntax/ast.h"

namespace writ::parse {

/// Reports such a sentence with the intended one as patch. `before` are the items read so far:
/// their teams are who `everyone may` can mean.
void CheckQuantifier(const syntax::Sentence& sentence, const std::vector<syntax::Item>& before,
                     Reporter& reporter);

}  // namespace writ::parse

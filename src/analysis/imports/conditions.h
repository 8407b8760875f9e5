// Conditions of a statement as a condition of the language.
#pragma once

#include <optional>
#include <vector>

#include "analysis/imports/reason.h"
#include "analysis/imports/words.h"
#include "base/support/result.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "language/syntax/ast.h"

namespace writ::imports {

/// What holds exactly when all `conditions` of a statement with `effect` hold; nothing where there
/// are none. It is written as people write it, not proved: whoever uses it compares what it lowers
/// to.
[[nodiscard]] support::Result<std::optional<syntax::Cond>, Refusal> ReadConditions(
    const std::vector<policy::Condition>& conditions, policy::Effect effect,
    const catalog::Catalog& catalog, Words& words);

/// Whether the condition never holds for a request without its key.
[[nodiscard]] bool FailsWithoutKey(const policy::Condition& condition);

}  // namespace writ::imports

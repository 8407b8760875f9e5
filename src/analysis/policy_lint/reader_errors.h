// Errors of the reader of policies, as findings of rules.
#pragma once

#include <cstddef>
#include <optional>

#include "analysis/policy_lint/subject.h"
#include "iam/policy/document.h"

namespace writ::policy_lint {

/// The number of the rule that an error of the reader belongs to.
[[nodiscard]] int RuleOf(const policy::PolicyError& error);
/// "/Statement/3/Effect" → 3, if the document could be read.
[[nodiscard]] std::optional<std::size_t> StatementOf(const Subject& subject,
                                                     const policy::PolicyError& error);

}  // namespace writ::policy_lint

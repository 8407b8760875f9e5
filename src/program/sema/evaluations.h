// `evaluation` declarations, what a permission `after evaluation` must be covered by, and what
// `require` asks for. Files of results are read elsewhere (compiler/evaluations.h): here only what
// the program itself says is checked.
#pragma once

#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// Checks names, forms and dates of all evaluations.
void CheckEvaluations(Context& context);

/// Whether each model id that the permission grants calls to is of an evaluation that it names;
/// reports those that are not. For `do` the ids are those of the foundation models after `on`.
[[nodiscard]] bool CheckEvaluated(Context& context, const intent::Permission& permission);

/// What a requirement asks for. Attestations that are declared count as used.
[[nodiscard]] std::vector<intent::Need> ReadNeeds(Context& context,
                                                  const syntax::Requirement& requirement);

}  // namespace writ::sema

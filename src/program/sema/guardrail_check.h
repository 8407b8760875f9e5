// Guardrail blocks: from syntax to the complete request, every rule of AWS checked on the way.
#pragma once

#include <span>
#include <vector>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "language/syntax/ast.h"
#include "program/intent/guardrail.h"

namespace writ::sema {

/// The guardrails that `declarations` declare, by name; of several with one name the first counts
/// (that a name is taken is reported elsewhere). Reports what AWS would refuse, what `extends` may
/// not do, and parts without effect, each at its own words. A guardrail is returned even if
/// something is wrong with it, so that sentences may name it. `profiles` are the guardrail profiles
/// that `routed within` may mean. About linear in the text, n log n in the parts.
[[nodiscard]] std::vector<intent::Guardrail> CheckGuardrails(
    std::span<const syntax::GuardrailDecl* const> declarations,
    std::span<const catalog::GuardrailProfile> profiles, diag::Sink& sink);

}  // namespace writ::sema

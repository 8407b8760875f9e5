// The meaning of a program as stable text, for tests and for comparing sentences.
#pragma once

#include <string>

#include "program/intent/model.h"

namespace writ::intent {

/// One sentence, `key: value` lines indented by two; fields without a value are left out.
[[nodiscard]] std::string Dump(const Model& model, const Permission& permission);
[[nodiscard]] std::string Dump(const Model& model, const Prohibition& prohibition);
[[nodiscard]] std::string Dump(const Model& model, const Perimeter& perimeter);
/// "aws:PrincipalTag/stage = prod", "(… and …)".
[[nodiscard]] std::string Dump(const Condition& condition);
/// "claim team = support", "role app in 222222222222", several with `or`.
[[nodiscard]] std::string Dump(const GatewayCallers& callers);
/// "(input.amount < 500 and input.reason)".
[[nodiscard]] std::string Dump(const ArgumentCondition& condition);
/// Everything, in the model's order.
[[nodiscard]] std::string Dump(const Model& model);

/// The type of the argument that is tested: "a whole number", "a list of texts".
[[nodiscard]] std::string TypeText(const ArgumentTest& test);

}  // namespace writ::intent

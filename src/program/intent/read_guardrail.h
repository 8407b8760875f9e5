// A CreateGuardrail request as the value that a program's guardrail is, so that the guardrails of a
// tree of artifacts are compared by what they protect against.
#pragma once

#include "base/support/json.h"
#include "program/intent/guardrail.h"

namespace writ::intent {

/// Members that are left out are as the API reads them (AWS API model bedrock/2023-04-20 of
/// 2026-08-07). What has no place in a Guardrail is not looked at: `writ verify` is for that.
[[nodiscard]] Guardrail ReadGuardrail(const support::json::Value& request);

}  // namespace writ::intent

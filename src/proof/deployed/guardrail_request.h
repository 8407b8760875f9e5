// CreateGuardrail read back: what the request makes AWS do, and what the program wants done.
#pragma once

#include "program/intent/guardrail.h"
#include "proof/deployed/said.h"

namespace writ::deployed {

/// What a CreateGuardrail request says, defaults of the API filled in (AWS API model
/// bedrock/2023-04-20 of 2026-08-07: a side is examined unless `…Enabled` is false; a finding is
/// blocked unless `…Action` says else; text is examined unless modalities are listed; the tier is
/// CLASSIC).
[[nodiscard]] Said ReadGuardrail(const support::json::Value& request);

/// What the program says of it.
[[nodiscard]] Said WantedOf(const intent::Guardrail& guardrail);

}  // namespace writ::deployed

// Whether sentences of two programs mean the same, wherever and in whatever words they were said.
#pragma once

#include "base/support/fingerprint.h"
#include "program/intent/model.h"

namespace writ::intent {

/// Accounts, units and who lies in whom. Indices mean the same in equal organizations only.
[[nodiscard]] bool IsSame(const Organization& one, const Organization& other);

/// Name and what it stands for.
[[nodiscard]] bool IsSame(const Endpoint& one, const Endpoint& other);

/// What is granted; who holds it and in which accounts is left out.
[[nodiscard]] bool GrantsSame(const Permission& one, const Permission& other);

/// Equal for prohibitions that are the same but for their origin.
[[nodiscard]] support::Fingerprint MeaningOf(const Prohibition& prohibition);

}  // namespace writ::intent

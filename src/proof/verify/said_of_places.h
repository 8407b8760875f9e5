// Where the documents of a permission set say what its sentences say of accounts to come.
#pragma once

#include "program/intent/model.h"
#include "proof/verify/reading.h"

namespace writ::verify {

/// Whether one statement can say where the holder is granted the permission, accounts to come
/// among them: where it cannot, documents of permission sets list the accounts (docs/meaning.md,
/// "Principals"). Linear in the holder's accounts for each guardrail, and in the nodes.
[[nodiscard]] bool IsSaidOfPlaces(const Facts& facts, const intent::Permission& permission,
                                  const intent::Holder& holder);

}  // namespace writ::verify

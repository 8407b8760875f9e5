// What has to be lowered of two programs to tell how they differ: most of a large program is the
// same on both sides, and a caller of whom nothing changed can do what it could.
//
// Lowering reads each sentence by itself, with the organization, the guardrails' names, the
// endpoints, the catalog and what AWS assigned; a document is a sum over sentences. So where
// those are the same on both sides, callers whose permissions and prohibitions are the same
// sentences have policies of the same meaning, and nothing of them need be lowered. For every other
// caller all sentences are kept that speak of it on either side, those of wider principals
// included.
#pragma once

#include <optional>

#include "program/intent/model.h"

namespace writ::review {

/// The models without what cannot make a difference: permissions are cut to holders and accounts,
/// prohibitions are kept or left out as a whole, and so are sentences about outsiders, all of them.
struct Changed {
  intent::Model before;
  intent::Model after;
};

/// Nothing if what all sentences depend on is not the same: then everything counts. The catalog
/// and bindings must be the same; the caller knows. Linear in the models, but for callers that
/// something changed for, who are looked for among the principals of their accounts.
[[nodiscard]] std::optional<Changed> ChangedOf(const intent::Model& before,
                                               const intent::Model& after);

}  // namespace writ::review

// What a sentence says of accounts that join the organization later. Rules that ask about the
// accounts of today take care here: what is so of all of them need not be so of those to come.
#pragma once

#include "program/intent/model.h"

namespace writ::lint {

/// Whether accounts of today do not tell what the sentence says of those to come: its conditions
/// speak of an account, or of a place, that accounts may join with later.
[[nodiscard]] bool SaysMoreLater(const intent::Organization& organization,
                                 const intent::Permission& said);
[[nodiscard]] bool SaysMoreLater(const intent::Organization& organization,
                                 const intent::Prohibition& said);

/// Whether `other`, which says as much as `said` of the accounts of today, does so of those to
/// come. "yes" is certain.
[[nodiscard]] bool SaysAsMuchLater(const intent::Organization& organization,
                                   const intent::Permission& said, const intent::Permission& other);
[[nodiscard]] bool SaysAsMuchLater(const intent::Organization& organization,
                                   const intent::Prohibition& said,
                                   const intent::Prohibition& other);
/// The same of a prohibition of what the permission grants.
[[nodiscard]] bool ForbidsLater(const intent::Organization& organization,
                                const intent::Permission& said, const intent::Prohibition& other);

}  // namespace writ::lint

// What a prohibition or a duty says of models: the verifier's reading of the routes, planes and
// ways of docs/language.md.
#pragma once

#include <string>

#include "proof/verify/reading.h"

namespace writ::verify {

/// What the prohibition, which is about models, forbids in one account. `common` is who is bound,
/// when and through which endpoints.
[[nodiscard]] Forbidden RefusedModels(const Facts& facts, const intent::Prohibition& prohibition,
                                      intent::AccountIndex account, const std::string& partition,
                                      const Condition& common);

/// Where the sentence speaks of: the region in the called profile's ARN where there is one, else
/// that of the request.
[[nodiscard]] Condition CalledIn(const std::optional<intent::RegionScope>& regions,
                                 const std::string& partition);

/// The duty is done. A sentence that only some authorizations could meet says so in keys that the
/// others never have.
[[nodiscard]] Condition IsDone(const Facts& facts, const intent::Duty& duty,
                               intent::AccountIndex account, const std::string& partition);

}  // namespace writ::verify

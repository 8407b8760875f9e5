// Sentences about callers from elsewhere, asked of one request.
#pragma once

#include <optional>

#include "proof/reference/random.h"
#include "proof/reference/reference.h"
#include "proof/reference/sample.h"

namespace writ::reference {

/// Whether the sentence refuses the request for a resource that the account owns. The caller is
/// told by its keys alone.
[[nodiscard]] bool RefusesOutsider(const Program& program, const intent::Perimeter& perimeter,
                                   const policy::Request& request, intent::AccountIndex owner);

/// Whether a question about callers from elsewhere means the request: as for a sentence, but of
/// everything that they may ask, signing in included.
[[nodiscard]] bool MeansOutsider(const Program& program, const intent::Perimeter& asked,
                                 const policy::Request& request);

/// A request that a resource control policy refuses and no sentence does, or the other way round,
/// among `count` requests inside and just outside of each sentence about outsiders.
[[nodiscard]] std::optional<Disagreement> SampleOutsiders(const Program& program,
                                                          const Deployed& deployed, Random& random,
                                                          std::size_t count);

}  // namespace writ::reference

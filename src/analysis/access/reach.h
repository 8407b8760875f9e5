// Who reaches a model without calling it: through an agent or a flow that a sentence lets them
// invoke, or through a role that they may hand to a service or take on.
#pragma once

#include <set>
#include <string>

#include "analysis/access/access.h"
#include "analysis/access/asker.h"
#include "facts/library/library.h"

namespace writ::access {

/// What the verb itself does, not what leads to it; empty where every action is as good.
[[nodiscard]] std::set<std::string> UsualActions(const library::Library& library,
                                                 const intent::Operation& operation);

/// Adds to a listing about calls of models those who reach one of them indirectly.
void AddThrough(Asker& asker, const intent::Prohibition& asked, Listing& listing);

}  // namespace writ::access

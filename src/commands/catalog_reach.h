// `writ catalog reach PROVIDER…`: every cataloged action through which a model of a provider could
// answer, and what a prohibition of the provider's models does about it.
#pragma once

#include <span>
#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// Builds `nobody may invoke models from PROVIDER` for each (none: every provider of the catalog)
/// and reads from what it lowers to and warns of what becomes of each action: denied; asked, where
/// AWS asks the caller for the model as well; cannot, for other models only; or warned. kNo if an
/// action is none of these, which is printed as `unaccounted`, or if a provider is not known.
[[nodiscard]] host::ExitStatus RunCatalogReach(std::span<const std::string> providers, bool json,
                                               host::Environment& environment);

}  // namespace writ::commands

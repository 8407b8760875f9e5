// The action names of one service in an order in which names with one begin stand together.
// Policies compare them without regard to case.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"

namespace writ::catalog {

struct ActionNames {
  std::string prefix;                ///< of the service, as the catalog spells it
  std::vector<std::string> spelled;  ///< sorted by folded name
  std::vector<std::string> folded;   ///< each in lower case
};

/// All that the catalog knows; nothing for a service that it does not.
[[nodiscard]] ActionNames ActionNamesOf(const Catalog& catalog, const std::string& service);

}  // namespace writ::catalog

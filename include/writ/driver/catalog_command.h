// `writ catalog TOPIC WORDS…`: search the facts.
#pragma once

#include <string>
#include <vector>

#include "writ/driver/environment.h"
#include "writ/driver/exit_status.h"

namespace writ::driver {

struct CatalogOptions {
  std::string topic;  ///< models, profiles, regions, actions, keys or quotas
  std::vector<std::string> words;
  bool json = false;
};

/// kNo if nothing is found; an unknown topic is bad usage.
[[nodiscard]] ExitStatus RunCatalog(const CatalogOptions& options, Environment& environment);

}  // namespace writ::driver

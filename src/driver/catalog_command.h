// `writ catalog TOPIC WORDS…`: search the facts. `writ catalog accept PATH…`: record in the lock
// file what the program's model names mean now.
#pragma once

#include <string>
#include <vector>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

struct CatalogOptions {
  std::string topic;               ///< models, profiles, regions, actions, keys, quotas; or accept
  std::vector<std::string> words;  ///< of `accept`: paths, as `check` takes them
  bool json = false;
};

/// kNo if nothing is found; an unknown topic is bad usage. `accept` is refused for a program with
/// errors.
[[nodiscard]] ExitStatus RunCatalog(const CatalogOptions& options, Environment& environment);

}  // namespace writ::driver

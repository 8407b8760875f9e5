// `writ catalog TOPIC WORDS…`: search the facts. `writ catalog accept PATH…`: record in the lock
// file what the program's model names mean now.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct CatalogOptions {
  std::string topic;               ///< models, profiles, …, packs, controls; or accept
  std::vector<std::string> words;  ///< of `accept`: paths, as `check` takes them
  bool json = false;
};

/// kNo if nothing is found; an unknown topic is bad usage. `accept` is refused for a program with
/// errors.
[[nodiscard]] host::ExitStatus RunCatalog(const CatalogOptions& options,
                                          host::Environment& environment);

}  // namespace writ::commands

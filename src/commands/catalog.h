// `writ catalog TOPIC WORDS…`: search the facts. `writ catalog accept PATH…`: record in the lock
// file what the program's model names mean now. `diff` and `reach`: catalog_diff.h,
// catalog_reach.h.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct CatalogOptions {
  std::string topic;  ///< models, profiles, …, packs, controls; or accept, diff, reach
  /// Of `accept`: paths, as `check` takes them; of `diff`: two catalogs, then paths; of `reach`:
  /// providers.
  std::vector<std::string> words;
  bool json = false;
  bool markdown = false;          ///< of `diff`
  std::set<std::string> fail_on;  ///< of `diff`
};

/// kNo if nothing is found; an unknown topic is bad usage. `accept` is refused for a program with
/// errors.
[[nodiscard]] host::ExitStatus RunCatalog(const CatalogOptions& options,
                                          host::Environment& environment);

}  // namespace writ::commands

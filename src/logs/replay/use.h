// Which parts of a program's permissions the calls of a log used.
//
// A permission that might have granted a call counts as used, and what logs cannot show counts as
// used: only what was certainly not used is said to be unused.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "logs/replay/replay.h"
#include "logs/trail/event.h"

namespace writ::replay {

/// One sentence, which may stand for several permissions: a policy is applied twice.
struct Use {
  const intent::Origin* origin = nullptr;
  std::uint64_t calls = 0;
  std::string last;                                      ///< time of the last call; empty: none
  std::map<std::string, std::set<std::string>> granted;  ///< by model, the regions
  std::map<std::string, std::set<std::string>> used;     ///< likewise, by calls of the log
  std::map<std::string, std::set<intent::Route>> granted_routes;  ///< by model
  std::set<intent::Route> used_routes;
  /// By reason, models whose calls a log need not hold. They stay in all their regions.
  std::map<std::string, std::set<std::string>> not_logged;

  /// What is used, or may have been without a trace.
  [[nodiscard]] std::set<std::string> KeptModels() const;
  [[nodiscard]] std::set<std::string> KeptRegions() const;
  [[nodiscard]] std::set<intent::Route> KeptRoutes() const;

  std::set<std::string> callers;  ///< ARNs
  std::set<std::string> events;   ///< "Converse"
  std::string cannot_tell;        ///< why nothing is said to be unused; empty: it can be told
};

/// By place. `classes` are those of the window, denied calls among them, which are no use.
[[nodiscard]] std::vector<Use> UseOf(const std::vector<trail::Class>& classes, Side& side);

}  // namespace writ::replay

// `writ minimise`: a policy that means the same with fewest statements and characters.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct MinimiseOptions {
  std::string policy;            ///< a file with one policy document; "-" is standard input
  std::string kind;              ///< as policy::KindName writes it
  std::string output;            ///< where the policy goes; empty: to `out`
  bool is_closed_world = false;  ///< the catalog's actions are all there are
  bool is_as_read = false;       ///< also a document that AWS would refuse
  bool is_json = false;
};

/// The policy, or with `is_json` an object about it, goes to `out`; a summary to `err`. A policy
/// that cannot be proved equivalent to a smaller one is given back byte for byte, with W7400.
/// Reports W7300 for what is no policy document, W7365 for one that AWS would refuse.
[[nodiscard]] host::ExitStatus RunMinimise(const MinimiseOptions& options,
                                           host::Environment& environment);

}  // namespace writ::commands

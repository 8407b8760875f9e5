// AI services opt-out policies read back from their bytes: what is in force at each node once those
// above it are inherited, held against the sentences about them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proof/deployed/mismatch.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::deployed {

/// One policy as it is written, nothing inherited.
struct OptOutPolicy {
  struct Service {
    bool is_out = false;
    bool is_locked = false;  ///< both the service and its setting
    auto operator<=>(const Service&) const = default;
  };
  std::map<std::string, Service> services;  ///< `default` too
  bool is_locked = false;                   ///< no service may be added below
  std::vector<std::string> wrong;           ///< why it cannot be read
  bool operator==(const OptOutPolicy&) const = default;
};

[[nodiscard]] OptOutPolicy ReadOptOutPolicy(std::string_view bytes);

/// Nodes at which accounts are opted out of other services than the sentences say, or where what is
/// locked differs. The paths that were read are added to `read`.
[[nodiscard]] std::vector<Mismatch> CompareOptOuts(const Program& facts, const Tree& tree,
                                                   std::set<std::string>& read);

}  // namespace writ::deployed

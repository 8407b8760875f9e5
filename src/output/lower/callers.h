// Whom a prohibition binds, as conditions on the caller: of all callers of accounts below a node
// what holds in each account is said once.
//
// An exemption must not reach accounts that the program does not know, unless it is of an OU or the
// organization: then it is of the accounts that join them as well. A prohibition may reach them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context.h"

namespace writ::lower {

/// Where statements are attached, and the accounts there that they are about.
struct Ground {
  intent::NodeIndex node;
  const std::vector<intent::AccountIndex>& accounts;
  const std::string& partition;
};

/// Forms of the condition that `bound` binds the caller. They mean the same for the organization;
/// which makes the shorter statements depends on the rest. None: it binds nobody there.
[[nodiscard]] std::vector<Alternatives> WhoIsBound(const Context& context,
                                                   const intent::Bound& bound,
                                                   const Ground& ground);

/// How a statement says of which accounts the callers are that `holders` are about, at a node of
/// several accounts or, without one, in a permission set.
[[nodiscard]] Callers FormOf(const Context& context, const policy::Statement& statement,
                             const std::vector<intent::Holder>& holders,
                             std::optional<intent::NodeIndex> node);

}  // namespace writ::lower

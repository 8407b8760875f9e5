// Prohibitions as Deny statements of service control policies: the widest reading, every action,
// resource form and plane through which the named thing could still be done.
#pragma once

#include "context.h"

namespace writ::lower {

/// Deny statements and the node they are attached to.
struct Denial {
  intent::NodeIndex node;
  std::vector<policy::Statement> statements;
  /// Too long with the accounts: the exemptions are of all accounts of the node, and denials at
  /// those below take them back.
  bool is_spread = false;
};

/// One denial for each node of the prohibition; for each account of a node instead, where the
/// guardrail ARNs that it names differ between the node's accounts. Accounts where a duty's
/// guardrail is not bound are added to `unbound`: there the duty cannot be met.
[[nodiscard]] std::vector<Denial> Forbid(Context& context, const intent::Prohibition& prohibition,
                                         Unbound& unbound);

}  // namespace writ::lower

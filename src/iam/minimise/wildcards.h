// Shorter lists of actions in a closed world: wildcards that stand for exactly the catalog's
// actions that the list stands for.
#pragma once

#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"

namespace writ::minimise {

/// Replaces each list of actions by the shortest that is found to match the same actions of the
/// catalog. Prefixes (`Get*`) by an exact search over the tree of names; patterns with a wildcard
/// elsewhere where they save more. Elements that match nothing cataloged, or several services,
/// stay. Returns the number of lists that became shorter.
std::size_t ShortenActions(std::vector<policy::Statement>& statements,
                           const catalog::Catalog& catalog);

/// The document with each action pattern replaced by the catalog's actions that it matches,
/// sorted: two documents with the same expansion decide every cataloged action alike.
[[nodiscard]] policy::PolicyDocument ExpandActions(policy::PolicyDocument document,
                                                   const catalog::Catalog& catalog);

}  // namespace writ::minimise

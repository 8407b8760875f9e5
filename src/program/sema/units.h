// Units: the root and OUs that a set of accounts holds whole, those that join later included. What
// a sentence says of an OU or of the organization it says of them; of a list of accounts it does
// not.
#pragma once

#include <vector>

#include "program/intent/model.h"

namespace writ::sema {

/// Lists of units are sorted, and none lies below another.
using Units = std::vector<intent::NodeIndex>;

/// What is in one or the other.
[[nodiscard]] Units JoinedUnits(const intent::Organization& organization, const Units& one,
                                const Units& other);
/// What is in both.
[[nodiscard]] Units CommonUnits(const intent::Organization& organization, const Units& one,
                                const Units& other);
/// What is left without these units and accounts: a unit that holds some of them stands for its
/// smaller units that hold none.
[[nodiscard]] Units UnitsWithout(const intent::Organization& organization, const Units& units,
                                 const Units& less,
                                 const std::vector<intent::AccountIndex>& accounts);
/// The units, and the nodes of those accounts that are in none of them, sorted.
[[nodiscard]] std::vector<intent::NodeIndex> NodesOf(
    const intent::Organization& organization, const Units& units,
    const std::vector<intent::AccountIndex>& accounts);

}  // namespace writ::sema

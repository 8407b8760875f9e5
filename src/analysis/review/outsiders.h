// Resource control policies of two worlds, by what they refuse: who gains and who loses what for
// resources of which accounts, whoever calls.
//
// All callers may hold anything here, and every resource policy lets them in: RCPs refuse, and
// grant nothing. Whose documents they are is not asked, so that trees and programs compare alike,
// as their sentences are asked (access/outsiders.h) and proved (verify/perimeters.h).
#pragma once

#include "analysis/review/difference.h"

namespace writ::review {

/// Adds the changes, and why it cannot be told where it cannot. Each is proved or shown by a
/// request that the evaluator decides differently on both sides. Accounts that both worlds have are
/// compared, and accounts to come of units that both have; not the management account, which RCPs
/// do not restrict. Costs nothing where the documents are the same; else some questions to the
/// procedure for each class of accounts with the same documents, more by what statements name.
void CompareRcps(const Side& before, const Side& after, Difference& difference);

}  // namespace writ::review

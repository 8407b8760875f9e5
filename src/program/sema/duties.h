// What sentences mean beside one another: separation of duties, rights that need others, sentences
// said twice, waivers of nothing.
#pragma once

#include "program/sema/sentences.h"

namespace writ::sema {

/// Reports principals that may both run and administer. Principals that can be the same role in one
/// account count as one. Linear but for patterns whose fixed beginnings agree.
void CheckSeparationOfDuties(Context& context, Sentences& sentences);

void WarnDuplicates(Context& context);
void WarnUnusedWaivers(Context& context, const Sentences& sentences);
/// Warns of duties that the roles of AWS services cannot meet: their calls come through no endpoint
/// of the organization.
void WarnServicesStopped(Context& context);

void WarnMissingRights(Context& context, const Sentences& sentences);

}  // namespace writ::sema

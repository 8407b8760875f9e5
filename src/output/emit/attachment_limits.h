// How many policies a principal ends up with: several documents may be attached to one role, each
// within its own limits.
#pragma once

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "output/emit/tree.h"

namespace writ::emit {

/// Reports each role or user that would hold more managed policies than AWS attaches (W5004), with
/// the documents that are cheapest to do without. A role bound by pattern holds what is attached to
/// its pattern and to every pattern that includes it; patterns that only overlap may have no role
/// in common and are not added up.
void CheckAttachmentLimits(const Tree& tree, const catalog::Catalog& catalog, diag::Sink& sink);

}  // namespace writ::emit

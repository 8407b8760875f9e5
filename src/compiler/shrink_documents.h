// Documents of a build made small before they are packed: by the same procedure as `writ minimise`,
// document by document, each result proved to mean what the document meant.
#pragma once

#include "facts/catalog/catalog.h"
#include "output/lower/bundle.h"

namespace writ::compiler {

/// Replaces statements by fewer and shorter ones that mean the same, keeps the sentences that each
/// is from, and notes how small every document is known to be. Documents that differ in an account
/// number only are worked on once. All limits are counts of steps.
void ShrinkDocuments(lower::Bundle& bundle, const catalog::Catalog& catalog);

}  // namespace writ::compiler

// Shorter lists of denied actions: a prefix that ends with a word stands for cataloged actions
// that are all in the list, as `bedrock:Create*` for every action of Bedrock that creates.
//
// A prohibition means every way in which the named thing could still be done, so what a later
// catalog adds under such a prefix is denied too: a new `CreateX` of a service whose creations
// are all forbidden. Nothing that the catalog knows is denied beside what the list says. Lists of
// what is allowed, and of NotAction, stay as they are.
//
// Only what is deployed is widened. Questions about a program are answered from what it says.
#pragma once

#include <vector>

#include "facts/catalog/catalog.h"
#include "output/lower/bundle.h"

namespace writ::lower {

/// Shortens the lists of SCPs. Services of which some statement allows actions by pattern, or one
/// that the catalog does not know, keep their lists: what is permitted there must not be refused.
void WidenDenials(std::vector<Document>& documents, const catalog::Catalog& catalog);

}  // namespace writ::lower

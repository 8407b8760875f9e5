// Documents of a build made small before they are packed: by the same procedure as `writ minimise`,
// document by document, each result proved to mean what the document meant.
#pragma once

#include <cstddef>

#include "facts/catalog/catalog.h"
#include "iam/minimise/minimise.h"
#include "output/lower/bundle.h"
#include "output/lower/lower.h"

namespace writ::compiler {

/// What was found out for the documents of one program: another look at one of them takes less time
/// and ends the same.
struct ShrinkMemory {
  minimise::Memory answers;
  std::size_t questions = 0;  ///< that each document may ask; 0: not known yet
};

/// Replaces statements by fewer and shorter ones that mean the same, keeps the sentences that each
/// is from, and notes how small every document is known to be, but of those that are like others.
/// Documents that differ in names that AWS assigned only are worked on once; `sharing` changes
/// nothing but the time. All limits are counts of steps. `memory`: of the program, if its documents
/// will be looked at again.
void ShrinkDocuments(lower::Bundle& bundle, const catalog::Catalog& catalog,
                     lower::Sharing sharing = lower::Sharing::kOn, ShrinkMemory* memory = nullptr);

}  // namespace writ::compiler

// Sentences of verbs that may say what a group of statements says.
#pragma once

#include <cstddef>
#include <vector>

#include "analysis/imports/draft.h"
#include "facts/catalog/catalog.h"
#include "language/syntax/ast.h"

namespace writ::imports {

/// Sentences, and the parts of one holder that they may say all together.
struct Candidate {
  std::vector<std::size_t> parts;  ///< of Draft::parts
  std::vector<syntax::Sentence> sentences;
};

/// What the names in the parts' `do` sentences suggest: `invoke` for models by exact ids and
/// regions, directly or through system inference profiles, `administer` and `browse` for whole
/// kinds. Nothing is proved: whoever takes one compares what it lowers to. Names are kept in the
/// draft.
[[nodiscard]] std::vector<Candidate> FindCandidates(Draft& draft, const catalog::Catalog& catalog);

}  // namespace writ::imports

// What the sentences of a program were made of, for the lock file: everything in a sentence's
// documents that comes from the catalog and not from the program's own words.
#pragma once

#include <vector>

#include "base/source/source.h"
#include "facts/catalog/catalog.h"
#include "facts/catalog/lock.h"
#include "program/intent/model.h"

namespace writ::compiler {

struct SentenceMeaning {
  catalog::LockedSentence locked;
  source::Span span;  ///< the first sentence of these words
};

/// By sentence, sentences of the same words as one. Under the words `quotas` stands what documents
/// are packed by. Reads each action of the sentences' verbs once a sentence.
[[nodiscard]] std::vector<SentenceMeaning> SentenceMeanings(const intent::Model& model,
                                                            const catalog::Catalog& catalog);
/// The same without the spans.
[[nodiscard]] std::vector<catalog::LockedSentence> LockedSentences(const intent::Model& model,
                                                                   const catalog::Catalog& catalog);

}  // namespace writ::compiler

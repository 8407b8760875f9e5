// What may stand at a place of a text that is being written: for editors.
#pragma once

#include <cstdint>
#include <vector>

#include "base/source/source.h"
#include "language/parse/antlr_bridge.h"
#include "language/parse/tokens.h"

namespace writ::parse {

struct Continuation {
  std::vector<Expected> next;    ///< sorted, each once; none inside strings and comments
  std::uint32_t word_begin = 0;  ///< of the word that ends at the place; the place if there is none
  /// The tokens before that word, from the begin of the item that it belongs to.
  std::vector<Token> before;
};

/// Of the item that `offset` lies in, whatever is wrong before and after it. Reads the whole file's
/// tokens; linear in them and in the length of the item.
[[nodiscard]] Continuation ContinuationAt(const source::SourceMap& sources, source::FileId file,
                                          std::uint32_t offset);

}  // namespace writ::parse

// Text to syntax. Reports every mistake to the sink, once each, in the user's terms, and goes on at
// the next sentence; never throws; nothing of ANTLR shows here.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "language/parse/tokens.h"
#include "language/syntax/ast.h"

namespace writ::parse {

/// What one file may ask for; each limit has its own diagnostic. They bound time and memory for
/// hostile input, far above what people write.
struct Limits {
  std::size_t max_bytes = std::size_t{16} << 20U;   ///< of a file
  std::size_t max_string = std::size_t{64} << 10U;  ///< bytes between the quotes
  std::size_t max_digits = 20;                      ///< of a number
  std::size_t max_errors = 50;                      ///< reported per file
  int max_nesting = syntax::kMaxNesting;            ///< parentheses, `not`s and blocks
};

/// Reads one file of `sources`, which must outlive the result. After errors the result holds every
/// item that was understood and is not `complete`. Linear in the text.
[[nodiscard]] syntax::File Parse(const source::SourceMap& sources, source::FileId file,
                                 diag::Sink& sink, const Limits& limits = {});

/// The tokens alone; reports the mistakes that are visible without the grammar.
[[nodiscard]] Tokens Lex(const source::SourceMap& sources, source::FileId file, diag::Sink& sink,
                         const Limits& limits = {});

}  // namespace writ::parse

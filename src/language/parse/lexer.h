// Bytes to tokens, repaired: after this pass the parser sees only tokens of the grammar.
#pragma once

#include "language/parse/reporter.h"
#include "language/parse/tokens.h"

namespace writ::parse {

/// Reports what no token accepts and what is wrong inside tokens; a wrong token is replaced by the
/// one that was meant and marked, so that the parser does not report it again.
[[nodiscard]] Tokens ReadTokens(Reporter& reporter);

}  // namespace writ::parse

// Why a rule was refused, in the user's terms.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "language/parse/antlr_bridge.h"
#include "language/parse/reporter.h"

namespace writ::parse {

/// A token that was surely meant to be another: the parser may go on as if it were.
struct Repair {
  std::uint32_t token = 0;
  TokenKind meant = TokenKind::kNone;
};

struct Explanation {
  std::uint32_t at = 0;  ///< the first token that no reading allows
  std::optional<Repair> repair;
};

/// Reports the one mistake for which `rule`, begun at token `first`, was refused or does not end
/// where it may; silent when the lexer reported a token on the way there.
[[nodiscard]] Explanation Explain(Rule rule, std::uint32_t first, const std::vector<Token>& tokens,
                                  Reporter& reporter);

/// Reports that no item begins at token `at`.
[[nodiscard]] Explanation ExplainNoItem(std::uint32_t at, const std::vector<Token>& tokens,
                                        Reporter& reporter);

/// A reserved word that opens a declaration or a sentence.
[[nodiscard]] bool OpensItem(TokenKind kind);

/// An item begins at token `at`: a word that opens one, or a soft keyword that is first on its line
/// or followed by what only an item has there.
[[nodiscard]] bool StartsItem(std::uint32_t at, const std::vector<Token>& tokens);

/// The soft keyword at `at` is followed by what only an item has there.
[[nodiscard]] bool LooksLikeSoftItem(std::uint32_t at, const std::vector<Token>& tokens);

}  // namespace writ::parse

// The tokens of a file: what the parser reads, the formatter lays out and an editor colors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"

namespace writ::parse {

/// The values are those of the generated lexer (checked where the two meet).
enum class TokenKind : std::uint8_t {
  kNone = 0,
#define WRIT_TOKEN(Name, spelling, Class) k##Name,
#include "language/parse/tokens.def"
#undef WRIT_TOKEN
  kEnd  ///< after the last token
};

enum class TokenClass : std::uint8_t { kSoft, kReserved, kSymbol, kText, kWrong };

[[nodiscard]] TokenClass ClassOf(TokenKind kind);
/// "may", "{", "a name"; "the end of the file" for kEnd.
[[nodiscard]] std::string_view Spelling(TokenKind kind);
/// The keyword spelt `word`, or kNone.
[[nodiscard]] TokenKind KeywordOf(std::string_view word);
/// A name as the grammar reads it: Name or a soft keyword.
[[nodiscard]] bool IsName(TokenKind kind);

/// 12 bytes: a file of n bytes may have n tokens.
struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  TokenKind kind = TokenKind::kEnd;
  bool first_on_line = false;
  bool is_repaired = false;  ///< reported by the lexer; stands for what was meant
};

/// A file's tokens, closed by one of kind kEnd, and its comments (kind kComment), both in order.
struct Tokens {
  std::vector<Token> tokens;
  std::vector<Token> comments;
  bool is_text = true;  ///< false: refused as a whole (size, bytes), reported, no tokens
};

}  // namespace writ::parse

#include "language/parse/tokens.h"

#include <algorithm>
#include <array>
#include <utility>

namespace writ::parse {
namespace {

struct Entry {
  std::string_view spelling;
  TokenClass token_class;
};

constexpr Entry kEntries[] = {
    {"", TokenClass::kWrong},
#define WRIT_TOKEN(Name, spelling, Class) {spelling, TokenClass::k##Class},
#include "language/parse/tokens.def"
#undef WRIT_TOKEN
    {"the end of the file", TokenClass::kText},
};

}  // namespace

TokenClass ClassOf(TokenKind kind) { return kEntries[static_cast<std::size_t>(kind)].token_class; }

std::string_view Spelling(TokenKind kind) {
  return kEntries[static_cast<std::size_t>(kind)].spelling;
}

TokenKind KeywordOf(std::string_view word) {
  for (std::size_t i = 1; i < static_cast<std::size_t>(TokenKind::kEnd); ++i) {
    const Entry& entry = kEntries[i];
    const bool is_word =
        entry.token_class == TokenClass::kSoft || entry.token_class == TokenClass::kReserved;
    if (is_word && entry.spelling == word) return static_cast<TokenKind>(i);
  }
  return TokenKind::kNone;
}

bool IsName(TokenKind kind) {
  return kind == TokenKind::kName || ClassOf(kind) == TokenClass::kSoft;
}

}  // namespace writ::parse

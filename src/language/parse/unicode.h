// What the lexer knows of characters outside ASCII: whether bytes are UTF-8, and which characters
// people paste in place of ASCII ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace writ::parse {

/// The first byte that is not UTF-8 (overlong forms, surrogates and values past U+10FFFF are not).
[[nodiscard]] std::optional<std::size_t> FirstInvalidUtf8(std::string_view text);

struct CodePoint {
  char32_t value = 0;
  std::uint32_t length = 1;  ///< in bytes
};

/// The code point at `offset` of valid UTF-8.
[[nodiscard]] CodePoint Decode(std::string_view text, std::size_t offset);

/// The ASCII text that `value` is taken for by eye; empty when there is none.
[[nodiscard]] std::string_view LooksLike(char32_t value);

/// Curly, angled or prime marks that word processors put for straight quotes.
[[nodiscard]] bool IsTypographicQuote(char32_t value);

}  // namespace writ::parse

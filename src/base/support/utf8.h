// UTF-8 as users give it: possibly broken, possibly meant to deceive a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace writ::support {

/// What stands for bytes that are no text: U+FFFD.
inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacement;
  std::size_t bytes = 0;  ///< consumed; 0 only at the end of the text
  bool valid = false;
};

/// The first code point of `text`; a byte that begins none is consumed alone. Overlong forms,
/// surrogates and values above U+10FFFF are not valid.
[[nodiscard]] CodePoint DecodeUtf8(std::string_view text);

/// Appends the code point's bytes. Values up to 0x1FFFFF, which are no text, have a form as well.
void AppendUtf8(std::string& out, char32_t c);

/// The text with U+FFFD in place of each byte that is not UTF-8.
[[nodiscard]] std::string ReplaceInvalidUtf8(std::string_view text);

/// Whether a terminal would obey the character instead of showing it: controls, and the marks that
/// change the direction of what follows (with which a line can be made to read as another).
[[nodiscard]] bool IsCommand(char32_t c);

/// Columns of a terminal: 0 for combining marks, 2 for wide East Asian characters and emoji, else
/// 1. Source: Unicode 15.0, EastAsianWidth.txt and categories Mn and Me, by blocks.
[[nodiscard]] std::size_t DisplayWidth(char32_t c);

}  // namespace writ::support

// Places in texts as editors count them: lines and columns from 0, columns in units that client and
// server agree on.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/source/source.h"
#include "lsp/wire.h"

namespace writ::lsp {

enum class Encoding { kUtf8, kUtf16, kUtf32 };

/// A text with its lines known. Both directions are logarithmic in the number of lines and linear
/// in the length of one. The text outlives it.
class Places {
 public:
  Places(std::string_view text, Encoding encoding);
  Places(std::string&&, Encoding) = delete;

  /// {line, character}; an offset past the end is the end.
  [[nodiscard]] Json PositionOf(std::uint32_t offset) const;
  [[nodiscard]] Json RangeOf(std::uint32_t begin, std::uint32_t end) const;
  /// Past the end of a line: the end of the line; past the last line: the end of the text.
  [[nodiscard]] std::uint32_t OffsetOf(const Json& position) const;

 private:
  [[nodiscard]] std::string_view Line(std::size_t line) const;

  std::string_view text_;
  Encoding encoding_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace writ::lsp

// A line of source as a terminal shows it: which column each byte gets. Tabs become spaces, wide
// characters take two columns, and characters that a terminal would obey become U+FFFD. Long lines
// (generated text) are cut to a window around the place that matters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace writ::diag {

class SourceLine {
 public:
  /// `focus` is the byte offset that must stay visible. Linear in the line.
  SourceLine(std::string_view line, std::uint32_t focus);

  /// The visible part, with `…` where something is cut off.
  [[nodiscard]] std::string Text() const;
  /// Column, from 0, of the byte at `offset`; offsets beyond the window are moved to its edge.
  [[nodiscard]] std::size_t Column(std::uint32_t offset) const;
  /// Byte offset of the first character that is no white space; 0 if there is none.
  [[nodiscard]] std::uint32_t Indent() const { return indent_; }

 private:
  struct Cell {
    std::string glyph;
    std::uint32_t offset;
    std::size_t column;
  };
  void AddCell(std::string_view source, std::uint32_t offset, std::size_t& column);

  std::vector<Cell> cells_;  ///< all, and one after the last
  std::size_t first_ = 0;    ///< the window: cells [first_, last_)
  std::size_t last_ = 0;
  std::uint32_t indent_ = 0;
};

/// A text with U+FFFD for what a terminal would obey; line breaks stay.
[[nodiscard]] std::string Shown(std::string_view text);

}  // namespace writ::diag

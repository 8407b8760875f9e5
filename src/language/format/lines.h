// Lines of output before their breaks and columns are chosen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace writ::format {

/// Where a line may be broken before a piece, from never to first.
enum class Break : unsigned char {
  kNever,
  kFill,       ///< inside a list or a condition
  kPlace,      ///< a qualifier that says where: stays with the head of the sentence
  kQualifier,  ///< any other qualifier
};

/// A token, or a comment on its own line inside a sentence.
struct Piece {
  std::string_view text;
  unsigned spaces = 0;  ///< before it, unless a line begins with it
  Break before = Break::kNever;
  bool is_comment = false;
  std::string_view trailing;  ///< a comment after it: the line ends there
};

struct Line {
  std::size_t level = 0;  ///< of blocks
  bool blank_before = false;
  std::vector<Piece> pieces;
  /// For rows of a table: the pieces at which its cells begin. Rows of one table stand directly
  /// below each other and have the same `table`.
  std::vector<std::size_t> cells;
  std::string_view table;
};

/// Chooses breaks and columns, and ends each line.
[[nodiscard]] std::string Render(const std::vector<Line>& lines);

/// Characters that `pieces` take on one line, without trailing comments.
[[nodiscard]] std::size_t WidthOf(const std::vector<Piece>& pieces);

}  // namespace writ::format

#include "language/format/lines.h"

#include <algorithm>

#include "language/format/format.h"

namespace writ::format {
namespace {

constexpr std::size_t kIndent = 2;        // of a block
constexpr std::size_t kContinuation = 4;  // of the rest of a sentence

/// Characters, not bytes.
std::size_t WidthOf(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool HasForcedBreak(const Line& line) {
  return std::ranges::any_of(line.pieces, [&](const Piece& piece) {
    return piece.is_comment || (!piece.trailing.empty() && &piece != &line.pieces.back());
  });
}

/// Writes one line's pieces, breaking where it must.
class LineWriter {
 public:
  LineWriter(const Line& line, std::string& out)
      : line_(line), out_(out), indent_(line.level * kIndent) {}

  void Write() {
    const bool fits =
        !HasForcedBreak(line_) && indent_ + format::WidthOf(line_.pieces) <= kMaxColumns;
    Indent(indent_);
    for (std::size_t i = 0; i < line_.pieces.size(); ++i) {
      if (!fits && i > 0 && BreaksBefore(i)) NewLine(line_.pieces[i]);
      Put(line_.pieces[i]);
    }
    out_ += '\n';
  }

 private:
  void Indent(std::size_t columns) {
    out_.append(columns, ' ');
    column_ = columns;
    at_start_ = true;
  }

  void NewLine(const Piece& next) {
    out_ += '\n';
    const bool deeper = next.before == Break::kFill && has_qualifier_line_;
    if (next.before >= Break::kPlace) has_qualifier_line_ = true;
    Indent(indent_ + kContinuation + (deeper ? kContinuation : 0));
  }

  void Put(const Piece& piece) {
    const std::size_t spaces = at_start_ ? 0 : piece.spaces;
    out_.append(spaces, ' ').append(piece.text);
    column_ += spaces + WidthOf(piece.text);
    at_start_ = false;
    must_break_ = piece.is_comment || !piece.trailing.empty();
    if (!piece.trailing.empty()) out_.append("  ").append(piece.trailing);
  }

  [[nodiscard]] bool BreaksBefore(std::size_t at) {
    const Piece& piece = line_.pieces[at];
    if (must_break_ || piece.is_comment) return true;
    switch (piece.before) {
      case Break::kNever:
        return false;
      case Break::kFill:
        return !Fits(at, Break::kFill);
      case Break::kPlace:
        return !Fits(at, Break::kPlace);
      case Break::kQualifier: {
        const bool first = !has_qualifier_line_;
        has_qualifier_line_ = true;
        return first || !Fits(at, Break::kPlace);
      }
    }
    return false;
  }

  /// The pieces from `at` to the next break of at least strength `level` fit on this line.
  [[nodiscard]] bool Fits(std::size_t at, Break level) const {
    std::size_t column = column_;
    for (std::size_t i = at; i < line_.pieces.size(); ++i) {
      const Piece& piece = line_.pieces[i];
      if (i > at && (piece.before >= level || piece.is_comment)) break;
      column += piece.spaces + WidthOf(piece.text);
      if (column > kMaxColumns) return false;
      if (!piece.trailing.empty()) break;
    }
    return true;
  }

  const Line& line_;
  std::string& out_;
  std::size_t indent_;
  std::size_t column_ = 0;
  bool at_start_ = true;
  bool must_break_ = false;
  bool has_qualifier_line_ = false;
};

// ---- tables ------------------------------------------------------------------------------------

std::size_t CellEnd(const Line& row, std::size_t cell) {
  return cell + 1 < row.cells.size() ? row.cells[cell + 1] : row.pieces.size();
}

std::size_t CellWidth(const Line& row, std::size_t cell) {
  std::size_t width = 0;
  for (std::size_t i = row.cells[cell]; i < CellEnd(row, cell); ++i) {
    width += (i > row.cells[cell] ? row.pieces[i].spaces : 0) + WidthOf(row.pieces[i].text);
  }
  return width;
}

/// The width of each column of a table; a column whose cells begin with different words, and all
/// after it, are not aligned.
std::vector<std::size_t> ColumnWidths(const std::vector<Line>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t cell = 0;; ++cell) {
    std::size_t width = 0;
    std::string_view word;
    for (const Line& row : rows) {
      if (cell >= row.cells.size()) continue;
      const std::string_view first = row.pieces[row.cells[cell]].text;
      if (cell > 1 && !word.empty() && first != word) return widths;
      word = first;
      if (cell + 1 < row.cells.size()) width = std::max(width, CellWidth(row, cell));
    }
    if (width == 0) return widths;
    widths.push_back(width);
  }
}

/// Pads the cells of `rows` to columns, unless a row would become too long.
void Align(std::vector<Line>& rows) {
  const std::vector<std::size_t> widths = ColumnWidths(rows);
  std::vector<Line> aligned = rows;
  for (Line& row : aligned) {
    for (std::size_t cell = 0; cell + 1 < row.cells.size() && cell < widths.size(); ++cell) {
      row.pieces[row.cells[cell + 1]].spaces +=
          static_cast<unsigned>(widths[cell] - CellWidth(row, cell));
    }
    if (row.level * kIndent + format::WidthOf(row.pieces) > kMaxColumns) return;
  }
  rows = std::move(aligned);
}

bool IsRow(const Line& line) {
  return !line.table.empty() && !HasForcedBreak(line) &&
         line.level * kIndent + format::WidthOf(line.pieces) <= kMaxColumns;
}

}  // namespace

std::size_t WidthOf(const std::vector<Piece>& pieces) {
  std::size_t width = 0;
  for (const Piece& piece : pieces) {
    width += (&piece != &pieces.front() ? piece.spaces : 0) + WidthOf(piece.text);
  }
  return width;
}

std::string Render(const std::vector<Line>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::vector<Line> rows{lines[i]};
    if (IsRow(lines[i])) {
      while (i + rows.size() < lines.size()) {
        const Line& next = lines[i + rows.size()];
        if (next.blank_before || next.table != rows[0].table || next.level != rows[0].level ||
            !IsRow(next)) {
          break;
        }
        rows.push_back(next);
      }
      Align(rows);
    }
    for (const Line& row : rows) {
      if (row.blank_before && !out.empty()) out += '\n';
      LineWriter(row, out).Write();
    }
    i += rows.size();
  }
  return out;
}

}  // namespace writ::format

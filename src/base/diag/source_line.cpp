#include "base/diag/source_line.h"

#include <algorithm>

#include "base/support/utf8.h"

namespace writ::diag {
namespace {

constexpr std::size_t kTabColumns = 4;
constexpr std::size_t kWindowColumns = 160;
/// What stays visible to the left of the focus of a cut line.
constexpr std::size_t kLeftColumns = 40;
constexpr std::string_view kCut = "\xE2\x80\xA6";
constexpr std::string_view kHidden = "\xEF\xBF\xBD";

}  // namespace

SourceLine::SourceLine(std::string_view line, std::uint32_t focus) {
  std::size_t column = 0;
  std::uint32_t offset = 0;
  while (offset < line.size()) {
    const std::string_view rest = line.substr(offset);
    const std::size_t bytes = support::DecodeUtf8(rest).bytes;
    AddCell(rest.substr(0, bytes), offset, column);
    offset += static_cast<std::uint32_t>(bytes);
  }
  cells_.push_back({"", offset, column});
  const auto indent = std::min(line.find_first_not_of(" \t"), line.size());
  indent_ = indent == line.size() ? 0 : static_cast<std::uint32_t>(indent);

  last_ = cells_.size() - 1;
  if (column <= kWindowColumns) return;
  const auto cell_at = [&](std::size_t wanted) {
    return static_cast<std::size_t>(std::ranges::lower_bound(cells_, wanted, {}, &Cell::column) -
                                    cells_.begin());
  };
  const auto focused = std::ranges::lower_bound(cells_, focus, {}, &Cell::offset);
  const std::size_t at = focused == cells_.end() ? column : focused->column;
  first_ = at > kLeftColumns ? cell_at(at - kLeftColumns) : 0;
  last_ = std::min(last_, cell_at(cells_[first_].column + kWindowColumns));
}

void SourceLine::AddCell(std::string_view source, std::uint32_t offset, std::size_t& column) {
  const support::CodePoint point = support::DecodeUtf8(source);
  Cell cell{std::string(source), offset, column};
  if (point.value == U'\t') {
    cell.glyph = std::string(kTabColumns - column % kTabColumns, ' ');
    column += cell.glyph.size();
  } else if (!point.valid || support::IsCommand(point.value)) {
    cell.glyph = kHidden;
    ++column;
  } else {
    column += support::DisplayWidth(point.value);
  }
  cells_.push_back(std::move(cell));
}

std::string SourceLine::Text() const {
  std::string text(first_ > 0 ? kCut : "");
  for (std::size_t i = first_; i < last_; ++i) text += cells_[i].glyph;
  if (last_ + 1 < cells_.size()) text += kCut;
  return text;
}

std::size_t SourceLine::Column(std::uint32_t offset) const {
  const auto found = std::ranges::lower_bound(cells_, offset, {}, &Cell::offset);
  const std::size_t cell =
      std::clamp(static_cast<std::size_t>(found - cells_.begin()), first_, last_);
  return cells_[cell].column - cells_[first_].column + (first_ > 0 ? 1 : 0);
}

std::string Shown(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const support::CodePoint point = support::DecodeUtf8(text);
    const bool hidden = !point.valid || (support::IsCommand(point.value) && point.value != U'\n');
    shown += hidden ? kHidden : text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
  }
  return shown;
}

}  // namespace writ::diag

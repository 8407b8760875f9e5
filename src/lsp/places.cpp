#include "lsp/places.h"

#include <algorithm>

namespace writ::lsp {
namespace {

/// Bytes of the character that begins with this one; 1 for what begins none.
std::size_t BytesOf(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xF0U && byte < 0xF8U) return 4;
  if (byte >= 0xE0U) return byte < 0xF0U ? 3 : 1;
  return byte >= 0xC0U ? 2 : 1;
}

std::uint32_t UnitsOf(std::size_t bytes, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return static_cast<std::uint32_t>(bytes);
  return encoding == Encoding::kUtf16 && bytes == 4 ? 2 : 1;
}

}  // namespace

Places::Places(std::string_view text, Encoding encoding) : text_(text), encoding_(encoding) {
  starts_.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

std::string_view Places::Line(std::size_t line) const {
  const std::size_t end = line + 1 < starts_.size() ? starts_[line + 1] - 1 : text_.size();
  std::string_view found = text_.substr(starts_[line], end - starts_[line]);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

Json Places::PositionOf(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto after = std::ranges::upper_bound(starts_, offset);
  const auto line = static_cast<std::size_t>(after - starts_.begin()) - 1;
  const std::string_view text = Line(line);
  const std::size_t bytes = std::min<std::size_t>(offset - starts_[line], text.size());
  std::uint32_t character = 0;
  for (std::size_t i = 0; i < bytes;) {
    const std::size_t size = BytesOf(text[i]);
    character += UnitsOf(size, encoding_);
    i += size;
  }
  return {{"line", line}, {"character", character}};
}

Json Places::RangeOf(std::uint32_t begin, std::uint32_t end) const {
  return {{"start", PositionOf(begin)}, {"end", PositionOf(end)}};
}

std::uint32_t Places::OffsetOf(const Json& position) const {
  const std::size_t line = Number(position, "line");
  if (line >= starts_.size()) return static_cast<std::uint32_t>(text_.size());
  const std::string_view text = Line(line);
  std::uint32_t left = Number(position, "character");
  std::size_t i = 0;
  while (i < text.size() && left > 0) {
    const std::size_t size = std::min(BytesOf(text[i]), text.size() - i);
    const std::uint32_t units = UnitsOf(size, encoding_);
    if (units > left) break;
    left -= units;
    i += size;
  }
  return starts_[line] + static_cast<std::uint32_t>(i);
}

}  // namespace writ::lsp

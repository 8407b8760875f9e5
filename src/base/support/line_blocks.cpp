#include "base/support/line_blocks.h"

#include <algorithm>
#include <istream>

namespace writ::support {
namespace {

// Bytes read at once.
constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;

}  // namespace

const std::vector<Line>& LineBlocks::Next() {
  lines_.clear();
  buffer_.erase(0, consumed_);
  consumed_ = 0;
  while (lines_.empty() && (!is_at_end_ || !buffer_.empty())) {
    const std::size_t searched = buffer_.size();
    if (!is_at_end_) Fill();
    SplitFrom(searched);
  }
  return lines_;
}

void LineBlocks::Fill() {
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kBlockBytes);
  in_.read(buffer_.data() + size, static_cast<std::streamsize>(kBlockBytes));
  buffer_.resize(size + static_cast<std::size_t>(in_.gcount()));
  is_at_end_ = !in_;
}

// `searched`: how much of the buffer holds no line break.
void LineBlocks::SplitFrom(std::size_t searched) {
  while (consumed_ < buffer_.size()) {
    const std::size_t end = buffer_.find('\n', std::max(consumed_, searched));
    if (end == buffer_.npos && !is_at_end_) {
      DropIfTooLong();
      return;
    }
    const std::size_t stop = std::min(end, buffer_.size());
    Add(std::string_view(buffer_).substr(consumed_, stop - consumed_));
    consumed_ = std::min(stop + 1, buffer_.size());
  }
}

void LineBlocks::Add(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  const bool is_too_long = is_dropping_ || text.size() > max_line_bytes_;
  lines_.push_back({is_too_long ? std::string_view() : text, ++number_, is_too_long});
  is_dropping_ = false;
}

// Keeps memory bounded: the bytes of a line that is too long already are forgotten.
void LineBlocks::DropIfTooLong() {
  if (buffer_.size() - consumed_ <= max_line_bytes_ + 1) return;
  is_dropping_ = true;
  buffer_.erase(consumed_);
}

}  // namespace writ::support

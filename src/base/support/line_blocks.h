// A stream as lines, many at a time: for inputs of any length whose lines are answered side by
// side. Memory is bounded by one block and the longest line that is allowed, whatever the input.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace writ::support {

/// One line without its break (`\n` or `\r\n`).
struct Line {
  std::string_view text;
  std::size_t number = 0;    ///< from 1
  bool is_too_long = false;  ///< then `text` is empty
};

class LineBlocks {
 public:
  /// `in` must outlive this. Of a line of more than `max_line_bytes` only the fact is kept.
  LineBlocks(std::istream& in, std::size_t max_line_bytes)
      : in_(in), max_line_bytes_(max_line_bytes) {}

  /// The next lines, at least one; none at the end. They are valid until the next call.
  [[nodiscard]] const std::vector<Line>& Next();

 private:
  void Fill();
  void SplitFrom(std::size_t searched);
  void Add(std::string_view text);
  void DropIfTooLong();

  std::istream& in_;
  std::size_t max_line_bytes_;
  std::string buffer_;
  std::size_t consumed_ = 0;  // bytes of buffer_ that were given out as lines
  std::vector<Line> lines_;
  std::size_t number_ = 0;
  bool is_at_end_ = false;
  bool is_dropping_ = false;
};

}  // namespace writ::support

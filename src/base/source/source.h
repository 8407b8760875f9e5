// Source texts and places in them. A Span is what every later finding points with: file and byte
// range, 12 bytes, valid as long as the SourceMap.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace writ::source {

/// A file of one SourceMap.
struct FileId {
  std::uint32_t index = UINT32_MAX;
  auto operator<=>(const FileId&) const = default;
  [[nodiscard]] bool valid() const { return index != UINT32_MAX; }
};

/// The bytes [begin, end) of a file. An empty range is a place between two bytes.
struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const Span&) const = default;
  [[nodiscard]] bool valid() const { return file.valid(); }
};

/// From the begin of `first` to the end of `last`; both in one file.
[[nodiscard]] Span Join(Span first, Span last);

/// The text with one space for each run of white space, and none at the ends.
[[nodiscard]] std::string OneLine(std::string_view text);

/// A place for people: both count from 1; `column` counts code points.
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  auto operator<=>(const LineColumn&) const = default;
};

/// Owns all texts of one compilation. References to texts stay valid when files are added.
class SourceMap {
 public:
  /// `path` is what diagnostics print: what the user named, with what follows below it. `relative`
  /// is what artifacts print, relative to what the user named, so that they do not depend on where
  /// the program lies; empty: the same as `path`.
  FileId Add(std::string path, std::string text, std::string relative = {});

  [[nodiscard]] std::size_t file_count() const { return files_.size(); }
  [[nodiscard]] const std::string& path(FileId file) const;
  [[nodiscard]] const std::string& relative_path(FileId file) const;
  [[nodiscard]] std::string_view text(FileId file) const;
  [[nodiscard]] std::string_view text(Span span) const;

  /// Logarithmic in the number of lines, linear in the length of the line.
  [[nodiscard]] LineColumn Locate(FileId file, std::uint32_t offset) const;
  /// The line (counted from 1) without its line break.
  [[nodiscard]] std::string_view Line(FileId file, std::uint32_t line) const;
  /// "path:line:column", for people at this machine.
  [[nodiscard]] std::string Describe(Span span) const;
  /// "relative path:line:column", for artifacts.
  [[nodiscard]] std::string DescribeRelative(Span span) const;

 private:
  struct File {
    std::string path;
    std::string relative;
    std::string text;
    std::vector<std::uint32_t> line_starts;
  };
  std::deque<File> files_;
};

}  // namespace writ::source

#include "base/source/source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"

namespace writ::source {

Span Join(Span first, Span last) {
  WRIT_CHECK(first.file == last.file, "a span lies in one file");
  return {first.file, std::min(first.begin, last.begin), std::max(first.end, last.end)};
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

FileId SourceMap::Add(std::string path, std::string text, std::string relative) {
  if (relative.empty()) relative = path;
  File file{std::move(path), std::move(relative), std::move(text), {0}};
  for (std::size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
  }
  files_.push_back(std::move(file));
  return FileId{static_cast<std::uint32_t>(files_.size() - 1)};
}

const std::string& SourceMap::path(FileId file) const {
  WRIT_CHECK(file.index < files_.size(), "file of another map");
  return files_[file.index].path;
}

const std::string& SourceMap::relative_path(FileId file) const {
  WRIT_CHECK(file.index < files_.size(), "file of another map");
  return files_[file.index].relative;
}

std::string_view SourceMap::text(FileId file) const {
  WRIT_CHECK(file.index < files_.size(), "file of another map");
  return files_[file.index].text;
}

std::string_view SourceMap::text(Span span) const {
  return text(span.file).substr(span.begin, span.end - span.begin);
}

LineColumn SourceMap::Locate(FileId file, std::uint32_t offset) const {
  WRIT_CHECK(file.index < files_.size(), "file of another map");
  const std::vector<std::uint32_t>& starts = files_[file.index].line_starts;
  const auto next = std::ranges::upper_bound(starts, offset);
  const auto line = static_cast<std::uint32_t>(next - starts.begin());
  const std::uint32_t start = starts[line - 1];
  const std::string_view before = text(file).substr(start, offset - start);
  const auto continuation = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
  return {line,
          static_cast<std::uint32_t>(before.size() - static_cast<std::size_t>(continuation)) + 1};
}

std::string_view SourceMap::Line(FileId file, std::uint32_t line) const {
  const std::vector<std::uint32_t>& starts = files_[file.index].line_starts;
  if (line == 0 || line > starts.size()) return {};
  const std::string_view all = text(file);
  const std::uint32_t start = starts[line - 1];
  std::string_view rest = all.substr(start);
  rest = rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

std::string SourceMap::Describe(Span span) const {
  const LineColumn at = Locate(span.file, span.begin);
  return fmt::format("{}:{}:{}", path(span.file), at.line, at.column);
}

std::string SourceMap::DescribeRelative(Span span) const {
  // A name that is missing in a broken item has no place; editors look at such programs too.
  if (!span.valid()) return {};
  const LineColumn at = Locate(span.file, span.begin);
  return fmt::format("{}:{}:{}", relative_path(span.file), at.line, at.column);
}

}  // namespace writ::source

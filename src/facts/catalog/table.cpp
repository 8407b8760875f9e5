#include "facts/catalog/table.h"

#include <algorithm>

#include <fmt/format.h>

namespace writ::catalog {
namespace {

/// The row that begins at `begin`, without its line break.
std::string_view RowAt(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return text.substr(begin, end - begin);
}

}  // namespace

char LowerCase(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) letter = LowerCase(letter);
  return lower;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return LowerCase(x) == LowerCase(y); });
}

bool LessIgnoringCase(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<unsigned char>(LowerCase(x)) < static_cast<unsigned char>(LowerCase(y));
  });
}

bool StartsIgnoringCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualIgnoringCase(text.substr(0, prefix.size()), prefix);
}

std::string_view KeyOf(std::string_view row) { return row.substr(0, row.find('|')); }

Table::Table(std::string_view text) : text_(text) {
  for (std::size_t begin = 0; begin < text_.size();) {
    begins_.push_back(static_cast<std::uint32_t>(begin));
    begin = std::min(text_.find('\n', begin), text_.size()) + 1;
  }
}

std::string_view Table::Row(std::size_t number) const {
  const std::size_t begin = begins_[number];
  if (number + 1 < begins_.size()) return text_.substr(begin, begins_[number + 1] - 1 - begin);
  return RowAt(text_, begin);
}

std::size_t Table::LowerBound(std::string_view key) const {
  std::size_t low = 0;
  std::size_t high = begins_.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (LessIgnoringCase(KeyOf(text_.substr(begins_[middle])), key)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<std::string_view> Table::Find(std::string_view key) const {
  const std::size_t number = LowerBound(key);
  if (number >= begins_.size()) return std::nullopt;
  const std::string_view row = Row(number);
  if (!EqualIgnoringCase(KeyOf(row), key)) return std::nullopt;
  return row;
}

void Table::ForPrefix(std::string_view prefix,
                      const std::function<void(std::string_view row)>& visit) const {
  for (std::size_t number = LowerBound(prefix); number < begins_.size(); ++number) {
    const std::string_view row = Row(number);
    if (!StartsIgnoringCase(KeyOf(row), prefix)) return;
    visit(row);
  }
}

std::optional<Fault> Table::Check(std::size_t fields, std::size_t first_line) const {
  std::string_view previous;
  std::size_t line = first_line;
  for (std::size_t begin = 0; begin < text_.size(); ++line) {
    const std::string_view row = RowAt(text_, begin);
    begin += row.size() + 1;
    const auto bars = static_cast<std::size_t>(std::count(row.begin(), row.end(), '|'));
    if (bars + 1 != fields) {
      return Fault{line, fmt::format("a row of {} fields; it must have {}", bars + 1, fields)};
    }
    if (!LessIgnoringCase(previous, KeyOf(row))) {
      return Fault{line, fmt::format("`{}` is not after `{}`; rows must be sorted by key in lower "
                                     "case, each key once",
                                     KeyOf(row), previous)};
    }
    previous = KeyOf(row);
  }
  return std::nullopt;
}

}  // namespace writ::catalog

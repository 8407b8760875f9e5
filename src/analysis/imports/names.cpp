#include "analysis/imports/names.h"

#include <algorithm>

#include <fmt/format.h>

#include "language/format/print.h"

namespace writ::imports {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWordCharacter(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

/// Runs of other characters become one hyphen.
std::string AsWord(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (IsWordCharacter(c)) {
      word += c;
    } else if (!word.empty() && word.back() != '-') {
      word += '-';
    }
  }
  while (!word.empty() && word.back() == '-') word.pop_back();
  return word;
}

}  // namespace

std::string Names::Give(std::string_view wanted, std::string_view fallback) {
  std::string name = AsWord(wanted);
  if (name.empty()) {
    name = fallback;
  } else if (!format::IsPlainName(name)) {
    name = fmt::format("{}-{}", fallback, name);
  }
  std::string free = name;
  for (int i = 2; !taken_.insert(free).second; ++i) free = fmt::format("{}-{}", name, i);
  return free;
}

std::string CommonStart(const std::set<std::string>& texts) {
  if (texts.empty()) return "";
  const std::string& first = *texts.begin();
  const std::string& last = *texts.rbegin();
  const auto parted = std::ranges::mismatch(first, last);
  std::string start(first.begin(), parted.in1);
  const bool is_whole =
      parted.in1 == first.end() && (parted.in2 == last.end() || !IsWordCharacter(*parted.in2));
  if (!is_whole) {
    while (!start.empty() && IsWordCharacter(start.back())) start.pop_back();
  }
  while (!start.empty() && !IsWordCharacter(start.back())) start.pop_back();
  return start;
}

}  // namespace writ::imports

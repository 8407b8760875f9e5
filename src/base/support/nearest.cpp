#include "base/support/nearest.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace writ::support {
namespace {

constexpr std::size_t kLongestWord = 64;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b) {
  if (std::max(a.size(), b.size()) > kLongestWord) return std::max(a.size(), b.size());
  // Optimal string alignment.
  using Row = std::array<std::size_t, kLongestWord + 1>;
  Row before{}, last{}, line{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    line[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = Lower(a[i - 1]) == Lower(b[j - 1]);
      line[j] = std::min({last[j] + 1, line[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) &&
                           Lower(a[i - 2]) == Lower(b[j - 1]);
      if (swapped) line[j] = std::min(line[j], before[j - 2] + 1);
    }
    before = last;
    last = line;
  }
  return last[b.size()];
}

std::vector<std::string> Nearest(std::string_view word,
                                 std::span<const std::string_view> candidates, std::size_t limit) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::size_t allowed = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::tuple<std::size_t, std::string_view>> near;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestWord || candidate.size() > word.size() + allowed ||
        word.size() > candidate.size() + allowed) {
      continue;
    }
    const std::size_t distance = EditDistance(word, candidate);
    if (distance <= allowed) near.emplace_back(distance, candidate);
  }
  std::ranges::sort(near);
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string> names;
  for (const auto& [distance, name] : near) {
    if (names.size() == limit) break;
    names.emplace_back(name);
  }
  return names;
}

}  // namespace writ::support

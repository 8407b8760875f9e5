#include "facts/catalog/suggest.h"

#include <algorithm>
#include <numeric>

#include "base/support/nearest.h"
#include "facts/catalog/table.h"

namespace writ::catalog {
namespace {

constexpr std::size_t kBestCount = 3;
/// Names longer than this are judged by their beginning; keeps a hostile name from costing time.
constexpr std::size_t kLengthLimit = 128;

std::string Lower(std::string_view text) { return LowerCase(text.substr(0, kLengthLimit)); }

/// The words of a name in order of the alphabet: `claude-4.5-sonnet` and `claude-sonnet-4.5` agree.
std::string SortedWords(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    if (letter == '-' || letter == '_' || letter == ' ' || letter == '/') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  std::sort(words.begin(), words.end());
  return std::accumulate(
      words.begin(), words.end(), std::string(),
      [](std::string all, const std::string& word) { return std::move(all) + '-' + word; });
}

}  // namespace

Suggester::Suggester(std::string_view wanted)
    : wanted_(Lower(wanted)), wanted_words_(SortedWords(wanted_)) {}

void Suggester::Offer(std::string_view candidate) { Offer(candidate, candidate); }

void Suggester::Offer(std::string_view candidate, std::string_view shown) {
  const std::string name = Lower(candidate);
  const std::size_t allowed = std::max<std::size_t>(wanted_.size() / 3, 1);
  const std::size_t longer = std::max(name.size(), wanted_.size());
  const std::size_t shorter = std::min(name.size(), wanted_.size());
  std::size_t score = allowed + 1;
  const std::string words = SortedWords(name);
  if (words == wanted_words_) {
    score = 0;
  } else if (longer - shorter <= allowed) {
    score = std::min(support::EditDistance(wanted_, name),
                     support::EditDistance(wanted_words_, words) + 1);
  }
  // A part of a name is often all that somebody remembers.
  const bool is_part = shorter >= 4 && (name.find(wanted_) != std::string::npos ||
                                        wanted_.find(name) != std::string::npos);
  if (is_part) score = std::min(score, allowed);
  if (score <= allowed) found_.push_back({score, std::string(shown)});
}

std::vector<std::string> Suggester::Best() const {
  std::vector<Found> sorted = found_;
  std::sort(sorted.begin(), sorted.end(), [](const Found& a, const Found& b) {
    return a.score != b.score ? a.score < b.score : a.name < b.name;
  });
  std::vector<std::string> best;
  for (const Found& found : sorted) {
    if (best.size() == kBestCount) break;
    if (std::find(best.begin(), best.end(), found.name) == best.end()) best.push_back(found.name);
  }
  return best;
}

}  // namespace writ::catalog

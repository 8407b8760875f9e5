#include "program/sema/near.h"

#include "base/support/nearest.h"
#include "program/sema/context.h"

namespace writ::sema {
namespace {

/// Lists longer than this are noise in a message.
constexpr std::size_t kLongestList = 12;

/// A slip is one edit, and one more for every so many letters. A guess may be farther off.
constexpr std::size_t kSlips = 1;
constexpr std::size_t kLettersPerSlip = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Digits(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (IsDigit(c)) result += c;
  return result;
}

std::string Letters(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (!IsDigit(c) && c != '.' && c != '-' && c != '_') result += c;
  return result;
}

}  // namespace

std::string NearestName(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const std::vector<std::string> nearest = support::Nearest(name, views, 1);
  return nearest.empty() ? std::string() : nearest[0];
}

bool IsNearMiss(std::string_view name, std::string_view known) {
  if (support::EditDistance(name, known) > kSlips + name.size() / kLettersPerSlip) return false;
  // `us-east-3` may be new; `us-east1` is a slip: the letters agree in both, but the slip has the
  // same numbers as well.
  return Letters(name) != Letters(known) || Digits(name) == Digits(known);
}

void SuggestName(diag::Diagnostic& found, source::Span span, std::string_view name,
                 const std::vector<std::string>& candidates, std::string_view what) {
  const std::string nearest = NearestName(name, candidates);
  if (!nearest.empty()) {
    found.Patch("did you mean `" + nearest + "`?", span, nearest);
  } else if (!candidates.empty() && candidates.size() <= kLongestList) {
    found.Note(std::string(what) + ": " + OrList(candidates, "and"));
  }
}

}  // namespace writ::sema

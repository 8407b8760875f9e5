#include "analysis/policy_lint/rewrite.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace writ::policy_lint {
namespace {

using policy::Place;

constexpr std::string_view kSpace = " \t\r\n";

/// The offset of the last byte before `offset` that is no white space; npos if there is none.
std::size_t Before(std::string_view text, std::size_t offset) {
  return offset == 0 ? std::string_view::npos : text.find_last_not_of(kSpace, offset - 1);
}

/// The offset where the string that ends before `end` begins; npos if none ends there.
std::size_t StringBegin(std::string_view text, std::size_t end) {
  if (end == 0 || text[end - 1] != '"') return std::string_view::npos;
  for (std::size_t at = end - 1; at-- > 0;) {
    if (text[at] != '"') continue;
    std::size_t escapes = 0;
    while (at > escapes && text[at - 1 - escapes] == '\\') ++escapes;
    if (escapes % 2 == 0) return at;
  }
  return std::string_view::npos;
}

/// The member `"key": {…}` around the braces at `open` and `close`.
std::optional<Place> MemberAround(std::string_view text, std::size_t open, std::size_t close) {
  const std::size_t colon = Before(text, open);
  if (colon == std::string_view::npos || text[colon] != ':') return std::nullopt;
  const std::size_t quote = Before(text, colon);
  if (quote == std::string_view::npos) return std::nullopt;
  const std::size_t begin = StringBegin(text, quote + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  return Place{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(close + 1)};
}

std::string Cut(std::string_view text, std::size_t begin, std::size_t end) {
  return std::string(text.substr(0, begin)).append(text.substr(end));
}

/// The document, if it is one and the text is nothing else.
std::optional<decide::Documents> ReadAlone(std::string_view text, policy::Kind kind) {
  auto read = policy::Read(text, kind, policy::Demand::kGrammar);
  if (!read) return std::nullopt;
  return decide::Documents{std::move(read).value()};
}

bool IsSame(const decide::Documents& before, std::string_view text, policy::Kind kind) {
  const auto after = ReadAlone(text, kind);
  return after && MeansTheSame(before, *after, kind);
}

}  // namespace

bool MeansTheSame(const decide::Documents& before, const decide::Documents& after,
                  policy::Kind kind) {
  const decide::InPlace answer = decide::CompareInPlace(before, after, kind);
  return answer.relation == decide::Relation::kEquivalent && answer.obstacles.empty() &&
         answer.unsupported.empty() && !answer.other;
}

std::optional<std::string> Without(std::string_view text, Place part) {
  while (true) {
    if (part.begin >= part.end || part.end > text.size()) return std::nullopt;
    const std::size_t left = Before(text, part.begin);
    const std::size_t right = text.find_first_not_of(kSpace, part.end);
    if (left == std::string_view::npos || right == std::string_view::npos) return std::nullopt;
    if (text[left] == ',') return Cut(text, left, part.end);
    if (text[left] != '[' && text[left] != '{') return std::nullopt;
    if (text[right] == ',') {
      const std::size_t next = text.find_first_not_of(kSpace, right + 1);
      return Cut(text, part.begin, next == std::string_view::npos ? text.size() : next);
    }
    if (text[left] != '{' || text[right] != '}') return std::nullopt;
    const auto around = MemberAround(text, left, right);
    if (!around) return std::nullopt;
    part = *around;
  }
}

Rewritten TakeOut(std::string_view text, policy::Kind kind, const std::vector<Place>& parts) {
  Rewritten result{std::string(text), {}};
  const auto before = ReadAlone(text, kind);
  if (!before) return result;
  const auto is_within = [&](std::size_t inner, std::size_t outer) {
    return parts[outer].begin <= parts[inner].begin && parts[inner].end <= parts[outer].end &&
           parts[outer] != parts[inner];
  };
  // From the end, so that the places of those that follow stay where they are.
  std::vector<std::size_t> order;
  std::vector<std::pair<std::size_t, std::size_t>> nested;  // part, part around it
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::optional<std::size_t> around;
    for (std::size_t j = 0; j < parts.size() && !around; ++j) {
      if (is_within(i, j)) around = j;
    }
    if (around) {
      nested.emplace_back(i, *around);
    } else {
      order.push_back(i);
    }
  }
  std::ranges::sort(order, std::ranges::greater(),
                    [&](std::size_t i) { return std::pair(parts[i].begin, i); });
  const auto try_all = [&] {
    Rewritten all{result.text, {}};
    for (const std::size_t i : order) {
      auto next = Without(all.text, parts[i]);
      if (!next) continue;
      all.text = *std::move(next);
      all.out.push_back(i);
    }
    return all;
  };
  Rewritten all = try_all();
  if (!all.out.empty() && IsSame(*before, all.text, kind)) {
    result = std::move(all);
  } else {
    for (const std::size_t i : order | std::views::take(kMostSingleRewrites)) {
      auto next = Without(result.text, parts[i]);
      if (!next || !IsSame(*before, *next, kind)) continue;
      result.text = *std::move(next);
      result.out.push_back(i);
    }
  }
  std::ranges::sort(result.out);
  const std::vector<std::size_t> outermost = result.out;
  for (const auto& [inner, outer] : nested) {
    if (std::ranges::binary_search(outermost, outer)) result.out.push_back(inner);
  }
  std::ranges::sort(result.out);
  return result;
}

}  // namespace writ::policy_lint

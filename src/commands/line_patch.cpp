#include "commands/line_patch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace writ::commands {
namespace {

constexpr std::size_t kContext = 3;
/// Lines times lines that are compared; beyond, all that differs is one change.
constexpr std::size_t kMostPairs = 25'000'000;
constexpr std::string_view kNoNewline = "\\ No newline at end of file\n";

using Lines = std::vector<std::string_view>;

Lines LinesOf(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// Lines [begin, end) of the old text in place of which the new one has others.
struct Change {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;
};

/// The lines that both have in common, as many as there are: lengths of the longest common rest of
/// each pair of rests.
class Common {
 public:
  Common(const Lines& before, const Lines& after)
      : width_(after.size() + 1), lengths_((before.size() + 1) * width_) {
    for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;) {
        lengths_[i * width_ + j] =
            before[i] == after[j] ? At(i + 1, j + 1) + 1 : std::max(At(i + 1, j), At(i, j + 1));
      }
    }
  }
  [[nodiscard]] std::uint32_t At(std::size_t i, std::size_t j) const {
    return lengths_[i * width_ + j];
  }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> lengths_;
};

std::vector<Change> ChangesOf(const Lines& before, const Lines& after) {
  std::size_t lead = 0;
  while (lead < before.size() && lead < after.size() && before[lead] == after[lead]) ++lead;
  std::size_t rest = 0;
  while (rest < before.size() - lead && rest < after.size() - lead &&
         before[before.size() - rest - 1] == after[after.size() - rest - 1]) {
    ++rest;
  }
  const std::size_t old_end = before.size() - rest;
  const std::size_t new_end = after.size() - rest;
  if (lead == old_end && lead == new_end) return {};
  if ((old_end - lead) * (new_end - lead) > kMostPairs) return {{lead, old_end, lead, new_end}};
  const Lines old_part(before.begin() + static_cast<std::ptrdiff_t>(lead),
                       before.begin() + static_cast<std::ptrdiff_t>(old_end));
  const Lines new_part(after.begin() + static_cast<std::ptrdiff_t>(lead),
                       after.begin() + static_cast<std::ptrdiff_t>(new_end));
  const Common common(old_part, new_part);
  std::vector<Change> changes;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < old_part.size() || j < new_part.size()) {
    Change change{lead + i, lead + i, lead + j, lead + j};
    while (i < old_part.size() || j < new_part.size()) {
      const bool has_old = i < old_part.size();
      const bool has_new = j < new_part.size();
      if (has_old && has_new && old_part[i] == new_part[j]) break;
      const bool is_removed = has_old && (!has_new || common.At(i + 1, j) >= common.At(i, j + 1));
      ++(is_removed ? i : j);
      ++(is_removed ? change.end : change.new_end);
    }
    changes.push_back(change);
    while (i < old_part.size() && j < new_part.size() && old_part[i] == new_part[j]) {
      ++i;
      ++j;
    }
  }
  std::erase_if(changes, [](const Change& one) {
    return one.begin == one.end && one.new_begin == one.new_end;
  });
  return changes;
}

void AddLine(std::string& out, char sign, std::string_view line) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += fmt::format("\n{}", kNoNewline);
}

}  // namespace

std::string LinePatch(const std::string& path, std::string_view before, std::string_view after) {
  const Lines old_lines = LinesOf(before);
  const Lines new_lines = LinesOf(after);
  const std::vector<Change> changes = ChangesOf(old_lines, new_lines);
  if (changes.empty()) return "";
  std::string out = fmt::format("--- a/{0}\n+++ b/{0}\n", path);
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() &&
           changes[last + 1].begin - changes[last].end <= 2 * kContext) {
      ++last;
    }
    const std::size_t lead = std::min(kContext, changes[first].begin);
    const std::size_t begin = changes[first].begin - lead;
    const std::size_t new_begin = changes[first].new_begin - lead;
    const std::size_t trail = std::min(kContext, old_lines.size() - changes[last].end);
    const std::size_t size = changes[last].end + trail - begin;
    const std::size_t new_size = changes[last].new_end + trail - new_begin;
    out += fmt::format("@@ -{},{} +{},{} @@\n", size == 0 ? begin : begin + 1, size,
                       new_size == 0 ? new_begin : new_begin + 1, new_size);
    std::size_t at = begin;
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < changes[i].begin; ++at) AddLine(out, ' ', old_lines[at]);
      for (; at < changes[i].end; ++at) AddLine(out, '-', old_lines[at]);
      for (std::size_t n = changes[i].new_begin; n < changes[i].new_end; ++n) {
        AddLine(out, '+', new_lines[n]);
      }
    }
    for (; at < begin + size; ++at) AddLine(out, ' ', old_lines[at]);
    first = last + 1;
  }
  return out;
}

}  // namespace writ::commands

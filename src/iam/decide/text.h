// Sets of texts given by literals and patterns, and how the texts divide among several such sets.
//
// The division is the heart of the procedure: two texts that lie in the same sets cannot be told
// apart by the policies, so one representative of each non-empty combination ("atom") stands for
// all. Patterns are read letter by letter by a subset construction over all patterns at once, which
// is pruned so that it stays small on what policies contain:
//   - a pattern keeps only the places from its latest `*` on (what earlier ones took is as short as
//     can be, as in the usual greedy matching of globs);
//   - a set with a pattern that can no longer fail is decided: its other patterns are forgotten;
//   - literals never enter it: each is looked at on its own, and a letter that occurs in no literal
//     tells the other texts of an atom from all of them;
//   - the caller says which partial answers are not worth going on with.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace writ::decide {

/// How much work a question may take, in elementary steps (places looked at). Deterministic, unlike
/// a clock; on one core of 2026 a million steps take ten to forty milliseconds.
struct Budget {
  std::uint64_t steps = 0;
  bool is_exhausted = false;

  /// Whether there is still some left after `count` steps.
  bool Spend(std::uint64_t count) {
    if (steps < count) {
      steps = 0;
      is_exhausted = true;
      return false;
    }
    steps -= count;
    return true;
  }
};

struct Token {
  enum class Kind : std::uint8_t {
    kLetter,
    kEitherCase,    ///< an ASCII letter, given in lower case, in either case
    kAnyOne,        ///< one code point
    kAnyRun,        ///< any run of code points
    kOneInSegment,  ///< one code point but `:`
    kRunInSegment,  ///< any run of code points but `:`
    kEnd,           ///< nothing may follow
  };
  Kind kind = Kind::kEnd;
  char32_t letter = 0;
  auto operator<=>(const Token&) const = default;
};

/// Tokens, the last of them kEnd; no two runs follow each other.
using TextPattern = std::vector<Token>;

/// `glob` is UTF-8 with policy::kAnyRun and policy::kAnyOne. Wildcards cross colons.
[[nodiscard]] TextPattern WholePattern(std::string_view glob);
/// The same for an ARN of six segments: wildcards of the first five do not cross colons.
[[nodiscard]] TextPattern ArnPattern(std::string_view glob);
/// The one text, ASCII letters in either case.
[[nodiscard]] TextPattern IgnoringCasePattern(std::string_view text);
/// All ARNs: "arn:" and five more segments if `is_resource`, else any six segments.
[[nodiscard]] TextPattern AllArns(bool is_resource);

/// Appends the letter of no text that stands for a variable: of tokens only runs take it.
void AppendVariable(std::string& glob, std::uint32_t number);
/// Whether every text of `pattern` is one of `other`. May be false where it takes long to tell.
[[nodiscard]] bool IsWithinPattern(const TextPattern& pattern, const TextPattern& other);

/// Whether `text` (UTF-8) is one of the pattern's. At most the product of both lengths.
[[nodiscard]] bool Matches(const TextPattern& pattern, std::string_view text);

/// A pattern whose variables are not known: some set of texts, of which only a set that contains it
/// is. Wherever `within` matches, belonging is taken to be open.
struct OpenPattern {
  std::uint32_t id = 0;  ///< equal ids stand for equal sets
  TextPattern within;
  std::vector<std::uint32_t> implied;  ///< ids of open patterns that contain this one
};

/// Literals ∪ patterns ∪ open patterns.
struct TextSet {
  std::vector<std::string> literals;
  std::vector<TextPattern> patterns;
  std::vector<OpenPattern> open;
};

/// What is known about belonging to a set after the begin of a text.
enum class Belongs : std::uint8_t { kNo, kYes, kOpen };

struct TextAtom {
  std::vector<bool> belongs;  ///< by set
  std::string example;
};

enum class Letters : std::uint8_t {
  kAll,
  kActionNames,  ///< no upper case, no white space, no `:`: names of actions, folded
};

struct TextQuestion {
  std::vector<const TextSet*> sets;
  /// Only texts of this pattern count; absent: all.
  std::optional<TextPattern> universe;
  Letters letters = Letters::kAll;
  /// Texts to look at besides those of the sets.
  std::vector<std::string> extra_literals;
  /// Whether texts that begin so need not be looked at. Called with one Belongs a set.
  std::function<bool(std::span<const Belongs>)> is_settled;
};

/// The atoms, those of literals first; none twice. Incomplete if the budget is exhausted.
[[nodiscard]] std::vector<TextAtom> Divide(const TextQuestion& question, Budget& budget);

}  // namespace writ::decide

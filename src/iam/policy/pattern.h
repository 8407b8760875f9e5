// Patterns of policies: texts with wildcards and variables, and how ARNs are matched by them.
//
// A pattern is kept as bytes in which a wildcard is a byte that no UTF-8 text contains. So a `*`
// that stands for itself (written ${*}, or part of a value put in for a variable) cannot be taken
// for a wildcard, and one loop matches them all. Texts must be UTF-8, as JSON guarantees.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/expiring.h"
#include "iam/policy/document.h"

namespace writ::policy {

/// Any run of characters, the empty one included.
inline constexpr char kAnyRun = '\xFF';
/// Exactly one character (code point).
inline constexpr char kAnyOne = '\xFE';

/// Whether `text` is one of the texts of `glob` (with kAnyRun and kAnyOne). Linear in both lengths
/// without kAnyOne, else at most their product.
[[nodiscard]] bool MatchesGlob(std::string_view glob, std::string_view text);

/// Whether the text of an element or condition value has `*` or `?`.
[[nodiscard]] inline bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// "${key, 'default'}".
struct Variable {
  std::string key;  ///< folded to lower case
  std::optional<std::string> default_value;
};

enum class Wildcards : std::uint8_t { kLiteral, kActive };

/// The text of an element or condition value, taken apart: literals[0] variables[0] literals[1] ...
/// There is one literal more than variables; literals hold kAnyRun and kAnyOne.
struct Pattern {
  std::vector<std::string> literals;
  std::vector<Variable> variables;

  [[nodiscard]] bool has_variables() const { return !variables.empty(); }
  /// Without variables and wildcards: stands for one text, literals[0].
  [[nodiscard]] bool is_literal() const;
};

/// Takes `text` apart. Variables, and ${*} ${?} ${$} for the characters themselves, exist in
/// version 2012-10-17 only; in others, and where the form is broken, `${` is literal text.
[[nodiscard]] Pattern ParsePattern(std::string_view text, Version version, Wildcards wildcards);

/// Begins a wildcard or a variable.
[[nodiscard]] bool IsSpecial(char c);

/// How letters are compared: those of ARNs as they are, those of actions and names without case.
enum class Case : std::uint8_t { kExact, kFolded };

/// Whether the texts before the first wildcard or variable of either agree, as far as both reach;
/// if not, nothing matches both. For most pairs this says it before anything is taken apart.
[[nodiscard]] bool BeginsMayAgree(std::string_view a, std::string_view b, Case letters);

/// Whether some text matches both patterns as they are written; a variable may stand for anything.
/// "no" is certain. The product of both lengths.
[[nodiscard]] bool MayOverlap(std::string_view a, std::string_view b);

/// The six segments of an ARN: arn, partition, service, Region, account, all the rest.
using ArnSegments = std::array<std::string_view, 6>;
/// Splits at the first five colons; nothing if there are fewer.
[[nodiscard]] std::optional<ArnSegments> SplitArn(std::string_view text);
template <support::ExpiringString Text>
std::optional<ArnSegments> SplitArn(Text&& text) = delete;

/// How `*` and `?` of a resource pattern reach over colons (SEMANTICS: AWS documents both "within
/// a segment" and "beyond colon boundaries").
enum class ArnReading : std::uint8_t {
  kWhole,          ///< G: one glob over the whole text
  kSegments,       ///< S: segment by segment; a pattern of fewer than six matches nothing
  kSegmentsShort,  ///< S+: segment by segment; a short pattern may be completed, see ShortArns
};

/// Which patterns of fewer than six segments kSegmentsShort completes with `*`.
enum class ShortArns : std::uint8_t {
  kTrailingRun,  ///< those that end in `*`, of every kind
  /// What a maintained evaluator relies on: identity, boundary and session policies every one;
  /// resource and endpoint policies those with a wildcard; SCPs those that end in `*`; RCPs none.
  kByKind,
  kNone,    ///< none: a short pattern matches nothing
  kEvery,   ///< every one, of every kind
  kAsText,  ///< none, but a short pattern is one glob over the whole text
};

/// A resource pattern (literal bytes with kAnyRun and kAnyOne) as it is to be matched: unchanged
/// under kWhole and for "*", and if it is short under ShortArns::kAsText: one glob over the whole
/// text then; otherwise of at least six segments, or nothing if it matches none.
[[nodiscard]] std::optional<std::string> CompleteResourceGlob(std::string_view glob,
                                                              ArnReading reading,
                                                              ShortArns short_arns, Kind kind);
/// Whether a pattern, as CompleteResourceGlob gives it, is matched segment by segment.
[[nodiscard]] bool IsBySegments(std::string_view completed, ArnReading reading);
/// Whether such a pattern in NotResource keeps the statement from applying to anything, which an
/// evaluator relied on does with short patterns: all but those without wildcard in policies of
/// resources and endpoints. Nothing is known of AWS, and no published policy has one.
[[nodiscard]] bool VoidsNotResource(std::string_view glob, ArnReading reading, Kind kind);

}  // namespace writ::policy

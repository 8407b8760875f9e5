// What may stand in a guardrail block: the names of filters, findings and word lists, and AWS's
// limits on texts, counts and numbers. Read once from stdlib/aws/guardrail.json, which says the
// sources and their date; a new kind of personal data or a raised limit is an edit there.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace writ::sema {

/// Length in characters (code points), and what characters there may be.
struct TextRule {
  std::size_t least = 1;
  std::size_t most = 0;
  /// Besides ASCII letters and digits; absent: any character.
  std::optional<std::string> also;

  [[nodiscard]] bool Admits(char c) const;
};

struct FilterKind {
  std::string type;  ///< "PROMPT_ATTACK"
  bool input = false;
  bool output = false;
};

struct GuardrailVocabulary {
  std::string date;                   ///< of the facts
  std::vector<FilterKind> filters;    ///< in the API's order
  std::vector<std::string> lists;     ///< managed word lists
  std::vector<std::string> entities;  ///< kinds of personal data, in the API's order
  std::map<std::string, TextRule, std::less<>> texts;
  std::map<std::string, std::size_t, std::less<>> counts;
  double most_threshold = 0;
  double most_confidence = 0;

  /// The rule for a text, by its name in the data; the name must exist.
  [[nodiscard]] const TextRule& Text(std::string_view what) const;
  [[nodiscard]] std::size_t Most(std::string_view what) const;
  [[nodiscard]] const FilterKind* FindFilter(std::string_view word) const;
};

/// "PROMPT_ATTACK" → "prompt-attack": the word that the language has for it.
[[nodiscard]] std::string LanguageWord(std::string_view api_type);
/// "prompt-attack" → "PROMPT_ATTACK". Not checked against any list.
[[nodiscard]] std::string ApiType(std::string_view word);

/// The vocabulary of this executable. Parsed at the first call.
[[nodiscard]] const GuardrailVocabulary& Vocabulary();

}  // namespace writ::sema

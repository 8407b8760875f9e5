// Checks of the texts in a guardrail block, each reported at the characters that are wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diag.h"
#include "language/syntax/ast.h"
#include "program/sema/guardrail_vocabulary.h"

namespace writ::sema {

/// A text and where it stands; a string's `span` includes its quotes.
struct PlacedText {
  std::string_view text;
  source::Span span;
  bool quoted = true;
};
[[nodiscard]] PlacedText Placed(const syntax::String& string);
[[nodiscard]] PlacedText Placed(const syntax::Name& name);

/// The bytes [begin, end) of the text, in the source; the whole of a string with escapes, whose
/// bytes do not line up.
[[nodiscard]] source::Span Within(const PlacedText& text, std::size_t begin, std::size_t end);

/// Code points.
[[nodiscard]] std::size_t CharacterCount(std::string_view text);

/// Reports a text that is too short, too long or holds a character that `rule` does not admit.
/// `what` is what it is in words. Returns the finding, or nullptr if the text is good.
diag::Diagnostic* CheckText(const PlacedText& text, std::string_view what, const TextRule& rule,
                            diag::Sink& sink);

/// Whether `text` has the form of a KMS key ARN, alias ARN, 36-character key id or "alias/…".
[[nodiscard]] bool IsKmsKey(std::string_view text);
/// Whether `text` is arn:…:bedrock:REGION:ACCOUNT:automated-reasoning-policy/ID, with or without
/// `:VERSION`.
[[nodiscard]] bool IsReasoningPolicyArn(std::string_view text);

/// Adds "did you mean" with a patch, or all candidates if they are few.
void SuggestWord(diag::Diagnostic& found, source::Span span, std::string_view word,
                 const std::vector<std::string>& candidates);

}  // namespace writ::sema

// The generated recognizers behind plain types; antlr_bridge.cpp is the one file that sees ANTLR.
//
// The parser is asked for one rule at a time at a given token and answers with a flat tree that
// lives until the next question, so memory does not grow with the file. It never repairs: an error
// is a "no", and `Derivations` then says what could have stood where.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "language/parse/tokens.h"

namespace writ::parse {

/// The values are those of the generated parser (checked in antlr_bridge.cpp).
enum class Rule : std::uint8_t {
#define WRIT_RULE(Name) k##Name,
#include "language/parse/rules.def"
#undef WRIT_RULE
  kCount
};

/// A token as the grammar sees it, before wrong ones are repaired.
struct RawToken {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Reads `text` token by token; white space is left out. The text must outlive it.
class Scanner {
 public:
  explicit Scanner(std::string_view text);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  /// kEnd at the end of the text, and from then on.
  RawToken Next();
  /// Goes on at byte `offset`, which must not lie before the last token's end.
  void SkipTo(std::uint32_t offset);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A rule that was matched: the tokens [first, end) and, in the vector of a tree in preorder, the
/// nodes below it up to `subtree_end`.
struct Node {
  Rule rule = Rule::kCount;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
  std::uint32_t subtree_end = 0;
};

enum class Outcome : std::uint8_t { kMatched, kRefused, kTooDeep };

/// Matches rules of the grammar against one file's tokens, which must outlive it.
class Recognizer {
 public:
  explicit Recognizer(const std::vector<Token>& tokens);
  ~Recognizer();
  Recognizer(const Recognizer&) = delete;
  Recognizer& operator=(const Recognizer&) = delete;

  /// Matches as much as `rule` takes from token `first`, with at most `depth` nested parentheses
  /// and `not`s. Linear in the tokens it takes; a refusal costs twice.
  Outcome Match(Rule rule, std::uint32_t first, int depth);

  /// Token `index` is from now on read as one of kind `kind`.
  void Retype(std::uint32_t index, TokenKind kind);

  /// The tree of the last match, in preorder; the root is the rule asked for.
  [[nodiscard]] const std::vector<Node>& tree() const;
  /// The token at which the last Match gave up because of its depth.
  [[nodiscard]] std::uint32_t too_deep_at() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A token that could come next, the rule that would take it and the rule around that one.
struct Expected {
  TokenKind kind = TokenKind::kNone;
  Rule rule = Rule::kCount;
  Rule around = Rule::kCount;
  auto operator<=>(const Expected&) const = default;
};

/// All ways to read a prefix of a rule at once. For explaining errors: slow, exact, never recurses,
/// and a copy can be fed a repair to see how far it would carry.
class Derivations {
 public:
  explicit Derivations(Rule rule);
  ~Derivations();
  Derivations(const Derivations& other);
  Derivations& operator=(const Derivations&) = delete;

  /// Takes one token; false (and nothing changes) when no way of reading allows it.
  bool Take(TokenKind kind);
  /// The rule may be complete here.
  [[nodiscard]] bool CanEnd() const;
  /// Sorted, each once.
  [[nodiscard]] std::vector<Expected> Next() const;
  [[nodiscard]] bool Allows(TokenKind kind) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace writ::parse

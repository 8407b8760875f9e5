#include "language/parse/continuation.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/diag/diag.h"
#include "language/parse/explain.h"
#include "language/parse/parse.h"

namespace writ::parse {
namespace {

bool IsWord(TokenKind kind) {
  return kind == TokenKind::kName || ClassOf(kind) == TokenClass::kSoft ||
         ClassOf(kind) == TokenClass::kReserved;
}

/// Strings, numbers and comments that the place lies in, or at the end of which it lies.
bool IsInside(const Token& token, std::uint32_t offset, std::string_view text) {
  if (token.begin >= offset) return false;
  if (offset < token.end) return true;
  const bool is_open =
      token.kind == TokenKind::kComment || (token.kind == TokenKind::kString && token.is_repaired);
  // A comment, and a string without its closing quote, go on to the end of the line.
  return is_open && text.substr(token.end, offset - token.end).find('\n') == text.npos;
}

/// What may follow the tokens, read as one item; nothing where they are none.
std::optional<std::vector<Expected>> After(const std::vector<Token>& tokens) {
  Derivations derivations(Rule::kItem);
  for (const Token& token : tokens) {
    if (!derivations.Take(token.kind)) return std::nullopt;
  }
  std::vector<Expected> next = derivations.Next();
  if (derivations.CanEnd()) {
    std::ranges::copy(Derivations(Rule::kItem).Next(), std::back_inserter(next));
    std::ranges::sort(next);
    next.erase(std::unique(next.begin(), next.end()), next.end());
  }
  return next;
}

}  // namespace

Continuation ContinuationAt(const source::SourceMap& sources, source::FileId file,
                            std::uint32_t offset) {
  Continuation found;
  found.word_begin = offset;
  diag::Sink ignored;
  Tokens all = Lex(sources, file, ignored);
  if (!all.is_text) return found;
  const std::string_view text = sources.text(file);
  for (const Token& comment : all.comments) {
    if (IsInside(comment, offset, text)) return found;
  }
  std::vector<Token> before;
  for (const Token& token : all.tokens) {
    if (token.kind == TokenKind::kEnd || token.begin >= offset) break;
    if (IsWord(token.kind) && token.end >= offset) {
      found.word_begin = token.begin;
      break;
    }
    if (!IsWord(token.kind) && IsInside(token, offset, text)) return found;
    before.push_back(token);
  }
  // The outermost item first: inside a block, words that begin items elsewhere begin entries.
  std::vector<std::size_t> starts;
  int depth = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const bool is_start = StartsItem(static_cast<std::uint32_t>(i), before);
    if (is_start && depth == 0) starts.clear();
    if (is_start) starts.push_back(i);
    if (before[i].kind == TokenKind::kSymLBrace) ++depth;
    if (before[i].kind == TokenKind::kSymRBrace && depth > 0) --depth;
  }
  starts.push_back(before.size());
  for (const std::size_t start : starts) {
    std::vector<Token> item(before.begin() + static_cast<std::ptrdiff_t>(start), before.end());
    if (auto next = After(item)) {
      found.next = *std::move(next);
      found.before = std::move(item);
      break;
    }
  }
  return found;
}

}  // namespace writ::parse

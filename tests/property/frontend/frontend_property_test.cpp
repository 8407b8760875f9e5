// Properties of the front end over generated programs; the seed of a failure is printed.
//
// - A generated program is understood whole, and ANTLR's own parser accepts it by the rule
//   `program`: the walk over blocks reads the grammar's language.
// - Formatting keeps the meaning and every comment, and formatting again changes nothing.
// - A program with one token left out, doubled or replaced is accepted iff the grammar accepts it,
//   and is otherwise reported.
#include <algorithm>
#include <string>
#include <vector>

#include <antlr4-runtime.h>
#include <doctest/doctest.h>

#include "WritLexer.h"
#include "WritParser.h"
#include "base/diag/codes/syntax.h"
#include "language/format/format.h"
#include "language/parse/parse.h"
#include "language/syntax/meaning.h"
#include "property/frontend/program_generator.h"

namespace writ::property {
namespace {

constexpr std::uint64_t kPrograms = 300;

bool GrammarAccepts(const std::string& text) {
  antlr4::ANTLRInputStream input(text);
  grammar::WritLexer lexer(&input);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  grammar::WritParser parser(&tokens);
  parser.removeErrorListeners();
  parser.program();
  return parser.getNumberOfSyntaxErrors() == 0;
}

/// The text of all tokens with single spaces, without comments.
std::vector<std::string> TokensOf(const std::string& text) {
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId file = sources.Add("a.writ", text);
  std::vector<std::string> words;
  for (const parse::Token& token : parse::Lex(sources, file, sink).tokens) {
    if (token.kind == parse::TokenKind::kEnd) break;
    words.emplace_back(text.substr(token.begin, token.end - token.begin));
  }
  return words;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(word).append(" ");
  return text;
}

std::vector<std::string> CommentsOf(const syntax::File& file) {
  std::vector<std::string> comments;
  for (const syntax::Comment& comment : file.comments) {
    std::string text(comment.text);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
    comments.push_back(std::move(text));
  }
  return comments;
}

TEST_CASE("formatting keeps meaning and comments, and is idempotent") {
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    const std::string text = ProgramGenerator(seed).Program(6);
    source::SourceMap sources;
    diag::Sink sink;
    const source::FileId before = sources.Add("before.writ", text);
    const syntax::File parsed = parse::Parse(sources, before, sink);
    // Sentences such as `nobody may not` parse and are refused for what they say.
    const bool only_said_wrongly = std::ranges::all_of(
        sink.all(), [](const diag::Diagnostic& found) { return found.number >= 1200; });
    REQUIRE_MESSAGE(only_said_wrongly, seed, text);
    if (!parsed.complete) continue;
    const auto formatted = format::Format(sources, before, sink);
    REQUIRE(formatted.has_value());
    const source::FileId after = sources.Add("after.writ", *formatted);
    const syntax::File reparsed = parse::Parse(sources, after, sink);
    REQUIRE_MESSAGE(syntax::SameMeaning(parsed, reparsed), seed);
    REQUIRE_MESSAGE(CommentsOf(parsed) == CommentsOf(reparsed), seed);
    REQUIRE_MESSAGE(format::Format(sources, after, sink) == formatted, seed, *formatted);
  }
}

TEST_CASE("the front end accepts what the grammar accepts, and reports the rest") {
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    const std::vector<std::string> words = TokensOf(ProgramGenerator(seed).Program(2));
    std::mt19937_64 random(seed);
    for (int change = 0; change < 4 && !words.empty(); ++change) {
      std::vector<std::string> changed = words;
      const auto at = static_cast<std::ptrdiff_t>(random() % words.size());
      const std::string& other = words[random() % words.size()];
      if (change == 1) changed.erase(changed.begin() + at);
      if (change == 2) changed.insert(changed.begin() + at, other);
      if (change == 3) changed[static_cast<std::size_t>(at)] = other;
      const std::string text = Join(changed);
      source::SourceMap sources;
      diag::Sink sink;
      const auto file = parse::Parse(sources, sources.Add("a.writ", text), sink);
      const bool accepted = std::ranges::none_of(sink.all(), [](const diag::Diagnostic& found) {
        return found.number < 1200 && found.number != diag::kNoSuchDate.number;
      });
      REQUIRE_MESSAGE(accepted == GrammarAccepts(text), seed, text);
      REQUIRE(file.complete == sink.all().empty());
    }
  }
}

}  // namespace
}  // namespace writ::property

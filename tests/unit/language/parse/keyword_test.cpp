// Every keyword as a name: soft ones are names, reserved ones are refused by name.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/diag/codes/syntax.h"
#include "language/parse/tokens.h"
#include "unit/language/parse/parsed.h"

namespace writ::parse {
namespace {

std::vector<std::string> Words(TokenClass token_class) {
  std::vector<std::string> words;
  for (std::size_t i = 1; i < static_cast<std::size_t>(TokenKind::kEnd); ++i) {
    const auto kind = static_cast<TokenKind>(i);
    if (ClassOf(kind) == token_class) words.emplace_back(Spelling(kind));
  }
  return words;
}

/// Places where a name stands, with `@` for it.
const char* const kPlaces[] = {
    "let @ = a",
    "let x = @\nguardrail g { tier @ }",
    "let x = any @, @ from @\nendpoint e { in @ vpc \"v\" }",
    "team @ { in @ @ = @ contact \"c\" }",
    "team @, @ may invoke @ in @ through @ under @",
    "team t may @ @ control \"c\"",
    "given in @ { nobody may invoke m when @ and @:@/@ = @ }",
    "use-case @ { @ @, @ @ by 2027-01-01 @ by \"x\" on 2027-01-01 }",
    "attestation @ { @ @ @ \"x\" }",
    "evaluation @ { model @, @ metric \"m\" at most -1 at least 0 }",
    "require attestation @, evaluation to @ @ in @",
    "team t may invoke m after evaluation @, @ in @",
    "organization @ { management @ 1 ou @ { account @ 1 { @ = @ } } }",
    "organization @ { partition @ attribute @ attribute @ in [@, @] account @ 1 }",
    "nobody may invoke m through @, @",
    "guardrail @ extends @ { filter @, @ high on @ mask pattern @ \"p\" on @ say \"s\" on @ }",
    "guardrail @ screens @",
    "policy @(@: @) { }\napply @(@ = @, @, @ = @)",
    "test \"x\" { allow team @ @ @ deny team t do @:@ }",
    "import @",
};

std::string With(std::string place, const std::string& word) {
  for (std::size_t at = place.find('@'); at != std::string::npos; at = place.find('@', at)) {
    place.replace(at, 1, word);
    at += word.size();
  }
  return place;
}

TEST_CASE("soft keywords are names wherever a name stands") {
  for (const std::string& word : Words(TokenClass::kSoft)) {
    for (const char* place : kPlaces) {
      const std::string text = With(place, word);
      const Parsed parsed(text);
      CHECK_MESSAGE(parsed.file.complete, text);
    }
  }
}

TEST_CASE("reserved words are refused as names, and the message names them") {
  for (const std::string& word : Words(TokenClass::kReserved)) {
    const Parsed parsed("let " + word + " = a\nlet b = c\n");
    const auto findings = parsed.sink.Sorted();
    REQUIRE_MESSAGE(findings.size() == 1, word);
    CHECK(findings[0].number == diag::kReservedName.number);
    CHECK(findings[0].message == "`" + word + "` is a reserved word and cannot be a name");
    CHECK(parsed.sources.text(findings[0].span) == word);
  }
}

TEST_CASE("reserved words may be tag keys") {
  for (const std::string& word : Words(TokenClass::kReserved)) {
    const Parsed parsed("tag " + word + " = \"x\" in a may invoke m when aws:PrincipalTag/" + word +
                        ":" + word + " = \"y\"");
    CHECK_MESSAGE(parsed.file.complete, word);
  }
}

}  // namespace
}  // namespace writ::parse

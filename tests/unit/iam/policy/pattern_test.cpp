#include "iam/policy/pattern.h"

#include <algorithm>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace writ::policy {
namespace {

std::string Glob(std::string_view text) {
  return ParsePattern(text, Version::kNone, Wildcards::kActive).literals[0];
}
bool Matches(std::string_view pattern, std::string_view text) {
  return MatchesGlob(Glob(pattern), text);
}

// By definition: a run takes nothing, or one character and goes on. Exponential, for short texts.
bool MatchesByDefinition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return MatchesByDefinition(pattern.substr(1), text) ||
           (!text.empty() && MatchesByDefinition(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         MatchesByDefinition(pattern.substr(1), text.substr(1));
}

/// All words of at most `length` letters.
std::vector<std::string> Words(std::string_view letters, std::size_t length) {
  std::vector<std::string> words = {""};
  for (std::size_t begin = 0, round = 0; round < length; ++round) {
    const std::size_t end = words.size();
    for (; begin < end; ++begin) {
      for (const char c : letters) words.push_back(words[begin] + c);
    }
  }
  return words;
}

TEST_CASE("globs agree with their definition on all short patterns and texts") {
  const std::vector<std::string> texts = Words("ab", 5);
  std::size_t wrong = 0;
  for (const std::string& pattern : Words("ab*?", 5)) {
    const std::string glob = Glob(pattern);
    for (const std::string& text : texts) {
      if (MatchesGlob(glob, text) != MatchesByDefinition(pattern, text)) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("globs agree with their definition on longer random ones") {
  constexpr unsigned kSeed = 20261122;
  std::mt19937 random(kSeed);
  const auto word = [&](std::string_view letters, std::size_t longest) {
    std::string out(random() % (longest + 1), ' ');
    for (char& c : out) c = letters[random() % letters.size()];
    return out;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = word("abcc**?", 10);
    const std::string text = word("abc", 12);
    CAPTURE(pattern);
    CAPTURE(text);
    REQUIRE(Matches(pattern, text) == MatchesByDefinition(pattern, text));
  }
}

TEST_CASE("two patterns may overlap exactly when some text matches both") {
  const std::vector<std::string> texts = Words("ab", 8);
  std::mt19937 random(7);
  const auto pattern = [&] {
    std::string word(random() % 5, ' ');
    for (char& c : word) c = "ab*?"[random() % 4];
    return word;
  };
  for (int n = 0; n < 4000; ++n) {
    const std::string a = pattern();
    const std::string b = pattern();
    const bool expected = std::ranges::any_of(
        texts, [&](const std::string& text) { return Matches(a, text) && Matches(b, text); });
    CAPTURE(a);
    CAPTURE(b);
    CHECK(MayOverlap(a, b) == expected);
  }
  CHECK(MayOverlap("a?b", "a\xC3\xA4*"));
  CHECK(!MayOverlap("a?b", "a\xC3\xA4"));
  CHECK(!MayOverlap("?\xC3\xA4", "*\xC3\xA5"));
  CHECK(MayOverlap("?\xC3\xA4", "*\xC3\xA4"));
  CHECK(MayOverlap("a/${aws:username}", "a/b*c"));
  CHECK(!MayOverlap("a/${aws:username}", "b/*"));
  CHECK(!MayOverlap("a${*}", "ab"));
}

TEST_CASE("? is one code point, * any run, line breaks are characters") {
  CHECK(Matches("a?b",
                "a\xC3\xA4"
                "b"));
  CHECK(Matches("*?", "\xF0\x9F\x98\x80"));
  CHECK(!Matches("??", "\xF0\x9F\x98\x80"));
  CHECK(Matches("a*c", "a\nb\nc"));
  CHECK(Matches("a?c", "a\nc"));
  CHECK(!Matches("A", "a"));
}

TEST_CASE("hostile patterns end quickly") {
  std::string pattern;
  std::string runs;
  for (int i = 0; i < 1000; ++i) {
    pattern += "*a";
    runs += "*?";
  }
  const std::string text(20000, 'a');
  const std::clock_t begin = std::clock();
  CHECK(!Matches(pattern + "b", text));
  CHECK(Matches(pattern, text));
  CHECK(Matches(runs, text));
  CHECK(!Matches(runs + "b", text));
  CHECK(!Matches(std::string(100000, '*') + "b", text));
  CHECK(!Matches("*" + std::string(500000, 'a') + "b*", std::string(1000000, 'a')));
  CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 5);
}

TEST_CASE("variables are taken apart in version 2012-10-17 only") {
  const Pattern pattern = ParsePattern("a*${aws:PrincipalTag/Team}-${x:y, 'none'}${*}${?}${$}",
                                       Version::k2012, Wildcards::kActive);
  CHECK(pattern.literals == std::vector<std::string>{"a\xFF", "-", "*?$"});
  REQUIRE(pattern.variables.size() == 2);
  CHECK(pattern.variables[0].key == "aws:principaltag/team");
  CHECK(!pattern.variables[0].default_value);
  CHECK(pattern.variables[1].default_value == "none");
  for (const Version old : {Version::kNone, Version::k2008}) {
    const Pattern literal = ParsePattern("${a:b}${*}", old, Wildcards::kLiteral);
    CHECK(literal.is_literal());
    CHECK(literal.literals[0] == "${a:b}${*}");
  }
  CHECK(ParsePattern("${a, ''}", Version::k2012, Wildcards::kLiteral).variables[0].default_value ==
        "");
  CHECK(
      ParsePattern("${a, 'x}y'}", Version::k2012, Wildcards::kLiteral).variables[0].default_value ==
      "x}y");
  for (const std::string broken : {"${", "${}", "${a", "${a, b}", "${a, 'b}", "$a", "${a,"}) {
    CAPTURE(broken);
    const Pattern literal = ParsePattern(broken, Version::k2012, Wildcards::kLiteral);
    CHECK(literal.is_literal());
    CHECK(literal.literals[0] == broken);
  }
}

TEST_CASE("ARNs are split at five colons") {
  CHECK(SplitArn("arn:aws:s3:::b:c/d").value()[5] == "b:c/d");
  CHECK(SplitArn(":::::").value()[5].empty());
  CHECK(!SplitArn("arn:aws:s3::b"));
}

TEST_CASE("short resource patterns are completed by reading and kind") {
  const auto complete = [](std::string_view pattern, ArnReading reading, ShortArns short_arns,
                           Kind kind) {
    const auto glob = CompleteResourceGlob(Glob(pattern), reading, short_arns, kind);
    if (!glob) return std::string("none");
    std::string shown = *glob;
    for (char& c : shown) c = c == kAnyRun ? '*' : c;
    return shown;
  };
  using enum ArnReading;
  using enum ShortArns;
  CHECK(complete("arn:aws:s3*", kWhole, kByKind, Kind::kRcp) == "arn:aws:s3*");
  CHECK(complete("arn:aws:s3*", kSegments, kByKind, Kind::kIdentity) == "none");
  CHECK(complete("arn:aws:s3*", kSegmentsShort, kByKind, Kind::kIdentity) == "arn:aws:s3*:*:*:*");
  CHECK(complete("arn:aws:s3", kSegmentsShort, kByKind, Kind::kSession) == "arn:aws:s3:*:*:*");
  CHECK(complete("arn:aws:s3", kSegmentsShort, kTrailingRun, Kind::kSession) == "none");
  CHECK(complete("arn:aws:s3", kSegmentsShort, kByKind, Kind::kResource) == "none");
  CHECK(complete("arn:a?s:s3", kSegmentsShort, kByKind, Kind::kVpcEndpoint) ==
        "arn:a\xFEs:s3:*:*:*");
  CHECK(complete("arn:*:s3", kSegmentsShort, kByKind, Kind::kScp) == "none");
  CHECK(complete("arn:aws:*", kSegmentsShort, kByKind, Kind::kScp) == "arn:aws:*:*:*:*");
  CHECK(complete("arn:aws:*", kSegmentsShort, kByKind, Kind::kRcp) == "none");
  CHECK(complete("arn:aws:*", kSegmentsShort, kTrailingRun, Kind::kRcp) == "arn:aws:*:*:*:*");
  for (const Kind kind : {Kind::kIdentity, Kind::kRcp}) {
    CHECK(complete("*", kSegments, kByKind, kind) == "*");
    CHECK(complete("arn:aws:s3:::b/*", kSegments, kByKind, kind) == "arn:aws:s3:::b/*");
  }
}

}  // namespace
}  // namespace writ::policy

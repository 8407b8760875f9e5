#include "iam/decide/text.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

std::string Glob(std::string text) {
  std::ranges::replace(text, '*', policy::kAnyRun);
  std::ranges::replace(text, '?', policy::kAnyOne);
  return text;
}

TextSet SetOf(const std::vector<std::string>& texts) {
  TextSet set;
  for (const std::string& text : texts) {
    if (text.find_first_of("*?") == text.npos) {
      set.literals.push_back(text);
    } else {
      set.patterns.push_back(WholePattern(Glob(text)));
    }
  }
  return set;
}

bool IsIn(const TextSet& set, const std::string& text) {
  return std::ranges::find(set.literals, text) != set.literals.end() ||
         std::ranges::any_of(set.patterns,
                             [&](const TextPattern& pattern) { return Matches(pattern, text); });
}

std::vector<std::string> AllTexts(const std::string& letters, std::size_t longest) {
  std::vector<std::string> all = {""};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].size() == longest) continue;
    for (const char c : letters) all.push_back(all[i] + c);
  }
  return all;
}

TEST_CASE("an example of an atom lies in the sets that the atom says") {
  const TextSet a = SetOf({"team-*", "root"});
  const TextSet b = SetOf({"*-x", "root"});
  Budget budget{100'000, false};
  const std::vector<TextAtom> atoms =
      Divide({{&a, &b}, std::nullopt, Letters::kAll, {}, nullptr}, budget);
  CHECK(atoms.size() == 4);
  for (const TextAtom& atom : atoms) {
    CHECK(IsIn(a, atom.example) == atom.belongs[0]);
    CHECK(IsIn(b, atom.example) == atom.belongs[1]);
  }
}

TEST_CASE("every combination that some text has is an atom") {
  std::mt19937 random(20261122);
  const auto any = [&random](std::size_t below) { return random() % below; };
  const std::vector<std::string> texts = AllTexts("abz", 5);
  for (int round = 0; round < 400; ++round) {
    std::vector<TextSet> sets(1 + any(3));
    for (TextSet& set : sets) {
      std::vector<std::string> patterns(1 + any(3));
      for (std::string& pattern : patterns) {
        for (std::size_t i = any(5); i > 0; --i) pattern += "ab*?ab"[any(6)];
      }
      set = SetOf(patterns);
    }
    TextQuestion question;
    for (const TextSet& set : sets) question.sets.push_back(&set);
    Budget budget{10'000'000, false};
    const std::vector<TextAtom> atoms = Divide(question, budget);
    REQUIRE(!budget.is_exhausted);
    for (const TextAtom& atom : atoms) {
      for (std::size_t i = 0; i < sets.size(); ++i) {
        CHECK(IsIn(sets[i], atom.example) == atom.belongs[i]);
      }
    }
    for (const std::string& text : texts) {
      std::vector<bool> belongs;
      for (const TextSet& set : sets) belongs.push_back(IsIn(set, text));
      const bool is_known =
          std::ranges::any_of(atoms, [&](const TextAtom& atom) { return atom.belongs == belongs; });
      CHECK_MESSAGE(is_known, "round ", round, ", text ", text);
    }
  }
}

TEST_CASE("a text that only differs from literals is found") {
  // {a*, b*} without {a?*, b?*} is "a" and "b"; one of them is a literal.
  const TextSet begins = SetOf({"a*", "b*"});
  const TextSet longer = SetOf({"a?*", "b?*"});
  const TextSet literal = SetOf({"a"});
  Budget budget{100'000, false};
  const std::vector<TextAtom> atoms =
      Divide({{&begins, &longer, &literal}, std::nullopt, Letters::kAll, {}, nullptr}, budget);
  CHECK(std::ranges::any_of(atoms, [](const TextAtom& atom) { return atom.example == "b"; }));
}

TEST_CASE("wildcards of ARN segments do not cross colons") {
  const TextPattern pattern = ArnPattern(Glob("arn:aws:s3:*:*:a*"));
  CHECK(Matches(pattern, "arn:aws:s3:::ab"));
  CHECK(Matches(pattern, "arn:aws:s3:r:1:a:b/c"));
  CHECK_FALSE(Matches(pattern, "arn:aws:s3:r:1:2:a"));
  CHECK_FALSE(Matches(pattern, "arn:aws:sns:r:1:a"));
}

TEST_CASE("matching one pattern agrees with the evaluator's") {
  std::mt19937 random(7);
  const std::vector<std::string> texts = AllTexts("ab", 6);
  for (int round = 0; round < 300; ++round) {
    std::string glob;
    for (std::size_t i = random() % 7; i > 0; --i) glob += "ab*?a"[random() % 5];
    const TextPattern pattern = WholePattern(Glob(glob));
    for (const std::string& text : texts) {
      CHECK(Matches(pattern, text) == policy::MatchesGlob(Glob(glob), text));
    }
  }
}

TEST_CASE("one `?` is one code point") {
  const TextPattern pattern = WholePattern(Glob("a?b"));
  CHECK(Matches(pattern,
                "a\xC3\xA9"
                "b"));
  CHECK_FALSE(Matches(pattern,
                      "a\xC3\xA9\xC3\xA9"
                      "b"));
}

TEST_CASE("infix patterns do not multiply") {
  std::vector<std::string> patterns;
  for (int i = 0; i < 60; ++i) patterns.push_back("*word" + std::to_string(i) + "_*");
  const TextSet set = SetOf(patterns);
  Budget budget{20'000'000, false};
  const std::vector<TextAtom> atoms =
      Divide({{&set}, std::nullopt, Letters::kAll, {}, nullptr}, budget);
  CHECK_FALSE(budget.is_exhausted);
  CHECK(atoms.size() == 2);
}

TEST_CASE("too much work is said, not done") {
  // One place after `*` for each of the last letters: all subsets of them are states.
  const TextSet set = SetOf({"*a" + std::string(60, '?')});
  Budget budget{200'000, false};
  (void)Divide({{&set}, std::nullopt, Letters::kAll, {}, nullptr}, budget);
  CHECK(budget.is_exhausted);
}

}  // namespace
}  // namespace writ::decide

#include "conditions.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"

namespace writ::lower {
namespace {

using intent::Condition;
using intent::Test;
using Operator = Test::Operator;
using List = std::vector<std::string>;
using Values = std::optional<List>;

/// What the four keys hold in one request; nothing: the key is absent.
struct Context {
  Values text;
  Values list;
  Values number;
  Values flag;
};

constexpr const char* kText = "aws:PrincipalTag/team";
constexpr const char* kList = "aws:TagKeys";
constexpr const char* kNumber = "aws:MultiFactorAuthAge";
constexpr const char* kFlag = "aws:MultiFactorAuthPresent";

const Values& Of(const Context& context, const std::string& key) {
  if (key == kText) return context.text;
  if (key == kList) return context.list;
  return key == kNumber ? context.number : context.flag;
}

/// The language reference, "Conditions", word by word.
bool Holds(const Test& test, const Context& context) {
  const Values& values = Of(context, test.key);
  if (!values || values->empty()) return false;
  const auto among = [&](const std::string& v) {
    return std::ranges::find(test.values, v) != test.values.end();
  };
  if (test.op == Operator::kPresent) {
    return test.type != Test::Type::kBool || values->front() == "true";
  }
  if (test.multi_valued) {
    return test.op == Operator::kIncludes ? std::ranges::any_of(*values, among)
                                          : std::ranges::all_of(*values, among);
  }
  const std::string& value = values->front();
  const auto ordered = [&](auto compare) {
    return std::ranges::any_of(test.values, [&](const std::string& bound) {
      return compare(std::stoi(value), std::stoi(bound));
    });
  };
  switch (test.op) {
    case Operator::kLike:
      return std::ranges::any_of(test.values, [&](const std::string& pattern) {
        return catalog::MatchesPattern(pattern, value);
      });
    case Operator::kLess:
      return ordered(std::less<>());
    case Operator::kLessEqual:
      return ordered(std::less_equal<>());
    case Operator::kGreater:
      return ordered(std::greater<>());
    case Operator::kGreaterEqual:
      return ordered(std::greater_equal<>());
    case Operator::kPresent:
    case Operator::kEqual:
    case Operator::kIncludes:
    case Operator::kIn:
      return among(value);
  }
  return false;
}

bool Holds(const Condition& formula, const Context& context) {
  const auto holds = [&](const Condition& operand) { return Holds(operand, context); };
  switch (formula.kind) {
    case Condition::Kind::kAll:
      return std::ranges::all_of(formula.operands, holds);
    case Condition::Kind::kAny:
      return std::ranges::any_of(formula.operands, holds);
    case Condition::Kind::kNot:
      return !holds(formula.operands.front());
    case Condition::Kind::kTest:
      return Holds(formula.test, context);
  }
  return false;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Condition Formula(int depth) {
    Condition formula;
    const int choice = depth == 0 ? 3 : Pick(4);
    if (choice == 3) {
      formula.kind = Condition::Kind::kTest;
      formula.test = RandomTest();
      return formula;
    }
    formula.kind = choice == 0   ? Condition::Kind::kAll
                   : choice == 1 ? Condition::Kind::kAny
                                 : Condition::Kind::kNot;
    const int count = choice == 2 ? 1 : 2 + Pick(2);
    for (int i = 0; i < count; ++i) formula.operands.push_back(Formula(depth - 1));
    return formula;
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  template <class T>
  T OneOf(std::vector<T> choices) {
    return choices[static_cast<std::size_t>(Pick(static_cast<int>(choices.size())))];
  }

  Test RandomTest() {
    switch (Pick(4)) {
      case 0:
        return {
            kText,
            Test::Type::kString,
            false,
            OneOf<Operator>({Operator::kPresent, Operator::kEqual, Operator::kLike, Operator::kIn}),
            OneOf<List>({{"x"}, {"y"}, {"x", "xy"}, {"x*"}}),
            false};
      case 1:
        return {kList,
                Test::Type::kString,
                true,
                OneOf<Operator>({Operator::kPresent, Operator::kIncludes, Operator::kIn}),
                OneOf<List>({{"x"}, {"y"}, {"x", "y"}}),
                false};
      case 2:
        return {kNumber,
                Test::Type::kNumeric,
                false,
                OneOf<Operator>({Operator::kEqual, Operator::kLess, Operator::kLessEqual,
                                 Operator::kGreater, Operator::kGreaterEqual}),
                OneOf<List>({{"1"}, {"5"}, {"9"}}),
                false};
      default:
        return {kFlag,
                Test::Type::kBool,
                false,
                OneOf<Operator>({Operator::kPresent, Operator::kEqual}),
                OneOf<List>({{"true"}, {"false"}}),
                false};
    }
  }

  std::mt19937 random_;
};

std::vector<Context> AllContexts() {
  std::vector<Context> all;
  for (const Values& text : {Values{}, Values{List{"x"}}, Values{List{"y"}}, Values{List{"xy"}}}) {
    for (const Values& list :
         {Values{}, Values{List{"x"}}, Values{List{"x", "y"}}, Values{List{"y", "z"}}}) {
      for (const Values& number :
           {Values{}, Values{List{"1"}}, Values{List{"5"}}, Values{List{"7"}}}) {
        for (const Values& flag : {Values{}, Values{List{"true"}}, Values{List{"false"}}}) {
          all.push_back({text, list, number, flag});
        }
      }
    }
  }
  return all;
}

policy::Request RequestOf(const Context& context) {
  policy::Request request{"arn:aws:iam::111122223333:role/app", "bedrock:InvokeModel", "*", {}, {}};
  const auto add = [&](const char* key, const Values& values, bool is_list) {
    if (values) request.context.push_back({key, is_list, *values});
  };
  add(kText, context.text, false);
  add(kList, context.list, true);
  add(kNumber, context.number, false);
  add(kFlag, context.flag, false);
  return request;
}

policy::PolicySet AllowEach(const Alternatives& alternatives) {
  policy::PolicyDocument document;
  for (const Block& block : alternatives) {
    policy::Statement statement;
    statement.action.values = {"*"};
    statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
    statement.conditions = block;
    document.statements.push_back(std::move(statement));
  }
  policy::PolicySet set;
  set.identity.push_back(std::move(document));
  return set;
}

TEST_CASE("alternatives of random formulas, and of their negations, mean the formula") {
  constexpr unsigned kSeed = 20261122;
  constexpr int kFormulas = 600;
  Generator generator(kSeed);
  const std::vector<Context> contexts = AllContexts();
  int said = 0;
  for (int n = 0; n < kFormulas; ++n) {
    const Condition formula = generator.Formula(3);
    for (const bool negated : {false, true}) {
      const auto alternatives = ToAlternatives(formula, negated);
      if (!alternatives) continue;  // refused, not approximated
      ++said;
      const policy::PolicySet policies = AllowEach(*alternatives);
      for (const Context& context : contexts) {
        const auto decision = policy::Evaluate(RequestOf(context), policies);
        REQUIRE(decision.ok());
        CAPTURE(n);
        CAPTURE(negated);
        REQUIRE(decision->is_allowed() == (Holds(formula, context) != negated));
      }
    }
  }
  // Most formulas can be said; if not, the test above would be empty.
  CHECK(said > kFormulas);
}

TEST_CASE("two literal lists of one key meet in what they share, and contradict when nothing") {
  Block block;
  CHECK(Conjoin(block, Make("StringEquals", "aws:PrincipalAccount", {"1", "2"})) ==
        Conjoined::kDone);
  CHECK(Conjoin(block, Make("StringEquals", "AWS:principalaccount", {"2", "3"})) ==
        Conjoined::kDone);
  REQUIRE(block.size() == 1);
  CHECK(block[0].values == List{"2"});
  CHECK(Conjoin(block, Make("StringEquals", "aws:PrincipalAccount", {"4"})) == Conjoined::kNever);
}

TEST_CASE("a fourth pattern of one key has no spelling left") {
  Block block;
  CHECK(Conjoin(block, Make("StringLike", "k:v", {"a*"})) == Conjoined::kDone);
  CHECK(Conjoin(block, Make("StringLike", "k:v", {"*b"})) == Conjoined::kDone);
  CHECK(Conjoin(block, Make("StringLike", "k:v", {"*c*"})) == Conjoined::kDone);
  CHECK(Conjoin(block, Make("StringLike", "k:v", {"*d*"})) == Conjoined::kInexpressible);
}

TEST_CASE("a period begins with its first day and ends with its last") {
  const Block block = PeriodBlock({"2026-12-31", "2027-02-28"});
  REQUIRE(block.size() == 2);
  CHECK(block[0].values == List{"2026-12-31T00:00:00Z"});
  CHECK(block[1].values == List{"2027-03-01T00:00:00Z"});
}

}  // namespace
}  // namespace writ::lower

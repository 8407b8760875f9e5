// Inputs made to take long end in an answer or in a message about the budget. Five seconds of
// processor time each in optimised builds; other builds take smaller inputs and as long as they do.
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "iam/decide/space.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::Kind;

#ifdef NDEBUG
constexpr bool kIsOptimised = true;
#else
constexpr bool kIsOptimised = false;
#endif

constexpr std::size_t Size(std::size_t full) { return kIsOptimised ? full : full / 20; }

policy::Statement Statement(policy::Effect effect, std::string action, std::string resource) {
  policy::Statement statement;
  statement.effect = effect;
  statement.action.values = {std::move(action)};
  statement.resource = policy::Patterns{policy::Sense::kListed, {std::move(resource)}};
  return statement;
}

policy::Condition Condition(policy::BaseOperator base, std::string key, std::string value) {
  policy::Condition condition;
  condition.op.base = base;
  condition.key = std::move(key);
  condition.values = {std::move(value)};
  return condition;
}

// A document of `count` statements.
policy::PolicyDocument Many(std::size_t count,
                            const std::function<policy::Statement(std::size_t)>& statement) {
  policy::PolicyDocument document;
  document.version = policy::Version::k2012;
  for (std::size_t i = 0; i < count; ++i) document.statements.push_back(statement(i));
  return document;
}

// Compares a document with itself less its first statement.
Comparison CompareTimed(const policy::PolicyDocument& left, const policy::PolicyDocument& right,
                        Kind kind = Kind::kIdentity) {
  Options options;
  if (!kIsOptimised) options.budget /= 20;
  const std::clock_t begin = std::clock();
  Comparison comparison = Compare(Space::Of(left, kind), Space::Of(right, kind), options);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  CHECK((!kIsOptimised || seconds < 5.0));
  const bool is_answered = comparison.relation != Relation::kUndecided;
  for (const Obstacle& obstacle : comparison.obstacles) {
    CHECK(obstacle.kind == Obstacle::Kind::kBudget);
  }
  CHECK((is_answered || !comparison.obstacles.empty()));
  return comparison;
}

Comparison LessOne(const policy::PolicyDocument& left, Kind kind = Kind::kIdentity) {
  policy::PolicyDocument right = left;
  right.statements.erase(right.statements.begin());
  return CompareTimed(left, right, kind);
}

constexpr auto kAllow = policy::Effect::kAllow;
constexpr auto kDeny = policy::Effect::kDeny;

TEST_CASE("ten thousand statements") {
  const std::size_t count = Size(10'000);
  CHECK(LessOne(Many(count, [](std::size_t i) {
          return Statement(kAllow, "s3:GetObject", fmt::format("arn:aws:s3:::bucket-{}/*", i));
        })).relation == Relation::kNarrower);
  CHECK(LessOne(Many(count, [](std::size_t i) {
          return Statement(kAllow, fmt::format("s3:Act{}", i), fmt::format("arn:aws:s3:::b{}", i));
        })).relation == Relation::kNarrower);
  CHECK(LessOne(Many(count, [](std::size_t i) {
          policy::Statement one = Statement(kAllow, "s3:*", fmt::format("arn:aws:s3:::b{}/*", i));
          one.conditions = {Condition(policy::BaseOperator::kStringEquals,
                                      fmt::format("aws:PrincipalTag/t{}", i), "v")};
          return one;
        })).relation == Relation::kNarrower);
  // All for one request: more keys than are looked at together.
  static_cast<void>(LessOne(Many(count, [](std::size_t i) {
    policy::Statement one = Statement(kAllow, "*", "*");
    one.conditions = {Condition(policy::BaseOperator::kStringEquals, fmt::format("k{}", i), "v")};
    return one;
  })));
}

TEST_CASE("ten thousand callers") {
  static_cast<void>(LessOne(
      Many(Size(10'000),
           [](std::size_t i) {
             policy::Statement one = Statement(kAllow, "s3:*", "*");
             one.principal = policy::Principals{
                 policy::Sense::kListed,
                 {{policy::PrincipalType::kAws, fmt::format("arn:aws:iam::{:012}:role/r", i)}}};
             return one;
           }),
      Kind::kResource));
}

TEST_CASE("lists of a megabyte") {
  struct Family {
    policy::BaseOperator base;
    std::function<std::string(std::size_t)> value;
  };
  const std::vector<Family> families = {
      {policy::BaseOperator::kStringEquals,
       [](std::size_t i) { return fmt::format("text-{}", i); }},
      {policy::BaseOperator::kNumericEquals, [](std::size_t i) { return std::to_string(i); }},
      {policy::BaseOperator::kIpAddress,
       [](std::size_t i) { return fmt::format("10.{}.{}.0/24", i / 256 % 256, i % 256); }},
      {policy::BaseOperator::kDateEquals,
       [](std::size_t i) { return std::to_string(1'700'000'000 + i); }},
  };
  for (const Family& family : families) {
    policy::PolicyDocument left = Many(1, [](std::size_t) { return Statement(kAllow, "*", "*"); });
    policy::Condition condition = Condition(family.base, "k", family.value(0));
    for (std::size_t i = 1; i < Size(60'000); ++i) condition.values.push_back(family.value(i));
    left.statements[0].conditions = {condition};
    policy::PolicyDocument right = left;
    right.statements[0].conditions[0].values.pop_back();
    CHECK(CompareTimed(left, right).relation == Relation::kNarrower);
  }
}

TEST_CASE("patterns with a thousand wildcards, and a megabyte of them") {
  const auto like = [](std::string glob) {
    return Many(1, [&](std::size_t) {
      policy::Statement one = Statement(kAllow, "*", "*");
      one.conditions = {Condition(policy::BaseOperator::kStringLike, "k", glob)};
      return one;
    });
  };
  std::string stars;
  for (int i = 0; i < 1000; ++i) stars += i % 2 == 0 ? "*a" : "*b";
  CHECK(CompareTimed(like(stars), like(stars + "*")).relation == Relation::kBroader);
  static_cast<void>(
      CompareTimed(like("*a" + std::string(1000, '?')), like("*a" + std::string(999, '?') + "b")));
  static_cast<void>(CompareTimed(like("*a" + std::string(24, '?') + "*b" + std::string(24, '?')),
                                 like("*a" + std::string(25, '?') + "b*")));
  static_cast<void>(CompareTimed(like("*" + std::string(Size(1'000'000), 'a')),
                                 like("*" + std::string(Size(1'000'000) - 1, 'a'))));
}

TEST_CASE("patterns with text inside, every combination of which is possible") {
  const auto infix = [](std::size_t i) { return fmt::format("*w{}x*", i); };
  for (const std::size_t count : {std::size_t{16}, std::size_t{48}, Size(200)}) {
    // Denied one by one or in one list: what is denied already need not be told apart.
    policy::PolicyDocument left = Many(count, [&](std::size_t i) {
      policy::Statement one = Statement(kDeny, "*", "*");
      one.conditions = {Condition(policy::BaseOperator::kStringLike, "k", infix(i))};
      return one;
    });
    left.statements.push_back(Statement(kAllow, "*", "*"));
    policy::PolicyDocument right = Many(1, [](std::size_t) { return Statement(kAllow, "*", "*"); });
    right.statements.push_back(left.statements[0]);
    for (std::size_t i = 1; i < count; ++i) {
      right.statements[1].conditions[0].values.push_back(infix(i));
    }
    CHECK(CompareTimed(left, right).relation == Relation::kEquivalent);
    // Allowed under different conditions: they must all be told apart, but one shows a difference.
    const auto allowed = [&](const std::string& value) {
      return Many(count, [&](std::size_t i) {
        policy::Statement one = Statement(kAllow, "*", "arn:aws:s3:::" + infix(i));
        one.conditions = {Condition(policy::BaseOperator::kBool, fmt::format("k{}", i), value)};
        return one;
      });
    };
    CHECK(CompareTimed(allowed("true"), allowed("false")).relation == Relation::kIncomparable);
    static_cast<void>(CompareTimed(allowed("true"), allowed("true")));
  }
}

}  // namespace
}  // namespace writ::decide

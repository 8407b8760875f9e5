#include "merge.h"

#include <random>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "conditions.h"
#include "iam/policy/evaluate.h"

namespace writ::lower {
namespace {

using Texts = std::vector<std::string>;

Sourced Say(policy::Effect effect, Texts actions, Texts resources, Block conditions,
            std::string from) {
  Sourced sourced;
  sourced.statement.effect = effect;
  sourced.statement.action.values = std::move(actions);
  sourced.statement.resource = policy::Patterns{policy::Sense::kListed, std::move(resources)};
  sourced.statement.conditions = std::move(conditions);
  sourced.from = {std::move(from)};
  return sourced;
}

TEST_CASE("statements that differ in one list become one, with the sources of both") {
  const std::vector<Sourced> merged =
      Merge({Say(policy::Effect::kAllow, {"s:A"}, {"arn:aws:s:::x"}, {}, "a:1:1"),
             Say(policy::Effect::kAllow, {"s:B"}, {"arn:aws:s:::x"}, {}, "a:2:1")});
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].statement.action.values == Texts{"s:A", "s:B"});
  CHECK(merged[0].from == Texts{"a:1:1", "a:2:1"});
}

TEST_CASE("of many statements with long lists each value is kept once, in order") {
  // More than are united between two sorts, first ones unsorted and with repetitions.
  constexpr int kStatements = 200;
  constexpr int kLength = 40;
  std::vector<Sourced> statements;
  std::set<std::string> actions;
  std::set<std::string> places;
  for (int i = 0; i < kStatements; ++i) {
    Texts own;
    for (int k = kLength; k > 0; --k) own.push_back("s:A" + std::to_string((i * 7 + k) % 150));
    own.push_back(own.front());
    actions.insert(own.begin(), own.end());
    places.insert("a:" + std::to_string(i % 90) + ":1");
    statements.push_back(Say(policy::Effect::kAllow, own, {"arn:aws:s:::x"}, {},
                             "a:" + std::to_string(i % 90) + ":1"));
  }
  const std::vector<Sourced> merged = Merge(std::move(statements));
  REQUIRE(merged.size() == 1);
  CHECK(merged[0].statement.action.values == Texts(actions.begin(), actions.end()));
  CHECK(merged[0].from == Texts(places.begin(), places.end()));
}

TEST_CASE("values of a negated condition are not alternatives and stay apart") {
  const Block one{Make("StringNotEquals", "aws:RequestedRegion", {"r1"})};
  const Block two{Make("StringNotEquals", "aws:RequestedRegion", {"r2"})};
  CHECK(Merge({Say(policy::Effect::kDeny, {"s:A"}, {"*"}, one, "a:1:1"),
               Say(policy::Effect::kDeny, {"s:A"}, {"*"}, two, "a:2:1")})
            .size() == 2);
}

bool Allowed(const std::vector<Sourced>& statements, const policy::Request& request) {
  policy::PolicySet set;
  set.identity.emplace_back();
  for (const Sourced& sourced : statements) set.identity[0].statements.push_back(sourced.statement);
  const auto decision = policy::Evaluate(request, set);
  REQUIRE(decision.ok());
  return decision->is_allowed();
}

TEST_CASE("merging random statements changes no decision") {
  std::mt19937 random(11);
  const Texts actions{"s:A", "s:B", "s:C"};
  const Texts resources{"arn:aws:s:::x", "arn:aws:s:::y", "*"};
  const Texts values{"1", "2"};
  const auto pick = [&](const Texts& all) {
    Texts some;
    while (some.empty()) {
      for (const std::string& one : all) {
        if (random() % 2 == 0) some.push_back(one);
      }
    }
    return some;
  };
  std::size_t fewer = 0;
  for (int n = 0; n < 200; ++n) {
    std::vector<Sourced> statements;
    for (int i = 0; i < 5; ++i) {
      Block block;
      if (random() % 2 == 0) {
        block.push_back(Make(random() % 2 == 0 ? "StringEquals" : "StringNotEquals",
                             "aws:PrincipalAccount", pick(values)));
      }
      const auto effect = random() % 4 == 0 ? policy::Effect::kDeny : policy::Effect::kAllow;
      statements.push_back(Say(effect, pick(actions), pick(resources), block, "a:1:1"));
    }
    const std::vector<Sourced> merged = Merge(statements);
    if (merged.size() < statements.size()) ++fewer;
    for (const std::string& action : actions) {
      for (const char* resource : {"arn:aws:s:::x", "arn:aws:s:::y", "arn:aws:s:::z"}) {
        for (const char* account : {"1", "2", "3"}) {
          const policy::Request request{"arn:aws:iam::111122223333:role/app",
                                        action,
                                        resource,
                                        {},
                                        {{"aws:PrincipalAccount", false, {account}}}};
          CAPTURE(n);
          REQUIRE(Allowed(statements, request) == Allowed(merged, request));
        }
      }
    }
  }
  CHECK(fewer > 50);
}

}  // namespace
}  // namespace writ::lower

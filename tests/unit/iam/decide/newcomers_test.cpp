// Classes of accounts that join later: as many as the documents tell apart, and no known id.
#include "iam/decide/newcomers.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "iam/policy/document.h"

namespace writ::decide {
namespace {

const JoinedNode kProd{"o-a/r-ab12/ou-ab12-prod0001/", "ou-ab12-"};
const std::vector<std::string> kAccounts = {"111111111111", "222222222222"};
const std::vector<std::string> kUnits = {"ou-ab12-dev00001", "ou-ab12-prod0001"};

Distinctions Of(const std::string& conditions, const std::string& resource = "*") {
  const auto document = policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":")" +
          resource + R"(","Condition":)" + conditions + "}}",
      policy::Kind::kScp);
  REQUIRE(document.ok());
  return DistinctionsIn({&*document});
}

std::vector<std::string> IdsFor(const std::string& conditions, const std::string& resource = "*") {
  const auto newcomers = NewcomersOf(Of(conditions, resource), kProd, kAccounts, kUnits);
  REQUIRE(newcomers);
  std::vector<std::string> ids;
  for (const Newcomer& one : *newcomers) {
    CHECK_FALSE(std::ranges::binary_search(kAccounts, one.account));
    ids.push_back(one.account);
  }
  return ids;
}

using Ids = std::vector<std::string>;

TEST_CASE("one account stands for all where nothing tells them apart") {
  CHECK(IdsFor("{}") == Ids{"555555555555"});
  CHECK(IdsFor(R"({"StringEquals":{"aws:PrincipalAccount":["111111111111","222222222222"]}})") ==
        Ids{"555555555555"});
  CHECK(IdsFor(R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/a"}})") ==
        Ids{"555555555555"});
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/a*"}})") ==
        Ids{"555555555555"});
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/a1"}})") ==
        Ids{"555555555555"});
}

TEST_CASE("ids that documents name are classes of their own, ids that are named together one") {
  CHECK(IdsFor(R"({"StringNotEquals":{"aws:PrincipalAccount":"555555555555"}})") ==
        Ids{"555555555556", "555555555555"});
  CHECK(IdsFor(R"({"StringNotEquals":{"aws:PrincipalAccount":["555555555555","777777777777"]}})")
            .size() == 2);
  CHECK(IdsFor(R"({"StringEquals":{"aws:PrincipalAccount":"555555555555"},
                   "StringNotEquals":{"aws:PrincipalAccount":["555555555555","777777777777"]}})")
            .size() == 3);
  CHECK(IdsFor(R"({"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::333333333333:role/a",
                                                     "arn:aws:iam::444444444444:role/a"]}})")
            .size() == 2);
}

TEST_CASE("patterns divide ids by what they match") {
  const Ids ids = IdsFor(R"({"StringLike":{"aws:PrincipalAccount":["5555*"]}})");
  REQUIRE(ids.size() == 2);
  CHECK(ids[0].starts_with("5555"));
  CHECK_FALSE(ids[1].starts_with("5555"));
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalAccount":"1*"},
                   "StringNotLike":{"aws:PrincipalAccount":"*1"}})")
            .size() == 4);
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalAccount":"????????????"}})").size() == 1);
  CHECK(IdsFor(R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1*:*"}})").size() == 2);
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalArn":"arn:aws:iam::1*:*"}})").size() == 2);
  // Only known ids begin so.
  CHECK(IdsFor(R"({"StringLike":{"aws:PrincipalAccount":"22222222222?"}})").size() == 2);
  CHECK(
      NewcomersOf(Of(R"({"StringLike":{"aws:PrincipalAccount":"11111111111?"}})"), kProd,
                  {"111111111110", "111111111111", "111111111112", "111111111113", "111111111114",
                   "111111111115", "111111111116", "111111111117", "111111111118", "111111111119"},
                  kUnits)
          ->size() == 1);
}

TEST_CASE("what the caller's own number is compared with divides ids") {
  CHECK(IdsFor(R"({"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}})").size() ==
        1);
  CHECK(IdsFor(R"({"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}})",
               "arn:aws:bedrock:*:7*:guardrail/*")
            .size() == 2);
  CHECK(IdsFor(R"({"StringEquals":{"aws:PrincipalTag/of":"${aws:PrincipalAccount}"},
                   "StringNotLike":{"aws:PrincipalTag/of":"7*"}})")
            .size() == 2);
  CHECK(IdsFor(R"({"StringEquals":{"aws:PrincipalTag/of":"a-${aws:PrincipalAccount}"},
                   "StringNotLike":{"aws:PrincipalTag/of":["b-7*"]}})")
            .size() == 1);
}

TEST_CASE("paths divide places in new units below the node") {
  const auto places = [](const std::string& conditions) {
    const auto newcomers = NewcomersOf(Of(conditions), kProd, kAccounts, kUnits);
    REQUIRE(newcomers);
    Ids paths;
    for (const Newcomer& one : *newcomers) {
      CHECK(one.is_in_new_unit == (one.path != kProd.path));
      paths.push_back(one.path.substr(kProd.path.size()));
    }
    return paths;
  };
  CHECK(places(R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/*"}})") == Ids{""});
  CHECK(places(R"({"ForAnyValue:StringEquals":
      {"aws:PrincipalOrgPaths":"o-a/r-ab12/ou-ab12-prod0001/"}})") == Ids{"", "ou-ab12-nnnnnnnn/"});
  // A unit that there is lies elsewhere.
  CHECK(places(R"({"ForAnyValue:StringLike":
      {"aws:PrincipalOrgPaths":"o-a/*/ou-ab12-dev00001/*"}})") == Ids{""});
  CHECK(places(R"({"ForAnyValue:StringLike":
      {"aws:PrincipalOrgPaths":"o-a/*/ou-ab12-secret01/*"}})") == Ids{"", "ou-ab12-secret01/"});
  CHECK(places(R"({"ForAllValues:StringNotLike":
      {"aws:PrincipalOrgPaths":"o-a/*/ou-ab12-s*/"}})")
            .size() == 2);
}

TEST_CASE("what cannot be told is said") {
  CHECK(Of(R"({"NumericLessThan":{"aws:PrincipalAccount":"500000000000"}})").obstacle ==
        "NumericLessThan of aws:PrincipalAccount puts accounts in an order");
  CHECK(Of(R"({"StringEquals":{"aws:PrincipalAccount":"500000000000"}})").obstacle.empty());
  CHECK(Of(R"({"StringLike":{"aws:PrincipalTag/of":["*-${aws:PrincipalAccount}","a-7*"]}})")
            .obstacle ==
        "what `a-7*` is compared with holds the caller's account after a wildcard");
  CHECK(Of(R"({"StringLike":{"aws:PrincipalTag/of":["b*-${aws:PrincipalAccount}","a-7*"]}})")
            .obstacle.empty());
}

TEST_CASE("more classes than the limit are not listed") {
  const auto newcomers = [](std::size_t count) {
    policy::PolicyDocument document;
    for (std::size_t i = 0; i + 1 < count; ++i) {
      policy::Statement statement;
      statement.action.values = {"*"};
      statement.conditions.push_back(
          {{policy::SetQualifier::kNone, policy::BaseOperator::kStringEquals, false},
           "aws:PrincipalAccount",
           {std::to_string(300000000000 + i)}});
      document.statements.push_back(std::move(statement));
    }
    return NewcomersOf(DistinctionsIn({&document}), kProd, kAccounts, kUnits);
  };
  REQUIRE(newcomers(kMostNewcomers));
  CHECK(newcomers(kMostNewcomers)->size() == kMostNewcomers);
  CHECK_FALSE(newcomers(kMostNewcomers + 1));
}

}  // namespace
}  // namespace writ::decide

// What documents say, whatever their layout, and as a caller meets them.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "analysis/drift/papers.h"
#include "iam/policy/document.h"

namespace writ::drift {
namespace {

deployed::Policy PolicyOf(std::string path, std::string_view statements) {
  auto content = std::make_shared<deployed::Content>();
  auto read =
      policy::Read("{\"Version\":\"2012-10-17\",\"Statement\":" + std::string(statements) + "}",
                   policy::Kind::kScp);
  REQUIRE(read.ok());
  content->document = *std::move(read);
  return {std::move(path), policy::Kind::kScp, "", std::move(content), {}};
}

struct Desk {
  Universe universe = Universe::OfModels();
  snapshot::Snapshot snapshot;
  Papers papers{universe, snapshot};
  int count = 0;

  const Paper* Read(std::string_view statements) {
    return papers.OfProgram(PolicyOf("p" + std::to_string(count++), statements));
  }
};

TEST_CASE("order, case, Sids, lists and other services make no difference") {
  Desk desk;
  const Paper* one = desk.Read(
      R"([{"Sid":"A","Effect":"Allow","Action":["bedrock:InvokeModel","bedrock:Converse"],"Resource":"*"},
          {"Effect":"Deny","Action":"bedrock:*","Resource":["b","a"]}])");
  const Paper* other = desk.Read(
      R"([{"Effect":"Deny","Action":"Bedrock:*","Resource":["a","b"]},
          {"Effect":"Allow","Action":["s3:GetObject","bedrock:Converse","BEDROCK:invokemodel"],"Resource":["*"]},
          {"Effect":"Allow","Action":"s3:*","Resource":"*"}])");
  CHECK(one->meaning == other->meaning);
  CHECK(one->document.statements.size() == 2);
  CHECK(other->governed.statements.size() == 2);
  CHECK(desk.Read(R"([{"Effect":"Deny","Action":"bedrock:*","Resource":["a","b"]}])")->meaning !=
        one->meaning);
}

TEST_CASE("a level says what its documents say together") {
  Desk desk;
  const Paper* whole = desk.Read(
      R"([{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"q:*","Resource":"*"}])");
  const Paper* part = desk.Read(R"([{"Effect":"Deny","Action":"q:*","Resource":"*"}])");
  CHECK(desk.papers.MeaningOf({desk.papers.FullAccess(), part}) == desk.papers.MeaningOf({whole}));
  CHECK(desk.papers.MeaningOf({part}) != desk.papers.MeaningOf({whole}));
  CHECK(desk.papers.MeaningOf({part, part}) == desk.papers.MeaningOf({part}));
}

TEST_CASE("conditions on callers are decided by what is known of them") {
  Desk desk;
  const Paper* paper = desk.Read(
      R"([{"Effect":"Deny","Action":"bedrock:*","Resource":"*",
           "Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"},
                        "StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}])");
  const CallerFacts admin{"arn:aws:iam::222222222222:role/admin", "222222222222", "", ""};
  const CallerFacts other{"arn:aws:iam::222222222222:role/app", "222222222222", "", ""};
  const CallerFacts unknown{"", "222222222222", "", ""};
  CHECK(desk.papers.MetBy(paper, admin)->governed.statements.empty());
  const Paper* met = desk.papers.MetBy(paper, other);
  REQUIRE(met->governed.statements.size() == 1);
  CHECK(met->governed.statements.front().conditions.size() == 1);
  CHECK(met->document == paper->document);
  CHECK(desk.papers.MetBy(paper, unknown) == paper);
  // Two who meet it alike share what they meet.
  const CallerFacts third{"arn:aws:iam::222222222222:role/app2", "222222222222", "", ""};
  CHECK(desk.papers.MetBy(paper, third) == met);
}

TEST_CASE("a condition with a variable stays") {
  Desk desk;
  const Paper* paper = desk.Read(
      R"([{"Effect":"Deny","Action":"bedrock:*","Resource":"*",
           "Condition":{"StringNotEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}}])");
  CHECK(desk.papers.MetBy(paper, {"", "222222222222", "", ""}) == paper);
}

TEST_CASE("a condition that AWS may read in several ways stays") {
  Desk desk;
  const Paper* paper = desk.Read(
      R"([{"Effect":"Deny","Action":"bedrock:*","Resource":"*",
           "Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::2*"}}}])");
  CHECK(desk.papers.MetBy(paper, {"arn:aws:iam::222222222222:role/app", "222222222222", "", ""}) ==
        paper);
}

}  // namespace
}  // namespace writ::drift

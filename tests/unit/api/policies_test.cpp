#include <string>

#include <doctest/doctest.h>

#include "writ/writ.h"

namespace writ {
namespace {

constexpr const char* kWide = R"({"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}]})";
constexpr const char* kNarrow = R"({"Version": "2012-10-17", "Statement":
  {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::data/*"}})";
constexpr const char* kDeny = R"({"Version": "2012-10-17", "Statement":
  {"Effect": "Deny", "Action": "*", "Resource": "*"}})";

Request Get() {
  return {"arn:aws:iam::222222222222:role/app", "s3:GetObject", "arn:aws:s3:::other/x",
          "222222222222"};
}

TEST_CASE("a request is decided under the documents in force") {
  CHECK(Decide({.identity = {kWide}}, Get()).is_allowed());
  CHECK(Decide({.identity = {kNarrow}}, Get()).verdict == Decision::Verdict::kImplicitDeny);
  CHECK(Decide({.identity = {kWide, kDeny}}, Get()).verdict == Decision::Verdict::kExplicitDeny);
  CHECK(Decide({.identity = {kWide}, .scps = {{kDeny}}}, Get()).verdict ==
        Decision::Verdict::kExplicitDeny);
  CHECK_FALSE(Decide({.identity = {kWide}, .boundaries = {kNarrow}}, Get()).is_allowed());
}

TEST_CASE("what cannot be read is told by its place, and decides nothing") {
  const Decision decision = Decide({.identity = {kWide, "{"}}, Get());
  REQUIRE(decision.faults.size() == 1);
  CHECK(decision.faults.front().where == "identity[1]");
  CHECK(decision.faults.front().offset == 1);
  CHECK_FALSE(decision.is_allowed());
  Request request = Get();
  request.action = "everything";
  CHECK(Decide({.identity = {kWide}}, request).faults.front().where == "request");
  request = Get();
  request.context = {{"aws:SourceVpc", {"a", "b"}}};
  CHECK(Decide({.identity = {kWide}}, request).faults.front().where == "request");
}

TEST_CASE("documents are compared over all requests, with one that shows it") {
  const Comparison narrower = Compare({kWide}, {kNarrow});
  CHECK(narrower.relation == Comparison::Relation::kNarrower);
  CHECK_FALSE(narrower.gained);
  REQUIRE(narrower.lost);
  CHECK(Decide({.identity = {kWide}}, *narrower.lost).is_allowed());
  CHECK_FALSE(Decide({.identity = {kNarrow}}, *narrower.lost).is_allowed());
  CHECK(Compare({kNarrow}, {kWide}).relation == Comparison::Relation::kBroader);
  CHECK(Compare({kWide}, {kNarrow, kWide}).relation == Comparison::Relation::kEquivalent);
  const Comparison unreadable = Compare({kWide}, {"[]"});
  CHECK(unreadable.relation == Comparison::Relation::kUndecided);
  CHECK(unreadable.faults.front().where == "new[0]");
}

TEST_CASE("a document is made smaller and proved to mean the same") {
  const Minimised minimised = Minimise(kWide);
  CHECK(minimised.is_equivalent);
  CHECK(minimised.is_smallest);
  CHECK(minimised.document ==
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*",)"
        R"("Resource":"*"}]})");
  CHECK(Compare({kWide}, {minimised.document}).relation == Comparison::Relation::kEquivalent);
  const Minimised unreadable = Minimise("{}");
  CHECK_FALSE(unreadable.is_equivalent);
  CHECK(unreadable.document == "{}");
  CHECK_FALSE(unreadable.faults.empty());
}

}  // namespace
}  // namespace writ

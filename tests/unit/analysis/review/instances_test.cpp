// Requests made from statements: every one that is made applies, and none is for another region
// than its resource.
#include "analysis/review/instances.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

namespace writ::review {
namespace {

World OneAccount() {
  World world;
  world.places.push_back({"payments", "222222222222", {}, false});
  return world;
}

Caller Fraud() {
  Caller caller;
  caller.label = "team fraud";
  caller.arn = "arn:aws:iam::222222222222:role/fraud-app";
  return caller;
}

Instances Of(const std::string& statement, bool sparse = false) {
  const World world = OneAccount();
  const Judge judge(world);
  const auto document = policy::Read(R"({"Version":"2012-10-17","Statement":)" + statement + "}",
                                     policy::Kind::kIdentity);
  REQUIRE(document.ok());
  Setting setting{catalog::Catalog::BuiltIn(), "2026-11-22", {}};
  setting.sparse = sparse;
  Instances made = InstancesOf(document->statements.front(), Fraud(), judge, setting);
  policy::PolicySet set;
  set.identity = {*document};
  for (const Instance& instance : made.requests) {
    const auto decision = policy::Evaluate(instance.request, set);
    REQUIRE(decision.ok());
    CHECK(decision->is_allowed());
  }
  return made;
}

std::string ValueOf(const policy::Request& request, const std::string& key) {
  for (const policy::ContextKey& one : request.context) {
    if (one.name == key) return one.values.front();
  }
  return "";
}

TEST_CASE("every action, resource and value is a request") {
  const Instances made = Of(
      R"({"Effect":"Allow","Action":["bedrock:InvokeModel","bedrock:InvokeModelWithResponseStream"],
          "Resource":["arn:aws:bedrock:us-east-1::foundation-model/m","arn:aws:bedrock:us-west-2::foundation-model/m"],
          "Condition":{"StringEquals":{"bedrock:GuardrailIdentifier":["a:1","b:2"]}}})");
  CHECK(made.requests.size() == 8);
  CHECK(made.is_complete);
}

TEST_CASE("a request is made in the region of its resource") {
  const Instances made = Of(
      R"({"Effect":"Allow","Action":"bedrock:InvokeModel",
          "Resource":["arn:aws:bedrock:us-east-1::foundation-model/m","arn:aws:bedrock:::foundation-model/m"],
          "Condition":{"StringEquals":{"aws:RequestedRegion":["us-east-1","us-west-2","unspecified"]}}})");
  std::set<std::string> regions;
  for (const Instance& instance : made.requests) {
    regions.insert(ValueOf(instance.request, "aws:RequestedRegion"));
  }
  CHECK(regions == std::set<std::string>{"unspecified", "us-east-1"});
}

TEST_CASE("a wildcard region is every region of Bedrock, or one example") {
  const std::string statement =
      R"({"Effect":"Allow","Action":"bedrock:GetGuardrail","Resource":"arn:aws:bedrock:*:222222222222:guardrail/*"})";
  CHECK(Of(statement).requests.size() > 10);
  const Instances one = Of(statement, true);
  REQUIRE(one.requests.size() == 1);
  CHECK(one.requests[0].request.resource.ends_with(":guardrail/example"));
  CHECK(one.requests[0].pattern == "arn:aws:bedrock:*:222222222222:guardrail/*");
}

TEST_CASE("dates, numbers, addresses, presence and negation are met") {
  for (
      const char* condition : {
          R"({"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}})",
          R"({"DateGreaterThanEquals":{"aws:CurrentTime":"2027-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2027-04-01T00:00:00Z"}})",
          R"({"NumericLessThan":{"s3:max-keys":"10"}})",
          R"({"NumericGreaterThan":{"aws:MultiFactorAuthAge":"3600"}})",
          R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
          R"({"Bool":{"aws:SecureTransport":"true"}})",
          R"({"Null":{"aws:SourceVpc":"false"}})",
          R"({"StringNotEquals":{"aws:SourceVpc":"vpc-1"}})",
          R"({"StringNotEquals":{"aws:SourceVpc":"vpc-1"},"Null":{"aws:SourceVpc":"false"}})",
          R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["team","owner"]}})",
          R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/fraud-*"}})",
      }) {
    CAPTURE(condition);
    const Instances made = Of(
        std::string(
            R"({"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b","Condition":)") +
        condition + "}");
    CHECK_FALSE(made.requests.empty());
  }
}

TEST_CASE("what no request of the caller can meet makes none") {
  CHECK(Of(R"({"Effect":"Allow","Action":"s3:ListBucket","Resource":"*",
               "Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/other"}}})")
            .requests.empty());
}

TEST_CASE("everything but is found by the decision procedure") {
  const Instances made = Of(
      R"({"Effect":"Allow","Action":"bedrock:InvokeModel","NotResource":"arn:aws:bedrock:*::foundation-model/amazon.*"})");
  REQUIRE(made.requests.size() == 1);
  CHECK_FALSE(made.is_complete);
}

TEST_CASE("the most that is asked for is made") {
  const World world = OneAccount();
  const Judge judge(world);
  const auto document = policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"bedrock:*","Resource":"arn:aws:bedrock:*:222222222222:guardrail/*"}})",
      policy::Kind::kIdentity);
  REQUIRE(document.ok());
  Setting setting{catalog::Catalog::BuiltIn(), "2026-11-22", {}};
  setting.most = 7;
  const Instances made = InstancesOf(document->statements.front(), Fraud(), judge, setting);
  CHECK(made.requests.size() == 7);
  CHECK_FALSE(made.is_complete);
}

}  // namespace
}  // namespace writ::review

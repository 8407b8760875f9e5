#include "iam/minimise/minimise.h"

#include <string>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"

namespace writ::minimise {
namespace {

policy::PolicyDocument Document(const std::string& statements,
                                policy::Kind kind = policy::Kind::kIdentity) {
  const auto read =
      policy::Read(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", kind);
  REQUIRE_MESSAGE(read.ok(), statements);
  return *read;
}

/// The statements of the minimised document, as JSON.
std::string Minimised(const std::string& statements, policy::Kind kind = policy::Kind::kIdentity,
                      const catalog::Catalog* closed_world = nullptr) {
  const Result result = Minimise(Document(statements, kind), kind, {.closed_world = closed_world});
  CHECK(result.verdict != Verdict::kUndecided);
  const std::string text = policy::Write(result.document, policy::Style::kMinified);
  const std::string_view frame = R"({"Version":"2012-10-17","Statement":[)";
  return text.substr(frame.size(), text.size() - frame.size() - 2);
}

TEST_CASE("elements that others include go") {
  CHECK(Minimised(R"({"Effect":"Allow","Action":["s3:Get*","S3:GetObject","s3:Get*"],
                      "Resource":["arn:aws:s3:::a/b","arn:aws:s3:::a/*"]})") ==
        R"({"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a/*"})");
}

TEST_CASE("a statement that others cover together goes") {
  CHECK(Minimised(R"({"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"},
                     {"Effect":"Allow","Action":"s3:Get*","Resource":"*"},
                     {"Effect":"Allow","Action":"s3:Put*","Resource":"*"})") ==
        R"({"Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":"*"})");
}

TEST_CASE("what is denied is not kept as allowed") {
  CHECK(Minimised(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
                     {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},
                     {"Effect":"Deny","Action":"sqs:*","Resource":"*"})") ==
        R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},)"
        R"({"Effect":"Deny","Action":"sqs:*","Resource":"*"})");
}

TEST_CASE("a Deny stays even where the document allows nothing: others may") {
  const std::string deny =
      R"({"Sid":"NoKeys","Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"})";
  CHECK(Minimised(deny) == deny);
}

TEST_CASE("statements keep their order and Sids") {
  CHECK(
      Minimised(R"({"Sid":"B","Effect":"Allow","Action":"b:X","Resource":"*"},
                     {"Sid":"A","Effect":"Allow","Action":"a:X","Resource":"arn:aws:s3:::x","Condition":{"Bool":{"aws:SecureTransport":"true"}}},
                     {"Sid":"C","Effect":"Allow","Action":"c:X","Resource":"*"})") ==
      R"({"Sid":"B","Effect":"Allow","Action":["b:X","c:X"],"Resource":"*"},)"
      R"({"Sid":"A","Effect":"Allow","Action":"a:X","Resource":"arn:aws:s3:::x","Condition":{"Bool":{"aws:SecureTransport":"true"}}})");
}

TEST_CASE("a list and its complement are everything") {
  CHECK(Minimised(R"({"Effect":"Deny","NotAction":["a:X","b:X"],"Resource":"*"},
                     {"Effect":"Deny","Action":"a:X","Resource":"*"})") ==
        R"({"Effect":"Deny","NotAction":"b:X","Resource":"*"})");
}

TEST_CASE("values of a condition are merged where any suffices, not where all are needed") {
  const auto with = [](const std::string& op, const std::string& value) {
    return R"({"Effect":"Allow","Action":"a:X","Resource":"*","Condition":{")" + op +
           R"(":{"aws:username":")" + value + R"("}}})";
  };
  CHECK(
      Minimised(with("StringEquals", "bo") + "," + with("StringEquals", "al")) ==
      R"({"Effect":"Allow","Action":"a:X","Resource":"*","Condition":{"StringEquals":{"aws:username":["bo","al"]}}})");
  const std::string negated =
      with("StringNotEquals", "bo") + "," +
      R"({"Effect":"Allow","Action":"a:Y","Resource":"*","Condition":{"StringNotEquals":{"aws:username":"al"}}})";
  CHECK(Minimised(negated) == negated);
}

TEST_CASE("the principals of resource policies are merged by type") {
  CHECK(
      Minimised(
          R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/a"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"},
                     {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/b"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"})",
          policy::Kind::kResource) ==
      R"({"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:role/a","arn:aws:iam::111111111111:role/b"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"})");
}

TEST_CASE("wildcards come in a closed world only, and match nothing else there") {
  const catalog::Catalog& catalog = catalog::Catalog::BuiltIn();
  const std::string both =
      R"({"Effect":"Allow","Action":["bedrock:InvokeModel","bedrock:InvokeModelWithResponseStream"],"Resource":"*"})";
  CHECK(Minimised(both) == both);
  CHECK(Minimised(both, policy::Kind::kIdentity, &catalog) ==
        R"({"Effect":"Allow","Action":"bedrock:InvokeM*","Resource":"*"})");
  for (const catalog::Action& action : catalog.ActionsOf("bedrock", "InvokeM*")) {
    CHECK(action.name.substr(0, 11) == "InvokeModel");
  }
  const std::string unknown = R"({"Effect":"Allow","Action":"bedrock:NotYetKnown","Resource":"*"})";
  CHECK(Minimised(unknown, policy::Kind::kIdentity, &catalog) == unknown);
}

TEST_CASE("a policy that cannot be decided comes back as it was") {
  const policy::PolicyDocument document = Document(
      R"({"Effect":"Deny","Action":["iam:*","iam:Get*"],"Resource":["arn:aws:iam::*:role/${aws:username}*","arn:${x}:iam::*:role/a"]})");
  const Result result = Minimise(document, policy::Kind::kIdentity);
  if (result.verdict == Verdict::kUndecided) {
    CHECK(result.document == document);
    CHECK_FALSE(result.obstacles.empty());
  }
}

TEST_CASE("every limit of the search leaves a proved document") {
  const policy::PolicyDocument document =
      Document(R"({"Effect":"Allow","Action":"a:X","Resource":"arn:aws:s3:::1"},
                  {"Effect":"Allow","Action":"a:X","Resource":"arn:aws:s3:::2"})");
  const Result result =
      Minimise(document, policy::Kind::kIdentity, {.cover_steps = 0, .questions = 0});
  CHECK(result.verdict == Verdict::kEquivalent);
  CHECK(result.quality == Quality::kIrredundant);
  CHECK(result.least_statements <= result.document.statements.size());
}

}  // namespace
}  // namespace writ::minimise

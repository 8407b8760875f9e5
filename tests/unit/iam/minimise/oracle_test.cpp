// Where the texts alone show that a statement is not covered, the procedure says so too.
#include "iam/minimise/oracle.h"

#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::minimise {
namespace {

using policy::Statement;

Statement Read(const std::string& conditions, const std::string& resource = "*") {
  const auto document = policy::Read(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":")" +
          resource + R"(","Condition":{)" + conditions + "}}]}",
      policy::Kind::kIdentity);
  REQUIRE(document.ok());
  return document->statements.front();
}

bool IsProved(const Statement& part, const std::vector<Statement>& others) {
  const auto space = [](std::vector<Statement> statements) {
    policy::PolicyDocument document;
    document.statements = std::move(statements);
    return decide::Space::Of(std::move(document), policy::Kind::kIdentity);
  };
  return std::holds_alternative<decide::Proved>(decide::IsWithin(space({part}), space(others)));
}

const std::vector<std::string>& Conditions() {
  static const std::vector<std::string> conditions = {
      "",
      R"("StringEquals":{"aws:SourceVpc":"vpc-1"})",
      R"("StringEquals":{"aws:SourceVpc":["vpc-1","vpc-2"]})",
      R"("StringEquals":{"AWS:sourceVPC":"vpc-1"},"Null":{"aws:PrincipalTag/a":"true"})",
      R"("StringEquals":{"aws:PrincipalArn":"x"})",
      R"("ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/*"})",
      R"("ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/*"})",
      R"("StringNotEquals":{"aws:SourceVpc":"vpc-1"})",
      R"("StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"})",
      R"("Null":{"aws:SourceVpc":"false"})",
      R"("Null":{"aws:SourceVpc":"true"})",
      R"("Null":{"aws:SourceVpc":["true","false"]})",
      R"("StringEquals":{"aws:SourceVpc":"vpc-1"},"StringNotEquals":{"aws:SourceVpc":"vpc-1"})",
      R"("Bool":{"aws:SecureTransport":"true"})",
      R"("Bool":{"aws:SecureTransport":"perhaps"})",
      R"("DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"})",
      R"("DateGreaterThanEquals":{"aws:CurrentTime":"2027-01-01T00:00:00Z"})",
      R"("ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/*"})",
      R"("ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a/*"})",
      R"("StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"})",
      R"("StringLike":{"aws:PrincipalTag/a":"?*"})",
  };
  return conditions;
}

}  // namespace

TEST_CASE("what the texts show is open is never proved to be covered") {
  std::size_t open = 0;
  for (const std::string& part : Conditions()) {
    for (const std::string& one : Conditions()) {
      for (const std::string& other : Conditions()) {
        CAPTURE(part);
        CAPTURE(one);
        CAPTURE(other);
        const std::vector<Statement> others{Read(one), Read(other)};
        if (!IsOpen(Read(part), others)) continue;
        ++open;
        CHECK_FALSE(IsProved(Read(part), others));
      }
    }
  }
  CHECK(open > 100);
}

TEST_CASE("what others say without a key that they ask for is open") {
  const std::string vpc = R"("StringEquals":{"aws:SourceVpc":"vpc-1"})";
  CHECK(IsOpen(Read(""), {Read(vpc)}));
  CHECK(IsOpen(Read(R"("Null":{"aws:SourceVpc":"true"})"), {Read(vpc)}));
  CHECK(IsOpen(Read(R"("StringEquals":{"aws:SourceVpc":["vpc-2","vpc-1"]})"), {Read(vpc)}));
  CHECK(IsOpen(Read(R"("DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"})"), {Read(vpc)}));
  CHECK_FALSE(IsOpen(Read(R"("StringEquals":{"aws:SourceVpc":["vpc-1","vpc-2"]})"), {Read(vpc)}));
  CHECK_FALSE(
      IsOpen(Read(R"("DateLessThan":{"aws:CurrentTime":"2027-99-01T00:00:00Z"})"), {Read(vpc)}));
  CHECK_FALSE(IsOpen(Read(""), {Read(vpc), Read("")}));
  CHECK_FALSE(IsOpen(Read(R"("StringLike":{"aws:sourcevpc":"vpc-*"})"), {Read(vpc)}));
  // Nothing meets it, so it is covered.
  CHECK_FALSE(IsOpen(Read(R"("Bool":{"aws:SecureTransport":"perhaps"})"), {Read(vpc)}));
  CHECK_FALSE(IsOpen(Read("", "no-arn"), {Read(vpc)}));
  const std::string arn = R"("ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"})";
  CHECK_FALSE(IsOpen(Read(R"("StringEquals":{"aws:PrincipalArn":"x"})"), {Read(arn + "," + vpc)}));
}

}  // namespace writ::minimise

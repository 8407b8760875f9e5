#include "iam/policy/document.h"

#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::policy {
namespace {

// "code path: message" of every error, one a line; "good" if there is none.
std::string Errors(std::string_view json, Kind kind = Kind::kIdentity,
                   Demand demand = Demand::kGrammar) {
  const auto read = Read(json, kind, demand);
  if (read) return "good";
  std::string out;
  for (const PolicyError& error : read.error()) {
    out += fmt::format("{}{} {}: {}", out.empty() ? "" : "\n", CodeName(error.code), error.path,
                       error.message);
  }
  return out;
}

std::string OneStatement(std::string_view elements) {
  return fmt::format(R"({{"Version":"2012-10-17","Statement":[{{{}}}]}})", elements);
}

TEST_CASE("every element is read; lists of one, objects and scalars are folded") {
  const auto read = Read(R"({"Version": "2012-10-17", "Id": "x", "Statement": {
      "Sid": "A", "Effect": "Deny", "NotPrincipal": {"Service": ["a.b", "c.d"], "AWS": "*"},
      "NotAction": "s3:*", "NotResource": ["arn:aws:s3:::a", "*"],
      "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", true, 1.50]},
                    "bool": {"aws:SecureTransport": false}}}})",
                         Kind::kResource);
  REQUIRE(read.ok());
  PolicyDocument expected;
  expected.version = Version::k2012;
  expected.id = "x";
  Statement& statement = expected.statements.emplace_back();
  statement.sid = "A";
  statement.effect = Effect::kDeny;
  statement.principal = Principals{Sense::kAllBut,
                                   {{PrincipalType::kAws, "*"},
                                    {PrincipalType::kService, "a.b"},
                                    {PrincipalType::kService, "c.d"}}};
  statement.action = {Sense::kAllBut, {"s3:*"}};
  statement.resource = Patterns{Sense::kAllBut, {"arn:aws:s3:::a", "*"}};
  statement.conditions = {
      {{SetQualifier::kForAnyValue, BaseOperator::kStringLike, true},
       "aws:TagKeys",
       {"a", "true", "1.50"}},
      {{SetQualifier::kNone, BaseOperator::kBool, false}, "aws:SecureTransport", {"false"}}};
  CHECK(*read == expected);
  CHECK(Write(*read, Style::kMinified) ==
        R"({"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A","Effect":"Deny",)"
        R"("NotPrincipal":{"AWS":"*","Service":["a.b","c.d"]},"NotAction":"s3:*",)"
        R"("NotResource":["arn:aws:s3:::a","*"],"Condition":{"ForAnyValue:StringLikeIfExists":)"
        R"({"aws:TagKeys":["a","true","1.50"]},"Bool":{"aws:SecureTransport":"false"}}}]})");
  for (const Style style : {Style::kMinified, Style::kPretty}) {
    CHECK(*Read(Write(*read, style), Kind::kResource) == expected);
  }
}

TEST_CASE("absent elements stay absent") {
  const std::string text = R"({"Statement":[{"Effect":"Allow","Action":"*"}]})";
  const auto read = Read(text, Kind::kTrust);
  REQUIRE(read.ok());
  CHECK(read->version == Version::kNone);
  CHECK(!read->statements[0].resource);
  CHECK(!read->statements[0].principal);
  CHECK(Write(*read, Style::kMinified) == text);
  CHECK(Errors(R"({"Statement":[]})") == "good");
}

TEST_CASE("conditions of one operator are written together") {
  PolicyDocument document;
  Statement& statement = document.statements.emplace_back();
  statement.action.values = {"*"};
  statement.conditions = {{{.base = BaseOperator::kBool}, "a:x", {"true"}},
                          {{.base = BaseOperator::kNull}, "a:x", {"true"}},
                          {{.base = BaseOperator::kBool}, "a:y", {"true"}}};
  CHECK(Write(document, Style::kMinified)
            .ends_with(
                R"("Condition":{"Bool":{"a:x":"true","a:y":"true"},"Null":{"a:x":"true"}}}]})"));
}

TEST_CASE("everyone beside others is written as an AWS principal") {
  PolicyDocument document;
  Statement& statement = document.statements.emplace_back();
  statement.action.values = {"*"};
  statement.principal = Principals{Sense::kListed, {{}, {PrincipalType::kService, "a"}}};
  CHECK(Write(document, Style::kMinified).find(R"({"AWS":"*","Service":"a"})") !=
        std::string::npos);
  statement.principal = Principals{};
  statement.principal->values = {Principal{}};
  CHECK(Write(document, Style::kMinified).find(R"("Principal":"*")") != std::string::npos);
}

TEST_CASE("what is malformed is named, with its place; all of it") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"[]", "wrongType : a policy document is an object, not an array"},
      {"{", "badJson : expected a key in double quotes, found the end of the text"},
      {R"({"Version":"2012-10-17"})", "missingElement : the document has no Statement"},
      {R"({"Version":"2012","Statement":[]})",
       "badValue /Version: Version is \"2012-10-17\" or \"2008-10-17\", not \"2012\""},
      {R"({"Version":1,"Statement":[]})", "wrongType /Version: Version is a string, not a number"},
      {R"({"version":"2012-10-17","Statement":[]})",
       "unknownElement /version: a policy document has no element `version`; it has Version, Id "
       "and Statement; did you mean `Version`?"},
      {R"({"Statement":"x"})",
       "wrongType /Statement: Statement is an object or an array of objects, not a string"},
      {R"({"Statement":[1]})", "wrongType /Statement/0: a statement is an object, not a number"},
      {R"({"Statement":[],"Statement":[]})",
       "duplicateKey : the key `Statement` is given twice; first at byte 1"},
      {OneStatement(R"("Effect":"allow","Action":"*")"),
       "badValue /Statement/0/Effect: Effect is \"Allow\" or \"Deny\", not \"allow\""},
      {OneStatement(R"("Action":"*")"), "missingElement /Statement/0: the statement has no Effect"},
      {OneStatement(R"("Effect":"Deny")"),
       "missingElement /Statement/0: the statement has no Action or NotAction"},
      {OneStatement(R"("Effect":"Deny","Action":"*","NotAction":"*")"),
       "conflictingElements /Statement/0/NotAction: a statement has either Action or NotAction, "
       "not both"},
      {OneStatement(R"("Effect":"Deny","Action":"*","NotResource":"*","Resource":"*")"),
       "conflictingElements /Statement/0/Resource: a statement has either Resource or "
       "NotResource, not both"},
      {OneStatement(R"("Effect":"Deny","Action":[])"),
       "emptyList /Statement/0/Action: Action is an empty list"},
      {OneStatement(R"("Effect":"Deny","Action":["a:b",1,""])"),
       "wrongType /Statement/0/Action/1: Action holds strings, not a number\n"
       "badValue /Statement/0/Action/2: Action holds an empty string"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Resource":{"a":1})"),
       "wrongType /Statement/0/Resource: Resource holds strings, not an object"},
      {OneStatement(R"("Effect":"Deny","Actions":"*","Action":"*")"),
       "unknownElement /Statement/0/Actions: a statement has no element `Actions`; did you mean "
       "`Action`?"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Principal":"arn:aws:iam::111122223333:root")"),
       "wrongType /Statement/0/Principal: Principal is \"*\" or an object such as {\"AWS\": "
       "\"...\"}"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Principal":{})"),
       "emptyList /Statement/0/Principal: Principal names nobody"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Principal":{"aws":"x"})"),
       "unknownElement /Statement/0/Principal/aws: there is no kind of principal `aws`; there are "
       "AWS, Service, Federated and CanonicalUser"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":[])"),
       "wrongType /Statement/0/Condition: Condition is an object, not an array"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"StringEqual":{"a":"b"}})"),
       "unknownOperator /Statement/0/Condition/StringEqual: there is no condition operator "
       "`StringEqual`; did you mean `StringEquals`?"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"NullIfExists":{"a":"true"}})"),
       "unknownOperator /Statement/0/Condition/NullIfExists: there is no condition operator "
       "`NullIfExists`"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"Null":{"a":"yes"}})"),
       "badValue /Statement/0/Condition/Null/a: Null asks for \"true\" or \"false\", not \"yes\""},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"Bool":"true"})"),
       "wrongType /Statement/0/Condition/Bool: Bool holds an object of keys and values, not a "
       "string"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"Bool":{"a":[]}})"),
       "emptyList /Statement/0/Condition/Bool/a: `a` has no values"},
      {OneStatement(R"("Effect":"Deny","Action":"*","Condition":{"Bool":{"a":null}})"),
       "wrongType /Statement/0/Condition/Bool/a: `a` holds strings, not null"},
      {OneStatement(
           R"("Effect":"Deny","Action":"*","Condition":{"Bool":{"a:b":"true","A:B":"1"}})"),
       "duplicateKey /Statement/0/Condition/Bool/A:B: Bool has the key `A:B` already (case does "
       "not matter)"},
  };
  for (const auto& [json, errors] : table) {
    const auto& text = json;  // a capture takes no binding
    CAPTURE(text);
    CHECK(Errors(json) == errors);
  }
}

TEST_CASE("an error is placed by its byte") {
  const std::string text = OneStatement(R"("Effect":"Deny","Action":["a:b", 1])");
  const auto read = Read(text, Kind::kIdentity);
  REQUIRE(!read);
  CHECK(read.error()[0].offset == text.find(" 1]") + 1);
}

TEST_CASE("what AWS demands at creation is asked for on demand only") {
  struct Row {
    Kind kind;
    std::string elements;
    std::string error;
  };
  const std::vector<Row> table = {
      {Kind::kIdentity, R"("Effect":"Deny","Action":"*","Resource":"*","Principal":"*")",
       "prohibitedElement /Statement/0/Principal: Principal stands only in policies of resources, "
       "endpoints and trust"},
      {Kind::kScp, R"("Effect":"Deny","Action":"*")",
       "missingElement /Statement/0: the statement has no Resource or NotResource"},
      {Kind::kResource, R"("Effect":"Deny","Action":"*")",
       "missingElement /Statement/0: the statement has no Principal"},
      {Kind::kTrust, R"("Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*")",
       "prohibitedElement /Statement/0/Resource: a trust policy has no Resource: the resource is "
       "the role itself"},
      {Kind::kRcp, R"("Effect":"Deny","Principal":{"AWS":"1"},"Action":"*","Resource":"*")",
       "prohibitedElement /Statement/0: an RCP has \"Principal\": \"*\" and no other\n"
       "prohibitedElement /Statement/0: an RCP names the service of each action; `*` alone is not "
       "allowed"},
      {Kind::kRcp, R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*")",
       "prohibitedElement /Statement/0: an RCP only denies; the one Allow is that of "
       "RCPFullAWSAccess"},
      {Kind::kRcp,
       R"("Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"},)"
       R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*")",
       "prohibitedElement /Statement/1: an RCP only denies; the one Allow is that of "
       "RCPFullAWSAccess"},
      {Kind::kIdentity, R"("Effect":"Deny","Action":["s3","*:Get","s3:Get Object"],"Resource":"x")",
       "badValue /Statement/0/Action/0: `s3` is no action: it is `*` or `service:Name`, with "
       "wildcards in the name only\n"
       "badValue /Statement/0/Action/1: `*:Get` is no action: it is `*` or `service:Name`, with "
       "wildcards in the name only\n"
       "badValue /Statement/0/Action/2: `s3:Get Object` is no action: it is `*` or `service:Name`, "
       "with wildcards in the name only\n"
       "badValue /Statement/0/Resource: `x` is no resource: it is an ARN or `*`"},
      {Kind::kIdentity, R"("Sid":"a b","Effect":"Deny","Action":"*","Resource":"*")",
       "badValue /Statement/0/Sid: the Sid `a b` has characters other than A-Z, a-z and 0-9"},
      {Kind::kIdentity,
       R"("Effect":"Deny","Action":["!s3:get","s3:get\nobject","s3:","a b:c"],"Resource":"*")",
       "badValue /Statement/0/Action/0: `!s3:get` is no action: it is `*` or `service:Name`, with "
       "wildcards in the name only\n"
       "badValue /Statement/0/Action/1: `s3:get\\nobject` is no action: it is `*` or "
       "`service:Name`, with wildcards in the name only\n"
       "badValue /Statement/0/Action/2: `s3:` is no action: it is `*` or `service:Name`, with "
       "wildcards in the name only\n"
       "badValue /Statement/0/Action/3: `a b:c` is no action: it is `*` or `service:Name`, with "
       "wildcards in the name only"},
      {Kind::kTrust, R"("Effect":"Deny","NotPrincipal":{"AWS":"1"},"Action":"sts:AssumeRole")",
       "prohibitedElement /Statement/0/NotPrincipal: a trust policy has no NotPrincipal"},
      {Kind::kResource,
       R"("Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:role/*"},"Action":"s3:*")",
       "badValue /Statement/0/Principal: `arn:aws:iam::1:role/*` is no principal: a wildcard "
       "stands for everyone or not at all"},
      {Kind::kRcp, R"("Effect":"Deny","Principal":{"AWS":"*"},"Action":"*:*","Resource":"*")",
       "prohibitedElement /Statement/0: an RCP has \"Principal\": \"*\" and no other\n"
       "prohibitedElement /Statement/0: an RCP names the service of each action; `*` alone is not "
       "allowed"},
  };
  for (const Row& row : table) {
    CAPTURE(row.elements);
    CHECK(Errors(OneStatement(row.elements), row.kind) == "good");
    CHECK(Errors(OneStatement(row.elements), row.kind, Demand::kAsCreated) == row.error);
  }
  CHECK(Errors(R"({"Version":"2012-10-17",
                   "Statement":[{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"},
                                {"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}]})",
               Kind::kScp, Demand::kAsCreated) ==
        "duplicateKey /Statement/1/Sid: another statement has the Sid `A` already");
  CHECK(Errors(OneStatement(R"("Effect":"Allow","Principal":"*","Action":"*","Resource":"*")"),
               Kind::kRcp, Demand::kAsCreated) == "good");
  CHECK(Errors(OneStatement(R"("Effect":"Allow","Action":["*:*","S3:Get*"],"Resource":"*")"),
               Kind::kIdentity, Demand::kAsCreated) == "good");
  const std::string unversioned =
      R"({"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}})";
  CHECK(Errors(unversioned, Kind::kIdentity, Demand::kAsCreated) == "good");
  CHECK(Errors(unversioned, Kind::kScp, Demand::kAsCreated) ==
        "missingElement : the document has no Version, which an SCP needs");
}

TEST_CASE("no more errors than the limit") {
  std::string json = R"({"Statement":[)";
  for (std::size_t i = 0; i < kMaxPolicyErrors + 50; ++i) json += "1,";
  CHECK(Read(json + "1]}", Kind::kScp).error().size() == kMaxPolicyErrors);
}

TEST_CASE("documents of a megabyte are read and written quickly") {
  std::string keys;
  for (int i = 0; i < 50000; ++i) keys += fmt::format("\"k:{}\":\"v\",", i);
  const std::string text = OneStatement(
      R"("Effect":"Deny","Action":"*","Condition":{"StringEquals":{)" + keys + R"("z":"v"}})");
  const std::clock_t begin = std::clock();
  const auto read = Read(text, Kind::kIdentity);
  REQUIRE(read.ok());
  CHECK(*Read(Write(*read, Style::kMinified), Kind::kIdentity) == *read);
  CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 5);
}

TEST_CASE("places stand beside the document") {
  const std::string text = OneStatement(
      R"("Sid":"S","Effect":"Deny","Action":["a:b","c:d"],"Resource":"*","Condition":{"Null":{"k":"true"}})");
  const auto read = ReadPlaced(text, Kind::kIdentity);
  REQUIRE(read.ok());
  const StatementPlaces& places = read->places.statements.at(0);
  const auto at = [&](Place place) { return text.substr(place.begin, place.end - place.begin); };
  CHECK(at(places.sid) == "\"S\"");
  CHECK(at(places.effect) == "\"Deny\"");
  CHECK(at(places.action) == R"(["a:b","c:d"])");
  CHECK(at(places.actions.at(1)) == "\"c:d\"");
  CHECK(at(places.resources.at(0)) == "\"*\"");
  CHECK(at(places.conditions.at(0)) == R"("k":"true")");
  CHECK(at(places.principal).empty());
  CHECK(at(read->places.document) == text);
}

TEST_CASE("operators: names, parts and properties agree") {
  for (std::size_t i = 0; i < kBaseOperatorCount; ++i) {
    const auto base = static_cast<BaseOperator>(i);
    CAPTURE(BaseName(base));
    CHECK(ParseOperator(BaseName(base)) == Operator{.base = base});
    CHECK(FamilyOf(PositiveOf(base)) == FamilyOf(base));
    CHECK(!IsNegated(PositiveOf(base)));
    CHECK(IsNegated(base) == (BaseName(base).find("Not") != std::string_view::npos));
    for (const SetQualifier set :
         {SetQualifier::kNone, SetQualifier::kForAllValues, SetQualifier::kForAnyValue}) {
      for (const bool if_exists : {false, true}) {
        const Operator op{set, base, if_exists};
        const bool is_allowed =
            base != BaseOperator::kNull || (set == SetQualifier::kNone && !if_exists);
        CHECK((ParseOperator(OperatorName(op)) == op) == is_allowed);
      }
    }
  }
  CHECK(ParseOperator("FORALLVALUES:stringlikeifexists") ==
        Operator{SetQualifier::kForAllValues, BaseOperator::kStringLike, true});
  CHECK(!ParseOperator("ForSomeValue:StringLike"));
  CHECK(!ParseOperator("IfExists"));
  CHECK(!ParseOperator(""));
}

TEST_CASE("characters are counted as each kind is counted") {
  const std::string text = "{ \"a\" : \"x \\\" \xC3\xA4\",\n\t\"b\":1 }";
  CHECK(CountCharacters(text, Kind::kScp) == text.size() - 1);
  CHECK(CountCharacters(text, Kind::kIdentity) == std::string(R"({"a":"x \" .","b":1})").size());
  CHECK(CountCharacters("{ }", Kind::kVpcEndpoint) == 3);
  CHECK(CountCharacters("{ }", Kind::kTrust) == 2);
  CHECK(CountCharacters("", Kind::kRcp) == 0);
}

}  // namespace
}  // namespace writ::policy

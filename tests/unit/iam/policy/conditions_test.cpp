// Condition operators and the other elements of a statement, one table each: what stands in the
// policy, what the request has, and whether the statement applies.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {
namespace {

namespace json = support::json;

constexpr std::string_view kArn = "arn:aws:bedrock:us-east-1:111122223333:guardrail/g1";

// `context` is a JSON object: strings are single values, arrays lists.
std::vector<ContextKey> Context(std::string_view context) {
  const auto document = json::Parse(context);
  REQUIRE_MESSAGE(document.ok(), std::string(context));
  std::vector<ContextKey> keys;
  for (const json::Member member : document->root().members()) {
    ContextKey& key = keys.emplace_back();
    key.name = member.key.text();
    key.is_list = member.value.is_array();
    if (!key.is_list) key.values = {std::string(member.value.text())};
    for (const json::Value value : member.value.elements()) key.values.emplace_back(value.text());
  }
  return keys;
}

bool Applies(std::string_view elements, std::string_view context, const Switches& switches = {},
             std::string_view resource = kArn, std::string_view version = "2012-10-17") {
  const auto read = Read(
      fmt::format(R"({{"Version":"{}","Statement":{{"Effect":"Allow",{}}}}})", version, elements),
      Kind::kIdentity);
  REQUIRE_MESSAGE(read.ok(), std::string(elements));
  Request request;
  request.principal = "arn:aws:iam::111122223333:user/u";
  request.action = "bedrock:InvokeModel";
  request.resource = resource;
  request.context = Context(context);
  const auto prepared = Prepare(request);
  REQUIRE(prepared.ok());
  return StatementApplies(CompiledPolicy(*read, Kind::kIdentity, switches), 0, *prepared);
}

bool Holds(std::string_view condition, std::string_view context, const Switches& switches = {},
           std::string_view version = "2012-10-17") {
  return Applies(fmt::format(R"("Action":"*","Resource":"*","Condition":{{{}}})", condition),
                 context, switches, kArn, version);
}

struct Row {
  std::string condition;
  std::string context;
  bool holds;
};

void CheckAll(const std::vector<Row>& rows, const Switches& switches = {}) {
  for (const Row& row : rows) {
    CAPTURE(row.condition);
    CAPTURE(row.context);
    CHECK(Holds(row.condition, row.context, switches) == row.holds);
  }
}

TEST_CASE("strings") {
  CheckAll({
      {R"("StringEquals":{"k":"a"})", R"({"k":"a"})", true},
      {R"("StringEquals":{"k":"a"})", R"({"K":"a"})", true},
      {R"("StringEquals":{"k":"a"})", R"({"k":"A"})", false},
      {R"("StringEquals":{"k":["b","a"]})", R"({"k":"a"})", true},
      {R"("StringEquals":{"k":"a*"})", R"({"k":"ab"})", false},
      {R"("StringEquals":{"k":"a*"})", R"({"k":"a*"})", true},
      {R"("StringEquals":{"k":true})", R"({"k":"true"})", true},
      {R"("StringEquals":{"k":5})", R"({"k":5})", true},
      {R"("StringEqualsIgnoreCase":{"k":"aB"})", R"({"k":"Ab"})", true},
      {R"("StringEqualsIgnoreCase":{"k":"a*"})", R"({"k":"ab"})", false},
      {R"("StringLike":{"k":"a*c?"})", R"({"k":"abbcd"})", true},
      {R"("StringLike":{"k":"a*c?"})", R"({"k":"abbc"})", false},
      {R"("StringLike":{"k":"A*"})", R"({"k":"ab"})", false},
      {R"("StringNotEquals":{"k":["a","b"]})", R"({"k":"c"})", true},
      {R"("StringNotEquals":{"k":["a","b"]})", R"({"k":"b"})", false},
      {R"("StringNotEqualsIgnoreCase":{"k":"a"})", R"({"k":"A"})", false},
      {R"("StringNotLike":{"k":["a*","b*"]})", R"({"k":"bx"})", false},
      {R"("StringNotLike":{"k":["a*","b*"]})", R"({"k":"cx"})", true},
      {R"("StringEquals":{"k":"a","l":"b"})", R"({"k":"a","l":"b"})", true},
      {R"("StringEquals":{"k":"a","l":"b"})", R"({"k":"a","l":"c"})", false},
      {R"("StringLike":{"k":"a*"},"StringNotLike":{"k":"*z"})", R"({"k":"az"})", false},
  });
}

TEST_CASE("numbers, dates, booleans, bytes, addresses") {
  CheckAll({
      {R"("NumericEquals":{"k":"10"})", R"({"k":"10.0"})", true},
      {R"("NumericNotEquals":{"k":["1","2"]})", R"({"k":"3"})", true},
      {R"("NumericNotEquals":{"k":["1","2"]})", R"({"k":"2"})", false},
      {R"("NumericLessThan":{"k":"10"})", R"({"k":"9.99"})", true},
      {R"("NumericLessThan":{"k":"10"})", R"({"k":"10"})", false},
      {R"("NumericLessThanEquals":{"k":"10"})", R"({"k":"10"})", true},
      {R"("NumericGreaterThan":{"k":"-1"})", R"({"k":"0"})", true},
      {R"("NumericGreaterThanEquals":{"k":"0"})", R"({"k":"-0.1"})", false},
      {R"("NumericEquals":{"k":"10"})", R"({"k":"12abc"})", false},
      {R"("DateLessThan":{"k":"2020-01-01T00:00:00Z"})", R"({"k":"1700000000"})", false},
      {R"("DateGreaterThan":{"k":"2020-01-01T00:00:00Z"})", R"({"k":"1700000000"})", true},
      {R"("DateEquals":{"k":"1717243200"})", R"({"k":"2024-06-01T12:00:00Z"})", true},
      {R"("DateNotEquals":{"k":"2024-01-01"})", R"({"k":"2024-01-02"})", true},
      {R"("DateLessThanEquals":{"k":"2024-01-01"})", R"({"k":"2024-01-01T00:00:00Z"})", true},
      {R"("DateGreaterThanEquals":{"k":"2024-01-01"})", R"({"k":"2023-12-31T23:59:59Z"})", false},
      {R"("Bool":{"k":"TRUE"})", R"({"k":"true"})", true},
      {R"("Bool":{"k":"false"})", R"({"k":"true"})", false},
      {R"("Bool":{"k":["true","false"]})", R"({"k":"true"})", true},
      {R"("BinaryEquals":{"k":"QQ=="})", R"({"k":"QQ=="})", true},
      {R"("BinaryEquals":{"k":"QQ=="})", R"({"k":"QUI="})", false},
      {R"("IpAddress":{"k":["10.0.0.0/8","2001:db8::/32"]})", R"({"k":"2001:db8::7"})", true},
      {R"("IpAddress":{"k":"10.0.0.0/8"})", R"({"k":"11.0.0.0"})", false},
      {R"("NotIpAddress":{"k":["10.0.0.0/8","2001:db8::/32"]})", R"({"k":"11.0.0.0"})", true},
      {R"("NotIpAddress":{"k":"10.0.0.0/8"})", R"({"k":"10.0.0.1"})", false},
      {R"("NotIpAddress":{"k":"10.0.0.0/8"})", R"({"k":"::1"})", true},
  });
}

TEST_CASE("what an operator cannot read holds neither way, unless switched") {
  const std::vector<Row> rows = {
      {R"("NumericNotEquals":{"k":"a"})", R"({"k":"1"})", false},
      {R"("NumericNotEquals":{"k":"1"})", R"({"k":"a"})", false},
      {R"("DateNotEquals":{"k":"a"})", R"({"k":"2024-01-01"})", false},
      {R"("NotIpAddress":{"k":"1.2.3.4"})", R"({"k":"home"})", false},
      {R"("ArnNotLike":{"k":"arn:aws:iam::*:*"})", R"({"k":"bob"})", false},
      {R"("ArnNotLike":{"k":"bob"})", R"({"k":"arn:aws:iam::1:x"})", false},
  };
  CheckAll(rows);
  Switches switches;
  switches.do_unreadable_values_satisfy_negation = true;
  for (const Row& row : rows) CHECK(Holds(row.condition, row.context, switches));
  CHECK(!Holds(R"("NumericEquals":{"k":"a"})", R"({"k":"a"})", switches));
}

TEST_CASE("ARNs are matched segment by segment, Equals like Like") {
  for (const std::string op : {"ArnEquals", "ArnLike"}) {
    const auto holds = [&](std::string_view pattern, std::string_view value) {
      const std::string context = fmt::format(R"({{"k":"{}"}})", value);
      const bool matches = Holds(fmt::format(R"("{}":{{"k":"{}"}})", op, pattern), context);
      const std::string negated = op == "ArnEquals" ? "ArnNotEquals" : "ArnNotLike";
      CHECK(Holds(fmt::format(R"("{}":{{"k":"{}"}})", negated, pattern), context) != matches);
      return matches;
    };
    CHECK(holds("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/a/b:c"));
    CHECK(!holds("arn:aws:iam:*:*:role/a", "arn:aws:iam::111122223333:user/role/a"));
    CHECK(!holds("arn:aws:*:::x", "arn:aws:s3:a:::x"));
    CHECK(holds("arn:aws:s3:::b", "arn:aws:s3:::b"));
    CHECK(!holds("arn:aws:s3:::B", "arn:aws:s3:::b"));
    CHECK(holds("arn:???:*:*:*:*", "arn:aws:ec2:us-east-1:111122223333:instance/i-1"));
  }
}

TEST_CASE("absent keys, IfExists and Null") {
  for (const std::string absent : {"{}", R"({"k":[]})"}) {
    CAPTURE(absent);
    CheckAll({
        {R"("StringEquals":{"k":"a"})", absent, false},
        {R"("StringNotEquals":{"k":"a"})", absent, true},
        {R"("NumericNotEquals":{"k":"1"})", absent, true},
        {R"("NotIpAddress":{"k":"1.2.3.4"})", absent, true},
        {R"("ArnNotLike":{"k":"arn:aws:iam::1:x"})", absent, true},
        {R"("Bool":{"k":"false"})", absent, false},
        {R"("StringEqualsIfExists":{"k":"a"})", absent, true},
        {R"("BoolIfExists":{"k":"true"})", absent, true},
        {R"("StringNotEqualsIfExists":{"k":"a"})", absent, true},
        {R"("ForAllValues:StringEquals":{"k":"a"})", absent, true},
        {R"("ForAllValues:StringNotEquals":{"k":"a"})", absent, true},
        {R"("ForAnyValue:StringEquals":{"k":"a"})", absent, false},
        {R"("ForAnyValue:StringNotEquals":{"k":"a"})", absent, false},
        {R"("ForAnyValue:StringEqualsIfExists":{"k":"a"})", absent, false},
        {R"("Null":{"k":"true"})", absent, true},
        {R"("Null":{"k":"false"})", absent, false},
    });
  }
  CheckAll({
      {R"("StringEqualsIfExists":{"k":"a"})", R"({"k":"b"})", false},
      {R"("StringNotEqualsIfExists":{"k":"a"})", R"({"k":"a"})", false},
      {R"("Null":{"k":"true"})", R"({"k":""})", false},
      {R"("Null":{"k":"false"})", R"({"k":["a"]})", true},
      {R"("Null":{"k":["true","false"]})", "{}", true},
  });
  Switches switches;
  switches.does_if_exists_satisfy_any_value = true;
  CHECK(Holds(R"("ForAnyValue:StringEqualsIfExists":{"k":"a"})", "{}", switches));
}

TEST_CASE("set operators and lists") {
  CheckAll({
      {R"("ForAllValues:StringEquals":{"k":["a","b"]})", R"({"k":["a","b"]})", true},
      {R"("ForAllValues:StringEquals":{"k":["a","b"]})", R"({"k":["a","c"]})", false},
      {R"("ForAllValues:StringNotLike":{"k":["a*","b*"]})", R"({"k":["c","d"]})", true},
      {R"("ForAllValues:StringNotLike":{"k":["a*","b*"]})", R"({"k":["c","bx"]})", false},
      {R"("ForAnyValue:StringEquals":{"k":"a"})", R"({"k":["c","a"]})", true},
      {R"("ForAnyValue:StringNotEquals":{"k":"a"})", R"({"k":["a","c"]})", true},
      {R"("ForAnyValue:StringNotEquals":{"k":"a"})", R"({"k":["a","a"]})", false},
      {R"("ForAnyValue:StringEquals":{"k":"a"})", R"({"k":"a"})", true},
      {R"("ForAllValues:StringEquals":{"k":"a"})", R"({"k":"b"})", false},
      {R"("ForAllValues:StringEquals":{"k":"a"})", R"({"k":[""]})", true},
      {R"("StringEquals":{"k":"a"})", R"({"k":["a"]})", false},
      {R"("StringNotEquals":{"k":"b"})", R"({"k":["a"]})", false},
      {R"("StringEqualsIfExists":{"k":"a"})", R"({"k":["a"]})", false},
  });
  Switches switches;
  switches.do_plain_operators_read_lists = true;
  switches.is_empty_string_a_null_set = false;
  CHECK(Holds(R"("StringEquals":{"k":"a"})", R"({"k":["b","a"]})", switches));
  CHECK(!Holds(R"("ForAllValues:StringEquals":{"k":"a"})", R"({"k":[""]})", switches));
}

TEST_CASE("variables in values") {
  CheckAll({
      {R"("StringEquals":{"k":"x-${aws:Name}-y"})", R"({"k":"x-Bob-y","AWS:name":"Bob"})", true},
      {R"("StringEquals":{"k":"${n}"})", R"({"k":"x"})", false},
      {R"("StringNotEquals":{"k":"${n}"})", R"({"k":"x"})", true},
      {R"("StringEquals":{"k":["${n}","x"]})", R"({"k":"x"})", true},
      {R"("StringNotEquals":{"k":["${n}","x"]})", R"({"k":"x"})", false},
      {R"("StringEquals":{"k":"${n, 'd'}"})", R"({"k":"d"})", true},
      {R"("StringEquals":{"k":"${n, 'd'}"})", R"({"k":"d","n":"e"})", false},
      {R"("StringEquals":{"k":"a${n, ''}"})", R"({"k":"a"})", true},
      {R"("StringEquals":{"k":"${n}"})", R"({"k":"a","n":["a"]})", false},
      {R"("StringLike":{"k":"${n}*"})", R"({"k":"a*b","n":"a*"})", true},
      {R"("StringLike":{"k":"${n}"})", R"({"k":"ab","n":"a*"})", false},
      {R"("StringLike":{"k":"a${*}${?}*"})", R"({"k":"a*?bc"})", true},
      {R"("StringLike":{"k":"a${*}"})", R"({"k":"ab"})", false},
      {R"("StringEquals":{"k":"${$}{x}"})", R"({"k":"${x}"})", true},
      {R"("StringEqualsIgnoreCase":{"k":"${n}"})", R"({"k":"BOB","n":"bob"})", true},
      {R"("ArnLike":{"k":"arn:aws:iam::1:user/${n}"})", R"({"k":"arn:aws:iam::1:user/a","n":"a"})",
       true},
      {R"("ArnEquals":{"k":"${n}"})", R"({"k":"arn:aws:s3:::b","n":"arn:aws:s3:::b"})", true},
      {R"("Bool":{"k":"${n}"})", R"({"k":"true","n":"TRUE"})", true},
      {R"("NumericEquals":{"k":"${n}"})", R"({"k":"1","n":"1"})", false},
  });
  CHECK(!Holds(R"("StringEquals":{"k":"${n}"})", R"({"k":"a","n":"a"})", {}, "2008-10-17"));
  CHECK(Holds(R"("StringEquals":{"k":"${n}"})", R"({"k":"${n}"})", {}, "2008-10-17"));
  CHECK(!Holds(R"("StringEquals":{"k":"a${n}"})", R"({"k":"a","n":""})"));
  Switches switches;
  switches.is_empty_string_no_value = false;
  CHECK(Holds(R"("StringEquals":{"k":"a${n}"})", R"({"k":"a","n":""})", switches));
  switches.do_bool_values_take_variables = false;
  CHECK(!Holds(R"("Bool":{"k":"${n}"})", R"({"k":"true","n":"true"})", switches));
}

TEST_CASE("actions") {
  const auto applies = [](std::string_view element) {
    return Applies(fmt::format(R"({},"Resource":"*")", element), "{}");
  };
  for (const std::string matching :
       {"*", "bedrock:*", "BEDROCK:invokemodel", "bedrock:Invoke*", "bedrock:*Model",
        "bedrock:I*k?Model", "bedrock:InvokeModel*"}) {
    CAPTURE(matching);
    CHECK(applies(fmt::format(R"("Action":["x:y","{}"])", matching)));
    CHECK(!applies(fmt::format(R"("NotAction":["x:y","{}"])", matching)));
  }
  for (const std::string other :
       {"bedrock:Invoke", "bedrock:InvokeModel?", "*:InvokeModel",
        "bedrock:", "bedrock:Invoke.odel", "bed*:*", "invokemodel", "bedrock: InvokeModel"}) {
    CAPTURE(other);
    CHECK(!applies(fmt::format(R"("Action":"{}")", other)));
    CHECK(applies(fmt::format(R"("NotAction":"{}")", other)));
  }
}

TEST_CASE("resources") {
  const auto matches = [](std::string_view pattern, std::string_view resource,
                          std::string_view context = "{}", const Switches& switches = {}) {
    return Applies(fmt::format(R"("Action":"*","Resource":"{}")", pattern), context, switches,
                   resource);
  };
  CHECK(matches("*", kArn));
  CHECK(matches("*", "*"));
  CHECK(!matches("arn:aws:s3:::b", "*"));
  CHECK(!matches("arn:*:*:*:*:*", "*"));
  CHECK(!matches("**", "*"));
  CHECK(matches("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b:c"));
  CHECK(!matches("arn:aws:s3:::B/*", "arn:aws:s3:::b/a"));
  CHECK(matches("arn:aws:ec2:*:*:*/i-1", "arn:aws:ec2:r:1:inst/i-1"));
  CHECK(matches("arn:aws:ec2:*:*:inst*/i-?", "arn:aws:ec2:r:1:instance/i-1"));
  CHECK(!matches("arn:aws:*:b", "arn:aws:s3:::b"));
  CHECK(matches("arn:aws:s3:::a*", "arn:aws:s3:::a*?"));
  CHECK(!matches("arn:aws:s3:::ab", "arn:aws:s3:::a*"));
  Switches whole;
  whole.arn_reading = ArnReading::kWhole;
  CHECK(matches("arn:aws:*:b", "arn:aws:s3:::b", "{}", whole));
  CHECK(!matches("arn:aws:*:b", "*", "{}", whole));
  Switches segments;
  segments.arn_reading = ArnReading::kSegments;
  CHECK(matches("arn:aws:s3*", "arn:aws:s3:::b"));
  CHECK(!matches("arn:aws:s3*", "arn:aws:s3:::b", "{}", segments));
  CHECK(matches("arn:aws:s3:::${n}/*", "arn:aws:s3:::bob/x", R"({"n":"bob"})"));
  CHECK(!matches("arn:aws:s3:::${n}/*", "arn:aws:s3:::bob/x", R"({"n":"b*"})"));
  CHECK(!matches("arn:aws:s3:::${n}/*", "arn:aws:s3:::bob/x"));
  CHECK(matches("arn:aws:s3:::${n, 'bob'}/*", "arn:aws:s3:::bob/x"));
  const std::string_view key = "arn:aws:kms:r:111122223333:key/1";
  CHECK(matches("arn:*:kms:*:${a}:key/*", key, R"({"a":"111122223333"})"));
  Switches late;
  late.are_early_variables_resolved = false;
  CHECK(!matches("arn:*:kms:*:${a}:key/*", key, R"({"a":"111122223333"})", late));
}

TEST_CASE("resources that are excepted") {
  const auto applies = [](std::string_view patterns, std::string_view context = "{}",
                          const Switches& switches = {}) {
    return Applies(fmt::format(R"("Action":"*","NotResource":{})", patterns), context, switches);
  };
  CHECK(applies(R"("arn:aws:s3:::b")"));
  CHECK(!applies(R"(["arn:aws:s3:::b","arn:aws:bedrock:*:*:*"])"));
  CHECK(!applies(R"("*")"));
  CHECK(!applies(R"("arn:aws:s3:::${n}")"));
  CHECK(applies(R"("arn:aws:s3:::${n}")", R"({"n":"b"})"));
  CHECK(!applies(R"("arn:aws:s3")"));
  Switches switches;
  switches.does_null_not_resource_apply = true;
  switches.does_short_not_resource_apply = true;
  CHECK(applies(R"("arn:aws:s3:::${n}")", "{}", switches));
  CHECK(applies(R"("arn:aws:s3")", "{}", switches));
  CHECK(!applies(R"("arn:aws:bedrock")", "{}", switches));
}

TEST_CASE("principals name callers directly, by role or by account") {
  const auto decides = [](std::string_view principal, std::string_view caller, Kind kind) {
    const auto read =
        Read(fmt::format(R"({{"Statement":{{"Effect":"Deny",{}"Action":"*","Resource":"*"}}}})",
                         principal),
             kind);
    REQUIRE(read.ok());
    Request request;
    request.principal = caller;
    request.action = "s3:GetObject";
    request.resource = "*";
    const auto prepared = Prepare(request);
    REQUIRE(prepared.ok());
    return StatementApplies(CompiledPolicy(*read, kind), 0, *prepared, false);
  };
  const std::string_view session = "arn:aws:sts::111122223333:assumed-role/app/s1";
  const std::string_view user = "arn:aws:iam::111122223333:user/team/u";
  const auto names = [&](std::string_view value, std::string_view caller) {
    const bool listed = decides(fmt::format(R"("Principal":{},)", value), caller, Kind::kResource);
    CHECK(decides(fmt::format(R"("NotPrincipal":{},)", value), caller, Kind::kResource) != listed);
    return listed;
  };
  for (const std::string_view caller : {session, user}) {
    CHECK(names("\"*\"", caller));
    CHECK(names(R"({"AWS":"*"})", caller));
    CHECK(names(R"({"AWS":"111122223333"})", caller));
    CHECK(names(R"({"AWS":"arn:aws:iam::111122223333:root"})", caller));
    CHECK(!names(R"({"AWS":"444455556666"})", caller));
    CHECK(names(fmt::format(R"({{"AWS":["444455556666","{}"]}})", caller), caller));
  }
  CHECK(names(R"({"AWS":"arn:aws:iam::111122223333:role/app"})", session));
  CHECK(names(R"({"AWS":"arn:aws:iam::111122223333:role/path/App"})", session));
  CHECK(!names(R"({"AWS":"arn:aws:iam::444455556666:role/app"})", session));
  CHECK(!names(R"({"AWS":"arn:aws:sts::111122223333:assumed-role/app/s2"})", session));
  CHECK(!names(R"({"AWS":"arn:aws:iam::111122223333:user/*"})", user));
  CHECK(!names(R"({"AWS":"arn:aws:iam::111122223333:user/u"})", user));
  CHECK(names("\"*\"", "anonymous"));
  CHECK(!names(R"({"Service":"anonymous"})", "anonymous"));
  CHECK(names(R"({"Service":"lambda.amazonaws.com"})", "lambda.amazonaws.com"));
  CHECK(!names(R"({"AWS":"lambda.amazonaws.com"})", "lambda.amazonaws.com"));
  CHECK(!names(R"({"CanonicalUser":"abc"})", user));
  // A resource's policy that names nobody means nobody.
  CHECK(!decides("", user, Kind::kResource));
  CHECK(decides("", user, Kind::kVpcEndpoint));
  CHECK(decides("", user, Kind::kIdentity));
}

TEST_CASE("a boundary voids NotPrincipal of a Deny") {
  const auto read = Read(
      R"({"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/u"},
          "Action":"*","Resource":"*"}})",
      Kind::kResource);
  REQUIRE(read.ok());
  Request request;
  request.principal = "arn:aws:iam::111122223333:user/u";
  request.action = "s3:GetObject";
  request.resource = "*";
  const auto prepared = Prepare(request);
  REQUIRE(prepared.ok());
  CHECK(!StatementApplies(CompiledPolicy(*read, Kind::kResource), 0, *prepared, false));
  CHECK(StatementApplies(CompiledPolicy(*read, Kind::kResource), 0, *prepared, true));
  Switches switches;
  switches.does_boundary_void_not_principal = false;
  CHECK(!StatementApplies(CompiledPolicy(*read, Kind::kResource, switches), 0, *prepared, true));
}

}  // namespace
}  // namespace writ::policy

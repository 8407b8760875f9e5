// Text in, canonical text out, as a table: layout, comments, wrapping, tables.
#include "language/format/format.h"

#include <string>

#include <doctest/doctest.h>

#include "language/parse/parse.h"
#include "language/syntax/meaning.h"

namespace writ::format {
namespace {

/// Formats, and checks that formatting again changes nothing and that the meaning is the same.
std::string Formatted(const std::string& text) {
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId before = sources.Add("before.writ", text);
  const auto formatted = Format(sources, before, sink);
  REQUIRE_MESSAGE(formatted.has_value(), text);
  const source::FileId after = sources.Add("after.writ", *formatted);
  CHECK(Format(sources, after, sink) == formatted);
  CHECK(
      syntax::SameMeaning(parse::Parse(sources, before, sink), parse::Parse(sources, after, sink)));
  return *formatted;
}

TEST_CASE("layout does not matter") {
  const std::string canonical =
      "team fraud may invoke claude-sonnet-4.5 in home routed within us\n";
  CHECK(Formatted("team   fraud\nmay invoke claude-sonnet-4.5\n\n in home\trouted within us") ==
        canonical);
  CHECK(Formatted(canonical) == canonical);
  CHECK(Formatted("").empty());
  CHECK(Formatted("\r\n\r\n// c  \r\nimport a\r\n") == "// c\nimport a\n");
}

TEST_CASE("a long sentence keeps its place on the first line and puts the rest below") {
  CHECK(Formatted("team fraud may invoke claude-sonnet-4.5 in home routed within us with guardrail "
                  "pii-safe under UC-142 until 2027-03-31 because \"triage of card disputes\"") ==
        "team fraud may invoke claude-sonnet-4.5 in home routed within us\n"
        "    with guardrail pii-safe under UC-142 until 2027-03-31 because \"triage of card "
        "disputes\"\n");
}

TEST_CASE("a long list is filled") {
  CHECK(Formatted(
            "let home = us-east-1, us-east-2, us-west-1, us-west-2, eu-central-1, eu-central-2, "
            "eu-west-1, eu-west-2, eu-north-1") ==
        "let home = us-east-1, us-east-2, us-west-1, us-west-2, eu-central-1, eu-central-2, "
        "eu-west-1,\n    eu-west-2, eu-north-1\n");
}

TEST_CASE("partitions and attributes of an organization") {
  CHECK(
      Formatted("organization acme { partition aws-us-gov attribute data in [public,phi] attribute "
                "owner account a 222222222222 }") ==
      "organization acme {\n"
      "  partition aws-us-gov\n"
      "  attribute data in [public, phi]\n"
      "  attribute owner\n"
      "  account a 222222222222\n"
      "}\n");
}

TEST_CASE("blocks with one entry per line, small ones on one line, rows aligned") {
  CHECK(Formatted(
            "organization acme \"o-1\" { management 111111111111 ou prod { account payments "
            "222222222222 { data = phi tier = gold } account claims 333333333333 { data = none } } "
            "ou dev { account sandbox 444444444444 } }") ==
        "organization acme \"o-1\" {\n"
        "  management 111111111111\n"
        "  ou prod {\n"
        "    account payments 222222222222 { data = phi  tier = gold }\n"
        "    account claims   333333333333 { data = none }\n"
        "  }\n"
        "  ou dev { account sandbox 444444444444 }\n"
        "}\n");
  CHECK(Formatted(
            "team fraud { in payments, sandbox as role \"fraud-*\" contact \"f@acme.example\" }\n"
            "team platform {in acme as permission-set PlatformAdmin}\n\nteam x{}") ==
        "team fraud    { in payments, sandbox  as role \"fraud-*\"  contact \"f@acme.example\" }\n"
        "team platform { in acme               as permission-set PlatformAdmin }\n"
        "\n"
        "team x {}\n");
}

TEST_CASE("comments stay where they are") {
  const std::string canonical =
      "// about the import\n"
      "import aws.bedrock  // trailing\n"
      "\n"
      "// first\n"
      "\n"
      "// second\n"
      "team fraud {  // opener\n"
      "  // inside\n"
      "  in payments  // entry\n"
      "  // before the brace\n"
      "}  // closer\n"
      "team fraud may invoke m  // in the sentence\n"
      "    // on a line of its own\n"
      "    in home because \"x\"\n"
      "given in prod {\n"
      "  // nothing yet\n"
      "}\n"
      "// last\n";
  CHECK(Formatted(canonical) == canonical);
}

TEST_CASE("blank lines between items are kept, at most one; none at the edges of blocks") {
  CHECK(Formatted("let a = b\n\n\n\nlet c = d\nlet e = f\ngiven in x {\n\n  nobody may invoke m\n\n"
                  "\n  nobody may invoke n\n\n}") ==
        "let a = b\n\nlet c = d\nlet e = f\ngiven in x {\n  nobody may invoke m\n\n"
        "  nobody may invoke n\n}\n");
}

TEST_CASE("punctuation") {
  CHECK(Formatted("policy p ( a:Accounts ,b : Models ) { apply q ( x=y , z ) }") ==
        "policy p(a: Accounts, b: Models) {\n  apply q(x = y, z)\n}\n");
  CHECK(Formatted("team a may do s3 : \"Get*\" , s3:PutObject on \"x\" when aws : PrincipalTag / "
                  "team=\"a\" and not(x in[ 1,2 ] or y)") ==
        "team a may do s3:\"Get*\", s3:PutObject on \"x\"\n"
        "    when aws:PrincipalTag/team = \"a\" and not (x in [1, 2] or y)\n");
}

TEST_CASE("a file with errors is left alone") {
  source::SourceMap sources;
  diag::Sink sink;
  CHECK_FALSE(Format(sources, sources.Add("a.writ", "team a may\n"), sink).has_value());
  CHECK(sink.has_errors());
}

}  // namespace
}  // namespace writ::format

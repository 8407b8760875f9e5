// Sentences about outsiders: what they mean, and what is said against them.
#include <string>

#include <doctest/doctest.h>

#include "language/parse/parse.h"
#include "program/intent/dump.h"
#include "program/sema/check.h"

namespace writ::sema {
namespace {

constexpr std::string_view kAcme = R"(organization acme "o-exampleorgid" {
  management boss 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
  account logs 444444444444
}
)";

struct Checked {
  source::SourceMap sources;
  diag::Sink sink;
  Program program;
  intent::Model model;

  explicit Checked(const std::string& text) {
    const source::FileId file = sources.Add("main.writ", text);
    program.files.push_back(parse::Parse(sources, file, sink));
    REQUIRE(!sink.has_errors());
    model = Check(program, sources, catalog::Catalog::BuiltIn(), library::Library::BuiltIn(),
                  {.as_of = {2026, 11, 22}}, sink);
  }
  /// Codes of the findings, in order.
  [[nodiscard]] std::string Codes() const {
    std::string text;
    for (const diag::Diagnostic& found : sink.all()) {
      text += (text.empty() ? "" : " ") + diag::CodeText(found.number);
    }
    return text;
  }
};

std::string CodesOf(const std::string& sentence) {
  return Checked(std::string(kAcme) + sentence).Codes();
}

TEST_CASE("a sentence about outsiders is placed where the owners of the resources are") {
  const Checked checked(std::string(kAcme) + R"(
nobody outside acme except account 666666666666, 555555555555 may do s3:GetObject, sqs:"*"
    on "arn:aws:s3:::acme-*/*", "arn:aws:sqs:*:222222222222:jobs" in prod
    unless aws:SecureTransport until 2027-03-31)");
  CHECK(checked.Codes() == "W3038 W3038");
  const Checked good(std::string(kAcme) + R"(
nobody outside acme except account 666666666666, 555555555555 may do s3:GetObject
    on "arn:aws:s3:::acme-*/*" in prod unless aws:SecureTransport until 2027-03-31
everyone outside acme may not do sts:"*")");
  CHECK(good.Codes().empty());
  REQUIRE(good.model.perimeters.size() == 2);
  CHECK(good.model.prohibitions.empty());
  const std::string dump = intent::Dump(good.model, good.model.perimeters[0]);
  CHECK(dump.find("  accounts: payments, claims\n") != std::string::npos);
  CHECK(dump.find("  nodes: prod\n") != std::string::npos);
  CHECK(dump.find("  partners: 555555555555, 666666666666\n") != std::string::npos);
  CHECK(dump.find("  when: not aws:SecureTransport\n") != std::string::npos);
  const std::string all = intent::Dump(good.model, good.model.perimeters[1]);
  CHECK(good.model.perimeters[1].accounts.size() == 3);
  CHECK(all.find("  nodes: root\n") != std::string::npos);
}

TEST_CASE("what a resource control policy cannot say or does not reach is refused") {
  CHECK(CodesOf("nobody outside acne may do s3:GetObject") == "W4130");
  CHECK(Checked("organization acme { account payments 222222222222 }\n"
                "nobody outside acme may do s3:GetObject")
            .Codes() == "W4131");
  CHECK(CodesOf("nobody outside acme may do bedrock:ApplyGuardrail") == "W4132");
  CHECK(CodesOf("nobody outside acme may do s3:GetObject, lambda:InvokeFunction") == "W4132");
  CHECK(CodesOf("nobody outside acme may do s3:ListAllMyBuckets") == "W4133");
  CHECK(CodesOf("nobody outside acme may do sts:AssumeRoleWithSAML") == "W4134");
  CHECK(CodesOf("nobody outside acme may do sts:\"AssumeRoleWith*\"") == "W4134");
  CHECK(CodesOf("nobody outside acme may do kms:RetireGrant") == "W4134");
  CHECK(CodesOf("nobody outside acme may do anything except s3:GetObject") == "W4135");
  CHECK(CodesOf("nobody outside acme may do sqs:SendMessage on "
                "\"arn:aws:sqs:eu-west-1:999999999999:jobs\"") == "W4136");
  CHECK(CodesOf("nobody outside acme may do sqs:SendMessage on "
                "\"arn:aws:sqs:eu-west-1:111111111111:jobs\"") == "W4136");
  CHECK(CodesOf("nobody outside acme may do sqs:SendMessage on "
                "\"arn:aws:sqs:eu-west-1:444444444444:jobs\" in prod") == "W4136");
  CHECK(CodesOf("everyone outside acme may do s3:GetObject") == "W4137");
  CHECK(CodesOf("everyone outside acme must satisfy aws:SecureTransport to do s3:GetObject") ==
        "W4137");
  CHECK(CodesOf("assert nobody outside acme can do s3:GetObject").empty());
  CHECK(CodesOf("assert nobody outside acme can invoke nova-lite") == "W4137");
  CHECK(CodesOf("nobody outside acme except account 222222222222 may do s3:GetObject") == "W4138");
  CHECK(CodesOf("nobody outside acme except account 22222 may do s3:GetObject") == "W2012");
  CHECK(CodesOf("nobody outside acme may do s3:GetObject in boss") == "W4020");
  CHECK(CodesOf("nobody outside acme may do s3:GetObject in acme") == "W4014");
}

}  // namespace
}  // namespace writ::sema

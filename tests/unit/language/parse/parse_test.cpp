// Whole files through the front end: what is understood, what is reported and where reading
// resumes.
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "unit/language/parse/parsed.h"

namespace writ::parse {
namespace {

const std::string kAcme = R"writ(import aws.bedrock

organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" {
    account payments 222222222222 { data = phi }
    account claims   333333333333
  }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}

team fraud    { in payments, sandbox  as role "fraud-*"  contact "fraud@acme.example" }
team platform { in acme               as permission-set PlatformAdmin }

let home = us-east-1, us-west-2

guardrail pii-safe {
  filter hate, insults, sexual, violence, misconduct high
  filter prompt-attack high on input
  deny topic investment-advice "Guidance on what to buy or sell." { example "Should I buy this stock?" }
  mask  email, phone
  block us-social-security-number
  mask pattern case-id "CASE-[0-9]{8}"
  grounding 0.80  relevance 0.75
  say "This request is outside policy." on input
  say "The answer was withheld by policy." on output
}

use-case UC-142 "Fraud triage" {
  owner "fraud@acme.example"  approved by "AI review board" on 2026-03-02
  review by 2027-03-01  risk high  data pii, phi
}

team fraud may invoke claude-sonnet-4.5 in home routed within us
    with guardrail pii-safe under UC-142 until 2027-03-31 because "triage of card disputes"
team platform may administer guardrails, logging

given in prod {
  everyone must use guardrail pii-safe to invoke any model
  nobody may invoke models from deepseek
  nobody may log-in-with api-keys
}
only team platform may administer bedrock
everyone may not invoke any model in any region except home

assert team fraud cannot invoke any model except claude-sonnet-4.5
assert nobody in prod except team platform can administer guardrails
)writ";

TEST_CASE("the example of the language reference is understood whole") {
  const Parsed parsed(kAcme);
  CHECK(parsed.Findings().empty());
  CHECK(parsed.file.complete);
  CHECK(parsed.file.imports.size() == 1);
  CHECK(parsed.file.items.size() == 13);
}

template <class Form>
const Form& Only(const Parsed& parsed) {
  REQUIRE(parsed.Findings().empty());
  REQUIRE(parsed.file.items.size() == 1);
  const Form* form = std::get_if<Form>(&parsed.file.items[0].form);
  REQUIRE(form != nullptr);
  return *form;
}

TEST_CASE("a sentence keeps its parts and their places") {
  const Parsed parsed(
      "only team a, b, role \"r\" in prod except user \"u\" may invoke any model except x in y "
      "from "
      "2027-01-31");
  const syntax::Sentence& sentence = Only<syntax::Statement>(parsed).sentence;
  CHECK(sentence.subject.quantifier == syntax::Subject::Quantifier::kOnly);
  REQUIRE(sentence.subject.principals.size() == 2);
  CHECK(sentence.subject.principals[0].teams.size() == 2);
  CHECK(sentence.subject.principals[1].value == "r");
  CHECK(parsed.sources.text(sentence.subject.in->span) == "prod");
  CHECK(sentence.subject.except.size() == 1);
  CHECK(sentence.modality.kind == syntax::Modality::Kind::kMay);
  CHECK(sentence.action.verb.text == "invoke");
  CHECK(parsed.sources.text(sentence.action.object->span) == "any model except x");
  REQUIRE(sentence.qualifiers.size() == 2);
  CHECK(parsed.sources.text(sentence.qualifiers[1].span) == "from 2027-01-31");
}

TEST_CASE("`not` binds strongest, then `and`, then `or`; chains are flat") {
  const Parsed parsed("team t may invoke m when not a and b or c or (d or e) and f");
  const syntax::Sentence& sentence = Only<syntax::Statement>(parsed).sentence;
  const syntax::Cond& cond = std::get<syntax::WhenQualifier>(sentence.qualifiers[0].form).cond;
  CHECK(cond.kind == syntax::Cond::Kind::kOr);
  REQUIRE(cond.operands.size() == 3);
  CHECK(cond.operands[0].kind == syntax::Cond::Kind::kAnd);
  CHECK(cond.operands[0].operands[0].kind == syntax::Cond::Kind::kNot);
  CHECK(cond.operands[1].kind == syntax::Cond::Kind::kComparison);
  CHECK(cond.operands[2].operands[0].kind == syntax::Cond::Kind::kOr);
}

TEST_CASE("the escapes of strings are read") {
  const Parsed parsed(R"(import "a\"b\\c\n\t\u00e9")");
  CHECK(parsed.Findings() == std::vector<std::string>{"1009 \\u"});
  const Parsed good("import \"a\\\"b\\\\c\\n\\t\xC3\xA9\"");
  REQUIRE(good.file.imports.size() == 1);
  CHECK(good.file.imports[0].target == "a\"b\\c\n\t\xC3\xA9");
}

TEST_CASE("a `from` is a provider before a name and a day before a date") {
  const Parsed parsed("team t may invoke models from anthropic from 2027-01-01");
  const syntax::Sentence& sentence = Only<syntax::Statement>(parsed).sentence;
  CHECK(sentence.action.object->included[0].from->text == "anthropic");
  CHECK(sentence.qualifiers.size() == 1);
}

TEST_CASE("several sentences may share a line") {
  const Parsed parsed("team a may invoke m team b may invoke n guardrail g screens m let x = y");
  CHECK(parsed.Findings().empty());
  CHECK(parsed.file.items.size() == 4);
}

}  // namespace
}  // namespace writ::parse

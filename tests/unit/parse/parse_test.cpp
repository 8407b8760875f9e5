// Whole files through the front end: what is understood, what is reported and where reading
// resumes.
#include "writ/parse/parse.h"

#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace writ::parse {
namespace {

/// A text and what came of it; keeps the text alive.
struct Parsed {
  explicit Parsed(std::string text, const Limits& limits = {}) {
    const source::FileId id = sources.Add("a.writ", std::move(text));
    file = Parse(sources, id, sink, limits);
  }

  /// "1101 may" for each finding: its number and the text it points at.
  [[nodiscard]] std::vector<std::string> Findings() const {
    std::vector<std::string> findings;
    for (const diag::Diagnostic& found : sink.Sorted()) {
      findings.push_back(fmt::format("{} {}", found.number, sources.text(found.span)));
    }
    return findings;
  }
  [[nodiscard]] std::string Messages() const {
    std::string messages;
    for (const diag::Diagnostic& found : sink.Sorted()) {
      messages +=
          fmt::format("{}: {}: {}\n", sources.Describe(found.span), found.number, found.message);
    }
    return messages;
  }

  source::SourceMap sources;
  diag::Sink sink;
  syntax::File file;
};

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
  CHECK_MESSAGE(parsed.file.complete, parsed.Messages());
  CHECK(parsed.file.imports.size() == 1);
  CHECK(parsed.file.items.size() == 13);
}

}  // namespace
}  // namespace writ::parse

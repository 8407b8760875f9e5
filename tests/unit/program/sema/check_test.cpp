// What programs mean: the model that Check makes of them, and what it says against them.
#include "program/sema/check.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "language/parse/parse.h"
#include "program/intent/dump.h"
#include "program/sema/actions.h"
#include "program/sema/cover.h"

namespace writ::sema {
namespace {

constexpr std::string_view kAcme = R"(
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" {
    account payments 222222222222 { data = phi }
    account claims   333333333333
  }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team fraud    { in payments, sandbox  as role "fraud-*" }
team platform { in acme               as permission-set PlatformAdmin }
)";

struct Checked {
  source::SourceMap sources;
  diag::Sink sink;
  Program program;
  intent::Model model;

  explicit Checked(const std::string& text, bool allow_unknown = false,
                   std::size_t max_sentences = kMaxSentences) {
    const source::FileId file = sources.Add("main.writ", std::string(kAcme) + text);
    program.files.push_back(parse::Parse(sources, file, sink));
    REQUIRE(!sink.has_errors());
    model = Check(
        program, sources, catalog::Catalog::BuiltIn(), library::Library::BuiltIn(),
        {.as_of = {2026, 11, 22}, .allow_unknown = allow_unknown, .max_sentences = max_sentences},
        sink);
  }
  [[nodiscard]] std::string Errors() const {
    std::string text;
    for (const diag::Diagnostic& found : sink.all())
      if (found.severity == diag::Severity::kError)
        text += diag::CodeText(found.number) + " " + found.message + "\n";
    return text;
  }
  [[nodiscard]] bool Has(std::uint16_t number) const {
    return std::any_of(sink.all().begin(), sink.all().end(),
                       [&](const auto& found) { return found.number == number; });
  }
  [[nodiscard]] std::string Nodes(std::size_t prohibition) const {
    std::string text;
    for (const intent::NodeIndex node : model.prohibitions.at(prohibition).nodes)
      text += model.organization.nodes[node.value].name + " ";
    return text;
  }
};

TEST_CASE("a permission holds exact ids, offered in each region by the route") {
  const Checked checked(
      "team fraud may invoke claude-sonnet-4.5 in us-east-1, us-west-2 routed within us\n"
      "team platform may browse guardrails");
  CHECK(checked.Errors().empty());
  REQUIRE(checked.model.permissions.size() == 2);
  const intent::Permission& permission = checked.model.permissions[0];
  REQUIRE(permission.calls.size() == 2);
  CHECK(permission.calls[0].model == "anthropic.claude-sonnet-4-5-20250929-v1:0");
  CHECK(permission.calls[0].region == "us-east-1");
  CHECK(permission.calls[0].route.geography == "us");
  CHECK(permission.accounts.size() == 2);
}

TEST_CASE("prohibitions are placed at the highest nodes that hold exactly their accounts") {
  const Checked checked(
      "nobody may administer guardrails\n"
      "nobody in prod may administer logging\n"
      "nobody in payments may administer agents\n"
      "nobody in payments, claims may administer flows\n"
      "nobody in payments, sandbox may administer prompts\n"
      "team fraud may browse guardrails team platform may browse guardrails");
  CHECK(checked.Errors().empty());
  REQUIRE(checked.model.prohibitions.size() == 5);
  CHECK(checked.Nodes(0) == "root ");
  CHECK(checked.Nodes(1) == "prod ");
  CHECK(checked.Nodes(2) == "payments ");
  CHECK(checked.Nodes(3) == "prod ");
  CHECK(checked.Nodes(4) == "payments dev ");
}

TEST_CASE("a prohibition covers what may come, its exceptions what is known") {
  const Checked checked(
      "everyone may not invoke any model except claude-sonnet-4.5 in any region except us-east-1\n"
      "nobody may invoke models from deepseek");
  REQUIRE(checked.model.prohibitions.size() == 2);
  const intent::Prohibition& first = checked.model.prohibitions[0];
  CHECK(first.models.all);
  CHECK(first.models.patterns.empty());
  CHECK(std::count(first.models.except.begin(), first.models.except.end(),
                   "anthropic.claude-sonnet-4-5-20250929-v1:0") == 1);
  REQUIRE(first.regions.has_value());
  CHECK(first.regions->all_except);
  CHECK(first.regions->regions == std::vector<std::string>{"us-east-1"});
  const intent::Prohibition& second = checked.model.prohibitions[1];
  CHECK_FALSE(second.models.all);
  CHECK(second.models.patterns == std::vector<std::string>{"deepseek.*"});
}

TEST_CASE("each duty of a must is a prohibition of its own") {
  const Checked checked(
      "endpoint inside { vpce \"vpce-1\" }\n"
      "everyone must use endpoint inside and satisfy aws:SourceVpc = \"vpc-1\" to query "
      "knowledge-bases");
  CHECK(checked.Errors().empty());
  REQUIRE(checked.model.prohibitions.size() == 2);
  CHECK(checked.model.prohibitions[0].unless->kind == intent::Duty::Kind::kEndpoint);
  CHECK(checked.model.prohibitions[1].unless->kind == intent::Duty::Kind::kSatisfy);
}

TEST_CASE("a guardrail that extends another does its duty, and counts as used") {
  const std::string say = "say \"no\" on input say \"no\" on output }\n";
  const Checked checked("guardrail safe { filter hate high " + say +
                        "guardrail safer extends safe { filter insults high }\n"
                        "everyone must use guardrail safe to invoke nova-lite\n"
                        "team fraud may browse guardrails team platform may browse guardrails");
  CHECK(checked.Errors().empty());
  CHECK_FALSE(checked.Has(2004));
  REQUIRE(checked.model.prohibitions.size() == 1);
  CHECK(checked.model.prohibitions[0].unless->guardrails.size() == 2);
}

TEST_CASE("given adds its qualifiers, apply puts arguments for parameters") {
  const Checked checked(
      "policy readers(who: Teams, place: Regions) { team who may browse guardrails in place }\n"
      "given in payments { apply readers(who = fraud, place = us-east-1) }\n"
      "apply readers(who = platform, place = us-west-2)");
  CHECK(checked.Errors().empty());
  REQUIRE(checked.model.permissions.size() == 2);
  CHECK(checked.model.permissions[0].accounts.size() == 1);
  CHECK(checked.model.permissions[0].regions == std::vector<std::string>{"us-east-1"});
  CHECK(checked.model.permissions[1].accounts.size() == 4);
}

TEST_CASE("an error inside an instance shows the apply") {
  const Checked checked(
      "policy readers(who: Teams) { team who may browse nothings }\n"
      "apply readers(who = fraud)");
  REQUIRE(checked.Has(2001));
  const auto found = std::find_if(checked.sink.all().begin(), checked.sink.all().end(),
                                  [](const auto& each) { return each.number == 2001; });
  REQUIRE_FALSE(found->labels.empty());
  CHECK(found->labels.back().text == "in this instance");
}

TEST_CASE("policies that apply one another end, and so does multiplication") {
  std::string text = "policy p0(t: Teams) { team t may browse guardrails }\n";
  for (int i = 1; i <= 7; ++i) {
    const std::string apply = " apply p" + std::to_string(i - 1) + "(t = t)";
    text += "policy p" + std::to_string(i) + "(t: Teams) {" + apply + apply + " }\n";
  }
  text += "apply p7(t = fraud)";
  CHECK_FALSE(Checked(text, false, 128).Has(2018));
  CHECK(Checked(text, false, 127).Errors().find("W2018") != std::string::npos);
}

TEST_CASE("separation of duties sees patterns that can be one role, and its waiver") {
  const std::string other = "team other { in payments as role \"fraud-app\" }\n";
  const std::string runs = "team fraud may invoke nova-lite in us-east-1\n";
  CHECK(Checked(other + runs + "team other may administer guardrails").Has(4010));
  const Checked waived(other + runs +
                       "team other may administer guardrails waive separation-of-duties until "
                       "2027-03-01 by \"ciso\" because \"migration\"");
  CHECK(waived.Errors().empty());
  CHECK_FALSE(waived.Has(4011));
  CHECK(Checked("team third { in payments as role \"ops-*\" }\n" + runs +
                "team third may administer guardrails")
            .Errors()
            .empty());
}

TEST_CASE("what is newer than the catalog is allowed by a flag, a slip is not") {
  const std::string newer = "team fraud may invoke \"amazon.nova-9-quark-v1:0\" in us-east-1";
  CHECK(Checked(newer).Errors().find("W2006") != std::string::npos);
  const Checked allowed(newer, true);
  CHECK(allowed.Errors().empty());
  CHECK(allowed.Has(2006));
  CHECK(Checked("team fraud may invoke nova-lit in us-east-1", true).Errors().find("W2001") !=
        std::string::npos);
}

TEST_CASE("asserts and tests are questions in their reading") {
  const Checked checked(
      "team fraud may browse guardrails\n"
      "assert nobody in prod except team platform can administer guardrails\n"
      "assert team fraud can browse guardrails\n"
      "test \"t\" { deny team fraud administer guardrails }");
  CHECK(checked.Errors().empty());
  REQUIRE(checked.model.assertions.size() == 2);
  CHECK(checked.model.assertions[0].cannot.has_value());
  CHECK(checked.model.assertions[1].can.has_value());
  REQUIRE(checked.model.tests.size() == 1);
  CHECK(checked.model.tests[0].test == "t");
}

TEST_CASE("patterns meet when some text matches both") {
  CHECK(PatternsMeet("fraud-*", "fraud-app"));
  CHECK(PatternsMeet("*-admin", "fraud-*"));
  CHECK(PatternsMeet("a*b?c", "a*c"));
  CHECK(PatternsMeet("", "*"));
  CHECK_FALSE(PatternsMeet("fraud-*", "claims-*"));
  CHECK_FALSE(PatternsMeet("a?", "a"));
  CHECK_FALSE(PatternsMeet("", "?"));
}

}  // namespace
}  // namespace writ::sema

#include "compiler/bindings.h"

#include <doctest/doctest.h>

namespace writ::compiler {
namespace {

using Findings = std::vector<std::string>;

struct Outcome {
  intent::Bindings bindings;
  Findings findings;  ///< "W5104 underlined text"
  std::vector<diag::Diagnostic> all;
};

Outcome Read(const std::string& text) {
  source::SourceMap sources;
  const source::FileId file = sources.Add("writ.bindings.json", text);
  diag::Sink sink;
  Outcome outcome;
  outcome.bindings = ReadBindings(sources, file, {"pii-safe", "strict"}, sink);
  outcome.all = sink.Sorted();
  for (const diag::Diagnostic& found : outcome.all) {
    outcome.findings.push_back(diag::CodeText(found.number) + " " +
                               std::string(sources.text(found.span)));
  }
  return outcome;
}

/// A file with one binding, in us-east-1 of 222222222222.
std::string One(const std::string& binding) {
  return R"({"guardrails": {"pii-safe": {"222222222222": {"us-east-1": )" + binding + "}}}}";
}

std::string Arn(const std::string& arn) {
  return One(R"({"arn": ")" + arn + R"(", "version": 1})");
}
std::string Version(const std::string& version) {
  return One(R"({"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc", "version": )" +
             version + "}");
}

TEST_CASE("the documented form is read, a shared guardrail included") {
  const Outcome outcome = Read(R"({"guardrails": {
    "pii-safe": {
      "222222222222": {
        "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc1", "version": 3},
        "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:111111111111:guardrail/abc2", "version": 1}
      }
    },
    "strict": {"444444444444": {"us-gov-east-1": {"version": 99999999,
      "arn": "arn:aws-us-gov:bedrock:us-gov-east-1:444444444444:guardrail/z"}}}
  }})");
  CHECK(outcome.findings == Findings{});
  REQUIRE(outcome.bindings.Find("pii-safe", "222222222222", "us-west-2").has_value());
  CHECK(outcome.bindings.Find("pii-safe", "222222222222", "us-west-2")->Pinned() ==
        "arn:aws:bedrock:us-west-2:111111111111:guardrail/abc2:1");
  CHECK(outcome.bindings.Find("strict", "444444444444", "us-gov-east-1")->version == 99999999);
}

TEST_CASE("an empty file of bindings binds nothing and is good") {
  CHECK(Read(R"({"guardrails": {}})").findings == Findings{});
  CHECK(Read("{}").findings == Findings{});
}

TEST_CASE("a text that is not JSON, and a key given twice") {
  CHECK(Read("{\"guardrails\" 1}").findings == Findings{"W5100 1"});
  CHECK(Read("").findings == Findings{"W5100 "});
  const Outcome twice = Read(R"({"guardrails": {"strict": {}, "strict": {}}})");
  REQUIRE(twice.all.size() == 1);
  CHECK(diag::CodeText(twice.all[0].number) == "W5100");
  REQUIRE(twice.all[0].labels.size() == 1);
  CHECK(twice.all[0].labels[0].span.begin < twice.all[0].span.begin);
}

TEST_CASE("members of the wrong kind, unknown and missing ones") {
  CHECK(Read("[]").findings == Findings{"W5101 []"});
  CHECK(Read(R"({"guardrails": []})").findings == Findings{"W5101 []"});
  CHECK(Read(R"({"guardrails": {"strict": 1}})").findings == Findings{"W5101 1"});
  CHECK(Read(R"({"guardrail": {}})").findings == Findings{"W5102 \"guardrail\""});
  CHECK(Read(R"({"guardrail": {}})").all[0].helps[0].edits[0].replacement == "\"guardrails\"");
  CHECK(Read(One("true")).findings == Findings{"W5101 true"});
  CHECK(Read(One("{}")).findings == Findings{"W5103 {}", "W5103 {}"});
  CHECK(Read(One(R"({"arn": 1, "version": 1, "note": 0})")).findings ==
        Findings{"W5101 1", "W5102 \"note\""});
}

TEST_CASE("account ids and regions") {
  CHECK(Read(R"({"guardrails": {"strict": {"payments": {}}}})").findings ==
        Findings{"W5104 \"payments\""});
  CHECK(Read(R"({"guardrails": {"strict": {"22222222222": {}}}})").findings ==
        Findings{"W5104 \"22222222222\""});
  CHECK(Read(R"({"guardrails": {"strict": {"2222222222222": {}}}})").findings.size() == 1);
  CHECK(Read(R"({"guardrails": {"strict": {"222222222222": {"us-east1": {}}}}})").findings ==
        Findings{"W5105 \"us-east1\""});
  CHECK(Read(R"({"guardrails": {"strict": {"222222222222": {"us": {}}}}})").findings ==
        Findings{"W5105 \"us\""});
}

TEST_CASE("ARNs") {
  for (const char* arn : {"abc", "", "arn:aws:bedrock:us-east-1:222222222222:guardrail/",
                          "arn:aws:bedrock:us-east-1:222222222222:guardrail/ABC",
                          "arn:aws:bedrock:us-east-1:22222222222:guardrail/abc",
                          "arn:aws:bedrock:us-east-1::guardrail/abc",
                          "arn:aws:iam:us-east-1:222222222222:guardrail/abc",
                          "arn:aws:bedrock:us-east-1:222222222222:guardrail-profile/abc",
                          "arn:azure:bedrock:us-east-1:222222222222:guardrail/abc"}) {
    CAPTURE(arn);
    CHECK(Read(Arn(arn)).findings == Findings{"W5106 \"" + std::string(arn) + "\""});
  }
  const Outcome pinned = Read(Arn("arn:aws:bedrock:us-east-1:222222222222:guardrail/abc:1"));
  REQUIRE(pinned.all.size() == 1);
  CHECK(diag::CodeText(pinned.all[0].number) == "W5106");
  CHECK(pinned.all[0].helps[0].edits[0].replacement ==
        "\"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc\"");
  const Outcome elsewhere = Read(Arn("arn:aws:bedrock:us-west-2:222222222222:guardrail/abc"));
  REQUIRE(elsewhere.all.size() == 1);
  CHECK(diag::CodeText(elsewhere.all[0].number) == "W5107");
  CHECK_FALSE(elsewhere.bindings.IsBound("pii-safe"));
}

TEST_CASE("versions: at the limits and past them") {
  CHECK(Read(Version("1")).findings == Findings{});
  CHECK(Read(Version("99999999")).findings == Findings{});
  for (const char* version : {"0", "100000000", "-1", "1.0", "1e1", "\"DRAFT\"", "\"3\"", "null"}) {
    CAPTURE(version);
    const Outcome outcome = Read(Version(version));
    CHECK(outcome.findings == Findings{"W5108 " + std::string(version)});
    CHECK_FALSE(outcome.bindings.IsBound("pii-safe"));
  }
  CHECK(Read(Version("\"3\"")).all[0].helps[0].edits[0].replacement == "3");
}

TEST_CASE("a binding of a guardrail that the program does not have is a warning") {
  const Outcome outcome = Read(R"({"guardrails": {"pii-saef": {}}})");
  REQUIRE(outcome.all.size() == 1);
  CHECK(diag::CodeText(outcome.all[0].number) == "W5109");
  CHECK(outcome.all[0].severity == diag::Severity::kWarning);
  CHECK(outcome.all[0].helps[0].edits[0].replacement == "\"pii-safe\"");
}

TEST_CASE("one mistake does not hide the next") {
  CHECK(Read(R"({"guardrails": {
    "strict": {"1": {}, "222222222222": {"x": {}, "us-east-1": {"arn": "y", "version": 0}}}}})")
            .findings == Findings{"W5104 \"1\"", "W5105 \"x\"", "W5106 \"y\"", "W5108 0"});
}

}  // namespace
}  // namespace writ::compiler

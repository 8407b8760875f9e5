// Rules match the events of what they are about, as CloudTrail writes them, and not their
// neighbors. Records are synthetic but for the members that tests name; InvokeModel is read-only as
// in recorded events.
#include "output/emit/monitoring.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json.h"
#include "event_matcher.h"
#include "facts/recording/recording.h"

namespace writ::emit {
namespace {

using intent::AccountIndex;
using intent::Watch;

constexpr const char* kTopic = "arn:aws:sns:{region}:{account}:alerts";

intent::Model World() {
  intent::Model model;
  model.organization.name = "acme";
  model.organization.accounts = {{"payments", "222222222222", {}, false},
                                 {"claims", "333333333333", {}, false}};
  return model;
}

Watch Basic(Watch::Kind kind) {
  Watch watch;
  watch.kind = kind;
  watch.target = kTopic;
  watch.accounts = {AccountIndex{0}, AccountIndex{1}};
  watch.regions = {"us-east-1"};
  watch.origin.sentence = "watch";
  watch.origin.place = "main.writ:1:1";
  return watch;
}

struct Written {
  std::vector<Artifact> artifacts;
  std::vector<diag::Diagnostic> findings;

  [[nodiscard]] bool Gets(std::string_view record, std::string_view bus_source) const {
    return std::ranges::any_of(artifacts, [&](const Artifact& artifact) {
      return artifact.kind == "event-rule" && RuleGets(artifact.bytes, record, bus_source);
    });
  }
  [[nodiscard]] bool Reports(std::uint16_t code) const {
    return std::ranges::any_of(findings,
                               [&](const diag::Diagnostic& one) { return one.number == code; });
  }
};

Written Write(std::vector<Watch> watches) {
  intent::Model model = World();
  model.watches = std::move(watches);
  diag::Sink sink;
  Written written;
  written.artifacts = MonitoringRequests(model, catalog::Catalog::BuiltIn(), sink);
  written.findings = sink.Sorted();
  return written;
}

std::string Record(std::string_view source, std::string_view name, bool is_read_only,
                   std::string_view more = "") {
  return fmt::format(
      R"({{"eventSource":"{}","eventName":"{}","readOnly":{},"managementEvent":true{}}})", source,
      name, is_read_only, more);
}

std::string Call(std::string_view name, std::string_view model) {
  return Record("bedrock.amazonaws.com", name, true,
                fmt::format(R"(,"requestParameters":{{"modelId":"{}"}})", model));
}

TEST_CASE("changes of a kind are matched, what reads it and other kinds are not") {
  Watch watch = Basic(Watch::Kind::kChanges);
  watch.kinds = {"guardrails", "logging"};
  const Written written = Write({watch});
  for (const char* name :
       {"DeleteGuardrail", "UpdateGuardrail", "DeleteModelInvocationLoggingConfiguration",
        "PutModelInvocationLoggingConfiguration"}) {
    CAPTURE(name);
    CHECK(written.Gets(Record("bedrock.amazonaws.com", name, false), "aws.bedrock"));
    CHECK(!written.Gets(Record("bedrock-agentcore.amazonaws.com", name, false), "aws.bedrock"));
  }
  CHECK(!written.Gets(Record("bedrock.amazonaws.com", "GetGuardrail", true), "aws.bedrock"));
  CHECK(!written.Gets(Record("bedrock.amazonaws.com", "DeleteAgent", false), "aws.bedrock"));
  // A call that was refused is an attempt to change it.
  CHECK(written.Gets(
      Record("bedrock.amazonaws.com", "DeleteGuardrail", false, R"(,"errorCode":"AccessDenied")"),
      "aws.bedrock"));
}

TEST_CASE("every action that changes a kind is matched or told as not seen") {
  const catalog::Catalog& catalog = catalog::Catalog::BuiltIn();
  for (const catalog::Kind& kind : catalog.kinds()) {
    const auto actions = catalog.ActionsOfKind(kind.name, catalog::PlaneClass::kAdmin);
    if (actions.empty()) continue;
    CAPTURE(kind.name);
    Watch watch = Basic(Watch::Kind::kChanges);
    watch.kinds = {kind.name};
    const Written written = Write({watch});
    bool is_all = true;
    for (const catalog::BedrockAction* action : actions) {
      const recording::Service* service = recording::Trail::BuiltIn().Find(action->service);
      const bool is_known = service != nullptr && !service->unknown.contains(action->name);
      is_all = is_all && is_known;
      if (!is_known) continue;
      CAPTURE(action->name);
      CHECK(written.Gets(Record(service->event_source, action->name, false), service->bus_source));
    }
    CHECK(written.Reports(8125) == !is_all);
  }
}

TEST_CASE("refusals are matched by their error codes, on every governed service") {
  Watch watch = Basic(Watch::Kind::kRefusals);
  watch.prefixes = {"bedrock", "bedrock-mantle", "iam"};
  const Written written = Write({watch});
  for (const char* code : {"AccessDenied", "AccessDeniedException"}) {
    CAPTURE(code);
    const std::string error = fmt::format(R"(,"errorCode":"{}")", code);
    CHECK(written.Gets(Record("bedrock.amazonaws.com", "Converse", true, error), "aws.bedrock"));
    CHECK(written.Gets(Record("bedrock-mantle.amazonaws.com", "CreateInference", false, error),
                       "whatever"));
    CHECK(written.Gets(Record("iam.amazonaws.com", "CreateServiceSpecificCredential", false, error),
                       "aws.iam"));
    CHECK(!written.Gets(Record("s3.amazonaws.com", "GetObject", true, error), "aws.s3"));
  }
  CHECK(!written.Gets(Record("bedrock.amazonaws.com", "Converse", true), "aws.bedrock"));
  CHECK(!written.Gets(
      Record("bedrock.amazonaws.com", "Converse", true, R"(,"errorCode":"ThrottlingException")"),
      "aws.bedrock"));
}

TEST_CASE("the use of a provider's models is matched by id, profile and ARN") {
  Watch watch = Basic(Watch::Kind::kUse);
  watch.models.patterns = {"deepseek.*"};
  const Written written = Write({watch});
  for (const char* model :
       {"deepseek.v3-v1:0", "us.deepseek.r1-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/deepseek.v3-v1:0",
        "arn:aws:bedrock:us-east-1:222222222222:inference-profile/us.deepseek.r1-v1:0"}) {
    CAPTURE(model);
    for (const char* name : {"InvokeModel", "InvokeModelWithResponseStream", "Converse"}) {
      CHECK(written.Gets(Call(name, model), "aws.bedrock"));
    }
    CHECK(!written.Gets(Call("GetFoundationModel", model), "aws.bedrock"));
  }
  CHECK(
      !written.Gets(Call("InvokeModel", "anthropic.claude-3-sonnet-20240229-v1:0"), "aws.bedrock"));
  CHECK(!written.Gets(Call("InvokeModel", "us.anthropic.deepseekers-v1:0"), "aws.bedrock"));
  CHECK(written.Gets(R"({"eventSource":"bedrock-mantle.amazonaws.com","eventName":"CreateInference",
      "managementEvent":false,"readOnly":false,"requestParameters":{"model":"deepseek.v3.1"}})",
                     "whatever"));
  CHECK(written.Reports(8126));
}

TEST_CASE("any model but some") {
  Watch watch = Basic(Watch::Kind::kUse);
  watch.models.all = true;
  watch.models.except = {"amazon.nova-lite-v1:0"};
  const Written written = Write({watch});
  CHECK(written.Gets(Call("InvokeModel", "deepseek.v3-v1:0"), "aws.bedrock"));
  CHECK(!written.Gets(Call("InvokeModel", "amazon.nova-lite-v1:0"), "aws.bedrock"));
  CHECK(!written.Gets(Call("InvokeModel", "us.amazon.nova-lite-v1:0"), "aws.bedrock"));
  watch.models.except.clear();
  CHECK(Write({watch}).Gets(Call("InvokeModel", "amazon.nova-lite-v1:0"), "aws.bedrock"));
}

TEST_CASE("a pattern that is too long is split, at the limit exactly") {
  const std::size_t most = recording::Trail::BuiltIn().pattern_characters();
  // Two models, of which the second has a name of its own length.
  const auto rules = [](std::size_t length) {
    Watch watch = Basic(Watch::Kind::kUse);
    watch.models.patterns = {"a.b", "a." + std::string(length, 'm')};
    std::vector<std::string> patterns;
    for (const Artifact& artifact : Write({watch}).artifacts) {
      if (artifact.kind != "event-rule") continue;
      const auto rule = support::json::Parse(artifact.bytes);
      const std::string pattern(rule->root().Find("EventPattern")->text());
      if (pattern.find("aws.bedrock") != std::string::npos) patterns.push_back(pattern);
    }
    return patterns;
  };
  REQUIRE(rules(100).size() == 1);
  const std::size_t fits = 100 + (most - rules(100).front().size()) / 3;
  REQUIRE(rules(fits).size() == 1);
  CHECK(rules(fits).front().size() <= most);
  CHECK(rules(fits).front().size() + 3 > most);
  REQUIRE(rules(fits + 1).size() == 2);
  for (const std::string& pattern : rules(fits + 1)) CHECK(pattern.size() <= most);
}

TEST_CASE("a pattern that cannot be split is an error") {
  Watch watch = Basic(Watch::Kind::kUse);
  watch.models.all = true;
  for (int i = 0; i < 100; ++i) watch.models.except.push_back(fmt::format("amazon.m{}", i));
  const Written written = Write({watch});
  CHECK(written.Reports(8128));
  CHECK(std::ranges::none_of(
      written.artifacts, [](const Artifact& artifact) { return artifact.kind == "event-rule"; }));
}

TEST_CASE("events of IAM are watched in its region, with the accounts of all regions") {
  Watch watch = Basic(Watch::Kind::kChanges);
  watch.kinds = {"api-keys"};
  watch.regions = {"eu-west-1", "us-west-2"};
  watch.target = "arn:aws:events:us-east-1:222222222222:event-bus/alerts";
  std::set<std::string> rules;
  for (const Artifact& artifact : Write({watch}).artifacts) {
    if (artifact.kind == "event-rule") rules.insert(artifact.path);
  }
  CHECK(rules ==
        std::set<std::string>{"monitoring/changes-to-api-keys.us-east-1.events.PutRule.json"});
}

TEST_CASE("in a partition whose region for IAM is not known nothing is promised") {
  intent::Model model = World();
  model.organization.partition = "aws-us-gov";
  Watch watch = Basic(Watch::Kind::kChanges);
  watch.kinds = {"api-keys"};
  model.watches = {watch};
  diag::Sink sink;
  CHECK(MonitoringRequests(model, catalog::Catalog::BuiltIn(), sink).empty());
  REQUIRE(sink.Sorted().size() == 1);
  CHECK(sink.Sorted().front().number == 8130);
}

TEST_CASE("watches with one stem have names of their own, whatever their order") {
  Watch one = Basic(Watch::Kind::kRefusals);
  one.prefixes = {"bedrock"};
  Watch other = one;
  other.target = "arn:aws:events:us-east-1:222222222222:event-bus/alerts";
  const auto names = [](const Written& written) {
    std::set<std::string> paths;
    for (const Artifact& artifact : written.artifacts) paths.insert(artifact.path);
    return paths;
  };
  const auto paths = names(Write({one, other}));
  CHECK(paths == names(Write({other, one})));
  CHECK(std::ranges::count_if(
            paths, [](const std::string& path) { return path.ends_with(".PutRule.json"); }) == 2);
}

TEST_CASE("the matcher's wildcards are those of EventBridge") {
  CHECK(MatchesWildcard("a*c", "abbc"));
  CHECK(MatchesWildcard("*", ""));
  CHECK(!MatchesWildcard("a*c", "abbcd"));
  CHECK(MatchesWildcard("a\\*c", "a*c"));
  CHECK(!MatchesWildcard("a\\*c", "abc"));
}

}  // namespace
}  // namespace writ::emit

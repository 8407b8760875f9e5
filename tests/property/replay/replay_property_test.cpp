// Calls to models under random programs, decided by the reference, written as the events that
// CloudTrail would write of them, read back and replayed: a verdict is never wrong, and a call is
// undetermined only because of something that its event does not carry.
//
// WRIT_REPLAY_PROGRAMS says of how many programs, WRIT_REPLAY_SEED from which on.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json.h"
#include "differential/programs.h"
#include "differential/trial.h"
#include "facts/library/library.h"
#include "logs/replay/replay.h"
#include "logs/trail/classes.h"
#include "logs/trail/read.h"
#include "proof/reference/questions.h"
#include "proof/reference/requests.h"

namespace writ {
namespace {

using differential::Trial;
using reference::Asking;
using support::json::Writer;

constexpr std::size_t kRequests = 1500;
constexpr std::string_view kAddress = "198.51.100.77";
constexpr std::string_view kPrivateAddress = "10.9.8.7";
constexpr std::string_view kIssued = "2026-10-01T08:00:00Z";

std::size_t Number(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string ValueOf(const policy::Request& request, std::string_view key) {
  for (const policy::ContextKey& one : request.context) {
    if (policy::EqualIgnoringCase(one.name, key) && !one.values.empty()) return one.values.front();
  }
  return "";
}

void Put(policy::Request& request, std::string_view key, std::string_view value) {
  if (ValueOf(request, key).empty()) {
    request.context.push_back({std::string(key), false, {std::string(value)}});
  }
}

/// A call with the event that AWS would write of it. The requests get the keys that AWS puts into
/// every request.
struct Logged {
  std::string event;
  std::vector<policy::Request> legs;
};

/// Nothing for calls of which AWS writes no such event, and for combinations of keys that AWS does
/// not send.
std::optional<Logged> LogOf(const Asking& asking) {
  const reference::Caller& caller = *asking.caller;
  const policy::Request& any = asking.legs.front();
  const auto value = [&](std::string_view key) { return ValueOf(any, key); };
  const bool is_role = caller.arn.find(":role/") != std::string::npos;
  const bool is_user = caller.arn.find(":user/") != std::string::npos;
  const std::string endpoint = value("aws:SourceVpce");
  const bool has_private = !value("aws:SourceVpc").empty() || !value("aws:VpcSourceIp").empty();
  if (!is_role && !is_user) return std::nullopt;
  if (endpoint.empty() ? has_private : !value("aws:SourceIp").empty()) return std::nullopt;
  if (is_user && !value("aws:TokenIssueTime").empty()) return std::nullopt;
  if (value("aws:PrincipalIsAWSService") == "true") return std::nullopt;
  for (const char* key : {"aws:CurrentTime", "aws:TokenIssueTime"}) {
    if (!value(key).empty() && !value(key).ends_with('Z')) return std::nullopt;
  }
  for (const char* key :
       {"aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths",
        "aws:PrincipalServiceName", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"}) {
    if (!value(key).empty()) return std::nullopt;
  }
  const bool is_via = value("aws:ViaAWSService") == "true" || !value("aws:CalledVia").empty() ||
                      !value("aws:CalledViaFirst").empty() || !value("aws:CalledViaLast").empty();

  Logged logged{"", asking.legs};
  std::string model;
  std::string region;
  for (policy::Request& leg : logged.legs) {
    Put(leg, "aws:CurrentTime", "2026-11-20T10:00:00Z");
    if (is_role) Put(leg, "aws:TokenIssueTime", kIssued);
    if (endpoint.empty()) Put(leg, "aws:SourceIp", kAddress);
    if (!endpoint.empty()) Put(leg, "aws:VpcSourceIp", kPrivateAddress);
    if (!is_via) Put(leg, "aws:ViaAWSService", "false");
    Put(leg, "aws:PrincipalIsAWSService", "false");
    const auto arn = policy::SplitArn(leg.resource);
    if (!arn) return std::nullopt;
    const std::string rest((*arn)[5]);
    const bool is_profile = rest.find("inference-profile/") != std::string::npos;
    const bool is_model = rest.starts_with("foundation-model/");
    if (is_profile || (is_model && model.empty())) {
      model = is_profile && !rest.starts_with("inference-profile/")
                  ? leg.resource
                  : rest.substr(rest.find('/') + 1);
      region = (*arn)[3];
    }
    if (leg.action == "bedrock-mantle:CreateInference") {
      model = ValueOf(leg, "bedrock-mantle:Model");
      region = (*arn)[3];
    }
  }
  if (model.empty() || region.empty()) return std::nullopt;
  const bool is_mantle = any.action.starts_with("bedrock-mantle:");
  const policy::Request& first = logged.legs.front();
  Writer writer(support::json::Style::kMinified);
  const auto text = [&](std::string_view key, std::string_view what) {
    writer.Key(key);
    writer.String(what);
  };
  writer.BeginObject();
  text("eventSource", is_mantle ? "bedrock-mantle.amazonaws.com" : "bedrock.amazonaws.com");
  text("eventName", any.action.substr(any.action.find(':') + 1));
  text("awsRegion", region);
  text("eventTime", ValueOf(first, "aws:CurrentTime"));
  text("sourceIPAddress",
       is_via ? std::string("athena.amazonaws.com")
              : ValueOf(first, endpoint.empty() ? "aws:SourceIp" : "aws:VpcSourceIp"));
  if (!endpoint.empty()) text("vpcEndpointId", endpoint);
  writer.Key("userIdentity");
  writer.BeginObject();
  text("type", is_role ? "AssumedRole" : "IAMUser");
  text("accountId", caller.account);
  const std::string name = caller.role.substr(caller.role.rfind('/') + 1);
  text("arn", is_role ? fmt::format("arn:aws:sts::{}:assumed-role/{}/s", caller.account, name)
                      : caller.arn);
  if (is_via) text("invokedBy", "athena.amazonaws.com");
  if (is_role) {
    writer.Key("sessionContext");
    writer.BeginObject();
    if (!value("aws:SourceIdentity").empty()) text("sourceIdentity", value("aws:SourceIdentity"));
    writer.Key("sessionIssuer");
    writer.BeginObject();
    text("arn", caller.arn);
    writer.EndObject();
    writer.Key("attributes");
    writer.BeginObject();
    text("mfaAuthenticated", value("aws:MultiFactorAuthPresent") == "true" ? "true" : "false");
    text("creationDate", ValueOf(first, "aws:TokenIssueTime"));
    writer.EndObject();
    writer.EndObject();
  }
  writer.EndObject();
  writer.Key("requestParameters");
  writer.BeginObject();
  text(is_mantle ? "model" : "modelId", model);
  writer.EndObject();
  writer.EndObject();
  logged.event = writer.Take();
  return logged;
}

/// What AWS would decide: one refused authorization refuses the call.
std::optional<bool> Passes(const reference::Program& program,
                           const std::vector<policy::Request>& legs) {
  bool is_open = false;
  for (const policy::Request& leg : legs) {
    const std::optional<bool> passes = reference::Passes(program, leg);
    if (passes && !*passes) return false;
    is_open = is_open || !passes;
  }
  if (is_open) return std::nullopt;
  return true;
}

/// Keys that every event tells, or tells to be absent.
const std::set<std::string> kTold = {
    "aws:principalarn", "aws:principalaccount",        "aws:requestedregion", "aws:principalorgid",
    "aws:sourcevpce",   "bedrock:inferenceprofilearn", "bedrock-mantle:model"};

TEST_CASE("events are replayed as AWS decided the calls") {
  const std::size_t programs = Number("WRIT_REPLAY_PROGRAMS", 12);
  const std::size_t first = Number("WRIT_REPLAY_SEED", 1);
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::size_t> on;
  for (std::size_t seed = first; seed < first + programs; ++seed) {
    const differential::ProgramText text = differential::RandomProgram(seed);
    const Trial trial(text);
    if (trial.outcome() != Trial::Outcome::kBuilt) continue;
    ++counts["programs"];
    const reference::Program program = trial.program();
    replay::Side side({{program.model, program.catalog, program.bindings},
                       library::Library::BuiltIn(),
                       "2026-11-22"});
    trail::EventReader reader(SourcesOf(side.facts()), {});
    reference::Random random(seed);
    reference::RequestMaker maker(program, text.partition, random);
    for (std::size_t i = 0; i < kRequests; ++i) {
      const Asking asking = maker.Make();
      if (!asking.is_whole || asking.legs.empty() || asking.caller == nullptr) continue;
      const bool is_use = asking.legs.front().action.find(":InvokeModel") != std::string::npos ||
                          asking.legs.front().action == "bedrock-mantle:CreateInference";
      if (!is_use) continue;
      const std::optional<Logged> logged = LogOf(asking);
      if (!logged) continue;
      const std::optional<bool> passes = Passes(program, logged->legs);
      if (!passes) continue;
      trail::Classes classes(replay::DetailOf(program.model), {});
      bool is_read = false;
      (void)trail::ReadLog(
          [&] { return std::exchange(is_read, true) ? std::string_view() : logged->event; }, reader,
          {}, [&](const trail::Event& event) { CHECK(classes.Add(event.call)); });
      const std::vector<trail::Class> calls = classes.Take();
      REQUIRE(calls.size() == 1);
      const replay::Verdict verdict = side.Decide(calls.front().call);
      ++counts[fmt::format("{}, and {}", *passes ? "allowed" : "denied", Name(verdict.kind))];
      for (const std::string& key : verdict.on) {
        ++on[key];
        CHECK_MESSAGE(!kTold.contains(key),
                      fmt::format("seed {}: {}\n{}", seed, key, logged->event));
      }
      const bool is_wrong = verdict.kind == (*passes ? replay::Verdict::Kind::kDenied
                                                     : replay::Verdict::Kind::kAllowed);
      CHECK_MESSAGE(!is_wrong,
                    fmt::format("seed {}: {}\n{}\n{}", seed, access::VerdictText(verdict.judgement),
                                logged->event, text.Text()));
      if (is_wrong) return;
    }
  }
  for (const auto& [what, count] : counts) std::cout << fmt::format("  {}: {}\n", what, count);
  for (const auto& [key, count] : on)
    std::cout << fmt::format("  undetermined because of {}: {}\n", key, count);
  CHECK(counts["allowed, and allowed"] > 0);
  CHECK(counts["denied, and denied"] > 0);
}

}  // namespace
}  // namespace writ

// Requests of other calls, guardrails, their enforcement, logging and watches, changed member by
// member: every text, number, flag and list element of every request. What an API takes as it was
// before must be accepted, and every other edit refuted with its file.
#include <algorithm>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mutation/program.h"
#include "program/intent/read_guardrail.h"

namespace writ::mutation {
namespace {

using Json = nlohmann::ordered_json;

// Everything that a guardrail can say, both forms of enforcement and both sinks.
constexpr const char* kRequests = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
  account sandbox 444444444444
}
guardrail base {
  description "For all"
  tier standard
  routed within us
  filter hate, insults high
  filter violence medium on input, low on output
  filter prompt-attack high on input
  deny topic advice "What to buy." { example "Should I buy?" example "And now?" }
  block words "acme-secret", "acme-hidden"
  block profanity
  mask email
  block us-social-security-number on output
  mask pattern case-id "CASE-[0-9]{8}"
  grounding 0.80  relevance 0.75
  say "no" on input
  say "nothing" on output
  key "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  tag owner = "security"
}
guardrail local { filter hate high  say "no" on input  say "no" on output }
guardrail base screens any model except titan-embed-text-v2 in prod in us-east-1, us-west-2
guardrail local screens nova-lite, nova-pro in sandbox in us-east-1
log invocations to bucket "logs-{account}-{region}/ai", log-group "ai" as "bedrock-logs"
    in prod in us-east-1
watch changes to api-keys, guardrails to "arn:aws:sns:{region}:{account}:alerts"
    in prod in us-east-1
watch refusals to "arn:aws:events:us-east-1:111111111111:event-bus/ai" as "events/writ"
    in prod in us-east-1
watch use of models from deepseek to "arn:aws:sns:us-east-1:444444444444:alerts" in sandbox
    in us-east-1
nobody in prod except role "admin" may administer api-keys
opt-out of service-improvement except transcribe, lex in acme
opt-out of service-improvement except lex locked in prod
retain prompts at most none in payments in us-east-1
)";

constexpr const char* kRequestBindings = R"({"guardrails": {
  "base": {"111111111111": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:111111111111:guardrail/aaa1", "version": 3},
    "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:111111111111:guardrail/aaa2", "version": 3}}},
  "local": {"444444444444": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:444444444444:guardrail/bbb1", "version": 1}}}}})";

/// Edits after which the API does the same: a default that is left out, or what is only a label.
bool IsNeutral(const std::string& path, const std::string& edit) {
  static const std::set<std::string> kDefaults = {
      "drop /guardrailInferenceConfig/selectiveContentGuarding",
      "drop /guardrailInferenceConfig/selectiveContentGuarding/system",
      "drop /guardrailInferenceConfig/selectiveContentGuarding/messages",
      "drop /guardrailInferenceConfig/modelEnforcement/excludedModels",
  };
  if (path.starts_with("enforcement/")) return kDefaults.contains(edit);
  if (path.ends_with(".bedrock-policy.json")) {
    // Comprehensive guarding and all models are what AWS does when nothing is said.
    if (!edit.starts_with("drop ")) return false;
    return edit.find("/selective_content_guarding") != std::string::npos ||
           edit.find("/included_models") != std::string::npos;
  }
  if (path.starts_with("monitoring/")) {
    // What is only a label, and the state that a rule has when nothing is said.
    if (edit.ends_with(" /Description")) return true;
    if (edit.ends_with("/Name") && path.ends_with(".cloudtrail.AdvancedEventSelectors.json"))
      return true;
    if (edit.starts_with("change ") && edit.ends_with("/Id")) return true;
    const bool is_default = path.find("changes-to") != std::string::npos ||
                            path.find("use-of-models-2") != std::string::npos;
    return edit == "drop /State" && is_default;
  }
  // With two guardrails bound the identifier is said when the request is made.
  return path == "guardrails/base.bedrock.CreateGuardrailVersion.json" &&
         edit.ends_with(" /guardrailIdentifier");
}

/// All edits of one request, each with its name.
std::vector<std::pair<std::string, Json>> Edits(const Json& request) {
  std::vector<std::pair<std::string, Json>> edits;
  const Json flat = request.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    const Json::json_pointer at(pointer);
    Json changed = request;
    if (value.is_string()) changed[at] = value.get<std::string>() + "x";
    if (value.is_number()) changed[at] = value.get<double>() / 2;
    if (value.is_boolean()) changed[at] = !value.get<bool>();
    if (changed != request) edits.emplace_back("change " + pointer, std::move(changed));
  }
  // Every member and element dropped, every object with a member more.
  std::vector<Json::json_pointer> open{Json::json_pointer("")};
  while (!open.empty()) {
    const Json::json_pointer at = open.back();
    open.pop_back();
    const Json& value = request[at];
    if (value.is_object()) {
      Json more = request;
      more[at]["unheardOf"] = "x";
      edits.emplace_back("add to " + at.to_string(), std::move(more));
    }
    if (!value.is_structured()) continue;
    for (const auto& [key, member] : value.items()) {
      const Json::json_pointer inner = value.is_array() ? at / std::stoul(key) : at / key;
      open.push_back(inner);
      Json less = request;
      if (value.is_array()) {
        less[at].erase(std::stoul(key));
      } else {
        less[at].erase(key);
      }
      edits.emplace_back("drop " + inner.to_string(), std::move(less));
    }
  }
  return edits;
}

bool IsRequest(const std::string& path) {
  return path.starts_with("guardrails/") || path.starts_with("enforcement/") ||
         path.starts_with("logging/") || path.starts_with("sharing/") ||
         path.starts_with("retention/") || path.ends_with(".bedrock-policy.json") ||
         path.ends_with(".ai-opt-out.json") ||
         (path.starts_with("monitoring/") && path.ends_with(".json"));
}

TEST_CASE("the requests that the compiler makes are what the verifier reads") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  std::set<std::string> kinds;
  for (const auto& [path, bytes] : base) {
    const std::string stem = path.substr(0, path.rfind('.'));
    if (IsRequest(path)) kinds.insert(stem.substr(stem.rfind('.')));
  }
  CHECK(kinds.size() == 11);
  for (const verify::Difference& difference : ProofOf(understood, base).differences) {
    FAIL_CHECK(difference.path << ": " << difference.what);
  }
}

TEST_CASE("a request read back protects as the program's guardrail does") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  for (const intent::Guardrail& guardrail : understood.meaning.model.guardrails) {
    CAPTURE(guardrail.name);
    const std::string& bytes =
        base.at("guardrails/" + guardrail.name + ".bedrock.CreateGuardrail.json");
    const auto request = support::json::Parse(bytes);
    REQUIRE(request.ok());
    const intent::Guardrail read = intent::ReadGuardrail(request->root());
    CHECK(intent::Strictness(read) == intent::Strictness(guardrail));
    CHECK(read.input_message == guardrail.input_message);
    CHECK(read.output_message == guardrail.output_message);
    CHECK(read.description == guardrail.description);
    CHECK(read.profile == guardrail.profile);
    CHECK(read.key == guardrail.key);
    CHECK(read.tags == guardrail.tags);
  }
}

TEST_CASE("every edit of a request is refuted unless AWS does the same") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  std::size_t refuted = 0;
  std::size_t accepted = 0;
  for (const auto& [path, bytes] : base) {
    if (!IsRequest(path)) continue;
    const auto& file = path;  // a capture takes no binding
    CAPTURE(file);
    for (const auto& [edit, request] : Edits(Json::parse(bytes))) {
      const auto& changed = edit;  // a capture takes no binding
      CAPTURE(changed);
      deployed::Files mutant = base;
      mutant[path] = request.dump();
      const bool is_refuted = !ProofOf(understood, mutant).differences.empty();
      CHECK(is_refuted != IsNeutral(path, edit));
      (is_refuted ? refuted : accepted) += 1;
    }
  }
  std::cout << "requests: " << refuted + accepted << " edits, " << refuted << " refuted, "
            << accepted << " accepted\n";
  CHECK(refuted >= 300);
  CHECK(accepted > 5);
}

TEST_CASE("every edit of an event pattern is refuted unless it matches the same") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  std::size_t refuted = 0;
  for (const auto& [path, bytes] : base) {
    if (!path.ends_with(".events.PutRule.json")) continue;
    const auto& file = path;  // a capture takes no binding
    CAPTURE(file);
    Json rule = Json::parse(bytes);
    for (const auto& [edit, pattern] :
         Edits(Json::parse(rule.at("EventPattern").get<std::string>()))) {
      const auto& changed = edit;  // a capture takes no binding
      CAPTURE(changed);
      deployed::Files mutant = base;
      rule["EventPattern"] = pattern.dump();
      mutant[path] = rule.dump();
      // The event source tells where an event is from.
      const bool is_same = edit == "drop /source";
      CHECK(ProofOf(understood, mutant).differences.empty() == is_same);
      refuted += is_same ? 0 : 1;
    }
  }
  CHECK(refuted >= 50);
}

TEST_CASE("layout, order and defaults that are written out change nothing") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto accepted = [&](const std::string& path, const std::function<void(Json&)>& edit) {
    CAPTURE(path);
    deployed::Files files = base;
    Json request = Json::parse(files.at(path));
    edit(request);
    files[path] = request.dump();
    for (const verify::Difference& difference : ProofOf(understood, files).differences) {
      // The version tells the request that it was made from by its hash.
      const bool is_version = difference.path.find("Version") != std::string::npos;
      if (!is_version) FAIL_CHECK(difference.path << ": " << difference.what);
    }
  };
  const std::string guardrail = "guardrails/base.bedrock.CreateGuardrail.json";
  accepted(guardrail, [](Json&) {});
  accepted(guardrail, [](Json& r) {
    Json& filter = r["contentPolicyConfig"]["filtersConfig"][0];
    filter["inputAction"] = "BLOCK";
    filter["outputEnabled"] = true;
    filter["inputModalities"] = {"TEXT"};
    std::swap(r["contentPolicyConfig"]["filtersConfig"][0],
              r["contentPolicyConfig"]["filtersConfig"][1]);
  });
  accepted("enforcement/sandbox.us-east-1.bedrock.PutEnforcedGuardrailConfiguration.json",
           [](Json& r) {
             Json& models = r["guardrailInferenceConfig"]["modelEnforcement"]["includedModels"];
             std::swap(models[0], models[1]);
           });
}

TEST_CASE("enforcement and logging count in the places where they hold") {
  Understood understood(kRequests, kRequestBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto what = [&](const deployed::Files& files) {
    std::string text;
    for (const verify::Difference& difference : ProofOf(understood, files).differences) {
      text += difference.what + "\n";
    }
    return text;
  };
  const auto replaced = [&](std::string_view from, std::string_view to) {
    deployed::Files files = base;
    std::string& manifest = files["manifest.json"];
    const std::size_t at = manifest.find(from);
    REQUIRE(at != std::string::npos);
    manifest.replace(at, from.size(), to);
    return files;
  };
  // Attached to one account of the two; to the whole organization; to nothing.
  CHECK(what(replaced(R"(prod.bedrock-policy.json",
      "to": "ou",
      "id": "ou-ab12-prod0001")",
                      R"(prod.bedrock-policy.json", "to": "account", "id": "222222222222")"))
            .find("claims in us-east-1: nothing is enforced") != std::string::npos);
  const std::string wide =
      what(replaced(R"(prod.bedrock-policy.json",
      "to": "ou",
      "id": "ou-ab12-prod0001")",
                    R"(prod.bedrock-policy.json", "to": "root", "id": "o-exampleorgid")"));
  CHECK(wide.find("sandbox in us-east-1: something is enforced") != std::string::npos);
  CHECK(wide.find("it binds the management account") != std::string::npos);
  CHECK(what(replaced("\"ou-ab12-prod0001\"", "\"ou-ab12-other001\"")).find("not of the program") !=
        std::string::npos);
  // A file for another place, and one that is gone with its line in the manifest.
  deployed::Files files = base;
  const std::string path =
      "logging/claims.us-east-1.bedrock.PutModelInvocationLoggingConfiguration";
  REQUIRE(files.contains(path + ".json"));
  files.erase(path + ".json");
  CHECK(what(files).find("claims in us-east-1: nothing logs invocations") != std::string::npos);
}

}  // namespace
}  // namespace writ::mutation

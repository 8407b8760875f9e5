// Artifacts changed as hands change them. For every change the truth is found by the reference
// evaluator over a few thousand requests; what it sees change must be refuted, what is refuted must
// be shown by a request that the evaluator confirms, and all else must be accepted.
#include <algorithm>
#include <deque>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>
#include "iam/policy/evaluate.h"

#include "mutation/mutations.h"
#include "mutation/program.h"

namespace writ::mutation {
namespace {

using policy::PolicyDocument;

constexpr const char* kFraud = "arn:aws:iam::222222222222:role/fraud-app";
constexpr const char* kOther = "arn:aws:iam::222222222222:role/other";

constexpr policy::Switches kSwitches{.has_service_rules = false};

/// The policies of a tree as they are in force for a caller in `payments`.
class Deployed {
 public:
  explicit Deployed(const deployed::Files& files) {
    const policy::CompiledPolicy* full = Compile(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        policy::Kind::kIdentity);
    other_.identity = {full};
    std::map<std::string, std::vector<const policy::CompiledPolicy*>> levels;
    for (const auto& [path, bytes] : files) {
      if (path.starts_with("iam/payments/fraud")) {
        fraud_.identity.push_back(Compile(bytes, policy::Kind::kIdentity));
      }
      if (!path.starts_with("organization/")) continue;
      const std::string node = path.substr(13, path.find_first_of(".-", 13) - 13);
      auto& level = levels[node];
      if (level.empty()) level.push_back(full);
      level.push_back(Compile(bytes, policy::Kind::kScp));
    }
    for (auto& [node, level] : levels) {
      fraud_.scps.push_back(level);
      other_.scps.push_back(level);
    }
  }
  [[nodiscard]] bool Allows(const policy::Request& request, bool as_fraud) const {
    const auto prepared = policy::Prepare(request);
    REQUIRE(prepared.ok());
    return policy::Evaluate(*prepared, as_fraud ? fraud_ : other_, kSwitches).is_allowed();
  }

 private:
  const policy::CompiledPolicy* Compile(const std::string& bytes, policy::Kind kind) {
    const auto document = policy::Read(bytes, kind);
    REQUIRE(document.ok());
    return &compiled_.emplace_back(*document, kind, kSwitches);
  }

  std::deque<policy::CompiledPolicy> compiled_;
  policy::CompiledSet fraud_;
  policy::CompiledSet other_;  ///< of one who holds everything
};

std::vector<policy::Request> Requests() {
  const std::string model = "foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0";
  const std::string profile = ":222222222222:inference-profile/";
  const std::string id = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  std::vector<std::string> resources{
      "arn:aws:bedrock:::" + model,
      "arn:aws:bedrock:us-east-1" + profile + "us." + id,
      "arn:aws:bedrock:us-east-1" + profile + "global." + id,
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0",
      "arn:aws:bedrock:us-east-1:222222222222:provisioned-model/p",
      "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123",
      "arn:aws:bedrock:us-east-1:222222222222:knowledge-base/KB",
      "arn:aws:bedrock:us-east-1:333333333333:knowledge-base/KB",
      "arn:aws:bedrock-mantle:us-west-2:222222222222:project/default",
      "*"};
  for (const char* region : {"us-east-1", "us-east-2", "us-west-2", "eu-west-1"}) {
    resources.push_back(std::string("arn:aws:bedrock:") + region + "::" + model);
  }
  const std::vector<std::string> actions{"bedrock:InvokeModel",
                                         "bedrock:InvokeModelWithResponseStream",
                                         "bedrock:ApplyGuardrail",
                                         "bedrock:GetGuardrail",
                                         "bedrock:Retrieve",
                                         "bedrock:CreateModelInvocationJob",
                                         "bedrock:CreateInferenceProfile",
                                         "bedrock:CallWithBearerToken",
                                         "bedrock-mantle:CreateInference",
                                         "s3:GetObject"};
  const std::vector<std::vector<std::string>> texts{
      {"", "arn:aws:bedrock:us-east-1" + profile + "us." + id,
       "arn:aws:bedrock:us-east-1" + profile + "global." + id,
       "arn:aws:bedrock:eu-west-1" + profile + "eu." + id},
      {"", "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:3",
       "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:4"},
      {"2026-12-01T00:00:00Z", "2027-04-01T00:00:00Z"},
      {"", "test", "qa"}};
  std::vector<policy::Request> requests;
  for (const std::string& action : actions) {
    const bool invokes = action.starts_with("bedrock:InvokeModel");
    for (const std::string& resource : resources) {
      const bool is_profile = resource.find("inference-profile") != std::string::npos;
      const auto segments = policy::SplitArn(resource);
      std::string region = "us-east-1";
      if (segments) region = (*segments)[3].empty() ? "unspecified" : std::string((*segments)[3]);
      for (const std::string& profile_key : texts[0]) {
        if (!profile_key.empty() && (!invokes || is_profile)) continue;
        for (const std::string& guardrail : texts[1]) {
          if (!guardrail.empty() && !invokes) continue;
          for (const std::string& time : texts[2]) {
            for (const std::string& stage : texts[3]) {
              policy::Request request{"", action, resource, std::nullopt, {}};
              const auto add = [&](const char* key, const std::string& value) {
                if (!value.empty()) request.context.push_back({key, false, {value}});
              };
              add("aws:RequestedRegion", region);
              add("bedrock:InferenceProfileArn", profile_key);
              add("bedrock:GuardrailIdentifier", guardrail);
              add("aws:CurrentTime", time);
              add("aws:PrincipalTag/stage", stage);
              add("aws:PrincipalAccount", "222222222222");
              if (action.starts_with("bedrock-mantle")) {
                add("bedrock-mantle:Model", "openai.gpt-oss-20b");
              }
              requests.push_back(std::move(request));
            }
          }
        }
      }
    }
  }
  return requests;
}

/// Whether some request is decided differently; `caller` fills in who asks.
bool Differ(const Deployed& a, const Deployed& b, const std::vector<policy::Request>& requests) {
  for (policy::Request request : requests) {
    request.context.push_back({"aws:PrincipalArn", false, {kFraud}});
    request.principal = kFraud;
    if (a.Allows(request, true) != b.Allows(request, true)) return true;
    if (a.Allows(request, false) != b.Allows(request, false)) return true;
    request.context.back().values = {kOther};
    request.principal = kOther;
    if (a.Allows(request, false) != b.Allows(request, false)) return true;
  }
  return false;
}

struct Counts {
  std::size_t mutants = 0;
  std::size_t refuted = 0;
  std::size_t accepted = 0;
  std::set<std::string> kinds;
};

void Judge(const Understood& understood, const Deployed& before, const deployed::Files& mutant,
           const std::vector<policy::Request>& requests, Counts& counts) {
  const Deployed after(mutant);
  const verify::Proof proof = ProofOf(understood, mutant);
  ++counts.mutants;
  CHECK(proof.given_up.empty());
  if (proof.differences.empty()) {
    ++counts.accepted;
    CHECK_FALSE(Differ(before, after, requests));
    return;
  }
  ++counts.refuted;
  for (const verify::Difference& difference : proof.differences) {
    REQUIRE(difference.request.has_value());
    const bool as_fraud = difference.who.find("team fraud") != std::string::npos;
    const bool was = before.Allows(*difference.request, as_fraud);
    const bool is = after.Allows(*difference.request, as_fraud);
    CAPTURE(difference.request->action);
    CAPTURE(difference.request->resource);
    CHECK(was != is);
    CHECK(is == (difference.kind == verify::Difference::Kind::kPermitted));
  }
}

TEST_CASE("what changes meaning is refuted with a request, what does not is accepted") {
  Understood understood;
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const std::vector<policy::Request> requests = Requests();
  const Deployed before(base);
  constexpr std::size_t kMostSites = 2;
  Counts counts;
  for (const Mutation& mutation : Mutations()) {
    std::size_t sites = 0;
    for (const auto& [path, bytes] : base) {
      const bool is_scp = path.ends_with(".scp.json");
      if (!is_scp && !path.ends_with(".identity.json")) continue;
      const auto kind = is_scp ? policy::Kind::kScp : policy::Kind::kIdentity;
      const PolicyDocument original = *policy::Read(bytes, kind);
      for (std::size_t i = 0; i < original.statements.size() && sites < kMostSites; ++i) {
        PolicyDocument document = original;
        if (!mutation.apply(document, i) || document == original) continue;
        ++sites;
        counts.kinds.insert(mutation.name);
        CAPTURE(std::string(mutation.name));
        const auto& edited = path;  // a capture takes no binding
        CAPTURE(edited);
        CAPTURE(i);
        deployed::Files mutant = base;
        mutant[path] = policy::Write(document, policy::Style::kMinified);
        Judge(understood, before, mutant, requests, counts);
      }
    }
  }
  std::cout << counts.mutants << " mutants of " << counts.kinds.size()
            << " kinds: " << counts.refuted << " refuted, " << counts.accepted << " accepted, over "
            << requests.size() << " requests for each caller\n";
  CHECK(counts.kinds.size() >= 30);
  CHECK(counts.accepted >= 10);
}

TEST_CASE("what is forbidden in an OU is refused in accounts that join it later, too") {
  constexpr const char* kOrganization = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team ops { in payments as role "ops" }
)";
  const auto judge = [&](const std::string& sentence, const char* to,
                         const std::vector<std::string>& ids) {
    Understood understood((kOrganization + sentence + "\n").c_str(), R"({"guardrails": {}})");
    deployed::Files files = Lowered(understood, library::Library::BuiltIn());
    CHECK(ProofOf(understood, files).proved());
    auto manifest = nlohmann::ordered_json::parse(files.at("manifest.json"));
    nlohmann::ordered_json moved = nlohmann::ordered_json::array();
    for (auto& attachment : manifest["attachments"]) {
      for (const std::string& id : ids) {
        nlohmann::ordered_json one = attachment;
        one["to"] = to;
        one["id"] = id;
        moved.push_back(one);
      }
    }
    manifest["attachments"] = moved;
    files["manifest.json"] = manifest.dump(2);
    return ProofOf(understood, files);
  };
  const std::vector<std::string> in_prod{"222222222222", "333333333333"};
  const verify::Proof proof = judge("nobody in prod may log-in-with api-keys", "account", in_prod);
  REQUIRE(proof.differences.size() == 1);
  CHECK(proof.differences.front().who == "anyone in an account that joins prod later");
  CHECK(proof.differences.front().request.has_value());
  CHECK_FALSE(judge("nobody in prod except team ops may log-in-with api-keys", "account", in_prod)
                  .proved());
  CHECK_FALSE(
      judge("nobody may log-in-with api-keys", "ou", {"ou-ab12-prod0001", "ou-ab12-dev00001"})
          .proved());
  CHECK(judge("nobody in payments may log-in-with api-keys", "account", {"222222222222"}).proved());
}

TEST_CASE("files and attachments count") {
  Understood understood;
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto differs = [&](const deployed::Files& files) {
    return !ProofOf(understood, files).differences.empty();
  };
  deployed::Files missing = base;
  missing.erase("iam/payments/fraud.identity.json");
  CHECK(differs(missing));
  deployed::Files extra = base;
  extra["organization/root-9.scp.json"] = base.at("organization/root.scp.json");
  CHECK(differs(extra));
  deployed::Files moved = base;
  std::string& manifest = moved["manifest.json"];
  const std::size_t at = manifest.find("\"id\": \"fraud-app\"");
  REQUIRE(at != std::string::npos);
  manifest.replace(at, 17, "\"id\": \"other-app\"");
  CHECK(differs(moved));
}

}  // namespace
}  // namespace writ::mutation

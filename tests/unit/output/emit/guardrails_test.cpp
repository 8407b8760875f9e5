#include "output/emit/guardrails.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::emit {
namespace {

using intent::AccountIndex;
using intent::Guardrail;
using intent::NodeIndex;
using intent::Response;
using intent::Strength;

constexpr intent::Sides kBlockBoth{Response::kBlock, Response::kBlock, {}, {}};
constexpr intent::Sides kMaskBoth{Response::kMask, Response::kMask, {}, {}};

Guardrail Plain(const std::string& name) {
  Guardrail guardrail;
  guardrail.name = name;
  guardrail.entities = {{"EMAIL", kMaskBoth}};
  guardrail.input_message = "No.";
  guardrail.output_message = "Withheld.";
  return guardrail;
}

Guardrail Full() {
  Guardrail full = Plain("pii-safe");
  full.description = "All parts";
  full.tier = intent::Tier::kStandard;
  full.profile = "us.guardrail.v1:0";
  full.filters = {{.type = "HATE",
                   .input = Strength::kHigh,
                   .output = Strength::kLow,
                   .sides = {Response::kBlock, Response::kDetect, {}, {}},
                   .input_image = true},
                  {.type = "PROMPT_ATTACK", .input = Strength::kHigh}};
  full.topics = {{.name = "advice", .definition = "What to buy.", .examples = {"Buy this?"}}};
  full.words = {{"zebra \"x\"", kBlockBoth},
                {"zoo", {Response::kDetect, Response::kUnexamined, {}, {}}}};
  full.word_lists = {{"PROFANITY", kBlockBoth}};
  full.entities = {{"EMAIL", {Response::kBlock, Response::kMask, {}, {}}},
                   {"PHONE", {Response::kUnexamined, Response::kMask, {}, {}}}};
  full.patterns = {{"case-id", "CASE-[0-9]{8}", kMaskBoth, {}}};
  full.grounding = intent::Threshold{.value = 0.8};
  full.relevance = intent::Threshold{.value = 0.75, .response = Response::kDetect};
  full.reasoning = intent::Reasoning{
      .policies = {"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/"
                   "abcdefghij12"},
      .confidence = 0.9};
  full.key = "alias/guardrails";
  full.tags = {{"owner", "risk"}, {"stage", ""}};
  return full;
}

TEST_CASE("a request that says everything, byte for byte") {
  CHECK(CreateGuardrailRequest(Full()) == R"({
  "name": "pii-safe",
  "description": "All parts",
  "topicPolicyConfig": {
    "topicsConfig": [
      {
        "name": "advice",
        "definition": "What to buy.",
        "examples": [
          "Buy this?"
        ],
        "type": "DENY"
      }
    ],
    "tierConfig": {
      "tierName": "STANDARD"
    }
  },
  "contentPolicyConfig": {
    "filtersConfig": [
      {
        "type": "HATE",
        "inputStrength": "HIGH",
        "outputStrength": "LOW",
        "inputModalities": [
          "TEXT",
          "IMAGE"
        ],
        "inputAction": "BLOCK",
        "outputAction": "NONE"
      },
      {
        "type": "PROMPT_ATTACK",
        "inputStrength": "HIGH",
        "outputStrength": "NONE"
      }
    ],
    "tierConfig": {
      "tierName": "STANDARD"
    }
  },
  "wordPolicyConfig": {
    "wordsConfig": [
      {
        "text": "zebra \"x\""
      },
      {
        "text": "zoo",
        "inputAction": "NONE",
        "outputAction": "NONE",
        "inputEnabled": true,
        "outputEnabled": false
      }
    ],
    "managedWordListsConfig": [
      {
        "type": "PROFANITY"
      }
    ]
  },
  "sensitiveInformationPolicyConfig": {
    "piiEntitiesConfig": [
      {
        "type": "EMAIL",
        "action": "BLOCK",
        "inputAction": "BLOCK",
        "outputAction": "ANONYMIZE"
      },
      {
        "type": "PHONE",
        "action": "ANONYMIZE",
        "inputEnabled": false,
        "outputEnabled": true
      }
    ],
    "regexesConfig": [
      {
        "name": "case-id",
        "pattern": "CASE-[0-9]{8}",
        "action": "ANONYMIZE"
      }
    ]
  },
  "contextualGroundingPolicyConfig": {
    "filtersConfig": [
      {
        "type": "GROUNDING",
        "threshold": 0.8
      },
      {
        "type": "RELEVANCE",
        "threshold": 0.75,
        "action": "NONE"
      }
    ]
  },
  "automatedReasoningPolicyConfig": {
    "policies": [
      "arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12"
    ],
    "confidenceThreshold": 0.9
  },
  "crossRegionConfig": {
    "guardrailProfileIdentifier": "us.guardrail.v1:0"
  },
  "blockedInputMessaging": "No.",
  "blockedOutputsMessaging": "Withheld.",
  "kmsKeyId": "alias/guardrails",
  "tags": [
    {
      "key": "owner",
      "value": "risk"
    },
    {
      "key": "stage",
      "value": ""
    }
  ]
}
)");
}

TEST_CASE("the hash changes with the request and with nothing else") {
  Guardrail moved = Full();
  moved.span = {source::FileId{3}, 10, 20};
  moved.extends = "base";
  CHECK(GuardrailHash(moved) == GuardrailHash(Full()));
  Guardrail changed = Full();
  changed.output_message = "withheld.";
  CHECK(GuardrailHash(changed) != GuardrailHash(Full()));
}

/// An organization: root { management; ou prod { payments, claims }; sandbox }.
intent::Model Organization() {
  intent::Model model;
  const auto account = [](const char* name, const char* id, std::uint32_t node, bool management) {
    return intent::Account{name, id, NodeIndex{node}, management};
  };
  using Kind = intent::Node::Kind;
  model.organization.name = "acme";
  model.organization.nodes = {
      {Kind::kRoot, "root", "", {}, {AccountIndex{1}, AccountIndex{2}, AccountIndex{3}}},
      {Kind::kUnit, "prod", "ou-ab12-prod0001", NodeIndex{0}, {AccountIndex{1}, AccountIndex{2}}},
      {Kind::kAccount, "payments", "222222222222", NodeIndex{1}, {AccountIndex{1}}},
      {Kind::kAccount, "claims", "333333333333", NodeIndex{1}, {AccountIndex{2}}},
      {Kind::kAccount, "sandbox", "444444444444", NodeIndex{0}, {AccountIndex{3}}}};
  model.organization.accounts = {
      account("management", "111111111111", 0, true), account("payments", "222222222222", 2, false),
      account("claims", "333333333333", 3, false), account("sandbox", "444444444444", 4, false)};
  model.guardrails = {Plain("pii-safe"), Plain("strict")};
  return model;
}

intent::Screening Screen(std::vector<AccountIndex> accounts, std::vector<std::string> regions,
                         std::uint32_t begin = 1) {
  intent::Screening screening;
  screening.origin.span = {source::FileId{0}, begin, begin + 1};
  screening.origin.place = "main.writ:1:1";
  screening.origin.sentence = "guardrail pii-safe screens any model";
  screening.accounts = std::move(accounts);
  screening.regions = std::move(regions);
  screening.all_models = true;
  return screening;
}

intent::BoundGuardrail BoundTo(const std::string& owner, const std::string& region) {
  return {fmt::format("arn:aws:bedrock:{}:{}:guardrail/abc", region, owner), 3, {}};
}

struct Outcome {
  Tree tree;
  std::vector<std::string> codes;
  std::vector<diag::Diagnostic> findings;

  [[nodiscard]] std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const Artifact& artifact : tree.artifacts) paths.push_back(artifact.path);
    return paths;
  }
};

Outcome Enforce(const intent::Model& model, const intent::Bindings& bindings) {
  diag::Sink sink;
  Outcome outcome;
  outcome.tree = EnforcementRequests(model, bindings, catalog::Catalog::BuiltIn(), sink);
  outcome.findings = sink.Sorted();
  for (const diag::Diagnostic& found : outcome.findings)
    outcome.codes.push_back(diag::CodeText(found.number));
  return outcome;
}

using Codes = std::vector<std::string>;
using Paths = std::vector<std::string>;

TEST_CASE("requests need no bindings; one bound ARN is named in the version request") {
  intent::Model model = Organization();
  const source::SourceMap sources = [] {
    source::SourceMap map;
    map.Add("main.writ", "guardrail pii-safe");
    return map;
  }();
  for (Guardrail& guardrail : model.guardrails) guardrail.span = {source::FileId{0}, 10, 18};
  intent::Bindings bindings;
  const std::vector<Artifact> unbound = GuardrailRequests(model, bindings, sources);
  REQUIRE(unbound.size() == 4);
  CHECK(unbound[0].path == "guardrails/pii-safe.bedrock.CreateGuardrail.json");
  CHECK(unbound[1].path == "guardrails/pii-safe.bedrock.CreateGuardrailVersion.json");
  CHECK(unbound[1].bytes ==
        "{\n  \"guardrailIdentifier\": \"guardrailpiisafe\",\n  \"description\": "
        "\"sha256:" +
            GuardrailHash(model.guardrails[0]) + "\"\n}\n");
  CHECK(unbound[0].statements->at(0).from == std::vector<std::string>{"main.writ:1:11"});
  bindings.Bind("pii-safe", "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  const auto one = GuardrailRequests(model, bindings, sources)[1].bytes;
  CHECK(one.find("arn:aws:bedrock:us-east-1:222222222222:guardrail/abc\"") != std::string::npos);
  bindings.Bind("pii-safe", "222222222222", "us-west-2", BoundTo("222222222222", "us-west-2"));
  CHECK(GuardrailRequests(model, bindings, sources)[1].bytes == unbound[1].bytes);
}

TEST_CASE("an account's own guardrail is enforced by the account") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}}, {"us-east-1"})};
  model.screenings[0].excluded = {"amazon.titan-embed-text-v2:0"};
  intent::Bindings bindings;
  bindings.Bind("pii-safe", "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  const Outcome outcome = Enforce(model, bindings);
  CHECK(outcome.codes == Codes{});
  CHECK(outcome.Paths() ==
        Paths{"enforcement/payments.us-east-1.bedrock.PutEnforcedGuardrailConfiguration.json"});
  CHECK(outcome.tree.artifacts[0].bytes == R"({
  "guardrailInferenceConfig": {
    "guardrailIdentifier": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc",
    "guardrailVersion": "3",
    "selectiveContentGuarding": {
      "system": "COMPREHENSIVE",
      "messages": "COMPREHENSIVE"
    },
    "modelEnforcement": {
      "includedModels": [
        "ALL"
      ],
      "excludedModels": [
        "amazon.titan-embed-text-v2:0"
      ]
    }
  }
}
)");
  CHECK(outcome.tree.attachments.empty());
}

TEST_CASE("the management account's guardrail is enforced by the organization") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}, AccountIndex{2}}, {"us-east-1"})};
  intent::Bindings bindings;
  SUBCASE("bound for the management account") {
    bindings.Bind("pii-safe", "111111111111", "us-east-1", BoundTo("111111111111", "us-east-1"));
  }
  SUBCASE("bound for each account that calls") {
    for (const char* id : {"222222222222", "333333333333"}) {
      bindings.Bind("pii-safe", id, "us-east-1", BoundTo("111111111111", "us-east-1"));
    }
  }
  const Outcome outcome = Enforce(model, bindings);
  CHECK(outcome.codes == Codes{});
  CHECK(outcome.Paths() == Paths{"organization/prod.bedrock-policy.json"});
  CHECK(outcome.tree.artifacts[0].bytes ==
        R"({"bedrock":{"guardrail_inference":{"us-east-1":{"pii-safe":{"identifier":{"@@assign":)"
        R"("arn:aws:bedrock:us-east-1:111111111111:guardrail/abc:3"},"selective_content_guarding":)"
        R"({"system":{"@@assign":"comprehensive"},"messages":{"@@assign":"comprehensive"}},)"
        R"("model_enforcement":{"included_models":{"@@assign":["ALL"]},"excluded_models":)"
        R"({"@@assign":[]}}}}}}})");
  REQUIRE(outcome.tree.attachments.size() == 1);
  CHECK(outcome.tree.attachments[0].to == "ou");
  CHECK(outcome.tree.attachments[0].id == "ou-ab12-prod0001");
}

TEST_CASE("a guardrail that the organization's policy names is shared with the organization") {
  intent::Model model = Organization();
  model.organization.id = "o-exampleorgid";
  model.screenings = {Screen({AccountIndex{1}}, {"us-east-1"}),
                      Screen({AccountIndex{2}}, {"us-east-1"}, 9)};
  intent::Bindings bindings;
  bindings.Bind("pii-safe", "111111111111", "us-east-1", BoundTo("111111111111", "us-east-1"));
  const Outcome outcome = Enforce(model, bindings);
  REQUIRE(outcome.Paths().back() == "sharing/pii-safe.us-east-1.bedrock.PutResourcePolicy.json");
  const Artifact& request = outcome.tree.artifacts.back();
  CHECK(request.kind == "guardrail-sharing");
  CHECK(request.targets == std::vector<std::string>{"management"});
  CHECK(request.bytes.find(R"(\"aws:PrincipalOrgID\":\"o-exampleorgid\")") != std::string::npos);
  // An account's own guardrail needs no sharing.
  bindings.Bind("pii-safe", "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  bindings.Bind("pii-safe", "333333333333", "us-east-1", BoundTo("333333333333", "us-east-1"));
  for (const std::string& path : Enforce(model, bindings).Paths()) {
    CHECK(path.find("PutResourcePolicy") == std::string::npos);
  }
}

TEST_CASE("a policy stands at the highest nodes that hold the accounts and no others") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}, AccountIndex{3}}, {"us-east-1"})};
  intent::Bindings bindings;
  bindings.Bind("pii-safe", "111111111111", "us-east-1", BoundTo("111111111111", "us-east-1"));
  CHECK(Enforce(model, bindings).Paths() == Paths{"organization/payments.bedrock-policy.json",
                                                  "organization/sandbox.bedrock-policy.json"});
  model.screenings[0].accounts.push_back(AccountIndex{2});
  CHECK(Enforce(model, bindings).Paths() ==
        Paths{"organization/prod.bedrock-policy.json", "organization/sandbox.bedrock-policy.json"});
  // Only a sentence that names the management account goes where that account is screened too.
  model.screenings[0].accounts.push_back(AccountIndex{0});
  CHECK(Enforce(model, bindings).Paths() ==
        Paths{"enforcement/management.us-east-1.bedrock.PutEnforcedGuardrailConfiguration.json",
              "organization/root.bedrock-policy.json"});
}

TEST_CASE("places without a binding: some are a warning, all an error") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}, AccountIndex{2}}, {"us-east-1"})};
  intent::Bindings bindings;
  CHECK(Enforce(model, bindings).codes == Codes{"W5110"});
  bindings.Bind("pii-safe", "444444444444", "us-east-1", BoundTo("444444444444", "us-east-1"));
  CHECK(Enforce(model, bindings).codes == Codes{"W5111"});
  bindings.Bind("pii-safe", "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  CHECK(Enforce(model, bindings).codes == Codes{"W5112"});
}

TEST_CASE("what AWS would refuse or fail on") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}}, {"us-east-1"})};
  intent::Bindings bindings;
  for (const char* name : {"pii-safe", "strict"}) {
    bindings.Bind(name, "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  }
  SUBCASE("automated reasoning") {
    model.guardrails[0].reasoning = intent::Reasoning{.policies = {"arn:x"}};
    CHECK(Enforce(model, bindings).codes == Codes{"W8101"});
  }
  SUBCASE("two configurations for one account and region") {
    model.screenings.push_back(Screen({AccountIndex{1}}, {"us-east-1"}, 9));
    model.screenings[1].guardrail = intent::GuardrailIndex{1};
    const Outcome outcome = Enforce(model, bindings);
    CHECK(outcome.codes == Codes{"W8102"});
    CHECK(outcome.findings[0].labels.size() == 1);
  }
  SUBCASE("ids that the lists refuse") {
    model.screenings[0].all_models = false;
    for (const char* good : {"amazon.titan-embed-text-v2:0", "cohere.embed-english-v3:0:512",
                             "anthropic.claude-sonnet-4-5-20250929-v1:0"}) {
      CAPTURE(good);
      model.screenings[0].included = {good};
      CHECK(Enforce(model, bindings).codes == Codes{});
    }
    for (const char* bad : {"us.anthropic.claude-x-v1:0", "claude", "zai.glm-4.7", "a.b:c:d:e",
                            "Amazon.nova", "a."}) {
      CAPTURE(bad);
      model.screenings[0].included = {bad};
      CHECK(Enforce(model, bindings).codes == Codes{"W8103"});
    }
  }
  SUBCASE("a policy at the limit and one character past it") {
    constexpr std::size_t kMost = 10'000;
    std::vector<std::string> regions;
    for (int i = 10; i < 36; ++i) regions.push_back(fmt::format("us-east-{}", i));
    model.screenings = {Screen({AccountIndex{1}}, regions)};
    const auto enforce = [&](std::size_t more) {
      intent::Bindings shared;
      for (const std::string& region : regions) {
        shared.Bind("pii-safe", "111111111111", region, BoundTo("111111111111", region));
      }
      intent::BoundGuardrail longer = BoundTo("111111111111", regions.front());
      longer.arn += std::string(more, 'a');
      shared.Bind("pii-safe", "111111111111", regions.front(), longer);
      return Enforce(model, shared);
    };
    const std::size_t least = enforce(0).tree.artifacts.front().bytes.size();
    REQUIRE(least < kMost);
    const Outcome fits = enforce(kMost - least);
    CHECK(fits.tree.artifacts.front().bytes.size() == kMost);
    CHECK(fits.codes == Codes{});
    CHECK(enforce(kMost - least + 1).codes == Codes{"W8105"});
  }
  SUBCASE("a policy larger than the organization takes") {
    intent::Bindings shared;
    std::vector<std::string> regions;
    for (int i = 0; i < 40; ++i) {
      regions.push_back(fmt::format("us-east-{}", i));
      shared.Bind("pii-safe", "111111111111", regions.back(),
                  BoundTo("111111111111", regions.back()));
    }
    std::ranges::sort(regions);
    model.screenings = {Screen({AccountIndex{1}}, regions)};
    CHECK(Enforce(model, shared).codes == Codes{"W8105"});
  }
}

TEST_CASE("callers who may not apply the guardrail are named") {
  intent::Model model = Organization();
  model.screenings = {Screen({AccountIndex{1}}, {"us-east-1"})};
  intent::Permission call;
  call.holders = {{"fraud", {}, {AccountIndex{1}}}};
  call.accounts = {AccountIndex{1}};
  call.calls = {{intent::Call::Plane::kBedrock, "amazon.nova-lite-v1:0", "us-east-1", {}}};
  model.permissions = {call};
  intent::Bindings bindings;
  bindings.Bind("pii-safe", "222222222222", "us-east-1", BoundTo("222222222222", "us-east-1"));
  const Outcome outcome = Enforce(model, bindings);
  CHECK(outcome.codes == Codes{"W8104"});
  CHECK(outcome.findings[0].message.find("team fraud") != std::string::npos);
  CHECK(outcome.findings[0].severity == diag::Severity::kWarning);
  SUBCASE("who calls with the guardrail may apply it") {
    model.permissions[0].guardrails = {intent::GuardrailIndex{0}};
    CHECK(Enforce(model, bindings).codes == Codes{});
  }
  SUBCASE("so may who is let to apply it") {
    intent::Permission apply = call;
    apply.calls.clear();
    apply.operation.sort = intent::Sort::kGuardrails;
    apply.operation.guardrails = {intent::GuardrailIndex{0}};
    model.permissions.push_back(apply);
    CHECK(Enforce(model, bindings).codes == Codes{});
  }
  SUBCASE("another guardrail is not enough") {
    model.permissions[0].guardrails = {intent::GuardrailIndex{1}};
    CHECK(Enforce(model, bindings).codes == Codes{"W8104"});
  }
  SUBCASE("who calls elsewhere, or another model, is not concerned") {
    model.permissions[0].calls[0].region = "us-west-2";
    CHECK(Enforce(model, bindings).codes == Codes{});
    model.permissions[0].calls[0].region = "us-east-1";
    model.screenings[0].excluded = {"amazon.nova-lite-v1:0"};
    CHECK(Enforce(model, bindings).codes == Codes{});
  }
}

// ---- logging -----------------------------------------------------------------------------------

intent::Logging Log(std::vector<AccountIndex> accounts, std::vector<std::string> regions) {
  intent::Logging logging;
  logging.origin.span = {source::FileId{0}, 1, 2};
  logging.accounts = std::move(accounts);
  logging.regions = std::move(regions);
  return logging;
}

Outcome LogAll(const intent::Model& model) {
  diag::Sink sink;
  Outcome outcome;
  outcome.tree.artifacts = LoggingRequests(model, catalog::Catalog::BuiltIn(), sink);
  outcome.findings = sink.Sorted();
  for (const diag::Diagnostic& found : outcome.findings)
    outcome.codes.push_back(diag::CodeText(found.number));
  return outcome;
}

TEST_CASE("both sinks, with the account's own role and names") {
  intent::Model model = Organization();
  model.loggings = {Log({AccountIndex{1}, AccountIndex{2}}, {"us-east-1"})};
  model.loggings[0].bucket = "acme-{account}-{region}/bedrock";
  model.loggings[0].log_group = "/aws/bedrock/invocations";
  model.loggings[0].log_role = "BedrockLogs";
  const Outcome outcome = LogAll(model);
  CHECK(outcome.codes == Codes{});
  CHECK(outcome.Paths() ==
        Paths{"logging/claims.us-east-1.bedrock.PutModelInvocationLoggingConfiguration.json",
              "logging/payments.us-east-1.bedrock.PutModelInvocationLoggingConfiguration.json"});
  CHECK(outcome.tree.artifacts[1].bytes == R"({
  "loggingConfig": {
    "cloudWatchConfig": {
      "logGroupName": "/aws/bedrock/invocations",
      "roleArn": "arn:aws:iam::222222222222:role/BedrockLogs"
    },
    "s3Config": {
      "bucketName": "acme-222222222222-us-east-1",
      "keyPrefix": "bedrock"
    },
    "textDataDeliveryEnabled": true,
    "imageDataDeliveryEnabled": true,
    "embeddingDataDeliveryEnabled": true,
    "videoDataDeliveryEnabled": true,
    "audioDataDeliveryEnabled": true
  }
}
)");
}

TEST_CASE("sinks that AWS would refuse") {
  intent::Model model = Organization();
  model.loggings = {Log({AccountIndex{1}}, {"us-east-1"})};
  intent::Logging& logging = model.loggings[0];
  for (const auto& [bucket, codes] : {std::pair<std::string, Codes>{"abc", {}},
                                      {std::string(63, 'a'), {}},
                                      {"ab", {"W8111"}},
                                      {std::string(64, 'a'), {"W8111"}},
                                      {"Acme-logs", {"W8111"}},
                                      {"acme_logs", {"W8111"}},
                                      {"-acme", {"W8111"}},
                                      {"", {"W8111"}},
                                      {"abc/" + std::string(1024, 'p'), {}},
                                      {"abc/" + std::string(1025, 'p'), {"W8111"}}}) {
    const auto& name = bucket;  // a capture takes no binding
    CAPTURE(name);
    logging.bucket = bucket;
    CHECK(LogAll(model).codes == codes);
  }
  logging.bucket.reset();
  logging.log_role = "BedrockLogs";
  for (const auto& [group, codes] : {std::pair<std::string, Codes>{"g", {}},
                                     {std::string(512, 'g'), {}},
                                     {"", {"W8112"}},
                                     {std::string(513, 'g'), {"W8112"}}}) {
    const auto& name = group;  // a capture takes no binding
    CAPTURE(name);
    logging.log_group = group;
    CHECK(LogAll(model).codes == codes);
  }
  logging.log_group = "g";
  for (const auto& [role, codes] : {std::pair<std::string, Codes>{"path/Role", {}},
                                    {"arn:aws:iam::222222222222:role/Role", {}},
                                    {"arn:aws:iam::333333333333:role/Role", {"W8113"}},
                                    {"arn:aws:iam::222222222222:user/Role", {"W8113"}},
                                    {"", {"W8113"}}}) {
    const auto& name = role;  // a capture takes no binding
    CAPTURE(name);
    logging.log_role = role;
    CHECK(LogAll(model).codes == codes);
  }
}

TEST_CASE("one configuration for an account and region, one bucket for a place") {
  intent::Model model = Organization();
  model.loggings = {Log({AccountIndex{1}}, {"us-east-1"}), Log({AccountIndex{1}}, {"us-east-1"})};
  model.loggings[1].origin.span.begin = 2;
  model.loggings[0].bucket = "acme-logs";
  model.loggings[1].bucket = "acme-logs";
  CHECK(LogAll(model).codes == Codes{"W8110"});
  model.loggings = {Log({AccountIndex{1}}, {"us-east-1", "us-west-2"})};
  model.loggings[0].bucket = "acme-logs-{account}";
  CHECK(LogAll(model).codes == Codes{"W8114"});
  model.loggings[0].bucket = "acme-logs-{region}";
  CHECK(LogAll(model).codes == Codes{});
}

}  // namespace
}  // namespace writ::emit

// The built-in catalog: what names mean, which ids their patterns cover, actions and keys. The
// counts are compared with the facts themselves in facts_test.cpp.
#include "facts/catalog/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

namespace writ::catalog {
namespace {

const Catalog& Facts() { return Catalog::BuiltIn(); }

std::string NameOf(std::string_view id) {
  const FoundId found = Facts().FindId(id);
  return found ? found.model->name : "";
}

bool CoveredBy(const std::vector<std::string>& patterns, std::string_view id) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [id](const std::string& pattern) { return MatchesPattern(pattern, id); });
}

std::vector<std::string> Names(const std::vector<const Model*>& models) {
  std::vector<std::string> names;
  for (const Model* model : models) names.push_back(model->name);
  return names;
}

/// NAME of the grammar: [a-zA-Z_][a-zA-Z0-9_]*([.\-][a-zA-Z0-9_]+)*
bool IsNameToken(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (name.empty() || !is_word(name[0]) || (name[0] >= '0' && name[0] <= '9')) return false;
  for (std::size_t i = 1; i < name.size(); ++i) {
    const bool is_joint = name[i] == '.' || name[i] == '-';
    if (!is_word(name[i]) && !(is_joint && i + 1 < name.size() && is_word(name[i + 1]))) {
      return false;
    }
  }
  return true;
}

TEST_CASE("a model's name is its id without provider, date stamp and revision, version dotted") {
  CHECK(NameOf("anthropic.claude-sonnet-4-5-20250929-v1:0") == "claude-sonnet-4.5");
  CHECK(NameOf("amazon.nova-lite-v1:0") == "nova-lite");
  CHECK(NameOf("amazon.titan-embed-text-v2:0") == "titan-embed-text-v2");
  CHECK(NameOf("amazon.titan-embed-text-v1") == "titan-embed-text-v1");
  CHECK(NameOf("cohere.embed-english-v3") == "embed-english-v3");
  CHECK(NameOf("cohere.rerank-v3-5:0") == "rerank-v3.5");
  CHECK(NameOf("meta.llama3-1-70b-instruct-v1:0") == "llama3.1-70b-instruct");
  CHECK(NameOf("mistral.mistral-large-2402-v1:0") == "mistral-large-2402");
  CHECK(NameOf("mistral.mistral-large-2407-v1:0") == "mistral-large-2407");
  CHECK(NameOf("anthropic.claude-3-5-sonnet-20240620-v1:0") == "claude-3.5-sonnet");
  CHECK(NameOf("anthropic.claude-3-5-sonnet-20241022-v2:0") == "claude-3.5-sonnet-v2");
  CHECK(NameOf("deepseek.r1-v1:0") == "r1");
}

TEST_CASE("a model's other id on the mantle plane shares its name") {
  CHECK(NameOf("openai.gpt-oss-120b") == "gpt-oss-120b");
  CHECK(NameOf("openai.gpt-oss-120b-1:0") == "gpt-oss-120b");
  CHECK(NameOf("deepseek.v3-v1:0") == "v3.1");
  CHECK(NameOf("deepseek.v3.1") == "v3.1");
  CHECK(NameOf("moonshot.kimi-k2-thinking") == NameOf("moonshotai.kimi-k2-thinking"));
  CHECK(NameOf("qwen.qwen3-coder-30b-a3b-instruct") == NameOf("qwen.qwen3-coder-30b-a3b-v1:0"));
  CHECK(NameOf("openai.gpt-5.4-2026-03-05") == "gpt-5.4");
}

TEST_CASE("names are unique tokens of the grammar and stable") {
  std::ifstream file(WRIT_MODEL_NAMES);
  REQUIRE(file.good());
  std::stringstream golden;
  golden << file.rdbuf();
  std::string actual;
  std::set<std::string> seen;
  for (const Model& model : Facts().models()) {
    CHECK_MESSAGE(IsNameToken(model.name), model.name);
    CHECK_MESSAGE(seen.insert(model.name).second, model.name);
    for (const std::string& alias : model.aliases) {
      CHECK_MESSAGE(IsNameToken(alias), alias);
      CHECK_MESSAGE(seen.insert(alias).second, alias);
    }
    actual += model.name;
    for (const std::string& alias : model.aliases) actual += " = " + alias;
    actual += '\n';
    for (const ModelId& id : model.ids) actual += "  " + id.id + "\n";
  }
  for (const Family& family : Facts().families())
    CHECK_MESSAGE(IsNameToken(family.name), family.name);
  CHECK_MESSAGE(actual == golden.str(), "names changed; the list as it is now:\n", actual);
}

TEST_CASE("a provider in front of a name, and an id that is a name token, find the model") {
  const Model* lite = Facts().FindModel("nova-lite");
  REQUIRE(lite != nullptr);
  CHECK(Facts().FindModel("amazon.nova-lite") == lite);
  CHECK(Facts().FindModel("anthropic.nova-lite") == nullptr);
  CHECK(Facts().FindModel("anthropic.claude-opus-4-7") == Facts().FindModel("claude-opus-4.7"));
  CHECK(Facts().FindModel("moonshotai.kimi-k3") == Facts().FindModel("kimi-k3"));
  CHECK(Facts().FindModel("v3") == Facts().FindModel("deepseek.v3.1"));
}

TEST_CASE("every pattern of a model covers its ids and no other's") {
  std::size_t checked = 0;
  for (const Model& model : Facts().models()) {
    for (const Model& other : Facts().models()) {
      for (const ModelId& id : other.ids) {
        CHECK_MESSAGE(CoveredBy(model.patterns, id.id) == (&model == &other), model.name, " and ",
                      id.id);
        ++checked;
      }
    }
  }
  CHECK(checked > 30'000);
}

TEST_CASE("every pattern of a family and of a provider covers its ids and no other's") {
  for (const Model& model : Facts().models()) {
    for (const ModelId& id : model.ids) {
      for (const Family& family : Facts().families()) {
        const bool is_own = family.name == model.family && family.provider == model.provider;
        CHECK_MESSAGE(CoveredBy(family.patterns, id.id) == is_own, family.name, " and ", id.id);
      }
      for (const Provider& provider : Facts().providers()) {
        CHECK_MESSAGE(CoveredBy(provider.patterns, id.id) == (provider.slug == model.provider),
                      provider.slug, " and ", id.id);
      }
    }
  }
}

TEST_CASE("patterns cover ids that a name may come to mean") {
  const auto covers = [](std::string_view name, std::string_view id) {
    return CoveredBy(Facts().FindModel(name)->patterns, id);
  };
  CHECK(covers("claude-sonnet-4.5", "anthropic.claude-sonnet-4-5"));
  CHECK(covers("claude-sonnet-4.5", "anthropic.claude-sonnet-4-5-20270101-v2:0"));
  CHECK(covers("claude-opus-4", "anthropic.claude-opus-4"));
  CHECK(covers("claude-opus-4", "anthropic.claude-opus-4-v2:0"));
  CHECK_FALSE(covers("claude-opus-4", "anthropic.claude-opus-4-9"));
  CHECK(covers("claude-3.5-sonnet", "anthropic.claude-3-5-sonnet-20240620-v1:0:18k"));
  const Family* sol = Facts().FindFamily("gpt-sol");
  REQUIRE(sol != nullptr);
  CHECK(CoveredBy(sol->patterns, "openai.gpt-7.2-sol"));
  CHECK(CoveredBy(Facts().FindFamily("claude-sonnet")->patterns, "anthropic.claude-sonnet-6"));
}

TEST_CASE("a family's members stand oldest first, and the newest active ones are found") {
  const Family* opus = Facts().FindFamily("claude-opus");
  REQUIRE(opus != nullptr);
  CHECK(opus->models.back() == "claude-opus-5.5");
  CHECK(Names(Facts().Newest(*opus, "2026-11-22")) == std::vector<std::string>{"claude-opus-5.5"});
  // No source says that Claude Haiku 5.5 is active: unknown counts as no.
  CHECK(Names(Facts().Newest(*Facts().FindFamily("claude-haiku"), "2026-11-22")) ==
        std::vector<std::string>{"claude-haiku-4.5"});
  // Two sizes of one version.
  CHECK(Facts().Newest(*Facts().FindFamily("llama"), "2026-11-22").size() == 2);
  CHECK(Names(Facts().Newest(*Facts().FindFamily("deepseek"), "2026-11-22")) ==
        std::vector<std::string>{"v3.2"});
}

TEST_CASE("a family leaves out what is legacy, ended or unknown") {
  const std::vector<std::string> active =
      Names(Facts().ActiveModels(*Facts().FindFamily("claude-sonnet"), "2026-11-22"));
  CHECK(std::find(active.begin(), active.end(), "claude-sonnet-4") == active.end());
  CHECK(std::find(active.begin(), active.end(), "claude-3.7-sonnet") == active.end());
  CHECK(std::find(active.begin(), active.end(), "claude-sonnet-4.5") != active.end());
}

TEST_CASE("a bare name is a model before a family before a provider") {
  CHECK(std::holds_alternative<const Model*>(Facts().FindName("nova-lite")));
  CHECK(std::holds_alternative<const Family*>(Facts().FindName("claude-sonnet")));
  CHECK(std::holds_alternative<const Family*>(Facts().FindName("anthropic.claude-sonnet")));
  CHECK(std::holds_alternative<const Provider*>(Facts().FindName("anthropic")));
  CHECK(std::holds_alternative<const Provider*>(Facts().FindName("moonshotai")));
  CHECK(std::holds_alternative<std::monostate>(Facts().FindName("claude-sonet")));
}

TEST_CASE("routes depend on the source region and the unknown stays unknown") {
  const FoundProfile us = Facts().FindProfile("us.anthropic.claude-sonnet-4-5-20250929-v1:0");
  REQUIRE(us);
  const Route* from_east = us.profile->RouteFrom("us-east-1");
  REQUIRE(from_east != nullptr);
  CHECK(from_east->destinations == std::vector<std::string>{"us-east-1", "us-east-2", "us-west-2"});
  CHECK_FALSE(from_east->inferred);
  const FoundProfile canada = Facts().FindProfile("us.anthropic.claude-opus-5-5");
  REQUIRE(canada);
  REQUIRE(canada.profile->RouteFrom("ca-central-1") != nullptr);
  CHECK(canada.profile->RouteFrom("ca-central-1")->inferred);
  const FoundProfile unknown = Facts().FindProfile("us.anthropic.claude-haiku-5-5");
  REQUIRE(unknown);
  CHECK(unknown.profile->CallableIn("us-east-1") == std::nullopt);
  const FoundProfile global = Facts().FindProfile("global.amazon.nova-2-lite-v1:0");
  REQUIRE(global);
  CHECK(global.profile->global());
  CHECK(global.profile->CallableIn("us-east-1") == true);
  CHECK(global.profile->RouteFrom("us-east-1") == nullptr);
}

TEST_CASE("in-region availability is yes, no or unknown") {
  const auto in = [](std::string_view id, std::string_view region) {
    return Facts().FindId(id).id->InRegion(region);
  };
  CHECK(in("amazon.nova-lite-v1:0", "us-east-1") == true);
  CHECK(in("anthropic.claude-sonnet-4-5-20250929-v1:0", "us-east-1") == false);
  CHECK(in("anthropic.claude-opus-4-7", "us-east-1") == std::nullopt);
  CHECK(in("anthropic.claude-haiku-5-5", "us-east-1") == std::nullopt);
  CHECK(in("xai.grok-4.3", "us-west-2") == false);
}

TEST_CASE("embedding and rerank models carry no guardrail, unknown output is unknown") {
  const auto carries = [](std::string_view name) {
    return Facts().FindModel(name)->CanCarryGuardrail();
  };
  CHECK(carries("titan-embed-text-v2") == false);
  CHECK(carries("rerank") == false);
  CHECK(carries("rerank-v3.5") == false);
  CHECK(carries("marengo-embed-3.0") == false);
  CHECK(carries("nova-2-multimodal-embeddings") == false);
  CHECK(carries("claude-sonnet-4.5") == true);
  CHECK(carries("claude-haiku-5.5") == std::nullopt);
}

TEST_CASE("an action is found whatever its case, with AWS's spelling, resources and keys") {
  const std::optional<Action> invoke = Facts().FindAction("BEDROCK", "invokemodel");
  REQUIRE(invoke);
  CHECK(invoke->FullName() == "bedrock:InvokeModel");
  CHECK(invoke->access == AccessLevel::kRead);
  CHECK_FALSE(invoke->WildcardOnly());
  CHECK(Facts().Carries(*invoke, "bedrock:guardrailidentifier") == Carriage::kAction);
  CHECK(Facts().Carries(*invoke, "aws:ResourceTag/team") == Carriage::kResource);
  CHECK(Facts().Carries(*invoke, "aws:RequestTag/team") == Carriage::kAction);
  CHECK(Facts().Carries(*invoke, "aws:PrincipalTag/team") == Carriage::kGlobal);
  CHECK(Facts().Carries(*invoke, "bedrock:InlineAgentName") == Carriage::kNo);
  const std::optional<Action> batch = Facts().FindAction("bedrock", "CreateModelInvocationJob");
  REQUIRE(batch);
  CHECK(Facts().Carries(*batch, "bedrock:GuardrailIdentifier") == Carriage::kNo);
  CHECK(Facts().FindAction("bedrock", "RetrieveAndGenerate")->WildcardOnly());
  CHECK_FALSE(Facts().FindAction("bedrock", "Converse"));
  // First and last rows of the text, and one past each end.
  CHECK(Facts().FindAction("a2c", "GetContainerizationJobDetails"));
  CHECK_FALSE(Facts().FindAction("a", "A"));
  CHECK_FALSE(Facts().FindAction("zzz", "Z"));
}

TEST_CASE("condition keys of a resource type in one action, and dependent actions, are kept") {
  const std::optional<Action> room = Facts().FindAction("a4b", "AssociateDeviceWithRoom");
  REQUIRE(room);
  REQUIRE(room->resources.size() == 2);
  CHECK(room->resources[0].type == "device");
  CHECK(room->resources[0].required);
  CHECK(room->resources[0].keys == std::vector<std::string>{"aws:ResourceTag/${TagKey}"});
  CHECK(room->resources[0].dependent_actions.empty());
}

TEST_CASE("a resource type has the ARN format that AWS gives it") {
  const std::optional<ResourceType> guardrail = Facts().FindResourceType("bedrock", "guardrail");
  REQUIRE(guardrail);
  CHECK(guardrail->arns ==
        std::vector<std::string>{
            "arn:${Partition}:bedrock:${Region}:${Account}:guardrail/${GuardrailId}"});
  for (const Action& action : Facts().ActionsOf("bedrock")) {
    for (const ActionResource& use : action.resources) {
      CHECK_MESSAGE(Facts().FindResourceType("bedrock", use.type).has_value(), use.type);
    }
  }
}

TEST_CASE("a key has a type and is single- or multi-valued") {
  const auto key = [](std::string_view name) { return Facts().FindKey(name).value_or(Key{}); };
  CHECK(key("bedrock:GuardrailIdentifier").type == KeyType::kArn);
  CHECK(key("aws:TagKeys").multi_valued);
  CHECK_FALSE(key("aws:TagKeys").global);
  CHECK(key("aws:CalledVia").multi_valued);
  CHECK(key("aws:CalledVia").global);
  CHECK(key("aws:principaltag/team").name == "aws:PrincipalTag/${TagKey}");
  CHECK(key("kms:encryptionContext:aws:s3:arn").name ==
        "kms:EncryptionContext:${EncryptionContextKey}");
  CHECK_FALSE(Facts().FindKey("kms:EncryptionContext:"));
  CHECK(key("aws:RequestTag/aws:cloudformation:stack-name").name == "aws:RequestTag/${TagKey}");
  CHECK(key("aws:MultiFactorAuthPresent").type == KeyType::kBool);
  CHECK(key("iam:ServiceSpecificCredentialAgeDays").type == KeyType::kNumeric);
  CHECK_FALSE(Facts().FindKey("bedrock:ModelId"));
  CHECK_FALSE(Facts().FindKey("aws:PrincipalTag/"));
}

TEST_CASE("operations, keys and prefixes that IAM does not know are explained") {
  const auto right = [](const Correction* found) {
    return found != nullptr && !found->right.empty() ? found->right[0] : "";
  };
  CHECK(right(Facts().CorrectAction("bedrock:converse")) == "bedrock:InvokeModel");
  CHECK(right(Facts().CorrectAction("bedrock:RetrieveAndGenerateStream")) ==
        "bedrock:RetrieveAndGenerate");
  CHECK(right(Facts().CorrectKey("aws:InferenceProfileArn")) == "bedrock:InferenceProfileArn");
  CHECK(Facts().CorrectKey("bedrock:ModelId") != nullptr);
  CHECK(right(Facts().CorrectService("bedrock-runtime")) == "bedrock");
  CHECK(Facts().CorrectAction("bedrock:InvokeModel") == nullptr);
}

TEST_CASE("corrections correct what is wrong by what is right") {
  for (const Action& action : Facts().ActionsOf("bedrock")) {
    CHECK(Facts().CorrectAction(action.FullName()) == nullptr);
  }
  const Catalog& facts = Facts();
  for (const char* wrong :
       {"bedrock:Converse", "bedrock:ConverseStream", "bedrock:InvokeModelWithBidirectionalStream",
        "bedrock:StartAsyncInvoke", "bedrock:RetrieveAndGenerateStream"}) {
    const Correction* correction = facts.CorrectAction(wrong);
    REQUIRE(correction != nullptr);
    for (const std::string& right : correction->right) {
      const std::size_t colon = right.find(':');
      CHECK_MESSAGE(facts.FindAction(right.substr(0, colon), right.substr(colon + 1)), right);
    }
  }
}

TEST_CASE("near misses are suggested, best first") {
  const auto first = [](const std::vector<std::string>& all) {
    return all.empty() ? "" : all.front();
  };
  CHECK(first(Facts().SuggestModels("claude-sonet-4.5")) == "claude-sonnet-4.5");
  CHECK(first(Facts().SuggestModels("claude-sonnet-4-5")) == "claude-sonnet-4.5");
  CHECK(first(Facts().SuggestModels("claude-4.5-sonnet")) == "claude-sonnet-4.5");
  CHECK(first(Facts().SuggestModels("nova-light")) == "nova-lite");
  CHECK(first(Facts().SuggestActions("bedrock", "InvokeModelStream")) == "bedrock:InvokeModel");
  CHECK(first(Facts().SuggestActions("bedrock", "CreateInference")) ==
        "bedrock-mantle:CreateInference");
  CHECK(first(Facts().SuggestServices("bedrok")) == "bedrock");
  CHECK(first(Facts().SuggestKeys("aws:GuardrailIdentifier")) == "bedrock:GuardrailIdentifier");
  CHECK(first(Facts().SuggestKeys("aws:RequestRegion")) == "aws:RequestedRegion");
  CHECK(first(Facts().SuggestRegions("us-east1")) == "us-east-1");
  CHECK(Facts().SuggestModels("completely-different-thing").empty());
  CHECK(Facts().SuggestModels(std::string(100'000, 'x')).empty());
}

TEST_CASE("regions, geographies and guardrail profiles") {
  REQUIRE(Facts().FindRegion("us-gov-west-1") != nullptr);
  CHECK(Facts().FindRegion("us-gov-west-1")->partition == "aws-us-gov");
  CHECK(Facts().FindRegion("us-gov-west-1")->mantle == std::nullopt);
  CHECK(Facts().FindRegion("us-east-1")->mantle == true);
  CHECK(Facts().FindRegion("af-south-1")->opt_in);
  REQUIRE(Facts().FindGeography("uk") != nullptr);
  CHECK_FALSE(Facts().FindGeography("uk")->inference);
  CHECK(Facts().FindGeography("us")->guardrail);
  const GuardrailProfile* us = Facts().FindGuardrailProfile("us");
  REQUIRE(us != nullptr);
  CHECK(us->id == "us.guardrail.v1:0");
  REQUIRE(us->RouteFrom("us-west-1") != nullptr);
  CHECK(us->RouteFrom("us-west-1")->destinations.size() == 4);
  const GuardrailProfile* ca = Facts().FindGuardrailProfile("ca");
  REQUIRE(ca != nullptr);
  CHECK(ca->RouteFrom("ca-central-1") == nullptr);
  REQUIRE(Facts().FindGuardrailProfile("uk")->RouteFrom("eu-west-2") != nullptr);
}

TEST_CASE("global services and those of resource control policies") {
  CHECK(Facts().FindService("iam")->global_endpoint);
  CHECK_FALSE(Facts().FindService("bedrock")->global_endpoint);
  CHECK_FALSE(Facts().FindService("kms")->global_endpoint);
  CHECK(Facts().FindService("kms")->rcp);
  CHECK_FALSE(Facts().FindService("bedrock")->rcp);
  CHECK(Facts().Services().size() == 456);
}

TEST_CASE(
    "every action of Bedrock's prefixes has a class, and kinds name all that weakens control") {
  for (const char* service :
       {"bedrock", "bedrock-mantle", "bedrock-agentcore", "bedrock-websearch"}) {
    for (const Action& action : Facts().ActionsOf(service)) {
      CHECK_MESSAGE(Facts().Classify(service, action.name) != nullptr, action.FullName());
    }
  }
  const std::vector<const BedrockAction*> all =
      Facts().ActionsOfKind("bedrock", PlaneClass::kAdmin);
  for (const BedrockAction& action : Facts().bedrock_actions()) {
    if (!action.weakens_controls) continue;
    CHECK_MESSAGE(std::find(all.begin(), all.end(), &action) != all.end(), action.FullName());
  }
  CHECK(Facts().Classify("bedrock", "invokemodel")->plane == PlaneClass::kRuntime);
  CHECK(Facts().Classify("bedrock-mantle", "UpdateProject")->weakens_controls);
  CHECK(Facts().Classify("bedrock", "GetPrompt")->exposes_content);
  CHECK_FALSE(Facts().Classify("bedrock", "GetAsyncInvoke")->exposes_content);
}

TEST_CASE("API keys are IAM's service-specific credentials for Bedrock only") {
  const BedrockAction* create = Facts().Classify("iam", "CreateServiceSpecificCredential");
  REQUIRE(create != nullptr);
  CHECK(create->when_key == "iam:ServiceSpecificCredentialServiceName");
  CHECK(create->when_value == "bedrock.amazonaws.com");
  const std::vector<const BedrockAction*> keys =
      Facts().ActionsOfKind("api-keys", PlaneClass::kAdmin);
  CHECK(keys.size() == 4);
  for (const BedrockAction* key : keys) {
    const std::optional<Action> action = Facts().FindAction(key->service, key->name);
    REQUIRE(action);
    CHECK_MESSAGE(Facts().Carries(*action, key->when_key) != Carriage::kNo, action->FullName());
  }
}

TEST_CASE("a kind that is within another belongs to it") {
  CHECK(Facts().FindKind("agentcore-gateways")->within == "agentcore");
  CHECK(Facts().ActionsOfKind("agentcore", PlaneClass::kAdmin).size() >
        Facts().ActionsOfKind("agentcore-gateways", PlaneClass::kAdmin).size());
  for (const char* kind :
       {"guardrails", "knowledge-bases", "agents", "flows", "logging", "custom-models",
        "provisioned-throughput", "model-access", "api-keys", "data-retention"}) {
    CHECK_MESSAGE(Facts().FindKind(kind) != nullptr, kind);
    CHECK_MESSAGE(!Facts().ActionsOfKind(kind, PlaneClass::kAdmin).empty(), kind);
  }
}

TEST_CASE("every part and every quota names its source and date") {
  CHECK(Facts().date() == "2026-11-22");
  CHECK(Facts().parts().size() == 11);
  for (const Part& part : Facts().parts()) CHECK_FALSE(part.sources.empty());
  CHECK(Facts().FindPart("actions")->date == "2026-09-26");
  for (const Quota& quota : Facts().quotas()) {
    CHECK_MESSAGE(!quota.source.empty(), quota.id);
    CHECK_MESSAGE(quota.value > 0, quota.id);
  }
  CHECK(Facts().FindQuota("scp-size")->value == 10240);
  CHECK_FALSE(Facts().FindQuota("bedrock-policy-size")->assumed);
  CHECK(Facts().FindQuota("bedrock-policies-per-organization")->assumed);
}

}  // namespace
}  // namespace writ::catalog

#include "proof/verify/legs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "program/intent/planes.h"

namespace writ::verify {
namespace {

using Plane = intent::Call::Plane;

constexpr std::string_view kModel = "arn:{p}:bedrock:{s}::foundation-model/{m}";
constexpr std::string_view kModelThere = "arn:{p}:bedrock:{d}::foundation-model/{m}";
constexpr std::string_view kModelNowhere = "arn:{p}:bedrock:::foundation-model/{m}";

std::vector<CallLeg> MakeCallLegs() {
  const std::vector<std::string>& invoke = InvokeActions();
  const auto project = [](Approach approach) {
    return CallLeg{.verb = "invoke",
                   .approach = approach,
                   .actions = {"bedrock:InvokeModel"},
                   .resource = "arn:{p}:bedrock:{s}:{a}:project/default",
                   .called_key = "bedrock:ModelArn",
                   .models = "openai."};
  };
  return {
      // [SAR] a direct call: one authorization, no profile.
      {.verb = "invoke",
       .approach = Approach::kModel,
       .actions = invoke,
       .resource = kModel,
       .profile = ProfileKey::kAbsent,
       .guardrail = true},
      // [CRIS] the profile, without the key; the model in the source and in every destination, with
      // the profile's ARN in the key.
      {.verb = "invoke", .approach = Approach::kGeographic, .actions = invoke, .resource = ""},
      {.verb = "invoke",
       .approach = Approach::kGeographic,
       .actions = invoke,
       .resource = kModel,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true},
      {.verb = "invoke",
       .approach = Approach::kGeographic,
       .actions = invoke,
       .resource = kModelThere,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true},
      // [CRIS] the profile, the model in the source, and the model in no region, whose
      // aws:RequestedRegion reads `unspecified`.
      {.verb = "invoke", .approach = Approach::kGlobal, .actions = invoke, .resource = ""},
      {.verb = "invoke",
       .approach = Approach::kGlobal,
       .actions = invoke,
       .resource = kModel,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true},
      {.verb = "invoke",
       .approach = Approach::kGlobal,
       .actions = invoke,
       .resource = kModelNowhere,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true,
       .region = "unspecified"},
      // [CRIS], and observed: with an application profile the key holds that profile's ARN.
      {.verb = "invoke", .approach = Approach::kApplication, .actions = invoke, .resource = ""},
      {.verb = "invoke",
       .approach = Approach::kApplication,
       .actions = invoke,
       .resource = kModel,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true},
      {.verb = "invoke",
       .approach = Approach::kApplication,
       .actions = invoke,
       .resource = kModelThere,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true},
      {.verb = "invoke",
       .approach = Approach::kApplication,
       .actions = invoke,
       .resource = kModelNowhere,
       .profile = ProfileKey::kTheCalled,
       .guardrail = true,
       .region = "unspecified"},
      // [RESP] OpenAI's interfaces also ask for the project, and do not take application profiles.
      project(Approach::kModel),
      project(Approach::kGeographic),
      project(Approach::kGlobal),
      {.verb = "invoke",
       .approach = Approach::kMantle,
       .actions = {"bedrock-mantle:CreateInference"},
       .resource = "arn:{p}:bedrock-mantle:{s}:{a}:project/default",
       .model_key = "bedrock-mantle:Model"},
      // [BATCH] the model and the job.
      {.verb = "batch",
       .approach = Approach::kModel,
       .actions = {"bedrock:CreateModelInvocationJob"},
       .resource = kModel},
      {.verb = "batch",
       .approach = Approach::kModel,
       .actions = {"bedrock:CreateModelInvocationJob"},
       .resource = "arn:{p}:bedrock:{s}:{a}:model-invocation-job/*"},
      // [SAR]
      {.verb = "count-tokens",
       .approach = Approach::kModel,
       .actions = {"bedrock:CountTokens"},
       .resource = kModel},
      {.verb = "count-tokens",
       .approach = Approach::kMantle,
       .actions = {"bedrock-mantle:CountTokens"},
       .resource = "arn:{p}:bedrock-mantle:{s}:{a}:project/default",
       .model_key = "bedrock-mantle:Model"},
      {.verb = "customize",
       .approach = Approach::kModel,
       .actions = {"bedrock:CreateModelCustomizationJob"},
       .resource = kModel},
      {.verb = "customize",
       .approach = Approach::kModel,
       .actions = {"bedrock:CreateModelCustomizationJob"},
       .resource = "arn:{p}:bedrock:{s}:{a}:custom-model/*"},
      {.verb = "provision",
       .approach = Approach::kModel,
       .actions = {"bedrock:CreateProvisionedModelThroughput"},
       .resource = kModel},
  };
}

std::vector<Way> MakeWays() {
  using enum Target;
  const std::vector<std::string>& invoke = InvokeActions();
  const std::vector<std::string> batch = {"bedrock:CreateModelInvocationJob"};
  const std::vector<std::string> job = {"arn:{p}:bedrock:*:*:model-invocation-job/*"};
  const std::vector<std::string> made = {"arn:{p}:bedrock:*:*:custom-model/*"};
  return {
      // [SAR] InvokeModel's resource types: those that are models, and those that stand beside one.
      {.verb = "invoke",
       .actions = invoke,
       .targets = {kFoundation},
       .invocation = true,
       .beside = {"arn:{p}:bedrock:*:*:application-inference-profile/*",
                  "arn:{p}:bedrock:*:*:prompt-router/*",
                  "arn:{p}:bedrock:*:*:default-prompt-router/*", "arn:{p}:bedrock:*:*:project/*",
                  "arn:{p}:bedrock:*:*:async-invoke/*", "arn:{p}:bedrock::*:system-tool/*"}},
      {.verb = "invoke", .actions = invoke, .targets = {kProfile}},
      {.verb = "invoke",
       .actions = invoke,
       .targets = {kOpaque},
       .opaque = {"arn:{p}:bedrock:*:*:provisioned-model/*",
                  "arn:{p}:bedrock:*:*:custom-model-deployment/*",
                  "arn:{p}:bedrock:*:*:imported-model/*",
                  "arn:{p}:bedrock:*:*:marketplace/model-endpoint/*"},
       .invocation = true},
      {.verb = "invoke", .actions = batch, .targets = {kFoundation}, .beside = job},
      {.verb = "invoke", .actions = batch, .targets = {kOpaque}, .opaque = made},
      // Whoever may make one of these can call the model under an ARN that does not tell it.
      {.verb = "invoke",
       .actions = {"bedrock:CreateModelCustomizationJob",
                   "bedrock:CreateProvisionedModelThroughput",
                   "bedrock:UpdateProvisionedModelThroughput"},
       .targets = {kFoundation},
       .beside = {"arn:{p}:bedrock:*:*:custom-model/*", "arn:{p}:bedrock:*:*:provisioned-model/*",
                  "arn:{p}:bedrock:*:*:model-customization-job/*"}},
      {.verb = "invoke",
       .actions = {"bedrock:CreateInferenceProfile"},
       .targets = {kFoundation, kProfile},
       .makes_profile = true,
       .beside = {"arn:{p}:bedrock:*:*:application-inference-profile/*"}},
      {.verb = "invoke",
       .plane = Plane::kMantle,
       .actions = {"bedrock-mantle:CreateInference"},
       .targets = {kModelKey},
       .key = "bedrock-mantle:Model"},
      {.verb = "invoke",
       .plane = Plane::kMantle,
       .actions = {"bedrock-mantle:CreateFineTuningJob"},
       .targets = {kModelKey},
       .key = "bedrock-mantle:Model"},
      // [BATCH]
      {.verb = "batch", .actions = batch, .targets = {kFoundation}, .beside = job},
      {.verb = "batch", .actions = batch, .targets = {kOpaque}, .opaque = made},
      // [CPA] no key and no resource tells the model.
      {.verb = "batch",
       .plane = intent::kClaudePlatform,
       .actions = {"aws-external-anthropic:CreateBatchInference"},
       .targets = {kPlatform}},
      {.verb = "count-tokens",
       .plane = intent::kClaudePlatform,
       .actions = {"aws-external-anthropic:CountTokens"},
       .targets = {kPlatform}},
      {.verb = "count-tokens", .actions = {"bedrock:CountTokens"}, .targets = {kFoundation}},
      {.verb = "count-tokens",
       .plane = Plane::kMantle,
       .actions = {"bedrock-mantle:CountTokens"},
       .targets = {kModelKey},
       .key = "bedrock-mantle:Model"},
      // [MA] the product id is the one thing that tells models apart here.
      {.verb = "subscribe-to",
       .actions = {"aws-marketplace:Subscribe"},
       .targets = {kProduct},
       .key = "aws-marketplace:ProductId"},
      {.verb = "customize",
       .actions = {"bedrock:CreateModelCustomizationJob"},
       .targets = {kFoundation},
       .beside = {"arn:{p}:bedrock:*:*:custom-model/*",
                  "arn:{p}:bedrock:*:*:model-customization-job/*"}},
      {.verb = "customize",
       .plane = Plane::kMantle,
       .actions = {"bedrock-mantle:CreateFineTuningJob"},
       .targets = {kModelKey},
       .key = "bedrock-mantle:Model"},
      {.verb = "provision",
       .actions = {"bedrock:CreateProvisionedModelThroughput",
                   "bedrock:UpdateProvisionedModelThroughput"},
       .targets = {kFoundation},
       .beside = {"arn:{p}:bedrock:*:*:custom-model/*", "arn:{p}:bedrock:*:*:provisioned-model/*"}},
  };
}

}  // namespace

const std::vector<std::string>& InvokeActions() {
  static const std::vector<std::string> actions = {"bedrock:InvokeModel",
                                                   "bedrock:InvokeModelWithResponseStream"};
  return actions;
}

const std::vector<CallLeg>& CallLegs() {
  static const std::vector<CallLeg> legs = MakeCallLegs();
  return legs;
}

const std::vector<Way>& Ways() {
  static const std::vector<Way> ways = MakeWays();
  return ways;
}

// [KB] the calls to the model are made on the caller's behalf.
bool IsAskedForTheModel(std::string_view action) { return action == "bedrock:RetrieveAndGenerate"; }

// [RR]
std::vector<std::string_view> ModelsOf(std::string_view action) {
  if (action == "bedrock:Rerank") return {"amazon.rerank-v1:0", "cohere.rerank-v3-5:0"};
  return {};
}

const std::vector<std::string>& GlobalActions() {
  static const std::vector<std::string> actions = {
      "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream",
      "bedrock:CreateModelInvocationJob", "bedrock:CreateInferenceProfile"};
  return actions;
}

const std::vector<PlainVerb>& PlainVerbs() {
  using intent::Sort;
  // [SAR] the API operation and the IAM action have one name in each of these.
  static const std::vector<PlainVerb> verbs = {
      {"invoke", Sort::kAgents, "bedrock:InvokeAgent"},
      {"invoke", Sort::kFlows, "bedrock:InvokeFlow", "bedrock:StartFlowExecution"},
      {"invoke", Sort::kPrompts, "bedrock:RenderPrompt"},
      {"query", Sort::kKnowledgeBases, "bedrock:Retrieve"},
      {"call", Sort::kResources, "sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync"},
      {"call", Sort::kResources, "sagemaker:InvokeEndpointWithResponseStream"},
      // [CPA] a session runs a model as well; who makes or changes one was not said to invoke.
      {"invoke", Sort::kResources, "aws-external-anthropic:CreateInference",
       "aws-external-anthropic:CreateBatchInference"},
      {"invoke", Sort::kResources, "", "aws-external-anthropic:CreateSession"},
      {"invoke", Sort::kResources, "", "aws-external-anthropic:UpdateSession"},
      {"batch", Sort::kResources, "aws-external-anthropic:CreateBatchInference"},
      {"count-tokens", Sort::kResources, "aws-external-anthropic:CountTokens"},
  };
  return verbs;
}

std::vector<std::string> Located(const std::string& arn, const std::string& partition,
                                 const std::vector<std::string>& regions,
                                 const std::string& account) {
  std::vector<std::string> located;
  for (const std::string& region : regions) {
    std::string text = arn;
    for (const auto& [place, value] :
         {std::pair<std::string_view, const std::string&>{"{partition}", partition},
          {"{region}", region},
          {"{account}", account}}) {
      const std::size_t at = text.find(place);
      if (at != std::string::npos) text.replace(at, place.size(), value);
    }
    located.push_back(text);
    if (text == arn) break;
  }
  return located;
}

bool IsCheckedOnNothing(std::string_view action) {
  // [GR] creating a guardrail; [SAR] none of the others' types is required: they name parts of what
  // is made, or the one thing whose versions are listed.
  static constexpr std::array<std::string_view, 8> kActions = {
      "bedrock:CreateGuardrail",
      "bedrock:CreateDataAutomationProject",
      "bedrock:ListAutomatedReasoningPolicies",
      "bedrock:ListBlueprints",
      "bedrock:ListDataAutomationLibraries",
      "bedrock:ListDataAutomationProjects",
      "bedrock:ListGuardrails",
      "bedrock:ListPrompts"};
  return std::ranges::find(kActions, action) != kActions.end();
}

bool IsBedrockService(std::string_view service) {
  return service == "bedrock" || service == "bedrock-mantle" || service == "bedrock-agentcore" ||
         service == "bedrock-websearch";
}

}  // namespace writ::verify

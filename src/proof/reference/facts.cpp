#include "proof/reference/facts.h"

#include <algorithm>
#include <array>

#include "iam/policy/document.h"

namespace writ::reference {
namespace {

constexpr Way kWays[] = {
    // SAR and GUIDE: Converse, Messages, Chat Completions and asynchronous calls come as these two.
    {"bedrock:InvokeModel", Tells::kInvocation},
    {"bedrock:InvokeModelWithResponseStream", Tells::kInvocation},
    // SAR: foundation-model (or custom-model) and model-invocation-job; no key of its own.
    {"bedrock:CreateModelInvocationJob", Tells::kResource},
    // SAR: foundation-model, custom-model, prompt routers.
    {"bedrock:CreateEvaluationJob", Tells::kResource},
    {"bedrock:CreateModelEvaluationJob", Tells::kResource},
    // SAR: foundation-model, inference-profile, application-inference-profile.
    {"bedrock:CreateAdvancedPromptOptimizationJob", Tells::kResource},
    // SAR: what is made from a model answers under an ARN that no longer tells it.
    {"bedrock:CreateProvisionedModelThroughput", Tells::kResource, true},
    {"bedrock:UpdateProvisionedModelThroughput", Tells::kResource, true},
    {"bedrock:CreateModelCustomizationJob", Tells::kResource, true},
    {"bedrock:CreateInferenceProfile", Tells::kResource, true},
    // MANTLE: the model is a key and never a resource.
    {"bedrock-mantle:CreateInference", Tells::kKey},
    {"bedrock-mantle:CreateFineTuningJob", Tells::kKey, true},
    // GUIDE: Retrieve and InvokeModel are asked of the caller too.
    {"bedrock:RetrieveAndGenerate", Tells::kCaller},
    // SAR: no resource type, or one that is not a model; the models that they use are in their
    // configuration or in the body of the call.
    {"bedrock:AgenticRetrieveStream", Tells::kNothing},
    {"bedrock:GenerateQuery", Tells::kNothing},
    {"bedrock:InvokeAgent", Tells::kNothing},
    {"bedrock:InvokeBuilder", Tells::kNothing},
    {"bedrock:InvokeDataAutomation", Tells::kNothing},
    {"bedrock:InvokeDataAutomationAsync", Tells::kNothing},
    {"bedrock:InvokeFlow", Tells::kNothing},
    {"bedrock:InvokeInlineAgent", Tells::kNothing},
    {"bedrock:OptimizePrompt", Tells::kNothing},
    {"bedrock:Rerank", Tells::kNothing},
    {"bedrock:StartFlowExecution", Tells::kNothing},
};

constexpr std::string_view kOpaque[] = {"provisioned-model/", "custom-model-deployment/",
                                        "imported-model/", "marketplace/model-endpoint/"};
constexpr std::string_view kBeside[] = {"application-inference-profile/",
                                        "prompt-router/",
                                        "default-prompt-router/",
                                        "async-invoke/",
                                        "project/",
                                        "system-tool/",
                                        "model-invocation-job/",
                                        "inference-profile/",
                                        "custom-model/"};

// CLAUDE: requests, batches (denying one leaves the other), agents' sessions, the console, which
// acts with rights of its own, and calls with the plane's API keys.
constexpr std::string_view kClaude[] = {
    "aws-external-anthropic:CreateInference", "aws-external-anthropic:CreateBatchInference",
    "aws-external-anthropic:CreateSession",   "aws-external-anthropic:UpdateSession",
    "aws-external-anthropic:AssumeConsole",   "aws-external-anthropic:CallWithBearerToken"};

constexpr std::string_view kApiKeys[] = {
    "bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken",
    "aws-external-anthropic:CallWithBearerToken", "sagemaker:CallWithBearerToken"};

template <std::size_t kSize>
bool Has(const std::string_view (&names)[kSize], std::string_view action) {
  return std::ranges::any_of(
      names, [&](std::string_view name) { return policy::EqualIgnoringCase(name, action); });
}

template <std::size_t kSize>
bool StartsWithOne(const std::string_view (&types)[kSize], std::string_view rest) {
  return std::ranges::any_of(types, [&](std::string_view type) { return rest.starts_with(type); });
}

}  // namespace

const Way* WayOf(std::string_view action) {
  const auto* const found = std::ranges::find_if(
      kWays, [&](const Way& way) { return policy::EqualIgnoringCase(way.action, action); });
  return found == std::end(kWays) ? nullptr : found;
}

bool IsOpaque(std::string_view rest) { return StartsWithOne(kOpaque, rest); }
bool IsBesideModel(std::string_view rest) { return StartsWithOne(kBeside, rest); }
bool IsClaudeInference(std::string_view action) { return Has(kClaude, action); }
bool UsesApiKey(std::string_view action) { return Has(kApiKeys, action); }

}  // namespace writ::reference

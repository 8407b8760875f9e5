#include "proof/reference/unsettled.h"

#include <fmt/format.h>

namespace writ::reference {
namespace {

struct Unsettled {
  std::string_view group;  ///< a pattern of what GroupOf says
  std::string_view because;
};

constexpr Unsettled kUnsettled[] = {
    {"allow anyone: aws-external-anthropic:*", "the third plane and its API keys stay open"},
    {"allow anyone: sagemaker:CallWithBearerToken*", "API keys of other services stay open"},
    {"* aws-marketplace:Subscribe *", "products whose id is not known stay open"},
    {"allow *: bedrock:Create*EvaluationJob*", "evaluation stays open"},
    {"allow *: bedrock:CreateAdvancedPromptOptimizationJob*", "optimization stays open"},
    {"allow *: bedrock:GenerateQuery*", "actions that do not tell their model stay open"},
    {"allow *: bedrock:AgenticRetrieveStream*", "actions that do not tell their model stay open"},
    {"allow *: bedrock:Invoke* on * may not invoke", "actions that do not tell their model"},
    {"allow *: bedrock:InvokeInlineAgent*", "actions that do not tell their model stay open"},
    {"allow *: bedrock:InvokeBuilder*", "actions that do not tell their model stay open"},
    {"allow *: bedrock:Rerank*", "actions that do not tell their model stay open"},
    {"allow *: bedrock:OptimizePrompt*", "actions that do not tell their model stay open"},
    {"allow anyone: bedrock:CreateInferenceProfile*", "narrowing by plane or route drops it"},
    {"allow anyone: bedrock:CreateProvisionedModelThroughput*", "so do duties"},
    {"allow anyone: bedrock:CreateModelCustomizationJob*", "so do duties"},
    {"allow anyone: *may not *gov*", "prohibitions are written for one partition"},
    {"* anyone: *(gov)*", "prohibitions are written for one partition"},
    {"allow holders: * tag *", "grants of tag-bound teams do not end with the tag"},
    {"allow holders: * permission-set *", "permission sets grant outside of the team's accounts"},
    {"allow anyone: bedrock:ApplyGuardrail*", "`any guardrail` is read as the bound ones"},
    {"* iam:ListServiceSpecificCredentials*", "`browse api-keys` is lowered to nothing"},
    {"allow anyone: bedrock:*List* may not browse", "some actions of a kind are not refused"},
    {"allow anyone: * must *", "duties and prohibitions have different ways"},
    {"allow anyone: bedrock:Get* may not browse", "some actions of a kind are not refused"},
    {"allow holders: sts:AssumeRole*", "the account in a role's ARN is ignored"},
    {"refuse *(gov)*", "permissions are written for the partition aws where no region is named"},
    {"allow anyone: * may not do", "an ARN of another account is left alone"},
    {"refuse anyone: bedrock:InvokeModel* on provisioned-model*",
     "a duty about named models refuses what does not tell its model"},
    {"refuse anyone: bedrock:InvokeModel* on imported-model*", "the same"},
    {"refuse anyone: bedrock:InvokeModel* on custom-model-deployment*", "the same"},
    {"refuse anyone: bedrock:InvokeModel* on marketplace*", "the same"},
    {"allow holders: bedrock:InvokeModel* on application-inference-profile*",
     "a profile of another region than the sentence's is granted"},
    {"not proved*", "lowering and verifier contradict each other"},
};

/// What the resource is: "foundation-model (no region)".
std::string TypeOf(const std::string& resource) {
  std::size_t at = 0;
  for (int i = 0; i < 5 && at != std::string::npos; ++i) at = resource.find(':', at) + 1;
  const bool is_regionless = resource.find(":::") != std::string::npos;
  return resource.substr(at, resource.find('/', at) - at) + (is_regionless ? " (no region)" : "");
}

/// "may not invoke": the sentence's form.
std::string FormOf(std::string_view sentence) {
  for (const std::string_view modal :
       {" must use guardrail", " must use endpoint", " must use profile", " must satisfy",
        " may not ", " may "}) {
    const std::size_t at = sentence.find(modal);
    if (at == std::string_view::npos) continue;
    const bool is_duty = modal.starts_with(" must");
    const std::size_t verb = is_duty ? sentence.find(" to ") + 4 : at + modal.size();
    const bool forbids =
        sentence.starts_with("nobody") || sentence.starts_with("only") || modal == " may not ";
    return fmt::format("{} {}",
                       is_duty   ? modal.substr(1)
                       : forbids ? "may not"
                                 : "may",
                       sentence.substr(verb, sentence.find(' ', verb) - verb));
  }
  return "";
}

}  // namespace

std::string GroupOf(const Disagreement& one, std::string_view sentence) {
  const bool is_gov =
      one.request.resource.starts_with("arn:aws-") || one.request.principal.starts_with("arn:aws-");
  return fmt::format("{} {}: {} on {}{}{}, {}", one.is_allowed ? "allow" : "refuse",
                     one.holds_anything ? "anyone" : "holders", one.request.action,
                     TypeOf(one.request.resource), is_gov ? " (gov)" : "",
                     one.caller.empty() ? "" : " " + one.caller + " ", FormOf(sentence));
}

std::string_view WhyUnsettled(std::string_view group) {
  for (const Unsettled& one : kUnsettled) {
    if (Glob(one.group, group)) return one.because;
  }
  return {};
}

}  // namespace writ::reference

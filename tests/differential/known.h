// Disagreements that are known and not mended yet, each with its reason. Everything that the run
// finds beside them fails the test; one that is no longer found is to be taken out.
#pragma once

#include <string_view>

namespace writ::differential {

struct Known {
  std::string_view group;  ///< a pattern of the groups of findings
  std::string_view because;
};

inline constexpr Known kKnown[] = {
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
    {"refuse anyone: bedrock:InvokeModel* must *",
     "a duty about named models refuses what does not tell its model"},
    {"allow holders: bedrock:InvokeModel* on application-inference-profile*",
     "a profile of another region than the sentence's is granted"},
    {"not proved*", "lowering and verifier contradict each other"},
};

}  // namespace writ::differential

// What nothing compares: resources of infrastructure code that are not read, and parts of the
// program that no export shows. Each kind is one finding, with what would decide it.
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"

namespace writ::drift {
namespace {

using snapshot::Unread;

std::string WhyOf(const Unread& one) {
  switch (one.reason) {
    case Unread::Reason::kType:
      return "resources of this type are not read";
    case Unread::Reason::kAfterApply:
      return "what it applies to is not known before it is deployed";
    case Unread::Reason::kMacro:
      return "what it makes is not in the export";
    case Unread::Reason::kPartial:
      return "the plan failed or defers changes: it does not say all that changes";
  }
  return "";
}

// What AWS makes of a template is a template again; what code or calls make is in no template.
bool IsInStack(std::string_view type) {
  return !type.starts_with("Custom::") && type != "AWS::CloudFormation::CustomResource" &&
         type.find("cloudcontrolapi") == std::string_view::npos;
}

std::string CommandOf(const Unread& one) {
  switch (one.reason) {
    case Unread::Reason::kMacro:
      if (!IsInStack(one.type)) break;
      return "aws cloudformation get-template --template-stage Processed --stack-name STACK "
             "--query TemplateBody > stack.json";
    case Unread::Reason::kPartial:
      return "terraform plan -out plan.out && terraform show -json plan.out > plan.json";
    case Unread::Reason::kType:
    case Unread::Reason::kAfterApply:
      break;
  }
  return "writ drift --how-to-export";
}

// Files of a build by how their names end, and the call that shows what is deployed.
struct Setting {
  std::string_view suffix;
  std::string_view what;
  std::string_view command;
};
// Source: AWS API models bedrock/2023-04-20 and organizations/2016-11-28 of 2026-08-07.
constexpr std::array<Setting, 8> kSettings = {{
    {".bedrock.PutEnforcedGuardrailConfiguration.json", "which guardrails are enforced is",
     "aws bedrock list-enforced-guardrails-configuration"},
    {".bedrock.PutModelInvocationLoggingConfiguration.json", "the logging of invocations is",
     "aws bedrock get-model-invocation-logging-configuration"},
    {".bedrock.PutAccountDataRetention.json", "how long Bedrock keeps prompts is",
     "aws bedrock get-account-data-retention"},
    {".bedrock-mantle.PutAccountDataRetention.json", "how long bedrock-mantle keeps prompts is",
     "curl https://bedrock-mantle.REGION.api.aws/v1/data_retention"},
    {".ai-opt-out.json", "AI services opt-out policies of nodes are",
     "aws organizations describe-policy --policy-id ID"},
    {".bedrock-policy.json", "Bedrock policies of nodes are",
     "aws organizations describe-policy --policy-id ID"},
    {".bedrock.PutResourcePolicy.json", "resource policies of guardrails are",
     "aws bedrock get-resource-policy --resource-arn ARN"},
    {".events.PutRule.json", "rules that tell of events are",
     "aws events describe-rule --name NAME"},
}};

}  // namespace

void ReportUncompared(Comparison& comparison) {
  std::map<std::pair<std::string, Unread::Reason>, std::vector<const Unread*>> unread;
  for (const Unread& one : comparison.deployed.snapshot().unread) {
    unread[{one.type, one.reason}].push_back(&one);
  }
  for (const auto& [key, all] : unread) {
    // Terraform's addresses hold the type.
    std::string target = all.front()->name;
    if (target.find(key.first) == std::string::npos) {
      target = fmt::format("{} {}", key.first, target);
    }
    Finding finding = Undetermined(Area::kResource, "", std::move(target),
                                   {{WhyOf(*all.front()), CommandOf(*all.front())}});
    for (const Unread* one : all) {
      if (one != all.front()) finding.alike.push_back(one->name);
      finding.from.push_back(one->origin.span);
    }
    comparison.report.findings.push_back(std::move(finding));
  }
  for (const Setting& setting : kSettings) {
    std::vector<std::string> paths;
    for (const auto& [path, text] : comparison.program.tree().others) {
      if (path.ends_with(setting.suffix)) paths.push_back(path);
    }
    if (paths.empty()) continue;
    Finding finding = Undetermined(
        Area::kSetting, "", paths.front(),
        {{fmt::format("{} not compared: look at the answer of this call", setting.what),
          std::string(setting.command)}});
    finding.alike.assign(paths.begin() + 1, paths.end());
    comparison.report.findings.push_back(std::move(finding));
  }
}

}  // namespace writ::drift

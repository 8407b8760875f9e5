#include "output/emit/gateways.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/json.h"
#include "base/support/sha256.h"
#include "output/emit/artifact.h"
#include "output/lower/gateways.h"
#include "program/intent/find.h"

namespace writ::emit {
namespace {

using lower::GatewayPolicy;
using support::json::Style;
using support::json::Writer;

/// Source: API model of bedrock-agentcore-control (SDK of 2026-09-29); AgentCore Developer Guide,
/// "Policy limitations" (copy of 2026-09): 200 KB of policies a gateway, 1,000 policies an engine.
constexpr std::size_t kMostOfPolicy = 10'000;
constexpr std::size_t kMostOfGateway = 200'000;
constexpr std::size_t kMostPolicies = 1'000;

/// Unique in the account, as AWS asks: made of the gateway's ARN and the policy's text.
std::string PolicyName(const intent::Gateway& gateway, const std::string& statement) {
  constexpr std::size_t kDigits = 40;
  return "writ_" + support::Sha256Hex(gateway.arn + "\n" + statement).substr(0, kDigits);
}

/// AWS finds fault with a policy that denies everything, which is what such a sentence says.
bool DeniesAll(const intent::ToolRule& rule) {
  return rule.forbids && rule.everyone && rule.excepted.claims.empty() &&
         rule.excepted.roles.empty() && rule.when.always() && !rule.from && !rule.until;
}

std::string PolicyRequest(const intent::Gateway& gateway, const GatewayPolicy& policy) {
  Writer json(Style::kPretty);
  json.BeginObject();
  json.Key("name");
  json.String(PolicyName(gateway, policy.statement));
  json.Key("description");
  json.String("Written by writ; change the program, not the policy");
  json.Key("definition");
  json.BeginObject();
  json.Key("cedar");
  json.BeginObject();
  json.Key("statement");
  json.String(policy.statement);
  json.EndObject();
  json.EndObject();
  json.Key("validationMode");
  json.String(DeniesAll(*policy.rule) ? "IGNORE_ALL_FINDINGS" : "FAIL_ON_ANY_FINDINGS");
  json.Key("enforcementMode");
  json.String("ACTIVE");
  json.EndObject();
  return json.Take() + "\n";
}

std::string EngineRequest(const intent::Gateway& gateway) {
  Writer json(Style::kPretty);
  json.BeginObject();
  json.Key("name");
  json.String(intent::EngineName(gateway));
  json.Key("description");
  json.String(fmt::format("Decides calls of tools of gateway {}; written by writ", gateway.name));
  json.EndObject();
  return json.Take() + "\n";
}

class Maker {
 public:
  Maker(const intent::Model& model, diag::Sink& sink) : model_(model), sink_(sink) {}

  std::vector<Artifact> Run(const std::vector<intent::ToolRule>& rules) {
    std::map<intent::GatewayIndex, std::vector<GatewayPolicy>> by_gateway;
    for (const intent::ToolRule& rule : model_.tool_rules) by_gateway[rule.gateway];
    for (GatewayPolicy& policy : lower::GatewayPolicies(model_, rules)) {
      by_gateway[policy.gateway].push_back(std::move(policy));
    }
    for (const auto& [index, policies] : by_gateway) Add(model_.gateways[index.value], policies);
    return std::move(artifacts_);
  }

 private:
  void Add(const intent::Gateway& gateway, const std::vector<GatewayPolicy>& policies) {
    std::size_t all = 0;
    for (std::size_t i = 0; i < policies.size(); ++i) {
      const GatewayPolicy& policy = policies[i];
      all += policy.statement.size();
      if (policy.statement.size() > kMostOfPolicy) {
        TooLarge(policy.rule->origin.span, "the characters of a policy", gateway,
                 policy.statement.size(), kMostOfPolicy, "characters");
      }
      const std::string stem = fmt::format("gateways/{}-{}", gateway.name, i + 1);
      Keep(gateway, stem + ".cedar", policy.statement, "gateway-cedar", policy.rule);
      Keep(gateway, stem + ".bedrock-agentcore-control.CreatePolicy.json",
           PolicyRequest(gateway, policy), "gateway-policy", policy.rule);
    }
    if (policies.size() > kMostPolicies) {
      TooLarge(gateway.origin.span, "the policies", gateway, policies.size(), kMostPolicies,
               "policies");
    } else if (all > kMostOfGateway) {
      TooLarge(gateway.origin.span, "the policies", gateway, all, kMostOfGateway, "characters");
    }
    Keep(gateway,
         fmt::format("gateways/{}.bedrock-agentcore-control.CreatePolicyEngine.json", gateway.name),
         EngineRequest(gateway), "policy-engine", nullptr);
  }

  void TooLarge(source::Span span, std::string_view what, const intent::Gateway& gateway,
                std::size_t size, std::size_t most, std::string_view unit) {
    sink_
        .Report(diag::kGatewayPoliciesTooLarge, span, what, gateway.name,
                fmt::format("{} of {} {}", Grouped(size), Grouped(most), unit))
        .At("made of this")
        .Suggest("name whole targets instead of tools, or fewer values");
  }

  void Keep(const intent::Gateway& gateway, std::string path, std::string bytes,
            std::string_view kind, const intent::ToolRule* rule) {
    std::vector<std::string> targets;
    const auto account = intent::FindAccount(model_.organization, gateway.account);
    if (account) targets = {model_.organization.accounts[account->value].name};
    const Artifact& artifact = artifacts_.emplace_back(
        MakeArtifact(std::move(path), kind, std::move(targets), std::move(bytes)));
    if (rule == nullptr) return;
    artifact.statements->push_back({"", {rule->origin.place}, rule->origin.because});
  }

  const intent::Model& model_;
  diag::Sink& sink_;
  std::vector<Artifact> artifacts_;
};

}  // namespace

std::vector<Artifact> GatewayRequests(const intent::Model& model,
                                      const std::vector<intent::ToolRule>& rules,
                                      diag::Sink& sink) {
  return Maker(model, sink).Run(rules);
}

}  // namespace writ::emit

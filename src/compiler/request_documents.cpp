#include "compiler/request_documents.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "analysis/lint/calls.h"
#include "output/emit/gateways.h"
#include "output/emit/guardrails.h"
#include "output/emit/monitoring.h"
#include "output/emit/settings.h"
#include "proof/verify/prove.h"

namespace writ::compiler {
namespace {

/// The rules about tools without those that no call meets, and without conditions that all calls
/// meet: AWS refuses a policy that decides nothing, and is told of one that decides everything.
/// That nothing is lost by it is proved of what is written.
std::vector<intent::ToolRule> RulesThatDecide(const verify::Program& program) {
  std::vector<intent::ToolRule> rules;
  for (const intent::ToolRule& rule : program.model.tool_rules) {
    const lint::Reach reach = lint::ReachOf(program, rule);
    if (reach == lint::Reach::kNone) continue;
    intent::ToolRule& added = rules.emplace_back(rule);
    if (reach == lint::Reach::kAll) added.when = {};
  }
  return rules;
}

}  // namespace

emit::Tree RequestDocuments(const intent::Model& model, const intent::Bindings& bindings,
                            bool only_guardrails, Compilation& compilation) {
  emit::Tree tree;
  tree.artifacts = emit::GuardrailRequests(model, bindings, compilation.sources);
  if (only_guardrails) return tree;
  const auto append = [&tree](std::vector<emit::Artifact> more) {
    std::ranges::move(more, std::back_inserter(tree.artifacts));
  };
  const catalog::Catalog& catalog = compilation.catalog();
  emit::Tree enforcement =
      emit::EnforcementRequests(model, bindings, catalog, compilation.findings);
  append(std::move(enforcement.artifacts));
  tree.attachments = std::move(enforcement.attachments);
  append(emit::LoggingRequests(model, catalog, compilation.findings));
  append(emit::MonitoringRequests(model, catalog, compilation.findings));
  append(emit::RetentionRequests(model, catalog));
  emit::Tree opt_outs = emit::OptOutPolicies(model, catalog, compilation.findings);
  append(std::move(opt_outs.artifacts));
  std::ranges::move(opt_outs.attachments, std::back_inserter(tree.attachments));
  append(emit::GatewayRequests(model, RulesThatDecide({model, catalog, bindings}),
                               compilation.findings));
  return tree;
}

}  // namespace writ::compiler

#include "compiler/request_documents.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "output/emit/gateways.h"
#include "output/emit/guardrails.h"
#include "output/emit/monitoring.h"
#include "output/emit/settings.h"

namespace writ::compiler {

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
  append(emit::GatewayRequests(model, compilation.findings));
  return tree;
}

}  // namespace writ::compiler

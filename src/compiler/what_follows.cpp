#include "compiler/what_follows.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"

namespace writ::compiler {
namespace {

bool UsesGuardrails(const intent::Model& model) {
  const auto asks = [](const intent::Operation& operation) {
    return !operation.guardrails.empty();
  };
  return !model.screenings.empty() ||
         std::ranges::any_of(model.permissions,
                             [&](const intent::Permission& said) {
                               return !said.guardrails.empty() || asks(said.operation);
                             }) ||
         std::ranges::any_of(model.prohibitions, [&](const intent::Prohibition& said) {
           return !said.guardrails.empty() || asks(said.operation) ||
                  (said.unless && !said.unless->guardrails.empty());
         });
}

}  // namespace

bool HasDocuments(const intent::Model& model, const std::vector<std::string>& files) {
  const auto is_in = [](std::string_view path, std::string_view folder) {
    return path.starts_with(folder);
  };
  const bool uses_guardrails = UsesGuardrails(model);
  return std::ranges::any_of(files, [&](const std::string& path) {
    if (is_in(path, "guardrails/")) return uses_guardrails;
    return path != "manifest.json" && path != "apply.sh" && !is_in(path, "deploy/");
  });
}

void ReportNothing(const std::vector<std::string>& paths, Compilation& compilation) {
  std::string named;
  for (const std::string& path : paths)
    named += fmt::format("{}`{}`", named.empty() ? "" : ", ", path);
  compilation.findings.Report(diag::kNothingFollows, {}, named.empty() ? "`.`" : named)
      .Note("no sentence produces a document, so there is nothing to build or prove");
}

}  // namespace writ::compiler

#include "commands/policy_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analysis/policy_lint/lint.h"
#include "base/diag/codes/policy.h"

namespace writ::commands {
namespace {

/// Of names: "service", "action", "key", "invented-ai-name".
constexpr std::array<int, 4> kRules = {20, 21, 22, 94};

}  // namespace

void WarnUnknownNames(snapshot::TextPtr text, policy::Kind kind,
                      compiler::Compilation& compilation) {
  snapshot::Snapshot snapshot;
  snapshot::Document& document = snapshot.documents.emplace_back();
  document.kind = kind;
  document.text = std::move(text);
  const policy_lint::Options options{
      .catalog = compilation.catalog(),
      .is_wanted =
          [](const policy_lint::Rule& rule) {
            return std::ranges::find(kRules, rule.number) != kRules.end();
          },
  };
  for (policy_lint::Finding& finding : policy_lint::Run(snapshot, options).findings) {
    // The message is made already: the code is only told again.
    diag::Diagnostic& added =
        compilation.findings.Report(diag::kLintAction, finding.diagnostic.span, "");
    added = std::move(finding.diagnostic);
    added.severity = diag::Severity::kWarning;
    added.Note(
        fmt::format("rule {} `{}` of `writ lint`", finding.rule->Label(), finding.rule->name));
  }
}

}  // namespace writ::commands

#include "commands/finish.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/render.h"
#include "compiler/settled_findings.h"

namespace writ::commands {
namespace {

/// Findings shown in one run; more help nobody. Stated on page W9008.
constexpr std::size_t kMaxFindings = 500;

/// Keeps the first kMaxFindings in their order, errors rather than warnings, and says so.
void Cap(std::vector<diag::Diagnostic>& findings) {
  if (findings.size() <= kMaxFindings) return;
  const auto errors = static_cast<std::size_t>(
      std::ranges::count(findings, diag::Severity::kError, &diag::Diagnostic::severity));
  std::size_t errors_left = std::min(errors, kMaxFindings);
  std::size_t warnings_left = kMaxFindings - errors_left;
  const std::size_t hidden = findings.size() - kMaxFindings;
  std::erase_if(findings, [&](const diag::Diagnostic& finding) {
    std::size_t& left = finding.severity == diag::Severity::kError ? errors_left : warnings_left;
    if (left == 0) return true;
    --left;
    return false;
  });
  diag::Sink sink;
  findings.push_back(
      sink.Report(diag::kTooManyFindings, {}, hidden).Suggest("fix these and run it again"));
}

void Show(const std::vector<diag::Diagnostic>& findings, const compiler::Compilation& compilation,
          host::Environment& environment) {
  const diag::Format format = environment.settings.diagnostics;
  diag::RenderOptions options{
      .format = format, .color = environment.settings.color, .cases = compilation.cases};
  if (format == diag::Format::kSarif) options.accepted = compiler::AcceptedFindings(compilation);
  environment.err << diag::Render(findings, compilation.sources, options);
}

}  // namespace

host::ExitStatus StatusOf(std::optional<compiler::Stop> stop) {
  if (!stop) return host::ExitStatus::kGood;
  switch (*stop) {
    case compiler::Stop::kInvalid:
      return host::ExitStatus::kInvalid;
    case compiler::Stop::kNotASource:
      return host::ExitStatus::kUsage;
    case compiler::Stop::kUnreadable:
      return host::ExitStatus::kUnreadable;
  }
  return host::ExitStatus::kInternal;
}

host::ExitStatus StatusOf(const compiler::Decided& decided) {
  if (decided.is_contradicted) return host::ExitStatus::kInvalid;
  return decided.failed == 0 ? host::ExitStatus::kGood : host::ExitStatus::kNo;
}

host::ExitStatus StatusOf(compiler::Verdict verdict) {
  switch (verdict) {
    case compiler::Verdict::kProved:
      return host::ExitStatus::kGood;
    case compiler::Verdict::kNotProved:
      return host::ExitStatus::kNo;
    case compiler::Verdict::kOurError:
      return host::ExitStatus::kInternal;
  }
  return host::ExitStatus::kInternal;
}

host::ExitStatus FinishAnswer(const compiler::Compilation& compilation,
                              host::Environment& environment, host::ExitStatus status) {
  std::vector<diag::Diagnostic> findings = compiler::SettledFindings(compilation);
  std::erase_if(findings, [](const diag::Diagnostic& finding) {
    return finding.number != diag::kLapsed.number;
  });
  if (findings.empty()) return status;
  Cap(findings);
  Show(findings, compilation, environment);
  return status;
}

host::ExitStatus Finish(const compiler::Compilation& compilation, host::Environment& environment,
                        host::ExitStatus status) {
  std::vector<diag::Diagnostic> findings = compiler::SettledFindings(compilation);
  Cap(findings);
  Show(findings, compilation, environment);
  const bool wrong = status == host::ExitStatus::kGood && compilation.findings.has_errors();
  return wrong ? host::ExitStatus::kInvalid : status;
}

}  // namespace writ::commands

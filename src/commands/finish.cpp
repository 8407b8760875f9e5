#include "commands/finish.h"

#include <algorithm>
#include <ostream>
#include <set>
#include <utility>
#include <vector>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/render.h"

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
  findings.push_back(sink.Report(diag::kTooManyFindings, {}, hidden)
                         .Suggest("mend the first ones and check again"));
}

/// All findings in order, without the warnings that the program waives by their code, and with the
/// waivers that nothing needed. A finding about no sentence (a declaration) is waived wherever its
/// code is.
std::vector<diag::Diagnostic> Settled(const compiler::Compilation& compilation) {
  if (compilation.waivers.empty()) return compilation.findings.Sorted(compilation.sources);
  const auto within = [](source::Span inner, source::Span outer) {
    return inner.valid() && inner.file == outer.file && inner.begin >= outer.begin &&
           inner.end <= outer.end;
  };
  const auto waives = [&](const sema::CodeWaiver& waiver, const diag::Diagnostic& finding) {
    if (waiver.code != finding.number || finding.severity != diag::Severity::kWarning) return false;
    if (within(finding.span, waiver.sentence)) return true;
    return std::ranges::none_of(compilation.sentences, [&](source::Span sentence) {
      return within(finding.span, sentence);
    });
  };
  diag::Sink all = compilation.findings;
  std::set<source::Span> done;
  constexpr int kBlock = 1000;
  for (const bool reporting : {false, true}) {
    for (const sema::CodeWaiver& waiver : compilation.waivers) {
      const bool used = std::ranges::any_of(
          compilation.findings.all(),
          [&](const diag::Diagnostic& finding) { return waives(waiver, finding); });
      if (!reporting && used) done.insert(waiver.span);
      if (!reporting || !compilation.judged.contains(waiver.code / kBlock)) continue;
      if (!done.insert(waiver.span).second) continue;
      all.Report(diag::kUnusedWaiver, waiver.span, waiver.rule).At("nothing to waive here");
    }
  }
  std::vector<diag::Diagnostic> findings = all.Sorted(compilation.sources);
  std::erase_if(findings, [&](const diag::Diagnostic& finding) {
    return std::ranges::any_of(compilation.waivers, [&](const sema::CodeWaiver& waiver) {
      return waives(waiver, finding);
    });
  });
  return findings;
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

host::ExitStatus Finish(const compiler::Compilation& compilation, host::Environment& environment,
                        host::ExitStatus status) {
  std::vector<diag::Diagnostic> findings = Settled(compilation);
  Cap(findings);
  environment.err << diag::Render(findings, compilation.sources,
                                  {.format = environment.settings.diagnostics,
                                   .color = environment.settings.color,
                                   .cases = compilation.cases});
  const bool wrong = status == host::ExitStatus::kGood && compilation.findings.has_errors();
  return wrong ? host::ExitStatus::kInvalid : status;
}

}  // namespace writ::commands

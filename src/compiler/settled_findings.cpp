#include "compiler/settled_findings.h"

#include <algorithm>
#include <set>

#include "base/diag/codes/meaning.h"

namespace writ::compiler {

std::vector<diag::Diagnostic> SettledFindings(const Compilation& compilation) {
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
      all.Report(diag::kUnusedWaiver, waiver.span, waiver.rule).At("no such finding here");
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

}  // namespace writ::compiler

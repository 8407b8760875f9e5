#include "compiler/settled_findings.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/diag/codes/meaning.h"

namespace writ::compiler {

namespace {

bool IsWithin(source::Span inner, source::Span outer) {
  return inner.valid() && inner.file == outer.file && inner.begin >= outer.begin &&
         inner.end <= outer.end;
}

bool Waives(const sema::CodeWaiver& waiver, const diag::Diagnostic& finding,
            const Compilation& compilation) {
  if (waiver.code != finding.number || finding.severity != diag::Severity::kWarning) return false;
  if (IsWithin(finding.span, waiver.sentence)) return true;
  return std::ranges::none_of(compilation.sentences, [&](source::Span sentence) {
    return IsWithin(finding.span, sentence);
  });
}

}  // namespace

std::vector<diag::Diagnostic> SettledFindings(const Compilation& compilation) {
  if (compilation.waivers.empty()) return compilation.findings.Sorted(compilation.sources);
  diag::Sink all = compilation.findings;
  std::set<source::Span> done;
  constexpr int kBlock = 1000;
  for (const bool reporting : {false, true}) {
    for (const sema::CodeWaiver& waiver : compilation.waivers) {
      const bool used = std::ranges::any_of(
          compilation.findings.all(),
          [&](const diag::Diagnostic& finding) { return Waives(waiver, finding, compilation); });
      if (!reporting && used) done.insert(waiver.span);
      if (!reporting || !compilation.judged.contains(waiver.code / kBlock)) continue;
      if (!done.insert(waiver.span).second) continue;
      all.Report(diag::kUnusedWaiver, waiver.span, waiver.rule).At("no such finding here");
    }
  }
  std::vector<diag::Diagnostic> findings = all.Sorted(compilation.sources);
  std::erase_if(findings, [&](const diag::Diagnostic& finding) {
    return std::ranges::any_of(compilation.waivers, [&](const sema::CodeWaiver& waiver) {
      return Waives(waiver, finding, compilation);
    });
  });
  return findings;
}

std::vector<diag::Accepted> AcceptedFindings(const Compilation& compilation) {
  std::vector<diag::Accepted> accepted;
  if (!compilation.waivers.empty()) {
    for (diag::Diagnostic& finding : compilation.findings.Sorted(compilation.sources)) {
      const auto waiver = std::ranges::find_if(
          compilation.waivers,
          [&](const sema::CodeWaiver& one) { return Waives(one, finding, compilation); });
      if (waiver == compilation.waivers.end()) continue;
      const std::string_view text = compilation.sources.text(waiver->span);
      accepted.push_back({std::move(finding), diag::Accepted::By::kProgram, source::OneLine(text)});
    }
  }
  accepted.insert(accepted.end(), compilation.accepted.begin(), compilation.accepted.end());
  return accepted;
}

}  // namespace writ::compiler

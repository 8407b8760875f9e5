#include "commands/lint_fix.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "analysis/policy_lint/rewrite.h"
#include "base/diag/codes/driver.h"
#include "commands/wording.h"

namespace writ::commands {
namespace {

/// The bytes of the document's file before and after it; nothing if the file is more than that
/// document: an export that others wrote is not changed.
std::optional<std::pair<std::string, std::string>> Around(const snapshot::Document& document,
                                                          const compiler::Compilation& compilation,
                                                          const host::Environment& environment) {
  const snapshot::Text& text = *document.text;
  const bool is_file =
      document.pointer.empty() && text.is_plain() &&
      environment.files.KindOf(compilation.sources.path(text.file())) == host::EntryKind::kFile;
  if (!is_file) return std::nullopt;
  const source::Span span = text.SpanOf(0, static_cast<std::uint32_t>(text.view().size()));
  const std::string_view whole = compilation.sources.text(text.file());
  return std::pair(std::string(whole.substr(0, span.begin)), std::string(whole.substr(span.end)));
}

}  // namespace

LintFixes FixPolicies(const snapshot::Snapshot& snapshot,
                      const std::vector<policy_lint::Finding*>& findings,
                      host::Environment& environment, compiler::Compilation& compilation) {
  LintFixes fixes;
  std::map<snapshot::DocumentId, std::vector<const policy_lint::Finding*>> by_document;
  for (const policy_lint::Finding* const finding : findings) {
    if (!finding->superfluous || !finding->document) continue;
    by_document[*finding->document].push_back(finding);
  }
  for (const auto& [id, wanted] : by_document) {
    const snapshot::Document& document = snapshot.documents[id];
    const std::string& path = compilation.sources.path(document.text->file());
    const auto around = Around(document, compilation, environment);
    if (!around) {
      for (const auto* one : wanted) {
        fixes.why_not[one] = "not fixed: only files that are one policy document are rewritten";
      }
      continue;
    }
    std::vector<policy::Place> parts;
    for (const auto* one : wanted) parts.push_back(*one->superfluous);
    const policy_lint::Rewritten rewritten =
        policy_lint::TakeOut(document.text->view(), document.kind, parts);
    for (const auto* one : wanted) fixes.why_not[one] = "not fixed: no proof that nothing changes";
    if (rewritten.out.empty()) continue;
    const auto written =
        environment.files.WriteFile(path, around->first + rewritten.text + around->second);
    if (!written) {
      compilation.findings.Report(diag::kFileNotWritten, {}, path, written.error().message);
      fixes.is_unwritten = true;
      continue;
    }
    for (const std::size_t i : rewritten.out) {
      fixes.why_not.erase(wanted[i]);
      fixes.made.insert(wanted[i]);
    }
    if (environment.settings.quiet) continue;
    environment.out << fmt::format("{}: {} removed, proved to mean the same\n",
                                   compilation.sources.relative_path(document.text->file()),
                                   Counted(rewritten.out.size(), "part"));
  }
  return fixes;
}

}  // namespace writ::commands

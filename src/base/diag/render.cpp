#include "base/diag/render.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/diag/renderers.h"
#include "base/support/check.h"

namespace writ::diag {

std::string Render(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                   const RenderOptions& options) {
  switch (options.format) {
    case Format::kText:
      return RenderText(findings, sources, options.color);
    case Format::kJson:
      return RenderJson(findings, sources);
    case Format::kSarif:
      return RenderSarif(findings, sources);
    case Format::kGithub:
      return RenderGithub(findings, sources);
    case Format::kJunit:
      return RenderJunit(findings, sources, options.cases);
  }
  WRIT_CHECK(false, "a format without a renderer");
  return {};
}

Place PlaceOf(source::Span span, const source::SourceMap& sources) {
  if (!span.valid()) return {};
  return {sources.path(span.file), sources.Locate(span.file, span.begin),
          sources.Locate(span.file, span.end)};
}

std::string_view SeverityText(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string CountText(std::span<const Diagnostic> findings) {
  const auto errors = std::ranges::count(findings, Severity::kError, &Diagnostic::severity);
  const auto warnings = std::ssize(findings) - errors;
  std::string text;
  if (errors > 0) text = fmt::format("{} error{}", errors, errors == 1 ? "" : "s");
  if (warnings > 0) {
    text +=
        fmt::format("{}{} warning{}", text.empty() ? "" : ", ", warnings, warnings == 1 ? "" : "s");
  }
  return text;
}

std::string WordsOf(const Diagnostic& finding, const source::SourceMap& sources) {
  std::string words = finding.message;
  if (!finding.label.empty()) words += "\n" + finding.label;
  for (const Label& label : finding.labels) {
    words += fmt::format("\n{}: {}", sources.Describe(label.span), label.text);
  }
  for (const Help& help : finding.helps) {
    words += "\nhelp: " + help.text;
    for (const Edit& edit : help.edits) {
      words += fmt::format("\n  {}: `{}` becomes `{}`", sources.Describe(edit.span),
                           sources.text(edit.span), edit.replacement);
    }
  }
  for (const std::string& note : finding.notes) words += "\nnote: " + note;
  if (!finding.request.empty()) words += "\nrequest: " + finding.request;
  return words;
}

}  // namespace writ::diag

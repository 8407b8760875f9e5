#include "base/diag/render.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/diag/formats.h"
#include "base/diag/renderers.h"
#include "base/support/check.h"

namespace writ::diag {

namespace {

using Findings = std::span<const Diagnostic>;
using Sources = source::SourceMap;

constexpr FormatRow kFormats[] = {
    {"text", Format::kText,
     [](Findings findings, const Sources& sources, const RenderOptions& options) {
       return RenderText(findings, sources, options.color);
     }},
    {"json", Format::kJson,
     [](Findings findings, const Sources& sources, const RenderOptions&) {
       return RenderJson(findings, sources);
     }},
    {"sarif", Format::kSarif,
     [](Findings findings, const Sources& sources, const RenderOptions& options) {
       return RenderSarif(findings, sources, options.accepted);
     }},
    {"github", Format::kGithub,
     [](Findings findings, const Sources& sources, const RenderOptions&) {
       return RenderGithub(findings, sources);
     }},
    {"junit", Format::kJunit,
     [](Findings findings, const Sources& sources, const RenderOptions& options) {
       return RenderJunit(findings, sources, options.cases);
     }},
};

}  // namespace

std::span<const FormatRow> Formats() { return kFormats; }

std::string Render(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                   const RenderOptions& options) {
  for (const FormatRow& row : kFormats) {
    if (row.format == options.format) return row.render(findings, sources, options);
  }
  WRIT_CHECK(false, "a format without a row");
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

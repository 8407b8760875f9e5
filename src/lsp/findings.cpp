// Diagnostics and the patches that come with them.
#include <algorithm>

#include <fmt/format.h>

#include "lsp/documents.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

// Of DiagnosticSeverity and DiagnosticTag.
constexpr int kError = 1;
constexpr int kWarning = 2;
constexpr int kUnnecessary = 1;

/// Codes of sentences that say nothing: editors show them faded.
bool IsUnnecessary(std::uint16_t number) {
  constexpr std::uint16_t kCutOff = 6022;
  constexpr std::uint16_t kSaysNothing = 6023;
  return number == kCutOff || number == kSaysNothing;
}

std::string WordsOf(const diag::Diagnostic& found) {
  std::string words = found.message;
  if (!found.label.empty()) words += "\n" + found.label;
  for (const std::string& note : found.notes) words += "\nnote: " + note;
  for (const diag::Help& help : found.helps) words += "\nhelp: " + help.text;
  if (!found.request.empty()) words += "\nrequest: " + found.request;
  return words;
}

Json DiagnosticOf(const diag::Diagnostic& found, const Analysis& analysis, const Places& places,
                  Encoding encoding) {
  Json one = {{"range", places.RangeOf(found.span.begin, found.span.end)},
              {"severity", found.severity == diag::Severity::kError ? kError : kWarning},
              {"code", diag::CodeText(found.number)},
              {"source", "writ"},
              {"message", WordsOf(found)}};
  if (IsUnnecessary(found.number)) one["tags"] = Json::array({kUnnecessary});
  Json related = Json::array();
  for (const diag::Label& label : found.labels) {
    if (!label.span.valid()) continue;
    related.push_back(
        {{"location", LocationOf(analysis, label.span, encoding)}, {"message", label.text}});
  }
  if (!related.empty()) one["relatedInformation"] = std::move(related);
  return one;
}

/// `WorkspaceEdit` of a patch.
Json EditOf(const diag::Help& help, const Analysis& analysis, Encoding encoding) {
  Json changes = Json::object();
  for (const diag::Edit& edit : help.edits) {
    const Places places(analysis.sources().text(edit.span.file), encoding);
    changes[UriOf(analysis.sources().path(edit.span.file))].push_back(
        {{"range", places.RangeOf(edit.span.begin, edit.span.end)}, {"newText", edit.replacement}});
  }
  return {{"changes", std::move(changes)}};
}

}  // namespace

Json LocationOf(const Analysis& analysis, source::Span span, Encoding encoding) {
  const Places places(analysis.sources().text(span.file), encoding);
  return {{"uri", UriOf(analysis.sources().path(span.file))},
          {"range", places.RangeOf(span.begin, span.end)}};
}

Json DiagnosticsOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  const Places places(analysis.sources().text(file), encoding);
  Json all = Json::array();
  for (const diag::Diagnostic& found : analysis.findings) {
    if (found.span.file == file) all.push_back(DiagnosticOf(found, analysis, places, encoding));
  }
  return all;
}

Json ActionsIn(const Analysis& analysis, source::FileId file, std::uint32_t begin,
               std::uint32_t end, Encoding encoding) {
  const Places places(analysis.sources().text(file), encoding);
  Json actions = Json::array();
  for (const diag::Diagnostic& found : analysis.findings) {
    const bool meets =
        found.span.file == file && found.span.begin <= end && begin <= found.span.end;
    if (!meets) continue;
    const auto patches = std::ranges::count_if(
        found.helps, [](const diag::Help& help) { return !help.edits.empty(); });
    for (const diag::Help& help : found.helps) {
      if (help.edits.empty()) continue;
      actions.push_back(
          {{"title", help.text},
           {"kind", "quickfix"},
           {"isPreferred", patches == 1},
           {"diagnostics", Json::array({DiagnosticOf(found, analysis, places, encoding)})},
           {"edit", EditOf(help, analysis, encoding)}});
    }
  }
  return actions;
}

}  // namespace writ::lsp

// Findings as one JSON document. Its form is stated in docs/diagnostics-formats.md.
#include "base/diag/json_members.h"
#include "base/diag/renderers.h"
#include "base/support/json.h"
#include "base/support/utf8.h"

namespace writ::diag {
namespace {

using support::json::Writer;

void Where(Writer& json, source::Span span, const source::SourceMap& sources) {
  if (!span.valid()) return;
  const Place place = PlaceOf(span, sources);
  Text(json, "file", place.path);
  Number(json, "line", place.begin.line);
  Number(json, "column", place.begin.column);
  Number(json, "endLine", place.end.line);
  Number(json, "endColumn", place.end.column);
  Number(json, "offset", span.begin);
  Number(json, "length", span.end - span.begin);
}

void HelpOf(Writer& json, const Help& help, const source::SourceMap& sources) {
  json.BeginObject();
  Text(json, "message", help.text);
  json.Key("edits");
  json.BeginArray();
  for (const Edit& edit : help.edits) {
    json.BeginObject();
    Where(json, edit.span, sources);
    Text(json, "replacement", edit.replacement);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void Finding(Writer& json, const Diagnostic& finding, const source::SourceMap& sources) {
  json.BeginObject();
  Text(json, "code", CodeText(finding.number));
  Text(json, "severity", SeverityText(finding.severity));
  Text(json, "message", finding.message);
  Where(json, finding.span, sources);
  Text(json, "label", finding.label);
  json.Key("labels");
  json.BeginArray();
  for (const Label& label : finding.labels) {
    json.BeginObject();
    Where(json, label.span, sources);
    Text(json, "message", label.text);
    json.EndObject();
  }
  json.EndArray();
  json.Key("help");
  json.BeginArray();
  for (const Help& help : finding.helps) HelpOf(json, help, sources);
  json.EndArray();
  json.Key("notes");
  json.BeginArray();
  for (const std::string& note : finding.notes) json.String(support::ReplaceInvalidUtf8(note));
  json.EndArray();
  if (!finding.request.empty()) Text(json, "request", finding.request);
  json.EndObject();
}

}  // namespace

std::string RenderJson(std::span<const Diagnostic> findings, const source::SourceMap& sources) {
  Writer json(support::json::Style::kPretty);
  std::int64_t errors = 0;
  json.BeginObject();
  json.Key("diagnostics");
  json.BeginArray();
  for (const Diagnostic& finding : findings) {
    Finding(json, finding, sources);
    if (finding.severity == Severity::kError) ++errors;
  }
  json.EndArray();
  json.Key("errors");
  json.Integer(errors);
  json.Key("warnings");
  json.Integer(std::ssize(findings) - errors);
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace writ::diag

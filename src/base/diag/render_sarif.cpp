// SARIF 2.1.0 (OASIS standard, 27 March 2020): what code scanning and editors read. Only the rules
// that were found are listed, so that a new diagnostic changes no old report.
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/diag/json_members.h"
#include "base/diag/renderers.h"
#include "base/support/json.h"
#include "base/support/percent.h"
#include "base/support/sha256.h"
#include "base/support/version.h"

namespace writ::diag {
namespace {

using support::json::Writer;

void Message(Writer& json, std::string_view key, std::string_view text) {
  json.Key(key);
  json.BeginObject();
  Text(json, "text", text);
  json.EndObject();
}

/// A path as a URI reference: what RFC 3986 does not allow in a path is percent-encoded.
std::string Uri(std::string_view path) {
  return (path.starts_with('/') ? "file://" : "") +
         support::PercentEncoded(path, support::kPlainInPaths);
}

void Artifact(Writer& json, std::string_view path) {
  json.Key("artifactLocation");
  json.BeginObject();
  Text(json, "uri", Uri(path));
  json.EndObject();
}

void Region(Writer& json, std::string_view key, const Place& place) {
  json.Key(key);
  json.BeginObject();
  json.Key("startLine");
  json.Integer(place.begin.line);
  json.Key("startColumn");
  json.Integer(place.begin.column);
  json.Key("endLine");
  json.Integer(place.end.line);
  json.Key("endColumn");
  json.Integer(place.end.column);
  json.EndObject();
}

void Location(Writer& json, source::Span span, std::string_view words,
              const source::SourceMap& sources) {
  const Place place = PlaceOf(span, sources);
  json.BeginObject();
  json.Key("physicalLocation");
  json.BeginObject();
  Artifact(json, place.path);
  Region(json, "region", place);
  json.EndObject();
  if (!words.empty()) Message(json, "message", words);
  json.EndObject();
}

/// A help with edits as a fix; the edits of one help are all in the order given.
void Fix(Writer& json, const Help& help, const source::SourceMap& sources) {
  json.BeginObject();
  Message(json, "description", help.text);
  json.Key("artifactChanges");
  json.BeginArray();
  for (const Edit& edit : help.edits) {
    const Place place = PlaceOf(edit.span, sources);
    json.BeginObject();
    Artifact(json, place.path);
    json.Key("replacements");
    json.BeginArray();
    json.BeginObject();
    Region(json, "deletedRegion", place);
    Message(json, "insertedContent", edit.replacement);
    json.EndObject();
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

/// What a finding is wherever its file lies and whatever lines it stands on: its code, its words
/// and the text that it is about. The same again in one file is counted.
class Fingerprints {
 public:
  std::string Of(const Diagnostic& finding, const source::SourceMap& sources) {
    std::string parts;
    const auto add = [&](std::string_view part) {
      parts += fmt::format("{}:{};", part.size(), part);
    };
    add(CodeText(finding.number));
    add(finding.message);
    add(finding.label);
    if (finding.span.valid()) {
      add(source::OneLine(sources.text(finding.span)));
    }
    std::string hash = support::Sha256Hex(parts).substr(0, 32);
    const std::size_t before = met_[{finding.span.file, hash}]++;
    return fmt::format("{}:{}", hash, before + 1);
  }

 private:
  std::map<std::pair<source::FileId, std::string>, std::size_t> met_;
};

/// SARIF 2.1.0, 3.35: what code scanning shows as dismissed.
void Suppression(Writer& json, const Accepted& accepted) {
  json.Key("suppressions");
  json.BeginArray();
  json.BeginObject();
  Text(json, "kind", accepted.by == Accepted::By::kProgram ? "inSource" : "external");
  Text(json, "status", "accepted");
  Text(json, "justification", accepted.because);
  json.EndObject();
  json.EndArray();
}

/// `accepted`: null for a finding that stands.
void Result(Writer& json, const Diagnostic& finding, const Accepted* accepted,
            const source::SourceMap& sources, Fingerprints& fingerprints) {
  json.BeginObject();
  Text(json, "ruleId", CodeText(finding.number));
  Text(json, "level", SeverityText(finding.severity));
  Message(json, "message", WordsOf(finding, sources));
  json.Key("locations");
  json.BeginArray();
  if (finding.span.valid()) Location(json, finding.span, finding.label, sources);
  json.EndArray();
  json.Key("relatedLocations");
  json.BeginArray();
  for (const Label& label : finding.labels) Location(json, label.span, label.text, sources);
  json.EndArray();
  json.Key("fixes");
  json.BeginArray();
  for (const Help& help : finding.helps) {
    if (!help.edits.empty()) Fix(json, help, sources);
  }
  json.EndArray();
  json.Key("partialFingerprints");
  json.BeginObject();
  Text(json, "writFinding/v1", fingerprints.Of(finding, sources));
  json.EndObject();
  if (accepted != nullptr) Suppression(json, *accepted);
  json.EndObject();
}

void Rules(Writer& json, std::span<const Diagnostic> findings, std::span<const Accepted> accepted) {
  std::set<std::uint16_t> numbers;
  for (const Diagnostic& finding : findings) numbers.insert(finding.number);
  for (const Accepted& one : accepted) numbers.insert(one.finding.number);
  json.Key("rules");
  json.BeginArray();
  for (const std::uint16_t number : numbers) {
    const Row* row = FindRow(number);
    WRIT_CHECK(row != nullptr, "a finding without a row");
    json.BeginObject();
    Text(json, "id", CodeText(number));
    Text(json, "name", row->name);
    Message(json, "shortDescription", TitleText(*row));
    Message(json, "help", fmt::format("writ explain {}", CodeText(number)));
    json.Key("defaultConfiguration");
    json.BeginObject();
    Text(json, "level", SeverityText(row->severity));
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string RenderSarif(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                        std::span<const Accepted> accepted) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  Text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  Text(json, "version", "2.1.0");
  json.Key("runs");
  json.BeginArray();
  json.BeginObject();
  json.Key("tool");
  json.BeginObject();
  json.Key("driver");
  json.BeginObject();
  Text(json, "name", "writ");
  Text(json, "version", support::Version());
  Rules(json, findings, accepted);
  json.EndObject();
  json.EndObject();
  Text(json, "columnKind", "unicodeCodePoints");
  json.Key("results");
  json.BeginArray();
  Fingerprints fingerprints;
  for (const Diagnostic& finding : findings) {
    Result(json, finding, nullptr, sources, fingerprints);
  }
  for (const Accepted& one : accepted) Result(json, one.finding, &one, sources, fingerprints);
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace writ::diag

// Workflow commands of GitHub Actions, which become annotations at the lines of a change.
// Source: GitHub Docs, "Workflow commands for GitHub Actions" (error, warning); the escapes are
// those of actions/toolkit, packages/core/src/command.ts. Read 2026-11-22.
#include <fmt/format.h>

#include "base/diag/renderers.h"
#include "base/support/utf8.h"

namespace writ::diag {
namespace {

std::string Escaped(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : support::ReplaceInvalidUtf8(text)) {
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

/// Columns only make sense to GitHub within one line.
std::string Properties(const Place& place) {
  if (place.path.empty()) return {};
  std::string text = fmt::format("file={},line={},endLine={}", Escaped(place.path, true),
                                 place.begin.line, place.end.line);
  if (place.begin.line == place.end.line) {
    text += fmt::format(",col={},endColumn={}", place.begin.column, place.end.column);
  }
  return text + ",";
}

}  // namespace

std::string RenderGithub(std::span<const Diagnostic> findings, const source::SourceMap& sources) {
  std::string out;
  for (const Diagnostic& finding : findings) {
    out += fmt::format("::{} {}title={}::{}\n", SeverityText(finding.severity),
                       Properties(PlaceOf(finding.span, sources)), CodeText(finding.number),
                       Escaped(WordsOf(finding, sources), false));
  }
  return out;
}

}  // namespace writ::diag

// A text and what the front end made of it, for tests.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "language/parse/parse.h"

namespace writ::parse {

/// Keeps the text alive as long as the syntax.
struct Parsed {
  explicit Parsed(std::string text, const Limits& limits = {}) {
    file = Parse(sources, sources.Add("a.writ", std::move(text)), sink, limits);
  }

  /// "1101 may" for each finding in order: its number and the text it points at.
  [[nodiscard]] std::vector<std::string> Findings() const {
    std::vector<std::string> findings;
    for (const diag::Diagnostic& found : sink.Sorted()) {
      findings.push_back(fmt::format("{} {}", found.number, sources.text(found.span)));
    }
    return findings;
  }

  /// The text after all patches, first help of each finding first.
  [[nodiscard]] std::string Patched() const {
    std::string text(sources.text(file.id));
    const std::vector<diag::Diagnostic> found = sink.Sorted();
    for (auto finding = found.rbegin(); finding != found.rend(); ++finding) {
      if (finding->helps.empty()) continue;
      const std::vector<diag::Edit>& edits = finding->helps.front().edits;
      for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
        text.replace(edit->span.begin, edit->span.end - edit->span.begin, edit->replacement);
      }
    }
    return text;
  }

  source::SourceMap sources;
  diag::Sink sink;
  syntax::File file;
};

}  // namespace writ::parse

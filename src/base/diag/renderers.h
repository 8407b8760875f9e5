// One renderer a format; Render chooses. Each takes the findings in their final order.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/diag/diag.h"
#include "base/diag/render.h"
#include "base/source/source.h"

namespace writ::diag {

[[nodiscard]] std::string RenderText(std::span<const Diagnostic> findings,
                                     const source::SourceMap& sources, bool color);
[[nodiscard]] std::string RenderJson(std::span<const Diagnostic> findings,
                                     const source::SourceMap& sources);
[[nodiscard]] std::string RenderSarif(std::span<const Diagnostic> findings,
                                      const source::SourceMap& sources,
                                      std::span<const Accepted> accepted);
[[nodiscard]] std::string RenderGithub(std::span<const Diagnostic> findings,
                                       const source::SourceMap& sources);
[[nodiscard]] std::string RenderJunit(std::span<const Diagnostic> findings,
                                      const source::SourceMap& sources,
                                      std::span<const Case> cases);

/// A span for people: lines and columns count from 1, columns in code points, the end is the
/// place after the last character.
struct Place {
  std::string path;  ///< empty: the finding is about no text
  source::LineColumn begin;
  source::LineColumn end;
};
[[nodiscard]] Place PlaceOf(source::Span span, const source::SourceMap& sources);

/// "error" or "warning".
[[nodiscard]] std::string_view SeverityText(Severity severity);

/// "2 errors, 1 warning".
[[nodiscard]] std::string CountText(std::span<const Diagnostic> findings);

/// All words of a finding but its place and code, one thing a line, for formats without a place
/// for each.
[[nodiscard]] std::string WordsOf(const Diagnostic& finding, const source::SourceMap& sources);

}  // namespace writ::diag

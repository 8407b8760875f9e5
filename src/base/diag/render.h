// The one place where findings become text. Every format carries the same findings, codes, places
// and words; none depends on anything but the findings and the sources.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"

namespace writ::diag {

enum class Format { kText, kJson, kSarif, kGithub, kJunit };

/// Something that was checked and may have passed: a test of the program. Findings within its span
/// are its failures.
struct Case {
  source::Span span;
  std::string name;
};

/// A finding that somebody accepted: it is shown to tools that keep such findings apart, and to
/// nobody else.
struct Accepted {
  enum class By { kProgram, kFile };  ///< a waiver in the program; a file beside what is looked at
  Diagnostic finding;
  By by = By::kProgram;
  std::string because;
};

struct RenderOptions {
  Format format = Format::kText;
  bool color = false;                   ///< text only
  std::vector<Case> cases = {};         ///< JUnit only: each is a test case of its own
  std::vector<Accepted> accepted = {};  ///< SARIF only, in their order
};

/// `findings` in their final order (Sink::Sorted). Text and GitHub annotations are empty when there
/// is no finding; JSON, SARIF and JUnit are then whole documents without one.
[[nodiscard]] std::string Render(std::span<const Diagnostic> findings,
                                 const source::SourceMap& sources, const RenderOptions& options);

}  // namespace writ::diag

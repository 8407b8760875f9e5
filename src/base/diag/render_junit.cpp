// JUnit's XML as CI servers read it: one test case for each case of the run (a test of the program)
// with the findings in it, and one for each other finding; an error is a failure, a warning passes
// and says its words. Without findings there is one passing case, because servers take an
// empty suite for a broken run.
#include <algorithm>

#include <fmt/format.h>

#include "base/diag/renderers.h"
#include "base/support/utf8.h"

namespace writ::diag {
namespace {

/// XML 1.0 has no way to write control characters, not even escaped.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : support::ReplaceInvalidUtf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return escaped;
}

/// What a finding says within its test case.
std::string Body(const Diagnostic& finding, const source::SourceMap& sources) {
  const std::string words = Escaped(WordsOf(finding, sources));
  return finding.severity == Severity::kError
             ? fmt::format("      <failure type=\"error\" message=\"{}\">{}</failure>\n",
                           Escaped(finding.message), words)
             : fmt::format("      <system-out>warning: {}</system-out>\n", words);
}

std::string TestCase(std::string_view where, std::string_view name, std::string_view body) {
  const std::string open =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\"", Escaped(where), Escaped(name));
  return body.empty() ? open + "/>\n" : fmt::format("{}>\n{}    </testcase>\n", open, body);
}

std::string OfFinding(const Diagnostic& finding, const source::SourceMap& sources) {
  const Place place = PlaceOf(finding.span, sources);
  const std::string where = place.path.empty() ? "writ"
                                               : fmt::format("{}:{}:{}", place.path,
                                                             place.begin.line, place.begin.column);
  return TestCase(where, CodeText(finding.number), Body(finding, sources));
}

bool Holds(const Case& one, const Diagnostic& finding) {
  return finding.span.valid() && finding.span.file == one.span.file &&
         finding.span.begin >= one.span.begin && finding.span.end <= one.span.end;
}

}  // namespace

std::string RenderJunit(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                        std::span<const Case> cases) {
  std::string body;
  std::size_t tests = 0;
  std::size_t failures = 0;
  for (const Case& one : cases) {
    std::string within;
    bool failed = false;
    for (const Diagnostic& finding : findings) {
      if (!Holds(one, finding)) continue;
      within += Body(finding, sources);
      failed = failed || finding.severity == Severity::kError;
    }
    ++tests;
    failures += failed ? 1U : 0U;
    body += TestCase(PlaceOf(one.span, sources).path, one.name, within);
  }
  for (const Diagnostic& finding : findings) {
    if (std::ranges::any_of(cases, [&](const Case& one) { return Holds(one, finding); })) continue;
    ++tests;
    failures += finding.severity == Severity::kError ? 1U : 0U;
    body += OfFinding(finding, sources);
  }
  if (tests == 0) {
    ++tests;
    body += TestCase("writ", "no findings", "");
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{1}\">\n"
      "  <testsuite name=\"writ\" tests=\"{0}\" failures=\"{1}\">\n{2}  "
      "</testsuite>\n</testsuites>\n",
      tests, failures, body);
}

}  // namespace writ::diag

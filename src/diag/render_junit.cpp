// JUnit's XML as CI servers read it: one test case a finding, an error is a failure, a warning
// passes and says its words. Without findings there is one passing case, because servers take an
// empty suite for a broken run.
#include <algorithm>

#include <fmt/format.h>

#include "diag/renderers.h"
#include "writ/support/utf8.h"

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

std::string Case(const Diagnostic& finding, const source::SourceMap& sources) {
  const Place place = PlaceOf(finding.span, sources);
  const std::string where = place.path.empty() ? "writ"
                                               : fmt::format("{}:{}:{}", place.path,
                                                             place.begin.line, place.begin.column);
  const std::string words = Escaped(WordsOf(finding, sources));
  const std::string open = fmt::format("    <testcase classname=\"{}\" name=\"{}\">\n",
                                       Escaped(where), CodeText(finding.number));
  const std::string body =
      finding.severity == Severity::kError
          ? fmt::format("      <failure type=\"error\" message=\"{}\">{}</failure>\n",
                        Escaped(finding.message), words)
          : fmt::format("      <system-out>warning: {}</system-out>\n", words);
  return open + body + "    </testcase>\n";
}

}  // namespace

std::string RenderJunit(std::span<const Diagnostic> findings, const source::SourceMap& sources) {
  const auto failures = std::ranges::count(findings, Severity::kError, &Diagnostic::severity);
  const std::size_t tests = std::max<std::size_t>(1, findings.size());
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{0}\" failures=\"{1}\">\n"
      "  <testsuite name=\"writ\" tests=\"{0}\" failures=\"{1}\">\n",
      tests, failures);
  for (const Diagnostic& finding : findings) out += Case(finding, sources);
  if (findings.empty()) out += "    <testcase classname=\"writ\" name=\"no findings\"/>\n";
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace writ::diag

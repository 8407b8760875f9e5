// Any bytes as exports: files divided by NUL, each with its path before a line break. Every finding
// and every place of what was read points into its file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/snapshot/read.h"
#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/check.h"

using namespace writ;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  source::SourceMap sources;
  std::vector<snapshot::File> files;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t line = std::min(part.find('\n'), part.size());
    const std::string path(part.substr(0, line));
    const std::string text(part.substr(std::min(part.size(), line + 1)));
    files.push_back({sources.Add(path, text), path});
  }
  diag::Sink sink;
  const snapshot::Snapshot read = snapshot::Read(sources, files, {}, sink);
  const auto is_within = [&](source::Span span) {
    return !span.valid() || (span.begin <= span.end && span.end <= sources.text(span.file).size());
  };
  for (const diag::Diagnostic& found : sink.all()) {
    WRIT_CHECK(is_within(found.span) && !found.message.empty(), "a finding in the file");
  }
  for (const snapshot::Document& document : read.documents) {
    const auto text_size = static_cast<std::uint32_t>(document.text->view().size());
    WRIT_CHECK(is_within(document.text->SpanOf(0, text_size)), "a document in the file");
    const auto placed = document.Read(policy::Demand::kGrammar);
    if (!placed.ok()) continue;
    for (const policy::StatementPlaces& places : placed->places.statements) {
      for (const policy::Place place : places.actions) {
        WRIT_CHECK(is_within(document.SpanOf(place)), "an action in the file");
      }
    }
  }
  return 0;
}

// Any bytes: the front end ends in syntax or in findings, each pointing into the text, and what it
// understands whole can be formatted without a change of meaning.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/support/check.h"
#include "language/format/format.h"
#include "language/parse/parse.h"
#include "language/syntax/meaning.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace writ;
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId before =
      sources.Add("a.writ", std::string(reinterpret_cast<const char*>(data), size));
  const syntax::File file = parse::Parse(sources, before, sink);
  WRIT_CHECK(file.complete == sink.all().empty(), "incomplete iff something was reported");
  for (const diag::Diagnostic& found : sink.all()) {
    WRIT_CHECK(found.span.begin <= found.span.end && found.span.end <= size, "a span in the text");
    for (const diag::Label& label : found.labels) {
      WRIT_CHECK(label.span.end <= size, "a label in the text");
    }
    for (const diag::Help& help : found.helps) {
      for (const diag::Edit& edit : help.edits) {
        WRIT_CHECK(edit.span.begin <= edit.span.end && edit.span.end <= size,
                   "an edit in the text");
      }
    }
  }
  if (!file.complete) return 0;
  const auto formatted = format::Format(sources, before, sink);
  WRIT_CHECK(formatted.has_value(), "what was understood can be formatted");
  const source::FileId after = sources.Add("b.writ", *formatted);
  WRIT_CHECK(syntax::SameMeaning(file, parse::Parse(sources, after, sink)), "the same meaning");
  WRIT_CHECK(format::Format(sources, after, sink) == formatted, "formatting is idempotent");
  return 0;
}

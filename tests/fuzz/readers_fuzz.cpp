// Any bytes for the readers of files that are neither programs nor policies alone: the first byte
// says which. Each ends in what it read or in a finding that points into the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/check.h"
#include "compiler/bindings.h"
#include "facts/catalog/catalog.h"
#include "facts/catalog/lock.h"
#include "proof/deployed/tree.h"

namespace {

using namespace writ;

void ReadCatalog(std::string text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const auto read = catalog::Catalog::Parse(std::move(text));
  if (read.ok()) return;
  WRIT_CHECK(read.error().line <= lines && !read.error().message.empty(), "a fault in the text");
}

void ReadLock(const std::string& text) {
  const auto read = catalog::ReadLock(text);
  if (!read.ok()) return;
  const auto again = catalog::ReadLock(catalog::WriteLock(*read));
  WRIT_CHECK(again.ok() && catalog::WriteLock(*again) == catalog::WriteLock(*read),
             "what is written is read");
}

void ReadBindings(const std::string& text) {
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId file = sources.Add("writ.bindings.json", text);
  (void)compiler::ReadBindings(sources, file, {"pii-safe"}, sink);
  for (const diag::Diagnostic& found : sink.all()) {
    WRIT_CHECK(found.span.end <= text.size(), "a span in the text");
  }
}

/// Parts divided by NUL: the manifest, then an SCP, an identity policy and a trust policy.
void ReadTree(std::string_view text) {
  deployed::Files files;
  for (const char* path : {"manifest.json", "scp/a.scp.json", "iam/payments/fraud.identity.json",
                           "trust/payments/logs.trust.json"}) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    files[path] = std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto read = deployed::ReadTree(files);
  if (read.ok()) return;
  WRIT_CHECK(!read.error().empty(), "a reason");
  for (const deployed::Malformed& one : read.error()) {
    WRIT_CHECK(one.offset <= files[one.path].size(), "a place in the file");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      ReadCatalog(text);
      break;
    case 1:
      ReadLock(text);
      break;
    case 2:
      ReadBindings(text);
      break;
    default:
      ReadTree(text);
      break;
  }
  return 0;
}

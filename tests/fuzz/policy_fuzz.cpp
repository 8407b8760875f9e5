// Any bytes are a policy document or errors with places; what was read, written and read again is
// the same; and every document can be compiled and asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace writ::policy;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto kind = static_cast<Kind>(size % 8);
  (void)CountCharacters(text, kind);
  const auto placed = ReadPlaced(text, kind, Demand::kAsCreated);
  const auto read = Read(text, kind);
  if (placed && !(read && *read == placed->document)) std::abort();
  if (!read) {
    for (const PolicyError& error : read.error()) {
      if (error.offset > size || error.message.empty()) std::abort();
    }
    return read.error().empty() ? (std::abort(), 0) : 0;
  }
  for (const Style style : {Style::kMinified, Style::kPretty}) {
    const auto again = Read(Write(*read, style), kind);
    if (!again || !(*again == *read)) std::abort();
  }
  const Request request{"arn:aws:sts::111122223333:assumed-role/app/s",
                        "s3:GetObject",
                        "arn:aws:s3:::b/k",
                        std::nullopt,
                        {{"aws:x", false, {"a"}}, {"aws:y", true, {"1", "10.0.0.1"}}}};
  const auto prepared = Prepare(request);
  const CompiledPolicy compiled(*read, kind);
  for (std::size_t i = 0; i < read->statements.size(); ++i) {
    (void)StatementApplies(compiled, i, *prepared);
  }
  return 0;
}

// Any bytes as a log: the first says in which pieces they come. Every record and every fault lies
// within the text, and the pieces make no difference.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/support/check.h"
#include "logs/trail/read.h"

namespace {

using namespace writ;

struct Log {
  trail::ReadFile read;
  std::vector<trail::Call> calls;
};

Log ReadBy(std::size_t piece, std::string_view text) {
  Log log;
  trail::Limits limits;
  limits.record_bytes = 2000;
  trail::EventReader reader({"bedrock.amazonaws.com"}, limits);
  const trail::Bytes bytes = [&] {
    const std::string_view next = text.substr(0, piece);
    text.remove_prefix(next.size());
    return next;
  };
  log.read = trail::ReadLog(bytes, reader, limits,
                            [&](const trail::Event& event) { log.calls.push_back(event.call); });
  return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Log whole = ReadBy(text.size() + 1, text);
  const Log pieces = ReadBy(data[0] % 16 + 1U, text);
  const bool is_packed = text.starts_with("\x1f\x8b");
  WRIT_CHECK(is_packed || !whole.read.fault || whole.read.fault->offset <= text.size(),
             "a place in the text");
  WRIT_CHECK(whole.read.counts.events == whole.calls.size(), "every event is given");
  WRIT_CHECK(
      whole.read.fault.has_value() == pieces.read.fault.has_value() && whole.calls == pieces.calls,
      "pieces make no difference");
  return 0;
}

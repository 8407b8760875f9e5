// Any bytes are JSON or an error with a place; what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/support/json.h"

namespace {

using namespace writ::support::json;

// Writes `root` with an explicit stack, as its depth is the input's.
std::string Rewrite(Value root) {
  struct Open {
    bool is_object;
    std::vector<Member> members;
    std::vector<Value> elements;
    std::size_t next;
  };
  Writer out(Style::kMinified);
  std::vector<Open> open;
  const auto put = [&](Value value) {
    switch (value.kind()) {
      case Kind::kObject:
        out.BeginObject();
        open.push_back({true, {}, {}, 0});
        for (const Member member : value.members()) open.back().members.push_back(member);
        break;
      case Kind::kArray:
        out.BeginArray();
        open.push_back({false, {}, {}, 0});
        for (const Value element : value.elements()) open.back().elements.push_back(element);
        break;
      case Kind::kString:
        out.String(value.text());
        break;
      case Kind::kNull:
      case Kind::kBool:
      case Kind::kNumber:
        out.Raw(value.source());
        break;
    }
  };
  put(root);
  while (!open.empty()) {
    Open& top = open.back();
    const std::size_t size = top.is_object ? top.members.size() : top.elements.size();
    if (top.next == size) {
      const bool is_object = top.is_object;
      open.pop_back();
      is_object ? out.EndObject() : out.EndArray();
    } else if (top.is_object) {
      const Member member = top.members[top.next++];
      out.Key(member.key.text());
      put(member.value);
    } else {
      put(Value(top.elements[top.next++]));
    }
  }
  return out.Take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Document document;
  if (const auto error = document.Read(text)) {
    if (error->offset > size || error->message.empty()) std::abort();
    return 0;
  }
  const std::string written = Rewrite(document.root());
  Document again;
  if (again.Read(written) || Rewrite(again.root()) != written) std::abort();
  return 0;
}

#include "base/support/json_copy.h"

namespace writ::support::json {

void Copy(const Value& value, Writer& writer) {
  switch (value.kind()) {
    case Kind::kObject:
      writer.BeginObject();
      for (const Member member : value.members()) {
        writer.Key(member.key.text());
        Copy(member.value, writer);
      }
      writer.EndObject();
      return;
    case Kind::kArray:
      writer.BeginArray();
      for (const Value element : value.elements()) Copy(element, writer);
      writer.EndArray();
      return;
    case Kind::kString:
      writer.String(value.text());
      return;
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kNumber:
      writer.Raw(value.source());
      return;
  }
}

}  // namespace writ::support::json

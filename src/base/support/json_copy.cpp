#include "base/support/json_copy.h"

#include "base/support/check.h"

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

std::string Compacted(std::string_view text) {
  Document document;
  if (document.Read(text)) return std::string(text);
  std::string compact;
  compact.reserve(text.size());
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (is_space && !is_quoted) continue;
    compact += c;
    if (c == '"') is_quoted = !is_quoted;
    // What is escaped cannot end the string.
    if (c == '\\') compact += text[++i];
  }
  return compact;
}

std::string Indented(std::string_view text) {
  Document document;
  WRIT_CHECK(!document.Read(text), "a text of Writer is JSON");
  Writer writer(Style::kPretty);
  Copy(document.root(), writer);
  std::string indented = writer.Take() + "\n";
  WRIT_CHECK(Compacted(indented) == text, "another layout changes no token");
  return indented;
}

}  // namespace writ::support::json

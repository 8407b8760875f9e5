// Members of an object that is being read or written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"

namespace writ::support::json {

/// The text of a member; empty if there is none of that name, or it is no text.
[[nodiscard]] inline std::string TextMember(const Value& object, std::string_view key) {
  const std::optional<Value> found = object.Find(key);
  return found && found->is_string() ? std::string(found->text()) : std::string();
}

inline void WriteText(Writer& writer, std::string_view key, std::string_view text) {
  writer.Key(key);
  writer.String(text);
}

/// An empty text is null.
inline void WriteTextOrNull(Writer& writer, std::string_view key, std::string_view text) {
  writer.Key(key);
  if (text.empty()) {
    writer.Null();
  } else {
    writer.String(text);
  }
}

inline void WriteTexts(Writer& writer, std::string_view key,
                       const std::vector<std::string>& texts) {
  writer.Key(key);
  writer.BeginArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

inline void WriteFlag(Writer& writer, std::string_view key, bool flag) {
  writer.Key(key);
  writer.Bool(flag);
}

inline void WriteInteger(Writer& writer, std::string_view key, std::int64_t number) {
  writer.Key(key);
  writer.Integer(number);
}

inline void WriteCount(Writer& writer, std::string_view key, std::size_t count) {
  WriteInteger(writer, key, static_cast<std::int64_t>(count));
}

inline void WriteCountOrNull(Writer& writer, std::string_view key,
                             std::optional<std::size_t> count) {
  if (count) return WriteCount(writer, key, *count);
  writer.Key(key);
  writer.Null();
}

}  // namespace writ::support::json

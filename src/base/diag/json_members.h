// Members of the reports in JSON and SARIF. Text of a program may hold any bytes; reports are
// UTF-8.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/support/json.h"
#include "base/support/utf8.h"

namespace writ::diag {

inline void Text(support::json::Writer& json, std::string_view key, std::string_view text) {
  json.Key(key);
  json.String(support::ReplaceInvalidUtf8(text));
}

inline void Number(support::json::Writer& json, std::string_view key, std::uint32_t number) {
  json.Key(key);
  json.Integer(number);
}

}  // namespace writ::diag

// JSON values written again: for another layout, or for none.
#pragma once

#include <string>
#include <string_view>

#include "base/support/json.h"

namespace writ::support::json {

/// Writes `value` in the writer's style; numbers keep their text. As deep as the value nests, which
/// its reader bounds.
void Copy(const Value& value, Writer& writer);

/// The text without the white space between its tokens, which are kept to the byte. A text that is
/// no JSON is given back as it is. Linear.
[[nodiscard]] std::string Compacted(std::string_view text);

/// A text of Writer, laid out for people to read, with a line break at its end: `Compacted` of it
/// is the text again.
[[nodiscard]] std::string Indented(std::string_view text);

}  // namespace writ::support::json

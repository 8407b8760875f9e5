// JSON values written again: for another layout, or for none.
#pragma once

#include "base/support/json.h"

namespace writ::support::json {

/// Writes `value` in the writer's style; numbers keep their text. As deep as the value nests, which
/// its reader bounds.
void Copy(const Value& value, Writer& writer);

}  // namespace writ::support::json

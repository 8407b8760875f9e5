// The fixed part of apply.sh: its options, and one function for each kind of thing.
#pragma once

#include <string_view>

namespace writ::emit {

extern const std::string_view kApplyPrelude;
extern const std::string_view kApplyEnd;

}  // namespace writ::emit

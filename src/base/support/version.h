// The version of this executable, from the project() line of CMakeLists.txt.
#pragma once

#include <string_view>

namespace writ::support {

/// "0.1.0".
[[nodiscard]] std::string_view Version();

}  // namespace writ::support

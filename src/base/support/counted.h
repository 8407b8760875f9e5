// Numbers in sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace writ::support {

/// "1 request", "3 requests"; "-1 day".
[[nodiscard]] inline std::string Counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 || count == -1 ? "" : "s");
}
[[nodiscard]] inline std::string Counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace writ::support

#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace writ::policy {

/// Digits of an account's id.
inline constexpr std::size_t kAccountDigits = 12;

/// Whether the text is the id of an account: twelve digits, nothing else.
[[nodiscard]] inline bool IsAccountId(std::string_view text) {
  return text.size() == kAccountDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace writ::policy

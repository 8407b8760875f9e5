// Whether a text is a regular expression that a guardrail takes, as far as AWS says: well formed,
// and without look-around (Amazon Bedrock User Guide, "sensitive information filters", read
// 2026-11-22). AWS does not name the dialect, so what the common dialects share is accepted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace writ::sema {

struct RegexFault {
  bool looks_around = false;  ///< else it is malformed
  std::size_t begin = 0;      ///< bytes of the text that are wrong
  std::size_t end = 0;
  std::string reason;
};

/// The first fault, or nothing. Linear.
[[nodiscard]] std::optional<RegexFault> CheckRegex(std::string_view regex);

}  // namespace writ::sema

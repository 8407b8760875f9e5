// Percent-encoding (RFC 3986, 2.1).
#pragma once

#include <string>
#include <string_view>

namespace writ::support {

/// What stands in a path of a URI as it is, beside letters and digits (RFC 3986, 3.3), `/` between
/// its segments included. Parentheses, brackets and other marks are encoded, for a link may stand
/// within them.
inline constexpr std::string_view kPlainInPaths = "-._~/@+,=";

/// The text with every byte that is neither an ASCII letter, a digit nor in `plain` as `%` and two
/// hexadecimal digits. Cost: linear.
[[nodiscard]] std::string PercentEncoded(std::string_view text, std::string_view plain);

}  // namespace writ::support

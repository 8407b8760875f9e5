// Small forms of text that several commands print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/counted.h"

namespace writ::commands {

using support::Counted;
/// "12,345 calls", "1 call".
[[nodiscard]] std::string Many(std::uint64_t count, std::string_view noun);
/// Every line after `indent`; ends with a line break.
[[nodiscard]] std::string Indented(std::string_view text, std::string_view indent);
/// Lines of steps that are needed together: "  to allow it: …", then "           and: …".
[[nodiscard]] std::string ToAllowIt(const std::vector<std::string>& steps);
/// A step: before it, nothing is attached in an account that joins.
inline constexpr std::string_view kListAccount =
    "list the account in the organization, then build and deploy";
/// What was read from outside, on one line, without what a terminal would obey.
[[nodiscard]] std::string OneLine(std::string_view text);
/// The text for Markdown: what it would read more than the words into is escaped, but for code.
[[nodiscard]] std::string MarkdownText(std::string_view text);

}  // namespace writ::commands

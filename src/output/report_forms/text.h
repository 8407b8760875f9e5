// Texts of a program put into other languages: whatever a name or reason holds stays text.
#pragma once

#include <string>
#include <string_view>

namespace writ::report_forms {

/// For HTML, in text and in attributes in double quotes. Characters that change the direction of
/// what follows, and control characters, are written out ("U+202E"), so that they hide nothing.
[[nodiscard]] std::string HtmlText(std::string_view text);

/// For a cell of a Markdown table: one line in which nothing is markup.
[[nodiscard]] std::string MarkdownCell(std::string_view text);

/// Base64 (RFC 4648, 4) of the bytes that `hex` writes in lower case.
[[nodiscard]] std::string Base64OfHex(std::string_view hex);

}  // namespace writ::report_forms

#include "output/report_forms/text.h"

#include <cstdint>

#include <fmt/format.h>

#include "base/support/utf8.h"

namespace writ::report_forms {
namespace {

constexpr std::string_view kReplaced = "\xEF\xBF\xBD";  // U+FFFD

/// A character that a reader would see, as it stands; the others by their numbers.
std::string Seen(const support::CodePoint& point, std::string_view bytes) {
  if (!point.valid) return std::string(kReplaced);
  if (!support::IsCommand(point.value)) return std::string(bytes);
  return fmt::format("U+{:04X}", static_cast<std::uint32_t>(point.value));
}

}  // namespace

std::string HtmlText(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const support::CodePoint point = support::DecodeUtf8(text);
    const std::string_view bytes = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    switch (point.value) {
      case U'&':
        escaped += "&amp;";
        break;
      case U'<':
        escaped += "&lt;";
        break;
      case U'>':
        escaped += "&gt;";
        break;
      case U'"':
        escaped += "&quot;";
        break;
      case U'\'':
        escaped += "&#39;";
        break;
      case U'\n':
        escaped += '\n';
        break;
      default:
        escaped += Seen(point, bytes);
    }
  }
  return escaped;
}

std::string MarkdownCell(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>()#+!|~&$@";
  std::string escaped;
  while (!text.empty()) {
    const support::CodePoint point = support::DecodeUtf8(text);
    const std::string_view bytes = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    if (point.value == U'\n' || point.value == U'\t' || point.value == U'\r') {
      escaped += ' ';
    } else {
      if (point.bytes == 1 && kMarkup.find(bytes.front()) != std::string_view::npos)
        escaped += '\\';
      escaped += Seen(point, bytes);
    }
  }
  return escaped;
}

std::string Base64OfHex(std::string_view hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto digit = [](char c) -> std::uint32_t {
    return static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : hex) {
    bits = bits << 4U | digit(c);
    count += 4;
    if (count < 6) continue;
    count -= 6;
    text += kDigits[bits >> count & 0x3fU];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 0x3fU];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace writ::report_forms

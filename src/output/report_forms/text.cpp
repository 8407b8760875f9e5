#include "output/report_forms/text.h"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

namespace writ::report_forms {
namespace {

/// Whether a reader cannot see it, or sees what follows it in another order. Unicode 16,
/// Bidi_Control and general categories Cc, Zl, Zp.
bool IsHidden(std::uint32_t point) {
  const bool is_control = point < 0x20 || (point >= 0x7f && point < 0xa0);
  const bool is_direction = point == 0x61c || point == 0x200e || point == 0x200f ||
                            (point >= 0x202a && point <= 0x202e) ||
                            (point >= 0x2066 && point <= 0x2069);
  return is_control || is_direction || point == 0x2028 || point == 0x2029;
}

struct Point {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};

/// The code point at the begin of a text that is UTF-8; a byte that is not stands for itself.
Point PointAt(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t first = byte(0);
  const std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length == 1 || text.size() < length) return {first, 1};
  std::uint32_t value = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = value << 6U | (byte(i) & 0x3fU);
  return {value, length};
}

}  // namespace

std::string HtmlText(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const Point point = PointAt(text);
    const std::string_view bytes = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    switch (point.value) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '\n':
        escaped += '\n';
        break;
      default:
        escaped +=
            IsHidden(point.value) ? fmt::format("U+{:04X}", point.value) : std::string(bytes);
    }
  }
  return escaped;
}

std::string MarkdownCell(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>()#+!|~&$@";
  std::string escaped;
  while (!text.empty()) {
    const Point point = PointAt(text);
    const std::string_view bytes = text.substr(0, point.bytes);
    text.remove_prefix(point.bytes);
    if (point.value == '\n' || point.value == '\t' || point.value == '\r') {
      escaped += ' ';
    } else if (IsHidden(point.value)) {
      escaped += fmt::format("U+{:04X}", point.value);
    } else {
      if (point.bytes == 1 && kMarkup.find(bytes.front()) != std::string_view::npos)
        escaped += '\\';
      escaped += bytes;
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

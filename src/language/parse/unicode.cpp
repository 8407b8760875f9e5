#include "language/parse/unicode.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace writ::parse {
namespace {

bool IsContinuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// Length of the well-formed sequence at `at`, 0 if there is none (Unicode 15, table 3-7).
std::size_t SequenceLength(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned first = byte(0);
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) return IsContinuation(text, at + 1) ? 2 : 0;
  if (first >= 0xE0U && first <= 0xEFU) {
    if (!IsContinuation(text, at + 1) || !IsContinuation(text, at + 2)) return 0;
    if (first == 0xE0U && byte(1) < 0xA0U) return 0;
    if (first == 0xEDU && byte(1) > 0x9FU) return 0;
    return 3;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    for (std::size_t i = 1; i < 4; ++i) {
      if (!IsContinuation(text, at + i)) return 0;
    }
    if (first == 0xF0U && byte(1) < 0x90U) return 0;
    if (first == 0xF4U && byte(1) > 0x8FU) return 0;
    return 4;
  }
  return 0;
}

struct Confusable {
  char32_t value;
  std::string_view ascii;
};

// The letters are those of Unicode's confusables.txt (security data, version 15) whose prototype is
// one ASCII letter and which common keyboards produce. Sorted by value.
constexpr Confusable kConfusables[] = {
    {0x00A0, " "},  {0x00AD, ""},   {0x00B7, "."}, {0x00D7, "x"}, {0x02BC, "'"},   {0x037E, ";"},
    {0x0391, "A"},  {0x0392, "B"},  {0x0395, "E"}, {0x0397, "H"}, {0x0399, "I"},   {0x039A, "K"},
    {0x039C, "M"},  {0x039D, "N"},  {0x039F, "O"}, {0x03A1, "P"}, {0x03A4, "T"},   {0x03A7, "X"},
    {0x03B1, "a"},  {0x03B9, "i"},  {0x03BD, "v"}, {0x03BF, "o"}, {0x03C1, "p"},   {0x0405, "S"},
    {0x0406, "I"},  {0x0408, "J"},  {0x0410, "A"}, {0x0412, "B"}, {0x0415, "E"},   {0x041A, "K"},
    {0x041C, "M"},  {0x041D, "H"},  {0x041E, "O"}, {0x0420, "P"}, {0x0421, "C"},   {0x0422, "T"},
    {0x0425, "X"},  {0x0430, "a"},  {0x0435, "e"}, {0x043E, "o"}, {0x0440, "p"},   {0x0441, "c"},
    {0x0443, "y"},  {0x0445, "x"},  {0x0455, "s"}, {0x0456, "i"}, {0x0458, "j"},   {0x04BB, "h"},
    {0x0501, "d"},  {0x051B, "q"},  {0x051D, "w"}, {0x2000, " "}, {0x2002, " "},   {0x2003, " "},
    {0x2004, " "},  {0x2005, " "},  {0x2006, " "}, {0x2007, " "}, {0x2008, " "},   {0x2009, " "},
    {0x200A, " "},  {0x200B, ""},   {0x200C, ""},  {0x200D, ""},  {0x2010, "-"},   {0x2011, "-"},
    {0x2012, "-"},  {0x2013, "-"},  {0x2014, "-"}, {0x2015, "-"}, {0x2026, "..."}, {0x202F, " "},
    {0x2044, "/"},  {0x205F, " "},  {0x2060, ""},  {0x2212, "-"}, {0x2215, "/"},   {0x2260, "!="},
    {0x2264, "<="}, {0x2265, ">="}, {0x3000, " "}, {0xFEFF, ""},
};

}  // namespace

std::optional<std::size_t> FirstInvalidUtf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t eight = 0;
    if (text.size() - at >= sizeof eight) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const std::size_t length = SequenceLength(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

CodePoint Decode(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return static_cast<unsigned char>(text[offset + i]);
  };
  const char32_t first = byte(0);
  if (first < 0x80U) return {first, 1};
  if (first < 0xE0U) return {((first & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
  if (first < 0xF0U) {
    return {((first & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3};
  }
  return {((first & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) |
              (byte(3) & 0x3FU),
          4};
}

std::string_view LooksLike(char32_t value) {
  static constexpr std::string_view kAscii =
      "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
      "abcdefghijklmnopqrstuvwxyz{|}~";
  if (value >= 0xFF01U && value <= 0xFF5EU) return kAscii.substr(value - 0xFF01U, 1);  // fullwidth
  const auto* const found = std::ranges::lower_bound(kConfusables, value, {}, &Confusable::value);
  return found != std::end(kConfusables) && found->value == value ? found->ascii
                                                                  : std::string_view{};
}

bool IsTypographicQuote(char32_t value) {
  return (value >= 0x2018U && value <= 0x201FU) || value == 0x00ABU || value == 0x00BBU ||
         value == 0x2032U || value == 0x2033U || value == 0x300CU || value == 0x300DU;
}

}  // namespace writ::parse

#include "iam/policy/values.h"

#include <algorithm>
#include <charconv>

#include "base/support/date.h"
#include "iam/policy/document.h"

namespace writ::policy {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Removes the digits at the begin of `text` and returns them.
std::string_view TakeDigits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Removes exactly `count` digits, as a number.
std::optional<int> TakeNumber(std::string_view& text, std::size_t count) {
  if (text.size() < count || !std::all_of(text.begin(), text.begin() + count, IsDigit)) {
    return std::nullopt;
  }
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number * 10 + (text[i] - '0');
  text.remove_prefix(count);
  return number;
}

std::string_view WithoutTrailingZeros(std::string_view digits) {
  while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
  return digits;
}

constexpr std::int64_t kSecondsPerMinute = 60;
constexpr std::int64_t kSecondsPerHour = 3600;
constexpr std::int64_t kSecondsPerDay = 86400;

// Seconds to subtract for "Z", "+hh:mm", "-hh:mm" or nothing; takes the whole rest.
std::optional<std::int64_t> TakeZone(std::string_view& rest) {
  if (rest.empty()) return 0;
  if (Take(rest, 'Z')) return rest.empty() ? std::optional<std::int64_t>(0) : std::nullopt;
  const bool is_west = Take(rest, '-');
  if (!is_west && !Take(rest, '+')) return std::nullopt;
  const std::optional<int> hours = TakeNumber(rest, 2);
  if (!hours || !Take(rest, ':')) return std::nullopt;
  const std::optional<int> minutes = TakeNumber(rest, 2);
  if (!minutes || !rest.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = *hours * kSecondsPerHour + *minutes * kSecondsPerMinute;
  return is_west ? -offset : offset;
}

// "Thh:mm[:ss[.s]]" with its zone, added to `instant`.
bool TakeTime(std::string_view rest, Instant& instant) {
  if (!Take(rest, 'T')) return false;
  const std::optional<int> hours = TakeNumber(rest, 2);
  if (!hours || *hours > 23 || !Take(rest, ':')) return false;
  const std::optional<int> minutes = TakeNumber(rest, 2);
  if (!minutes || *minutes > 59) return false;
  std::optional<int> seconds = 0;
  if (Take(rest, ':')) {
    seconds = TakeNumber(rest, 2);
    if (!seconds || *seconds > 59) return false;
    if (Take(rest, '.')) {
      const std::string_view digits = TakeDigits(rest);
      if (digits.empty()) return false;
      instant.fraction = WithoutTrailingZeros(digits);
    }
  }
  const std::optional<std::int64_t> zone = TakeZone(rest);
  if (!zone) return false;
  instant.seconds += *hours * kSecondsPerHour + *minutes * kSecondsPerMinute + *seconds - *zone;
  return true;
}

std::optional<Instant> ParseIso(std::string_view text) {
  support::Date date;
  const std::optional<int> year = TakeNumber(text, 4);
  if (!year) return std::nullopt;
  date.year = *year;
  if (Take(text, '-')) {
    const std::optional<int> month = TakeNumber(text, 2);
    if (!month) return std::nullopt;
    date.month = *month;
    if (Take(text, '-')) {
      const std::optional<int> day = TakeNumber(text, 2);
      if (!day) return std::nullopt;
      date.day = *day;
    } else if (!text.empty()) {
      return std::nullopt;
    }
  }
  // A day that does not exist comes back as another.
  if (date.month < 1 || date.month > 12 || date.day < 1) return std::nullopt;
  const std::int64_t day_number = support::DayNumber(date);
  if (support::DateOfDayNumber(day_number) != date) return std::nullopt;
  Instant instant{day_number * kSecondsPerDay, {}};
  if (!text.empty() && !TakeTime(text, instant)) return std::nullopt;
  return instant;
}

std::optional<Instant> ParseEpoch(const Decimal& number) {
  Instant instant{0, number.fraction};
  const std::string_view digits = number.integer.empty() ? "0" : number.integer;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), instant.seconds);
  if (failure != std::errc{}) return std::nullopt;
  if (!number.is_negative) return instant;
  // Fractions count upwards; before 1970 only whole seconds can be written here.
  if (!number.fraction.empty()) return std::nullopt;
  instant.seconds = -instant.seconds;
  return instant;
}

bool TakeOctets(std::string_view& text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !Take(text, '.')) return false;
    const std::string_view digits = TakeDigits(text);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) {
      return false;
    }
    int octet = 0;
    for (const char c : digits) octet = octet * 10 + (c - '0');
    if (octet > 255) return false;
    out[i] = static_cast<std::uint8_t>(octet);
  }
  return true;
}

std::optional<std::uint16_t> TakeGroup(std::string_view& text) {
  std::uint16_t group = 0;
  const std::string_view digits = text.substr(0, std::min<std::size_t>(4, text.size()));
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), group, 16);
  if (failure != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return group;
}

// RFC 4291, section 2.2: eight groups, one run of zeros as "::", the last 32 bits as IPv4 if
// wanted.
bool TakeV6(std::string_view& text, std::array<std::uint8_t, 16>& out) {
  std::size_t filled = 0;
  std::optional<std::size_t> gap;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (filled < 16 && !text.empty() && text.front() != '/') {
    std::string_view as_v4 = text;
    if (filled <= 12 && TakeOctets(as_v4, out.data() + filled)) {
      text = as_v4;
      filled += 4;
      break;
    }
    const std::optional<std::uint16_t> group = TakeGroup(text);
    if (!group) return false;
    out[filled++] = static_cast<std::uint8_t>(*group >> 8U);
    out[filled++] = static_cast<std::uint8_t>(*group & 0xFFU);
    if (text.starts_with("::") && !gap) {
      gap = filled;
      text.remove_prefix(2);
    } else if (filled == 16 || text.empty() || text.front() == '/') {
      break;
    } else if (!Take(text, ':') || text.empty() || text.front() == '/') {
      return false;
    }
  }
  if (!gap) return filled == 16;
  if (filled == 16) return false;  // "::" stands for one group of zeros at least
  const std::size_t tail = filled - *gap;
  std::copy_backward(out.begin() + *gap, out.begin() + filled, out.end());
  std::fill(out.begin() + *gap, out.end() - static_cast<std::ptrdiff_t>(tail), std::uint8_t{0});
  return true;
}

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal number;
  number.is_negative = Take(text, '-');
  if (!number.is_negative) Take(text, '+');
  const std::string_view integer = TakeDigits(text);
  std::string_view fraction;
  if (Take(text, '.')) {
    fraction = TakeDigits(text);
    if (fraction.empty()) return std::nullopt;
  }
  if (!text.empty() || (integer.empty() && fraction.empty())) return std::nullopt;
  number.integer = integer.substr(std::min(integer.find_first_not_of('0'), integer.size()));
  number.fraction = WithoutTrailingZeros(fraction);
  if (number.integer.empty() && number.fraction.empty()) number.is_negative = false;
  return number;
}

std::strong_ordering Compare(const Decimal& a, const Decimal& b) {
  if (a.is_negative != b.is_negative) {
    return a.is_negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  std::strong_ordering order = a.integer.size() <=> b.integer.size();
  if (order == 0) order = a.integer.compare(b.integer) <=> 0;
  if (order == 0) order = a.fraction.compare(b.fraction) <=> 0;
  return a.is_negative ? 0 <=> order : order;
}

std::optional<Instant> ParseInstant(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  if (const std::optional<Decimal> number = ParseDecimal(text);
      number && (text.size() != kYearDigits || !std::ranges::all_of(text, IsDigit))) {
    return ParseEpoch(*number);
  }
  return ParseIso(text);
}

std::strong_ordering Compare(const Instant& a, const Instant& b) {
  if (a.seconds != b.seconds) return a.seconds <=> b.seconds;
  return a.fraction.compare(b.fraction) <=> 0;
}

bool IpNetwork::Contains(const IpNetwork& other) const {
  if (is_v6 != other.is_v6 || other.prefix < prefix) return false;
  const std::size_t whole = prefix / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes.begin())) {
    return false;
  }
  const unsigned rest = prefix % 8U;
  if (rest == 0) return true;
  const unsigned mask = 0xFFU << (8U - rest);
  return ((bytes[whole] ^ other.bytes[whole]) & mask & 0xFFU) == 0;
}

std::optional<IpNetwork> ParseIp(std::string_view text) {
  IpNetwork network;
  std::string_view rest = text;
  if (!TakeOctets(rest, network.bytes.data()) || (!rest.empty() && rest.front() != '/')) {
    rest = text;
    network = IpNetwork{};
    network.is_v6 = true;
    if (!TakeV6(rest, network.bytes)) return std::nullopt;
  }
  const int bits = network.is_v6 ? 128 : 32;
  int prefix = bits;
  if (!rest.empty()) {
    if (!Take(rest, '/')) return std::nullopt;
    const std::string_view digits = TakeDigits(rest);
    if (digits.empty() || digits.size() > 3 || !rest.empty()) return std::nullopt;
    prefix = 0;
    for (const char c : digits) prefix = prefix * 10 + (c - '0');
    if (prefix > bits) return std::nullopt;
  }
  network.prefix = static_cast<std::uint8_t>(prefix);
  return network;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (EqualIgnoringCase(text, "true")) return true;
  if (EqualIgnoringCase(text, "false")) return false;
  return std::nullopt;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == kAlphabet.npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>((bits >> held) & 0xFFU));
    }
  }
  return bytes;
}

}  // namespace writ::policy

// Values of condition keys that are compared by meaning: numbers, instants, addresses, booleans,
// bytes. All comparisons are exact; nothing passes through floating point or a time zone database.
// Parsing never allocates: results that hold text view into the argument.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ::policy {

/// A decimal number: optional sign, digits, optional fraction. No exponent.
struct Decimal {
  bool is_negative = false;   ///< false for zero
  std::string_view integer;   ///< digits without leading zeros
  std::string_view fraction;  ///< digits without trailing zeros
};
[[nodiscard]] std::optional<Decimal> ParseDecimal(std::string_view text);
[[nodiscard]] std::strong_ordering Compare(const Decimal& a, const Decimal& b);

/// A point in time, UTC, to any precision that can be written.
struct Instant {
  std::int64_t seconds = 0;   ///< since 1970-01-01T00:00:00Z, rounded down
  std::string_view fraction;  ///< of a second: digits without trailing zeros
};
/// Epoch seconds (with fraction if need be), or an ISO 8601 form of the W3C profile: YYYY, YYYY-MM,
/// YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.s...]] with Z or +hh:mm or -hh:mm. Four digits alone are a
/// year. A time without zone is read as UTC; AWS documents no such form.
/// Source: IAM User Guide, "Date condition operators"; W3C NOTE-datetime (read 2026-11-22).
[[nodiscard]] std::optional<Instant> ParseInstant(std::string_view text);
[[nodiscard]] std::strong_ordering Compare(const Instant& a, const Instant& b);

/// An IPv4 or IPv6 address or network. Families never match each other (RFC 4291 mapped addresses
/// are IPv6).
struct IpNetwork {
  bool is_v6 = false;
  std::uint8_t prefix = 0;               ///< leading bits that count: up to 32 or 128
  std::array<std::uint8_t, 16> bytes{};  ///< most significant first; IPv4 uses the first four
  [[nodiscard]] bool Contains(const IpNetwork& other) const;
};
/// "192.0.2.0/24", "192.0.2.1" (= /32), "2001:db8::/32", "::1" (= /128), "::ffff:192.0.2.1".
/// Bits behind the prefix do not matter.
[[nodiscard]] std::optional<IpNetwork> ParseIp(std::string_view text);

/// "true" or "false" in any case of letters.
[[nodiscard]] std::optional<bool> ParseBool(std::string_view text);

/// The bytes that `text` encodes in base64 (RFC 4648, padded).
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace writ::policy

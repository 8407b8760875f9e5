#include "base/support/uuid.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace writ::support {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kUuidBytes = 16;

/// The namespace of this project: a version 5 UUID of the URL namespace.
constexpr std::array<unsigned char, kUuidBytes> kNamespace = {
    0x5c, 0x0f, 0x1d, 0x52, 0x6d, 0x0b, 0x55, 0x27, 0x9a, 0x4e, 0x2f, 0x61, 0x83, 0xc4, 0x7e, 0x19};

using State = std::array<std::uint32_t, 5>;

/// One block of SHA-1 (FIPS 180-4, 6.1.2).
void Compress(State& state, std::string_view block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t t = 0; t < w.size(); ++t) {
    if (t < 16) {
      for (std::size_t i = 0; i < 4; ++i) {
        w[t] = w[t] << 8U | static_cast<unsigned char>(block[4 * t + i]);
      }
    } else {
      w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    }
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < w.size(); ++t) {
    std::uint32_t mixed = b ^ c ^ d;
    std::uint32_t constant = t < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (t < 20) {
      mixed = (b & c) ^ (~b & d);
      constant = 0x5a827999;
    } else if (t >= 40 && t < 60) {
      mixed = (b & c) ^ (b & d) ^ (c & d);
      constant = 0x8f1bbcdc;
    }
    const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + w[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

State Sha1(std::string text) {
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  text += static_cast<char>(0x80);
  while (text.size() % kBlockBytes != kBlockBytes - 8) text += '\0';
  for (std::size_t i = 8; i-- > 0;) text += static_cast<char>(bits >> (8 * i) & 0xffU);
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (std::size_t at = 0; at < text.size(); at += kBlockBytes) {
    Compress(state, std::string_view(text).substr(at, kBlockBytes));
  }
  return state;
}

}  // namespace

std::string NameUuid(std::string_view name) {
  std::string text(kNamespace.begin(), kNamespace.end());
  text += name;
  const State hash = Sha1(std::move(text));
  std::array<unsigned, kUuidBytes> bytes{};
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    bytes[i] = hash[i / 4] >> (8 * (3 - i % 4)) & 0xffU;
  }
  bytes[6] = (bytes[6] & 0x0fU) | 0x50U;
  bytes[8] = (bytes[8] & 0x3fU) | 0x80U;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string uuid;
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) uuid += '-';
    uuid += kDigits[bytes[i] >> 4U];
    uuid += kDigits[bytes[i] & 0x0fU];
  }
  return uuid;
}

}  // namespace writ::support

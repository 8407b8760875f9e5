// Fingerprints: what an interning table, a memo or a proof is keyed by.
//
// Two values have one fingerprint exactly if they are the same parts in the same order. Every part
// carries its type, and every text and list its length, so no choice of texts makes the parts of
// one value look like those of another: ["a\nb"] is not ["a", "b"], "!x" is not a negated "x", an
// absent text is not an empty one. A key is therefore never joined from text, and never made of
// text that is written for people.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace writ::support {

/// A finished fingerprint. Only a FingerprintBuilder makes one, so a text cannot be taken for it.
class Fingerprint {
 public:
  /// Of nothing; equal to no fingerprint that was built.
  Fingerprint() = default;
  auto operator<=>(const Fingerprint&) const = default;
  [[nodiscard]] std::size_t Hash() const { return std::hash<std::string>()(bytes_); }

 private:
  friend class FingerprintBuilder;
  explicit Fingerprint(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

class FingerprintBuilder {
 public:
  /// `what` names what is keyed ("action test"), so that keys of different tables differ.
  explicit FingerprintBuilder(std::string_view what) { Text(what); }

  FingerprintBuilder& Number(std::uint64_t number) { return Begin(Part::kNumber, number); }
  FingerprintBuilder& Flag(bool flag) { return Begin(Part::kFlag, flag ? 1 : 0); }
  template <class T>
  requires std::is_enum_v<T> FingerprintBuilder& Enum(T value) {
    return Begin(Part::kEnum, static_cast<std::uint64_t>(value));
  }
  FingerprintBuilder& Text(std::string_view text) {
    Begin(Part::kText, text.size());
    bytes_ += text;
    return *this;
  }
  FingerprintBuilder& Optional(const std::optional<std::string>& text) {
    return text ? Text(std::string_view(*text)) : Absent();
  }
  /// In place of a part that may be missing.
  FingerprintBuilder& Absent() { return Begin(Part::kAbsent, 0); }
  /// A fingerprint as one part of another.
  FingerprintBuilder& Nested(const Fingerprint& part) {
    Begin(Part::kFingerprint, part.bytes_.size());
    bytes_ += part.bytes_;
    return *this;
  }
  /// The length of a list whose elements follow, each with a fixed number of parts.
  FingerprintBuilder& Length(std::size_t length) { return Begin(Part::kList, length); }
  /// A list of texts, in this order.
  template <std::ranges::sized_range Texts>
  FingerprintBuilder& List(const Texts& texts) {
    Length(std::ranges::size(texts));
    for (const auto& text : texts) Text(std::string_view(text));
    return *this;
  }

  /// Ends this one, which is empty then.
  [[nodiscard]] Fingerprint Take() { return Fingerprint(std::exchange(bytes_, {})); }

 private:
  enum class Part : std::uint8_t { kNumber, kFlag, kEnum, kText, kAbsent, kFingerprint, kList };

  // The type, then the number in groups of seven bits, the least first.
  FingerprintBuilder& Begin(Part part, std::uint64_t number) {
    constexpr std::uint64_t kGroup = 0x80;
    bytes_.push_back(static_cast<char>(part));
    for (; number >= kGroup; number /= kGroup) {
      bytes_.push_back(static_cast<char>(number % kGroup + kGroup));
    }
    bytes_.push_back(static_cast<char>(number));
    return *this;
  }

  std::string bytes_;
};

/// For unordered tables that are keyed by fingerprints.
struct FingerprintHash {
  std::size_t operator()(const Fingerprint& print) const { return print.Hash(); }
};

}  // namespace writ::support

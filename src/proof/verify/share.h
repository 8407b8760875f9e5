// Which proofs are renamings of each other.
//
// Everything that a proof reads, part by part, with the account's number and the ids of its
// guardrails replaced by placeholders in order of appearance, is its key. Two proofs with one key
// differ by an injective renaming of opaque names, which no wildcard tells apart, so one stands for
// the other. Where a wildcard could match a part of such a name (`2*` of an account, `data-2*`
// where an account's number stands in the name of a bucket), the account's number becomes part of
// the key, and nothing is shared. The same where a number could be read as more than a name:
// compared as a number, day or bytes, or put together of a policy variable and what stands beside
// it. A wildcard beside other characters matches a name as a whole or not at all, whatever the name
// is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/support/fingerprint.h"
#include "proof/verify/reading.h"
#include "proof/verify/spaces.h"

namespace writ::verify {

/// The parts of a key, each with its type and every text with its length, before names are
/// replaced.
class Key {
 public:
  /// `what` tells keys of different questions apart.
  explicit Key(std::string_view what) { Text(what); }

  Key& Number(std::uint64_t number) { return Add(Part::Type::kNumber, number); }
  Key& Flag(bool flag) { return Add(Part::Type::kFlag, flag ? 1 : 0); }
  template <class T>
  requires std::is_enum_v<T> Key& Enum(T value) {
    return Add(Part::Type::kEnum, static_cast<std::uint64_t>(value));
  }
  Key& Absent() { return Add(Part::Type::kAbsent, 0); }
  Key& Length(std::size_t length) { return Add(Part::Type::kList, length); }
  Key& Text(std::string_view text);
  template <std::ranges::sized_range Texts>
  Key& List(const Texts& texts) {
    Length(std::ranges::size(texts));
    for (const auto& text : texts) Text(text);
    return *this;
  }
  /// Says of a key and values that are added as well that they are compared as numbers, days or
  /// bytes.
  Key& Measured(std::string_view key, const std::vector<std::string>& values);
  /// All parts of another one.
  Key& Append(const Key& other);

  /// With every name as it is.
  [[nodiscard]] support::Fingerprint Exact() const;
  /// With placeholders for the names of the account with this id.
  [[nodiscard]] support::Fingerprint Anonymous(const std::string& account) const;

  /// Whether some text may speak of who calls. "no" is certain.
  [[nodiscard]] bool SpeaksOfCallers() const;
  /// Whether some text may speak of where an account lies in its organization. "no" is certain.
  [[nodiscard]] bool SpeaksOfPlaces() const;
  /// Whether something could tell one renamed name of the account from another, so that the
  /// anonymous key is that of the account alone.
  [[nodiscard]] bool TellsNamesApart(const std::string& id) const;
  /// Whether a wildcard of some text could match a part of a name, whichever names there are beside
  /// it. "no" is certain.
  [[nodiscard]] bool MayCutNames() const;
  /// Whether some text has 12 digits in a row, or names a guardrail. "no" is certain.
  [[nodiscard]] bool HasNames() const;
  /// Whether some text may name a guardrail. "no" is certain.
  [[nodiscard]] bool NamesGuardrails() const;

 private:
  struct Part {
    enum class Type : std::uint8_t { kNumber, kFlag, kEnum, kAbsent, kList, kText };
    Type type = Type::kText;
    std::uint64_t number = 0;  ///< of a text: its length
  };
  Key& Add(Part::Type type, std::uint64_t number) {
    parts_.push_back({type, number});
    return *this;
  }
  /// Calls `visit(part, text)` for all parts in order; the text of others is empty.
  template <class Visit>
  void ForEach(const Visit& visit) const;
  [[nodiscard]] bool MeasuresNames(const std::string& id) const;

  std::vector<Part> parts_;
  std::string texts_;                         ///< of all parts, one after the other
  std::vector<std::string> measured_;         ///< keys, in lower case, once for each comparison
  std::vector<std::string> measured_values_;  ///< of all of them
};

void Add(Key& key, const Condition& condition);
void Add(Key& key, const Forbidden& forbidden);
void Add(Key& key, const std::vector<Documents::Named>& documents);
/// Who it is, where that is more than a name in the account.
void Add(Key& key, const intent::Principal& principal);

/// What a permission grants, whoever holds it and wherever.
[[nodiscard]] Key ContentOf(const intent::Permission& permission);
/// What a prohibition forbids, whoever it binds and wherever.
[[nodiscard]] Key ContentOf(const intent::Prohibition& prohibition);
/// What the permission's guardrails stand for in the account.
void AddBindings(Key& key, const Facts& facts, const intent::Permission& permission,
                 const intent::Account& account);

}  // namespace writ::verify

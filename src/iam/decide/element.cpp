#include "iam/decide/element.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/support/date.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::Decimal;
using policy::Instant;
using policy::IpNetwork;
using policy::OperatorFamily;

// policy/match.cpp decides the same in its own words, on purpose: the evaluator that confirms what
// comparisons find shares no deciding code with them.
bool HoldsOrder(BaseOperator positive, std::strong_ordering order) {
  switch (positive) {
    case BaseOperator::kNumericLessThan:
    case BaseOperator::kDateLessThan:
      return order < 0;
    case BaseOperator::kNumericLessThanEquals:
    case BaseOperator::kDateLessThanEquals:
      return order <= 0;
    case BaseOperator::kNumericGreaterThan:
    case BaseOperator::kDateGreaterThan:
      return order > 0;
    case BaseOperator::kNumericGreaterThanEquals:
    case BaseOperator::kDateGreaterThanEquals:
      return order >= 0;
    default:
      return order == 0;  // NumericEquals and DateEquals: no other comes here
  }
}

// The values are arranged: of all, the least and the greatest decide what is less or greater.
template <class Parse>
bool ContainsOrdered(const ElementSet& set, std::string_view text, Parse parse) {
  const auto read = parse(text);
  if (!read || set.values.empty()) return false;
  const auto order = [&](const std::string& value) { return Compare(*read, *parse(value)); };
  switch (set.positive) {
    case BaseOperator::kNumericLessThan:
    case BaseOperator::kNumericLessThanEquals:
    case BaseOperator::kDateLessThan:
    case BaseOperator::kDateLessThanEquals:
      return HoldsOrder(set.positive, order(set.values.back()));
    case BaseOperator::kNumericGreaterThan:
    case BaseOperator::kNumericGreaterThanEquals:
    case BaseOperator::kDateGreaterThan:
    case BaseOperator::kDateGreaterThanEquals:
      return HoldsOrder(set.positive, order(set.values.front()));
    default:
      break;
  }
  const auto at = std::partition_point(set.values.begin(), set.values.end(),
                                       [&](const std::string& value) { return order(value) > 0; });
  return at != set.values.end() && HoldsOrder(set.positive, order(*at));
}

template <class Parse>
void SortByMeaning(std::vector<std::string>& values, Parse parse) {
  std::ranges::sort(values, [&](const std::string& a, const std::string& b) {
    const auto order = Compare(*parse(a), *parse(b));
    return order == 0 ? a < b : order < 0;
  });
}

std::string Decoded(std::string_view text) { return policy::DecodeBase64(text).value_or(""); }

// Networks are within each other or apart; what is left is apart, so that the one network that may
// hold an address is the last that does not begin behind it.
void ArrangeNetworks(std::vector<IpNetwork>& networks) {
  for (IpNetwork& network : networks) {
    for (std::size_t bit = network.prefix; bit < network.bytes.size() * 8; ++bit) {
      network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    }
  }
  std::ranges::sort(networks, {}, [](const IpNetwork& network) {
    return std::tuple(network.is_v6, network.bytes, network.prefix);
  });
  std::vector<IpNetwork> apart;
  for (const IpNetwork& network : networks) {
    if (apart.empty() || !apart.back().Contains(network)) apart.push_back(network);
  }
  networks = std::move(apart);
}

bool ContainsAddress(const std::vector<IpNetwork>& networks, const IpNetwork& address) {
  const auto behind = std::ranges::upper_bound(
      networks, std::tuple(address.is_v6, address.bytes), {},
      [](const IpNetwork& network) { return std::tuple(network.is_v6, network.bytes); });
  return behind != networks.begin() && (behind - 1)->Contains(address);
}

bool ContainsText(const TextSet& set, std::string_view text) {
  return std::ranges::find(set.literals, text) != set.literals.end() ||
         std::ranges::any_of(set.patterns,
                             [text](const TextPattern& pattern) { return Matches(pattern, text); });
}

// ---- Numbers

std::string TextOf(const Decimal& number) {
  std::string text = number.is_negative ? "-" : "";
  text += number.integer.empty() ? std::string_view("0") : number.integer;
  if (!number.fraction.empty()) {
    text += '.';
    text += number.fraction;
  }
  return text;
}

std::optional<std::int64_t> AsSmallInteger(const Decimal& number) {
  constexpr std::size_t kDigits = 15;
  if (!number.fraction.empty() || number.integer.size() > kDigits) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : number.integer) value = value * 10 + (c - '0');
  return number.is_negative ? -value : value;
}

// Greater (or smaller) than `number` by less than any difference to numbers of at most `digits`
// fraction digits; by one if `is_far`.
std::string Beside(const Decimal& number, bool is_greater, std::size_t digits, bool is_far) {
  if (is_far) {
    if (const auto small = AsSmallInteger(number)) {
      return std::to_string(*small + (is_greater ? 1 : -1));
    }
  }
  const bool is_zero =
      number.integer.find_first_not_of('0') == number.integer.npos && number.fraction.empty();
  if (is_greater != number.is_negative || is_zero) {
    // Away from zero: one more digit.
    std::string text = is_zero && !is_greater ? "-" : "";
    text += TextOf({number.is_negative, number.integer, {}});
    text += '.';
    text += number.fraction;
    text.append(digits + 1 - std::min(digits, number.fraction.size()), '0');
    text += '1';
    return text;
  }
  // Towards zero: subtract one in the last place of the padded digits.
  std::string padded(number.integer);
  padded += number.fraction;
  const std::size_t fraction = std::max(digits, number.fraction.size()) + 2;
  padded.append(fraction - number.fraction.size(), '0');
  for (std::size_t i = padded.size(); i-- > 0;) {
    if (padded[i] != '0') {
      --padded[i];
      break;
    }
    padded[i] = '9';
  }
  std::string text = number.is_negative ? "-" : "";
  text += padded.size() == fraction ? "0" : padded.substr(0, padded.size() - fraction);
  text += '.';
  text += padded.substr(padded.size() - fraction);
  return text;
}

// Spellings of one value that no operator singles out as text.
class Spellings {
 public:
  /// `written` is sorted. `has_texts`: whether texts are told apart at all.
  Spellings(const std::vector<std::string>& written, bool has_texts)
      : written_(written), has_texts_(has_texts) {}

  /// The first that is not written, by how many zeros the fraction has more than it needs.
  template <class Spell>
  void Add(Spell spell, std::vector<std::string>& out) const {
    if (!has_texts_) return;
    for (std::size_t zeros = 1;; ++zeros) {
      std::string text = spell(std::string(zeros, '0'));
      if (std::ranges::binary_search(written_, text)) continue;
      out.push_back(std::move(text));
      return;
    }
  }

 private:
  const std::vector<std::string>& written_;
  bool has_texts_;
};

void AddNumbers(std::span<const std::string> values, const Spellings& spellings,
                std::vector<std::string>& out) {
  std::size_t digits = 0;
  for (const std::string& value : values) {
    if (const auto read = policy::ParseDecimal(value)) {
      digits = std::max(digits, read->fraction.size());
    }
  }
  for (const std::string& value : values) {
    const auto read = policy::ParseDecimal(value);
    if (!read) continue;
    out.push_back(TextOf(*read));
    for (const bool is_greater : {true, false}) {
      for (const bool is_far : {true, false}) {
        out.push_back(Beside(*read, is_greater, digits, is_far));
      }
    }
    // The whole numbers on both sides of a fraction.
    if (const auto whole = AsSmallInteger({read->is_negative, read->integer, {}});
        whole && !read->fraction.empty()) {
      for (const std::int64_t beside : {-1, 0, 1}) out.push_back(std::to_string(*whole + beside));
    }
    const std::string begin = TextOf(*read) + (read->fraction.empty() ? "." : "");
    spellings.Add([&begin](const std::string& zeros) { return begin + zeros; }, out);
  }
  out.emplace_back("1");
}

// ---- Dates

std::string TextOf(std::int64_t seconds, std::string_view fraction) {
  constexpr std::int64_t kSecondsADay = 86400;
  const std::int64_t day =
      seconds >= 0 ? seconds / kSecondsADay : -((-seconds + kSecondsADay - 1) / kSecondsADay);
  const std::int64_t rest = seconds - day * kSecondsADay;
  constexpr std::int64_t kYear1 = -719162;     // 0001-01-01
  constexpr std::int64_t kYear9999 = 2932896;  // 9999-12-31
  if (day < kYear1 || day > kYear9999) {
    return fraction.empty() ? std::to_string(seconds) : fmt::format("{}.{}", seconds, fraction);
  }
  return fmt::format("{}T{:02}:{:02}:{:02}{}{}Z", support::DateText(support::DateOfDayNumber(day)),
                     rest / 3600, rest / 60 % 60, rest % 60, fraction.empty() ? "" : ".", fraction);
}

void AddDates(std::span<const std::string> values, const Spellings& spellings,
              std::vector<std::string>& out) {
  std::size_t digits = 0;
  for (const std::string& value : values) {
    if (const auto read = policy::ParseInstant(value)) {
      digits = std::max(digits, read->fraction.size());
    }
  }
  constexpr std::int64_t kFar = std::int64_t{1} << 53U;
  for (const std::string& value : values) {
    const auto read = policy::ParseInstant(value);
    if (!read || read->seconds > kFar || read->seconds < -kFar) continue;
    out.push_back(TextOf(read->seconds, read->fraction));
    out.push_back(TextOf(read->seconds + 1, {}));
    out.push_back(TextOf(read->seconds - 1, {}));
    std::string behind(read->fraction);
    behind.append(digits + 1 - behind.size(), '0');
    spellings.Add([&](const std::string& zeros) { return TextOf(read->seconds, behind + zeros); },
                  out);
    out.push_back(TextOf(read->seconds, behind + '1'));
    // Before a fraction: the same digits cut, then nines below the next one.
    out.push_back(TextOf(read->seconds - 1, std::string(digits + 1, '9')));
    if (!read->fraction.empty()) {
      std::string before(read->fraction);
      std::size_t i = before.size();
      while (i-- > 0) {
        if (before[i] != '0') {
          --before[i];
          break;
        }
        before[i] = '9';
      }
      out.push_back(TextOf(read->seconds, before + std::string(digits + 1, '9')));
    }
  }
  out.push_back(TextOf(1767225600, {}));  // 2026-01-01
}

// ---- Numbers that are dates

std::vector<std::string> Readable(OperatorFamily family, const std::vector<std::string>& texts) {
  std::vector<std::string> readable;
  std::ranges::copy_if(texts, std::back_inserter(readable),
                       [family](const std::string& text) { return IsReadable(family, text); });
  return readable;
}

// Where a key is read as number and as date, a number is seconds since 1970, but for four digits,
// which are a year. Both lists get what lies at the other's places, and beside them.
void Interleave(std::vector<std::string>& numbers, std::vector<std::string>& dates) {
  constexpr std::int64_t kMostDigits = 9999;
  std::set<std::int64_t> four_digits;
  const auto add_near = [&four_digits](std::int64_t number) {
    for (const std::int64_t near : {number - 1, number, number + 1}) {
      if (near >= 0 && near <= kMostDigits) four_digits.insert(near);
    }
  };
  std::vector<std::string> more_numbers;
  for (const std::string& date : dates) {
    const auto read = policy::ParseInstant(date);
    std::string seconds = std::to_string(read->seconds);
    if (!read->fraction.empty()) seconds.append(".").append(read->fraction);
    more_numbers.push_back(std::move(seconds));
    constexpr std::int64_t kSecondsAYear = 31556952;
    add_near(1970 + read->seconds / kSecondsAYear);
    add_near(1970 + read->seconds / kSecondsAYear - 1);
    add_near(1970 + read->seconds / kSecondsAYear + 1);
  }
  for (const std::string& number : numbers) {
    const auto read = policy::ParseDecimal(number);
    if (const auto small = AsSmallInteger({read->is_negative, read->integer, {}})) add_near(*small);
    std::string spelling = TextOf(*read);
    if (read->fraction.empty()) spelling += ".0";
    if (policy::ParseInstant(spelling)) dates.push_back(std::move(spelling));
  }
  numbers.insert(numbers.end(), more_numbers.begin(), more_numbers.end());
  for (const std::int64_t number : four_digits) {
    const std::string text = fmt::format("{:04}", number);
    numbers.push_back(text);
    dates.push_back(text);
    dates.push_back(text + ".0");  // the same number, and seconds
  }
}

// ---- Addresses

std::string TextOf(const IpNetwork& address) {
  const auto& b = address.bytes;
  if (!address.is_v6) return fmt::format("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<unsigned>(b[2 * i]) << 8U | b[2 * i + 1];
  }
  // The trailing zeros shortened, which is all that is needed to read it.
  std::size_t used = groups.size();
  while (used > 0 && groups[used - 1] == 0) --used;
  std::string text;
  for (std::size_t i = 0; i < used; ++i)
    text += fmt::format("{}{:x}", i == 0 ? "" : ":", groups[i]);
  if (used == groups.size()) return text;
  if (used == groups.size() - 1) return text + ":0";
  return text + "::";
}

// The first address of a network, and the one behind its last if there is one.
void AddEnds(const IpNetwork& network, std::vector<std::string>& out) {
  const std::size_t size = network.is_v6 ? 16 : 4;
  IpNetwork first = network;
  first.prefix = static_cast<std::uint8_t>(size * 8);
  for (std::size_t bit = network.prefix; bit < size * 8; ++bit) {
    first.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
  out.push_back(TextOf(first));
  if (network.prefix == 0) return;
  IpNetwork behind = first;
  std::size_t bit = network.prefix;
  while (bit-- > 0) {
    std::uint8_t& byte = behind.bytes[bit / 8];
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    byte ^= mask;
    if ((byte & mask) != 0) {
      out.push_back(TextOf(behind));
      return;
    }
  }
}

void AddAddresses(std::span<const ElementSet* const> sets, std::vector<std::string>& out) {
  out.insert(out.end(), {"203.0.113.10", "2001:db8::", "0.0.0.0", "::"});
  for (const ElementSet* set : sets) {
    for (const IpNetwork& network : set->networks) AddEnds(network, out);
    for (const std::string& literal : set->texts.literals) {
      const auto address = policy::ParseIp(literal);
      if (!address || literal.find('/') != literal.npos) continue;
      out.push_back(literal);
      AddEnds(*address, out);
    }
  }
}

void AddBytes(std::span<const ElementSet* const> sets, std::vector<std::string>& out) {
  std::set<std::string> taken;
  for (const ElementSet* set : sets) {
    for (const std::string& value : set->values) {
      out.push_back(value);
      taken.insert(policy::DecodeBase64(value).value_or(""));
    }
  }
  // Three bytes a group of four letters: as many groups of zeros as it takes to be different.
  for (std::string other = "AAAA";; other += "AAAA") {
    if (taken.contains(policy::DecodeBase64(other).value_or(""))) continue;
    out.push_back(other);
    return;
  }
}

// A text that no operator of the families can read, and nobody has written.
std::string Unreadable(std::span<const OperatorFamily> families,
                       const std::vector<std::string>& written) {
  std::string text = "example";
  const auto is_readable = [&text](OperatorFamily family) { return IsReadable(family, text); };
  while (std::ranges::binary_search(written, text) || std::ranges::any_of(families, is_readable)) {
    text += "-x";
  }
  return text;
}

}  // namespace

void Arrange(ElementSet& set) {
  switch (set.family) {
    case OperatorFamily::kNumeric:
      SortByMeaning(set.values, policy::ParseDecimal);
      return;
    case OperatorFamily::kDate:
      SortByMeaning(set.values, policy::ParseInstant);
      return;
    case OperatorFamily::kBinary:
      std::ranges::sort(set.values, {}, Decoded);
      return;
    case OperatorFamily::kIp:
      ArrangeNetworks(set.networks);
      return;
    case OperatorFamily::kString:
    case OperatorFamily::kArn:
    case OperatorFamily::kBool:
    case OperatorFamily::kNull:
      return;
  }
}

bool IsReadable(OperatorFamily family, std::string_view text) {
  switch (family) {
    case OperatorFamily::kString:
    case OperatorFamily::kNull:
      return true;
    case OperatorFamily::kArn:
      return std::ranges::count(text, ':') >= 5;
    case OperatorFamily::kNumeric:
      return policy::ParseDecimal(text).has_value();
    case OperatorFamily::kDate:
      return policy::ParseInstant(text).has_value();
    case OperatorFamily::kBool:
      return policy::ParseBool(text).has_value();
    case OperatorFamily::kBinary:
      return policy::DecodeBase64(text).has_value();
    case OperatorFamily::kIp:
      return text.find('/') == text.npos && policy::ParseIp(text).has_value();
  }
  return false;
}

bool IsFraction(std::string_view text) {
  const auto read = policy::ParseDecimal(text);
  return read && !read->fraction.empty() &&
         AsSmallInteger({read->is_negative, read->integer, {}}).has_value();
}

bool Contains(const ElementSet& set, std::string_view text) {
  switch (set.family) {
    case OperatorFamily::kString:
      return ContainsText(set.texts, text);
    case OperatorFamily::kArn:
      return IsReadable(set.family, text) && ContainsText(set.texts, text);
    case OperatorFamily::kNumeric:
      return ContainsOrdered(set, text, policy::ParseDecimal);
    case OperatorFamily::kDate:
      return ContainsOrdered(set, text, policy::ParseInstant);
    case OperatorFamily::kBool: {
      const auto read = policy::ParseBool(text);
      return read && (*read ? set.wants_true : set.wants_false);
    }
    case OperatorFamily::kBinary: {
      const auto read = policy::DecodeBase64(text);
      return read && std::ranges::binary_search(set.values, *read, {}, Decoded);
    }
    case OperatorFamily::kIp: {
      const auto read = policy::ParseIp(text);
      return read && ContainsAddress(set.networks, *read);
    }
    case OperatorFamily::kNull:
      return false;
  }
  return false;
}

std::string InstantText(std::int64_t seconds) { return TextOf(seconds, {}); }

std::vector<std::string> SpellingsOf(std::string_view word) {
  std::vector<std::string> all;
  for (std::size_t capitals = 0; capitals < (std::size_t{1} << word.size()); ++capitals) {
    std::string spelling(word);
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (((capitals >> i) & 1U) != 0) spelling[i] = static_cast<char>(spelling[i] - 'a' + 'A');
    }
    all.push_back(std::move(spelling));
  }
  return all;
}

std::vector<std::string> Representatives(std::span<const OperatorFamily> families,
                                         std::span<const ElementSet* const> sets,
                                         bool is_readable_only) {
  std::vector<std::string> written;  // as text or as value
  bool has_texts = false;
  for (const ElementSet* set : sets) {
    has_texts |= !set->texts.literals.empty();
    written.insert(written.end(), set->texts.literals.begin(), set->texts.literals.end());
    written.insert(written.end(), set->values.begin(), set->values.end());
  }
  std::ranges::sort(written);
  written.erase(std::unique(written.begin(), written.end()), written.end());
  const auto has = [families](OperatorFamily family) {
    return std::ranges::find(families, family) != families.end();
  };
  std::vector<std::string> numbers = Readable(OperatorFamily::kNumeric, written);
  std::vector<std::string> dates = Readable(OperatorFamily::kDate, written);
  std::vector<std::string> all = written;
  if (has(OperatorFamily::kNumeric) && has(OperatorFamily::kDate)) {
    Interleave(numbers, dates);
    all.insert(all.end(), numbers.begin(), numbers.end());
    all.insert(all.end(), dates.begin(), dates.end());
  }
  const Spellings spellings(written, has_texts);
  if (has(OperatorFamily::kNumeric)) AddNumbers(numbers, spellings, all);
  if (has(OperatorFamily::kDate)) AddDates(dates, spellings, all);
  if (has(OperatorFamily::kIp)) AddAddresses(sets, all);
  if (has(OperatorFamily::kBinary)) AddBytes(sets, all);
  for (const std::string_view word : {"true", "false"}) {
    if (!has(OperatorFamily::kBool)) break;
    for (std::string& spelling : SpellingsOf(word)) all.push_back(std::move(spelling));
  }
  if (!is_readable_only) {
    all.emplace_back();
    all.push_back(Unreadable(families, written));
    return all;
  }
  std::erase_if(all, [families](const std::string& text) {
    return std::ranges::none_of(
        families, [&text](OperatorFamily family) { return IsReadable(family, text); });
  });
  return all;
}

bool HasTrivialPatternsOnly(const TextSet& set) {
  return std::ranges::all_of(set.patterns, [](const TextPattern& pattern) {
    const auto count = [&pattern](Token::Kind kind) {
      return static_cast<std::size_t>(std::ranges::count(pattern, kind, &Token::kind));
    };
    const std::size_t ones = count(Token::Kind::kAnyOne);
    const std::size_t runs = count(Token::Kind::kAnyRun);
    return runs == 1 && ones <= 1 && pattern.size() == runs + ones + 1;
  });
}

}  // namespace writ::decide

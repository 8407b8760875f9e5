#include "stand_ins.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/fingerprint.h"
#include "iam/policy/pattern.h"
#include "program/intent/visit.h"

namespace writ::lower {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPart(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }

constexpr std::string_view kGuardrail = "guardrail/";

/// A text that is shorter may be anything.
constexpr std::size_t kShortest = 6;

/// Names that sentences write out: numbers, and ids of guardrails.
class Written {
 public:
  void Text(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      if (!IsPart(text[i])) {
        ++i;
        continue;
      }
      std::size_t end = i;
      bool is_number = true;
      for (; end < text.size() && IsPart(text[end]); ++end) {
        is_number = is_number && IsDigit(text[end]);
      }
      const bool is_id = text.substr(0, i).ends_with(kGuardrail);
      if (end - i >= kShortest && (is_number || is_id)) names_.emplace(text.substr(i, end - i));
      i = end;
    }
  }
  void Number(std::uint64_t /*number*/) {}
  void Flag(bool /*flag*/) {}
  template <class Value>
  void Enum(Value /*value*/) {}
  void Absent() {}
  void Length(std::size_t /*length*/) {}

  [[nodiscard]] bool Have(const std::string& name) const { return names_.contains(name); }

 private:
  std::set<std::string> names_;
};

/// Numbers as texts of one length, none of which a sentence writes out.
class Unused {
 public:
  explicit Unused(const Written& written) : written_(written) {}

  /// The one of this length and place; nothing where so short a text tells nothing.
  [[nodiscard]] std::optional<std::string> At(std::size_t length, std::size_t place) {
    if (length < kShortest) return std::nullopt;
    Numbers& numbers = by_length_[length];
    while (numbers.unused.size() <= place) {
      std::string text = fmt::format("{:0>{}}", numbers.next++, length);
      if (text.size() > length) return std::nullopt;
      if (!written_.Have(text)) numbers.unused.push_back(std::move(text));
    }
    return numbers.unused[place];
  }

 private:
  struct Numbers {
    std::vector<std::string> unused;
    std::size_t next = 0;
  };
  const Written& written_;
  std::map<std::size_t, Numbers> by_length_;
};

/// An ARN in pieces: what is before the account's number, between it and the id, and these.
struct GuardrailArn {
  std::string before;
  std::string account;
  std::string id;

  [[nodiscard]] std::string With(std::string_view number, std::string_view name) const {
    return fmt::format("{}{}:{}{}", before, number, kGuardrail, name);
  }
};

std::optional<GuardrailArn> Take(const std::string& arn) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
  if (!segments || !(*segments)[5].starts_with(kGuardrail)) return std::nullopt;
  const auto at = static_cast<std::size_t>((*segments)[4].data() - arn.data());
  return GuardrailArn{arn.substr(0, at), std::string((*segments)[4]),
                      std::string((*segments)[5].substr(kGuardrail.size()))};
}

}  // namespace

StandIns::StandIns(const Input& input, Sharing sharing) {
  Written written;
  intent::Visitor visitor(written);
  for (const intent::Permission& permission : input.model.permissions) visitor.Visit(permission);
  Unused unused(written);
  constexpr std::size_t kAccountDigits = 12;
  const std::string stand_in = unused.At(kAccountDigits, 0).value();
  std::map<support::Fingerprint, intent::AccountIndex> known;
  const auto& accounts = input.model.organization.accounts;
  for (std::uint32_t a = 0; a < accounts.size(); ++a) {
    const std::string& number = accounts[a].id;
    std::vector<AssignedName> names;
    // Where a sentence writes the number out, the account's documents are not as those of others.
    if (number.size() == stand_in.size() && !written.Have(number)) {
      names.push_back({stand_in, number});
    }
    support::FingerprintBuilder layout("bindings of an account");
    if (names.empty()) layout.Text(number);
    if (sharing == Sharing::kOff) layout.Number(a);
    intent::Bindings bound_here;
    std::map<std::string, std::string> stand_ins;  ///< of ids
    for (const intent::Guardrail& guardrail : input.model.guardrails) {
      const std::vector<std::string> regions = input.bindings.Regions(guardrail.name, number);
      layout.Length(regions.size());
      for (const std::string& region : regions) {
        intent::BoundGuardrail bound = *input.bindings.Find(guardrail.name, number, region);
        const std::optional<GuardrailArn> arn = Take(bound.arn);
        if (arn && arn->account == number && !names.empty()) {
          const auto [at, is_new] = stand_ins.try_emplace(arn->id, arn->id);
          if (is_new) {
            // The places of ids of the account's own length follow that of its number.
            const std::size_t place = names.size();
            const std::optional<std::string> text = unused.At(arn->id.size(), place);
            if (text && !written.Have(arn->id)) {
              at->second = *text;
              names.push_back({*text, arn->id});
            }
          }
          bound.arn = arn->With(stand_in, at->second);
        }
        layout.Text(region).Text(bound.arn).Number(bound.version);
        bound_here.Bind(guardrail.name, number, region, std::move(bound));
      }
    }
    const auto [at, is_new] = known.try_emplace(layout.Take(), intent::AccountIndex{a});
    bound_alike_.push_back(at->second);
    numbers_.push_back(names.empty() ? number : stand_in);
    const auto same_number =
        sharing == Sharing::kOn ? std::ranges::find(numbers_, numbers_.back()) : numbers_.end() - 1;
    alike_.push_back({static_cast<std::uint32_t>(same_number - numbers_.begin())});
    names_.push_back(std::move(names));
    if (!is_new) continue;
    for (const auto& [guardrail, by_account] : bound_here.all()) {
      for (const auto& [account, by_region] : by_account) {
        for (const auto& [region, bound] : by_region) {
          bindings_.Bind(guardrail, account, region, bound);
        }
      }
    }
  }
}

}  // namespace writ::lower

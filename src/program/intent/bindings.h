// What AWS assigned to the guardrails of a program: writ.bindings.json as a value. A guardrail's
// ARN exists only after AWS created it, so a program names guardrails and this says, for each
// account and region that calls are made from, which ARN and version that name stands for.
//
// The account is the caller's; the ARN may belong to another account (a shared guardrail). Versions
// are published numbers, never DRAFT: a draft can be weakened by whoever may update it, and
// enforcement refuses it (AWS documentation "guardrails-permissions-id", read 2026-11-22).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source/source.h"

namespace writ::intent {

/// One published version of a guardrail.
struct BoundGuardrail {
  std::string arn;            ///< without version
  std::uint32_t version = 0;  ///< 1 to 99999999
  source::Span span = {};     ///< of the entry; takes no part in comparisons

  /// "ARN:N": the value of bedrock:GuardrailIdentifier when that version is named.
  [[nodiscard]] std::string Pinned() const;
  bool operator==(const BoundGuardrail& other) const {
    return arn == other.arn && version == other.version;
  }
};

class Bindings {
 public:
  using ByRegion = std::map<std::string, BoundGuardrail, std::less<>>;
  using ByAccount = std::map<std::string, ByRegion, std::less<>>;

  /// Replaces what the place had.
  void Bind(const std::string& guardrail, const std::string& account_id, const std::string& region,
            BoundGuardrail bound);

  /// What `guardrail` stands for in calls made by `account_id` (12 digits) in `region`.
  [[nodiscard]] std::optional<BoundGuardrail> Find(std::string_view guardrail,
                                                   std::string_view account_id,
                                                   std::string_view region) const;
  /// Regions with a binding in that account, sorted.
  [[nodiscard]] std::vector<std::string> Regions(std::string_view guardrail,
                                                 std::string_view account_id) const;
  /// Accounts with a binding, sorted.
  [[nodiscard]] std::vector<std::string> Accounts(std::string_view guardrail) const;
  /// Is there any binding of it?
  [[nodiscard]] bool IsBound(std::string_view guardrail) const;
  /// Do all of its accounts have the same ARN and version in each region? Then one document serves
  /// them all. True of a guardrail with one account; false of one without.
  [[nodiscard]] bool IsShared(std::string_view guardrail) const;

  [[nodiscard]] const std::map<std::string, ByAccount, std::less<>>& all() const {
    return guardrails_;
  }

 private:
  [[nodiscard]] const ByAccount* AccountsOf(std::string_view guardrail) const;

  std::map<std::string, ByAccount, std::less<>> guardrails_;
};

/// The entry that a bindings file lacks, as JSON to merge into it, ready for the two values that
/// AWS returns: for the help of a finding about `guardrail` in `account_id` and `regions`
/// (none: any).
[[nodiscard]] std::string MissingBindingHelp(std::string_view guardrail,
                                             std::string_view account_id,
                                             const std::vector<std::string>& regions);

}  // namespace writ::intent

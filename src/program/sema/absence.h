// What a condition means when a key is absent. Works on the negation normal form, where each
// comparison stands plain or negated: an absent key makes plain ones false and negated ones true.
#pragma once

#include <string>
#include <vector>

#include "program/sema/conditions.h"

namespace writ::sema {

struct Formula {
  enum class Kind { kAll, kAny, kLiteral };
  Kind kind = Kind::kAll;
  std::vector<Formula> operands;
  // kLiteral:
  const syntax::Cond* leaf = nullptr;
  std::string key;
  std::vector<std::string> variables;  ///< keys that it is compared with and that have no default
  bool negative = false;               ///< holds when the key or a variable is absent
  bool inside_negation = false;  ///< an odd number of `not`, `unless`, `satisfy` stand around it
  const Clause* clause = nullptr;
};

/// When the sentence applies, by its clauses: all `when`, no `unless`, not `satisfy`.
[[nodiscard]] Formula WhenItApplies(const std::vector<Clause>& clauses);
[[nodiscard]] Formula Negated(Formula formula);

/// A negated comparison of `key` that can make the formula true while the key is absent; nullptr if
/// there is none.
[[nodiscard]] const Formula* HoldsByAbsence(const Formula& formula, const std::string& key);
/// Whether the formula can hold while all these keys are absent.
[[nodiscard]] bool CanHoldWithout(const Formula& formula,
                                  const std::vector<std::string_view>& keys);
[[nodiscard]] std::vector<std::string> KeysOf(const Formula& formula);
/// Whether a literal compares `key`, or something with it.
[[nodiscard]] bool IsAbout(const Formula& literal, std::string_view key);

/// Keys of the policy variables of a text, those with a default left out.
[[nodiscard]] std::vector<std::string> VariablesWithoutDefault(std::string_view text);

/// Keys that every request has. Source: IAM User Guide, "AWS global condition context keys",
/// availability paragraphs (read 2026-11).
[[nodiscard]] bool IsAlwaysPresent(std::string_view key);

/// Keys that every request has which a service control policy is asked about: its caller is a
/// principal of an account of the organization. Source: IAM User Guide, "AWS global condition
/// context keys", aws:PrincipalOrgID and aws:PrincipalOrgPaths, read 2026-11-22.
[[nodiscard]] bool IsPresentOfMembers(std::string_view key);

}  // namespace writ::sema

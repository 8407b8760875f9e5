// Facts that lapse: approvals, reviews, attestations, waivers, and the dates of sentences. The only
// clock is --as-of. A lapsed fact is an error at its own line, one that lapses soon a warning.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// `waive RULE until DATE by "who" because "why"`.
struct Waiver {
  intent::Waived said;
  Span span;
  std::uint16_t code = 0;  ///< of a warning that is waived by its code; else 0
  bool used = false;
};

inline constexpr std::string_view kSeparationOfDuties = "separation-of-duties";
inline constexpr std::string_view kKeyNotCarried = "key-not-carried";

/// Checks the dates of use-cases and attestations.
void CheckFacts(Context& context);

/// Reports a day that has passed or is near. `what` names the fact: "the review of `UC-1`".
void CheckDeadline(Context& context, const syntax::Date& day, const std::string& what);

/// Checks rule, date and reason. `because` is empty where none is given. Nothing if it waives
/// nothing.
[[nodiscard]] std::optional<Waiver> CheckWaiver(Context& context,
                                                const syntax::WaiveQualifier& waiver, Span span,
                                                const std::string& because);

[[nodiscard]] support::Date DayOf(const syntax::Date& date);

}  // namespace writ::sema

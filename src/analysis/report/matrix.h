// The access matrix: who may invoke which model in which account, and how. Every cell is decided
// for all requests, by what answers `writ can`, so that the two are never at odds.
#pragma once

#include <cstddef>

#include "analysis/access/access.h"
#include "analysis/report/report.h"

namespace writ::report {

/// Questions that one matrix asks at most; a question is one row, account, model and way to call
/// it. A program that needs more has no cells.
inline constexpr std::size_t kMaxQuestions = 2'000;

/// `access` reads the program of `facts`. Columns are the models that its permissions grant and
/// those that its prohibitions name one by one. Rows have cells where they have principals. Costs
/// two or three questions to the decision procedure a route, more where the answer is "partly".
[[nodiscard]] Matrix DecideMatrix(const access::Facts& facts, access::Access& access,
                                  std::size_t limit = kMaxQuestions);

}  // namespace writ::report

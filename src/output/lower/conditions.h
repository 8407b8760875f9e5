// Conditions of policies as a small algebra: conjunction of condition blocks, and formulas of the
// language as alternatives of such blocks.
//
// IAM has no `or` between keys and no `not`, so a formula becomes one statement for each of its
// alternatives, and every negation becomes the negated operator that also holds for an absent key
// (the language's `k op v` is false when k is absent, so `not` of it is true).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/support/result.h"
#include "iam/policy/document.h"
#include "program/intent/model.h"

namespace writ::lower {

/// Conditions that must all hold, ordered by (operator name, key).
using Block = std::vector<policy::Condition>;
/// Any of these; an empty list is "never", a list with an empty block "always".
using Alternatives = std::vector<Block>;

/// Alternatives beyond this are refused: each is a statement of its own.
inline constexpr std::size_t kMaxAlternatives = 64;

enum class Conjoined {
  kDone,
  kNever,         ///< no request can satisfy both
  kInexpressible  ///< IAM has no third way to ask about this key in one statement
};

/// Adds one condition to a block.
[[nodiscard]] Conjoined Conjoin(Block& block, policy::Condition condition);

/// A condition from its parts; `op` as IAM writes it.
[[nodiscard]] policy::Condition Make(std::string_view op, std::string key,
                                     std::vector<std::string> values);

/// All combinations of one block of each side. Contradictory ones are dropped. Fails when a
/// combination cannot be said in one statement or there are too many.
[[nodiscard]] support::Result<Alternatives> Both(const Alternatives& left,
                                                 const Alternatives& right);

/// The formula, or its negation, as alternatives.
[[nodiscard]] support::Result<Alternatives> ToAlternatives(const intent::Condition& formula,
                                                           bool negated);

/// The days of a sentence as conditions on aws:CurrentTime.
[[nodiscard]] Block PeriodBlock(const intent::Period& period);

}  // namespace writ::lower

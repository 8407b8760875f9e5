// Formulas over request keys as alternatives of policy conditions, the plain way: negations are
// driven inwards, then every combination is written out. Lowering looks for few statements and
// merges conditions on one key; here a statement may ask one key any number of times, which no
// policy text could and the decision procedure reads as a conjunction.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "program/intent/model.h"

namespace writ::verify {

using intent::Condition;

/// Conditions that must all hold.
using Clause = std::vector<policy::Condition>;
/// Any of these; none: never.
using Clauses = std::vector<Clause>;

/// Alternatives beyond this are not written out.
inline constexpr std::size_t kMaxClauses = 4096;

[[nodiscard]] Condition Always();
[[nodiscard]] Condition Not(Condition operand);
[[nodiscard]] Condition And(std::vector<Condition> operands);
[[nodiscard]] Condition Or(std::vector<Condition> operands);
[[nodiscard]] Condition Present(std::string key);
/// The key is one of the literal texts.
[[nodiscard]] Condition Among(std::string key, std::vector<std::string> texts);
/// The key matches one of the ARN patterns.
[[nodiscard]] Condition ArnAmong(std::string key, std::vector<std::string> patterns);
/// The key matches one of the patterns of a text.
[[nodiscard]] Condition Like(std::string key, std::vector<std::string> patterns);
[[nodiscard]] Condition AtOrAfter(std::string key, std::string instant);
[[nodiscard]] Condition Before(std::string key, std::string instant);

/// Nothing when there are too many alternatives or IAM has no such comparison.
[[nodiscard]] std::optional<Clauses> Expand(const Condition& formula);

/// What the formula leaves, so that no request meets both. A list whose only text is empty can meet
/// a set operator and the opposite one: `ForAllValues` passes it like an absent key, `Null` calls
/// it present and `ForAnyValue` reads its text (IAM User Guide, "Set operators for multivalued
/// context keys", read 2026-11-29). AWS sends no empty texts, so lists of nothing else are left
/// out.
[[nodiscard]] std::optional<Clauses> ExpandOpposite(const Condition& formula);

}  // namespace writ::verify

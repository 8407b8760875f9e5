// Names and properties of the condition operators. One table; everything else asks it.
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (read 2026-11-22).
#include <algorithm>
#include <array>

#include "base/support/check.h"
#include "iam/policy/document.h"

namespace writ::policy {
namespace {

struct Row {
  BaseOperator base;
  std::string_view name;
  OperatorFamily family;
  BaseOperator positive;  // differs from base for negated operators
};

constexpr std::array<Row, kBaseOperatorCount> kRows = [] {
  using enum BaseOperator;
  using Family = OperatorFamily;
  return std::array<Row, kBaseOperatorCount>{{
      {kStringEquals, "StringEquals", Family::kString, kStringEquals},
      {kStringNotEquals, "StringNotEquals", Family::kString, kStringEquals},
      {kStringEqualsIgnoreCase, "StringEqualsIgnoreCase", Family::kString, kStringEqualsIgnoreCase},
      {kStringNotEqualsIgnoreCase, "StringNotEqualsIgnoreCase", Family::kString,
       kStringEqualsIgnoreCase},
      {kStringLike, "StringLike", Family::kString, kStringLike},
      {kStringNotLike, "StringNotLike", Family::kString, kStringLike},
      {kNumericEquals, "NumericEquals", Family::kNumeric, kNumericEquals},
      {kNumericNotEquals, "NumericNotEquals", Family::kNumeric, kNumericEquals},
      {kNumericLessThan, "NumericLessThan", Family::kNumeric, kNumericLessThan},
      {kNumericLessThanEquals, "NumericLessThanEquals", Family::kNumeric, kNumericLessThanEquals},
      {kNumericGreaterThan, "NumericGreaterThan", Family::kNumeric, kNumericGreaterThan},
      {kNumericGreaterThanEquals, "NumericGreaterThanEquals", Family::kNumeric,
       kNumericGreaterThanEquals},
      {kDateEquals, "DateEquals", Family::kDate, kDateEquals},
      {kDateNotEquals, "DateNotEquals", Family::kDate, kDateEquals},
      {kDateLessThan, "DateLessThan", Family::kDate, kDateLessThan},
      {kDateLessThanEquals, "DateLessThanEquals", Family::kDate, kDateLessThanEquals},
      {kDateGreaterThan, "DateGreaterThan", Family::kDate, kDateGreaterThan},
      {kDateGreaterThanEquals, "DateGreaterThanEquals", Family::kDate, kDateGreaterThanEquals},
      {kBool, "Bool", Family::kBool, kBool},
      {kBinaryEquals, "BinaryEquals", Family::kBinary, kBinaryEquals},
      {kIpAddress, "IpAddress", Family::kIp, kIpAddress},
      {kNotIpAddress, "NotIpAddress", Family::kIp, kIpAddress},
      {kArnEquals, "ArnEquals", Family::kArn, kArnEquals},
      {kArnNotEquals, "ArnNotEquals", Family::kArn, kArnEquals},
      {kArnLike, "ArnLike", Family::kArn, kArnLike},
      {kArnNotLike, "ArnNotLike", Family::kArn, kArnLike},
      {kNull, "Null", Family::kNull, kNull},
  }};
}();

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].base) != i) return false;
  }
  return true;
}
static_assert(IsInOrder(), "a row stands at the number of its operator");

const Row& RowOf(BaseOperator base) { return kRows[static_cast<std::size_t>(base)]; }

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Removes `prefix` from the begin of `text`, ignoring case.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!EqualIgnoringCase(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

constexpr std::string_view kAll = "ForAllValues:";
constexpr std::string_view kAny = "ForAnyValue:";
constexpr std::string_view kIfExists = "IfExists";

}  // namespace

std::string_view BaseName(BaseOperator base) { return RowOf(base).name; }
OperatorFamily FamilyOf(BaseOperator base) { return RowOf(base).family; }
BaseOperator PositiveOf(BaseOperator base) { return RowOf(base).positive; }
bool IsNegated(BaseOperator base) { return RowOf(base).positive != base; }

std::string OperatorName(const Operator& op) {
  std::string name;
  if (op.set == SetQualifier::kForAllValues) name += kAll;
  if (op.set == SetQualifier::kForAnyValue) name += kAny;
  name += BaseName(op.base);
  if (op.if_exists) name += kIfExists;
  return name;
}

std::optional<Operator> ParseOperator(std::string_view name) {
  Operator op;
  if (Consume(name, kAll)) {
    op.set = SetQualifier::kForAllValues;
  } else if (Consume(name, kAny)) {
    op.set = SetQualifier::kForAnyValue;
  }
  if (name.size() > kIfExists.size() &&
      EqualIgnoringCase(name.substr(name.size() - kIfExists.size()), kIfExists)) {
    op.if_exists = true;
    name.remove_suffix(kIfExists.size());
  }
  const auto* const row = std::ranges::find_if(
      kRows, [&](const Row& candidate) { return EqualIgnoringCase(candidate.name, name); });
  if (row == kRows.end()) return std::nullopt;
  op.base = row->base;
  const bool is_plain = op.set == SetQualifier::kNone && !op.if_exists;
  if (op.base == BaseOperator::kNull && !is_plain) return std::nullopt;
  return op;
}

std::string FoldCase(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), Fold);
  return folded;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Fold(x) == Fold(y); });
}

}  // namespace writ::policy

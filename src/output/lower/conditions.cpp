#include "conditions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/date.h"

namespace writ::lower {
namespace {

using intent::Test;
using policy::BaseOperator;
using policy::SetQualifier;

auto Order(const policy::Condition& condition) {
  return std::tuple(policy::OperatorName(condition.op), policy::FoldCase(condition.key));
}

bool SamePlace(const policy::Condition& a, const policy::Condition& b) {
  return a.op == b.op && policy::EqualIgnoringCase(a.key, b.key);
}

void Normalize(std::vector<std::string>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool HasWildcard(const std::string& value) {
  return value.find_first_of("*?$") != std::string::npos;
}

/// Whether values of this operator are compared literally, so that two lists intersect exactly.
bool IsLiteral(const policy::Condition& condition) {
  if (condition.op.set == SetQualifier::kForAnyValue) return false;
  if (std::ranges::any_of(condition.values, HasWildcard)) return false;
  switch (condition.op.base) {
    case BaseOperator::kStringEquals:
    case BaseOperator::kBool:
    case BaseOperator::kNull:
      return true;
    default:
      return false;
  }
}

void Insert(Block& block, policy::Condition condition) {
  const auto at = std::ranges::lower_bound(block, Order(condition), {}, Order);
  block.insert(at, std::move(condition));
}

/// Other spellings of a test of a single-valued key that is already asked once in the block. With
/// the plain spelling beside them, which an absent key fails, the first two hold exactly when it
/// would; ForAllValues passes an absent key as IfExists does.
std::vector<policy::Operator> OtherSpellings(const policy::Operator& op) {
  if (op.set != SetQualifier::kNone || op.base == BaseOperator::kNull) return {};
  if (op.if_exists) return {{SetQualifier::kForAllValues, op.base, false}};
  return {{SetQualifier::kNone, op.base, true}, {SetQualifier::kForAnyValue, op.base, false}};
}

Conjoined Meet(Block& block, policy::Condition& present, policy::Condition condition) {
  if (present.values == condition.values) return Conjoined::kDone;
  const bool all_must_fail =
      policy::IsNegated(condition.op.base) && condition.op.set != SetQualifier::kForAnyValue;
  if (all_must_fail) {
    present.values.insert(present.values.end(), condition.values.begin(), condition.values.end());
    Normalize(present.values);
    return Conjoined::kDone;
  }
  if (IsLiteral(present) && IsLiteral(condition)) {
    std::vector<std::string> common;
    std::ranges::set_intersection(present.values, condition.values, std::back_inserter(common));
    if (!common.empty()) {
      present.values = std::move(common);
      return Conjoined::kDone;
    }
    if (!present.op.if_exists) return Conjoined::kNever;
    // Only an absent key passes both.
    std::erase_if(block, [&](const auto& c) { return SamePlace(c, condition); });
    return Conjoin(block, Make("Null", condition.key, {"true"}));
  }
  for (const policy::Operator& op : OtherSpellings(condition.op)) {
    policy::Condition other{op, condition.key, condition.values};
    if (std::ranges::none_of(block, [&](const auto& c) { return SamePlace(c, other); })) {
      Insert(block, std::move(other));
      return Conjoined::kDone;
    }
  }
  return Conjoined::kInexpressible;
}

/// Whether no request without the key passes.
bool NeedsPresence(const policy::Condition& condition) {
  if (condition.op.base == BaseOperator::kNull) return condition.values.front() == "false";
  if (condition.op.set == SetQualifier::kForAllValues) return false;
  if (condition.op.set == SetQualifier::kForAnyValue) return true;
  return !condition.op.if_exists && !policy::IsNegated(condition.op.base);
}

bool AsksAbsence(const policy::Condition& condition) {
  return condition.op.base == BaseOperator::kNull &&
         condition.values == std::vector<std::string>{"true"};
}

/// Beside a test that a key is absent every other test of it is never true or says nothing.
std::optional<Conjoined> MeetAbsence(Block& block, const policy::Condition& condition) {
  const auto same_key = [&](const policy::Condition& c) {
    return policy::EqualIgnoringCase(c.key, condition.key);
  };
  const auto present = std::ranges::find_if(
      block, [&](const policy::Condition& c) { return same_key(c) && AsksAbsence(c); });
  if (present != block.end()) {
    return NeedsPresence(condition) ? Conjoined::kNever : Conjoined::kDone;
  }
  if (!AsksAbsence(condition)) return std::nullopt;
  if (std::ranges::any_of(
          block, [&](const policy::Condition& c) { return same_key(c) && NeedsPresence(c); })) {
    return Conjoined::kNever;
  }
  std::erase_if(block, same_key);
  return std::nullopt;
}

// ---- tests of the language ----------------------------------------------------------------------

/// The operator names of one comparison and of its negation. An ordering's negation is the reverse
/// ordering that an absent key passes.
struct OperatorPair {
  std::string_view positive;
  std::string_view negative;
};

OperatorPair EqualityOf(Test::Type type) {
  switch (type) {
    case Test::Type::kString:
    case Test::Type::kArn:  // `=` is literal; ArnEquals would read wildcards
      return {"StringEquals", "StringNotEquals"};
    case Test::Type::kNumeric:
      return {"NumericEquals", "NumericNotEquals"};
    case Test::Type::kDate:
      return {"DateEquals", "DateNotEquals"};
    case Test::Type::kBool:
      return {"Bool", ""};
    case Test::Type::kIp:
      return {"IpAddress", "NotIpAddress"};
    case Test::Type::kBinary:
      return {"BinaryEquals", ""};
  }
  WRIT_CHECK(false, "unknown type of key");
}

OperatorPair OrderingOf(const Test& test) {
  const bool date = test.type == Test::Type::kDate;
  switch (test.op) {
    case Test::Operator::kLess:
      return date ? OperatorPair{"DateLessThan", "DateGreaterThanEqualsIfExists"}
                  : OperatorPair{"NumericLessThan", "NumericGreaterThanEqualsIfExists"};
    case Test::Operator::kLessEqual:
      return date ? OperatorPair{"DateLessThanEquals", "DateGreaterThanIfExists"}
                  : OperatorPair{"NumericLessThanEquals", "NumericGreaterThanIfExists"};
    case Test::Operator::kGreater:
      return date ? OperatorPair{"DateGreaterThan", "DateLessThanEqualsIfExists"}
                  : OperatorPair{"NumericGreaterThan", "NumericLessThanEqualsIfExists"};
    case Test::Operator::kGreaterEqual:
      return date ? OperatorPair{"DateGreaterThanEquals", "DateLessThanIfExists"}
                  : OperatorPair{"NumericGreaterThanEquals", "NumericLessThanIfExists"};
    case Test::Operator::kPresent:
    case Test::Operator::kEqual:
    case Test::Operator::kLike:
    case Test::Operator::kIncludes:
    case Test::Operator::kIn:
      break;
  }
  WRIT_CHECK(false, "not an ordering");
}

Alternatives OneOf(policy::Condition condition) { return {{std::move(condition)}}; }

Alternatives Present(const Test& test, bool negated) {
  if (test.type == Test::Type::kBool && !test.multi_valued) {
    return OneOf(negated ? Make("BoolIfExists", test.key, {"false"})
                         : Make("Bool", test.key, {"true"}));
  }
  return OneOf(Make("Null", test.key, {negated ? "true" : "false"}));
}

Alternatives MultiValued(const Test& test, bool negated) {
  const bool like = test.op == Test::Operator::kLike;
  const std::string equal = like ? "StringLike" : "StringEquals";
  const std::string differ = like ? "StringNotLike" : "StringNotEquals";
  if (test.op != Test::Operator::kIn) {
    return OneOf(negated ? Make("ForAllValues:" + differ, test.key, test.values)
                         : Make("ForAnyValue:" + equal, test.key, test.values));
  }
  if (negated) {
    return {{Make("ForAnyValue:" + differ, test.key, test.values)},
            {Make("Null", test.key, {"true"})}};
  }
  Block both;
  Insert(both, Make("ForAllValues:" + equal, test.key, test.values));
  Insert(both, Make("Null", test.key, {"false"}));
  return {both};
}

support::Result<Alternatives> ToAlternatives(const Test& test, bool negated) {
  if (test.op == Test::Operator::kPresent) return Present(test, negated);
  if (test.multi_valued) return MultiValued(test, negated);
  OperatorPair pair;
  switch (test.op) {
    case Test::Operator::kLess:
    case Test::Operator::kLessEqual:
    case Test::Operator::kGreater:
    case Test::Operator::kGreaterEqual:
      pair = OrderingOf(test);
      break;
    case Test::Operator::kLike:
      pair = test.type == Test::Type::kArn ? OperatorPair{"ArnLike", "ArnNotLike"}
                                           : OperatorPair{"StringLike", "StringNotLike"};
      break;
    case Test::Operator::kPresent:
    case Test::Operator::kEqual:
    case Test::Operator::kIncludes:
    case Test::Operator::kIn:
      pair = EqualityOf(test.type);
      break;
  }
  if (!negated) return OneOf(Make(pair.positive, test.key, test.values));
  if (!pair.negative.empty()) return OneOf(Make(pair.negative, test.key, test.values));
  if (test.type == Test::Type::kBool && test.values.size() == 1) {
    return OneOf(Make("BoolIfExists", test.key, {test.values[0] == "true" ? "false" : "true"}));
  }
  return support::Error{fmt::format("IAM has no negation of {}", pair.positive)};
}

}  // namespace

policy::Condition Make(std::string_view op, std::string key, std::vector<std::string> values) {
  const std::optional<policy::Operator> parsed = policy::ParseOperator(op);
  WRIT_CHECK(parsed.has_value(), op);
  Normalize(values);
  return {*parsed, std::move(key), std::move(values)};
}

Conjoined Conjoin(Block& block, policy::Condition condition) {
  Normalize(condition.values);
  if (const std::optional<Conjoined> done = MeetAbsence(block, condition)) return *done;
  for (policy::Condition& present : block) {
    if (SamePlace(present, condition)) return Meet(block, present, std::move(condition));
  }
  Insert(block, std::move(condition));
  return Conjoined::kDone;
}

support::Result<Alternatives> Both(const Alternatives& left, const Alternatives& right) {
  Alternatives all;
  for (const Block& a : left) {
    for (const Block& b : right) {
      Block block = a;
      bool never = false;
      for (const policy::Condition& condition : b) {
        const Conjoined done = Conjoin(block, condition);
        if (done == Conjoined::kInexpressible) {
          return support::Error{fmt::format("one statement cannot ask {} of `{}` in three ways",
                                            policy::OperatorName(condition.op), condition.key)};
        }
        never = never || done == Conjoined::kNever;
      }
      if (!never && std::ranges::find(all, block) == all.end()) all.push_back(std::move(block));
      if (all.size() > kMaxAlternatives) {
        return support::Error{fmt::format("more than {} alternatives", kMaxAlternatives)};
      }
    }
  }
  return all;
}

support::Result<Alternatives> ToAlternatives(const intent::Condition& formula, bool negated) {
  using Kind = intent::Condition::Kind;
  if (formula.kind == Kind::kTest) return ToAlternatives(formula.test, negated);
  if (formula.kind == Kind::kNot) return ToAlternatives(formula.operands.at(0), !negated);
  const bool conjunction = (formula.kind == Kind::kAll) != negated;
  Alternatives all;
  if (conjunction) all.emplace_back();
  for (const intent::Condition& operand : formula.operands) {
    support::Result<Alternatives> part = ToAlternatives(operand, negated);
    if (!part) return part;
    if (conjunction) {
      support::Result<Alternatives> joined = Both(all, *part);
      if (!joined) return joined;
      all = *std::move(joined);
      continue;
    }
    for (Block& block : *part) {
      if (std::ranges::find(all, block) == all.end()) all.push_back(std::move(block));
    }
    if (all.size() > kMaxAlternatives) {
      return support::Error{fmt::format("more than {} alternatives", kMaxAlternatives)};
    }
  }
  return all;
}

Block PeriodBlock(const intent::Period& period) {
  Block block;
  if (period.from) {
    Insert(block, Make("DateGreaterThanEquals", "aws:CurrentTime", {*period.from + "T00:00:00Z"}));
  }
  if (period.until) {
    const std::optional<support::Date> last = support::ParseDate(*period.until);
    WRIT_CHECK(last.has_value(), "a period holds dates");
    const support::Date after = support::DateOfDayNumber(support::DayNumber(*last) + 1);
    Insert(block,
           Make("DateLessThan", "aws:CurrentTime", {support::DateText(after) + "T00:00:00Z"}));
  }
  return block;
}

}  // namespace writ::lower

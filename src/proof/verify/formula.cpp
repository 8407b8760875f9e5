#include "formula.h"

#include <iterator>
#include <utility>

#include "base/support/check.h"

namespace writ::verify {
namespace {

using intent::Test;
using policy::BaseOperator;
using policy::SetQualifier;
using Kind = Condition::Kind;

Condition Of(Kind kind, std::vector<Condition> operands) {
  Condition formula;
  formula.kind = kind;
  formula.operands = std::move(operands);
  return formula;
}

Condition Asked(std::string key, Test::Type type, Test::Operator op,
                std::vector<std::string> values) {
  Condition formula;
  formula.kind = Kind::kTest;
  formula.test = {std::move(key), type, false, op, std::move(values), false};
  return formula;
}

Clauses One(const std::string& key, BaseOperator base, std::vector<std::string> values,
            bool if_exists = false, SetQualifier set = SetQualifier::kNone) {
  return {{{{set, base, if_exists}, key, std::move(values)}}};
}

Clauses IsAbsent(const std::string& key, bool absent) {
  return One(key, BaseOperator::kNull, {absent ? "true" : "false"});
}

/// The operator of a comparison and the one that holds for exactly the other present values.
struct Pair {
  BaseOperator holds;
  BaseOperator fails;
  /// Whether `fails` holds for an absent key by itself (the negated operators do).
  bool fails_when_absent;
};

std::optional<Pair> PairOf(const Test& test) {
  using Op = Test::Operator;
  using Type = Test::Type;
  const bool date = test.type == Type::kDate;
  switch (test.op) {
    case Op::kLess:
      return date ? Pair{BaseOperator::kDateLessThan, BaseOperator::kDateGreaterThanEquals, false}
                  : Pair{BaseOperator::kNumericLessThan, BaseOperator::kNumericGreaterThanEquals,
                         false};
    case Op::kLessEqual:
      return date ? Pair{BaseOperator::kDateLessThanEquals, BaseOperator::kDateGreaterThan, false}
                  : Pair{BaseOperator::kNumericLessThanEquals, BaseOperator::kNumericGreaterThan,
                         false};
    case Op::kGreater:
      return date ? Pair{BaseOperator::kDateGreaterThan, BaseOperator::kDateLessThanEquals, false}
                  : Pair{BaseOperator::kNumericGreaterThan, BaseOperator::kNumericLessThanEquals,
                         false};
    case Op::kGreaterEqual:
      return date ? Pair{BaseOperator::kDateGreaterThanEquals, BaseOperator::kDateLessThan, false}
                  : Pair{BaseOperator::kNumericGreaterThanEquals, BaseOperator::kNumericLessThan,
                         false};
    case Op::kLike:
      return test.type == Type::kArn
                 ? Pair{BaseOperator::kArnLike, BaseOperator::kArnNotLike, true}
                 : Pair{BaseOperator::kStringLike, BaseOperator::kStringNotLike, true};
    case Op::kEqual:
    case Op::kIn:
    case Op::kIncludes:
      break;
    case Op::kPresent:
      return std::nullopt;
  }
  switch (test.type) {
    case Type::kString:
    case Type::kArn:  // `=` has no wildcards, ArnEquals would
      return Pair{BaseOperator::kStringEquals, BaseOperator::kStringNotEquals, true};
    case Type::kNumeric:
      return Pair{BaseOperator::kNumericEquals, BaseOperator::kNumericNotEquals, true};
    case Type::kDate:
      return Pair{BaseOperator::kDateEquals, BaseOperator::kDateNotEquals, true};
    case Type::kIp:
      return Pair{BaseOperator::kIpAddress, BaseOperator::kNotIpAddress, true};
    case Type::kBool:
    case Type::kBinary:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Which lists a formula speaks of.
enum class Lists {
  kAll,
  kWithText  ///< and absent keys: none of nothing but empty texts
};

/// A test of a multi-valued key: `includes` some value, `in` not empty and all.
Clauses OfList(const Test& test, const Pair& pair, bool negated, Lists lists) {
  const auto some = [&](BaseOperator base, const std::vector<std::string>& values) {
    return One(test.key, base, values, false, SetQualifier::kForAnyValue);
  };
  const auto all = [&](BaseOperator base) {
    return One(test.key, base, test.values, false, SetQualifier::kForAllValues);
  };
  Clauses clauses;
  bool is_absent_too = negated;
  if (test.op != Test::Operator::kIn) {
    clauses = negated ? all(pair.fails) : some(pair.holds, test.values);
    is_absent_too = negated && lists == Lists::kWithText;
  } else if (negated) {
    clauses = some(pair.fails, test.values);
  } else {
    clauses = all(pair.holds);
    clauses.front().push_back(IsAbsent(test.key, false).front().front());
  }
  if (lists == Lists::kWithText) {
    clauses.front().push_back(some(BaseOperator::kStringNotEquals, {""}).front().front());
  }
  if (is_absent_too) clauses.push_back(IsAbsent(test.key, true).front());
  return clauses;
}

std::optional<Clauses> OfBool(const Test& test, bool negated) {
  const bool wanted = test.op == Test::Operator::kPresent || test.values.front() == "true";
  if (test.values.size() > 1) return std::nullopt;
  return One(test.key, BaseOperator::kBool, {wanted != negated ? "true" : "false"}, negated);
}

std::optional<Clauses> OfTest(const Test& test, bool negated, Lists lists) {
  if (test.type == Test::Type::kBool && !test.multi_valued) return OfBool(test, negated);
  if (test.op == Test::Operator::kPresent) return IsAbsent(test.key, negated);
  if (test.values.empty()) return negated ? Clauses{{}} : Clauses{};
  if (test.type == Test::Type::kBinary && !negated && !test.multi_valued) {
    return One(test.key, BaseOperator::kBinaryEquals, test.values);
  }
  const std::optional<Pair> pair = PairOf(test);
  if (!pair) return std::nullopt;
  if (test.multi_valued) return OfList(test, *pair, negated, lists);
  if (!negated) return One(test.key, pair->holds, test.values);
  return One(test.key, pair->fails, test.values, !pair->fails_when_absent);
}

std::optional<Clauses> Expand(const Condition& formula, bool negated, Lists lists);

std::optional<Clauses> Combined(const Condition& formula, bool negated, Lists lists) {
  const bool conjunction = (formula.kind == Kind::kAll) != negated;
  Clauses all;
  if (conjunction) all.emplace_back();
  for (const Condition& operand : formula.operands) {
    std::optional<Clauses> part = Expand(operand, negated, lists);
    if (!part) return std::nullopt;
    if (!conjunction) {
      std::move(part->begin(), part->end(), std::back_inserter(all));
    } else {
      Clauses product;
      if (all.size() * part->size() > kMaxClauses) return std::nullopt;
      for (const Clause& left : all) {
        for (const Clause& right : *part) {
          Clause both = left;
          both.insert(both.end(), right.begin(), right.end());
          product.push_back(std::move(both));
        }
      }
      all = std::move(product);
    }
    if (all.size() > kMaxClauses) return std::nullopt;
  }
  return all;
}

// Depth is bounded: sema reads formulas of at most the parser's depth.
std::optional<Clauses> Expand(const Condition& formula, bool negated, Lists lists) {
  switch (formula.kind) {
    case Kind::kTest:
      return OfTest(formula.test, negated, lists);
    case Kind::kNot:
      return Expand(formula.operands.front(), !negated, lists);
    case Kind::kAll:
    case Kind::kAny:
      return Combined(formula, negated, lists);
  }
  WRIT_CHECK(false, "unknown kind of formula");
}

}  // namespace

Condition Always() { return {}; }

Condition Not(Condition operand) { return Of(Kind::kNot, {std::move(operand)}); }

Condition And(std::vector<Condition> operands) { return Of(Kind::kAll, std::move(operands)); }

Condition Or(std::vector<Condition> operands) { return Of(Kind::kAny, std::move(operands)); }

Condition Present(std::string key) {
  return Asked(std::move(key), Test::Type::kString, Test::Operator::kPresent, {});
}

Condition Among(std::string key, std::vector<std::string> texts) {
  return Asked(std::move(key), Test::Type::kString, Test::Operator::kIn, std::move(texts));
}

Condition ArnAmong(std::string key, std::vector<std::string> patterns) {
  return Asked(std::move(key), Test::Type::kArn, Test::Operator::kLike, std::move(patterns));
}

Condition Like(std::string key, std::vector<std::string> patterns) {
  return Asked(std::move(key), Test::Type::kString, Test::Operator::kLike, std::move(patterns));
}

Condition AtOrAfter(std::string key, std::string instant) {
  return Asked(std::move(key), Test::Type::kDate, Test::Operator::kGreaterEqual,
               {std::move(instant)});
}

Condition Before(std::string key, std::string instant) {
  return Asked(std::move(key), Test::Type::kDate, Test::Operator::kLess, {std::move(instant)});
}

std::optional<Clauses> Expand(const Condition& formula) {
  return Expand(formula, false, Lists::kAll);
}

std::optional<Clauses> ExpandOpposite(const Condition& formula) {
  return Expand(formula, true, Lists::kWithText);
}

}  // namespace writ::verify

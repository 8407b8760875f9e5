#include "analysis/imports/conditions.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/pattern.h"
#include "language/format/print.h"

namespace writ::imports {
namespace {

using policy::BaseOperator;
using policy::OperatorFamily;
using policy::SetQualifier;
using syntax::Cond;
using Operator = syntax::Comparison::Operator;

Cond Not(Cond cond) {
  if (cond.kind == Cond::Kind::kNot) return cond.operands[0];
  Cond negation;
  negation.kind = Cond::Kind::kNot;
  negation.operands.push_back(std::move(cond));
  return negation;
}

Cond Chain(Cond::Kind kind, Cond one, Cond other) {
  Cond chain;
  chain.kind = kind;
  chain.operands.push_back(std::move(one));
  chain.operands.push_back(std::move(other));
  return chain;
}

bool HasWildcard(std::string_view value) {
  const policy::Pattern pattern =
      policy::ParsePattern(value, policy::Version::k2012, policy::Wildcards::kActive);
  return std::ranges::any_of(pattern.literals, [](const std::string& literal) {
    return literal.find_first_of("\xFE\xFF") != std::string::npos;
  });
}

bool IsNumberToken(std::string_view text) {
  const auto is_digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_digits(text);
  return is_digits(text.substr(0, dot)) && is_digits(text.substr(dot + 1));
}

class ConditionReader {
 public:
  ConditionReader(const std::vector<policy::Condition>& conditions, policy::Effect effect,
                  const catalog::Catalog& catalog, Words& words)
      : conditions_(conditions), effect_(effect), catalog_(catalog), words_(words) {
    for (const policy::Condition& condition : conditions) {
      if (FailsWithoutKey(condition)) {
        present_.insert(policy::FoldCase(condition.key));
      }
    }
  }

  support::Result<std::optional<Cond>, Refusal> Run() {
    std::vector<Cond> all;
    for (const policy::Condition& condition : conditions_) {
      // A key of which something else is asked need not be asked to be there.
      if (IsPresence(condition) && IsAskedElsewhere(condition)) continue;
      support::Result<Cond, Refusal> one = Read(condition);
      if (!one) return one.error();
      all.push_back(std::move(*one));
    }
    if (all.empty()) return std::optional<Cond>();
    if (all.size() == 1) return std::optional<Cond>(std::move(all[0]));
    Cond chain;
    chain.kind = Cond::Kind::kAnd;
    chain.operands = std::move(all);
    return std::optional<Cond>(std::move(chain));
  }

 private:
  static bool IsPresence(const policy::Condition& condition) {
    return condition.op.base == BaseOperator::kNull && condition.values.size() == 1 &&
           policy::EqualIgnoringCase(condition.values[0], "false");
  }

  /// Whether another condition on the key fails where it is absent, or gets `key` said here.
  [[nodiscard]] bool IsAskedElsewhere(const policy::Condition& presence) const {
    return std::ranges::any_of(conditions_, [&](const policy::Condition& other) {
      return &other != &presence && policy::EqualIgnoringCase(other.key, presence.key) &&
             (FailsWithoutKey(other) || other.op.set == SetQualifier::kForAllValues) &&
             !policy::IsNegated(other.op.base);
    });
  }

  [[nodiscard]] bool IsPresent(const policy::Condition& condition) const {
    return present_.contains(policy::FoldCase(condition.key));
  }

  std::optional<syntax::Key> ReadKey(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    syntax::Key key;
    std::string first = text.substr(0, colon);
    std::string second = text.substr(colon + 1);
    const std::size_t slash = second.find('/');
    if (slash != std::string::npos) {
      syntax::TagKey tag;
      tag.text = second.substr(slash + 1);
      if (tag.text.empty()) return std::nullopt;
      key.tag = std::move(tag);
      second.resize(slash);
    }
    if (!format::IsPlainName(first) || second.empty()) return std::nullopt;
    key.first = words_.Name(std::move(first));
    key.second = words_.Name(std::move(second));
    return key;
  }

  static syntax::Value ValueOf(const std::string& text, OperatorFamily family) {
    syntax::Literal literal;
    literal.kind = syntax::Literal::Kind::kString;
    literal.text = text;
    if (family == OperatorFamily::kNumeric && IsNumberToken(text)) {
      literal.kind = syntax::Literal::Kind::kNumber;
    } else if (family == OperatorFamily::kBool) {
      literal.kind = syntax::Literal::Kind::kName;
      literal.text = policy::FoldCase(text);
    }
    return {{}, std::move(literal)};
  }

  static Cond Compare(const syntax::Key& key, Operator op, const std::vector<std::string>& values,
                      OperatorFamily family) {
    syntax::Comparison comparison;
    comparison.key = key;
    comparison.op = op;
    for (const std::string& value : values) comparison.values.push_back(ValueOf(value, family));
    comparison.is_list = op == Operator::kIn || values.size() > 1;
    if (op == Operator::kEqual && values.size() > 1) comparison.op = Operator::kIn;
    Cond cond;
    cond.comparison = support::Box<syntax::Comparison>(std::move(comparison));
    return cond;
  }

  static Refusal NoOperator(const policy::Condition& condition) {
    return {Reason::kOperator,
            fmt::format("{} on {}", policy::OperatorName(condition.op), condition.key)};
  }

  support::Result<Cond, Refusal> Read(const policy::Condition& condition) {
    const std::optional<syntax::Key> key = ReadKey(condition.key);
    if (!key) return Refusal{Reason::kKey, condition.key};
    const std::optional<catalog::Key> known = catalog_.FindKey(condition.key);
    if (condition.values.empty()) return NoOperator(condition);
    if (condition.op.base == BaseOperator::kNull) return ReadNull(condition, *key, known);
    if (known && known->multi_valued) return ReadSet(condition, *key);
    // The key has one value, of which "all" and "any" are the same but for its absence.
    policy::Condition plain = condition;
    plain.op.set = SetQualifier::kNone;
    const bool holds_without =
        condition.op.if_exists || condition.op.set == SetQualifier::kForAllValues;
    const bool fails_without = condition.op.set == SetQualifier::kForAnyValue;
    plain.op.if_exists = false;
    support::Result<Cond, Refusal> positive = ReadPositive(plain, *key);
    if (!positive) return positive;
    if (policy::IsNegated(condition.op.base)) {
      if (!fails_without) return Unless(condition, *key, std::move(*positive));
      Cond negated = Negation(std::move(*positive));
      return Chain(Cond::Kind::kAnd, Present(*key), std::move(negated));
    }
    if (!holds_without || IsPresent(condition)) return positive;
    return OrAbsent(*key, std::move(*positive));
  }

  static Cond Present(const syntax::Key& key) {
    return Compare(key, Operator::kPresent, {}, OperatorFamily::kString);
  }

  /// `key != "v"` for one value, else `not …`.
  static Cond Negation(Cond positive) {
    if (positive.kind == Cond::Kind::kComparison && positive.comparison->op == Operator::kEqual) {
      positive.comparison->op = Operator::kNotEqual;
      return positive;
    }
    return Not(std::move(positive));
  }

  /// The comparison does not hold, or the key is absent. A permission that a request without the
  /// key may pass has to say so in so many words.
  [[nodiscard]] Cond Unless(const policy::Condition& condition, const syntax::Key& key,
                            Cond positive) const {
    if (effect_ == policy::Effect::kDeny || IsPresent(condition)) {
      return Negation(std::move(positive));
    }
    return Not(Chain(Cond::Kind::kAnd, Present(key), std::move(positive)));
  }

  /// The key is absent, or the comparison holds: `not (key and not …)`. Of a Boolean, `not key` is
  /// "absent or false", and `key = false` its "present and false".
  static Cond OrAbsent(const syntax::Key& key, Cond positive) {
    if (positive.kind == Cond::Kind::kComparison) {
      const syntax::Comparison& comparison = *positive.comparison;
      if (comparison.op == Operator::kEqual && IsFalse(comparison)) return Not(Present(key));
      if (comparison.op == Operator::kPresent) {
        return Not(Compare(key, Operator::kEqual, {"false"}, OperatorFamily::kBool));
      }
    }
    return Not(Chain(Cond::Kind::kAnd, Present(key), Negation(std::move(positive))));
  }

  static bool IsFalse(const syntax::Comparison& comparison) {
    const auto* literal = std::get_if<syntax::Literal>(&comparison.values[0].form);
    return literal != nullptr && literal->kind == syntax::Literal::Kind::kName &&
           literal->text == "false";
  }

  /// Whether the key is there.
  support::Result<Cond, Refusal> ReadNull(const policy::Condition& condition,
                                          const syntax::Key& key,
                                          const std::optional<catalog::Key>& known) {
    if (condition.values.size() != 1) return NoOperator(condition);
    const bool is_absent = policy::EqualIgnoringCase(condition.values[0], "true");
    if (!is_absent && !policy::EqualIgnoringCase(condition.values[0], "false")) {
      return NoOperator(condition);
    }
    Cond present = Present(key);
    if (known && known->type == catalog::KeyType::kBool) {
      present = Chain(Cond::Kind::kOr, std::move(present),
                      Compare(key, Operator::kEqual, {"false"}, OperatorFamily::kBool));
    }
    return is_absent ? Not(std::move(present)) : present;
  }

  /// A key with many values.
  support::Result<Cond, Refusal> ReadSet(const policy::Condition& condition,
                                         const syntax::Key& key) {
    const BaseOperator base = policy::PositiveOf(condition.op.base);
    const bool is_equality =
        base == BaseOperator::kStringEquals || base == BaseOperator::kArnEquals ||
        ((base == BaseOperator::kStringLike || base == BaseOperator::kArnLike) &&
         std::ranges::none_of(condition.values, HasWildcard));
    if (!is_equality || condition.op.set == SetQualifier::kNone) return NoOperator(condition);
    const OperatorFamily family = OperatorFamily::kString;
    const bool is_negated = policy::IsNegated(condition.op.base);
    Cond some = Compare(key, Operator::kIncludes, condition.values, family);
    Cond all = Compare(key, Operator::kIn, condition.values, family);
    if (condition.op.set == SetQualifier::kForAnyValue) {
      if (condition.op.if_exists) return NoOperator(condition);
      if (!is_negated) return some;
      return Chain(Cond::Kind::kAnd, Present(key), Not(std::move(all)));
    }
    if (is_negated) return Unless(condition, key, std::move(some));
    if (IsPresent(condition)) return all;
    return Not(Chain(Cond::Kind::kAnd, Present(key), Not(std::move(all))));
  }

  /// A comparison that is not negated and that fails without the key.
  support::Result<Cond, Refusal> ReadPositive(const policy::Condition& condition,
                                              const syntax::Key& key) {
    const BaseOperator base = policy::PositiveOf(condition.op.base);
    const OperatorFamily family = policy::FamilyOf(base);
    const std::vector<std::string>& values = condition.values;
    const auto compare = [&](Operator op) { return Compare(key, op, values, family); };
    switch (base) {
      case BaseOperator::kStringEquals:
      case BaseOperator::kNumericEquals:
      case BaseOperator::kDateEquals:
      case BaseOperator::kBinaryEquals:
      case BaseOperator::kIpAddress:
        return compare(Operator::kEqual);
      case BaseOperator::kStringLike:
      case BaseOperator::kArnEquals:
      case BaseOperator::kArnLike:
        return compare(std::ranges::any_of(values, HasWildcard) ? Operator::kLike
                                                                : Operator::kEqual);
      case BaseOperator::kBool:
        return ReadBool(condition, key);
      case BaseOperator::kNumericLessThan:
      case BaseOperator::kDateLessThan:
        return Ordered(condition, key, Operator::kLess);
      case BaseOperator::kNumericLessThanEquals:
      case BaseOperator::kDateLessThanEquals:
        return Ordered(condition, key, Operator::kLessEqual);
      case BaseOperator::kNumericGreaterThan:
      case BaseOperator::kDateGreaterThan:
        return Ordered(condition, key, Operator::kGreater);
      case BaseOperator::kNumericGreaterThanEquals:
      case BaseOperator::kDateGreaterThanEquals:
        return Ordered(condition, key, Operator::kGreaterEqual);
      default:
        return NoOperator(condition);
    }
  }

  static support::Result<Cond, Refusal> Ordered(const policy::Condition& condition,
                                                const syntax::Key& key, Operator op) {
    if (condition.values.size() != 1) return NoOperator(condition);
    return Compare(key, op, condition.values, policy::FamilyOf(condition.op.base));
  }

  static support::Result<Cond, Refusal> ReadBool(const policy::Condition& condition,
                                                 const syntax::Key& key) {
    if (condition.values.size() != 1) return NoOperator(condition);
    if (policy::EqualIgnoringCase(condition.values[0], "true")) return Present(key);
    if (!policy::EqualIgnoringCase(condition.values[0], "false")) return NoOperator(condition);
    return Compare(key, Operator::kEqual, condition.values, OperatorFamily::kBool);
  }

  const std::vector<policy::Condition>& conditions_;
  const policy::Effect effect_;
  const catalog::Catalog& catalog_;
  Words& words_;
  std::set<std::string> present_;  ///< keys that other conditions ask to be there, folded
};

}  // namespace

bool FailsWithoutKey(const policy::Condition& condition) {
  const policy::Operator& op = condition.op;
  if (op.base == BaseOperator::kNull) {
    return condition.values.size() == 1 && policy::EqualIgnoringCase(condition.values[0], "false");
  }
  if (op.if_exists || op.set == SetQualifier::kForAllValues) return false;
  return op.set == SetQualifier::kForAnyValue || !policy::IsNegated(op.base);
}

support::Result<std::optional<Cond>, Refusal> ReadConditions(
    const std::vector<policy::Condition>& conditions, policy::Effect effect,
    const catalog::Catalog& catalog, Words& words) {
  return ConditionReader(conditions, effect, catalog, words).Run();
}

}  // namespace writ::imports

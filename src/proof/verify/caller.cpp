#include "caller.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/pattern.h"
#include "proof/verify/spaces.h"

namespace writ::verify {
namespace {

using Kind = Condition::Kind;
using PrincipalKind = intent::Principal::Kind;

bool IsAlways(const Condition& formula) {
  return formula.kind == Kind::kAll && formula.operands.empty();
}
bool IsNever(const Condition& formula) {
  return formula.kind == Kind::kAny && formula.operands.empty();
}

std::string AsGlob(std::string_view pattern) {
  return policy::ParsePattern(pattern, policy::Version::k2012, policy::Wildcards::kActive)
      .literals[0];
}

/// Whether everything that matches `narrow` matches `wide`; "no" may be wrong. A run within
/// `narrow` is met only by a run, because a mark takes one character.
bool Includes(const std::string& wide, const std::string& narrow) {
  if (wide == narrow) return true;
  if (wide.find_first_of("?$") != std::string::npos || narrow.find('$') != std::string::npos) {
    return false;
  }
  return policy::MatchesGlob(AsGlob(wide), AsGlob(narrow));
}

/// Patterns of the caller's ARN that some alternative of the formula names.
void AddArns(const Condition& formula, std::vector<std::string>& arns) {
  if (formula.kind == Kind::kTest && formula.test.key == "aws:PrincipalArn") {
    arns.insert(arns.end(), formula.test.values.begin(), formula.test.values.end());
  }
  for (const Condition& operand : formula.operands) AddArns(operand, arns);
}

}  // namespace

Caller::Caller(const Facts& facts, const intent::Principal& principal, intent::AccountIndex account)
    : principal_(principal), account_(account), account_id_(facts.AccountAt(account).id) {
  const Condition named =
      CallsAsOneOf(facts, {{"", {principal}, {account}}}, account, facts.partition());
  AddArns(named, arns_);
  if (arns_.empty()) arns_ = ArnsOfCallers(facts.partition(), account_id_);
}

Caller::Answer Caller::DecideArn(const std::vector<std::string>& patterns) const {
  bool any = false;
  bool all = true;
  for (const std::string& name : arns_) {
    bool included = false;
    for (const std::string& pattern : patterns) {
      included = included || Includes(pattern, name);
      any = any || included || policy::MayOverlap(pattern, name);
    }
    all = all && included;
  }
  if (all) return Answer::kHolds;
  return any ? Answer::kOpen : Answer::kFails;
}

Caller::Answer Caller::Decide(const intent::Test& test) const {
  using Operator = intent::Test::Operator;
  if (test.multi_valued || test.variable || test.values.empty()) return Answer::kOpen;
  const bool equals = test.op == Operator::kIn || test.op == Operator::kEqual;
  const auto among = [&](const std::string& value) {
    const bool found = std::ranges::find(test.values, value) != test.values.end();
    return found ? Answer::kHolds : Answer::kFails;
  };
  if (policy::EqualIgnoringCase(test.key, "aws:PrincipalArn")) {
    const bool like = test.op == Operator::kLike && test.type == intent::Test::Type::kArn;
    return like ? DecideArn(test.values) : Answer::kOpen;
  }
  if (policy::EqualIgnoringCase(test.key, "aws:PrincipalAccount")) {
    return equals ? among(account_id_) : Answer::kOpen;
  }
  if (principal_.kind == PrincipalKind::kTag &&
      policy::EqualIgnoringCase(test.key, "aws:PrincipalTag/" + principal_.tag_key)) {
    return equals ? among(principal_.value) : Answer::kOpen;
  }
  return Answer::kOpen;
}

// Depth is bounded: sema reads formulas of at most the parser's depth.
Condition Caller::Met(const Condition& formula) const {
  if (formula.kind == Kind::kTest) {
    const Answer answer = Decide(formula.test);
    if (answer == Answer::kOpen) return formula;
    return answer == Answer::kHolds ? Always() : Or({});
  }
  if (formula.kind == Kind::kNot) {
    Condition operand = Met(formula.operands.front());
    if (IsAlways(operand)) return Or({});
    return IsNever(operand) ? Always() : Not(std::move(operand));
  }
  const bool conjunction = formula.kind == Kind::kAll;
  std::vector<Condition> operands;
  for (const Condition& operand : formula.operands) {
    Condition met = Met(operand);
    if (conjunction ? IsNever(met) : IsAlways(met)) return met;
    if (!(conjunction ? IsAlways(met) : IsNever(met))) operands.push_back(std::move(met));
  }
  return conjunction ? And(std::move(operands)) : Or(std::move(operands));
}

bool Caller::MayBeBound(const intent::Bound& bound) const {
  return bound.everyone || std::ranges::any_of(bound.included, [&](const intent::Holder& holder) {
           return std::ranges::any_of(holder.principals, [&](const intent::Principal& other) {
             if (other.kind != principal_.kind || other.kind == PrincipalKind::kTag) return true;
             return policy::MayOverlap(other.value, principal_.value);
           });
         });
}

}  // namespace writ::verify

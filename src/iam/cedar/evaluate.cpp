#include "iam/cedar/evaluate.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace writ::cedar {
namespace {

using Kind = Expr::Kind;
using ValueKind = Value::Kind;

/// Arguments that are an object, and the root of all: `context` is the empty path.
struct Record {
  std::vector<std::string> path;
};
struct Principal {};
struct Failed {};
struct NotGiven {};
using Worth = std::variant<Value, Record, Principal, Failed, NotGiven>;

bool Ends(const Worth& worth) {
  return std::holds_alternative<Failed>(worth) || std::holds_alternative<NotGiven>(worth);
}

const Value* AsKind(const Worth& worth, ValueKind kind) {
  const Value* value = std::get_if<Value>(&worth);
  return value != nullptr && value->kind == kind ? value : nullptr;
}

bool Matches(std::string_view text, const std::vector<std::string>& pattern) {
  if (pattern.size() == 1) return text == pattern.front();
  if (!text.starts_with(pattern.front())) return false;
  text.remove_prefix(pattern.front().size());
  for (std::size_t i = 1; i + 1 < pattern.size(); ++i) {
    const std::size_t at = text.find(pattern[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pattern[i].size());
  }
  return text.ends_with(pattern.back());
}

class Evaluator {
 public:
  explicit Evaluator(Call& call) : call_(call) {}

  Outcome Run(const Policy& policy) {
    for (const Condition& condition : policy.conditions) {
      const Worth worth = Of(condition.expr);
      if (std::holds_alternative<NotGiven>(worth)) return Outcome::kUnknown;
      const Value* truth = AsKind(worth, ValueKind::kBool);
      if (truth == nullptr) return Outcome::kError;
      if (truth->truth == condition.is_unless) return Outcome::kNot;
    }
    return Outcome::kApplies;
  }

 private:
  Worth Given(Fact fact) {
    std::optional<Value> value = call_.Ask(fact);
    if (!value) return NotGiven{};
    return *std::move(value);
  }

  Worth Of(const Expr& expr) {
    switch (expr.kind) {
      case Kind::kLiteral:
        return expr.value;
      case Kind::kPrincipal:
        return Principal{};
      case Kind::kContext:
        return Record{};
      case Kind::kAttribute:
        return Attribute(Of(expr.operands[0]), expr.name);
      case Kind::kHas:
        return Has(Of(expr.operands[0]), expr.name);
      case Kind::kIs:
        return Is(Of(expr.operands[0]), expr.name);
      case Kind::kLike: {
        const Worth text = Of(expr.operands[0]);
        if (Ends(text)) return text;
        const Value* value = AsKind(text, ValueKind::kString);
        if (value == nullptr) return Failed{};
        return Value::Bool(Matches(value->text, expr.pattern));
      }
      case Kind::kNot: {
        const Worth worth = Of(expr.operands[0]);
        if (Ends(worth)) return worth;
        const Value* truth = AsKind(worth, ValueKind::kBool);
        if (truth == nullptr) return Failed{};
        return Value::Bool(!truth->truth);
      }
      case Kind::kAnd:
        return Both(expr, false);
      case Kind::kOr:
        return Both(expr, true);
      case Kind::kEqual:
      case Kind::kNotEqual:
      case Kind::kLess:
      case Kind::kLessEqual:
      case Kind::kGreater:
      case Kind::kGreaterEqual:
        return Compared(expr);
      case Kind::kCall:
        return Called(expr);
      case Kind::kSet:
        return SetOf(expr);
    }
    return Failed{};
  }

  /// `&&` is decided by a left side that is false, `||` by one that is true.
  Worth Both(const Expr& expr, bool decides) {
    for (const Expr& operand : expr.operands) {
      Worth worth = Of(operand);
      if (Ends(worth)) return worth;
      const Value* truth = AsKind(worth, ValueKind::kBool);
      if (truth == nullptr) return Failed{};
      if (truth->truth == decides) return worth;
    }
    return Value::Bool(!decides);
  }

  Worth Attribute(const Worth& of, const std::string& name) {
    if (Ends(of)) return of;
    if (std::holds_alternative<Principal>(of)) {
      return name == "id" ? Given({Fact::Kind::kPrincipalId, {}}) : Worth(Failed{});
    }
    const Record* record = std::get_if<Record>(&of);
    if (record == nullptr) return Failed{};
    std::vector<std::string> path = record->path;
    path.push_back(name);
    if (path.size() == 1) {
      return name == "input" || name == "system" ? Worth(Record{std::move(path)}) : Failed{};
    }
    if (path.front() == "system") {
      return path.size() == 2 && name == "now" ? Given({Fact::Kind::kNow, {}}) : Worth(Failed{});
    }
    path.erase(path.begin());
    return Argument(std::move(path));
  }

  /// Paths of arguments begin below `input`.
  Worth Argument(std::vector<std::string> path) {
    const std::optional<bool> is_record = call_.IsRecord(path);
    if (!is_record) return Failed{};
    Worth present = Given({Fact::Kind::kPresent, path});
    if (Ends(present)) return present;
    if (!std::get<Value>(present).truth) return Failed{};
    if (!*is_record) return Given({Fact::Kind::kArgument, std::move(path)});
    path.insert(path.begin(), "input");
    return Record{std::move(path)};
  }

  Worth Has(const Worth& of, const std::string& name) {
    if (Ends(of)) return of;
    if (std::holds_alternative<Principal>(of)) return Value::Bool(name == "id");
    const Record* record = std::get_if<Record>(&of);
    if (record == nullptr) return Failed{};
    std::vector<std::string> path = record->path;
    path.push_back(name);
    if (path.size() == 1) return Value::Bool(name == "input" || name == "system");
    if (path.front() == "system") return Value::Bool(path.size() == 2 && name == "now");
    path.erase(path.begin());
    if (!call_.IsRecord(path)) return Value::Bool(false);
    return Given({Fact::Kind::kPresent, std::move(path)});
  }

  Worth Is(const Worth& of, const std::string& type) {
    if (Ends(of)) return of;
    if (!std::holds_alternative<Principal>(of)) return Failed{};
    return Value::Bool(call_.PrincipalType() == type);
  }

  Worth Compared(const Expr& expr) {
    const Worth left = Of(expr.operands[0]);
    if (Ends(left)) return left;
    const Worth right = Of(expr.operands[1]);
    if (Ends(right)) return right;
    const Value* one = std::get_if<Value>(&left);
    const Value* other = std::get_if<Value>(&right);
    // What objects and principals are equal to is not decided.
    if (one == nullptr || other == nullptr) return NotGiven{};
    // Values of different kinds are different.
    if (expr.kind == Kind::kEqual) return Value::Bool(*one == *other);
    if (expr.kind == Kind::kNotEqual) return Value::Bool(*one != *other);
    const bool is_ordered = one->kind == ValueKind::kLong || one->kind == ValueKind::kDatetime;
    if (one->kind != other->kind || !is_ordered) return Failed{};
    return Ordered(expr.kind, one->number, other->number);
  }

  static Worth Ordered(Kind kind, std::int64_t one, std::int64_t other) {
    if (kind == Kind::kLess) return Value::Bool(one < other);
    if (kind == Kind::kLessEqual) return Value::Bool(one <= other);
    if (kind == Kind::kGreater) return Value::Bool(one > other);
    return Value::Bool(one >= other);
  }

  Worth Called(const Expr& expr) {
    const Worth left = Of(expr.operands[0]);
    if (Ends(left)) return left;
    const Worth right = Of(expr.operands[1]);
    if (Ends(right)) return right;
    const Value* argument = std::get_if<Value>(&right);
    if (argument == nullptr) return Failed{};
    if (std::holds_alternative<Principal>(left)) return OfTag(expr.name, *argument);
    const Value* value = std::get_if<Value>(&left);
    if (value == nullptr) return Failed{};
    if (value->kind == ValueKind::kSet) return OfSet(expr.name, *value, *argument);
    if (value->kind != ValueKind::kDecimal || argument->kind != ValueKind::kDecimal)
      return Failed{};
    if (expr.name == "lessThan") return Ordered(Kind::kLess, value->number, argument->number);
    if (expr.name == "lessThanOrEqual") {
      return Ordered(Kind::kLessEqual, value->number, argument->number);
    }
    if (expr.name == "greaterThan") return Ordered(Kind::kGreater, value->number, argument->number);
    if (expr.name == "greaterThanOrEqual") {
      return Ordered(Kind::kGreaterEqual, value->number, argument->number);
    }
    return Failed{};
  }

  Worth OfTag(const std::string& method, const Value& tag) {
    if (tag.kind != ValueKind::kString) return Failed{};
    Worth has = Given({Fact::Kind::kHasTag, {tag.text}});
    if (method == "hasTag" || Ends(has)) return has;
    if (method != "getTag" || !std::get<Value>(has).truth) return Failed{};
    return Given({Fact::Kind::kTag, {tag.text}});
  }

  static Worth OfSet(const std::string& method, const Value& set, const Value& argument) {
    const auto holds = [&](const Value& element) {
      return std::ranges::binary_search(set.elements, element);
    };
    if (method == "contains") return Value::Bool(holds(argument));
    if (argument.kind != ValueKind::kSet) return Failed{};
    if (method == "containsAll") return Value::Bool(std::ranges::all_of(argument.elements, holds));
    if (method == "containsAny") return Value::Bool(std::ranges::any_of(argument.elements, holds));
    return Failed{};
  }

  Worth SetOf(const Expr& expr) {
    std::vector<Value> elements;
    for (const Expr& operand : expr.operands) {
      const Worth worth = Of(operand);
      if (Ends(worth)) return worth;
      const Value* element = std::get_if<Value>(&worth);
      if (element == nullptr) return NotGiven{};
      elements.push_back(*element);
    }
    return Value::Set(std::move(elements));
  }

  Call& call_;
};

bool IsInScope(const Policy& policy, const Call& call) {
  const auto fits_type = [&](const Scope& scope, const std::string& type) {
    return scope.kind == Scope::Kind::kAny ||
           (scope.kind == Scope::Kind::kIs && scope.entity.type == type);
  };
  const bool fits_action =
      policy.action.kind == Scope::Kind::kAny ||
      call.IsAction(policy.action.entity, policy.action.kind == Scope::Kind::kIn);
  const bool fits_resource =
      fits_type(policy.resource, call.Resource().type) ||
      ((policy.resource.kind == Scope::Kind::kEqual || policy.resource.kind == Scope::Kind::kIn) &&
       policy.resource.entity == call.Resource());
  return fits_type(policy.principal, call.PrincipalType()) && fits_action && fits_resource;
}

}  // namespace

Outcome Evaluate(const Policy& policy, Call& call) {
  if (!IsInScope(policy, call)) return Outcome::kNot;
  return Evaluator(call).Run(policy);
}

std::optional<bool> IsAllowed(const std::vector<const Policy*>& policies, Call& call) {
  for (const Policy* policy : policies) {
    if (policy->is_permit) continue;
    const Outcome outcome = Evaluate(*policy, call);
    if (outcome == Outcome::kUnknown) return std::nullopt;
    if (outcome == Outcome::kApplies) return false;
  }
  for (const Policy* policy : policies) {
    if (!policy->is_permit) continue;
    const Outcome outcome = Evaluate(*policy, call);
    if (outcome == Outcome::kUnknown) return std::nullopt;
    if (outcome == Outcome::kApplies) return true;
  }
  return false;
}

}  // namespace writ::cedar

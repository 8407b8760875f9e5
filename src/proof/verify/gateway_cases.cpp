#include "proof/verify/gateway_cases.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

namespace writ::verify {
namespace {

using cedar::Expr;
using cedar::Fact;
using cedar::Value;
using ExprKind = Expr::Kind;
using Pattern = std::vector<std::string>;
using TypeKind = tools::Type::Kind;

/// Classes of texts and subsets that are still listed.
constexpr std::size_t kMostStates = 50'000;
constexpr std::size_t kMostElements = 8;

Pattern PatternOf(std::string_view text) {
  Pattern pattern{""};
  for (const char c : text) {
    if (c == '*') {
      pattern.emplace_back();
    } else {
      pattern.back() += c;
    }
  }
  return pattern;
}

/// The path below `context` that an expression reads; nothing if it is no such path.
std::optional<std::vector<std::string>> PathOf(const Expr& expr) {
  if (expr.kind == ExprKind::kContext) return std::vector<std::string>{};
  if (expr.kind != ExprKind::kAttribute) return std::nullopt;
  std::optional<std::vector<std::string>> path = PathOf(expr.operands[0]);
  if (path) path->push_back(expr.name);
  return path;
}

std::optional<Fact> FactOf(const Expr& expr) {
  const bool of_principal = !expr.operands.empty() && expr.operands[0].kind == ExprKind::kPrincipal;
  if (expr.kind == ExprKind::kAttribute && of_principal) return Fact{Fact::Kind::kPrincipalId, {}};
  if (expr.kind == ExprKind::kCall && of_principal && expr.name == "getTag" &&
      expr.operands[1].kind == ExprKind::kLiteral) {
    return Fact{Fact::Kind::kTag, {expr.operands[1].value.text}};
  }
  std::optional<std::vector<std::string>> path = PathOf(expr);
  if (!path || path->size() < 2) return std::nullopt;
  if (path->front() == "system") return Fact{Fact::Kind::kNow, {}};
  path->erase(path->begin());
  return Fact{Fact::Kind::kArgument, *std::move(path)};
}

/// The values of a literal or of a list of literals.
std::optional<std::vector<Value>> LiteralsOf(const Expr& expr) {
  if (expr.kind == ExprKind::kLiteral) return std::vector<Value>{expr.value};
  if (expr.kind != ExprKind::kSet) return std::nullopt;
  std::vector<Value> values;
  for (const Expr& operand : expr.operands) {
    if (operand.kind != ExprKind::kLiteral) return std::nullopt;
    values.push_back(operand.value);
  }
  return values;
}

/// Runs patterns side by side over all texts: a state is how far each can be matched.
class Texts {
 public:
  explicit Texts(const std::vector<Pattern>& patterns) {
    for (const Pattern& pattern : patterns) {
      std::vector<int>& symbols = symbols_.emplace_back();
      for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (i > 0) symbols.push_back(kStar);
        for (const char c : pattern[i]) symbols.push_back(static_cast<unsigned char>(c));
      }
      for (const int symbol : symbols) {
        if (symbol != kStar) alphabet_.insert(static_cast<char>(symbol));
      }
    }
    // A character that no pattern has stands for all of these.
    for (const char c : std::string_view("zxqjkwvyZXQJKWVY0123456789_-.,;:!?")) {
      if (alphabet_.insert(c).second) break;
    }
  }

  /// The shortest text of each set of patterns that some text matches together.
  std::optional<std::vector<std::string>> Classes() {
    std::set<State> seen;
    std::set<std::vector<std::size_t>> told;
    std::vector<std::string> texts;
    std::deque<std::pair<State, std::string>> open;
    open.emplace_back(Start(), "");
    seen.insert(open.front().first);
    while (!open.empty()) {
      const auto [state, text] = std::move(open.front());
      open.pop_front();
      if (told.insert(Matched(state)).second) texts.push_back(text);
      for (const char c : alphabet_) {
        State next = Step(state, static_cast<unsigned char>(c));
        if (!seen.insert(next).second) continue;
        if (seen.size() > kMostStates) return std::nullopt;
        open.emplace_back(std::move(next), text + c);
      }
    }
    return texts;
  }

 private:
  static constexpr int kStar = -1;
  using State = std::vector<std::pair<std::size_t, std::size_t>>;  ///< pattern, place; sorted

  void AddPlace(std::size_t pattern, std::size_t place, State& state) const {
    state.emplace_back(pattern, place);
    const std::vector<int>& symbols = symbols_[pattern];
    while (place < symbols.size() && symbols[place] == kStar) state.emplace_back(pattern, ++place);
  }
  static void Settle(State& state) {
    std::ranges::sort(state);
    state.erase(std::ranges::unique(state).begin(), state.end());
  }
  [[nodiscard]] State Start() const {
    State state;
    for (std::size_t i = 0; i < symbols_.size(); ++i) AddPlace(i, 0, state);
    Settle(state);
    return state;
  }
  [[nodiscard]] State Step(const State& state, int c) const {
    State next;
    for (const auto& [pattern, place] : state) {
      const std::vector<int>& symbols = symbols_[pattern];
      if (place == symbols.size()) continue;
      if (symbols[place] == kStar) {
        AddPlace(pattern, place, next);
      } else if (symbols[place] == c) {
        AddPlace(pattern, place + 1, next);
      }
    }
    Settle(next);
    return next;
  }
  [[nodiscard]] std::vector<std::size_t> Matched(const State& state) const {
    std::vector<std::size_t> matched;
    for (const auto& [pattern, place] : state) {
      if (place == symbols_[pattern].size()) matched.push_back(pattern);
    }
    return matched;
  }

  std::vector<std::vector<int>> symbols_;
  std::set<char> alphabet_;
};

std::optional<std::vector<Value>> TextsOf(const Constants& constants) {
  std::set<Pattern> patterns = constants.patterns;
  for (const Value& value : constants.values) {
    if (value.kind == Value::Kind::kString) patterns.insert(Pattern{value.text});
  }
  const auto classes = Texts({patterns.begin(), patterns.end()}).Classes();
  if (!classes) return std::nullopt;
  std::vector<Value> values;
  for (const std::string& text : *classes) values.push_back(Value::String(text));
  return values;
}

/// Each constant and its neighbors; with none, one number.
std::vector<Value> NumbersOf(const Constants& constants, Value::Kind kind) {
  std::set<std::int64_t> numbers;
  for (const Value& value : constants.values) {
    if (value.kind != kind) continue;
    numbers.insert(value.number);
    if (value.number > std::numeric_limits<std::int64_t>::min()) numbers.insert(value.number - 1);
    if (value.number < std::numeric_limits<std::int64_t>::max()) numbers.insert(value.number + 1);
  }
  if (numbers.empty()) numbers.insert(0);
  std::vector<Value> values;
  for (const std::int64_t number : numbers) values.push_back({kind, false, number, {}, {}});
  return values;
}

/// What the values of a type are, where they can be compared.
std::optional<Value::Kind> KindOf(TypeKind type) {
  switch (type) {
    case TypeKind::kString:
      return Value::Kind::kString;
    case TypeKind::kLong:
      return Value::Kind::kLong;
    case TypeKind::kDecimal:
      return Value::Kind::kDecimal;
    case TypeKind::kBool:
      return Value::Kind::kBool;
    default:
      return std::nullopt;
  }
}

/// Something that is none of the values.
Value AnotherThan(const std::vector<Value>& values, Value::Kind kind) {
  Value other{kind, false, 0, "", {}};
  for (const Value& value : values) {
    if (kind == Value::Kind::kString && value.text.size() >= other.text.size()) {
      other.text = value.text + "+";
    }
  }
  const auto is_taken = [&] { return std::ranges::find(values, other) != values.end(); };
  while (is_taken()) ++other.number;
  return other;
}

/// Every set of the constants, with and without something else in it.
std::optional<std::vector<Value>> SetsOf(const Constants& constants, const tools::Type& element) {
  const std::optional<Value::Kind> kind = KindOf(element.kind);
  if (!kind) return std::nullopt;
  std::vector<Value> elements;
  for (const Value& value : constants.values) {
    if (value.kind == *kind) elements.push_back(value);
  }
  if (*kind == Value::Kind::kBool) {
    elements = {Value::Bool(false), Value::Bool(true)};
  } else {
    elements.push_back(AnotherThan(elements, *kind));
  }
  if (elements.size() > kMostElements + 1) return std::nullopt;
  std::vector<Value> sets;
  for (std::size_t mask = 0; mask < (std::size_t{1} << elements.size()); ++mask) {
    std::vector<Value> chosen;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if ((mask >> i & 1U) != 0) chosen.push_back(elements[i]);
    }
    sets.push_back(Value::Set(std::move(chosen)));
  }
  return sets;
}

}  // namespace

void Cases::Add(const Fact& fact, Value value) { constants_[fact].values.insert(std::move(value)); }

void Cases::AddPattern(const Fact& fact, std::string_view pattern) {
  constants_[fact].patterns.insert(PatternOf(pattern));
}

bool Cases::AddComparison(const Expr& one, const Expr& other) {
  const std::optional<Fact> fact = FactOf(one);
  if (!fact) return false;
  const std::optional<std::vector<Value>> literals = LiteralsOf(other);
  if (!literals) {
    is_whole_ = false;
    return true;
  }
  Constants& constants = constants_[*fact];
  constants.values.insert(literals->begin(), literals->end());
  return true;
}

void Cases::AddExpr(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLike:
      if (const std::optional<Fact> fact = FactOf(expr.operands[0])) {
        constants_[*fact].patterns.insert(expr.pattern);
      }
      return;
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
    case ExprKind::kCall:
      if (AddComparison(expr.operands[0], expr.operands[1])) return;
      if (AddComparison(expr.operands[1], expr.operands[0])) return;
      break;
    default:
      break;
  }
  for (const Expr& operand : expr.operands) AddExpr(operand);
}

void Cases::Add(const cedar::Policy& policy) {
  for (const cedar::Condition& condition : policy.conditions) AddExpr(condition.expr);
}

std::optional<std::vector<Value>> Cases::ValuesOf(const Fact& fact, const tools::Type* type) const {
  static const Constants kNone;
  const auto found = constants_.find(fact);
  const Constants& constants = found == constants_.end() ? kNone : found->second;
  switch (fact.kind) {
    case Fact::Kind::kHasTag:
    case Fact::Kind::kPresent:
      return std::vector<Value>{Value::Bool(false), Value::Bool(true)};
    case Fact::Kind::kPrincipalId:
    case Fact::Kind::kTag:
      return TextsOf(constants);
    case Fact::Kind::kNow:
      return NumbersOf(constants, Value::Kind::kDatetime);
    case Fact::Kind::kArgument:
      break;
  }
  if (type == nullptr) return std::nullopt;
  switch (type->kind) {
    case TypeKind::kString:
      return TextsOf(constants);
    case TypeKind::kLong:
      return NumbersOf(constants, Value::Kind::kLong);
    case TypeKind::kDecimal:
      return NumbersOf(constants, Value::Kind::kDecimal);
    case TypeKind::kBool:
      return std::vector<Value>{Value::Bool(false), Value::Bool(true)};
    case TypeKind::kSet:
      return SetsOf(constants, type->element.front());
    case TypeKind::kRecord:
    case TypeKind::kUnknown:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace writ::verify

#include "program/sema/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/types.h"
#include "language/syntax/meaning.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

using intent::ArgumentCondition;
using intent::ArgumentTest;
using Operator = syntax::Comparison::Operator;
using TypeKind = tools::Type::Kind;
using Path = std::vector<std::string>;
using Paths = std::set<Path>;

constexpr std::string_view kInput = "input";

/// What is known to be there where a condition holds, and where it does not.
struct Certain {
  Paths when_true;
  Paths when_false;
};

Paths Union(Paths one, const Paths& other) {
  one.insert(other.begin(), other.end());
  return one;
}

Paths Intersection(const Paths& one, const Paths& other) {
  Paths both;
  std::ranges::set_intersection(one, other, std::inserter(both, both.end()));
  return both;
}

ArgumentTest::Operator TestOperator(Operator op) {
  switch (op) {
    case Operator::kPresent:
      return ArgumentTest::Operator::kPresent;
    case Operator::kEqual:
    case Operator::kNotEqual:
      return ArgumentTest::Operator::kEqual;
    case Operator::kLess:
      return ArgumentTest::Operator::kLess;
    case Operator::kLessEqual:
      return ArgumentTest::Operator::kLessEqual;
    case Operator::kGreater:
      return ArgumentTest::Operator::kGreater;
    case Operator::kGreaterEqual:
      return ArgumentTest::Operator::kGreaterEqual;
    case Operator::kLike:
      return ArgumentTest::Operator::kLike;
    case Operator::kIncludes:
      return ArgumentTest::Operator::kIncludes;
    case Operator::kIn:
      return ArgumentTest::Operator::kIn;
  }
  return ArgumentTest::Operator::kPresent;
}

bool Fits(Operator op, const tools::Type& type) {
  if (op == Operator::kPresent) return true;
  const bool is_equality = op == Operator::kEqual || op == Operator::kNotEqual;
  const bool is_order = op == Operator::kLess || op == Operator::kLessEqual ||
                        op == Operator::kGreater || op == Operator::kGreaterEqual;
  switch (type.kind) {
    case TypeKind::kString:
      return is_equality || op == Operator::kLike || op == Operator::kIn;
    case TypeKind::kLong:
    case TypeKind::kDecimal:
      return is_equality || is_order || op == Operator::kIn;
    case TypeKind::kBool:
      return is_equality;
    case TypeKind::kSet:
      return op == Operator::kIncludes || op == Operator::kIn;
    case TypeKind::kRecord:
    case TypeKind::kUnknown:
      return false;
  }
  return false;
}

/// Cedar's Long has 64 bits.
bool IsLong(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Cedar's decimal has four decimals and, without the point, 64 bits.
bool IsDecimal(std::string_view text) {
  constexpr std::size_t kDecimals = 4;
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  if (decimals > kDecimals) return false;
  std::string digits(text);
  std::erase(digits, '.');
  digits.append(kDecimals - decimals, '0');
  return IsLong(digits);
}

ArgumentCondition Joined(ArgumentCondition::Kind kind, std::vector<ArgumentCondition> operands) {
  ArgumentCondition result;
  result.kind = kind;
  result.operands = std::move(operands);
  return result;
}

ArgumentCondition Negated(ArgumentCondition condition) {
  std::vector<ArgumentCondition> operands;
  operands.push_back(std::move(condition));
  return Joined(ArgumentCondition::Kind::kNot, std::move(operands));
}

/// An argument as the tool has it.
struct Argument {
  const tools::Type* type = nullptr;
  Path path;
  Paths optional;  ///< itself and what it lies in, as far as these may be absent
};

class Builder {
 public:
  Builder(Context& context, const tools::Tool& tool, bool& good)
      : context_(context), tool_(tool), good_(good) {}

  ArgumentCondition Run(const std::vector<Clause>& clauses) {
    std::vector<ArgumentCondition> all;
    Paths known;
    for (const Clause& clause : clauses) {
      const bool is_unless = clause.kind == Clause::Kind::kUnless;
      whole_ = clause.cond;
      auto [condition, certain] = Build(*clause.cond, known);
      known = Union(std::move(known), is_unless ? certain.when_false : certain.when_true);
      all.push_back(is_unless ? Negated(std::move(condition)) : std::move(condition));
    }
    if (all.size() == 1) return std::move(all.front());
    return Joined(ArgumentCondition::Kind::kAll, std::move(all));
  }

 private:
  using Built = std::pair<ArgumentCondition, Certain>;

  Built Build(const syntax::Cond& cond, const Paths& known) {
    switch (cond.kind) {
      case syntax::Cond::Kind::kComparison:
        return Compare(*cond.comparison, cond, known);
      case syntax::Cond::Kind::kNot: {
        auto [condition, certain] = Build(cond.operands.front(), known);
        std::swap(certain.when_true, certain.when_false);
        return {Negated(std::move(condition)), std::move(certain)};
      }
      case syntax::Cond::Kind::kAnd:
      case syntax::Cond::Kind::kOr:
        return Chain(cond, known);
    }
    return {};
  }

  /// Of `and` an operand is asked where those before it hold, of `or` where they do not.
  Built Chain(const syntax::Cond& cond, Paths known) {
    const bool is_and = cond.kind == syntax::Cond::Kind::kAnd;
    std::vector<ArgumentCondition> operands;
    Certain all;
    for (std::size_t i = 0; i < cond.operands.size(); ++i) {
      auto [condition, certain] = Build(cond.operands[i], known);
      operands.push_back(std::move(condition));
      known = Union(std::move(known), is_and ? certain.when_true : certain.when_false);
      if (i == 0) {
        all = std::move(certain);
        continue;
      }
      all.when_true = is_and ? Union(std::move(all.when_true), certain.when_true)
                             : Intersection(all.when_true, certain.when_true);
      all.when_false = is_and ? Intersection(all.when_false, certain.when_false)
                              : Union(std::move(all.when_false), certain.when_false);
    }
    const auto kind = is_and ? ArgumentCondition::Kind::kAll : ArgumentCondition::Kind::kAny;
    return {Joined(kind, std::move(operands)), std::move(all)};
  }

  Built Compare(const syntax::Comparison& comparison, const syntax::Cond& cond,
                const Paths& known) {
    const std::optional<Argument> argument = Find(comparison.key);
    if (!argument || !CheckOperator(comparison, *argument) || !CheckValues(comparison, *argument) ||
        !CheckThere(comparison, cond, *argument, known)) {
      good_ = false;
      return {};
    }
    ArgumentCondition condition;
    condition.kind = ArgumentCondition::Kind::kTest;
    ArgumentTest& test = condition.test;
    test.path = argument->path;
    test.is_set = argument->type->kind == TypeKind::kSet;
    test.type = test.is_set ? argument->type->element.front().kind : argument->type->kind;
    test.op = TestOperator(comparison.op);
    if (comparison.op == Operator::kPresent && test.type == TypeKind::kBool && !test.is_set) {
      test.op = ArgumentTest::Operator::kTrue;
    }
    for (const syntax::Value& value : comparison.values) {
      test.values.push_back(std::get<syntax::Literal>(value.form).text);
    }
    Certain certain;
    certain.when_true = argument->optional;
    if (comparison.op != Operator::kNotEqual) return {std::move(condition), std::move(certain)};
    std::swap(certain.when_true, certain.when_false);
    return {Negated(std::move(condition)), std::move(certain)};
  }

  std::optional<Argument> Find(const syntax::Key& key) {
    const std::string text = key.Text();
    const bool is_plain = !key.second && !key.tag;
    if (!is_plain || !text.starts_with(std::string(kInput) + ".")) {
      context_.Report(diag::kNotAnArgument, key.span, text)
          .At("not of the form `input.ARGUMENT`")
          .Note("a sentence about `call` tests arguments of the tool; who calls is said by teams");
      return std::nullopt;
    }
    Argument argument{&tool_.input, {}, {}};
    std::string_view rest = std::string_view(text).substr(kInput.size() + 1);
    while (!rest.empty()) {
      const std::size_t dot = std::min(rest.find('.'), rest.size());
      if (!Enter(argument, rest.substr(0, dot), key)) return std::nullopt;
      rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    return argument;
  }

  bool Enter(Argument& argument, std::string_view name, const syntax::Key& key) {
    const tools::Type& in = *argument.type;
    if (in.kind == TypeKind::kUnknown) return ReportUnknownType(key, in);
    const tools::Field* field = in.Find(name);
    if (field == nullptr) {
      std::vector<std::string> names;
      std::string begin(kInput);
      for (const std::string& part : argument.path) begin += "." + part;
      for (const tools::Field& each : in.fields) names.push_back(begin + "." + each.name);
      auto& found = context_.Report(diag::kUnknownArgument, key.span, tool_.name, key.Text());
      found.At("not in the manifest");
      SuggestName(found, key.span, key.Text(), names, "arguments");
      return false;
    }
    argument.path.emplace_back(name);
    if (!field->is_required) argument.optional.insert(argument.path);
    argument.type = &field->type;
    return true;
  }

  bool ReportUnknownType(const syntax::Key& key, const tools::Type& type) {
    context_.Report(diag::kArgumentOfUnknownType, key.span, key.Text(), type.why)
        .At("cannot be compared")
        .Note("which type the gateway gives to it is not documented");
    return false;
  }

  bool CheckOperator(const syntax::Comparison& comparison, const Argument& argument) {
    const tools::Type& type = *argument.type;
    if (comparison.op == Operator::kPresent) return true;
    if (type.kind == TypeKind::kUnknown) return ReportUnknownType(comparison.key, type);
    const bool is_set = type.kind == TypeKind::kSet;
    const tools::Type& each = is_set ? type.element.front() : type;
    if (is_set && each.kind == TypeKind::kUnknown) return ReportUnknownType(comparison.key, each);
    const bool of_parts = each.kind == TypeKind::kRecord || each.kind == TypeKind::kSet;
    if (Fits(comparison.op, type) && !of_parts) return true;
    auto& found = context_.Report(diag::kArgumentOperator, comparison.op_span,
                                  syntax::OperatorText(comparison.op), comparison.key.Text(),
                                  tools::Describe(type));
    found.At("does not compare these");
    if (is_set && !of_parts) found.Suggest("write `includes VALUE` or `in [VALUE, …]`");
    if (type.kind == TypeKind::kRecord) found.Suggest("compare what is in it");
    return false;
  }

  /// An argument that a call may lack is compared only where it is known to be there: what its
  /// absence means would be read in two ways.
  bool CheckThere(const syntax::Comparison& comparison, const syntax::Cond& cond,
                  const Argument& argument, const Paths& known) {
    if (comparison.op == Operator::kPresent) return true;
    if (std::ranges::includes(known, argument.optional)) return true;
    const std::string key = comparison.key.Text();
    const std::string said(context_.sources.text(cond.span));
    const std::string patched = fmt::format("{} and {}", key, said);
    const bool is_whole = &cond == whole_;
    context_.Report(diag::kArgumentMayBeAbsent, comparison.key.span, key)
        .At("compared without asking whether it is there")
        .Patch("ask first", cond.span, is_whole ? patched : "(" + patched + ")");
    return false;
  }

  bool CheckValues(const syntax::Comparison& comparison, const Argument& argument) {
    const bool is_set = argument.type->kind == TypeKind::kSet;
    const tools::Type& type = is_set ? argument.type->element.front() : *argument.type;
    return std::ranges::all_of(comparison.values, [&](const syntax::Value& value) {
      return CheckValue(comparison, type, value);
    });
  }

  bool CheckValue(const syntax::Comparison& comparison, const tools::Type& type,
                  const syntax::Value& value) {
    const auto* literal = std::get_if<syntax::Literal>(&value.form);
    const std::string text(literal != nullptr ? std::string_view(literal->text)
                                              : context_.sources.text(value.span));
    const auto refuse = [&](std::string_view at) {
      auto& found = context_.Report(diag::kArgumentValue, value.span, comparison.key.Text(),
                                    tools::Describe(type), text);
      found.At(std::string(at));
      if (literal != nullptr && literal->kind == syntax::Literal::Kind::kName &&
          type.kind == TypeKind::kString) {
        found.Patch("write a text", value.span, "\"" + text + "\"");
      }
      return false;
    };
    if (literal == nullptr) return refuse("compare with a value");
    using LiteralKind = syntax::Literal::Kind;
    switch (type.kind) {
      case TypeKind::kString:
        if (literal->kind != LiteralKind::kString) return refuse("not a text");
        if (text.find("${") != std::string::npos) return refuse("Cedar has no policy variables");
        if (comparison.op == Operator::kLike && text.find('?') != std::string::npos) {
          return refuse("Cedar's `like` has no `?`");
        }
        return true;
      case TypeKind::kLong:
        return (literal->kind == LiteralKind::kNumber && IsLong(text)) ||
               refuse("not a whole number of 64 bits");
      case TypeKind::kDecimal:
        return (literal->kind == LiteralKind::kNumber && IsDecimal(text)) ||
               refuse("not a number of at most four decimals");
      case TypeKind::kBool:
        return (literal->kind == LiteralKind::kName && (text == "true" || text == "false")) ||
               refuse("not `true` or `false`");
      default:
        return refuse("cannot be compared");
    }
  }

  Context& context_;
  const tools::Tool& tool_;
  bool& good_;
  const syntax::Cond* whole_ = nullptr;  ///< of the clause that is read
};

}  // namespace

intent::ArgumentCondition BuildArguments(Context& context, const std::vector<Clause>& clauses,
                                         const tools::Tool& tool, bool& good) {
  return Builder(context, tool, good).Run(clauses);
}

}  // namespace writ::sema

#include "program/sema/absence.h"

#include <algorithm>
#include <array>

#include "facts/catalog/table.h"

namespace writ::sema {
namespace {

/// In lower case: keys are compared without case.
constexpr std::array<std::string_view, 10> kAlwaysPresent{"aws:currenttime",
                                                          "aws:epochtime",
                                                          "aws:principalaccount",
                                                          "aws:principalarn",
                                                          "aws:principalisawsservice",
                                                          "aws:principaltype",
                                                          "aws:requestedregion",
                                                          "aws:securetransport",
                                                          "aws:userid",
                                                          "aws:viaawsservice"};

bool Is(const std::string& key, std::string_view other) {
  return catalog::LowerCase(key) == catalog::LowerCase(other);
}

std::vector<std::string> VariablesOf(const syntax::Comparison& comparison) {
  std::vector<std::string> keys;
  for (const syntax::Value& value : comparison.values) {
    if (const auto* key = std::get_if<syntax::Key>(&value.form)) {
      keys.push_back(catalog::LowerCase(key->Text()));
      continue;
    }
    for (const std::string& key :
         VariablesWithoutDefault(std::get<syntax::Literal>(value.form).text)) {
      keys.push_back(catalog::LowerCase(key));
    }
  }
  return keys;
}

Formula Convert(const syntax::Cond& cond, bool negate, const Clause& clause) {
  Formula result;
  switch (cond.kind) {
    case syntax::Cond::Kind::kNot:
      return Convert(cond.operands[0], !negate, clause);
    case syntax::Cond::Kind::kAnd:
    case syntax::Cond::Kind::kOr: {
      const bool all = (cond.kind == syntax::Cond::Kind::kAnd) != negate;
      result.kind = all ? Formula::Kind::kAll : Formula::Kind::kAny;
      for (const syntax::Cond& operand : cond.operands)
        result.operands.push_back(Convert(operand, negate, clause));
      return result;
    }
    case syntax::Cond::Kind::kComparison:
      result.kind = Formula::Kind::kLiteral;
      result.leaf = &cond;
      result.key = catalog::LowerCase(cond.comparison->key.Text());
      result.variables = VariablesOf(*cond.comparison);
      result.negative = negate != (cond.comparison->op == syntax::Comparison::Operator::kNotEqual);
      result.inside_negation = negate;
      result.clause = &clause;
      return result;
  }
  return result;
}

/// The value when `key` is absent and everything else is as good as can be.
bool AtBest(const Formula& formula, const std::vector<std::string_view>& keys) {
  switch (formula.kind) {
    case Formula::Kind::kLiteral: {
      const bool absent = std::any_of(keys.begin(), keys.end(),
                                      [&](std::string_view key) { return IsAbout(formula, key); });
      return absent ? formula.negative : true;
    }
    case Formula::Kind::kAll:
      return std::all_of(formula.operands.begin(), formula.operands.end(),
                         [&](const Formula& operand) { return AtBest(operand, keys); });
    case Formula::Kind::kAny:
      return std::any_of(formula.operands.begin(), formula.operands.end(),
                         [&](const Formula& operand) { return AtBest(operand, keys); });
  }
  return true;
}

void CollectKeys(const Formula& formula, std::vector<std::string>& keys) {
  if (formula.kind == Formula::Kind::kLiteral) {
    keys.push_back(formula.key);
    keys.insert(keys.end(), formula.variables.begin(), formula.variables.end());
  }
  for (const Formula& operand : formula.operands) CollectKeys(operand, keys);
}

}  // namespace

Formula WhenItApplies(const std::vector<Clause>& clauses) {
  Formula all;
  for (const Clause& clause : clauses)
    all.operands.push_back(Convert(*clause.cond, clause.kind != Clause::Kind::kWhen, clause));
  return all;
}

Formula Negated(Formula formula) {
  switch (formula.kind) {
    case Formula::Kind::kLiteral:
      formula.negative = !formula.negative;
      break;
    case Formula::Kind::kAll:
      formula.kind = Formula::Kind::kAny;
      break;
    case Formula::Kind::kAny:
      formula.kind = Formula::Kind::kAll;
      break;
  }
  for (Formula& operand : formula.operands) operand = Negated(std::move(operand));
  return formula;
}

const Formula* HoldsByAbsence(const Formula& formula, const std::string& key) {
  switch (formula.kind) {
    case Formula::Kind::kLiteral:
      return formula.negative && IsAbout(formula, key) ? &formula : nullptr;
    case Formula::Kind::kAny:
      for (const Formula& operand : formula.operands)
        if (const Formula* found = HoldsByAbsence(operand, key)) return found;
      return nullptr;
    case Formula::Kind::kAll:
      if (!AtBest(formula, {key})) return nullptr;
      for (const Formula& operand : formula.operands)
        if (const Formula* found = HoldsByAbsence(operand, key)) return found;
      return nullptr;
  }
  return nullptr;
}

bool CanHoldWithout(const Formula& formula, const std::vector<std::string_view>& keys) {
  return AtBest(formula, keys);
}

std::vector<std::string> KeysOf(const Formula& formula) {
  std::vector<std::string> keys;
  CollectKeys(formula, keys);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

bool IsAbout(const Formula& literal, std::string_view key) {
  return Is(literal.key, key) ||
         std::any_of(literal.variables.begin(), literal.variables.end(),
                     [&](const std::string& variable) { return Is(variable, key); });
}

std::vector<std::string> VariablesWithoutDefault(std::string_view text) {
  std::vector<std::string> keys;
  for (std::size_t at = text.find("${"); at != std::string_view::npos;
       at = text.find("${", at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const std::string_view key = text.substr(at + 2, end - at - 2);
    const bool is_escape = key == "*" || key == "?" || key == "$";
    if (!is_escape && key.find(',') == std::string_view::npos) keys.emplace_back(key);
  }
  return keys;
}

bool IsAlwaysPresent(std::string_view key) {
  const std::string name = catalog::LowerCase(key);
  return std::find(kAlwaysPresent.begin(), kAlwaysPresent.end(), name) != kAlwaysPresent.end();
}

bool IsPresentOfMembers(std::string_view key) {
  const std::string name = catalog::LowerCase(key);
  return IsAlwaysPresent(key) || name == "aws:principalorgid" || name == "aws:principalorgpaths";
}

}  // namespace writ::sema

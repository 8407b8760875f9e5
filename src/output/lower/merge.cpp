#include "merge.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace writ::lower {
namespace {

using policy::Statement;

template <class Value>
void Unite(std::vector<Value>& into, const std::vector<Value>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::ranges::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

/// Whether the values of a condition are alternatives, any of which suffices.
bool IsDisjunctive(const policy::Condition& condition) {
  if (condition.op.base == policy::BaseOperator::kNull) return false;
  if (condition.op.set == policy::SetQualifier::kForAllValues) return false;
  return !policy::IsNegated(condition.op.base);
}

/// The one list in which statements that are merged may differ.
struct Part {
  enum class Kind { kActions, kResources, kCondition };
  Kind kind = Kind::kActions;
  std::size_t condition = 0;  ///< index, for kCondition

  /// The list, or nullptr if the statement has none that may be united.
  [[nodiscard]] std::vector<std::string>* In(Statement& statement) const;
};

std::vector<std::string>* Part::In(Statement& statement) const {
  switch (kind) {
    case Kind::kActions:
      return statement.action.sense == policy::Sense::kListed ? &statement.action.values : nullptr;
    case Kind::kResources:
      return statement.resource && statement.resource->sense == policy::Sense::kListed
                 ? &statement.resource->values
                 : nullptr;
    case Kind::kCondition:
      return condition < statement.conditions.size() &&
                     IsDisjunctive(statement.conditions[condition])
                 ? &statement.conditions[condition].values
                 : nullptr;
  }
  return nullptr;
}

/// Orders statements of which Part::In gives a list as if that list were empty.
struct Apart {
  Part part;

  bool operator()(const Statement* a, const Statement* b) const {
    using Kind = Part::Kind;
    const auto rest = [](const Statement& s) { return std::tie(s.sid, s.effect, s.principal); };
    if (const auto order = rest(*a) <=> rest(*b); order != 0) return order < 0;
    if (part.kind != Kind::kActions && a->action != b->action) return a->action < b->action;
    if (part.kind != Kind::kResources && a->resource != b->resource) {
      return a->resource < b->resource;
    }
    if (part.kind != Kind::kCondition) return a->conditions < b->conditions;
    if (a->conditions.size() != b->conditions.size()) {
      return a->conditions.size() < b->conditions.size();
    }
    for (std::size_t n = 0; n < a->conditions.size(); ++n) {
      const policy::Condition& one = a->conditions[n];
      const policy::Condition& other = b->conditions[n];
      if (n != part.condition && one != other) return one < other;
      const auto order = std::tie(one.op, one.key) <=> std::tie(other.op, other.key);
      if (order != 0) return order < 0;
    }
    return false;
  }
};

/// Merges statements that differ in this part only, uniting it.
bool MergeBy(std::vector<Sourced>& statements, Part part) {
  std::vector<Sourced> kept;
  kept.reserve(statements.size());  // the keys below are addresses of its elements
  std::map<const Statement*, std::size_t, Apart> kept_at(Apart{part});
  for (Sourced& sourced : statements) {
    std::vector<std::string>* const list = part.In(sourced.statement);
    if (list == nullptr) {
      kept.push_back(std::move(sourced));
      continue;
    }
    const auto at = kept_at.find(&sourced.statement);
    if (at == kept_at.end()) {
      kept.push_back(std::move(sourced));
      kept_at.emplace(&kept.back().statement, kept.size() - 1);
      continue;
    }
    Sourced& first = kept[at->second];
    Unite(*part.In(first.statement), *list);
    Unite(first.from, sourced.from);
    Unite(first.callers, sourced.callers);
  }
  const bool merged = kept.size() < statements.size();
  statements = std::move(kept);
  return merged;
}

/// "*" beside other resources or actions says it all.
void DropCovered(std::vector<std::string>& values) {
  if (values.size() > 1 && std::ranges::find(values, "*") != values.end()) values = {"*"};
}

}  // namespace

std::vector<Sourced> Merge(std::vector<Sourced> statements) {
  const auto widest = [&] {
    std::size_t n = 0;
    for (const Sourced& s : statements) n = std::max(n, s.statement.conditions.size());
    return n;
  };
  bool changed = true;
  while (changed) {
    for (Sourced& sourced : statements) {
      if (sourced.statement.resource) DropCovered(sourced.statement.resource->values);
      DropCovered(sourced.statement.action.values);
    }
    changed = MergeBy(statements, {Part::Kind::kResources});
    changed = MergeBy(statements, {Part::Kind::kActions}) || changed;
    for (std::size_t n = 0; n < widest(); ++n) {
      changed = MergeBy(statements, {Part::Kind::kCondition, n}) || changed;
    }
  }
  std::ranges::sort(statements, {}, &Sourced::statement);
  return statements;
}

}  // namespace writ::lower

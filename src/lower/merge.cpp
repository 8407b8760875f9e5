#include "merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace writ::lower {
namespace {

using policy::Statement;

void Unite(std::vector<std::string>& into, const std::vector<std::string>& more) {
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

/// Merges statements that are equal after `forget` (which empties one list), uniting that list.
template <class Forget, class List>
bool MergeBy(std::vector<Sourced>& statements, Forget forget, List list) {
  std::map<Statement, std::size_t> kept_at;
  std::vector<Sourced> kept;
  for (Sourced& sourced : statements) {
    Statement key = sourced.statement;
    if (!forget(key)) {
      kept.push_back(std::move(sourced));
      continue;
    }
    const auto [at, is_new] = kept_at.emplace(std::move(key), kept.size());
    if (is_new) {
      kept.push_back(std::move(sourced));
      continue;
    }
    Sourced& first = kept[at->second];
    Unite(list(first.statement), list(sourced.statement));
    Unite(first.from, sourced.from);
  }
  const bool merged = kept.size() < statements.size();
  statements = std::move(kept);
  return merged;
}

bool MergeActions(std::vector<Sourced>& statements) {
  return MergeBy(
      statements,
      [](Statement& s) {
        if (s.action.sense != policy::Sense::kListed) return false;
        s.action.values.clear();
        return true;
      },
      [](Statement& s) -> std::vector<std::string>& { return s.action.values; });
}

bool MergeResources(std::vector<Sourced>& statements) {
  return MergeBy(
      statements,
      [](Statement& s) {
        if (!s.resource || s.resource->sense != policy::Sense::kListed) return false;
        s.resource->values.clear();
        return true;
      },
      [](Statement& s) -> std::vector<std::string>& { return s.resource->values; });
}

/// Merges over the values of the `n`th condition.
bool MergeCondition(std::vector<Sourced>& statements, std::size_t n) {
  return MergeBy(
      statements,
      [n](Statement& s) {
        if (n >= s.conditions.size() || !IsDisjunctive(s.conditions[n])) return false;
        s.conditions[n].values.clear();
        return true;
      },
      [n](Statement& s) -> std::vector<std::string>& { return s.conditions[n].values; });
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
    changed = MergeResources(statements);
    changed = MergeActions(statements) || changed;
    for (std::size_t n = 0; n < widest(); ++n) changed = MergeCondition(statements, n) || changed;
  }
  std::ranges::sort(statements, {}, &Sourced::statement);
  return statements;
}

}  // namespace writ::lower

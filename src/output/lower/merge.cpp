#include "merge.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace writ::lower {
namespace {

using policy::Statement;

template <class Value>
void SortUnique(std::vector<Value>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// A statement that others are merged into. Its lists are sorted when they have doubled, not for
/// each that is added: many with long lists would cost their number times the length otherwise.
class Uniting {
 public:
  Uniting(std::size_t at, std::size_t size) : at_(at), settled_(size) {}

  [[nodiscard]] std::size_t at() const { return at_; }

  void Add(Sourced& into, std::vector<std::string>& list, Sourced& more,
           std::vector<std::string>& more_of_list) {
    has_more_ = true;
    Append(list, more_of_list);
    Append(into.from, more.from);
    Append(into.callers, more.callers);
    if (Size(into, list) < kSlack + 2 * settled_) return;
    Settle(into, list);
    settled_ = Size(into, list);
  }

  /// After the last.
  void Finish(Sourced& into, std::vector<std::string>& list) const {
    if (has_more_) Settle(into, list);
  }

  static std::size_t Size(const Sourced& sourced, const std::vector<std::string>& list) {
    return list.size() + sourced.from.size() + sourced.callers.size();
  }

 private:
  static constexpr std::size_t kSlack = 64;

  template <class Value>
  static void Append(std::vector<Value>& into, std::vector<Value>& more) {
    into.insert(into.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
  }

  static void Settle(Sourced& into, std::vector<std::string>& list) {
    SortUnique(list);
    SortUnique(into.from);
    SortUnique(into.callers);
  }

  std::size_t at_;       ///< its index
  std::size_t settled_;  ///< how many values there were when they were sorted last
  bool has_more_ = false;
};

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
  std::map<const Statement*, Uniting, Apart> kept_at(Apart{part});
  for (Sourced& sourced : statements) {
    std::vector<std::string>* const list = part.In(sourced.statement);
    if (list == nullptr) {
      kept.push_back(std::move(sourced));
      continue;
    }
    const auto at = kept_at.find(&sourced.statement);
    if (at == kept_at.end()) {
      const std::size_t size = Uniting::Size(sourced, *list);
      kept.push_back(std::move(sourced));
      kept_at.emplace(&kept.back().statement, Uniting(kept.size() - 1, size));
      continue;
    }
    Sourced& first = kept[at->second.at()];
    at->second.Add(first, *part.In(first.statement), sourced, *list);
  }
  for (const auto& [statement, uniting] : kept_at) {
    Sourced& first = kept[uniting.at()];
    uniting.Finish(first, *part.In(first.statement));
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

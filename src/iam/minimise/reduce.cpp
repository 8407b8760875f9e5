#include "reduce.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "elements.h"

namespace writ::minimise {
namespace {

using policy::Patterns;
using policy::Sense;
using policy::Statement;
using Texts = std::vector<std::string>;
using Others = std::vector<const Statement*>;

/// Drops texts that others of the list include; returns how many. Linear but for wildcards.
std::size_t TidyTexts(ElementKind kind, Texts& texts) {
  const std::vector<Element> elements = ParseElements(kind, texts);
  std::vector<bool> is_out(texts.size());
  std::vector<std::size_t> wide;
  std::vector<std::pair<std::string_view, std::size_t>> sorted;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].has_wildcard) wide.push_back(i);
    sorted.emplace_back(elements[i].glob, i);
  }
  std::ranges::sort(sorted);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].first == sorted[i - 1].first) is_out[sorted[i].second] = true;
  }
  for (const std::size_t w : wide) {
    for (std::size_t i = 0; i < elements.size() && !is_out[w]; ++i) {
      if (i == w || is_out[i] || !Includes(elements[w], elements[i])) continue;
      // Of two that include each other the first stays.
      if (Includes(elements[i], elements[w]) && i < w) continue;
      is_out[i] = true;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (is_out[i]) continue;
    if (kept != i) texts[kept] = std::move(texts[i]);
    ++kept;
  }
  const std::size_t dropped = texts.size() - kept;
  texts.resize(kept);
  return dropped;
}

/// One list of a statement that elements can be taken from.
struct List {
  ElementKind kind;
  Texts* texts;
  bool is_negated;  ///< it says what is left out: fewer texts apply to more
};

std::vector<List> ListsOf(Statement& statement) {
  std::vector<List> lists;
  lists.push_back(
      {ElementKind::kAction, &statement.action.values, statement.action.sense == Sense::kAllBut});
  if (statement.resource) {
    lists.push_back({ElementKind::kResource, &statement.resource->values,
                     statement.resource->sense == Sense::kAllBut});
  }
  for (policy::Condition& condition : statement.conditions) {
    const bool is_plain = condition.op.set == policy::SetQualifier::kNone;
    if (IsDisjunctive(condition.op)) {
      lists.push_back({ValueKind(condition.op), &condition.values, false});
    } else if (is_plain && policy::IsNegated(condition.op.base)) {
      lists.push_back({ValueKind(condition.op), &condition.values, true});
    }
  }
  return lists;
}

class Reducer {
 public:
  Reducer(std::vector<Statement>& statements, Oracle& oracle)
      : statements_(statements), oracle_(oracle) {}

  Dropped Run() {
    // From the end, so that of two equal statements the first stays.
    for (std::size_t i = statements_.size(); i-- > 0;) {
      const Others others = OthersOf(i);
      if (!others.empty() && statements_.size() > 1 && oracle_.IsCovered(statements_[i], others)) {
        statements_.erase(statements_.begin() + static_cast<std::ptrdiff_t>(i));
        ++dropped_.statements;
        continue;
      }
      ReduceLists(statements_[i], others);
      ReduceConditions(statements_[i], others);
    }
    return dropped_;
  }

 private:
  [[nodiscard]] Others OthersOf(std::size_t index) const;
  void ReduceLists(Statement& statement, const Others& others);
  void ReduceList(Statement& statement, std::size_t list, const Others& others);
  void ReduceConditions(Statement& statement, const Others& others);

  std::vector<Statement>& statements_;
  Oracle& oracle_;
  Dropped dropped_;
};

/// Statements that may say what statement `index` says: of the same effect or, for what is allowed,
/// a Deny.
Others Reducer::OthersOf(std::size_t index) const {
  Others others;
  const Statement& statement = statements_[index];
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    const Statement& other = statements_[i];
    const bool counts = other.effect == statement.effect || other.effect == policy::Effect::kDeny;
    if (i != index && counts && MayOverlap(other, statement)) others.push_back(&other);
  }
  return others;
}

void Reducer::ReduceLists(Statement& statement, const Others& others) {
  const std::size_t lists = ListsOf(statement).size();
  for (std::size_t l = 0; l < lists; ++l) ReduceList(statement, l, others);
}

void Reducer::ReduceList(Statement& statement, std::size_t list, const Others& others) {
  const bool is_negated = ListsOf(statement)[list].is_negated;
  const ElementKind kind = ListsOf(statement)[list].kind;
  // The statement with one element of the list.
  Statement part = statement;
  for (std::size_t e = ListsOf(statement)[list].texts->size(); e-- > 0;) {
    const Texts& texts = *ListsOf(statement)[list].texts;
    if (texts.size() < 2) return;
    const Element element = ParseElement(kind, texts[e]);
    bool has_near = !others.empty();
    for (std::size_t n = 0; n < texts.size() && !has_near && element.has_wildcard; ++n) {
      has_near = n != e && MayOverlap(ParseElement(kind, texts[n]), element);
    }
    if (!has_near) continue;
    Statement without = statement;
    Texts& fewer = *ListsOf(without)[list].texts;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(e));
    Others covering = others;
    if (is_negated) {
      covering.push_back(&statement);
    } else {
      *ListsOf(part)[list].texts = {texts[e]};
      covering.push_back(&without);
    }
    if (!oracle_.IsCovered(is_negated ? without : part, covering)) continue;
    statement = std::move(without);
    ++dropped_.elements;
  }
}

void Reducer::ReduceConditions(Statement& statement, const Others& others) {
  for (std::size_t c = statement.conditions.size(); c-- > 0;) {
    const std::string key = statement.conditions[c].key;
    const auto about = [&](const policy::Condition& condition) {
      return policy::EqualIgnoringCase(condition.key, key);
    };
    const bool is_twice = std::ranges::count_if(statement.conditions, about) > 1;
    const bool is_elsewhere = std::ranges::any_of(others, [&](const Statement* other) {
      return std::ranges::any_of(other->conditions, about);
    });
    if (!is_twice && !is_elsewhere) continue;
    Statement without = statement;
    without.conditions.erase(without.conditions.begin() + static_cast<std::ptrdiff_t>(c));
    Others covering = others;
    covering.push_back(&statement);
    if (!oracle_.IsCovered(without, covering)) continue;
    statement = std::move(without);
    ++dropped_.conditions;
  }
}

}  // namespace

Dropped Tidy(std::vector<Statement>& statements) {
  Dropped dropped;
  for (Statement& statement : statements) {
    for (const List& list : ListsOf(statement))
      dropped.elements += TidyTexts(list.kind, *list.texts);
  }
  return dropped;
}

Dropped Reduce(std::vector<Statement>& statements, Oracle& oracle) {
  return Reducer(statements, oracle).Run();
}

}  // namespace writ::minimise

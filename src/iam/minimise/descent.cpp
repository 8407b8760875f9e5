#include "iam/minimise/descent.h"

#include <algorithm>

#include "elements.h"

namespace writ::minimise {
namespace {

using policy::Condition;
using policy::Statement;

/// Whether two conditions on one key, of one operator, may both hold.
bool MayBothHold(const Condition& a, const Condition& b) {
  if (!IsDisjunctive(a.op)) return a.values == b.values;
  const ElementKind kind = ValueKind(a.op);
  const std::vector<Element> others = ParseElements(kind, b.values);
  return std::ranges::any_of(a.values, [&](const std::string& text) {
    const Element element = ParseElement(kind, text);
    return std::ranges::any_of(others,
                               [&](const Element& other) { return MayOverlap(element, other); });
  });
}

/// Whether `child` may say something of what `parent` says: of the same effect and principals,
/// about common actions and resources, under no condition that the parent lacks.
bool Descends(const Statement& child, const Statement& parent) {
  if (child.effect != parent.effect) return false;
  if (child.principal.has_value() != parent.principal.has_value()) return false;
  if (!MayOverlap(child, parent)) return false;
  return std::ranges::all_of(child.conditions, [&](const Condition& condition) {
    return std::ranges::any_of(parent.conditions, [&](const Condition& other) {
      return other.op == condition.op && policy::EqualIgnoringCase(other.key, condition.key) &&
             MayBothHold(condition, other);
    });
  });
}

}  // namespace

std::vector<std::vector<std::size_t>> DescentOf(const std::vector<Statement>& before,
                                                const std::vector<Statement>& after) {
  std::vector<std::vector<std::size_t>> descent(after.size());
  for (std::size_t b = 0; b < before.size(); ++b) {
    bool is_named = false;
    for (std::size_t a = 0; a < after.size(); ++a) {
      if (!Descends(after[a], before[b])) continue;
      descent[a].push_back(b);
      is_named = true;
    }
    // What others of another shape said as well: all that may have.
    for (std::size_t a = 0; a < after.size() && !is_named; ++a) {
      const bool same = after[a].effect == before[b].effect;
      if (same && MayOverlap(after[a], before[b])) descent[a].push_back(b);
    }
  }
  return descent;
}

}  // namespace writ::minimise

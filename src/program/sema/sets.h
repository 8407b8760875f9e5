// Set expressions: one sort each, read as a permission (exact ids of the catalog that are active)
// or as a prohibition (patterns that also cover what may come). After `except` the other reading
// holds, so a permission never grows and a prohibition never shrinks by what is not known.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// Sorts that a place accepts.
using SortMask = std::bitset<16>;
[[nodiscard]] SortMask Only(std::initializer_list<Sort> sorts);
[[nodiscard]] SortMask AnySort();
/// "models, agents or flows".
[[nodiscard]] std::string MaskWords(SortMask mask);

/// What is in both; both are sorted.
template <class T>
[[nodiscard]] std::vector<T> Common(const std::vector<T>& one, const std::vector<T>& other) {
  std::vector<T> result;
  std::ranges::set_intersection(one, other, std::back_inserter(result));
  return result;
}

/// One model id that a permission speaks of.
struct ModelChoice {
  const catalog::Model* model = nullptr;  ///< null: not in the catalog
  const catalog::ModelId* id = nullptr;   ///< null: not in the catalog
  std::string text;                       ///< the id
  Span span;                              ///< the term that named it
  bool single = false;                    ///< named by itself, not as a member of a set
};

/// Something named by itself, for messages about it alone.
struct Named {
  std::string name;
  Span span;
};

/// The value of a set expression; which members are filled follows from `sort` and the reading.
struct Set {
  bool good = false;  ///< false: reported, nothing else is filled
  Sort sort = Sort::kModels;
  Span span;
  std::vector<intent::AccountIndex> accounts;  ///< sorted; management included
  std::vector<intent::NodeIndex> units;        ///< as intent::Holder::units
  std::vector<Named> singles;                  ///< accounts and regions named one by one
  intent::RegionScope regions;                 ///< a permission's is always a list
  std::vector<ModelChoice> choices;            ///< models of a permission, by id
  intent::ModelPatterns patterns;              ///< models of a prohibition
  std::vector<const catalog::Model*> models;   ///< of these, those named by themselves
  std::vector<std::uint32_t> indices;          ///< teams, guardrails, endpoints: sorted
  std::vector<std::string> names;              ///< kinds, sorted
  intent::Profiles profiles;
  intent::Things things;
};

/// Evaluates; reports unknown names, mixed or unwanted sorts and the empty set. `environment` may
/// be null.
[[nodiscard]] Set Evaluate(Context& context, const syntax::SetExpr& expr, Reading reading,
                           SortMask mask, const Environment* environment);

/// The checks of Evaluate but the one for emptiness, for a value that is not used here.
bool CheckSort(Context& context, const syntax::SetExpr& expr, SortMask mask,
               const Environment* environment);

/// The sort of a set without parameters; nothing if it is wrong, which is reported.
[[nodiscard]] std::optional<Sort> SortOf(Context& context, const syntax::SetExpr& expr);

/// Both sorted: the members of both.
[[nodiscard]] std::vector<intent::AccountIndex> Intersect(
    const std::vector<intent::AccountIndex>& one, const std::vector<intent::AccountIndex>& other);
[[nodiscard]] intent::RegionScope Intersect(const intent::RegionScope& one,
                                            const intent::RegionScope& other);

/// Ids of the catalog that the patterns cover, sorted.
[[nodiscard]] std::vector<std::string> KnownIds(const catalog::Catalog& catalog,
                                                const intent::ModelPatterns& patterns);
[[nodiscard]] bool Covers(const intent::ModelPatterns& patterns, std::string_view id);

}  // namespace writ::sema

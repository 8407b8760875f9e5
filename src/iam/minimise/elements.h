// What can be said of single elements of a policy (actions, resources, values) by their texts:
// whether one includes another, whether two can have anything in common. Quick and one-sided: "no"
// to inclusion and "yes" to overlap may be wrong, the opposite not. They guide the search; proofs
// are decide's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/document.h"

namespace writ::minimise {

/// How the texts of a list are compared.
enum class ElementKind {
  kAction,    ///< globs, case ignored
  kResource,  ///< ARN patterns, segment by segment
  kGlob,      ///< globs
  kExact,     ///< equal texts only
};

/// One text, taken apart once.
struct Element {
  ElementKind kind = ElementKind::kExact;
  std::string text;  ///< as written
  std::string glob;  ///< what is compared: case folded for actions, wildcards as policy::kAnyRun
  bool has_wildcard = false;
  bool has_variable = false;
};

[[nodiscard]] Element ParseElement(ElementKind kind, std::string_view text);

/// Whether everything that matches `narrow` matches `wide`.
[[nodiscard]] bool Includes(const Element& wide, const Element& narrow);
/// Whether something may match both.
[[nodiscard]] bool MayOverlap(const Element& a, const Element& b);
/// Whether two spellings are one element.
[[nodiscard]] bool IsSame(const Element& a, const Element& b);

[[nodiscard]] std::vector<Element> ParseElements(ElementKind kind,
                                                 const std::vector<std::string>& texts);

/// Whether the values of a condition are alternatives, any of which suffices.
[[nodiscard]] bool IsDisjunctive(const policy::Operator& op);
/// How the values of an operator are compared.
[[nodiscard]] ElementKind ValueKind(const policy::Operator& op);

/// Whether two statements may apply to one request, judged by actions and resources.
[[nodiscard]] bool MayOverlap(const policy::Statement& a, const policy::Statement& b);
/// What `other` says where `part` applies: the same without actions and resources that have nothing
/// in common with those of `part`. Nothing if none is left. On requests to which `part` applies
/// both are the same.
[[nodiscard]] std::optional<policy::Statement> NarrowedTo(const policy::Statement& part,
                                                          const policy::Statement& other);
/// Whether `wide` applies wherever `narrow` does, as far as their texts show it.
[[nodiscard]] bool Includes(const policy::Statement& wide, const policy::Statement& narrow);

}  // namespace writ::minimise

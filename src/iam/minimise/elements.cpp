#include "elements.h"

#include <algorithm>
#include <optional>

#include "iam/policy/pattern.h"

namespace writ::minimise {
namespace {

using policy::BaseOperator;
using policy::kAnyOne;
using policy::kAnyRun;

/// Wildcards become the bytes that MatchesGlob knows; `${…}` stays text.
std::string ToGlob(std::string_view text, Element& element) {
  std::string glob;
  glob.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      const std::size_t end = text.find('}', i);
      if (end != std::string_view::npos) {
        element.has_variable = true;
        glob += text.substr(i, end - i + 1);
        i = end;
        continue;
      }
    }
    const char c = text[i];
    if (c == '*' || c == '?') {
      element.has_wildcard = true;
      glob += c == '*' ? kAnyRun : kAnyOne;
    } else {
      glob += c;
    }
  }
  return glob;
}

bool IncludesGlob(std::string_view wide, std::string_view narrow) {
  if (wide == narrow) return true;
  // `?` would take the byte of a `*` for one character.
  if (wide.find(kAnyOne) != std::string_view::npos &&
      narrow.find(kAnyRun) != std::string_view::npos) {
    return false;
  }
  return policy::MatchesGlob(wide, narrow);
}

/// The text before the first wildcard or variable.
std::string_view Head(std::string_view glob) {
  const std::size_t end = std::min({glob.find(kAnyRun), glob.find(kAnyOne), glob.find("${")});
  return glob.substr(0, end);
}

/// The text after the last wildcard or variable.
std::string_view Tail(std::string_view glob) {
  const std::string_view stops("\xFF\xFE}", 3);
  const std::size_t last = glob.find_last_of(stops);
  return last == std::string_view::npos ? glob : glob.substr(last + 1);
}

bool GlobsMayOverlap(const Element& a, const Element& b) {
  const bool a_plain = !a.has_wildcard && !a.has_variable;
  const bool b_plain = !b.has_wildcard && !b.has_variable;
  if (a_plain && b_plain) return a.glob == b.glob;
  if (b_plain && !a.has_variable) return policy::MatchesGlob(a.glob, b.glob);
  if (a_plain && !b.has_variable) return policy::MatchesGlob(b.glob, a.glob);
  const std::string_view head_a = Head(a.glob);
  const std::string_view head_b = Head(b.glob);
  if (!head_a.starts_with(head_b) && !head_b.starts_with(head_a)) return false;
  const std::string_view tail_a = Tail(a.glob);
  const std::string_view tail_b = Tail(b.glob);
  return tail_a.ends_with(tail_b) || tail_b.ends_with(tail_a);
}

bool IncludesArn(std::string_view wide, std::string_view narrow) {
  if (wide == narrow || wide == std::string_view(&kAnyRun, 1)) return true;
  const auto wide_segments = policy::SplitArn(wide);
  const auto narrow_segments = policy::SplitArn(narrow);
  if (!wide_segments || !narrow_segments) return false;
  for (std::size_t i = 0; i < wide_segments->size(); ++i) {
    if (!IncludesGlob((*wide_segments)[i], (*narrow_segments)[i])) return false;
  }
  return true;
}

/// Whether each text stands for itself only. Most lists of what is compiled are so, and nothing
/// needs to be taken apart then.
bool ArePlain(const std::vector<std::string>& texts) {
  return std::ranges::all_of(
      texts, [](const std::string& text) { return std::ranges::none_of(text, policy::IsSpecial); });
}

bool IsAmong(ElementKind kind, const std::string& text, const std::vector<std::string>& texts) {
  if (kind != ElementKind::kAction) return std::ranges::find(texts, text) != texts.end();
  return std::ranges::any_of(
      texts, [&](const std::string& other) { return policy::EqualIgnoringCase(text, other); });
}

bool AnyOverlap(ElementKind kind, const std::vector<std::string>& a,
                const std::vector<std::string>& b) {
  if (ArePlain(a) && ArePlain(b)) {
    return std::ranges::any_of(a, [&](const std::string& text) { return IsAmong(kind, text, b); });
  }
  const policy::Case letters =
      kind == ElementKind::kAction ? policy::Case::kFolded : policy::Case::kExact;
  return std::ranges::any_of(a, [&](const std::string& text) {
    return std::ranges::any_of(b, [&](const std::string& other) {
      return policy::BeginsMayAgree(text, other, letters) &&
             MayOverlap(ParseElement(kind, text), ParseElement(kind, other));
    });
  });
}

bool PatternsMayOverlap(ElementKind kind, const policy::Patterns& a, const policy::Patterns& b) {
  const bool a_listed = a.sense == policy::Sense::kListed;
  const bool b_listed = b.sense == policy::Sense::kListed;
  if (a_listed && b_listed) return AnyOverlap(kind, a.values, b.values);
  if (!a_listed && !b_listed) return true;
  // Listed against all but: something listed must not be left out as a whole.
  const policy::Patterns& listed = a_listed ? a : b;
  const std::vector<Element> but = ParseElements(kind, (a_listed ? b : a).values);
  return std::ranges::any_of(listed.values, [&](const std::string& text) {
    const Element element = ParseElement(kind, text);
    return std::ranges::none_of(but, [&](const Element& out) { return Includes(out, element); });
  });
}

/// `other` without texts that have nothing in common with `part`; nothing if it then says nothing.
std::optional<policy::Patterns> Narrowed(ElementKind kind, const policy::Patterns& part,
                                         const policy::Patterns& other) {
  if (part.sense != policy::Sense::kListed) return other;
  const bool are_plain = ArePlain(part.values);
  const std::vector<Element> wanted =
      are_plain ? std::vector<Element>{} : ParseElements(kind, part.values);
  policy::Patterns narrowed{other.sense, {}};
  for (const std::string& text : other.values) {
    bool meets = false;
    if (are_plain && std::ranges::none_of(text, policy::IsSpecial)) {
      meets = IsAmong(kind, text, part.values);
    } else {
      const Element element = ParseElement(kind, text);
      const auto overlaps = [&](const Element& one) { return MayOverlap(element, one); };
      meets = are_plain ? std::ranges::any_of(part.values,
                                              [&](const std::string& one) {
                                                return overlaps(ParseElement(kind, one));
                                              })
                        : std::ranges::any_of(wanted, overlaps);
    }
    if (meets) narrowed.values.push_back(text);
  }
  if (!narrowed.values.empty()) return narrowed;
  if (other.sense == policy::Sense::kListed) return std::nullopt;
  return policy::Patterns{policy::Sense::kListed, {"*"}};
}

/// Whether each of `narrow` is included by one of `wide`.
bool EachIncluded(ElementKind kind, const std::vector<std::string>& wide,
                  const std::vector<std::string>& narrow) {
  if (ArePlain(wide)) {
    return std::ranges::all_of(narrow,
                               [&](const std::string& text) { return IsAmong(kind, text, wide); });
  }
  const std::vector<Element> elements = ParseElements(kind, wide);
  return std::ranges::all_of(narrow, [&](const std::string& text) {
    const Element one = ParseElement(kind, text);
    return std::ranges::any_of(elements,
                               [&](const Element& other) { return Includes(other, one); });
  });
}

bool PatternsInclude(ElementKind kind, const policy::Patterns& wide,
                     const policy::Patterns& narrow) {
  const bool wide_listed = wide.sense == policy::Sense::kListed;
  const bool narrow_listed = narrow.sense == policy::Sense::kListed;
  if (wide_listed && std::ranges::find(wide.values, "*") != wide.values.end()) return true;
  if (wide_listed && narrow_listed) return EachIncluded(kind, wide.values, narrow.values);
  if (!wide_listed && !narrow_listed) return EachIncluded(kind, narrow.values, wide.values);
  return !wide_listed && !PatternsMayOverlap(kind, {policy::Sense::kListed, wide.values}, narrow);
}

bool ConditionIncludes(const policy::Condition& wide, const policy::Condition& narrow) {
  if (wide.op != narrow.op || !policy::EqualIgnoringCase(wide.key, narrow.key)) return false;
  const ElementKind kind = ValueKind(wide.op);
  if (IsDisjunctive(wide.op)) return EachIncluded(kind, wide.values, narrow.values);
  if (policy::IsNegated(wide.op.base) && wide.op.set == policy::SetQualifier::kNone) {
    return EachIncluded(kind, narrow.values, wide.values);
  }
  return wide.values == narrow.values;
}

}  // namespace

Element ParseElement(ElementKind kind, std::string_view text) {
  Element element;
  element.kind = kind;
  element.text = text;
  if (kind == ElementKind::kExact) {
    element.glob = text;
  } else {
    element.glob = kind == ElementKind::kAction ? ToGlob(policy::FoldCase(text), element)
                                                : ToGlob(text, element);
  }
  return element;
}

std::vector<Element> ParseElements(ElementKind kind, const std::vector<std::string>& texts) {
  std::vector<Element> elements;
  elements.reserve(texts.size());
  for (const std::string& text : texts) elements.push_back(ParseElement(kind, text));
  return elements;
}

bool IsSame(const Element& a, const Element& b) { return a.glob == b.glob; }

bool Includes(const Element& wide, const Element& narrow) {
  if (wide.glob == narrow.glob) return true;
  switch (wide.kind) {
    case ElementKind::kExact:
      return false;
    case ElementKind::kResource:
      return wide.has_wildcard && IncludesArn(wide.glob, narrow.glob);
    case ElementKind::kAction:
    case ElementKind::kGlob:
      return wide.has_wildcard && IncludesGlob(wide.glob, narrow.glob);
  }
  return false;
}

bool MayOverlap(const Element& a, const Element& b) {
  return a.kind == ElementKind::kExact ? a.glob == b.glob : GlobsMayOverlap(a, b);
}

bool IsDisjunctive(const policy::Operator& op) {
  if (op.base == BaseOperator::kNull || op.set == policy::SetQualifier::kForAllValues) return false;
  return !policy::IsNegated(op.base);
}

ElementKind ValueKind(const policy::Operator& op) {
  return policy::PositiveOf(op.base) == BaseOperator::kStringLike ? ElementKind::kGlob
                                                                  : ElementKind::kExact;
}

bool MayOverlap(const policy::Statement& a, const policy::Statement& b) {
  if (!PatternsMayOverlap(ElementKind::kAction, a.action, b.action)) return false;
  if (!a.resource || !b.resource) return true;
  return PatternsMayOverlap(ElementKind::kResource, *a.resource, *b.resource);
}

std::optional<policy::Statement> NarrowedTo(const policy::Statement& part,
                                            const policy::Statement& other) {
  std::optional<policy::Patterns> action =
      Narrowed(ElementKind::kAction, part.action, other.action);
  if (!action) return std::nullopt;
  std::optional<policy::Patterns> resource = other.resource;
  if (part.resource && other.resource) {
    resource = Narrowed(ElementKind::kResource, *part.resource, *other.resource);
    if (!resource) return std::nullopt;
  }
  return policy::Statement{other.sid,          other.effect,        other.principal,
                           *std::move(action), std::move(resource), other.conditions};
}

bool Includes(const policy::Statement& wide, const policy::Statement& narrow) {
  const bool anyone = wide.principal && wide.principal->sense == policy::Sense::kListed &&
                      std::ranges::any_of(wide.principal->values, [](const policy::Principal& p) {
                        return p.type == policy::PrincipalType::kEveryone;
                      });
  if (wide.principal != narrow.principal && !anyone) return false;
  if (wide.resource.has_value() != narrow.resource.has_value()) return false;
  if (!PatternsInclude(ElementKind::kAction, wide.action, narrow.action)) return false;
  if (wide.resource && !PatternsInclude(ElementKind::kResource, *wide.resource, *narrow.resource)) {
    return false;
  }
  return std::ranges::all_of(wide.conditions, [&](const policy::Condition& required) {
    return std::ranges::any_of(narrow.conditions, [&](const policy::Condition& given) {
      return ConditionIncludes(required, given);
    });
  });
}

}  // namespace writ::minimise

#include "statements.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/support/check.h"
#include "cover.h"
#include "elements.h"

namespace writ::minimise {
namespace {

using policy::Patterns;
using policy::Sense;
using policy::Statement;

/// More elements of one list are not looked at pair by pair.
constexpr std::size_t kMaxPairwise = 256;
/// Cells of a group that are asked for one by one.
constexpr std::size_t kMaxAskedCells = 512;
/// Comparisons of cells with cells.
constexpr std::size_t kMaxCellPairs = 4'000'000;

/// What the statements of a group have in common: a statement without its lists.
struct Shape {
  Statement frame;
  auto operator<=>(const Shape&) const = default;
};

bool HasPrincipalList(const Statement& statement) {
  if (!statement.principal || statement.principal->sense != Sense::kListed) return false;
  const auto& values = statement.principal->values;
  return std::ranges::all_of(
      values, [&](const policy::Principal& p) { return p.type == values.front().type; });
}

Statement Canonical(Statement statement) {
  for (policy::Condition& condition : statement.conditions) {
    condition.key = policy::FoldCase(condition.key);
    if (!IsDisjunctive(condition.op)) std::ranges::sort(condition.values);
  }
  std::ranges::sort(statement.conditions, {}, [](const policy::Condition& condition) {
    return std::pair(condition.op, condition.key);
  });
  return statement;
}

/// Empties a list; a negated one only if the group takes both senses together.
void Forget(Patterns& patterns, bool takes_both) {
  if (patterns.sense == Sense::kListed || takes_both) {
    patterns = {};
  } else {
    std::ranges::sort(patterns.values);
  }
}

Shape ShapeOf(const Statement& statement, bool both_actions, bool both_resources) {
  Shape shape{Canonical(statement)};
  shape.frame.sid.clear();
  Forget(shape.frame.action, both_actions);
  if (shape.frame.resource) Forget(*shape.frame.resource, both_resources);
  if (HasPrincipalList(statement)) {
    shape.frame.principal->values = {{statement.principal->values.front().type, ""}};
  }
  for (policy::Condition& condition : shape.frame.conditions) {
    if (IsDisjunctive(condition.op)) condition.values.clear();
  }
  return shape;
}

using Group = std::vector<std::size_t>;  ///< indices of statements, ascending

/// Whether lists of both senses can be laid out over the same elements: those must be disjoint, so
/// that each is in a list or not.
bool CanTakeBoth(ElementKind kind, const std::vector<const Patterns*>& lists) {
  std::vector<Element> elements;
  bool is_negated = false;
  for (const Patterns* list : lists) {
    is_negated = is_negated || list->sense == Sense::kAllBut;
    for (const std::string& text : list->values) {
      Element element = ParseElement(kind, text);
      const auto same = [&](const Element& other) { return IsSame(element, other); };
      if (text == "*" || std::ranges::any_of(elements, same)) continue;
      if (elements.size() == kMaxPairwise) return false;
      const auto overlaps = [&](const Element& other) { return MayOverlap(element, other); };
      if (std::ranges::any_of(elements, overlaps)) return false;
      elements.push_back(std::move(element));
    }
  }
  return is_negated || std::ranges::any_of(lists, [](const Patterns* list) {
           return list->values == std::vector<std::string>{"*"};
         });
}

std::vector<Group> GroupsOf(const std::vector<Statement>& statements) {
  std::map<Shape, Group> wide;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    wide[ShapeOf(statements[i], true, true)].push_back(i);
  }
  std::vector<Group> groups;
  for (const auto& [shape, members] : wide) {
    std::vector<const Patterns*> actions;
    std::vector<const Patterns*> resources;
    for (const std::size_t i : members) {
      actions.push_back(&statements[i].action);
      if (statements[i].resource) resources.push_back(&*statements[i].resource);
    }
    const bool both_actions = CanTakeBoth(ElementKind::kAction, actions);
    const bool both_resources =
        !resources.empty() && CanTakeBoth(ElementKind::kResource, resources);
    std::map<Shape, Group> narrow;
    for (const std::size_t i : members) {
      narrow[ShapeOf(statements[i], both_actions, both_resources)].push_back(i);
    }
    for (auto& [unused, group] : narrow) groups.push_back(std::move(group));
  }
  std::ranges::sort(groups);
  return groups;
}

/// One dimension of a group while it is laid out.
struct Axis {
  enum class Part { kAction, kResource, kPrincipal, kCondition };
  Part part = Part::kAction;
  std::size_t condition = 0;  ///< of the canonical statement
  bool has_rest = false;
  std::vector<Element> elements;                    ///< the rest is one more, without a text
  std::vector<std::vector<bool>> members;           ///< by statement of the group, by element
  std::vector<std::vector<std::size_t>> includers;  ///< by element: others that include it
  std::vector<std::vector<std::size_t>> classes;    ///< elements that behave alike
  [[nodiscard]] std::size_t size() const { return elements.size() + (has_rest ? 1 : 0); }
};

std::size_t IndexOf(std::vector<Element>& elements, std::map<std::string, std::size_t>& known,
                    ElementKind kind, const std::string& text) {
  Element element = ParseElement(kind, text);
  const auto [at, is_new] = known.emplace(element.glob, elements.size());
  if (is_new) elements.push_back(std::move(element));
  return at->second;
}

class GroupCover {
 public:
  /// `others` are the statements outside the group as they are by now.
  GroupCover(const std::vector<Statement>& all, const Group& group,
             const std::vector<Statement>& others, Oracle& oracle, std::uint64_t& steps)
      : all_(all), group_(group), others_(others), oracle_(oracle), steps_(steps) {
    for (const std::size_t i : group) canonical_.push_back(Canonical(all[i]));
  }

  /// The group's statements anew, with the place of each; nothing if it is too large to lay out.
  std::optional<std::vector<std::pair<std::size_t, Statement>>> Run();
  [[nodiscard]] const Cover& cover() const { return cover_; }
  [[nodiscard]] bool is_smallest() const { return is_sure_ && cover_.is_smallest; }

 private:
  void AddAxes();
  void AddPatterns(Axis::Part part);
  void AddTexts(Axis axis, ElementKind kind, const std::vector<std::vector<std::string>>& lists);
  void Classify(Axis& axis) const;
  bool LayOut();
  void MarkIncluded();
  void MarkCovered();
  void JoinAlike();
  [[nodiscard]] std::vector<Box> KnownBoxes() const;
  [[nodiscard]] Patterns PatternsOf(const Axis& axis, ValueSet set) const;
  [[nodiscard]] Statement StatementOf(const Box& box) const;
  [[nodiscard]] std::vector<std::size_t> CellOf(std::size_t index) const;
  [[nodiscard]] bool IsMember(const Axis& axis, std::size_t statement, std::size_t value) const;
  [[nodiscard]] bool IsBelow(const Axis& axis, std::size_t narrow, std::size_t wide) const;
  [[nodiscard]] const Patterns& ListOf(std::size_t member, Axis::Part part) const {
    return part == Axis::Part::kAction ? canonical_[member].action : *canonical_[member].resource;
  }
  std::vector<std::pair<std::size_t, Statement>> WriteBack(const std::vector<Box>& known) const;

  const std::vector<Statement>& all_;
  const Group& group_;
  const std::vector<Statement>& others_;
  Oracle& oracle_;
  std::uint64_t& steps_;
  bool is_sure_ = true;  ///< every cell was looked at
  std::vector<Statement> canonical_;
  std::vector<Axis> axes_;
  Relation relation_;
  Cover cover_;
};

void GroupCover::AddTexts(Axis axis, ElementKind kind,
                          const std::vector<std::vector<std::string>>& lists) {
  std::map<std::string, std::size_t> known;
  std::vector<std::vector<std::size_t>> indices(lists.size());
  for (std::size_t s = 0; s < lists.size(); ++s) {
    for (const std::string& text : lists[s]) {
      indices[s].push_back(IndexOf(axis.elements, known, kind, text));
    }
  }
  for (const std::vector<std::size_t>& list : indices) {
    std::vector<bool>& member = axis.members.emplace_back(axis.size());
    for (const std::size_t i : list) member[i] = true;
  }
  Classify(axis);
  axes_.push_back(std::move(axis));
}

void GroupCover::AddPatterns(Axis::Part part) {
  const ElementKind kind =
      part == Axis::Part::kAction ? ElementKind::kAction : ElementKind::kResource;
  std::vector<const Patterns*> lists;
  bool is_negated = false;
  for (std::size_t m = 0; m < group_.size(); ++m) {
    lists.push_back(&ListOf(m, part));
    is_negated = is_negated || lists.back()->sense == Sense::kAllBut;
  }
  Axis axis;
  axis.part = part;
  axis.has_rest = CanTakeBoth(kind, lists);
  if (is_negated && !axis.has_rest) return;  // one negated list, part of the shape
  if (!axis.has_rest) {
    std::vector<std::vector<std::string>> texts;
    for (const Patterns* list : lists) texts.push_back(list->values);
    AddTexts(std::move(axis), kind, texts);
    return;
  }
  std::map<std::string, std::size_t> known;
  for (const Patterns* list : lists) {
    for (const std::string& text : list->values) {
      if (text != "*") IndexOf(axis.elements, known, kind, text);
    }
  }
  for (const Patterns* list : lists) {
    const bool is_all = std::ranges::find(list->values, "*") != list->values.end();
    const bool is_listed = list->sense == Sense::kListed;
    std::vector<bool>& member = axis.members.emplace_back(axis.size(), is_all == is_listed);
    if (is_all) continue;
    member.assign(axis.size(), !is_listed);
    for (const std::string& text : list->values) {
      member[IndexOf(axis.elements, known, kind, text)] = is_listed;
    }
  }
  Classify(axis);
  axes_.push_back(std::move(axis));
}

void GroupCover::AddAxes() {
  AddPatterns(Axis::Part::kAction);
  const Statement& first = canonical_.front();
  if (first.resource) AddPatterns(Axis::Part::kResource);
  if (HasPrincipalList(first)) {
    std::vector<std::vector<std::string>> texts;
    for (const Statement& statement : canonical_) {
      std::vector<std::string>& list = texts.emplace_back();
      for (const policy::Principal& p : statement.principal->values) list.push_back(p.value);
    }
    Axis axis;
    axis.part = Axis::Part::kPrincipal;
    AddTexts(std::move(axis), ElementKind::kExact, texts);
  }
  for (std::size_t n = 0; n < first.conditions.size(); ++n) {
    if (!IsDisjunctive(first.conditions[n].op)) continue;
    std::vector<std::vector<std::string>> texts;
    for (const Statement& statement : canonical_) texts.push_back(statement.conditions[n].values);
    Axis axis;
    axis.part = Axis::Part::kCondition;
    axis.condition = n;
    AddTexts(std::move(axis), ValueKind(first.conditions[n].op), texts);
  }
}

/// Elements that are in the same statements, and in the same wider elements, behave alike.
void GroupCover::Classify(Axis& axis) const {
  axis.includers.resize(axis.size());
  for (std::size_t wide = 0; wide < axis.elements.size() && !axis.has_rest; ++wide) {
    if (!axis.elements[wide].has_wildcard) continue;
    for (std::size_t e = 0; e < axis.elements.size(); ++e) {
      if (e != wide && Includes(axis.elements[wide], axis.elements[e])) {
        axis.includers[e].push_back(wide);
      }
    }
  }
  std::map<std::pair<std::vector<bool>, std::vector<std::size_t>>, std::size_t> known;
  for (std::size_t e = 0; e < axis.size(); ++e) {
    std::vector<bool> in;
    for (const std::vector<bool>& member : axis.members) in.push_back(member[e]);
    const auto [at, is_new] =
        known.emplace(std::pair(std::move(in), axis.includers[e]), axis.classes.size());
    if (is_new) axis.classes.emplace_back();
    axis.classes[at->second].push_back(e);
  }
}

bool GroupCover::IsMember(const Axis& axis, std::size_t statement, std::size_t value) const {
  return axis.members[statement][axis.classes[value].front()];
}

/// Whether all of one class is included by something of another.
bool GroupCover::IsBelow(const Axis& axis, std::size_t narrow, std::size_t wide) const {
  if (narrow == wide) return true;
  const std::vector<std::size_t>& includers = axis.includers[axis.classes[narrow].front()];
  return std::ranges::any_of(includers, [&](std::size_t element) {
    return std::ranges::find(axis.classes[wide], element) != axis.classes[wide].end();
  });
}

std::vector<std::size_t> GroupCover::CellOf(std::size_t index) const {
  std::vector<std::size_t> cell(axes_.size());
  for (std::size_t d = axes_.size(); d-- > 0;) {
    const std::size_t size = axes_[d].classes.size();
    cell[d] = index % size;
    index /= size;
  }
  return cell;
}

/// Says of every cell whether it is required and admissible; false if there are too many.
bool GroupCover::LayOut() {
  if (axes_.empty() || axes_.size() > kMaxDimensions) return false;
  std::size_t cells = 1;
  for (const Axis& axis : axes_) {
    if (axis.classes.size() > kMaxValues) return false;
    cells *= axis.classes.size();
    if (cells > kMaxCells) return false;
  }
  if (cells * group_.size() > kMaxCellPairs) return false;
  relation_.required.assign(cells, false);
  for (std::size_t index = 0; index < cells; ++index) {
    const std::vector<std::size_t> cell = CellOf(index);
    for (std::size_t m = 0; m < group_.size() && !relation_.required[index]; ++m) {
      bool holds = true;
      for (std::size_t d = 0; d < axes_.size() && holds; ++d) {
        holds = IsMember(axes_[d], m, cell[d]);
      }
      relation_.required[index] = holds;
    }
  }
  relation_.admissible = relation_.required;
  MarkIncluded();
  MarkCovered();
  return true;
}

/// Cells that are part of wider cells need not be written, and may be.
void GroupCover::MarkIncluded() {
  const bool has_order = std::ranges::any_of(axes_, [](const Axis& axis) {
    return std::ranges::any_of(axis.includers, [](const auto& list) { return !list.empty(); });
  });
  const std::size_t cells = relation_.required.size();
  if (!has_order || cells * cells > kMaxCellPairs) return;
  const std::vector<bool> own = relation_.required;
  for (std::size_t wide = 0; wide < cells; ++wide) {
    if (!own[wide]) continue;
    const std::vector<std::size_t> wide_cell = CellOf(wide);
    for (std::size_t narrow = 0; narrow < cells; ++narrow) {
      if (narrow == wide) continue;
      const std::vector<std::size_t> narrow_cell = CellOf(narrow);
      bool below = true;
      bool above = true;
      for (std::size_t d = 0; d < axes_.size() && below; ++d) {
        below = IsBelow(axes_[d], narrow_cell[d], wide_cell[d]);
        above = above && IsBelow(axes_[d], wide_cell[d], narrow_cell[d]);
      }
      if (!below) continue;
      relation_.admissible[narrow] = true;
      if (!above || wide < narrow) relation_.required[narrow] = false;
    }
  }
}

/// So are cells that statements of other groups cover: those of the same effect or, for what is
/// allowed, a Deny.
void GroupCover::MarkCovered() {
  const policy::Effect effect = canonical_.front().effect;
  std::vector<const Statement*> near;
  for (const Statement& other : others_) {
    const bool counts = other.effect == effect || other.effect == policy::Effect::kDeny;
    const bool meets = counts && std::ranges::any_of(group_, [&](std::size_t member) {
                         return MayOverlap(other, all_[member]);
                       });
    if (meets) near.push_back(&other);
  }
  if (near.empty()) return;
  if (relation_.required.size() > kMaxAskedCells) {
    is_sure_ = false;
    return;
  }
  for (std::size_t index = 0; index < relation_.required.size(); ++index) {
    const std::vector<std::size_t> cell = CellOf(index);
    Box box;
    for (std::size_t d = 0; d < axes_.size(); ++d) box.sets[d] = ValueSet{1} << cell[d];
    if (!oracle_.IsCovered(StatementOf(box), near)) continue;
    relation_.required[index] = false;
    relation_.admissible[index] = true;
  }
}

/// Takes classes together whose cells are required and admissible alike.
void GroupCover::JoinAlike() {
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    Axis& axis = axes_[d];
    std::vector<std::vector<bool>> slices(axis.classes.size());
    for (std::size_t index = 0; index < relation_.required.size(); ++index) {
      std::vector<bool>& slice = slices[CellOf(index)[d]];
      slice.push_back(relation_.required[index]);
      slice.push_back(relation_.admissible[index]);
    }
    std::map<std::vector<bool>, std::size_t> known;
    std::vector<std::size_t> joined(axis.classes.size());
    std::vector<std::vector<std::size_t>> classes;
    std::vector<std::size_t> kept;
    for (std::size_t v = 0; v < axis.classes.size(); ++v) {
      const auto [at, is_new] = known.emplace(slices[v], classes.size());
      joined[v] = at->second;
      if (is_new) {
        classes.emplace_back();
        kept.push_back(v);
      }
      classes[at->second].insert(classes[at->second].end(), axis.classes[v].begin(),
                                 axis.classes[v].end());
    }
    // The class of the rest stands last.
    if (axis.has_rest) {
      for (std::size_t v = 0; v + 1 < classes.size(); ++v) {
        if (std::ranges::find(classes[v], axis.elements.size()) == classes[v].end()) continue;
        std::swap(classes[v], classes.back());
        std::swap(kept[v], kept.back());
      }
    }
    std::vector<bool> required;
    std::vector<bool> admissible;
    std::vector<std::size_t> sizes;
    for (const Axis& other : axes_) sizes.push_back(other.classes.size());
    const std::vector<std::size_t> old_sizes = sizes;
    sizes[d] = classes.size();
    std::size_t cells = 1;
    for (const std::size_t size : sizes) cells *= size;
    for (std::size_t index = 0; index < cells; ++index) {
      std::size_t left = index;
      std::size_t old = 0;
      std::size_t stride = 1;
      for (std::size_t e = sizes.size(); e-- > 0;) {
        std::size_t value = left % sizes[e];
        left /= sizes[e];
        if (e == d) value = kept[value];
        old += value * stride;
        stride *= old_sizes[e];
      }
      required.push_back(relation_.required[old]);
      admissible.push_back(relation_.admissible[old]);
    }
    relation_.required = std::move(required);
    relation_.admissible = std::move(admissible);
    axis.classes = std::move(classes);
  }
  for (const Axis& axis : axes_) {
    Dimension& dimension = relation_.dimensions.emplace_back();
    dimension.has_rest = axis.has_rest;
    for (const std::vector<std::size_t>& members : axis.classes) {
      Value& value = dimension.values.emplace_back();
      value.texts = 0;
      for (const std::size_t e : members) {
        if (e == axis.elements.size()) continue;
        std::string text;
        support::json::AppendString(text, axis.elements[e].text);
        ++value.texts;
        value.characters += text.size() + 1;
      }
    }
  }
}

std::vector<Box> GroupCover::KnownBoxes() const {
  std::vector<Box> boxes;
  for (std::size_t m = 0; m < group_.size(); ++m) {
    Box box;
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      for (std::size_t v = 0; v < axes_[d].classes.size(); ++v) {
        const bool has = std::ranges::any_of(axes_[d].classes[v],
                                             [&](std::size_t e) { return axes_[d].members[m][e]; });
        if (has) box.sets[d] |= ValueSet{1} << v;
      }
    }
    boxes.push_back(box);
  }
  return boxes;
}

Patterns GroupCover::PatternsOf(const Axis& axis, ValueSet set) const {
  std::vector<bool> in(axis.size());
  for (std::size_t v = 0; v < axis.classes.size(); ++v) {
    for (const std::size_t e : axis.classes[v]) in[e] = (set >> v & 1U) != 0;
  }
  Patterns patterns;
  if (axis.has_rest && in.back()) {
    in.flip();
    patterns.sense = Sense::kAllBut;
  }
  for (std::size_t e = 0; e < axis.elements.size(); ++e) {
    if (in[e]) patterns.values.push_back(axis.elements[e].text);
  }
  if (patterns.sense == Sense::kAllBut && patterns.values.empty()) return {Sense::kListed, {"*"}};
  return patterns;
}

Statement GroupCover::StatementOf(const Box& box) const {
  Statement statement = canonical_.front();
  statement.sid.clear();
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    Patterns patterns = PatternsOf(axes_[d], box.sets[d]);
    switch (axes_[d].part) {
      case Axis::Part::kAction:
        statement.action = std::move(patterns);
        break;
      case Axis::Part::kResource:
        statement.resource = std::move(patterns);
        break;
      case Axis::Part::kPrincipal: {
        const policy::PrincipalType type = statement.principal->values.front().type;
        statement.principal->values.clear();
        for (std::string& value : patterns.values) {
          statement.principal->values.push_back({type, std::move(value)});
        }
        break;
      }
      case Axis::Part::kCondition:
        statement.conditions[axes_[d].condition].values = std::move(patterns.values);
        break;
    }
  }
  // Keys are spelled as the first statement spells them.
  const Statement& first = all_[group_.front()];
  for (policy::Condition& condition : statement.conditions) {
    for (const policy::Condition& original : first.conditions) {
      if (policy::EqualIgnoringCase(original.key, condition.key)) condition.key = original.key;
    }
  }
  return statement;
}

/// Each box takes the place and Sid of the first statement it has cells of, an equal one if any.
std::vector<std::pair<std::size_t, Statement>> GroupCover::WriteBack(
    const std::vector<Box>& known) const {
  std::vector<bool> is_used(known.size());
  std::vector<std::optional<std::size_t>> home(cover_.boxes.size());
  for (std::size_t b = 0; b < cover_.boxes.size(); ++b) {
    for (std::size_t m = 0; m < known.size() && !home[b]; ++m) {
      if (is_used[m] || known[m].sets != cover_.boxes[b].sets) continue;
      home[b] = m;
      is_used[m] = true;
    }
  }
  for (std::size_t b = 0; b < cover_.boxes.size(); ++b) {
    for (std::size_t m = 0; m < known.size() && !home[b]; ++m) {
      bool meets = !is_used[m];
      for (std::size_t d = 0; d < axes_.size(); ++d) {
        meets = meets && (known[m].sets[d] & cover_.boxes[b].sets[d]) != 0;
      }
      if (!meets) continue;
      home[b] = m;
      is_used[m] = true;
    }
  }
  std::vector<std::pair<std::size_t, Statement>> written;
  for (std::size_t b = 0; b < cover_.boxes.size(); ++b) {
    Statement statement = StatementOf(cover_.boxes[b]);
    if (home[b]) statement.sid = all_[group_[*home[b]]].sid;
    written.emplace_back(group_[home[b].value_or(0)], std::move(statement));
  }
  return written;
}

std::size_t LengthOf(const Statement& statement) {
  policy::PolicyDocument document;
  document.statements.push_back(statement);
  document.statements.back().sid.clear();
  return policy::Write(document, policy::Style::kMinified).size();
}

std::optional<std::vector<std::pair<std::size_t, Statement>>> GroupCover::Run() {
  AddAxes();
  if (!LayOut()) return std::nullopt;
  JoinAlike();
  const std::vector<Box> known = KnownBoxes();
  cover_ = FindCover(relation_, known, steps_);
  std::vector<std::pair<std::size_t, Statement>> written = WriteBack(known);
  if (written.size() < group_.size()) return written;
  std::size_t before = 0;
  std::size_t after = 0;
  for (const std::size_t i : group_) before += LengthOf(all_[i]);
  for (const auto& [place, statement] : written) after += LengthOf(statement);
  if (after < before) return written;
  written.clear();
  for (const std::size_t i : group_) written.emplace_back(i, all_[i]);
  return written;
}

}  // namespace

Recast CoverStatements(const std::vector<Statement>& statements, Oracle& oracle,
                       std::uint64_t& steps) {
  using Placed = std::vector<std::pair<std::size_t, Statement>>;
  Recast recast;
  recast.is_smallest = true;
  const std::vector<Group> groups = GroupsOf(statements);
  std::vector<Placed> written;
  for (const Group& group : groups) {
    Placed& placed = written.emplace_back();
    for (const std::size_t i : group) placed.emplace_back(i, statements[i]);
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<Statement> others;
    for (std::size_t o = 0; o < groups.size(); ++o) {
      if (o == g) continue;
      for (const auto& [place, statement] : written[o]) others.push_back(statement);
    }
    GroupCover cover(statements, groups[g], others, oracle, steps);
    auto anew = cover.Run();
    if (!anew) {
      recast.is_smallest = false;
      recast.least_statements += 1;
      for (const std::size_t i : groups[g]) recast.saved_at_most += LengthOf(statements[i]);
      continue;
    }
    written[g] = *std::move(anew);
    const Cover& found = cover.cover();
    recast.is_smallest = recast.is_smallest && cover.is_smallest();
    recast.least_statements += found.least_boxes;
    recast.saved_at_most += found.characters - found.least_characters;
    if (found.boxes.size() > found.least_boxes) {
      recast.saved_at_most +=
          (found.boxes.size() - found.least_boxes) * LengthOf(written[g].front().second);
    }
  }
  Placed all;
  for (Placed& placed : written) std::ranges::move(placed, std::back_inserter(all));
  std::ranges::stable_sort(all, {}, [](const auto& entry) { return entry.first; });
  for (auto& [place, statement] : all) recast.statements.push_back(std::move(statement));
  return recast;
}

}  // namespace writ::minimise

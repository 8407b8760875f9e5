#include "iam/policy/doubt.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/support/check.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::policy {
namespace {

constexpr std::ptrdiff_t kColonsOfArn = 5;

// "*" alone is every action; any other wildcard before the colon is open, and so is a pattern that
// has no colon but may reach over one.
bool IsDoubtfulAction(std::string_view text) {
  return text != "*" && HasWildcard(text.substr(0, text.find(':')));
}

bool IsShort(std::string_view glob) {
  return glob != std::string_view(&kAnyRun, 1) && std::ranges::count(glob, ':') < kColonsOfArn;
}

// Whether the operator can read the value of a policy, which has no variables.
bool IsReadable(OperatorFamily family, std::string_view raw, const std::string& literal) {
  switch (family) {
    case OperatorFamily::kArn:
      return std::ranges::count(literal, ':') >= kColonsOfArn;
    case OperatorFamily::kNumeric:
      return ParseDecimal(raw).has_value();
    case OperatorFamily::kDate:
      return ParseInstant(raw).has_value();
    case OperatorFamily::kIp:
      return ParseIp(raw).has_value();
    case OperatorFamily::kString:
    case OperatorFamily::kBool:    // neither true nor false is matched by nothing
    case OperatorFamily::kBinary:  // likewise, and there is no negation
    case OperatorFamily::kNull:
      return true;
  }
  return true;
}

class Finder {
 public:
  Finder(const PolicyDocument& document, Kind kind, const IsMultiValued& is_multi_valued)
      : document_(document), kind_(kind), is_multi_valued_(is_multi_valued) {}

  std::vector<DoubtfulPoint> Run() {
    for (; at_ < document_.statements.size(); ++at_) {
      const Statement& statement = document_.statements[at_];
      LookAtPrincipal(statement);
      for (std::size_t i = 0; i < statement.action.values.size(); ++i) {
        const std::string& text = statement.action.values[i];
        if (IsDoubtfulAction(text)) Add(Doubt::kActionService, Element::kAction, i, text);
      }
      if (statement.resource) LookAtResource(*statement.resource);
      for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
        LookAtCondition(statement.conditions[i], i);
      }
    }
    return std::move(points_);
  }

 private:
  void Add(Doubt doubt, Element element, std::size_t index, std::string text) {
    points_.push_back({doubt, at_, element, index, std::move(text)});
  }

  void LookAtPrincipal(const Statement& statement) {
    if (kind_ != Kind::kVpcEndpoint || !statement.principal) return;
    const auto is_everyone = [](const Principal& one) { return one.value == "*"; };
    const bool names_all = statement.principal->sense == Sense::kListed &&
                           std::ranges::any_of(statement.principal->values, is_everyone);
    if (names_all) return;
    std::string text;
    if (!statement.principal->values.empty()) text = statement.principal->values.front().value;
    Add(Doubt::kEndpointPrincipal, Element::kPrincipal, 0, std::move(text));
  }

  void LookAtResource(const Patterns& resource) {
    const bool is_negated = resource.sense == Sense::kAllBut;
    for (std::size_t i = 0; i < resource.values.size(); ++i) {
      const std::string& text = resource.values[i];
      const Pattern pattern = ParsePattern(text, document_.version, Wildcards::kActive);
      const bool is_early = std::ranges::count(pattern.literals[0], ':') < kColonsOfArn;
      if (!pattern.has_variables()) {
        if (!IsShort(pattern.literals[0])) continue;
        Add(is_negated ? Doubt::kShortNotResource : Doubt::kShortResource, Element::kResource, i,
            text);
        continue;
      }
      if (is_early) Add(Doubt::kEarlyVariable, Element::kResource, i, text);
      if (is_negated && std::ranges::any_of(pattern.variables, [](const Variable& variable) {
            return !variable.default_value;
          })) {
        Add(Doubt::kNullNotResource, Element::kResource, i, text);
      }
    }
  }

  void LookAtCondition(const Condition& condition, std::size_t index) {
    const OperatorFamily family = FamilyOf(condition.op.base);
    const bool is_plain = condition.op.set == SetQualifier::kNone;
    const auto named = [&] { return OperatorName(condition.op) + " " + condition.key; };
    if (family != OperatorFamily::kNull && is_plain && is_multi_valued_ &&
        is_multi_valued_(condition.key)) {
      Add(Doubt::kListOperator, Element::kCondition, index, named());
    }
    if (condition.op.set == SetQualifier::kForAnyValue && condition.op.if_exists) {
      Add(Doubt::kAnyValueIfExists, Element::kCondition, index, named());
    }
    for (const std::string& value : condition.values) {
      const bool takes_variables = family == OperatorFamily::kString ||
                                   family == OperatorFamily::kArn ||
                                   family == OperatorFamily::kBool;
      const Pattern pattern = ParsePattern(value, document_.version, Wildcards::kLiteral);
      if (takes_variables && pattern.has_variables()) {
        if (family == OperatorFamily::kBool) {
          Add(Doubt::kBoolVariable, Element::kCondition, index, value);
        }
        continue;
      }
      if (!IsReadable(family, value, pattern.literals[0])) {
        Add(Doubt::kUnreadableValue, Element::kCondition, index, value);
      }
    }
  }

  const PolicyDocument& document_;
  Kind kind_;
  const IsMultiValued& is_multi_valued_;
  std::size_t at_ = 0;
  std::vector<DoubtfulPoint> points_;
};

// How a reading may differ in one point: a list of settings other than the default.
using Setting = void (*)(Switches&);

std::span<const Setting> SettingsOf(Doubt doubt) {
  static constexpr Setting kNone = [](Switches& s) { s.short_arns = ShortArns::kNone; };
  static constexpr Setting kEvery = [](Switches& s) { s.short_arns = ShortArns::kEvery; };
  static constexpr Setting kAsText = [](Switches& s) { s.short_arns = ShortArns::kAsText; };
  static constexpr std::array<Setting, 3> kShort = {kNone, kEvery, kAsText};
  static constexpr std::array<Setting, 3> kShortNot = {[](Switches& s) {
                                                         s.does_short_not_resource_apply = true;
                                                         kNone(s);
                                                       },
                                                       [](Switches& s) {
                                                         s.does_short_not_resource_apply = true;
                                                         kEvery(s);
                                                       },
                                                       [](Switches& s) {
                                                         s.does_short_not_resource_apply = true;
                                                         kAsText(s);
                                                       }};
  static constexpr std::array<Setting, 1> kService = {
      [](Switches& s) { s.do_action_wildcards_reach_services = true; }};
  static constexpr std::array<Setting, 1> kEarly = {
      [](Switches& s) { s.are_early_variables_resolved = false; }};
  static constexpr std::array<Setting, 1> kNull = {
      [](Switches& s) { s.does_null_not_resource_apply = true; }};
  static constexpr std::array<Setting, 1> kUnreadable = {
      [](Switches& s) { s.do_unreadable_values_satisfy_negation = true; }};
  static constexpr std::array<Setting, 1> kList = {
      [](Switches& s) { s.do_plain_operators_read_lists = true; }};
  static constexpr std::array<Setting, 1> kAnyValue = {
      [](Switches& s) { s.does_if_exists_satisfy_any_value = true; }};
  static constexpr std::array<Setting, 1> kBool = {
      [](Switches& s) { s.do_bool_values_take_variables = false; }};
  static constexpr std::array<Setting, 1> kEndpoint = {
      [](Switches& s) { s.do_endpoint_principals_count = false; }};
  switch (doubt) {
    case Doubt::kActionService:
      return kService;
    case Doubt::kShortResource:
      return kShort;
    case Doubt::kShortNotResource:
      return kShortNot;
    case Doubt::kEarlyVariable:
      return kEarly;
    case Doubt::kNullNotResource:
      return kNull;
    case Doubt::kUnreadableValue:
      return kUnreadable;
    case Doubt::kListOperator:
      return kList;
    case Doubt::kAnyValueIfExists:
      return kAnyValue;
    case Doubt::kBoolVariable:
      return kBool;
    case Doubt::kEndpointPrincipal:
      return kEndpoint;
  }
  return {};
}

}  // namespace

std::string_view Describe(Doubt doubt) {
  switch (doubt) {
    case Doubt::kActionService:
      return "AWS does not say what a wildcard in the service part of an action matches";
    case Doubt::kShortResource:
      return "AWS does not say what a resource of fewer than six parts matches";
    case Doubt::kShortNotResource:
      return "AWS does not say what a NotResource of fewer than six parts leaves out";
    case Doubt::kEarlyVariable:
      return "AWS documents no variable in the first five parts of a resource";
    case Doubt::kNullNotResource:
      return "AWS does not say whether NotResource applies while its variable has no value";
    case Doubt::kUnreadableValue:
      return "AWS does not say what a value that its operator cannot read is compared as";
    case Doubt::kListOperator:
      return "AWS does not say what an operator without set qualifier makes of several values";
    case Doubt::kAnyValueIfExists:
      return "AWS does not say whether ForAnyValue with IfExists holds of an absent key";
    case Doubt::kBoolVariable:
      return "AWS says both that Bool takes variables and that it does not";
    case Doubt::kEndpointPrincipal:
      return "AWS does not say whether every endpoint heeds the principals of its policy";
  }
  return "";
}

std::vector<DoubtfulPoint> DoubtfulPoints(const PolicyDocument& document, Kind kind,
                                          const IsMultiValued& is_multi_valued) {
  return Finder(document, kind, is_multi_valued).Run();
}

Place PlaceOf(const DoubtfulPoint& point, const DocumentPlaces& places) {
  if (point.statement >= places.statements.size()) return places.document;
  const StatementPlaces& statement = places.statements[point.statement];
  const auto at = [&](const std::vector<Place>& list, const Place& whole) {
    return point.index < list.size() ? list[point.index] : whole;
  };
  switch (point.element) {
    case Element::kPrincipal:
      return statement.principal;
    case Element::kAction:
      return at(statement.actions, statement.action);
    case Element::kResource:
      return at(statement.resources, statement.resource);
    case Element::kCondition:
      return at(statement.conditions, statement.statement);
  }
  return statement.statement;
}

std::vector<Reading> OtherReadings(std::span<const Doubt> doubts, const Switches& base) {
  std::vector<Doubt> open(doubts.begin(), doubts.end());
  std::ranges::sort(open);
  open.erase(std::unique(open.begin(), open.end()), open.end());
  // One after the other, each point read otherwise beside every reading so far; those that differ
  // in fewest points come first.
  std::vector<Reading> all = {{base, {}}};
  for (const Doubt doubt : open) {
    const std::size_t known = all.size();
    for (std::size_t i = 0; i < known; ++i) {
      for (const Setting setting : SettingsOf(doubt)) {
        Reading reading = all[i];
        setting(reading.switches);
        reading.doubts.push_back(doubt);
        all.push_back(std::move(reading));
      }
    }
  }
  std::ranges::stable_sort(all, {}, [](const Reading& reading) { return reading.doubts.size(); });
  std::set<Switches> seen = {base};
  std::erase_if(all,
                [&seen](const Reading& reading) { return !seen.insert(reading.switches).second; });
  // Kept of too many: the readings of single points, and those of most points.
  if (all.size() > kMostReadings) {
    const auto half = static_cast<std::ptrdiff_t>(kMostReadings / 2);
    all.erase(all.begin() + half, all.end() - half);
  }
  return all;
}

}  // namespace writ::policy

#include "analysis/imports/sentences.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "analysis/imports/conditions.h"
#include "iam/policy/pattern.h"
#include "language/format/print.h"

namespace writ::imports {
namespace {

using policy::Effect;
using policy::Sense;

/// An action of a statement, and what it stands for.
struct Named {
  syntax::ActionName name;
  std::vector<catalog::Action> actions;  ///< none: the catalog does not know it
  bool is_pattern = false;
  std::vector<policy::Condition> conditions;

  [[nodiscard]] bool takes_no_resource() const {
    return !actions.empty() && std::ranges::all_of(actions, &catalog::Action::WildcardOnly);
  }
};

class StatementReader {
 public:
  StatementReader(const policy::Statement& statement, const syntax::Subject& subject,
                  const Reading& reading)
      : statement_(statement), subject_(subject), reading_(reading) {}

  support::Result<std::vector<syntax::Sentence>, Refusal> Run(policy::Version version) {
    if (const auto refusal = Refuse(version)) return *refusal;
    if (auto condition = ReadCondition(statement_.conditions); !condition) {
      return condition.error();
    }
    if (statement_.action.sense == Sense::kAllBut || IsAnyAction()) return Anything();
    for (const std::string& action : statement_.action.values) {
      auto named = ReadAction(action);
      if (!named) return named.error();
      for (Named& one : Apart(*std::move(named))) Add(std::move(one));
    }
    std::vector<syntax::Sentence> sentences;
    for (const Group& group : groups_) {
      auto sentence = Sentence(group);
      if (!sentence) return sentence.error();
      sentences.push_back(*std::move(sentence));
    }
    return sentences;
  }

 private:
  /// Actions that are said with the same resources and conditions.
  struct Group {
    std::vector<syntax::ActionName> actions;
    std::vector<std::string> resources;  ///< none: not said
    std::vector<policy::Condition> conditions;
  };

  support::Result<std::optional<syntax::Cond>, Refusal> ReadCondition(
      const std::vector<policy::Condition>& conditions) {
    return ReadConditions(conditions, statement_.effect, reading_.catalog, reading_.words);
  }

  [[nodiscard]] bool IsAnyAction() const {
    return std::ranges::find(statement_.action.values, "*") != statement_.action.values.end();
  }

  [[nodiscard]] std::optional<Refusal> Refuse(policy::Version version) const {
    if (statement_.principal) return Refusal{Reason::kPrincipal, ""};
    if (!statement_.resource) return Refusal{Reason::kRefused, "it names no resource"};
    if (statement_.resource->sense == Sense::kAllBut) return Refusal{Reason::kAllButResources, ""};
    if (statement_.effect == Effect::kAllow) {
      if (statement_.action.sense == Sense::kAllBut) return Refusal{Reason::kAllButActions, ""};
      if (IsAnyAction()) return Refusal{Reason::kAnyAction, ""};
    }
    if (version == policy::Version::k2012) return std::nullopt;
    const auto has_variable = [](const std::vector<std::string>& values) {
      return std::ranges::any_of(
          values, [](const std::string& value) { return value.find("${") != std::string::npos; });
    };
    const bool is_old = has_variable(statement_.resource->values) ||
                        std::ranges::any_of(statement_.conditions, [&](const auto& condition) {
                          return has_variable(condition.values);
                        });
    if (is_old) return Refusal{Reason::kOldVariables, ""};
    return std::nullopt;
  }

  support::Result<Named, Refusal> ReadAction(const std::string& text) {
    const Refusal wrong{Reason::kActionPattern, text};
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return wrong;
    std::string service = text.substr(0, colon);
    std::string name = text.substr(colon + 1);
    if (policy::HasWildcard(service)) return wrong;
    if (const auto known = reading_.catalog.FindService(service)) service = known->prefix;
    // `tag` is a reserved word, and yet a service.
    const bool is_sayable = format::IsPlainName(service) || service == "tag";
    if (!is_sayable || name.empty()) return wrong;
    Named named;
    named.is_pattern = policy::HasWildcard(name);
    if (named.is_pattern) {
      named.actions = reading_.catalog.ActionsOf(service, name);
    } else if (auto action = reading_.catalog.FindAction(service, name)) {
      name = action->name;
      named.actions.push_back(std::move(*action));
    }
    named.name.quoted = named.is_pattern || !format::IsPlainName(name);
    named.name.service = reading_.words.Name(std::move(service));
    named.name.name = std::move(name);
    return named;
  }

  [[nodiscard]] bool NeverCarries(const catalog::Action& action, const std::string& key) const {
    return reading_.catalog.FindKey(key).has_value() &&
           reading_.catalog.Carries(action, key) == catalog::Carriage::kNo;
  }

  /// Whether a request for the action can meet the conditions of an Allow: those on a key that it
  /// never carries are those of an absent key.
  [[nodiscard]] bool CanMeetConditions(const catalog::Action& action) const {
    return std::ranges::all_of(statement_.conditions, [&](const policy::Condition& condition) {
      return !FailsWithoutKey(condition) || !NeverCarries(action, condition.key);
    });
  }

  /// The conditions of an Allow that say something of the action.
  [[nodiscard]] std::vector<policy::Condition> ConditionsOn(const catalog::Action& action) const {
    std::vector<policy::Condition> conditions;
    std::ranges::copy_if(
        statement_.conditions, std::back_inserter(conditions),
        [&](const policy::Condition& one) { return !NeverCarries(action, one.key); });
    return conditions;
  }

  /// What is said of the action, with the conditions that it is said with: of a pattern each action
  /// by itself where the conditions do not mean the same of all, and none that can never meet them.
  std::vector<Named> Apart(Named named) {
    named.conditions = statement_.conditions;
    if (statement_.effect == Effect::kDeny || named.actions.empty()) return {std::move(named)};
    const auto is_like_first = [&](const catalog::Action& action) {
      return CanMeetConditions(action) && ConditionsOn(action) == ConditionsOn(named.actions[0]);
    };
    if (std::ranges::all_of(named.actions, is_like_first)) {
      named.conditions = ConditionsOn(named.actions[0]);
      return {std::move(named)};
    }
    std::vector<Named> apart;
    for (catalog::Action& action : named.actions) {
      if (!CanMeetConditions(action)) continue;
      Named one;
      one.name.service = named.name.service;
      one.name.name = action.name;
      one.name.quoted = !format::IsPlainName(action.name);
      one.conditions = ConditionsOn(action);
      one.actions.push_back(std::move(action));
      apart.push_back(std::move(one));
    }
    return apart;
  }

  /// Those of the statement's resources that the action can have.
  std::vector<std::string> FittingResources(const Named& named) {
    std::vector<std::string> fitting;
    std::set<std::string> seen;
    for (const std::string& resource : statement_.resource->values) {
      if (!seen.insert(resource).second) continue;
      const bool fits = named.actions.empty() ||
                        std::ranges::any_of(named.actions, [&](const catalog::Action& action) {
                          return reading_.fit.Fits(action, resource);
                        });
      if (fits) fitting.push_back(resource);
    }
    return fitting;
  }

  [[nodiscard]] bool HasAnyResource() const {
    const std::vector<std::string>& values = statement_.resource->values;
    return std::ranges::any_of(values, [](const std::string& value) {
      return value.find_first_not_of('*') == std::string::npos;
    });
  }

  void Add(Named named) {
    std::vector<std::string> resources;
    if (HasAnyResource()) {
      // Of a prohibition, not saying a resource says every one.
      const bool is_said =
          statement_.effect == Effect::kAllow && (named.is_pattern || !named.takes_no_resource());
      if (is_said) resources = {"*"};
    } else if (named.takes_no_resource()) {
      return;  // applies to `*` alone, which is not among the resources
    } else {
      resources = FittingResources(named);
      if (resources.empty()) return;
    }
    const auto group = std::ranges::find_if(groups_, [&](const Group& other) {
      return other.resources == resources && other.conditions == named.conditions;
    });
    Group& into = group != groups_.end()
                      ? *group
                      : groups_.emplace_back(Group{{}, std::move(resources), named.conditions});
    const bool is_new = std::ranges::none_of(into.actions, [&](const syntax::ActionName& other) {
      return other.service.text == named.name.service.text && other.name == named.name.name;
    });
    if (is_new) into.actions.push_back(std::move(named.name));
  }

  support::Result<std::vector<syntax::Sentence>, Refusal> Anything() {
    Group group;
    if (statement_.action.sense == Sense::kAllBut) {
      for (const std::string& action : statement_.action.values) {
        auto named = ReadAction(action);
        if (!named) return named.error();
        group.actions.push_back(std::move(named->name));
      }
    }
    if (!HasAnyResource()) group.resources = statement_.resource->values;
    group.conditions = statement_.conditions;
    auto sentence = Sentence(group);
    if (!sentence) return sentence.error();
    sentence->action.kind = syntax::Action::Kind::kDoAnything;
    return std::vector<syntax::Sentence>{*std::move(sentence)};
  }

  support::Result<syntax::Sentence, Refusal> Sentence(const Group& group) {
    auto condition = ReadCondition(group.conditions);
    if (!condition) return condition.error();
    syntax::Sentence sentence;
    sentence.subject = subject_;
    const bool is_nobody = subject_.quantifier == syntax::Subject::Quantifier::kNobody;
    sentence.modality.kind = statement_.effect == Effect::kDeny && !is_nobody
                                 ? syntax::Modality::Kind::kMayNot
                                 : syntax::Modality::Kind::kMay;
    sentence.action.kind = syntax::Action::Kind::kDo;
    sentence.action.actions = group.actions;
    for (const std::string& resource : group.resources) {
      sentence.action.resources.push_back(Text(resource));
    }
    if (!*condition) return sentence;
    const syntax::Cond& cond = **condition;
    // `unless mfa` reads better than `when not mfa`.
    const bool is_negation = cond.kind == syntax::Cond::Kind::kNot;
    sentence.qualifiers.push_back(
        {{}, syntax::WhenQualifier{is_negation, is_negation ? cond.operands[0] : cond}});
    return sentence;
  }

  const policy::Statement& statement_;
  const syntax::Subject& subject_;
  const Reading& reading_;
  std::vector<Group> groups_;
};

}  // namespace

support::Result<std::vector<syntax::Sentence>, Refusal> SentencesFor(
    const policy::Statement& statement, policy::Version version, const syntax::Subject& subject,
    const Reading& reading) {
  return StatementReader(statement, subject, reading).Run(version);
}

std::vector<std::string> ServicesOf(const policy::Statement& statement) {
  std::set<std::string> services;
  for (const std::string& action : statement.action.values) {
    services.insert(policy::FoldCase(action.substr(0, action.find(':'))));
  }
  return {services.begin(), services.end()};
}

}  // namespace writ::imports

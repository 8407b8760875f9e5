#include "analysis/imports/sentences.h"

#include <algorithm>
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
    auto condition = ReadConditions(statement_.conditions, reading_.catalog, reading_.words);
    if (!condition) return condition.error();
    condition_ = *std::move(condition);
    if (statement_.action.sense == Sense::kAllBut || IsAnyAction()) return Anything();
    for (const std::string& action : statement_.action.values) {
      auto named = ReadAction(action);
      if (!named) return named.error();
      for (Named& meeting : MeetingConditions(*std::move(named))) Add(std::move(meeting));
    }
    std::vector<syntax::Sentence> sentences;
    for (const Group& group : groups_) sentences.push_back(Sentence(group));
    return sentences;
  }

 private:
  /// Actions that are said with the same resources.
  struct Group {
    std::vector<syntax::ActionName> actions;
    std::vector<std::string> resources;  ///< none: not said
  };

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

  /// Whether a request for the action can meet the conditions: a key that it never carries is
  /// absent, and no condition of an Allow that asks for one holds then.
  [[nodiscard]] bool CanMeetConditions(const catalog::Action& action) const {
    return std::ranges::all_of(statement_.conditions, [&](const policy::Condition& condition) {
      const bool asks_for_key = FailsWithoutKey(condition);
      return !asks_for_key || !reading_.catalog.FindKey(condition.key) ||
             reading_.catalog.Carries(action, condition.key) != catalog::Carriage::kNo;
    });
  }

  /// The action without what can never meet the conditions; nothing if nothing is left.
  std::vector<Named> MeetingConditions(Named named) {
    const auto can = [&](const catalog::Action& action) { return CanMeetConditions(action); };
    if (statement_.effect == Effect::kDeny || std::ranges::all_of(named.actions, can)) {
      return {std::move(named)};
    }
    std::vector<Named> meeting;
    for (catalog::Action& action : named.actions) {
      if (!can(action)) continue;
      Named one;
      one.name.service = named.name.service;
      one.name.name = action.name;
      one.name.quoted = !format::IsPlainName(action.name);
      one.actions.push_back(std::move(action));
      meeting.push_back(std::move(one));
    }
    return meeting;
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
    const auto group = std::ranges::find(groups_, resources, &Group::resources);
    Group& into =
        group != groups_.end() ? *group : groups_.emplace_back(Group{{}, std::move(resources)});
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
    syntax::Sentence sentence = Sentence(group);
    sentence.action.kind = syntax::Action::Kind::kDoAnything;
    return std::vector<syntax::Sentence>{std::move(sentence)};
  }

  [[nodiscard]] syntax::Sentence Sentence(const Group& group) const {
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
    if (!condition_) return sentence;
    // `unless mfa` reads better than `when not mfa`.
    const bool is_negation = condition_->kind == syntax::Cond::Kind::kNot;
    sentence.qualifiers.push_back(
        {{},
         syntax::WhenQualifier{is_negation, is_negation ? condition_->operands[0] : *condition_}});
    return sentence;
  }

  const policy::Statement& statement_;
  const syntax::Subject& subject_;
  const Reading& reading_;
  std::optional<syntax::Cond> condition_;
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

// Permissions: the least reading, call by call and leg by leg.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/policy/pattern.h"
#include "program/intent/planes.h"
#include "proof/verify/legs.h"
#include "proof/verify/reading.h"

namespace writ::verify {
namespace {

policy::Patterns These(std::vector<std::string> values) {
  return {policy::Sense::kListed, std::move(values)};
}

/// Whether some text matches both globs.
bool CanMeet(std::string_view a, std::string_view b) {
  // reach[j]: the rest of `a` so far read can be matched together with b's first j characters.
  std::vector<bool> reach(b.size() + 1, false);
  reach[0] = true;
  for (std::size_t j = 0; j < b.size(); ++j) reach[j + 1] = reach[j] && b[j] == '*';
  for (const char c : a) {
    std::vector<bool> next(b.size() + 1, false);
    next[0] = reach[0] && c == '*';
    for (std::size_t j = 0; j < b.size(); ++j) {
      if (c == '*' || b[j] == '*') {
        next[j + 1] = next[j] || reach[j + 1];
      } else {
        next[j + 1] = reach[j] && (c == b[j] || c == '?' || b[j] == '?');
      }
      if (c == '*' && b[j] != '*') next[j + 1] = next[j + 1] || reach[j];
      if (b[j] == '*' && c != '*') next[j + 1] = next[j + 1] || reach[j];
    }
    reach = std::move(next);
  }
  return reach[b.size()];
}

/// ArnLike for patterns, plain equality for names.
Condition NamesOneOf(std::string_view key, const std::vector<std::string>& arns) {
  const bool wild = std::ranges::any_of(arns, policy::HasWildcard);
  return wild ? ArnAmong(std::string(key), arns) : Among(std::string(key), arns);
}

class Reader {
 public:
  Reader(const Facts& facts, const intent::Permission& permission, const intent::Account& account)
      : facts_(facts), permission_(permission), account_(account) {}

  std::vector<Authorization> Run() {
    common_ = And({During(permission_.period), ThroughOneOf(facts_, permission_.endpoints),
                   permission_.when});
    switch (permission_.operation.kind) {
      case intent::Operation::Kind::kActions:
        NamedActions();
        break;
      case intent::Operation::Kind::kVerb:
        permission_.operation.sort == intent::Sort::kModels ? Models() : Others();
        break;
      case intent::Operation::Kind::kAnything:
        WRIT_CHECK(false, "`anything` is for prohibitions");
    }
    return OnBothPlanes(facts_, std::move(boxes_));
  }

 private:
  void Add(std::vector<std::string> actions, std::vector<std::string> resources,
           Condition condition) {
    if (actions.empty() || resources.empty()) return;
    boxes_.push_back({These(std::move(actions)),
                      These(std::move(resources)),
                      And({common_, std::move(condition)}),
                      {},
                      0});
  }

  /// On resources that may name no region: `in R` is then where the request is made.
  void AddWhere(const std::string& action, std::vector<std::string> resources,
                Condition condition = Always()) {
    if (permission_.regions) {
      condition = And({std::move(condition), Among(std::string(kRegionKey), *permission_.regions)});
    }
    Add({action}, std::move(resources), std::move(condition));
  }

  /// An action on its own resource types in this account.
  void AddByType(const std::string& action, const Condition& condition = Always()) {
    const std::vector<std::string> anywhere{"*"};
    const auto& regions = permission_.regions ? *permission_.regions : anywhere;
    const std::string partition = facts_.partition();
    std::vector<std::string> forms =
        ResourceForms(facts_.catalog, action, partition, regions, account_.id);
    if (forms.empty()) {
      AddWhere(action, {"*"}, condition);
    } else {
      Add({action}, std::move(forms), condition);
    }
  }

  // ---- models

  void Models() {
    std::set<std::string> regions;
    for (const intent::Call& call : permission_.calls) {
      Condition guardrail = Always();
      if (!permission_.guardrails.empty()) {
        const auto pinned = facts_.Pinned(permission_.guardrails, account_.id, call.region);
        if (pinned.empty()) continue;
        guardrail = Among(std::string(kGuardrailKey), pinned);
      }
      if (permission_.profiles && CalledProfiles(call).empty()) continue;
      if (permission_.operation.verb == "subscribe-to") {
        Subscription(call);
      } else {
        Call(call, guardrail);
      }
      regions.insert(call.region);
    }
    for (const intent::GuardrailIndex guardrail : permission_.guardrails) {
      for (const std::string& region : regions) Apply(guardrail, region);
    }
  }

  [[nodiscard]] Approach ApproachOf(const intent::Call& call) const {
    if (call.plane == intent::Call::Plane::kMantle) return Approach::kMantle;
    if (permission_.profiles) return Approach::kApplication;
    switch (call.route.kind) {
      case intent::Route::Kind::kDirectly:
        return Approach::kModel;
      case intent::Route::Kind::kWithin:
        return Approach::kGeographic;
      case intent::Route::Kind::kGlobally:
        return Approach::kGlobal;
    }
    WRIT_CHECK(false, "unknown route");
  }

  /// The ARN as it is of this region; nothing if it is of another. A profile is one of the region
  /// in which it is called [CRIS].
  static std::optional<std::string> InRegion(const std::string& arn, const std::string& region) {
    constexpr int kBefore = 3;
    std::size_t begin = 0;
    for (int i = 0; i < kBefore; ++i) begin = arn.find(':', begin) + 1;
    const std::size_t end = arn.find(':', begin);
    if (!catalog::MatchesPattern(arn.substr(begin, end - begin), region)) return std::nullopt;
    return arn.substr(0, begin) + region + arn.substr(end);
  }

  /// The profiles that the caller names; empty for direct calls, and where none of those that the
  /// sentence names is of the call's region.
  [[nodiscard]] std::vector<std::string> CalledProfiles(const intent::Call& call) const {
    const std::string home =
        fmt::format("arn:{}:bedrock:{}:{}:", facts_.partition(), call.region, account_.id);
    std::vector<std::string> arns;
    if (permission_.profiles) {
      for (const std::string& arn : permission_.profiles->arns) {
        if (auto there = InRegion(arn, call.region)) arns.push_back(*std::move(there));
      }
      if (permission_.profiles->all_application) {
        arns.push_back(home + "application-inference-profile/*");
      }
      if (permission_.profiles->all_system) arns.push_back(home + "inference-profile/*");
      return arns;
    }
    if (call.route.kind == intent::Route::Kind::kDirectly) return {};
    const bool global = call.route.kind == intent::Route::Kind::kGlobally;
    const catalog::FoundId found = facts_.catalog.FindId(call.model);
    const catalog::InferenceProfile* profile =
        found ? found.id->ProfileOf(global ? "global" : call.route.geography) : nullptr;
    if (profile == nullptr) return {};
    return {home + "inference-profile/" + profile->id};
  }

  [[nodiscard]] std::vector<std::string> Destinations(const intent::Call& call) const {
    if (call.route.kind != intent::Route::Kind::kWithin) return {};
    const catalog::FoundId found = facts_.catalog.FindId(call.model);
    const catalog::InferenceProfile* profile =
        found ? found.id->ProfileOf(call.route.geography) : nullptr;
    const catalog::Route* route = profile != nullptr ? profile->RouteFrom(call.region) : nullptr;
    return route != nullptr ? route->destinations : std::vector<std::string>{};
  }

  [[nodiscard]] std::vector<std::string> ResourcesOf(const CallLeg& leg, const intent::Call& call,
                                                     const std::vector<std::string>& called) const {
    if (leg.resource.empty()) return called;
    const bool nowhere = leg.region == "unspecified";
    if (nowhere && call.route.kind != intent::Route::Kind::kGlobally) return {};
    const auto filled = [&](const std::string& destination) {
      return fmt::format(fmt::runtime(leg.resource), fmt::arg("p", facts_.partition()),
                         fmt::arg("s", call.region), fmt::arg("d", destination),
                         fmt::arg("a", account_.id), fmt::arg("m", call.model));
    };
    if (leg.resource.find("{d}") == std::string_view::npos) return {filled("")};
    std::vector<std::string> resources;
    for (const std::string& destination : Destinations(call)) {
      resources.push_back(filled(destination));
    }
    return resources;
  }

  void Call(const intent::Call& call, const Condition& guardrail) {
    const Approach approach = ApproachOf(call);
    const std::vector<std::string> called = CalledProfiles(call);
    for (const CallLeg& leg : CallLegs()) {
      if (leg.verb != permission_.operation.verb || leg.approach != approach) continue;
      if (!call.model.starts_with(leg.models)) continue;
      std::vector<Condition> all;
      if (leg.profile == ProfileKey::kAbsent) all.push_back(Not(Present(std::string(kProfileKey))));
      if (leg.profile == ProfileKey::kTheCalled) all.push_back(NamesOneOf(kProfileKey, called));
      if (leg.guardrail) all.push_back(guardrail);
      if (!leg.region.empty()) {
        all.push_back(Among(std::string(kRegionKey), {std::string(leg.region)}));
      }
      if (!leg.model_key.empty()) all.push_back(Among(std::string(leg.model_key), {call.model}));
      if (!leg.called_key.empty()) {
        const std::string model = fmt::format("arn:{}:bedrock:{}::foundation-model/{}",
                                              facts_.partition(), call.region, call.model);
        all.push_back(NamesOneOf(leg.called_key, called.empty() ? std::vector{model} : called));
      }
      Add(leg.actions, ResourcesOf(leg, call, called), And(std::move(all)));
    }
  }

  /// [MA] by the product that AWS Marketplace sells the model as.
  void Subscription(const intent::Call& call) {
    const catalog::FoundId found = facts_.catalog.FindId(call.model);
    if (!found) return;
    const std::vector<std::string> products = found.model->ProductIds();
    if (products.empty()) return;
    intent::Test test;
    test.key = "aws-marketplace:ProductId";
    test.multi_valued = true;
    test.op = intent::Test::Operator::kIncludes;
    test.values = products;
    Condition condition;
    condition.kind = Condition::Kind::kTest;
    condition.test = std::move(test);
    Add({"aws-marketplace:Subscribe"}, {"*"}, std::move(condition));
  }

  /// [GR] ApplyGuardrail on the guardrail, and on its profile in every destination.
  void Apply(intent::GuardrailIndex index, const std::string& region) {
    const intent::Guardrail& guardrail = facts_.model.guardrails[index.value];
    const auto bound = facts_.bindings.Find(guardrail.name, account_.id, region);
    if (!bound) return;
    const std::vector<std::string> apply{"bedrock:ApplyGuardrail"};
    Add(apply, {bound->arn}, Always());
    if (!guardrail.profile) return;
    const std::vector<std::string_view> parts = Segments(bound->arn);
    const std::string scope = guardrail.profile->substr(0, guardrail.profile->find('.'));
    const catalog::GuardrailProfile* profile = facts_.catalog.FindGuardrailProfile(scope);
    const catalog::Route* route = profile != nullptr ? profile->RouteFrom(region) : nullptr;
    for (const std::string& destination :
         route != nullptr ? route->destinations : std::vector{region}) {
      Add(apply,
          {fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/{}", facts_.partition(), destination,
                       parts.at(4), *guardrail.profile)},
          Always());
    }
  }

  static std::vector<std::string_view> Segments(std::string_view arn) {
    std::vector<std::string_view> parts;
    while (true) {
      const std::size_t colon = arn.find(':');
      parts.push_back(arn.substr(0, colon));
      if (colon == std::string_view::npos) return parts;
      arn.remove_prefix(colon + 1);
    }
  }

  // ---- everything else

  [[nodiscard]] bool On(intent::Plane plane) const {
    return std::ranges::find(permission_.planes, plane) != permission_.planes.end();
  }

  void Others() {
    const intent::Operation& operation = permission_.operation;
    const std::string& verb = operation.verb;
    if (verb == "administer") return Kinds(catalog::PlaneClass::kAdmin);
    if (verb == "browse") return Kinds(catalog::PlaneClass::kRead);
    if (verb == "apply") return Guardrails();
    if (verb == "log-in-with") {
      if (On(intent::Plane::kBedrock)) AddWhere("bedrock:CallWithBearerToken", {"*"});
      if (On(intent::Plane::kMantle)) AddWhere("bedrock-mantle:CallWithBearerToken", {"*"});
      if (On(intent::kClaudePlatform)) {
        AddWhere("aws-external-anthropic:CallWithBearerToken", {"*"});
      }
      return;
    }
    if (!On(intent::Plane::kBedrock)) return;
    for (const PlainVerb& plain : PlainVerbs()) {
      if (plain.verb != verb || plain.sort != operation.sort || plain.granted.empty()) continue;
      const std::string action(plain.granted);
      if (operation.things.all) AddByType(action);
      for (const std::string& arn : operation.things.arns) AddThing(action, arn);
    }
  }

  /// An ARN that leaves its place open is one in each region of the sentence.
  void AddThing(const std::string& action, const std::string& arn) {
    const std::vector<std::string> anywhere{"*"};
    const auto& regions = permission_.regions ? *permission_.regions : anywhere;
    const std::string partition = facts_.partition();
    std::vector<std::string> located = Located(arn, partition, regions, account_.id);
    if (located == std::vector<std::string>{arn}) return AddWhere(action, std::move(located));
    Add({action}, std::move(located), Always());
  }

  void Kinds(catalog::PlaneClass plane) {
    const bool browsing = plane == catalog::PlaneClass::kRead;
    for (const std::string& kind : permission_.operation.kinds) {
      const catalog::Kind* known = facts_.catalog.FindKind(kind);
      const bool of_agent_core =
          kind == "agentcore" || (known != nullptr && known->within == "agentcore");
      // What AgentCore has of other kinds goes with them in a prohibition only.
      const auto is_own = [&](const std::string& service) {
        if (service == "bedrock-mantle") return On(intent::Plane::kMantle);
        const bool is_meant = service == "bedrock-agentcore" ? of_agent_core : service == "bedrock";
        return is_meant && On(intent::Plane::kBedrock);
      };
      for (const catalog::BedrockAction* action : facts_.catalog.ActionsOfKind(kind, plane)) {
        if (browsing && action->exposes_content) continue;
        const bool shared = !action->when_key.empty();
        // API keys are seen in IAM; what changes them there is also about keys of other services.
        const bool of_iam = action->service == "iam" && (shared || browsing);
        if (!is_own(action->service) && !(of_iam && On(intent::Plane::kBedrock))) continue;
        AddByType(action->FullName(),
                  shared ? Among(action->when_key, {action->when_value}) : Always());
        if (IsCheckedOnNothing(action->FullName())) AddWhere(action->FullName(), {"*"});
      }
    }
  }

  void Guardrails() {
    for (const intent::GuardrailIndex index : permission_.operation.guardrails) {
      const std::string& name = facts_.model.guardrails[index.value].name;
      for (const std::string& region : facts_.bindings.Regions(name, account_.id)) {
        const auto& wanted = permission_.regions;
        if (!wanted || std::ranges::find(*wanted, region) != wanted->end()) Apply(index, region);
      }
    }
  }

  void NamedActions() {
    for (const std::string& action : permission_.operation.actions) {
      if (permission_.operation.resources.empty()) {
        AddWhere(action, {"*"});
        continue;
      }
      std::vector<std::string> fitting = permission_.operation.resources;
      if (!policy::HasWildcard(action)) {
        const auto forms = ResourceForms(facts_.catalog, action, "*", {"*"}, "*");
        std::erase_if(fitting, [&](const std::string& arn) {
          return arn != "*" && std::ranges::none_of(forms, [&](const std::string& form) {
                   return CanMeet(form, arn);
                 });
        });
      }
      AddWhere(action, std::move(fitting));
    }
  }

  const Facts& facts_;
  const intent::Permission& permission_;
  const intent::Account& account_;
  Condition common_;
  std::vector<Authorization> boxes_;
};

}  // namespace

std::vector<Authorization> Granted(const Facts& facts, const intent::Permission& permission,
                                   const intent::Account& account) {
  return Reader(facts, permission, account).Run();
}

std::vector<std::string> ResourceForms(const catalog::Catalog& catalog, const std::string& action,
                                       const std::string& partition,
                                       const std::vector<std::string>& regions,
                                       const std::string& account) {
  const std::size_t colon = action.find(':');
  const std::string service = action.substr(0, colon);
  const std::optional<catalog::Action> known =
      catalog.FindAction(service, action.substr(colon + 1));
  std::set<std::string> forms;
  if (!known) return {};
  const auto fill = [&](std::string_view format, const std::string& region) {
    std::string text;
    while (!format.empty()) {
      const std::size_t open = format.find("${");
      text += format.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t close = format.find('}', open);
      const std::string_view name = format.substr(open + 2, close - open - 2);
      text += name == "Partition" ? partition
              : name == "Region"  ? region
              : name == "Account" ? account
                                  : std::string("*");
      format.remove_prefix(close + 1);
    }
    return text;
  };
  for (const catalog::ActionResource& resource : known->resources) {
    const auto type = catalog.FindResourceType(service, resource.type);
    if (!type) continue;
    for (const std::string& format : type->arns) {
      for (const std::string& region : regions) forms.insert(fill(format, region));
    }
  }
  return {forms.begin(), forms.end()};
}

}  // namespace writ::verify

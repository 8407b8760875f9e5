#include "forbid_models.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/support/check.h"
#include "iam/policy/pattern.h"
#include "model_targets.h"
#include "products.h"
#include "program/intent/planes.h"
#include "program/intent/visit.h"

namespace writ::lower {
namespace {

using intent::Condition;
using intent::Duty;
using intent::Prohibition;
using intent::Test;

// ---- formulas -----------------------------------------------------------------------------------

Condition Asks(std::string key, Test::Type type, Test::Operator op,
               std::vector<std::string> values) {
  Condition condition;
  condition.kind = Condition::Kind::kTest;
  condition.test = {std::move(key), type, false, op, std::move(values), false};
  return condition;
}

Condition Never() {
  Condition condition;
  condition.kind = Condition::Kind::kAny;
  return condition;
}

Condition Negated(Condition condition) {
  Condition negated;
  negated.kind = Condition::Kind::kNot;
  negated.operands.push_back(std::move(condition));
  return negated;
}

template <class Visit>
void VisitTests(const Condition& condition, const Visit& visit) {
  if (condition.kind == Condition::Kind::kTest) visit(condition.test);
  for (const Condition& operand : condition.operands) VisitTests(operand, visit);
}

bool IsOf(const std::string& prefix, std::string_view name) {
  return name.size() > prefix.size() && name[prefix.size()] == ':' &&
         policy::EqualIgnoringCase(name.substr(0, prefix.size()), prefix);
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return catalog::MatchesPattern(pattern, text); });
}

// ---- the sentence -------------------------------------------------------------------------------

class ModelForbidder {
 public:
  ModelForbidder(const Context& context, const Prohibition& prohibition,
                 const std::vector<intent::AccountIndex>& accounts, std::string partition)
      : context_(context),
        library_(context.input.library),
        catalog_(context.input.catalog),
        prohibition_(prohibition),
        accounts_(accounts),
        partition_(std::move(partition)) {}

  support::Result<std::vector<ModelDenial>> Run() {
    const intent::Operation& operation = prohibition_.operation;
    const library::Verb* verb = library_.Find(operation.verb, intent::Name(operation.sort));
    WRIT_CHECK(verb != nullptr, operation.verb);
    verb_ = verb;
    Prepare();
    for (const library::Leg& leg : verb->forbid) {
      // Where AWS asks the caller for the model as well, that authorization is denied.
      if (!IsOnAPlane(leg) || leg.part == "asked") continue;
      if (leg.route == "scoped") {
        Scoped(leg);
      } else if (leg.route == "nowhere") {
        Nowhere(leg);
      } else if (leg.target == "plane") {
        Platform(leg);
      } else if (!leg.select.empty()) {
        Others(leg);
      } else {
        Plain(leg);
      }
    }
    if (error_) return *error_;
    return std::move(denials_);
  }

 private:
  // ---- what is asked

  void Prepare() {
    asked_.operands.push_back(prohibition_.when);
    if (!prohibition_.guardrails.empty()) {
      asked_.operands.push_back(Done(
          context_,
          {.guardrails = prohibition_.guardrails, .endpoints = {}, .profiles = {}, .satisfy = {}},
          accounts_, partition_));
    }
    if (prohibition_.profiles) {
      asked_.operands.push_back(Asks(library_.profile_key(), Test::Type::kArn,
                                     Test::Operator::kLike,
                                     ProfileArns(context_, *prohibition_.profiles, partition_)));
    }
    if (prohibition_.unless) {
      asked_.operands.push_back(
          Negated(Done(context_, *prohibition_.unless, accounts_, partition_)));
    }
    by_route_ = asked_;
    if (!prohibition_.routes.empty()) by_route_.operands.push_back(RouteIs());
    // A guardrail that is bound nowhere here leaves no test, and the sentence asks for it still.
    const bool by_key =
        prohibition_.unless && (prohibition_.unless->kind == Duty::Kind::kGuardrail ||
                                prohibition_.unless->kind == Duty::Kind::kProfile);
    asks_of_the_call_ = by_key || !prohibition_.guardrails.empty() || AsksOfTheCall(asked_);
    // Where a request without those keys meets the formula, the profile's own would.
    const Condition rest = Settled(by_route_, {});
    const support::Result<Alternatives> left = ToAlternatives(rest, false);
    spares_profiles_ =
        (asks_of_the_call_ || !prohibition_.routes.empty()) && left && !left->empty();
    targets_ = TargetsOf(prohibition_.models, catalog_);
  }

  [[nodiscard]] Condition RouteIs() const {
    Condition any = Never();
    for (const intent::Route& route : prohibition_.routes) {
      if (route.kind == intent::Route::Kind::kDirectly) {
        any.operands.push_back(
            Negated(Asks(library_.profile_key(), Test::Type::kArn, Test::Operator::kPresent, {})));
        continue;
      }
      Places places;
      places.Set("partition", partition_);
      places.Set("geography", ScopeOf(route));
      any.operands.push_back(Asks(library_.profile_key(), Test::Type::kArn, Test::Operator::kLike,
                                  Fill(library_.Form("scoped"), places)));
    }
    return any;
  }

  static std::string ScopeOf(const intent::Route& route) {
    return route.kind == intent::Route::Kind::kGlobally ? "global" : route.geography;
  }

  /// Whether the formula asks for a key that says how the call is made. Whether the profile's own
  /// authorization carries such a key is not documented; the model's always follows, so that one is
  /// left alone.
  [[nodiscard]] bool AsksOfTheCall(const Condition& condition) const {
    bool asks = false;
    VisitTests(condition, [&](const Test& test) {
      asks = asks || policy::EqualIgnoringCase(test.key, library_.guardrail_key()) ||
             policy::EqualIgnoringCase(test.key, library_.profile_key());
    });
    return asks;
  }

  /// What an authorization can have in its request.
  struct Carrier {
    bool guardrail = false;
    bool profile = false;
    std::string plane = "bedrock";
    const std::vector<std::string>* actions = nullptr;  ///< null: not looked at
  };

  [[nodiscard]] bool Carries(const std::vector<std::string>& actions,
                             const std::string& key) const {
    return std::ranges::any_of(actions, [&](const std::string& name) {
      const std::size_t colon = name.find(':');
      const auto action = catalog_.FindAction(name.substr(0, colon), name.substr(colon + 1));
      return action && catalog_.Carries(*action, key) != catalog::Carriage::kNo;
    });
  }

  /// Whether some authorization of the verb has the key: then its lack in another is a fact, and no
  /// gap of the catalog.
  [[nodiscard]] bool IsWired(const std::string& key) const {
    return std::ranges::any_of(verb_->forbid,
                               [&](const library::Leg& leg) { return Carries(leg.actions, key); });
  }

  /// The key as requests of the carrier name it; nothing if they never have it.
  [[nodiscard]] std::optional<std::string> KeyOf(const std::string& key,
                                                 const Carrier& carrier) const {
    if (policy::EqualIgnoringCase(key, library_.guardrail_key())) {
      return carrier.guardrail ? std::optional(key) : std::nullopt;
    }
    if (policy::EqualIgnoringCase(key, library_.profile_key())) {
      return carrier.profile ? std::optional(key) : std::nullopt;
    }
    if (key.starts_with("aws:")) return key;
    std::string name = key;
    const std::string& bedrock = library_.PrefixOf("bedrock");
    if (carrier.plane != "bedrock" && IsOf(bedrock, key)) {
      name = library_.PrefixOf(carrier.plane) + key.substr(bedrock.size());
      if (!catalog_.FindKey(name)) return std::nullopt;
    }
    if (carrier.actions == nullptr || Carries(*carrier.actions, name)) return name;
    return IsWired(name) ? std::nullopt : std::optional(name);
  }

  /// The formula as requests of the carrier meet it: `k op v` is false when `k` is absent.
  [[nodiscard]] Condition Settled(const Condition& condition, const Carrier& carrier) const {
    if (condition.kind == Condition::Kind::kTest) {
      std::optional<std::string> key = KeyOf(condition.test.key, carrier);
      if (!key) return Never();
      Condition settled = condition;
      settled.test.key = *std::move(key);
      return settled;
    }
    Condition settled;
    settled.kind = condition.kind;
    for (const Condition& operand : condition.operands) {
      settled.operands.push_back(Settled(operand, carrier));
    }
    return settled;
  }

  // ---- adding

  void Add(std::vector<std::string> actions, policy::Patterns resources, const Condition& asked,
           const Carrier& carrier, bool anywhere = false, const Alternatives& also = {{}}) {
    if (actions.empty() || resources.values.empty()) return;
    Carrier all = carrier;
    all.actions = &actions;
    support::Result<Alternatives> narrowing = ToAlternatives(Settled(asked, all), false);
    if (narrowing) narrowing = Both(*narrowing, also);
    if (!narrowing) {
      if (!error_) error_ = narrowing.error();
      return;
    }
    if (narrowing->empty()) return;
    denials_.push_back({std::move(actions), std::move(resources), *std::move(narrowing),
                        carrier.profile, anywhere});
  }

  static Carrier CarrierOf(const library::Leg& leg) {
    return {leg.carries_guardrail, leg.carries_profile, leg.plane.empty() ? "bedrock" : leg.plane,
            nullptr};
  }

  [[nodiscard]] bool IsOnAPlane(const library::Leg& leg) const {
    const auto plane = leg.plane == "mantle"            ? intent::Plane::kMantle
                       : leg.plane == "claude-platform" ? intent::kClaudePlatform
                                                        : intent::Plane::kBedrock;
    return prohibition_.Covers(plane);
  }

  [[nodiscard]] bool HasRoute(intent::Route::Kind kind) const {
    return std::ranges::any_of(prohibition_.routes,
                               [&](const intent::Route& route) { return route.kind == kind; });
  }

  [[nodiscard]] bool IsMeant(const std::string& id) const {
    const intent::ModelPatterns& models = prohibition_.models;
    if (std::ranges::find(models.except, id) != models.except.end()) return false;
    return models.all || MatchesAny(models.patterns, id);
  }

  // ---- by model

  void Plain(const library::Leg& leg) {
    if (leg.target == "product") return Product(leg);
    const bool through_profile = leg.part == "route" || leg.part == "profile";
    if (through_profile && !prohibition_.routes.empty()) return;
    if (leg.part == "route" && (targets_.everything || targets_.inverted)) {
      // What denies the model's authorization names the profile's as well, or leaves it alone.
      return;
    }
    if (leg.part == "route" && asks_of_the_call_) return;
    // What an opaque resource holds is not in its ARN: it is closed where it is made, and using it
    // where the sentence says any model. With exceptions NotResource denies it.
    if (leg.target == "opaque" && (!prohibition_.models.all || targets_.inverted)) return;
    const Carrier carrier = CarrierOf(leg);
    if (!leg.model_key.empty()) {
      Add(leg.actions, Listed(leg.resources), by_route_, carrier, false, {ModelKey(leg)});
      return;
    }
    if (targets_.everything && !(spares_profiles_ && leg.carries_profile)) {
      if (leg.target != "opaque") Add(leg.actions, Listed({"*"}), by_route_, carrier);
      return;
    }
    Add(leg.actions, ResourcesOf(leg, leg.resources, leg.beside), by_route_, carrier);
  }

  /// The resources of a leg for the sentence's models.
  [[nodiscard]] policy::Patterns ResourcesOf(const library::Leg& leg,
                                             const std::vector<std::string>& resources,
                                             const std::vector<std::string>& beside,
                                             Places places = {}) const {
    places.Set("partition", partition_);
    places.Set("model", targets_.globs);
    std::vector<std::string> arns = FillAll(resources, places);
    if (!targets_.inverted) return Listed(std::move(arns));
    const auto append = [&](std::vector<std::string> more) {
      std::ranges::move(more, std::back_inserter(arns));
    };
    append(FillAll(beside, places));
    if (spares_profiles_ && leg.carries_profile) {
      append(ProfileArns(context_, {.all_application = true, .all_system = true, .arns = {}},
                         partition_));
    }
    if (!prohibition_.models.all) {
      for (const library::Leg& other : verb_->forbid) {
        if (other.target != "opaque" || other.actions != leg.actions) continue;
        append(FillAll(other.resources, places));
      }
    }
    return {policy::Sense::kAllBut, WithoutCovered(std::move(arns))};
  }

  /// What the leg's model condition key must be; nothing to ask for any model.
  [[nodiscard]] Block ModelKey(const library::Leg& leg) const {
    const intent::ModelPatterns& models = prohibition_.models;
    Block block;
    if (!models.all) block.push_back(Make("StringLike", leg.model_key, models.patterns));
    if (!models.except.empty()) {
      block.push_back(Make("StringNotEquals", leg.model_key, models.except));
    }
    std::ranges::sort(block);
    return block;
  }

  void Product(const library::Leg& leg) {
    const Products products = ProductsOf(prohibition_.models, catalog_);
    Alternatives bought{{}};
    if (products.unknown && !products.left.empty()) {
      // Anything but what is left; a request that names no product is such a thing.
      bought = {{Make("ForAnyValue:StringNotEquals", leg.model_key,
                      {products.left.begin(), products.left.end()})},
                {Make("Null", leg.model_key, {"true"})}};
    } else if (!products.unknown) {
      if (products.meant.empty()) return;
      bought = {{Make("ForAnyValue:StringEquals", leg.model_key,
                      {products.meant.begin(), products.meant.end()})}};
    }
    Add(leg.actions, Listed(leg.resources), by_route_, CarrierOf(leg), false, bought);
  }

  // ---- by route

  /// A profile of certain scopes, and making another of it. Where only some regions are left free
  /// that scope is `global`, which lies in none.
  void Scoped(const library::Leg& leg) {
    std::set<std::string> scopes;
    for (const intent::Route& route : prohibition_.routes) {
      if (route.kind != intent::Route::Kind::kDirectly) scopes.insert(ScopeOf(route));
    }
    const bool anywhere = LeavesOnlySomeRegions();
    if (anywhere && !targets_.inverted) scopes.insert("global");
    if (scopes.empty()) return;
    if (leg.part == "route" && (targets_.inverted || asks_of_the_call_)) return;
    std::vector<std::string> elsewhere;
    for (const catalog::Geography& geography : catalog_.geographies()) {
      if (geography.inference && !scopes.contains(geography.scope)) {
        elsewhere.push_back(geography.scope);
      }
    }
    Places places;
    places.Set("geography", std::vector<std::string>(scopes.begin(), scopes.end()));
    places.Set("elsewhere", std::move(elsewhere));
    Add(leg.actions, ResourcesOf(leg, leg.resources, leg.beside, std::move(places)), asked_,
        CarrierOf(leg), anywhere);
  }

  /// What is processed in no region.
  void Nowhere(const library::Leg& leg) {
    const bool anywhere = LeavesOnlySomeRegions();
    if (!anywhere && !HasRoute(intent::Route::Kind::kGlobally)) return;
    Add(leg.actions, ResourcesOf(leg, leg.resources, leg.beside), asked_, CarrierOf(leg), anywhere);
  }

  [[nodiscard]] bool LeavesOnlySomeRegions() const {
    return prohibition_.regions && prohibition_.regions->all_except && prohibition_.routes.empty();
  }

  // ---- other actions that have models run

  [[nodiscard]] std::vector<const catalog::BedrockAction*> Running(std::string_view plane) const {
    std::vector<const catalog::BedrockAction*> running;
    for (const catalog::BedrockAction& action : catalog_.bedrock_actions()) {
      if (!action.causes_inference || PlaneOf(action.service) != plane) continue;
      const bool is_known = std::ranges::any_of(verb_->forbid, [&](const library::Leg& leg) {
        return std::ranges::find(leg.actions, action.FullName()) != leg.actions.end();
      });
      if (!is_known) running.push_back(&action);
    }
    return running;
  }

  [[nodiscard]] std::string_view PlaneOf(const std::string& service) const {
    for (const std::string_view plane : {"mantle", "claude-platform"}) {
      if (service == library_.PrefixOf(plane)) return plane;
    }
    return "bedrock";
  }

  /// Actions that the catalog says have models run, and that no other leg is about.
  void Others(const library::Leg& leg) {
    for (const catalog::BedrockAction* running : Running(leg.plane)) {
      const std::string name = running->FullName();
      if (!leg.model_key.empty() && Carries({name}, leg.model_key)) {
        Add({name}, Listed({"*"}), by_route_, CarrierOf(leg), false, {ModelKey(leg)});
        continue;
      }
      const auto action = catalog_.FindAction(running->service, running->name);
      if (action && TakesModels(*action)) {
        ByItsTypes(leg, *action);
        continue;
      }
      if (targets_.everything) Add({name}, Listed({"*"}), by_route_, CarrierOf(leg));
    }
  }

  static bool TakesModels(const catalog::Action& action) {
    return std::ranges::any_of(action.resources, [](const catalog::ActionResource& resource) {
      return resource.type == "foundation-model";
    });
  }

  /// An action whose resource types tell the model.
  void ByItsTypes(const library::Leg& leg, const catalog::Action& action) {
    if (targets_.everything) {
      Add({action.FullName()}, Listed({"*"}), by_route_, CarrierOf(leg));
      return;
    }
    std::vector<std::string> resources;
    std::vector<std::string> opaque;
    for (const library::Leg& other : verb_->forbid) {
      if (!other.route.empty() || !other.select.empty()) continue;
      if (other.part == "call" && other.target == "named" && other.carries_profile) {
        resources.insert(resources.begin(), other.resources.begin(), other.resources.end());
      }
      if (other.part == "route" && Takes(action, "inference-profile")) {
        resources.insert(resources.end(), other.resources.begin(), other.resources.end());
      }
      if (other.target == "opaque") {
        opaque.insert(opaque.end(), other.resources.begin(), other.resources.end());
      }
    }
    std::vector<std::string> beside;
    for (const catalog::ActionResource& resource : action.resources) {
      // Which models a router takes is not in its ARN either.
      if (resource.type == "foundation-model" || resource.type == "inference-profile" ||
          (prohibition_.models.all && resource.type.ends_with("prompt-router"))) {
        continue;
      }
      for (const std::string& form : FormsOf(action.service, resource.type)) {
        const bool hides = std::ranges::find(opaque, form) != opaque.end();
        if (!hides || !prohibition_.models.all) beside.push_back(form);
      }
    }
    Add({action.FullName()}, ResourcesOf(leg, resources, beside), by_route_, CarrierOf(leg));
  }

  static bool Takes(const catalog::Action& action, std::string_view type) {
    return std::ranges::any_of(action.resources, [&](const catalog::ActionResource& resource) {
      return resource.type == type;
    });
  }

  /// "arn:{partition}:bedrock:*:*:custom-model/*": every variable part but the partition is open.
  [[nodiscard]] std::vector<std::string> FormsOf(const std::string& service,
                                                 const std::string& type) const {
    std::vector<std::string> forms;
    const auto known = catalog_.FindResourceType(service, type);
    if (!known) return forms;
    Places open;
    open.Set("partition", "{partition}");
    open.Set("region", "*");
    open.Set("account", "*");
    for (const std::string& format : known->arns) {
      for (std::string& form : Fill(TemplateOf(format), open)) forms.push_back(std::move(form));
    }
    return forms;
  }

  /// What cannot tell models: refused as soon as one of those that it runs is meant. Exceptions are
  /// of known models, so a pattern always has others.
  void Platform(const library::Leg& leg) {
    const intent::ModelPatterns& models = prohibition_.models;
    const bool has_one = std::ranges::any_of(leg.models, [&](const std::string& listed) {
      if (listed.find_first_of("*?") == std::string::npos) return IsMeant(listed);
      return models.all || std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
               return policy::MayOverlap(pattern, listed);
             });
    });
    if (!has_one && !targets_.everything) return;
    std::vector<std::string> actions = leg.actions;
    if (!leg.select.empty()) {
      for (const catalog::BedrockAction* running : Running(leg.plane)) {
        actions.push_back(running->FullName());
      }
    }
    Add(std::move(actions), Listed(leg.resources), by_route_, CarrierOf(leg));
  }

  const Context& context_;
  const library::Library& library_;
  const catalog::Catalog& catalog_;
  const Prohibition& prohibition_;
  const std::vector<intent::AccountIndex>& accounts_;
  std::string partition_;
  const library::Verb* verb_ = nullptr;
  ModelTargets targets_;
  Condition asked_;     ///< all that narrows but models, regions and routes
  Condition by_route_;  ///< and the routes
  bool asks_of_the_call_ = false;
  bool spares_profiles_ = false;  ///< what denies everything must leave profiles alone
  std::vector<ModelDenial> denials_;
  std::optional<support::Error> error_;
};

}  // namespace

support::Result<std::vector<ModelDenial>> DenyModels(
    const Context& context, const Prohibition& prohibition,
    const std::vector<intent::AccountIndex>& accounts, const std::string& partition) {
  return ModelForbidder(context, prohibition, accounts, partition).Run();
}

support::Result<std::vector<ModelDenial>> KnownDenials::Of(
    const Context& context, const Prohibition& prohibition,
    const std::vector<intent::AccountIndex>& accounts, const std::string& partition) {
  // Guardrails are others in each account.
  if (!prohibition.guardrails.empty() || prohibition.unless) {
    return DenyModels(context, prohibition, accounts, partition);
  }
  Prohibition content = prohibition;
  content.bound = {};
  content.accounts.clear();
  content.nodes.clear();
  support::Fingerprint print = intent::FingerprintOf("models denied", content);
  if (const auto found = known_.find(print); found != known_.end()) return found->second;
  support::Result<std::vector<ModelDenial>> denials =
      DenyModels(context, prohibition, accounts, partition);
  if (denials) known_.emplace(std::move(print), *denials);
  return denials;
}

std::vector<std::string> ProfileArns(const Context& context, const intent::Profiles& profiles,
                                     const std::string& partition) {
  const library::Library& library = context.input.library;
  std::vector<std::string> arns = profiles.arns;
  Places anywhere;
  anywhere.Set("partition", partition);
  anywhere.Set("region", "*");
  anywhere.Set("account", "*");
  const auto add = [&](std::string_view form) {
    for (std::string& arn : Fill(library.Form(form), anywhere)) arns.push_back(std::move(arn));
  };
  if (profiles.all_application) add("any-application-profile");
  if (profiles.all_system) add("any-system-profile");
  return arns;
}

Condition Done(const Context& context, const Duty& duty,
               const std::vector<intent::AccountIndex>& accounts, const std::string& partition) {
  const library::Library& library = context.input.library;
  switch (duty.kind) {
    case Duty::Kind::kGuardrail: {
      std::set<std::string> pinned;
      for (const intent::AccountIndex index : accounts) {
        for (std::string& value :
             context.PinnedAnywhere(duty.guardrails, context.AccountAt(index).id)) {
          pinned.insert(std::move(value));
        }
      }
      // Bound nowhere here, no call can name it.
      if (pinned.empty()) return Never();
      return Asks(library.guardrail_key(), Test::Type::kArn, Test::Operator::kIn,
                  {pinned.begin(), pinned.end()});
    }
    case Duty::Kind::kProfile:
      return Asks(library.profile_key(), Test::Type::kArn, Test::Operator::kLike,
                  ProfileArns(context, duty.profiles, partition));
    case Duty::Kind::kEndpoint:
      return ThroughEndpoints(context.input.model, duty.endpoints);
    case Duty::Kind::kSatisfy:
      return duty.satisfy;
  }
  WRIT_CHECK(false, "unknown duty");
}

}  // namespace writ::lower

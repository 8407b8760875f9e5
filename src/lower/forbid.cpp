#include "forbid.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "model_targets.h"
#include "planes.h"
#include "products.h"
#include "writ/support/check.h"

namespace writ::lower {
namespace {

using intent::Duty;
using intent::Prohibition;
using policy::Statement;

/// The guardrails whose ARNs an operation on guardrails writes: those that it names, or those that
/// `any guardrail except …` leaves out.
std::vector<intent::GuardrailIndex> NamedGuardrails(const intent::Model& model,
                                                    const intent::Operation& operation) {
  if (!operation.things.all) return operation.guardrails;
  std::vector<intent::GuardrailIndex> left_out;
  for (std::uint32_t i = 0; i < model.guardrails.size(); ++i) {
    if (!std::ranges::binary_search(operation.guardrails, intent::GuardrailIndex{i})) {
      left_out.push_back({i});
    }
  }
  return left_out;
}

/// Builds the statements of one prohibition for some accounts.
class Forbidder {
 public:
  Forbidder(Context& context, const Prohibition& prohibition,
            std::vector<intent::AccountIndex> accounts)
      : context_(context),
        prohibition_(prohibition),
        accounts_(std::move(accounts)),
        library_(context.input.library) {}

  std::vector<Statement> Run();

 private:
  bool Join(Alternatives& all, const support::Result<Alternatives>& part);
  bool PrepareCommon();
  bool Who();
  std::vector<std::string> Arns(const std::vector<intent::Holder>& holders) const;
  struct Tag {
    std::string key;
    std::string value;
    std::vector<std::string> only_in;  ///< ids of accounts; empty: all that are spoken of
    auto operator<=>(const Tag&) const = default;
  };
  std::vector<Tag> Tags(const std::vector<intent::Holder>& holders) const;

  void Models(const library::Verb& verb);
  void ModelLeg(const library::Leg& leg, const ModelTargets& targets);
  bool Applies(const library::Leg& leg) const;
  bool DutyByKey() const;
  bool SparesProfiles() const;
  std::vector<policy::Patterns> ResourcesOf(const library::Leg& leg, const ModelTargets& targets);
  std::optional<Alternatives> NarrowingOf(const library::Leg& leg);
  bool NarrowByRoute(const library::Leg& leg, Alternatives& all);
  bool NarrowByDuty(const library::Leg& leg, Alternatives& all);
  Alternatives ModelKey(const library::Leg& leg) const;
  std::vector<std::string> ProfileArns(const intent::Profiles& profiles) const;
  std::vector<std::string> PinnedHere(const std::vector<intent::GuardrailIndex>& guardrails) const;

  policy::Patterns GuardrailArns() const;
  bool IsThrough(const std::string& action) const;
  std::vector<std::string> Anywhere(const std::vector<std::string>& arns) const;
  void Others(const library::Verb& verb);
  void Actions();
  void Anything();

  /// How an authorization stands to the key that names the inference profile of a call.
  enum class Profile {
    kForeign,  ///< another service's: it is not asked for
    kAbsent,   ///< never carries it
    kCarried   ///< carries it when the call goes through a profile
  };
  void AddInRegions(policy::Patterns actions, policy::Patterns resources,
                    const Alternatives& narrowing, Profile profile);
  using Meant = std::function<bool(const std::string& action)>;
  void AddGlobalLegs(const library::Verb& verb, const ModelTargets& targets, const Meant& is_meant);
  [[nodiscard]] bool OnlyInListedRegions() const;
  void Add(policy::Patterns actions, policy::Patterns resources, const Alternatives& narrowing);

  Context& context_;
  const Prohibition& prohibition_;
  std::vector<intent::AccountIndex> accounts_;
  const library::Library& library_;
  std::string partition_ = "aws";
  Alternatives common_{{}};  ///< who, when, period, endpoints
  std::vector<Statement> statements_;
};

/// The leg's own conditions; those of prohibitions have no placeholders.
Block ConditionsOf(const library::Leg& leg) {
  Block block;
  for (const library::LegCondition& condition : leg.conditions) {
    const Conjoined done = Conjoin(block, Make(condition.op, condition.key, condition.values));
    WRIT_CHECK(done == Conjoined::kDone, "the library's conditions of a leg agree");
  }
  return block;
}

/// Whether one of the action patterns, which ignore case, matches.
bool MatchesAny(const std::vector<std::string>& patterns, const std::string& action) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
  });
}

Alternatives One(policy::Condition condition) { return {{std::move(condition)}}; }

bool Forbidder::Join(Alternatives& all, const support::Result<Alternatives>& part) {
  if (!part) {
    ReportInexpressible(context_, prohibition_.origin, part.error().message);
    return false;
  }
  support::Result<Alternatives> joined = Both(all, *part);
  if (!joined) {
    ReportInexpressible(context_, prohibition_.origin, joined.error().message);
    return false;
  }
  all = *std::move(joined);
  return true;
}

// ---- who
// -----------------------------------------------------------------------------------------

std::vector<std::string> Forbidder::Arns(const std::vector<intent::Holder>& holders) const {
  std::set<std::string> arns;
  for (const intent::Holder& holder : holders) {
    for (const intent::AccountIndex index : accounts_) {
      if (!std::ranges::binary_search(holder.accounts, index)) continue;
      for (const intent::Principal& principal : holder.principals) {
        for (std::string& arn :
             context_.ArnsOf(principal, partition_, context_.AccountAt(index).id)) {
          arns.insert(std::move(arn));
        }
      }
    }
  }
  return {arns.begin(), arns.end()};
}

std::vector<Forbidder::Tag> Forbidder::Tags(const std::vector<intent::Holder>& holders) const {
  std::set<Tag> tags;
  for (const intent::Holder& holder : holders) {
    std::vector<std::string> here;
    for (const intent::AccountIndex index : accounts_) {
      if (std::ranges::binary_search(holder.accounts, index)) {
        here.push_back(context_.AccountAt(index).id);
      }
    }
    if (!holder.accounts.empty() && here.empty()) continue;
    if (here.size() == accounts_.size()) here.clear();
    for (const intent::Principal& principal : holder.principals) {
      if (principal.kind == intent::Principal::Kind::kTag) {
        tags.insert({"aws:PrincipalTag/" + principal.tag_key, principal.value, here});
      }
    }
  }
  return {tags.begin(), tags.end()};
}

bool Forbidder::Who() {
  const intent::Bound& bound = prohibition_.bound;
  if (!bound.everyone) {
    Alternatives any;
    if (std::vector<std::string> arns = Arns(bound.included); !arns.empty()) {
      any.push_back({Make("ArnLike", "aws:PrincipalArn", std::move(arns))});
    }
    for (const Tag& tag : Tags(bound.included)) {
      Alternatives tagged = One(Make("StringEquals", tag.key, {tag.value}));
      if (!tag.only_in.empty() &&
          !Join(tagged, One(Make("StringEquals", "aws:PrincipalAccount", tag.only_in)))) {
        return false;
      }
      any.push_back(std::move(tagged.front()));
    }
    if (any.empty()) return false;
    if (!Join(common_, any)) return false;
  }
  if (std::vector<std::string> arns = Arns(bound.excepted); !arns.empty()) {
    if (!Join(common_, One(Make("ArnNotLike", "aws:PrincipalArn", std::move(arns))))) return false;
  }
  for (const Tag& tag : Tags(bound.excepted)) {
    Alternatives other = One(Make("StringNotEquals", tag.key, {tag.value}));
    if (!tag.only_in.empty()) {
      other.push_back({Make("StringNotEquals", "aws:PrincipalAccount", tag.only_in)});
    }
    if (!Join(common_, other)) return false;
  }
  return true;
}

bool Forbidder::PrepareCommon() {
  if (prohibition_.regions) partition_ = context_.PartitionOf(prohibition_.regions->regions);
  common_ = {PeriodBlock(prohibition_.period)};
  if (!Who()) return false;
  if (!prohibition_.endpoints.empty() &&
      !Join(common_, ToAlternatives(ThroughEndpoints(context_.input.model, prohibition_.endpoints),
                                    false))) {
    return false;
  }
  return Join(common_, ToAlternatives(prohibition_.when, false));
}

// ---- adding statements
// ---------------------------------------------------------------------------

void Forbidder::Add(policy::Patterns actions, policy::Patterns resources,
                    const Alternatives& narrowing) {
  if (actions.values.empty() || resources.values.empty()) return;
  Alternatives all = common_;
  if (!Join(all, narrowing)) return;
  for (Block& block : all) {
    Statement statement;
    statement.effect = policy::Effect::kDeny;
    statement.action = actions;
    statement.resource = resources;
    statement.conditions = std::move(block);
    support::Result<std::vector<Statement>> by_plane = ByPlane(context_, std::move(statement));
    if (!by_plane) {
      ReportInexpressible(context_, prohibition_.origin, by_plane.error().message);
      return;
    }
    for (Statement& each : *by_plane) statements_.push_back(std::move(each));
  }
}

/// `in R`: the region in the profile's ARN for what carries one, else aws:RequestedRegion. What
/// never carries a profile asks for its absence as well, so that both kinds share a statement.
void Forbidder::AddInRegions(policy::Patterns actions, policy::Patterns resources,
                             const Alternatives& narrowing, Profile profile) {
  if (!prohibition_.regions) {
    Add(std::move(actions), std::move(resources), narrowing);
    return;
  }
  const bool outside = prohibition_.regions->all_except;
  const std::string& key = library_.profile_key();
  Places places;
  places.Set("partition", partition_);
  places.Set("region", prohibition_.regions->regions);
  const std::vector<std::string> profiles = Fill(library_.Form("called-in"), places);
  Alternatives plain = narrowing;
  Block requested{Make(outside ? "StringNotEquals" : "StringEquals", "aws:RequestedRegion",
                       prohibition_.regions->regions)};
  if (profile != Profile::kForeign) requested.push_back(Make("Null", key, {"true"}));
  if (Join(plain, Alternatives{requested})) Add(actions, resources, plain);
  if (profile != Profile::kCarried) return;
  Alternatives routed = narrowing;
  Alternatives called = One(Make(outside ? "ArnNotLike" : "ArnLike", key, profiles));
  if (outside) called[0].push_back(Make("Null", key, {"false"}));
  if (Join(routed, called)) Add(std::move(actions), std::move(resources), routed);
}

// ---- models
// --------------------------------------------------------------------------------------

std::vector<std::string> Forbidder::PinnedHere(
    const std::vector<intent::GuardrailIndex>& guardrails) const {
  std::set<std::string> pinned;
  for (const intent::AccountIndex index : accounts_) {
    for (std::string& value : context_.PinnedAnywhere(guardrails, context_.AccountAt(index).id)) {
      pinned.insert(std::move(value));
    }
  }
  return {pinned.begin(), pinned.end()};
}

std::vector<std::string> Forbidder::ProfileArns(const intent::Profiles& profiles) const {
  std::vector<std::string> arns = profiles.arns;
  Places anywhere;
  anywhere.Set("partition", partition_);
  anywhere.Set("region", "*");
  anywhere.Set("account", "*");
  const auto add = [&](std::string_view form) {
    for (std::string& arn : Fill(library_.Form(form), anywhere)) arns.push_back(std::move(arn));
  };
  if (profiles.all_application) add("any-application-profile");
  if (profiles.all_system) add("any-system-profile");
  return arns;
}

/// Whether the obligation asks for a key that only some authorizations of a call carry.
bool Forbidder::DutyByKey() const {
  return prohibition_.unless && (prohibition_.unless->kind == Duty::Kind::kGuardrail ||
                                 prohibition_.unless->kind == Duty::Kind::kProfile);
}

/// Whether the authorization for the profile itself must be left alone: it lacks the key whose
/// absence the other authorizations of the call are refused for.
bool Forbidder::SparesProfiles() const {
  return DutyByKey() || std::ranges::any_of(prohibition_.routes, [](const intent::Route& route) {
           return route.kind == intent::Route::Kind::kDirectly;
         });
}

intent::Plane PlaneOf(bool mantle) {
  return mantle ? intent::Plane::kMantle : intent::Plane::kBedrock;
}

bool Forbidder::Applies(const library::Leg& leg) const {
  const bool mantle = leg.plane == "mantle";
  if (!prohibition_.Covers(PlaneOf(mantle))) return false;
  const bool by_guardrail = !prohibition_.guardrails.empty();
  const bool narrowed = by_guardrail || prohibition_.profiles || !prohibition_.routes.empty();
  if (leg.part == "obtain" && (narrowed || prohibition_.unless || !prohibition_.planes.empty()))
    return false;
  if (by_guardrail && !leg.carries_guardrail) return false;
  if (prohibition_.profiles && !leg.carries_profile) return false;
  if (leg.part == "route") {
    if (narrowed) return false;
    // The profile's own authorization may lack the keys that these duties ask for.
    return !DutyByKey();
  }
  return true;
}

/// What the leg's model condition key must be; nothing to ask for any model.
Alternatives Forbidder::ModelKey(const library::Leg& leg) const {
  const intent::ModelPatterns& models = prohibition_.models;
  Block block;
  if (leg.target == "product") {
    const Products products = ProductsOf(models, context_.input.catalog);
    if (products.unknown) {
      if (products.left.empty()) return {{}};
      // Anything but what is left; a request that names no product is such a thing.
      return {{Make("ForAnyValue:StringNotEquals", leg.model_key,
                    {products.left.begin(), products.left.end()})},
              {Make("Null", leg.model_key, {"true"})}};
    }
    if (products.meant.empty()) return {};
    return {{Make("ForAnyValue:StringEquals", leg.model_key,
                  {products.meant.begin(), products.meant.end()})}};
  }
  if (!models.all) block.push_back(Make("StringLike", leg.model_key, models.patterns));
  if (!models.except.empty())
    block.push_back(Make("StringNotEquals", leg.model_key, models.except));
  std::ranges::sort(block);
  return {block};
}

std::vector<policy::Patterns> Forbidder::ResourcesOf(const library::Leg& leg,
                                                     const ModelTargets& targets) {
  Places places;
  places.Set("partition", partition_);
  places.Set("model", targets.globs);
  std::vector<std::string> resources = FillAll(leg.resources, places);
  const bool by_model = leg.target == "named" && leg.model_key.empty();
  if (!by_model || !targets.inverted) return {Listed(std::move(resources))};
  for (std::string& beside : FillAll(leg.beside, places)) resources.push_back(std::move(beside));
  if (SparesProfiles()) {
    for (std::string& arn :
         ProfileArns({.all_application = true, .all_system = true, .arns = {}})) {
      resources.push_back(std::move(arn));
    }
  }
  return {{policy::Sense::kAllBut, WithoutCovered(std::move(resources))}};
}

bool Forbidder::NarrowByDuty(const library::Leg& leg, Alternatives& all) {
  if (!prohibition_.unless) return true;
  const Duty& duty = *prohibition_.unless;
  switch (duty.kind) {
    case Duty::Kind::kGuardrail: {
      if (!leg.carries_guardrail) return true;
      std::vector<std::string> pinned = PinnedHere(duty.guardrails);
      if (pinned.empty()) return true;  // not bound here: the duty cannot be met
      return Join(all, One(Make("StringNotEquals", library_.guardrail_key(), std::move(pinned))));
    }
    case Duty::Kind::kProfile:
      if (!leg.carries_profile) return true;
      return Join(all, One(Make("ArnNotLike", library_.profile_key(), ProfileArns(duty.profiles))));
    case Duty::Kind::kEndpoint:
      return Join(all,
                  ToAlternatives(ThroughEndpoints(context_.input.model, duty.endpoints), true));
    case Duty::Kind::kSatisfy:
      return Join(all, ToAlternatives(duty.satisfy, true));
  }
  return false;
}

bool Forbidder::NarrowByRoute(const library::Leg& leg, Alternatives& all) {
  if (!leg.route.empty()) return true;
  const bool direct = std::ranges::any_of(prohibition_.routes, [](const intent::Route& route) {
    return route.kind == intent::Route::Kind::kDirectly;
  });
  if (prohibition_.routes.empty()) return true;
  if (!leg.carries_profile) return true;
  Alternatives any;
  if (direct) any.push_back({Make("Null", library_.profile_key(), {"true"})});
  for (const intent::Route& route : prohibition_.routes) {
    if (route.kind == intent::Route::Kind::kDirectly) continue;
    Places places;
    places.Set("partition", partition_);
    places.Set("geography",
               route.kind == intent::Route::Kind::kGlobally ? "global" : route.geography);
    any.push_back({Make("ArnLike", library_.profile_key(), Fill(library_.Form("scoped"), places))});
  }
  return Join(all, any);
}

std::optional<Alternatives> Forbidder::NarrowingOf(const library::Leg& leg) {
  Alternatives all{{}};
  if (!leg.model_key.empty() && !Join(all, ModelKey(leg))) return std::nullopt;
  if (!NarrowByRoute(leg, all) || !NarrowByDuty(leg, all)) return std::nullopt;
  if (!prohibition_.guardrails.empty()) {
    std::vector<std::string> pinned = PinnedHere(prohibition_.guardrails);
    if (pinned.empty()) return std::nullopt;  // not bound here: no call can name it
    if (!Join(all, One(Make("StringEquals", library_.guardrail_key(), std::move(pinned))))) {
      return std::nullopt;
    }
  }
  if (prohibition_.profiles && !Join(all, One(Make("ArnLike", library_.profile_key(),
                                                   ProfileArns(*prohibition_.profiles))))) {
    return std::nullopt;
  }
  return all;
}

void Forbidder::ModelLeg(const library::Leg& leg, const ModelTargets& targets) {
  // NotResource of the leg for named models denies these too.
  if (targets.inverted && (leg.target == "opaque" || leg.part == "route")) return;
  const std::optional<Alternatives> narrowing = NarrowingOf(leg);
  if (!narrowing || narrowing->empty()) return;
  const Profile profile = leg.carries_profile ? Profile::kCarried : Profile::kAbsent;
  if (targets.everything && !SparesProfiles()) {
    // "*" covers the profile's own authorization as well.
    if (leg.part == "route") return;
    AddInRegions(Listed(leg.actions), Listed({"*"}), *narrowing, profile);
    return;
  }
  for (policy::Patterns& resources : ResourcesOf(leg, targets)) {
    AddInRegions(Listed(leg.actions), std::move(resources), *narrowing, profile);
  }
}

bool Forbidder::OnlyInListedRegions() const {
  return prohibition_.regions && prohibition_.regions->all_except && !prohibition_.unless &&
         prohibition_.Covers(intent::Plane::kBedrock) && prohibition_.guardrails.empty() &&
         !prohibition_.profiles;
}

/// The region-less leg of global routing lies in no region, so a list of the only allowed regions
/// forbids it.
void Forbidder::AddGlobalLegs(const library::Verb& verb, const ModelTargets& targets,
                              const Meant& is_meant) {
  if (!OnlyInListedRegions() || !prohibition_.routes.empty() || targets.inverted) return;
  for (const library::Leg& leg : verb.forbid) {
    if (leg.route != "globally") continue;
    std::vector<std::string> meant = leg.actions;
    std::erase_if(meant, [&](const std::string& action) { return !is_meant(action); });
    for (policy::Patterns& resources : ResourcesOf(leg, targets)) {
      Add(Listed(meant), std::move(resources), {{}});
    }
  }
}

void Forbidder::Models(const library::Verb& verb) {
  const ModelTargets targets = TargetsOf(prohibition_.models, context_.input.catalog);
  // What an opaque resource holds is not in its ARN: a prohibition on some models cuts the ways to
  // get such a resource instead, a duty asks its guardrail of all of them.
  const bool opaque = targets.everything || targets.inverted || prohibition_.unless.has_value();
  const bool only_routed =
      !prohibition_.routes.empty() &&
      std::ranges::none_of(prohibition_.routes, [](const intent::Route& route) {
        return route.kind == intent::Route::Kind::kDirectly;
      });
  for (const library::Leg& leg : verb.forbid) {
    if (!Applies(leg) || !leg.route.empty()) continue;
    if (leg.target == "opaque" && !opaque) continue;
    if (only_routed && !leg.carries_profile) continue;
    ModelLeg(leg, targets);
  }
  // The profile's own authorization carries no key that tells these calls from others.
  const bool plain = !prohibition_.unless && prohibition_.guardrails.empty() &&
                     !prohibition_.profiles && prohibition_.Covers(intent::Plane::kBedrock);
  for (const intent::Route& route : prohibition_.routes) {
    if (!plain || route.kind == intent::Route::Kind::kDirectly) continue;
    const bool global = route.kind == intent::Route::Kind::kGlobally;
    Places places;
    places.Set("partition", partition_);
    places.Set("model", targets.inverted ? std::vector<std::string>{"*"} : targets.globs);
    places.Set("geography", route.geography);
    for (const library::Leg& leg : verb.forbid) {
      if (leg.route != (global ? "globally" : "within") || targets.inverted) continue;
      // The model's region-less authorization carries the profile, whatever profile it is.
      AddInRegions(Listed(leg.actions), Listed(FillAll(leg.resources, places)), {{}},
                   global ? Profile::kCarried : Profile::kAbsent);
    }
  }
  AddGlobalLegs(verb, targets, [](const std::string&) { return true; });
}

// ---- everything else
// -----------------------------------------------------------------------------

/// `arns` in whatever region and account, where they leave that open.
std::vector<std::string> Forbidder::Anywhere(const std::vector<std::string>& arns) const {
  Places places;
  places.Set("partition", partition_);
  places.Set("region", "*");
  places.Set("account", "*");
  std::vector<std::string> filled;
  for (const std::string& arn : arns) {
    if (!IsTemplate(arn)) {
      filled.push_back(arn);
      continue;
    }
    for (std::string& each : Fill(arn, places)) filled.push_back(std::move(each));
  }
  return filled;
}

/// The guardrails that the operation names, by their ARNs in these accounts. `any guardrail` is
/// every one that could exist, and what it leaves out is what is bound.
policy::Patterns Forbidder::GuardrailArns() const {
  const intent::Operation& operation = prohibition_.operation;
  std::set<std::string> arns;
  for (const intent::AccountIndex index : accounts_) {
    const std::string& id = context_.AccountAt(index).id;
    for (const intent::GuardrailIndex guardrail :
         NamedGuardrails(context_.input.model, operation)) {
      const std::string& name = context_.GuardrailAt(guardrail).name;
      for (const std::string& region : context_.input.bindings.Regions(name, id)) {
        arns.insert(context_.input.bindings.Find(name, id, region)->arn);
      }
    }
  }
  if (!operation.things.all) return Listed({arns.begin(), arns.end()});
  if (arns.empty()) return Listed({"*"});
  return {policy::Sense::kAllBut, {arns.begin(), arns.end()}};
}

/// Whether the sentence covers the plane whose action this is. An action of no plane is left to
/// sentences that name none.
bool Forbidder::IsThrough(const std::string& action) const {
  if (prohibition_.planes.empty()) return true;
  return std::ranges::any_of(prohibition_.planes, [&](intent::Plane plane) {
    return action.starts_with(library_.PrefixOf(intent::Name(plane)) + ":");
  });
}

void Forbidder::Others(const library::Verb& verb) {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  if (prohibition_.unless) {
    library::Leg plain;
    if (!NarrowByDuty(plain, narrowing)) return;
  }
  for (const library::Leg& leg : verb.forbid) {
    std::set<std::string> actions(leg.actions.begin(), leg.actions.end());
    std::erase_if(actions, [&](const std::string& action) { return !IsThrough(action); });
    const auto plane =
        leg.select == "admin" ? catalog::PlaneClass::kAdmin : catalog::PlaneClass::kRead;
    if (!leg.select.empty()) {
      for (const std::string& kind : operation.kinds) {
        for (const auto* action : context_.input.catalog.ActionsOfKind(kind, plane)) {
          const bool mantle = action->service == library_.PrefixOf("mantle");
          if (!prohibition_.Covers(PlaneOf(mantle))) continue;
          if (!leg.services.empty() &&
              std::ranges::find(leg.services, action->service) == leg.services.end()) {
            continue;
          }
          actions.insert(action->FullName());
        }
      }
    }
    Alternatives conditions = narrowing;
    if (!leg.conditions.empty() && !Join(conditions, Alternatives{ConditionsOf(leg)})) return;
    std::vector<std::string> named(actions.begin(), actions.end());
    policy::Patterns resources = Listed(leg.resources);
    if (leg.resources == std::vector<std::string>{"types"}) {
      const intent::Things& things = operation.things;
      if (things.all && !things.except_arns.empty()) {
        resources = {policy::Sense::kAllBut, Anywhere(things.except_arns)};
      } else {
        resources = things.all ? Listed({"*"}) : Listed(Anywhere(things.arns));
      }
    } else if (operation.sort == intent::Sort::kGuardrails) {
      resources = GuardrailArns();
    }
    AddInRegions(Listed(std::move(named)), std::move(resources), conditions, Profile::kForeign);
  }
}

void Forbidder::Actions() {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  library::Leg plain;
  if (prohibition_.unless && !NarrowByDuty(plain, narrowing)) return;
  std::vector<std::string> plain_actions;
  std::vector<std::string> routed_actions;
  for (const std::string& name : operation.actions) {
    const std::size_t colon = name.find(':');
    const std::vector<catalog::Action> meant =
        context_.input.catalog.ActionsOf(name.substr(0, colon), name.substr(colon + 1));
    const bool routed = std::ranges::any_of(meant, [&](const catalog::Action& action) {
      return context_.input.catalog.Carries(action, library_.profile_key()) ==
             catalog::Carriage::kAction;
    });
    (routed ? routed_actions : plain_actions).push_back(name);
  }
  const policy::Patterns resources =
      operation.resources.empty() ? Listed({"*"}) : Listed(operation.resources);
  AddInRegions(Listed(std::move(plain_actions)), resources, narrowing, Profile::kForeign);
  AddInRegions(Listed(routed_actions), resources, narrowing, Profile::kCarried);
  if (routed_actions.empty() || !operation.resources.empty()) return;
  for (const library::Module& module : library_.modules()) {
    for (const library::Verb& verb : module.verbs) {
      AddGlobalLegs(verb, {false, true, {"*"}}, [&](const std::string& action) {
        return MatchesAny(operation.actions, action);
      });
    }
  }
}

void Forbidder::Anything() {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  library::Leg plain;
  if (prohibition_.unless && !NarrowByDuty(plain, narrowing)) return;
  std::set<std::string> except(operation.except_actions.begin(), operation.except_actions.end());
  if (prohibition_.regions) {
    for (const catalog::Service& service : context_.input.catalog.Services()) {
      if (service.global_endpoint) except.insert(service.prefix + ":*");
    }
  }
  const policy::Patterns resources =
      operation.resources.empty() ? Listed({"*"}) : Listed(operation.resources);
  const policy::Patterns actions =
      except.empty() ? Listed({"*"})
                     : policy::Patterns{policy::Sense::kAllBut, {except.begin(), except.end()}};
  AddInRegions(actions, resources, narrowing, Profile::kCarried);
  if (!operation.resources.empty()) return;
  const std::vector<std::string> spared(except.begin(), except.end());
  for (const library::Module& module : library_.modules()) {
    for (const library::Verb& verb : module.verbs) {
      AddGlobalLegs(verb, {false, true, {"*"}},
                    [&](const std::string& action) { return !MatchesAny(spared, action); });
    }
  }
}

std::vector<Statement> Forbidder::Run() {
  if (!PrepareCommon()) return {};
  const intent::Operation& operation = prohibition_.operation;
  switch (operation.kind) {
    case intent::Operation::Kind::kActions:
      Actions();
      break;
    case intent::Operation::Kind::kAnything:
      Anything();
      break;
    case intent::Operation::Kind::kVerb: {
      const library::Verb* verb = library_.Find(operation.verb, intent::Name(operation.sort));
      WRIT_CHECK(verb != nullptr, operation.verb);
      if (operation.sort == intent::Sort::kModels) {
        Models(*verb);
      } else {
        Others(*verb);
      }
      break;
    }
  }
  return std::move(statements_);
}

// ---- where
// ---------------------------------------------------------------------------------------

/// The guardrails whose ARNs a prohibition's statements hold.
std::vector<intent::GuardrailIndex> NamedGuardrails(const intent::Model& model,
                                                    const Prohibition& prohibition) {
  std::vector<intent::GuardrailIndex> named = prohibition.guardrails;
  const auto add = [&](const std::vector<intent::GuardrailIndex>& more) {
    named.insert(named.end(), more.begin(), more.end());
  };
  if (prohibition.unless) add(prohibition.unless->guardrails);
  if (prohibition.operation.sort == intent::Sort::kGuardrails)
    add(NamedGuardrails(model, prohibition.operation));
  return named;
}

/// The account's own node.
intent::NodeIndex NodeOf(const Context& context, intent::AccountIndex index) {
  return context.AccountAt(index).node;
}

}  // namespace

std::vector<Denial> Forbid(Context& context, const Prohibition& prohibition, Unbound& unbound) {
  const std::vector<intent::GuardrailIndex> named =
      NamedGuardrails(context.input.model, prohibition);
  std::vector<Denial> denials;
  const auto deny = [&](intent::NodeIndex node, std::vector<intent::AccountIndex> accounts) {
    Denial denial{node, Forbidder(context, prohibition, std::move(accounts)).Run()};
    if (!denial.statements.empty()) denials.push_back(std::move(denial));
  };
  const auto pinned = [&](intent::AccountIndex index) {
    return context.PinnedAnywhere(named, context.AccountAt(index).id);
  };
  for (const intent::NodeIndex index : prohibition.nodes) {
    const intent::Node& node = context.input.model.organization.nodes[index.value];
    bool same = true;
    for (const intent::AccountIndex account : node.accounts) {
      if (named.empty()) break;
      same = same && pinned(account) == pinned(node.accounts.front());
      if (pinned(account).empty()) unbound[context.AccountAt(account).id];
    }
    if (same) {
      deny(index, node.accounts);
      continue;
    }
    for (const intent::AccountIndex account : node.accounts) {
      deny(NodeOf(context, account), {account});
    }
  }
  return denials;
}

}  // namespace writ::lower

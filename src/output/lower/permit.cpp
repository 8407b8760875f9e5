#include "permit.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/support/check.h"
#include "iam/policy/pattern.h"
#include "planes.h"
#include "program/intent/planes.h"

namespace writ::lower {
namespace {

using policy::Statement;

/// Builds the statements of one permission in one account.
class Permitter {
 public:
  Permitter(Context& context, const intent::Permission& permission, const intent::Account& account,
            const std::string& account_text, Unbound& unbound)
      : context_(context),
        permission_(permission),
        account_(account),
        account_text_(account_text),
        unbound_(unbound) {}

  std::vector<Statement> Run();

 private:
  bool PrepareConditions();
  void Calls(const library::Verb& verb);
  void Call(const library::Verb& verb, const intent::Call& call);
  Places PlacesOf(const intent::Call& call) const;
  bool Fits(const library::Leg& leg, const intent::Call& call) const;
  std::vector<std::string> Destinations(const intent::Call& call) const;
  void Companions(const std::string& region);
  void Guardrails(const std::vector<const library::Leg*>& legs, const std::string& region,
                  const std::vector<intent::GuardrailIndex>& guardrails);
  void ReportUnknownDestinations(const std::string& guardrail, const std::string& region);
  void OtherSort(const library::Verb& verb);
  std::vector<std::string> OfTheKinds(std::vector<std::string> actions) const;
  void Kinds(const library::Leg& leg);
  void Things(const library::Leg& leg);
  void NamedActions();
  Places PlacesHere() const;
  void ByType(const std::string& action, const Block& conditions);
  void AddByRegion(std::vector<std::string> actions, std::vector<std::string> resources,
                   bool located, Block block = {});
  void Add(std::vector<std::string> actions, std::vector<std::string> resources, Block conditions);

  Context& context_;
  const intent::Permission& permission_;
  const intent::Account& account_;
  const std::string& account_text_;
  Unbound& unbound_;
  Alternatives common_{{}};  ///< what every statement requires: period, endpoints, when
  std::vector<Statement> statements_;
};

/// The template's conditions with their places filled.
Block FilledConditions(const library::Leg& leg, const Places& places) {
  Block block;
  for (const library::LegCondition& condition : leg.conditions) {
    std::vector<std::string> values = FillAll(condition.values, places);
    std::string op = condition.op;
    if (op == "Arn") {
      const bool wild = std::ranges::any_of(
          values, [](const std::string& v) { return v.find_first_of("*?") != std::string::npos; });
      op = wild ? "ArnLike" : "StringEquals";
    }
    const Conjoined done = Conjoin(block, Make(op, condition.key, std::move(values)));
    WRIT_CHECK(done == Conjoined::kDone, "the library's conditions of a leg agree");
  }
  return block;
}

bool Permitter::PrepareConditions() {
  const auto join = [&](const support::Result<Alternatives>& part) {
    if (part) {
      support::Result<Alternatives> joined = Both(common_, *part);
      if (joined) {
        common_ = *std::move(joined);
        return true;
      }
      ReportInexpressible(context_, permission_.origin, joined.error().message);
      return false;
    }
    ReportInexpressible(context_, permission_.origin, part.error().message);
    return false;
  };
  common_ = {PeriodBlock(permission_.period)};
  if (!permission_.endpoints.empty() &&
      !join(ToAlternatives(ThroughEndpoints(context_.input.model, permission_.endpoints), false))) {
    return false;
  }
  return join(ToAlternatives(permission_.when, false));
}

void Permitter::Add(std::vector<std::string> actions, std::vector<std::string> resources,
                    Block conditions) {
  if (actions.empty() || resources.empty()) return;
  const support::Result<Alternatives> all = Both(common_, {std::move(conditions)});
  if (!all) {
    ReportInexpressible(context_, permission_.origin, all.error().message);
    return;
  }
  context_.contradiction = context_.contradiction || all->empty();
  for (const Block& block : *all) {
    Statement statement;
    statement.effect = policy::Effect::kAllow;
    statement.action = Listed(actions);
    statement.resource = Listed(resources);
    statement.conditions = block;
    support::Result<std::vector<Statement>> by_plane = ByPlane(context_, std::move(statement));
    if (!by_plane) {
      ReportInexpressible(context_, permission_.origin, by_plane.error().message);
      return;
    }
    for (Statement& each : *by_plane) statements_.push_back(std::move(each));
  }
}

/// `located`: the resources name the region, so that no condition need do it.
void Permitter::AddByRegion(std::vector<std::string> actions, std::vector<std::string> resources,
                            bool located, Block block) {
  if (permission_.regions && !located) {
    const Conjoined done =
        Conjoin(block, Make("StringEquals", "aws:RequestedRegion", *permission_.regions));
    WRIT_CHECK(done == Conjoined::kDone, "a leg does not test the region itself");
  }
  Add(std::move(actions), std::move(resources), std::move(block));
}

// ---- models
// --------------------------------------------------------------------------------------

std::vector<std::string> Permitter::Destinations(const intent::Call& call) const {
  std::set<std::string> regions{call.region};
  const catalog::FoundId found = context_.input.catalog.FindId(call.model);
  const catalog::InferenceProfile* profile =
      found ? found.id->ProfileOf(call.route.geography) : nullptr;
  const catalog::Route* route = profile != nullptr ? profile->RouteFrom(call.region) : nullptr;
  // What no source states is not granted; sema has said so (W4022).
  if (route != nullptr) regions.insert(route->destinations.begin(), route->destinations.end());
  return {regions.begin(), regions.end()};
}

namespace {

/// Those of the profiles that a call in the region can go through, in that region: AWS looks a
/// profile up where the call is made.
std::vector<std::string> ProfilesIn(const std::string& region,
                                    const std::vector<std::string>& arns) {
  std::vector<std::string> there;
  for (const std::string& arn : arns) {
    auto segments = policy::SplitArn(arn);
    WRIT_CHECK(segments.has_value(), "a profile is named by its ARN");
    if (!catalog::MatchesPattern((*segments)[3], region)) continue;
    (*segments)[3] = region;
    there.push_back(fmt::format("{}", fmt::join(*segments, ":")));
  }
  return there;
}

}  // namespace

Places Permitter::PlacesOf(const intent::Call& call) const {
  using Kind = intent::Route::Kind;
  Places places;
  const std::string partition = context_.partition();
  places.Set("partition", partition);
  places.Set("region", call.region);
  places.Set("account", account_text_);
  places.Set("model", call.model);
  const library::Library& library = context_.input.library;
  std::vector<std::string> profiles;
  const catalog::FoundId found = context_.input.catalog.FindId(call.model);
  const auto add = [&](std::string_view form) {
    for (std::string& arn : Fill(library.Form(form), places)) profiles.push_back(std::move(arn));
  };
  if (permission_.profiles) {
    profiles = ProfilesIn(call.region, permission_.profiles->arns);
    if (permission_.profiles->all_application) add("any-application-profile");
    if (permission_.profiles->all_system) add("any-system-profile");
  } else if (call.route.kind != Kind::kDirectly && found) {
    const std::string scope = call.route.kind == Kind::kGlobally ? "global" : call.route.geography;
    const catalog::InferenceProfile* profile = found.id->ProfileOf(scope);
    WRIT_CHECK(profile != nullptr, "a permitted route has a profile");
    places.Set("profile", profile->id);
    add("profile");
  }
  places.Set("called-arn", profiles.empty() ? Fill(library.Form("model"), places) : profiles);
  places.Set("profile-arn", std::move(profiles));
  // The id on another plane or of another revision is sold as the same product.
  if (found) places.Set("product", found.model->ProductIds());
  return places;
}

bool Permitter::Fits(const library::Leg& leg, const intent::Call& call) const {
  using Kind = intent::Route::Kind;
  std::string_view route = "directly";
  if (call.plane == intent::Call::Plane::kMantle) {
    route = "mantle";
  } else if (call.route.kind == Kind::kWithin) {
    route = "within";
  } else if (call.route.kind == Kind::kGlobally) {
    route = "globally";
  }
  if (leg.route.empty() ? route == "mantle" : leg.route != route) return false;
  if (!leg.via.empty() && (leg.via == "profile") != permission_.profiles.has_value()) return false;
  return leg.models.empty() || std::ranges::any_of(leg.models, [&](const std::string& pattern) {
           return catalog::MatchesPattern(pattern, call.model);
         });
}

void Permitter::Call(const library::Verb& verb, const intent::Call& call) {
  Block guardrail;
  if (!permission_.guardrails.empty()) {
    std::vector<std::string> pinned =
        context_.Pinned(permission_.guardrails, account_.id, call.region);
    if (pinned.empty()) {
      unbound_[account_.id].insert(call.region);
      return;
    }
    guardrail.push_back(
        Make("StringEquals", context_.input.library.guardrail_key(), std::move(pinned)));
  }
  Places places = PlacesOf(call);
  if (permission_.profiles && places.Find("profile-arn")->empty()) return;
  for (const library::Leg& leg : verb.permit) {
    if (!Fits(leg, call)) continue;
    if (leg.each == "destination") places.Set("destination", Destinations(call));
    Block block = FilledConditions(leg, places);
    if (leg.carries_guardrail) {
      for (const policy::Condition& condition : guardrail) {
        const Conjoined done = Conjoin(block, condition);
        WRIT_CHECK(done == Conjoined::kDone, "a leg does not test the guardrail itself");
      }
    }
    Add(leg.actions, FillAll(leg.resources, places), std::move(block));
  }
}

void Permitter::Calls(const library::Verb& verb) {
  std::set<std::string> regions;
  for (const intent::Call& call : permission_.calls) {
    const std::size_t before = statements_.size();
    Call(verb, call);
    if (statements_.size() > before) regions.insert(call.region);
  }
  if (permission_.guardrails.empty()) return;
  for (const std::string& region : regions) Companions(region);
}

/// Said once for a guardrail and region, whoever applies it there.
void Permitter::ReportUnknownDestinations(const std::string& guardrail, const std::string& region) {
  if (!context_.unknown_destinations.insert({guardrail, region}).second) return;
  context_.sink
      .Report(diag::kDestinationsUnknown, permission_.origin.span, guardrail, "not known",
              std::size_t{1})
      .At("applies it from " + region)
      .Note("only the guardrail profile in " + region +
            " is granted, and calls that AWS checks elsewhere fail")
      .Suggest("use `--catalog` with a catalog that has the guardrail profile's routes");
}

void Permitter::Companions(const std::string& region) {
  Guardrails(context_.input.library.GuardrailCompanions(), region, permission_.guardrails);
}

void Permitter::Guardrails(const std::vector<const library::Leg*>& legs, const std::string& region,
                           const std::vector<intent::GuardrailIndex>& guardrails) {
  for (const intent::GuardrailIndex index : guardrails) {
    const intent::Guardrail& guardrail = context_.GuardrailAt(index);
    const auto bound = context_.input.bindings.Find(guardrail.name, account_.id, region);
    if (!bound) continue;
    Places places;
    places.Set("partition", context_.partition());
    places.Set("region", region);
    places.Set("account", account_text_);
    places.Set("guardrail-arn", bound->arn);
    // arn:partition:bedrock:region:ACCOUNT:guardrail/id
    std::size_t start = 0;
    for (int colons = 0; colons < 4; ++colons) start = bound->arn.find(':', start) + 1;
    places.Set("guardrail-account", bound->arn.substr(start, bound->arn.find(':', start) - start));
    for (const library::Leg* leg : legs) {
      if (leg->each == "guardrail-destination") {
        if (!guardrail.profile) continue;
        const std::string scope = guardrail.profile->substr(0, guardrail.profile->find('.'));
        const catalog::GuardrailProfile* profile =
            context_.input.catalog.FindGuardrailProfile(scope);
        const catalog::Route* route = profile != nullptr ? profile->RouteFrom(region) : nullptr;
        std::vector<std::string> destinations{region};
        if (route != nullptr) {
          destinations = route->destinations;
        } else {
          ReportUnknownDestinations(guardrail.name, region);
        }
        places.Set("destination", std::move(destinations));
        places.Set("guardrail-profile", *guardrail.profile);
      }
      Add(leg->actions, FillAll(leg->resources, places), FilledConditions(*leg, places));
    }
  }
}

// ---- everything else
// ------------------------------------------------------------------------------

/// The regions of the sentence, in the account.
Places Permitter::PlacesHere() const {
  Places places;
  const std::vector<std::string> anywhere{"*"};
  const std::vector<std::string>& regions = permission_.regions ? *permission_.regions : anywhere;
  places.Set("partition", context_.partition());
  places.Set("region", regions);
  places.Set("account", account_text_);
  return places;
}

void Permitter::ByType(const std::string& action, const Block& conditions) {
  const std::vector<std::string>& forms = context_.forms.Of(action);
  if (forms.empty()) {
    AddByRegion({action}, {"*"}, false, conditions);
    return;
  }
  AddByRegion({action}, FillAll(forms, PlacesHere()), true, conditions);
}

/// Without the actions that manage or show kinds that the sentence does not name.
std::vector<std::string> Permitter::OfTheKinds(std::vector<std::string> actions) const {
  std::erase_if(actions, [&](const std::string& action) {
    const std::size_t colon = action.find(':');
    const catalog::BedrockAction* known =
        context_.input.catalog.Classify(action.substr(0, colon), action.substr(colon + 1));
    return known != nullptr && known->plane != catalog::PlaneClass::kRuntime &&
           std::ranges::find(permission_.operation.kinds, known->kind) ==
               permission_.operation.kinds.end();
  });
  return actions;
}

void Permitter::Kinds(const library::Leg& leg) {
  const auto plane =
      leg.select == "admin" ? catalog::PlaneClass::kAdmin : catalog::PlaneClass::kRead;
  const auto is_for = [&leg](std::string_view kind) {
    return std::ranges::find(leg.kinds, kind) != leg.kinds.end();
  };
  for (const std::string& kind : permission_.operation.kinds) {
    const catalog::Kind* known = context_.input.catalog.FindKind(kind);
    const bool is_within = known != nullptr && is_for(known->within);
    if (!leg.kinds.empty() && !is_for(kind) && !is_within) continue;
    for (const catalog::BedrockAction* action : context_.input.catalog.ActionsOfKind(kind, plane)) {
      if (std::ranges::find(leg.services, action->service) == leg.services.end()) continue;
      if (leg.select == "browse" && action->exposes_content) continue;
      ByType(action->FullName(), FilledConditions(leg, {}));
    }
  }
}

void Permitter::Things(const library::Leg& leg) {
  const intent::Things& things = permission_.operation.things;
  if (!things.except_arns.empty()) {
    ReportInexpressible(context_, permission_.origin,
                        "an Allow cannot leave out single resources of a type");
    return;
  }
  if (things.all) {
    for (const std::string& action : leg.actions) ByType(action, {});
  }
  std::vector<std::string> templates;
  std::vector<std::string> arns;
  for (const std::string& arn : things.arns) {
    (IsTemplate(arn) ? templates : arns).push_back(arn);
  }
  AddByRegion(leg.actions, std::move(arns), false);
  AddByRegion(leg.actions, FillAll(templates, PlacesHere()), true);
}

void Permitter::OtherSort(const library::Verb& verb) {
  for (const library::Leg& leg : verb.permit) {
    const intent::Plane plane = leg.route == "mantle"            ? intent::Plane::kMantle
                                : leg.route == "claude-platform" ? intent::kClaudePlatform
                                                                 : intent::Plane::kBedrock;
    if (std::ranges::find(permission_.planes, plane) == permission_.planes.end()) continue;
    if (!leg.select.empty()) {
      Kinds(leg);
    } else if (permission_.operation.sort == intent::Sort::kGuardrails) {
      for (const intent::GuardrailIndex index : permission_.operation.guardrails) {
        const std::string& name = context_.GuardrailAt(index).name;
        for (const std::string& region : context_.input.bindings.Regions(name, account_.id)) {
          const auto& wanted = permission_.regions;
          if (wanted && std::ranges::find(*wanted, region) == wanted->end()) continue;
          Guardrails({&leg}, region, {index});
        }
      }
    } else if (leg.resources == std::vector<std::string>{"types"}) {
      Things(leg);
    } else {
      AddByRegion(OfTheKinds(leg.actions), leg.resources, false);
    }
  }
}

void Permitter::NamedActions() {
  for (const std::string& action : permission_.operation.actions) {
    if (permission_.operation.resources.empty()) {
      AddByRegion({action}, {"*"}, false);
      continue;
    }
    std::vector<std::string> fitting = permission_.operation.resources;
    if (action.find('*') == std::string::npos) {
      Places any;
      any.Set("partition", "*");
      any.Set("region", "*");
      any.Set("account", "*");
      const std::vector<std::string> forms = FillAll(context_.forms.Of(action), any);
      std::erase_if(fitting, [&](const std::string& arn) {
        return arn != "*" && std::ranges::none_of(forms, [&](const std::string& form) {
                 return policy::MayOverlap(form, arn);
               });
      });
    }
    AddByRegion({action}, std::move(fitting), false);
  }
}

std::vector<Statement> Permitter::Run() {
  if (!PrepareConditions()) return {};
  const intent::Operation& operation = permission_.operation;
  if (operation.kind == intent::Operation::Kind::kActions) {
    NamedActions();
    return std::move(statements_);
  }
  WRIT_CHECK(operation.kind == intent::Operation::Kind::kVerb, "`anything` is for prohibitions");
  const library::Verb* verb =
      context_.input.library.Find(operation.verb, intent::Name(operation.sort));
  WRIT_CHECK(verb != nullptr, operation.verb);
  if (operation.sort == intent::Sort::kModels) {
    Calls(*verb);
  } else {
    OtherSort(*verb);
  }
  return std::move(statements_);
}

}  // namespace

std::vector<Statement> Permit(Context& context, const intent::Permission& permission,
                              const intent::Account& account, const std::string& account_text,
                              Unbound& unbound) {
  return Permitter(context, permission, account, account_text, unbound).Run();
}

}  // namespace writ::lower

#include "inquiry.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "iam/decide/callers.h"
#include "proof/verify/legs.h"

namespace writ::verify {
namespace {

/// aws:RequestedRegion is the region of the resource's ARN, where it names one; of the model in no
/// region it reads `unspecified` (Bedrock User Guide, "global-cross-region-inference", 2026).
/// Only for `regions`: what is said of others tells them apart by this key alone.
Documents::Named TrueOfAll(const std::set<std::string>& regions) {
  Documents::Named named;
  std::vector<std::string> told;
  const auto add = [&](std::vector<std::string> resources, const std::string& region) {
    policy::Statement statement;
    statement.action.values = {"*"};
    statement.conditions = {
        {{policy::SetQualifier::kNone, policy::BaseOperator::kStringEquals, false},
         std::string(kRegionKey),
         {region}}};
    told.insert(told.end(), resources.begin(), resources.end());
    statement.resource = policy::Patterns{policy::Sense::kListed, std::move(resources)};
    named.document.statements.push_back(std::move(statement));
    named.sources.emplace_back();
  };
  for (const std::string& region : regions) {
    add({fmt::format("arn:*:*:{}:*:*", region)}, region);
  }
  add({"arn:*:bedrock:::foundation-model/*"}, "unspecified");
  policy::Statement others;
  others.action.values = {"*"};
  others.resource = policy::Patterns{policy::Sense::kAllBut, std::move(told)};
  named.document.statements.push_back(std::move(others));
  named.sources.emplace_back();
  return named;
}

/// Regions of ARNs that a sentence names.
void AddRegions(const intent::Operation& operation, std::set<std::string>& regions) {
  for (const auto* arns : {&operation.resources, &operation.things.arns}) {
    for (const std::string& arn : *arns) {
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
      if (!segments || (*segments)[3].empty()) continue;
      if ((*segments)[3].find_first_of("*?{$") == std::string_view::npos) {
        regions.emplace((*segments)[3]);
      }
    }
  }
}

void AddRegions(const catalog::Catalog& catalog, const intent::Permission& permission,
                std::set<std::string>& regions) {
  AddRegions(permission.operation, regions);
  if (permission.regions) regions.insert(permission.regions->begin(), permission.regions->end());
  for (const intent::Call& call : permission.calls) {
    regions.insert(call.region);
    const catalog::FoundId found = catalog.FindId(call.model);
    const catalog::InferenceProfile* profile =
        found ? found.id->ProfileOf(call.route.geography) : nullptr;
    const catalog::Route* route = profile != nullptr ? profile->RouteFrom(call.region) : nullptr;
    if (route != nullptr) regions.insert(route->destinations.begin(), route->destinations.end());
  }
}

bool IsNever(const Condition& condition) {
  return condition.kind == Condition::Kind::kAny && condition.operands.empty();
}

/// The regions that the program speaks of.
std::set<std::string> RegionsOf(const Program& program) {
  std::set<std::string> regions;
  const auto add = [&](const intent::Prohibition& prohibition) {
    AddRegions(prohibition.operation, regions);
    if (!prohibition.regions) return;
    regions.insert(prohibition.regions->regions.begin(), prohibition.regions->regions.end());
  };
  for (const auto& permission : program.model.permissions) {
    AddRegions(program.catalog, permission, regions);
  }
  for (const auto& prohibition : program.model.prohibitions) add(prohibition);
  for (const auto* questions : {&program.model.assertions, &program.model.tests}) {
    for (const intent::Question& question : *questions) {
      if (question.can) AddRegions(program.catalog, *question.can, regions);
      if (question.cannot) add(*question.cannot);
    }
  }
  return regions;
}

/// The documents of two sides.
struct Sets {
  policy::PolicySet left;
  policy::PolicySet right;
  bool tells_epoch_time = false;  ///< of requests that are shown, it must be told again
};

/// Makes both sides what the sender meets.
Sets Meet(Documents& left, Documents& right, const decide::Scope& scope, Sender sender,
          const Facts& facts, const decide::ArnAccounts& accounts) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(scope.principal);
  if (sender == Sender::kPrincipal && caller && !caller->account.empty()) {
    const Home home{std::string(caller->account),
                    AffiliationOf(facts.model.organization, caller->account)};
    for (Documents* documents : {&left, &right}) MeetCaller(*documents, home);
  }
  const bool tells_epoch_time = TellOneTime(left, right);
  Sets sets{left.Set(), right.Set(), tells_epoch_time};
  if (sender == Sender::kPrincipal) AddCallers(left, sets.left, sets.right, facts.partition());
  AddOwners(left, sets.left, sets.right, accounts);
  AddPlacesOfOwners(left, sets.left, sets.right, facts.model.organization);
  sets.left = decide::WithTruths(std::move(sets.left), facts.catalog);
  sets.right = decide::WithTruths(std::move(sets.right), facts.catalog);
  return sets;
}

}  // namespace

Inquiry::Inquiry(const Program& program)
    : facts_{program.model, program.catalog, program.bindings},
      known_({.catalog = &program.catalog}),
      regions_{TrueOfAll(RegionsOf(program))},
      prohibitions_(program.model.organization.accounts.size()) {
  for (const intent::Permission& permission : facts_.model.permissions) {
    permission_origins_.push_back(&permission.origin);
  }
  for (std::size_t i = 0; i < facts_.model.prohibitions.size(); ++i) {
    const intent::Prohibition& prohibition = facts_.model.prohibitions[i];
    prohibition_origins_.push_back(&prohibition.origin);
    for (const intent::AccountIndex account : prohibition.accounts) {
      if (!facts_.AccountAt(account).management) prohibitions_[account.value].push_back(i);
    }
  }
}

Documents::Level Inquiry::TrueOf(const Caller& caller, const Condition& when) const {
  const std::vector<intent::Holder> holder{{"", {caller.principal()}, {caller.account()}}};
  return {TrueOfCallers(
      facts_.model.organization, caller.account(),
      And({CallsAsOneOf(facts_, holder, caller.account(), facts_.partition()), when}))};
}

std::vector<Restraint> Inquiry::BindingOn(const Caller& caller) {
  return BindingOn(caller, prohibitions_[caller.account().value]);
}

std::vector<Restraint> Inquiry::BindingOn(const Caller& caller,
                                          const std::vector<std::size_t>& among) {
  std::vector<Restraint> binding;
  for (const std::size_t i : among) {
    const intent::Prohibition& prohibition = facts_.model.prohibitions[i];
    if (!caller.MayBeBound(prohibition.bound)) continue;
    Condition who = caller.Met(WhoIsBound(facts_, prohibition, caller.account()));
    if (!IsNever(who)) {
      binding.push_back({&refusals_.In(i, caller.account()), std::move(who), i});
    }
  }
  return binding;
}

namespace {

/// The boxes that the caller's requests can meet, as they meet them.
Forbidden Met(const Caller& caller, Forbidden forbidden) {
  std::erase_if(forbidden.boxes, [&](Authorization& box) {
    box.condition = caller.Met(box.condition);
    return IsNever(box.condition);
  });
  return forbidden;
}

}  // namespace

const Forbidden& Inquiry::MetByAnyone(const Caller& caller, const Refusal& refusal) {
  const auto [at, is_new] = met_.try_emplace(refusal.number);
  if (is_new) at->second = Met(caller, refusal.anyone);
  return at->second;
}

Forbidden Inquiry::ForbiddenTo(const Caller& caller, const std::vector<Restraint>& binding) {
  Forbidden all;
  for (const Restraint& restraint : binding) {
    const bool is_open = restraint.refusal->asks_who_calls || !restraint.who.always();
    Forbidden met = is_open ? Met(caller, verify::ForbiddenTo(restraint))
                            : MetByAnyone(caller, *restraint.refusal);
    for (Authorization& box : met.boxes) {
      box.sentence = restraint.sentence;
      all.boxes.push_back(std::move(box));
    }
  }
  return all;
}

std::optional<Complement> Inquiry::PermittedTo(const Caller& caller) {
  return NotForbidden({ForbiddenTo(caller, BindingOn(caller))}, prohibition_origins_);
}

std::optional<Complement> Inquiry::PermittedIn(intent::AccountIndex account) {
  std::vector<Forbidden> all;
  for (const std::size_t i : prohibitions_[account.value]) {
    all.push_back(verify::ForbiddenTo(
        {&refusals_.In(i, account), WhoIsBound(facts_, facts_.model.prohibitions[i], account), i}));
  }
  return NotForbidden(all, prohibition_origins_);
}

std::string Inquiry::Who(const Caller& caller) const {
  const std::string& account = facts_.AccountAt(caller.account()).name;
  for (const intent::Team& team : facts_.model.teams) {
    if (std::ranges::find(team.principals, caller.principal()) != team.principals.end()) {
      return fmt::format("team {} in {}", team.name, account);
    }
  }
  return fmt::format("`{}` in {}", caller.principal().value, account);
}

decide::Scope Inquiry::ScopeOf(const Caller& caller) const {
  return {
      decide::Accounts::kSame,
      ExampleArn(caller.principal(), facts_.AccountAt(caller.account()).id, facts_.partition())};
}

Found Inquiry::Ask(Documents left, Documents right, const decide::Scope& scope,
                   Sender sender) const {
  Sets sets = Meet(left, right, scope, sender, facts_, arn_accounts_);
  const decide::Answer answer = known_.IsWithin(decide::Space(std::move(sets.left), scope),
                                                decide::Space(std::move(sets.right), scope));
  Found found;
  if (const auto* undecided = std::get_if<decide::Undecided>(&answer)) {
    found.given_up = true;
    found.because = undecided->obstacles.front().Describe();
  }
  const auto* refuted = std::get_if<decide::Refuted>(&answer);
  if (refuted == nullptr) return found;
  const std::optional<policy::Caller> caller = policy::ParseCaller(scope.principal);
  Home home;
  if (caller) {
    home = {std::string(caller->account),
            AffiliationOf(facts_.model.organization, caller->account)};
  }
  found.request = Readable(refuted->witness.request, scope.principal, home, left, right, facts_);
  if (sets.tells_epoch_time) found.request = WithEpochTime(*std::move(found.request));
  const auto add = [&](const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      if (source.origin != nullptr) found.sentences.push_back(source.origin);
    }
  };
  add(left.Deciding(refuted->witness.allowed));
  add(right.Deciding(refuted->witness.refused));
  return found;
}

std::optional<bool> Inquiry::IsWithin(Documents left, Documents right,
                                      const decide::Scope& scope) const {
  Sets sets = Meet(left, right, scope, Sender::kPrincipal, facts_, arn_accounts_);
  return known_.Decide(decide::Space(std::move(sets.left), scope),
                       decide::Space(std::move(sets.right), scope));
}

}  // namespace writ::verify

// Duties that some path gets round.
//
// A duty that its sentence narrows to a path (a plane, a route, profiles) says nothing of the same
// call by another path. That matters where such a call is permitted. And a duty to use a guardrail
// that binds some principals only says nothing of agents and flows, which call models in a role of
// their own: who may call those gets round it.
//
// A path is found in the sentences; that a request goes it, with the duty left undone and nothing
// else against it, is decided for all requests.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analysis/lint/rules.h"
#include "proof/verify/inquiry.h"
#include "proof/verify/legs.h"

namespace writ::lint {
namespace {

using DutyKind = intent::Duty::Kind;
using intent::Permission;
using intent::Prohibition;

bool HasRoute(const Prohibition& duty, const intent::Route& route) {
  return std::ranges::find(duty.routes, route) != duty.routes.end();
}

/// The path of a call of the permission that the duty leaves out; nothing if it leaves none out.
std::optional<std::string> PathLeftOut(const Prohibition& duty, const Permission& permission,
                                       const intent::Call& call) {
  const bool mantle = call.plane == intent::Call::Plane::kMantle;
  if (!duty.Covers(call.plane)) return mantle ? "through mantle" : "through bedrock";
  if (mantle) {
    // Routes and profiles are no paths of that plane: a duty narrowed to them leaves it out.
    const bool narrowed = !duty.routes.empty() || duty.profiles;
    return narrowed ? std::optional<std::string>("through mantle") : std::nullopt;
  }
  if (permission.profiles) {
    const bool narrowed = !duty.routes.empty();
    return narrowed ? std::optional<std::string>("via application profiles") : std::nullopt;
  }
  if (duty.profiles) return "routed " + intent::Name(call.route);
  if (!duty.routes.empty() && !HasRoute(duty, call.route))
    return "routed " + intent::Name(call.route);
  return std::nullopt;
}

bool IsNarrowed(const Prohibition& duty) {
  return !duty.planes.empty() || !duty.routes.empty() || duty.profiles;
}

class Finder {
 public:
  explicit Finder(const verify::Program& program) : inquiry_(program), facts_(inquiry_.facts()) {}

  std::optional<WayRound> WayRoundOf(const Prohibition& duty) {
    const bool is_of_models = duty.operation.kind == intent::Operation::Kind::kVerb &&
                              duty.operation.sort == intent::Sort::kModels;
    if (!duty.unless || !is_of_models) return std::nullopt;
    const bool can_delegate = duty.unless->kind == DutyKind::kGuardrail && !duty.bound.everyone &&
                              duty.operation.verb == "invoke";
    for (const Permission& permission : facts_.model.permissions) {
      if (permission.operation.kind != intent::Operation::Kind::kVerb) continue;
      std::optional<WayRound> found;
      if (IsNarrowed(duty)) found = ByPath(duty, permission);
      if (!found && can_delegate) found = ByService(duty, permission);
      if (found) return found;
    }
    return std::nullopt;
  }

 private:
  // ---- by another path

  std::optional<WayRound> ByPath(const Prohibition& duty, const Permission& permission) {
    const bool same_verb = permission.operation.sort == intent::Sort::kModels &&
                           permission.operation.verb == duty.operation.verb;
    if (!same_verb || DoesDuty(*duty.unless, permission)) return std::nullopt;
    std::set<std::string> tried;
    for (const intent::Call& call : permission.calls) {
      if (!IsMeant(duty.models, call.model) || !IsIn(duty.regions, call.region)) continue;
      const std::optional<std::string> path = PathLeftOut(duty, permission, call);
      // One call shows a path.
      if (!path || !tried.insert(*path).second) continue;
      Permission narrow = permission;
      narrow.calls = {call};
      if (auto found = Permitted(duty, permission, narrow, *path, /*undone=*/true)) return found;
    }
    return std::nullopt;
  }

  /// The permission itself asks for what the duty asks.
  static bool DoesDuty(const intent::Duty& duty, const Permission& permission) {
    return duty.kind == DutyKind::kGuardrail && !permission.guardrails.empty() &&
           std::ranges::all_of(permission.guardrails, [&](intent::GuardrailIndex guardrail) {
             return std::ranges::find(duty.guardrails, guardrail) != duty.guardrails.end();
           });
  }

  static bool IsMeant(const intent::ModelPatterns& models, const std::string& id) {
    if (std::ranges::find(models.except, id) != models.except.end()) return false;
    return models.all || std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
             return catalog::MatchesPattern(pattern, id);
           });
  }

  static bool IsIn(const std::optional<intent::RegionScope>& scope, const std::string& region) {
    if (!scope) return true;
    const bool listed = std::ranges::find(scope->regions, region) != scope->regions.end();
    return listed != scope->all_except;
  }

  // ---- by something that calls models in a role of its own

  // Source: Amazon Bedrock User Guide, "agents-permissions" and "flows-permissions", read
  // 2026-11-22: the model is called by the service role of the agent or flow.
  std::optional<WayRound> ByService(const Prohibition& duty, const Permission& permission) {
    const bool agents = permission.operation.sort == intent::Sort::kAgents;
    const bool flows = permission.operation.sort == intent::Sort::kFlows;
    if ((!agents && !flows) || permission.operation.verb != "invoke") return std::nullopt;
    return Permitted(duty, permission, permission, agents ? "by an agent" : "by a flow",
                     /*undone=*/false);
  }

  // ---- the request

  /// A request of `narrow`, which is a part of `permission`, by one whom the duty binds and that
  /// nothing forbids; with the duty left undone, if asked for.
  std::optional<WayRound> Permitted(const Prohibition& duty, const Permission& permission,
                                    const Permission& narrow, const std::string& path,
                                    bool undone) {
    for (const intent::Holder& holder : permission.holders) {
      for (const intent::AccountIndex account : holder.accounts) {
        if (!std::ranges::binary_search(permission.accounts, account) ||
            !std::ranges::binary_search(duty.accounts, account)) {
          continue;
        }
        for (const intent::Principal& principal : holder.principals) {
          if (principal.kind == intent::Principal::Kind::kService) continue;
          const verify::Caller caller(facts_, principal, account);
          if (!caller.MayBeBound(duty.bound)) continue;
          if (auto request = RequestOf(duty, narrow, caller, undone)) {
            return WayRound{&duty.origin, &permission.origin, path, *std::move(request)};
          }
        }
      }
    }
    return std::nullopt;
  }

  std::optional<policy::Request> RequestOf(const Prohibition& duty, const Permission& narrow,
                                           const verify::Caller& caller, bool undone) {
    std::vector<verify::Authorization> boxes =
        verify::Granted(facts_, narrow, facts_.AccountAt(caller.account()));
    // What is called, not what takes part in the call.
    std::erase_if(boxes, [](const verify::Authorization& box) {
      return box.actions.values == std::vector<std::string>{"bedrock:ApplyGuardrail"} ||
             std::ranges::all_of(box.resources.values, [](const std::string& arn) {
               return arn.find("inference-profile/") != std::string::npos;
             });
    });
    const std::vector<const intent::Origin*> origin{&narrow.origin};
    const auto granted = verify::AsDocument(boxes, policy::Effect::kAllow, origin);
    const std::optional<verify::Complement> permitted = inquiry_.PermittedTo(caller);
    if (!granted || granted->sources.empty() || !permitted) return std::nullopt;
    const verify::Condition bound = verify::And(
        {verify::CallsAsOneOf(facts_, {{"", {caller.principal()}, {caller.account()}}},
                              caller.account(), facts_.partition()),
         duty.bound.everyone
             ? verify::Always()
             : verify::IsOneOf(facts_, duty.bound.included, caller.account(), facts_.partition()),
         verify::Not(
             verify::IsOneOf(facts_, duty.bound.excepted, caller.account(), facts_.partition())),
         duty.when, verify::During(duty.period), verify::ThroughOneOf(facts_, duty.endpoints),
         undone ? LeftUndone(*duty.unless, caller.account()) : verify::Always()});
    const std::vector<verify::Authorization> all{{{policy::Sense::kListed, {"*"}},
                                                  {policy::Sense::kListed, {"*"}},
                                                  caller.Met(bound),
                                                  {},
                                                  0}};
    const auto who = verify::AsDocument(all, policy::Effect::kAllow, origin);
    if (!who) return std::nullopt;
    verify::Documents left;
    left.identity = {*granted};
    left.scps = permitted->levels;
    left.scps.push_back(inquiry_.TrueOf(caller));
    left.scps.push_back(inquiry_.TrueOfRegions());
    left.scps.push_back({*who});
    return inquiry_.Ask(left, verify::Documents{}, inquiry_.ScopeOf(caller)).request;
  }

  [[nodiscard]] verify::Condition LeftUndone(const intent::Duty& duty,
                                             intent::AccountIndex account) const {
    switch (duty.kind) {
      case DutyKind::kGuardrail: {
        const auto pinned = facts_.Pinned(duty.guardrails, facts_.AccountAt(account).id);
        return verify::Not(verify::Among(std::string(verify::kGuardrailKey), pinned));
      }
      case DutyKind::kProfile:
        // By another path, no profile is used.
        return verify::Always();
      case DutyKind::kEndpoint:
        return verify::Not(verify::ThroughOneOf(facts_, duty.endpoints));
      case DutyKind::kSatisfy:
        return verify::Not(duty.satisfy);
    }
    return verify::Always();
  }

  verify::Inquiry inquiry_;
  const verify::Facts& facts_;
};

}  // namespace

std::vector<WayRound> FindWaysRound(const verify::Program& program) {
  std::vector<WayRound> all;
  const bool has_duties = std::ranges::any_of(
      program.model.prohibitions, [](const Prohibition& one) { return one.unless.has_value(); });
  if (!has_duties) return all;
  Finder finder(program);
  for (const Prohibition& prohibition : program.model.prohibitions) {
    if (std::optional<WayRound> found = finder.WayRoundOf(prohibition)) {
      all.push_back(*std::move(found));
    }
  }
  return all;
}

}  // namespace writ::lint

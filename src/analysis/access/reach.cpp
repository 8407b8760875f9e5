#include "analysis/access/reach.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "iam/policy/pattern.h"
#include "program/intent/find.h"
#include "program/intent/label.h"
#include "proof/verify/formula.h"

namespace writ::access {
namespace {

using intent::AccountIndex;
using intent::Principal;
using verify::Authorization;

bool IsAboutCalls(const intent::Prohibition& asked) {
  return asked.operation.kind == intent::Operation::Kind::kVerb &&
         asked.operation.sort == intent::Sort::kModels &&
         (asked.operation.verb == "invoke" || asked.operation.verb == "batch");
}

/// Something of the program that calls models in a role of its own. Source: Amazon Bedrock User
/// Guide, "agents-permissions" and "flows-permissions", read 2026-11-22.
std::string_view NounOf(const intent::Operation& operation) {
  if (operation.kind != intent::Operation::Kind::kVerb) return {};
  if (operation.sort == intent::Sort::kAgents && operation.verb == "invoke") return "agent";
  if (operation.sort == intent::Sort::kFlows && operation.verb == "invoke") return "flow";
  return {};
}

class Reach {
 public:
  Reach(Asker& asker, Listing& listing) : asker_(asker), listing_(listing) {
    for (const Able& able : listing.able) {
      const Caller& caller = able.shown.caller;
      const bool is_role = !caller.principal || caller.principal->kind == Principal::Kind::kRole ||
                           caller.principal->kind == Principal::Kind::kTag;
      if (is_role) roles_in_.insert(caller.account);
      if (caller.principal && caller.principal->kind == Principal::Kind::kRole) {
        roles_.push_back({caller.account, *caller.principal});
      }
    }
  }

  void Run() {
    for (std::size_t i = 0; i < asker_.facts().model.permissions.size(); ++i) {
      const intent::Permission& permission = asker_.facts().model.permissions[i];
      const std::string_view noun = NounOf(permission.operation);
      if (!noun.empty()) ThroughThings(i, permission, noun);
      if (permission.operation.kind == intent::Operation::Kind::kActions) {
        ThroughRoles(i, permission);
      }
    }
    std::ranges::move(found_, std::back_inserter(listing_.able));
  }

 private:
  struct Role {
    AccountIndex account;
    Principal principal;
  };

  /// Callers that the permission grants something to, each in its account.
  template <class Use>
  void ForHolders(const intent::Permission& permission, const Use& use) {
    for (const intent::Holder& holder : permission.holders) {
      for (const AccountIndex account : holder.accounts) {
        if (!std::ranges::binary_search(permission.accounts, account)) continue;
        for (const Principal& principal : holder.principals) {
          use(Caller{.label = holder.team.empty() ? LabelOf(principal) : LabelOf(holder),
                     .account = account,
                     .principal = principal});
        }
      }
    }
  }

  void Add(const Caller& caller, const std::vector<Authorization>& boxes, std::size_t permission,
           std::string through) {
    Tried tried = asker_.Granted(caller, {}, boxes, verify::Always(), permission);
    if (!tried.request) return;
    Able able;
    if (caller.principal->kind == Principal::Kind::kService) {
      tried.request->principal = caller.principal->value;
    }
    able.shown = {
        caller, *tried.request,
        asker_.Judge(caller.account, {.request = *tried.request, .user = caller.principal})};
    able.by = {&asker_.facts().model.permissions[permission].origin};
    able.is_usual = false;
    able.through = std::move(through);
    found_.push_back(std::move(able));
  }

  /// An agent or flow may call the model if some role of its account may.
  void ThroughThings(std::size_t index, const intent::Permission& permission,
                     std::string_view noun) {
    const intent::Things& things = permission.operation.things;
    std::vector<std::string> names = things.arns;
    if (things.all) names = {""};
    for (const std::string& arn : names) {
      intent::Permission part = permission;
      if (!things.all) part.operation.things.arns = {arn};
      const std::string through =
          arn.empty() ? fmt::format("any {}", noun) : fmt::format("{} \"{}\"", noun, arn);
      ForHolders(permission, [&](const Caller& caller) {
        if (!MayCallIn(arn, caller.account)) return;
        Add(caller, asker_.Least(part, caller), index, through);
      });
    }
  }

  [[nodiscard]] bool MayCallIn(const std::string& arn, AccountIndex caller) const {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
    const intent::Organization& organization = asker_.facts().model.organization;
    const auto owner = segments ? intent::FindAccount(organization, (*segments)[4]) : std::nullopt;
    return roles_in_.contains(owner.value_or(caller));
  }

  /// Whoever may take on a role that may call the model, or hand it to a service.
  void ThroughRoles(std::size_t index, const intent::Permission& permission) {
    for (const Role& role : roles_) {
      const std::string arn =
          fmt::format("arn:aws*:iam::{}:role/{}", asker_.facts().AccountAt(role.account).id,
                      role.principal.value);
      const std::vector<Authorization> boxes{
          {{policy::Sense::kListed, {"iam:PassRole", "sts:AssumeRole"}},
           {policy::Sense::kListed, {arn}},
           verify::Always(),
           {},
           0}};
      ForHolders(permission, [&](const Caller& caller) {
        const bool itself = caller.account == role.account && caller.principal == role.principal;
        if (!itself) Add(caller, boxes, index, LabelOf(role.principal));
      });
    }
  }

  Asker& asker_;
  Listing& listing_;
  std::set<AccountIndex> roles_in_;  ///< accounts in which some role may call the model
  std::vector<Role> roles_;
  std::vector<Able> found_;
};

}  // namespace

std::set<std::string> UsualActions(const library::Library& library,
                                   const intent::Operation& operation) {
  std::set<std::string> actions;
  if (operation.kind != intent::Operation::Kind::kVerb) return actions;
  const library::Verb* verb = library.Find(operation.verb, intent::Name(operation.sort));
  if (verb == nullptr) return actions;
  for (const library::Leg& leg : verb->permit) {
    if (!leg.select.empty()) return {};
    actions.insert(leg.actions.begin(), leg.actions.end());
  }
  return actions;
}

void AddThrough(Asker& asker, const intent::Prohibition& asked, Listing& listing) {
  if (IsAboutCalls(asked)) Reach(asker, listing).Run();
}

}  // namespace writ::access

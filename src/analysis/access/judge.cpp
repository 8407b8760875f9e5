// One request, decided by what its caller holds and what is forbidden to it.
#include <algorithm>
#include <utility>

#include "analysis/access/asker.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::access {
namespace {

using intent::AccountIndex;
using intent::Holder;
using policy::Sense;
using verify::Authorization;

/// The boxes of a list, as far as a yes is certain, or all that it is open because of.
Leaning AnyOf(const std::vector<CompiledBox>& boxes, const policy::PreparedRequest& prepared,
              const PartialRequest& request) {
  Leaning any;
  for (const CompiledBox& box : boxes) {
    any = Either(std::move(any), box.Covers(prepared, request));
    if (any.truth == Truth::kYes) break;
  }
  return any;
}

bool IsServiceLinked(const policy::Request& request) {
  return std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, "aws:PrincipalArn") && !key.values.empty() &&
           key.values.front().find(":role/aws-service-role/") != std::string::npos;
  });
}

/// Whether the request is of a session for a federated user of one of the holders.
bool IsSessionOfOne(const std::vector<Holder>& holders, AccountIndex account,
                    const policy::PreparedRequest& prepared, const PartialRequest& request) {
  if (!request.user || prepared.caller().kind != policy::CallerKind::kFederatedUser) return false;
  return std::ranges::any_of(holders, [&](const Holder& holder) {
    return std::ranges::binary_search(holder.accounts, account) &&
           std::ranges::find(holder.principals, *request.user) != holder.principals.end();
  });
}

}  // namespace

const std::vector<CompiledBox>& Asker::Compiled(About of, std::size_t index, AccountIndex account) {
  const auto [at, is_new] = compiled_.try_emplace({of, index, account});
  if (!is_new) return at->second;
  const auto anything = [&](const std::vector<Holder>& holders) {
    return Authorization{{Sense::kListed, {"*"}},
                         {Sense::kListed, {"*"}},
                         verify::IsOneOf(facts(), holders, account, facts().partition()),
                         {},
                         0};
  };
  switch (of) {
    case About::kGrant:
      for (const Authorization& box : GrantedIn(index, account)) {
        at->second.emplace_back(box, Truth::kNo);
      }
      break;
    case About::kRefusal:
      // What cannot be written out may forbid.
      for (const Authorization& box : ForbiddenIn(index, account)) {
        at->second.emplace_back(box, Truth::kYes);
      }
      break;
    case About::kHolders:
    case About::kMeant:
      for (const Holder& holder :
           of == About::kMeant ? MeantIn(index, account) : HoldersIn(index, account)) {
        at->second.emplace_back(anything({holder}), Truth::kNo);
      }
      break;
    case About::kAnyHolder:
      at->second.emplace_back(anything(names_.granted), Truth::kNo);
      break;
  }
  return at->second;
}

Leaning Asker::Holds(About who, std::size_t permission, AccountIndex account,
                     const policy::PreparedRequest& prepared, const PartialRequest& request) {
  const auto holders = [&] {
    return who == About::kMeant ? MeantIn(permission, account) : HoldersIn(permission, account);
  };
  if (prepared.caller().kind != policy::CallerKind::kService) {
    if (request.user && IsSessionOfOne(holders(), account, prepared, request)) {
      return {Truth::kYes, {}};
    }
    return AnyOf(Compiled(who, permission, account), prepared, request);
  }
  const bool holds = std::ranges::any_of(holders(), [&](const Holder& holder) {
    return std::ranges::any_of(holder.principals, [&](const intent::Principal& one) {
      return one.kind == intent::Principal::Kind::kService &&
             one.value == request.request.principal;
    });
  });
  return {holds ? Truth::kYes : Truth::kNo, {}};
}

std::vector<std::size_t> Asker::HeldPermissions(AccountIndex account,
                                                const policy::Request& request,
                                                const policy::PreparedRequest& prepared) {
  const PartialRequest complete{request};
  std::vector<std::size_t> held;
  for (std::size_t i = 0; i < facts().model.permissions.size(); ++i) {
    if (Holds(About::kHolders, i, account, prepared, complete).truth == Truth::kYes) {
      held.push_back(i);
    }
  }
  return held;
}

Judgement Asker::Judge(AccountIndex account, const PartialRequest& partial) {
  Judgement judgement;
  const policy::Request& request = partial.request;
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return judgement;
  Leaning granted;
  for (std::size_t i = 0; i < facts().model.permissions.size(); ++i) {
    const auto covers = [&](About who) {
      Leaning held = Holds(who, i, account, *prepared, partial);
      if (held.truth == Truth::kNo) return held;
      return Both(std::move(held), AnyOf(Compiled(About::kGrant, i, account), *prepared, partial));
    };
    Leaning grants = covers(About::kHolders);
    if (grants.truth != Truth::kYes && IsJoining(account) &&
        covers(About::kMeant).truth == Truth::kYes) {
      judgement.awaiting.push_back(&facts().model.permissions[i].origin);
    }
    if (grants.truth == Truth::kNo) continue;
    if (grants.truth == Truth::kYes) {
      judgement.granting.push_back(&facts().model.permissions[i].origin);
    }
    if (grants.truth != Truth::kNo) {
      judgement.perhaps_granting.push_back(&facts().model.permissions[i].origin);
    }
    granted = Either(std::move(granted), std::move(grants));
  }
  const bool service = prepared->caller().kind == policy::CallerKind::kService;
  judgement.is_bound =
      !service && !facts().AccountAt(account).management && !IsServiceLinked(request);
  Leaning forbidden;
  for (std::size_t i = 0; judgement.is_bound && i < facts().model.prohibitions.size(); ++i) {
    Leaning forbids = AnyOf(Compiled(About::kRefusal, i, account), *prepared, partial);
    if (forbids.truth == Truth::kYes) {
      judgement.forbidding.push_back(&facts().model.prohibitions[i].origin);
    }
    forbidden = Either(std::move(forbidden), std::move(forbids));
  }
  Leaning open_handed;  // may hold anything
  if (!service && !IsSessionOfOne(names_.granted, account, *prepared, partial)) {
    open_handed = Opposite(AnyOf(Compiled(About::kAnyHolder, 0, account), *prepared, partial));
  }
  judgement.may_hold_anything = open_handed.truth == Truth::kYes;
  if (!IsOwn(account, *prepared)) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(request.resource);
    judgement.owner = segments ? std::string((*segments)[4]) : "";
  }
  const std::string& id = facts().AccountAt(account).id;
  if (request.resource_account && *request.resource_account != id) {
    judgement.owner = *request.resource_account;
  }
  if (!judgement.owner.empty()) granted = {};
  const Leaning is_granted =
      Both(Either(std::move(open_handed), std::move(granted)), Opposite(std::move(forbidden)));
  judgement.is_granted = is_granted.truth == Truth::kYes;
  if (is_granted.truth == Truth::kOpen)
    judgement.open = {is_granted.on.begin(), is_granted.on.end()};
  return judgement;
}

}  // namespace writ::access

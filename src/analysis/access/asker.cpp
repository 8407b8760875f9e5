#include "analysis/access/asker.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include <fmt/format.h>

#include "analysis/access/lacking.h"
#include "iam/decide/reads.h"
#include "iam/decide/sendable.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "program/intent/label.h"
#include "proof/verify/caller.h"
#include "proof/verify/formula.h"
#include "proof/verify/legs.h"
#include "proof/verify/said_of_places.h"

namespace writ::access {
namespace {

using intent::AccountIndex;
using intent::Holder;
using intent::Principal;
using policy::Effect;
using policy::Sense;
using verify::And;
using verify::Authorization;
using verify::Condition;
using verify::Documents;
using verify::Not;

constexpr std::string_view kUserName = "aws:username";
constexpr std::string_view kTooMany = "a condition has too many alternatives to be written out";

/// A wildcard for the region or account of a resource that always has one does not stand for none:
/// nobody could send that. A wildcard as account is the caller's own.
void FillPlaces(const catalog::Catalog& catalog, const std::string& account, Authorization& box) {
  bool has_region = true;
  bool has_account = true;
  for (const std::string& name : box.actions.values) {
    const std::size_t colon = name.find(':');
    const std::string service = name.substr(0, colon);
    const auto action = catalog.FindAction(service, name.substr(colon + 1));
    if (!action || action->resources.empty()) return;
    for (const catalog::ActionResource& resource : action->resources) {
      const auto type = catalog.FindResourceType(service, resource.type);
      if (!type) return;
      for (const std::string& format : type->arns) {
        const std::optional<policy::ArnSegments> segments = policy::SplitArn(format);
        if (!segments) return;
        // A model, which no account owns, also lies in no region where it is called globally.
        has_account = has_account && !(*segments)[4].empty();
        has_region = has_region && has_account && !(*segments)[3].empty();
      }
    }
  }
  for (std::string& arn : box.resources.values) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
    if (!segments) continue;
    const auto& [scheme, partition, service, region, owner, rest] = *segments;
    arn = fmt::format("{}:{}:{}:{}:{}:{}", scheme, partition, service,
                      has_region && region == "*" ? std::string_view("?*") : region,
                      has_account && owner == "*" ? std::string_view(account) : owner, rest);
  }
}

std::vector<Holder> As(std::vector<Principal> principals, AccountIndex account) {
  return {{"", std::move(principals), {account}}};
}

/// Allows everything on these resources, and on what is no ARN.
Documents::Named Allowing(std::vector<std::string> resources) {
  Documents::Named named = verify::AllBut({"arn:*:*:*:*:*"});
  policy::Statement statement = named.document.statements.front();
  statement.resource = policy::Patterns{Sense::kListed, std::move(resources)};
  named.document.statements.push_back(std::move(statement));
  named.sources.emplace_back();
  return named;
}

/// Allows what lies in a region, what lies everywhere, and what is no ARN. The model of a call that
/// is routed globally lies in no region, and it is called by a profile: Amazon Bedrock User Guide,
/// "Global cross-Region inference", read 2026-11-22.
Documents::Level Placed() {
  const std::string global = "arn:*:bedrock:::foundation-model/*";
  Documents::Named named = verify::AllBut(decide::Placeless());
  policy::Statement statement;
  statement.action.values = {"*"};
  statement.resource =
      policy::Patterns{Sense::kListed, {global, std::string(decide::kSystemTools)}};
  named.document.statements.push_back(statement);
  statement.effect = Effect::kDeny;
  statement.action.values = {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"};
  statement.resource->values = {global};
  statement.conditions = {{{policy::SetQualifier::kNone, policy::BaseOperator::kNull, false},
                           "bedrock:InferenceProfileArn",
                           {"true"}}};
  named.document.statements.push_back(std::move(statement));
  named.sources.resize(named.document.statements.size());
  return {std::move(named)};
}

/// Whether the statement, read as an Allow, applies.
bool Applies(const policy::PolicyDocument& document, const policy::PreparedRequest& request) {
  const policy::CompiledPolicy compiled(document, policy::Kind::kIdentity);
  for (std::size_t i = 0; i < document.statements.size(); ++i) {
    if (policy::StatementApplies(compiled, i, request)) return true;
  }
  return false;
}

}  // namespace

Subject SubjectOf(const intent::Question& question) {
  if (question.can) {
    return {question.everyone, question.can->holders, question.excepted, question.can->accounts};
  }
  const intent::Bound& bound = question.cannot->bound;
  return {bound.everyone, bound.included, bound.excepted, question.cannot->accounts};
}

Asker::Asker(const Facts& facts)
    : inquiry_(facts.program),
      names_(NamesOf(facts.program.model)),
      day_(facts.day),
      standing_(facts.standing),
      of_partition_{Allowing({fmt::format("arn:{}:*:*:*:*", inquiry_.facts().partition())})},
      placed_(Placed()) {}

std::vector<Caller> Asker::CallersOf(const Subject& subject) const {
  std::vector<Caller> callers;
  const auto excepted = [&](const Caller& caller) {
    return caller.principal && std::ranges::any_of(subject.excepted, [&](const Holder& holder) {
             return std::ranges::binary_search(holder.accounts, caller.account) &&
                    std::ranges::find(holder.principals, *caller.principal) !=
                        holder.principals.end();
           });
  };
  const auto add = [&](std::vector<Caller> more) {
    for (Caller& caller : more) {
      if (!excepted(caller)) callers.push_back(std::move(caller));
    }
  };
  // The management account last: what is so of member accounts as well is told of them.
  std::vector<AccountIndex> accounts = subject.accounts;
  std::ranges::stable_partition(
      accounts, [&](AccountIndex account) { return !facts().AccountAt(account).management; });
  for (const AccountIndex account : accounts) {
    if (subject.everyone) {
      add(CallersIn(names_, account));
      continue;
    }
    for (const Holder& holder : subject.included) {
      if (!std::ranges::binary_search(holder.accounts, account)) continue;
      for (const Principal& principal : holder.principals) {
        add(access::CallersOf(names_, holder.team.empty() ? LabelOf(principal) : LabelOf(holder),
                              principal, account));
      }
    }
  }
  return callers;
}

std::vector<Authorization> Asker::Least(const intent::Permission& asked,
                                        const Caller& caller) const {
  const intent::Account& account = facts().AccountAt(caller.account);
  std::vector<Authorization> boxes = verify::Granted(facts(), asked, account);
  for (Authorization& box : boxes) FillPlaces(facts().catalog, account.id, box);
  return boxes;
}

std::vector<Authorization> Asker::Widest(const intent::Prohibition& asked,
                                         AccountIndex account) const {
  intent::Prohibition of_all = asked;
  of_all.bound = {};
  of_all.bound.everyone = true;
  std::vector<Authorization> boxes = verify::Refused(facts(), of_all, account).boxes;
  for (Authorization& box : boxes) box.sentence = 0;
  return boxes;
}

bool Asker::IsService(const Caller& caller) const {
  return caller.principal && caller.principal->kind == Principal::Kind::kService;
}

verify::Sender Asker::SenderOf(const Caller& caller) const {
  return IsService(caller) ? verify::Sender::kService : verify::Sender::kPrincipal;
}

Documents::Level Asker::TrueOf(const Caller& caller, const std::vector<Holder>& excepted,
                               const Condition& when) const {
  const AccountIndex account = caller.account;
  if (IsService(caller)) {
    const std::vector<Authorization> all{{{Sense::kListed, {"*"}},
                                          {Sense::kListed, {"*"}},
                                          And({Not(verify::Present("aws:PrincipalArn")),
                                               Not(verify::Present("aws:PrincipalAccount")), when}),
                                          {},
                                          0}};
    const auto document = verify::AsDocument(all, Effect::kAllow, nobody_);
    return {document ? *document : verify::FullAccess()};
  }
  const auto among = [&](const std::vector<Principal>& principals) {
    return verify::IsOneOf(facts(), As(principals, account), account, facts().partition());
  };
  const auto calls_as = [&](const std::vector<Principal>& principals) {
    return verify::CallsAsOneOf(facts(), As(principals, account), account, facts().partition());
  };
  const std::string& id = facts().AccountAt(account).id;
  std::vector<Condition> all{when};
  if (caller.principal) all.push_back(calls_as({*caller.principal}));
  if (!caller.within.empty()) all.push_back(calls_as(caller.within));
  if (!caller.apart.empty()) all.push_back(Not(among(caller.apart)));
  if (!excepted.empty()) {
    all.push_back(Not(verify::IsOneOf(facts(), excepted, account, facts().partition())));
  }
  // No organization policy binds these, and nobody can call as one (IAM User Guide,
  // "Service-linked roles", read 2026-11-22).
  if (!caller.principal) {
    all.push_back(Not(verify::ArnAmong(
        "aws:PrincipalArn", {fmt::format("arn:aws*:iam::{}:role/aws-service-role/*", id)})));
  }
  return {verify::TrueOfCallers(facts().model.organization, account, And(std::move(all)))};
}

void Asker::AddTrue(const Caller& caller, const std::vector<Holder>& excepted,
                    const Condition& when, Documents& documents) const {
  documents.scps.push_back(TrueOf(caller, excepted, when));
  documents.scps.push_back(inquiry_.TrueOfRegions());
  documents.scps.push_back(of_partition_);
  documents.scps.push_back(placed_);
}

/// A user's requests, but not its sessions', tell its name. Source: IAM User Guide, "AWS global
/// condition context keys", aws:username, read 2026-11-30.
void Asker::AddName(const Caller& caller, const Documents& right, Documents& left) const {
  if (!caller.principal || caller.principal->kind != Principal::Kind::kUser) return;
  bool is_read = false;
  bool is_variable = false;
  const auto look = [&](const Documents::Named& named) {
    for (const policy::Statement& statement : named.document.statements) {
      is_read = is_read || decide::Reads(statement, kUserName);
      is_variable = is_variable || decide::HoldsVariable(statement, kUserName);
    }
  };
  for (const Documents* documents : {&std::as_const(left), &right}) {
    std::ranges::for_each(documents->identity, look);
    for (const Documents::Level& level : documents->scps) std::ranges::for_each(level, look);
  }
  // The procedure takes a key that is part of a text for independent of it.
  if (!is_read || is_variable) return;
  const std::string& path = caller.principal->value;
  const std::string name(kUserName);
  const Condition of_caller = verify::Or(
      {Not(verify::Present(name)), verify::Among(name, {path.substr(path.rfind('/') + 1)})});
  const std::vector<Authorization> all{
      {{Sense::kListed, {"*"}}, {Sense::kListed, {"*"}}, of_caller, {}, 0}};
  if (auto document = verify::AsDocument(all, Effect::kAllow, nobody_)) {
    left.scps.push_back({*std::move(document)});
  }
}

verify::Found Asker::Ask(const Caller& caller, Documents left, Documents right) {
  AddName(caller, right, left);
  return inquiry_.Ask(std::move(left), std::move(right), ScopeOf(caller), SenderOf(caller));
}

/// A service holds no identity policies: a role of the account stands for it while a request is
/// looked for, and the request is told as the service's own.
decide::Scope Asker::ScopeOf(const Caller& caller) const {
  const std::string& id = facts().AccountAt(caller.account).id;
  const bool is_named = caller.principal && !IsService(caller);
  return {decide::Accounts::kSame,
          is_named ? verify::ExampleArn(*caller.principal, id, facts().partition())
                   : fmt::format("arn:{}:iam::{}:role/anyone-else", facts().partition(), id)};
}

bool Asker::IsJoining(AccountIndex account) const {
  return standing_ != Standing::kListed &&
         account.value + 1 == facts().model.organization.accounts.size();
}

std::vector<Holder> Asker::MeantIn(std::size_t permission, AccountIndex account) const {
  const intent::Permission& said = facts().model.permissions[permission];
  if (!std::ranges::binary_search(said.accounts, account)) return {};
  std::vector<Holder> meant;
  std::ranges::copy_if(said.holders, std::back_inserter(meant), [&](const Holder& holder) {
    return std::ranges::binary_search(holder.accounts, account);
  });
  return meant;
}

std::vector<Holder> Asker::HoldersIn(std::size_t permission, AccountIndex account) const {
  std::vector<Holder> holders = MeantIn(permission, account);
  if (!IsJoining(account)) return holders;
  const intent::Permission& said = facts().model.permissions[permission];
  for (Holder& holder : holders) {
    const bool is_of_place = verify::IsSaidOfPlaces(facts(), said, holder);
    std::erase_if(holder.principals, [&](const Principal& one) {
      return !(one.kind == Principal::Kind::kPermissionSet ? is_of_place
                                                           : standing_ == Standing::kOnceListed);
    });
  }
  std::erase_if(holders, [](const Holder& holder) { return holder.principals.empty(); });
  return holders;
}

const Asker::Boxes& Asker::GrantedIn(std::size_t permission, AccountIndex account) {
  const auto [at, is_new] = granted_.try_emplace({permission, account});
  if (is_new) {
    at->second =
        verify::Granted(facts(), facts().model.permissions[permission], facts().AccountAt(account));
    for (Authorization& box : at->second) box.sentence = permission;
  }
  return at->second;
}

const Asker::Boxes& Asker::ForbiddenIn(std::size_t prohibition, AccountIndex account) {
  const auto [at, is_new] = forbidden_.try_emplace({prohibition, account});
  if (is_new) {
    at->second = verify::Refused(facts(), facts().model.prohibitions[prohibition], account).boxes;
  }
  return at->second;
}

std::optional<Documents::Named> Asker::HeldBy(const Caller& caller, std::optional<std::size_t> by) {
  if (caller.may_hold_anything) return verify::FullAccess();
  Boxes boxes;
  for (const std::size_t i : by ? std::vector{*by} : SaidIn(caller.account)) {
    for (const Holder& holder : HoldersIn(i, caller.account)) {
      const auto is_it = [&](const Principal& one) { return one == *caller.principal; };
      const bool exactly = std::ranges::any_of(holder.principals, is_it);
      const bool partly = std::ranges::any_of(holder.principals, [&](const Principal& one) {
        return MayBeSame(one, *caller.principal);
      });
      if (!partly) continue;
      for (Authorization box : GrantedIn(i, caller.account)) {
        if (!exactly) {
          box.condition =
              And({std::move(box.condition),
                   verify::CallsAsOneOf(facts(), {holder}, caller.account, facts().partition())});
        }
        boxes.push_back(std::move(box));
      }
    }
  }
  return verify::AsDocument(boxes, Effect::kAllow, inquiry_.permission_origins());
}

const std::optional<verify::Complement>& Asker::PermittedTo(const Caller& caller) {
  const std::pair key(caller.account, caller.principal);
  if (permitted_for_ == key) return permitted_;
  permitted_for_ = key;
  if (IsService(caller)) {
    permitted_ = verify::Complement{{{verify::FullAccess()}}};
  } else if (caller.principal) {
    permitted_ = inquiry_.PermittedTo(verify::Caller(facts(), *caller.principal, caller.account));
  } else {
    permitted_ = inquiry_.PermittedIn(caller.account);
  }
  return permitted_;
}

const std::vector<std::size_t>& Asker::SaidIn(AccountIndex account) {
  const auto [at, is_new] = said_in_.try_emplace(account);
  for (std::size_t i = 0; is_new && i < facts().model.permissions.size(); ++i) {
    const bool is_said = std::ranges::binary_search(facts().model.permissions[i].accounts, account);
    if (is_said) at->second.push_back(i);
  }
  return at->second;
}

std::vector<std::string> Asker::OwnPatterns(AccountIndex account) const {
  const std::string& id = facts().AccountAt(account).id;
  std::vector<std::string> own{"arn:*:*:*::*", "arn:*:*:*:aws:*",
                               fmt::format("arn:*:*:*:{}:*", id)};
  // A guardrail of another account that AWS assigned to this one is shared with it.
  for (const auto& [name, accounts] : facts().bindings.all()) {
    for (const std::string& region : facts().bindings.Regions(name, id)) {
      const auto bound = facts().bindings.Find(name, id, region);
      if (!bound) continue;
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(bound->arn);
      if (!segments || (*segments)[4] == id) continue;
      own.push_back(bound->arn);
      own.push_back(fmt::format("arn:*:bedrock:*:{}:guardrail-profile/*", (*segments)[4]));
    }
  }
  std::ranges::sort(own);
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return own;
}

/// Resources that the account's principals reach by their own policies; with `also`, and those of
/// accounts that these boxes name by number.
Documents::Level Asker::OwnResources(AccountIndex account, const Boxes* also) const {
  std::vector<std::string> own = OwnPatterns(account);
  if (also != nullptr) {
    for (const Authorization& box : *also) {
      if (box.resources.sense != Sense::kListed) continue;
      for (const std::string& arn : box.resources.values) {
        const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
        if (!segments || !policy::IsAccountId((*segments)[4])) continue;
        own.push_back(fmt::format("arn:*:*:*:{}:*", (*segments)[4]));
      }
    }
  }
  return {Allowing(std::move(own))};
}

Tried Asker::Granted(const Caller& caller, const std::vector<Holder>& excepted, const Boxes& boxes,
                     const Condition& when, std::optional<std::size_t> by) {
  if (boxes.empty()) return {};
  const auto held = HeldBy(caller, by);
  if (held && held->document.statements.empty()) return {};
  const std::optional<verify::Complement>& permitted = PermittedTo(caller);
  if (!held || !permitted) return {true, std::string(kTooMany), {}};
  Groups groups;
  for (const Authorization& box : boxes) groups[box.spared].push_back(box);
  Tried open;
  for (const auto& [spared, group] : groups) {
    const auto asked = verify::AsDocument(group, Effect::kAllow, nobody_);
    if (!asked) {
      open = {true, std::string(kTooMany), {}};
      continue;
    }
    Documents left;
    left.identity = {*held};
    left.scps = permitted->levels;
    AddTrue(caller, excepted, when, left);
    left.scps.push_back({*asked});
    if (!spared.empty()) left.scps.push_back({verify::AllBut(spared)});
    if (!caller.may_hold_anything) left.scps.push_back(OwnResources(caller.account, nullptr));
    verify::Found found = Ask(caller, left, {});
    if (found.request) return {false, "", std::move(found.request)};
    if (found.given_up) open = {true, std::move(found.because), {}};
  }
  return open;
}

Tried Asker::Refused(const Caller& caller, const std::vector<Holder>& excepted, const Boxes& boxes,
                     const Condition& when) {
  if (boxes.empty()) return {};
  const auto held = HeldBy(caller, std::nullopt);
  const std::optional<verify::Complement>& permitted = PermittedTo(caller);
  const auto asked = verify::AsDocument(boxes, Effect::kAllow, nobody_);
  if (!held || !permitted || !asked) return {true, std::string(kTooMany), {}};
  Documents left;
  left.identity = {*asked};
  AddTrue(caller, excepted, when, left);
  left.scps.push_back(OwnResources(caller.account, &boxes));
  Documents right;
  right.identity = {*held};
  right.scps = permitted->levels;
  if (!caller.may_hold_anything) right.scps.push_back(OwnResources(caller.account, nullptr));
  verify::Found found = Ask(caller, std::move(left), std::move(right));
  return {found.given_up, std::move(found.because), std::move(found.request)};
}

Tried Asker::Meant(const Caller& caller, const std::vector<Holder>& excepted, const Boxes& boxes,
                   const Condition& when) {
  if (boxes.empty()) return {};
  const auto asked = verify::AsDocument(boxes, Effect::kAllow, nobody_);
  if (!asked) return {true, std::string(kTooMany), {}};
  Documents left;
  left.identity = {*asked};
  AddTrue(caller, excepted, when, left);
  left.scps.push_back(OwnResources(caller.account, &boxes));
  verify::Found found = Ask(caller, std::move(left), {});
  return {found.given_up, std::move(found.because), std::move(found.request)};
}

std::vector<std::size_t> Asker::Granting(const Caller& caller, const std::vector<Holder>& excepted,
                                         const Boxes& boxes, const Condition& when) {
  std::vector<std::size_t> granting;
  if (caller.may_hold_anything) return granting;
  for (const std::size_t i : SaidIn(caller.account)) {
    if (Granted(caller, excepted, boxes, when, i).request) granting.push_back(i);
  }
  return granting;
}

bool Asker::IsOwn(AccountIndex account, const policy::PreparedRequest& prepared) const {
  return Applies(Allowing(OwnPatterns(account)).document, prepared);
}

std::vector<std::pair<std::size_t, std::vector<std::string>>> Asker::Misses(
    AccountIndex account, const policy::Request& request) {
  std::vector<std::pair<std::size_t, std::vector<std::string>>> misses;
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return misses;
  for (const std::size_t i : HeldPermissions(account, request, *prepared)) {
    std::optional<std::vector<std::string>> best;
    for (Authorization box : GrantedIn(i, account)) {
      box.sentence = 0;
      const auto document = verify::AsDocument({box}, Effect::kAllow, nobody_);
      if (!document) continue;
      for (const policy::Statement& statement : document->document.statements) {
        std::optional<std::vector<std::string>> lacking = Lacking(statement, *prepared);
        if (lacking && (!best || lacking->size() < best->size())) best = std::move(lacking);
      }
    }
    if (best && !best->empty()) misses.emplace_back(i, *std::move(best));
  }
  return misses;
}

}  // namespace writ::access

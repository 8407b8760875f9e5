#include "logs/replay/replay.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ::replay {
namespace {

using intent::AccountIndex;
using Kind = Verdict::Kind;

constexpr std::string_view kPathOfRole = "the path of the role";
constexpr std::string_view kUserOfSession = "the user whose session it is";
constexpr std::string_view kInterface = "the interface of the call";

Verdict Undecidable(std::string because) {
  Verdict verdict;
  verdict.because = std::move(because);
  return verdict;
}

/// With the authorization that decides, for a resource that somebody could name.
Verdict Shown(Kind kind, access::PartialRequest leg, access::Judgement judgement) {
  Verdict verdict;
  verdict.kind = kind;
  verdict.resources = std::move(leg.resources);
  verdict.leg = std::move(leg.request);
  // `*` is a resource as it stands: that of a request which names none.
  if (!verdict.resources.empty() && verdict.resources != "*") {
    verdict.leg->resource = decide::ExampleOf(verdict.resources);
  }
  verdict.judgement = std::move(judgement);
  return verdict;
}

Verdict Undetermined(std::set<std::string> on) {
  Verdict verdict;
  verdict.kind = Kind::kUndetermined;
  verdict.on = {on.begin(), on.end()};
  return verdict;
}

bool AreAlike(const Verdict& one, const Verdict& other) {
  return one.kind == other.kind && one.judgement.granting == other.judgement.granting &&
         one.judgement.forbidding == other.judgement.forbidding;
}

}  // namespace

std::string_view Name(Verdict::Kind kind) {
  switch (kind) {
    case Kind::kAllowed:
      return "allowed";
    case Kind::kDenied:
      return "denied";
    case Kind::kUndetermined:
      return "undetermined";
    case Kind::kUndecidable:
      return "undecidable";
  }
  return "";
}

std::string_view Name(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kNewlyDenied:
      return "newly denied";
    case Finding::Kind::kNewlyAllowed:
      return "newly allowed";
    case Finding::Kind::kUndetermined:
      return "undetermined";
    case Finding::Kind::kUndecidable:
      return "undecidable";
    case Finding::Kind::kOtherwise:
      return "calibration";
    case Finding::Kind::kSame:
      return "unchanged";
    case Finding::Kind::kFailed:
      return "failed";
  }
  return "";
}

Side::Side(const access::Facts& facts)
    : model_(facts.program.model),
      facts_{facts.program.model, facts.program.catalog, facts.library},
      access_(facts),
      ai_services_(AiServices(facts_)) {
  const auto& accounts = model_.organization.accounts;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    accounts_.emplace(accounts[i].id, AccountIndex{i});
  }
}

std::optional<AccountIndex> Side::AccountOf(const trail::Call& call) const {
  const auto found = accounts_.find(call.who.account);
  if (found == accounts_.end()) return std::nullopt;
  return found->second;
}

std::vector<Side::Caller> Side::CallersOf(const trail::Call& call, AccountIndex account) const {
  using Who = trail::Identity::Kind;
  if (call.who.kind == Who::kFederated) return SessionsOf(call, account);
  if (call.who.kind != Who::kSession) return {{call.who.arn, std::nullopt}};
  std::vector<Caller> callers;
  const std::string name = call.who.arn.substr(call.who.arn.find('/') + 1);
  for (const access::Role& role : access::RolesOfSession(access_.names(), account, name)) {
    callers.push_back({fmt::format("arn:{}:iam::{}:{}", model_.organization.partition,
                                   call.who.account, role.tail),
                       std::nullopt});
  }
  return callers;
}

std::vector<Side::Caller> Side::SessionsOf(const trail::Call& call, AccountIndex account) const {
  const std::string_view user = call.who.user;
  const std::string_view name = user.substr(std::min(user.find('/'), user.size() - 1) + 1);
  std::vector<Caller> callers;
  for (const intent::Holder& holder : access_.names().granted) {
    if (std::ranges::find(holder.accounts, account) == holder.accounts.end()) continue;
    for (const intent::Principal& principal : holder.principals) {
      const bool is_it = principal.kind == intent::Principal::Kind::kUser &&
                         (user.empty() || policy::MatchesGlob(principal.value, name));
      if (is_it) callers.push_back({call.who.arn, principal});
    }
  }
  // A user that the program does not know, if the log does not tell that it is another.
  if (user.empty() || callers.empty()) callers.push_back({call.who.arn, std::nullopt});
  return callers;
}

access::PartialRequest Side::As(const Caller& caller, AccountIndex account,
                                const access::PartialRequest& leg) const {
  access::PartialRequest asked = leg;
  asked.request = access_.As(account, caller.arn, leg.request);
  asked.user = caller.user;
  return asked;
}

std::string Side::LabelOf(const trail::Call& call) const {
  const std::optional<AccountIndex> account = AccountOf(call);
  if (!account) return std::string(access::kAnyoneElse);
  std::set<std::string> labels;
  const std::vector<Caller> callers = CallersOf(call, *account);
  const bool is_open = call.who.kind == trail::Identity::Kind::kFederated && callers.size() > 1;
  if (is_open) return std::string(access::kAnyoneElse);
  for (const Caller& caller : callers) {
    const std::string& arn = caller.user ? call.who.user : caller.arn;
    for (std::string& label : access::LabelsOf(access_.names(), *account, arn, {})) {
      labels.insert(std::move(label));
    }
  }
  return labels.empty() ? std::string(access::kAnyoneElse)
                        : fmt::format("{}", fmt::join(labels, ", "));
}

Verdict Side::DecideAs(const Caller& caller, AccountIndex account, const Rebuilt& rebuilt) {
  std::set<std::string> on;
  Verdict allowed;
  allowed.kind = Kind::kAllowed;
  for (const access::PartialRequest& leg : rebuilt.legs) {
    access::PartialRequest asked = As(caller, account, leg);
    access::Judgement judgement = access_.Decide(account, asked);
    if (!judgement.open.empty()) {
      on.insert(judgement.open.begin(), judgement.open.end());
    } else if (!judgement.is_granted) {
      // Roles have policies for other services that are no matter of the program.
      const std::string& action = asked.request.action;
      if (judgement.forbidding.empty() && judgement.granting.empty() &&
          !ai_services_.contains(action.substr(0, action.find(':')))) {
        return Undecidable("no sentence allows it, and what other policies allow is not known");
      }
      return Shown(Kind::kDenied, std::move(asked), std::move(judgement));
    } else if (!allowed.leg) {
      allowed = Shown(Kind::kAllowed, std::move(asked), std::move(judgement));
    }
  }
  for (const access::PartialRequest& leg : rebuilt.perhaps) {
    if (!access_.Decide(account, As(caller, account, leg)).is_granted)
      on.insert(std::string(kInterface));
  }
  // One refused leg refuses the call; that all are granted is only known of all.
  if (!rebuilt.cannot.empty()) return Undecidable(rebuilt.cannot);
  if (!on.empty()) return Undetermined(std::move(on));
  return allowed;
}

std::vector<const intent::Origin*> Side::MayGrant(const trail::Call& call) {
  std::vector<const intent::Origin*> origins;
  const std::optional<AccountIndex> account = AccountOf(call);
  if (!account) return origins;
  const Rebuilt rebuilt = Rebuild(call, facts_);
  for (const Caller& caller : CallersOf(call, *account)) {
    for (const auto* legs : {&rebuilt.legs, &rebuilt.perhaps}) {
      for (const access::PartialRequest& leg : *legs) {
        const access::Judgement judgement = access_.Decide(*account, As(caller, *account, leg));
        origins.insert(origins.end(), judgement.perhaps_granting.begin(),
                       judgement.perhaps_granting.end());
      }
    }
  }
  std::ranges::sort(origins);
  const auto [first, last] = std::ranges::unique(origins);
  origins.erase(first, last);
  return origins;
}

Verdict Side::DecideOutsider(const trail::Call& call, AccountIndex owner) const {
  const Rebuilt rebuilt = Rebuild(call, facts_);
  if (rebuilt.legs.empty()) return Undecidable(rebuilt.cannot);
  // Of an account that the program does not list, nothing says that it is of the organization.
  static const std::set<std::string, std::less<>> kNotSaid{
      "aws:principalorgid", "aws:principalorgpaths", "aws:principalisawsservice",
      "aws:sourceaccount",  "aws:sourceorgid",       "aws:sourceorgpaths",
      "aws:sourcearn"};
  std::set<std::string> on;
  Verdict allowed;
  allowed.kind = Kind::kAllowed;
  allowed.judgement.is_granted = allowed.judgement.may_hold_anything = true;
  for (access::PartialRequest leg : rebuilt.legs) {
    policy::Request& request = leg.request;
    request.principal =
        call.who.kind == trail::Identity::Kind::kUnknown
            ? fmt::format("arn:{}:iam::{}:root", model_.organization.partition, call.who.account)
            : call.who.arn;
    request.resource_account = call.owner;
    request.context.push_back({"aws:PrincipalAccount", false, {call.who.account}});
    leg.may_have = [may_have = leg.may_have](std::string_view key) {
      return !kNotSaid.contains(key) && may_have && may_have(key);
    };
    access::Judgement judgement = access_.DecideOutsider(owner, leg);
    if (!judgement.forbidding.empty()) {
      return Shown(Kind::kDenied, std::move(leg), std::move(judgement));
    }
    on.insert(judgement.open.begin(), judgement.open.end());
  }
  if (!rebuilt.cannot.empty()) return Undecidable(rebuilt.cannot);
  return on.empty() ? allowed : Undetermined(std::move(on));
}

Verdict Side::Decide(const trail::Call& call) {
  using Who = trail::Identity::Kind;
  if (call.who.kind == Who::kService) return Undecidable("a service calls for itself");
  if (call.who.kind == Who::kIdentityCenter) {
    return Undecidable("the log names a user of Identity Center and no role");
  }
  const std::optional<AccountIndex> account = AccountOf(call);
  const auto owner = accounts_.find(call.owner);
  if (!account && !call.who.account.empty() && owner != accounts_.end()) {
    return DecideOutsider(call, owner->second);
  }
  if (!account) {
    return Undecidable(call.who.account.empty()
                           ? std::string("the log does not tell who called")
                           : fmt::format("account {} is not in the program", call.who.account));
  }
  if (call.who.kind == Who::kUnknown) return Undecidable("the log does not tell who called");
  const Rebuilt rebuilt = Rebuild(call, facts_);
  if (rebuilt.legs.empty()) return Undecidable(rebuilt.cannot);
  std::optional<Verdict> common;
  for (const Caller& caller : CallersOf(call, *account)) {
    Verdict verdict = DecideAs(caller, *account, rebuilt);
    if (common && !AreAlike(*common, verdict)) {
      return Undetermined({std::string(
          call.who.kind == trail::Identity::Kind::kFederated ? kUserOfSession : kPathOfRole)});
    }
    common = std::move(verdict);
  }
  return common ? *std::move(common) : Undecidable("the log does not tell who called");
}

namespace {

/// Under the old program, or in AWS where there is none.
Finding::Kind KindOf(const trail::Call& call, const Verdict& now,
                     const std::optional<Verdict>& before) {
  using Result = Finding::Kind;
  if (call.outcome == trail::Outcome::kFailed) return Result::kFailed;
  const bool was_allowed = call.outcome == trail::Outcome::kAllowed;
  // What AWS refused shows what a program newly allows, and what it allowed what one newly denies:
  // a call that a policy outside the program decides is decided so under either.
  if (before && before->kind == Kind::kDenied) {
    if (was_allowed) return Result::kOtherwise;
    if (now.kind == Kind::kDenied) return Result::kSame;
  }
  if (now.kind == Kind::kUndetermined) return Result::kUndetermined;
  if (now.kind == Kind::kUndecidable) return Result::kUndecidable;
  const bool allows = now.kind == Kind::kAllowed;
  if (!before) {
    // Of a principal that may hold anything, AWS says no for want of a policy that is not here.
    if (!was_allowed && allows && now.judgement.may_hold_anything) return Result::kSame;
    return allows == was_allowed ? Result::kSame
           : allows              ? Result::kNewlyAllowed
                                 : Result::kNewlyDenied;
  }
  if (before->kind == Kind::kDenied) return Result::kNewlyAllowed;
  if (before->kind != Kind::kAllowed) {
    if (was_allowed && !allows) return Result::kNewlyDenied;
    return before->kind == Kind::kUndetermined ? Result::kUndetermined : Result::kUndecidable;
  }
  if (!was_allowed) return Result::kSame;
  const bool is_dropped =
      allows && now.judgement.may_hold_anything && !before->judgement.may_hold_anything;
  return allows && !is_dropped ? Result::kSame : Result::kNewlyDenied;
}

}  // namespace

bool Report::SaysSomething() const {
  return std::ranges::any_of(calls, [](const auto& each) {
    return each.first != Finding::Kind::kUndecidable && each.first != Finding::Kind::kFailed;
  });
}

Report Replay(std::vector<trail::Class> classes, Side& now, Side* before) {
  Report report;
  for (trail::Class& calls : classes) {
    Finding finding;
    const trail::Call& call = calls.call;
    std::optional<Verdict> then;
    if (call.outcome != trail::Outcome::kFailed) {
      finding.now = now.Decide(call);
      if (before != nullptr) then = before->Decide(call);
    }
    finding.kind = KindOf(call, finding.now, then);
    // What is said of the program in force is said with its sentences.
    const bool is_of_before = finding.kind == Finding::Kind::kOtherwise ||
                              ((finding.kind == Finding::Kind::kUndetermined ||
                                finding.kind == Finding::Kind::kUndecidable) &&
                               then && then->kind != Kind::kAllowed && then->kind != Kind::kDenied);
    if (finding.kind == Finding::Kind::kNewlyDenied && then && then->kind == Kind::kAllowed) {
      finding.granted_before = then->judgement.granting;
    }
    Side& side = is_of_before ? *before : now;
    if (is_of_before) finding.now = *std::move(then);
    finding.who = side.LabelOf(call);
    const std::optional<AccountIndex> account = side.AccountOf(call);
    finding.account =
        account ? side.facts().model.organization.accounts[account->value].name : call.who.account;
    finding.calls = std::move(calls);
    report.calls[finding.kind] += finding.calls.count;
    report.findings.push_back(std::move(finding));
  }
  std::ranges::stable_sort(report.findings, {}, &Finding::kind);
  return report;
}

}  // namespace writ::replay

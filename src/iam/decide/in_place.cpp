// The steps of each kind, asked one after the other, and requests made into cases.
#include "iam/decide/in_place.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/in_place_world.h"
#include "iam/decide/pairs.h"
#include "iam/decide/reads.h"
#include "iam/decide/said_alike.h"
#include "iam/decide/sendable.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::Kind;
using policy::PolicyDocument;
using policy::Principal;
using policy::PrincipalType;
using policy::Statement;

constexpr std::string_view kAlice = "arn:aws:iam::111122223333:user/alice";
constexpr std::string_view kSession = "arn:aws:sts::111122223333:assumed-role/app/session";
constexpr std::string_view kOtherAccount = "444455556666";
constexpr std::string_view kAnotherAccount = "777788889999";

// ---- Policies that stand beside

PolicyDocument OneStatement(Statement statement) {
  PolicyDocument document;
  document.version = policy::Version::k2012;
  document.statements.push_back(std::move(statement));
  return document;
}

Statement AllowAll() {
  Statement statement;
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  return statement;
}

PolicyDocument FullAccess() { return OneStatement(AllowAll()); }

PolicyDocument AllowsCaller(const std::string& principal) {
  Statement statement = AllowAll();
  const std::optional<policy::Caller> caller = policy::ParseCaller(principal);
  const bool is_service = caller && caller->kind == policy::CallerKind::kService;
  statement.principal =
      policy::Principals{policy::Sense::kListed,
                         {{is_service ? PrincipalType::kService : PrincipalType::kAws, principal}}};
  return OneStatement(std::move(statement));
}

// A boundary that does not allow the action.
PolicyDocument BoundaryWithout(std::string_view action) {
  Statement statement = AllowAll();
  const bool is_taken = policy::EqualIgnoringCase(action, "s3:ListAllMyBuckets");
  statement.action.values = {is_taken ? "ec2:DescribeRegions" : "s3:ListAllMyBuckets"};
  return OneStatement(std::move(statement));
}

// ---- Steps

/// What one question asks: both documents put into `beside`.
struct Step {
  policy::PolicySet beside;
  Scope scope;
  bool needs_denies_only = false;  ///< Allows of the documents decide nothing
  bool names_caller = false;       ///< the resource's policy names the caller
  bool has_bare_boundary = false;  ///< a boundary without the action
  std::vector<Statement> outside;  ///< Denies on both sides: requests that are out of question
};

// The Denies, each with the version that it is read by; without Sids, which decide nothing.
std::vector<std::pair<policy::Version, Statement>> SortedDenies(const Documents& documents) {
  std::vector<std::pair<policy::Version, Statement>> denies;
  for (const PolicyDocument& document : documents) {
    for (const Statement& statement : document.statements) {
      if (statement.effect != policy::Effect::kDeny) continue;
      denies.emplace_back(document.version, statement);
      denies.back().second.sid.clear();
    }
  }
  std::ranges::sort(denies);
  return denies;
}

// Whether what is denied may differ. Most changes leave the Denies as they are.
bool MayDenyOtherwise(const Documents& before, const Documents& after) {
  return SortedDenies(before) != SortedDenies(after);
}

Documents DeniesOf(const Documents& documents) {
  Documents denies = documents;
  for (PolicyDocument& document : denies) {
    std::erase_if(document.statements, [](const Statement& statement) {
      return statement.effect == policy::Effect::kAllow;
    });
  }
  return denies;
}

// What is asked of an identity policy, an SCP, a boundary or a session policy: whether something is
// allowed, and whether it is denied.
std::vector<Step> CallerSteps(Kind kind, bool is_alone, bool may_deny_otherwise) {
  Step allows;
  Step denies;
  denies.needs_denies_only = true;
  denies.beside.identity.push_back(FullAccess());
  if (kind == Kind::kScp) {
    allows.beside.identity.push_back(FullAccess());
    if (is_alone) {
      allows.beside.scps = {{}};
    } else {
      allows.beside.scps = {{FullAccess()}, {}};
    }
    denies.beside.scps = {{FullAccess()}, {FullAccess()}};
  }
  if (kind == Kind::kBoundary || kind == Kind::kSession) {
    const std::string_view caller = kind == Kind::kBoundary ? kAlice : kSession;
    allows.scope.principal = denies.scope.principal = caller;
    allows.beside.identity.push_back(FullAccess());
    denies.names_caller = true;
    denies.beside.resource = AllowsCaller(std::string(caller));
  }
  std::vector<Step> steps;
  steps.push_back(std::move(allows));
  if (!is_alone && may_deny_otherwise) steps.push_back(std::move(denies));
  return steps;
}

// Whether a boundary of the caller can matter: where a role is named, whose sessions it limits, and
// where a Deny names who is exempt, which it does for nobody with a boundary.
bool MindsBoundaries(const Documents& documents) {
  for (const PolicyDocument& document : documents) {
    for (const Statement& statement : document.statements) {
      if (!statement.principal) continue;
      if (statement.effect == policy::Effect::kDeny) {
        if (statement.principal->sense == policy::Sense::kAllBut) return true;
        continue;
      }
      for (const Principal& one : statement.principal->values) {
        const std::optional<policy::Caller> caller = policy::ParseCaller(one.value);
        if (caller && caller->kind == policy::CallerKind::kRole) return true;
      }
    }
  }
  return false;
}

// Key and trust policies must allow by themselves, also in their own account.
Statement DenyKeysAndTrust() {
  Statement statement = AllowAll();
  statement.effect = policy::Effect::kDeny;
  statement.action.values = {"kms:*", "sts:AssumeRole*"};
  return statement;
}

// Whether some statement may be about actions for which DenyKeysAndTrust matters.
bool MayNameKeysOrTrust(const Documents& documents) {
  for (const PolicyDocument& document : documents) {
    for (const Statement& statement : document.statements) {
      if (statement.action.sense == policy::Sense::kAllBut) return true;
      for (const std::string& action : statement.action.values) {
        const std::string folded = policy::FoldCase(action);
        if (folded.starts_with("*") || folded.starts_with("kms:") || folded.starts_with("sts:")) {
          return true;
        }
      }
    }
  }
  return false;
}

// What a resource's policy or a trust policy says of callers of its account and of others.
std::vector<Step> ResourceSteps(const Documents& before, const Documents& after, Kind kind,
                                bool is_alone) {
  std::vector<Step> steps;
  Step directly;  // names the role, the user, the session or everyone
  directly.scope.accounts = Accounts::kSame;
  if (is_alone) return {directly};
  const bool is_trust = kind == Kind::kTrust;
  if (!is_trust && MayDenyOtherwise(before, after)) {
    Step denies;
    denies.needs_denies_only = true;
    denies.beside.identity.push_back(FullAccess());
    if (MayNameKeysOrTrust(before) || MayNameKeysOrTrust(after)) {
      denies.outside.push_back(DenyKeysAndTrust());
    }
    steps.push_back(std::move(denies));
  }
  Step account;
  account.beside.identity.push_back(FullAccess());
  account.scope.accounts = Accounts::kCross;
  steps.push_back(std::move(account));
  steps.push_back(directly);
  if (MindsBoundaries(before) || MindsBoundaries(after)) {
    Step session = directly;
    session.beside.boundaries.emplace_back();
    session.has_bare_boundary = true;
    steps.push_back(std::move(session));
  }
  return steps;
}

std::vector<Step> StepsOf(const Documents& before, const Documents& after, Kind kind,
                          bool is_alone) {
  switch (kind) {
    case Kind::kIdentity:
    case Kind::kScp:
    case Kind::kBoundary:
    case Kind::kSession:
      return CallerSteps(kind, is_alone, MayDenyOtherwise(before, after));
    case Kind::kResource:
    case Kind::kTrust:
      return ResourceSteps(before, after, kind, is_alone);
    case Kind::kRcp: {
      Step step;
      step.beside.identity.push_back(FullAccess());
      step.beside.rcps = {{}};
      return {step};
    }
    case Kind::kVpcEndpoint: {
      Step step;
      step.beside.identity.push_back(FullAccess());
      return {step};
    }
  }
  return {};
}

bool AnyReads(const Documents& documents, std::string_view key) {
  return std::ranges::any_of(documents, [key](const PolicyDocument& document) {
    return std::ranges::any_of(document.statements,
                               [key](const Statement& statement) { return Reads(statement, key); });
  });
}

// ---- Accounts of callers and resources

// Accounts that patterns of resources name.
std::set<std::string> ResourceAccounts(const Documents& documents) {
  std::set<std::string> accounts;
  for (const PolicyDocument& document : documents) {
    for (const Statement& statement : document.statements) {
      if (!statement.resource) continue;
      for (const std::string& value : statement.resource->values) {
        const auto segments = policy::SplitArn(value);
        if (segments && policy::IsAccountId((*segments)[4])) accounts.emplace((*segments)[4]);
      }
    }
  }
  return accounts;
}

Statement DenyResourcesOf(const std::set<std::string>& accounts) {
  Statement statement = AllowAll();
  statement.effect = policy::Effect::kDeny;
  statement.resource->values.clear();
  for (const std::string& account : accounts) {
    statement.resource->values.push_back(fmt::format("arn:*:*:*:{}:*", account));
  }
  return statement;
}

// A step for the callers of each account that resources are of, and one for all others: so no
// request has a resource of an account that its ARN denies.
std::vector<Step> ByAccount(const Step& step, const std::set<std::string>& accounts) {
  constexpr std::size_t kMostAccounts = 24;
  if (accounts.empty() || accounts.size() > kMostAccounts) return {step};
  const bool is_cross = step.scope.accounts == Accounts::kCross;
  std::vector<Step> steps;
  for (const std::string& account : accounts) {
    Step of_account = step;
    of_account.scope.callers = {{account}, false};
    if (is_cross) {
      // But keys and roles, whose policies have to allow in their own account too.
      Statement own = DenyResourcesOf({account});
      own.action = DenyKeysAndTrust().action;
      own.action.sense = policy::Sense::kAllBut;
      of_account.outside.push_back(std::move(own));
    } else {
      std::set<std::string> others = accounts;
      others.erase(account);
      if (!others.empty()) of_account.outside.push_back(DenyResourcesOf(others));
    }
    steps.push_back(std::move(of_account));
  }
  Step other = step;
  other.scope.callers = {{accounts.begin(), accounts.end()}, true};
  if (!is_cross) other.outside.push_back(DenyResourcesOf(accounts));
  steps.push_back(std::move(other));
  return steps;
}

// ---- Principals that no request has

bool IsUniqueId(std::string_view text) {
  const bool is_prefixed = text.starts_with("AROA") || text.starts_with("AIDA");
  return is_prefixed && text.size() > 4 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// Puts a caller of `account` in the place of each principal that no request has, so that they are
// told apart all the same. `found` gets what they are, in words.
Documents WithStandIns(Documents documents, const std::string& account,
                       std::vector<std::string>& found) {
  for (PolicyDocument& document : documents) {
    for (Statement& statement : document.statements) {
      if (!statement.principal) continue;
      for (Principal& one : statement.principal->values) {
        const bool is_canonical = one.type == PrincipalType::kCanonicalUser;
        const bool is_id = one.type == PrincipalType::kAws && IsUniqueId(one.value);
        if (!is_canonical && !is_id) continue;
        std::string what =
            is_id ? fmt::format("`{}` is the unique id of a {}: no request names its principal so",
                                one.value, one.value.starts_with("AROA") ? "role" : "user")
                  : fmt::format("`{}` is a canonical user: no request names its principal so",
                                one.value);
        if (std::ranges::find(found, what) == found.end()) found.push_back(std::move(what));
        const bool is_role = is_id && one.value.starts_with("AROA");
        one = {PrincipalType::kAws,
               fmt::format("arn:aws:iam::{}:{}/{}", account, is_role ? "role" : "user", one.value)};
      }
    }
  }
  return documents;
}

bool Mentions(const Documents& documents, std::string_view text) {
  for (const PolicyDocument& document : documents) {
    if (policy::Write(document, policy::Style::kMinified).find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

// ---- Cases

std::string WithAccount(std::string_view arn, std::string_view account) {
  const auto segments = policy::SplitArn(arn);
  if (!segments) return std::string(arn);
  std::string text;
  for (std::size_t i = 0; i < segments->size(); ++i) {
    if (i > 0) text += ':';
    text += i == 4 ? account : (*segments)[i];
  }
  return text;
}

std::string AccountOf(std::string_view arn) {
  const auto segments = policy::SplitArn(arn);
  return segments ? std::string((*segments)[4]) : "";
}

// Service rules of the evaluator matter for these (evaluate.cpp).
bool HasServiceRules(std::string_view action) {
  const std::string folded = policy::FoldCase(action);
  return folded.starts_with("sts:") || folded.starts_with("kms:") || folded.starts_with("iam:");
}

// Requests on which the rules of single services decide, whatever the policies: on both sides.
std::vector<Statement> RuledByServices() {
  Statement identity = AllowAll();
  identity.effect = policy::Effect::kDeny;
  identity.action.values = {"sts:GetCallerIdentity"};
  Statement aliases = identity;
  aliases.action.values = {"kms:*Alias"};
  aliases.resource->values = {"arn:*:kms:*:*:alias/aws/*"};
  Statement managed = identity;
  managed.action = {policy::Sense::kAllBut,
                    {"iam:Get*", "iam:List*", "iam:Generate*", "iam:Simulate*"}};
  managed.resource->values = {"arn:*:iam:*:aws:policy/*", "arn:*:iam:*:*:role/aws-reserved/*"};
  return {identity, aliases, managed};
}

class Comparer {
 public:
  Comparer(const Documents& before, const Documents& after, Kind kind,
           const InPlaceOptions& options)
      : before_(before), after_(after), kind_(kind), options_(options) {}

  InPlace Run() {
    std::set<std::string> accounts;
    const bool is_by_account = kind_ == Kind::kResource || kind_ == Kind::kVpcEndpoint;
    if (is_by_account && !options_.is_alone) {
      accounts = ResourceAccounts(before_);
      accounts.merge(ResourceAccounts(after_));
    }
    if (options_.is_world) {
      const catalog::Catalog* catalog = options_.questions.catalog;
      for (const WorldPart& part : PartsOfWorld(before_, after_, kind_, *catalog)) {
        if (AreSaidAlike(part.before, part.after)) continue;
        AskAll(part.before, part.after, accounts, part.outside);
      }
    } else {
      AskAll(before_, after_, accounts, {});
    }
    AskWithStandIns();
    answer_.relation = RelationOf();
    return std::move(answer_);
  }

 private:
  [[nodiscard]] Relation RelationOf() {
    if (is_gained_ && is_lost_) {
      answer_.obstacles.clear();
      return Relation::kIncomparable;
    }
    if (is_undecided_) return Relation::kUndecided;
    if (is_gained_) return Relation::kBroader;
    return is_lost_ ? Relation::kNarrower : Relation::kEquivalent;
  }

  [[nodiscard]] Space SpaceOf(const Step& step, const Documents& documents,
                              const std::vector<Statement>& more) const {
    policy::PolicySet set =
        PutIn(step.beside, step.needs_denies_only ? DeniesOf(documents) : documents, kind_);
    PolicyDocument outside;
    outside.version = policy::Version::k2012;
    outside.statements = step.outside;
    outside.statements.insert(outside.statements.end(), more.begin(), more.end());
    if (!outside.statements.empty()) set.rcps.push_back({std::move(outside)});
    return Space(std::move(set), step.scope);
  }

  void AskAll(const Documents& before, const Documents& after,
              const std::set<std::string>& accounts, const std::vector<Statement>& outside) {
    for (const Step& step : StepsOf(before, after, kind_, options_.is_alone)) {
      for (Step& one : ByAccount(step, accounts)) {
        if (IsSettled(answer_.gained) && IsSettled(answer_.lost)) return;
        one.outside.insert(one.outside.end(), outside.begin(), outside.end());
        Ask(one, before, after, true);
      }
    }
  }

  void Ask(const Step& step, const Documents& before, const Documents& after, bool is_shown) {
    before_asked_ = &before;
    after_asked_ = &after;
    const Space left = SpaceOf(step, before, {});
    const Space right = SpaceOf(step, after, {});
    Comparison found = Compare(left, right, options_.questions);
    Settle(step, found, is_shown);
  }

  void Settle(const Step& step, Comparison& found, bool is_shown) {
    for (Obstacle& obstacle : found.obstacles) {
      // One direction may have an answer that needs no other.
      if (std::ranges::find(answer_.obstacles, obstacle) == answer_.obstacles.end()) {
        answer_.obstacles.push_back(std::move(obstacle));
      }
      is_undecided_ = true;
    }
    if (found.gained) Difference(step, *found.gained, Side::kRight, is_shown);
    if (found.lost) Difference(step, *found.lost, Side::kLeft, is_shown);
  }

  // A request that the document of `side` lets through and the other does not.
  void Difference(const Step& step, const Witness& witness, Side side, bool is_shown) {
    bool& is_found = side == Side::kRight ? is_gained_ : is_lost_;
    std::optional<Case>& shown = side == Side::kRight ? answer_.gained : answer_.lost;
    if (!is_shown) {
      is_found = true;
      return;
    }
    if (IsSettled(shown)) return;
    std::optional<Case> made = CaseOf(step, witness, side);
    if (made && !made->unsendable.empty()) made = SendableCase(step, side, *std::move(made));
    if (made) {
      is_found = true;
      if (!shown || IsSettled(made)) shown = std::move(made);
      return;
    }
    if (shown) return;
    // The rules of a single service decide this request. Is there another?
    const Answer other = AskBeside(step, side, RuledByServices());
    if (const auto* undecided = std::get_if<Undecided>(&other)) {
      is_undecided_ = true;
      answer_.obstacles.insert(answer_.obstacles.end(), undecided->obstacles.begin(),
                               undecided->obstacles.end());
    } else if (const auto* refuted = std::get_if<Refuted>(&other)) {
      is_found = true;
      shown = CaseOf(step, refuted->witness, side);
      if (!shown) {
        answer_.unsupported.push_back(
            fmt::format("no case shows `{}` on `{}`: accounts or keys of the request disagree",
                        refuted->witness.request.action, refuted->witness.request.resource));
      }
    }
  }

  /// Whether what the documents of `side` allow is within the others, of requests that `denies`
  /// leaves.
  [[nodiscard]] Answer AskBeside(const Step& step, Side side,
                                 const std::vector<Statement>& denies) const {
    const bool is_right = side == Side::kRight;
    return IsWithin(SpaceOf(step, is_right ? *after_asked_ : *before_asked_, denies),
                    SpaceOf(step, is_right ? *before_asked_ : *after_asked_, denies),
                    options_.questions);
  }

  // ---- Cases

  [[nodiscard]] static bool IsSettled(const std::optional<Case>& shown) {
    return shown && shown->unsendable.empty();
  }

  /// A case that somebody can send for one that nobody can, or that one.
  [[nodiscard]] Case SendableCase(const Step& step, Side side, Case found) const {
    const Answer other =
        AskBeside(step, side, NeverSent(*options_.questions.catalog, found.request.principal));
    const auto* refuted = std::get_if<Refuted>(&other);
    if (refuted == nullptr) return found;
    std::optional<Case> made = CaseOf(step, refuted->witness, side);
    return IsSettled(made) ? *std::move(made) : found;
  }

  [[nodiscard]] const policy::Switches& switches() const { return options_.questions.switches; }

  [[nodiscard]] policy::PolicySet BesideFor(const Step& step,
                                            const policy::Request& request) const {
    policy::PolicySet beside = step.beside;
    if (step.names_caller) beside.resource = AllowsCaller(request.principal);
    if (step.has_bare_boundary) beside.boundaries = {BoundaryWithout(request.action)};
    const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
    const bool is_resource = kind_ == Kind::kResource || kind_ == Kind::kTrust;
    if (is_resource || beside.resource || !caller) return beside;
    // Across accounts, and for who has no policies of his own, the resource's policy must allow.
    const std::string owner =
        request.resource_account ? *request.resource_account : AccountOf(request.resource);
    const bool is_cross = !caller->account.empty() && !owner.empty() && owner != caller->account;
    if (is_cross || caller->kind == policy::CallerKind::kService) {
      beside.resource = AllowsCaller(request.principal);
    }
    return beside;
  }

  [[nodiscard]] std::string FaultOf(const policy::Request& request,
                                    const catalog::Catalog& catalog) const {
    const std::vector<std::string> faults = FaultsOf(request, catalog);
    if (!faults.empty()) return faults.front();
    const std::vector<std::string> lacking = LackingOf(request, [this](std::string_view key) {
      return AnyReads(before_, key) || AnyReads(after_, key);
    });
    return lacking.empty() ? "" : lacking.front();
  }

  // Of the candidates that show the difference the first that somebody can send, or the first.
  std::optional<Case> CaseOf(const Step& step, const Witness& witness, Side side) const {
    const catalog::Catalog* const catalog = options_.questions.catalog;
    std::optional<Case> first;
    for (policy::Request& request : Candidates(step, witness.request)) {
      std::optional<Case> made = CaseOf(step, witness, std::move(request), side);
      if (!made) continue;
      if (catalog == nullptr) return made;
      made->unsendable = FaultOf(made->request, *catalog);
      if (made->unsendable.empty()) return made;
      if (!first) first = std::move(made);
    }
    return first;
  }

  std::optional<Case> CaseOf(const Step& step, const Witness& witness, policy::Request request,
                             Side side) const {
    const bool is_as_found = request == witness.request && !step.needs_denies_only &&
                             !step.has_bare_boundary && !HasServiceRules(request.action);
    policy::PolicySet beside = BesideFor(step, request);
    const bool has_same_beside = beside.resource.has_value() == step.beside.resource.has_value();
    if (is_as_found && has_same_beside && step.outside.empty() && !options_.is_world) {
      return Case{std::move(request), std::move(beside), witness.allowed, witness.refused};
    }
    const Documents& allowing = side == Side::kRight ? after_ : before_;
    const Documents& refusing = side == Side::kRight ? before_ : after_;
    auto allowed = policy::Evaluate(request, PutIn(beside, allowing, kind_), switches());
    if (!allowed || !allowed->is_allowed()) return std::nullopt;
    auto refused = policy::Evaluate(request, PutIn(beside, refusing, kind_), switches());
    if (!refused || refused->is_allowed()) return std::nullopt;
    return Case{std::move(request), std::move(beside), *std::move(allowed), *std::move(refused)};
  }

  // The request with accounts that agree, in several ways; as it was found last.
  [[nodiscard]] std::vector<policy::Request> Candidates(const Step& step,
                                                        const policy::Request& found) const {
    const std::optional<policy::Caller> caller = policy::ParseCaller(found.principal);
    // Who is named by the account may be anyone in it; a root user assumes no role.
    if (caller && caller->kind == policy::CallerKind::kRoot) {
      policy::Request of_user = found;
      of_user.principal =
          fmt::format("arn:{}:iam::{}:user/alice", caller->partition, caller->account);
      std::vector<policy::Request> candidates = Candidates(step, of_user);
      candidates.push_back(found);
      return candidates;
    }
    std::vector<policy::Request> candidates;
    const std::string caller_account = caller ? std::string(caller->account) : "";
    const std::string owner = AccountOf(found.resource);
    const auto with_resource_of = [&](std::string_view account) {
      policy::Request request = found;
      request.resource_account.reset();
      if (!AccountOf(found.resource).empty()) {
        request.resource = WithAccount(found.resource, account);
      } else if (account != caller_account) {
        request.resource_account = account;
      }
      AgreeOnAccounts(found, request);
      candidates.push_back(std::move(request));
    };
    const auto other_account = [&] {
      return std::string(caller_account == kOtherAccount ? kAnotherAccount : kOtherAccount);
    };
    const bool is_resource = kind_ == Kind::kResource || kind_ == Kind::kTrust;
    if (step.scope.accounts == Accounts::kCross) {
      // A role's trust policy and a key's policy decide in their own account too.
      if (kind_ == Kind::kTrust && !caller_account.empty()) with_resource_of(caller_account);
      if (owner.empty() || owner == caller_account || !policy::IsAccountId(owner)) {
        with_resource_of(other_account());
      }
      if (policy::IsAccountId(owner) && owner != caller_account) with_resource_of(owner);
      if (kind_ == Kind::kResource && !caller_account.empty()) with_resource_of(caller_account);
    } else if (is_resource || kind_ == Kind::kVpcEndpoint) {
      if (!caller_account.empty()) with_resource_of(caller_account);
    } else if (!caller_account.empty()) {
      // Any caller will do: one of the account that owns the resource.
      const std::string account = policy::IsAccountId(owner) ? owner : caller_account;
      policy::Request request = found;
      request.principal = WithAccount(found.principal, account);
      request.resource_account.reset();
      if (!owner.empty()) request.resource = WithAccount(found.resource, account);
      AgreeOnAccounts(found, request);
      candidates.push_back(std::move(request));
    }
    candidates.push_back(found);
    // Where the caller was given, the user whom the request names stands for it as well.
    policy::Request of_user = OfUserNamed(found);
    if (of_user != found) candidates.push_back(std::move(of_user));
    return candidates;
  }

  // Keys that say again who the caller of `found` is, and what accounts caller and resource are of.
  static void AgreeOnAccounts(const policy::Request& found, policy::Request& request) {
    const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
    for (policy::ContextKey& key : request.context) {
      if (key.is_list || key.values.size() != 1) continue;
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn") &&
          key.values[0] == found.principal) {
        key.values[0] = request.principal;
      }
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalAccount") &&
          key.values[0] == AccountOf(found.principal)) {
        key.values[0] = AccountOf(request.principal);
      }
      if (policy::EqualIgnoringCase(key.name, "aws:ResourceAccount") &&
          key.values[0] == AccountOf(found.resource)) {
        key.values[0] = AccountOf(request.resource);
      }
      if (policy::EqualIgnoringCase(key.name, "aws:ResourceAccount") &&
          policy::IsAccountId(key.values[0])) {
        if (!AccountOf(request.resource).empty()) {
          request.resource = WithAccount(request.resource, key.values[0]);
        }
      }
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalAccount") && caller &&
          policy::IsAccountId(caller->account) && !policy::IsAccountId(key.values[0])) {
        key.values[0] = caller->account;
      }
    }
  }

  // ---- Principals that no request has

  void AskWithStandIns() {
    if (kind_ != Kind::kResource && kind_ != Kind::kTrust && kind_ != Kind::kVpcEndpoint) return;
    std::uint64_t number = 999900000000;
    while (Mentions(before_, std::to_string(number)) || Mentions(after_, std::to_string(number))) {
      ++number;
    }
    const std::string account = std::to_string(number);
    const Documents before = WithStandIns(before_, account, answer_.unsupported);
    const Documents after = WithStandIns(after_, account, answer_.unsupported);
    if (answer_.unsupported.empty()) return;
    for (Step step : StepsOf(before, after, kind_, options_.is_alone)) {
      step.scope.callers = {{account}, false};
      Ask(step, before, after, false);
    }
  }

  const Documents& before_;
  const Documents& after_;
  Kind kind_;
  const InPlaceOptions& options_;
  InPlace answer_;
  const Documents* before_asked_ = nullptr;  // what of them the question in hand is about
  const Documents* after_asked_ = nullptr;
  bool is_gained_ = false;
  bool is_lost_ = false;
  bool is_undecided_ = false;
};

}  // namespace

namespace {

// The points of the documents that AWS leaves open, each kind once.
std::vector<policy::Doubt> DoubtsOf(const Documents& before, const Documents& after, Kind kind,
                                    const Options& options) {
  const auto is_multi_valued = [&options](std::string_view key) {
    const auto known = options.catalog != nullptr ? options.catalog->FindKey(key) : std::nullopt;
    return known && known->multi_valued;
  };
  std::set<policy::Doubt> doubts;
  for (const Documents* documents : {&before, &after}) {
    for (const PolicyDocument& document : *documents) {
      for (const policy::DoubtfulPoint& point :
           policy::DoubtfulPoints(document, kind, is_multi_valued)) {
        doubts.insert(point.doubt);
      }
    }
  }
  return {doubts.begin(), doubts.end()};
}

}  // namespace

policy::PolicySet PutIn(policy::PolicySet beside, const Documents& documents, Kind kind) {
  const auto add = [&documents](Documents& out) {
    out.insert(out.end(), documents.begin(), documents.end());
  };
  switch (kind) {
    case Kind::kIdentity:
      add(beside.identity);
      break;
    case Kind::kBoundary:
      add(beside.boundaries);
      break;
    case Kind::kSession:
      add(beside.sessions);
      break;
    case Kind::kVpcEndpoint:
      add(beside.vpc_endpoint);
      break;
    case Kind::kScp:
      if (beside.scps.empty()) beside.scps.emplace_back();
      add(beside.scps.back());
      break;
    case Kind::kRcp:
      if (beside.rcps.empty()) beside.rcps.emplace_back();
      add(beside.rcps.back());
      break;
    case Kind::kResource:
    case Kind::kTrust:
      beside.resource.emplace();
      for (const PolicyDocument& document : documents) {
        beside.resource->version = document.version;
        beside.resource->statements.insert(beside.resource->statements.end(),
                                           document.statements.begin(), document.statements.end());
      }
      break;
  }
  return beside;
}

namespace {

// The first answer with a relation of its own among the other readings of the points, or one that
// is undecided if there is no better one.
template <class Compare>
InPlace WithOtherReading(const std::vector<policy::Doubt>& doubts, const policy::Switches& switches,
                         const Compare& compare) {
  InPlace answer = compare(switches);
  if (doubts.empty()) return answer;
  for (policy::Reading& reading : policy::OtherReadings(doubts, switches)) {
    InPlace read = compare(reading.switches);
    if (read.relation == answer.relation) continue;
    const bool is_sure = read.relation != Relation::kUndecided;
    if (is_sure || !answer.other) {
      answer.other = InPlaceReading{std::move(reading.doubts), read.relation,
                                    std::move(read.gained), std::move(read.lost)};
    }
    if (is_sure) break;
  }
  return answer;
}

}  // namespace

InPlace CompareInPlace(const Documents& before, const Documents& after, Kind kind,
                       const InPlaceOptions& options) {
  return WithOtherReading(DoubtsOf(before, after, kind, options.questions),
                          options.questions.switches, [&](const policy::Switches& switches) {
                            InPlaceOptions read = options;
                            read.questions.switches = switches;
                            return Comparer(before, after, kind, read).Run();
                          });
}

// ---- Stacks

namespace {

class StackComparer {
 public:
  StackComparer(const policy::PolicySet& before, const policy::PolicySet& after,
                const Options& options)
      : before_(before), after_(after), options_(options) {}

  InPlace Run() {
    const bool has_resource = before_.resource || after_.resource;
    std::vector<Statement> keys_and_trust;
    if (has_resource) keys_and_trust.push_back(DenyKeysAndTrust());
    Ask(Accounts::kSame, Accounts::kSame, keys_and_trust);
    if (has_resource) {
      Ask(Accounts::kCross, Accounts::kCross, {});
      // Where there is a key's or a trust policy, it has to allow in its own account too.
      Statement others = DenyKeysAndTrust();
      others.action.sense = policy::Sense::kAllBut;
      const auto own = [](const policy::PolicySet& set) {
        return set.resource ? Accounts::kCross : Accounts::kSame;
      };
      Ask(own(before_), own(after_), {std::move(others)});
    }
    const bool is_both = answer_.gained && answer_.lost;
    answer_.relation = is_both          ? Relation::kIncomparable
                       : is_undecided_  ? Relation::kUndecided
                       : answer_.gained ? Relation::kBroader
                       : answer_.lost   ? Relation::kNarrower
                                        : Relation::kEquivalent;
    return std::move(answer_);
  }

 private:
  static Space SpaceOf(policy::PolicySet set, Accounts accounts,
                       const std::vector<Statement>& outside) {
    PolicyDocument document;
    document.version = policy::Version::k2012;
    document.statements = outside;
    for (Statement& one : RuledByServices()) document.statements.push_back(std::move(one));
    set.rcps.push_back({std::move(document)});
    Scope scope;
    scope.accounts = accounts;
    return Space(std::move(set), scope);
  }

  void Ask(Accounts before, Accounts after, const std::vector<Statement>& outside) {
    const Comparison found =
        Compare(SpaceOf(before_, before, outside), SpaceOf(after_, after, outside), options_);
    is_undecided_ |= !found.obstacles.empty();
    answer_.obstacles.insert(answer_.obstacles.end(), found.obstacles.begin(),
                             found.obstacles.end());
    if (found.gained && !answer_.gained) {
      answer_.gained = Marked(CaseOf(*found.gained, after_, before_));
    }
    if (found.lost && !answer_.lost) answer_.lost = Marked(CaseOf(*found.lost, before_, after_));
  }

  [[nodiscard]] std::optional<Case> Marked(std::optional<Case> one) const {
    if (!one || options_.catalog == nullptr) return one;
    const std::vector<std::string> faults = FaultsOf(one->request, *options_.catalog);
    if (!faults.empty()) one->unsendable = faults.front();
    return one;
  }

  std::optional<Case> CaseOf(const Witness& witness, const policy::PolicySet& allowing,
                             const policy::PolicySet& refusing) {
    const std::optional<policy::Caller> caller = policy::ParseCaller(witness.request.principal);
    std::vector<policy::Request> candidates = {witness.request};
    if (caller && !caller->account.empty()) {
      for (const std::string& account :
           {std::string(caller->account), std::string(kOtherAccount), std::string(kAnotherAccount),
            AccountOf(witness.request.resource)}) {
        policy::Request request = witness.request;
        request.resource_account.reset();
        if (!AccountOf(request.resource).empty()) {
          request.resource = WithAccount(request.resource, account);
        } else if (account != caller->account && policy::IsAccountId(account)) {
          request.resource_account = account;
        }
        candidates.insert(candidates.end() - 1, std::move(request));
      }
    }
    for (policy::Request& request : candidates) {
      auto allowed = policy::Evaluate(request, allowing, options_.switches);
      auto refused = policy::Evaluate(request, refusing, options_.switches);
      if (allowed && refused && allowed->is_allowed() && !refused->is_allowed()) {
        return Case{std::move(request), {}, *std::move(allowed), *std::move(refused)};
      }
    }
    is_undecided_ = true;
    answer_.unsupported.push_back(
        fmt::format("no request shows the difference in `{}` on `{}`: its accounts disagree",
                    witness.request.action, witness.request.resource));
    return std::nullopt;
  }

  const policy::PolicySet& before_;
  const policy::PolicySet& after_;
  const Options& options_;
  InPlace answer_;
  bool is_undecided_ = false;
};

}  // namespace

InPlace CompareStacks(const policy::PolicySet& before, const policy::PolicySet& after,
                      const Options& options) {
  return WithOtherReading(DoubtsOf(Space(before), Space(after), options), options.switches,
                          [&](const policy::Switches& switches) {
                            Options read = options;
                            read.switches = switches;
                            return StackComparer(before, after, read).Run();
                          });
}

// ---- As JSON

namespace {

namespace json = support::json;

void WriteDocuments(json::Writer& writer, const Documents& documents) {
  writer.BeginArray();
  for (const PolicyDocument& document : documents) {
    writer.Raw(policy::Write(document, policy::Style::kMinified));
  }
  writer.EndArray();
}

void WriteFlat(json::Writer& writer, std::string_view name, const Documents& documents) {
  if (documents.empty()) return;
  writer.Key(name);
  WriteDocuments(writer, documents);
}

void WriteLevels(json::Writer& writer, std::string_view name,
                 const std::vector<Documents>& levels) {
  if (levels.empty()) return;
  writer.Key(name);
  writer.BeginArray();
  for (const Documents& level : levels) WriteDocuments(writer, level);
  writer.EndArray();
}

void WriteCase(json::Writer& writer, const Case& one) {
  writer.BeginObject();
  WriteRequestMembers(writer, one.request);
  WriteFlat(writer, "identityPolicies", one.beside.identity);
  WriteFlat(writer, "permissionBoundaries", one.beside.boundaries);
  WriteFlat(writer, "sessionPolicies", one.beside.sessions);
  WriteLevels(writer, "scps", one.beside.scps);
  WriteLevels(writer, "rcps", one.beside.rcps);
  if (one.beside.resource) {
    writer.Key("resourcePolicy");
    writer.Raw(policy::Write(*one.beside.resource, policy::Style::kMinified));
  }
  WriteFlat(writer, "vpcEndpointPolicies", one.beside.vpc_endpoint);
  writer.EndObject();
}

}  // namespace

void WriteInPlace(json::Writer& writer, const InPlace& answer, bool with_unsupported) {
  const auto write = [&writer](std::string_view name, const std::optional<Case>& one) {
    writer.Key(name);
    if (one) {
      WriteCase(writer, *one);
    } else {
      writer.Null();
    }
    if (!one || one->unsendable.empty()) return;
    writer.Key(fmt::format("{}Unsendable", name));
    writer.String(one->unsendable);
  };
  writer.Key("relation");
  writer.String(RelationName(answer.relation));
  write("gained", answer.gained);
  write("lost", answer.lost);
  writer.Key("exact");
  writer.Bool(answer.relation != Relation::kUndecided);
  if (with_unsupported || !answer.obstacles.empty() || !answer.unsupported.empty()) {
    writer.Key("unsupported");
    writer.BeginArray();
    for (const Obstacle& obstacle : answer.obstacles) writer.String(obstacle.Describe());
    for (const std::string& one : answer.unsupported) writer.String(one);
    writer.EndArray();
  }
  if (!answer.other) return;
  writer.Key("otherReading");
  writer.BeginObject();
  writer.Key("relation");
  writer.String(RelationName(answer.other->relation));
  write("gained", answer.other->gained);
  write("lost", answer.other->lost);
  writer.EndObject();
}

}  // namespace writ::decide

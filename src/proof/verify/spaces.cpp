#include "proof/verify/spaces.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/decide/affiliation.h"
#include "iam/decide/callers.h"
#include "iam/decide/owners.h"
#include "iam/policy/account.h"
#include "iam/policy/values.h"
#include "proof/deployed/joining.h"
#include "proof/verify/legs.h"

namespace writ::verify {
namespace {

using policy::BaseOperator;
using policy::Effect;
using policy::Sense;

policy::Statement Allow(policy::Patterns actions, policy::Patterns resources) {
  policy::Statement statement;
  statement.effect = Effect::kAllow;
  statement.action = std::move(actions);
  statement.resource = std::move(resources);
  return statement;
}

policy::Patterns Everything() { return {Sense::kListed, {"*"}}; }

policy::Patterns Opposite(policy::Patterns patterns) {
  patterns.sense = patterns.sense == Sense::kListed ? Sense::kAllBut : Sense::kListed;
  return patterns;
}

bool IsEverything(const policy::Patterns& patterns) {
  return patterns.sense == Sense::kListed && patterns.values == std::vector<std::string>{"*"};
}

void Put(Documents::Named& into, policy::Statement statement, Source source = {}) {
  into.document.statements.push_back(std::move(statement));
  into.sources.push_back(std::move(source));
}

/// All that one box leaves: other actions, other resources, what is spared, other conditions.
std::optional<Documents::Named> Left(const Authorization& box) {
  Documents::Named left;
  if (!IsEverything(box.actions)) Put(left, Allow(Opposite(box.actions), Everything()));
  if (!IsEverything(box.resources)) Put(left, Allow(Everything(), Opposite(box.resources)));
  Put(left, Allow(Everything(), {Sense::kListed, box.spared}));
  const std::optional<Clauses> clauses = ExpandOpposite(box.condition);
  if (!clauses) return std::nullopt;
  for (const Clause& clause : *clauses) {
    policy::Statement statement = Allow(Everything(), Everything());
    statement.conditions = clause;
    Put(left, std::move(statement));
  }
  return left;
}

/// Whether an ARN pattern names principals of another account than `account`.
bool IsForeign(const std::string& pattern, const std::string& account) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(pattern);
  return segments && policy::IsAccountId((*segments)[4]) && (*segments)[4] != account;
}

constexpr std::string_view kCallersAccount = "${aws:PrincipalAccount}";
constexpr std::string_view kReserved = "role/aws-reserved/sso.amazonaws.com*/";

/// The text from its sixth ARN part on, where a policy variable may stand.
std::size_t AfterFifthColon(std::string_view text) {
  std::size_t at = 0;
  for (int colons = 0; colons < 5; ++colons) {
    at = text.find(':', at);
    if (at == std::string_view::npos) return text.size();
    ++at;
  }
  return at;
}

void FillAccount(std::string& text, std::size_t from, const std::string& account) {
  for (std::size_t at = text.find(kCallersAccount, from); at != std::string::npos;
       at = text.find(kCallersAccount, at)) {
    text.replace(at, kCallersAccount.size(), account);
  }
}

/// Variables that name the caller's account. One in the part of a resource that AWS does not
/// document is left alone: what it means is not known.
void FillAccount(policy::Statement& statement, const std::string& account) {
  if (statement.resource) {
    for (std::string& value : statement.resource->values) {
      FillAccount(value, AfterFifthColon(value), account);
    }
  }
  for (policy::Condition& condition : statement.conditions) {
    for (std::string& value : condition.values) FillAccount(value, 0, account);
  }
}

/// `text` with `with` for its account part.
std::string InAccount(const std::string& text, const policy::ArnSegments& segments,
                      std::string_view with) {
  std::string changed = text;
  const auto at = static_cast<std::size_t>(segments[4].data() - text.data());
  return changed.replace(at, segments[4].size(), with);
}

/// A pattern of the caller's ARN as it stands to callers of the account. IAM keeps the path
/// /aws-reserved/ to itself, and IAM Identity Center makes roles right below sso.amazonaws.com/ or
/// below the name of a region there, so that `sso.amazonaws.com*/` is these two. Source: IAM
/// Identity Center User Guide, "Referencing permission sets in resource policies, Amazon EKS
/// cluster config maps, and AWS KMS key policies", read 2026-11-22.
std::vector<std::string> PrincipalPatterns(const std::string& pattern, const std::string& account) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(pattern);
  if (!segments) return {pattern};
  const std::string own = (*segments)[4] == "*" ? InAccount(pattern, *segments, account) : pattern;
  const std::size_t reserved = own.find(kReserved);
  if (reserved == std::string::npos || reserved != AfterFifthColon(own)) return {own};
  const std::size_t star = reserved + kReserved.size() - 2;
  std::string below = own;
  std::string in_region = own;
  return {below.replace(star, 1, ""), in_region.replace(star, 1, "/*")};
}

/// `aws:ResourceAccount` is the account in the resource's ARN, so that asking for the caller's is
/// asking for resources of that account where the ARNs leave the account open. Source: IAM User
/// Guide, "AWS global condition context keys", aws:ResourceAccount, read 2026-11-29.
bool SettleResourceAccount(policy::Statement& statement, const policy::Condition& condition,
                           const std::string& account, const decide::ArnAccounts& accounts) {
  if (!policy::EqualIgnoringCase(condition.key, "aws:ResourceAccount")) return false;
  if (condition.op.set != policy::SetQualifier::kNone || condition.op.if_exists ||
      condition.op.base != BaseOperator::kStringEquals ||
      condition.values != std::vector<std::string>{account}) {
    return false;
  }
  if (!statement.resource || statement.resource->sense != Sense::kListed) return false;
  std::vector<std::string> owned;
  for (const std::string& resource : statement.resource->values) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
    if (!segments || (*segments)[4] != "*") return false;
    if (!accounts.IsAlwaysOwned(statement.action, resource)) return false;
    owned.push_back(InAccount(resource, *segments, account));
  }
  statement.resource->values = std::move(owned);
  return true;
}

enum class Settled { kOpen, kHolds, kFails };

Settled Settle(policy::Condition& condition, policy::Version version, const Home& home) {
  const std::string& account = home.account;
  const policy::Operator& op = condition.op;
  if (const auto holds = decide::HoldsOfMembers(condition, version, home.affiliation)) {
    return *holds ? Settled::kHolds : Settled::kFails;
  }
  if (op.set != policy::SetQualifier::kNone) return Settled::kOpen;
  const bool negated = policy::IsNegated(op.base);
  if (policy::EqualIgnoringCase(condition.key, "aws:PrincipalAccount") &&
      policy::PositiveOf(op.base) == BaseOperator::kStringEquals &&
      std::ranges::all_of(condition.values, policy::IsAccountId)) {
    const bool among = std::ranges::find(condition.values, account) != condition.values.end();
    return among != negated ? Settled::kHolds : Settled::kFails;
  }
  const BaseOperator positive = policy::PositiveOf(op.base);
  if (policy::EqualIgnoringCase(condition.key, "aws:PrincipalArn") &&
      (positive == BaseOperator::kArnLike || positive == BaseOperator::kArnEquals)) {
    std::vector<std::string> here;
    for (const std::string& value : condition.values) {
      if (IsForeign(value, account)) continue;
      for (std::string& pattern : PrincipalPatterns(value, account)) {
        here.push_back(std::move(pattern));
      }
    }
    condition.values = std::move(here);
    if (condition.values.empty()) return negated ? Settled::kHolds : Settled::kFails;
  }
  return Settled::kOpen;
}

/// What a statement says to callers from there; it may be nothing.
std::optional<policy::Statement> SaidTo(policy::Statement statement, policy::Version version,
                                        const Home& home, const decide::ArnAccounts& accounts) {
  if (version == policy::Version::k2012) FillAccount(statement, home.account);
  bool fails = false;
  std::erase_if(statement.conditions, [&](policy::Condition& condition) {
    if (SettleResourceAccount(statement, condition, home.account, accounts)) return true;
    const Settled settled = Settle(condition, version, home);
    fails = fails || settled == Settled::kFails;
    return settled == Settled::kHolds;
  });
  if (fails) return std::nullopt;
  return statement;
}

}  // namespace

policy::PolicySet Documents::Set() const {
  policy::PolicySet set;
  for (const Named& named : identity) set.identity.push_back(named.document);
  for (const Level& level : scps) {
    std::vector<policy::PolicyDocument>& documents = set.scps.emplace_back();
    for (const Named& named : level) documents.push_back(named.document);
  }
  return set;
}

std::vector<Source> Documents::Deciding(const policy::Decision& decision) const {
  std::vector<Source> sources;
  for (const policy::StatementRef& ref : decision.statements) {
    const Named* named = nullptr;
    if (ref.layer == policy::Layer::kIdentity) named = &identity.at(ref.policy);
    if (ref.layer == policy::Layer::kScp) named = &scps.at(ref.level).at(ref.policy);
    if (named == nullptr) continue;
    const Source& source = named->sources.at(ref.statement);
    const bool known = std::ranges::any_of(sources, [&](const Source& s) {
      return s.text == source.text && s.origin == source.origin;
    });
    if (!known && (!source.text.empty() || source.origin != nullptr)) sources.push_back(source);
  }
  return sources;
}

std::optional<Documents::Named> AsDocument(const std::vector<Authorization>& boxes, Effect effect,
                                           const std::vector<const intent::Origin*>& origins) {
  Documents::Named named;
  for (const Authorization& box : boxes) {
    const std::optional<Clauses> clauses = Expand(box.condition);
    if (!clauses) return std::nullopt;
    for (const Clause& clause : *clauses) {
      policy::Statement statement = Allow(box.actions, box.resources);
      statement.effect = effect;
      statement.conditions = clause;
      Put(named, std::move(statement), {"", origins.at(box.sentence)});
    }
  }
  return named;
}

std::optional<Complement> NotForbidden(const std::vector<Forbidden>& forbidden,
                                       const std::vector<const intent::Origin*>& origins) {
  Complement complement;
  Documents::Named denies = FullAccess();
  for (const Forbidden& one : forbidden) {
    for (const Authorization& box : one.boxes) {
      if (!box.spared.empty()) {
        std::optional<Documents::Named> left = Left(box);
        if (!left) return std::nullopt;
        complement.levels.push_back({*std::move(left)});
        continue;
      }
      std::optional<Documents::Named> more = AsDocument({box}, Effect::kDeny, origins);
      if (!more) return std::nullopt;
      for (std::size_t i = 0; i < more->sources.size(); ++i) {
        Put(denies, std::move(more->document.statements[i]), more->sources[i]);
      }
    }
  }
  complement.levels.push_back({std::move(denies)});
  return complement;
}

Documents::Named FullAccess() {
  Documents::Named named;
  Put(named, Allow(Everything(), Everything()));
  return named;
}

Documents::Named AllBut(const std::vector<std::string>& resources) {
  Documents::Named named;
  Put(named, Allow(Everything(), {Sense::kAllBut, resources}));
  return named;
}

Documents::Named OnlyKnown(const std::vector<Forbidden::Loose>& loose) {
  Documents::Named named;
  std::vector<std::string> actions;
  for (const Forbidden::Loose& one : loose) {
    actions.insert(actions.end(), one.actions.begin(), one.actions.end());
    Put(named, Allow({Sense::kListed, one.actions}, {Sense::kListed, one.known}));
  }
  Put(named, Allow({Sense::kAllBut, actions}, Everything()));
  return named;
}

Documents::Named NoneBeyond(const std::vector<std::string>& patterns,
                            const catalog::Catalog& catalog) {
  std::vector<std::string> named;
  std::vector<std::string> known;
  for (const std::string& pattern : patterns) {
    const std::size_t colon = pattern.find(':');
    const std::string service = pattern.substr(0, colon);
    if (colon == std::string::npos || !catalog.FindService(service)) continue;
    named.push_back(pattern);
    for (const catalog::Action& action : catalog.ActionsOf(service, pattern.substr(colon + 1))) {
      known.push_back(fmt::format("{}:{}", service, action.name));
    }
  }
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  if (named.empty()) return FullAccess();
  Documents::Named none;
  Put(none, Allow({Sense::kAllBut, std::move(named)}, Everything()));
  Put(none, Allow({Sense::kListed, std::move(known)}, Everything()));
  return none;
}

std::vector<std::string> ArnsOfCallers(std::string_view partition, std::string_view account) {
  return {fmt::format("arn:{}:iam::{}:*", partition, account), FederatedUsers(partition, account)};
}

std::string FederatedUsers(std::string_view partition, std::string_view account) {
  return fmt::format("arn:{}:sts::{}:federated-user/?*", partition, account);
}

Documents::Named TrueOfCallers(const intent::Organization& organization,
                               intent::AccountIndex account, const Condition& who) {
  return TrueOfCallers(organization, organization.accounts[account.value].id, who);
}

Documents::Named TrueOfCallers(const intent::Organization& organization, const std::string& id,
                               const Condition& who) {
  std::vector<Condition> known{
      Among("aws:PrincipalAccount", {id}),
      ArnAmong("aws:PrincipalArn", ArnsOfCallers(organization.partition, id)), who};
  // Principals of an organization's accounts always tell it. Source: IAM User Guide, "AWS global
  // condition context keys", aws:PrincipalOrgID, read 2026-11-22.
  if (!organization.id.empty()) known.push_back(Among("aws:PrincipalOrgID", {organization.id}));
  const Condition caller = And(std::move(known));
  const Condition no_invocation = And(
      {Not(Present(std::string(kProfileKey))), Not(Present(std::string(kGuardrailKey))), caller});
  // [CRIS] the profile's own authorization does not carry the key.
  const auto any_of = [&](std::string_view type) {
    return fmt::format("arn:{}:bedrock:*:*:{}/*", organization.partition, type);
  };
  const policy::Patterns profiles{
      Sense::kListed, {any_of("inference-profile"), any_of("application-inference-profile")}};
  const Condition no_profile = And({Not(Present(std::string(kProfileKey))), caller});
  Documents::Named named;
  const auto add = [&](policy::Patterns actions, policy::Patterns resources,
                       const Condition& condition) {
    const std::optional<Clauses> clauses = Expand(condition);
    WRIT_CHECK(clauses.has_value(), "what is true of callers can be said");
    for (const Clause& clause : *clauses) {
      policy::Statement statement = Allow(actions, resources);
      statement.conditions = clause;
      Put(named, std::move(statement));
    }
  };
  const policy::Patterns invoke{Sense::kListed, InvokeActions()};
  add(invoke, Opposite(profiles), caller);
  add(invoke, profiles, no_profile);
  add(Opposite(invoke), Everything(), no_invocation);
  return named;
}

decide::Affiliation AffiliationIn(const intent::Organization& organization,
                                  std::optional<intent::NodeIndex> node) {
  if (!node) return {organization.id, ""};
  return {organization.id, deployed::PathBelow(organization, *node),
          deployed::OutlineBelow(organization, *node), deployed::UnitsOf(organization)};
}

Home HomeOf(const intent::Organization& organization, intent::AccountIndex account) {
  const intent::Account& own = organization.accounts[account.value];
  return {own.id, AffiliationIn(organization, organization.nodes[own.node.value].parent)};
}

Documents::Named ForCallersOf(const deployed::Policy& policy, const Home& home,
                              const decide::ArnAccounts& accounts) {
  Documents::Named named;
  policy::PolicyDocument document = policy.document();
  named.document.version = document.version;
  for (std::size_t i = 0; i < document.statements.size(); ++i) {
    policy::Statement& statement = document.statements[i];
    const std::string name =
        statement.sid.empty() ? fmt::format("statement {}", i + 1) : statement.sid;
    auto said = SaidTo(std::move(statement), document.version, home, accounts);
    if (said) Put(named, *std::move(said), {fmt::format("{} {}", policy.path, name), nullptr});
  }
  return named;
}

Documents::Named FromAccount(Documents::Named named, const Home& home,
                             const decide::ArnAccounts& accounts) {
  Documents::Named from;
  from.document.version = named.document.version;
  for (std::size_t i = 0; i < named.document.statements.size(); ++i) {
    auto said =
        SaidTo(std::move(named.document.statements[i]), named.document.version, home, accounts);
    if (said) Put(from, *std::move(said), named.sources[i]);
  }
  return from;
}

Complement FromAccount(Complement complement, const Home& home,
                       const decide::ArnAccounts& accounts) {
  for (Documents::Level& level : complement.levels) {
    for (Documents::Named& named : level) named = FromAccount(std::move(named), home, accounts);
  }
  return complement;
}

namespace {

/// Adds a document of what is true of every request, if there is one.
void AddTruth(std::optional<policy::PolicyDocument> truth, Documents& documents,
              policy::PolicySet& set) {
  if (!truth) return;
  set.scps.push_back({*truth});
  Documents::Named named{*std::move(truth), {}};
  named.sources.resize(named.document.statements.size());
  documents.scps.push_back({std::move(named)});
}

}  // namespace

void AddOwners(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
               const decide::ArnAccounts& accounts) {
  AddTruth(decide::OwnersAgree(left_set, right, accounts), left, left_set);
}

void AddPlacesOfOwners(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
                       const intent::Organization& organization) {
  if (!decide::AskWhereOwnersLie(left_set, right)) return;
  std::vector<decide::OwningAccount> accounts;
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
    const std::string& id = organization.accounts[i].id;
    if (!id.empty()) accounts.push_back({id, HomeOf(organization, {i}).affiliation});
  }
  AddTruth(decide::OwnersLie(left_set, right, accounts), left, left_set);
}

void AddCallers(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
                std::string_view partition) {
  AddTruth(decide::ResourcesLieIn(partition, left_set, right), left, left_set);
  AddTruth(decide::PrincipalsAgree(left_set, right), left, left_set);
}

void MakeRcp(policy::PolicyDocument& document) {
  for (policy::Statement& statement : document.statements) {
    statement.principal = policy::Principals{Sense::kListed, {policy::Principal{}}};
  }
}

decide::Space AmongTrue(const decide::Space& space, const catalog::Catalog& catalog,
                        const std::vector<std::optional<policy::PolicyDocument>>& truths) {
  policy::PolicySet set = decide::WithTruths(space.documents(), catalog);
  for (const std::optional<policy::PolicyDocument>& truth : truths) {
    // A level of SCPs lets nothing pass that it does not allow; to the procedure it binds services,
    // too.
    if (truth) set.scps.push_back({*truth});
  }
  return {std::move(set), space.scope()};
}

policy::PolicyDocument InPartition(policy::PolicyDocument document, std::string_view partition) {
  const auto move_or_drop = [partition](std::string& resource) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
    if (!segments || (*segments)[1].find('$') != std::string_view::npos) return false;
    if (!catalog::MatchesPattern((*segments)[1], partition)) return true;
    const auto at = static_cast<std::size_t>((*segments)[1].data() - resource.data());
    resource.replace(at, (*segments)[1].size(), partition);
    return false;
  };
  std::erase_if(document.statements, [&](policy::Statement& statement) {
    if (!statement.resource) return false;
    std::erase_if(statement.resource->values, move_or_drop);
    if (!statement.resource->values.empty()) return false;
    const bool is_nothing = statement.resource->sense == Sense::kListed;
    statement.resource = Everything();
    return is_nothing;
  });
  return document;
}

void MeetCaller(Documents& documents, const Home& home) {
  const auto meet = [&](Documents::Named& named) {
    const policy::Version version = named.document.version;
    Documents::Named met;
    met.document.version = version;
    for (std::size_t i = 0; i < named.document.statements.size(); ++i) {
      policy::Statement& statement = named.document.statements[i];
      if (version == policy::Version::k2012) FillAccount(statement, home.account);
      bool fails = false;
      std::erase_if(statement.conditions, [&](const policy::Condition& condition) {
        const auto holds = decide::HoldsOfMembers(condition, version, home.affiliation);
        fails = fails || holds == false;
        return holds == true;
      });
      if (!fails) Put(met, std::move(statement), std::move(named.sources[i]));
    }
    named = std::move(met);
  };
  for (Documents::Named& named : documents.identity) meet(named);
  for (Documents::Level& level : documents.scps) std::ranges::for_each(level, meet);
}

namespace {

constexpr std::string_view kCurrentTime = "aws:CurrentTime";
constexpr std::string_view kEpochTime = "aws:EpochTime";

template <class Use>
void ForEachCondition(Documents& documents, const Use& use) {
  const auto visit = [&](Documents::Named& named) {
    for (policy::Statement& statement : named.document.statements) {
      for (policy::Condition& condition : statement.conditions) use(condition);
    }
  };
  for (Documents::Named& named : documents.identity) visit(named);
  for (Documents::Level& level : documents.scps) std::ranges::for_each(level, visit);
}

bool IsOf(const policy::Condition& condition, std::string_view key) {
  return policy::EqualIgnoringCase(condition.key, key);
}

}  // namespace

bool TellOneTime(Documents& left, Documents& right) {
  bool has_current = false;
  bool has_epoch = false;
  for (Documents* documents : {&left, &right}) {
    ForEachCondition(*documents, [&](const policy::Condition& condition) {
      has_current = has_current || IsOf(condition, kCurrentTime);
      has_epoch = has_epoch || IsOf(condition, kEpochTime);
    });
  }
  if (!has_current || !has_epoch) return false;
  bool is_any = false;
  for (Documents* documents : {&left, &right}) {
    ForEachCondition(*documents, [&](policy::Condition& condition) {
      const policy::OperatorFamily family = policy::FamilyOf(condition.op.base);
      const bool is_time =
          family == policy::OperatorFamily::kDate || family == policy::OperatorFamily::kNull;
      if (!is_time || !IsOf(condition, kEpochTime)) return;
      condition.key = kCurrentTime;
      is_any = true;
    });
  }
  return is_any;
}

policy::Request WithEpochTime(policy::Request request) {
  std::erase_if(request.context, [](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, kEpochTime);
  });
  for (const policy::ContextKey& key : request.context) {
    if (!policy::EqualIgnoringCase(key.name, kCurrentTime) || key.values.size() != 1) continue;
    const auto time = policy::ParseInstant(key.values.front());
    if (!time) break;
    const std::string fraction = time->fraction.empty() ? "" : fmt::format(".{}", time->fraction);
    request.context.push_back(
        {std::string(kEpochTime), false, {fmt::format("{}{}", time->seconds, fraction)}});
    break;
  }
  std::ranges::sort(request.context);
  return request;
}

std::string ExampleArn(const intent::Principal& principal, const std::string& account,
                       const std::string& partition) {
  std::string name = principal.value;
  std::string kind = "role/";
  if (principal.kind == intent::Principal::Kind::kUser) kind = "user/";
  if (principal.kind == intent::Principal::Kind::kTag) name = "someone";
  if (principal.kind == intent::Principal::Kind::kPermissionSet) {
    name = fmt::format("aws-reserved/sso.amazonaws.com/AWSReservedSSO_{}_0123456789abcdef", name);
  }
  for (std::size_t at = name.find('*'); at != std::string::npos; at = name.find('*')) {
    name.replace(at, 1, "example");
  }
  std::ranges::replace(name, '?', 'x');
  return fmt::format("arn:{}:iam::{}:{}{}", partition, account, kind, name);
}

decide::Affiliation AffiliationOf(const intent::Organization& organization,
                                  std::string_view account) {
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
    if (organization.accounts[i].id != account) continue;
    return HomeOf(organization, {i}).affiliation;
  }
  return {};
}

policy::Request Readable(const policy::Request& found, const std::string& caller, const Home& home,
                         const Documents& left, const Documents& right, const Facts& facts) {
  const catalog::Catalog& catalog = facts.catalog;
  const policy::PolicySet allowing = left.Set();
  const policy::PolicySet refusing = right.Set();
  const policy::Switches switches{.has_service_rules = false};
  const auto tells = [&](const policy::Request& request) {
    const auto allowed = policy::Evaluate(request, allowing, switches);
    const auto refused = policy::Evaluate(request, refusing, switches);
    return allowed && refused && allowed->is_allowed() && !refused->is_allowed();
  };
  policy::Request best = found;
  policy::Request request = found;
  request.principal = caller;
  for (policy::ContextKey& key : request.context) {
    if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn")) key.values = {caller};
  }
  if (tells(request)) {
    best = request;
  } else {
    // Or it is one whom the context names already.
    request = found;
    for (const policy::ContextKey& key : request.context) {
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn") && key.values.size() == 1 &&
          policy::ParseCaller(key.values.front())) {
        request.principal = key.values.front();
      }
    }
    if (tells(request)) best = request;
  }
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(best.resource);
  if (segments && !(*segments)[3].empty() && catalog.FindRegion((*segments)[3]) == nullptr) {
    const auto at = static_cast<std::size_t>((*segments)[3].data() - best.resource.data());
    const std::size_t size = (*segments)[3].size();
    for (const catalog::Region& region : catalog.regions()) {
      if (region.partition != facts.partition()) continue;
      request = best;
      request.resource.replace(at, size, region.name);
      if (!tells(request)) continue;
      best = request;
      break;
    }
  }
  const std::optional<policy::Caller> who = policy::ParseCaller(best.principal);
  // Accounts that nobody names are one to the procedure; the ARN tells which it is.
  request = decide::Complete(decide::OfOwner(best), who && who->account == home.account
                                                        ? home.affiliation
                                                        : decide::Affiliation());
  return tells(request) ? request : best;
}

}  // namespace writ::verify

#include "analysis/review/outsiders.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/outsiders.h"
#include "iam/decide/callers.h"
#include "iam/decide/owners.h"
#include "iam/decide/reads.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "iam/policy/pattern.h"

namespace writ::review {
namespace {

using access::Outsider;
using policy::BaseOperator;
using policy::Condition;
using policy::Patterns;
using policy::PolicyDocument;
using policy::Request;
using policy::Sense;
using policy::Statement;

constexpr std::string_view kService = "aws:PrincipalIsAWSService";
constexpr std::string_view kOrganization = "aws:PrincipalOrgID";
constexpr std::string_view kAccount = "aws:PrincipalAccount";
constexpr std::string_view kSourceOrganization = "aws:SourceOrgID";
constexpr std::string_view kSourceAccount = "aws:SourceAccount";

Condition Test(BaseOperator base, std::string_view key, std::vector<std::string> values,
               bool if_exists = false) {
  return {{policy::SetQualifier::kNone, base, if_exists}, std::string(key), std::move(values)};
}

Statement AllowAll(std::vector<Condition> conditions = {}) {
  Statement statement;
  statement.action = {Sense::kListed, {"*"}};
  statement.resource = Patterns{Sense::kListed, {"*"}};
  statement.conditions = std::move(conditions);
  return statement;
}

/// Some callers, by what AWS says of them in a request.
struct Sender {
  std::string label;
  std::vector<std::vector<Condition>> ways;  ///< one of these is true of the request
  std::optional<Outsider> kind;              ///< nothing: of the organization
  std::string account = {};                  ///< of a partner
};

bool IsAccount(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What is compared at one kind of owner.
struct Placed {
  std::vector<std::size_t> before;  ///< of World::rcps
  std::vector<std::size_t> after;
  std::optional<std::size_t> place = {};  ///< on the later side, where it matters whose it is
  std::optional<std::size_t> unit = {};   ///< likewise, of accounts to come
  auto operator<=>(const Placed&) const = default;
};

/// Whose resources a class of owners has.
struct Owners {
  std::vector<std::size_t> places;  ///< on the later side
  std::vector<std::size_t> units;
};

/// Something that the statements of one side alone refuse.
struct Part {
  std::string action;
  std::string resource;
  auto operator<=>(const Part&) const = default;
};

/// A line without its owners.
struct Told {
  bool is_gain = true;
  std::string who;
  std::string resource;  ///< "*" where statements name none
  std::string before;
  std::string after;
  auto operator<=>(const Told&) const = default;
};

struct Line {
  std::set<std::string> actions;
  std::vector<std::size_t> places;
  std::vector<std::size_t> units;
  Change example;  ///< without who, accounts and what
};

class RcpComparer {
 public:
  RcpComparer(const Side& before, const Side& after, Difference& difference)
      : before_(before), after_(after), difference_(difference), accounts_(after.naming.catalog) {
    options_.catalog = &after.naming.catalog;
  }

  void Run() {
    std::map<Placed, Owners> classes;
    AddPlaces(classes);
    AddUnits(classes);
    for (const auto& [placed, owners] : classes) CompareAt(placed, owners);
    Tell();
    TellAccountsOfOneSide();
  }

 private:
  // ---- whose resources --------------------------------------------------------------------------

  void AddPlaces(std::map<Placed, Owners>& classes) {
    const World& now = after_.world;
    for (std::size_t i = 0; i < now.places.size(); ++i) {
      const Place& place = now.places[i];
      const auto old = before_.world.FindPlace(place.id);
      if (!old || place.joins) continue;
      const Place& was = before_.world.places[*old];
      Placed placed{was.management ? std::vector<std::size_t>() : was.rcps,
                    place.management ? std::vector<std::size_t>() : place.rcps};
      if (IsSame(placed)) continue;
      if (AsksForOwners(placed)) placed.place = i;
      classes[placed].places.push_back(i);
    }
  }

  /// Where an account is of one organization only, its callers are outsiders to the other, and
  /// resources are another's: neither is compared.
  void TellAccountsOfOneSide() {
    if (before_.world.rcps.empty() && after_.world.rcps.empty()) return;
    for (const auto& [one, other] : {std::pair{&before_, &after_}, std::pair{&after_, &before_}}) {
      for (const Place& place : one->world.places) {
        if (place.joins || other->world.FindPlace(place.id)) continue;
        difference_.undecided.push_back(fmt::format(
            "account {} ({}) is of one side only: what its callers may do elsewhere, and others "
            "there, is not compared where resource control policies decide",
            place.name, place.id));
      }
    }
  }

  void AddUnits(std::map<Placed, Owners>& classes) {
    const World& now = after_.world;
    for (std::size_t i = 0; i < now.units.size(); ++i) {
      const Unit& unit = now.units[i];
      const auto was = std::ranges::find_if(before_.world.units, [&](const Unit& one) {
        return one.is_root == unit.is_root && (one.is_root || one.name == unit.name);
      });
      if (was == before_.world.units.end()) continue;
      Placed placed{was->rcps, unit.rcps};
      if (IsSame(placed)) continue;
      if (AsksForOwners(placed)) placed.unit = i;
      classes[placed].units.push_back(i);
    }
  }

  /// The statements of all documents, in order, without their names.
  static std::vector<Statement> StatementsOf(const World& world,
                                             const std::vector<std::size_t>& documents) {
    std::vector<Statement> statements;
    for (const std::size_t document : documents) {
      for (Statement statement : world.rcps[document].document.statements) {
        statement.sid.clear();
        statements.push_back(std::move(statement));
      }
    }
    std::ranges::sort(statements);
    return statements;
  }

  /// `placed` is without owner. Most accounts share it with others.
  [[nodiscard]] bool IsSame(const Placed& placed) {
    const auto [at, is_new] = same_.try_emplace(placed, false);
    if (is_new) {
      at->second =
          StatementsOf(before_.world, placed.before) == StatementsOf(after_.world, placed.after);
    }
    return at->second;
  }

  [[nodiscard]] bool AsksForOwners(const Placed& placed) const {
    const auto names_owner = [](const Statement& statement) {
      if (decide::Reads(statement, "aws:Resource")) return true;
      return statement.resource &&
             std::ranges::any_of(statement.resource->values, [](const std::string& value) {
               const auto segments = policy::SplitArn(value);
               return segments && !(*segments)[4].empty() && (*segments)[4] != "*";
             });
    };
    return std::ranges::any_of(StatementsOf(before_.world, placed.before), names_owner) ||
           std::ranges::any_of(StatementsOf(after_.world, placed.after), names_owner);
  }

  /// Requests for resources of this owner and no other.
  [[nodiscard]] PolicyDocument OfOwner(const Placed& placed) const {
    const World& world = after_.world;
    PolicyDocument document;
    if (placed.place) {
      const Place& place = world.places[*placed.place];
      std::vector<Condition> tests{
          Test(BaseOperator::kStringEquals, "aws:ResourceAccount", {place.id}, true)};
      AddOrganization(place.affiliation.path, tests);
      Statement owned = AllowAll(tests);
      owned.resource->values = {fmt::format("arn:*:*:*:{}:*", place.id), "arn:*:*:*::*"};
      Statement formless = AllowAll(std::move(tests));
      formless.resource = Patterns{Sense::kAllBut, {"arn:*:*:*:*:*"}};
      document.statements = {std::move(owned), std::move(formless)};
      return document;
    }
    std::vector<std::string> ids;
    std::vector<std::string> owned;
    for (const Place& place : world.places) {
      if (place.joins) continue;
      ids.push_back(place.id);
      owned.push_back(fmt::format("arn:*:*:*:{}:*", place.id));
    }
    std::vector<Condition> tests;
    if (!ids.empty()) {
      tests.push_back(
          Test(BaseOperator::kStringNotEquals, "aws:ResourceAccount", std::move(ids), true));
    }
    AddOrganization(placed.unit ? world.units[*placed.unit].path : std::string(), tests);
    Statement statement = AllowAll(std::move(tests));
    if (!owned.empty()) statement.resource = Patterns{Sense::kAllBut, std::move(owned)};
    document.statements = {std::move(statement)};
    return document;
  }

  void AddOrganization(const std::string& path, std::vector<Condition>& tests) const {
    const std::string& id = after_.world.organization;
    if (!id.empty()) {
      tests.push_back(Test(BaseOperator::kStringEquals, "aws:ResourceOrgID", {id}, true));
    }
    if (path.empty()) return;
    Condition lies = Test(BaseOperator::kStringEquals, "aws:ResourceOrgPaths", {path});
    lies.op.set = policy::SetQualifier::kForAllValues;
    tests.push_back(std::move(lies));
  }

  // ---- who calls --------------------------------------------------------------------------------

  /// Accounts that statements of either side name as somebody's who calls, or is acted for.
  std::set<std::string> PartnersIn(const Placed& placed) const {
    std::set<std::string> partners;
    for (const auto& [side, documents] :
         {std::pair{&before_, &placed.before}, std::pair{&after_, &placed.after}}) {
      for (const Statement& statement : StatementsOf(side->world, *documents)) {
        for (const Condition& condition : statement.conditions) {
          const bool is_who = policy::EqualIgnoringCase(condition.key, kAccount) ||
                              policy::EqualIgnoringCase(condition.key, kSourceAccount);
          for (const std::string& value : condition.values) {
            const bool is_ours = after_.world.FindPlace(value).has_value();
            if (is_who && IsAccount(value) && !is_ours) partners.insert(value);
          }
        }
      }
    }
    return partners;
  }

  /// Everybody, each in one of these.
  [[nodiscard]] std::vector<Sender> SendersFor(const std::set<std::string>& partners) const {
    const std::string& id = after_.world.organization;
    const Condition principal = Test(BaseOperator::kBool, kService, {"false"}, true);
    const Condition service = Test(BaseOperator::kBool, kService, {"true"});
    const Condition of_another = Test(BaseOperator::kStringNotEquals, kOrganization, {id}, true);
    const Condition for_another =
        Test(BaseOperator::kStringNotEquals, kSourceOrganization, {id}, true);
    std::vector<Sender> senders;
    for (const std::string& partner : partners) {
      const Condition is_partner = Test(BaseOperator::kStringEquals, kAccount, {partner});
      const Condition for_partner = Test(BaseOperator::kStringEquals, kSourceAccount, {partner});
      senders.push_back({fmt::format("account {}", partner),
                         {{principal, of_another, is_partner}},
                         Outsider::kNoOrganization,
                         partner});
      senders.push_back({fmt::format("AWS services acting for account {}", partner),
                         {{service, for_another, for_partner}},
                         Outsider::kServiceForOthers,
                         partner});
    }
    std::vector<Condition> other{principal, Test(BaseOperator::kNull, kOrganization, {"false"}),
                                 of_another};
    std::vector<Condition> none{principal, Test(BaseOperator::kNull, kOrganization, {"true"})};
    std::vector<Condition> others{service, Test(BaseOperator::kNull, kSourceAccount, {"false"}),
                                  for_another};
    if (!partners.empty()) {
      const std::vector<std::string> all(partners.begin(), partners.end());
      other.push_back(Test(BaseOperator::kStringNotEquals, kAccount, all, true));
      none.push_back(other.back());
    }
    std::vector<std::string> not_others(partners.begin(), partners.end());
    for (const Place& place : after_.world.places) not_others.push_back(place.id);
    if (!not_others.empty()) {
      others.push_back(Test(BaseOperator::kStringNotEquals, kSourceAccount, not_others));
    }
    const auto add = [&](Outsider kind, std::vector<Condition> who) {
      senders.push_back({std::string(access::LabelOf(kind)), {std::move(who)}, kind});
    };
    add(Outsider::kOtherOrganization, std::move(other));
    add(Outsider::kNoOrganization, std::move(none));
    add(Outsider::kServiceForOthers, std::move(others));
    senders.push_back({"principals of the organization",
                       {{principal, Test(BaseOperator::kStringEquals, kOrganization, {id})}},
                       std::nullopt});
    senders.push_back({"AWS services acting for themselves or the organization",
                       {{service, Test(BaseOperator::kNull, kSourceAccount, {"true"})},
                        {service, Test(BaseOperator::kStringEquals, kSourceOrganization, {id})}},
                       std::nullopt});
    return senders;
  }

  /// Of services, keys are absent which only users, roles and the like have; of
  /// aws:PrincipalAccount, which every request has, it is not known what it says. Nothing if no
  /// statement reads one. Source: IAM User Guide, "AWS global condition context keys", properties
  /// of the principal, read 2026-11-30.
  [[nodiscard]] std::optional<PolicyDocument> ServicesTellNothing(const Placed& placed) const {
    std::set<std::string> read;
    for (const auto& [side, documents] :
         {std::pair{&before_, &placed.before}, std::pair{&after_, &placed.after}}) {
      for (const Statement& statement : StatementsOf(side->world, *documents)) {
        for (const Condition& condition : statement.conditions) {
          const std::string key = policy::FoldCase(condition.key);
          const bool is_theirs = key.starts_with("aws:principaltag/") || key == "aws:username" ||
                                 key == "aws:principalarn" || key == "aws:principalorgid" ||
                                 key == "aws:principalorgpaths";
          if (is_theirs) read.insert(condition.key);
        }
      }
    }
    if (read.empty()) return std::nullopt;
    std::vector<Condition> untold{Test(BaseOperator::kBool, kService, {"true"})};
    for (const std::string& key : read) untold.push_back(Test(BaseOperator::kNull, key, {"true"}));
    PolicyDocument document;
    document.statements = {AllowAll({Test(BaseOperator::kBool, kService, {"false"}, true)}),
                           AllowAll(std::move(untold))};
    return document;
  }

  // ---- one class of owners ----------------------------------------------------------------------

  static std::vector<PolicyDocument> DocumentsOf(const World& world,
                                                 const std::vector<std::size_t>& documents) {
    std::vector<PolicyDocument> list;
    for (const std::size_t document : documents) list.push_back(world.rcps[document].document);
    return list;
  }

  /// What is left of the requests that `asked` allows.
  [[nodiscard]] policy::PolicySet Left(const PolicyDocument& asked,
                                       std::vector<PolicyDocument> rcps) const {
    policy::PolicySet set;
    set.identity = {asked};
    // Stands beside all others, as AWS sees to.
    PolicyDocument full;
    full.statements = {AllowAll()};
    full.statements.front().principal = policy::Principals{Sense::kListed, {policy::Principal{}}};
    rcps.insert(rcps.begin(), std::move(full));
    set.rcps = {std::move(rcps)};
    return set;
  }

  [[nodiscard]] decide::Comparison Ask(const Placed& placed, const PolicyDocument& asked) {
    policy::PolicySet before = Left(asked, DocumentsOf(before_.world, placed.before));
    policy::PolicySet after = Left(asked, DocumentsOf(after_.world, placed.after));
    AddTruths(placed, before, after);
    return decide::Compare(decide::Space(std::move(before)), decide::Space(std::move(after)),
                           options_);
  }

  /// What is true of every request that an RCP is asked about.
  void AddTruths(const Placed& placed, policy::PolicySet& before, policy::PolicySet& after) {
    std::vector<std::optional<PolicyDocument>> truths{
        decide::NobodyServiceLinked(before, after),
        decide::AnyoneAgrees(before, after, after_.world.organization),
        decide::ResourcesLieIn(after_.world.partition, before, after),
        decide::OwnersAgree(before, after, accounts_), ServicesTellNothing(placed)};
    if (placed.place || placed.unit) truths.emplace_back(OfOwner(placed));
    const auto asks_time = [](const Statement& one) {
      return decide::Reads(one, "aws:CurrentTime");
    };
    if (decide::AnyStatement(before, asks_time) || decide::AnyStatement(after, asks_time)) {
      PolicyDocument& from_today = truths.emplace_back(PolicyDocument{}).value();
      from_today.statements = {
          AllowAll({Test(BaseOperator::kDateGreaterThanEquals, "aws:CurrentTime",
                         {after_.naming.day + "T00:00:00Z"})})};
    }
    const auto [restricted, is_new] = restricted_.try_emplace(placed);
    if (is_new) restricted->second = RestrictedOnly(placed);
    truths.push_back(restricted->second);
    for (policy::PolicySet* set : {&before, &after}) {
      *set = decide::WithTruths(std::move(*set), after_.naming.catalog);
      for (const auto& truth : truths) {
        if (truth) set->scps.push_back({*truth});
      }
    }
  }

  /// Every request but those that no RCP restricts, as far as statements name them. Source: AWS
  /// Organizations User Guide, "Resource control policies": neither kms:RetireGrant nor actions
  /// without a resource type; read 2026-11-29.
  [[nodiscard]] std::optional<PolicyDocument> RestrictedOnly(const Placed& placed) const {
    std::set<std::string> never;
    for (const auto& [side, documents] :
         {std::pair{&before_, &placed.before}, std::pair{&after_, &placed.after}}) {
      for (const Statement& statement : StatementsOf(side->world, *documents)) {
        for (const std::string& said : statement.action.values) {
          const std::size_t colon = said.find(':');
          if (colon == std::string::npos) continue;
          for (const catalog::Action& action :
               after_.naming.catalog.ActionsOf(said.substr(0, colon), said.substr(colon + 1))) {
            const bool is_free = action.WildcardOnly() ||
                                 policy::EqualIgnoringCase(action.FullName(), "kms:RetireGrant");
            if (is_free) never.insert(action.FullName());
          }
        }
      }
    }
    if (never.empty()) return std::nullopt;
    PolicyDocument others;
    others.statements = {AllowAll()};
    others.statements.front().action = {Sense::kAllBut, {never.begin(), never.end()}};
    return others;
  }

  static PolicyDocument Asked(const std::vector<std::vector<Condition>>& ways, const Part& part) {
    PolicyDocument asked;
    for (const std::vector<Condition>& way : ways) {
      Statement& statement = asked.statements.emplace_back(AllowAll(way));
      statement.action.values = {part.action};
      statement.resource->values = {part.resource};
    }
    return asked;
  }

  void CompareAt(const Placed& placed, const Owners& owners) {
    const Part anything{"*", "*"};
    const decide::Comparison all = Ask(placed, Asked({{}}, anything));
    for (const decide::Obstacle& obstacle : all.obstacles) {
      difference_.undecided.push_back(
          fmt::format("callers, for resources of {}: {}", NamesOf(owners), obstacle.Describe()));
    }
    if (!all.gained && !all.lost) return;
    bool is_told = false;
    for (const Sender& sender : SendersFor(PartnersIn(placed))) {
      const decide::Comparison some = Ask(placed, Asked(sender.ways, anything));
      for (const bool is_gain : {true, false}) {
        const std::optional<decide::Witness>& shown = is_gain ? some.gained : some.lost;
        if (!shown) continue;
        is_told = true;
        if (!AddParts(placed, owners, sender, is_gain)) {
          Add(placed, owners, sender, is_gain, {shown->request.action, "*"}, shown->request);
        }
      }
    }
    if (is_told) return;
    const Sender anyone{"callers", {{}}, std::nullopt};
    for (const bool is_gain : {true, false}) {
      const std::optional<decide::Witness>& shown = is_gain ? all.gained : all.lost;
      if (!shown) continue;
      Add(placed, owners, anyone, is_gain, {shown->request.action, "*"}, shown->request);
    }
  }

  /// By what statements of one side name. Whether any showed a request.
  bool AddParts(const Placed& placed, const Owners& owners, const Sender& sender, bool is_gain) {
    bool is_told = false;
    for (const Part& part : PartsOf(placed, is_gain)) {
      const decide::Comparison one = Ask(placed, Asked(sender.ways, part));
      const std::optional<decide::Witness>& shown = is_gain ? one.gained : one.lost;
      if (!shown) continue;
      is_told = true;
      Add(placed, owners, sender, is_gain, part, shown->request);
    }
    return is_told;
  }

  /// What only the statements of the side that refuses name.
  [[nodiscard]] std::set<Part> PartsOf(const Placed& placed, bool is_gain) const {
    const std::vector<Statement> old = StatementsOf(before_.world, placed.before);
    const std::vector<Statement> now = StatementsOf(after_.world, placed.after);
    std::vector<Statement> alone;
    std::ranges::set_difference(is_gain ? old : now, is_gain ? now : old,
                                std::back_inserter(alone));
    std::set<Part> parts;
    for (const Statement& statement : alone) {
      if (statement.effect != policy::Effect::kDeny) continue;
      if (statement.action.sense != Sense::kListed) continue;
      const bool is_listed = statement.resource && statement.resource->sense == Sense::kListed;
      const std::vector<std::string> all{"*"};
      for (const std::string& action : statement.action.values) {
        for (const std::string& resource : is_listed ? statement.resource->values : all) {
          parts.insert({action, resource});
        }
      }
    }
    return parts;
  }

  // ---- requests ---------------------------------------------------------------------------------

  static policy::Verdict VerdictOf(const World& world, const std::vector<std::size_t>& documents,
                                   const Request& request, std::vector<Because>& because) {
    Judgement judgement;
    judgement.decision.verdict = policy::Verdict::kAllowed;
    const auto prepared = policy::Prepare(request);
    if (!prepared.ok()) return policy::Verdict::kImplicitDeny;
    for (const std::size_t document : documents) {
      const policy::CompiledPolicy compiled(world.rcps[document].document, policy::Kind::kRcp);
      const std::vector<Statement>& statements = world.rcps[document].document.statements;
      for (std::size_t i = 0; i < statements.size(); ++i) {
        const bool denies = statements[i].effect == policy::Effect::kDeny;
        if (!denies || !policy::StatementApplies(compiled, i, *prepared)) continue;
        judgement.decision.verdict = policy::Verdict::kExplicitDeny;
        judgement.reasons.push_back({policy::Layer::kRcp, document, i, policy::Effect::kDeny});
      }
    }
    because = BecauseOf(world, judgement);
    return judgement.decision.verdict;
  }

  static std::string TextOf(policy::Verdict verdict, const std::vector<Because>& because) {
    if (verdict == policy::Verdict::kAllowed) {
      return "not forbidden here; other policies could allow it";
    }
    std::vector<std::string> texts;
    for (const Because& one : because) {
      std::string text = SentencesText(one);
      if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    }
    return fmt::format("denied by {}", fmt::join(texts, ", "));
  }

  [[nodiscard]] Change Decided(const Placed& placed, Request request) const {
    Change change;
    change.verdict_before = VerdictOf(before_.world, placed.before, request, change.because_before);
    change.verdict_after = VerdictOf(after_.world, placed.after, request, change.because_after);
    change.before = TextOf(change.verdict_before, change.because_before);
    change.after = TextOf(change.verdict_after, change.because_after);
    change.request = std::move(request);
    return change;
  }

  /// As one of the callers sends it, if it is decided alike.
  [[nodiscard]] Request SentBy(const Sender& sender, const Owners& owners, Request request) const {
    const World& world = after_.world;
    if (!owners.places.empty()) {
      request = access::ForResourceOf(world.places[owners.places.front()].id, std::move(request));
    }
    if (sender.kind) {
      const auto told = access::AccountToldIn(request, *sender.kind);
      std::string account = sender.account;
      if (account.empty() && told && !world.FindPlace(*told)) account = *told;
      if (account.empty()) {
        account = access::AccountBeside(
            [&](const std::string& id) { return world.FindPlace(id).has_value(); });
      }
      return access::SentBy(*sender.kind, world.partition, account, std::move(request));
    }
    const auto is_service = std::ranges::find(request.context, kService, &policy::ContextKey::name);
    if (is_service != request.context.end() &&
        is_service->values == std::vector<std::string>{"true"}) {
      request.principal = "cloudtrail.amazonaws.com";
      std::erase_if(request.context,
                    [](const policy::ContextKey& key) { return key.name == kAccount; });
      return request;
    }
    if (world.places.empty()) return request;
    const Place& place = world.places[owners.places.empty() ? 0 : owners.places.front()];
    request.principal = fmt::format("arn:{}:iam::{}:role/app", world.partition, place.id);
    std::erase_if(request.context, [](const policy::ContextKey& key) {
      constexpr std::array<std::string_view, 4> kWho{"aws:PrincipalArn", kAccount, kOrganization,
                                                     "aws:PrincipalOrgPaths"};
      return std::ranges::find(kWho, key.name) != kWho.end();
    });
    return decide::Complete(std::move(request), place.affiliation);
  }

  // ---- lines ------------------------------------------------------------------------------------

  void Add(const Placed& placed, const Owners& owners, const Sender& sender, bool is_gain,
           const Part& part, const Request& found) {
    Change change = Decided(placed, SentBy(sender, owners, found));
    const policy::Verdict open = is_gain ? change.verdict_after : change.verdict_before;
    const policy::Verdict closed = is_gain ? change.verdict_before : change.verdict_after;
    if (open != policy::Verdict::kAllowed || closed == policy::Verdict::kAllowed) {
      change = Decided(placed, found);
    }
    change.is_gain = is_gain;
    Line& line = lines_[{is_gain, sender.label, part.resource, change.before, change.after}]
                     .try_emplace(placed)
                     .first->second;
    if (line.actions.empty()) line.example = std::move(change);
    line.actions.insert(part.action);
    line.places = owners.places;
    line.units = owners.units;
  }

  [[nodiscard]] std::string NamesOf(const Owners& owners) const {
    return fmt::format("{}", fmt::join(OwnerNames(owners.places, owners.units), ", "));
  }

  [[nodiscard]] std::vector<std::string> OwnerNames(const std::vector<std::size_t>& places,
                                                    const std::vector<std::size_t>& units) const {
    std::vector<std::string> names;
    for (const std::size_t place : places) names.push_back(after_.world.places[place].name);
    for (const std::size_t unit : units) {
      names.push_back(fmt::format("accounts that join {} later", after_.world.units[unit].name));
    }
    return names;
  }

  /// Members that both sides have at or below the unit.
  [[nodiscard]] std::vector<std::size_t> PlacesBelow(std::size_t unit) const {
    std::vector<std::size_t> below;
    const World& world = after_.world;
    for (std::size_t i = 0; i < world.places.size(); ++i) {
      const Place& place = world.places[i];
      if (place.joins || place.management || !before_.world.FindPlace(place.id)) continue;
      std::optional<std::size_t> at = place.unit;
      while (at && *at != unit) at = world.units[*at].parent;
      if (at) below.push_back(i);
    }
    return below;
  }

  /// What is true of all accounts that there are is true of those to come without a word, and what
  /// is true of a unit, of the units below it.
  void DropNewcomers(Line& line) const {
    const std::vector<std::size_t> all = line.units;
    std::erase_if(line.units, [&](std::size_t unit) {
      const std::vector<std::size_t> below = PlacesBelow(unit);
      const bool is_known = !below.empty() && std::ranges::all_of(below, [&](std::size_t place) {
        return std::ranges::find(line.places, place) != line.places.end();
      });
      const std::optional<std::size_t> parent = after_.world.units[unit].parent;
      const bool is_told = parent && std::ranges::find(all, *parent) != all.end();
      return is_known || is_told;
    });
  }

  /// Lines of several classes of owners become one where the same is told of them.
  void Tell() {
    using Key = std::pair<Told, std::set<std::string>>;
    std::map<Key, Line> merged;
    for (auto& [told, by_class] : lines_) {
      for (auto& [placed, line] : by_class) {
        const auto [at, is_new] = merged.try_emplace({told, line.actions}, line);
        if (is_new) continue;
        Line& all = at->second;
        if (all.places.empty()) all.example = line.example;
        all.places.insert(all.places.end(), line.places.begin(), line.places.end());
        all.units.insert(all.units.end(), line.units.begin(), line.units.end());
      }
    }
    for (auto& [key, line] : merged) {
      std::ranges::sort(line.places);
      std::ranges::sort(line.units);
      DropNewcomers(line);
      Change change = std::move(line.example);
      change.who = {key.first.who};
      change.accounts = OwnerNames(line.places, line.units);
      change.is_of_owners = true;
      Deed deed;
      deed.verb = "do";
      if (key.first.resource != "*") deed.target = key.first.resource;
      const std::vector<std::string> actions(line.actions.begin(), line.actions.end());
      change.what = DeedText(deed, actions, {});
      change.all = DeedText(deed, actions, {}, actions.size());
      difference_.changes.push_back(std::move(change));
    }
  }

  const Side& before_;
  const Side& after_;
  Difference& difference_;
  const decide::ArnAccounts accounts_;
  decide::Options options_;
  std::map<Placed, bool> same_;
  /// What RestrictedOnly says of each class: the same is asked again and again of it.
  std::map<Placed, std::optional<PolicyDocument>> restricted_;
  std::map<Told, std::map<Placed, Line>> lines_;
};

}  // namespace

void CompareRcps(const Side& before, const Side& after, Difference& difference) {
  RcpComparer(before, after, difference).Run();
}

}  // namespace writ::review

#include "writ/review/difference.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "writ/decide/space.h"
#include "writ/policy/pattern.h"
#include "writ/review/instances.h"
#include "writ/review/space.h"

namespace writ::review {
namespace {

using policy::Request;
using policy::Statement;

/// Changes with requests of their own for one caller and direction.
constexpr std::size_t kMostRequests = 20'000;
/// Regions beside those that statements name, as examples.
constexpr std::size_t kUnnamedRegions = 1;
/// More kinds than this are "bedrock".
constexpr std::size_t kManyKinds = 10;
constexpr std::string_view kAnyone = "anyone else";
/// Of the last leg of global routing.
constexpr std::string_view kNoRegion = "unspecified";

/// One principal in one account, as each side knows it.
struct Pair {
  std::string who;
  std::string account;  ///< name on the later side that has it
  std::optional<Caller> before;
  std::optional<Caller> after;
};

/// A request whose verdicts differ.
struct Differing {
  bool is_gain = true;
  std::string who;
  std::string account;
  Done done;
  Risk risk = Risk::kOther;
  Request request;
  Judgement before;
  Judgement after;
  std::optional<Caller> caller_before;
};

/// What a caller could do before, for weighing what is new.
struct Reach {
  std::set<std::string> providers;
  std::set<std::string> models;
  bool mantle = false;
  std::set<std::tuple<std::string, std::string, std::string>> guarded;  ///< model, region, route
};

/// One side with what deciding needs.
class Half {
 public:
  explicit Half(const Side& the_side) : side(the_side), judge(the_side.world) {}

  Judgement Decide(const std::optional<Caller>& caller, const Request& request) {
    if (!caller) return {};
    return judge.Decide(*caller, judge.As(*caller, request));
  }
  [[nodiscard]] std::vector<Statement> Identity(const Caller& caller) {
    return StatementsOf(judge.IdentityOf(caller), caller);
  }
  /// Of a place, gathered once: most callers share it with others.
  [[nodiscard]] const std::vector<Statement>& Scps(const Caller& caller) {
    const auto [at, is_new] = scps_.try_emplace(caller.place);
    const Place& place = side.world.places[caller.place];
    if (is_new && !place.management) at->second = StatementsOf(place.scps, caller);
    return at->second;
  }

  /// Whether the statement asks for another caller, whatever is requested.
  [[nodiscard]] bool IsOfOthers(const Statement& statement, const Caller& caller) const {
    Statement who;
    who.action = {policy::Sense::kListed, {"*"}};
    who.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
    for (const policy::Condition& condition : statement.conditions) {
      const bool is_fixed = condition.key == "aws:PrincipalArn" ||
                            condition.key == "aws:PrincipalAccount" ||
                            condition.key == "aws:PrincipalOrgPaths";
      const bool is_plain = std::ranges::none_of(condition.values, [](const std::string& value) {
        return value.find("${") != std::string::npos;  // may be another key's value
      });
      if (is_fixed && is_plain) who.conditions.push_back(condition);
    }
    if (who.conditions.empty()) return false;
    const policy::Request asked = judge.As(caller, {"", "bedrock:InvokeModel", "*", {}, {}});
    const auto request = policy::Prepare(asked);
    if (!request.ok()) return false;
    policy::PolicyDocument document;
    document.statements.push_back(std::move(who));
    const policy::CompiledPolicy alone(document, policy::Kind::kIdentity);
    return !policy::StatementApplies(alone, 0, *request);
  }

  const Side& side;
  Judge judge;

 private:
  [[nodiscard]] std::vector<Statement> StatementsOf(const std::vector<std::size_t>& documents,
                                                    const Caller& caller) const {
    std::vector<Statement> statements;
    for (const std::size_t document : documents) {
      for (Statement statement : side.world.documents[document].document.statements) {
        statement.sid.clear();
        auto here = AsMetIn(side.world.places[caller.place], std::move(statement));
        if (here) statements.push_back(*std::move(here));
      }
    }
    std::ranges::sort(statements);
    return statements;
  }

  std::map<std::size_t, std::vector<Statement>> scps_;  ///< by place
};

std::string PrincipalText(const intent::Principal& principal) {
  return LabelOf({"", {principal}, {}});
}

/// Whether some text is one of both lists of patterns. "no" is certain.
bool MayMeet(const policy::Patterns& a, const policy::Patterns& b) {
  if (a.sense != policy::Sense::kListed || b.sense != policy::Sense::kListed) return true;
  return std::ranges::any_of(a.values, [&](const std::string& one) {
    return std::ranges::any_of(b.values, [&](const std::string& other) {
      return policy::MayOverlap(policy::FoldCase(one), policy::FoldCase(other));
    });
  });
}

/// A short ARN may be read as a longer one: it says nothing certain of what it does not match.
bool IsShort(const policy::Patterns& resources) {
  return std::ranges::any_of(resources.values, [](const std::string& pattern) {
    return pattern != "*" && !policy::SplitArn(pattern);
  });
}

/// Whether some request could be one that both statements are about. "no" is certain.
bool MayMeet(const Statement& a, const Statement& b) {
  if (!MayMeet(a.action, b.action)) return false;
  if (!a.resource || !b.resource || IsShort(*a.resource) || IsShort(*b.resource)) return true;
  return MayMeet(*a.resource, *b.resource);
}

class Comparer {
 public:
  Comparer(const Side& before, const Side& after) : before_(before), after_(after) {}

  Difference Run() {
    for (const Pair& pair : Pairs()) ComparePair(pair);
    CompareTrusts();
    std::set<std::string> accounts;
    for (const Side* side : {&before_.side, &after_.side}) {
      for (const Place& place : side->world.places) accounts.insert(place.id);
    }
    difference_.accounts = accounts.size();
    Gather();
    return std::move(difference_);
  }

 private:
  // ---- callers ----------------------------------------------------------------------------------

  static const Group* FindGroup(const World& world, const std::string& label) {
    for (const Group& group : world.groups) {
      if (group.label == label) return &group;
    }
    return nullptr;
  }

  /// Every principal of every group of either side, in every account of either side.
  std::vector<Pair> Pairs() {
    std::set<std::string> labels;
    for (const Side* side : {&before_.side, &after_.side}) {
      for (const Group& group : side->world.groups) labels.insert(group.label);
    }
    std::vector<Pair> pairs;
    for (const std::string& label : labels) PairsOf(label, pairs);
    for (const Place& place : after_.side.world.places) {
      const auto old = before_.side.world.FindPlace(place.id);
      if (!old) continue;
      const auto now = after_.side.world.FindPlace(place.id);
      pairs.push_back({std::string(kAnyone), place.name, AnyoneElse(before_.side.world, *old),
                       AnyoneElse(after_.side.world, *now)});
    }
    return pairs;
  }

  void PairsOf(const std::string& label, std::vector<Pair>& pairs) {
    const Group* old = FindGroup(before_.side.world, label);
    const Group* now = FindGroup(after_.side.world, label);
    std::set<intent::Principal> principals;
    std::map<std::string, std::string> accounts;  // id → name
    const auto add = [&](const Group* group, const World& world) {
      if (group == nullptr) return;
      principals.insert(group->principals.begin(), group->principals.end());
      for (const std::size_t place : group->places) {
        accounts[world.places[place].id] = world.places[place].name;
      }
    };
    add(old, before_.side.world);
    add(now, after_.side.world);
    for (const intent::Principal& principal : principals) {
      if (principal.kind == intent::Principal::Kind::kService) continue;
      const auto has = [&](const Group* group) {
        return group != nullptr &&
               std::ranges::find(group->principals, principal) != group->principals.end();
      };
      const bool both = old == nullptr || now == nullptr || (has(old) && has(now));
      const std::string who =
          both ? label : fmt::format("{} ({})", label, PrincipalText(principal));
      for (const auto& [id, name] : accounts) {
        Pair pair{who, name, std::nullopt, std::nullopt};
        const Group group{label, {principal}, {}};
        if (const auto place = before_.side.world.FindPlace(id)) {
          pair.before = CallerOf(before_.side.world, group, principal, *place);
        }
        if (const auto place = after_.side.world.FindPlace(id)) {
          pair.after = CallerOf(after_.side.world, group, principal, *place);
        }
        pairs.push_back(std::move(pair));
      }
    }
  }

  // ---- one caller -------------------------------------------------------------------------------

  void ComparePair(const Pair& pair) {
    ++difference_.principals;
    const bool both = pair.before && pair.after;
    const auto identity = [](Half& half, const std::optional<Caller>& caller) {
      return caller ? half.Identity(*caller) : std::vector<Statement>{};
    };
    const std::vector<Statement> old_identity = identity(before_, pair.before);
    const std::vector<Statement> new_identity = identity(after_, pair.after);
    static const std::vector<Statement> kNone;
    const std::vector<Statement>& old_scps = pair.before ? before_.Scps(*pair.before) : kNone;
    const std::vector<Statement>& new_scps = pair.after ? after_.Scps(*pair.after) : kNone;
    if (both && old_identity == new_identity && HasSameScps(pair, old_identity)) {
      ++difference_.same;
      return;
    }
    const bool anyone = (pair.after ? *pair.after : *pair.before).is_anyone;
    const Reach reach = anyone ? Reach{} : ReachOf(pair, old_identity);
    std::vector<Statement> prohibitions = old_scps;
    prohibitions.insert(prohibitions.end(), new_scps.begin(), new_scps.end());
    FindRegions(prohibitions);
    const std::size_t first = found_.size();
    // Whoever holds all rights gains what is forbidden no more, and loses what is forbidden now.
    Look(pair, anyone ? old_scps : new_identity, anyone, true, reach);
    Look(pair, anyone ? new_scps : old_identity, anyone, false, reach);
    if (anyone && pair.before && pair.after) LookForCalls(pair, first, reach);
    Prove(pair, first, reach);
  }

  /// The same SCPs, or such as differ in what is said of others or of what `identity` does not
  /// permit.
  bool HasSameScps(const Pair& pair, const std::vector<Statement>& identity) {
    const auto [at, is_new] = scps_apart_.try_emplace({pair.before->place, pair.after->place});
    if (is_new) {
      std::ranges::set_symmetric_difference(before_.Scps(*pair.before), after_.Scps(*pair.after),
                                            std::back_inserter(at->second));
    }
    return std::ranges::all_of(at->second, [&](const Statement& statement) {
      const bool is_apart =
          !pair.before->is_anyone && std::ranges::none_of(identity, [&](const Statement& allow) {
            return MayMeetKnown(allow, statement);
          });
      return is_apart || (before_.IsOfOthers(statement, *pair.before) &&
                          after_.IsOfOthers(statement, *pair.after));
    });
  }

  /// Statements about the same things are held against each other once.
  bool MayMeetKnown(const Statement& a, const Statement& b) {
    const auto [at, is_new] =
        may_meet_.try_emplace({a.action, a.resource, b.action, b.resource}, false);
    if (is_new) at->second = MayMeet(a, b);
    return at->second;
  }

  Reach ReachOf(const Pair& pair, const std::vector<Statement>& statements) {
    Reach reach;
    if (!pair.before) return reach;
    for (const Instance& instance : All(statements, *pair.before, before_, false)) {
      if (!before_.Decide(pair.before, instance.request).is_allowed()) continue;
      const Done done = DoneBy(instance.request, "", before_.side.naming);
      if (!done.provider.empty()) reach.providers.insert(done.provider);
      if (!done.provider.empty()) reach.models.insert(done.deed.object);
      reach.mantle = reach.mantle || done.is_mantle;
      if (!done.deed.guardrail.empty()) {
        reach.guarded.insert({done.deed.object, done.deed.region, done.deed.route});
      }
    }
    return reach;
  }

  std::vector<Instance> All(const std::vector<Statement>& statements, const Caller& caller,
                            Half& half, bool anyone) {
    Setting setting{half.side.naming.catalog, half.side.naming.day, {}};
    if (anyone) setting.regions = regions_;
    setting.most = kMostRequests;
    std::vector<Instance> all;
    for (const Statement& statement : statements) {
      for (Instance& instance : InstancesOf(statement, caller, half.judge, setting).requests) {
        all.push_back(std::move(instance));
      }
    }
    return all;
  }

  /// Regions that the statements tell apart, and one that they do not name.
  void FindRegions(const std::vector<Statement>& statements) {
    policy::PolicyDocument document;
    document.statements = statements;
    std::set<std::string> named;
    RegionsIn(document, named);
    regions_.assign(named.begin(), named.end());
    other_region_.clear();
    for (const catalog::Region& region : after_.side.naming.catalog.regions()) {
      const bool usual = region.bedrock.value_or(false) && region.partition == "aws";
      if (usual && !region.opt_in && !named.contains(region.name)) {
        regions_.push_back(region.name);
        other_region_ = region.name;
        return;
      }
    }
  }

  /// Where a prohibition tells no regions apart, the one of an example says nothing; else the one
  /// that it does not name stands for all such.
  void TellRegion(Deed& deed) const {
    if (!TellsRegions()) deed.region.clear();
    if (!deed.region.empty() && deed.region == other_region_) deed.region = "other regions";
  }

  /// Requests made from `statements` whose verdict changes in the direction.
  void Look(const Pair& pair, const std::vector<Statement>& statements, bool anyone, bool gain,
            const Reach& reach) {
    // A named caller's gains are within its later permissions; anyone's within earlier Denies.
    const bool of_after = gain != anyone;
    Half& half = of_after ? after_ : before_;
    const std::optional<Caller>& caller = of_after ? pair.after : pair.before;
    if (!caller) return;
    for (const Instance& instance : All(statements, *caller, half, anyone)) {
      Judgement before = before_.Decide(pair.before, instance.request);
      Judgement after = after_.Decide(pair.after, instance.request);
      const bool changes = gain ? !before.is_allowed() && after.is_allowed()
                                : before.is_allowed() && !after.is_allowed();
      if (!changes) continue;
      Add(pair, gain, instance.request, instance.pattern, std::move(before), std::move(after),
          reach);
      if (anyone) TellRegion(found_.back().done.deed);
    }
  }

  /// Prohibitions that name what they leave alone, or places, cover all of many actions; calls of
  /// models tell best what they do.
  void LookForCalls(const Pair& pair, std::size_t first, const Reach& reach) {
    bool is_shown[] = {false, false};
    for (std::size_t i = first; i < found_.size(); ++i) {
      const Done& done = found_[i].done;
      const bool is_call = done.deed.verb == "invoke" && !done.is_route &&
                           (!TellsRegions() || done.deed.region != kNoRegion);
      if (is_call) is_shown[found_[i].is_gain ? 1 : 0] = true;
    }
    for (const std::string& region : regions_) {
      std::vector<Differing> calls;
      const std::size_t models = CallsIn(region, pair, reach, calls);
      const auto gains =
          static_cast<std::size_t>(std::ranges::count(calls, true, &Differing::is_gain));
      // The same for every model is one change, told by an example.
      if (!calls.empty() && calls.size() == models && (gains == 0 || gains == models)) {
        calls.erase(calls.begin() + 1, calls.end());
        Name(calls.front(), "arn:aws:bedrock:*::foundation-model/*", pair, reach);
      }
      for (Differing& call : calls) {
        if (is_shown[call.is_gain ? 1 : 0]) continue;
        TellRegion(call.done.deed);
        found_.push_back(std::move(call));
      }
    }
  }

  /// The calls whose verdict changes, of every model that is called directly in the region, or of
  /// every model if the region is only an example; how many models those are.
  std::size_t CallsIn(const std::string& region, const Pair& pair, const Reach& reach,
                      std::vector<Differing>& calls) {
    std::size_t models = 0;
    for (const std::string& id : ModelsIn(TellsRegions() ? region : "")) {
      ++models;
      Request request;
      request.action = "bedrock:InvokeModel";
      request.resource = fmt::format("arn:{}:bedrock:{}::foundation-model/{}",
                                     after_.side.world.partition, region, id);
      request.context = {{"aws:CurrentTime", false, {after_.side.naming.day + "T12:00:00Z"}},
                         {"aws:RequestedRegion", false, {region}}};
      request = after_.judge.As(*pair.after, std::move(request));
      Judgement before = before_.Decide(pair.before, request);
      Judgement after = after_.Decide(pair.after, request);
      const bool gain = after.is_allowed();
      if (before.is_allowed() == gain) continue;
      calls.push_back(Differ(pair, gain, request, "", std::move(before), std::move(after), reach));
    }
    return models;
  }

  /// Ids that either catalogue knows to be called directly in the region; of all models if empty.
  [[nodiscard]] std::set<std::string> ModelsIn(std::string_view region) const {
    std::set<std::string> ids;
    for (const Half* half : {&before_, &after_}) {
      for (const catalog::Model& model : half->side.naming.catalog.models()) {
        for (const catalog::ModelId* id : model.GrantedIds()) {
          if (region.empty() || id->InRegion(region).value_or(false)) ids.insert(id->id);
        }
      }
    }
    return ids;
  }

  /// Whether prohibitions of the pair at hand name regions.
  [[nodiscard]] bool TellsRegions() const { return regions_.size() > kUnnamedRegions; }

  void Add(const Pair& pair, bool gain, const Request& request, const std::string& pattern,
           Judgement before, Judgement after, const Reach& reach) {
    found_.push_back(
        Differ(pair, gain, request, pattern, std::move(before), std::move(after), reach));
  }

  Differing Differ(const Pair& pair, bool gain, const Request& request, std::string_view pattern,
                   Judgement before, Judgement after, const Reach& reach) const {
    Differing differing;
    differing.is_gain = gain;
    differing.who = pair.who;
    differing.account = pair.account;
    differing.request = request;
    differing.before = std::move(before);
    differing.after = std::move(after);
    differing.caller_before = pair.before;
    Name(differing, pattern, pair, reach);
    return differing;
  }

  /// Says what the request is, as an example of `pattern` if that is not empty.
  void Name(Differing& one, std::string_view pattern, const Pair& pair, const Reach& reach) const {
    one.done = DoneBy(one.request, pattern, (one.is_gain ? after_ : before_).side.naming);
    one.risk = RiskOf(one.done, reach, pair);
  }

  static Risk RiskOf(const Done& done, const Reach& reach, const Pair& pair) {
    if (done.is_admin) return Risk::kAdministration;
    const bool anyone = pair.after && pair.after->is_anyone;
    if (anyone && done.deed.object == "any model") return Risk::kPlace;
    if (anyone) return done.provider.empty() ? Risk::kOther : Risk::kModel;
    if (done.is_mantle && !reach.mantle) return Risk::kPlane;
    if (done.provider.empty()) return Risk::kOther;
    if (!reach.providers.contains(done.provider)) return Risk::kProvider;
    const Deed& deed = done.deed;
    if (deed.guardrail.empty() && !done.is_route &&
        reach.guarded.contains({deed.object, deed.region, deed.route})) {
      return Risk::kGuardrail;
    }
    return reach.models.contains(deed.object) ? Risk::kPlace : Risk::kModel;
  }

  /// Decides both directions over all requests; what was not shown yet is shown by the witness.
  void Prove(const Pair& pair, std::size_t first, const Reach& reach) {
    if (!pair.before || !pair.after) return;
    Frame frame;
    for (const auto& [half, caller] :
         {std::pair{&before_, &*pair.before}, std::pair{&after_, &*pair.after}}) {
      for (const policy::PolicyDocument& document : half->judge.PoliciesOf(*caller).identity) {
        RegionsIn(document, frame.regions);
      }
      for (const std::size_t scp : half->side.world.places[caller->place].scps) {
        RegionsIn(half->side.world.documents[scp].document, frame.regions);
      }
    }
    decide::Options options;
    options.catalog = &after_.side.naming.catalog;
    const decide::Space old = SpaceOf(before_.judge, *pair.before, frame);
    const decide::Space now = SpaceOf(after_.judge, *pair.after, frame);
    for (const bool gain : {true, false}) {
      const bool shown =
          std::any_of(found_.begin() + static_cast<std::ptrdiff_t>(first), found_.end(),
                      [&](const Differing& one) { return one.is_gain == gain; });
      if (shown) continue;
      const decide::Answer answer =
          gain ? decide::IsWithin(now, old, options) : decide::IsWithin(old, now, options);
      if (const auto* refuted = std::get_if<decide::Refuted>(&answer)) {
        const Request& request = refuted->witness.request;
        Add(pair, gain, request, "", before_.Decide(pair.before, request),
            after_.Decide(pair.after, request), reach);
      } else if (const auto* open = std::get_if<decide::Undecided>(&answer)) {
        difference_.undecided.push_back(fmt::format("{} in {}: {}", pair.who, pair.account,
                                                    open->obstacles.front().Describe()));
      }
    }
  }

  // ---- services ---------------------------------------------------------------------------------

  /// What the trust policy of a role in an account says of one service.
  struct Trust {
    std::vector<Statement> before;
    std::vector<Statement> after;
    /// Nothing but permissions of services: what else stands in a tree is not told apart.
    bool is_plain = true;
  };
  struct TrustKey {
    std::string account;  ///< id
    std::string role;
    std::string service;
    auto operator<=>(const TrustKey&) const = default;
  };

  /// Services are bound by no SCP and hold no policy: trust policies alone count.
  void CompareTrusts() {
    std::map<TrustKey, Trust> trusts;
    AddTrusts(before_.side.world, &Trust::before, trusts);
    AddTrusts(after_.side.world, &Trust::after, trusts);
    for (auto& [key, trust] : trusts) {
      ++difference_.principals;
      std::ranges::sort(trust.before);
      std::ranges::sort(trust.after);
      if (trust.before == trust.after) {
        ++difference_.same;
      } else if (trust.is_plain) {
        CompareTrust(key, trust);
      } else {
        difference_.undecided.push_back(fmt::format(
            "the trust policy of role {} in {} names others than services", key.role, key.account));
      }
    }
  }

  static void AddTrusts(const World& world, std::vector<Statement> Trust::*side,
                        std::map<TrustKey, Trust>& trusts) {
    constexpr std::string_view kFolder = "trust/";
    constexpr std::string_view kSuffix = ".trust.json";
    for (const HeldDocument& held : world.documents) {
      const std::size_t slash = held.name.rfind('/');
      if (held.kind != policy::Kind::kTrust || !held.name.starts_with(kFolder)) continue;
      const auto place = world.FindPlace(held.name.substr(kFolder.size(), slash - kFolder.size()));
      if (!place) continue;
      std::string role = held.name.substr(slash + 1);
      if (role.ends_with(kSuffix)) role.resize(role.size() - kSuffix.size());
      const Place& account = world.places[*place];
      for (Statement statement : held.document.statements) {
        const std::optional<policy::Principals> who = std::move(statement.principal);
        statement.principal.reset();
        statement.sid.clear();
        statement.resource = policy::Patterns{
            policy::Sense::kListed, {fmt::format("arn:aws:iam::{}:role/{}", account.id, role)}};
        const bool is_listed = who && who->sense == policy::Sense::kListed && !who->values.empty();
        const bool is_allow = statement.effect == policy::Effect::kAllow;
        if (!is_listed) {
          Trust& trust = trusts[{account.id, role, ""}];
          trust.is_plain = false;
          (trust.*side).push_back(statement);
          continue;
        }
        for (const auto& [type, value] : who->values) {
          Trust& trust = trusts[{account.id, role, value}];
          const bool is_plain = type == policy::PrincipalType::kService && is_allow;
          trust.is_plain = trust.is_plain && is_plain;
          (trust.*side).push_back(statement);
        }
      }
    }
  }

  void CompareTrust(const TrustKey& key, const Trust& trust) {
    const intent::Principal service{intent::Principal::Kind::kService, key.service, {}};
    const Group group{PrincipalText(service), {service}, {}};
    Pair pair{group.label, "", std::nullopt, std::nullopt};
    for (const auto& [half, caller] :
         {std::pair{&before_, &pair.before}, std::pair{&after_, &pair.after}}) {
      const World& world = half->side.world;
      const auto place = world.FindPlace(key.account);
      if (!place) continue;
      *caller = CallerOf(world, group, service, *place);
      pair.account = world.places[*place].name;
    }
    const decide::Scope scope{decide::Accounts::kSame,
                              fmt::format("arn:aws:iam::{}:role/x", key.account)};
    const auto space = [&](const std::vector<Statement>& statements) {
      policy::PolicySet set;
      policy::PolicyDocument document;
      document.statements = statements;
      set.identity.push_back(std::move(document));
      return decide::Space{std::move(set), scope};
    };
    for (const bool gain : {true, false}) {
      const decide::Answer answer =
          gain ? decide::IsWithin(space(trust.after), space(trust.before), {})
               : decide::IsWithin(space(trust.before), space(trust.after), {});
      if (std::holds_alternative<decide::Proved>(answer)) continue;
      const auto* refuted = std::get_if<decide::Refuted>(&answer);
      if (refuted == nullptr || !AddTrust(pair, gain, refuted->witness.request)) {
        difference_.undecided.push_back(
            fmt::format("{} in {}: trust policy of role {}", pair.who, pair.account, key.role));
      }
    }
  }

  /// False if the evaluator does not decide the request differently.
  bool AddTrust(const Pair& pair, bool gain, Request request) {
    std::erase_if(request.context, [](const policy::ContextKey& key) {
      return key.name.starts_with("aws:Principal");  // a service is none of the organization's
    });
    request.principal = (pair.after ? *pair.after : *pair.before).arn;
    Judgement before = before_.Decide(pair.before, request);
    Judgement after = after_.Decide(pair.after, request);
    if (before.is_allowed() != !gain || after.is_allowed() != gain) return false;
    Add(pair, gain, request, "", std::move(before), std::move(after), {});
    return true;
  }

  // ---- words ------------------------------------------------------------------------------------

  /// What is left of a deed when regions, objects, accounts and callers are put together.
  struct Line {
    const Differing* example = nullptr;
    std::set<std::string> objects;
    std::set<std::string> regions;
    std::set<std::string> accounts;
    std::set<std::string> who;
  };

  /// The sentences that refuse on the side that does.
  [[nodiscard]] std::vector<std::string> Refusing(const Differing& one) const {
    const World& world = one.is_gain ? before_.side.world : after_.side.world;
    std::set<std::string> places;
    for (const Because& because : BecauseOf(world, one.is_gain ? one.before : one.after)) {
      if (because.effect == policy::Effect::kDeny) {
        places.insert(because.from.begin(), because.from.end());
      }
    }
    return {places.begin(), places.end()};
  }

  /// A prohibition of calls also refuses whatever leads to them (batch, profiles, the other plane).
  /// For whoever holds all rights the call says it all.
  void DropWays() {
    std::set<std::tuple<bool, std::string, std::vector<std::string>>> called;
    const auto is_call = [](const Differing& one) {
      return one.done.deed.verb == "invoke" && !one.done.is_mantle && !one.done.is_route;
    };
    for (const Differing& one : found_) {
      if (one.who == kAnyone && is_call(one)) {
        called.insert({one.is_gain, one.account, Refusing(one)});
      }
    }
    std::erase_if(found_, [&](const Differing& one) {
      return one.who == kAnyone && !is_call(one) &&
             called.contains({one.is_gain, one.account, Refusing(one)});
    });
  }

  /// The authorizations that go with a call are part of it.
  void DropParts() {
    std::set<std::tuple<bool, std::string, std::string, std::string, std::string, std::string>>
        calls;
    std::set<std::tuple<bool, std::string, std::string, std::string>> guarded;
    for (const Differing& one : found_) {
      const Deed& deed = one.done.deed;
      if (deed.verb != "invoke" || one.done.is_route) continue;
      calls.insert({one.is_gain, one.who, one.account, deed.object, deed.region, deed.route});
      if (!deed.guardrail.empty()) {
        guarded.insert({one.is_gain, one.who, one.account, deed.guardrail});
      }
    }
    DropWays();
    std::erase_if(found_, [&](const Differing& one) {
      const Deed& deed = one.done.deed;
      if (one.done.is_route) {
        return calls.contains(
            {one.is_gain, one.who, one.account, deed.object, deed.region, deed.route});
      }
      return one.done.is_companion &&
             guarded.contains({one.is_gain, one.who, one.account, deed.object});
    });
  }

  using Key = std::tuple<bool, Risk, Deed, std::set<std::string>, std::set<std::string>,
                         std::set<std::string>, std::set<std::string>>;

  /// Puts lines together that differ in `part` alone.
  static void Merge(std::vector<Line>& lines, std::set<std::string> Line::*part) {
    std::map<Key, Line> merged;
    for (Line& line : lines) {
      Line other = line;
      (other.*part).clear();
      Deed deed = line.example->done.deed;
      deed.object.clear();
      deed.region.clear();
      const Key key{line.example->is_gain, line.example->risk, deed,     other.objects,
                    other.regions,         other.accounts,     other.who};
      const auto [at, fresh] = merged.try_emplace(key, line);
      if (!fresh) (at->second.*part).insert((line.*part).begin(), (line.*part).end());
    }
    lines.clear();
    for (auto& [key, line] : merged) lines.push_back(std::move(line));
  }

  void Gather() {
    DropParts();
    std::vector<Line> lines;
    for (const Differing& one : found_) {
      lines.push_back(
          {&one, {one.done.deed.object}, {one.done.deed.region}, {one.account}, {one.who}});
    }
    Merge(lines, &Line::regions);
    Merge(lines, &Line::objects);
    Merge(lines, &Line::accounts);
    Merge(lines, &Line::who);
    for (const Line& line : lines) difference_.changes.push_back(ChangeOf(line));
    std::ranges::stable_sort(difference_.changes, [](const Change& a, const Change& b) {
      const auto order = [](const Change& change) {
        return std::tuple(!change.is_gain, change.is_gain ? change.risk : Risk::kAdministration,
                          change.who, change.what, change.accounts);
      };
      return order(a) < order(b);
    });
  }

  /// "administer guardrails" for all actions of a kind; else the actions.
  static void Generalize(Deed& deed, std::vector<std::string>& objects,
                         const catalog::Catalog& catalog) {
    if (deed.verb != "do") return;
    const std::set<std::string> actions(objects.begin(), objects.end());
    for (const auto& [plane, verb] : {std::pair{catalog::PlaneClass::kAdmin, "administer"},
                                      std::pair{catalog::PlaneClass::kRead, "browse"}}) {
      std::set<std::string> kinds;
      std::set<std::string> covered;
      for (const catalog::Kind& kind : catalog.kinds()) {
        std::size_t of_kind = 0;
        std::size_t had = 0;
        for (const catalog::BedrockAction* action : catalog.ActionsOfKind(kind.name, plane)) {
          if (action->service != "bedrock") continue;
          ++of_kind;
          had += actions.contains(action->FullName()) ? 1U : 0U;
        }
        if (of_kind == 0 || had < of_kind) continue;
        kinds.insert(kind.name);
        for (const catalog::BedrockAction* action : catalog.ActionsOfKind(kind.name, plane)) {
          covered.insert(action->FullName());
        }
      }
      if (kinds.empty() || !std::ranges::includes(covered, actions)) continue;
      deed.verb = verb;
      deed.target.clear();
      objects.assign(kinds.begin(), kinds.end());
      if (kinds.size() > kManyKinds) objects = {"bedrock"};
      return;
    }
  }

  /// Names the sentence that permitted the call with a guardrail.
  std::string WithGuardrailOnly(const Differing& one, std::string otherwise) {
    const std::optional<Caller>& caller = one.caller_before;
    if (!caller || one.before.decision.verdict != policy::Verdict::kImplicitDeny) return otherwise;
    const Request request = before_.judge.As(*caller, one.request);
    for (const NearMiss& miss :
         NearMisses(before_.side.world, before_.judge, *caller, request, 1)) {
      const bool only = miss.lacking.size() == 1 &&
                        miss.lacking.front().starts_with("bedrock:GuardrailIdentifier");
      if (only) return "granted with a guardrail only, by " + SentencesText(miss.permission);
    }
    return otherwise;
  }

  Change ChangeOf(const Line& line) {
    const Differing& one = *line.example;
    Change change;
    change.is_gain = one.is_gain;
    change.risk = one.risk;
    change.who.assign(line.who.begin(), line.who.end());
    change.accounts.assign(line.accounts.begin(), line.accounts.end());
    Deed deed = one.done.deed;
    std::vector<std::string> objects(line.objects.begin(), line.objects.end());
    Generalize(deed, objects, after_.side.naming.catalog);
    change.what = DeedText(deed, objects, {line.regions.begin(), line.regions.end()});
    change.request = one.request;
    change.verdict_before = one.before.decision.verdict;
    change.verdict_after = one.after.decision.verdict;
    change.before = VerdictText(before_.side.world, one.before);
    if (one.risk == Risk::kGuardrail) change.before = WithGuardrailOnly(one, change.before);
    change.after = VerdictText(after_.side.world, one.after);
    change.because_before = BecauseOf(before_.side.world, one.before);
    change.because_after = BecauseOf(after_.side.world, one.after);
    return change;
  }

  Half before_;
  Half after_;
  using Things = std::optional<policy::Patterns>;
  std::map<std::tuple<policy::Patterns, Things, policy::Patterns, Things>, bool> may_meet_;
  /// Statements of one side's SCPs only, by places.
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Statement>> scps_apart_;
  std::vector<Differing> found_;
  std::vector<std::string> regions_;  ///< examples for the pair at hand
  std::string other_region_;          ///< the one of them that no prohibition names, if there is
  Difference difference_;
};

}  // namespace

std::string_view RiskText(Risk risk) {
  switch (risk) {
    case Risk::kAdministration:
      return "new administration";
    case Risk::kPlane:
      return "new plane";
    case Risk::kProvider:
      return "new provider";
    case Risk::kGuardrail:
      return "no guardrail needed any more";
    case Risk::kModel:
      return "new model";
    case Risk::kPlace:
      return "new region, route or condition";
    case Risk::kOther:
      return "new right";
  }
  return "";
}

Difference CompareWorlds(const Side& before, const Side& after) {
  return Comparer(before, after).Run();
}

}  // namespace writ::review

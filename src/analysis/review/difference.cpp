#include "analysis/review/difference.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/review/callers.h"
#include "analysis/review/instances.h"
#include "analysis/review/newcomers.h"
#include "analysis/review/outsiders.h"
#include "analysis/review/space.h"
#include "base/support/date.h"
#include "iam/decide/callers.h"
#include "iam/decide/known_answers.h"
#include "iam/decide/owners.h"
#include "iam/decide/sendable.h"
#include "iam/decide/space.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "program/intent/label.h"

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
/// Requests of one caller and direction that the procedure finds after those that statements give.
constexpr int kMostFound = 12;
constexpr std::string_view kAnyone = "anyone else";
constexpr std::string_view kPrincipalTag = "aws:PrincipalTag/";
constexpr std::string_view kUserName = "aws:username";
constexpr std::string_view kType = "aws:PrincipalType";
/// Tags whose holders are compared on their own.
constexpr std::size_t kMostTags = 8;
constexpr std::string_view kAnything = "anything";
/// Calls that almost every account makes, to show what "anything" is.
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
    {"ec2:RunInstances", "arn:{}:ec2:{}:{}:instance/*"},
    {"lambda:InvokeFunction", "arn:{}:lambda:{}:{}:function:main"},
    {"sqs:SendMessage", "arn:{}:sqs:{}:{}:queue"},
    {"dynamodb:GetItem", "arn:{}:dynamodb:{}:{}:table/main"},
};
/// Of the last leg of global routing.
constexpr std::string_view kNoRegion = "unspecified";

/// One principal in one account, as each side knows it.
struct Pair {
  std::string who;
  std::string whole;    ///< of whom this is a class: changes that are theirs too are told of them
  std::string account;  ///< name on the later side that has it
  std::optional<Caller> before;
  std::optional<Caller> after;
  std::optional<std::size_t> joins = {};  ///< of accounts to come: the unit, on the later side
};

/// A request whose verdicts differ.
struct Differing {
  bool is_gain = true;
  std::string who;
  std::string whole;
  std::string account;
  Done done;
  Risk risk = Risk::kOther;
  Request request;
  Judgement before;
  Judgement after;
  std::optional<Caller> caller_before;
  std::optional<std::size_t> joins = {};  ///< as of the pair
};

/// What a caller could do before, for weighing what is new.
struct Reach {
  std::set<std::string> providers;
  std::set<std::string> models;
  bool mantle = false;
  std::set<std::tuple<std::string, std::string, std::string>> guarded;  ///< model, region, route
};

/// Statements that one side alone has.
struct OneSided {
  std::vector<Statement> before;
  std::vector<Statement> after;

  /// Both lists are sorted.
  void Add(const std::vector<Statement>& old, const std::vector<Statement>& now) {
    std::ranges::set_difference(old, now, std::back_inserter(before));
    std::ranges::set_difference(now, old, std::back_inserter(after));
  }
  [[nodiscard]] bool Any(const auto& holds) const {
    return std::ranges::any_of(before, holds) || std::ranges::any_of(after, holds);
  }
};

/// What tells both sides apart for one pair.
struct Apart {
  bool is_open = false;  ///< requests are not made the same way: any of them may be decided anew
  OneSided statements;

  /// Whoever loses no permission and is refused nothing more loses nothing, whatever is requested;
  /// nor does anyone gain without a new permission or the end of a prohibition.
  [[nodiscard]] bool MayGain() const {
    return is_open || Has(statements.before, policy::Effect::kDeny) ||
           Has(statements.after, policy::Effect::kAllow);
  }
  [[nodiscard]] bool MayLose() const {
    return is_open || Has(statements.before, policy::Effect::kAllow) ||
           Has(statements.after, policy::Effect::kDeny);
  }

 private:
  static bool Has(const std::vector<Statement>& list, policy::Effect effect) {
    return std::ranges::find(list, effect, &Statement::effect) != list.end();
  }
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
                            judge.KnowsAffiliation(caller, condition.key);
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
      const policy::PolicyDocument& all = side.world.documents[document].document;
      for (Statement statement : all.statements) {
        statement.sid.clear();
        auto here = AsMetIn(side.world.places[caller.place], std::move(statement), all.version);
        if (here) statements.push_back(*std::move(here));
      }
    }
    std::ranges::sort(statements);
    return statements;
  }

  std::map<std::size_t, std::vector<Statement>> scps_;  ///< by place
};

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
  Comparer(const Side& before, const Side& after)
      : before_(before), after_(after), known_(QuestionsWith(after.naming.catalog)) {}

  Difference Run() {
    for (const Pair& pair : Pairs()) ComparePair(pair);
    CompareTrusts();
    // Some of a group may hold nothing where others do.
    for (const std::string& who : with_rights_) difference_.without_rights.erase(who);
    std::set<std::string> accounts;
    for (const Side* side : {&before_.side, &after_.side}) {
      for (const Place& place : side->world.places) {
        if (!place.joins) accounts.insert(place.id);
      }
    }
    difference_.accounts = accounts.size();
    difference_.principals = callers_.size();
    difference_.same = static_cast<std::size_t>(
        std::ranges::count_if(callers_, [](const auto& caller) { return caller.second; }));
    Gather();
    return std::move(difference_);
  }

 private:
  [[nodiscard]] const std::string& partition() const { return after_.side.world.partition; }

  static decide::Options QuestionsWith(const catalog::Catalog& catalog) {
    decide::Options options;
    options.catalog = &catalog;
    return options;
  }

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
      const auto old = before_.side.world.FindPlace(KeyOf(place));
      if (!old) continue;
      const std::size_t first = pairs.size();
      AddAnyone(place.name, *old, *after_.side.world.FindPlace(KeyOf(place)), pairs);
      for (std::size_t i = first; i < pairs.size(); ++i) pairs[i].joins = place.joins;
    }
    return pairs;
  }

  /// What finds the place in its world: examples of accounts to come may have one id.
  static const std::string& KeyOf(const Place& place) {
    return place.joins ? place.name : place.id;
  }

  /// All tests of the caller's ARN that documents of an account make, on either side; `account` is
  /// the key of its place.
  const std::set<std::string>& TestsIn(const std::string& account) {
    const auto [at, is_new] = tests_.try_emplace(account);
    if (!is_new) return at->second;
    for (const Half* half : {&before_, &after_}) {
      const World& world = half->side.world;
      if (const auto place = world.FindPlace(account)) AddArnTests(world, *place, at->second);
    }
    return at->second;
  }

  /// What either side reads of the kind of principal, by account.
  struct KindsRead {
    NamesRead names = NamesRead::kNot;
    bool types = false;
  };
  const KindsRead& KindsIn(const std::string& account) {
    const auto [at, is_new] = kinds_read_.try_emplace(account);
    if (!is_new) return at->second;
    KindsRead& read = at->second;
    for (const Half* half : {&before_, &after_}) {
      const World& world = half->side.world;
      const auto place = world.FindPlace(account);
      if (!place) continue;
      read.names = std::max(read.names, HowNamesAreRead(world, *place));
      read.types = read.types || ReadsTypes(world, *place);
    }
    return read;
  }

  /// The example of a class of callers, with what follows from it and is read: the type of the
  /// principal, and the name of a user.
  void SetExample(const std::string& arn, const std::string& account, Caller& caller) {
    caller.arn = arn;
    std::erase_if(caller.keys,
                  [](const auto& key) { return key.name == kUserName || key.name == kType; });
    const KindsRead& read = KindsIn(account);
    const Request mine{arn, "", "", {}, {}};
    const auto add = [&](std::string_view name) {
      if (auto key = decide::FollowingKey(mine, name)) caller.keys.push_back(*std::move(key));
    };
    if (read.types) add(kType);
    if (read.names == NamesRead::kAsArns) add(kUserName);
  }

  static std::string TagText(std::string_view key, std::string_view value) {
    return fmt::format("tag {} = \"{}\"", key, value);
  }

  using Tag = std::pair<std::string, std::string>;  ///< key, value

  /// Whether whoever is of the group in accounts of the place is compared as such. One who comes to
  /// be of a group that is bound in accounts to come, or is no more, is compared as anyone: the
  /// program says nothing yet of what he holds there.
  bool IsOfGroup(const Half& half, const Group& group, std::size_t place) {
    const World& world = half.side.world;
    if (!IsBoundIn(world, group, place)) return false;
    if (!world.places[place].joins) return true;
    const World& other = (&half == &before_ ? after_ : before_).side.world;
    const Group* same = FindGroup(other, group.label);
    const auto there = other.FindPlace(KeyOf(world.places[place]));
    return same != nullptr && there && IsBoundIn(other, *same, *there);
  }

  /// Tags of groups of the account on either side: whoever has one is compared as one of the group.
  std::vector<policy::ContextKey> TagsOfGroups(const std::string& account) {
    std::set<Tag> tags;
    for (const Half* half : {&before_, &after_}) {
      const auto place = half->side.world.FindPlace(account);
      for (const Group& group : half->side.world.groups) {
        if (!place || !IsOfGroup(*half, group, *place)) continue;
        for (const intent::Principal& principal : group.principals) {
          if (principal.kind != intent::Principal::Kind::kTag) continue;
          tags.emplace(principal.tag_key, principal.value);
        }
      }
    }
    std::vector<policy::ContextKey> keys;
    for (const auto& [tag, value] : tags) {
      keys.push_back({std::string(kPrincipalTag) + tag, false, {value}});
    }
    return keys;
  }

  /// Tags by which prohibitions of an account tell callers apart, on either side, those of its
  /// groups left out. Of too many none: the procedure finds the one that makes a difference.
  std::set<Tag> TagsIn(const std::string& account) {
    std::set<Tag> tags;
    std::set<Tag> of_groups;
    for (const Half* half : {&before_, &after_}) {
      const World& world = half->side.world;
      const auto place = world.FindPlace(account);
      if (!place) continue;
      for (const std::size_t scp : world.places[*place].scps) {
        for (const Statement& statement : world.documents[scp].document.statements) {
          AddTags(statement, tags);
        }
      }
      for (const Group& group : world.groups) {
        for (const intent::Principal& principal : group.principals) {
          if (principal.kind == intent::Principal::Kind::kTag) {
            of_groups.insert({principal.tag_key, principal.value});
          }
        }
      }
    }
    std::erase_if(tags, [&](const Tag& tag) { return of_groups.contains(tag); });
    if (tags.size() > kMostTags) tags.clear();
    return tags;
  }

  static void AddTags(const Statement& statement, std::set<Tag>& tags) {
    for (const policy::Condition& condition : statement.conditions) {
      const bool is_equal =
          policy::PositiveOf(condition.op.base) == policy::BaseOperator::kStringEquals;
      if (!is_equal || !condition.key.starts_with(kPrincipalTag)) continue;
      for (const std::string& value : condition.values) {
        if (value.find("${") != std::string::npos) continue;
        tags.insert({condition.key.substr(kPrincipalTag.size()), value});
      }
    }
  }

  /// Whoever is of no group may hold anything: one pair for each class that prohibitions tell
  /// apart, such as those whom a sentence only excepts.
  void AddAnyone(const std::string& name, std::size_t old, std::size_t now,
                 std::vector<Pair>& pairs) {
    const World& world = after_.side.world;
    const std::string& account = world.places[now].id;
    const std::string& key = KeyOf(world.places[now]);
    const Caller anyone = AnyoneElse(world, now);
    std::vector<std::string> excluded;
    for (const Half* half : {&before_, &after_}) {
      const auto place = half->side.world.FindPlace(key);
      for (const Group& group : half->side.world.groups) {
        const bool is_here = place && IsOfGroup(*half, group, *place);
        for (const intent::Principal& principal : group.principals) {
          // The document of a permission set serves accounts to come, too.
          const bool is_set = principal.kind == intent::Principal::Kind::kPermissionSet;
          if (!is_here && !(is_set && world.places[now].joins)) continue;
          const bool is_known_by_arn = principal.kind != intent::Principal::Kind::kService &&
                                       principal.kind != intent::Principal::Kind::kTag;
          if (!is_known_by_arn) continue;
          std::string pattern = PatternOf(half->side.world, principal, *place);
          // Whatever AWS puts around the name of a permission set: tests of it may say less.
          if (principal.kind == intent::Principal::Kind::kPermissionSet) {
            pattern = fmt::format(
                "arn:{}:iam::{}:role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_{}_*",
                partition(), account, principal.value);
          }
          excluded.push_back(std::move(pattern));
        }
      }
    }
    const std::string iam = anyone.arn.substr(0, anyone.arn.find("role/"));
    // No SCP binds these, and only their services attach policies to them.
    excluded.push_back(fmt::format("{}{}*", iam, decide::kServiceLinked));
    const CallerClasses classes = ClassesOf({iam + "role/*", iam + "user/*", iam + "root"},
                                            anyone.arn, TestsIn(key), excluded);
    CallerClasses sessions = FederatedUsers(account, key, anyone.arn);
    if (!classes.is_complete || !sessions.is_complete) Undecided(kAnyone, name, kTooManyClasses);
    const std::vector<policy::ContextKey> of_groups = TagsOfGroups(key);
    for (const auto& [tag, value] : TagsIn(key)) {
      Pair pair{TagText(tag, value), std::string(kAnyone), name,
                AnyoneElse(before_.side.world, old), AnyoneElse(world, now)};
      for (auto* caller : {&pair.before, &pair.after}) {
        (*caller)->keys.push_back({std::string(kPrincipalTag) + tag, false, {value}});
        (*caller)->without = of_groups;
      }
      pairs.push_back(std::move(pair));
    }
    std::ranges::copy(classes.classes, std::inserter(sessions.classes, sessions.classes.begin()));
    for (const CallerClass& one : sessions.classes) {
      const std::string who = one.names.empty() ? std::string(kAnyone) : ClassText(one);
      Pair pair{who, std::string(kAnyone), name, AnyoneElse(before_.side.world, old),
                AnyoneElse(world, now)};
      for (auto* caller : {&pair.before, &pair.after}) {
        SetExample(one.arn, key, **caller);
        (*caller)->without = of_groups;
      }
      pairs.push_back(std::move(pair));
    }
  }

  /// Classes of sessions of federated users; none where no test tells them from `other`.
  CallerClasses FederatedUsers(const std::string& account, const std::string& key,
                               const std::string& other) {
    const std::string session =
        fmt::format("arn:{}:sts::{}:federated-user/anyone-else", partition(), account);
    const std::set<std::string>& tests = TestsIn(key);
    const bool is_like_others = std::ranges::all_of(tests, [&](const std::string& test) {
      return catalog::MatchesPattern(test, session) == catalog::MatchesPattern(test, other);
    });
    // A test of some names tells of the rest what it tells of everybody else.
    const bool is_named = std::ranges::any_of(
        tests, [](const std::string& test) { return NameIn(test).starts_with("federated-user/"); });
    if (is_like_others && !is_named) return {};
    CallerClasses found =
        ClassesOf({session.substr(0, session.rfind('/') + 1) + "?*"}, session, tests, {});
    for (CallerClass& one : found.classes) {
      if (one.names.empty()) one.names.emplace_back("federated users");
    }
    return found;
  }

  static constexpr std::string_view kTooManyClasses =
      "policies tell too many callers apart by their ARNs";

  void Undecided(std::string_view who, std::string_view account, std::string_view why) {
    std::string text = fmt::format("{} in {}: {}", who, account, why);
    if (std::ranges::find(difference_.undecided, text) == difference_.undecided.end()) {
      difference_.undecided.push_back(std::move(text));
    }
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
      const std::string who = both ? label : fmt::format("{} ({})", label, LabelOf(principal));
      std::map<std::string, std::string> places = accounts;
      if (principal.kind == intent::Principal::Kind::kPermissionSet) places.merge(Newcomers());
      for (const auto& [id, name] : places) {
        Pair pair{who, who, name, std::nullopt, std::nullopt};
        const Group group{label, {principal}, {}};
        std::string base;
        std::string example;
        for (auto [half, caller] :
             {std::pair{&before_, &pair.before}, std::pair{&after_, &pair.after}}) {
          const World& world = half->side.world;
          const auto place = world.FindPlace(id);
          if (!place) continue;
          pair.joins = world.places[*place].joins;
          *caller = CallerOf(world, group, principal, *place);
          base = PatternOf(world, principal, *place);
          example = (*caller)->arn;
        }
        if (principal.kind == intent::Principal::Kind::kUser) {
          AddSessions(pair, principal.value, example, id, pairs);
        }
        std::vector<std::string> bases = RolesOfSet(base);
        if (principal.kind == intent::Principal::Kind::kTag) {
          AddSessions(pair, "", example, id, pairs);
          const std::string iam = example.substr(0, example.find("role/"));
          bases = {iam + "role/*", iam + "user/*"};
        }
        AddClasses(std::move(pair), bases, example, id, pairs);
      }
    }
  }

  /// Key and name of the places of accounts to come.
  [[nodiscard]] std::map<std::string, std::string> Newcomers() const {
    std::map<std::string, std::string> places;
    for (const Place& place : after_.side.world.places) {
      if (place.joins) places.emplace(KeyOf(place), place.name);
    }
    return places;
  }

  /// What a session for a federated user holds is what its user holds, whatever its ARN; without a
  /// user, what its tags bring.
  void AddSessions(Pair pair, const std::string& user, const std::string& arn,
                   const std::string& account, std::vector<Pair>& pairs) {
    const CallerClasses sessions = FederatedUsers(account, account, arn);
    if (!sessions.is_complete) Undecided(pair.who, pair.account, kTooManyClasses);
    const std::string whole = pair.who;
    for (const CallerClass& one : sessions.classes) {
      pair.who = fmt::format("{} ({})", whole, ClassText(one));
      for (auto* caller : {&pair.before, &pair.after}) {
        if (!*caller) continue;
        SetExample(one.arn, account, **caller);
        (*caller)->user = user;
        (*caller)->pattern = fmt::format("arn:{}:sts::{}:federated-user/*", partition(), account);
      }
      pairs.push_back(pair);
    }
  }

  /// Roles of a permission set lie right below the service's folder or in one of a region there.
  static std::vector<std::string> RolesOfSet(const std::string& pattern) {
    constexpr std::string_view kFolder = "sso.amazonaws.com/";
    const std::size_t folder = pattern.find(kFolder);
    const std::size_t star = folder == std::string::npos ? folder : folder + kFolder.size();
    if (star >= pattern.size() || pattern[star] != '*') return {pattern};
    std::string below = pattern;
    std::string in_region = pattern;
    return {below.replace(star, 1, ""), in_region.replace(star, 1, "*/")};
  }

  /// One pair for each class of a principal that is known by pattern or tag.
  void AddClasses(Pair pair, const std::vector<std::string>& bases, const std::string& example,
                  const std::string& account, std::vector<Pair>& pairs) {
    const CallerClasses classes = ClassesOf(bases, example, TestsIn(account), {});
    if (!classes.is_complete) Undecided(pair.who, pair.account, kTooManyClasses);
    const std::string whole = pair.who;
    for (const CallerClass& one : classes.classes) {
      if (!one.names.empty()) {
        pair.who = fmt::format("{} ({})", whole, ClassText(one));
      }
      for (auto* caller : {&pair.before, &pair.after}) {
        if (*caller) SetExample(one.arn, account, **caller);
      }
      pairs.push_back(pair);
    }
  }

  // ---- one caller -------------------------------------------------------------------------------

  void ComparePair(const Pair& pair) {
    bool of_newcomers = true;
    bool& is_same = pair.joins
                        ? of_newcomers
                        : callers_.try_emplace({pair.whole, pair.account, ""}, true).first->second;
    const bool both = pair.before && pair.after;
    const auto identity = [](Half& half, const std::optional<Caller>& caller) {
      return caller ? half.Identity(*caller) : std::vector<Statement>{};
    };
    const std::vector<Statement> old_identity = identity(before_, pair.before);
    const std::vector<Statement> new_identity = identity(after_, pair.after);
    static const std::vector<Statement> kNone;
    const std::vector<Statement>& old_scps = pair.before ? before_.Scps(*pair.before) : kNone;
    const std::vector<Statement>& new_scps = pair.after ? after_.Scps(*pair.after) : kNone;
    if (!old_identity.empty() || !new_identity.empty()) with_rights_.insert(pair.whole);
    const bool anyone = (pair.after ? *pair.after : *pair.before).is_anyone;
    if (both && old_identity == new_identity && HasSameScps(pair, old_identity)) {
      const bool holds_nothing =
          !anyone && !pair.joins && old_identity.empty() && !IsSpokenOfAlike(pair);
      if (holds_nothing) difference_.without_rights.insert(pair.whole);
      return;
    }
    is_same = false;
    const Apart apart = ApartOf(pair, {old_identity, new_identity});
    const Reach reach = anyone || !apart.MayGain() ? Reach{} : ReachOf(pair, old_identity);
    std::vector<Statement> prohibitions = old_scps;
    prohibitions.insert(prohibitions.end(), new_scps.begin(), new_scps.end());
    FindRegions(prohibitions);
    const std::size_t first = found_.size();
    shown_[0].clear();
    shown_[1].clear();
    FindBounds({&old_identity, &new_identity, &prohibitions}, apart);
    // Whoever holds all rights gains what is forbidden no more, and loses what is forbidden now.
    if (anyone && both) LookForAnything(pair, old_scps, new_scps, reach);
    const auto look = [&](bool gain, const auto& of_anyone, const auto& others_of_anyone,
                          const auto& own, const auto& others) {
      const auto& [statements, other] =
          anyone ? std::tie(of_anyone, others_of_anyone) : std::tie(own, others);
      Look(pair, Concerned(statements, other, apart), anyone, gain, reach);
    };
    if (apart.MayGain()) look(true, old_scps, new_scps, new_identity, old_identity);
    if (apart.MayLose()) look(false, new_scps, old_scps, old_identity, new_identity);
    if (anyone && both) LookForCalls(pair, first, reach);
    Prove(pair, apart, reach);
    for (std::size_t i = first; i < found_.size(); ++i) Complete(found_[i], pair);
  }

  /// The same SCPs, or such as differ in what is said of others or of what `identity` does not
  /// permit.
  bool HasSameScps(const Pair& pair, const std::vector<Statement>& identity) {
    return !ScpsApart(pair).Any([&](const Statement& statement) {
      const bool may_meet =
          pair.before->is_anyone || std::ranges::any_of(identity, [&](const Statement& allow) {
            return MayMeetKnown(allow, statement);
          });
      return may_meet && !IsOfOthers(statement, pair);
    });
  }

  /// Statements of SCPs that one side alone has, for a pair with callers on both.
  const OneSided& ScpsApart(const Pair& pair) {
    const auto [at, is_new] = scps_apart_.try_emplace({pair.before->place, pair.after->place});
    if (is_new) at->second.Add(before_.Scps(*pair.before), after_.Scps(*pair.after));
    return at->second;
  }

  [[nodiscard]] bool IsOfOthers(const Statement& statement, const Pair& pair) const {
    return before_.IsOfOthers(statement, *pair.before) && after_.IsOfOthers(statement, *pair.after);
  }

  /// Whether the SCPs that differ are all about others.
  [[nodiscard]] bool IsSpokenOfAlike(const Pair& pair) {
    return !ScpsApart(pair).Any(
        [&](const Statement& statement) { return !IsOfOthers(statement, pair); });
  }

  /// `identity` is what the caller holds, before and after.
  Apart ApartOf(
      const Pair& pair,
      const std::pair<const std::vector<Statement>&, const std::vector<Statement>&>& identity) {
    Apart apart;
    apart.is_open = !pair.before || !pair.after || !IsMadeAlike(pair);
    if (apart.is_open) return apart;
    apart.statements = ScpsApart(pair);
    apart.statements.Add(identity.first, identity.second);
    return apart;
  }

  /// Whether both sides have the same to say of who calls, and from where in the organization.
  [[nodiscard]] bool IsMadeAlike(const Pair& pair) const {
    const Caller& old = *pair.before;
    const Caller& now = *pair.after;
    return old.arn == now.arn && old.user == now.user && old.keys == now.keys &&
           before_.side.world.places[old.place].affiliation ==
               after_.side.world.places[now.place].affiliation;
  }

  /// Those of `statements` of whose requests one may be decided otherwise, where `others` are the
  /// same documents on the other side: what both sides deny is refused by both, and a permission
  /// of both decides anew only what a statement of one side alone is about, too.
  std::vector<Statement> Concerned(const std::vector<Statement>& statements,
                                   const std::vector<Statement>& others, const Apart& apart) {
    if (apart.is_open) return statements;
    std::vector<Statement> concerned;
    std::ranges::copy_if(statements, std::back_inserter(concerned), [&](const Statement& one) {
      if (!std::ranges::binary_search(others, one)) return true;
      return one.effect == policy::Effect::kAllow && Bears(one, apart);
    });
    return concerned;
  }

  /// Whether the statement may apply to a request that is decided otherwise than before: to such a
  /// request a statement of one side alone does.
  bool Bears(const Statement& one, const Apart& apart) {
    return apart.is_open ||
           apart.statements.Any([&](const Statement& other) { return MayMeetKnown(one, other); });
  }

  /// Statements about the same things are held against each other once.
  bool MayMeetKnown(const Statement& a, const Statement& b) {
    const auto known = may_meet_.find(std::tie(a.action, a.resource, b.action, b.resource));
    if (known != may_meet_.end()) return known->second;
    const bool may_meet = MayMeet(a, b);
    may_meet_.emplace(std::tuple(a.action, a.resource, b.action, b.resource), may_meet);
    return may_meet;
  }

  Reach ReachOf(const Pair& pair, const std::vector<Statement>& statements) {
    Reach reach;
    if (!pair.before) return reach;
    for (const auto& [instance, statement] : All(statements, *pair.before, before_, false)) {
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

  /// Requests, each with the statement that it is made from.
  using FromStatements = std::vector<std::pair<Instance, const Statement*>>;

  FromStatements All(const std::vector<Statement>& statements, const Caller& caller, Half& half,
                     bool anyone) {
    Setting setting{half.side.naming.catalog, half.side.naming.day, {}};
    setting.partition = half.side.world.partition;
    if (anyone) setting.regions = regions_;
    setting.most = kMostRequests;
    FromStatements all;
    for (const Statement& statement : statements) {
      for (Instance& instance : InstancesOf(statement, caller, half.judge, setting).requests) {
        if (IsOfAnotherKind(instance.request, caller, half)) continue;
        all.emplace_back(std::move(instance), &statement);
      }
    }
    return all;
  }

  /// Whether the request says that a principal of another kind, or another user, makes it.
  static bool IsOfAnotherKind(const Request& request, const Caller& caller, const Half& half) {
    const bool tells = std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
      return key.name == kUserName || key.name == kType || key.name == "aws:userid";
    });
    return tells && !decide::KindFaultsOf(half.judge.As(caller, request)).empty();
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
      const bool usual = region.bedrock.value_or(false) && region.partition == partition();
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
    for (const auto& [instance, statement] : All(statements, *caller, half, anyone)) {
      Judgement before = before_.Decide(pair.before, instance.request);
      Judgement after = after_.Decide(pair.after, instance.request);
      const bool changes = gain ? !before.is_allowed() && after.is_allowed()
                                : before.is_allowed() && !after.is_allowed();
      if (!changes) continue;
      Add(pair, gain, instance.request, instance.pattern, std::move(before), std::move(after),
          reach);
      if (anyone) TellRegion(found_.back().done.deed);
      Show(gain, *statement, instance.request.action, instance.pattern);
    }
  }

  /// What the lines say so far: the statement, for this action and on what the request is an
  /// example of. The procedure looks for what they do not say.
  void Show(bool gain, const Statement& statement, const std::string& action,
            const std::string& pattern) {
    std::vector<Statement>& shown = shown_[gain ? 1 : 0];
    Statement part = statement;
    part.sid.clear();
    part.effect = policy::Effect::kDeny;
    part.principal.reset();
    if (!pattern.empty()) part.resource = policy::Patterns{policy::Sense::kListed, {pattern}};
    part.action = {policy::Sense::kListed, {action}};
    const auto alike = std::ranges::find_if(shown, [&](const Statement& other) {
      return other.resource == part.resource && other.conditions == part.conditions &&
             other.action.sense == policy::Sense::kListed;
    });
    if (alike == shown.end()) {
      shown.push_back(std::move(part));
    } else if (std::ranges::find(alike->action.values, action) == alike->action.values.end()) {
      alike->action.values.push_back(action);
    }
  }
  void ShowAll(bool gain, Statement statement) {
    statement.sid.clear();
    statement.effect = policy::Effect::kDeny;
    statement.principal.reset();
    shown_[gain ? 1 : 0].push_back(std::move(statement));
  }

  /// Prohibitions of everything but a list: an unremarkable call of every region that they tell
  /// apart shows what they leave now, or do not leave any more.
  void LookForAnything(const Pair& pair, const std::vector<Statement>& old_scps,
                       const std::vector<Statement>& new_scps, const Reach& reach) {
    for (const bool gain : {true, false}) {
      for (const Statement& statement : gain ? old_scps : new_scps) {
        if (!IsOfEverything(statement)) continue;
        bool is_shown = false;
        for (const std::string& region : regions_) {
          is_shown = ShowAnything(pair, gain, statement, region, reach) || is_shown;
        }
        if (!is_shown) continue;
        // A sentence may need more than one statement: those that name the same.
        for (const Statement& other : gain ? old_scps : new_scps) {
          if (other.action == statement.action && IsOfEverything(other)) ShowAll(gain, other);
        }
      }
    }
  }

  static bool IsOfEverything(const Statement& statement) {
    const bool is_all = statement.action.sense == policy::Sense::kAllBut ||
                        statement.action.values == std::vector<std::string>{"*"};
    return is_all && statement.resource == policy::Patterns{policy::Sense::kListed, {"*"}};
  }

  bool ShowAnything(const Pair& pair, bool gain, const Statement& statement,
                    const std::string& region, const Reach& reach) {
    const std::string& account = after_.side.world.places[pair.after->place].id;
    Statement alone = statement;
    alone.effect = policy::Effect::kAllow;
    policy::PolicyDocument document;
    document.statements.push_back(alone);
    const policy::CompiledPolicy compiled(document, policy::Kind::kIdentity);
    for (const auto& [action, resource] : kUsual) {
      Request request{"",
                      std::string(action),
                      fmt::format(fmt::runtime(resource), partition(), region, account),
                      std::nullopt,
                      {}};
      request.context = {{"aws:CurrentTime", false, {after_.side.naming.day + "T12:00:00Z"}},
                         {"aws:RequestedRegion", false, {region}}};
      request = after_.judge.As(*pair.after, std::move(request));
      const auto prepared = policy::Prepare(request);
      if (!prepared.ok() || !policy::StatementApplies(compiled, 0, *prepared)) continue;
      Judgement before = before_.Decide(pair.before, request);
      Judgement after = after_.Decide(pair.after, request);
      if (before.is_allowed() != !gain || after.is_allowed() != gain) return false;
      Add(pair, gain, request, "", std::move(before), std::move(after), reach);
      Differing& one = found_.back();
      one.risk = Risk::kAdministration;
      one.done = {};
      one.done.is_admin = true;
      one.done.deed.verb = "do";
      one.done.deed.object = kAnything;
      one.done.deed.region = region;
      one.done.deed.except = ExceptionsOf(statement);
      TellRegion(one.done.deed);
      return true;
    }
    return false;
  }

  /// What the sentence leaves out. With regions, actions of services that have one endpoint for
  /// all are left out by the language.
  [[nodiscard]] std::string ExceptionsOf(const Statement& statement) const {
    if (statement.action.sense == policy::Sense::kListed) return "";
    const bool tells_regions =
        std::ranges::any_of(statement.conditions, [](const policy::Condition& condition) {
          return policy::EqualIgnoringCase(condition.key, "aws:RequestedRegion");
        });
    std::vector<std::string> left;
    for (const std::string& action : statement.action.values) {
      const auto service =
          after_.side.naming.catalog.FindService(action.substr(0, action.find(':')));
      const bool is_everywhere = service && service->global_endpoint;
      if (!tells_regions || !is_everywhere) left.push_back(action);
    }
    return fmt::format("{}", fmt::join(left, ", "));
  }

  // ---- days -------------------------------------------------------------------------------------

  /// Days on which something begins or ends that bears on what differs.
  void FindBounds(const std::array<const std::vector<Statement>*, 3>& all, const Apart& apart) {
    bounds_.clear();
    for (const std::vector<Statement>* statements : all) {
      for (const Statement& statement : *statements) {
        for (const policy::Condition& condition : statement.conditions) {
          if (!policy::EqualIgnoringCase(condition.key, "aws:CurrentTime")) continue;
          for (const std::string& value : condition.values) {
            const std::optional<support::Date> day = support::ParseDate(value.substr(0, 10));
            if (day && Bears(statement, apart)) bounds_.insert(support::DayNumber(*day));
          }
        }
      }
    }
  }

  static std::string DayText(std::int64_t number) {
    return support::DateText(support::DateOfDayNumber(number));
  }

  /// On which days the verdict of such a request changes so: "until 2027-03-31", or empty if on
  /// all.
  std::string SpanOf(const Differing& one, const Pair& pair) {
    Request request = one.request;
    const auto time =
        std::ranges::find(request.context, "aws:CurrentTime", &policy::ContextKey::name);
    if (bounds_.empty() || time == request.context.end()) return one.done.deed.day;
    std::vector<std::int64_t> starts(bounds_.begin(), bounds_.end());
    starts.insert(starts.begin(), starts.front() - 1);
    std::vector<std::string> spans;
    const std::size_t none = starts.size();
    std::size_t begin = none;
    for (std::size_t i = 0; i <= starts.size(); ++i) {
      bool changes = false;
      if (i < starts.size()) {
        time->values = {NoonOf(DayText(starts[i]))};
        const bool was = before_.Decide(pair.before, request).is_allowed();
        const bool is = after_.Decide(pair.after, request).is_allowed();
        changes = one.is_gain ? !was && is : was && !is;
      }
      if (changes && begin == none) begin = i;
      if (changes || begin == none) continue;
      std::string span = begin == 0 ? "" : "from " + DayText(starts[begin]);
      if (i < starts.size()) span += (span.empty() ? "until " : " until ") + DayText(starts[i] - 1);
      if (!span.empty()) spans.push_back(std::move(span));
      begin = none;
    }
    return fmt::format("{}", fmt::join(spans, " and "));
  }

  /// Completes what is told of a request: days as spans, and whom of all it is about.
  void Complete(Differing& one, const Pair& pair) {
    one.done.deed.day = SpanOf(one, pair);
    const bool anyone = pair.after && pair.after->is_anyone;
    const bool is_by_tag = pair.after && std::ranges::any_of(pair.after->keys, [](const auto& key) {
                             return key.name.starts_with(kPrincipalTag);
                           });
    if (!anyone || is_by_tag) return;
    for (const policy::ContextKey& key : one.request.context) {
      if (!key.name.starts_with(kPrincipalTag) || key.values.empty()) continue;
      const std::string tag = TagText(key.name.substr(kPrincipalTag.size()), key.values.front());
      one.who = pair.who == kAnyone ? tag : fmt::format("{} with {}", pair.who, tag);
    }
  }

  /// Prohibitions that name what they leave alone, or places, cover all of many actions; calls of
  /// models tell best what they do.
  void LookForCalls(const Pair& pair, std::size_t first, const Reach& reach) {
    bool is_shown[] = {false, false};
    for (std::size_t i = first; i < found_.size(); ++i) {
      const Done& done = found_[i].done;
      const bool is_call = (done.deed.verb == "invoke" && !done.is_route &&
                            (!TellsRegions() || done.deed.region != kNoRegion)) ||
                           done.deed.object == kAnything;
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
        Name(calls.front(), fmt::format("arn:{}:bedrock:*::foundation-model/*", partition()), pair,
             reach);
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
      request.resource =
          fmt::format("arn:{}:bedrock:{}::foundation-model/{}", partition(), region, id);
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

  /// Ids that either catalog knows to be called directly in the region; of all models if empty.
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
    differing.whole = pair.whole;
    differing.account = pair.account;
    differing.request = request;
    differing.before = std::move(before);
    differing.after = std::move(after);
    differing.caller_before = pair.before;
    differing.joins = pair.joins;
    Name(differing, pattern, pair, reach);
    return differing;
  }

  /// Says what the request is, as an example of `pattern` if that is not empty.
  void Name(Differing& one, std::string_view pattern, const Pair& pair, const Reach& reach) const {
    one.done = DoneBy(one.request, pattern, (one.is_gain ? after_ : before_).side.naming);
    one.done.deed.owner = OwnerOf(one.request, pair);
    one.risk = RiskOf(one, reach, pair);
  }

  /// The number of another account that has the resource, for callers who have nothing but what the
  /// program grants. A guardrail of another account that a side knows by name is shared with them.
  [[nodiscard]] std::string OwnerOf(const Request& request, const Pair& pair) const {
    const bool is_after = pair.after.has_value();
    const Caller& caller = is_after ? *pair.after : *pair.before;
    const World& world = (is_after ? after_ : before_).side.world;
    if (caller.is_anyone || caller.is_service) return "";
    const std::optional<policy::ArnSegments> arn = policy::SplitArn(request.resource);
    if (!arn || !IsNumber((*arn)[4]) || (*arn)[4] == world.places[caller.place].id) return "";
    for (const Half* half : {&before_, &after_}) {
      if (half->side.naming.guardrails.contains(request.resource)) return "";
    }
    return std::string((*arn)[4]);
  }

  static bool IsNumber(std::string_view account) {
    return !account.empty() &&
           std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
  }

  static Risk RiskOf(const Differing& one, const Reach& reach, const Pair& pair) {
    const Done& done = one.done;
    if (done.is_admin) return Risk::kAdministration;
    const bool anyone = pair.after && pair.after->is_anyone;
    if (anyone && done.deed.object == "any model") return Risk::kPlace;
    if (anyone) return done.provider.empty() ? Risk::kOther : Risk::kModel;
    if (!one.is_gain) return Risk::kOther;
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

  /// Decides both directions over all requests that no line speaks of yet: what is found is one
  /// more line, until there is nothing more.
  void Prove(const Pair& pair, const Apart& apart, const Reach& reach) {
    if (!pair.before || !pair.after || !(apart.MayGain() || apart.MayLose())) return;
    const PolicySets all = PoliciesOf(pair);
    const PolicySets concerned = Concerned(all, apart);
    for (const bool gain : {true, false}) {
      if (gain ? !apart.MayGain() : !apart.MayLose()) continue;
      if (std::holds_alternative<decide::Proved>(
              Ask(pair, gain, concerned, RegionsOf(concerned)))) {
        continue;
      }
      const std::set<std::string> regions = RegionsOf(pair);
      for (int round = 0;; ++round) {
        const decide::Answer answer = Ask(pair, gain, all, regions);
        if (std::holds_alternative<decide::Proved>(answer)) break;
        const auto* refuted = std::get_if<decide::Refuted>(&answer);
        if (refuted != nullptr && round < kMostFound &&
            ShowFound(pair, gain, refuted->witness.request, reach)) {
          continue;
        }
        const auto* open = std::get_if<decide::Undecided>(&answer);
        Undecided(pair.who, pair.account,
                  open != nullptr
                      ? open->obstacles.front().Describe()
                      : fmt::format("more is {} than is listed", gain ? "gained" : "lost"));
        break;
      }
    }
  }

  /// What a pair holds and is bound by, before and after.
  using PolicySets = std::array<policy::PolicySet, 2>;

  PolicySets PoliciesOf(const Pair& pair) {
    return {before_.judge.PoliciesOf(*pair.before), after_.judge.PoliciesOf(*pair.after)};
  }

  /// Without the statements that bear on nothing. Where one of them applies, none of one side alone
  /// does, so that both sides decide alike, with it or without.
  PolicySets Concerned(PolicySets sets, const Apart& apart) {
    const auto cut = [&](policy::PolicyDocument& document) {
      std::erase_if(document.statements, [&](const Statement& one) { return !Bears(one, apart); });
    };
    for (policy::PolicySet& set : sets) {
      std::ranges::for_each(set.identity, cut);
      for (auto& level : set.scps) std::ranges::for_each(level, cut);
    }
    return sets;
  }

  static std::set<std::string> RegionsOf(const PolicySets& sets) {
    std::set<std::string> regions;
    for (const policy::PolicySet& set : sets) {
      for (const policy::PolicyDocument& document : set.identity) RegionsIn(document, regions);
      for (const auto& level : set.scps) {
        for (const policy::PolicyDocument& document : level) RegionsIn(document, regions);
      }
    }
    return regions;
  }

  /// Those that anything names that is attached to the callers or above them.
  std::set<std::string> RegionsOf(const Pair& pair) {
    std::set<std::string> regions;
    for (const auto& [half, caller] :
         {std::pair{&before_, &*pair.before}, std::pair{&after_, &*pair.after}}) {
      for (const policy::PolicyDocument& document : half->judge.PoliciesOf(*caller).identity) {
        RegionsIn(document, regions);
      }
      for (const std::size_t scp : half->side.world.places[caller->place].scps) {
        RegionsIn(half->side.world.documents[scp].document, regions);
      }
    }
    return regions;
  }

  /// Whether all that one side allows of what no line speaks of yet, the other side allows.
  decide::Answer Ask(const Pair& pair, bool gain, const PolicySets& sets,
                     std::set<std::string> regions) {
    Frame frame;
    frame.regions = std::move(regions);
    frame.without = shown_[gain ? 1 : 0];
    decide::Space old = SpaceOf(sets[0], before_.judge, *pair.before, frame);
    decide::Space now = SpaceOf(sets[1], after_.judge, *pair.after, frame);
    for (const auto& truth :
         {decide::PrincipalsAgree(old.documents(), now.documents()),
          decide::ResourcesLieIn(partition(), old.documents(), now.documents()),
          decide::OwnersAgree(old.documents(), now.documents(), arn_accounts_)}) {
      if (!truth) continue;
      old = With(old, *truth);
      now = With(now, *truth);
    }
    const catalog::Catalog& catalog = after_.side.naming.catalog;
    old = {decide::WithTruths(old.documents(), catalog), old.scope()};
    now = {decide::WithTruths(now.documents(), catalog), now.scope()};
    return gain ? known_.IsWithin(now, old) : known_.IsWithin(old, now);
  }

  /// The request as made on the day of the review, if the change is true of it then.
  Request OnTheDay(const Pair& pair, bool gain, const Request& found) {
    Request request = found;
    const auto time =
        std::ranges::find(request.context, "aws:CurrentTime", &policy::ContextKey::name);
    if (time == request.context.end()) return found;
    time->values = {NoonOf(after_.side.naming.day)};
    const bool was = before_.Decide(pair.before, request).is_allowed();
    const bool is = after_.Decide(pair.after, request).is_allowed();
    return was == !gain && is == gain ? request : found;
  }

  /// The request as somebody could send it, if the change is true of it then: for a resource that
  /// has a name and lies in a region that there is.
  Request Sendable(const Pair& pair, bool gain, const Request& found) {
    const catalog::Catalog& catalog = after_.side.naming.catalog;
    const std::size_t colon = std::min(found.action.find(':'), found.action.size() - 1);
    const auto action =
        catalog.FindAction(found.action.substr(0, colon), found.action.substr(colon + 1));
    const auto arn = policy::SplitArn(found.resource);
    if (!action || !arn) return found;
    const decide::Formats formats(catalog, *action);
    if (formats.Of(found.resource)) return found;
    const auto& [prefix, partition, service, place, account, name] = *arn;
    const std::string pattern =
        fmt::format("{}:{}:{}:*:{}:{}*", prefix, partition, service, account, name);
    for (const catalog::Region& region : catalog.regions()) {
      if (region.partition != partition) continue;
      const auto resource = formats.Like(pattern, region.name, account);
      if (!resource) continue;
      Request request = found;
      request.resource = *resource;
      for (policy::ContextKey& key : request.context) {
        if (key.name == "aws:RequestedRegion") key.values = {region.name};
      }
      const bool was = before_.Decide(pair.before, request).is_allowed();
      const bool is = after_.Decide(pair.after, request).is_allowed();
      if (was == !gain && is == gain) return request;
    }
    return found;
  }

  /// A line for a request that the procedure found, in the words of the statement that decides it.
  /// False if nothing is known of that.
  bool ShowFound(const Pair& pair, bool gain, const Request& found, const Reach& reach) {
    const Request request = OnTheDay(pair, gain, Sendable(pair, gain, decide::OfOwner(found)));
    Judgement before = before_.Decide(pair.before, request);
    Judgement after = after_.Decide(pair.after, request);
    const Judgement& refused = gain ? before : after;
    const Judgement& allowed = gain ? after : before;
    const World& refusing = (gain ? before_ : after_).side.world;
    const World& allowing = (gain ? after_ : before_).side.world;
    const Statement* statement = nullptr;
    for (const auto& [world, judgement, effect] :
         {std::tuple{&refusing, &refused, policy::Effect::kDeny},
          std::tuple{&allowing, &allowed, policy::Effect::kAllow}}) {
      for (const Reason& reason : judgement->reasons) {
        if (statement != nullptr || !reason.document || reason.effect != effect) continue;
        statement = &world->documents[*reason.document].document.statements[reason.statement];
      }
    }
    const bool anyone = pair.after->is_anyone;
    if (statement == nullptr) {
      // Refused because nothing permits it, and allowed as everything is: told as it is.
      Add(pair, gain, request, "", std::move(before), std::move(after), reach);
      return false;
    }
    // The procedure shows actions that the catalog knows where there are such: what is left of a
    // wildcard is told with those.
    const std::size_t colon = std::min(request.action.find(':'), request.action.size() - 1);
    const bool is_known = static_cast<bool>(after_.side.naming.catalog.FindAction(
        request.action.substr(0, colon), request.action.substr(colon + 1)));
    if (!is_known && !shown_[gain ? 1 : 0].empty()) {
      ShowAll(gain, *statement);
      return true;
    }
    std::string pattern;
    if (statement->resource && statement->resource->sense == policy::Sense::kListed) {
      for (const std::string& one : statement->resource->values) {
        if (pattern.empty() && catalog::MatchesPattern(one, request.resource)) pattern = one;
      }
    }
    if (!ShowVariants(pair, gain, request, pattern, reach)) {
      Add(pair, gain, request, pattern, std::move(before), std::move(after), reach);
      if (anyone) TellRegion(found_.back().done.deed);
    }
    if (anyone && IsOfEverything(*statement)) {
      Deed& deed = found_.back().done.deed;
      deed.verb = "do";
      deed.object = kAnything;
      deed.target.clear();
      deed.except = ExceptionsOf(*statement);
    }
    ShowAll(gain, *statement);
    return true;
  }

  /// The call of a model that the procedure found, as somebody would make it: of a model that there
  /// is, in each region that is told apart. Whether there is such a call.
  bool ShowVariants(const Pair& pair, bool gain, const Request& found, const std::string& pattern,
                    const Reach& reach) {
    constexpr std::string_view kModel = ":foundation-model/";
    const std::size_t at = pattern.find(kModel);
    if (at == std::string::npos || !pair.after->is_anyone) return false;
    const std::string glob = pattern.substr(at + kModel.size());
    std::string id;
    for (const std::string& one : ModelsIn("")) {
      if (id.empty() && catalog::MatchesPattern(glob, one)) id = one;
    }
    if (id.empty()) return false;
    const std::string& account = after_.side.world.places[pair.after->place].id;
    bool is_shown = false;
    for (const std::string& region : regions_) {
      Request request = found;
      request.resource =
          fmt::format("arn:{}:bedrock:{}::foundation-model/{}", partition(), region, id);
      bool has_profile = false;
      for (policy::ContextKey& key : request.context) {
        if (key.name == "aws:RequestedRegion") key.values = {region};
        if (key.name != "bedrock:InferenceProfileArn") continue;
        has_profile = true;
        key.values = {fmt::format("arn:{}:bedrock:{}:{}:inference-profile/{}.{}", partition(),
                                  region, account, region.substr(0, region.find('-')), id)};
      }
      Judgement before = before_.Decide(pair.before, request);
      Judgement after = after_.Decide(pair.after, request);
      if (before.is_allowed() != !gain || after.is_allowed() != gain) continue;
      Add(pair, gain, request, pattern, std::move(before), std::move(after), reach);
      if (has_profile) found_.back().done.deed.route = "through an inference profile";
      TellRegion(found_.back().done.deed);
      is_shown = true;
    }
    return is_shown;
  }

  // ---- services ---------------------------------------------------------------------------------

  /// What the trust policy of a role in an account says of one service.
  struct Trust {
    std::vector<Statement> before;
    std::vector<Statement> after;
    /// Nothing but permissions of services: what else stands in a tree is not told apart.
    bool is_plain = true;
    bool is_of_services = true;  ///< and not of principals of accounts
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
    for (const Half* half : {&before_, &after_}) {
      for (const RoleOfService& one : half->side.world.services) {
        callers_.try_emplace({one.service, one.account, one.role}, true);
      }
    }
    for (auto& [key, trust] : trusts) {
      bool& is_same =
          callers_.try_emplace({key.service, key.account, key.role}, true).first->second;
      std::ranges::sort(trust.before);
      std::ranges::sort(trust.after);
      if (trust.before == trust.after) continue;
      is_same = false;
      if (trust.is_plain) {
        CompareTrust(key, trust);
      } else {
        difference_.undecided.push_back(
            fmt::format("the trust policy of role {} in {} names others than services and accounts",
                        key.role, key.account));
      }
    }
  }

  /// Somebody whom a principal of a trust policy names; empty: nobody that is known, as for unique
  /// identifiers.
  static std::string OutsiderOf(const std::string& value, std::string_view partition) {
    if (value == "*") return fmt::format("arn:{}:iam::999999999999:role/example", partition);
    if (policy::IsAccountId(value))
      return fmt::format("arn:{}:iam::{}:role/example", partition, value);
    constexpr std::string_view kRoot = ":root";
    if (!value.starts_with("arn:")) return "";
    if (!value.ends_with(kRoot)) return value;
    return value.substr(0, value.size() - kRoot.size()) + ":role/example";
  }

  /// "account 999999999999", "everyone", the ARN.
  static std::string OutsiderText(const std::string& value) {
    if (value == "*") return "everyone in any account";
    const auto segments = policy::SplitArn(value);
    if (!segments) return "account " + value;
    const std::string account((*segments)[4]);
    return value.ends_with(":root") ? "account " + account : "`" + value + "`";
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
            policy::Sense::kListed,
            {fmt::format("arn:{}:iam::{}:role/{}", world.partition, account.id, role)}};
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
          const bool is_known = type == policy::PrincipalType::kService ||
                                (type == policy::PrincipalType::kAws &&
                                 !OutsiderOf(value, world.partition).empty()) ||
                                type == policy::PrincipalType::kEveryone;
          const bool is_plain = is_known && is_allow;
          trust.is_plain = trust.is_plain && is_plain;
          trust.is_of_services = trust.is_of_services && type == policy::PrincipalType::kService;
          (trust.*side).push_back(statement);
        }
      }
    }
  }

  void CompareTrust(const TrustKey& key, const Trust& trust) {
    const std::string outsider =
        trust.is_of_services ? std::string() : OutsiderOf(key.service, partition());
    const intent::Principal service{
        intent::Principal::Kind::kService, outsider.empty() ? key.service : outsider, {}};
    const Group group{
        outsider.empty() ? LabelOf(service) : OutsiderText(key.service), {service}, {}};
    Pair pair{group.label, group.label, "", std::nullopt, std::nullopt};
    for (const auto& [half, caller] :
         {std::pair{&before_, &pair.before}, std::pair{&after_, &pair.after}}) {
      const World& world = half->side.world;
      const auto place = world.FindPlace(key.account);
      if (!place) continue;
      *caller = CallerOf(world, group, service, *place);
      (*caller)->is_outside = !outsider.empty();
      pair.account = world.places[*place].name;
    }
    const decide::Scope scope{decide::Accounts::kSame,
                              fmt::format("arn:{}:iam::{}:role/x", partition(), key.account)};
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
    const bool is_outside = (pair.after ? *pair.after : *pair.before).is_outside;
    std::erase_if(request.context, [&](const policy::ContextKey& key) {
      // A service is none of the organization's.
      return !is_outside && key.name.starts_with("aws:Principal");
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
    std::set<std::string> days;
    std::set<std::string> versions = {};  ///< of the guardrail: each place may have its own
  };

  static constexpr std::string_view kVersion = " version ";

  /// "pii-safe" of "pii-safe version 3".
  static std::string NameOf(const std::string& guardrail) {
    return guardrail.substr(0, guardrail.find(kVersion));
  }
  static std::set<std::string> VersionsOf(const std::string& guardrail) {
    const std::size_t at = guardrail.find(kVersion);
    if (at == std::string::npos) return {};
    return {guardrail.substr(at + kVersion.size())};
  }

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
      if (one.whole == kAnyone && is_call(one)) {
        called.insert({one.is_gain, one.account + one.who, Refusing(one)});
      }
    }
    std::erase_if(found_, [&](const Differing& one) {
      return one.whole == kAnyone && one.done.deed.object != kAnything && !is_call(one) &&
             called.contains({one.is_gain, one.account + one.who, Refusing(one)});
    });
  }

  /// Whoever can do anything somewhere can do each thing there.
  void DropPartsOfAnything() {
    std::set<std::tuple<bool, std::string, std::string, std::string>> all;
    const auto key = [](const Differing& one, const std::string& region) {
      return std::tuple(one.is_gain, one.account, one.who, region);
    };
    for (const Differing& one : found_) {
      if (one.done.deed.object == kAnything) all.insert(key(one, one.done.deed.region));
    }
    if (all.empty()) return;
    std::erase_if(found_, [&](const Differing& one) {
      return one.done.deed.object != kAnything &&
             (all.contains(key(one, one.done.deed.region)) || all.contains(key(one, "")));
    });
  }

  /// What is true of all accounts that there are is true of those to come without a word, and what
  /// is true of a unit, of the units below it.
  void DropNewcomers() {
    using What = std::tuple<std::string, bool, Deed>;  ///< account; gain; what is done
    std::set<What> known;
    for (const Differing& one : found_) {
      if (!one.joins) known.insert({one.account, one.is_gain, AnywhereOf(one)});
    }
    std::set<std::tuple<std::size_t, std::string, std::string, bool, Deed>> told;
    std::erase_if(found_, [&](const Differing& one) {
      if (!one.joins) return false;
      const World& world = after_.side.world;
      const std::vector<std::string> accounts = AccountsNear(*one.joins);
      const bool is_known =
          !accounts.empty() && std::ranges::all_of(accounts, [&](const std::string& account) {
            return known.contains({account, one.is_gain, AnywhereOf(one)});
          });
      const auto what = [&](std::size_t unit, const std::string& kind) {
        return std::tuple(unit, kind, one.who, one.is_gain, AnywhereOf(one));
      };
      const std::string& kind = world.places[*world.FindPlace(one.account)].kind;
      bool is_told = false;
      for (std::optional<std::size_t> at = one.joins; at && !is_told;
           at = world.units[*at].parent) {
        is_told = told.contains(what(*at, "")) || told.contains(what(*at, kind));
      }
      if (!is_told) told.insert(what(*one.joins, kind));
      return is_known || is_told;
    });
  }

  /// What is done, with the caller's account left out where ARNs name it.
  [[nodiscard]] static Deed AnywhereOf(const Differing& one) {
    Deed deed = one.done.deed;
    const std::optional<policy::Caller> caller = policy::ParseCaller(one.request.principal);
    if (!caller || caller->account.empty()) return deed;
    for (std::string* text : {&deed.object, &deed.target}) {
      for (std::size_t at = text->find(caller->account); at != std::string::npos;
           at = text->find(caller->account, at)) {
        text->erase(at, caller->account.size());
      }
    }
    return deed;
  }

  /// Names of the accounts at or below the unit, or the nearest one above it that has some.
  [[nodiscard]] std::vector<std::string> AccountsNear(std::size_t unit) const {
    const World& world = after_.side.world;
    const auto is_below = [&](const Place& place, std::size_t above) {
      std::optional<std::size_t> at = place.unit;
      while (at && *at != above) at = world.units[*at].parent;
      return at.has_value();
    };
    std::vector<std::string> names;
    for (std::optional<std::size_t> at = unit; at && names.empty(); at = world.units[*at].parent) {
      for (const Place& place : world.places) {
        if (place.joins || place.management || !is_below(place, *at)) continue;
        if (before_.side.world.FindPlace(place.id)) names.push_back(place.name);
      }
    }
    return names;
  }

  /// A class of callers is told of where more is true of it than of the whole that it is of.
  void DropClasses() {
    std::set<std::tuple<bool, std::string, std::string, Deed>> whole;
    for (const Differing& one : found_) {
      if (one.who == one.whole) whole.insert({one.is_gain, one.account, one.who, one.done.deed});
    }
    std::erase_if(found_, [&](const Differing& one) {
      return one.who != one.whole &&
             whole.contains({one.is_gain, one.account, one.whole, one.done.deed});
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
                         std::set<std::string>, std::set<std::string>, std::set<std::string>>;

  /// Puts lines together that differ in `part` alone.
  static void Merge(std::vector<Line>& lines, std::set<std::string> Line::*part) {
    std::map<Key, Line> merged;
    for (Line& line : lines) {
      Line other = line;
      (other.*part).clear();
      Deed deed = line.example->done.deed;
      deed.object.clear();
      deed.region.clear();
      deed.day.clear();
      deed.guardrail = NameOf(deed.guardrail);
      const Key key{line.example->is_gain, line.example->risk, deed,      other.objects,
                    other.regions,         other.accounts,     other.who, other.days};
      const auto [at, fresh] = merged.try_emplace(key, line);
      if (fresh) continue;
      if (at->second.example->joins && !line.example->joins) at->second.example = line.example;
      (at->second.*part).insert((line.*part).begin(), (line.*part).end());
      at->second.versions.insert(line.versions.begin(), line.versions.end());
    }
    lines.clear();
    for (auto& [key, line] : merged) lines.push_back(std::move(line));
  }

  void Gather() {
    // What is told by one of many is told by a call that names its region.
    std::ranges::stable_partition(found_, [](const Differing& one) {
      return std::ranges::none_of(one.request.context, [](const policy::ContextKey& key) {
        return key.name == "aws:RequestedRegion" &&
               key.values == std::vector<std::string>{std::string(kNoRegion)};
      });
    });
    DropNewcomers();
    // An account that there is says more than an example.
    std::ranges::stable_partition(found_, [](const Differing& one) { return !one.joins; });
    DropClasses();
    DropPartsOfAnything();
    DropParts();
    std::vector<Line> lines;
    for (const Differing& one : found_) {
      lines.push_back({&one,
                       {one.done.deed.object},
                       {one.done.deed.region},
                       {one.account},
                       {one.who},
                       {one.done.deed.day},
                       VersionsOf(one.done.deed.guardrail)});
    }
    Merge(lines, &Line::regions);
    Merge(lines, &Line::objects);
    Merge(lines, &Line::accounts);
    Merge(lines, &Line::who);
    Merge(lines, &Line::days);
    for (const Line& line : lines) difference_.changes.push_back(ChangeOf(line));
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

  /// What the caller's own policies allow is refused for want of the owner's.
  static void Refuse(const std::string& owner, policy::Verdict& verdict, std::string& text) {
    if (verdict != policy::Verdict::kAllowed) return;
    verdict = policy::Verdict::kImplicitDeny;
    text += fmt::format(
        ", which is not enough: the resource is of account {}, whose own policy must allow it too",
        owner);
  }

  Change ChangeOf(const Line& line) {
    const Differing& one = *line.example;
    Change change;
    change.is_gain = one.is_gain;
    change.risk = one.risk;
    change.who.assign(line.who.begin(), line.who.end());
    change.accounts.assign(line.accounts.begin(), line.accounts.end());
    std::ranges::stable_partition(change.accounts, [&](const std::string& account) {
      const auto place = after_.side.world.FindPlace(account);
      return !place || !after_.side.world.places[*place].joins;
    });
    Deed deed = one.done.deed;
    std::vector<std::string> objects(line.objects.begin(), line.objects.end());
    Generalize(deed, objects, after_.side.naming.catalog);
    if (!line.versions.empty()) {
      deed.guardrail =
          fmt::format("{}{}{}", NameOf(deed.guardrail), kVersion, fmt::join(line.versions, ", "));
    }
    deed.day = line.days.contains("") ? "" : fmt::format("{}", fmt::join(line.days, " and "));
    const std::vector<std::string> regions(line.regions.begin(), line.regions.end());
    change.what = DeedText(deed, objects, regions);
    change.all = DeedText(deed, objects, regions, std::numeric_limits<std::size_t>::max());
    change.request = one.request;
    change.verdict_before = one.before.decision.verdict;
    change.verdict_after = one.after.decision.verdict;
    change.before = VerdictText(before_.side.world, one.before);
    if (one.risk == Risk::kGuardrail) change.before = WithGuardrailOnly(one, change.before);
    change.after = VerdictText(after_.side.world, one.after);
    change.owner = deed.owner;
    if (!change.owner.empty()) {
      Refuse(change.owner, change.verdict_before, change.before);
      Refuse(change.owner, change.verdict_after, change.after);
    }
    change.because_before = BecauseOf(before_.side.world, one.before);
    change.because_after = BecauseOf(after_.side.world, one.after);
    return change;
  }

  Half before_;
  Half after_;
  const decide::ArnAccounts arn_accounts_{after_.side.naming.catalog};
  decide::KnownAnswers known_;  ///< what is asked of each caller is much the same
  using Things = std::optional<policy::Patterns>;
  /// Found without a copy of the texts.
  std::map<std::tuple<policy::Patterns, Things, policy::Patterns, Things>, bool, std::less<>>
      may_meet_;
  /// Of SCPs, by places.
  std::map<std::pair<std::size_t, std::size_t>, OneSided> scps_apart_;
  std::set<std::string> with_rights_;                   ///< of whom somebody holds something
  std::map<std::string, std::set<std::string>> tests_;  ///< of callers' ARNs, by account
  std::map<std::string, KindsRead> kinds_read_;         ///< by account
  /// Label, account and, of a service, the role: whether all of it has the same policies.
  std::map<std::array<std::string, 3>, bool> callers_;
  std::vector<Differing> found_;
  /// What the lines of the pair at hand say: losses, gains.
  std::array<std::vector<Statement>, 2> shown_;
  std::set<std::int64_t> bounds_;     ///< days on which its policies change what they say
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

namespace {

Difference CompareCallers(const Side& before, const Side& after) {
  const std::optional<WithNewcomers> both = AddNewcomers(before.world, after.world);
  if (!both) return Comparer(before, after).Run();
  Difference difference =
      Comparer({both->before, before.naming}, {both->after, after.naming}).Run();
  for (const auto& [who, why] : both->undecided) {
    difference.undecided.push_back(fmt::format("{}: {}", who, why));
  }
  return difference;
}

}  // namespace

Difference CompareWorlds(const Side& before, const Side& after) {
  Difference difference = CompareCallers(before, after);
  CompareRcps(before, after, difference);
  std::ranges::stable_sort(difference.changes, [](const Change& a, const Change& b) {
    const auto order = [](const Change& change) {
      return std::tuple(!change.is_gain, change.is_gain ? change.risk : Risk::kAdministration,
                        change.who, change.what, change.accounts);
    };
    return order(a) < order(b);
  });
  return difference;
}

}  // namespace writ::review

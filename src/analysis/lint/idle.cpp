// Sentences that could be left out.
//
// Most sentences are told apart from the others by what they are about, without any proof: a
// permission whose calls no other permission of its holders has is not granted by others. Only
// where that leaves a doubt the decision procedure is asked, for one holder in one account first,
// and one answer serves all questions that are renamings of each other (share.h).
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analysis/lint/contradiction.h"
#include "analysis/lint/later.h"
#include "analysis/lint/rules.h"
#include "analysis/lint/sent.h"
#include "iam/policy/pattern.h"
#include "program/intent/visit.h"
#include "proof/verify/inquiry.h"
#include "proof/verify/perimeters.h"
#include "proof/verify/share.h"

namespace writ::lint {
namespace {

using Index = intent::AccountIndex;
using Kind = intent::Operation::Kind;
using PrincipalKind = intent::Principal::Kind;

/// Sentences that together say another one are looked for among as many.
constexpr std::size_t kMostOthers = 16;

/// A principal in an account.
using Seat = std::pair<Index, intent::Principal>;

/// Whether every principal that `inner` names is one that `outer` names.
bool Includes(const intent::Principal& outer, const intent::Principal& inner) {
  if (outer == inner) return true;
  if (outer.kind != inner.kind || outer.kind == PrincipalKind::kTag) return false;
  const bool is_plain = outer.value.find('?') == std::string::npos;
  return is_plain && catalog::MatchesPattern(outer.value, inner.value);
}

using KeySet = std::set<std::string>;

/// Keys without which the formula does not hold.
void AddRequired(const verify::Condition& condition, KeySet& keys) {
  if (condition.kind == verify::Condition::Kind::kTest)
    keys.insert(policy::FoldCase(condition.test.key));
  if (condition.kind != verify::Condition::Kind::kAll) return;
  for (const verify::Condition& operand : condition.operands) AddRequired(operand, keys);
}

void AddNamed(const verify::Condition& condition, KeySet& keys) {
  if (condition.kind == verify::Condition::Kind::kTest)
    keys.insert(policy::FoldCase(condition.test.key));
  for (const verify::Condition& operand : condition.operands) AddNamed(operand, keys);
}

KeySet KeysOf(const verify::Facts& facts, const intent::Permission& permission,
              void (*add)(const verify::Condition&, KeySet&)) {
  KeySet keys;
  add(verify::ThroughOneOf(facts, permission.endpoints), keys);
  add(permission.when, keys);
  if (permission.period.from || permission.period.until) keys.insert("aws:currenttime");
  if (!permission.guardrails.empty()) keys.insert("bedrock:guardrailidentifier");
  return keys;
}

void AddPlace(const verify::Inquiry& inquiry, Index account, verify::Key& key) {
  if (!key.SpeaksOfPlaces()) return;
  const verify::Home home = verify::HomeOf(inquiry.facts().model.organization, account);
  key.Text(home.affiliation.path);
  key.Text(home.affiliation.outline);
}

/// What a question reads of the caller beside its account's number.
void AddCaller(const verify::Inquiry& inquiry, const verify::Caller& caller, verify::Key& key) {
  if (caller.principal().kind == PrincipalKind::kTag || key.SpeaksOfCallers()) {
    key.Text(inquiry.ScopeOf(caller).principal);
  } else {
    key.Absent();
  }
  // Those of all tags have one example.
  if (caller.principal().kind == PrincipalKind::kTag) {
    key.Text(caller.principal().tag_key).Text(caller.principal().value);
  }
  AddPlace(inquiry, caller.account(), key);
}

bool IsService(const Seat& seat) { return seat.second.kind == PrincipalKind::kService; }

/// That requests are not of the past. A sentence of the past is told as such.
verify::Condition SinceToday(const KeysRead& read, const intent::Period& period,
                             const std::string& today) {
  if (period.until && *period.until < today) return verify::Always();
  return SentSince(read, today);
}

/// Whether no request of a service, or of callers of other organizations, meets what is said.
bool IsEmpty(const verify::Inquiry& inquiry, verify::Documents said) {
  const decide::Scope somebody{
      decide::Accounts::kSame,
      fmt::format("arn:{}:iam::000000000000:role/x", inquiry.facts().partition())};
  const verify::Found found =
      inquiry.Ask(std::move(said), verify::Documents{}, somebody, verify::Sender::kService);
  return !found.given_up && !found.request;
}

/// `others` without those that are not needed to satisfy `suffices`; first a single one is tried.
std::vector<std::size_t> Fewest(
    std::vector<std::size_t> others,
    const std::function<bool(const std::vector<std::size_t>&)>& suffices) {
  for (const std::size_t other : others) {
    if (suffices({other})) return {other};
  }
  for (std::size_t i = 0; i < others.size();) {
    std::vector<std::size_t> fewer = others;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (suffices(fewer)) {
      others = std::move(fewer);
    } else {
      ++i;
    }
  }
  return others;
}

/// What was found out about each sentence of one list; one that stands in several places of the
/// list (a policy that is applied twice) is idle if it is so in all.
class Findings {
 public:
  explicit Findings(std::size_t count) : found_(count) {}

  [[nodiscard]] bool is_idle(std::size_t at) const { return found_[at].has_value(); }
  void Set(std::size_t at, Idle idle) { found_[at] = std::move(idle); }

  void MoveTo(const std::vector<const intent::Origin*>& origins, std::vector<Idle>& all) {
    std::map<source::Span, bool> whole;
    const auto place = [&](std::size_t i) { return origins[i]->span; };
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const auto [at, is_new] = whole.try_emplace(place(i), true);
      at->second = at->second && found_[i].has_value();
    }
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const auto at = whole.find(place(i));
      if (!at->second || !found_[i]) continue;
      at->second = false;  // told once
      const bool is_repeated = found_[i]->sentence == nullptr;
      if (!is_repeated) all.push_back(*std::move(found_[i]));
    }
  }

 private:
  std::vector<std::optional<Idle>> found_;
};

// ---- permissions -------------------------------------------------------------------------------

class Permissions {
 public:
  Permissions(verify::Inquiry& inquiry, const std::string& today)
      : inquiry_(inquiry),
        today_(today),
        facts_(inquiry.facts()),
        all_(facts_.model.permissions),
        findings_(all_.size()) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      for (const Seat& seat : SeatsOf(i)) held_[seat.first][seat.second].push_back(i);
    }
  }

  void Run(std::vector<Idle>& idle) {
    // The last first: of two that say the same, the later one is told.
    for (std::size_t i = all_.size(); i-- > 0;) Judge(i);
    findings_.MoveTo(inquiry_.permission_origins(), idle);
  }

 private:
  [[nodiscard]] std::vector<Seat> SeatsOf(std::size_t at) const {
    std::vector<Seat> seats;
    for (const intent::Holder& holder : all_[at].holders) {
      for (const Index account : holder.accounts) {
        if (!std::ranges::binary_search(all_[at].accounts, account)) continue;
        for (const intent::Principal& principal : holder.principals) {
          seats.emplace_back(account, principal);
        }
      }
    }
    return seats;
  }

  void Judge(std::size_t at) {
    const std::vector<Seat> seats = SeatsOf(at);
    if (seats.empty()) return;
    if (SaysMoreLater(facts_.model.organization, all_[at])) return;
    const std::function<bool(const intent::Permission&)> is_never =
        [&](const intent::Permission& permission) {
          return std::ranges::all_of(seats,
                                     [&](const Seat& seat) { return IsNever(permission, seat); });
        };
    if (MayContradict(facts_, all_[at], all_[at].holders) && is_never(all_[at])) {
      const Contradiction<intent::Permission> contradiction(facts_.model, is_never);
      findings_.Set(at,
                    {Idle::Why::kNeverMatches, &all_[at].origin, {}, contradiction.Find(all_[at])});
      return;
    }
    // Roles that services assume are not told apart from one another.
    if (std::ranges::any_of(seats, IsService)) return;
    for (const Seat& seat : seats) {
      const std::vector<std::size_t> others = OthersOf(at, seat);
      if (!MayBeCovered(at, others)) return;
      if (WhollyGrants(at, others)) continue;
      if (IsCovered(at, seat, others) == Answer::kNo) return;
    }
    const Seat& seat = seats.front();
    const std::vector<std::size_t> others = OthersOf(at, seat);
    // What grants nothing anywhere for want of bindings is told elsewhere.
    const std::optional<std::size_t> whole = WhollyGrants(at, others);
    if (!whole && std::ranges::all_of(seats, [&](const Seat& s) {
          return IsCovered(at, s, OthersOf(at, s)) == Answer::kNothing;
        })) {
      return;
    }
    const std::vector<std::size_t> fewest =
        whole ? std::vector{*whole} : Fewest(others, [&](const std::vector<std::size_t>& some) {
          return IsCovered(at, seat, some) != Answer::kNo;
        });
    // Accounts of today do not tell whether those to come are granted as much.
    const bool is_later_too = std::ranges::all_of(fewest, [&](std::size_t other) {
      return SaysAsMuchLater(facts_.model.organization, all_[at], all_[other]);
    });
    if (!is_later_too) return;
    Idle idle{Idle::Why::kGrantedByOthers, &all_[at].origin, {}};
    for (const std::size_t other : fewest) idle.others.push_back(&all_[other].origin);
    if (fewest.size() == 1 && Words(at) == Words(fewest.front())) idle.sentence = nullptr;
    findings_.Set(at, std::move(idle));
  }

  [[nodiscard]] support::Fingerprint Words(std::size_t at) const {
    return intent::FingerprintOf("permission", all_[at]);
  }

  /// Other permissions of the seat that speak of something of this one. One that needs a key of
  /// which this one does not speak is none: requests without that key are not granted by it.
  [[nodiscard]] std::vector<std::size_t> OthersOf(std::size_t at, const Seat& seat) {
    std::set<std::size_t> others;
    const KeySet named = KeysOf(facts_, all_[at], AddNamed);
    for (const std::vector<std::size_t>* held : HeldWith(seat)) {
      for (const std::size_t other : *held) {
        if (other == at || findings_.is_idle(other) || !MayShare(all_[at], all_[other])) continue;
        const auto [required, is_new] = required_.try_emplace(other);
        if (is_new) required->second = KeysOf(facts_, all_[other], AddRequired);
        if (std::ranges::includes(named, required->second)) others.insert(other);
      }
    }
    return {others.begin(), others.end()};
  }

  /// What is held by those of the seat's account who are all that the seat is, itself among them.
  const std::vector<const std::vector<std::size_t>*>& HeldWith(const Seat& seat) {
    const auto [at, is_new] = held_with_[seat.first].try_emplace(seat.second);
    if (!is_new) return at->second;
    for (const auto& [principal, held] : held_.at(seat.first)) {
      if (Includes(principal, seat.second)) at->second.push_back(&held);
    }
    return at->second;
  }

  /// Whether some request could be granted by both. "no" is certain.
  [[nodiscard]] static bool MayShare(const intent::Permission& a, const intent::Permission& b) {
    const bool verbs = a.operation.kind == Kind::kVerb && b.operation.kind == Kind::kVerb;
    if (!verbs) return true;
    // `with guardrail` grants applying it too.
    const auto is_apply = [](const intent::Permission& one, const intent::Permission& other) {
      return one.operation.sort == intent::Sort::kGuardrails && !other.guardrails.empty();
    };
    const bool applies = is_apply(a, b) || is_apply(b, a);
    if (a.operation.verb != b.operation.verb) return applies;
    if (a.operation.sort != b.operation.sort) return applies;
    if (a.operation.sort != intent::Sort::kModels) return true;
    return std::ranges::any_of(a.calls, [&](const intent::Call& call) {
      return std::ranges::binary_search(b.calls, call);
    });
  }

  /// Whether each call of the permission is one of the others' too. "no" is certain.
  [[nodiscard]] bool MayBeCovered(std::size_t at, const std::vector<std::size_t>& others) const {
    if (others.empty() || others.size() > kMostOthers) return false;
    const intent::Permission& permission = all_[at];
    const bool is_named = std::ranges::any_of(
        others, [&](std::size_t other) { return all_[other].operation.kind != Kind::kVerb; });
    if (is_named || permission.operation.kind != Kind::kVerb ||
        permission.operation.sort != intent::Sort::kModels) {
      return true;
    }
    return std::ranges::all_of(permission.calls, [&](const intent::Call& call) {
      return std::ranges::any_of(others, [&](std::size_t other) {
        return std::ranges::binary_search(all_[other].calls, call);
      });
    });
  }

  /// One of `others` that has all calls of the permission and asks for nothing, so that what the
  /// permission grants are the same authorizations under more conditions.
  [[nodiscard]] std::optional<std::size_t> WhollyGrants(
      std::size_t at, const std::vector<std::size_t>& others) const {
    const intent::Permission& one = all_[at];
    const auto is_call = [](const intent::Permission& permission) {
      return permission.operation.kind == Kind::kVerb &&
             permission.operation.sort == intent::Sort::kModels && !permission.profiles &&
             permission.guardrails.empty();
    };
    if (!is_call(one)) return std::nullopt;
    for (const std::size_t at_other : others) {
      const intent::Permission& other = all_[at_other];
      const bool asks = !other.when.always() || !other.endpoints.empty() || other.period.from ||
                        other.period.until;
      if (is_call(other) && !asks && other.operation.verb == one.operation.verb &&
          std::ranges::includes(other.calls, one.calls)) {
        return at_other;
      }
    }
    return std::nullopt;
  }

  enum class Answer { kNo, kYes, kNothing };

  /// Whether the others, of which there are some, grant to the seat all that the permission grants;
  /// kNothing: it grants nothing there. What cannot be decided is a no.
  Answer IsCovered(std::size_t at, const Seat& seat, const std::vector<std::size_t>& others) {
    const intent::Account& account = facts_.AccountAt(seat.first);
    const verify::Caller caller(facts_, seat.second, seat.first);
    verify::Key key("is granted by");
    const std::vector<std::size_t> all = With(at, others);
    key.Length(all.size());
    for (const std::size_t one : all) {
      key.Append(Content(one));
      verify::AddBindings(key, facts_, all_[one], account);
    }
    AddCaller(inquiry_, caller, key);
    const auto [known, is_new] = answers_.try_emplace(key.Anonymous(account.id), Answer::kNo);
    if (is_new) known->second = Decide(at, caller, others);
    return known->second;
  }

  /// Whether no request of the seat meets the permission. "no" may be wrong, and is said of what
  /// grants nothing for want of bindings, which is told elsewhere.
  bool IsNever(const intent::Permission& permission, const Seat& seat) {
    const intent::Account& account = facts_.AccountAt(seat.first);
    const verify::Caller caller(facts_, seat.second, seat.first);
    verify::Key key("is never");
    key.Append(verify::ContentOf(permission));
    verify::AddBindings(key, facts_, permission, account);
    AddCaller(inquiry_, caller, key);
    key.Flag(IsService(seat));
    if (IsService(seat)) key.Text(seat.second.value);
    const auto [known, is_new] = answers_.try_emplace(key.Anonymous(account.id), Answer::kNo);
    if (!is_new) return known->second == Answer::kYes;
    const auto said = verify::AsDocument(verify::Granted(facts_, permission, account),
                                         policy::Effect::kAllow, inquiry_.permission_origins());
    if (!said || said->sources.empty()) return false;
    KeysRead read;
    read.Add(AskedBy(facts_, permission));
    const verify::Condition since = SinceToday(read, permission.period, today_);
    verify::Documents left;
    left.identity = {*said};
    left.scps = {inquiry_.TrueOfRegions()};
    bool is_empty = false;
    if (IsService(seat)) {
      left.scps.push_back(Allowing(verify::And({SentByService(read, seat.second.value), since})));
      is_empty = IsEmpty(inquiry_, std::move(left));
    } else {
      left.scps.push_back(inquiry_.TrueOf(caller));
      left.scps.push_back(
          Allowing(verify::And({SentByPrincipals(read, account.id, seat.second), since})));
      is_empty = inquiry_.IsWithin(left, verify::Documents{}, inquiry_.ScopeOf(caller)) ==
                 std::optional(true);
    }
    if (is_empty) known->second = Answer::kYes;
    return is_empty;
  }

  [[nodiscard]] static std::vector<std::size_t> With(std::size_t at,
                                                     const std::vector<std::size_t>& others) {
    std::vector<std::size_t> all{at};
    all.insert(all.end(), others.begin(), others.end());
    return all;
  }

  const verify::Key& Content(std::size_t at) {
    const auto known = contents_.find(at);
    if (known != contents_.end()) return known->second;
    return contents_.emplace(at, verify::ContentOf(all_[at])).first->second;
  }

  Answer Decide(std::size_t at, const verify::Caller& caller,
                const std::vector<std::size_t>& others) const {
    const intent::Account& account = facts_.AccountAt(caller.account());
    const auto document = [&](const std::vector<std::size_t>& which) {
      std::vector<verify::Authorization> boxes;
      for (const std::size_t one : which) {
        for (verify::Authorization& box : verify::Granted(facts_, all_[one], account)) {
          box.sentence = one;
          boxes.push_back(std::move(box));
        }
      }
      return verify::AsDocument(boxes, policy::Effect::kAllow, inquiry_.permission_origins());
    };
    const auto wanted = document({at});
    const auto granted = document(others);
    if (!wanted || !granted) return Answer::kNo;
    if (wanted->sources.empty()) return Answer::kNothing;
    // What is true of the caller could only show more of what others grant already, at some cost.
    verify::Documents left;
    left.identity = {*wanted};
    verify::Documents right;
    right.identity = {*granted};
    const std::optional<bool> within = inquiry_.IsWithin(left, right, inquiry_.ScopeOf(caller));
    return within == std::optional(true) ? Answer::kYes : Answer::kNo;
  }

  verify::Inquiry& inquiry_;
  const std::string& today_;
  const verify::Facts& facts_;
  const std::vector<intent::Permission>& all_;
  Findings findings_;
  std::map<Index, std::map<intent::Principal, std::vector<std::size_t>>> held_;
  std::map<Index, std::map<intent::Principal, std::vector<const std::vector<std::size_t>*>>>
      held_with_;                           ///< see HeldWith
  std::map<std::size_t, KeySet> required_;  ///< by permission
  std::map<std::size_t, verify::Key> contents_;
  std::map<support::Fingerprint, Answer> answers_;
};

// ---- prohibitions ------------------------------------------------------------------------------

/// Prohibitions of one account by the fixed beginnings of the resources that they name: two
/// patterns can meet only if the beginning of one is a beginning of the other. What names no
/// resources may meet anything.
class ByResource {
 public:
  void Add(std::size_t at, const intent::Prohibition& prohibition) {
    all_.push_back(at);
    if (!NamesResources(prohibition)) {
      others_.push_back(at);
      return;
    }
    for (const std::string& resource : prohibition.operation.resources) {
      by_beginning_[Beginning(resource)].push_back(at);
    }
  }

  /// All that may meet the prohibition, itself included, in order.
  [[nodiscard]] std::vector<std::size_t> Near(const intent::Prohibition& prohibition) const {
    if (!NamesResources(prohibition)) return all_;
    std::set<std::size_t> near(others_.begin(), others_.end());
    for (const std::string& resource : prohibition.operation.resources) {
      const std::string beginning = Beginning(resource);
      for (auto at = by_beginning_.lower_bound(beginning);
           at != by_beginning_.end() && at->first.starts_with(beginning); ++at) {
        near.insert(at->second.begin(), at->second.end());
      }
      for (std::size_t size = 0; size < beginning.size(); ++size) {
        const auto at = by_beginning_.find(std::string_view(beginning).substr(0, size));
        if (at != by_beginning_.end()) near.insert(at->second.begin(), at->second.end());
      }
    }
    return {near.begin(), near.end()};
  }

 private:
  static bool NamesResources(const intent::Prohibition& prohibition) {
    return prohibition.operation.kind == Kind::kActions && !prohibition.operation.resources.empty();
  }
  /// Up to where a pattern may match several texts.
  static std::string Beginning(const std::string& resource) {
    return resource.substr(0, resource.find_first_of("*?$"));
  }

  std::vector<std::size_t> all_;
  std::vector<std::size_t> others_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_beginning_;
};

class Prohibitions {
 public:
  Prohibitions(verify::Inquiry& inquiry, const std::string& today)
      : inquiry_(inquiry),
        today_(today),
        facts_(inquiry.facts()),
        all_(facts_.model.prohibitions),
        findings_(all_.size()) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      for (const Index account : all_[i].accounts) in_[account].Add(i, all_[i]);
    }
  }

  void Run(std::vector<Idle>& idle) {
    for (std::size_t i = all_.size(); i-- > 0;) Judge(i);
    findings_.MoveTo(inquiry_.prohibition_origins(), idle);
  }

 private:
  /// Whom it binds in one account: one caller, or everyone.
  struct Question {
    Index account;
    std::optional<verify::Caller> caller;
    std::vector<verify::Authorization> said;    ///< by the prohibition
    std::vector<verify::Authorization> others;  ///< by all others
  };

  void Judge(std::size_t at) {
    std::set<std::size_t> others;
    const intent::Prohibition& prohibition = all_[at];
    if (SaysMoreLater(facts_.model.organization, prohibition)) return;
    const bool may_contradict = MayContradict(facts_, prohibition, prohibition.bound.included);
    bool says_something = false;
    bool matches = false;
    for (const Index account : all_[at].accounts) {
      if (facts_.AccountAt(account).management) continue;
      if (!may_contradict && !HasOthers(at, account)) return;
      std::vector<Question> questions;
      if (!QuestionsOf(at, account, questions)) return;
      for (const Question& question : questions) {
        if (question.said.empty()) continue;
        matches = matches || !may_contradict || !IsNever(question, prohibition);
        says_something = true;
        if (!matches) continue;
        if (!IsRefused(question, question.others)) return;
        for (const std::size_t other : FewestFor(question)) others.insert(other);
      }
    }
    if (!says_something) return;
    const bool is_later_too = std::ranges::all_of(others, [&](std::size_t other) {
      return SaysAsMuchLater(facts_.model.organization, prohibition, all_[other]);
    });
    if (!is_later_too) return;
    Idle idle{
        matches ? Idle::Why::kForbiddenByOthers : Idle::Why::kNeverMatches, &all_[at].origin, {}};
    if (!matches) {
      const std::function<bool(const intent::Prohibition&)> is_never =
          [&](const intent::Prohibition& said) { return IsNeverSaid(at, said); };
      const Contradiction<intent::Prohibition> contradiction(facts_.model, is_never);
      idle.contradiction = contradiction.Find(prohibition);
    }
    for (const std::size_t other : others) idle.others.push_back(&all_[other].origin);
    if (others.size() == 1 && Words(at) == Words(*others.begin())) idle.sentence = nullptr;
    findings_.Set(at, std::move(idle));
  }

  /// Whether no request of those whom the prohibition binds meets what is said instead of it.
  [[nodiscard]] bool IsNeverSaid(std::size_t at, const intent::Prohibition& said) {
    return std::ranges::all_of(all_[at].accounts, [&](Index account) {
      if (facts_.AccountAt(account).management) return true;
      std::vector<Question> questions;
      if (!QuestionsOf(at, account, questions)) return false;
      return std::ranges::all_of(questions, [&](Question& question) {
        question.said = verify::Refused(facts_, said, account).boxes;
        return IsNever(question, said);
      });
    });
  }

  [[nodiscard]] support::Fingerprint Words(std::size_t at) const {
    return intent::FingerprintOf("prohibition", all_[at]);
  }

  /// Whether something else in the account could forbid the same. "no" is certain.
  [[nodiscard]] bool HasOthers(std::size_t at, Index account) const {
    return std::ranges::any_of(in_.at(account).Near(all_[at]), [&](std::size_t other) {
      return other != at && !findings_.is_idle(other) && MayShare(all_[at], all_[other]);
    });
  }

  [[nodiscard]] static bool MayShare(const intent::Prohibition& a, const intent::Prohibition& b) {
    // Whom `a` binds must all be bound by others; for everyone, others for everyone are looked at.
    if (a.bound.everyone && !b.bound.everyone) return false;
    if (!b.bound.everyone && !MayBindSame(a.bound, b.bound)) return false;
    if (a.operation.kind == Kind::kActions && b.operation.kind == Kind::kActions) {
      return MayMeet(a.operation.actions, b.operation.actions) &&
             (a.operation.resources.empty() || b.operation.resources.empty() ||
              MayMeet(a.operation.resources, b.operation.resources));
    }
    const bool verbs = a.operation.kind == Kind::kVerb && b.operation.kind == Kind::kVerb;
    if (!verbs) return true;
    if (a.operation.sort != b.operation.sort) return false;
    return a.operation.sort == intent::Sort::kModels || a.operation.verb == b.operation.verb;
  }

  /// Whether some text may match patterns of both lists. A variable may stand for anything.
  [[nodiscard]] static bool MayMeet(const std::vector<std::string>& a,
                                    const std::vector<std::string>& b) {
    return std::ranges::any_of(a, [&](const std::string& one) {
      return std::ranges::any_of(b, [&](const std::string& other) {
        return one.find('$') != std::string::npos || other.find('$') != std::string::npos ||
               policy::MayOverlap(policy::FoldCase(one), policy::FoldCase(other));
      });
    });
  }

  [[nodiscard]] static bool MayBindSame(const intent::Bound& a, const intent::Bound& b) {
    return std::ranges::any_of(a.included, [&](const intent::Holder& one) {
      return std::ranges::any_of(b.included, [&](const intent::Holder& other) {
        return std::ranges::any_of(one.principals, [&](const intent::Principal& principal) {
          return std::ranges::any_of(other.principals, [&](const intent::Principal& outer) {
            return Includes(outer, principal) || outer.kind == PrincipalKind::kTag;
          });
        });
      });
    });
  }

  /// False if some whom it binds cannot be named.
  [[nodiscard]] bool QuestionsOf(std::size_t at, Index account, std::vector<Question>& questions) {
    if (all_[at].bound.everyone) {
      Question question{account, std::nullopt, {}, {}};
      for (const std::size_t one : in_.at(account).Near(all_[at])) {
        if (one != at && (findings_.is_idle(one) || !MayShare(all_[at], all_[one]))) continue;
        for (verify::Authorization& box : verify::Refused(facts_, all_[one], account).boxes) {
          box.sentence = one;
          (one == at ? question.said : question.others).push_back(std::move(box));
        }
      }
      questions.push_back(std::move(question));
      return true;
    }
    for (const intent::Holder& holder : all_[at].bound.included) {
      if (holder.accounts.empty()) return false;
      if (!std::ranges::binary_search(holder.accounts, account)) continue;
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind == PrincipalKind::kService) continue;
        Question question{account, verify::Caller(facts_, principal, account), {}, {}};
        std::vector<std::size_t> near;
        for (const std::size_t one : in_.at(account).Near(all_[at])) {
          if (one == at || (!findings_.is_idle(one) && MayShare(all_[at], all_[one]))) {
            near.push_back(one);
          }
        }
        verify::Forbidden forbidden =
            inquiry_.ForbiddenTo(*question.caller, inquiry_.BindingOn(*question.caller, near));
        for (verify::Authorization& box : forbidden.boxes) {
          (box.sentence == at ? question.said : question.others).push_back(std::move(box));
        }
        questions.push_back(std::move(question));
      }
    }
    return true;
  }

  /// Whether no request meets what the question is about, which `said` says.
  bool IsNever(const Question& question, const intent::Prohibition& said) {
    KeysRead read;
    read.Add(AskedBy(facts_, said));
    std::optional<intent::Principal> principal;
    if (question.caller) principal = question.caller->principal();
    const std::string& id = facts_.AccountAt(question.account).id;
    const verify::Condition sent =
        verify::And({SentByPrincipals(read, id, principal), SinceToday(read, said.period, today_)});
    return IsRefused(question, {}, sent);
  }

  /// Whether all that is said is refused by `others`, as far as `sent` is true of the requests.
  bool IsRefused(const Question& question, const std::vector<verify::Authorization>& others,
                 const verify::Condition& sent = verify::Always()) {
    const intent::Account& account = facts_.AccountAt(question.account);
    verify::Key key("is refused by");
    Add(key, sent);
    Add(key, verify::Forbidden{question.said, {}});
    Add(key, verify::Forbidden{others, {}});
    key.Flag(question.caller.has_value());
    if (question.caller) {
      AddCaller(inquiry_, *question.caller, key);
    } else {
      AddPlace(inquiry_, question.account, key);
    }
    const auto [known, is_new] = answers_.try_emplace(key.Anonymous(account.id), false);
    if (is_new) known->second = Decide(question, others, sent);
    return known->second;
  }

  [[nodiscard]] decide::Scope ScopeOf(const Question& question) const {
    if (question.caller) return inquiry_.ScopeOf(*question.caller);
    const std::string& id = facts_.AccountAt(question.account).id;
    return {decide::Accounts::kSame, fmt::format("arn:{}:iam::{}:role/x", facts_.partition(), id)};
  }

  /// What is true of whom the question is about.
  [[nodiscard]] verify::Documents::Level CallersOf(const Question& question) const {
    if (question.caller) return inquiry_.TrueOf(*question.caller);
    return {verify::TrueOfCallers(facts_.model.organization, question.account, verify::Always())};
  }

  bool Decide(const Question& question, const std::vector<verify::Authorization>& others,
              const verify::Condition& sent) const {
    const auto left_by_others =
        verify::NotForbidden({{others, {}}}, inquiry_.prohibition_origins());
    if (!left_by_others) return false;
    const decide::Scope scope = ScopeOf(question);
    const verify::Documents::Level caller = CallersOf(question);
    std::map<std::vector<std::string>, std::vector<verify::Authorization>> by_spared;
    for (const verify::Authorization& box : question.said) by_spared[box.spared].push_back(box);
    return std::ranges::all_of(by_spared, [&](const auto& entry) {
      const auto said =
          verify::AsDocument(entry.second, policy::Effect::kAllow, inquiry_.prohibition_origins());
      if (!said) return false;
      verify::Documents left;
      left.identity = {*said};
      left.scps = left_by_others->levels;
      left.scps.push_back(caller);
      left.scps.push_back(inquiry_.TrueOfRegions());
      left.scps.push_back(Allowing(sent));
      if (!entry.first.empty()) left.scps.push_back({verify::AllBut(entry.first)});
      return inquiry_.IsWithin(left, verify::Documents{}, scope) == std::optional(true);
    });
  }

  std::vector<std::size_t> FewestFor(const Question& question) {
    std::set<std::size_t> others;
    for (const verify::Authorization& box : question.others) others.insert(box.sentence);
    if (others.size() > kMostOthers) return {};
    return Fewest({others.begin(), others.end()}, [&](const std::vector<std::size_t>& some) {
      std::vector<verify::Authorization> boxes;
      for (const verify::Authorization& box : question.others) {
        if (std::ranges::find(some, box.sentence) != some.end()) boxes.push_back(box);
      }
      return IsRefused(question, boxes);
    });
  }

  verify::Inquiry& inquiry_;
  const std::string& today_;
  const verify::Facts& facts_;
  const std::vector<intent::Prohibition>& all_;
  Findings findings_;
  std::map<Index, ByResource> in_;
  std::map<support::Fingerprint, bool> answers_;
};

// ---- sentences about outsiders -----------------------------------------------------------------

/// Whether neither a principal of another organization nor a service that acts for one sends a
/// request that the sentence refuses.
bool IsNever(const verify::Inquiry& inquiry, const intent::Perimeter& said,
             const std::string& today) {
  const intent::Organization& organization = inquiry.facts().model.organization;
  KeysRead read;
  read.Add(said.when);
  const auto document = verify::AsDocument(verify::RefusedToOutsiders(inquiry.facts(), said),
                                           policy::Effect::kAllow, {&said.origin});
  if (!document) return false;
  // Accounts join the root and OUs, not accounts.
  const bool is_later = std::ranges::any_of(said.nodes, [&](intent::NodeIndex node) {
    return organization.nodes[node.value].kind != intent::Node::Kind::kAccount;
  });
  verify::Documents left;
  left.identity = {*document};
  left.scps = {inquiry.TrueOfRegions(),
               Allowing(verify::And({SentByOutsiders(read, organization),
                                     OwnedBy(read, organization, said.accounts, is_later),
                                     SinceToday(read, said.period, today)}))};
  return IsEmpty(inquiry, std::move(left));
}

void AddPerimeters(const verify::Inquiry& inquiry, const std::string& today,
                   std::vector<Idle>& idle) {
  const verify::Facts& facts = inquiry.facts();
  for (const intent::Perimeter& perimeter : facts.model.perimeters) {
    if (!MayContradict(facts, perimeter)) continue;
    const std::function<bool(const intent::Perimeter&)> is_never =
        [&](const intent::Perimeter& said) { return IsNever(inquiry, said, today); };
    if (!is_never(perimeter)) continue;
    const Contradiction<intent::Perimeter> contradiction(facts.model, is_never);
    idle.push_back(
        {Idle::Why::kNeverMatches, &perimeter.origin, {}, contradiction.Find(perimeter)});
  }
}

}  // namespace

std::vector<Idle> FindIdle(const verify::Program& program, const std::string& today) {
  std::vector<Idle> idle;
  verify::Inquiry inquiry(program);
  Permissions(inquiry, today).Run(idle);
  Prohibitions(inquiry, today).Run(idle);
  AddPerimeters(inquiry, today, idle);
  return idle;
}

}  // namespace writ::lint

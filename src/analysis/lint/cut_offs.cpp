// Permissions that prohibitions cut off.
//
// Each permission is held against what is forbidden to each of its holders in each account. Most of
// these questions are renamings of each other (share.h): each is asked once, and the request found
// is carried over to the others, where it is believed only if the evaluator confirms it.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analysis/lint/cut_offs.h"
#include "analysis/lint/later.h"
#include "analysis/lint/sent.h"
#include "iam/policy/pattern.h"
#include "proof/verify/inquiry.h"
#include "proof/verify/share.h"

namespace writ::lint {
namespace {

using Index = intent::AccountIndex;

/// Resources that take part in a call and are not what is called.
bool IsBeside(const verify::Authorization& box) {
  if (box.actions.values == std::vector<std::string>{"bedrock:ApplyGuardrail"}) return true;
  return std::ranges::all_of(box.resources.values, [](const std::string& arn) {
    return arn.find("inference-profile/") != std::string::npos ||
           (arn.find(":bedrock:") != std::string::npos &&
            arn.find(":project/") != std::string::npos);
  });
}

/// As far as the texts tell; "no" is certain.
bool MayMeet(const policy::Patterns& a, const policy::Patterns& b) {
  if (a.sense != policy::Sense::kListed || b.sense != policy::Sense::kListed) return true;
  std::vector<std::string> others;
  others.reserve(b.values.size());
  for (const std::string& other : b.values) others.push_back(policy::FoldCase(other));
  return std::ranges::any_of(a.values, [&](const std::string& one) {
    const std::string folded = policy::FoldCase(one);
    return std::ranges::any_of(
        others, [&](const std::string& other) { return policy::MayOverlap(folded, other); });
  });
}
bool MayMeet(const verify::Authorization& a, const verify::Authorization& b) {
  return MayMeet(a.actions, b.actions) && MayMeet(a.resources, b.resources);
}

/// `text` with `to` for every `from`.
std::string Renamed(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Numbers for keys, in order of appearance.
class Numbers {
 public:
  std::size_t Of(const support::Fingerprint& key) {
    return numbers_.try_emplace(key, numbers_.size()).first->second;
  }

 private:
  /// Never walked through.
  std::unordered_map<support::Fingerprint, std::size_t, support::FingerprintHash> numbers_;
};

class Finder {
 public:
  Finder(const verify::Program& program, const std::string& today)
      : inquiry_(program), facts_(inquiry_.facts()), today_(today) {}

  std::optional<CutOff> CutOffOf(std::size_t at);

 private:
  /// One caller, and what is forbidden to it.
  struct Against {
    verify::Caller caller;
    std::vector<verify::Restraint> binding = {};
    verify::Key key{"against"};
    std::size_t number = 0;  ///< equal for renamings
    bool speaks_of_callers = false;
    bool names_guardrails = false;
  };
  /// What one permission grants, whoever holds it.
  struct Content {
    verify::Key key{"content"};
    std::size_t number = 0;
    bool speaks_of_callers = false;
  };
  struct Verdict {
    bool given_up = false;
    bool something_is_left = true;
    std::optional<policy::Request> request;  ///< cut off
    std::string caller;                      ///< of the request
    Index account;
  };
  /// One permission of one caller, and what is forbidden of it.
  struct Question {
    verify::Documents granted;  ///< all that the permission grants
    verify::Documents called;   ///< without what is beside the call
    std::vector<verify::Authorization> against;
    verify::Complement permitted;
  };
  using Pair = std::tuple<std::size_t, std::size_t>;

  const Against& AgainstOf(const intent::Principal& principal, Index account) {
    auto& known = against_[account];
    const auto found = known.find(principal);
    if (found != known.end()) return found->second;
    Against& against =
        known.emplace(principal, Against{verify::Caller(facts_, principal, account)}).first->second;
    const verify::Caller& caller = against.caller;
    against.binding = inquiry_.BindingOn(caller);
    against.key.Length(against.binding.size());
    for (const verify::Restraint& restraint : against.binding) {
      // Nothing of it is for the caller's name to decide, or all that is left is in the key.
      const bool is_open = restraint.refusal->asks_who_calls || !restraint.who.always();
      against.key.Flag(is_open);
      if (is_open) {
        verify::Add(against.key, inquiry_.ForbiddenTo(caller, {restraint}));
      } else {
        verify::Add(against.key, restraint);
      }
      against.speaks_of_callers = against.speaks_of_callers || restraint.refusal->speaks_of_callers;
      against.names_guardrails = against.names_guardrails || restraint.refusal->names_guardrails;
    }
    against.number = numbers_.Of(against.key.Anonymous(facts_.AccountAt(caller.account()).id));
    against.speaks_of_callers = against.speaks_of_callers || against.key.SpeaksOfCallers();
    return against;
  }

  const Content& ContentOf(std::size_t at);
  [[nodiscard]] Pair KeyOf(std::size_t at, const verify::Caller& caller, const Against& against);
  [[nodiscard]] std::optional<Question> QuestionOf(std::size_t at, const verify::Caller& caller,
                                                   const Against& against);
  [[nodiscard]] Verdict Ask(const std::optional<Question>& question,
                            const verify::Caller& caller) const;
  [[nodiscard]] static verify::Documents Permitted(const verify::Complement& complement);
  [[nodiscard]] static bool IsCutOff(const policy::Request& request,
                                     const verify::Documents& granted,
                                     const verify::Complement& permitted);
  [[nodiscard]] policy::Request CarriedOver(const Verdict& verdict,
                                            const verify::Caller& caller) const;
  [[nodiscard]] bool IsForbiddenLater(const intent::Permission& permission,
                                      const CutOff& cut) const;
  void Add(const Question& question, const policy::Request& request, CutOff& cut) const;

  verify::Inquiry inquiry_;
  const verify::Facts& facts_;
  const std::string& today_;
  Numbers numbers_;
  std::map<Index, std::map<intent::Principal, Against>> against_;
  std::map<std::pair<std::size_t, Index>, std::size_t> content_numbers_;  ///< equal for renamings
  std::map<std::size_t, Content> contents_;                               ///< by permission
  std::map<Pair, Verdict> verdicts_;
};

const Finder::Content& Finder::ContentOf(std::size_t at) {
  const auto [known, is_new] = contents_.try_emplace(at);
  Content& content = known->second;
  if (!is_new) return content;
  content.key.Append(verify::ContentOf(facts_.model.permissions[at]));
  content.number = numbers_.Of(content.key.Exact());
  content.speaks_of_callers = content.key.SpeaksOfCallers();
  return content;
}

Finder::Pair Finder::KeyOf(std::size_t at, const verify::Caller& caller, const Against& against) {
  const Content& content = ContentOf(at);
  const bool by_name = caller.principal().kind == intent::Principal::Kind::kTag ||
                       content.speaks_of_callers || against.speaks_of_callers;
  const auto number = [&] {
    verify::Key key("granted");
    key.Append(content.key);
    verify::AddBindings(key, facts_, facts_.model.permissions[at],
                        facts_.AccountAt(caller.account()));
    if (by_name) {
      key.Text(inquiry_.ScopeOf(caller).principal);
    } else {
      key.Absent();
    }
    if (against.names_guardrails) {
      key.Append(against.key);
    } else {
      key.Absent();
    }
    return numbers_.Of(key.Anonymous(facts_.AccountAt(caller.account()).id));
  };
  // The ids of guardrails are numbered in one text only.
  if (by_name || against.names_guardrails) return {number(), against.number};
  const auto [known, is_new] = content_numbers_.try_emplace({content.number, caller.account()}, 0);
  if (is_new) known->second = number();
  return {known->second, against.number};
}

std::optional<Finder::Question> Finder::QuestionOf(std::size_t at, const verify::Caller& caller,
                                                   const Against& against) {
  std::vector<verify::Authorization> boxes =
      verify::Granted(facts_, facts_.model.permissions[at], facts_.AccountAt(caller.account()));
  for (verify::Authorization& box : boxes) box.sentence = at;
  Question question;
  for (const verify::Authorization& box : inquiry_.ForbiddenTo(caller, against.binding).boxes) {
    const auto meets = [&](const verify::Authorization& one) { return MayMeet(box, one); };
    if (std::ranges::any_of(boxes, meets)) question.against.push_back(box);
  }
  if (question.against.empty()) return question;
  auto permitted = verify::NotForbidden({{question.against, {}}}, inquiry_.prohibition_origins());
  auto granted = verify::AsDocument(boxes, policy::Effect::kAllow, inquiry_.permission_origins());
  std::erase_if(boxes, IsBeside);
  auto called = verify::AsDocument(boxes, policy::Effect::kAllow, inquiry_.permission_origins());
  if (!permitted || !granted || !called) return std::nullopt;
  question.permitted = *std::move(permitted);
  question.granted.identity = {*std::move(granted)};
  question.called.identity = {*std::move(called)};
  KeysRead read;
  for (const verify::Authorization& box : boxes) read.Add(box.condition);
  for (const verify::Authorization& box : question.against) read.Add(box.condition);
  for (verify::Documents* documents : {&question.granted, &question.called}) {
    documents->scps = {inquiry_.TrueOf(caller), inquiry_.TrueOfRegions(),
                       Allowing(today_.empty() ? verify::Always() : SentSince(read, today_))};
  }
  return question;
}

verify::Documents Finder::Permitted(const verify::Complement& complement) {
  verify::Documents documents;
  documents.identity = {verify::FullAccess()};
  documents.scps = complement.levels;
  return documents;
}

Finder::Verdict Finder::Ask(const std::optional<Question>& question,
                            const verify::Caller& caller) const {
  const decide::Scope scope = inquiry_.ScopeOf(caller);
  Verdict verdict;
  verdict.account = caller.account();
  verdict.caller = scope.principal;
  verdict.given_up = !question;
  if (!question || question->against.empty()) return verdict;
  verify::Found found = inquiry_.Ask(question->granted, Permitted(question->permitted), scope);
  verdict.given_up = found.given_up;
  verdict.request = std::move(found.request);
  if (!verdict.request) return verdict;
  verify::Documents left = question->called;
  const std::vector<verify::Documents::Level>& levels = question->permitted.levels;
  left.scps.insert(left.scps.end(), levels.begin(), levels.end());
  verdict.something_is_left =
      inquiry_.IsWithin(left, verify::Documents{}, scope) != std::optional(true);
  return verdict;
}

bool Finder::IsCutOff(const policy::Request& request, const verify::Documents& granted,
                      const verify::Complement& permitted) {
  const policy::Switches switches{.has_service_rules = false};
  const auto allows = [&](const verify::Documents& documents) {
    const auto decision = policy::Evaluate(request, documents.Set(), switches);
    return decision && decision->is_allowed();
  };
  return allows(granted) && !allows(Permitted(permitted));
}

/// The request that another caller's question found, as one of this caller.
policy::Request Finder::CarriedOver(const Verdict& verdict, const verify::Caller& caller) const {
  const std::string& from = facts_.AccountAt(verdict.account).id;
  const std::string& to = facts_.AccountAt(caller.account()).id;
  const std::string name = inquiry_.ScopeOf(caller).principal;
  const auto rename = [&](std::string& text) {
    text = text == verdict.caller ? name : Renamed(std::move(text), from, to);
  };
  policy::Request request = *verdict.request;
  rename(request.principal);
  rename(request.resource);
  if (request.resource_account) rename(*request.resource_account);
  for (policy::ContextKey& key : request.context) std::ranges::for_each(key.values, rename);
  return request;
}

/// Adds the prohibitions that refuse the request.
void Finder::Add(const Question& question, const policy::Request& request, CutOff& cut) const {
  for (const verify::Authorization& box : question.against) {
    const intent::Origin* origin = inquiry_.prohibition_origins()[box.sentence];
    if (std::ranges::find(cut.prohibitions, origin) != cut.prohibitions.end()) continue;
    const auto alone = verify::NotForbidden({{{box}, {}}}, inquiry_.prohibition_origins());
    if (alone && IsCutOff(request, question.granted, *alone)) cut.prohibitions.push_back(origin);
  }
}

/// Whether each of the prohibitions that cut a permission off does so in accounts to come.
bool Finder::IsForbiddenLater(const intent::Permission& permission, const CutOff& cut) const {
  return std::ranges::all_of(cut.prohibitions, [&](const intent::Origin* origin) {
    const auto found =
        std::ranges::find(facts_.model.prohibitions, origin,
                          [](const intent::Prohibition& one) { return &one.origin; });
    return found == facts_.model.prohibitions.end() ||
           ForbidsLater(facts_.model.organization, permission, *found);
  });
}

std::optional<CutOff> Finder::CutOffOf(std::size_t at) {
  const intent::Permission& permission = facts_.model.permissions[at];
  std::optional<CutOff> cut;
  bool something_is_left = false;
  for (const intent::Holder& holder : permission.holders) {
    for (const Index index : holder.accounts) {
      if (!std::ranges::binary_search(permission.accounts, index)) continue;
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind == intent::Principal::Kind::kService) return std::nullopt;
        const Against& against = AgainstOf(principal, index);
        const verify::Caller& caller = against.caller;
        const auto [known, is_new] = verdicts_.try_emplace(KeyOf(at, caller, against));
        std::optional<Question> question;
        if (is_new) {
          question = QuestionOf(at, caller, against);
          known->second = Ask(question, caller);
        }
        const Verdict& verdict = known->second;
        if (verdict.given_up) return CutOff{&permission.origin, false, {}, {}, true};
        something_is_left = something_is_left || verdict.something_is_left;
        if (!verdict.request) continue;
        if (!question) question = QuestionOf(at, caller, against);
        policy::Request request = CarriedOver(verdict, caller);
        if (!IsCutOff(request, question->granted, question->permitted)) {
          const Verdict own = Ask(question, caller);
          if (!own.request) continue;
          request = *own.request;
        }
        if (!cut) cut = CutOff{&permission.origin, false, request, {}};
        Add(*question, request, *cut);
      }
    }
  }
  if (cut) cut->wholly = !something_is_left && IsForbiddenLater(permission, *cut);
  return cut;
}

}  // namespace

std::vector<CutOff> FindCutOffs(const verify::Program& program, const std::string& today) {
  std::vector<CutOff> all = FindCutOffsAndDoubts(program, today);
  std::erase_if(all, [](const CutOff& each) { return each.undecided; });
  return all;
}

std::vector<CutOff> FindCutOffsAndDoubts(const verify::Program& program, const std::string& today) {
  std::vector<CutOff> all;
  if (program.model.prohibitions.empty()) return all;
  Finder finder(program, today);
  for (std::size_t i = 0; i < program.model.permissions.size(); ++i) {
    if (std::optional<CutOff> cut = finder.CutOffOf(i)) all.push_back(*std::move(cut));
  }
  return all;
}

}  // namespace writ::lint

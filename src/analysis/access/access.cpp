#include "analysis/access/access.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/asker.h"
#include "analysis/access/later.h"
#include "analysis/access/outsiders.h"
#include "analysis/access/reach.h"
#include "iam/decide/sendable.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/joining.h"
#include "proof/verify/formula.h"
#include "proof/verify/spaces.h"

namespace writ::access {
namespace {

using intent::AccountIndex;
using verify::Authorization;
using verify::Condition;
using Boxes = std::vector<Authorization>;

/// Parts of a question that are asked one by one; more are asked together.
constexpr std::size_t kMostParts = 200;

/// Authorizations for inference profiles alone let nobody call a model.
bool IsOfProfiles(const Authorization& box) {
  return box.resources.sense == policy::Sense::kListed &&
         std::ranges::all_of(box.resources.values, [](const std::string& arn) {
           return arn.find("inference-profile/") != std::string::npos;
         });
}

bool IsDated(const intent::Period& period) { return period.from || period.until; }

/// What a prohibition's reading means, read once for each account.
class Widest {
 public:
  Widest(const Asker& asker, const intent::Prohibition& asked) : asker_(asker), asked_(asked) {}
  const Boxes& In(AccountIndex account) {
    const auto [at, is_new] = boxes_.try_emplace(account);
    if (is_new) at->second = asker_.Widest(asked_, account);
    return at->second;
  }

 private:
  const Asker& asker_;
  const intent::Prohibition& asked_;
  std::map<AccountIndex, Boxes> boxes_;
};

/// A part of a permission's reading that is so for itself.
struct Slice {
  std::string what;
  intent::Permission part;
};

std::string CallText(const catalog::Catalog& catalog, const intent::Call& call) {
  const catalog::FoundId found = catalog.FindId(call.model);
  std::string text = fmt::format("{} in {}", found ? found.model->name : call.model, call.region);
  if (call.plane == intent::Call::Plane::kMantle) return text + " through mantle";
  if (call.route.kind != intent::Route::Kind::kDirectly) {
    text += " routed " + intent::Name(call.route);
  }
  return text;
}

std::vector<Slice> SlicesOf(const intent::Permission& whole, const verify::Facts& facts) {
  std::map<std::string, Slice> slices;
  const auto at = [&](const std::string& what) -> intent::Permission& {
    const auto [found, is_new] = slices.try_emplace(what, Slice{what, whole});
    if (is_new) {
      found->second.part.calls.clear();
      found->second.part.operation.kinds.clear();
      found->second.part.operation.guardrails.clear();
      found->second.part.operation.things.arns.clear();
      found->second.part.operation.actions.clear();
    }
    return found->second.part;
  };
  const intent::Operation& operation = whole.operation;
  for (const intent::Call& call : whole.calls) {
    at(CallText(facts.catalog, call)).calls.push_back(call);
  }
  for (const std::string& kind : operation.kinds) at(kind).operation.kinds.push_back(kind);
  for (const intent::GuardrailIndex index : operation.guardrails) {
    at(facts.model.guardrails[index.value].name).operation.guardrails.push_back(index);
  }
  for (const std::string& arn : operation.things.arns) at(arn).operation.things.arns.push_back(arn);
  for (const std::string& action : operation.actions) {
    at(action).operation.actions.push_back(action);
  }
  std::vector<Slice> list;
  for (auto& [what, slice] : slices) list.push_back(std::move(slice));
  if (list.size() <= 1 || list.size() > kMostParts) return {{"", whole}};
  return list;
}

/// What is not decided of accounts that join somewhere.
Part GivenUpLater(const std::string& who, const std::string& because) {
  Part part;
  part.kind = Part::Kind::kGivenUp;
  part.caller.label = kAnyoneElse;
  part.caller.joins = who;
  part.because = because;
  return part;
}

/// What is so of callers of one label: how much they are granted by which sentences, and which
/// prohibitions refuse some of it.
using Outcome = std::tuple<std::string, Part::Kind, std::vector<const intent::Origin*>,
                           std::vector<const intent::Origin*>>;

Outcome OutcomeOf(const Part& part) {
  return {part.caller.label, part.kind, part.by,
          part.refused ? part.refused->judgement.forbidding : std::vector<const intent::Origin*>{}};
}

/// A caller's part of a question, before it is told.
struct Weighed {
  Part::Kind kind = Part::Kind::kNone;
  Boxes boxes;
  Tried granted;
  Tried refused;
};

Reply::Kind KindOf(const std::vector<Part::Kind>& parts) {
  const auto has = [&](Part::Kind kind) { return std::ranges::find(parts, kind) != parts.end(); };
  if (parts.empty()) return Reply::Kind::kAsksNothing;
  if (std::ranges::all_of(parts, [](Part::Kind kind) { return kind == Part::Kind::kAll; })) {
    return Reply::Kind::kYes;
  }
  if (has(Part::Kind::kAll) || has(Part::Kind::kSome) || has(Part::Kind::kOpen)) {
    return Reply::Kind::kPartly;
  }
  return has(Part::Kind::kGivenUp) ? Reply::Kind::kGivenUp : Reply::Kind::kNo;
}

}  // namespace

struct Access::Impl {
  explicit Impl(const Facts& the_facts)
      : facts(the_facts), asker(the_facts), joiners(asker.facts()) {}

  [[nodiscard]] Shown Show(const Caller& caller, policy::Request request) {
    // The procedure takes the caller and the key that names it for independent.
    for (const policy::ContextKey& key : request.context) {
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn") && !key.values.empty() &&
          policy::ParseCaller(key.values.front())) {
        request.principal = key.values.front();
      }
    }
    if (caller.principal && caller.principal->kind == intent::Principal::Kind::kService) {
      request.principal = caller.principal->value;
    }
    Judgement judgement =
        asker.Judge(caller.account, {.request = request, .user = caller.principal});
    const intent::Organization& organization = asker.facts().model.organization;
    policy::Request complete = decide::Complete(
        request,
        verify::AffiliationOf(organization, organization.accounts[caller.account.value].id));
    complete = AfterItsUser(caller, std::move(complete), judgement.is_granted);
    Judgement of_complete =
        asker.Judge(caller.account, {.request = complete, .user = caller.principal});
    // What is shown must be so of the request as it is sent.
    if (of_complete.is_granted == judgement.is_granted) {
      return {caller, std::move(complete), std::move(of_complete)};
    }
    return {caller, std::move(request), std::move(judgement)};
  }

  /// A session for a federated user under the name of the user whose rights it has, which tells a
  /// reader most, where its name does not matter.
  [[nodiscard]] policy::Request AfterItsUser(const Caller& caller, policy::Request request,
                                             bool is_granted) {
    const std::optional<policy::Caller> session = policy::ParseCaller(request.principal);
    const bool is_of_user =
        caller.principal && caller.principal->kind == intent::Principal::Kind::kUser;
    if (!is_of_user || !session || session->kind != policy::CallerKind::kFederatedUser) {
      return request;
    }
    const std::string& user = caller.principal->value;
    policy::Request named = request;
    named.principal = fmt::format("arn:{}:sts::{}:federated-user/{}", session->partition,
                                  session->account, user.substr(user.rfind('/') + 1));
    for (policy::ContextKey& key : named.context) {
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn")) key.values = {named.principal};
    }
    const Judgement judgement =
        asker.Judge(caller.account, {.request = named, .user = caller.principal});
    return judgement.is_granted == is_granted ? named : request;
  }

  /// Boxes in the order in which a request of them tells most: what the verb is for, then profiles
  /// alone, then what only leads to it.
  [[nodiscard]] std::vector<Boxes> Ranked(const intent::Operation& operation,
                                          const Boxes& boxes) const {
    const std::set<std::string> usual = UsualActions(facts.library, operation);
    std::vector<Boxes> ranked(3);
    for (const Authorization& box : boxes) {
      const bool is_usual =
          usual.empty() || std::ranges::any_of(box.actions.values, [&](const std::string& action) {
            return usual.contains(action);
          });
      ranked[!is_usual ? 2 : IsOfProfiles(box) ? 1 : 0].push_back(box);
    }
    return ranked;
  }

  [[nodiscard]] Condition WhenOf(const intent::Permission& asked) const {
    return IsDated(asked.period) ? verify::Always() : verify::During({facts.day, facts.day});
  }

  /// A granted request, the most telling one that there is.
  [[nodiscard]] Tried GrantedRanked(const Caller& caller,
                                    const std::vector<intent::Holder>& excepted,
                                    const intent::Operation& operation, const Boxes& boxes,
                                    const Condition& when) {
    Tried open;
    for (const Boxes& rank : Ranked(operation, boxes)) {
      Tried tried = asker.Granted(caller, excepted, rank, when);
      if (tried.request) return tried;
      if (tried.given_up) open = std::move(tried);
    }
    return open;
  }

  /// Whether a request against the assertion was found; what was not is put into the answer too.
  bool Refutes(const Caller& caller, Tried tried, Answer& answer);
  Answer Decide(const intent::Question& question);
  /// The same without accounts to come.
  Answer DecideToday(const intent::Question& question);
  Answer DecideCan(const intent::Question& question);
  Answer DecideCannot(const intent::Question& question);
  Listing WhoToday(const intent::Question& widest);
  /// Who can in accounts to come, beside who can today; what is not decided there is added.
  std::vector<Able> WhoLater(const intent::Question& widest, const AllToCome& all, Listing& today);
  Weighed Weigh(const Caller& caller, const Subject& subject, const intent::Permission& asked);
  std::vector<const intent::Origin*> GrantingOf(const Caller& caller, const Subject& subject,
                                                const intent::Permission& asked,
                                                const Boxes& boxes);
  Part PartOf(const Caller& caller, const Subject& subject, const intent::Permission& asked,
              const std::string& what);
  std::vector<Shown> Ways(const intent::Question& widest);

  /// The program once an account has joined.
  struct Later;
  Later& After(const ToCome& one, Standing standing);

  /// Where accounts join, who is not granted all of a permission's reading, if that is not said of
  /// the same callers of today already; what is not decided there.
  std::vector<Part> RefusedLater(const intent::Question& least, const std::set<Outcome>& today);
  /// Where accounts join, who can do some of a permission's reading, or is not refused all of it.
  std::vector<Part> AbleLater(const intent::Question& least);
  /// What `ask` finds once an account has joined, told once where it is so in several places, and
  /// what is not decided there.
  std::vector<Part> PartsLater(
      const intent::Question& least,
      const std::function<std::vector<Part>(Impl& after, const intent::Question& asked)>& ask);

  Facts facts;
  Asker asker;
  Joiners joiners;
  std::map<std::pair<Standing, ToCome>, std::unique_ptr<Later>> later;
};

struct Access::Impl::Later {
  Later(const Facts& facts, const ToCome& one, Standing standing)
      : joining(facts.program.model.organization),
        asked(one),
        model(WithAccount(facts.program.model, one)),
        impl({{*model, facts.program.catalog, facts.program.bindings},
              facts.library,
              facts.day,
              standing}) {
    const auto pair = [&](const auto& now, const auto& then) {
      for (std::size_t i = 0; i < now.size(); ++i) said[&then[i].origin] = &now[i].origin;
    };
    pair(facts.program.model.permissions, model->permissions);
    pair(facts.program.model.prohibitions, model->prohibitions);
  }

  /// With the program's own sentences, and with where the caller will be in words.
  void Tell(Caller& caller) const { caller.joins = joining.Describe(asked.node, asked.newcomer); }
  void Tell(Shown& shown) const {
    Tell(shown.caller);
    Tell(shown.judgement.granting);
    Tell(shown.judgement.forbidding);
    Tell(shown.judgement.perhaps_granting);
    Tell(shown.judgement.awaiting);
  }
  void Tell(Part& part) const {
    Tell(part.caller);
    for (std::optional<Shown>* shown : {&part.granted, &part.refused}) {
      if (*shown) Tell(**shown);
    }
    Tell(part.by);
  }
  void Tell(std::vector<const intent::Origin*>& origins) const {
    for (const intent::Origin*& origin : origins) origin = said.at(origin);
  }

  /// What was told, of an account that the sentences call the same.
  void Move(Caller& caller, const ToCome& other) const {
    caller.joins = joining.Describe(other.node, other.newcomer);
  }
  void Move(Shown& shown, const ToCome& other) const {
    Move(shown.caller, other);
    if (other.node == asked.node) return;
    const std::string& path = other.newcomer.path;
    std::erase_if(shown.request.context, [&](policy::ContextKey& key) {
      if (!policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths")) return false;
      key.values = {path};
      return path.empty();
    });
  }
  void Move(Part& part, const ToCome& other) const {
    Move(part.caller, other);
    for (std::optional<Shown>* shown : {&part.granted, &part.refused}) {
      if (*shown) Move(**shown, other);
    }
  }

  deployed::Joining joining;
  ToCome asked;
  std::unique_ptr<intent::Model> model;
  Impl impl;
  std::map<const intent::Origin*, const intent::Origin*> said;  ///< by the model's own
};

Access::Impl::Later& Access::Impl::After(const ToCome& one, Standing standing) {
  std::unique_ptr<Later>& found = later[{standing, one}];
  if (!found) found = std::make_unique<Later>(facts, one, standing);
  return *found;
}

bool Access::Impl::Refutes(const Caller& caller, Tried tried, Answer& answer) {
  if (tried.request) {
    answer.kind = Answer::Kind::kFails;
    answer.who = WhoText(facts.program.model, caller);
    answer.shown = Show(caller, *std::move(tried.request));
    return true;
  }
  if (tried.given_up && answer.kind == Answer::Kind::kHolds) {
    answer.kind = Answer::Kind::kGivenUp;
    answer.who = WhoText(facts.program.model, caller);
    answer.because = std::move(tried.because);
  }
  return false;
}

Answer Access::Impl::DecideCan(const intent::Question& question) {
  const Subject subject = SubjectOf(question);
  const intent::Permission& asked = *question.can;
  const Condition when = WhenOf(asked);
  Answer answer;
  bool means_something = false;
  for (const Caller& caller : asker.CallersOf(subject)) {
    const Boxes boxes = asker.Least(asked, caller);
    // Those who may hold anything are granted nothing by the program.
    const bool is_open = caller.may_hold_anything;
    Tried tried = is_open ? asker.Meant(caller, subject.excepted, boxes, when)
                          : asker.Refused(caller, subject.excepted, boxes, when);
    means_something = means_something || !boxes.empty();
    if (Refutes(caller, std::move(tried), answer)) return answer;
  }
  if (!means_something) answer.kind = Answer::Kind::kAsksNothing;
  return answer;
}

std::vector<Part> Access::Impl::PartsLater(
    const intent::Question& least,
    const std::function<std::vector<Part>(Impl& after, const intent::Question& asked)>& ask) {
  const AllToCome all = joiners.Of(least, Standing::kOnceListed, Joiners::AsToday::kLeftOut);
  std::vector<Part> parts;
  std::vector<std::pair<std::size_t, Part>> found;
  std::map<Outcome, std::vector<std::size_t>> where;
  for (std::size_t i = 0; i < all.accounts.size(); ++i) {
    Later& after = After(all.accounts[i], Standing::kOnceListed);
    for (Part& part : ask(after.impl, AskedOf(least, *after.model, all.accounts[i]))) {
      after.Tell(part);
      if (part.kind == Part::Kind::kGivenUp) {
        parts.push_back(std::move(part));
        continue;
      }
      std::vector<std::size_t>& answered = where[OutcomeOf(part)];
      if (answered.empty() || answered.back() != i) answered.push_back(i);
      found.emplace_back(i, std::move(part));
    }
  }
  std::map<Outcome, std::vector<Told>> told;
  for (const auto& [key, answered] : where) {
    told[key] = ToTell(facts.program.model.organization, all, answered);
  }
  for (const auto& [i, part] : found) {
    for (const Told& one : told[OutcomeOf(part)]) {
      if (one.asked != i) continue;
      parts.push_back(part);
      After(all.accounts[i], Standing::kOnceListed).Move(parts.back(), one.account);
    }
  }
  for (const auto& [who, because] : all.undecided) parts.push_back(GivenUpLater(who, because));
  return parts;
}

std::vector<Part> Access::Impl::RefusedLater(const intent::Question& least,
                                             const std::set<Outcome>& today) {
  std::vector<Part> parts = PartsLater(least, [](Impl& after, const intent::Question& asked) {
    const Subject subject = SubjectOf(asked);
    std::vector<Part> there;
    for (const Caller& caller : after.asker.CallersOf(subject)) {
      Part part = after.PartOf(caller, subject, *asked.can, "");
      const bool is_asked = part.granted || part.refused || part.kind == Part::Kind::kGivenUp;
      if (is_asked && part.kind != Part::Kind::kAll) there.push_back(std::move(part));
    }
    return there;
  });
  std::erase_if(parts, [&](const Part& part) {
    return part.kind != Part::Kind::kGivenUp && today.contains(OutcomeOf(part));
  });
  return parts;
}

std::vector<Part> Access::Impl::AbleLater(const intent::Question& least) {
  return PartsLater(least, [](Impl& after, const intent::Question& asked) {
    const Subject subject = SubjectOf(asked);
    std::vector<Part> parts;
    for (const Caller& caller : after.asker.CallersOf(subject)) {
      Part part = after.PartOf(caller, subject, *asked.can, "");
      if (part.granted || part.kind == Part::Kind::kGivenUp) parts.push_back(std::move(part));
    }
    return parts;
  });
}

Answer Access::Impl::DecideToday(const intent::Question& question) {
  return question.can ? DecideCan(question) : DecideCannot(question);
}

Answer Access::Impl::Decide(const intent::Question& question) {
  Answer answer = DecideToday(question);
  if (answer.kind == Answer::Kind::kFails) return answer;
  const Standing standing = question.can ? Standing::kOnceListed : Standing::kJoining;
  const AllToCome all = joiners.Of(question, standing, Joiners::AsToday::kLeftOut);
  for (const ToCome& one : all.accounts) {
    Later& after = After(one, standing);
    Answer there = after.impl.DecideToday(AskedOf(question, *after.model, one));
    if (there.kind == Answer::Kind::kFails) {
      after.Tell(*there.shown);
      return there;
    }
    const bool is_worse =
        answer.kind == Answer::Kind::kHolds && there.kind == Answer::Kind::kGivenUp;
    if (is_worse || answer.kind == Answer::Kind::kAsksNothing) answer = std::move(there);
  }
  if (!all.undecided.empty() && answer.kind != Answer::Kind::kGivenUp) {
    answer = {
        Answer::Kind::kGivenUp, all.undecided.front().first, all.undecided.front().second, {}};
  }
  return answer;
}

Answer Access::Impl::DecideCannot(const intent::Question& question) {
  const Subject subject = SubjectOf(question);
  const intent::Prohibition& asked = *question.cannot;
  Widest widest(asker, asked);
  Answer answer;
  bool means_something = false;
  for (const Caller& caller : asker.CallersOf(subject)) {
    const Boxes& boxes = widest.In(caller.account);
    means_something = means_something || !boxes.empty();
    Tried tried = GrantedRanked(caller, subject.excepted, asked.operation, boxes, verify::Always());
    if (Refutes(caller, std::move(tried), answer)) return answer;
  }
  if (!means_something) answer.kind = Answer::Kind::kAsksNothing;
  return answer;
}

Weighed Access::Impl::Weigh(const Caller& caller, const Subject& subject,
                            const intent::Permission& asked) {
  Weighed weighed;
  const Condition when = WhenOf(asked);
  weighed.boxes = asker.Least(asked, caller);
  weighed.granted = GrantedRanked(caller, subject.excepted, asked.operation, weighed.boxes, when);
  weighed.refused = asker.Refused(caller, subject.excepted, weighed.boxes, when);
  const bool some = weighed.granted.request.has_value();
  weighed.kind = weighed.granted.given_up || weighed.refused.given_up ? Part::Kind::kGivenUp
                 : some && caller.may_hold_anything                   ? Part::Kind::kOpen
                 : some && !weighed.refused.request                   ? Part::Kind::kAll
                 : some                                               ? Part::Kind::kSome
                                                                      : Part::Kind::kNone;
  return weighed;
}

/// Permissions that grant some of `boxes` to the caller.
std::vector<const intent::Origin*> Access::Impl::GrantingOf(const Caller& caller,
                                                            const Subject& subject,
                                                            const intent::Permission& asked,
                                                            const Boxes& boxes) {
  std::vector<const intent::Origin*> by;
  for (const std::size_t i : asker.Granting(caller, subject.excepted, boxes, WhenOf(asked))) {
    by.push_back(&facts.program.model.permissions[i].origin);
  }
  return by;
}

Part Access::Impl::PartOf(const Caller& caller, const Subject& subject,
                          const intent::Permission& asked, const std::string& what) {
  Weighed weighed = Weigh(caller, subject, asked);
  Part part;
  part.caller = caller;
  part.what = what;
  part.kind = weighed.kind;
  if (weighed.granted.request) part.granted = Show(caller, *std::move(weighed.granted.request));
  if (weighed.refused.request) part.refused = Show(caller, *std::move(weighed.refused.request));
  if (part.kind == Part::Kind::kGivenUp) {
    part.because = weighed.granted.given_up ? weighed.granted.because : weighed.refused.because;
  } else if (part.kind == Part::Kind::kAll || part.kind == Part::Kind::kSome) {
    part.by = GrantingOf(caller, subject, asked, weighed.boxes);
  }
  return part;
}

std::vector<Shown> Access::Impl::Ways(const intent::Question& widest) {
  std::vector<Shown> ways;
  const Subject subject = SubjectOf(widest);
  const intent::Prohibition& asked = *widest.cannot;
  const Condition when =
      IsDated(asked.period) ? verify::Always() : verify::During({facts.day, facts.day});
  Widest meant(asker, asked);
  for (const Caller& caller : asker.CallersOf(subject)) {
    Tried tried =
        GrantedRanked(caller, subject.excepted, asked.operation, meant.In(caller.account), when);
    if (tried.request) ways.push_back(Show(caller, *std::move(tried.request)));
  }
  return ways;
}

Access::Access(const Facts& facts) : impl_(std::make_unique<Impl>(facts)) {}
Access::~Access() = default;

const Names& Access::names() const { return impl_->asker.names(); }

namespace {

/// Outsiders hold anything: that they can do something is nothing that the program grants.
Answer AnswerOf(const intent::Model& model, const intent::Question& question,
                std::vector<Part> parts) {
  Answer answer;
  if (parts.empty()) answer.kind = Answer::Kind::kAsksNothing;
  for (Part& part : parts) {
    std::optional<Shown>& against =
        question.AsksCan() && part.refused ? part.refused : part.granted;
    if (against) {
      answer = {Answer::Kind::kFails, WhoText(model, part.caller), "", std::move(against)};
      return answer;
    }
    if (part.kind != Part::Kind::kGivenUp || answer.kind != Answer::Kind::kHolds) continue;
    answer = {Answer::Kind::kGivenUp, WhoText(model, part.caller), part.because, {}};
  }
  return answer;
}

}  // namespace

Answer Access::Decide(const intent::Question& question) {
  if (question.outside) {
    return AnswerOf(impl_->facts.program.model, question,
                    AskOutsiders(impl_->asker.facts(), *question.outside));
  }
  return impl_->Decide(question);
}

Reply Access::Can(const intent::Question& least, const intent::Question* widest) {
  if (least.outside) {
    Reply reply;
    reply.parts = AskOutsiders(impl_->asker.facts(), *least.outside);
    std::vector<Part::Kind> kinds;
    for (const Part& part : reply.parts) kinds.push_back(part.kind);
    reply.kind = KindOf(kinds);
    return reply;
  }
  const Subject subject = SubjectOf(least);
  const intent::Permission& asked = *least.can;
  const std::vector<Slice> slices = SlicesOf(asked, impl_->asker.facts());
  Reply reply;
  std::set<Outcome> today;
  for (const Caller& caller : impl_->asker.CallersOf(subject)) {
    Part whole = impl_->PartOf(caller, subject, asked, "");
    today.insert(OutcomeOf(whole));
    const bool mixed =
        whole.kind == Part::Kind::kSome || (whole.kind == Part::Kind::kOpen && whole.refused);
    if (!whole.granted && !whole.refused && whole.kind != Part::Kind::kGivenUp) continue;
    if (!mixed || slices.size() == 1) {
      reply.parts.push_back(std::move(whole));
      continue;
    }
    for (const Slice& slice : slices) {
      Part part = impl_->PartOf(caller, subject, slice.part, slice.what);
      if (part.granted || part.refused) reply.parts.push_back(std::move(part));
    }
  }
  const auto is_granted = [](const Part& part) {
    return part.kind == Part::Kind::kAll || part.kind == Part::Kind::kSome;
  };
  if (std::ranges::any_of(reply.parts, is_granted)) {
    std::ranges::move(impl_->RefusedLater(least, today), std::back_inserter(reply.parts));
  }
  const auto kind = [&] {
    std::vector<Part::Kind> kinds;
    for (const Part& part : reply.parts) kinds.push_back(part.kind);
    return KindOf(kinds);
  };
  reply.kind = kind();
  if (reply.kind == Reply::Kind::kNo) {
    // Nobody today is not nobody: whoever joins may be bound by less.
    std::ranges::move(impl_->AbleLater(least), std::back_inserter(reply.parts));
    reply.kind = kind();
  }
  if (reply.kind == Reply::Kind::kNo && widest != nullptr) {
    reply.otherwise = impl_->Ways(*widest);
    if (!reply.otherwise.empty()) reply.kind = Reply::Kind::kPartly;
  }
  if (reply.kind == Reply::Kind::kYes) {
    reply.awaited = AwaitedAt(impl_->facts.program.model.organization, least);
  }
  return reply;
}

Brief Access::CanBriefly(const intent::Question& least, const intent::Question* widest) {
  const Subject subject = SubjectOf(least);
  const intent::Permission& asked = *least.can;
  Brief brief;
  std::vector<Part::Kind> kinds;
  const auto add = [](std::vector<const intent::Origin*>& list,
                      const std::vector<const intent::Origin*>& more) {
    for (const intent::Origin* one : more) {
      if (std::ranges::find(list, one) == list.end()) list.push_back(one);
    }
  };
  std::vector<const intent::Origin*> forbidding;
  for (const Caller& caller : impl_->asker.CallersOf(subject)) {
    const Weighed weighed = impl_->Weigh(caller, subject, asked);
    const bool is_open = weighed.kind == Part::Kind::kGivenUp;
    if (!weighed.granted.request && !weighed.refused.request && !is_open) continue;
    kinds.push_back(weighed.kind);
    if (is_open) {
      brief.because = weighed.granted.given_up ? weighed.granted.because : weighed.refused.because;
    } else if (weighed.granted.request) {
      add(brief.by, impl_->GrantingOf(caller, subject, asked, weighed.boxes));
    } else {
      add(forbidding, impl_->asker
                          .Judge(caller.account,
                                 {.request = *weighed.refused.request, .user = caller.principal})
                          .forbidding);
    }
  }
  brief.kind = KindOf(kinds);
  if (brief.kind == Reply::Kind::kYes) {
    for (const Part& part : impl_->RefusedLater(least, {})) {
      kinds.push_back(part.kind);
      if (part.kind == Part::Kind::kGivenUp) brief.because = part.because;
    }
    brief.kind = KindOf(kinds);
  } else if (brief.kind == Reply::Kind::kNo) {
    for (const Part& part : impl_->AbleLater(least)) {
      kinds.push_back(part.kind);
      add(brief.by, part.by);
      if (part.kind == Part::Kind::kGivenUp) brief.because = part.because;
    }
    brief.kind = KindOf(kinds);
  }
  if (brief.kind != Reply::Kind::kNo) return brief;
  if (widest != nullptr) {
    for (const Shown& way : impl_->Ways(*widest)) {
      add(brief.by, way.judgement.granting);
      brief.kind = Reply::Kind::kPartly;
    }
  }
  if (brief.kind == Reply::Kind::kNo) brief.forbidding = std::move(forbidding);
  return brief;
}

std::vector<Shown> Access::Ways(const intent::Question& widest) { return impl_->Ways(widest); }

Listing Access::Impl::WhoToday(const intent::Question& widest) {
  const Subject subject = SubjectOf(widest);
  const intent::Prohibition& asked = *widest.cannot;
  const Condition today =
      IsDated(asked.period) ? verify::Always() : verify::During({facts.day, facts.day});
  const std::set<std::string> usual = UsualActions(facts.library, asked.operation);
  Widest meant(asker, asked);
  Listing listing;
  for (const Caller& caller : asker.CallersOf(subject)) {
    const Boxes& boxes = meant.In(caller.account);
    const auto ask = [&](const Condition& when) {
      return GrantedRanked(caller, subject.excepted, asked.operation, boxes, when);
    };
    Tried tried = ask(today);
    Able able;
    if (!tried.request && !tried.given_up && !IsDated(asked.period)) {
      tried = ask(verify::Always());
      able.is_today = false;
    }
    if (!tried.request) {
      if (!tried.given_up) continue;
      Part part;
      part.kind = Part::Kind::kGivenUp;
      part.caller = caller;
      part.because = std::move(tried.because);
      listing.given_up.push_back(std::move(part));
      continue;
    }
    able.shown = Show(caller, *std::move(tried.request));
    able.is_usual = usual.empty() || usual.contains(able.shown.request.action);
    const Condition when = able.is_today ? today : verify::Always();
    for (const std::size_t i : asker.Granting(caller, subject.excepted, boxes, when)) {
      able.by.push_back(&facts.program.model.permissions[i].origin);
    }
    listing.able.push_back(std::move(able));
  }
  return listing;
}

std::vector<Able> Access::Impl::WhoLater(const intent::Question& widest, const AllToCome& all,
                                         Listing& today) {
  std::vector<std::pair<std::size_t, Able>> found;
  for (std::size_t i = 0; i < all.accounts.size(); ++i) {
    Later& after = After(all.accounts[i], Standing::kJoining);
    Listing there = after.impl.WhoToday(AskedOf(widest, *after.model, all.accounts[i]));
    for (Able& able : there.able) {
      after.Tell(able.shown);
      after.Tell(able.by);
      found.emplace_back(i, std::move(able));
    }
    for (Part& part : there.given_up) {
      after.Tell(part.caller);
      today.given_up.push_back(std::move(part));
    }
  }
  using Key = std::tuple<std::string, std::vector<const intent::Origin*>, bool, bool>;
  const auto key_of = [](const Able& able) {
    return Key(able.shown.caller.label, able.by, able.is_usual, able.is_today);
  };
  std::map<Key, std::vector<std::size_t>> where;
  for (const auto& [i, able] : found) {
    std::vector<std::size_t>& answered = where[key_of(able)];
    if (answered.empty() || answered.back() != i) answered.push_back(i);
  }
  std::map<Key, std::vector<Told>> told;
  for (const auto& [key, answered] : where) {
    told[key] = ToTell(facts.program.model.organization, all, answered);
  }
  std::vector<Able> to_come;
  for (const auto& [i, able] : found) {
    for (const Told& one : told[key_of(able)]) {
      if (one.asked != i) continue;
      to_come.push_back(able);
      After(all.accounts[i], Standing::kJoining).Move(to_come.back().shown, one.account);
    }
  }
  return to_come;
}

Listing Access::Who(const intent::Question& widest) {
  Listing listing = impl_->WhoToday(widest);
  const AllToCome all = impl_->joiners.Of(widest, Standing::kJoining, Joiners::AsToday::kKept);
  std::vector<Able> to_come = impl_->WhoLater(widest, all, listing);
  for (const auto& [who, because] : all.undecided) {
    listing.given_up.push_back(GivenUpLater(who, because));
  }
  AddThrough(impl_->asker, *widest.cannot, listing);
  const auto reached =
      std::ranges::find_if(listing.able, [](const Able& able) { return !able.through.empty(); });
  listing.able.insert(reached, std::make_move_iterator(to_come.begin()),
                      std::make_move_iterator(to_come.end()));
  return listing;
}

std::vector<Miss> Access::Misses(AccountIndex account, const policy::Request& request,
                                 std::size_t most) {
  std::vector<Miss> misses;
  if (account.value >= impl_->facts.program.model.organization.accounts.size()) return misses;
  for (auto& [index, lacking] : impl_->asker.Misses(account, request)) {
    misses.push_back({&impl_->facts.program.model.permissions[index].origin, std::move(lacking)});
  }
  std::ranges::stable_sort(misses, {}, [](const Miss& miss) { return miss.lacking.size(); });
  if (misses.size() > most) misses.resize(most);
  return misses;
}

Judgement Access::Decide(AccountIndex account, const policy::Request& request,
                         const std::optional<intent::Principal>& user) {
  return impl_->asker.Judge(account, {.request = request, .user = user});
}

Judgement Access::Decide(AccountIndex account, const PartialRequest& request) {
  return impl_->asker.Judge(account, request);
}

policy::Request Access::As(AccountIndex account, const std::string& arn,
                           policy::Request request) const {
  const intent::Organization& organization = impl_->asker.facts().model.organization;
  request.principal = arn;
  return decide::Complete(
      decide::WithKind(std::move(request)),
      verify::AffiliationOf(organization, organization.accounts[account.value].id));
}

Judgement Access::DecideOutsider(AccountIndex owner, const policy::Request& request) const {
  return JudgeOutsider(impl_->asker.facts(), owner, request);
}

Judgement Access::DecideOutsider(AccountIndex owner, const PartialRequest& request) const {
  return JudgeOutsider(impl_->asker.facts(), owner, request);
}

std::string WhoText(const intent::Model& model, const Caller& caller) {
  if (caller.is_outside) {
    return fmt::format("{}, for resources of {}", caller.label, AccountText(model, caller));
  }
  return fmt::format("{} in {}", caller.label, AccountText(model, caller));
}

std::string AccountText(const intent::Model& model, const Caller& caller) {
  return caller.joins.empty() ? model.organization.accounts[caller.account.value].name
                              : caller.joins;
}

std::string Quoted(const std::vector<const intent::Origin*>& origins) {
  std::vector<std::string> texts;
  for (const intent::Origin* origin : origins) {
    texts.push_back(fmt::format("`{}` ({})", origin->sentence, origin->place));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::optional<std::string> SessionText(const Shown& shown) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(shown.request.principal);
  const bool is_session = caller && caller->kind == policy::CallerKind::kFederatedUser;
  if (!is_session || !shown.caller.principal || shown.judgement.may_hold_anything) {
    return std::nullopt;
  }
  return fmt::format(
      "the caller is a session that {} gets with sts:GetFederationToken: it may hold what the user "
      "holds, and no prohibition on the user reaches it",
      shown.caller.principal->kind == intent::Principal::Kind::kUser
          ? fmt::format("user `{}`", shown.caller.principal->value)
          : shown.caller.label);
}

std::string VerdictText(const Judgement& judgement) {
  if (!judgement.forbidding.empty()) return "denied by " + Quoted(judgement.forbidding);
  if (judgement.is_granted) {
    return judgement.may_hold_anything ? "not forbidden here; other policies could allow it"
                                       : "granted by " + Quoted(judgement.granting);
  }
  if (!judgement.awaiting.empty()) {
    return fmt::format("{} grants it only once the program lists the account",
                       Quoted(judgement.awaiting));
  }
  if (!judgement.owner.empty() && !judgement.granting.empty()) {
    return fmt::format(
        "{} is not enough: the resource is of account {}, whose own policy must allow it too, and "
        "no sentence writes that",
        Quoted(judgement.granting), judgement.owner);
  }
  return "no sentence allows it";
}

std::vector<Foreign> FindForeign(const verify::Program& program) {
  std::vector<Foreign> all;
  for (const intent::Permission& permission : program.model.permissions) {
    const intent::Operation& operation = permission.operation;
    for (const auto* arns : {&operation.resources, &operation.things.arns}) {
      for (const std::string& arn : *arns) {
        const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
        if (!segments) continue;
        const std::string_view owner = (*segments)[4];
        const bool is_number = owner.size() == 12 && std::ranges::all_of(owner, [](char c) {
                                 return c >= '0' && c <= '9';
                               });
        if (!is_number) continue;
        const bool is_foreign = std::ranges::any_of(permission.accounts, [&](AccountIndex account) {
          return program.model.organization.accounts[account.value].id != owner;
        });
        const bool has_callers =
            std::ranges::any_of(permission.holders, [](const intent::Holder& holder) {
              return std::ranges::any_of(holder.principals, [](const intent::Principal& one) {
                return one.kind != intent::Principal::Kind::kService;
              });
            });
        if (is_foreign && has_callers) all.push_back({&permission.origin, arn, std::string(owner)});
      }
    }
  }
  return all;
}

}  // namespace writ::access

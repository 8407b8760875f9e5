#include "writ/verify/questions.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "verify/inquiry.h"

namespace writ::verify {
namespace {

using Verdict = AssertAnswer::Verdict;
using Index = intent::AccountIndex;

class Asker {
 public:
  explicit Asker(const Program& program) : inquiry_(program), facts_(inquiry_.facts()) {
    for (const intent::Team& team : facts_.model.teams) Know(team.principals, team.accounts);
    for (const intent::Permission& permission : facts_.model.permissions) {
      for (const intent::Holder& holder : permission.holders) {
        Know(holder.principals, holder.accounts);
      }
    }
  }

  AssertAnswer Answer(const intent::Question& question, const std::string& as_of) {
    AssertAnswer answer;
    answer.question = &question;
    if (question.can) AnswerCan(*question.can, as_of, answer);
    if (question.cannot) AnswerCannot(*question.cannot, answer);
    return answer;
  }

 private:
  void Know(const std::vector<intent::Principal>& principals, const std::vector<Index>& accounts) {
    for (const Index account : accounts) {
      for (const intent::Principal& principal : principals) known_[account].insert(principal);
    }
  }

  [[nodiscard]] std::vector<Authorization> GrantedTo(const Caller& caller) const {
    std::vector<Authorization> boxes;
    for (std::size_t i = 0; i < facts_.model.permissions.size(); ++i) {
      const intent::Permission& permission = facts_.model.permissions[i];
      if (!std::ranges::binary_search(permission.accounts, caller.account())) continue;
      const bool holds = std::ranges::any_of(permission.holders, [&](const intent::Holder& holder) {
        return std::ranges::binary_search(holder.accounts, caller.account()) &&
               std::ranges::find(holder.principals, caller.principal()) != holder.principals.end();
      });
      if (!holds) continue;
      for (Authorization& box : Granted(facts_, permission, facts_.AccountAt(caller.account()))) {
        box.sentence = i;
        boxes.push_back(std::move(box));
      }
    }
    return boxes;
  }

  static bool Settle(Found found, std::string who, AssertAnswer& answer) {
    if (!found.given_up && !found.request) return false;
    answer.verdict = found.given_up ? Verdict::kGivenUp : Verdict::kFails;
    answer.who = std::move(who);
    answer.because = std::move(found.because);
    answer.request = std::move(found.request);
    answer.sentences = std::move(found.sentences);
    return true;
  }

  static bool GiveUp(std::string who, AssertAnswer& answer) {
    Found found;
    found.given_up = true;
    found.because = "a condition has too many alternatives to be written out";
    return Settle(std::move(found), std::move(who), answer);
  }

  void AnswerCan(const intent::Permission& asked, const std::string& as_of, AssertAnswer& answer) {
    Condition when = Always();
    if (!asked.period.from && !asked.period.until) when = During({as_of, as_of});
    for (const intent::Holder& holder : asked.holders) {
      for (const Index index : holder.accounts) {
        if (!std::ranges::binary_search(asked.accounts, index)) continue;
        for (const intent::Principal& principal : holder.principals) {
          if (Can(asked, Caller(facts_, principal, index), when, answer)) return;
        }
      }
    }
  }

  /// Whether something is found against it.
  bool Can(const intent::Permission& asked, const Caller& caller, const Condition& when,
           AssertAnswer& answer) {
    const std::string who = inquiry_.Who(caller);
    const std::vector<const intent::Origin*> nobody{nullptr};
    const auto wanted = AsDocument(Granted(facts_, asked, facts_.AccountAt(caller.account())),
                                   policy::Effect::kAllow, nobody);
    const auto granted =
        AsDocument(GrantedTo(caller), policy::Effect::kAllow, inquiry_.permission_origins());
    const std::optional<Complement> permitted = inquiry_.PermittedTo(caller);
    if (!wanted || !granted || !permitted) return GiveUp(who, answer);
    Documents left;
    left.identity = {*wanted};
    left.scps = {inquiry_.TrueOf(caller, when), inquiry_.TrueOfRegions()};
    Documents right;
    right.identity = {*granted};
    right.scps = permitted->levels;
    return Settle(inquiry_.Ask(left, right, inquiry_.ScopeOf(caller)), who, answer);
  }

  void AnswerCannot(const intent::Prohibition& asked, AssertAnswer& answer) {
    for (const Index index : asked.accounts) {
      const Forbidden forbidden = Refused(facts_, asked, index);
      if (forbidden.boxes.empty()) continue;
      for (const intent::Principal& principal : known_[index]) {
        if (principal.kind == intent::Principal::Kind::kService) continue;
        const Caller caller(facts_, principal, index);
        if (!caller.MayBeBound(asked.bound)) continue;
        const auto granted =
            AsDocument(GrantedTo(caller), policy::Effect::kAllow, inquiry_.permission_origins());
        const auto permitted = inquiry_.PermittedTo(caller);
        if (!granted || !permitted) {
          return static_cast<void>(GiveUp(inquiry_.Who(caller), answer));
        }
        if (Cannot(forbidden, *granted, *permitted, inquiry_.TrueOf(caller),
                   inquiry_.ScopeOf(caller), inquiry_.Who(caller), answer)) {
          return;
        }
      }
      if (BindsOthers(asked.bound, index) && CannotOthers(forbidden, index, answer)) return;
    }
  }

  /// Whether something is found against it for those whom the program does not know: they may hold
  /// anything.
  bool CannotOthers(const Forbidden& forbidden, Index index, AssertAnswer& answer) {
    const std::string who = "anyone in " + facts_.AccountAt(index).name;
    const std::vector<intent::Holder> known{
        {"", {known_[index].begin(), known_[index].end()}, {index}}};
    const std::string& id = facts_.AccountAt(index).id;
    const Documents::Level others{TrueOfCallers(id, Not(IsOneOf(facts_, known, index, "aws")))};
    const auto permitted = inquiry_.PermittedIn(index);
    if (!permitted) return GiveUp(who, answer);
    return Cannot(forbidden, FullAccess(), *permitted, others,
                  {decide::Accounts::kSame, fmt::format("arn:aws:iam::{}:role/anyone", id)}, who,
                  answer);
  }

  /// Whether some are bound whom the program does not know.
  bool BindsOthers(const intent::Bound& bound, Index index) {
    return bound.everyone || std::ranges::any_of(bound.included, [&](const intent::Holder& holder) {
             return std::ranges::any_of(holder.principals, [&](const intent::Principal& principal) {
               return !known_[index].contains(principal);
             });
           });
  }

  bool Cannot(const Forbidden& forbidden, const Documents::Named& held, const Complement& permitted,
              const Documents::Level& caller, const decide::Scope& scope, const std::string& who,
              AssertAnswer& answer) {
    const std::vector<const intent::Origin*> nobody{nullptr};
    std::map<std::vector<std::string>, std::vector<Authorization>> by_spared;
    for (const Authorization& box : forbidden.boxes) by_spared[box.spared].push_back(box);
    for (auto& [spared, boxes] : by_spared) {
      const auto asked = AsDocument(boxes, policy::Effect::kAllow, nobody);
      if (!asked) return GiveUp(who, answer);
      Documents left;
      left.identity = {held};
      left.scps = permitted.levels;
      left.scps.push_back(caller);
      left.scps.push_back(inquiry_.TrueOfRegions());
      left.scps.push_back({*asked});
      if (!spared.empty()) left.scps.push_back({AllBut(spared)});
      if (Settle(inquiry_.Ask(left, Documents{}, scope), who, answer)) return true;
    }
    return false;
  }

  Inquiry inquiry_;
  const Facts& facts_;
  std::map<Index, std::set<intent::Principal>> known_;
};

}  // namespace

std::vector<AssertAnswer> DecideAsserts(const Program& program, const std::string& as_of) {
  std::vector<AssertAnswer> answers;
  if (program.model.assertions.empty()) return answers;
  Asker asker(program);
  for (const intent::Question& question : program.model.assertions) {
    answers.push_back(asker.Answer(question, as_of));
  }
  return answers;
}

}  // namespace writ::verify

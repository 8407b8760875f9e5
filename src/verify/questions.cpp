#include "writ/verify/questions.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "verify/legs.h"
#include "verify/reading.h"
#include "verify/spaces.h"
#include "writ/decide/space.h"
#include "writ/support/check.h"
#include "writ/support/date.h"

namespace writ::verify {
namespace {

using decide::Space;
using Verdict = AssertAnswer::Verdict;

/// aws:RequestedRegion is the region of the resource's ARN, where it names one; of the model in no
/// region it reads `unspecified` (Bedrock User Guide, "global-cross-region-inference", 2026).
/// Only for `regions`: what is said of others tells them apart by this key alone.
Documents::Named TrueOfRegions(const std::set<std::string>& regions) {
  Documents::Named named;
  std::vector<std::string> told;
  const auto add = [&](std::vector<std::string> resources, const std::string& region) {
    policy::Statement statement;
    statement.action.values = {"*"};
    statement.conditions = {
        {{policy::SetQualifier::kNone, policy::BaseOperator::kStringEquals, false},
         std::string(kRegionKey),
         {region}}};
    told.insert(told.end(), resources.begin(), resources.end());
    statement.resource = policy::Patterns{policy::Sense::kListed, std::move(resources)};
    named.document.statements.push_back(std::move(statement));
    named.sources.emplace_back();
  };
  for (const std::string& region : regions) {
    add({fmt::format("arn:*:*:{}:*:*", region)}, region);
  }
  add({"arn:*:bedrock:::foundation-model/*"}, "unspecified");
  policy::Statement others;
  others.action.values = {"*"};
  others.resource = policy::Patterns{policy::Sense::kAllBut, std::move(told)};
  named.document.statements.push_back(std::move(others));
  named.sources.emplace_back();
  return named;
}

void AddRegions(const catalog::Catalog& catalog, const intent::Permission& permission,
                std::set<std::string>& regions) {
  if (permission.regions) regions.insert(permission.regions->begin(), permission.regions->end());
  for (const intent::Call& call : permission.calls) {
    regions.insert(call.region);
    const catalog::FoundId found = catalog.FindId(call.model);
    const catalog::InferenceProfile* profile =
        found ? found.id->ProfileOf(call.route.geography) : nullptr;
    const catalog::Route* route = profile != nullptr ? profile->RouteFrom(call.region) : nullptr;
    if (route != nullptr) regions.insert(route->destinations.begin(), route->destinations.end());
  }
}

/// The regions that the program speaks of.
std::set<std::string> RegionsOf(const Program& program) {
  std::set<std::string> regions;
  const auto add = [&](const intent::Prohibition& prohibition) {
    if (!prohibition.regions) return;
    regions.insert(prohibition.regions->regions.begin(), prohibition.regions->regions.end());
  };
  for (const auto& permission : program.model.permissions) {
    AddRegions(program.catalog, permission, regions);
  }
  for (const auto& prohibition : program.model.prohibitions) add(prohibition);
  for (const auto& question : program.model.assertions) {
    if (question.can) AddRegions(program.catalog, *question.can, regions);
    if (question.cannot) add(*question.cannot);
  }
  return regions;
}

/// Whether no principal can be both, as far as their names tell at once.
bool AreApart(const intent::Principal& a, const intent::Principal& b) {
  if (a.kind != b.kind) return false;
  const bool wild = a.value.find_first_of("*?") != std::string::npos ||
                    b.value.find_first_of("*?") != std::string::npos;
  return !wild && a.kind != intent::Principal::Kind::kTag && a.value != b.value;
}

/// Resources that take part in a call and are not what is called.
bool IsBeside(const Authorization& box) {
  if (box.actions.values == std::vector<std::string>{"bedrock:ApplyGuardrail"}) return true;
  return std::ranges::all_of(box.resources.values, [](const std::string& arn) {
    return arn.find("inference-profile/") != std::string::npos ||
           (arn.find(":bedrock:") != std::string::npos &&
            arn.find(":project/") != std::string::npos);
  });
}

struct Found {
  bool given_up = false;
  std::string because;
  std::optional<policy::Request> request;
  std::vector<const intent::Origin*> sentences;
};

class Asker {
 public:
  explicit Asker(const Program& program)
      : facts_{program.model, program.catalog, program.bindings},
        regions_(TrueOfRegions(RegionsOf(program))) {
    decide_.catalog = &program.catalog;
    for (const intent::Permission& permission : facts_.model.permissions) {
      permission_origins_.push_back(&permission.origin);
    }
    for (const intent::Prohibition& prohibition : facts_.model.prohibitions) {
      prohibition_origins_.push_back(&prohibition.origin);
    }
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

  std::optional<CutOff> CutOffOf(std::size_t index);

 private:
  using Index = intent::AccountIndex;

  void Know(const std::vector<intent::Principal>& principals, const std::vector<Index>& accounts) {
    for (const Index account : accounts) {
      for (const intent::Principal& principal : principals) known_[account].insert(principal);
    }
  }

  // ---- what the program permits

  /// Everything but what is forbidden in the account; nothing if it cannot be written out.
  const std::optional<Complement>& PermittedIn(Index index) {
    const auto at = permitted_.find(index);
    if (at != permitted_.end()) return at->second;
    std::optional<Complement> complement = Complement{{{FullAccess()}}};
    if (!facts_.AccountAt(index).management) {
      std::vector<Forbidden> all;
      for (std::size_t i = 0; i < facts_.model.prohibitions.size(); ++i) {
        Forbidden forbidden = Refused(facts_, facts_.model.prohibitions[i], index);
        for (Authorization& box : forbidden.boxes) box.sentence = i;
        all.push_back(std::move(forbidden));
      }
      complement = NotForbidden(all, prohibition_origins_);
    }
    return permitted_.emplace(index, std::move(complement)).first->second;
  }

  [[nodiscard]] std::vector<Authorization> GrantedTo(const intent::Principal& principal,
                                                     Index index) const {
    std::vector<Authorization> boxes;
    for (std::size_t i = 0; i < facts_.model.permissions.size(); ++i) {
      const intent::Permission& permission = facts_.model.permissions[i];
      if (!std::ranges::binary_search(permission.accounts, index)) continue;
      const bool holds = std::ranges::any_of(permission.holders, [&](const intent::Holder& holder) {
        return std::ranges::binary_search(holder.accounts, index) &&
               std::ranges::find(holder.principals, principal) != holder.principals.end();
      });
      if (!holds) continue;
      for (Authorization& box : Granted(facts_, permission, facts_.AccountAt(index))) {
        box.sentence = i;
        boxes.push_back(std::move(box));
      }
    }
    return boxes;
  }

  /// The principal in the account, with what is true of all its requests.
  [[nodiscard]] Documents::Level Caller(const intent::Principal& principal, Index index,
                                        const Condition& when = Always()) const {
    const std::vector<intent::Holder> holder{{"", {principal}, {index}}};
    return {TrueOfCallers(facts_.AccountAt(index).id,
                          And({IsOneOf(facts_, holder, index, "aws"), when}))};
  }

  [[nodiscard]] std::string Who(const intent::Principal& principal, Index index) const {
    for (const intent::Team& team : facts_.model.teams) {
      if (std::ranges::find(team.principals, principal) != team.principals.end()) {
        return fmt::format("team {} in {}", team.name, facts_.AccountAt(index).name);
      }
    }
    return fmt::format("`{}` in {}", principal.value, facts_.AccountAt(index).name);
  }

  [[nodiscard]] decide::Scope ScopeOf(const intent::Principal& principal, Index index) const {
    return {decide::Accounts::kSame, ExampleArn(principal, facts_.AccountAt(index).id)};
  }

  Found Ask(const Documents& left, const Documents& right, const decide::Scope& scope) const {
    const decide::Answer answer =
        decide::IsWithin(Space(left.Set(), scope), Space(right.Set(), scope), decide_);
    Found found;
    if (const auto* undecided = std::get_if<decide::Undecided>(&answer)) {
      found.given_up = true;
      found.because = undecided->obstacles.front().Describe();
    }
    const auto* refuted = std::get_if<decide::Refuted>(&answer);
    if (refuted == nullptr) return found;
    found.request =
        Readable(refuted->witness.request, scope.principal, left, right, facts_.catalog);
    const auto add = [&](const std::vector<Source>& sources) {
      for (const Source& source : sources) {
        if (source.origin != nullptr) found.sentences.push_back(source.origin);
      }
    };
    add(left.Deciding(refuted->witness.allowed));
    add(right.Deciding(refuted->witness.refused));
    return found;
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

  // ---- assertions

  void AnswerCan(const intent::Permission& asked, const std::string& as_of, AssertAnswer& answer) {
    Condition when = Always();
    if (!asked.period.from && !asked.period.until) when = During({as_of, as_of});
    for (const intent::Holder& holder : asked.holders) {
      for (const Index index : holder.accounts) {
        if (!std::ranges::binary_search(asked.accounts, index)) continue;
        for (const intent::Principal& principal : holder.principals) {
          if (Can(asked, principal, index, when, answer)) return;
        }
      }
    }
  }

  /// Whether something is found against it.
  bool Can(const intent::Permission& asked, const intent::Principal& principal, Index index,
           const Condition& when, AssertAnswer& answer) {
    const std::string who = Who(principal, index);
    const std::vector<const intent::Origin*> nobody{nullptr};
    const auto wanted =
        AsDocument(Granted(facts_, asked, facts_.AccountAt(index)), policy::Effect::kAllow, nobody);
    const auto granted =
        AsDocument(GrantedTo(principal, index), policy::Effect::kAllow, permission_origins_);
    const std::optional<Complement>& permitted = PermittedIn(index);
    if (!wanted || !granted || !permitted) return GiveUp(who, answer);
    Documents left;
    left.identity = {*wanted};
    left.scps = {Caller(principal, index, when), {regions_}};
    Documents right;
    right.identity = {*granted};
    right.scps = permitted->levels;
    return Settle(Ask(left, right, ScopeOf(principal, index)), who, answer);
  }

  void AnswerCannot(const intent::Prohibition& asked, AssertAnswer& answer) {
    for (const Index index : asked.accounts) {
      const Forbidden forbidden = Refused(facts_, asked, index);
      if (forbidden.boxes.empty()) continue;
      for (const intent::Principal& principal : known_[index]) {
        if (principal.kind == intent::Principal::Kind::kService) continue;
        if (!MayBind(asked.bound, principal)) continue;
        const auto granted =
            AsDocument(GrantedTo(principal, index), policy::Effect::kAllow, permission_origins_);
        if (!granted) return static_cast<void>(GiveUp(Who(principal, index), answer));
        if (Cannot(forbidden, *granted, Caller(principal, index), ScopeOf(principal, index), index,
                   Who(principal, index), answer)) {
          return;
        }
      }
      if (!BindsOthers(asked.bound, index)) continue;
      // Everyone else may hold anything.
      const std::vector<intent::Holder> known{
          {"", {known_[index].begin(), known_[index].end()}, {index}}};
      const std::string& id = facts_.AccountAt(index).id;
      const Documents::Level others{TrueOfCallers(id, Not(IsOneOf(facts_, known, index, "aws")))};
      if (Cannot(forbidden, FullAccess(), others,
                 {decide::Accounts::kSame, fmt::format("arn:aws:iam::{}:role/anyone", id)}, index,
                 "anyone in " + facts_.AccountAt(index).name, answer)) {
        return;
      }
    }
  }

  static bool MayBind(const intent::Bound& bound, const intent::Principal& principal) {
    return bound.everyone || std::ranges::any_of(bound.included, [&](const intent::Holder& holder) {
             return std::ranges::any_of(holder.principals, [&](const intent::Principal& other) {
               return !AreApart(principal, other);
             });
           });
  }

  /// Whether some are bound whom the program does not know.
  bool BindsOthers(const intent::Bound& bound, Index index) {
    return bound.everyone || std::ranges::any_of(bound.included, [&](const intent::Holder& holder) {
             return std::ranges::any_of(holder.principals, [&](const intent::Principal& principal) {
               return !known_[index].contains(principal);
             });
           });
  }

  bool Cannot(const Forbidden& forbidden, const Documents::Named& held,
              const Documents::Level& caller, const decide::Scope& scope, Index index,
              const std::string& who, AssertAnswer& answer) {
    const std::optional<Complement>& permitted = PermittedIn(index);
    if (!permitted) return GiveUp(who, answer);
    const std::vector<const intent::Origin*> nobody{nullptr};
    std::map<std::vector<std::string>, std::vector<Authorization>> by_spared;
    for (const Authorization& box : forbidden.boxes) by_spared[box.spared].push_back(box);
    for (auto& [spared, boxes] : by_spared) {
      const auto asked = AsDocument(boxes, policy::Effect::kAllow, nobody);
      if (!asked) return GiveUp(who, answer);
      Documents left;
      left.identity = {held};
      left.scps = permitted->levels;
      left.scps.push_back(caller);
      left.scps.push_back({regions_});
      left.scps.push_back({*asked});
      if (!spared.empty()) left.scps.push_back({AllBut(spared)});
      if (Settle(Ask(left, Documents{}, scope), who, answer)) return true;
    }
    return false;
  }

  const Facts facts_;
  decide::Options decide_;
  Documents::Named regions_;
  std::vector<const intent::Origin*> permission_origins_;
  std::vector<const intent::Origin*> prohibition_origins_;
  std::map<Index, std::set<intent::Principal>> known_;
  std::map<Index, std::optional<Complement>> permitted_;
};

std::optional<CutOff> Asker::CutOffOf(std::size_t at) {
  const intent::Permission& permission = facts_.model.permissions[at];
  std::optional<CutOff> cut;
  bool something_is_left = false;
  for (const intent::Holder& holder : permission.holders) {
    for (const Index index : holder.accounts) {
      if (!std::ranges::binary_search(permission.accounts, index)) continue;
      const std::optional<Complement>& permitted = PermittedIn(index);
      std::vector<Authorization> boxes = Granted(facts_, permission, facts_.AccountAt(index));
      for (Authorization& box : boxes) box.sentence = at;
      const auto all = AsDocument(boxes, policy::Effect::kAllow, permission_origins_);
      std::erase_if(boxes, IsBeside);
      const auto called = AsDocument(boxes, policy::Effect::kAllow, permission_origins_);
      if (!permitted || !all || !called) return std::nullopt;
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind == intent::Principal::Kind::kService) return std::nullopt;
        const decide::Scope scope = ScopeOf(principal, index);
        Documents left;
        left.identity = {*all};
        left.scps = {Caller(principal, index), {regions_}};
        Documents right;
        right.identity = {FullAccess()};
        right.scps = permitted->levels;
        Found found = Ask(left, right, scope);
        if (found.given_up) return std::nullopt;
        if (!found.request) {
          something_is_left = true;
          continue;
        }
        if (!cut) cut = CutOff{&permission.origin, false, *found.request, {}};
        for (const intent::Origin* origin : found.sentences) {
          const bool is_known =
              std::ranges::find(cut->prohibitions, origin) != cut->prohibitions.end();
          if (origin != &permission.origin && !is_known) cut->prohibitions.push_back(origin);
        }
        left.identity = {*called};
        left.scps.insert(left.scps.end(), permitted->levels.begin(), permitted->levels.end());
        const Found rest = Ask(left, Documents{}, scope);
        something_is_left = something_is_left || rest.request || rest.given_up;
      }
    }
  }
  if (cut) cut->wholly = !something_is_left;
  return cut;
}

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

std::vector<CutOff> FindCutOffs(const Program& program) {
  std::vector<CutOff> all;
  if (program.model.prohibitions.empty()) return all;
  Asker asker(program);
  for (std::size_t i = 0; i < program.model.permissions.size(); ++i) {
    if (std::optional<CutOff> cut = asker.CutOffOf(i)) all.push_back(*std::move(cut));
  }
  return all;
}

}  // namespace writ::verify

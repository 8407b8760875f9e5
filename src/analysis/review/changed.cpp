#include "analysis/review/changed.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/review/world.h"
#include "iam/policy/pattern.h"
#include "program/intent/label.h"
#include "program/intent/same.h"

namespace writ::review {
namespace {

using intent::AccountIndex;
using intent::Holder;
using intent::Permission;
using intent::Prohibition;

/// Accounts in which a holder has the permission.
std::vector<AccountIndex> GrantedIn(const Permission& permission, const Holder& holder) {
  std::vector<AccountIndex> accounts;
  for (const AccountIndex account : holder.accounts) {
    if (std::ranges::binary_search(permission.accounts, account)) accounts.push_back(account);
  }
  return accounts;
}

/// One model with what is asked of it again and again.
struct Said {
  struct Grant {
    const Permission* permission = nullptr;
    const Holder* holder = nullptr;
    std::vector<AccountIndex> accounts;
  };

  explicit Said(const intent::Model& the_model) : model(the_model), world(MakeWorld(model, {})) {
    for (const Permission& permission : model.permissions) {
      for (const Holder& holder : permission.holders) {
        grants[LabelOf(holder)].push_back({&permission, &holder, GrantedIn(permission, holder)});
      }
    }
  }

  const intent::Model& model;
  World world;                                       ///< without documents: groups and accounts
  std::map<std::string, std::vector<Grant>> grants;  ///< by label of the holder
};

bool IsSameGround(const intent::Model& before, const intent::Model& after) {
  const auto guardrails = [](const intent::Guardrail& a, const intent::Guardrail& b) {
    return a.name == b.name && a.profile == b.profile;
  };
  const auto endpoints = [](const intent::Endpoint& a, const intent::Endpoint& b) {
    return intent::IsSame(a, b);
  };
  return intent::IsSame(before.organization, after.organization) &&
         std::ranges::equal(before.guardrails, after.guardrails, guardrails) &&
         std::ranges::equal(before.endpoints, after.endpoints, endpoints);
}

class Comparison {
 public:
  Comparison(const intent::Model& before, const intent::Model& after)
      : before_(before), after_(after), concerned_(before.organization.accounts.size()) {}

  Changed Run() {
    CompareGroups();
    CompareProhibitions();
    return {Cut(before_), Cut(after_)};
  }

 private:
  // ---- who is concerned -------------------------------------------------------------------------

  void CompareGroups() {
    std::set<std::string> labels;
    for (const Said* said : {&before_, &after_}) {
      for (const Group& group : said->world.groups) labels.insert(group.label);
    }
    std::map<std::string, const Group*> old_groups = GroupsOf(before_.world);
    std::map<std::string, const Group*> new_groups = GroupsOf(after_.world);
    for (const std::string& label : labels) {
      const Group* const old = old_groups[label];
      const Group* const now = new_groups[label];
      const bool same = old != nullptr && now != nullptr && old->principals == now->principals &&
                        old->places == now->places && HasSameGrants(label);
      if (!same) AddGroup(label, old, now);
    }
  }

  static std::map<std::string, const Group*> GroupsOf(const World& world) {
    std::map<std::string, const Group*> groups;
    for (const Group& group : world.groups) groups[group.label] = &group;
    return groups;
  }

  /// The same permissions in the same order.
  bool HasSameGrants(const std::string& label) {
    const std::vector<Said::Grant>& old = before_.grants[label];
    const std::vector<Said::Grant>& now = after_.grants[label];
    return std::ranges::equal(old, now, [&](const Said::Grant& a, const Said::Grant& b) {
      return a.holder->principals == b.holder->principals && a.accounts == b.accounts &&
             IsLaterAlike(a, b) && GrantsSame(*a.permission, *b.permission);
    });
  }

  /// Whether the same accounts may have it that join later.
  static bool IsLaterAlike(const Said::Grant& a, const Said::Grant& b) {
    return a.holder->units == b.holder->units && a.permission->units == b.permission->units;
  }

  /// A sentence about many holders is compared once.
  bool GrantsSame(const Permission& old, const Permission& now) {
    const auto [at, is_new] = same_.try_emplace({&old, &now}, false);
    if (is_new) at->second = intent::GrantsSame(old, now);
    return at->second;
  }

  /// Its principals of either side in its accounts of either side, and whoever goes by their names.
  void AddGroup(const std::string& label, const Group* old, const Group* now) {
    std::set<intent::Principal> principals;
    std::set<std::size_t> places;
    for (const Group* group : {old, now}) {
      if (group == nullptr) continue;
      principals.insert(group->principals.begin(), group->principals.end());
      places.insert(group->places.begin(), group->places.end());
    }
    const Group whole{label, {principals.begin(), principals.end()}, {}};
    for (const std::size_t place : places) {
      for (const intent::Principal& principal : whole.principals) {
        Add(CallerOf(before_.world, whole, principal, place));
      }
      for (const Caller& caller : CallersAt(place)) {
        if (HasOne(whole.principals, caller)) Add(caller);
      }
    }
  }

  void Add(const Caller& caller) {
    concerned_[caller.place].try_emplace(std::pair(caller.arn, caller.keys), caller);
  }

  /// Prohibitions of one side only concern whom they bind, where they hold.
  void CompareProhibitions() {
    std::map<support::Fingerprint, std::vector<const Prohibition*>> old;
    for (const Prohibition& prohibition : before_.model.prohibitions) {
      old[intent::MeaningOf(prohibition)].push_back(&prohibition);
    }
    for (const Prohibition& prohibition : after_.model.prohibitions) {
      std::vector<const Prohibition*>& same = old[intent::MeaningOf(prohibition)];
      if (same.empty()) {
        AddBound(prohibition);
      } else {
        same.pop_back();
      }
    }
    for (const auto& [meaning, rest] : old) {
      for (const Prohibition* prohibition : rest) AddBound(*prohibition);
    }
  }

  void AddBound(const Prohibition& prohibition) {
    for (const AccountIndex account : prohibition.accounts) {
      for (const Caller& caller : CallersAt(account.value)) {
        if (Binds(prohibition, caller)) Add(caller);
      }
    }
  }

  /// Everybody of either side, and anyone else.
  const std::vector<Caller>& CallersAt(std::size_t place) {
    if (callers_.empty()) FindCallers();
    return callers_[place];
  }

  void FindCallers() {
    callers_.resize(before_.world.places.size());
    for (std::size_t place = 0; place < callers_.size(); ++place) {
      callers_[place].push_back(AnyoneElse(before_.world, place));
    }
    for (const Said* said : {&before_, &after_}) {
      for (const Group& group : said->world.groups) {
        for (const std::size_t place : group.places) {
          for (const intent::Principal& principal : group.principals) {
            callers_[place].push_back(CallerOf(before_.world, group, principal, place));
          }
        }
      }
      FindNamed(said->model);
    }
  }

  /// Whom only prohibitions name.
  void FindNamed(const intent::Model& model) {
    std::set<std::pair<std::uint32_t, intent::Principal>> named;
    for (const Prohibition& prohibition : model.prohibitions) {
      for (const auto* holders : {&prohibition.bound.included, &prohibition.bound.excepted}) {
        for (const Holder& holder : *holders) {
          for (const AccountIndex account : holder.accounts) {
            for (const intent::Principal& principal : holder.principals) {
              if (principal.kind == intent::Principal::Kind::kService) continue;
              if (!named.insert({account.value, principal}).second) continue;
              const Group group{LabelOf(principal), {principal}, {}};
              callers_[account.value].push_back(
                  CallerOf(before_.world, group, principal, account.value));
            }
          }
        }
      }
    }
  }

  [[nodiscard]] bool Binds(const Prohibition& prohibition, const Caller& caller) const {
    return prohibition.bound.everyone ||
           std::ranges::any_of(prohibition.bound.included, [&](const Holder& holder) {
             return HasOne(holder.principals, caller);
           });
  }

  [[nodiscard]] bool HasOne(const std::vector<intent::Principal>& principals,
                            const Caller& caller) const {
    const std::string& account = before_.world.places[caller.place].id;
    return std::ranges::any_of(principals, [&](const intent::Principal& principal) {
      return IsOne(principal, account, caller) || MayBeOne(principal, caller);
    });
  }

  /// As far as the texts before the first wildcards tell; "no" is certain. Most pairs end here,
  /// before the pattern of the principal is written out.
  [[nodiscard]] static bool NameMayAgree(const intent::Principal& principal,
                                         std::string_view pattern) {
    using PrincipalKind = intent::Principal::Kind;
    const bool is_user = principal.kind == PrincipalKind::kUser;
    if (!is_user && principal.kind != PrincipalKind::kRole) return true;
    const std::string_view kind = is_user ? ":user/" : ":role/";
    const std::size_t at = pattern.find(kind);
    if (at == std::string_view::npos) return true;
    return policy::BeginsMayAgree(principal.value, pattern.substr(at + kind.size()),
                                  policy::Case::kFolded);
  }

  /// Whether some whom the caller is an example of may go by the principal's name.
  [[nodiscard]] bool MayBeOne(const intent::Principal& principal, const Caller& caller) const {
    if (caller.pattern.find_first_of("*?") == std::string::npos &&
        principal.value.find_first_of("*?") == std::string::npos) {
      return false;
    }
    if (!NameMayAgree(principal, caller.pattern)) return false;
    const std::string pattern = PatternOf(before_.world, principal, caller.place);
    return !pattern.empty() && !caller.pattern.empty() &&
           policy::MayOverlap(policy::FoldCase(pattern), policy::FoldCase(caller.pattern));
  }

  // ---- what is said of them ---------------------------------------------------------------------

  [[nodiscard]] intent::Model Cut(const Said& said) {
    intent::Model cut;
    cut.organization = said.model.organization;
    cut.teams = said.model.teams;
    cut.guardrails = said.model.guardrails;
    cut.endpoints = said.model.endpoints;
    cut.perimeters = said.model.perimeters;
    for (const Permission& permission : said.model.permissions) {
      std::vector<Holder> holders;
      for (const Holder& holder : permission.holders) {
        if (std::optional<Holder> kept = Cut(permission, holder)) {
          holders.push_back(*std::move(kept));
        }
      }
      if (holders.empty()) continue;
      cut.permissions.push_back(permission);
      cut.permissions.back().holders = std::move(holders);
    }
    std::ranges::copy_if(said.model.prohibitions, std::back_inserter(cut.prohibitions),
                         [&](const Prohibition& prohibition) {
                           // Whom it binds is not asked: what is said of one class of callers may
                           // bear on another.
                           return std::ranges::any_of(prohibition.accounts,
                                                      [&](const AccountIndex account) {
                                                        return !concerned_[account.value].empty();
                                                      });
                         });
    return cut;
  }

  /// Whether one of the principals is, or goes with, somebody who is concerned in the account.
  [[nodiscard]] bool IsConcerned(const std::vector<intent::Principal>& principals,
                                 AccountIndex account) const {
    return std::ranges::any_of(concerned_[account.value],
                               [&](const auto& entry) { return HasOne(principals, entry.second); });
  }

  /// The holder in the accounts where it is, or goes with, somebody concerned. The document of a
  /// permission set serves all of its accounts.
  [[nodiscard]] std::optional<Holder> Cut(const Permission& permission, const Holder& holder) {
    std::vector<AccountIndex> accounts;
    std::map<AccountIndex, bool>& known = concerned_of_[holder.principals];
    for (const AccountIndex account : GrantedIn(permission, holder)) {
      const auto [at, is_new] = known.try_emplace(account, false);
      if (is_new) at->second = IsConcerned(holder.principals, account);
      if (at->second) accounts.push_back(account);
    }
    if (accounts.empty()) return std::nullopt;
    const bool is_set =
        std::ranges::any_of(holder.principals, [](const intent::Principal& principal) {
          return principal.kind == intent::Principal::Kind::kPermissionSet;
        });
    if (is_set) return holder;
    return Holder{holder.team, holder.principals, std::move(accounts), {}};
  }

  using Who = std::pair<std::string, std::vector<policy::ContextKey>>;  ///< ARN and tags

  Said before_;
  Said after_;
  std::map<std::pair<const Permission*, const Permission*>, bool> same_;  ///< looked up only
  std::vector<std::vector<Caller>> callers_;                              ///< everybody, by account
  std::vector<std::map<Who, Caller>> concerned_;                          ///< by account
  /// What IsConcerned says of principals and account, once all who are concerned are known: a team
  /// has many sentences.
  std::map<std::vector<intent::Principal>, std::map<AccountIndex, bool>> concerned_of_;
};

}  // namespace

std::optional<Changed> ChangedOf(const intent::Model& before, const intent::Model& after) {
  if (!IsSameGround(before, after)) return std::nullopt;
  return Comparison(before, after).Run();
}

}  // namespace writ::review

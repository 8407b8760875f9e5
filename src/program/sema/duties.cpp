#include "program/sema/duties.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "program/intent/dump.h"
#include "program/sema/actions.h"
#include "program/sema/principals.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;
using intent::Principal;

/// One principal of one holder, with what it may do in each account.
struct Actor {
  std::string holder;   ///< "team fraud"
  std::string pattern;  ///< of the role; else kind and name
  std::string prefix;   ///< of the pattern, up to its first wildcard
  /// Per account the permissions, those that waive the rule apart.
  std::map<AccountIndex, std::size_t> runtime;
  std::map<AccountIndex, std::size_t> admin;
  std::map<AccountIndex, std::vector<std::size_t>> waived_runtime;
  std::map<AccountIndex, std::vector<std::size_t>> waived_admin;
};

constexpr std::string_view kSsoPath = "aws-reserved/";

/// A text that is equal for principals that are one, and a pattern for roles.
std::string PatternOf(const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::kRole:
      return principal.value;
    case Principal::Kind::kPermissionSet:
      return "permission-set:" + principal.value;
    case Principal::Kind::kUser:
      return "user:" + principal.value;
    case Principal::Kind::kTag:
      return "tag:" + principal.tag_key + "=" + principal.value;
    case Principal::Kind::kService:
      return {};
  }
  return {};
}

std::string PrefixOf(const std::string& pattern) {
  return pattern.substr(0, pattern.find_first_of("*?"));
}

class Separation {
 public:
  Separation(Context& context, Sentences& sentences) : context_(context), sentences_(sentences) {
    for (std::size_t i = 0; i < context.model.permissions.size(); ++i) Enter(i);
  }
  void Check();

 private:
  void Enter(std::size_t permission);
  Actor& ActorFor(const intent::Holder& holder, const Principal& principal);
  void Compare(const Actor& runner, const Actor& administrator);
  void MarkWaived(const std::map<AccountIndex, std::vector<std::size_t>>& waived,
                  const std::map<AccountIndex, std::size_t>& plain,
                  const std::map<AccountIndex, std::vector<std::size_t>>& other_waived);
  void Report(const Actor& runner, const Actor& administrator, AccountIndex account,
              std::size_t runs, std::size_t administers);
  bool CanBeOne(const Actor& one, const Actor& other) const;

  Context& context_;
  Sentences& sentences_;
  std::vector<Actor> actors_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::set<std::pair<std::string, std::string>> reported_;
};

Actor& Separation::ActorFor(const intent::Holder& holder, const Principal& principal) {
  const std::string pattern = PatternOf(principal);
  const std::string text = HolderText(holder);
  const auto [at, fresh] = index_.emplace(std::pair{text, pattern}, actors_.size());
  if (fresh) {
    actors_.emplace_back();
    actors_.back().holder = text;
    actors_.back().pattern = pattern;
    actors_.back().prefix = PrefixOf(pattern);
  }
  return actors_[at->second];
}

void Separation::Enter(std::size_t permission) {
  const intent::Permission& each = context_.model.permissions[permission];
  const PermissionFacts& facts = sentences_.permissions[permission];
  if (!facts.runtime && !facts.admin) return;
  for (const intent::Holder& holder : each.holders) {
    const std::vector<AccountIndex> accounts = Intersect(each.accounts, holder.accounts);
    for (const Principal& principal : holder.principals) {
      if (principal.kind == Principal::Kind::kService) continue;
      Actor& actor = ActorFor(holder, principal);
      for (const AccountIndex account : accounts) {
        if (facts.separation != nullptr) {
          if (facts.runtime) actor.waived_runtime[account].push_back(permission);
          if (facts.admin) actor.waived_admin[account].push_back(permission);
        } else {
          if (facts.runtime) actor.runtime.emplace(account, permission);
          if (facts.admin) actor.admin.emplace(account, permission);
        }
      }
    }
  }
}

/// Roles by pattern; a permission set and a role only where the role's pattern can lie below the
/// path of Identity Center; everything else by name.
bool Separation::CanBeOne(const Actor& one, const Actor& other) const {
  if (one.pattern == other.pattern) return true;
  const auto is_role = [](const Actor& actor) {
    return actor.pattern.find(':') == std::string::npos;
  };
  const auto is_set = [](const Actor& actor) {
    return actor.pattern.rfind("permission-set:", 0) == 0;
  };
  if (is_role(one) && is_role(other)) return PatternsMeet(one.pattern, other.pattern);
  const Actor& set = is_set(one) ? one : other;
  const Actor& role = is_set(one) ? other : one;
  if (!is_set(set) || !is_role(role)) return false;
  Principal principal;
  principal.kind = Principal::Kind::kPermissionSet;
  principal.value = set.pattern.substr(std::string_view("permission-set:").size());
  return PatternsMeet(role.pattern, RolePattern(principal));
}

void Separation::Check() {
  // Two patterns can meet only if one's fixed beginning is a beginning of the other's: sorted by
  // it, those that continue it are neighbors, and those that it continues are found by length.
  std::vector<std::size_t> order(actors_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return std::tie(actors_[one].prefix, actors_[one].pattern, actors_[one].holder) <
           std::tie(actors_[other].prefix, actors_[other].pattern, actors_[other].holder);
  });
  std::vector<std::size_t> sets;
  for (const std::size_t i : order)
    if (actors_[i].pattern.rfind("permission-set:", 0) == 0) sets.push_back(i);
  const auto both_ways = [&](std::size_t one, std::size_t other) {
    if (!CanBeOne(actors_[one], actors_[other])) return;
    Compare(actors_[one], actors_[other]);
    if (one != other) Compare(actors_[other], actors_[one]);
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Actor& actor = actors_[order[i]];
    for (std::size_t j = i; j < order.size(); ++j) {
      if (actors_[order[j]].prefix.rfind(actor.prefix, 0) != 0) break;
      both_ways(order[i], order[j]);
    }
    const bool may_be_set =
        actor.pattern.find(':') == std::string::npos &&
        (kSsoPath.rfind(actor.prefix, 0) == 0 || actor.prefix.rfind(kSsoPath, 0) == 0) &&
        !actor.prefix.empty();
    if (may_be_set)
      for (const std::size_t set : sets) both_ways(order[i], set);
  }
}

void Separation::MarkWaived(const std::map<AccountIndex, std::vector<std::size_t>>& waived,
                            const std::map<AccountIndex, std::size_t>& plain,
                            const std::map<AccountIndex, std::vector<std::size_t>>& other_waived) {
  for (const auto& [account, permissions] : waived) {
    if (plain.count(account) == 0 && other_waived.count(account) == 0) continue;
    for (const std::size_t permission : permissions)
      sentences_.permissions[permission].separation->used = true;
  }
}

void Separation::Compare(const Actor& runner, const Actor& administrator) {
  MarkWaived(runner.waived_runtime, administrator.admin, administrator.waived_admin);
  MarkWaived(administrator.waived_admin, runner.runtime, runner.waived_runtime);
  for (const auto& [account, runs] : runner.runtime) {
    const auto administers = administrator.admin.find(account);
    if (administers == administrator.admin.end()) continue;
    Report(runner, administrator, account, runs, administers->second);
    return;
  }
}

void Separation::Report(const Actor& runner, const Actor& administrator, AccountIndex account,
                        std::size_t runs, std::size_t administers) {
  if (!reported_.insert({runner.holder, administrator.holder}).second) return;
  const std::string who =
      runner.holder == administrator.holder
          ? runner.holder
          : runner.holder + " and " + administrator.holder + ", which can be the same role,";
  const Span run_span = sentences_.permissions[runs].action;
  const Span admin_span = sentences_.permissions[administers].action;
  auto& found = context_.Report(diag::kSeparationOfDuties, admin_span, who,
                                context_.model.organization.accounts[account.value].name);
  found.At("administers here");
  if (run_span != admin_span) found.Also(run_span, "runs here");
  found.Suggest("bind a second role to another team, and move one of the two sentences there");
  found.Suggest(
      "`waive separation-of-duties until DATE by \"…\" because \"…\"` on one of the sentences");
}

/// Words of a permission or prohibition without its origin.
template <class T>
void WarnEqual(Context& context, const std::vector<T>& sentences) {
  std::unordered_map<std::string, const T*> first;
  for (const T& sentence : sentences) {
    T plain = sentence;
    plain.origin = {};
    std::string meaning = intent::Dump(context.model, plain);
    // Lists of the accounts of today are no wider later, whatever OU holds them all.
    if constexpr (requires { sentence.units; }) {
      for (const intent::NodeIndex unit : sentence.units) meaning += fmt::format(";{}", unit.value);
    }
    const auto [at, fresh] = first.emplace(std::move(meaning), &sentence);
    if (fresh || at->second->origin.span == sentence.origin.span) continue;
    context.Report(diag::kDuplicateSentence, sentence.origin.span)
        .At("has no effect")
        .Also(at->second->origin.span, "same meaning");
  }
}

}  // namespace

void CheckSeparationOfDuties(Context& context, Sentences& sentences) {
  Separation(context, sentences).Check();
}

void WarnDuplicates(Context& context) {
  WarnEqual(context, context.model.permissions);
  WarnEqual(context, context.model.prohibitions);
}

void WarnUnusedWaivers(Context& context, const Sentences& sentences) {
  // A waiver of a `given` block is read once for each sentence inside.
  std::set<Span> used;
  for (const Waiver& waiver : sentences.waivers)
    if (waiver.used) used.insert(waiver.span);
  for (const Waiver& waiver : sentences.waivers)
    if (waiver.code == 0 && used.count(waiver.span) == 0)
      context.Report(diag::kUnusedWaiver, waiver.span, waiver.said.rule).At("no such finding here");
}

namespace {

/// Keys that say from where a call comes in the organization's networks.
constexpr std::array<std::string_view, 4> kPlaceKeys{"aws:SourceVpce", "aws:SourceVpc",
                                                     "aws:SourceIp", "aws:VpcSourceIp"};

bool AsksForPlace(const intent::Condition& condition) {
  if (condition.kind == intent::Condition::Kind::kTest)
    return std::find(kPlaceKeys.begin(), kPlaceKeys.end(), condition.test.key) != kPlaceKeys.end();
  return std::any_of(condition.operands.begin(), condition.operands.end(), AsksForPlace);
}

/// What a permission has AWS do with a role of the service; empty if nothing.
std::string_view ServiceUsed(const intent::Operation& operation) {
  const auto acts = [&](std::string_view part) {
    return std::any_of(operation.actions.begin(), operation.actions.end(),
                       [&](const std::string& action) { return action.find(part) == 0; });
  };
  if (operation.sort == Sort::kKnowledgeBases || acts("bedrock:Retrieve"))
    return "a knowledge base";
  if (operation.kind == intent::Operation::Kind::kVerb) {
    if (operation.sort == Sort::kAgents) return "an agent";
    if (operation.sort == Sort::kFlows) return "a flow";
    if (operation.verb == "batch") return "batch inference";
    for (const std::string& kind : operation.kinds) {
      if (kind == "knowledge-bases") return "a knowledge base";
      if (kind == "agents") return "an agent";
      if (kind == "flows") return "a flow";
      if (kind.find("agentcore") == 0) return "AgentCore";
    }
    return {};
  }
  if (acts("bedrock:InvokeAgent") || acts("bedrock:InvokeInlineAgent")) return "an agent";
  if (acts("bedrock:InvokeFlow")) return "a flow";
  if (acts("bedrock:CreateModelInvocationJob")) return "batch inference";
  if (acts("bedrock-agentcore:")) return "AgentCore";
  return {};
}

}  // namespace

void WarnServicesStopped(Context& context) {
  for (const intent::Prohibition& prohibition : context.model.prohibitions) {
    if (!prohibition.unless || !prohibition.bound.everyone || !prohibition.bound.excepted.empty())
      continue;
    const intent::Duty& duty = *prohibition.unless;
    const bool of_place = duty.kind == intent::Duty::Kind::kEndpoint ||
                          (duty.kind == intent::Duty::Kind::kSatisfy && AsksForPlace(duty.satisfy));
    const bool of_calls = prohibition.operation.kind == intent::Operation::Kind::kVerb &&
                          prohibition.operation.sort == Sort::kModels;
    if (!of_place || !of_calls) continue;
    auto& found = context.Report(diag::kEndpointStopsServices, prohibition.origin.span);
    found.At("also binds roles that AWS services assume, which do not use your endpoints");
    std::size_t shown = 0;
    constexpr std::size_t kMost = 3;
    for (const intent::Permission& permission : context.model.permissions) {
      const std::string_view used = ServiceUsed(permission.operation);
      if (used.empty() || shown == kMost) continue;
      const bool here = std::any_of(
          permission.accounts.begin(), permission.accounts.end(), [&](AccountIndex account) {
            return std::binary_search(prohibition.accounts.begin(), prohibition.accounts.end(),
                                      account);
          });
      if (!here) continue;
      found.Also(permission.origin.span, "uses " + std::string(used));
      ++shown;
    }
    found.Suggest(
        "exclude the roles that AWS services assume: `everyone except role \"…\" must …`");
    found.Note(
        "knowledge bases, agents, flows, batch inference and AgentCore call models from "
        "AWS's own network");
  }
}

void WarnMissingRights(Context& context, const Sentences& sentences) {
  // Holders that some `do` sentence gives iam:PassRole to: they have thought of it.
  std::set<std::string> pass_roles;
  for (const intent::Permission& permission : context.model.permissions)
    for (const std::string& action : permission.operation.actions)
      if (action == "iam:PassRole")
        for (const intent::Holder& holder : permission.holders)
          pass_roles.insert(HolderText(holder));
  for (std::size_t i = 0; i < context.model.permissions.size(); ++i) {
    const PermissionFacts& facts = sentences.permissions[i];
    if (facts.verb == nullptr || facts.verb->needs.empty()) continue;
    const auto& holders = context.model.permissions[i].holders;
    const bool has = facts.verb->needs.find("iam:PassRole") != std::string::npos &&
                     std::all_of(holders.begin(), holders.end(), [&](const intent::Holder& each) {
                       return pass_roles.count(HolderText(each)) > 0;
                     });
    if (has) continue;
    context.Report(diag::kNeedsAnotherRight, facts.action, facts.verb->name, facts.verb->needs)
        .At("not sufficient");
  }
}

}  // namespace writ::sema

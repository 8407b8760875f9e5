// Prohibitions: the widest reading, way by way, and what both readings share.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/date.h"
#include "program/intent/planes.h"
#include "proof/deployed/joining.h"
#include "proof/verify/legs.h"
#include "proof/verify/reading.h"
#include "proof/verify/refused_models.h"
#include "proof/verify/spaces.h"

namespace writ::verify {
namespace {

using Plane = intent::Call::Plane;
using DutyKind = intent::Duty::Kind;

policy::Patterns These(std::vector<std::string> values) {
  return {policy::Sense::kListed, std::move(values)};
}

policy::Patterns AllBut(std::vector<std::string> values) {
  return {policy::Sense::kAllBut, std::move(values)};
}

class Reader {
 public:
  Reader(const Facts& facts, const intent::Prohibition& prohibition, intent::AccountIndex account)
      : facts_(facts), said_(prohibition), account_(account) {}

  Forbidden Run() {
    if (!std::ranges::binary_search(said_.accounts, account_)) return {};
    common_ = And({During(said_.period), ThroughOneOf(facts_, said_.endpoints), Always()});
    if (IsOfModels(said_)) {
      forbidden_ = RefusedModels(facts_, said_, account_, partition_, common_);
      forbidden_.boxes = OnBothPlanes(facts_, std::move(forbidden_.boxes));
      return std::move(forbidden_);
    }
    common_ = And({common_, said_.when});
    switch (said_.operation.kind) {
      case intent::Operation::Kind::kActions:
        Actions();
        break;
      case intent::Operation::Kind::kAnything:
        Anything();
        break;
      case intent::Operation::Kind::kVerb:
        Others();
        break;
    }
    forbidden_.boxes = OnBothPlanes(facts_, std::move(forbidden_.boxes));
    return std::move(forbidden_);
  }

 private:
  void Add(policy::Patterns actions, policy::Patterns resources, Condition condition) {
    if (actions.values.empty()) return;
    if (resources.values.empty() && resources.sense == policy::Sense::kListed) return;
    forbidden_.boxes.push_back(
        {std::move(actions), std::move(resources), And({common_, std::move(condition)}), {}, 0});
  }

  // ---- where

  [[nodiscard]] Condition Where() const { return CalledIn(said_.regions, partition_); }

  /// `in any region except R` also means the calls that are processed in no region: of `actions`,
  /// those that a global route takes.
  void AddGlobal(const std::vector<std::string>& actions) {
    if (!said_.regions || !said_.regions->all_except) return;
    std::vector<std::string> calls;
    for (const std::string& action : actions) {
      const bool is_call = std::ranges::find(InvokeActions(), action) != InvokeActions().end() ||
                           action == "bedrock:CreateInferenceProfile";
      if (is_call) calls.push_back(action);
    }
    Add(These(actions), These({fmt::format("arn:{}:bedrock:::foundation-model/*", partition_)}),
        LeftUndone());
    Add(These(std::move(calls)),
        These({fmt::format("arn:{}:bedrock:*:*:inference-profile/global.*", partition_)}),
        LeftUndone());
  }

  /// What lifts the prohibition is not done. What is no call to a model has no guardrail and no
  /// profile, and never does it.
  [[nodiscard]] Condition LeftUndone() const {
    if (!said_.unless || said_.unless->kind == DutyKind::kGuardrail ||
        said_.unless->kind == DutyKind::kProfile) {
      return Always();
    }
    return Not(IsDone(facts_, *said_.unless, account_, partition_));
  }

  // ---- everything else

  void Others() {
    const intent::Operation& operation = said_.operation;
    const std::string& verb = operation.verb;
    const Condition left_undone = And({LeftUndone(), Where()});
    if (verb == "administer" || verb == "browse") return Kinds(left_undone);
    if (verb == "log-in-with") {
      std::vector<std::string> actions;
      if (said_.Covers(Plane::kBedrock)) actions.emplace_back("bedrock:CallWithBearerToken");
      if (said_.Covers(Plane::kMantle)) actions.emplace_back("bedrock-mantle:CallWithBearerToken");
      if (said_.Covers(intent::kClaudePlatform)) {
        actions.emplace_back("aws-external-anthropic:CallWithBearerToken");
      }
      // [SAR] The same right of a service with keys of its own, which is no plane.
      if (said_.planes.empty()) actions.emplace_back("sagemaker:CallWithBearerToken");
      return Add(These(std::move(actions)), These({"*"}), left_undone);
    }
    if (!said_.Covers(Plane::kBedrock)) return;
    if (verb == "apply") {
      return Add(These({"bedrock:ApplyGuardrail"}), AppliedGuardrails(), left_undone);
    }
    for (const PlainVerb& plain : PlainVerbs()) {
      if (plain.verb != verb || plain.sort != operation.sort) continue;
      std::vector<std::string> actions;
      if (!plain.granted.empty()) actions.emplace_back(plain.granted);
      if (!plain.also_forbidden.empty()) actions.emplace_back(plain.also_forbidden);
      const intent::Things& things = operation.things;
      policy::Patterns resources =
          These(things.all ? std::vector<std::string>{"*"} : Anywhere(things.arns));
      if (things.all && !things.except_arns.empty()) {
        resources = AllBut(Anywhere(things.except_arns));
      }
      Add(These(std::move(actions)), std::move(resources), left_undone);
    }
  }

  /// Guardrails that the program names are known by what is bound in the account; `any guardrail`
  /// is also whatever the program does not know.
  [[nodiscard]] policy::Patterns AppliedGuardrails() const {
    const bool any = said_.operation.things.all;
    const std::string& account = facts_.AccountAt(account_).id;
    std::vector<std::string> arns;
    for (std::uint32_t i = 0; i < facts_.model.guardrails.size(); ++i) {
      const bool listed =
          std::ranges::count(said_.operation.guardrails, intent::GuardrailIndex{i}) > 0;
      if (listed == any) continue;  // listed ones are in, the others out
      const std::string& name = facts_.model.guardrails[i].name;
      for (const std::string& region : facts_.bindings.Regions(name, account)) {
        arns.push_back(facts_.bindings.Find(name, account, region)->arn);
      }
    }
    if (!any) return These(std::move(arns));
    return arns.empty() ? These({"*"}) : AllBut(std::move(arns));
  }

  std::vector<std::string> Anywhere(const std::vector<std::string>& arns) const {
    std::vector<std::string> located;
    for (const std::string& arn : arns) {
      for (std::string& each : Located(arn, partition_, {"*"}, "*")) {
        located.push_back(std::move(each));
      }
    }
    return located;
  }

  void Kinds(const Condition& condition) {
    const bool browsing = said_.operation.verb == "browse";
    const auto plane = browsing ? catalog::PlaneClass::kRead : catalog::PlaneClass::kAdmin;
    for (const std::string& kind : said_.operation.kinds) {
      for (const catalog::BedrockAction* action : facts_.catalog.ActionsOfKind(kind, plane)) {
        const bool mantle = action->service == "bedrock-mantle";
        if (!said_.Covers(mantle ? Plane::kMantle : Plane::kBedrock)) continue;
        const bool shared = !action->when_key.empty();
        Add(These({action->FullName()}), These({"*"}),
            And({condition, shared ? Among(action->when_key, {action->when_value}) : Always()}));
      }
    }
  }

  [[nodiscard]] policy::Patterns OnWhat() const {
    return These(said_.operation.resources.empty() ? std::vector<std::string>{"*"}
                                                   : said_.operation.resources);
  }

  void Actions() {
    const std::vector<std::string>& actions = said_.operation.actions;
    Add(These(actions), OnWhat(), And({LeftUndone(), Where()}));
    if (!said_.operation.resources.empty()) return;
    std::vector<std::string> meant;
    for (const std::string& action : GlobalActions()) {
      if (std::ranges::any_of(actions, [&](const std::string& pattern) {
            return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
          })) {
        meant.push_back(action);
      }
    }
    // Something of the sentence must be an invocation: a job alone is no routed call.
    if (std::ranges::any_of(meant, [](const std::string& action) {
          return std::ranges::find(InvokeActions(), action) != InvokeActions().end();
        })) {
      AddGlobal(meant);
    }
  }

  void Anything() {
    std::set<std::string> except(said_.operation.except_actions.begin(),
                                 said_.operation.except_actions.end());
    if (said_.regions) {
      for (const catalog::Service& service : facts_.catalog.Services()) {
        if (service.global_endpoint) except.insert(service.prefix + ":*");
      }
    }
    Add(except.empty() ? These({"*"}) : AllBut({except.begin(), except.end()}), OnWhat(),
        And({LeftUndone(), Where()}));
    if (!said_.operation.resources.empty()) return;
    std::vector<std::string> meant = GlobalActions();
    std::erase_if(meant, [&](const std::string& action) {
      return std::ranges::any_of(except, [&](const std::string& pattern) {
        return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
      });
    });
    AddGlobal(meant);
  }

  const Facts& facts_;
  const intent::Prohibition& said_;
  intent::AccountIndex account_;
  const std::string& partition_ = facts_.partition();
  Condition common_;
  Forbidden forbidden_;
};

}  // namespace

// ---- what both readings share

namespace {

constexpr std::string_view kBedrock = "bedrock:";
/// [LANGUAGE 3] In actions with these prefixes a `bedrock:` key stands for theirs of that name.
constexpr std::string_view kTwins[] = {"bedrock-mantle:", "aws-external-anthropic:", "sagemaker:"};

/// Names the keys of that prefix where there are such; says whether there was any.
bool NameTwins(const Facts& facts, std::string_view prefix, Condition& condition) {
  bool any = false;
  const std::string& key = condition.test.key;
  if (condition.kind == Condition::Kind::kTest && key.starts_with(kBedrock)) {
    const std::string twin = std::string(prefix) + key.substr(kBedrock.size());
    if (facts.catalog.FindKey(twin)) {
      condition.test.key = twin;
      any = true;
    }
  }
  for (Condition& operand : condition.operands) any = NameTwins(facts, prefix, operand) || any;
  return any;
}

bool SpeaksOfBedrockKeys(const Condition& condition) {
  if (condition.kind == Condition::Kind::kTest) return condition.test.key.starts_with(kBedrock);
  return std::ranges::any_of(condition.operands, SpeaksOfBedrockKeys);
}

}  // namespace

std::vector<Authorization> OnBothPlanes(const Facts& facts, std::vector<Authorization> boxes) {
  std::vector<Authorization> divided;
  for (Authorization& box : boxes) {
    const bool may_divide = SpeaksOfBedrockKeys(box.condition);
    for (const std::string_view prefix : kTwins) {
      if (!may_divide) break;
      Authorization own = box;
      if (!NameTwins(facts, prefix, own.condition)) continue;
      std::vector<std::string>& actions = box.actions.values;
      const bool listed = box.actions.sense == policy::Sense::kListed;
      if (listed && actions != std::vector<std::string>{"*"}) {
        const auto is_own = [&](const std::string& action) { return action.starts_with(prefix); };
        std::erase_if(own.actions.values, [&](const auto& action) { return !is_own(action); });
        std::erase_if(actions, is_own);
      } else {
        own.actions = These({std::string(prefix) + "*"});
        if (listed) actions.clear();
        actions.push_back(std::string(prefix) + "*");
        box.actions.sense = policy::Sense::kAllBut;
      }
      if (!own.actions.values.empty()) divided.push_back(std::move(own));
    }
    if (!box.actions.values.empty()) divided.push_back(std::move(box));
  }
  return divided;
}

Condition During(const intent::Period& period) {
  std::vector<Condition> all;
  if (period.from) all.push_back(AtOrAfter("aws:CurrentTime", *period.from + "T00:00:00Z"));
  if (period.until) {
    const std::optional<support::Date> last = support::ParseDate(*period.until);
    WRIT_CHECK(last.has_value(), *period.until);
    const support::Date next = support::DateOfDayNumber(support::DayNumber(*last) + 1);
    all.push_back(Before("aws:CurrentTime", support::DateText(next) + "T00:00:00Z"));
  }
  return And(std::move(all));
}

// Source of the keys: IAM User Guide, "AWS global condition context keys", read 2026-11-22. Behind
// an endpoint of a VPC the caller's address is aws:VpcSourceIp, and aws:SourceIp is absent.
Condition ThroughOneOf(const Facts& facts, const std::vector<intent::EndpointIndex>& endpoints) {
  if (endpoints.empty()) return Always();
  std::vector<Condition> any;
  for (const intent::EndpointIndex index : endpoints) {
    const intent::Endpoint& endpoint = facts.model.endpoints[index.value];
    std::vector<Condition> all;
    if (!endpoint.vpces.empty()) all.push_back(Among("aws:SourceVpce", endpoint.vpces));
    if (!endpoint.vpcs.empty()) all.push_back(Among("aws:SourceVpc", endpoint.vpcs));
    if (!endpoint.cidrs.empty()) {
      const bool in_vpc = !endpoint.vpces.empty() || !endpoint.vpcs.empty();
      Condition address = Among(in_vpc ? "aws:VpcSourceIp" : "aws:SourceIp", endpoint.cidrs);
      address.test.type = intent::Test::Type::kIp;
      all.push_back(std::move(address));
    }
    any.push_back(And(std::move(all)));
  }
  return Or(std::move(any));
}

namespace {

/// The principals of holders in the account with this id; `is_here`: of those that are in it.
// Source of the roles of permission sets: IAM Identity Center User Guide, "Referencing permission
// sets in resource policies", read 2026-11-22.
template <class IsHere>
Condition IsOneIn(const std::string& account, const std::vector<intent::Holder>& holders,
                  const std::string& partition, const IsHere& is_here) {
  const std::string home = fmt::format("arn:{}:iam::{}:", partition, account);
  std::vector<std::string> arns;
  std::vector<Condition> any;
  for (const intent::Holder& holder : holders) {
    const bool here = is_here(holder);
    for (const intent::Principal& principal : holder.principals) {
      switch (principal.kind) {
        case intent::Principal::Kind::kRole:
          if (here) arns.push_back(home + "role/" + principal.value);
          break;
        case intent::Principal::Kind::kUser:
          if (here) arns.push_back(home + "user/" + principal.value);
          break;
        case intent::Principal::Kind::kPermissionSet: {
          if (!here) break;
          const std::string role =
              fmt::format("AWSReservedSSO_{}_{}", principal.value, "????????????????");
          arns.push_back(home + "role/aws-reserved/sso.amazonaws.com/" + role);
          arns.push_back(home + "role/aws-reserved/sso.amazonaws.com/*/" + role);
          break;
        }
        case intent::Principal::Kind::kTag:
          if (here || holder.accounts.empty()) {
            any.push_back(Among("aws:PrincipalTag/" + principal.tag_key, {principal.value}));
          }
          break;
        case intent::Principal::Kind::kService:
          break;
      }
    }
  }
  if (!arns.empty()) any.push_back(ArnAmong("aws:PrincipalArn", std::move(arns)));
  return Or(std::move(any));
}

}  // namespace

Condition IsOneOf(const Facts& facts, const std::vector<intent::Holder>& holders,
                  intent::AccountIndex account, const std::string& partition) {
  return IsOneIn(facts.AccountAt(account).id, holders, partition,
                 [account](const intent::Holder& holder) {
                   return std::ranges::binary_search(holder.accounts, account);
                 });
}

Condition CallsAsOneOf(const Facts& facts, const std::vector<intent::Holder>& holders,
                       intent::AccountIndex account, const std::string& partition) {
  Condition callers = IsOneOf(facts, holders, account, partition);
  const bool has_user = std::ranges::any_of(holders, [&](const intent::Holder& holder) {
    return std::ranges::binary_search(holder.accounts, account) &&
           std::ranges::any_of(holder.principals, [](const intent::Principal& principal) {
             return principal.kind == intent::Principal::Kind::kUser;
           });
  });
  if (!has_user) return callers;
  return Or(
      {std::move(callers),
       ArnAmong("aws:PrincipalArn", {FederatedUsers(partition, facts.AccountAt(account).id)})});
}

bool IsOfModels(const intent::Prohibition& prohibition) {
  return prohibition.operation.kind == intent::Operation::Kind::kVerb &&
         prohibition.operation.sort == intent::Sort::kModels;
}

Forbidden RefusedToAnyone(const Facts& facts, const intent::Prohibition& prohibition,
                          intent::AccountIndex account) {
  return Reader(facts, prohibition, account).Run();
}

Condition WhoIsBound(const Facts& facts, const intent::Prohibition& prohibition,
                     intent::AccountIndex account) {
  const intent::Bound& bound = prohibition.bound;
  Condition excepted = Not(IsOneOf(facts, bound.excepted, account, facts.partition()));
  if (bound.everyone) return excepted;
  return And({IsOneOf(facts, bound.included, account, facts.partition()), std::move(excepted)});
}

Condition WhoIsBound(const Facts& facts, const intent::Prohibition& prohibition,
                     const Joined& joined) {
  const auto one_of = [&](const std::vector<intent::Holder>& holders) {
    return IsOneIn(joined.id, holders, facts.partition(), [&](const intent::Holder& holder) {
      return deployed::IsAtOrBelowAny(facts.model.organization, joined.node, holder.units);
    });
  };
  Condition excepted = Not(one_of(prohibition.bound.excepted));
  if (prohibition.bound.everyone) return excepted;
  return And({one_of(prohibition.bound.included), std::move(excepted)});
}

// A box asks for what is common to all of the sentence, then for its own: a sentence on models has
// its days, endpoints and callers there, any other one these and its conditions.
Condition& WhoIn(Authorization& box, bool is_of_models) {
  Condition& common = box.condition.operands.at(0);
  constexpr std::size_t kWho = 2;
  return (is_of_models ? common : common.operands.at(0)).operands.at(kWho);
}

Forbidden Refused(const Facts& facts, const intent::Prohibition& prohibition,
                  intent::AccountIndex account) {
  Forbidden forbidden = RefusedToAnyone(facts, prohibition, account);
  const Condition who = WhoIsBound(facts, prohibition, account);
  for (Authorization& box : forbidden.boxes) WhoIn(box, IsOfModels(prohibition)) = who;
  return forbidden;
}

}  // namespace writ::verify

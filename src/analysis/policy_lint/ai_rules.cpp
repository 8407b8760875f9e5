// AI on AWS: calls that no statement lets through to the end, calls that a bound leaves open, and
// rights over the controls themselves.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::Effect;
using policy::Request;
using policy::Statement;
using policy::Verdict;

constexpr std::string_view kAccount = "111122223333";
constexpr std::string_view kRegionKey = "aws:RequestedRegion";
constexpr std::string_view kProfileKey = "bedrock:InferenceProfileArn";
// The Region of the leg of a global profile that has none. Source: Amazon Bedrock User Guide,
// "Global cross-Region inference" (read 2026-11-22).
constexpr std::string_view kNoRegion = "unspecified";

bool IsAllowed(const Subject& subject, const Request& request) {
  return Decide(subject, request, std::nullopt) == Verdict::kAllowed;
}

bool IsDenied(const Subject& subject, const Request& request) {
  return Decide(subject, request, std::nullopt) == Verdict::kExplicitDeny;
}

bool IsDeniedBy(const Subject& subject, const Request& request, std::size_t statement) {
  return IsDenied(subject, request) &&
         Decide(subject, request, statement) != Verdict::kExplicitDeny;
}

// Policies that forbid: of principals, and above them.
bool MayForbid(const Subject& subject) {
  return NamesAnyResource(subject.kind()) && !subject.where().has_holes;
}

bool HasAllow(const Subject& subject) {
  return std::ranges::any_of(subject.document().statements,
                             [](const Statement& one) { return one.effect == Effect::kAllow; });
}

// Whether the document leaves a request to others: it does not deny it, and, if it is a policy that
// allows things, it allows this too.
bool LeavesOpen(const Subject& subject, const Request& request) {
  if (IsDenied(subject, request)) return false;
  return !IsOfPrincipal(subject.kind()) || !HasAllow(subject) || IsAllowed(subject, request);
}

std::string ModelArn(std::string_view region, std::string_view model) {
  return fmt::format("arn:aws:bedrock:{}::foundation-model/{}", region, model);
}

std::string ProfileArn(std::string_view region, std::string_view account,
                       std::string_view profile) {
  return fmt::format("arn:aws:bedrock:{}:{}:inference-profile/{}", region, account, profile);
}

Request Call(std::string_view action, std::string resource, std::string_view account,
             std::string_view region) {
  Request request = Example(std::string(action), std::move(resource));
  request.principal = fmt::format("arn:aws:iam::{}:role/example", account);
  request.context = {{std::string(kRegionKey), false, {std::string(region)}}};
  return request;
}

// --------------------------------------------------------------------------------------- L91

// A system profile, called in a Region of an account.
struct ProfileCall {
  std::string region;
  std::string account;
  catalog::FoundProfile found;

  [[nodiscard]] std::string arn() const { return ProfileArn(region, account, found.profile->id); }
};

std::optional<ProfileCall> ProfileOf(const Subject& subject, const std::string& arn) {
  constexpr std::string_view kPrefix = "inference-profile/";
  const auto parts = policy::SplitArn(arn);
  if (!parts || (*parts)[2] != "bedrock" || !(*parts)[5].starts_with(kPrefix) ||
      policy::HasWildcard((*parts)[3]) || arn.find("${") != std::string::npos ||
      subject.IsOpen(arn)) {
    return std::nullopt;
  }
  const auto found = subject.catalog().FindProfile((*parts)[5].substr(kPrefix.size()));
  if (!found) return std::nullopt;
  const bool is_exact = (*parts)[4].size() == 12 && !policy::HasWildcard((*parts)[4]);
  return ProfileCall{std::string((*parts)[3]), std::string(is_exact ? (*parts)[4] : kAccount),
                     found};
}

// The steps of a call through a profile, as AWS authorizes them; nothing if the catalog does not
// know all destinations. Source: Amazon Bedrock User Guide, "Prerequisites for inference profiles",
// "Geographic cross-Region inference", "Global cross-Region inference" (read 2026-11-22).
std::optional<std::vector<Request>> LegsOf(const ProfileCall& call, std::string_view action) {
  const std::string& model = call.found.id->id;
  std::vector<Request> legs = {Call(action, call.arn(), call.account, call.region)};
  const auto add = [&](std::string_view arn_region, std::string_view region) {
    Request leg = Call(action, ModelArn(arn_region, model), call.account, region);
    SetKey(leg, kProfileKey, call.arn());
    legs.push_back(std::move(leg));
  };
  add(call.region, call.region);
  if (call.found.profile->global()) {
    add("", kNoRegion);
    return legs;
  }
  const catalog::Route* const route = call.found.profile->RouteFrom(call.region);
  if (route == nullptr || route->inferred) return std::nullopt;
  for (const std::string& destination : route->destinations) {
    if (destination != call.region) add(destination, destination);
  }
  return legs;
}

struct Half {
  std::size_t statement;
  policy::Place place;
  ProfileCall call;
};

// Profiles that are named by Allow statements, as a resource or as the way to a model.
std::vector<Half> NamedProfiles(const Subject& subject) {
  std::vector<Half> named;
  const auto& statements = subject.document().statements;
  std::set<std::string> seen;
  const auto add = [&](std::size_t i, policy::Place place, const std::string& arn) {
    auto call = ProfileOf(subject, arn);
    if (call && seen.insert(call->arn()).second) named.push_back({i, place, *std::move(call)});
  };
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].effect != Effect::kAllow) continue;
    const auto& places = subject.places(i);
    if (statements[i].resource && statements[i].resource->sense == policy::Sense::kListed) {
      for (std::size_t j = 0; j < statements[i].resource->values.size(); ++j) {
        add(i, places.resources[j], statements[i].resource->values[j]);
      }
    }
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (!policy::EqualIgnoringCase(condition.key, kProfileKey) ||
          policy::IsNegated(condition.op.base)) {
        continue;
      }
      for (const std::string& value : condition.values) add(i, places.conditions[j], value);
    }
  }
  return named;
}

void FindHalfRoute(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  for (const Half& half : NamedProfiles(subject)) {
    for (const std::string_view action :
         {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}) {
      const auto legs = LegsOf(half.call, action);
      if (!legs) continue;
      std::vector<Request> refused;
      std::ranges::copy_if(*legs, std::back_inserter(refused), [&](const Request& leg) {
        // One source has it that the leg without a Region has no aws:RequestedRegion either.
        Request other = leg;
        SetKey(other, kRegionKey, std::nullopt);
        const bool is_regionless = leg.resource.find("bedrock:::") != std::string::npos;
        return !IsAllowed(subject, leg) && !(is_regionless && IsAllowed(subject, other));
      });
      // Without any the action is not meant.
      if (refused.empty() || refused.size() == legs->size()) continue;
      Finding& found =
          report.Add(diag::kLintHalfRoute, half.statement, subject.SpanOf(half.place),
                     fmt::format("{} {}", action, half.call.arn()), half.call.found.profile->id);
      found.diagnostic
          .At(fmt::format("{} of {} steps of a call are refused", refused.size(), legs->size()))
          .Note(
              "AWS authorizes the profile and the model in every Region that may process the call")
          .Note(fmt::format("catalog of {}", subject.catalog().date()));
      found.diagnostic.Note("other policies of the principal are not counted");
      std::vector<std::string> resources;
      for (const Request& leg : refused) resources.push_back(leg.resource);
      found.diagnostic.Suggest(fmt::format("allow `{}` on {}", action, ListOf(resources)));
      ShowDecision(subject, found, half.statement, refused.front());
      break;
    }
  }
}

// ---------------------------------------------------------------------------------- L92, L93

// A model with a global profile, called in `region`.
std::optional<ProfileCall> GlobalCall(const Subject& subject, const std::string& region) {
  for (const catalog::Model& model : subject.catalog().models()) {
    for (const catalog::ModelId* id : model.GrantedIds()) {
      const catalog::InferenceProfile* const profile = id->ProfileOf("global");
      if (profile == nullptr || profile->CallableIn(region) != std::optional(true)) continue;
      return ProfileCall{region, std::string(kAccount), {&model, id, profile}};
    }
  }
  return std::nullopt;
}

void FindRouteEscape(const Subject& subject, Report& report) {
  if (!MayForbid(subject)) return;
  constexpr std::string_view kAction = "bedrock:InvokeModel";
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const policy::Condition* const bound = FindCondition(statements[i], kRegionKey);
    if (statements[i].effect != Effect::kDeny || bound == nullptr) continue;
    // A Region in which the model itself cannot be called, and one in which the profile can.
    std::optional<std::string> closed;
    std::optional<ProfileCall> open;
    for (const catalog::Region& region : subject.catalog().regions()) {
      if (region.bedrock != std::optional(true) || region.partition != "aws") continue;
      const auto call = GlobalCall(subject, region.name);
      if (!call) continue;
      const Request direct =
          Call(kAction, ModelArn(region.name, call->found.id->id), kAccount, region.name);
      if (!closed && IsDeniedBy(subject, direct, i)) closed = region.name;
      if (open) continue;
      const auto legs = LegsOf(*call, kAction);
      if (std::ranges::all_of(*legs,
                              [&](const Request& leg) { return LeavesOpen(subject, leg); })) {
        open = call;
      }
    }
    if (!closed || !open) continue;
    const auto j = static_cast<std::size_t>(bound - statements[i].conditions.data());
    Finding& found =
        report.Add(diag::kLintRouteEscape, i, subject.SpanOf(subject.places(i).conditions[j]),
                   policy::OperatorName(bound->op) + bound->key, *closed);
    found.diagnostic.At(fmt::format("`{}` where a global profile has a call processed", kNoRegion))
        .Suggest(
            "deny `arn:aws:bedrock:::foundation-model/*` and "
            "`arn:aws:bedrock:*:*:inference-profile/global.*` too");
    ShowDecision(subject, found, i, LegsOf(*open, kAction)->back());
  }
}

// A model that a resource pattern of a Deny names, best one that the other plane has too.
std::optional<catalog::FoundId> ModelOf(const Subject& subject, const Statement& statement) {
  std::optional<catalog::FoundId> best;
  for (const catalog::Model& model : subject.catalog().models()) {
    for (const catalog::ModelId& id : model.ids) {
      if (id.on_runtime != std::optional(true)) continue;
      const bool is_named =
          !statement.resource || statement.resource->sense == policy::Sense::kAllBut ||
          std::ranges::any_of(statement.resource->values, [&](const std::string& pattern) {
            return catalog::MatchesPattern(pattern, ModelArn("us-east-1", id.id));
          });
      if (!is_named) continue;
      const bool is_on_both = std::ranges::any_of(model.ids, [](const catalog::ModelId& one) {
        return one.on_mantle == std::optional(true);
      });
      if (is_on_both) return catalog::FoundId{&model, &id};
      if (!best) best = catalog::FoundId{&model, &id};
    }
  }
  return best;
}

// Ways to have a model called, beside InvokeModel. Source: Service Authorization Reference, Amazon
// Bedrock and Amazon Bedrock Mantle (read 2026-11-22).
std::vector<Request> OtherWays(const catalog::FoundId& model, const Request& direct) {
  std::vector<Request> ways;
  for (const std::string_view action :
       {"bedrock:InvokeModelWithResponseStream", "bedrock:CreateModelInvocationJob"}) {
    Request way = direct;
    way.action = action;
    ways.push_back(std::move(way));
  }
  for (const catalog::ModelId& id : model.model->ids) {
    if (id.on_mantle != std::optional(true)) continue;
    Request way = Call("bedrock-mantle:CreateInference",
                       fmt::format("arn:aws:bedrock-mantle:us-east-1:{}:project/default", kAccount),
                       kAccount, "us-east-1");
    SetKey(way, "bedrock-mantle:Model", id.id);
    ways.push_back(std::move(way));
    break;
  }
  return ways;
}

void FindOtherPlane(const Subject& subject, Report& report) {
  if (!MayForbid(subject)) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    // What a condition exempts is exempt on purpose; what it asks of the call differs by action.
    if (statements[i].effect != Effect::kDeny || !statements[i].conditions.empty()) continue;
    const auto model = ModelOf(subject, statements[i]);
    if (!model) continue;
    const Request direct =
        Call("bedrock:InvokeModel", ModelArn("us-east-1", model->id->id), kAccount, "us-east-1");
    if (!IsDeniedBy(subject, direct, i)) continue;
    std::vector<Request> open = OtherWays(*model, direct);
    std::erase_if(open, [&](const Request& way) { return !LeavesOpen(subject, way); });
    if (open.empty()) continue;
    std::vector<std::string> names;
    for (const Request& way : open) names.push_back(way.action);
    Finding& found =
        report.Add(diag::kLintOtherPlane, i, subject.SpanOf(subject.places(i).action),
                   fmt::format("{}", fmt::join(names, ",")), ListOf(names), model->id->id);
    found.diagnostic.At("does not deny them")
        .Note(fmt::format("catalog of {}", subject.catalog().date()));
    ShowDecision(subject, found, i, std::move(open.front()));
  }
}

// --------------------------------------------------------------------------------------- L96

void FindGuardrailHole(const Subject& subject, Report& report) {
  constexpr std::string_view kKey = "bedrock:GuardrailIdentifier";
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (!policy::EqualIgnoringCase(condition.key, kKey) ||
          condition.op.base == policy::BaseOperator::kNull) {
        continue;
      }
      // An Allow names the guardrail that is needed, a Deny the one that is exempt.
      const bool is_demand =
          (statements[i].effect == Effect::kDeny) == policy::IsNegated(condition.op.base);
      if (!is_demand) continue;
      for (const std::string& value : condition.values) {
        const std::size_t at = value.find(":guardrail/");
        if (subject.IsOpen(value) || value.find("${") != std::string::npos) continue;
        // The ARN alone is the working draft, ARN:N version N. Source: Amazon Bedrock User Guide,
        // "Set up permissions to use a guardrail" (read 2026-11-22).
        const std::string id = at == std::string::npos
                                   ? ""
                                   : value.substr(at + std::string_view(":guardrail/").size());
        const std::string name = id.substr(0, id.find(':'));
        const bool is_any = IsEverything(at == std::string::npos ? value : name);
        const bool is_draft = !id.empty() && !id.ends_with('*') &&
                              (id.find(':') == std::string::npos || id.ends_with(":DRAFT"));
        const bool is_every_version =
            id.size() > 1 && !is_any && id.ends_with('*') && !id.ends_with(":*");
        if (!is_any && !is_draft && !is_every_version) continue;
        Finding& found =
            report.Add(diag::kLintGuardrailHole, i, subject.SpanOf(subject.places(i).conditions[j]),
                       policy::OperatorName(condition.op) + value, Shown(value));
        found.diagnostic
            .At(is_any ? "any guardrail, of any strictness"
                       : "the draft, which anyone who edits the guardrail can weaken")
            .Suggest("name a guardrail with its version: `…:guardrail/ID:1`");
        auto request = StatementRequest(subject, i);
        if (!request) continue;
        const std::string shown =
            is_any             ? "arn:aws:bedrock:us-east-1:111122223333:guardrail/anyother:1"
            : is_every_version ? value.substr(0, value.size() - 1)
                               : value;
        SetKey(*request, kKey, shown);
        ShowDecision(subject, found, i, *std::move(request));
      }
    }
  }
}

// ---------------------------------------------------------------------------------- L97, L100

Request Administer(const Subject& subject, const catalog::BedrockAction& known) {
  const auto action = subject.catalog().FindAction(known.service, known.name);
  Request request =
      Example(known.FullName(), action ? ResourceFor(subject, *action) : std::string("*"));
  if (!known.when_key.empty()) SetKey(request, known.when_key, known.when_value);
  return request;
}

// Actions that weaken a control and that the document allows, by the statement that does.
std::map<std::size_t, std::vector<const catalog::BedrockAction*>> AllowedWeakening(
    const Subject& subject) {
  std::map<std::size_t, std::vector<const catalog::BedrockAction*>> allowed;
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return allowed;
  for (const catalog::BedrockAction& known : subject.catalog().bedrock_actions()) {
    if (!known.weakens_controls) continue;
    if (const auto statement = AllowingStatement(subject, Administer(subject, known))) {
      allowed[*statement].push_back(&known);
    }
  }
  return allowed;
}

std::vector<std::string> NamesOf(const std::vector<const catalog::BedrockAction*>& actions) {
  std::vector<std::string> names;
  for (const catalog::BedrockAction* one : actions) names.push_back(one->FullName());
  return names;
}

void FindControlWeakening(const Subject& subject, Report& report) {
  for (const auto& [statement, actions] : AllowedWeakening(subject)) {
    const std::vector<std::string> names = NamesOf(actions);
    std::set<std::string> kinds;
    for (const catalog::BedrockAction* one : actions) {
      const catalog::Kind* const kind = subject.catalog().FindKind(one->kind);
      kinds.insert(kind == nullptr ? one->kind : kind->title);
    }
    Finding& found = report.Add(diag::kLintControlWeakening, statement,
                                subject.SpanOf(subject.places(statement).action),
                                fmt::format("{}", fmt::join(names, ",")), ListOf(names));
    found.diagnostic.At("can undo a control")
        .Note(fmt::format("controls: {}", fmt::join(kinds, ", ")))
        .Note(fmt::format("catalog of {}", subject.catalog().date()));
    ShowDecision(subject, found, statement, Administer(subject, *actions.front()));
  }
}

void FindSeparation(const Subject& subject, Report& report) {
  const auto weakening = AllowedWeakening(subject);
  if (weakening.empty()) return;
  const Request call = Call("bedrock:InvokeModel",
                            ModelArn("us-east-1", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
                            kAccount, "us-east-1");
  const auto calling = AllowingStatement(subject, call);
  if (!calling) return;
  const auto& [statement, actions] = *weakening.begin();
  Finding& found =
      report.Add(diag::kLintSeparation, *calling, subject.SpanOf(subject.places(*calling).action),
                 "", actions.front()->FullName());
  found.diagnostic.At("calls models")
      .Also(subject.SpanOf(subject.places(statement).action),
            fmt::format("allows `{}`", actions.front()->FullName()));
  found.diagnostic.Note(fmt::format("`{}` on `{}` is allowed too", call.action, call.resource));
  ShowDecision(subject, found, statement, Administer(subject, *actions.front()));
}

// ---------------------------------------------------------------------------------- L98, L99

void FindApiKeyHole(const Subject& subject, Report& report) {
  if (!MayForbid(subject)) return;
  const auto& statements = subject.document().statements;
  constexpr std::string_view kAge = "iam:ServiceSpecificCredentialAgeDays";
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].effect != Effect::kDeny) continue;
    // Keys are denied on one plane only.
    const auto denied = RequestOf(subject, statements[i]);
    Request bearer = Example("bedrock:CallWithBearerToken", "*");
    if (denied) bearer.context = denied->context;
    SetKey(bearer, "bedrock:BearerTokenType", "LONG_TERM");
    Request other = bearer;
    other.action = "bedrock-mantle:CallWithBearerToken";
    SetKey(other, "bedrock:BearerTokenType", std::nullopt);
    SetKey(other, "bedrock-mantle:BearerTokenType", "LONG_TERM");
    // All of a service is denied for other reasons.
    const bool is_named =
        std::ranges::any_of(statements[i].action.values, [](const std::string& action) {
          return policy::FoldCase(action).find("bearertoken") != std::string::npos;
        });
    if (is_named && IsDeniedBy(subject, bearer, i) && LeavesOpen(subject, other)) {
      Finding& found =
          report.Add(diag::kLintApiKeyHole, i, subject.SpanOf(subject.places(i).action), "plane",
                     "an API key can be used on bedrock-mantle");
      found.diagnostic.At("denies keys on one plane only")
          .Suggest("deny `bedrock-mantle:CallWithBearerToken` too");
      ShowDecision(subject, found, i, std::move(other));
    }
    // A cap on the age that a key without an end escapes.
    const policy::Condition* const cap = FindCondition(statements[i], kAge);
    if (cap == nullptr || !denied || HoldsAbsent(*cap)) continue;
    Request endless = *denied;
    SetKey(endless, kAge, std::nullopt);
    if (!LeavesOpen(subject, endless)) continue;
    const auto j = static_cast<std::size_t>(cap - statements[i].conditions.data());
    Finding& found =
        report.Add(diag::kLintApiKeyHole, i, subject.SpanOf(subject.places(i).conditions[j]), "age",
                   "an API key that never expires can be made");
    found.diagnostic.At("absent when the key has no end")
        .Suggest(fmt::format("deny `\"Null\": {{\"{}\": \"true\"}}` too", kAge));
    ShowDecision(subject, found, i, std::move(endless));
  }
}

void FindMarketplace(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  Request request = Example("aws-marketplace:Subscribe", "*");
  // A product that no policy names.
  request.context = {{"aws-marketplace:ProductId", true, {"prod-example000000"}},
                     {"aws:CalledViaLast", false, {"bedrock.amazonaws.com"}}};
  const auto statement = AllowingStatement(subject, request);
  if (!statement) return;
  Finding& found = report.Add(diag::kLintMarketplace, *statement,
                              subject.SpanOf(subject.places(*statement).action), "");
  found.diagnostic.At("includes `aws-marketplace:Subscribe`")
      .Suggest(
          "name the products with `\"ForAnyValue:StringEquals\": {\"aws-marketplace:ProductId\": "
          "[...]}`");
  ShowDecision(subject, found, *statement, std::move(request));
}

// -------------------------------------------------------------------------------------- L101

// The condition of a Deny that exempts a principal.
const policy::Condition* ExemptionOf(const Statement& statement) {
  const policy::Condition* const found = FindCondition(statement, "aws:PrincipalArn");
  return found != nullptr && policy::IsNegated(found->op.base) ? found : nullptr;
}

std::set<policy::Condition> Others(const Statement& statement, const policy::Condition* without) {
  std::set<policy::Condition> others;
  for (const policy::Condition& one : statement.conditions) {
    if (&one != without) others.insert(one);
  }
  return others;
}

// Whether both are about Bedrock.
bool IsAboutAi(const Statement& statement) {
  return statement.action.sense == policy::Sense::kListed &&
         std::ranges::any_of(statement.action.values, [](const std::string& action) {
           return IsOfBedrock(action.substr(0, action.find(':')));
         });
}

void FindUnevenExemption(const Subject& subject, Report& report) {
  if (!MayForbid(subject)) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const policy::Condition* const exemption = ExemptionOf(statements[i]);
    if (statements[i].effect != Effect::kDeny || exemption == nullptr ||
        !IsAboutAi(statements[i])) {
      continue;
    }
    for (std::size_t k = 0; k < statements.size(); ++k) {
      const Statement& other = statements[k];
      // The same intent: nothing but actions and resources differs.
      if (k == i || other.effect != Effect::kDeny || ExemptionOf(other) != nullptr ||
          !IsAboutAi(other) || Others(statements[i], exemption) != Others(other, nullptr)) {
        continue;
      }
      auto request = StatementRequest(subject, k);
      auto spared = StatementRequest(subject, i);
      if (!request || !spared) continue;
      std::string role = exemption->values.front();
      std::ranges::replace(role, '*', 'x');
      const auto parts = policy::SplitArn(role);
      if (!parts || role.find("${") != std::string::npos) continue;
      role = fmt::format("arn:aws:iam::{}:{}", kAccount, (*parts)[5]);
      request->principal = role;
      spared->principal = role;
      SetKey(*request, "aws:PrincipalArn", role);
      SetKey(*spared, "aws:PrincipalArn", role);
      if (!IsDeniedBy(subject, *request, k) || IsDenied(subject, *spared)) continue;
      Finding& found =
          report.Add(diag::kLintUnevenExemption, k, subject.SpanOf(subject.places(k).statement),
                     exemption->values.front(), Shown(exemption->values.front()));
      const auto j = static_cast<std::size_t>(exemption - statements[i].conditions.data());
      found.diagnostic.At("exempts nobody")
          .Also(subject.SpanOf(subject.places(i).conditions[j]), "exempt here")
          .Note(fmt::format("`{}` on `{}` is not denied to it", spared->action,
                            Shown(spared->resource)));
      ShowDecision(subject, found, k, *std::move(request));
      break;
    }
  }
}

constexpr std::array<int, 1> kSeparationImplies = {100};

constexpr std::array<Rule, 9> kRules = {{
    {91, "half-route", Class::kAi, Level::kError, Needs::kDecision, FindHalfRoute},
    {92, "route-escape", Class::kAi, Level::kSecurity, Needs::kDecision, FindRouteEscape},
    {93, "other-plane", Class::kAi, Level::kSecurity, Needs::kDecision, FindOtherPlane},
    {96, "guardrail-hole", Class::kAi, Level::kSecurity, Needs::kDecision, FindGuardrailHole},
    {97, "sod", Class::kAi, Level::kSecurity, Needs::kDecision, FindSeparation, kSeparationImplies},
    {98, "api-key-hole", Class::kAi, Level::kSecurity, Needs::kDecision, FindApiKeyHole},
    {99, "marketplace", Class::kAi, Level::kWarning, Needs::kDecision, FindMarketplace},
    {100, "control-weakening", Class::kAi, Level::kSecurity, Needs::kDecision,
     FindControlWeakening},
    {101, "uneven-exemption", Class::kAi, Level::kWarning, Needs::kDecision, FindUnevenExemption},
}};

}  // namespace

std::span<const Rule> AiRules() { return kRules; }

}  // namespace writ::policy_lint

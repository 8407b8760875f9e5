// `S may A Q`, read narrowly: exact ids, exact authorizations, the named plane, place and route.
#include <algorithm>

#include "program/intent/planes.h"
#include "proof/reference/conditions.h"
#include "proof/reference/facts.h"
#include "proof/reference/reference.h"
#include "proof/reference/request.h"
#include "proof/reference/resources.h"
#include "proof/reference/who.h"

namespace writ::reference {
namespace {

using intent::Call;
using intent::Operation;
using intent::Permission;
using intent::Route;
using intent::Sort;

struct Context {
  const Program& program;
  const Permission& permission;
  const Asked& asked;
};

bool IsInvocation(const Asked& asked) {
  return asked.Is("bedrock:InvokeModel") || asked.Is("bedrock:InvokeModelWithResponseStream");
}

/// Whether the resource is `arn:P:bedrock:REGION:ACCOUNT:rest`.
bool IsResource(const Asked& asked, std::string_view service, std::string_view region,
                std::string_view account, std::string_view rest) {
  const auto& arn = asked.resource;
  return arn && arn->partition == asked.partition && arn->service == service &&
         arn->region == region && arn->account == account && arn->rest == rest;
}

/// The call names one of the sentence's guardrails by the version that is bound where it is made.
bool NamesGuardrail(const Context& context, const Call& call) {
  const auto& guardrails = context.permission.guardrails;
  if (guardrails.empty()) return true;
  const auto named = context.asked.Value("bedrock:GuardrailIdentifier");
  return std::ranges::any_of(guardrails, [&](intent::GuardrailIndex index) {
    const auto bound = context.program.bindings.Find(
        context.program.model.guardrails.at(index.value).name, context.asked.account, call.region);
    return bound && named == bound->Pinned();
  });
}

const catalog::InferenceProfile* ProfileOf(const Context& context, const Call& call) {
  const auto found = context.program.catalog.FindId(call.model);
  if (!found) return nullptr;
  return found.id->ProfileOf(call.route.kind == Route::Kind::kGlobally ? "global"
                                                                       : call.route.geography);
}

/// "The model ARN in the source and in every destination of that profile from that source region";
/// globally, the one without region whose requested region is `unspecified`.
bool IsModelLeg(const Context& context, const Call& call) {
  const Asked& asked = context.asked;
  const std::string rest = "foundation-model/" + call.model;
  if (IsResource(asked, "bedrock", call.region, "", rest)) return true;
  if (call.route.kind == Route::Kind::kDirectly) return false;
  if (call.route.kind == Route::Kind::kGlobally) {
    return IsResource(asked, "bedrock", "", "", rest) &&
           asked.Value("aws:RequestedRegion") == "unspecified";
  }
  const catalog::InferenceProfile* profile = ProfileOf(context, call);
  const catalog::Route* route = profile == nullptr ? nullptr : profile->RouteFrom(call.region);
  return route != nullptr && std::ranges::any_of(route->destinations, [&](const std::string& to) {
           return IsResource(asked, "bedrock", to, "", rest);
         });
}

/// The Responses API of OpenAI's models also asks for the project, with the model or profile that
/// the caller names; application profiles are no target of it (AWS, "inference-responses-api").
Answer IsProjectLeg(const Context& context, const Call& call) {
  const Asked& asked = context.asked;
  if (!call.model.starts_with("openai.") || context.permission.profiles) return Answer::kNo;
  if (!IsResource(asked, "bedrock", call.region, asked.account, "project/default")) {
    return Answer::kNo;
  }
  const catalog::InferenceProfile* profile = ProfileOf(context, call);
  const bool is_direct = call.route.kind == Route::Kind::kDirectly;
  if (!is_direct && profile == nullptr) return Answer::kNo;
  const std::string named = "arn:" + asked.partition + ":bedrock:" + call.region + ":" +
                            (is_direct ? ":foundation-model/" + call.model
                                       : asked.account + ":inference-profile/" + profile->id);
  if (asked.Value("bedrock:ModelArn") != named) return Answer::kNo;
  // The service authorization data have the project for InvokeModel alone.
  return asked.Is("bedrock:InvokeModel") ? Answer::kYes : Answer::kOpen;
}

/// "Elsewhere a permission grants nothing" (LANGUAGE 6): where none of its guardrails is bound.
bool IsBound(const Context& context, const Call& call) {
  const auto& guardrails = context.permission.guardrails;
  return guardrails.empty() || std::ranges::any_of(guardrails, [&](intent::GuardrailIndex index) {
           const std::string& name = context.program.model.guardrails.at(index.value).name;
           return context.program.bindings.Find(name, context.asked.account, call.region)
               .has_value();
         });
}

Answer InvokesOnBedrock(const Context& context, const Call& call) {
  const Asked& asked = context.asked;
  if (!IsBound(context, call)) return Answer::kNo;
  if (const Answer project = IsProjectLeg(context, call); project != Answer::kNo) return project;
  const auto profile_key = asked.Value("bedrock:InferenceProfileArn");
  if (const auto& wanted = context.permission.profiles) {
    // A profile of another account needs that account's consent.
    const auto is_theirs = [&](std::string_view text) {
      const auto arn = ParseArn(text);
      return arn && arn->region == call.region && arn->account == asked.account &&
             IsProfile(*wanted, text, asked.account);
    };
    if (is_theirs(asked.request.resource)) return Answer::kYes;
    if (!profile_key || !IsModelLeg(context, call) || !NamesGuardrail(context, call)) {
      return Answer::kNo;
    }
    if (is_theirs(*profile_key)) return Answer::kYes;
    // The profile's own authorization fails.
    return IsProfile(*wanted, *profile_key, asked.account) ? Answer::kOpen : Answer::kNo;
  }
  if (call.route.kind == Route::Kind::kDirectly) {
    return AnswerOf(!profile_key && IsModelLeg(context, call) && NamesGuardrail(context, call));
  }
  const catalog::InferenceProfile* profile = ProfileOf(context, call);
  if (profile == nullptr) return Answer::kNo;
  const std::string rest = "inference-profile/" + profile->id;
  if (IsResource(asked, "bedrock", call.region, asked.account, rest)) return Answer::kYes;
  const std::string arn =
      "arn:" + asked.partition + ":bedrock:" + call.region + ":" + asked.account + ":" + rest;
  return AnswerOf(profile_key == arn && IsModelLeg(context, call) && NamesGuardrail(context, call));
}

/// "On the project" (LANGUAGE 5): the account's default one, which is the least reading.
bool IsProject(const Asked& asked, const Call& call) {
  return IsResource(asked, "bedrock-mantle", call.region, asked.account, "project/default");
}

Answer PermitsOnMantle(const Context& context, const Call& call) {
  const Asked& asked = context.asked;
  // No request there names a guardrail or an inference profile.
  if (!context.permission.guardrails.empty() || context.permission.profiles) return Answer::kNo;
  const std::string& verb = context.permission.operation.verb;
  const bool is_action = verb == "invoke"         ? asked.Is("bedrock-mantle:CreateInference")
                         : verb == "count-tokens" ? asked.Is("bedrock-mantle:CountTokens")
                         : verb == "customize"    ? asked.Is("bedrock-mantle:CreateFineTuningJob")
                                                  : false;
  return AnswerOf(is_action && IsProject(asked, call) &&
                  asked.Value("bedrock-mantle:Model") == call.model);
}

Answer PermitsCall(const Context& context, const Call& call) {
  if (call.plane == Call::Plane::kMantle) return PermitsOnMantle(context, call);
  const Asked& asked = context.asked;
  const std::string& verb = context.permission.operation.verb;
  if (verb == "invoke") {
    return IsInvocation(asked) ? InvokesOnBedrock(context, call) : Answer::kNo;
  }
  const bool is_model =
      IsResource(asked, "bedrock", call.region, "", "foundation-model/" + call.model);
  if (verb == "count-tokens") return AnswerOf(asked.Is("bedrock:CountTokens") && is_model);
  if (verb == "subscribe-to") {
    const auto found = context.program.catalog.FindId(call.model);
    if (!found || !asked.Is("aws-marketplace:Subscribe")) return Answer::kNo;
    const policy::ContextKey* product = asked.Find("aws-marketplace:ProductId");
    const auto is_its = [&](const catalog::ModelId& id) {
      return product != nullptr && id.product_id &&
             std::ranges::find(product->values, *id.product_id) != product->values.end();
    };
    return AnswerOf(std::ranges::any_of(found.model->ids, is_its));
  }
  // What is made of a model belongs to the caller's account; the other half of the authorization.
  const auto is_made = [&](std::string_view type) {
    const auto& arn = asked.resource;
    return After(asked, type) && arn->partition == asked.partition && arn->service == "bedrock" &&
           arn->region == call.region && arn->account == asked.account;
  };
  const auto makes = [&](std::string_view action, std::string_view what) {
    return asked.Is(action) && (is_model || is_made(what));
  };
  if (verb == "batch") {
    return AnswerOf(makes("bedrock:CreateModelInvocationJob", "model-invocation-job"));
  }
  if (verb == "customize") {
    if (makes("bedrock:CreateModelCustomizationJob", "custom-model")) return Answer::kYes;
    return asked.Is("bedrock:CreateModelCustomizationJob") ? Answer::kOpen : Answer::kNo;
  }
  if (verb == "provision") {
    if (!asked.Is("bedrock:CreateProvisionedModelThroughput")) return Answer::kNo;
    return is_model ? Answer::kYes : is_made("provisioned-model") ? Answer::kOpen : Answer::kNo;
  }
  return Answer::kOpen;
}

/// "`with guardrail` also grants ApplyGuardrail on it" (LANGUAGE 4), and on the guardrail's profile
/// where it works across regions (AWS, "guardrail-profiles-permissions").
Answer AppliesGuardrail(const Context& context, intent::GuardrailIndex index,
                        std::string_view region) {
  const Asked& asked = context.asked;
  const intent::Guardrail& guardrail = context.program.model.guardrails.at(index.value);
  const auto bound = context.program.bindings.Find(guardrail.name, asked.account, region);
  if (!bound) return Answer::kNo;
  if (asked.request.resource == bound->arn) return Answer::kYes;
  const auto profile = After(asked, "guardrail-profile");
  if (!profile || !guardrail.profile || *profile != *guardrail.profile) return Answer::kNo;
  // Which account the ARN has for a guardrail that is shared is not documented.
  if (asked.resource->account != asked.account) return Answer::kOpen;
  for (const catalog::GuardrailProfile& one : context.program.catalog.guardrail_profiles()) {
    if (one.id != *profile) continue;
    const catalog::Route* route = one.RouteFrom(region);
    if (asked.resource->region == region) return Answer::kYes;
    return AnswerOf(route != nullptr &&
                    std::ranges::find(route->destinations, asked.resource->region) !=
                        route->destinations.end());
  }
  return Answer::kOpen;
}

/// A call goes through a profile of the region in which it is made.
bool HasProfileIn(const Context& context, std::string_view region) {
  const auto& profiles = context.permission.profiles;
  if (!profiles || profiles->all_application || profiles->all_system) return true;
  return std::ranges::any_of(profiles->arns, [&](const std::string& one) {
    const auto arn = ParseArn(one);
    return arn && Glob(arn->region, region);
  });
}

Answer PermitsModels(const Context& context) {
  Answer answer = Answer::kNo;
  for (const Call& call : context.permission.calls) {
    if (!HasProfileIn(context, call.region)) continue;
    if (context.asked.Is("bedrock:ApplyGuardrail") && call.plane == Call::Plane::kBedrock) {
      for (const intent::GuardrailIndex index : context.permission.guardrails) {
        answer = Either(answer, AppliesGuardrail(context, index, call.region));
      }
    }
    answer = Either(answer, PermitsCall(context, call));
  }
  return answer;
}

bool InRegions(const Context& context, std::string_view region) {
  const auto& regions = context.permission.regions;
  return !regions || std::ranges::find(*regions, region) != regions->end();
}

/// The resource lies in the caller's account, or is nobody's, in a region of the sentence.
bool IsWithinReach(const Context& context) {
  const auto& arn = context.asked.resource;
  if (!arn || arn->partition != context.asked.partition) return false;
  const bool is_own = arn->account == context.asked.account || arn->account.empty();
  return is_own && (arn->region.empty() || InRegions(context, arn->region));
}

bool IsRequestedThere(const Context& context) {
  const auto region = context.asked.Value("aws:RequestedRegion");
  return !context.permission.regions || (region && InRegions(context, *region));
}

Answer PermitsThings(const Context& context, std::string_view action, std::string_view type) {
  const Asked& asked = context.asked;
  if (!asked.Is(action) || !After(asked, type)) return Answer::kNo;
  return AnswerOf(IsWithinReach(context) && IsThing(context.permission.operation.things, asked));
}

/// `call endpoint "…"`: the endpoint as it answers a caller, at once or in a stream.
Answer PermitsEndpoints(const Context& context) {
  const Asked& asked = context.asked;
  const bool is_call = asked.Is("sagemaker:InvokeEndpoint") ||
                       asked.Is("sagemaker:InvokeEndpointWithResponseStream");
  return AnswerOf(
      is_call && IsWithinReach(context) &&
      IsNamedResource(context.permission.operation.things, asked, "sagemaker", "endpoint"));
}

/// `invoke workspace "…"` of the Claude Platform, and the two that are permitted by themselves.
Answer PermitsWorkspaces(const Context& context) {
  const Asked& asked = context.asked;
  const std::string& verb = context.permission.operation.verb;
  const std::string_view action = verb == "batch"          ? "CreateBatchInference"
                                  : verb == "count-tokens" ? "CountTokens"
                                                           : "CreateInference";
  return AnswerOf(asked.Is(std::string("aws-external-anthropic:") + std::string(action)) &&
                  IsWithinReach(context) &&
                  IsNamedResource(context.permission.operation.things, asked,
                                  "aws-external-anthropic", "workspace"));
}

/// "Without `through mantle` a permission grants nothing there, for any verb" (LANGUAGE 5).
bool IsOnPlane(const Context& context, std::string_view service) {
  const intent::Plane plane = service == "bedrock-mantle"           ? intent::Plane::kMantle
                              : service == "aws-external-anthropic" ? intent::kClaudePlatform
                                                                    : intent::Plane::kBedrock;
  const auto& planes = context.permission.planes;
  return std::ranges::find(planes, plane) != planes.end();
}

/// "`type/*` in the named accounts and regions only where the sentence names a kind; `*` only for
/// actions that take no resource" (LANGUAGE 1).
Answer PermitsOfKind(const Context& context, const catalog::BedrockAction& action) {
  const Asked& asked = context.asked;
  if (!IsOnPlane(context, action.service)) return Answer::kNo;
  if (context.permission.operation.verb == "browse" && action.exposes_content) return Answer::kNo;
  if (!action.when_key.empty() && asked.Value(action.when_key) != action.when_value) {
    return Answer::kNo;
  }
  const auto known = context.program.catalog.FindAction(action.service, action.name);
  if (!known) return Answer::kNo;
  const bool is_global = action.service == "iam";
  // Whether `bedrock`, or a kind of Bedrock's own, takes AgentCore in is not said.
  const bool is_elsewhere =
      action.service == "bedrock-agentcore" &&
      !std::ranges::all_of(context.permission.operation.kinds,
                           [](const std::string& kind) { return kind.starts_with("agentcore"); });
  const Answer most = is_elsewhere ? Answer::kOpen : Answer::kYes;
  if (known->WildcardOnly()) {
    return Both(
        most, AnswerOf(asked.request.resource == "*" && (is_global || IsRequestedThere(context))));
  }
  return Both(
      most, AnswerOf(IsOfAction(*known, context.program.catalog, asked) && IsWithinReach(context)));
}

Answer PermitsKinds(const Context& context) {
  const Operation& operation = context.permission.operation;
  const auto plane =
      operation.verb == "browse" ? catalog::PlaneClass::kRead : catalog::PlaneClass::kAdmin;
  if (operation.verb == "log-in-with") {
    // "A permission grants `bedrock` only", other planes by `through`, SageMaker's keys by `do`.
    return AnswerOf(context.asked.name == "callwithbearertoken" &&
                    context.asked.service != "sagemaker" &&
                    IsOnPlane(context, context.asked.service) &&
                    context.asked.request.resource == "*" && IsRequestedThere(context));
  }
  Answer answer = Answer::kNo;
  for (const std::string& kind : operation.kinds) {
    for (const auto* action : context.program.catalog.ActionsOfKind(kind, plane)) {
      if (context.asked.Is(action->FullName())) {
        answer = Either(answer, PermitsOfKind(context, *action));
      }
    }
  }
  return answer;
}

Answer PermitsGuardrails(const Context& context) {
  if (!context.asked.Is("bedrock:ApplyGuardrail")) return Answer::kNo;
  Answer answer = Answer::kNo;
  for (const intent::GuardrailIndex index : context.permission.operation.guardrails) {
    const std::string& name = context.program.model.guardrails.at(index.value).name;
    for (const std::string& region :
         context.program.bindings.Regions(name, context.asked.account)) {
      if (!InRegions(context, region)) continue;
      answer = Either(answer, AppliesGuardrail(context, index, region));
    }
  }
  return answer;
}

/// `do`: the named actions, on the named resources, which must be the caller's account's own or
/// nobody's: what belongs to another account needs that account's consent (LANGUAGE 4).
Answer PermitsActions(const Context& context) {
  const Asked& asked = context.asked;
  const Operation& operation = context.permission.operation;
  const bool is_named = std::ranges::any_of(
      operation.actions, [&](const std::string& one) { return asked.IsLike(one); });
  if (!is_named || !IsRequestedThere(context)) return Answer::kNo;
  if (operation.resources.empty()) return AnswerOf(asked.request.resource == "*");
  if (!IsOn(operation.resources, asked)) return Answer::kNo;
  const auto& arn = asked.resource;
  if (!arn) return AnswerOf(asked.request.resource == "*");
  const bool is_foreign =
      !arn->account.empty() && arn->account != asked.account && !asked.account.empty();
  return AnswerOf(!is_foreign);
}

Answer PermitsOperation(const Context& context) {
  const Operation& operation = context.permission.operation;
  if (operation.kind == Operation::Kind::kActions) return PermitsActions(context);
  if (operation.kind != Operation::Kind::kVerb) return Answer::kNo;
  switch (operation.sort) {
    case Sort::kModels:
      return PermitsModels(context);
    case Sort::kKinds:
      return PermitsKinds(context);
    case Sort::kGuardrails:
      return PermitsGuardrails(context);
    case Sort::kKnowledgeBases:
      return PermitsThings(context, "bedrock:Retrieve", "knowledge-base");
    case Sort::kAgents:
      return PermitsThings(context, "bedrock:InvokeAgent", "agent-alias");
    case Sort::kFlows:
      return PermitsThings(context, "bedrock:InvokeFlow", "flow");
    case Sort::kPrompts:
      return PermitsThings(context, "bedrock:RenderPrompt", "prompt");
    case Sort::kResources:
      return operation.verb == "call" ? PermitsEndpoints(context) : PermitsWorkspaces(context);
    default:
      return Answer::kOpen;
  }
}

/// What is done, when and how; whoever does it, and wherever.
Answer PermitsDeed(const Context& context) {
  const Permission& permission = context.permission;
  const bool is_met = IsWithin(permission.period, context.asked) &&
                      Holds(permission.when, context.asked) &&
                      (permission.endpoints.empty() ||
                       ComesThroughAny(permission.endpoints, context.program.model, context.asked));
  return is_met ? PermitsOperation(context) : Answer::kNo;
}

/// An account that joins has no guardrail of its own yet. One that is the same in all of the
/// holder's accounts is taken for that of those to come (docs/meaning.md, "Principals").
intent::Bindings BindingsLater(const Context& context, const intent::Holder& holder) {
  const intent::Organization& organization = context.program.model.organization;
  std::vector<std::string> ids;
  for (const intent::AccountIndex index : holder.accounts) {
    const std::string& id = organization.accounts.at(index.value).id;
    if (IsIn(context.permission.accounts, context.program.model, id)) ids.push_back(id);
  }
  intent::Bindings later;
  if (ids.empty()) return later;
  const auto add = [&](intent::GuardrailIndex index) {
    const std::string& name = context.program.model.guardrails.at(index.value).name;
    for (const std::string& region : context.program.bindings.Regions(name, ids.front())) {
      const auto bound = context.program.bindings.Find(name, ids.front(), region);
      const bool is_one = std::ranges::all_of(ids, [&](const std::string& id) {
        return context.program.bindings.Find(name, id, region) == bound;
      });
      if (is_one) later.Bind(name, context.asked.account, region, *bound);
    }
  };
  std::ranges::for_each(context.permission.guardrails, add);
  std::ranges::for_each(context.permission.operation.guardrails, add);
  return later;
}

/// For a caller in an account that the program does not list. Documents of roles and users are
/// attached in accounts of the program; what a permission set gives in others is decided where it
/// is assigned.
Answer PermitsLater(const Context& context) {
  const auto above = UnitsAbove(context.program.model, context.asked);
  const bool is_within = std::ranges::any_of(context.permission.units, [&](intent::NodeIndex unit) {
    return std::ranges::find(above, unit) != above.end();
  });
  Answer answer = Answer::kNo;
  for (const intent::Holder& one : context.permission.holders) {
    const Answer may_join = MayJoin(one, context.program.model, context.asked);
    if (!is_within || may_join == Answer::kNo) continue;
    const intent::Bindings later = BindingsLater(context, one);
    const Program program{context.program.model, context.program.catalog, later};
    answer =
        Either(answer, Both(may_join, PermitsDeed({program, context.permission, context.asked})));
  }
  return answer;
}

}  // namespace

Answer PermitsSomebody(const Program& program, const Permission& permission,
                       const policy::Request& request) {
  const Asked asked = TakeApart(request);
  const auto above = UnitsAbove(program.model, asked);
  const bool is_within = above.empty()
                             ? IsIn(permission.accounts, program.model, AccountOf(asked))
                             : std::ranges::any_of(permission.units, [&](intent::NodeIndex unit) {
                                 return std::ranges::find(above, unit) != above.end();
                               });
  return is_within ? PermitsDeed({program, permission, asked}) : Answer::kNo;
}

Answer Permits(const Program& program, const Permission& permission,
               const policy::Request& request) {
  const Asked asked = TakeApart(request);
  if (!UnitsAbove(program.model, asked).empty()) return PermitsLater({program, permission, asked});
  const bool is_holder = std::ranges::any_of(permission.holders, [&](const intent::Holder& one) {
    return IsHolder(one, program.model, asked);
  });
  return is_holder ? PermitsSomebody(program, permission, request) : Answer::kNo;
}

}  // namespace writ::reference

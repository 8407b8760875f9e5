// `nobody may A`, `everyone must D to A`, read widely: every action, form of resource, plane and
// future id through which the named thing could still be done.
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
using intent::Duty;
using intent::Operation;
using intent::Prohibition;
using intent::Route;
using intent::Sort;

struct Context {
  const Program& program;
  const Prohibition& prohibition;
  const Asked& asked;
};

// ---- which models ------------------------------------------------------------------------------

bool AreAllModels(const Prohibition& prohibition) { return prohibition.models.all; }
bool HasExceptions(const Prohibition& prohibition) { return !prohibition.models.except.empty(); }

Answer CoversModel(const Context& context, std::string_view id) {
  const intent::ModelPatterns& models = context.prohibition.models;
  const auto is = [&](const std::string& pattern) { return Glob(pattern, id); };
  if (std::ranges::find(models.except, id) != models.except.end()) return Answer::kNo;
  if (models.all || std::ranges::any_of(models.patterns, is)) return Answer::kYes;
  // "`models from P except M`" cannot be said exactly: what the catalog does not know may go too.
  const bool is_known = static_cast<bool>(context.program.catalog.FindId(id));
  return !is_known && !models.except.empty() ? Answer::kOpen : Answer::kNo;
}

/// What runs or brings along a model without telling which: "using one is denied where the sentence
/// says `any model`, with or without exceptions". `models from P except M` cannot be said exactly.
Answer CoversUntold(const Context& context) {
  if (AreAllModels(context.prohibition)) return Answer::kYes;
  return HasExceptions(context.prohibition) ? Answer::kOpen : Answer::kNo;
}

/// Another authorization of the same call tells the model, and decides.
Answer DecidedElsewhere(const Context& context) {
  const bool is_every = AreAllModels(context.prohibition) && !HasExceptions(context.prohibition);
  return is_every ? Answer::kOpen : Answer::kNo;
}

/// The model id in "us.anthropic.claude-…": what follows the scope.
std::string_view ModelOfProfile(std::string_view profile) {
  const std::size_t dot = profile.find('.');
  return dot == std::string_view::npos ? profile : profile.substr(dot + 1);
}

Answer CoversResource(const Context& context) {
  const Asked& asked = context.asked;
  if (const auto id = After(asked, "foundation-model")) return CoversModel(context, *id);
  if (!asked.resource) return DecidedElsewhere(context);
  const std::string& rest = asked.resource->rest;
  // What is changed is authorized beside the model that it is changed to.
  if (asked.Is("bedrock:UpdateProvisionedModelThroughput")) return DecidedElsewhere(context);
  if (IsOpaque(rest)) return CoversUntold(context);
  // SAR lists custom models for jobs beside foundation models, and prompt routers for evaluations.
  // Whether a job on one is authorized for its model too, which would tell it, is not established.
  const bool is_evaluation =
      asked.Is("bedrock:CreateEvaluationJob") || asked.Is("bedrock:CreateModelEvaluationJob");
  const bool is_of_router =
      rest.starts_with("prompt-router/") || rest.starts_with("default-prompt-router/");
  if ((rest.starts_with("custom-model/") || (is_evaluation && is_of_router)) &&
      AreAllModels(context.prohibition)) {
    return Answer::kOpen;
  }
  return DecidedElsewhere(context);
}

// ---- which calls -------------------------------------------------------------------------------

std::optional<Arn> CalledProfile(const Asked& asked) {
  const auto key = asked.Value("bedrock:InferenceProfileArn");
  return key ? ParseArn(*key) : std::nullopt;
}

bool IsScope(const std::optional<Arn>& profile, std::string_view scope) {
  return profile && profile->rest.starts_with("inference-profile/" + std::string(scope) + ".");
}

/// The profile that the resource itself is.
std::optional<Arn> OwnProfile(const Asked& asked) {
  return After(asked, "inference-profile") ? asked.resource : std::nullopt;
}

bool IsRegionless(const Asked& asked) {
  return After(asked, "foundation-model") && asked.resource->region.empty();
}

Answer TakesRoute(const Context& context, const Route& route, Tells tells) {
  const Asked& asked = context.asked;
  const auto called = CalledProfile(asked);
  const auto own = OwnProfile(asked);
  if (route.kind == Route::Kind::kDirectly) {
    // "`routed directly` in a prohibition means through no inference profile".
    if (called || own || IsRegionless(asked)) return Answer::kNo;
    return asked.Is("bedrock:CreateInferenceProfile") ? Answer::kOpen : Answer::kYes;
  }
  const bool is_global = route.kind == Route::Kind::kGlobally;
  const std::string scope = is_global ? "global" : route.geography;
  if (is_global && IsRegionless(asked)) return Answer::kYes;
  if (IsScope(called, scope) || IsScope(own, scope)) return Answer::kYes;
  if (called && called->rest.starts_with("application-inference-profile/")) return Answer::kOpen;
  // Whether these go through a profile is not told.
  const bool is_untold = tells == Tells::kNothing || asked.Is("bedrock:CreateModelInvocationJob");
  return is_untold ? Answer::kOpen : Answer::kNo;
}

Answer TakesRoutes(const Context& context, Tells tells) {
  if (context.prohibition.routes.empty()) return Answer::kYes;
  Answer answer = Answer::kNo;
  for (const Route& route : context.prohibition.routes) {
    answer = Either(answer, TakesRoute(context, route, tells));
  }
  return answer;
}

/// "For a leg that carries bedrock:InferenceProfileArn the region in that ARN, otherwise
/// aws:RequestedRegion"; the region-less leg lies in no region, but in a sentence that itself says
/// `routed globally` the profile's region counts (LANGUAGE 5).
Answer IsCalledIn(const Context& context) {
  const auto& scope = context.prohibition.regions;
  if (!scope) return Answer::kYes;
  const Asked& asked = context.asked;
  const auto among = [&](std::string_view region) {
    return std::ranges::find(scope->regions, region) != scope->regions.end();
  };
  const auto called = CalledProfile(asked);
  const auto requested = asked.Value("aws:RequestedRegion");
  const std::string region = called ? called->region : requested.value_or("");
  const bool is_in = scope->all_except ? !among(region) : among(region);
  const bool says_globally = std::ranges::any_of(context.prohibition.routes, [](const Route& one) {
    return one.kind == Route::Kind::kGlobally;
  });
  if (says_globally) return AnswerOf(is_in);
  // Without exceptions to the models, a list of the only regions is also about the profiles that
  // call in none, and about making others from them (docs/meaning.md).
  const bool leads_nowhere =
      IsScope(OwnProfile(asked), "global") &&
      (asked.Is("bedrock:InvokeModel") || asked.Is("bedrock:InvokeModelWithResponseStream") ||
       asked.Is("bedrock:CreateInferenceProfile"));
  if (scope->all_except && leads_nowhere && !HasExceptions(context.prohibition)) {
    return Answer::kYes;
  }
  if (!IsRegionless(asked)) return AnswerOf(is_in);
  if (scope->all_except) return Answer::kYes;
  // The leg in the source region decides.
  return is_in ? Answer::kOpen : Answer::kNo;
}

bool IsPlane(const Context& context, std::string_view service) {
  const auto& planes = context.prohibition.planes;
  if (planes.empty()) return true;
  const auto among = [&](intent::Plane plane) {
    return std::ranges::find(planes, plane) != planes.end();
  };
  if (service == "bedrock-mantle") return among(intent::Plane::kMantle);
  if (service == "aws-external-anthropic") return among(intent::kClaudePlatform);
  if (service == "sagemaker") return false;  // no plane: only sentences that name none are about it
  return among(intent::Plane::kBedrock);
}

/// The call names one of the guardrails as it is bound for the caller's account, in any region.
Answer NamesGuardrail(const Context& context,
                      const std::vector<intent::GuardrailIndex>& guardrails) {
  const auto named = context.asked.Value("bedrock:GuardrailIdentifier");
  if (!named) return Answer::kNo;
  for (const intent::GuardrailIndex index : guardrails) {
    const std::string& name = context.program.model.guardrails.at(index.value).name;
    const auto& bindings = context.program.bindings;
    for (const std::string& region : bindings.Regions(name, context.asked.account)) {
      if (bindings.Find(name, context.asked.account, region)->Pinned() == *named) {
        return Answer::kYes;
      }
    }
  }
  return Answer::kNo;
}

Answer UsesProfile(const Context& context, const intent::Profiles& profiles) {
  const Asked& asked = context.asked;
  const auto key = asked.Value("bedrock:InferenceProfileArn");
  if (key && IsProfile(profiles, *key, asked.account)) return Answer::kYes;
  if (!IsProfile(profiles, asked.request.resource, asked.account)) return Answer::kNo;
  // Who makes a profile from this one does not call through it yet.
  return asked.request.action == "bedrock:CreateInferenceProfile" ? Answer::kOpen : Answer::kYes;
}

/// `with`, `via`, `when`, the days: what a prohibition is narrowed to.
Answer IsDescribed(const Context& context) {
  const Prohibition& prohibition = context.prohibition;
  Answer answer = AnswerOf(IsWithin(prohibition.period, context.asked) &&
                           Holds(prohibition.when, context.asked));
  if (!prohibition.endpoints.empty()) {
    answer = Both(answer, AnswerOf(ComesThroughAny(prohibition.endpoints, context.program.model,
                                                   context.asked)));
  }
  if (!prohibition.guardrails.empty()) {
    answer = Both(answer, NamesGuardrail(context, prohibition.guardrails));
  }
  if (prohibition.profiles) {
    answer = Both(answer, UsesProfile(context, *prohibition.profiles));
  }
  return answer;
}

Answer IsDone(const Context& context, const Duty& duty) {
  switch (duty.kind) {
    case Duty::Kind::kGuardrail:
      return NamesGuardrail(context, duty.guardrails);
    case Duty::Kind::kEndpoint:
      return AnswerOf(ComesThroughAny(duty.endpoints, context.program.model, context.asked));
    case Duty::Kind::kProfile:
      return UsesProfile(context, duty.profiles);
    case Duty::Kind::kSatisfy:
      return AnswerOf(Holds(duty.satisfy, context.asked));
  }
  return Answer::kNo;
}

Answer Not(Answer answer) {
  if (answer == Answer::kOpen) return answer;
  return answer == Answer::kYes ? Answer::kNo : Answer::kYes;
}

// ---- verbs about models ------------------------------------------------------------------------

/// An action that makes some model work and does not say which.
Answer CoversBlind(const Context& context) {
  const Prohibition& prohibition = context.prohibition;
  if (!AreAllModels(prohibition)) {
    // Of Rerank the catalog knows the models; one that it lists is enough.
    return context.asked.Is("bedrock:Rerank") ? Answer::kOpen : Answer::kNo;
  }
  return HasExceptions(prohibition) ? Answer::kOpen : Answer::kYes;
}

/// Whether some model of Claude is prohibited; Claude Platform tells none of them.
Answer CoversClaude(const Context& context) {
  if (AreAllModels(context.prohibition)) {
    const catalog::Provider* anthropic = context.program.catalog.FindProvider("anthropic");
    if (anthropic == nullptr) return Answer::kOpen;
  }
  for (const catalog::Model& model : context.program.catalog.models()) {
    if (model.provider != "anthropic") continue;
    for (const catalog::ModelId& id : model.ids) {
      if (CoversModel(context, id.id) == Answer::kYes) return Answer::kYes;
    }
  }
  return Answer::kNo;
}

Answer ForbidsInvoking(const Context& context) {
  const Asked& asked = context.asked;
  if (IsClaudeInference(asked.request.action)) {
    return Both(CoversClaude(context), TakesRoutes(context, Tells::kCaller));
  }
  const Way* way = WayOf(asked.request.action);
  if (way == nullptr) {
    const catalog::BedrockAction* known =
        context.program.catalog.Classify(asked.service, asked.name);
    return known != nullptr && known->causes_inference ? CoversBlind(context) : Answer::kNo;
  }
  Answer answer = Answer::kNo;
  switch (way->tells) {
    case Tells::kInvocation: {
      answer = CoversResource(context);
      // The model's own authorization decides.
      if (const auto profile = After(asked, "inference-profile")) {
        answer = Both(Answer::kOpen, CoversModel(context, ModelOfProfile(*profile)));
      }
      break;
    }
    case Tells::kResource:
      answer = CoversResource(context);
      if (const auto profile = After(asked, "inference-profile")) {
        answer = CoversModel(context, ModelOfProfile(*profile));
      }
      break;
    case Tells::kKey: {
      const auto model = asked.Value("bedrock-mantle:Model");
      answer = model ? CoversModel(context, *model) : CoversUntold(context);
      break;
    }
    case Tells::kCaller:
      answer = DecidedElsewhere(context);
      break;
    case Tells::kNothing:
      answer = CoversBlind(context);
      break;
  }
  return Both(answer, TakesRoutes(context, way->tells));
}

Answer ForbidsSubscribing(const Context& context) {
  const Asked& asked = context.asked;
  if (!asked.Is("aws-marketplace:Subscribe")) return Answer::kNo;
  // Products of models that are left, and of those that are forbidden, as far as they are known.
  std::vector<std::string> left;
  std::vector<std::string> forbidden;
  bool is_unknown = AreAllModels(context.prohibition);
  for (const catalog::Model& model : context.program.catalog.models()) {
    Answer covered = Answer::kNo;
    for (const catalog::ModelId& id : model.ids) {
      covered = Either(covered, CoversModel(context, id.id));
    }
    // A product is of all ids of a model: to leave one of them is to leave the product.
    const auto& except = context.prohibition.models.except;
    const bool is_left = std::ranges::any_of(model.ids, [&](const catalog::ModelId& id) {
      return std::ranges::find(except, id.id) != except.end();
    });
    if (is_left) covered = Answer::kNo;
    bool is_sold = false;
    bool is_unsold = false;
    bool is_told = false;
    for (const catalog::ModelId& id : model.ids) {
      is_sold = is_sold || id.sold_in_marketplace.value_or(false);
      is_unsold = is_unsold || !id.sold_in_marketplace.value_or(true);
      if (!id.product_id) continue;
      is_told = true;
      (covered == Answer::kYes ? forbidden : left).push_back(*id.product_id);
    }
    // What is said of one id is said of the model; where nothing is, it may be sold.
    is_sold = is_sold || !is_unsold;
    if (covered == Answer::kYes && is_sold && !is_told) is_unknown = true;
  }
  const policy::ContextKey* product = asked.Find("aws-marketplace:ProductId");
  if (product == nullptr) return is_unknown ? Answer::kYes : Answer::kOpen;
  const auto has = [&](const std::vector<std::string>& list) {
    return std::ranges::any_of(product->values, [&](const std::string& value) {
      return std::ranges::find(list, value) != list.end();
    });
  };
  const bool are_left = std::ranges::all_of(product->values, [&](const std::string& value) {
    return std::ranges::find(left, value) != left.end();
  });
  if (has(forbidden)) return Answer::kYes;
  if (are_left) return Answer::kNo;
  return is_unknown ? Answer::kYes : Answer::kNo;
}

Answer ForbidsModels(const Context& context) {
  const std::string& verb = context.prohibition.operation.verb;
  const Asked& asked = context.asked;
  if (verb == "invoke") return ForbidsInvoking(context);
  if (verb == "subscribe-to") return ForbidsSubscribing(context);
  const auto on_mantle = [&](std::string_view action) {
    if (!asked.Is(action)) return Answer::kNo;
    const auto model = asked.Value("bedrock-mantle:Model");
    return model ? CoversModel(context, *model) : CoversUntold(context);
  };
  if (verb == "count-tokens") {
    if (asked.Is("aws-external-anthropic:CountTokens")) return CoversClaude(context);
    return asked.Is("bedrock:CountTokens") ? CoversResource(context)
                                           : on_mantle("bedrock-mantle:CountTokens");
  }
  if (verb == "batch") {
    if (asked.Is("aws-external-anthropic:CreateBatchInference")) return CoversClaude(context);
    return asked.Is("bedrock:CreateModelInvocationJob")
               ? Both(CoversResource(context), TakesRoutes(context, Tells::kResource))
               : Answer::kNo;
  }
  if (verb == "customize") {
    return asked.Is("bedrock:CreateModelCustomizationJob")
               ? CoversResource(context)
               : on_mantle("bedrock-mantle:CreateFineTuningJob");
  }
  if (verb == "provision") {
    return asked.Is("bedrock:CreateProvisionedModelThroughput") ||
                   asked.Is("bedrock:UpdateProvisionedModelThroughput")
               ? CoversResource(context)
               : Answer::kNo;
  }
  return Answer::kOpen;
}

// ---- other verbs -------------------------------------------------------------------------------

Answer ForbidsThings(const Context& context, std::string_view action, std::string_view type) {
  const Asked& asked = context.asked;
  if (!asked.Is(action)) return Answer::kNo;
  if (!After(asked, type)) return Answer::kOpen;
  return AnswerOf(IsThing(context.prohibition.operation.things, asked));
}

/// `call endpoint "…"`: by any of the three, wherever it lies.
Answer ForbidsEndpoints(const Context& context) {
  const Asked& asked = context.asked;
  const bool is_call = asked.Is("sagemaker:InvokeEndpoint") ||
                       asked.Is("sagemaker:InvokeEndpointAsync") ||
                       asked.Is("sagemaker:InvokeEndpointWithResponseStream");
  if (!is_call) return Answer::kNo;
  if (!After(asked, "endpoint")) return Answer::kOpen;
  return AnswerOf(
      IsNamedResource(context.prohibition.operation.things, asked, "sagemaker", "endpoint"));
}

/// `invoke workspace "…"`: by whatever runs a model there.
Answer ForbidsWorkspaces(const Context& context) {
  const Asked& asked = context.asked;
  const std::string& verb = context.prohibition.operation.verb;
  bool is_it = false;
  if (verb == "count-tokens") {
    is_it = asked.Is("aws-external-anthropic:CountTokens");
  } else {
    is_it = asked.Is("aws-external-anthropic:CreateBatchInference");
  }
  if (verb == "invoke") {
    is_it = is_it || asked.Is("aws-external-anthropic:CreateInference") ||
            asked.Is("aws-external-anthropic:CreateSession") ||
            asked.Is("aws-external-anthropic:UpdateSession");
  }
  if (!is_it) return Answer::kNo;
  if (!After(asked, "workspace")) return Answer::kOpen;
  return AnswerOf(IsNamedResource(context.prohibition.operation.things, asked,
                                  "aws-external-anthropic", "workspace"));
}

/// Actions that do the same without naming the thing: open, but for a sentence about all things.
Answer ForbidsBeside(const Context& context, std::initializer_list<std::string_view> actions) {
  for (const std::string_view action : actions) {
    if (context.asked.Is(action)) return Answer::kOpen;
  }
  return Answer::kNo;
}

Answer ForbidsKinds(const Context& context) {
  const Asked& asked = context.asked;
  const Operation& operation = context.prohibition.operation;
  if (operation.verb == "log-in-with") return AnswerOf(UsesApiKey(asked.request.action));
  const auto plane =
      operation.verb == "browse" ? catalog::PlaneClass::kRead : catalog::PlaneClass::kAdmin;
  Answer answer = Answer::kNo;
  for (const std::string& kind : operation.kinds) {
    for (const auto* action : context.program.catalog.ActionsOfKind(kind, plane)) {
      if (!asked.Is(action->FullName())) continue;
      if (operation.verb == "browse" && action->exposes_content) {
        answer = Either(answer, Answer::kOpen);
        continue;
      }
      if (action->when_key.empty() || asked.Value(action->when_key) == action->when_value) {
        return Answer::kYes;
      }
      if (asked.Find(action->when_key) == nullptr) answer = Either(answer, Answer::kOpen);
    }
  }
  return answer;
}

Answer ForbidsGuardrails(const Context& context) {
  const Asked& asked = context.asked;
  const Operation& operation = context.prohibition.operation;
  if (asked.Is("bedrock:InvokeGuardrailChecks")) return Answer::kOpen;
  if (!asked.Is("bedrock:ApplyGuardrail")) return Answer::kNo;
  if (operation.things.all) return Answer::kYes;
  for (const intent::GuardrailIndex index : operation.guardrails) {
    const intent::Guardrail& guardrail = context.program.model.guardrails.at(index.value);
    for (const auto& [account, regions] : context.program.bindings.all().contains(guardrail.name)
                                              ? context.program.bindings.all().at(guardrail.name)
                                              : intent::Bindings::ByAccount{}) {
      for (const auto& [region, bound] : regions) {
        if (bound.arn != asked.request.resource) continue;
        return account == asked.account ? Answer::kYes : Answer::kOpen;
      }
    }
  }
  return After(asked, "guardrail-profile") ? Answer::kOpen : Answer::kNo;
}

Answer ForbidsActions(const Context& context) {
  const Asked& asked = context.asked;
  const Operation& operation = context.prohibition.operation;
  const auto is = [&](const std::string& one) { return asked.IsLike(one); };
  if (operation.kind == Operation::Kind::kAnything) {
    if (std::ranges::any_of(operation.except_actions, is)) return Answer::kNo;
    // "With `in` Regions it leaves out global-service actions".
    const auto service = context.program.catalog.FindService(asked.service);
    if (context.prohibition.regions && service && service->global_endpoint) return Answer::kNo;
  } else if (!std::ranges::any_of(operation.actions, is)) {
    return Answer::kNo;
  }
  return AnswerOf(operation.resources.empty() || IsOn(operation.resources, asked));
}

Answer ForbidsOperation(const Context& context) {
  const Operation& operation = context.prohibition.operation;
  if (operation.kind != Operation::Kind::kVerb) return ForbidsActions(context);
  switch (operation.sort) {
    case Sort::kModels:
      return ForbidsModels(context);
    case Sort::kKinds:
      return ForbidsKinds(context);
    case Sort::kGuardrails:
      return ForbidsGuardrails(context);
    case Sort::kKnowledgeBases:
      return Either(ForbidsThings(context, "bedrock:Retrieve", "knowledge-base"),
                    ForbidsBeside(context, {"bedrock:RetrieveAndGenerate", "bedrock:GenerateQuery",
                                            "bedrock:AgenticRetrieveStream"}));
    case Sort::kAgents:
      return Either(ForbidsThings(context, "bedrock:InvokeAgent", "agent-alias"),
                    ForbidsBeside(context, {"bedrock:InvokeInlineAgent"}));
    case Sort::kFlows:
      return Either(ForbidsThings(context, "bedrock:InvokeFlow", "flow"),
                    ForbidsBeside(context, {"bedrock:StartFlowExecution"}));
    case Sort::kPrompts:
      return ForbidsThings(context, "bedrock:RenderPrompt", "prompt");
    case Sort::kResources:
      return operation.verb == "call" ? ForbidsEndpoints(context) : ForbidsWorkspaces(context);
    default:
      return Answer::kOpen;
  }
}

}  // namespace

Answer ForbidsSomebody(const Program& program, const Prohibition& prohibition,
                       const policy::Request& request) {
  const Asked asked = TakeApart(request);
  const Context context{program, prohibition, asked};
  Answer answer = ForbidsOperation(context);
  if (prohibition.operation.kind == Operation::Kind::kVerb) {
    answer = Both(answer, AnswerOf(IsPlane(context, asked.service)));
  }
  answer = Both(answer, Both(IsCalledIn(context), IsDescribed(context)));
  if (prohibition.unless) answer = Both(answer, Not(IsDone(context, *prohibition.unless)));
  return answer;
}

Answer Forbids(const Program& program, const Prohibition& prohibition,
               const policy::Request& request) {
  const Asked asked = TakeApart(request);
  Answer binds = Binds(prohibition, program.model, asked);
  if (binds == Answer::kNo) return binds;
  // "Documents whose guardrail ARNs differ by account are placed at the account" (LANGUAGE 6):
  // whether they reach an account that has none yet depends on the bindings.
  const bool is_by_guardrail =
      !prohibition.guardrails.empty() ||
      (prohibition.unless && prohibition.unless->kind == Duty::Kind::kGuardrail);
  if (is_by_guardrail && !UnitsAbove(program.model, asked).empty()) binds = Answer::kOpen;
  return Both(binds, ForbidsSomebody(program, prohibition, request));
}

}  // namespace writ::reference

#include "proof/reference/requests.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "proof/reference/request.h"
#include "proof/reference/who.h"

namespace writ::reference {
namespace {

/// Keys of the source for which a service calls, which no other caller sends. Source: IAM User
/// Guide, "AWS global condition context keys", aws:SourceAccount and the like (read 2026-11-30).
bool IsOfSource(std::string_view key) {
  constexpr std::array<std::string_view, 4> kSources{"aws:SourceAccount", "aws:SourceArn",
                                                     "aws:SourceOrgID", "aws:SourceOrgPaths"};
  return std::ranges::any_of(
      kSources, [key](std::string_view source) { return policy::EqualIgnoringCase(source, key); });
}

std::string WithoutWildcards(std::string text, std::string_view put_in) {
  std::string result;
  for (const char c : text) {
    if (c == '*') {
      result += put_in;
    } else {
      result += c == '?' ? 'q' : c;
    }
  }
  return result;
}

template <typename List>
void SortUnique(List& list) {
  std::ranges::sort(list);
  const auto rest = std::ranges::unique(list);
  list.erase(rest.begin(), rest.end());
}

/// An ARN that the pattern matches, in this region and of this account where it leaves them open.
std::string InPlace(const std::string& pattern, const std::string& region,
                    const std::string& account, std::string_view put_in) {
  auto arn = ParseArn(pattern);
  if (!arn) return WithoutWildcards(pattern, put_in);
  if (arn->region == "*") arn->region = region;
  if (arn->account == "*") arn->account = account;
  return WithoutWildcards(fmt::format("arn:{}:{}:{}:{}:{}", arn->partition, arn->service,
                                      arn->region, arn->account, arn->rest),
                          put_in);
}

/// Whether the action has resources of the kind that the ARN is of, by what stands before names.
bool HasKind(const catalog::Catalog& catalog, const catalog::Action& action,
             const std::string& text) {
  const auto arn = ParseArn(text);
  if (!arn) return false;
  return std::ranges::any_of(action.resources, [&](const catalog::ActionResource& one) {
    const auto type = catalog.FindResourceType(action.service, one.type);
    return type && std::ranges::any_of(type->arns, [&](const std::string& format) {
             const auto form = ParseArn(format);
             return form && arn->rest.starts_with(form->rest.substr(0, form->rest.find("${")));
           });
  });
}

/// Gives the request the key; what was drawn for it goes, for a request has a key once.
void Carry(policy::Request& request, policy::ContextKey key) {
  std::erase_if(request.context, [&](const policy::ContextKey& drawn) {
    return policy::EqualIgnoringCase(drawn.name, key.name);
  });
  request.context.push_back(std::move(key));
}

constexpr const char* kBlind[] = {
    "bedrock:AgenticRetrieveStream",
    "bedrock:GenerateQuery",
    "bedrock:InvokeInlineAgent",
    "bedrock:OptimizePrompt",
    "bedrock:Rerank",
    "bedrock:RetrieveAndGenerate",
    "bedrock:InvokeBuilder",
    "bedrock:CallWithBearerToken",
    "bedrock-mantle:CallWithBearerToken",
    "aws-external-anthropic:CallWithBearerToken",
    "sagemaker:CallWithBearerToken",
};
constexpr const char* kOpaque[] = {
    "provisioned-model/abc123", "custom-model-deployment/abc",
    "imported-model/abc",       "marketplace/model-endpoint/all-access",
    "prompt-router/abc",        "project/default"};
constexpr const char* kClaude[] = {"CreateInference", "CreateBatchInference", "CreateSession",
                                   "CountTokens", "GetWorkspace"};

}  // namespace

RequestMaker::RequestMaker(const Program& program, const std::string& partition, Random& random,
                           const std::vector<std::string>& joining)
    : program_(program),
      partition_(partition),
      random_(random),
      callers_(CallersOf(program.model, partition, joining, random)) {
  CollectPools();
  CollectFocuses();
}

void RequestMaker::AddKey(const std::string& name, bool is_multi_valued, const std::string& value) {
  auto found = std::ranges::find(keys_, name, &KeyPool::name);
  if (found == keys_.end()) {
    keys_.push_back({name, is_multi_valued, {}});
    found = keys_.end() - 1;
  }
  found->values.push_back(value);
}

void RequestMaker::CollectKeys(const intent::Condition& condition) {
  for (const intent::Condition& one : condition.operands) CollectKeys(one);
  if (condition.kind != intent::Condition::Kind::kTest) return;
  const intent::Test& test = condition.test;
  // Keys that the rest of the request decides.
  for (const char* fixed :
       {"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:RequestedRegion",
        "aws:PrincipalOrgPaths", "aws:ResourceAccount"}) {
    if (test.key == fixed) return;
  }
  if (test.key == "aws:CurrentTime") {
    times_.insert(times_.end(), test.values.begin(), test.values.end());
    return;
  }
  if (test.type == intent::Test::Type::kString) AddKey(test.key, test.multi_valued, "other");
  for (const std::string& value : test.values) {
    if (value == "${aws:PrincipalAccount}") {
      for (const Caller& caller : callers_) AddKey(test.key, test.multi_valued, caller.account);
      continue;
    }
    if (value.starts_with("${")) {
      AddKey(value.substr(2, value.size() - 3), false, "red");
      AddKey(test.key, test.multi_valued, "red");
      continue;
    }
    AddKey(test.key, test.multi_valued, WithoutWildcards(value, ""));
    AddKey(test.key, test.multi_valued, WithoutWildcards(value, "x"));
    if (test.type == intent::Test::Type::kString) AddKey(test.key, test.multi_valued, value + "x");
    if (test.type == intent::Test::Type::kIp) {
      AddKey(test.key, false, value.substr(0, value.find('/')));
      AddKey(test.key, false, "198.51.100.7");
    }
  }
  if (test.type == intent::Test::Type::kNumeric) {
    for (const char* value : {"0", "59.5", "61", "3599", "3600.5"}) AddKey(test.key, false, value);
  }
  if (test.type == intent::Test::Type::kDate) {
    AddKey(test.key, false, "2020-01-01T00:00:00Z");
    AddKey(test.key, false, "2040-01-01T00:00:00Z");
  }
  if (test.type == intent::Test::Type::kBool) {
    AddKey(test.key, false, "true");
    AddKey(test.key, false, "false");
  }
}

void RequestMaker::CollectOperation(const intent::Operation& operation) {
  kinds_.insert(kinds_.end(), operation.kinds.begin(), operation.kinds.end());
  const auto add = [&](std::vector<std::string>& into, const std::vector<std::string>& from) {
    into.insert(into.end(), from.begin(), from.end());
  };
  add(actions_, operation.actions);
  add(actions_, operation.except_actions);
  add(resources_, operation.resources);
  add(resources_, operation.things.arns);
  add(resources_, operation.things.except_arns);
}

void RequestMaker::CollectPools() {
  const intent::Model& model = program_.model;
  const auto add_endpoints = [&](const std::vector<intent::EndpointIndex>& list) {
    for (const intent::EndpointIndex index : list) {
      const intent::Endpoint& endpoint = model.endpoints.at(index.value);
      for (const std::string& one : endpoint.vpces) AddKey("aws:SourceVpce", false, one);
      for (const std::string& one : endpoint.vpcs) AddKey("aws:SourceVpc", false, one);
      for (const std::string& one : endpoint.cidrs) {
        const bool is_private = !endpoint.vpces.empty() || !endpoint.vpcs.empty();
        const char* key = is_private ? "aws:VpcSourceIp" : "aws:SourceIp";
        AddKey(key, false, one.substr(0, one.find('/')));
        AddKey(key, false, "198.51.100.7");
      }
    }
  };
  // Once: many sentences name one guardrail, which may be bound in hundreds of accounts.
  std::set<intent::GuardrailIndex> known_guardrails;
  const auto add_guardrails = [&](const std::vector<intent::GuardrailIndex>& list) {
    for (const intent::GuardrailIndex index : list) {
      if (!known_guardrails.insert(index).second) continue;
      const auto& all = program_.bindings.all();
      const auto found = all.find(model.guardrails.at(index.value).name);
      if (found == all.end()) continue;
      for (const auto& [account, regions] : found->second) {
        for (const auto& [region, bound] : regions) {
          guardrails_.push_back(bound.Pinned());
          if (random_.Once(4)) guardrails_.push_back(bound.arn);
          if (random_.Once(4)) guardrails_.push_back(bound.arn + ":99");
          resources_.push_back(bound.arn);
        }
      }
    }
  };
  const auto add_profiles = [&](const intent::Profiles& profiles) {
    for (const std::string& one : profiles.arns) profiles_.push_back(WithoutWildcards(one, "x"));
    profiles_.push_back("");  // an application profile of the caller's account
  };
  const auto add_period = [&](const intent::Period& period) {
    for (const auto& day : {period.from, period.until}) {
      if (!day) continue;
      times_.push_back(*day + "T00:00:00Z");
      times_.push_back(*day + "T23:59:59Z");
      times_.push_back(*day + "T23:59:59-01:00");
      times_.push_back(*day + "T00:00:00+00:01");
    }
  };
  const auto collect = [&](const auto& sentence) {
    CollectOperation(sentence.operation);
    CollectKeys(sentence.when);
    add_endpoints(sentence.endpoints);
    add_guardrails(sentence.guardrails);
    add_guardrails(sentence.operation.guardrails);
    add_period(sentence.period);
    if (sentence.profiles) add_profiles(*sentence.profiles);
  };
  for (const intent::Permission& one : model.permissions) {
    collect(one);
    if (one.regions) regions_.insert(regions_.end(), one.regions->begin(), one.regions->end());
    // A few of the calls stand for all.
    for (std::size_t i = 0; i < one.calls.size() && i < 12; ++i) {
      const intent::Call& call = one.calls.size() <= 12 ? one.calls[i] : random_.Of(one.calls);
      models_.push_back(call.model);
      // Subscribing is no call in a region.
      if (call.region.empty()) continue;
      calls_.push_back({call.region, call.model, call.route, ""});
      regions_.push_back(call.region);
    }
  }
  for (std::uint32_t i = 0; i < model.guardrails.size(); ++i) {
    if (random_.Once(2)) add_guardrails({{i}});
  }
  std::vector<std::string> ids;
  for (const catalog::Model& one : program_.catalog.models()) {
    for (const catalog::ModelId& id : one.ids) ids.push_back(id.id);
  }
  for (const intent::Prohibition& one : model.prohibitions) {
    collect(one);
    routes_.insert(routes_.end(), one.routes.begin(), one.routes.end());
    if (one.regions) {
      regions_.insert(regions_.end(), one.regions->regions.begin(), one.regions->regions.end());
    }
    if (one.unless) {
      CollectKeys(one.unless->satisfy);
      add_endpoints(one.unless->endpoints);
      add_guardrails(one.unless->guardrails);
      if (one.unless->kind == intent::Duty::Kind::kProfile) add_profiles(one.unless->profiles);
    }
    std::vector<std::string> matching;
    for (const std::string& id : ids) {
      for (const std::string& pattern : one.models.patterns) {
        if (catalog::MatchesPattern(pattern, id)) matching.push_back(id);
      }
    }
    for (std::size_t i = 0; i < 4 && !matching.empty(); ++i)
      models_.push_back(random_.Of(matching));
    for (std::size_t i = 0; i < 3 && !one.models.except.empty(); ++i) {
      models_.push_back(random_.Of(one.models.except));
    }
    for (const std::string& pattern : one.models.patterns) {
      if (random_.Once(3)) models_.push_back(WithoutWildcards(pattern, "-next-9-v1"));
    }
  }
  for (int i = 0; i < 4; ++i) models_.push_back(random_.Of(ids));
  models_.push_back("newcomer.model-1-v1:0");
  for (const catalog::Region& region : program_.catalog.regions()) {
    if (region.partition == partition_ && region.bedrock.value_or(false) && random_.Once(8)) {
      regions_.push_back(region.name);
    }
  }
  regions_.push_back(partition_ == "aws" ? "us-east-1" : "us-gov-west-1");
  for (const std::string& id : models_) {
    const auto found = program_.catalog.FindId(id);
    if (!found) continue;
    for (const catalog::ModelId& one : found.model->ids) {
      if (one.product_id) products_.push_back(*one.product_id);
    }
  }
  products_.push_back("prod-elsewhere");
  times_.push_back("2026-11-29T12:00:00Z");
  SortUnique(models_);
  SortUnique(regions_);
  SortUnique(guardrails_);
  SortUnique(times_);
  SortUnique(kinds_);
}

std::string RequestMaker::Arn(std::string_view service, const std::string& region,
                              const std::string& account, const std::string& rest) const {
  return fmt::format("arn:{}:{}:{}:{}:{}", partition_, service, region, account, rest);
}

policy::Request RequestMaker::Base(const Caller& caller, const std::string& action,
                                   const std::string& resource, const std::string& region) {
  policy::Request request;
  request.principal = caller.principal;
  request.action = action;
  request.resource = resource;
  auto& context = request.context;
  const auto put = [&](std::string name, std::string value) {
    for (const policy::ContextKey& key : context) {
      if (policy::EqualIgnoringCase(key.name, name)) return;
    }
    context.push_back({std::move(name), false, {std::move(value)}});
  };
  const intent::Organization& organization = program_.model.organization;
  if (!caller.arn.empty()) {
    put("aws:PrincipalArn", caller.arn);
    put("aws:PrincipalAccount", caller.account);
    for (const auto& [key, value] : caller.tags) put("aws:PrincipalTag/" + key, value);
    if (!organization.id.empty()) {
      put("aws:PrincipalOrgID", organization.id);
      std::optional<intent::NodeIndex> place = caller.unit;
      for (const intent::Account& account : organization.accounts) {
        if (account.id == caller.account) place = account.node;
      }
      std::string units = caller.new_unit.empty() ? "" : caller.new_unit + "/";
      for (std::optional<intent::NodeIndex> node = place; node;
           node = organization.nodes.at(node->value).parent) {
        const intent::Node& one = organization.nodes.at(node->value);
        if (one.kind == intent::Node::Kind::kUnit) units = one.id + "/" + units;
      }
      context.push_back({"aws:PrincipalOrgPaths", true, {organization.id + "/r-ab12/" + units}});
    }
  }
  if (!region.empty()) put("aws:RequestedRegion", region);
  for (const policy::ContextKey& key : drawn_) {
    const bool is_there = std::ranges::any_of(context, [&](const policy::ContextKey& one) {
      return policy::EqualIgnoringCase(one.name, key.name);
    });
    // Keys of a service are carried by its actions that have them, and by no other.
    const std::string service = key.name.substr(0, key.name.find(':'));
    if (is_there || (!caller.arn.empty() && IsOfSource(key.name))) continue;
    if (service != "aws") {
      const auto known = program_.catalog.FindAction(action.substr(0, action.find(':')),
                                                     action.substr(action.find(':') + 1));
      if (!known || program_.catalog.Carries(*known, key.name) == catalog::Carriage::kNo) continue;
    }
    context.push_back(key);
  }
  const auto arn = ParseArn(resource);
  if (arn && !arn->account.empty()) {
    put("aws:ResourceAccount", arn->account);
  } else if (arn && arn->service == "s3" && random_.Once(2)) {
    put("aws:ResourceAccount", caller.account);
  }
  if (!caller.arn.empty()) AddAlwaysSent(request);
  return request;
}

RequestMaker::Call RequestMaker::AnyCall() {
  Call call{random_.Of(regions_), random_.Of(models_), {}, ""};
  if (!routes_.empty() && random_.Once(3)) {
    call.route = random_.Of(routes_);
    return call;
  }
  const auto found = program_.catalog.FindId(call.model);
  if (found && !found.id->profiles.empty() && random_.Once(2)) {
    const catalog::InferenceProfile& profile = random_.Of(found.id->profiles);
    call.route = profile.global() ? intent::Route{intent::Route::Kind::kGlobally, ""}
                                  : intent::Route{intent::Route::Kind::kWithin, profile.scope};
    if (!profile.global() && !profile.routes.empty() && random_.Once(2)) {
      std::string source = random_.Of(profile.routes).source;
      const catalog::Region* region = program_.catalog.FindRegion(source);
      if (region != nullptr && region->partition == partition_) call.region = source;
    }
  }
  return call;
}

RequestMaker::Call RequestMaker::CallOfSentence() {
  if (calls_.empty()) return AnyCall();
  Call call = random_.Of(calls_);
  if (random_.Once(3)) Vary(call);
  return call;
}

void RequestMaker::Vary(Call& call) {
  const Call other = AnyCall();
  switch (random_.Below(3)) {
    case 0:
      call.model = other.model;
      break;
    case 1:
      call.region = other.region;
      break;
    default:
      call.route = other.route;
      break;
  }
}

RequestMaker::About RequestMaker::AboutOf(const intent::Operation& operation) {
  using intent::Sort;
  if (operation.kind != intent::Operation::Kind::kVerb) return About::kActions;
  if (operation.verb == "subscribe-to") return About::kSubscribing;
  if (operation.verb == "log-in-with") return About::kKeys;
  switch (operation.sort) {
    case Sort::kModels:
      return operation.verb == "invoke" ? About::kInvoking : About::kModels;
    case Sort::kKinds:
      return About::kKinds;
    case Sort::kResources:
      return About::kEndpoints;
    default:
      return About::kThings;
  }
}

void RequestMaker::CollectFocuses() {
  for (const intent::Permission& one : program_.model.permissions) {
    focuses_.push_back({AboutOf(one.operation), {}, &one, nullptr});
  }
  for (const intent::Prohibition& one : program_.model.prohibitions) {
    focuses_.push_back({AboutOf(one.operation), {}, nullptr, &one});
  }
}

/// Whom the sentence is about, when it is first asked about: a program has thousands of sentences.
void RequestMaker::FindCallers(Focus& focus) const {
  if (focus.has_callers) return;
  focus.has_callers = true;
  const auto add = [&](const std::vector<intent::Holder>& holders) {
    for (const Caller& caller : callers_) {
      policy::Request request{caller.principal, "a:B", "*", {}, {}};
      if (!caller.arn.empty()) request.context.push_back({"aws:PrincipalArn", false, {caller.arn}});
      for (const auto& [key, value] : caller.tags) {
        request.context.push_back({"aws:PrincipalTag/" + key, false, {value}});
      }
      const Asked asked = TakeApart(request);
      const bool is_one = std::ranges::any_of(holders, [&](const intent::Holder& holder) {
        return IsHolder(holder, program_.model, asked);
      });
      if (is_one || !caller.was_tagged.empty()) focus.callers.push_back(&caller);
    }
  };
  if (focus.permission != nullptr) return add(focus.permission->holders);
  add(focus.prohibition->bound.included);
  add(focus.prohibition->bound.excepted);
}

Asking RequestMaker::Make() {
  Focus& focus = focuses_[random_.Below(focuses_.size())];
  FindCallers(focus);
  // What lies inside of the sentence is rarer than what lies outside.
  const std::size_t tries = random_.Once(3) ? 1 : 6;
  Asking asking;
  for (std::size_t i = 0; i < tries; ++i) {
    asking = MakeOnce(focus);
    const bool is_inside = std::ranges::any_of(asking.legs, [&](const policy::Request& leg) {
      return (focus.permission != nullptr
                  ? Permits(program_, *focus.permission, leg)
                  : Forbids(program_, *focus.prohibition, leg)) != Answer::kNo;
    });
    if (is_inside) break;
  }
  return asking;
}

/// Somebody else: of the same name in another account, or anybody.
const Caller* RequestMaker::Neighbor(const Caller& one) {
  std::vector<const Caller*> namesakes;
  for (const Caller& other : callers_) {
    const bool is_namesake = !other.arn.empty() && other.account != one.account &&
                             other.role == one.role && other.user == one.user;
    if (is_namesake) namesakes.push_back(&other);
  }
  if (namesakes.empty() || random_.Once(2)) return &random_.Of(callers_);
  return random_.Of(namesakes);
}

Asking RequestMaker::MakeOnce(const Focus& focus) {
  Asking asking;
  asking.sentence =
      focus.permission != nullptr ? &focus.permission->origin : &focus.prohibition->origin;
  asking.caller = focus.callers.empty() ? &random_.Of(callers_) : random_.Of(focus.callers);
  if (random_.Once(4)) asking.caller = Neighbor(*asking.caller);
  const Caller& caller = *asking.caller;
  drawn_.clear();
  drawn_.push_back({"aws:CurrentTime", false, {random_.Of(times_)}});
  for (const KeyPool& key : keys_) {
    if (random_.Once(4)) continue;
    if (!key.is_multi_valued) {
      drawn_.push_back({key.name, false, {random_.Of(key.values)}});
      continue;
    }
    std::vector<std::string> values;
    for (std::size_t i = 0; i <= random_.Below(2); ++i) values.push_back(random_.Of(key.values));
    const bool is_list = values.size() > 1 || random_.Once(2);
    drawn_.push_back({key.name, is_list, values});
  }
  guardrail_ = guardrails_.empty() || random_.Once(3) ? "" : random_.Of(guardrails_);
  is_streaming_ = random_.Once(2);
  Call call = random_.Once(2) ? CallOfSentence() : AnyCall();
  if (!profiles_.empty() && random_.Once(2)) {
    call.profile = random_.Of(profiles_);
    if (const auto arn = ParseArn(call.profile)) call.region = arn->region;
    if (call.profile.empty()) {
      call.profile =
          Arn("bedrock", call.region, caller.account, "application-inference-profile/app1");
    }
  } else if (random_.Once(12)) {
    call.profile =
        Arn("bedrock", call.region, caller.account, "application-inference-profile/app2");
  }
  switch (focus.about) {
    case About::kInvoking:
      switch (random_.Below(10)) {
        case 0:
          OnModel(caller, call, asking);
          break;
        case 1:
          OnMantle(caller, call, asking);
          break;
        case 2:
          OnOpaque(caller, call, asking);
          break;
        case 3:
          Blind(caller, call, asking);
          break;
        case 4:
          random_.Once(2) ? OnThing(caller, call, asking) : Elsewhere(caller, call, asking);
          break;
        default:
          Invoke(caller, call, asking);
          break;
      }
      break;
    case About::kModels:
      random_.Once(5)   ? Invoke(caller, call, asking)
      : random_.Once(4) ? OnMantle(caller, call, asking)
                        : OnModel(caller, call, asking);
      break;
    case About::kSubscribing:
      Elsewhere(caller, call, asking);
      break;
    case About::kKinds:
      OfKind(caller, call, asking);
      break;
    case About::kKeys:
      Blind(caller, call, asking);
      break;
    case About::kThings:
      OnThing(caller, call, asking);
      break;
    case About::kEndpoints:
      OnEndpoint(caller, call, asking);
      break;
    case About::kActions:
      random_.Once(5) ? Elsewhere(caller, call, asking) : OfActions(caller, call, asking);
      break;
  }
  return asking;
}

void RequestMaker::Invoke(const Caller& caller, const Call& call, Asking& asking) {
  const std::string action =
      is_streaming_ ? "bedrock:InvokeModelWithResponseStream" : "bedrock:InvokeModel";
  asking.is_whole = true;
  asking.about = "invoke";
  const std::string rest = "foundation-model/" + call.model;
  std::string profile = call.profile;
  const auto found = program_.catalog.FindId(call.model);
  const bool is_global = call.route.kind == intent::Route::Kind::kGlobally;
  const std::string scope = is_global ? "global" : call.route.geography;
  const catalog::InferenceProfile* system =
      found && call.route.kind != intent::Route::Kind::kDirectly ? found.id->ProfileOf(scope)
                                                                 : nullptr;
  if (profile.empty() && call.route.kind != intent::Route::Kind::kDirectly) {
    profile = Arn("bedrock", call.region, caller.account,
                  "inference-profile/" + scope + "." + call.model);
  }
  if (!profile.empty()) asking.legs.push_back(Base(caller, action, profile, call.region));
  std::vector<std::string> places = {call.region};
  if (system != nullptr) {
    if (const catalog::Route* route = system->RouteFrom(call.region)) {
      for (const std::string& to : route->destinations) {
        if (to != call.region) places.push_back(to);
      }
    }
  }
  if (is_global) places.emplace_back();
  for (const std::string& place : places) {
    policy::Request leg = Base(caller, action, Arn("bedrock", place, "", rest),
                               place.empty() ? "unspecified" : place);
    if (!profile.empty()) {
      Carry(leg, {"bedrock:InferenceProfileArn", false, {profile}});
    }
    if (!guardrail_.empty()) {
      Carry(leg, {"bedrock:GuardrailIdentifier", false, {guardrail_}});
    }
    asking.legs.push_back(std::move(leg));
  }
  if (call.model.starts_with("openai.") && !is_streaming_ && random_.Once(2)) {
    // The Responses API asks for the project as well, with the model that the caller names.
    policy::Request leg =
        Base(caller, action, Arn("bedrock", call.region, caller.account, "project/default"),
             call.region);
    Carry(leg, {"bedrock:ModelArn",
                false,
                {profile.empty() ? Arn("bedrock", call.region, "", rest) : profile}});
    asking.legs.push_back(std::move(leg));
  }
  if (!guardrail_.empty() && random_.Once(3)) {
    asking.is_whole = false;
    std::string arn = guardrail_;
    const std::size_t id = arn.rfind('/');
    const std::size_t version = arn.find(':', id);
    if (version != std::string::npos) arn.resize(version);
    const std::string place = arn.substr(std::string("arn:aws:bedrock:").size());
    asking.legs = {Base(caller, "bedrock:ApplyGuardrail", arn, call.region)};
    asking.about = "apply";
    if (arn.find(":" + call.region + ":") == std::string::npos) asking.legs.clear();
  }
}

void RequestMaker::OnModel(const Caller& caller, const Call& call, Asking& asking) {
  struct Verb {
    const char* action;
    const char* made;
  };
  constexpr Verb kVerbs[] = {
      {"bedrock:CreateModelInvocationJob", "model-invocation-job/abc"},
      {"bedrock:CreateProvisionedModelThroughput", ""},
      {"bedrock:CreateModelCustomizationJob", "custom-model/abc"},
      {"bedrock:CountTokens", ""},
      {"bedrock:CreateEvaluationJob", ""},
      {"bedrock:CreateModelEvaluationJob", ""},
      {"bedrock:CreateAdvancedPromptOptimizationJob", ""},
      {"bedrock:CreateInferenceProfile", "application-inference-profile/abc"},
  };
  const Verb& verb = kVerbs[random_.Below(std::size(kVerbs))];
  asking.is_whole = true;
  asking.about = verb.action;
  asking.legs.push_back(Base(caller, verb.action,
                             Arn("bedrock", call.region, "", "foundation-model/" + call.model),
                             call.region));
  if (verb.made[0] != '\0') {
    asking.legs.push_back(Base(
        caller, verb.action, Arn("bedrock", call.region, caller.account, verb.made), call.region));
  }
  if (std::string_view(verb.action) == "bedrock:CreateInferenceProfile" &&
      call.route.kind != intent::Route::Kind::kDirectly) {
    const std::string scope =
        call.route.kind == intent::Route::Kind::kGlobally ? "global" : call.route.geography;
    asking.legs.push_back(Base(caller, verb.action,
                               Arn("bedrock", call.region, caller.account,
                                   "inference-profile/" + scope + "." + call.model),
                               call.region));
  }
}

void RequestMaker::OnMantle(const Caller& caller, const Call& call, Asking& asking) {
  constexpr const char* kActions[] = {"bedrock-mantle:CreateInference",
                                      "bedrock-mantle:CreateInference",
                                      "bedrock-mantle:CountTokens"};
  const char* action = kActions[random_.Below(std::size(kActions))];
  policy::Request request = Base(caller, action,
                                 Arn("bedrock-mantle", call.region, caller.account,
                                     random_.Once(2) ? "project/default" : "project/p1"),
                                 call.region);
  if (!random_.Once(5)) Carry(request, {"bedrock-mantle:Model", false, {call.model}});
  asking.legs.push_back(std::move(request));
  asking.about = action;
}

void RequestMaker::OnOpaque(const Caller& caller, const Call& call, Asking& asking) {
  const char* rest = kOpaque[random_.Below(std::size(kOpaque))];
  policy::Request request =
      Base(caller, is_streaming_ ? "bedrock:InvokeModelWithResponseStream" : "bedrock:InvokeModel",
           Arn("bedrock", call.region, caller.account, rest), call.region);
  if (!guardrail_.empty()) {
    Carry(request, {"bedrock:GuardrailIdentifier", false, {guardrail_}});
  }
  asking.legs.push_back(std::move(request));
  asking.about = "invoke what does not tell its model";
}

void RequestMaker::Blind(const Caller& caller, const Call& call, Asking& asking) {
  asking.about = kBlind[random_.Below(std::size(kBlind))];
  asking.legs.push_back(Base(caller, asking.about, "*", call.region));
}

void RequestMaker::OfKind(const Caller& caller, const Call& call, Asking& asking) {
  const std::string& kind = random_.Of(kinds_);
  const auto plane = random_.Once(3) ? catalog::PlaneClass::kRead : catalog::PlaneClass::kAdmin;
  const auto actions = program_.catalog.ActionsOfKind(kind, plane);
  if (actions.empty()) return Blind(caller, call, asking);
  const catalog::BedrockAction& action = *random_.Of(actions);
  const auto known = program_.catalog.FindAction(action.service, action.name);
  std::string resource = "*";
  if (known && !known->WildcardOnly()) {
    const auto type =
        program_.catalog.FindResourceType(action.service, random_.Of(known->resources).type);
    if (type && !type->arns.empty()) {
      resource = random_.Of(type->arns);
      const auto put = [&](std::string_view what, const std::string& value) {
        for (std::size_t at = resource.find(what); at != std::string::npos;
             at = resource.find(what)) {
          resource.replace(at, what.size(), value);
        }
      };
      put("${Partition}", partition_);
      put("${Region}", call.region);
      put("${Account}", caller.account);
      for (std::size_t at = resource.find("${"); at != std::string::npos;
           at = resource.find("${")) {
        resource.replace(at, resource.find('}', at) - at + 1, "id1");
      }
    }
  }
  const bool is_global = action.service == "iam";
  policy::Request request =
      Base(caller, action.FullName(), resource, is_global ? "us-east-1" : call.region);
  if (!action.when_key.empty() && !random_.Once(4)) {
    Carry(request,
          {action.when_key, false, {random_.Once(4) ? "other.amazonaws.com" : action.when_value}});
  }
  asking.legs.push_back(std::move(request));
  asking.about = "administer";
}

void RequestMaker::OnThing(const Caller& caller, const Call& call, Asking& asking) {
  struct Thing {
    const char* action;
    const char* rest;
  };
  constexpr Thing kThings[] = {{"bedrock:Retrieve", "knowledge-base/KB1"},
                               {"bedrock:InvokeAgent", "agent-alias/A1/B1"},
                               {"bedrock:InvokeFlow", "flow/F1/alias/X1"},
                               {"bedrock:RenderPrompt", "prompt/P1"},
                               {"bedrock:ApplyGuardrail", "guardrail/elsewhere"}};
  const Thing& thing = kThings[random_.Below(std::size(kThings))];
  std::string resource = Arn("bedrock", call.region, caller.account, thing.rest);
  std::string region = call.region;
  std::vector<std::string> fitting;
  const std::string type(thing.rest, std::string_view(thing.rest).find('/') + 1);
  for (const std::string& one : resources_) {
    if (one.find(":" + type) != std::string::npos) fitting.push_back(one);
  }
  if (!fitting.empty() && !random_.Once(3)) {
    resource = InPlace(random_.Of(fitting), call.region, caller.account, "x1");
    for (std::size_t at = resource.find("${"); at != std::string::npos; at = resource.find("${")) {
      resource.replace(at, resource.find('}', at) - at + 1, "red");
    }
    const std::size_t place = resource.find(":bedrock:");
    if (place != std::string::npos) {
      const std::string rest = resource.substr(place + 9);
      region = rest.substr(0, rest.find(':'));
    }
  }
  asking.legs.push_back(Base(caller, thing.action, resource, region));
  asking.about = thing.action;
}

void RequestMaker::OnEndpoint(const Caller& caller, const Call& call, Asking& asking) {
  constexpr const char* kActions[] = {
      "sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream",
      "sagemaker:InvokeEndpointAsync", "sagemaker:DescribeEndpoint"};
  constexpr const char* kOfWorkspaces[] = {
      "aws-external-anthropic:CreateInference", "aws-external-anthropic:CreateBatchInference",
      "aws-external-anthropic:CreateSession", "aws-external-anthropic:CountTokens",
      "aws-external-anthropic:GetWorkspace"};
  // A program's endpoints and workspaces are among its resources; it seldom has both.
  const bool is_endpoint = std::ranges::any_of(resources_, [](const std::string& one) {
    return one.find(":endpoint/") != std::string::npos;
  });
  const std::string type_name = is_endpoint ? "endpoint/" : "workspace/";
  const std::string before = ":" + type_name;
  std::vector<std::string> names = {"other"};
  for (const std::string& one : resources_) {
    const std::size_t type = one.find(before);
    if (type == std::string::npos) continue;
    const std::string name = one.substr(type + before.size());
    names.push_back(WithoutWildcards(name, "x"));
    names.push_back(WithoutWildcards(name, "") + (random_.Once(3) ? "x" : ""));
  }
  const std::string account =
      random_.Once(5) ? random_.Of(program_.model.organization.accounts).id : caller.account;
  asking.about = is_endpoint ? kActions[random_.Below(std::size(kActions))]
                             : kOfWorkspaces[random_.Below(std::size(kOfWorkspaces))];
  asking.legs.push_back(Base(caller, asking.about,
                             Arn(is_endpoint ? "sagemaker" : "aws-external-anthropic", call.region,
                                 account, type_name + random_.Of(names)),
                             call.region));
}

void RequestMaker::OfActions(const Caller& caller, const Call& call, Asking& asking) {
  // `do anything` names none.
  if (actions_.empty()) return Elsewhere(caller, call, asking);
  const std::string pattern = random_.Of(actions_);
  const std::string service = pattern.substr(0, pattern.find(':'));
  // The action itself, one that does something else to the same kind of thing, or any.
  std::string name = pattern.substr(pattern.find(':') + 1);
  if (random_.Once(3)) {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    std::size_t noun = name.size();
    while (noun > 0 && !is_capital(name[noun - 1])) --noun;
    name = noun > 0 && random_.Once(2) ? "*" + name.substr(noun - 1) : "*";
  }
  const auto actions = program_.catalog.ActionsOf(service, name);
  if (actions.empty()) return Elsewhere(caller, call, asking);
  const catalog::Action& action = random_.Of(actions);
  std::string resource = "*";
  if (!action.WildcardOnly()) {
    std::vector<std::string> fitting;
    for (const std::string& one : resources_) {
      if (one.find(":" + service + ":") != std::string::npos &&
          HasKind(program_.catalog, action, one)) {
        fitting.push_back(one);
      }
    }
    if (service == "sts") {
      for (const std::string& one : resources_) {
        if (one.find(":iam:") != std::string::npos) fitting.push_back(one);
      }
    }
    if (!fitting.empty()) {
      const std::string owner =
          random_.Once(3) ? random_.Of(program_.model.organization.accounts).id : caller.account;
      resource = InPlace(random_.Of(fitting), call.region, owner, random_.Once(2) ? "x1" : "");
      for (std::size_t at = resource.find("${"); at != std::string::npos;
           at = resource.find("${")) {
        resource.replace(at, resource.find('}', at) - at + 1, "red");
      }
      constexpr std::string_view kOfRole = ":iam::";
      const std::size_t role = service == "sts" ? resource.find(kOfRole) : std::string::npos;
      if (role != std::string::npos && random_.Once(3)) {
        // The same role in another account.
        resource.replace(role + kOfRole.size(), policy::kAccountDigits,
                         random_.Of(program_.model.organization.accounts).id);
      } else if (random_.Once(4)) {
        resource += "x";
      }
    } else {
      resource = Arn(service, call.region, caller.account, "thing/x1");
    }
  }
  asking.legs.push_back(Base(caller, action.FullName(), resource, call.region));
  asking.about = "do";
}

void RequestMaker::Elsewhere(const Caller& caller, const Call& call, Asking& asking) {
  if (random_.Once(2)) {
    const char* action = kClaude[random_.Below(std::size(kClaude))];
    asking.legs.push_back(
        Base(caller, fmt::format("aws-external-anthropic:{}", action),
             Arn("aws-external-anthropic", call.region, caller.account, "workspace/wrkspc_1"),
             call.region));
    asking.about = "claude platform";
    return;
  }
  if (random_.Once(2)) {
    policy::Request request = Base(caller, "aws-marketplace:Subscribe", "*", "us-east-1");
    if (!random_.Once(4)) {
      std::vector<std::string> products = {random_.Of(products_)};
      if (random_.Once(4)) products.push_back(random_.Of(products_));
      Carry(request, {"aws-marketplace:ProductId", true, products});
    }
    asking.legs.push_back(std::move(request));
    asking.about = "subscribe";
    return;
  }
  constexpr const char* kOthers[] = {"s3:ListAllMyBuckets", "bedrock:ListFoundationModels",
                                     "ec2:DescribeInstances", "iam:ListRoles"};
  asking.about = kOthers[random_.Below(std::size(kOthers))];
  asking.legs.push_back(Base(caller, asking.about, "*", call.region));
}

}  // namespace writ::reference

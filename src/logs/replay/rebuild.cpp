#include "logs/replay/rebuild.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ::replay {
namespace {

using access::PartialRequest;
using policy::FoldCase;

constexpr std::string_view kSourceEnd = ".amazonaws.com";
constexpr std::string_view kRegionKey = "aws:RequestedRegion";
constexpr std::string_view kTimeKey = "aws:CurrentTime";

// ---- which keys a program asks for

/// Whether a key of the program is one of these.
class Keys {
 public:
  explicit Keys(const intent::Model& model) {
    for (const intent::Permission& permission : model.permissions) Add(permission.when);
    for (const intent::Prohibition& prohibition : model.prohibitions) {
      Add(prohibition.when);
      if (prohibition.unless) Add(prohibition.unless->satisfy);
    }
    for (const intent::Perimeter& perimeter : model.perimeters) Add(perimeter.when);
  }
  [[nodiscard]] bool Have(std::string_view name) const { return texts_.contains(FoldCase(name)); }
  /// Also in policy variables.
  [[nodiscard]] bool Mention(std::string_view name) const {
    const std::string folded = FoldCase(name);
    return Have(name) || std::ranges::any_of(values_, [&](const std::string& value) {
             return value.find(folded) != std::string::npos;
           });
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
  void Add(const intent::Condition& condition) {
    for (const intent::Condition& operand : condition.operands) Add(operand);
    if (condition.kind != intent::Condition::Kind::kTest) return;
    texts_.insert(FoldCase(condition.test.key));
    for (const std::string& value : condition.test.values) {
      if (condition.test.variable) values_.insert(FoldCase(value));
    }
  }
  std::set<std::string> texts_;
  std::set<std::string> values_;
};

bool HasPeriod(const intent::Model& model) {
  const auto is_dated = [](const auto& sentence) {
    return sentence.period.from || sentence.period.until;
  };
  return std::ranges::any_of(model.permissions, is_dated) ||
         std::ranges::any_of(model.prohibitions, is_dated) ||
         std::ranges::any_of(model.perimeters, is_dated);
}

// ---- what an event tells of the context

bool IsAddress(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos &&
         text.find_first_of(".:") != std::string_view::npos;
}

/// The context of all requests of one call: keys that are known, and keys that are known not to be
/// there.
class Context {
 public:
  explicit Context(const trail::Call& call) {
    using Kind = trail::Identity::Kind;
    Set(kRegionKey, call.region);
    // A sentence begins and ends with a day, and the time of an event is known to the day.
    if (!call.time.empty()) Set(kTimeKey, call.time.substr(0, 10) + "T12:00:00Z");
    if (call.who.kind == Kind::kUser) SetAbsent("aws:TokenIssueTime");
    if (!call.issued.empty()) Set("aws:TokenIssueTime", call.issued);
    if (!call.source_identity.empty()) Set("aws:SourceIdentity", call.source_identity);
    // "false" is also logged where the key is absent, with long-term credentials.
    if (call.mfa == "true") Set("aws:MultiFactorAuthPresent", "true");
    if (call.has_circumstances) SetCircumstances(call);
  }

  [[nodiscard]] const std::map<std::string, policy::ContextKey>& known() const { return known_; }
  [[nodiscard]] const std::set<std::string>& absent() const { return absent_; }

  void Set(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    absent_.erase(FoldCase(key));
    known_[FoldCase(key)] = {std::string(key), false, {std::string(value)}};
  }
  void SetAbsent(std::string_view key) {
    known_.erase(FoldCase(key));
    absent_.insert(FoldCase(key));
  }

 private:
  void SetCircumstances(const trail::Call& call) {
    // How a service that calls on the caller's behalf came to AWS says nothing of the caller.
    if (!call.invoked_by.empty()) return;
    if (call.endpoint.empty()) {
      for (const char* key : {"aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp",
                              "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"}) {
        SetAbsent(key);
      }
      if (IsAddress(call.ip)) Set("aws:SourceIp", call.ip);
    } else {
      Set("aws:SourceVpce", call.endpoint);
      SetAbsent("aws:SourceIp");
      if (IsAddress(call.ip)) Set("aws:VpcSourceIp", call.ip);
    }
    // Nobody called on the caller's behalf.
    Set("aws:ViaAWSService", "false");
    for (const char* key :
         {"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:SourceArn",
          "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"}) {
      SetAbsent(key);
    }
    if (call.who.kind == trail::Identity::Kind::kService) return;
    Set("aws:PrincipalIsAWSService", "false");
    SetAbsent("aws:PrincipalServiceName");
    SetAbsent("aws:PrincipalServiceNamesList");
  }

  std::map<std::string, policy::ContextKey> known_;  ///< by name in lower case
  std::set<std::string> absent_;
};

// ---- legs

std::string ServiceOf(std::string_view source) {
  return std::string(source.substr(0, source.size() - kSourceEnd.size()));
}

/// The text with `{name}` replaced; an unknown name stays.
std::string Fill(std::string text, const std::map<std::string, std::string>& places) {
  for (const auto& [name, value] : places) {
    const std::string placeholder = fmt::format("{{{}}}", name);
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
  return text;
}

/// What the caller of a model wrote.
struct Called {
  enum class Kind { kModel, kSystemProfile, kOpaque };
  Kind kind = Kind::kModel;
  std::string id;
};

Called CalledOf(const trail::Call& call, const catalog::Catalog& catalog) {
  using Kind = Called::Kind;
  std::string_view text = call.model;
  bool is_profile = false;
  if (const auto arn = policy::SplitArn(text)) {
    const std::string_view rest = (*arn)[5];
    const std::size_t slash = rest.find('/');
    const std::string_view type = rest.substr(0, slash);
    if (type != "foundation-model" && type != "inference-profile")
      return {Kind::kOpaque, call.model};
    is_profile = type == "inference-profile";
    text = rest.substr(slash + 1);
  }
  // "us.anthropic.…": a geography before the provider. A model that the catalog does not know is
  // one all the same.
  const std::string id(text);
  if (!is_profile && !catalog.FindId(id)) {
    const std::string_view first = text.substr(0, text.find('.'));
    is_profile =
        catalog.FindProfile(id) || first == "global" || catalog.FindGeography(first) != nullptr;
  }
  return {is_profile ? Kind::kSystemProfile : Kind::kModel, id};
}

class Rebuilder {
 public:
  Rebuilder(const trail::Call& call, const Facts& facts)
      : call_(call), facts_(facts), context_(call) {}

  Rebuilt Run() {
    const std::string action = ActionOf(call_, facts_.catalog);
    if (action.empty()) {
      rebuilt_.cannot = fmt::format("`{}` of {} is no action that the catalog of {} knows",
                                    call_.name, call_.source, facts_.catalog.date());
      return std::move(rebuilt_);
    }
    service_ = action.substr(0, action.find(':'));
    action_ = facts_.catalog.FindAction(service_, action.substr(service_.size() + 1));
    if (!LegsOfModel()) LegsOfResources();
    if (const library::Verb* const beside = AskedBeside()) {
      std::set<std::string> actions;
      for (const library::Leg& leg : beside->permit) {
        if (leg.route == "directly") actions.insert(leg.actions.begin(), leg.actions.end());
      }
      // Which of them it is, the library does not say.
      for (const std::string& name : actions) {
        const std::size_t colon = name.find(':');
        const auto called =
            facts_.catalog.FindAction(name.substr(0, colon), name.substr(colon + 1));
        if (called) LegOfSomeModel(*called, /*is_certain=*/false);
      }
      rebuilt_.cannot = "the log does not say which model it generates with";
    }
    // An API key is used by an action of its own.
    if (call_.has_bearer_token) {
      if (const auto bearer = facts_.catalog.FindAction(service_, "CallWithBearerToken")) {
        AddLeg(*bearer, "*", "", context_);
      }
    }
    return std::move(rebuilt_);
  }

 private:
  using Places = std::map<std::string, std::string>;

  void AddLeg(const catalog::Action& action, std::string resource, std::string resources,
              const Context& context) {
    PartialRequest leg;
    leg.request.action = action.FullName();
    leg.request.resource = std::move(resource);
    leg.resources = std::move(resources);
    for (const auto& [name, key] : context.known()) {
      const bool is_sent = facts_.catalog.Carries(action, key.name) != catalog::Carriage::kNo;
      if (is_sent) leg.request.context.push_back(key);
    }
    const catalog::Catalog* catalog = &facts_.catalog;
    leg.may_have = [catalog, action, absent = context.absent()](std::string_view key) {
      return !absent.contains(std::string(key)) &&
             catalog->Carries(action, key) != catalog::Carriage::kNo;
    };
    (is_certain_ ? rebuilt_.legs : rebuilt_.perhaps).push_back(std::move(leg));
  }

  /// `pattern` may have wildcards for what the log does not tell.
  void AddLeg(const std::string& pattern, const Context& context) {
    const bool is_open = policy::HasWildcard(pattern);
    AddLeg(*action_, is_open ? access::StandInFor(pattern) : pattern, is_open ? pattern : "",
           context);
  }

  // ---- of calls to models

  /// The verb of models whose permission is this action, or nullptr.
  [[nodiscard]] const library::Verb* VerbOf() const {
    for (const library::Module& module : facts_.library.modules()) {
      for (const library::Verb& verb : module.verbs) {
        const bool is_it =
            verb.sort == "Models" && std::ranges::any_of(verb.permit, [&](const library::Leg& leg) {
              return IsOfAction(leg);
            });
        if (is_it) return &verb;
      }
    }
    return nullptr;
  }
  [[nodiscard]] bool IsOfAction(const library::Leg& leg) const {
    return std::ranges::find(leg.actions, action_->FullName()) != leg.actions.end();
  }

  /// The verb whose authorization AWS asks the caller of this action for as well, or nullptr.
  [[nodiscard]] const library::Verb* AskedBeside() const {
    for (const library::Module& module : facts_.library.modules()) {
      for (const library::Verb& verb : module.verbs) {
        const bool asks = std::ranges::any_of(verb.forbid, [&](const library::Leg& leg) {
          return leg.part == "asked" && IsOfAction(leg);
        });
        if (asks) return &verb;
      }
    }
    return nullptr;
  }

  /// The authorization to call a model, whichever it is.
  void LegOfSomeModel(const catalog::Action& action, bool is_certain) {
    is_certain_ = is_certain;
    AddLeg(action, access::StandInFor("*"), "*", context_);
    is_certain_ = true;
  }

  [[nodiscard]] bool IsResource(const std::string& arn) const {
    return std::ranges::any_of(action_->resources, [&](const catalog::ActionResource& resource) {
      const std::vector<std::string> patterns = PatternsOf(resource.type);
      return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return catalog::MatchesPattern(pattern, arn);
      });
    });
  }

  bool LegsOfModel() {
    const library::Verb* const verb = VerbOf();
    if (verb == nullptr) return false;
    if (call_.model.empty()) {
      if (verb->verb_class != library::VerbClass::kRuntime || action_->WildcardOnly()) return false;
      LegOfSomeModel(*action_, /*is_certain=*/true);
      rebuilt_.cannot = "the log does not say which model was called";
      return true;
    }
    const Called called = CalledOf(call_, facts_.catalog);
    Places places = {{"partition", facts_.model.organization.partition},
                     {"region", call_.region},
                     {"account", call_.who.account}};
    if (called.kind == Called::Kind::kOpaque) {
      // A prompt is no resource of the call: only the model that it names is asked for.
      if (IsResource(called.id)) AddLeg(called.id, WithoutProfile());
      LegOfSomeModel(*action_, /*is_certain=*/false);
      rebuilt_.cannot = fmt::format("the log does not say which model is behind {}", called.id);
      return true;
    }
    places["model"] = called.id;
    places["called-arn"] = Fill(facts_.library.Form("model"), places);
    if (called.kind == Called::Kind::kModel) {
      const bool is_mantle = service_ == facts_.library.PrefixOf("mantle");
      AddLegs(*verb, is_mantle ? "mantle" : "directly", places, {});
      return true;
    }
    LegsOfProfile(*verb, called.id, places);
    return true;
  }

  void LegsOfProfile(const library::Verb& verb, const std::string& id, Places& places) {
    places["profile"] = id;
    places["profile-arn"] = Fill(facts_.library.Form("profile"), places);
    places["called-arn"] = places["profile-arn"];
    const catalog::FoundProfile found = facts_.catalog.FindProfile(id);
    const catalog::Route* const route = found ? found.profile->RouteFrom(call_.region) : nullptr;
    const bool is_global = found && found.profile->global();
    if (!is_global && route == nullptr) {
      AddLeg(places["profile-arn"], WithoutProfile());
      rebuilt_.cannot = fmt::format("the catalog of {} does not say where calls of `{}` from {} go",
                                    facts_.catalog.date(), id, call_.region);
      return;
    }
    places["model"] = found.id->id;
    AddLegs(verb, is_global ? "globally" : "within", places,
            is_global ? std::vector<std::string>{} : route->destinations);
  }

  [[nodiscard]] Context WithoutProfile() const {
    Context context = context_;
    context.SetAbsent(facts_.library.profile_key());
    return context;
  }

  void AddLegs(const library::Verb& verb, std::string_view route, const Places& places,
               const std::vector<std::string>& destinations) {
    const std::size_t before = rebuilt_.legs.size();
    for (const library::Leg& leg : verb.permit) {
      const bool is_of_model =
          leg.models.empty() || std::ranges::any_of(leg.models, [&](const std::string& pattern) {
            return catalog::MatchesPattern(pattern, places.at("model"));
          });
      const bool is_of_route = leg.route == route || (leg.route.empty() && route != "mantle");
      if (!IsOfAction(leg) || !is_of_model || !is_of_route || leg.via == "profile") continue;
      if (leg.each != "destination") {
        AddLeg(leg, places);
        continue;
      }
      for (const std::string& destination : destinations) {
        Places there = places;
        there["destination"] = destination;
        AddLeg(leg, there);
      }
    }
    if (rebuilt_.legs.size() == before) {
      rebuilt_.cannot = fmt::format("the library has no such use of {}", action_->FullName());
    }
  }

  void AddLeg(const library::Leg& leg, const Places& places) {
    Context context = context_;
    // Amazon Bedrock User Guide, "geographic-cross-region-inference" (read 2026-11-22): each
    // authorization is for the region in which it lies, and that for the profile itself is without
    // the profile's key.
    const auto there = places.find("destination");
    if (there != places.end()) context.Set(kRegionKey, there->second);
    context.SetAbsent(facts_.library.profile_key());
    for (const library::LegCondition& condition : leg.conditions) {
      if (condition.op == "Null") {
        context.SetAbsent(condition.key);
      } else {
        context.Set(condition.key, Fill(condition.values.front(), places));
      }
    }
    // Amazon Bedrock User Guide, "inference-responses-api" (read 2026-11-22): OpenAI's interfaces
    // ask for the project as well, and the name of the event does not tell the interface.
    is_certain_ = leg.models.empty();
    for (const std::string& resource : leg.resources) AddLeg(Fill(resource, places), context);
    is_certain_ = true;
  }

  // ---- of all other calls

  [[nodiscard]] std::vector<std::string> PatternsOf(const std::string& type) const {
    std::vector<std::string> patterns;
    const auto found = facts_.catalog.FindResourceType(service_, type);
    if (!found) return patterns;
    for (std::string format : found->arns) {
      format = Replace(format, "${Partition}", facts_.model.organization.partition);
      format = Replace(format, "${Region}", call_.region);
      format = Replace(format, "${Account}", call_.owner.empty() ? call_.who.account : call_.owner);
      for (std::size_t at = format.find("${"); at != std::string::npos; at = format.find("${")) {
        format.replace(at, format.find('}', at) - at + 1, "*");
      }
      patterns.push_back(std::move(format));
    }
    return patterns;
  }

  static std::string Replace(std::string text, std::string_view from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  void LegsOfResources() {
    // Without a resource to name, AWS asks for `*` itself, which no name stands in for (Service
    // Authorization Reference, "Resource types defined by …", read 2026-11-22).
    if (action_->WildcardOnly()) return AddLeg(*action_, "*", "", context_);
    std::vector<std::string> required;
    bool is_named = false;
    for (const catalog::ActionResource& resource : action_->resources) {
      const std::vector<std::string> patterns = PatternsOf(resource.type);
      for (const std::string& arn : call_.resources) {
        const bool fits = std::ranges::any_of(patterns, [&](const std::string& pattern) {
          return catalog::MatchesPattern(pattern, arn);
        });
        if (!fits) continue;
        AddLeg(arn, context_);
        is_named = true;
      }
      if (resource.required && patterns.size() == 1) {
        required.push_back(patterns.front());
      }
    }
    if (is_named) return;
    // Types that a request may name or leave out: listing guardrails asks for `*`, listing the
    // versions of one for the guardrail.
    if (required.empty()) required.emplace_back("*");
    for (const std::string& pattern : required) {
      AddLeg(*action_, access::StandInFor(pattern), pattern, context_);
    }
  }

  const trail::Call& call_;
  const Facts& facts_;
  Context context_;
  std::string service_;
  std::optional<catalog::Action> action_;
  Rebuilt rebuilt_;
  bool is_certain_ = true;
};

}  // namespace

std::set<std::string> AiServices(const Facts& facts) {
  std::set<std::string> services;
  for (const catalog::BedrockAction& action : facts.catalog.bedrock_actions()) {
    // IAM has actions that make API keys, and much that is not about AI.
    if (action.service != "iam") services.insert(action.service);
  }
  for (const library::Module& module : facts.library.modules()) {
    for (const auto& [plane, prefix] : module.planes) services.insert(prefix);
  }
  return services;
}

std::vector<std::string> SourcesOf(const Facts& facts) {
  std::set<std::string> services = AiServices(facts);
  const auto add_action = [&](const std::string& action) {
    const std::string service = FoldCase(action.substr(0, action.find(':')));
    if (!policy::HasWildcard(service)) services.insert(service);
  };
  const auto add = [&](const intent::Operation& operation) {
    std::ranges::for_each(operation.actions, add_action);
    for (const library::Verb* verb : facts.library.Named(operation.verb)) {
      for (const library::Leg& leg : verb->permit) std::ranges::for_each(leg.actions, add_action);
    }
  };
  for (const intent::Permission& permission : facts.model.permissions) add(permission.operation);
  for (const intent::Prohibition& prohibition : facts.model.prohibitions)
    add(prohibition.operation);
  for (const intent::Perimeter& perimeter : facts.model.perimeters) {
    std::ranges::for_each(perimeter.actions, add_action);
  }
  std::vector<std::string> sources;
  for (const std::string& service : services)
    sources.push_back(fmt::format("{}{}", service, kSourceEnd));
  return sources;
}

trail::Detail DetailOf(const intent::Model& model) {
  const Keys keys(model);
  trail::Detail detail;
  // A comparison with an hour of the day cannot be decided by the day.
  detail.day = HasPeriod(model) && !keys.Mention(kTimeKey);
  detail.ip = keys.Mention("aws:SourceIp") || keys.Mention("aws:VpcSourceIp") ||
              std::ranges::any_of(model.endpoints, [](const intent::Endpoint& endpoint) {
                return !endpoint.cidrs.empty();
              });
  detail.mfa = keys.Mention("aws:MultiFactorAuthPresent");
  detail.issued = keys.Mention("aws:TokenIssueTime");
  detail.source_identity = keys.Mention("aws:SourceIdentity");
  detail.owner = !model.perimeters.empty();
  return detail;
}

trail::Detail Both(const trail::Detail& one, const trail::Detail& other) {
  return {one.day || other.day,
          one.ip || other.ip,
          one.mfa || other.mfa,
          one.issued || other.issued,
          one.source_identity || other.source_identity,
          one.owner || other.owner};
}

std::string ModelOf(const trail::Call& call, const catalog::Catalog& catalog) {
  const Called called = CalledOf(call, catalog);
  if (called.kind == Called::Kind::kModel) return called.id;
  if (called.kind == Called::Kind::kOpaque) return "";
  const catalog::FoundProfile found = catalog.FindProfile(called.id);
  return found ? found.id->id : "";
}

std::optional<intent::Route> RouteOf(const trail::Call& call, const catalog::Catalog& catalog) {
  using Kind = intent::Route::Kind;
  const Called called = CalledOf(call, catalog);
  if (called.kind == Called::Kind::kModel) return intent::Route{Kind::kDirectly, ""};
  if (called.kind == Called::Kind::kOpaque) return std::nullopt;
  const catalog::FoundProfile found = catalog.FindProfile(called.id);
  if (!found) return std::nullopt;
  if (found.profile->global()) return intent::Route{Kind::kGlobally, ""};
  return intent::Route{Kind::kWithin, found.profile->scope};
}

std::string ActionOf(const trail::Call& call, const catalog::Catalog& catalog) {
  if (!call.source.ends_with(kSourceEnd)) return "";
  const std::string service = ServiceOf(call.source);
  if (const auto action = catalog.FindAction(service, call.name)) return action->FullName();
  const catalog::Correction* const correction =
      catalog.CorrectAction(fmt::format("{}:{}", service, call.name));
  if (correction == nullptr || correction->right.empty()) return "";
  const std::string& right = correction->right.front();
  const std::size_t colon = right.find(':');
  const auto action = catalog.FindAction(right.substr(0, colon), right.substr(colon + 1));
  return action ? action->FullName() : "";
}

Rebuilt Rebuild(const trail::Call& call, const Facts& facts) {
  return Rebuilder(call, facts).Run();
}

}  // namespace writ::replay

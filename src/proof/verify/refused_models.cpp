#include "proof/verify/refused_models.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/policy/pattern.h"
#include "program/intent/planes.h"
#include "proof/verify/legs.h"

namespace writ::verify {
namespace {

using intent::Plane;
using Texts = std::vector<std::string>;
using RouteKind = intent::Route::Kind;

constexpr std::string_view kOwnKeys = "bedrock:";

policy::Patterns These(Texts values) { return {policy::Sense::kListed, std::move(values)}; }

void Append(Texts& all, Texts more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Whether the formula is the same for every request; nothing if it is not.
std::optional<bool> Constant(const Condition& condition) {
  using Kind = Condition::Kind;
  switch (condition.kind) {
    case Kind::kTest:
      return std::nullopt;
    case Kind::kNot: {
      const std::optional<bool> inner = Constant(condition.operands.at(0));
      return inner ? std::optional(!*inner) : std::nullopt;
    }
    case Kind::kAll:
    case Kind::kAny: {
      const bool all = condition.kind == Kind::kAll;
      bool is_open = false;
      for (const Condition& operand : condition.operands) {
        const std::optional<bool> inner = Constant(operand);
        if (inner && *inner != all) return !all;
        is_open = is_open || !inner;
      }
      return is_open ? std::nullopt : std::optional(all);
    }
  }
  return std::nullopt;
}

bool IsNever(const Condition& condition) { return Constant(condition) == std::optional(false); }

bool SpeaksOfTheCall(const Condition& condition) {
  if (condition.kind == Condition::Kind::kTest) {
    return policy::EqualIgnoringCase(condition.test.key, std::string(kGuardrailKey)) ||
           policy::EqualIgnoringCase(condition.test.key, std::string(kProfileKey));
  }
  return std::ranges::any_of(condition.operands, SpeaksOfTheCall);
}

/// Patterns of profiles that a sentence speaks of.
Texts ArnsOf(const intent::Profiles& profiles, const std::string& partition) {
  Texts arns = profiles.arns;
  const std::string home = fmt::format("arn:{}:bedrock:*:*:", partition);
  if (profiles.all_application) arns.push_back(home + "application-inference-profile/*");
  if (profiles.all_system) arns.push_back(home + "inference-profile/*");
  return arns;
}

class Reader {
 public:
  Reader(const Facts& facts, const intent::Prohibition& said, intent::AccountIndex account,
         std::string partition, Condition common)
      : facts_(facts),
        said_(said),
        account_(account),
        partition_(std::move(partition)),
        common_(std::move(common)) {
    std::vector<Condition> all{said.when};
    if (!said.guardrails.empty()) {
      all.push_back(Among(std::string(kGuardrailKey),
                          facts.Pinned(said.guardrails, facts.AccountAt(account).id)));
    }
    if (said.profiles) {
      all.push_back(ArnAmong(std::string(kProfileKey), ArnsOf(*said.profiles, partition_)));
    }
    if (said.unless) all.push_back(Not(IsDone(facts, *said.unless, account, partition_)));
    asked_ = And(std::move(all));
    speaks_of_the_call_ = SpeaksOfTheCall(asked_);
    where_ = CalledIn(said.regions, partition_);
    for (const intent::Route& route : said.routes) {
      if (route.kind == RouteKind::kWithin) scopes_.push_back(route.geography);
      if (route.kind == RouteKind::kGlobally) scopes_.emplace_back("global");
    }
    // Whatever the resource: what names no model, and no call, would meet the formula.
    leaves_profiles_alone_ =
        (speaks_of_the_call_ || !said.routes.empty()) && !IsNever(And({Met(asked_, {}), Direct()}));
  }

  Forbidden Run() {
    for (const Way& way : Ways()) {
      if (way.verb == said_.operation.verb && said_.Covers(way.plane)) Add(way);
    }
    if (said_.operation.verb == "invoke") AddOtherActions();
    return std::move(forbidden_);
  }

 private:
  // ---- formulas

  /// The condition as requests of the way meet it: a comparison of a key that they never have
  /// fails.
  [[nodiscard]] Condition Met(const Condition& condition, const Way& way) const {
    if (condition.kind != Condition::Kind::kTest) {
      Condition met = condition;
      for (Condition& operand : met.operands) operand = Met(operand, way);
      return met;
    }
    Condition met = condition;
    std::string& key = met.test.key;
    if (SpeaksOfTheCall(condition)) return way.invocation ? met : Or({});
    if (key.starts_with("aws:")) return met;
    if (key.starts_with(kOwnKeys) && way.plane != Plane::kBedrock) {
      key = fmt::format("{}:{}",
                        way.plane == Plane::kMantle ? "bedrock-mantle" : "aws-external-anthropic",
                        key.substr(kOwnKeys.size()));
      if (!facts_.catalog.FindKey(key)) return Or({});
    }
    if (Carries(way.actions, key)) return met;
    const bool others_do = std::ranges::any_of(Ways(), [&](const Way& other) {
      return other.verb == said_.operation.verb && Carries(other.actions, key);
    });
    return others_do ? Or({}) : met;
  }

  [[nodiscard]] bool Carries(const Texts& actions, const std::string& key) const {
    // Of a way that is none, nothing is known.
    if (actions.empty()) return true;
    return std::ranges::any_of(actions, [&](const std::string& name) {
      const std::size_t colon = name.find(':');
      const auto known = facts_.catalog.FindAction(name.substr(0, colon), name.substr(colon + 1));
      return known && facts_.catalog.Carries(*known, key) != catalog::Carriage::kNo;
    });
  }

  /// Whether calls through no profile are meant.
  [[nodiscard]] Condition Direct() const {
    const bool direct =
        said_.routes.empty() || std::ranges::any_of(said_.routes, [](const intent::Route& route) {
          return route.kind == RouteKind::kDirectly;
        });
    return direct ? Always() : Or({});
  }

  [[nodiscard]] Condition RouteOf(const Way& way) const {
    if (said_.routes.empty()) return Always();
    if (way.makes_profile) return Or({});
    if (!way.invocation) return Direct();
    std::vector<Condition> any{And({Direct(), Not(Present(std::string(kProfileKey)))})};
    for (const std::string& scope : scopes_) {
      any.push_back(
          ArnAmong(std::string(kProfileKey),
                   {fmt::format("arn:{}:bedrock:*:*:inference-profile/{}.*", partition_, scope)}));
    }
    return Or(std::move(any));
  }

  /// `in any region except R`: what lies in no region is outside R.
  [[nodiscard]] bool IsFence() const {
    return said_.regions && said_.regions->all_except && said_.routes.empty();
  }

  // ---- models

  [[nodiscard]] bool IsAny() const { return said_.models.all; }
  [[nodiscard]] bool HasExceptions() const { return !said_.models.except.empty(); }

  [[nodiscard]] bool IsMeant(const std::string& id) const {
    const intent::ModelPatterns& models = said_.models;
    if (std::ranges::find(models.except, id) != models.except.end()) return false;
    return models.all || std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
             return catalog::MatchesPattern(pattern, id);
           });
  }

  [[nodiscard]] Texts Named() const { return IsAny() ? Texts{"*"} : said_.models.patterns; }

  [[nodiscard]] Texts Nowhere(const Texts& models) const {
    Texts arns;
    for (const std::string& model : models) {
      arns.push_back(fmt::format("arn:{}:bedrock:::foundation-model/{}", partition_, model));
    }
    return arns;
  }
  [[nodiscard]] Texts Foundation(const Texts& models) const {
    Texts arns = Nowhere(models);
    for (const std::string& model : models) {
      arns.push_back(fmt::format("arn:{}:bedrock:*::foundation-model/{}", partition_, model));
    }
    return arns;
  }
  [[nodiscard]] Texts Profiles(const Texts& scopes, const Texts& models) const {
    Texts arns;
    for (const std::string& scope : scopes) {
      for (const std::string& model : models) {
        arns.push_back(
            fmt::format("arn:{}:bedrock:*:*:inference-profile/{}.{}", partition_, scope, model));
      }
    }
    return arns;
  }
  [[nodiscard]] Texts KnownIds() const {
    Texts ids;
    for (const catalog::Model& model : facts_.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) ids.push_back(id.id);
    }
    return ids;
  }
  /// The cataloged profiles. Of the meant models alone beside exceptions: the id of a profile ends
  /// in that of a model, so a pattern of profiles of one could be read as one of another's.
  enum class Whose { kAll, kMeant, kOthers };
  [[nodiscard]] Texts KnownProfiles(Whose whose) const {
    Texts arns;
    for (const catalog::Model& model : facts_.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) {
        if (whose != Whose::kAll && IsMeant(id.id) != (whose == Whose::kMeant)) continue;
        for (const catalog::InferenceProfile& profile : id.profiles) {
          arns.push_back(
              fmt::format("arn:{}:bedrock:*:*:inference-profile/{}", partition_, profile.id));
        }
      }
    }
    return arns;
  }
  [[nodiscard]] Texts Filled(const Texts& templates) const {
    Texts arns;
    for (const std::string& text : templates) {
      arns.push_back(fmt::format(fmt::runtime(text), fmt::arg("p", partition_)));
    }
    return arns;
  }

  // ---- ways

  static bool Has(const Way& way, Target target) {
    return std::ranges::find(way.targets, target) != way.targets.end();
  }

  void Add(const Texts& actions, policy::Patterns resources, Condition condition,
           Texts spared = {}) {
    if (actions.empty() || IsNever(condition)) return;
    if (resources.values.empty() && resources.sense == policy::Sense::kListed) return;
    forbidden_.boxes.push_back({These(actions), std::move(resources),
                                And({common_, std::move(condition)}), std::move(spared), 0});
  }

  void Add(const Way& way) {
    if (Has(way, Target::kModelKey)) return ByKey(way);
    if (Has(way, Target::kProduct)) return ByProduct(way);
    if (Has(way, Target::kPlatform)) return ByPlatform(way);
    if (Has(way, Target::kOpaque)) return ByOpaque(way);
    ByArn(way);
    if (Has(way, Target::kProfile)) ByScope(way);
    if (Has(way, Target::kFoundation)) InNoRegion(way);
  }

  /// All that is asked of a request of the way, but which model.
  [[nodiscard]] Condition Asked(const Way& way) const {
    return And({Met(asked_, way), RouteOf(way), where_});
  }

  void ByKey(const Way& way) {
    const intent::ModelPatterns& models = said_.models;
    const std::string key(way.key);
    std::vector<Condition> all{Asked(way)};
    if (!models.all) all.push_back(Like(key, models.patterns));
    if (HasExceptions()) all.push_back(Not(Among(key, models.except)));
    Add(way.actions, These({"*"}), And(std::move(all)));
  }

  void ByProduct(const Way& way) {
    Condition bought = IsAny() && !HasExceptions() ? Always() : IsBought(std::string(way.key));
    Add(way.actions, These({"*"}), And({Asked(way), std::move(bought)}));
  }

  /// Whether a later model could be meant: a pattern that stands for no model of the catalog alone.
  [[nodiscard]] bool AwaitsModels() const {
    for (const std::string& pattern : said_.models.patterns) {
      bool of_one = false;
      for (const catalog::Model& model : facts_.catalog.models()) {
        of_one = of_one || std::ranges::count(model.patterns, pattern) > 0;
        for (const catalog::ModelId& id : model.ids) {
          of_one = of_one || pattern == id.id || pattern == id.id + ":*";
        }
      }
      if (!of_one) return true;
    }
    return said_.models.all;
  }

  /// [MA] Subscribing names products. Where the product of a model that is meant is not known, any
  /// but the products that are surely of others could be it.
  [[nodiscard]] Condition IsBought(const std::string& key) const {
    std::set<std::string> bought;
    std::set<std::string> others;
    std::size_t meant = 0;
    std::size_t unsold = 0;
    std::size_t nameless = 0;
    for (const catalog::Model& model : facts_.catalog.models()) {
      const std::vector<std::string> products = model.ProductIds();
      bool is_meant = false;
      bool is_spared = false;
      for (const catalog::ModelId& id : model.ids) {
        is_spared = is_spared || std::ranges::count(said_.models.except, id.id) > 0;
        is_meant = is_meant || IsMeant(id.id);
      }
      if (!is_meant || is_spared) {
        others.insert(products.begin(), products.end());
        continue;
      }
      ++meant;
      if (!products.empty()) {
        bought.insert(products.begin(), products.end());
      } else if (model.IsSold().value_or(true)) {
        ++nameless;
      } else {
        ++unsold;
      }
    }
    const bool later = AwaitsModels() && (said_.models.all || meant == 0 || unsold < meant);
    if (nameless == 0 && !later) return Names(key, bought, intent::Test::Operator::kIncludes);
    for (const std::string& product : bought) others.erase(product);
    if (others.empty()) return Always();
    return Not(Names(key, others, intent::Test::Operator::kIn));
  }

  [[nodiscard]] static Condition Names(const std::string& key,
                                       const std::set<std::string>& products,
                                       intent::Test::Operator op) {
    Condition condition;
    condition.kind = Condition::Kind::kTest;
    condition.test.key = key;
    condition.test.multi_valued = true;
    condition.test.op = op;
    condition.test.values = {products.begin(), products.end()};
    return condition;
  }

  /// Every Claude model counts as one of this plane's until the catalog says which are.
  void ByPlatform(const Way& way) {
    const bool has_one =
        IsAny() || std::ranges::any_of(said_.models.patterns, [](const std::string& pattern) {
          return policy::MayOverlap(pattern, "anthropic.*");
        });
    if (has_one) Add(way.actions, These({"*"}), Asked(way));
  }

  /// Whether what is forbidden of the way is forbidden whatever its resource.
  [[nodiscard]] bool IsEverything(const Way& way) const {
    return IsAny() && !HasExceptions() && !(way.invocation && leaves_profiles_alone_);
  }

  /// Resources that do not tell their model: where the sentence says any model.
  void ByOpaque(const Way& way) {
    // Those of `any model except` are among all but the excepted, below.
    if (!IsAny() || HasExceptions() || IsEverything(way)) return;
    Add(way.actions, These(Filled(way.opaque)), Asked(way));
  }

  void ByArn(const Way& way) {
    const bool only_profile = !Has(way, Target::kFoundation);
    if (only_profile && !said_.routes.empty()) return;
    if (only_profile && (IsAny() || speaks_of_the_call_)) return;
    const Condition asked = Asked(way);
    if (IsNever(asked)) return;
    if (IsEverything(way)) return Add(way.actions, These({"*"}), asked);
    if (IsAny() && HasExceptions()) {
      const Texts& except = said_.models.except;
      Texts free = Foundation(except);
      if (way.invocation || Has(way, Target::kProfile)) Append(free, Profiles({"*"}, except));
      Append(free, Filled(way.beside));
      if (way.invocation && leaves_profiles_alone_) {
        Append(free, ArnsOf({.all_application = true, .all_system = true, .arns = {}}, partition_));
      }
      return Add(way.actions, {policy::Sense::kAllBut, std::move(free)}, asked);
    }
    Texts arns;
    if (!only_profile) arns = Foundation(Named());
    if (Has(way, Target::kProfile)) {
      Append(arns, HasExceptions() ? KnownProfiles(Whose::kMeant) : Profiles({"*"}, Named()));
    }
    Texts spared;
    if (HasExceptions()) {
      spared = Foundation(said_.models.except);
      Append(spared, Profiles({"*"}, said_.models.except));
    }
    Add(way.actions, These(std::move(arns)), asked, std::move(spared));
    if (HasExceptions() && !only_profile) AddLoose(way);
  }

  /// `models from anthropic except X`: no statement can say "these but not that one", so what is
  /// neither cataloged nor named may be refused together with them.
  void AddLoose(const Way& way) {
    Forbidden::Loose loose{way.actions, Foundation(KnownIds())};
    // A profile of the models goes with them where its authorization can be refused for nothing.
    const bool goes_along = way.invocation && speaks_of_the_call_ && !leaves_profiles_alone_;
    if (way.invocation || Has(way, Target::kProfile)) {
      Append(loose.known, KnownProfiles(goes_along ? Whose::kOthers : Whose::kAll));
    }
    Append(loose.known, Filled(way.beside));
    for (const Way& other : Ways()) {
      if (Has(other, Target::kOpaque) && other.actions == way.actions) {
        Append(loose.known, Filled(other.opaque));
      }
    }
    // What lies in no region is refused apart, on all but what is known of it.
    if ((IsFence() || IsByGlobalRoute()) && IsGlobal(way)) KeepToRegions(loose.known);
    forbidden_.loose.push_back(std::move(loose));
  }

  /// Patterns over any region as those over any that there is.
  void KeepToRegions(Texts& arns) const {
    const std::string anywhere = fmt::format("arn:{}:bedrock:*:", partition_);
    for (std::string& arn : arns) {
      if (arn.starts_with(anywhere)) arn.insert(anywhere.size() - 2, "?");
    }
  }

  [[nodiscard]] bool IsByGlobalRoute() const {
    return std::ranges::find(scopes_, "global") != scopes_.end();
  }

  /// Whether the actions of the way can be about a model in no region.
  static bool IsGlobal(const Way& way) {
    return std::ranges::all_of(way.actions, [](const std::string& action) {
      return std::ranges::find(GlobalActions(), action) != GlobalActions().end();
    });
  }

  /// `routed within us`: also the profile itself, and making another of it. A list of the only
  /// regions also means the profiles that call in none.
  void ByScope(const Way& way) {
    const bool only_profile = !Has(way, Target::kFoundation);
    if (!only_profile && !way.makes_profile) return;
    if (only_profile && speaks_of_the_call_) return;
    if (IsFence() && !HasExceptions()) {
      return Add(way.actions, These(Profiles({"global"}, Named())), Met(asked_, way));
    }
    if (scopes_.empty() || (only_profile && HasExceptions())) return;
    const Condition asked = And({Met(asked_, way), where_});
    if (IsNever(asked)) return;
    Texts spared;
    if (HasExceptions()) spared = Profiles(scopes_, said_.models.except);
    Add(way.actions, These(Profiles(scopes_, Named())), asked, std::move(spared));
    if (!HasExceptions()) return;
    // Everything but those profiles is what artifacts can say: a geography that the catalog does
    // not know is refused with them.
    Texts known = Nowhere(IsByGlobalRoute() && !IsAny() ? KnownIds() : Texts{"*"});
    known.push_back(fmt::format("arn:{}:bedrock:*::foundation-model/*", partition_));
    Append(known, Filled(way.beside));
    for (const catalog::Geography& geography : facts_.catalog.geographies()) {
      const bool is_named = std::ranges::find(scopes_, geography.scope) != scopes_.end();
      if (geography.inference && (IsAny() || !is_named)) {
        Append(known, Profiles({geography.scope}, {"*"}));
      }
    }
    if (!IsAny()) Append(known, KnownProfiles(Whose::kAll));
    if (IsByGlobalRoute()) KeepToRegions(known);
    forbidden_.loose.push_back({way.actions, std::move(known)});
  }

  /// The model's authorization that names no region.
  void InNoRegion(const Way& way) {
    const bool by_route = IsByGlobalRoute();
    if (!IsGlobal(way) || (!IsFence() && !by_route) || said_.operation.verb != "invoke") return;
    const Condition asked = And({Met(asked_, way), IsFence() ? Always() : where_});
    if (IsNever(asked)) return;
    Texts spared;
    if (HasExceptions()) spared = Nowhere(said_.models.except);
    Add(way.actions, These(Nowhere(Named())), asked, std::move(spared));
    // Beside exceptions to some models it is said with what the route leaves of the way, if
    // anything.
    if (!HasExceptions() || (!IsAny() && !IsNever(Asked(way)))) return;
    Texts known = Nowhere(IsAny() ? Texts{"*"} : KnownIds());
    known.push_back(fmt::format("arn:{}:bedrock:?*:*:*", partition_));
    if (way.invocation) known.push_back(fmt::format("arn:{}:bedrock::*:system-tool/*", partition_));
    if (way.makes_profile && by_route) return;  // said of the profiles
    forbidden_.loose.push_back({way.actions, std::move(known)});
  }

  // ---- other actions that have models run

  /// Actions that the catalog says have models run and that no way is about.
  void AddOtherActions() {
    Texts on_claude_platform;
    for (const catalog::BedrockAction& action : facts_.catalog.bedrock_actions()) {
      const std::string name = action.FullName();
      if (!action.causes_inference || IsAskedForTheModel(name)) continue;
      const bool is_way = std::ranges::any_of(Ways(), [&](const Way& way) {
        return way.verb == "invoke" && std::ranges::find(way.actions, name) != way.actions.end();
      });
      if (is_way) continue;
      if (action.service == "aws-external-anthropic") {
        on_claude_platform.push_back(name);
      } else {
        AddOther(action);
      }
    }
    if (said_.Covers(intent::kClaudePlatform)) {
      ByPlatform({.verb = "invoke",
                  .plane = intent::kClaudePlatform,
                  .actions = std::move(on_claude_platform),
                  .targets = {Target::kPlatform}});
    }
  }

  void AddOther(const catalog::BedrockAction& action) {
    Way way{.verb = "invoke", .actions = {action.FullName()}};
    const bool mantle = action.service == "bedrock-mantle";
    if (mantle) way.plane = Plane::kMantle;
    if (!said_.Covers(way.plane)) return;
    if (mantle && Carries(way.actions, "bedrock-mantle:Model")) {
      way.targets = {Target::kModelKey};
      way.key = "bedrock-mantle:Model";
      return ByKey(way);
    }
    const auto known = facts_.catalog.FindAction(action.service, action.name);
    if (known) ReadTypes(*known, way);
    if (!way.targets.empty()) return ByArn(way);
    // Nothing tells the model: all of them are forbidden, or one of the few that it runs.
    const bool runs_one = std::ranges::any_of(
        ModelsOf(action.FullName()), [&](std::string_view id) { return IsMeant(std::string(id)); });
    if ((IsAny() && !HasExceptions()) || runs_one) Add(way.actions, These({"*"}), Asked(way));
  }

  /// Takes the targets of a way from the resource types of its action, if one of them is a model.
  void ReadTypes(const catalog::Action& action, Way& way) const {
    // [SAR] types that hold a model which their ARN does not tell.
    static const std::set<std::string_view> kHolds = {
        "provisioned-model", "custom-model",          "custom-model-deployment",
        "imported-model",    "default-prompt-router", "bedrock-marketplace-model-endpoint",
        "prompt-router"};
    const auto takes = [&](std::string_view type) {
      return std::ranges::any_of(action.resources, [&](const catalog::ActionResource& resource) {
        return resource.type == type;
      });
    };
    if (!takes("foundation-model")) return;
    way.targets = {Target::kFoundation};
    if (takes("inference-profile")) way.targets.push_back(Target::kProfile);
    for (const catalog::ActionResource& resource : action.resources) {
      if (resource.type == "foundation-model" || resource.type == "inference-profile") continue;
      if (IsAny() && kHolds.contains(resource.type)) continue;
      const auto type = facts_.catalog.FindResourceType(action.service, resource.type);
      if (!type) continue;
      for (const std::string& format : type->arns) way.beside.push_back(Opened(format));
    }
  }

  /// "arn:${Partition}:bedrock:${Region}:…" with a place for the partition and `*` for the rest.
  static std::string Opened(std::string_view format) {
    std::string text;
    while (true) {
      const std::size_t open = format.find("${");
      text += format.substr(0, open);
      if (open == std::string_view::npos) return text;
      const std::size_t close = format.find('}', open);
      text += format.substr(open + 2, close - open - 2) == "Partition" ? "{p}" : "*";
      format.remove_prefix(close + 1);
    }
  }

  const Facts& facts_;
  const intent::Prohibition& said_;
  intent::AccountIndex account_;
  std::string partition_;
  Condition common_;
  Condition asked_;  ///< all that narrows but who, models, regions and routes
  Condition where_;
  Texts scopes_;  ///< of the routes that the sentence names
  bool speaks_of_the_call_ = false;
  bool leaves_profiles_alone_ = false;
  Forbidden forbidden_;
};

}  // namespace

Forbidden RefusedModels(const Facts& facts, const intent::Prohibition& prohibition,
                        intent::AccountIndex account, const std::string& partition,
                        const Condition& common) {
  return Reader(facts, prohibition, account, partition, common).Run();
}

Condition CalledIn(const std::optional<intent::RegionScope>& regions,
                   const std::string& partition) {
  // All but none is everywhere.
  if (!regions || (regions->all_except && regions->regions.empty())) return Always();
  Texts called;
  for (const std::string& region : regions->regions) {
    called.push_back(fmt::format("arn:{}:bedrock:{}:*:*", partition, region));
  }
  const Condition routed = Present(std::string(kProfileKey));
  const Condition inside =
      Or({And({routed, ArnAmong(std::string(kProfileKey), called)}),
          And({Not(routed), Among(std::string(kRegionKey), regions->regions)})});
  return regions->all_except ? Not(inside) : inside;
}

Condition IsDone(const Facts& facts, const intent::Duty& duty, intent::AccountIndex account,
                 const std::string& partition) {
  using Kind = intent::Duty::Kind;
  switch (duty.kind) {
    case Kind::kGuardrail:
      return Among(std::string(kGuardrailKey),
                   facts.Pinned(duty.guardrails, facts.AccountAt(account).id));
    case Kind::kProfile:
      return ArnAmong(std::string(kProfileKey), ArnsOf(duty.profiles, partition));
    case Kind::kEndpoint:
      return ThroughOneOf(facts, duty.endpoints);
    case Kind::kSatisfy:
      return duty.satisfy;
  }
  WRIT_CHECK(false, "unknown duty");
}

}  // namespace writ::verify

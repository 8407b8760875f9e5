// Prohibitions: the widest reading, way by way, and what both readings share.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "verify/legs.h"
#include "verify/reading.h"
#include "writ/support/check.h"
#include "writ/support/date.h"

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

void Append(std::vector<std::string>& all, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

class Reader {
 public:
  Reader(const Facts& facts, const intent::Prohibition& prohibition, intent::AccountIndex account)
      : facts_(facts), said_(prohibition), account_(account) {}

  Forbidden Run() {
    if (!std::ranges::binary_search(said_.accounts, account_)) return {};
    if (said_.regions && !said_.regions->regions.empty()) {
      partition_ = facts_.PartitionOf(said_.regions->regions.front());
    }
    common_ = And({During(said_.period), ThroughOneOf(facts_, said_.endpoints), said_.when, Who()});
    switch (said_.operation.kind) {
      case intent::Operation::Kind::kActions:
        Actions();
        break;
      case intent::Operation::Kind::kAnything:
        Anything();
        break;
      case intent::Operation::Kind::kVerb:
        said_.operation.sort == intent::Sort::kModels ? Models() : Others();
        break;
    }
    forbidden_.boxes = OnBothPlanes(facts_, std::move(forbidden_.boxes));
    return std::move(forbidden_);
  }

 private:
  [[nodiscard]] Condition Who() const {
    Condition excepted = Not(IsOneOf(facts_, said_.bound.excepted, account_, partition_));
    if (said_.bound.everyone) return excepted;
    return And({IsOneOf(facts_, said_.bound.included, account_, partition_), excepted});
  }

  void Add(policy::Patterns actions, policy::Patterns resources, Condition condition) {
    if (actions.values.empty()) return;
    if (resources.values.empty() && resources.sense == policy::Sense::kListed) return;
    forbidden_.boxes.push_back(
        {std::move(actions), std::move(resources), And({common_, std::move(condition)}), {}, 0});
  }

  // ---- where

  /// The region in the called profile's ARN where there is one, else that of the request.
  [[nodiscard]] Condition Where() const {
    if (!said_.regions) return Always();
    const std::vector<std::string>& regions = said_.regions->regions;
    std::vector<std::string> called;
    for (const std::string& region : regions) {
      called.push_back(fmt::format("arn:{}:bedrock:{}:*:*", partition_, region));
    }
    const Condition routed = Present(std::string(kProfileKey));
    const Condition inside = Or({And({routed, ArnAmong(std::string(kProfileKey), called)}),
                                 And({Not(routed), Among(std::string(kRegionKey), regions)})});
    return said_.regions->all_except ? Not(inside) : inside;
  }

  /// `in any region except R` also means the calls that are processed in no region.
  [[nodiscard]] bool ForbidsGlobal() const {
    return said_.regions && said_.regions->all_except && !said_.unless && said_.routes.empty() &&
           said_.Covers(Plane::kBedrock) && said_.guardrails.empty() && !said_.profiles;
  }

  /// Of `actions`, those that a global route takes.
  void AddGlobal(const std::vector<std::string>& actions, const std::vector<std::string>& models) {
    if (!ForbidsGlobal()) return;
    std::vector<std::string> meant;
    std::ranges::set_intersection(Sorted(GlobalActions()), Sorted(actions),
                                  std::back_inserter(meant));
    Add(These(std::move(meant)), These(GlobalResources(models)), Always());
  }

  static std::vector<std::string> Sorted(std::vector<std::string> values) {
    std::ranges::sort(values);
    return values;
  }

  [[nodiscard]] std::vector<std::string> GlobalResources(
      const std::vector<std::string>& models) const {
    std::vector<std::string> resources;
    for (const std::string& model : models) {
      resources.push_back(fmt::format("arn:{}:bedrock:::foundation-model/{}", partition_, model));
      resources.push_back(
          fmt::format("arn:{}:bedrock:*:*:inference-profile/global.{}", partition_, model));
    }
    return resources;
  }

  // ---- models

  [[nodiscard]] bool IsDutyByKey() const {
    return said_.unless &&
           (said_.unless->kind == DutyKind::kGuardrail || said_.unless->kind == DutyKind::kProfile);
  }
  /// The sentence asks for a key, or for its absence, and a profile's own authorization never has
  /// it: so it tells nothing and is left alone.
  [[nodiscard]] bool LeavesProfilesAlone() const {
    return IsDutyByKey() || (!said_.routes.empty() && TakesDirectCalls());
  }
  /// Any model without exception, so whatever the resource is.
  [[nodiscard]] bool IsEverything() const {
    return said_.models.all && said_.models.except.empty() && !LeavesProfilesAlone();
  }
  [[nodiscard]] bool IsAllButSome() const {
    return said_.models.all && !said_.models.except.empty();
  }
  [[nodiscard]] bool IsNarrowed() const {
    return !said_.guardrails.empty() || said_.profiles || !said_.routes.empty();
  }
  [[nodiscard]] bool TakesDirectCalls() const {
    return said_.routes.empty() ||
           std::ranges::any_of(said_.routes, [](const intent::Route& route) {
             return route.kind == intent::Route::Kind::kDirectly;
           });
  }

  [[nodiscard]] std::vector<std::string> Foundation(const std::vector<std::string>& models) const {
    std::vector<std::string> arns;
    for (const std::string& model : models) {
      arns.push_back(fmt::format("arn:{}:bedrock:*::foundation-model/{}", partition_, model));
      arns.push_back(fmt::format("arn:{}:bedrock:::foundation-model/{}", partition_, model));
    }
    return arns;
  }
  [[nodiscard]] std::vector<std::string> SystemProfiles(
      const std::vector<std::string>& models) const {
    std::vector<std::string> arns;
    for (const std::string& model : models) {
      arns.push_back(fmt::format("arn:{}:bedrock:*:*:inference-profile/*.{}", partition_, model));
    }
    return arns;
  }
  /// The catalogued profiles of the models that are meant. Beside exceptions the others are left to
  /// their models' own authorizations: the id of a profile ends in that of a model, so a pattern of
  /// profiles of one model could be read as one of another's.
  [[nodiscard]] std::vector<std::string> KnownProfiles(bool only_meant) const {
    std::vector<std::string> arns;
    for (const catalog::Model& model : facts_.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) {
        if (only_meant && !IsMeant(id.id)) continue;
        for (const catalog::InferenceProfile& profile : id.profiles) {
          arns.push_back(
              fmt::format("arn:{}:bedrock:*:*:inference-profile/{}", partition_, profile.id));
        }
      }
    }
    return arns;
  }
  [[nodiscard]] std::vector<std::string> Filled(const std::vector<std::string>& templates) const {
    std::vector<std::string> arns;
    for (const std::string& text : templates) {
      arns.push_back(fmt::format(fmt::runtime(text), fmt::arg("p", partition_)));
    }
    return arns;
  }

  /// ARN patterns of profiles that a sentence speaks of.
  [[nodiscard]] std::vector<std::string> ProfileArns(const intent::Profiles& profiles) const {
    std::vector<std::string> arns = profiles.arns;
    const std::string home = fmt::format("arn:{}:bedrock:*:*:", partition_);
    if (profiles.all_application) arns.push_back(home + "application-inference-profile/*");
    if (profiles.all_system) arns.push_back(home + "inference-profile/*");
    return arns;
  }

  [[nodiscard]] std::vector<std::string> PinnedHere(
      const std::vector<intent::GuardrailIndex>& guardrails) const {
    return facts_.Pinned(guardrails, facts_.AccountAt(account_).id);
  }

  [[nodiscard]] static bool Has(const Way& way, Target target) {
    return std::ranges::find(way.targets, target) != way.targets.end();
  }

  [[nodiscard]] bool Applies(const Way& way) const {
    if (way.verb != said_.operation.verb) return false;
    if (!said_.Covers(way.plane)) return false;
    // The ways to get a callable resource are cut only where no call of it could be told apart.
    if (way.prepares && (IsNarrowed() || said_.unless || !said_.planes.empty())) return false;
    if (!said_.guardrails.empty() && !way.invocation) return false;
    if (said_.profiles && !way.invocation) return false;
    if (!TakesDirectCalls() && !way.invocation) return false;
    const bool only_profiles = way.targets == std::vector{Target::kProfile};
    // The profile's own authorization need not carry the keys that these ask for.
    if (only_profiles && (IsNarrowed() || IsDutyByKey())) return false;
    if (only_profiles && (IsEverything() || IsAllButSome())) return false;
    if (Has(way, Target::kOpaque)) {
      if (IsEverything() || IsAllButSome()) return false;
      // What it holds is not in its ARN: some models are cut where such a resource is made.
      return said_.models.all || said_.unless.has_value();
    }
    return true;
  }

  [[nodiscard]] policy::Patterns ResourcesOf(const Way& way) const {
    if (IsEverything() || Has(way, Target::kModelKey) || Has(way, Target::kProduct)) {
      return These({"*"});
    }
    if (Has(way, Target::kOpaque)) return These(Filled(way.opaque));
    const intent::ModelPatterns& models = said_.models;
    const std::vector<std::string>& meant = IsAllButSome() ? models.except : models.patterns;
    const std::vector<std::string> any{"*"};
    const std::vector<std::string>& named = models.all && !IsAllButSome() ? any : meant;
    std::vector<std::string> arns;
    if (Has(way, Target::kFoundation)) arns = Foundation(named);
    if (Has(way, Target::kProfile)) {
      Append(arns,
             models.all || models.except.empty() ? SystemProfiles(named) : KnownProfiles(true));
    }
    if (!IsAllButSome()) return These(std::move(arns));
    if (way.invocation) Append(arns, SystemProfiles(named));
    Append(arns, Filled(way.beside));
    if (LeavesProfilesAlone()) {
      Append(arns, ProfileArns({.all_application = true, .all_system = true, .arns = {}}));
    }
    return AllBut(std::move(arns));
  }

  [[nodiscard]] Condition ModelIs(const Way& way) const {
    const intent::ModelPatterns& models = said_.models;
    const std::string key(way.key);
    if (Has(way, Target::kModelKey)) {
      std::vector<Condition> all;
      if (!models.all) all.push_back(Like(key, models.patterns));
      if (!models.except.empty()) all.push_back(Not(Among(key, models.except)));
      return And(std::move(all));
    }
    if (!Has(way, Target::kProduct) || IsEverything()) return Always();
    return IsBought(key);
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

  [[nodiscard]] bool IsMeant(const std::string& id) const {
    const intent::ModelPatterns& models = said_.models;
    if (std::ranges::find(models.except, id) != models.except.end()) return false;
    return models.all || std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
             return catalog::MatchesPattern(pattern, id);
           });
  }

  [[nodiscard]] Condition RouteIs(const Way& way) const {
    if (said_.routes.empty() || !way.invocation) return Always();
    std::vector<Condition> any;
    for (const intent::Route& route : said_.routes) {
      if (route.kind == intent::Route::Kind::kDirectly) {
        any.push_back(Not(Present(std::string(kProfileKey))));
        continue;
      }
      const bool global = route.kind == intent::Route::Kind::kGlobally;
      any.push_back(ArnAmong(std::string(kProfileKey),
                             {fmt::format("arn:{}:bedrock:*:*:inference-profile/{}.*", partition_,
                                          global ? "global" : route.geography)}));
    }
    return Or(std::move(any));
  }

  /// What lifts the prohibition is not done. A call that cannot do it never does.
  [[nodiscard]] Condition DutyIsLeftUndone(bool invocation) const {
    if (!said_.unless) return Always();
    const intent::Duty& duty = *said_.unless;
    switch (duty.kind) {
      case DutyKind::kGuardrail:
        if (!invocation) return Always();
        return Not(Among(std::string(kGuardrailKey), PinnedHere(duty.guardrails)));
      case DutyKind::kProfile:
        if (!invocation) return Always();
        return Not(ArnAmong(std::string(kProfileKey), ProfileArns(duty.profiles)));
      case DutyKind::kEndpoint:
        return Not(ThroughOneOf(facts_, duty.endpoints));
      case DutyKind::kSatisfy:
        return Not(duty.satisfy);
    }
    WRIT_CHECK(false, "unknown duty");
  }

  void Models() {
    std::vector<std::string> actions;
    for (const Way& way : Ways()) {
      if (!Applies(way)) continue;
      std::vector<Condition> all{ModelIs(way), RouteIs(way), DutyIsLeftUndone(way.invocation),
                                 Where()};
      if (!said_.guardrails.empty()) {
        all.push_back(Among(std::string(kGuardrailKey), PinnedHere(said_.guardrails)));
      }
      if (said_.profiles) {
        all.push_back(ArnAmong(std::string(kProfileKey), ProfileArns(*said_.profiles)));
      }
      Add(These(way.actions), ResourcesOf(way), And(std::move(all)));
      const bool by_arn = Has(way, Target::kFoundation) || Has(way, Target::kProfile);
      if (by_arn && !said_.models.all && !said_.models.except.empty()) {
        std::vector<std::string>& spared = forbidden_.boxes.back().spared;
        spared = Foundation(said_.models.except);
        Append(spared, SystemProfiles(said_.models.except));
      }
      Append(actions, way.actions);
    }
    const std::vector<std::string> any{"*"};
    const std::vector<std::string>& named = said_.models.all ? any : said_.models.patterns;
    if (said_.operation.verb == "invoke" && !IsAllButSome()) AddGlobal(actions, named);
    AddRoutes(named);
    AddLoose();
  }

  /// `routed within us`: also the profile itself, and making others of it.
  void AddRoutes(const std::vector<std::string>& named) {
    if (said_.operation.verb != "invoke" || IsAllButSome() || said_.unless ||
        !said_.Covers(Plane::kBedrock) || !said_.guardrails.empty() || said_.profiles) {
      return;
    }
    for (const intent::Route& route : said_.routes) {
      if (route.kind == intent::Route::Kind::kDirectly) continue;
      if (route.kind == intent::Route::Kind::kGlobally) {
        Add(These(GlobalActions()), These(GlobalResources(named)), Where());
        continue;
      }
      std::vector<std::string> actions = InvokeActions();
      actions.emplace_back("bedrock:CreateInferenceProfile");
      std::vector<std::string> profiles;
      for (const std::string& model : named) {
        profiles.push_back(fmt::format("arn:{}:bedrock:*:*:inference-profile/{}.{}", partition_,
                                       route.geography, model));
      }
      Add(These(std::move(actions)), These(std::move(profiles)), Where());
    }
  }

  /// `models from anthropic except X`: X is free; and since no statement can say "these but not
  /// that one", what is neither catalogued nor named may be refused together with them.
  void AddLoose() {
    const intent::ModelPatterns& models = said_.models;
    if (models.all || models.except.empty()) return;
    std::vector<std::string> known;
    for (const catalog::Model& model : facts_.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) known.push_back(id.id);
    }
    for (const Way& way : Ways()) {
      if (!Applies(way) || !Has(way, Target::kFoundation)) continue;
      Forbidden::Loose loose{way.actions, Foundation(known)};
      if (way.invocation || Has(way, Target::kProfile)) Append(loose.known, KnownProfiles(false));
      Append(loose.known, Filled(way.beside));
      forbidden_.loose.push_back(std::move(loose));
    }
  }

  // ---- everything else

  void Others() {
    const intent::Operation& operation = said_.operation;
    const std::string& verb = operation.verb;
    const Condition left_undone = And({DutyIsLeftUndone(false), Where()});
    if (verb == "administer" || verb == "browse") return Kinds(left_undone);
    if (verb == "log-in-with") {
      std::vector<std::string> actions;
      if (said_.Covers(Plane::kBedrock)) actions.emplace_back("bedrock:CallWithBearerToken");
      if (said_.Covers(Plane::kMantle)) actions.emplace_back("bedrock-mantle:CallWithBearerToken");
      // [SAR] The same right of the other services with keys of their own, which are no planes.
      if (said_.planes.empty()) {
        actions.emplace_back("aws-external-anthropic:CallWithBearerToken");
        actions.emplace_back("sagemaker:CallWithBearerToken");
      }
      return Add(These(std::move(actions)), These({"*"}), left_undone);
    }
    if (!said_.Covers(Plane::kBedrock)) return;
    if (verb == "apply") {
      return Add(These({"bedrock:ApplyGuardrail"}), AppliedGuardrails(), left_undone);
    }
    for (const PlainVerb& plain : PlainVerbs()) {
      if (plain.verb != verb || plain.sort != operation.sort) continue;
      std::vector<std::string> actions{std::string(plain.granted)};
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
    Add(These(actions), OnWhat(), And({DutyIsLeftUndone(false), Where()}));
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
      AddGlobal(meant, {"*"});
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
        And({DutyIsLeftUndone(false), Where()}));
    if (!said_.operation.resources.empty()) return;
    std::vector<std::string> meant = GlobalActions();
    std::erase_if(meant, [&](const std::string& action) {
      return std::ranges::any_of(except, [&](const std::string& pattern) {
        return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
      });
    });
    AddGlobal(meant, {"*"});
  }

  const Facts& facts_;
  const intent::Prohibition& said_;
  intent::AccountIndex account_;
  std::string partition_ = "aws";
  Condition common_;
  Forbidden forbidden_;
};

}  // namespace

// ---- what both readings share

std::vector<std::string> Facts::Pinned(const std::vector<intent::GuardrailIndex>& guardrails,
                                       const std::string& account,
                                       const std::string& region) const {
  std::set<std::string> pinned;
  for (const intent::GuardrailIndex index : guardrails) {
    const std::string& name = model.guardrails[index.value].name;
    for (const std::string& where : bindings.Regions(name, account)) {
      if (!region.empty() && where != region) continue;
      pinned.insert(bindings.Find(name, account, where)->Pinned());
    }
  }
  return {pinned.begin(), pinned.end()};
}

namespace {

constexpr std::string_view kBedrock = "bedrock:";
constexpr std::string_view kMantle = "bedrock-mantle:";

/// Names the twins of keys that have one; says whether there was any.
bool NameTwins(const Facts& facts, Condition& condition) {
  bool any = false;
  const std::string& key = condition.test.key;
  if (condition.kind == Condition::Kind::kTest && key.starts_with(kBedrock)) {
    const std::string twin = std::string(kMantle) + key.substr(kBedrock.size());
    if (facts.catalog.FindKey(twin)) {
      condition.test.key = twin;
      any = true;
    }
  }
  for (Condition& operand : condition.operands) any = NameTwins(facts, operand) || any;
  return any;
}

}  // namespace

std::vector<Authorization> OnBothPlanes(const Facts& facts, std::vector<Authorization> boxes) {
  std::vector<Authorization> divided;
  for (Authorization& box : boxes) {
    Authorization mantle = box;
    if (!NameTwins(facts, mantle.condition)) {
      divided.push_back(std::move(box));
      continue;
    }
    std::vector<std::string>& actions = box.actions.values;
    const bool listed = box.actions.sense == policy::Sense::kListed;
    if (listed && actions != std::vector<std::string>{"*"}) {
      const auto is_mantle = [](const std::string& action) { return action.starts_with(kMantle); };
      std::erase_if(mantle.actions.values, [&](const auto& action) { return !is_mantle(action); });
      std::erase_if(actions, is_mantle);
    } else {
      mantle.actions = These({std::string(kMantle) + "*"});
      if (listed) actions.clear();
      actions.push_back(std::string(kMantle) + "*");
      box.actions.sense = policy::Sense::kAllBut;
    }
    for (Authorization* part : {&box, &mantle}) {
      if (!part->actions.values.empty()) divided.push_back(std::move(*part));
    }
  }
  return divided;
}

std::string Facts::PartitionOf(const std::string& region) const {
  const catalog::Region* known = catalog.FindRegion(region);
  return known == nullptr ? "aws" : known->partition;
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

// Source of the roles of permission sets: IAM Identity Center User Guide, "Referencing permission
// sets in resource policies", read 2026-11-22.
Condition IsOneOf(const Facts& facts, const std::vector<intent::Holder>& holders,
                  intent::AccountIndex account, const std::string& partition) {
  const std::string home = fmt::format("arn:{}:iam::{}:", partition, facts.AccountAt(account).id);
  std::vector<std::string> arns;
  std::vector<Condition> any;
  for (const intent::Holder& holder : holders) {
    const bool here = std::ranges::binary_search(holder.accounts, account);
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

Forbidden Refused(const Facts& facts, const intent::Prohibition& prohibition,
                  intent::AccountIndex account) {
  return Reader(facts, prohibition, account).Run();
}

}  // namespace writ::verify

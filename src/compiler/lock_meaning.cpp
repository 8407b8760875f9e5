#include "compiler/lock_meaning.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/sha256.h"
#include "facts/library/library.h"

namespace writ::compiler {
namespace {

using catalog::PlaneClass;

/// Collects the facts of one sentence as lines; their order is the model's and the catalog's.
class Facts {
 public:
  explicit Facts(const intent::Model& model, const catalog::Catalog& catalog)
      : model_(model), catalog_(catalog) {}

  std::string Of(const intent::Permission& permission) {
    Operation(permission.operation);
    for (const intent::Call& call : permission.calls) Call(call);
    if (permission.regions) List("region", *permission.regions);
    for (const intent::GuardrailIndex guardrail : permission.guardrails) Guardrail(guardrail);
    Keys(permission.when);
    return std::move(text_);
  }

  std::string Of(const intent::Prohibition& prohibition) {
    const intent::Operation& operation = prohibition.operation;
    Operation(operation);
    Models(prohibition.models);
    if (prohibition.regions) List("region", prohibition.regions->regions);
    Keys(prohibition.when);
    if (prohibition.unless) Keys(prohibition.unless->satisfy);
    if (operation.kind == intent::Operation::Kind::kVerb &&
        operation.sort == intent::Sort::kModels) {
      Inference();
      Products();
    }
    if (operation.kind == intent::Operation::Kind::kAnything && prohibition.regions) {
      GlobalServices();
    }
    return std::move(text_);
  }

  /// Which services refuse outsiders is in the actions; of those of sts, some are for signing in,
  /// and what stands for the others depends on all that there are.
  std::string Of(const intent::Perimeter& perimeter) {
    constexpr std::string_view kSts = "sts:";
    List("action", perimeter.actions);
    for (const std::string& pattern : perimeter.actions) {
      if (!pattern.starts_with(kSts)) continue;
      for (const catalog::Action& action :
           catalog_.ActionsOf("sts", std::string_view(pattern).substr(kSts.size()))) {
        Action(action.FullName());
      }
    }
    Keys(perimeter.when);
    return std::move(text_);
  }

  std::string Of(const intent::Screening& screening) {
    List("model", screening.included);
    List("but", screening.excluded);
    List("region", screening.regions);
    return std::move(text_);
  }

  std::string Of(const intent::Watch& watch) {
    Kinds(watch.kinds);
    List("prefix", watch.prefixes);
    Models(watch.models);
    if (watch.kind == intent::Watch::Kind::kUse) Inference();
    List("region", watch.regions);
    return std::move(text_);
  }

  std::string Of(const intent::Retention& retention) {
    for (const catalog::RetentionMode& mode : catalog_.retention_modes()) {
      Line("mode", fmt::format("{} {}", mode.name, mode.order.value_or(-1)));
    }
    List("region", retention.regions);
    return std::move(text_);
  }

  std::string Of(const intent::OptOut& opt_out) {
    List("but", opt_out.except);
    return std::move(text_);
  }

  std::string OfQuotas() {
    for (const catalog::Quota& quota : catalog_.quotas()) {
      Line("quota", fmt::format("{} {} {}", quota.id, quota.value, quota.unit));
    }
    return std::move(text_);
  }

 private:
  void Line(std::string_view what, std::string_view value) {
    text_ += fmt::format("{} {}\n", what, value);
  }
  void List(std::string_view what, const std::vector<std::string>& values) {
    for (const std::string& value : values) Line(what, value);
  }

  void Operation(const intent::Operation& operation) {
    Kinds(operation.kinds);
    for (const intent::GuardrailIndex guardrail : operation.guardrails) Guardrail(guardrail);
    List("action", operation.actions);
    List("but", operation.except_actions);
    for (const std::string& action : operation.actions) Action(action);
    if (operation.kind != intent::Operation::Kind::kVerb) return;
    const library::Verb* verb =
        library::Library::BuiltIn().Find(operation.verb, intent::Name(operation.sort));
    if (verb == nullptr) return;
    for (const std::vector<library::Leg>* legs : {&verb->permit, &verb->forbid}) {
      for (const library::Leg& leg : *legs) {
        for (const std::string& action : leg.actions) Action(action);
      }
    }
  }

  void Models(const intent::ModelPatterns& models) {
    if (models.all) Line("model", "*");
    List("model", models.patterns);
    List("but", models.except);
  }

  void Call(const intent::Call& call) {
    Line("call", fmt::format("{} {} {} {}", intent::Name(call.plane), call.model, call.region,
                             intent::Name(call.route)));
    const catalog::FoundId found = catalog_.FindId(call.model);
    if (!found || call.route.kind == intent::Route::Kind::kDirectly) return;
    const bool is_global = call.route.kind == intent::Route::Kind::kGlobally;
    const catalog::InferenceProfile* profile =
        found.id->ProfileOf(is_global ? "global" : call.route.geography);
    if (profile == nullptr) return;
    Line("profile", profile->id);
    if (const catalog::Route* route = profile->RouteFrom(call.region)) {
      List("to", route->destinations);
    }
  }

  /// An action on the resources that a permission writes.
  void Action(const std::string& full) {
    const std::size_t colon = full.find(':');
    if (colon == std::string::npos) return;
    const auto action = catalog_.FindAction(full.substr(0, colon), full.substr(colon + 1));
    if (!action) return;
    Line("on", action->FullName());
    for (const catalog::ActionResource& use : action->resources) {
      const auto type = catalog_.FindResourceType(action->service, use.type);
      if (type) List(use.type, type->arns);
    }
  }

  void Kinds(const std::vector<std::string>& kinds) {
    for (const std::string& kind : kinds) {
      Line("kind", kind);
      for (const PlaneClass plane : {PlaneClass::kAdmin, PlaneClass::kRead, PlaneClass::kRuntime}) {
        for (const catalog::BedrockAction* action : catalog_.ActionsOfKind(kind, plane)) {
          Line(catalog::Name(plane), fmt::format("{} {} {}", action->exposes_content,
                                                 action->when_key, action->when_value));
          Action(action->FullName());
        }
      }
    }
  }

  void Inference() {
    for (const catalog::BedrockAction& action : catalog_.bedrock_actions()) {
      if (!action.causes_inference) continue;
      Line("inference", action.FullName());
      Action(action.FullName());
    }
  }

  void Products() {
    for (const catalog::Model& model : catalog_.models()) {
      for (const std::string& product : model.ProductIds()) {
        Line("product", fmt::format("{} {}", model.name, product));
      }
    }
  }

  void GlobalServices() {
    for (const catalog::Service& service : catalog_.Services()) {
      if (service.global_endpoint) Line("global", service.prefix);
    }
  }

  void Guardrail(intent::GuardrailIndex index) {
    const std::optional<std::string>& profile = model_.guardrails[index.value].profile;
    if (!profile) return;
    for (const catalog::GuardrailProfile& known : catalog_.guardrail_profiles()) {
      if (known.id != *profile) continue;
      List("from", known.sources);
      for (const catalog::Route& route : known.routes) List(route.source, route.destinations);
    }
  }

  /// The types of keys decide the operators; a key of bedrock stands for its twins on other planes.
  void Keys(const intent::Condition& condition) {
    if (condition.kind != intent::Condition::Kind::kTest) {
      for (const intent::Condition& operand : condition.operands) Keys(operand);
      return;
    }
    Line("key", fmt::format("{} {} {}", condition.test.key, static_cast<int>(condition.test.type),
                            condition.test.multi_valued));
    constexpr std::string_view kBedrock = "bedrock:";
    if (!condition.test.key.starts_with(kBedrock)) return;
    for (const library::Module& module : library::Library::BuiltIn().modules()) {
      for (const auto& [plane, prefix] : module.planes) {
        const std::string twin = prefix + ":" + condition.test.key.substr(kBedrock.size());
        if (catalog_.FindKey(twin)) Line("twin", twin);
      }
    }
  }

  const intent::Model& model_;
  const catalog::Catalog& catalog_;
  std::string text_;
};

}  // namespace

std::vector<SentenceMeaning> SentenceMeanings(const intent::Model& model,
                                              const catalog::Catalog& catalog) {
  struct Said {
    std::string facts;
    source::Span span;
  };
  std::map<std::string, Said> all;
  const auto add = [&](const auto& sentences) {
    for (const auto& sentence : sentences) {
      Said& said =
          all.try_emplace(sentence.origin.sentence, Said{"", sentence.origin.span}).first->second;
      said.facts += Facts(model, catalog).Of(sentence) + "\n";
    }
  };
  add(model.permissions);
  add(model.prohibitions);
  add(model.perimeters);
  add(model.screenings);
  add(model.watches);
  add(model.retentions);
  add(model.opt_outs);
  if (!all.empty()) all.try_emplace("quotas", Said{Facts(model, catalog).OfQuotas(), {}});
  std::vector<SentenceMeaning> meanings;
  for (const auto& [sentence, said] : all) {
    meanings.push_back({{sentence, support::Sha256Hex(said.facts)}, said.span});
  }
  return meanings;
}

std::vector<catalog::LockedSentence> LockedSentences(const intent::Model& model,
                                                     const catalog::Catalog& catalog) {
  std::vector<catalog::LockedSentence> sentences;
  for (SentenceMeaning& meaning : SentenceMeanings(model, catalog)) {
    sentences.push_back(std::move(meaning.locked));
  }
  return sentences;
}

}  // namespace writ::compiler

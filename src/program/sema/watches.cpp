#include "program/sema/watches.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/diag/codes/guardrails.h"
#include "base/diag/codes/types.h"
#include "program/sema/partition.h"
#include "program/sema/settings.h"

namespace writ::sema {
namespace {

using Kind = syntax::Watch::Kind;

/// The parts of an ARN; fewer than six if it has fewer.
std::vector<std::string_view> PartsOf(std::string_view arn) {
  constexpr std::size_t kParts = 6;
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < kParts) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  return parts;
}

bool IsAccount(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text == "{account}" ||
         (text.size() == kDigits && text.find_first_not_of("0123456789") == std::string_view::npos);
}

bool IsRegion(std::string_view text) {
  return text == "{region}" ||
         (!text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                               std::string_view::npos);
}

/// SNS API, CreateTopic, and EventBridge API, CreateEventBus (read 2026-11-30): letters, digits,
/// hyphens and underscores, a FIFO topic ends in `.fifo`; dots and slashes too in a bus.
bool IsName(std::string_view text, std::string_view others) {
  constexpr std::size_t kLongest = 256;
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool IsTarget(std::string_view arn) {
  constexpr std::string_view kBus = "event-bus/";
  const std::vector<std::string_view> parts = PartsOf(arn);
  if (parts.size() != 6 || parts[0] != "arn") return false;
  if (!IsRegion(parts[3]) || !IsAccount(parts[4])) return false;
  if (parts[2] == "sns") return IsName(parts[5], "-_.");
  return parts[2] == "events" && parts[5].starts_with(kBus) &&
         IsName(parts[5].substr(kBus.size()), "-_./");
}

bool CheckTarget(Context& context, const syntax::String& target) {
  if (!CheckLiteral(context, target.value, target.span, false)) return false;
  if (!IsTarget(target.value)) {
    context.Report(diag::kBadWatchTarget, target.span, target.value)
        .At("this target")
        .Suggest(
            "write `arn:aws:sns:REGION:ACCOUNT:TOPIC` or "
            "`arn:aws:events:REGION:ACCOUNT:event-bus/BUS`");
    return false;
  }
  return CheckArnPartition(context, target.value, target.span);
}

/// A kind that nothing changes has nothing to watch; `bedrock` stands for those that have.
bool CheckKinds(Context& context, const syntax::SetExpr& set) {
  bool good = true;
  for (const syntax::SetTerm& term : set.included) {
    if (term.kind != syntax::SetTerm::Kind::kName) continue;
    const catalog::Kind* kind = context.catalog.FindKind(term.name.text);
    if (kind == nullptr) continue;
    if (!context.catalog.ActionsOfKind(kind->name, catalog::PlaneClass::kAdmin).empty()) continue;
    context.Report(diag::kKindWithoutChanges, term.span, kind->name)
        .At("nothing to watch")
        .Note("the actions of this kind only list and read");
    good = false;
  }
  return good;
}

/// EventBridge cannot say "these models, but not that one" of one field: such a set becomes the
/// ids that the catalog knows.
intent::ModelPatterns ModelsOf(Context& context, const Set& models) {
  intent::ModelPatterns patterns = models.patterns;
  if (patterns.all || patterns.except.empty()) return patterns;
  intent::ModelPatterns known;
  known.patterns = KnownIds(context.catalog, patterns);
  context.Report(diag::kNewerModelsNotWatched, models.span)
      .At("with an exception, these are the models of the catalog")
      .Note("an event pattern cannot exclude a value of what it includes; catalog of " +
            context.catalog.date());
  return known;
}

/// Prefixes of the actions that sentences are about: those of `do` as written, of kinds by the
/// catalog, of all other verbs the planes of the libraries.
class Prefixes {
 public:
  explicit Prefixes(const Context& context) : context_(context) {}

  void Add(const intent::Operation& operation) {
    for (const std::string& action : operation.actions) {
      prefixes_.insert(action.substr(0, action.find(':')));
    }
    if (operation.kind != intent::Operation::Kind::kVerb) return;
    for (const std::string& kind : operation.kinds) {
      for (const catalog::PlaneClass plane :
           {catalog::PlaneClass::kAdmin, catalog::PlaneClass::kRuntime}) {
        for (const catalog::BedrockAction* action : context_.catalog.ActionsOfKind(kind, plane)) {
          prefixes_.insert(action->service);
        }
      }
    }
    if (!operation.kinds.empty()) return;
    if (const library::Module* module = context_.library.ModuleOf(operation.verb)) {
      for (const auto& [plane, prefix] : module->planes) prefixes_.insert(prefix);
    }
  }
  [[nodiscard]] std::vector<std::string> Take() const {
    return {prefixes_.begin(), prefixes_.end()};
  }

 private:
  const Context& context_;
  std::set<std::string> prefixes_;
};

}  // namespace

void AddWatch(Context& context, const syntax::Watch& watch, Span span, const SentencePlace& place,
              Sentences& sentences) {
  const Narrowing narrowing = ReadSetting(context, watch.qualifiers, span, place, sentences);
  intent::Watch result;
  bool good = CheckPlaceOnly(context, narrowing, "watch", span);
  if (narrowing.period.from) {
    context.Report(diag::kQualifierNotTaken, span, "watch", "from").At("not allowed here");
    good = false;
  }
  good = CheckTarget(context, watch.target) && good;
  if (watch.role) {
    result.role = watch.role->value;
    good = CheckLiteral(context, watch.role->value, watch.role->span, false) &&
           CheckArnPartition(context, watch.role->value, watch.role->span) && good;
  }
  switch (watch.kind) {
    case Kind::kChanges: {
      result.kind = intent::Watch::Kind::kChanges;
      const Set kinds = Evaluate(context, *watch.set, Reading::kProhibition, Only({Sort::kKinds}),
                                 place.environment);
      good = kinds.good && CheckKinds(context, *watch.set) && good;
      result.kinds = kinds.names;
      break;
    }
    case Kind::kRefusals:
      result.kind = intent::Watch::Kind::kRefusals;
      break;
    case Kind::kUse: {
      result.kind = intent::Watch::Kind::kUse;
      const Set models = Evaluate(context, *watch.set, Reading::kProhibition, Only({Sort::kModels}),
                                  place.environment);
      good = models.good && good;
      if (models.good) result.models = ModelsOf(context, models);
      break;
    }
  }
  if (!good) return;
  result.origin = OriginOf(context, narrowing, span);
  result.target = watch.target.value;
  result.accounts = AccountsIn(context, narrowing);
  if (narrowing.regions) result.regions = narrowing.regions->regions;
  context.model.watches.push_back(std::move(result));
}

void FinishWatches(Context& context) {
  intent::Model& model = context.model;
  if (model.watches.empty()) return;
  const std::vector<std::string> regions = RegionsNamed(model);
  Prefixes prefixes(context);
  for (const intent::Permission& one : model.permissions) prefixes.Add(one.operation);
  for (const intent::Prohibition& one : model.prohibitions) prefixes.Add(one.operation);
  for (intent::Watch& watch : model.watches) {
    if (watch.kind == intent::Watch::Kind::kRefusals) {
      watch.prefixes = prefixes.Take();
    }
    if (watch.regions.empty()) watch.regions = regions;
    if (watch.regions.empty()) {
      context.Report(diag::kRegionsNotSaid, watch.origin.span, "watching")
          .At("the program names no region")
          .Suggest("add `in REGION, …`");
    }
    if (watch.kind == intent::Watch::Kind::kRefusals && watch.prefixes.empty()) {
      context
          .Report(diag::kWatchesNothing, watch.origin.span,
                  "no sentence permits or forbids an action")
          .At("refusals are those of the services that the program governs");
    }
  }
}

}  // namespace writ::sema

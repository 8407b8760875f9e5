#include "program/sema/sets.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/attributes.h"
#include "program/sema/conditions.h"
#include "program/sema/model_terms.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"
#include "program/sema/services.h"
#include "program/sema/units.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;

/// `let`s inside one another. A chain is as long as the program wants; the stack is not.
constexpr int kMaxLetDepth = 100;

template <class T>
void SortUnique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class T>
std::vector<T> Union(const std::vector<T>& one, const std::vector<T>& other) {
  std::vector<T> result;
  std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
  return result;
}

template <class T>
std::vector<T> Minus(const std::vector<T>& one, const std::vector<T>& other) {
  std::vector<T> result;
  std::set_difference(one.begin(), one.end(), other.begin(), other.end(),
                      std::back_inserter(result));
  return result;
}

Reading Other(Reading reading) {
  return reading == Reading::kPermission ? Reading::kProhibition : Reading::kPermission;
}

// ---- union and difference ----------------------------------------------------------------------

intent::RegionScope RegionUnion(const intent::RegionScope& one, const intent::RegionScope& other) {
  if (!one.all_except && !other.all_except) return {false, Union(one.regions, other.regions)};
  if (one.all_except && other.all_except) return {true, Common(one.regions, other.regions)};
  const intent::RegionScope& all = one.all_except ? one : other;
  const intent::RegionScope& list = one.all_except ? other : one;
  return {true, Minus(all.regions, list.regions)};
}

intent::RegionScope RegionMinus(const intent::RegionScope& one, const intent::RegionScope& other) {
  return Intersect(one, {!other.all_except, other.regions});
}

/// Adds `more` to `set`; both have one sort and reading.
void Add(const intent::Organization& organization, Set& set, Set more, Reading reading) {
  set.accounts = Union(set.accounts, more.accounts);
  set.units = JoinedUnits(organization, set.units, more.units);
  set.regions = RegionUnion(set.regions, more.regions);
  set.indices = Union(set.indices, more.indices);
  set.names = Union(set.names, more.names);
  set.singles.insert(set.singles.end(), more.singles.begin(), more.singles.end());
  set.profiles.all_application = set.profiles.all_application || more.profiles.all_application;
  set.profiles.all_system = set.profiles.all_system || more.profiles.all_system;
  set.profiles.arns = Union(set.profiles.arns, more.profiles.arns);
  set.things.all = set.things.all || more.things.all;
  set.things.arns = Union(set.things.arns, more.things.arns);
  set.things.except_arns = Union(set.things.except_arns, more.things.except_arns);
  if (reading == Reading::kPermission) {
    AddChoices(set.choices, std::move(more.choices));
  } else {
    set.patterns = PatternUnion(set.patterns, more.patterns);
    set.models.insert(set.models.end(), more.models.begin(), more.models.end());
  }
}

/// Takes `less`, read the other way, from `set`.
void Subtract(const intent::Organization& organization, Set& set, const Set& less,
              Reading reading) {
  set.units = UnitsWithout(organization, set.units, less.units, less.accounts);
  set.accounts = Minus(set.accounts, less.accounts);
  set.regions = RegionMinus(set.regions, less.regions);
  set.indices = Minus(set.indices, less.indices);
  set.names = Minus(set.names, less.names);
  std::erase_if(set.singles, [&](const Named& named) {
    return std::any_of(less.singles.begin(), less.singles.end(),
                       [&](const Named& other) { return other.name == named.name; });
  });
  set.profiles.arns = Minus(set.profiles.arns, less.profiles.arns);
  set.profiles.all_application = set.profiles.all_application && !less.profiles.all_application;
  set.profiles.all_system = set.profiles.all_system && !less.profiles.all_system;
  if (set.things.all) {
    set.things.except_arns = Union(set.things.except_arns, less.things.arns);
  } else {
    set.things.arns = Minus(set.things.arns, less.things.arns);
  }
  if (less.things.all) set.things = intent::Things{};
  if (reading == Reading::kPermission) {
    RemoveChoices(set.choices, less.patterns);
  } else {
    ExceptIds(set.patterns, less.choices);
  }
}

bool IsEmpty(const Set& set, Reading reading) {
  switch (set.sort) {
    case Sort::kAccounts:
      return set.accounts.empty();
    case Sort::kRegions:
      return !set.regions.all_except && set.regions.regions.empty();
    case Sort::kModels:
      return reading == Reading::kPermission ? set.choices.empty()
                                             : !set.patterns.all && set.patterns.patterns.empty();
    case Sort::kGuardrails:
    case Sort::kEndpoints:
      return set.indices.empty() && !set.things.all;
    case Sort::kTeams:
      return set.indices.empty();
    case Sort::kProfiles:
      return !set.profiles.all_application && !set.profiles.all_system && set.profiles.arns.empty();
    case Sort::kKinds:
      return set.names.empty();
    case Sort::kKnowledgeBases:
    case Sort::kAgents:
    case Sort::kFlows:
    case Sort::kPrompts:
    case Sort::kServices:
    case Sort::kResources:
      return !set.things.all && set.things.arns.empty();
  }
  return true;
}

// ---- one term ----------------------------------------------------------------------------------

class Evaluator {
 public:
  Evaluator(Context& context, Reading reading, SortMask mask, const Environment* environment,
            int depth)
      : context_(context),
        reading_(reading),
        mask_(mask),
        environment_(environment),
        depth_(depth) {}

  /// The whole place: also refuses sorts that it does not take.
  Set Place(const syntax::SetExpr& expr) {
    is_place_ = true;
    return Expression(expr);
  }

 private:
  Set Expression(const syntax::SetExpr& expr);
  Set Term(const syntax::SetTerm& term);
  Set NameTerm(const syntax::SetTerm& term);
  Set NamedSet(const syntax::Name& name);
  Set ResourceTerm(const syntax::SetTerm& term);
  Set Whole(Sort sort, Span span);
  Set StringTerm(const syntax::String& string);
  [[nodiscard]] const library::Noun* NounOf(std::string_view arn) const;
  bool ReportQuotedName(const syntax::String& string);
  Set OfSymbol(const Symbol& symbol, Span span);
  Set OfLet(const syntax::LetDecl& let, Span span);
  Set OfBinding(const Environment::Binding& binding, Span span);
  Set OfCatalog(std::string_view name, Span span, bool reports);
  Set OfService(std::string_view name, Span span);
  Set AllAccounts(Span span);
  Set Things(Sort sort, std::string arn, Span span);
  Set Latest(const syntax::SetTerm& term);
  Set Any(const syntax::SetTerm& term);
  void Filter(Set& set, const syntax::SetTerm& term);
  bool FromProvider(Set& set, const syntax::SetTerm& term);
  void ReportUnknown(const syntax::Name& name);
  void Use(Space space, const syntax::Name& name) {
    if (Symbol* symbol = context_.symbols.Find(space, name.text))
      context_.MarkUsed(*symbol, name.span);
  }
  bool IsWanted(const Set& set);
  Set Of(Sort sort, Span span) const {
    Set set;
    set.good = true;
    set.sort = sort;
    set.span = span;
    return set;
  }
  /// "model" where only models fit, else "name".
  std::string_view WantedWord() const {
    for (std::size_t i = 0; i < mask_.size(); ++i)
      if (mask_.test(i) && mask_.count() == 1) return SortSingular(static_cast<Sort>(i));
    return "name";
  }
  bool Wants(Sort sort) const { return mask_.test(static_cast<std::size_t>(sort)); }

  Context& context_;
  Reading reading_;
  SortMask mask_;
  const Environment* environment_;
  int depth_;
  bool is_place_ = false;
};

Set Evaluator::Expression(const syntax::SetExpr& expr) {
  const bool is_place = std::exchange(is_place_, false);
  Set result;
  bool good = true;
  const auto same_sort = [&](const Set& more) {
    if (!result.good || result.sort == more.sort) return true;
    context_.Report(diag::kMixedSorts, more.span, SortWords(result.sort), SortWords(more.sort))
        .At(std::string(SortWords(more.sort)))
        .Also(result.span, std::string(SortWords(result.sort)));
    return false;
  };
  for (const syntax::SetTerm& term : expr.included) {
    Set more = Term(term);
    if (!more.good || !same_sort(more) || (is_place && !IsWanted(more))) {
      good = false;
    } else if (!result.good) {
      result = std::move(more);
    } else {
      Add(context_.model.organization, result, std::move(more), reading_);
    }
  }
  // A word of two sorts takes the sort of what it is taken from.
  const SortMask mask = result.good ? Only({result.sort}) : mask_;
  Evaluator other(context_, Other(reading_), mask, environment_, depth_);
  for (const syntax::SetTerm& term : expr.excluded) {
    Set less = other.Term(term);
    if (!less.good || !same_sort(less)) {
      good = false;
    } else if (result.good) {
      Subtract(context_.model.organization, result, less, reading_);
    }
  }
  LeaveOutExcepted(context_, result.models, result.patterns);
  result.good = result.good && good;
  result.span = expr.span;
  return result;
}

Set Evaluator::Term(const syntax::SetTerm& term) {
  switch (term.kind) {
    case syntax::SetTerm::Kind::kGroup:
      return Expression(*term.group);
    case syntax::SetTerm::Kind::kString:
      return StringTerm(*term.string);
    case syntax::SetTerm::Kind::kResource:
      return ResourceTerm(term);
    case syntax::SetTerm::Kind::kName:
      return NameTerm(term);
  }
  return {};
}

/// Reports a sort that the place does not take.
bool Evaluator::IsWanted(const Set& set) {
  if (Wants(set.sort)) return true;
  context_.Report(diag::kWrongSort, set.span, MaskWords(mask_), SortWords(set.sort))
      .At("these are " + std::string(SortWords(set.sort)));
  return false;
}

Set Evaluator::NameTerm(const syntax::SetTerm& term) {
  Set set;
  switch (term.quantifier) {
    case syntax::SetTerm::Quantifier::kAny:
      set = Any(term);
      break;
    case syntax::SetTerm::Quantifier::kLatest:
      set = Latest(term);
      break;
    case syntax::SetTerm::Quantifier::kNone: {
      set = NamedSet(term.name);
      if (!set.good) return set;
      break;
    }
  }
  if (!set.good) return set;
  if (term.from && !FromProvider(set, term)) return {};
  if (term.where) {
    if (!CheckWhere(context_, *term.where, set.sort, term.name.span, reading_)) return {};
    Filter(set, term);
  }
  set.span = term.span;
  return set;
}

/// What a name stands for: of all that have it, the first whose sort the place takes; parameters
/// and the program's own names come before the catalog's.
Set Evaluator::NamedSet(const syntax::Name& name) {
  std::optional<Set> other;  // fits no place of this sort, to be reported as such
  const auto settles = [&](Set set) {
    if (set.good && !Wants(set.sort)) {
      if (!other) other = std::move(set);
      return false;
    }
    other = std::move(set);
    return true;
  };
  if (environment_ != nullptr) {
    const Environment::Binding* binding = environment_->Find(name.text);
    if (binding != nullptr && settles(OfBinding(*binding, name.span))) {
      context_.Note({name.span, binding->name, {}});
      return *std::move(other);
    }
  }
  // A team comes first, so that `let fraud = fraud, claims` is no circle.
  for (const Space space : {Space::kTeams, Space::kSets, Space::kGuardrails, Space::kEndpoints}) {
    const Symbol* symbol = context_.symbols.Find(space, name.text);
    if (symbol == nullptr) continue;
    if (!settles(OfSymbol(*symbol, name.span))) continue;
    Use(space, name);
    return *std::move(other);
  }
  Set of_catalog = OfCatalog(name.text, name.span, !other);
  if (of_catalog.good && (!other || Wants(of_catalog.sort))) {
    context_.Note({name.span, {}, of_catalog.sort});
    return of_catalog;
  }
  if (other) {
    for (const Space space : {Space::kTeams, Space::kSets, Space::kGuardrails, Space::kEndpoints})
      Use(space, name);
    return *std::move(other);
  }
  // With a valid span it was reported.
  if (!of_catalog.span.valid()) ReportUnknown(name);
  return {};
}

Set Evaluator::Any(const syntax::SetTerm& term) {
  const auto word = FindSortWord(term.name.text);
  const bool profiles =
      term.name.text == "application-profile" || term.name.text == "system-profile";
  if (profiles) {
    Set set = Of(Sort::kProfiles, term.span);
    (term.name.text == "application-profile" ? set.profiles.all_application
                                             : set.profiles.all_system) = true;
    return set;
  }
  if (!word) {
    auto& found = context_.Report(diag::kAnyTakesSort, term.name.span, term.name.text);
    found.At("not the name of a sort");
    if (context_.symbols.FindAnywhere(term.name.text) != nullptr ||
        OfCatalog(term.name.text, {}, false).good)
      found.Patch("remove `any`", source::Join(term.quantifier_span, term.name.span),
                  std::string(term.name.text));
    return {};
  }
  if (word->plural) {
    std::string singular(term.name.text.substr(0, term.name.text.size() - 1));
    context_.Report(diag::kAnyTakesSingular, term.name.span, term.name.text)
        .At("plural")
        .Patch("write `any " + singular + "`", term.name.span, singular);
    return {};
  }
  return Whole(word->sort, term.span);
}

Set Evaluator::Latest(const syntax::SetTerm& term) {
  if (reading_ == Reading::kProhibition) {
    context_.Report(diag::kLatestInProhibition, term.quantifier_span)
        .At("the newest model changes over time")
        .Patch("name the family", source::Join(term.quantifier_span, term.name.span),
               std::string(term.name.text));
    return {};
  }
  const catalog::ModelName name = context_.catalog.FindName(term.name.text);
  const auto* family = std::get_if<const catalog::Family*>(&name);
  if (family == nullptr) {
    auto& found = context_.Report(diag::kLatestTakesFamily, term.name.span, term.name.text);
    found.At("not a family of models");
    if (std::holds_alternative<std::monostate>(name)) {
      std::vector<std::string> families = context_.catalog.SuggestModels(term.name.text);
      std::erase_if(families, [&](const std::string& close) {
        return !std::holds_alternative<const catalog::Family*>(context_.catalog.FindName(close));
      });
      SuggestName(found, term.name.span, term.name.text, families, "known");
    }
    return {};
  }
  Set set = Of(Sort::kModels, term.span);
  for (const catalog::Model* model : context_.catalog.Newest(**family, context_.as_of))
    AddModel(context_, set.choices, *model, term.span, false);
  RecordModelName(context_, "latest " + std::string(term.name.text), set.choices);
  return set;
}

Set Evaluator::Whole(Sort sort, Span span) {
  Set set = Of(sort, span);
  switch (sort) {
    case Sort::kAccounts:
      return AllAccounts(span);
    case Sort::kRegions:
      if (reading_ == Reading::kProhibition) {
        set.regions.all_except = true;
      } else {
        for (const catalog::Region& region : context_.catalog.regions())
          if (region.partition == context_.model.organization.partition)
            set.regions.regions.push_back(region.name);
        SortUnique(set.regions.regions);
      }
      return set;
    case Sort::kModels:
      if (reading_ == Reading::kProhibition) {
        set.patterns.all = true;
      } else {
        AddActiveModels(context_, set.choices, span);
      }
      return set;
    case Sort::kTeams:
    case Sort::kGuardrails:
    case Sort::kEndpoints: {
      const std::size_t count = sort == Sort::kTeams        ? context_.symbols.teams.size()
                                : sort == Sort::kGuardrails ? context_.symbols.guardrails.size()
                                                            : context_.symbols.endpoints.size();
      for (std::uint32_t i = 0; i < count; ++i) set.indices.push_back(i);
      const Symbol::Kind kind = sort == Sort::kTeams        ? Symbol::Kind::kTeam
                                : sort == Sort::kGuardrails ? Symbol::Kind::kGuardrail
                                                            : Symbol::Kind::kEndpoint;
      for (Symbol& symbol : context_.symbols.all)
        if (symbol.kind == kind) symbol.used = true;
      // A prohibition is also about guardrails and endpoints that the program does not declare.
      set.things.all = sort != Sort::kTeams && reading_ == Reading::kProhibition;
      return set;
    }
    case Sort::kProfiles:
      set.profiles.all_application = true;
      set.profiles.all_system = true;
      return set;
    case Sort::kKinds:
      for (const catalog::Kind& kind : context_.catalog.kinds()) {
        const bool is_granted = reading_ == Reading::kPermission;
        if (!kind.quarantined || !is_granted) set.names.push_back(kind.name);
      }
      SortUnique(set.names);
      return set;
    case Sort::kKnowledgeBases:
    case Sort::kAgents:
    case Sort::kFlows:
    case Sort::kPrompts:
    case Sort::kServices:
    case Sort::kResources:
      set.things.all = true;
      return set;
  }
  return set;
}

Set Evaluator::AllAccounts(Span span) {
  Set set = Of(Sort::kAccounts, span);
  for (std::uint32_t i = 0; i < context_.model.organization.accounts.size(); ++i)
    set.accounts.push_back(AccountIndex{i});
  set.units.push_back(intent::NodeIndex{0});
  return set;
}

Set Evaluator::OfSymbol(const Symbol& symbol, Span span) {
  switch (symbol.kind) {
    case Symbol::Kind::kOrganization:
      return AllAccounts(span);
    case Symbol::Kind::kUnit: {
      Set set = Of(Sort::kAccounts, span);
      set.accounts = context_.model.organization.nodes[symbol.index].accounts;
      set.units.push_back(intent::NodeIndex{symbol.index});
      return set;
    }
    case Symbol::Kind::kAccount: {
      Set set = Of(Sort::kAccounts, span);
      set.accounts.push_back(AccountIndex{symbol.index});
      set.singles.push_back({std::string(symbol.name.text), span});
      return set;
    }
    case Symbol::Kind::kTeam:
    case Symbol::Kind::kGuardrail:
    case Symbol::Kind::kEndpoint: {
      Set set = Of(symbol.kind == Symbol::Kind::kTeam        ? Sort::kTeams
                   : symbol.kind == Symbol::Kind::kGuardrail ? Sort::kGuardrails
                                                             : Sort::kEndpoints,
                   span);
      set.indices.push_back(symbol.index);
      return set;
    }
    case Symbol::Kind::kLet:
      return OfLet(*context_.symbols.lets[symbol.index], span);
    case Symbol::Kind::kUseCase:
    case Symbol::Kind::kAttestation:
    case Symbol::Kind::kEvaluation:
    case Symbol::Kind::kPolicy:
    case Symbol::Kind::kGateway:
      break;  // in no space of sets
  }
  return {};
}

Set Evaluator::OfLet(const syntax::LetDecl& let, Span span) {
  if (depth_ >= kMaxLetDepth) {
    context_.Report(diag::kCyclicSet, let.name.span, let.name.text)
        .At("refers to itself, or nests more than 100 sets");
    return {};
  }
  Evaluator inner(context_, reading_, mask_, nullptr, depth_ + 1);
  Set set = inner.Expression(let.value);
  for (Named& named : set.singles) named.span = span;
  for (ModelChoice& choice : set.choices) choice.span = span;
  set.span = span;
  return set;
}

Set Evaluator::OfBinding(const Environment::Binding& binding, Span span) {
  if (depth_ >= kMaxLetDepth) {
    context_.Report(diag::kCyclicSet, binding.name, context_.sources.text(binding.name))
        .At("nests more than 100 sets");
    return {};
  }
  Evaluator inner(context_, reading_, binding.sort ? Only({*binding.sort}) : mask_,
                  binding.environment, depth_ + 1);
  Set set = inner.Expression(*binding.value);
  for (Named& named : set.singles) named.span = span;
  for (ModelChoice& choice : set.choices) choice.span = span;
  set.span = span;
  return set;
}

/// Names of AWS. A result that is not good with a valid span was reported, if it `reports`.
Set Evaluator::OfCatalog(std::string_view name, Span span, bool reports) {
  const auto word = FindSortWord(name);
  // Services have short names of many meanings: where others could be meant, those come first.
  if (mask_ == Only({Sort::kServices}) && !word) {
    Set set = OfService(name, span);
    if (set.good) return set;
  }
  const bool is_kind = name == "bedrock" || context_.catalog.FindKind(name) != nullptr;
  if (is_kind && (Wants(Sort::kKinds) || !word)) {
    Set set = Of(Sort::kKinds, span);
    if (name == "bedrock") return Whole(Sort::kKinds, span);
    if (reports && reading_ == Reading::kPermission &&
        context_.catalog.FindKind(name)->quarantined) {
      context_.Report(diag::kKindNotClassified, span, name)
          .At("cannot be granted as a whole")
          .Note("catalog of " + context_.catalog.date())
          .Suggest("name the actions that are meant: `do SERVICE:ACTION`");
      set.good = false;
      return set;
    }
    set.names.emplace_back(name);
    return set;
  }
  if (word && word->plural) return Whole(word->sort, span);
  if (name == "application-profiles" || name == "system-profiles") {
    Set set = Of(Sort::kProfiles, span);
    (name == "application-profiles" ? set.profiles.all_application : set.profiles.all_system) =
        true;
    return set;
  }
  if (word && reports) {
    context_.Report(diag::kSingularAlone, span, name)
        .At("singular: one, or all?")
        .Patch("write `any " + std::string(name) + "`", span, "any " + std::string(name));
    Set reported;
    reported.span = span;
    return reported;
  }
  if (const catalog::Region* region = context_.catalog.FindRegion(name)) {
    Set set = Of(Sort::kRegions, span);
    if (reports && Wants(Sort::kRegions) && !CheckRegion(context_, *region, span)) {
      set.good = false;
      return set;
    }
    set.regions.regions.emplace_back(name);
    set.singles.push_back({std::string(name), span});
    return set;
  }
  Set set = Of(Sort::kModels, span);
  const bool found = reading_ == Reading::kPermission
                         ? AddNamedModels(context_, set.choices, name, span)
                         : AddNamedPatterns(context_, set.patterns, name);
  if (!found) return Wants(Sort::kServices) ? OfService(name, span) : Set{};
  const catalog::ModelName meaning = context_.catalog.FindName(name);
  if (const auto* model = std::get_if<const catalog::Model*>(&meaning)) {
    if (reading_ != Reading::kPermission) set.models.push_back(*model);
  }
  return set;
}

/// Its IAM prefixes, as things.
Set Evaluator::OfService(std::string_view name, Span span) {
  Set set;
  std::vector<std::string> prefixes = ServicePrefixes(context_, name, reading_);
  if (prefixes.empty()) return set;
  set = Of(Sort::kServices, span);
  set.things.arns = std::move(prefixes);
  return set;
}

Set Evaluator::Things(Sort sort, std::string arn, Span span) {
  Set set = Of(sort, span);
  set.things.arns.push_back(std::move(arn));
  return set;
}

/// `endpoint "fraud-scoring"`: the library's template of such an ARN with the name in it; lowering
/// fills in where it is.
Set Evaluator::ResourceTerm(const syntax::SetTerm& term) {
  const library::Noun* noun = nullptr;
  std::vector<std::string> known;
  for (const library::Module& module : context_.library.modules()) {
    for (const library::Noun& each : module.nouns) {
      known.push_back(each.name);
      if (each.name == term.name.text) noun = &each;
    }
  }
  if (noun == nullptr) {
    auto& found =
        context_.Report(diag::kUnknownName, term.name.span, "kind of resource", term.name.text);
    found.At("followed by a name in quotes");
    SuggestName(found, term.name.span, term.name.text, known, "kinds of resources");
    // Far from every kind, the quoted words are more likely a reason.
    if (found.helps.empty() || found.helps.front().edits.empty()) {
      found.Suggest("to give a reason, write `because \"…\"`");
    }
    return {};
  }
  const std::string& name = term.string->value;
  const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:*").find(c) != std::string_view::npos;
  });
  if (!is_name) {
    context_.Report(diag::kUnknownArnForm, term.string->span, name)
        .At("not a resource name: use letters, digits and `-_./:`, with `*` as wildcard");
    return {};
  }
  const std::string place = "{name}";
  std::string arn = noun->arn;
  if (const std::size_t at = arn.find(place); at != std::string::npos) {
    arn.replace(at, place.size(), name);
  }
  Set set = Things(Sort::kResources, std::move(arn), term.span);
  set.names.push_back(noun->name);
  return set;
}

/// The kind of resource that a library has for such ARNs: of the same service and type.
const library::Noun* Evaluator::NounOf(std::string_view arn) const {
  for (const library::Module& module : context_.library.modules()) {
    for (const library::Noun& noun : module.nouns) {
      std::string_view form = noun.arn;
      std::string_view rest = arn;
      bool is_alike = true;
      // The first five parts: `arn`, partition, service, region, account.
      for (int part = 0; part < 5 && is_alike; ++part) {
        const std::size_t of_form = form.find(':');
        const std::size_t of_rest = rest.find(':');
        is_alike = of_rest != std::string_view::npos &&
                   (form.front() == '{' || form.substr(0, of_form) == rest.substr(0, of_rest));
        form.remove_prefix(of_form + 1);
        if (is_alike) rest.remove_prefix(of_rest + 1);
      }
      const std::string_view type = form.substr(0, form.find('{'));
      if (is_alike && rest.starts_with(type) && rest.size() > type.size()) return &noun;
    }
  }
  return nullptr;
}

/// A name in quotes where a string is no name: `in "us-east-1"`, `invoke "claude-sonnet-4.5"`.
bool Evaluator::ReportQuotedName(const syntax::String& string) {
  const std::string& text = string.value;
  bool is_name = false;
  if (Wants(Sort::kRegions)) is_name = context_.catalog.FindRegion(text) != nullptr;
  if (Wants(Sort::kAccounts) || Wants(Sort::kRegions))
    is_name = is_name || context_.symbols.Find(Space::kSets, text) != nullptr;
  if (Wants(Sort::kTeams))
    is_name = is_name || context_.symbols.Find(Space::kTeams, text) != nullptr;
  if (Wants(Sort::kGuardrails))
    is_name = is_name || context_.symbols.Find(Space::kGuardrails, text) != nullptr;
  if (Wants(Sort::kEndpoints))
    is_name = is_name || context_.symbols.Find(Space::kEndpoints, text) != nullptr;
  if (Wants(Sort::kKinds))
    is_name = is_name || context_.catalog.FindKind(text) != nullptr || text == "bedrock";
  if (Wants(Sort::kModels) && !context_.catalog.FindId(text))
    is_name = is_name || !std::holds_alternative<std::monostate>(context_.catalog.FindName(text));
  if (Wants(Sort::kServices))
    is_name = is_name || !ServicePrefixes(context_, text, reading_).empty();
  if (is_name) {
    context_.Report(diag::kQuotedName, string.span, text)
        .At("a string must be an id or an ARN")
        .Patch("write the name without quotes", string.span, text);
    return true;
  }
  if (Wants(Sort::kModels)) return false;
  context_.Report(diag::kWrongSort, string.span, MaskWords(mask_), "a model id")
      .At("names are written without quotes");
  return true;
}

Set Evaluator::StringTerm(const syntax::String& string) {
  const std::string& text = string.value;
  if (text.rfind("arn:", 0) != 0) {
    if (ReportQuotedName(string)) return {};
    if (text.find(".amazonaws.com") != std::string::npos &&
        !CheckLiteral(context_, text, string.span, false))
      return {};
    if (text.find(".amazonaws.com") != std::string::npos)
      return Things(Sort::kServices, text, string.span);
    Set set = Of(Sort::kModels, string.span);
    const bool good = reading_ == Reading::kPermission
                          ? AddModelId(context_, set.choices, text, string.span)
                          : AddModelIdPatterns(context_, set.patterns, text, string.span);
    set.good = good;
    return set;
  }
  if (!CheckArnPartition(context_, text, string.span)) return {};
  if (!CheckLiteral(context_, text, string.span, true)) return {};
  const auto has = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (has(":foundation-model/")) {
    const std::string id = text.substr(text.find('/') + 1);
    Set set = Of(Sort::kModels, string.span);
    set.good = reading_ == Reading::kPermission
                   ? AddModelId(context_, set.choices, id, string.span)
                   : AddModelIdPatterns(context_, set.patterns, id, string.span);
    return set;
  }
  if (has(":inference-profile/") || has(":application-inference-profile/")) {
    Set set = Of(Sort::kProfiles, string.span);
    set.profiles.arns.push_back(text);
    return set;
  }
  if (has(":knowledge-base/")) return Things(Sort::kKnowledgeBases, text, string.span);
  if (has(":agent-alias/") || has(":agent/")) return Things(Sort::kAgents, text, string.span);
  if (has(":flow/")) return Things(Sort::kFlows, text, string.span);
  if (has(":prompt/")) return Things(Sort::kPrompts, text, string.span);
  if (has(":guardrail/")) {
    context_.Report(diag::kGuardrailByArn, string.span)
        .At("names no declared guardrail")
        .Suggest("declare the guardrail, and put this ARN and its version in writ.bindings.json");
    return {};
  }
  if (const library::Noun* noun = NounOf(text)) {
    Set set = Things(Sort::kResources, text, string.span);
    set.names.push_back(noun->name);
    return set;
  }
  context_.Report(diag::kUnknownArnForm, string.span, text)
      .At("not an ARN that a set can contain")
      .Suggest("`do service:Action on \"arn\"` accepts any ARN");
  return {};
}

bool Evaluator::FromProvider(Set& set, const syntax::SetTerm& term) {
  if (set.sort != Sort::kModels) {
    context_.Report(diag::kFromTakesModels, term.from->span, SortWords(set.sort))
        .At("only models have a provider");
    return false;
  }
  const catalog::Provider* provider = context_.catalog.FindProvider(term.from->text);
  if (provider == nullptr) {
    std::vector<std::string> known;
    for (const catalog::Provider& each : context_.catalog.providers()) known.push_back(each.slug);
    auto& found = context_.Report(diag::kUnknownName, term.from->span, "provider", term.from->text);
    found.At("not in the catalog").Note("catalog of " + context_.catalog.date());
    SuggestName(found, term.from->span, term.from->text, known, "providers");
    return false;
  }
  KeepProvider(set.choices, set.patterns, *provider);
  return true;
}

void Evaluator::Filter(Set& set, const syntax::SetTerm& term) {
  if (set.sort == Sort::kModels) {
    if (reading_ == Reading::kPermission) {
      FilterChoices(context_, set.choices, *term.where);
    } else {
      FilterPatterns(context_, set.patterns, *term.where);
    }
    return;
  }
  if (set.sort == Sort::kAccounts) {
    // Which attributes an account has that joins later is not known.
    set.units.clear();
    std::erase_if(set.accounts, [&](AccountIndex account) {
      return !AttributesSatisfy(*term.where, context_.symbols.accounts[account.value]->attributes);
    });
  }
  if (set.sort == Sort::kTeams)
    std::erase_if(set.indices, [&](std::uint32_t team) {
      return !AttributesSatisfy(*term.where, context_.symbols.teams[team]->attributes);
    });
}

void Evaluator::ReportUnknown(const syntax::Name& name) {
  if (Symbol* symbol = context_.symbols.FindAnywhere(name.text)) {
    context_.MarkUsed(*symbol, name.span);
    context_.Report(diag::kNotASet, name.span, name.text, KindWords(symbol->kind))
        .At("a set is expected here")
        .Also(symbol->name.span, "declared here");
    return;
  }
  std::vector<std::string> known = context_.symbols.Names(
      {Symbol::Kind::kOrganization, Symbol::Kind::kUnit, Symbol::Kind::kAccount,
       Symbol::Kind::kTeam, Symbol::Kind::kLet, Symbol::Kind::kEndpoint, Symbol::Kind::kGuardrail});
  for (const Environment* at = environment_; at != nullptr; at = at->outer)
    for (const auto& [bound, binding] : at->bindings) known.emplace_back(bound);
  if (Wants(Sort::kModels))
    for (std::string& model : context_.catalog.SuggestModels(name.text))
      known.push_back(std::move(model));
  if (Wants(Sort::kServices))
    for (std::string& service : ServiceNames(context_, name.text))
      known.push_back(std::move(service));
  if (Wants(Sort::kRegions))
    for (const catalog::Region& region : context_.catalog.regions()) known.push_back(region.name);
  std::vector<std::string> kinds;
  if (Wants(Sort::kKinds)) {
    for (const catalog::Kind& kind : context_.catalog.kinds()) kinds.push_back(kind.name);
    kinds.emplace_back("bedrock");
    known.insert(known.end(), kinds.begin(), kinds.end());
  }
  for (std::string& word : SortWordList()) known.push_back(std::move(word));

  const std::string nearest = NearestName(name.text, known);
  const bool slip = !nearest.empty() && IsNearMiss(name.text, nearest);
  const bool may_be_new = !slip && Wants(Sort::kRegions) && mask_.count() <= 2 &&
                          context_.catalog.FindRegion(nearest) != nullptr;
  if (may_be_new) {
    context_.Report(diag::kNotInCatalog, name.span, "region", name.text, context_.catalog.date())
        .At("newer than the catalog?");
    return;
  }
  auto& found = context_.Report(diag::kUnknownName, name.span, WantedWord(), name.text);
  found.At("not declared and not in the catalog");
  if (Wants(Sort::kModels) || Wants(Sort::kRegions) || Wants(Sort::kKinds) ||
      Wants(Sort::kServices))
    found.Note("catalog of " + context_.catalog.date());
  if (!nearest.empty()) {
    found.Patch("did you mean `" + nearest + "`?", name.span, nearest);
  } else if (!kinds.empty() && mask_.count() == 1) {
    found.Note("kinds: " + OrList(kinds, "and"));
  } else if (Wants(Sort::kModels)) {
    found.Suggest("for a model newer than the catalog, write its full id in quotes");
  }
}

}  // namespace

SortMask Only(std::initializer_list<Sort> sorts) {
  SortMask mask;
  for (const Sort sort : sorts) mask.set(static_cast<std::size_t>(sort));
  return mask;
}

SortMask AnySort() {
  SortMask mask;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Sort::kKinds); ++i) mask.set(i);
  return mask;
}

std::string MaskWords(SortMask mask) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask.test(i)) words.push_back(SortWords(static_cast<Sort>(i)));
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
    result += words[i];
  }
  return result;
}

Set Evaluate(Context& context, const syntax::SetExpr& expr, Reading reading, SortMask mask,
             const Environment* environment) {
  Evaluator evaluator(context, reading, mask, environment, 0);
  Set set = evaluator.Place(expr);
  if (set.good && IsEmpty(set, reading)) {
    context.Report(diag::kEmptySet, expr.span, SortWords(set.sort)).At("empty");
    set.good = false;
  }
  return set;
}

bool CheckSort(Context& context, const syntax::SetExpr& expr, SortMask mask,
               const Environment* environment) {
  return Evaluator(context, Reading::kPermission, mask, environment, 0).Place(expr).good;
}

std::optional<Sort> SortOf(Context& context, const syntax::SetExpr& expr) {
  const Set set = Evaluator(context, Reading::kPermission, AnySort(), nullptr, 0).Place(expr);
  if (!set.good) return std::nullopt;
  return set.sort;
}

std::vector<AccountIndex> Intersect(const std::vector<AccountIndex>& one,
                                    const std::vector<AccountIndex>& other) {
  return Common(one, other);
}

intent::RegionScope Intersect(const intent::RegionScope& one, const intent::RegionScope& other) {
  if (!one.all_except && !other.all_except) return {false, Common(one.regions, other.regions)};
  if (one.all_except && other.all_except) return {true, Union(one.regions, other.regions)};
  const intent::RegionScope& all = one.all_except ? one : other;
  const intent::RegionScope& list = one.all_except ? other : one;
  return {false, Minus(list.regions, all.regions)};
}

}  // namespace writ::sema

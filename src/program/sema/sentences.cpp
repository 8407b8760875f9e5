#include "program/sema/sentences.h"

#include <algorithm>
#include <utility>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/intent/planes.h"
#include "program/sema/absence.h"
#include "program/sema/actions.h"
#include "program/sema/calls.h"
#include "program/sema/cover.h"
#include "program/sema/endpoints.h"
#include "program/sema/evaluations.h"
#include "program/sema/gateways.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"
#include "program/sema/perimeters.h"
#include "program/sema/principals.h"
#include "program/sema/sale.h"
#include "program/sema/trust.h"
#include "program/sema/units.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;
using Quantifier = syntax::Subject::Quantifier;

Reading ReadingOf(const syntax::Sentence& sentence) {
  using Kind = syntax::Modality::Kind;
  const bool denies = sentence.subject.quantifier == Quantifier::kNobody ||
                      sentence.subject.quantifier == Quantifier::kOnly;
  switch (sentence.modality.kind) {
    case Kind::kMay:
    case Kind::kCan:
    case Kind::kAllow:
      return denies ? Reading::kProhibition : Reading::kPermission;
    case Kind::kMayNot:
    case Kind::kMust:
    case Kind::kCannot:
    case Kind::kDeny:
      return Reading::kProhibition;
  }
  return Reading::kPermission;
}

std::vector<intent::GuardrailIndex> GuardrailIndices(const std::vector<std::uint32_t>& indices) {
  std::vector<intent::GuardrailIndex> result;
  for (const std::uint32_t index : indices) result.push_back({index});
  return result;
}

std::vector<intent::EndpointIndex> EndpointIndices(const std::vector<std::uint32_t>& indices) {
  std::vector<intent::EndpointIndex> result;
  for (const std::uint32_t index : indices) result.push_back({index});
  return result;
}

/// Guardrails and those that extend them, at whatever distance.
std::vector<std::uint32_t> WithHeirs(Context& context, std::vector<std::uint32_t> chosen) {
  const auto& decls = context.symbols.guardrails;
  std::set<std::string_view> names;
  for (const std::uint32_t index : chosen) names.insert(decls[index]->name.text);
  for (bool grown = true; grown;) {
    grown = false;
    for (std::uint32_t i = 0; i < decls.size(); ++i) {
      if (!decls[i]->extends || names.count(decls[i]->extends->text) == 0) continue;
      if (!names.insert(decls[i]->name.text).second) continue;
      if (Symbol* heir = context.symbols.Find(Space::kGuardrails, decls[i]->name.text))
        heir->used = true;
      chosen.push_back(i);
      grown = true;
    }
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

/// What the action of a sentence turned out to be.
struct ActionMeaning {
  bool good = false;
  intent::Operation operation;
  const library::Verb* verb = nullptr;  ///< null for `do`
  Set object;                           ///< for verbs
  DoneActions done;                     ///< for `do`
};

class Builder {
 public:
  Builder(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
          Sentences& sentences)
      : context_(context),
        sentence_(sentence),
        place_(place),
        sentences_(sentences),
        reading_(ReadingOf(sentence)) {}

  void Build();

 private:
  bool ReadAction();
  bool ReadVerb();
  void ReadServices();
  [[nodiscard]] const library::Module& ModuleOf(const library::Verb& verb) const;
  bool ReadDo();
  void ReportUnknownVerb();
  bool CheckKinds();
  bool CheckTaken();
  bool Refuse(Span span, std::string_view qualifier);
  /// `through` names the plane.
  [[nodiscard]] bool Names(intent::Plane plane) const {
    return std::find(narrowing_.planes.begin(), narrowing_.planes.end(), plane) !=
           narrowing_.planes.end();
  }

  ConditionPlace PlaceOfConditions();
  [[nodiscard]] bool CoversClaudePlatform() const;
  intent::Condition BuildClauses(ConditionPlace& place);
  void UseWaiver(std::string_view rule);
  Waiver* FindWaiver(std::string_view rule) const;

  intent::Origin MakeOrigin() const;
  std::vector<intent::Holder> PlaceHolders(const std::vector<NamedHolder>& named, bool& good);

  /// After `nobody`, `everyone` or who the sentence is about, before `except`.
  [[nodiscard]] ScopePlace PlaceOfScope() const {
    const syntax::Subject& subject = sentence_.subject;
    const Span last =
        subject.principals.empty() ? subject.quantifier_span : subject.principals.back().span;
    return {{last.file, last.end, last.end}, reading_ == Reading::kProhibition};
  }
  void BuildPermission();
  intent::Permission AskEveryone(bool& good);
  void ReadExcepted(bool& good);
  void KeepPermission(intent::Permission permission);
  void BuildProhibition();
  bool Bind(intent::Prohibition& prohibition);
  /// What the sentence names whole.
  [[nodiscard]] Units UnitsOf(const intent::Bound& bound) const;
  void PlaceProhibition(intent::Prohibition& prohibition);
  bool CheckServicesNotBound(const std::vector<syntax::Principal>& principals);
  void WarnManagement(const std::vector<AccountIndex>& scope);
  std::vector<intent::Duty> ReadDuties(bool& good);
  void ReadDuty(const syntax::Duty& duty, intent::Duty& result, bool& good);
  void WarnUnguardable();
  void KeepProhibition(intent::Prohibition prohibition);
  void CheckService(const std::vector<NamedHolder>& holders, const intent::Permission& permission);
  void WarnNothingOn(intent::Plane plane);
  bool CheckCanBeForbidden();
  void WarnAbsentVariables();
  void NarrowToAny(intent::Prohibition& prohibition, std::vector<intent::Duty>& duties, bool& good);

  Context& context_;
  const syntax::Sentence& sentence_;
  const SentencePlace& place_;
  Sentences& sentences_;
  Reading reading_;
  Narrowing narrowing_;
  ActionMeaning action_;
  std::vector<catalog::Action> actions_;
  std::vector<Clause> clauses_;
  bool everyone_ = false;  ///< see intent::Question
  std::vector<intent::Holder> excepted_;
};

void Builder::Build() {
  const library::Verb* on_models = context_.library.Find(sentence_.action.verb.text, "Models");
  narrowing_ =
      ReadQualifiers(context_, *place_.givens, sentence_.qualifiers, sentence_.subject.in.get(),
                     place_.environment, reading_, sentences_.waivers,
                     on_models != nullptr && on_models->Takes("routed"));
  NoteWaivers(context_, narrowing_, sentence_.span);
  const bool read = ReadAction();
  if (!read || !CheckTaken() || !narrowing_.good) return;
  clauses_ = narrowing_.clauses;
  if (reading_ == Reading::kPermission) {
    BuildPermission();
  } else {
    BuildProhibition();
  }
}

// ---- what is done ------------------------------------------------------------------------------

bool Builder::ReadAction() {
  action_.good = sentence_.action.kind == syntax::Action::Kind::kVerb ? ReadVerb() : ReadDo();
  return action_.good;
}

void Builder::ReportUnknownVerb() {
  const syntax::Name& verb = sentence_.action.verb;
  auto& found = context_.Report(diag::kUnknownName, verb.span, "verb", verb.text);
  found.At("no library has this verb");
  // People know the API operations; a verb of the language stands for several.
  const std::string operation = "bedrock:" + std::string(verb.text);
  if (const catalog::Correction* correction = context_.catalog.CorrectAction(operation))
    found.Note(correction->why);
  if (verb.text == "converse" || verb.text == "call")
    found.Patch("did you mean `invoke`?", verb.span, "invoke");
  else
    SuggestName(found, verb.span, verb.text, context_.library.VerbNames(), "verbs");
}

const library::Module& Builder::ModuleOf(const library::Verb& verb) const {
  for (const library::Module& module : context_.library.modules()) {
    const bool has_it = std::any_of(module.verbs.begin(), module.verbs.end(),
                                    [&](const library::Verb& one) { return &one == &verb; });
    if (has_it) return module;
  }
  WRIT_CHECK(false, "a verb is in a library");
}

bool Builder::ReadVerb() {
  const syntax::Name& name = sentence_.action.verb;
  const std::vector<const library::Verb*> verbs = context_.library.Named(name.text);
  if (verbs.empty()) {
    ReportUnknownVerb();
    return false;
  }
  // A verb may be in several libraries, for other sorts.
  const auto is_imported = [&](const library::Verb* verb) {
    const library::Module& module = ModuleOf(*verb);
    if (context_.libraries.count(module.name) > 0) return true;
    sentences_.used_libraries.insert(module.name);
    auto& found = context_.Report(diag::kVerbNotImported, name.span, name.text, module.name);
    found.At("library not imported");
    if (MayMeanTool(context_, sentence_.action)) {
      found.Suggest("write the name of a gateway's tool without quotes");
    }
    found.Suggest("add `import " + module.name + "` at the top of the file");
    return false;
  };
  const bool any = std::any_of(verbs.begin(), verbs.end(), [&](const library::Verb* verb) {
    return context_.libraries.count(ModuleOf(*verb).name) > 0;
  });
  if (!any) return is_imported(verbs.front());
  SortMask mask;
  for (const library::Verb* verb : verbs)
    if (const auto sort = SortNamed(verb->sort)) mask |= Only({*sort});
  // Whatever it is about: the verb itself cannot be permitted.
  if (mask == Only({Sort::kServices}) && reading_ == Reading::kPermission) {
    context_.Report(diag::kVerbNotPermitted, sentence_.action.verb.span, name.text)
        .At("for prohibitions only")
        .Suggest("name what is permitted with another verb, such as `invoke`, or with `do`");
    return false;
  }
  action_.object = Evaluate(context_, *sentence_.action.object, reading_, mask, place_.environment);
  if (!action_.object.good) {
    // Which library was meant is not known: none of them is told to be unused.
    for (const library::Verb* verb : verbs) {
      sentences_.used_libraries.insert(ModuleOf(*verb).name);
    }
    return false;
  }
  action_.verb = context_.library.Find(name.text, SortName(action_.object.sort));
  WRIT_CHECK(action_.verb != nullptr, "the verb takes this sort");

  intent::Operation& operation = action_.operation;
  operation.kind = intent::Operation::Kind::kVerb;
  operation.verb = std::string(name.text);
  operation.sort = action_.object.sort;
  operation.kinds = action_.object.names;
  if (operation.sort == Sort::kGuardrails)
    operation.guardrails = GuardrailIndices(action_.object.indices);
  operation.things = action_.object.things;
  if (!CheckKinds() || !is_imported(action_.verb)) return false;
  sentences_.used_libraries.insert(ModuleOf(*action_.verb).name);
  if (operation.sort == Sort::kServices) ReadServices();
  return true;
}

/// `use` is `do` with every action of the services, or with anything but those of the excepted
/// ones.
void Builder::ReadServices() {
  action_.verb = nullptr;
  const auto all_of = [](const std::vector<std::string>& prefixes) {
    std::vector<std::string> patterns;
    for (const std::string& prefix : prefixes) patterns.push_back(prefix + ":*");
    return patterns;
  };
  intent::Operation operation;
  const intent::Things& services = action_.object.things;
  if (services.all) {
    operation.kind = intent::Operation::Kind::kAnything;
    operation.except_actions = all_of(services.except_arns);
  } else {
    operation.kind = intent::Operation::Kind::kActions;
    operation.actions = all_of(services.arns);
    for (const std::string& prefix : services.arns) {
      for (catalog::Action& action : context_.catalog.ActionsOf(prefix)) {
        action_.done.actions.push_back(std::move(action));
        action_.done.of.push_back(action_.done.names.size());
      }
      action_.done.names.push_back(prefix + ":*");
    }
  }
  action_.done.good = true;
  action_.operation = std::move(operation);
}

/// A verb may be for some kinds only: `log-in-with api-keys`.
bool Builder::CheckKinds() {
  const std::vector<std::string>& allowed = action_.verb->kinds;
  if (allowed.empty()) return true;
  for (const std::string& kind : action_.operation.kinds) {
    if (std::find(allowed.begin(), allowed.end(), kind) != allowed.end()) continue;
    auto& found = context_.Report(diag::kVerbTakesKinds, sentence_.action.object->span,
                                  sentence_.action.verb.text, OrList(allowed), kind);
    found.At("wrong kind");
    // A resource is written with its name, which another kind does not share.
    if (allowed.size() == 1 && action_.operation.sort == Sort::kKinds)
      found.Patch("write `" + allowed[0] + "`", sentence_.action.object->span, allowed[0]);
    return false;
  }
  return true;
}

bool Builder::ReadDo() {
  const syntax::Action& action = sentence_.action;
  intent::Operation& operation = action_.operation;
  action_.done = CheckActionNames(context_, action.actions);
  if (reading_ == Reading::kPermission && !CheckNotRetired(context_, action.actions)) return false;
  if (action.kind == syntax::Action::Kind::kDoAnything) {
    if (reading_ == Reading::kPermission) {
      context_.Report(diag::kAnythingPermitted, action.span)
          .At("for prohibitions only")
          .Suggest("name the actions");
      return false;
    }
    operation.kind = intent::Operation::Kind::kAnything;
    operation.except_actions = action_.done.names;
    std::sort(operation.except_actions.begin(), operation.except_actions.end());
    for (const syntax::String& resource : action.resources) {
      static_cast<void>(CheckVariables(context_, resource.value, resource.span));
      if (!CheckArnPartition(context_, resource.value, resource.span)) return false;
      operation.resources.push_back(resource.value);
    }
    action_.done.actions.clear();
    return action_.done.good;
  }
  operation.kind = intent::Operation::Kind::kActions;
  operation.actions = action_.done.names;
  std::sort(operation.actions.begin(), operation.actions.end());
  operation.actions.erase(std::unique(operation.actions.begin(), operation.actions.end()),
                          operation.actions.end());
  for (const syntax::String& resource : action.resources)
    operation.resources.push_back(resource.value);
  return action_.done.good && CheckCanBeForbidden() &&
         CheckResources(context_, action, action_.done, reading_);
}

/// Source: STS API Reference, GetCallerIdentity: it needs no permission, and a policy that denies
/// it has no effect; read 2026-11-22.
bool Builder::CheckCanBeForbidden() {
  constexpr std::string_view kAlways = "sts:GetCallerIdentity";
  if (reading_ == Reading::kPermission) return true;
  for (std::size_t i = 0; i < action_.done.names.size(); ++i) {
    if (action_.done.names[i] != kAlways) continue;
    context_.Report(diag::kAlwaysAllowed, sentence_.action.actions[i].span, kAlways)
        .At("no Deny has an effect on it")
        .Suggest("remove it");
    return false;
  }
  return true;
}

bool Builder::Refuse(Span span, std::string_view qualifier) {
  const bool is_verb = sentence_.action.kind == syntax::Action::Kind::kVerb;
  const std::string words = is_verb ? std::string(sentence_.action.verb.text) : "do";
  RefuseQualifier(context_, span, qualifier, words, sentence_.action.span);
  return false;
}

/// Qualifiers and duties about calls to models stand with verbs that make such calls.
bool Builder::CheckTaken() {
  const auto takes = [&](std::string_view qualifier) {
    return action_.verb != nullptr && action_.verb->Takes(qualifier);
  };
  bool good = true;
  if (narrowing_.routed_span.valid() && !takes("routed"))
    good = Refuse(narrowing_.routed_span, "routed");
  if (narrowing_.plane_span.valid() && !takes("through"))
    good = Refuse(narrowing_.plane_span, "through");
  if (narrowing_.guardrail_span.valid() && !takes("guardrail"))
    good = Refuse(narrowing_.guardrail_span, "with guardrail");
  if (narrowing_.profile_span.valid() && !takes("profile"))
    good = Refuse(narrowing_.profile_span, "via profile");
  const bool grants =
      reading_ == Reading::kPermission && place_.purpose == SentencePlace::Purpose::kStatement;
  const bool about_models = action_.verb == nullptr || action_.operation.sort == Sort::kModels;
  if (narrowing_.after_span.valid() && !(grants && about_models))
    good = Refuse(narrowing_.after_span, "after evaluation");
  for (const syntax::Duty& duty : sentence_.modality.duties) {
    if (duty.kind == syntax::Duty::Kind::kGuardrail && !takes("guardrail"))
      good = Refuse(duty.span, "use guardrail");
    if (duty.kind == syntax::Duty::Kind::kProfile && !takes("profile"))
      good = Refuse(duty.span, "use profile");
  }
  return good;
}

// ---- under which conditions --------------------------------------------------------------------

Waiver* Builder::FindWaiver(std::string_view rule) const {
  for (Waiver* waiver : narrowing_.waivers)
    if (waiver->said.rule == rule) return waiver;
  return nullptr;
}

void Builder::UseWaiver(std::string_view rule) {
  if (Waiver* waiver = FindWaiver(rule)) waiver->used = true;
}

ConditionPlace Builder::PlaceOfConditions() {
  using intent::Plane;
  const bool prohibition = reading_ == Reading::kProhibition;
  // Most sentences have no condition: their actions need not be looked up.
  const auto& duties = sentence_.modality.duties;
  const bool needed = !narrowing_.clauses.empty() ||
                      std::any_of(duties.begin(), duties.end(), [](const syntax::Duty& duty) {
                        return duty.kind == syntax::Duty::Kind::kSatisfy;
                      });
  if (!needed) {
    actions_.clear();
  } else if (action_.verb != nullptr) {
    const bool bedrock = !prohibition || narrowing_.planes.empty() || Names(Plane::kBedrock);
    const bool mantle = (prohibition && narrowing_.planes.empty()) || Names(Plane::kMantle);
    actions_ =
        ActionsOfVerb(context_, *action_.verb, action_.operation.kinds, reading_, bedrock, mantle);
  } else {
    actions_ = action_.done.actions;
  }
  ConditionPlace place;
  place.reading = reading_;
  place.actions = &actions_;
  place.model_verb = action_.verb != nullptr && action_.operation.sort == Sort::kModels;
  place.one_by_one = action_.verb != nullptr && action_.operation.sort == Sort::kKinds;
  place.may_waive = FindWaiver(kKeyNotCarried) != nullptr;
  if (action_.verb == nullptr) {
    const auto& resources = sentence_.action.resources;
    place.aws_owned = std::any_of(resources.begin(), resources.end(),
                                  [](const syntax::String& on) { return IsOwnedByAws(on.value); });
  }
  return place;
}

/// Whether the sentence forbids calls on the plane that cannot tell models.
bool Builder::CoversClaudePlatform() const {
  if (reading_ != Reading::kProhibition || action_.verb == nullptr) return false;
  if (!narrowing_.planes.empty() && !Names(intent::kClaudePlatform)) return false;
  const intent::ModelPatterns& models = action_.object.patterns;
  return std::any_of(
      action_.verb->forbid.begin(), action_.verb->forbid.end(), [&](const library::Leg& leg) {
        if (leg.target != "plane") return false;
        return models.all ||
               std::any_of(leg.models.begin(), leg.models.end(), [&](const std::string& listed) {
                 return std::any_of(
                     models.patterns.begin(), models.patterns.end(),
                     [&](const std::string& pattern) { return PatternsMeet(pattern, listed); });
               });
      });
}

intent::Condition Builder::BuildClauses(ConditionPlace& place) {
  intent::Condition when;
  for (const Clause& clause : narrowing_.clauses) {
    const bool is_duty = clause.kind == Clause::Kind::kUnless;
    place.on_claude_platform = !is_duty && CoversClaudePlatform();
    place.may_lack_twins = is_duty && reading_ == Reading::kProhibition && place.model_verb;
    intent::Condition condition = BuildCondition(context_, *clause.cond, place);
    if (clause.kind == Clause::Kind::kUnless) condition = Negation(std::move(condition));
    when = Both(std::move(when), std::move(condition));
  }
  return when;
}

// ---- who ---------------------------------------------------------------------------------------

intent::Origin Builder::MakeOrigin() const {
  return OriginOf(context_, narrowing_, sentence_.span);
}

/// Checks that each holder has principals where the sentence is about, and in every account that it
/// names by itself.
std::vector<intent::Holder> Builder::PlaceHolders(const std::vector<NamedHolder>& named,
                                                  bool& good) {
  std::vector<intent::Holder> holders;
  for (const NamedHolder& each : named) {
    const intent::Holder& holder = each.holder;
    const auto report = [&](const std::string& where) {
      auto& found = context_.Report(diag::kNoPrincipal, each.span, HolderText(holder), where);
      found.At(holder.principals.empty() ? "binds no principal" : "has no principal there");
      if (narrowing_.accounts_span.valid()) found.Also(narrowing_.accounts_span, "used here");
      if (const Symbol* team = context_.symbols.Find(Space::kTeams, holder.team))
        found.Also(team->name.span, "declared here");
      good = false;
    };
    if (holder.principals.empty() || holder.accounts.empty()) {
      // What was wrong with the team's own words has been said there.
      const Symbol* team = context_.symbols.Find(Space::kTeams, holder.team);
      const syntax::TeamDecl* decl =
          team != nullptr ? context_.symbols.teams[team->index] : nullptr;
      const auto binds = [](const syntax::Principal& one) {
        return one.kind != syntax::Principal::Kind::kClaim;
      };
      const bool said = decl != nullptr &&
                        (holder.principals.empty() ? std::ranges::any_of(decl->principals, binds)
                                                   : !decl->in.empty());
      if (!said) report("any account");
      good = false;
      continue;
    }
    std::string missing;
    for (const Named& account : narrowing_.named_accounts) {
      const Symbol* symbol = context_.symbols.Find(Space::kSets, account.name);
      const AccountIndex index{symbol->index};
      const bool asked =
          std::binary_search(narrowing_.accounts->begin(), narrowing_.accounts->end(), index);
      if (asked && !std::binary_search(holder.accounts.begin(), holder.accounts.end(), index))
        missing = account.name;
    }
    const bool nowhere =
        narrowing_.accounts && Intersect(*narrowing_.accounts, holder.accounts).empty();
    if (!missing.empty()) {
      report("account `" + missing + "`");
    } else if (nowhere) {
      report("these accounts");
    } else {
      holders.push_back(holder);
    }
  }
  return holders;
}

std::vector<AccountIndex> AllAccounts(const intent::Organization& organization) {
  std::vector<AccountIndex> all;
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) all.push_back(AccountIndex{i});
  return all;
}

std::vector<AccountIndex> AccountsOf(const std::vector<intent::Holder>& holders) {
  std::vector<AccountIndex> accounts;
  for (const intent::Holder& holder : holders)
    accounts.insert(accounts.end(), holder.accounts.begin(), holder.accounts.end());
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

// ---- permission --------------------------------------------------------------------------------

/// A plane that has no action of the verb: the permission grants nothing there.
void Builder::WarnNothingOn(intent::Plane plane) {
  if (action_.verb == nullptr) return;
  const std::string& prefix = context_.library.PrefixOf(intent::Name(plane));
  const std::vector<catalog::Action> actions =
      ActionsOfVerb(context_, *action_.verb, action_.operation.kinds, reading_, /*bedrock=*/true,
                    /*mantle=*/true);
  const bool has_one = std::any_of(actions.begin(), actions.end(),
                                   [&](const auto& action) { return action.service == prefix; });
  if (has_one) return;
  context_.Report(diag::kNothingOnPlane, narrowing_.plane_span, intent::Name(plane))
      .At("nothing is granted there");
}

/// Who may be the caller in a trust policy is anyone whom the service serves, unless the source is
/// tested. Source: IAM User Guide, "The confused deputy problem".
void Builder::CheckService(const std::vector<NamedHolder>& holders,
                           const intent::Permission& permission) {
  for (const NamedHolder& each : holders) {
    const auto& principals = each.holder.principals;
    const bool service = std::any_of(principals.begin(), principals.end(), [](const auto& one) {
      return one.kind == intent::Principal::Kind::kService;
    });
    if (!service) continue;
    intent::Permission own = permission;
    own.accounts = Intersect(permission.accounts, each.holder.accounts);
    const TrustPlaces places = PlacesOfTrust(context_.model.organization, own);
    if (!places.problem.empty()) {
      context_.Report(diag::kServiceNeedsTrust, each.span, places.problem)
          .At("a service")
          .Also(sentence_.action.span, "permitted here")
          .Suggest(
              "name a role that the service may assume: `service \"…\" may do sts:AssumeRole "
              "on \"arn:aws:iam::ACCOUNT:role/NAME\"`, and permit the rest to that role");
      continue;
    }
    if (TellsSource(permission.when)) continue;
    context_.Report(diag::kServiceWithoutSource, each.span)
        .At("would act for any account")
        .Suggest("add `when aws:SourceAccount in [\"…\"]` or `when aws:SourceArn like \"…\"`");
  }
}

/// `everyone` in a question that is read as a permission is; the parser refuses it in a sentence.
intent::Permission Builder::AskEveryone(bool& good) {
  intent::Permission permission;
  everyone_ = true;
  permission.accounts =
      narrowing_.accounts ? *narrowing_.accounts : AllAccounts(context_.model.organization);
  ReadExcepted(good);
  return permission;
}

void Builder::ReadExcepted(bool& good) {
  if (sentence_.subject.except.empty()) return;
  excepted_ = PlaceHolders(ResolveHolders(context_, sentence_.subject.except, narrowing_,
                                          place_.environment, PlaceOfScope()),
                           good);
}

void Builder::BuildPermission() {
  bool good = true;
  std::vector<NamedHolder> named;
  intent::Permission permission;
  if (sentence_.subject.quantifier == Quantifier::kEveryone) {
    permission = AskEveryone(good);
  } else {
    named = ResolveHolders(context_, sentence_.subject.principals, narrowing_, place_.environment,
                           PlaceOfScope());
    permission.holders = PlaceHolders(named, good);
    if (place_.purpose != SentencePlace::Purpose::kStatement) ReadExcepted(good);
    if (permission.holders.empty()) good = false;
    permission.accounts = AccountsOf(permission.holders);
    if (narrowing_.accounts)
      permission.accounts = Intersect(permission.accounts, *narrowing_.accounts);
  }
  permission.units = narrowing_.accounts ? narrowing_.units : std::vector{intent::NodeIndex{0}};
  permission.origin = MakeOrigin();
  permission.operation = action_.operation;

  ConditionPlace place = PlaceOfConditions();
  permission.when = BuildClauses(place);
  CheckAbsentKeys(context_, clauses_, reading_);
  if (place_.purpose == SentencePlace::Purpose::kStatement) CheckService(named, permission);

  if (Names(intent::kClaudePlatform) && action_.operation.sort == Sort::kModels) {
    context_.Report(diag::kModelOnPlatform, narrowing_.plane_span, "claude-platform")
        .At("grants all of its models or none")
        .Suggest("remove the plane from the permission");
    return;
  }
  if (action_.verb != nullptr && action_.operation.sort == Sort::kModels) {
    CallRequest request;
    request.choices = &action_.object.choices;
    request.regions = &narrowing_.regions;
    request.named_regions = &narrowing_.named_regions;
    request.routes = narrowing_.routes;
    request.mantle = Names(intent::Plane::kMantle);
    request.is_bound_to_bedrock = narrowing_.guardrails || narrowing_.profiles;
    request.plane = narrowing_.plane_span;
    request.routed_verb = action_.verb->Takes("routed");
    request.regionless = action_.verb->Takes("regionless");
    request.calls =
        request.routed_verb ||
        (action_.verb->verb_class == library::VerbClass::kRuntime && !request.regionless);
    request.object = sentence_.action.object->span;
    request.action = sentence_.action.span;
    for (const syntax::Qualifier& qualifier : sentence_.qualifiers) {
      if (!std::holds_alternative<syntax::InQualifier>(qualifier.form)) break;
      request.action.end = qualifier.span.end;
    }
    if (GoesByProduct(*action_.verb)) good = CheckSale(context_, action_.object.choices) && good;
    permission.calls = OfferedCalls(context_, request);
  } else {
    // `through mantle` adds a plane to the one that a permission is on anyway.
    for (const intent::Plane plane : narrowing_.planes) {
      if (plane == intent::Plane::kBedrock) continue;
      permission.planes.push_back(plane);
      WarnNothingOn(plane);
    }
    if (narrowing_.regions) permission.regions = narrowing_.regions->regions;
  }
  if (narrowing_.guardrails) permission.guardrails = GuardrailIndices(*narrowing_.guardrails);
  if (narrowing_.endpoints) {
    permission.endpoints = EndpointIndices(*narrowing_.endpoints);
    if (place_.purpose == SentencePlace::Purpose::kStatement) {
      WarnEndpointsElsewhere(context_, permission.endpoints, permission.accounts,
                             narrowing_.endpoint_span);
    }
  }
  permission.profiles = narrowing_.profiles;
  permission.period = narrowing_.period;
  if (!narrowing_.after.empty()) good = CheckEvaluated(context_, permission) && good;
  if (good) KeepPermission(std::move(permission));
}

void Builder::KeepPermission(intent::Permission permission) {
  if (place_.purpose != SentencePlace::Purpose::kStatement) {
    intent::Question question;
    question.origin = permission.origin;
    question.test = std::string(place_.test);
    question.can = std::move(permission);
    question.everyone = everyone_;
    question.excepted = std::move(excepted_);
    (place_.purpose == SentencePlace::Purpose::kTest ? context_.model.tests
                                                     : context_.model.assertions)
        .push_back(std::move(question));
    return;
  }
  PermissionFacts facts;
  facts.action = sentence_.action.span;
  facts.verb = action_.verb;
  facts.separation = FindWaiver(kSeparationOfDuties);
  if (action_.verb != nullptr) {
    facts.runtime = action_.verb->verb_class == library::VerbClass::kRuntime;
    facts.admin = action_.verb->verb_class == library::VerbClass::kAdmin;
  }
  for (const catalog::Action& action : action_.done.actions) {
    const catalog::BedrockAction* known = context_.catalog.Classify(action.service, action.name);
    if (known == nullptr) continue;
    facts.runtime = facts.runtime || known->plane == catalog::PlaneClass::kRuntime;
    facts.admin = facts.admin || known->plane == catalog::PlaneClass::kAdmin;
  }
  context_.model.permissions.push_back(std::move(permission));
  sentences_.permissions.push_back(facts);
}

// ---- prohibition -------------------------------------------------------------------------------

/// Whom it binds. `only S` and `nobody except S` bind everyone but S; in `only S except T` T is
/// bound too.
bool Builder::Bind(intent::Prohibition& prohibition) {
  const syntax::Subject& subject = sentence_.subject;
  bool good = true;
  const auto resolve = [&](const std::vector<syntax::Principal>& principals) {
    const std::vector<NamedHolder> named =
        ResolveHolders(context_, principals, narrowing_, place_.environment, PlaceOfScope());
    std::vector<intent::Holder> holders = PlaceHolders(named, good);
    if (holders.empty()) good = false;
    return holders;
  };
  const bool warns = place_.purpose == SentencePlace::Purpose::kStatement;
  const bool plain = subject.quantifier == Quantifier::kPlain;
  prohibition.bound.everyone = !plain;
  if (plain) prohibition.bound.included = resolve(subject.principals);
  if (plain && warns) good = CheckServicesNotBound(subject.principals) && good;
  if (subject.quantifier == Quantifier::kOnly) {
    prohibition.bound.excepted = resolve(subject.principals);
    if (warns) WarnOpenExemption(context_, subject.principals, place_.environment);
  } else if (!subject.except.empty()) {
    prohibition.bound.excepted = resolve(subject.except);
    if (warns) WarnOpenExemption(context_, subject.except, place_.environment);
  }
  return good;
}

/// Prohibitions do not bind AWS services and service-linked roles. Source: AWS Organizations User
/// Guide, "Service control policies": SCPs affect neither.
bool Builder::CheckServicesNotBound(const std::vector<syntax::Principal>& principals) {
  bool good = true;
  const auto check = [&](bool is_service, bool is_role, const std::string& name, Span span) {
    const bool is_linked = is_role && name.starts_with("aws-service-role/");
    if (!is_service && !is_linked) return;
    diag::Diagnostic& found = context_.Report(diag::kServiceNotBound, span, name);
    if (is_linked) {
      found.At("a service-linked role")
          .Note("SCPs do not bind service-linked roles")
          .Suggest("forbid the calls that make the service act");
    } else {
      found.At("an AWS service")
          .Note(
              "SCPs bind principals of member accounts; a service acts through a role "
              "that it assumes, or through a resource policy")
          .Suggest(
              "forbid it for the role that the service assumes, or remove the permission to assume "
              "the role");
    }
    good = false;
  };
  for (const syntax::Principal& principal : principals) {
    check(principal.kind == syntax::Principal::Kind::kService,
          principal.kind == syntax::Principal::Kind::kRole, principal.value, principal.span);
    for (const syntax::Name& name : principal.teams) {
      const auto team = std::ranges::find(context_.model.teams, name.text, &intent::Team::name);
      if (team == context_.model.teams.end()) continue;
      for (const intent::Principal& bound : team->principals) {
        check(bound.kind == intent::Principal::Kind::kService,
              bound.kind == intent::Principal::Kind::kRole, bound.value, name.span);
      }
    }
  }
  return good;
}

/// Prohibitions do not bind the management account. Source: AWS Organizations User Guide, "Service
/// control policies": SCPs do not affect users or roles in the management account.
void Builder::WarnManagement(const std::vector<AccountIndex>& scope) {
  if (place_.purpose != SentencePlace::Purpose::kStatement) return;
  const auto is_member = [&](AccountIndex account) {
    return !context_.model.organization.accounts[account.value].management;
  };
  if (std::none_of(scope.begin(), scope.end(), is_member)) return;  // W4020 says so
  for (const AccountIndex account : scope) {
    if (!context_.model.organization.accounts[account.value].management) continue;
    const Span span =
        narrowing_.accounts_span.valid() ? narrowing_.accounts_span : sentence_.subject.span;
    context_.Report(diag::kManagementNotBound, span)
        .At("includes the management account")
        .Note("SCPs bind member accounts only; the proof excludes it");
    return;
  }
}

Units Builder::UnitsOf(const intent::Bound& bound) const {
  if (narrowing_.accounts) return narrowing_.units;
  Units units;
  for (const intent::Holder& holder : bound.included) {
    units = JoinedUnits(context_.model.organization, units, holder.units);
  }
  return units;
}

void Builder::PlaceProhibition(intent::Prohibition& prohibition) {
  const intent::Organization& organization = context_.model.organization;
  std::vector<AccountIndex> scope;
  const bool everywhere = prohibition.bound.everyone && !narrowing_.accounts;
  if (prohibition.bound.everyone) {
    if (narrowing_.accounts) {
      scope = *narrowing_.accounts;
      WarnManagement(scope);
    } else {
      scope = AllAccounts(organization);
    }
  } else {
    scope = AccountsOf(prohibition.bound.included);
    if (narrowing_.accounts) scope = Intersect(scope, *narrowing_.accounts);
    WarnManagement(scope);
  }
  std::vector<AccountIndex> members = scope;
  std::erase_if(members, [&](AccountIndex account) {
    return organization.accounts[account.value].management;
  });
  prohibition.nodes = everywhere        ? std::vector<intent::NodeIndex>{intent::NodeIndex{0}}
                      : members.empty() ? std::vector<intent::NodeIndex>{}
                                        : Cover(organization, members);
  // A prohibition binds member accounts; a question is also about the management account, and about
  // accounts to come only in what it names whole.
  const bool statement = place_.purpose == SentencePlace::Purpose::kStatement;
  if (!statement && !everywhere && !members.empty()) {
    prohibition.nodes = NodesOf(organization, UnitsOf(prohibition.bound), members);
  }
  prohibition.accounts = statement ? std::move(members) : std::move(scope);
}

/// Models that only embed or rerank cannot carry a guardrail: a duty makes them uncallable. Source:
/// Bedrock User Guide, guardrails-permissions-id and guardrails-enforcements.
void Builder::WarnUnguardable() {
  if (place_.purpose != SentencePlace::Purpose::kStatement || !action_.object.good) return;
  std::vector<std::string> reranking;
  std::size_t count = 0;
  bool embedding = false;
  for (const catalog::Model& model : context_.catalog.models()) {
    if (model.CanCarryGuardrail().value_or(true)) continue;
    const bool meant = std::any_of(model.ids.begin(), model.ids.end(), [&](const auto& id) {
      return id.ActiveAt(context_.as_of).value_or(false) && Covers(action_.object.patterns, id.id);
    });
    if (!meant) continue;
    ++count;
    if (model.Gives("embedding").value_or(false)) {
      embedding = true;
    } else {
      reranking.push_back(model.name);
    }
  }
  if (count == 0) return;
  const syntax::SetExpr& object = *sentence_.action.object;
  std::string terms = embedding ? "models where output includes embedding" : "";
  for (const std::string& name : reranking) terms += (terms.empty() ? "" : ", ") + name;
  const Span after{object.span.file, object.span.end, object.span.end};
  context_.Report(diag::kCannotCarryGuardrail, object.span, count)
      .At("includes embedding and rerank models")
      .Patch("exclude them", after, (object.excluded.empty() ? " except " : ", ") + terms);
}

void Builder::ReadDuty(const syntax::Duty& duty, intent::Duty& result, bool& good) {
  const auto indices = [&](Sort sort) {
    const Set set =
        Evaluate(context_, *duty.set, Reading::kPermission, Only({sort}), place_.environment);
    good = good && set.good;
    return set.indices;
  };
  switch (duty.kind) {
    case syntax::Duty::Kind::kGuardrail:
      result.kind = intent::Duty::Kind::kGuardrail;
      result.guardrails = GuardrailIndices(WithHeirs(context_, indices(Sort::kGuardrails)));
      WarnUnguardable();
      return;
    case syntax::Duty::Kind::kEndpoint:
      result.kind = intent::Duty::Kind::kEndpoint;
      result.endpoints = EndpointIndices(indices(Sort::kEndpoints));
      return;
    case syntax::Duty::Kind::kProfile: {
      result.kind = intent::Duty::Kind::kProfile;
      const Set set = Evaluate(context_, *duty.set, Reading::kPermission, Only({Sort::kProfiles}),
                               place_.environment);
      good = good && set.good;
      result.profiles = set.profiles;
      return;
    }
    case syntax::Duty::Kind::kSatisfy: {
      result.kind = intent::Duty::Kind::kSatisfy;
      ConditionPlace place = PlaceOfConditions();
      place.may_lack_twins = place.model_verb;
      result.satisfy = BuildCondition(context_, *duty.cond, place);
      if (place.waiver_used) UseWaiver(kKeyNotCarried);
      std::vector<Clause> clauses = clauses_;
      clauses.push_back({Clause::Kind::kSatisfy, duty.cond.get(), duty.span});
      CheckAbsentKeys(context_, clauses, reading_);
      return;
    }
  }
}

std::vector<intent::Duty> Builder::ReadDuties(bool& good) {
  std::vector<intent::Duty> duties;
  for (const syntax::Duty& duty : sentence_.modality.duties) {
    intent::Duty result;
    ReadDuty(duty, result, good);
    duties.push_back(std::move(result));
  }
  return duties;
}

/// A variable without a value makes an ARN of `on` match nothing, so that the prohibition leaves
/// the request alone. Source: IAM User Guide, "Policy variables", default values.
void Builder::WarnAbsentVariables() {
  if (place_.purpose != SentencePlace::Purpose::kStatement) return;
  std::set<std::string> said;
  for (const syntax::String& on : sentence_.action.resources) {
    for (const std::string& key : VariablesWithoutDefault(on.value)) {
      if (IsPresentOfMembers(key) || SpeaksOfPresence(clauses_, key) || !said.insert(key).second)
        continue;
      auto& found = context_.Report(diag::kAbsentKeyEscapes, on.span, key);
      found.At("without it `${" + key + "}` has no value, and this matches nothing");
      std::string other = SentenceText(context_.sources.text(sentence_.span));
      for (std::size_t at = other.find("${"); at != std::string::npos; at = other.find("${", at)) {
        const std::size_t end = other.find('}', at);
        if (end == std::string::npos) break;
        const bool is_this = other.compare(at + 2, key.size(), key) == 0;
        if (!is_this) {
          at = end;
          continue;
        }
        other.replace(at, end + 1 - at, "*");
      }
      const Span after{sentence_.span.file, sentence_.span.end, sentence_.span.end};
      found.Patch("to deny callers without it too, write both", after,
                  " when " + key + "\n" + other + " when not " + key);
    }
  }
}

/// `with guardrail any guardrail` and `via endpoint any endpoint`: what the call says, whatever the
/// program declares or the bindings bind.
void Builder::NarrowToAny(intent::Prohibition& prohibition, std::vector<intent::Duty>& duties,
                          bool& good) {
  if (narrowing_.any_endpoint) {
    prohibition.when = Both(std::move(prohibition.when),
                            ThroughAnyEndpoint(context_.model, *narrowing_.endpoints));
  }
  if (!narrowing_.any_guardrail) return;
  intent::Condition names;
  names.kind = intent::Condition::Kind::kTest;
  names.test.key = "bedrock:GuardrailIdentifier";
  names.test.type = intent::Test::Type::kArn;
  names.test.op = intent::Test::Operator::kPresent;
  prohibition.when = Both(std::move(prohibition.when), std::move(names));
  // `any guardrail except G`: to name G lifts it, as a duty's guardrail does.
  intent::Duty except;
  for (std::uint32_t i = 0; i < context_.model.guardrails.size(); ++i) {
    const std::vector<std::uint32_t>& left = *narrowing_.guardrails;
    if (std::find(left.begin(), left.end(), i) == left.end()) except.guardrails.push_back({i});
  }
  if (except.guardrails.empty()) return;
  if (duties.empty()) {
    duties.push_back(std::move(except));
    return;
  }
  context_
      .Report(diag::kQualifierNotTaken, narrowing_.guardrail_span, "must",
              "with guardrail any guardrail except")
      .At("two exceptions of guardrails meet here");
  good = false;
}

void Builder::BuildProhibition() {
  intent::Prohibition prohibition;
  prohibition.origin = MakeOrigin();
  bool good = Bind(prohibition);
  if (good) PlaceProhibition(prohibition);
  prohibition.operation = action_.operation;
  if (action_.verb != nullptr && action_.operation.sort == Sort::kModels) {
    prohibition.models = action_.object.patterns;
    if (place_.purpose == SentencePlace::Purpose::kStatement && GoesByProduct(*action_.verb)) {
      WarnSale(context_, prohibition.models, sentence_.action.object->span);
    }
  }
  prohibition.regions = narrowing_.regions;
  for (const syntax::Route& route : narrowing_.routes) {
    intent::Route value;
    value.kind = route.kind == syntax::Route::Kind::kWithin     ? intent::Route::Kind::kWithin
                 : route.kind == syntax::Route::Kind::kGlobally ? intent::Route::Kind::kGlobally
                                                                : intent::Route::Kind::kDirectly;
    value.geography = std::string(route.geography.text);
    prohibition.routes.push_back(std::move(value));
  }
  std::sort(prohibition.routes.begin(), prohibition.routes.end());
  prohibition.planes = narrowing_.planes;
  if (narrowing_.guardrails && !narrowing_.any_guardrail) {
    prohibition.guardrails = GuardrailIndices(*narrowing_.guardrails);
  }
  if (narrowing_.endpoints && !narrowing_.any_endpoint) {
    prohibition.endpoints = EndpointIndices(*narrowing_.endpoints);
  }
  prohibition.profiles = narrowing_.profiles;
  prohibition.period = narrowing_.period;

  ConditionPlace place = PlaceOfConditions();
  prohibition.when = BuildClauses(place);
  if (place.waiver_used) UseWaiver(kKeyNotCarried);
  // A question denies nothing: what it says of a key is whom it asks about.
  const bool is_question = place_.purpose == SentencePlace::Purpose::kAssertion ||
                           place_.purpose == SentencePlace::Purpose::kTest;
  if (sentence_.modality.duties.empty() && !is_question) {
    CheckAbsentKeys(context_, clauses_, reading_);
  }
  WarnAbsentVariables();
  std::vector<intent::Duty> duties = ReadDuties(good);
  NarrowToAny(prohibition, duties, good);
  if (!good) return;

  const bool nowhere = prohibition.accounts.empty() && prohibition.nodes.empty();
  if (nowhere) {
    const Span span =
        narrowing_.accounts_span.valid() ? narrowing_.accounts_span : sentence_.subject.span;
    context_.Report(diag::kBindsNoAccount, span).At("includes no member account");
    return;
  }
  if (duties.empty()) {
    KeepProhibition(std::move(prohibition));
    return;
  }
  for (std::size_t i = 0; i < duties.size(); ++i) {
    if (place_.purpose == SentencePlace::Purpose::kStatement && !duties[i].endpoints.empty()) {
      WarnEndpointsElsewhere(context_, duties[i].endpoints, prohibition.accounts,
                             sentence_.modality.duties[i].span);
    }
    intent::Prohibition one = prohibition;
    one.unless = duties[i];
    KeepProhibition(std::move(one));
  }
}

void Builder::KeepProhibition(intent::Prohibition prohibition) {
  // `only S except T`: everyone but S is bound above; T is bound here.
  const syntax::Subject& subject = sentence_.subject;
  std::optional<intent::Prohibition> rest;
  if (subject.quantifier == Quantifier::kOnly && !subject.except.empty()) {
    bool good = true;
    const std::vector<NamedHolder> named =
        ResolveHolders(context_, subject.except, narrowing_, place_.environment, PlaceOfScope());
    rest = prohibition;
    rest->bound = {};
    rest->bound.included = PlaceHolders(named, good);
    rest->accounts.clear();
    rest->nodes.clear();
    PlaceProhibition(*rest);
  }
  const auto keep = [&](intent::Prohibition one) {
    if (place_.purpose == SentencePlace::Purpose::kStatement) {
      context_.model.prohibitions.push_back(std::move(one));
      return;
    }
    if (place_.purpose == SentencePlace::Purpose::kRequirement) {
      intent::Origin origin = one.origin;
      context_.model.requirements.push_back({std::move(origin), std::move(one), {}});
      return;
    }
    intent::Question question;
    question.origin = one.origin;
    question.test = std::string(place_.test);
    question.cannot = std::move(one);
    (place_.purpose == SentencePlace::Purpose::kTest ? context_.model.tests
                                                     : context_.model.assertions)
        .push_back(std::move(question));
  };
  keep(std::move(prohibition));
  if (rest) keep(std::move(*rest));
}

}  // namespace

void NoteWaivers(Context& context, const Narrowing& narrowing, Span sentence) {
  for (const Waiver* waiver : narrowing.waivers)
    if (waiver->code != 0)
      context.code_waivers.push_back({waiver->code, waiver->said.rule, sentence, waiver->span});
}

intent::Origin OriginOf(Context& context, const Narrowing& narrowing, Span span) {
  intent::Origin origin;
  origin.span = span;
  origin.place = context.sources.DescribeRelative(span);
  origin.sentence = SentenceText(context.sources.text(span));
  origin.because = narrowing.because;
  origin.use_case = narrowing.use_case;
  origin.controls = narrowing.controls;
  origin.after = narrowing.after;
  origin.attestations = narrowing.attestations;
  origin.until = narrowing.period.until.value_or("");
  for (const Waiver* waiver : narrowing.waivers) origin.waived.push_back(waiver->said);
  return origin;
}

void RefuseQualifier(Context& context, Span qualifier, std::string_view word, std::string_view what,
                     Span beside) {
  context.Report(diag::kQualifierNotTaken, qualifier, what, word)
      .At("not allowed here")
      .Also(beside, "with this");
}

bool CheckNoCallQualifiers(Context& context, const Narrowing& narrowing, std::string_view what,
                           Span beside) {
  bool good = true;
  for (const auto& [qualifier, word] :
       {std::pair(narrowing.routed_span, "routed"), std::pair(narrowing.plane_span, "through"),
        std::pair(narrowing.guardrail_span, "with guardrail"),
        std::pair(narrowing.profile_span, "via profile"),
        std::pair(narrowing.endpoint_span, "via endpoint")}) {
    if (!qualifier.valid()) continue;
    RefuseQualifier(context, qualifier, word, what, beside);
    good = false;
  }
  return good;
}

Narrowing ReadSetting(Context& context, const std::vector<syntax::Qualifier>& own, Span span,
                      const SentencePlace& place, Sentences& sentences) {
  Narrowing narrowing = ReadQualifiers(context, *place.givens, own, nullptr, place.environment,
                                       Reading::kPermission, sentences.waivers);
  NoteWaivers(context, narrowing, span);
  return narrowing;
}

bool CheckPlaceOnly(Context& context, const Narrowing& narrowing, std::string_view what,
                    Span span) {
  bool good = CheckNoCallQualifiers(context, narrowing, what, span);
  for (const Clause& clause : narrowing.clauses) {
    RefuseQualifier(context, clause.span, clause.kind == Clause::Kind::kUnless ? "unless" : "when",
                    what, span);
    good = false;
  }
  return good && narrowing.good;
}

std::vector<intent::AccountIndex> AccountsIn(const Context& context, const Narrowing& narrowing) {
  return narrowing.accounts ? *narrowing.accounts : AllAccounts(context.model.organization);
}

bool CheckRegionsSaid(Context& context, const Narrowing& narrowing, std::string_view what,
                      Span span) {
  if (narrowing.regions) return true;
  context.Report(diag::kRegionsNotSaid, span, what)
      .At("regions missing")
      .Suggest("add `in REGION, …`");
  return false;
}

void AddSentence(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                 Sentences& sentences) {
  if (sentence.subject.outside) return AddPerimeter(context, sentence, place, sentences);
  if (IsToolCall(context, sentence.action)) {
    return AddToolCall(context, sentence, place, sentences);
  }
  Builder(context, sentence, place, sentences).Build();
}

void AddRequirement(Context& context, const syntax::Requirement& requirement, Span span,
                    const SentencePlace& place, Sentences& sentences) {
  // What it is about is read as `assert everyone cannot A Q` is: widest, and in every account.
  syntax::Sentence sentence;
  sentence.span = span;
  sentence.subject.quantifier = Quantifier::kEveryone;
  sentence.subject.span = sentence.subject.quantifier_span = {span.file, span.begin, span.begin};
  sentence.modality.kind = syntax::Modality::Kind::kCannot;
  sentence.action = requirement.action;
  sentence.qualifiers = requirement.qualifiers;
  const std::vector<intent::Need> needs = ReadNeeds(context, requirement);
  const std::size_t before = context.model.requirements.size();
  SentencePlace of_requirement = place;
  of_requirement.purpose = SentencePlace::Purpose::kRequirement;
  AddSentence(context, sentence, of_requirement, sentences);
  for (std::size_t i = before; i < context.model.requirements.size(); ++i)
    context.model.requirements[i].needs = needs;
}

void AddScreening(Context& context, const syntax::Screening& screening, Span span,
                  const SentencePlace& place, Sentences& sentences) {
  const Narrowing narrowing = ReadSetting(context, screening.qualifiers, span, place, sentences);
  intent::Screening result;
  Symbol* guardrail = context.symbols.Find(Space::kGuardrails, screening.guardrail.text);
  bool good = guardrail != nullptr;
  if (!good) {
    auto& found = context.Report(diag::kUnknownName, screening.guardrail.span, "guardrail",
                                 screening.guardrail.text);
    found.At("not declared");
    SuggestName(found, screening.guardrail.span, screening.guardrail.text,
                context.symbols.Names({Symbol::Kind::kGuardrail}), "guardrails");
  } else {
    context.MarkUsed(*guardrail, screening.guardrail.span);
    result.guardrail = {guardrail->index};
  }
  // Screening covers what may come as well: it is read as a prohibition is.
  const Set models = Evaluate(context, screening.models, Reading::kProhibition,
                              Only({Sort::kModels}), place.environment);
  good = CheckPlaceOnly(context, narrowing, "screens", span) && good && models.good;
  good = CheckRegionsSaid(context, narrowing, "screening", span) && good;
  if (!good) return;
  result.origin = OriginOf(context, narrowing, span);
  result.accounts = AccountsIn(context, narrowing);
  result.regions = narrowing.regions->regions;
  result.all_models = models.patterns.all;
  if (!result.all_models) {
    intent::ModelPatterns named = models.patterns;
    named.except.clear();
    result.included = KnownIds(context.catalog, named);
  }
  result.excluded = models.patterns.except;
  context.model.screenings.push_back(std::move(result));
}

void AddLogging(Context& context, const syntax::Logging& logging, Span span,
                const SentencePlace& place, Sentences& sentences) {
  const Narrowing narrowing = ReadSetting(context, logging.qualifiers, span, place, sentences);
  intent::Logging result;
  bool good = CheckPlaceOnly(context, narrowing, "log", span);
  for (const syntax::Sink& sink : logging.sinks) {
    const bool again = sink.is_bucket ? result.bucket.has_value() : result.log_group.has_value();
    if (again) {
      context.Report(diag::kSecondSink, sink.span, sink.is_bucket ? "bucket" : "log group")
          .At("AWS accepts one of each");
      good = false;
    }
    good = CheckLiteral(context, sink.target.value, sink.target.span, false) && good;
    if (sink.is_bucket) {
      result.bucket = sink.target.value;
    } else {
      result.log_group = sink.target.value;
      if (sink.role) {
        result.log_role = sink.role->value;
        good = CheckLiteral(context, sink.role->value, sink.role->span, false) &&
               CheckArnPartition(context, sink.role->value, sink.role->span) && good;
      }
    }
  }
  good = CheckRegionsSaid(context, narrowing, "logging", span) && good;
  if (!good) return;
  result.origin = OriginOf(context, narrowing, span);
  result.accounts = AccountsIn(context, narrowing);
  result.regions = narrowing.regions->regions;
  context.model.loggings.push_back(std::move(result));
}

}  // namespace writ::sema

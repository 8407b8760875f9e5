#include "compiler/freeze.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/meaning.h"
#include "base/support/check.h"
#include "base/support/date.h"
#include "base/support/embedded.h"
#include "base/support/json.h"
#include "base/support/nearest.h"
#include "facts/library/library.h"
#include "iam/policy/pattern.h"
#include "program/intent/find.h"
#include "program/sema/ways_left.h"

namespace writ::compiler {

/// stdlib/aws/incident.json.
std::span<const support::EmbeddedText> EmbeddedIncident();

namespace {

using catalog::BedrockAction;
using catalog::PlaneClass;

/// Actions of other services that stop or narrow the record of what happens.
std::vector<std::string> RecordKeeping() {
  support::json::Document document;
  WRIT_CHECK(!document.Read(EmbeddedIncident().front().text), "incident.json is JSON");
  std::vector<std::string> actions;
  for (const support::json::Value action : document.root().Find("evidence")->elements()) {
    actions.emplace_back(action.text());
  }
  return actions;
}

bool IsUse(const BedrockAction& action) {
  return action.plane == PlaneClass::kRuntime || action.causes_inference;
}

/// Deleting a key is left to everyone.
bool IsAboutKeys(const BedrockAction& action) {
  return action.kind == "api-keys" &&
         (action.plane == PlaneClass::kRuntime || action.weakens_controls);
}

/// Whether the verb makes calls to the model, or work that does; buying a model runs nothing.
bool RunsModels(const library::Verb& verb) {
  return verb.sort == "Models" && std::ranges::any_of(verb.forbid, [](const library::Leg& leg) {
           return leg.part == "call" && leg.target != "product";
         });
}

/// Some model is meant by a leg's patterns and by the prohibition.
bool AreMeant(const std::vector<std::string>& models, const intent::ModelPatterns& forbidden) {
  if (forbidden.all || models.empty()) return true;
  return std::ranges::any_of(models, [&](const std::string& model) {
    return std::ranges::any_of(forbidden.patterns, [&](const std::string& pattern) {
      return policy::MayOverlap(model, pattern);
    });
  });
}

/// Calls that do not tell which model they are for, and that a prohibition therefore refuses for
/// all models.
std::vector<std::string> TakenAlong(const intent::Model& model) {
  std::vector<std::string> lines;
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    const intent::Operation& operation = prohibition.operation;
    if (operation.kind != intent::Operation::Kind::kVerb) continue;
    const library::Verb* verb =
        library::Library::BuiltIn().Find(operation.verb, intent::Name(operation.sort));
    if (verb == nullptr) continue;
    for (const library::Leg& leg : verb->forbid) {
      if (leg.target != "plane" || !AreMeant(leg.models, prohibition.models)) continue;
      lines.push_back(leg.actions.empty()
                          ? fmt::format("all calls through {} that run a model", leg.plane)
                          : fmt::format("`{}`", fmt::join(leg.actions, "`, `")));
    }
  }
  std::ranges::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

/// `do A, B` once for each value that the catalog says tells these actions from other services'
/// use of them, where the request carries the key. A prohibition must not reach further than that.
std::vector<std::string> DoPhrases(const std::vector<const BedrockAction*>& actions,
                                   const std::vector<std::string>& others,
                                   const catalog::Catalog& catalog) {
  std::map<std::string, std::vector<std::string>> by_condition;
  for (const BedrockAction* action : actions) {
    std::string condition;
    if (!action->when_key.empty()) {
      const auto known = catalog.FindAction(action->service, action->name);
      if (known && catalog.Carries(*known, action->when_key) != catalog::Carriage::kNo) {
        condition = fmt::format(" when {} = \"{}\"", action->when_key, action->when_value);
      }
    }
    by_condition[condition].push_back(action->FullName());
  }
  if (!others.empty()) {
    std::vector<std::string>& plain = by_condition[""];
    plain.insert(plain.end(), others.begin(), others.end());
  }
  std::vector<std::string> phrases;
  for (auto& [condition, names] : by_condition) {
    std::ranges::sort(names);
    phrases.push_back(fmt::format("do {}{}", fmt::join(names, ", "), condition));
  }
  return phrases;
}

/// The words for a model in a sentence: its name, or its id in quotes. Nothing if the catalog
/// does not know it.
std::string ModelPhrase(const std::string& model, const catalog::Catalog& catalog) {
  if (catalog.FindId(model)) return fmt::format("\"{}\"", model);
  const catalog::ModelName found = catalog.FindName(model);
  const bool is_one = std::holds_alternative<const catalog::Model*>(found) ||
                      std::holds_alternative<const catalog::Family*>(found);
  return is_one ? model : std::string();
}

/// YYYY-MM-DDThh:mm:ssZ; a day means its begin. Nothing for other texts.
std::string Moment(std::string_view text) {
  constexpr std::size_t kDay = 10;
  const std::string_view day = text.substr(0, kDay);
  if (!support::ParseDate(day)) return {};
  if (text.size() == kDay) return fmt::format("{}T00:00:00Z", day);
  const std::string_view time = text.substr(kDay);
  constexpr std::string_view kForm = "T00:00:00Z";
  if (time.size() != kForm.size()) return {};
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = time[i] >= '0' && time[i] <= '9';
    if (kForm[i] == '0' ? !is_digit : time[i] != kForm[i]) return {};
  }
  const bool is_time =
      time.substr(1, 2) < "24" && time.substr(4, 2) < "60" && time.substr(7, 2) < "60";
  return is_time ? std::string(text) : std::string();
}

using PrincipalKind = intent::Principal::Kind;

/// The kinds that `--except` takes by name.
constexpr std::pair<std::string_view, PrincipalKind> kKindWords[] = {
    {"role", PrincipalKind::kRole},
    {"user", PrincipalKind::kUser},
    {"permission-set", PrincipalKind::kPermissionSet}};

std::optional<std::string_view> KindWord(PrincipalKind kind) {
  const auto* const found =
      std::ranges::find(kKindWords, kind, [](const auto& one) { return one.second; });
  if (found == std::end(kKindWords)) return std::nullopt;
  return found->first;
}

/// The principals that `except` names.
struct Exception {
  std::string phrase;  ///< as a sentence has it
  std::vector<intent::Principal> principals;
  std::string team;  ///< if it is one
};

std::optional<Exception> FindException(const std::string& text, const intent::Model& model) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const std::string kind = text.substr(0, space);
  std::string name = text.substr(space + 1);
  if (name.size() > 2 && name.front() == '"' && name.back() == '"') {
    name = name.substr(1, name.size() - 2);
  }
  if (kind == "team") {
    for (const intent::Team& team : model.teams) {
      if (team.name == name) return Exception{"team " + name, team.principals, name};
    }
    return std::nullopt;
  }
  const auto* const found =
      std::ranges::find(kKindWords, kind, [](const auto& one) { return one.first; });
  if (found == std::end(kKindWords)) return std::nullopt;
  const intent::Principal wanted{found->second, name, ""};
  for (const intent::Team& team : model.teams) {
    if (std::ranges::find(team.principals, wanted) != team.principals.end()) {
      return Exception{fmt::format("{} \"{}\"", kind, name), {wanted}, ""};
    }
  }
  return std::nullopt;
}

bool IsPattern(const intent::Principal& principal) {
  return principal.kind == intent::Principal::Kind::kTag ||
         principal.value.find_first_of("*?") != std::string::npos;
}

/// Some principal can be both.
bool MeetsTeam(const Exception& exception, const intent::Team& team) {
  for (const intent::Principal& one : exception.principals) {
    for (const intent::Principal& other : team.principals) {
      // A tag can be set on a principal of any kind.
      const bool is_tag =
          one.kind == intent::Principal::Kind::kTag || other.kind == intent::Principal::Kind::kTag;
      if (is_tag) return true;
      if (one.kind == other.kind && policy::MayOverlap(one.value, other.value)) return true;
    }
  }
  return false;
}

/// A node with member accounts, by its declared name; the organization's name is the root.
bool IsTarget(const std::string& name, const intent::Organization& organization) {
  if (name == organization.name) return true;
  const auto named = std::ranges::find_if(
      organization.nodes, [&](const intent::Node& node) { return node.name == name; });
  if (named == organization.nodes.end() || named->kind == intent::Node::Kind::kRoot) return false;
  return named->kind == intent::Node::Kind::kUnit || !named->accounts.empty();
}

/// A target as the program names it: an account may be given by its number.
std::string Declared(const std::string& target, const intent::Organization& organization) {
  const auto account = intent::FindAccount(organization, target);
  return account ? organization.accounts[account->value].name : target;
}

/// Makes the sentences of a request.
class Planner {
 public:
  Planner(const FreezeRequest& request, const intent::Model& model, Compilation& compilation,
          Freeze& freeze)
      : request_(request), model_(model), compilation_(compilation), freeze_(freeze) {}

  bool Plan() {
    const std::string what = Subject();
    const std::optional<Exception> exception = FindException(request_.except, model_);
    if (!exception) {
      Lacks("exception", request_.except, "a team of the program or a principal of one",
            PrincipalNames());
    }
    std::vector<std::string> targets;
    for (const std::string& given : request_.targets) {
      const std::string& target = targets.emplace_back(Declared(given, model_.organization));
      if (!IsTarget(target, model_.organization)) {
        Lacks("target", given, "the organization, an OU or a member account", TargetNames());
      }
    }
    if (model_.organization.name.empty()) Lacks("organization", "", "declared by the program", {});
    if (compilation_.findings.has_errors()) return false;
    if (request_.mode == FreezeMode::kTeam && !CheckSuspect(*exception)) return false;
    WarnOfPatterns(*exception);
    where_ =
        targets.empty() ? model_.organization.name : fmt::format("{}", fmt::join(targets, ", "));
    except_ = exception->phrase;
    for (const intent::Principal& one : exception->principals) {
      if (one.kind == PrincipalKind::kUser)
        freeze_.sessions.push_back(fmt::format("those of user `{}`, who is excepted", one.value));
    }
    if (request_.mode == FreezeMode::kTeam) FindPlaces(targets);
    Forbid(what);
    return true;
  }

 private:
  void Lacks(std::string_view role, const std::string& name, std::string_view what,
             const std::vector<std::string>& known) {
    diag::Diagnostic& found =
        compilation_.findings.Report(diag::kFreezeOfUnknown, {}, role, name, what);
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    for (const std::string& near : support::Nearest(name, candidates, 1)) {
      found.Suggest(fmt::format("did you mean `{}`?", near));
    }
  }

  std::vector<std::string> ModelNames() const {
    std::vector<std::string> names;
    const catalog::Catalog& catalog = compilation_.catalog();
    for (const catalog::Model& one : catalog.models()) names.push_back(one.name);
    for (const catalog::Family& one : catalog.families()) names.push_back(one.name);
    return names;
  }

  std::vector<std::string> ProviderNames() const {
    std::vector<std::string> names;
    for (const auto& one : compilation_.catalog().providers()) names.push_back(one.slug);
    return names;
  }

  std::vector<std::string> TeamNames() const {
    std::vector<std::string> names;
    for (const intent::Team& team : model_.teams) names.push_back(team.name);
    return names;
  }

  /// As `--except` takes them.
  std::vector<std::string> PrincipalNames() const {
    std::vector<std::string> names;
    for (const std::string& team : TeamNames()) names.push_back("team " + team);
    for (const intent::Team& team : model_.teams) {
      for (const intent::Principal& one : team.principals) {
        if (const auto kind = KindWord(one.kind))
          names.push_back(fmt::format("{} {}", *kind, one.value));
      }
    }
    return names;
  }

  std::vector<std::string> TargetNames() const {
    std::vector<std::string> names = {model_.organization.name};
    for (const intent::Node& node : model_.organization.nodes) {
      if (IsTarget(node.name, model_.organization)) names.push_back(node.name);
    }
    return names;
  }

  /// What the mode is about, as a sentence has it; reports what nobody knows.
  std::string Subject() {
    const std::string& subject = request_.subject;
    std::string phrase = subject;
    switch (request_.mode) {
      case FreezeMode::kUse:
      case FreezeMode::kKeys:
        return {};
      case FreezeMode::kSessionsBefore:
        phrase = Moment(subject);
        if (phrase.empty()) Lacks("time", subject, "YYYY-MM-DDThh:mm:ssZ or a day", {});
        break;
      case FreezeMode::kModel:
        phrase = ModelPhrase(subject, compilation_.catalog());
        if (phrase.empty())
          Lacks("model", subject, "a model or family of the catalog", ModelNames());
        break;
      case FreezeMode::kProvider:
        if (compilation_.catalog().FindProvider(subject) == nullptr) {
          Lacks("provider", subject, "a provider of the catalog", ProviderNames());
        }
        phrase = "models from " + subject;
        break;
      case FreezeMode::kTeam:
        if (Suspect() == nullptr) Lacks("team", subject, "a team of the program", TeamNames());
        break;
    }
    return phrase;
  }

  [[nodiscard]] const intent::Team* Suspect() const {
    const auto found = std::ranges::find_if(
        model_.teams, [&](const intent::Team& team) { return team.name == request_.subject; });
    return found == model_.teams.end() ? nullptr : &*found;
  }

  bool CheckSuspect(const Exception& exception) {
    if (!MeetsTeam(exception, *Suspect())) return true;
    compilation_.findings.Report(diag::kFreezeOfExcepted, {}, exception.phrase, request_.subject)
        .Suggest("except a principal that nobody in the team can use");
    return false;
  }

  void WarnOfPatterns(const Exception& exception) {
    for (const intent::Principal& principal : exception.principals) {
      if (!IsPattern(principal)) continue;
      compilation_.findings.Report(diag::kFreezeByPattern, {}, exception.phrase, principal.value)
          .Suggest("except one role by its full name");
    }
  }

  void Say(std::string_view who, std::string_view modality, std::string_view action) {
    freeze_.sentences +=
        fmt::format("{} in {} except {} {} {}\n", who, where_, except_, modality, action);
  }

  std::vector<const BedrockAction*> Select(bool (*is_meant)(const BedrockAction&)) {
    std::vector<const BedrockAction*> actions;
    for (const BedrockAction& action : compilation_.catalog().bedrock_actions()) {
      if (is_meant(action)) actions.push_back(&action);
    }
    return actions;
  }

  void SayActions(std::string_view who, std::string_view modality,
                  bool (*is_meant)(const BedrockAction&), std::string_view qualifier) {
    const std::vector<const BedrockAction*> actions = Select(is_meant);
    for (const BedrockAction* action : actions) freeze_.frozen.push_back(action->FullName());
    for (const std::string& phrase : DoPhrases(actions, {}, compilation_.catalog())) {
      Say(who, modality, phrase + std::string(qualifier));
    }
  }

  /// Accounts of the team that the targets hold, and those in which it goes on.
  void FindPlaces(const std::vector<std::string>& targets) {
    const intent::Organization& organization = model_.organization;
    std::set<intent::AccountIndex> frozen;
    for (const intent::Node& node : organization.nodes) {
      const bool is_meant = targets.empty() || std::ranges::any_of(targets, [&](const auto& name) {
                              return name == node.name || name == organization.name;
                            });
      if (is_meant) frozen.insert(node.accounts.begin(), node.accounts.end());
    }
    for (const intent::AccountIndex account : Suspect()->accounts) {
      const intent::Account& one = organization.accounts[account.value];
      if (one.management) continue;
      (frozen.contains(account) ? places_ : freeze_.elsewhere).push_back(one.name);
    }
  }

  /// What a user hands out with sts:GetFederationToken holds what the user holds, for up to 36
  /// hours, and does not tell whose it is: it is refused to all such sessions where the team is.
  /// Source: STS API Reference, GetFederationToken, read 2026-12-01.
  void SaySessionsOfUsers() {
    const bool has_users = std::ranges::any_of(Suspect()->principals, [](const auto& principal) {
      return principal.kind == PrincipalKind::kUser || principal.kind == PrincipalKind::kTag;
    });
    if (!has_users || places_.empty()) return;
    const std::string sessions = fmt::format(
        "aws:PrincipalArn like \"arn:{}:sts::*:federated-user/*\"", model_.organization.partition);
    const std::string places = fmt::format("{}", fmt::join(places_, ", "));
    for (const std::string& phrase : DoPhrases(Select(IsUse), {}, compilation_.catalog())) {
      const bool has_condition = phrase.find(" when ") != std::string::npos;
      freeze_.sentences += fmt::format("nobody in {} except {} may {} {} {}\n", places, except_,
                                       phrase, has_condition ? "and" : "when", sessions);
    }
    freeze_.sessions.push_back(fmt::format("those of all users in {}", places));
  }

  /// Models of other services are no use of these: their calls may be the business of others.
  void TellWaysElsewhere() {
    for (const sema::Elsewhere& way : sema::PlacesElsewhere()) {
      freeze_.ways_left.push_back(fmt::format("{}: `nobody in {} except {} may {}`", way.title,
                                              where_, except_, way.closing));
    }
  }

  void Forbid(const std::string& what) {
    switch (request_.mode) {
      case FreezeMode::kUse:
        SayActions("nobody", "may", IsUse, "");
        TellWaysElsewhere();
        break;
      case FreezeMode::kSessionsBefore:
        // Long-term credentials carry no time of issue: they are refused as well.
        SayActions("nobody", "may", IsUse,
                   fmt::format(" unless aws:TokenIssueTime >= \"{}\"", what));
        TellWaysElsewhere();
        break;
      case FreezeMode::kTeam:
        SayActions("team " + what, "may not", IsUse, "");
        SaySessionsOfUsers();
        TellWaysElsewhere();
        break;
      case FreezeMode::kKeys:
        SayActions("nobody", "may", IsAboutKeys, "");
        break;
      case FreezeMode::kModel:
      case FreezeMode::kProvider:
        for (const library::Module& module : library::Library::BuiltIn().modules()) {
          for (const library::Verb& verb : module.verbs) {
            if (RunsModels(verb)) Say("nobody", "may", verb.name + " " + what);
          }
        }
        break;
    }
    // The record stays, whatever is frozen: the same for all principals but the exception.
    const std::vector<const BedrockAction*> weakening =
        Select([](const BedrockAction& action) { return action.weakens_controls; });
    const std::vector<std::string> records = RecordKeeping();
    for (const BedrockAction* action : weakening) freeze_.evidence.push_back(action->FullName());
    freeze_.evidence.insert(freeze_.evidence.end(), records.begin(), records.end());
    std::ranges::sort(freeze_.evidence);
    std::ranges::sort(freeze_.frozen);
    for (const std::string& phrase : DoPhrases(weakening, records, compilation_.catalog())) {
      Say("nobody", "may", phrase);
    }
  }

  const FreezeRequest& request_;
  const intent::Model& model_;
  Compilation& compilation_;
  Freeze& freeze_;
  std::string where_;
  std::string except_;
  std::vector<std::string> places_;  ///< accounts of a team that the targets hold
};

/// Only what was added, with everything that it names.
void KeepQuestion(Bound& program) {
  intent::Model& model = program.model;
  std::erase_if(model.prohibitions, [&](const intent::Prohibition& prohibition) {
    return prohibition.origin.span.file != *program.question;
  });
  model.permissions.clear();
  model.guardrails.clear();
  model.endpoints.clear();
  model.screenings.clear();
  model.loggings.clear();
  model.watches.clear();
  model.retentions.clear();
  model.opt_outs.clear();
  model.gateways.clear();
  model.tool_rules.clear();
  model.requirements.clear();
  model.assertions.clear();
  model.tests.clear();
  model.models.clear();
  model.deadlines.clear();
  model.sentence_count = model.prohibitions.size();
  program.bindings = {};
}

}  // namespace

Freeze PlanFreeze(const FreezeRequest& request, const Input& input, Compilation& compilation) {
  Freeze freeze;
  {
    // Names are looked up before they become part of a sentence.
    Compilation first(*compilation.file_system, compilation.options);
    const auto program = Compile<Bound>(input, first);
    if (program.stop) {
      compilation = std::move(first);
      freeze.stop = program.stop;
      return freeze;
    }
    if ((freeze.stop = ChooseCatalog(compilation))) return freeze;
    if (!Planner(request, program.model, compilation, freeze).Plan()) {
      freeze.stop = Stop::kInvalid;
      return freeze;
    }
  }
  Input with_sentences = input;
  with_sentences.question = freeze.sentences;
  Compilation second(*compilation.file_system, compilation.options);
  freeze.program = Compile<Bound>(with_sentences, second);
  if (freeze.program.stop) {
    freeze.stop = freeze.program.stop;
    compilation = std::move(second);
    return freeze;
  }
  for (const diag::Diagnostic& found : second.findings.all()) {
    if (found.number != diag::kWaysLeft.number || found.span.file != *freeze.program.question) {
      continue;
    }
    for (const std::string& note : found.notes) freeze.ways_left.push_back(note);
  }
  diag::Sink own = std::move(compilation.findings);
  compilation = std::move(second);
  compilation.findings = std::move(own);
  KeepQuestion(freeze.program);
  freeze.taken_along = TakenAlong(freeze.program.model);
  return freeze;
}

}  // namespace writ::compiler

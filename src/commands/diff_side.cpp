#include "commands/diff_side.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/review/changed.h"
#include "base/diag/codes/driver.h"
#include "commands/finish.h"
#include "commands/tree_world.h"
#include "compiler/build_tree.h"
#include "compiler/lock_file.h"
#include "host/git_revision.h"
#include "host/memory_file_system.h"
#include "output/emit/tree.h"
#include "program/intent/dump.h"
#include "program/intent/label.h"

namespace writ::commands {
namespace {

/// Facts of declarations and sentences that no policy shows.
class Facts {
 public:
  Facts(const source::SourceMap& sources, SideFacts& facts) : sources_(sources), facts_(facts) {}

  void Walk(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
        givens_.push_back(given);
        Walk(given->items);
        givens_.pop_back();
      }
      if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) Walk(policy->items);
      if (const auto* use_case = std::get_if<syntax::UseCaseDecl>(&item.form)) Of(*use_case);
      if (const auto* signed_fact = std::get_if<syntax::AttestationDecl>(&item.form)) {
        Of(*signed_fact);
      }
      if (const auto* evaluation = std::get_if<syntax::EvaluationDecl>(&item.form)) {
        Of(*evaluation);
      }
      if (std::holds_alternative<syntax::Requirement>(item.form)) {
        facts_.governance[fmt::format("`{}`", Text(item.span))] = "required";
      }
      if (const auto* team = std::get_if<syntax::TeamDecl>(&item.form)) Of(*team);
      if (const auto* statement = std::get_if<syntax::Statement>(&item.form)) {
        Of(statement->sentence);
      }
    }
  }

 private:
  [[nodiscard]] std::string Text(source::Span span) const {
    return source::OneLine(sources_.text(span));
  }

  void Of(const syntax::UseCaseDecl& decl) {
    const std::string name = fmt::format("use-case {}", decl.name.text);
    facts_.governance[name] = decl.title ? decl.title->value : "declared";
    for (const syntax::UseCaseFact& fact : decl.facts) {
      facts_.governance[fmt::format("{}, {}", name, fact.name.text)] = Text(fact.span);
    }
  }
  void Of(const syntax::AttestationDecl& decl) {
    const std::string name = fmt::format("attestation {}", decl.name.text);
    facts_.governance[name] = decl.title ? decl.title->value : "declared";
    for (const syntax::Attribute& fact : decl.facts) {
      facts_.governance[fmt::format("{}, {}", name, fact.name.text)] = Text(fact.span);
    }
  }
  void Of(const syntax::EvaluationDecl& decl) {
    const std::string name = fmt::format("evaluation {}", decl.name.text);
    facts_.governance[name] = decl.title ? decl.title->value : "declared";
    for (const syntax::UseCaseFact& fact : decl.facts)
      facts_.governance[fmt::format("{}, {}", name, fact.name.text)] = Text(fact.span);
    for (const syntax::Metric& metric : decl.metrics)
      facts_.governance[fmt::format("{}, metric {}", name, metric.name.value)] = Text(metric.span);
  }
  void Of(const syntax::TeamDecl& decl) {
    for (const syntax::String& contact : decl.contacts) {
      AddTo(facts_.governance[fmt::format("team {}, contact", decl.name.text)], contact.value);
    }
  }
  /// Sentences are known again by who and what; reasons, use cases, controls and waivers may
  /// change.
  void Of(const syntax::Sentence& sentence) {
    Exemptions(sentence);
    const std::string who = fmt::format("{} {} {}", Text(sentence.subject.span),
                                        Text(sentence.modality.span), Text(sentence.action.span));
    // The blocks around it first: of reasons the innermost counts, all else adds up.
    std::map<std::string_view, std::string> said;
    for (const syntax::Given* given : givens_)
      for (const syntax::Qualifier& qualifier : given->qualifiers) Of(qualifier, said);
    for (const syntax::Qualifier& qualifier : sentence.qualifiers) Of(qualifier, said);
    // Sentences that differ in where or when have the same name here: what each says is kept.
    for (const auto& [kind, text] : said) {
      const std::string name = fmt::format("`{}`, {}", who, kind);
      std::set<std::string>& texts = said_[name];
      texts.insert(text);
      facts_.governance[name] = fmt::format("{}", fmt::join(texts, " "));
    }
  }

  static void AddTo(std::string& list, std::string_view text) {
    if (!list.empty()) list += " ";
    list += text;
  }

  void Of(const syntax::Qualifier& qualifier, std::map<std::string_view, std::string>& facts) {
    std::string_view kind;
    if (std::holds_alternative<syntax::UnderQualifier>(qualifier.form)) kind = "under";
    if (std::holds_alternative<syntax::AfterQualifier>(qualifier.form)) kind = "after";
    if (std::holds_alternative<syntax::ControlQualifier>(qualifier.form)) kind = "control";
    if (std::holds_alternative<syntax::WaiveQualifier>(qualifier.form)) kind = "waive";
    if (std::holds_alternative<syntax::BecauseQualifier>(qualifier.form)) kind = "because";
    if (kind.empty()) return;
    std::string& said = facts[kind];
    if (kind == "because") said.clear();
    AddTo(said, Text(qualifier.span));
  }

  /// A prohibition is known again by what it says without whom it leaves alone.
  void Exemptions(const syntax::Sentence& sentence) {
    using Quantifier = syntax::Subject::Quantifier;
    const syntax::Subject& subject = sentence.subject;
    const bool is_only = subject.quantifier == Quantifier::kOnly;
    const bool forbids = is_only || subject.quantifier == Quantifier::kNobody ||
                         sentence.modality.kind == syntax::Modality::Kind::kMayNot ||
                         sentence.modality.kind == syntax::Modality::Kind::kMust;
    if (!forbids) return;
    std::string said;
    const auto say = [&](source::Span span) {
      if (span.valid()) said += (said.empty() ? "" : " ") + Text(span);
    };
    say(subject.quantifier_span);
    if (is_only) {
      said += " …";
    } else {
      for (const syntax::Principal& principal : subject.principals) say(principal.span);
    }
    if (subject.in) {
      said += " in";
      say(subject.in->span);
    }
    say(sentence.modality.span);
    say(sentence.action.span);
    for (const syntax::Qualifier& qualifier : sentence.qualifiers) {
      const auto& form = qualifier.form;
      const bool is_about_it = std::holds_alternative<syntax::UnderQualifier>(form) ||
                               std::holds_alternative<syntax::AfterQualifier>(form) ||
                               std::holds_alternative<syntax::ControlQualifier>(form) ||
                               std::holds_alternative<syntax::WaiveQualifier>(form) ||
                               std::holds_alternative<syntax::BecauseQualifier>(form);
      if (!is_about_it) say(qualifier.span);
    }
    std::set<std::string>& exempt = facts_.exemptions[said];
    if (is_only) AddExempt(subject.principals, exempt);
    if (!is_only) AddExempt(subject.except, exempt);
  }

  void AddExempt(const std::vector<syntax::Principal>& principals, std::set<std::string>& exempt) {
    for (const syntax::Principal& principal : principals) {
      if (principal.kind != syntax::Principal::Kind::kTeam) exempt.insert(Text(principal.span));
      for (const syntax::Name& team : principal.teams) {
        exempt.insert(fmt::format("team {}", team.text));
      }
    }
  }

  const source::SourceMap& sources_;
  SideFacts& facts_;
  std::map<std::string, std::set<std::string>> said_;  ///< by name of the fact
  std::vector<const syntax::Given*> givens_;  ///< around what is walked, the outermost first
};

std::string PathTo(const intent::Organization& organization, intent::NodeIndex node) {
  std::vector<std::string> names;
  for (auto at = organization.nodes[node.value].parent; at;
       at = organization.nodes[at->value].parent) {
    names.push_back(organization.nodes[at->value].name);
  }
  std::ranges::reverse(names);
  return fmt::format("{}", fmt::join(names, "/"));
}

void OrganizationFacts(const intent::Model& model, SideFacts& facts) {
  facts.ids["organization"] = model.organization.id;
  for (const intent::Node& node : model.organization.nodes) {
    if (node.kind == intent::Node::Kind::kUnit) facts.ids["ou " + node.name] = node.id;
  }
  for (const intent::Account& account : model.organization.accounts) {
    facts.organization["account " + account.id] =
        fmt::format("{} in {}", account.name, PathTo(model.organization, account.node));
  }
  for (const intent::Team& team : model.teams) {
    std::vector<std::string> accounts;
    for (const intent::AccountIndex account : team.accounts) {
      accounts.push_back(model.organization.accounts[account.value].name);
    }
    std::ranges::sort(accounts);
    facts.organization["team " + team.name] = fmt::format(
        "{} in {}", intent::LabelOf({"", team.principals, {}}), fmt::join(accounts, ", "));
  }
}

/// "changes to logging, guardrails": what a watch is about.
std::string Watched(const intent::Watch& watch) {
  using Kind = intent::Watch::Kind;
  switch (watch.kind) {
    case Kind::kChanges:
      return fmt::format("changes to {}", fmt::join(watch.kinds, ", "));
    case Kind::kRefusals:
      return fmt::format("refusals of {}", fmt::join(watch.prefixes, ", "));
    case Kind::kUse:
      break;
  }
  std::string models =
      watch.models.all ? "any model" : fmt::format("{}", fmt::join(watch.models.patterns, ", "));
  if (!watch.models.except.empty()) {
    models += fmt::format(" except {}", fmt::join(watch.models.except, ", "));
  }
  return "use of " + models;
}

void ProtectionFacts(const intent::Model& model, SideFacts& facts) {
  const auto& accounts = model.organization.accounts;
  for (const intent::Screening& screening : model.screenings) {
    for (const intent::AccountIndex account : screening.accounts) {
      for (const std::string& region : screening.regions) {
        std::string models = screening.all_models
                                 ? std::string("any model")
                                 : fmt::format("{}", fmt::join(screening.included, ", "));
        if (!screening.excluded.empty()) {
          models += fmt::format(" except {}", fmt::join(screening.excluded, ", "));
        }
        facts
            .protections[fmt::format("screening in {}, {}", accounts[account.value].name, region)] =
            fmt::format("{} screens {}", model.guardrails[screening.guardrail.value].name, models);
      }
    }
  }
  for (const intent::Watch& watch : model.watches) {
    const std::string of = Watched(watch);
    for (const intent::AccountIndex account : watch.accounts) {
      for (const std::string& region : watch.regions) {
        std::string& ends = facts.protections[fmt::format("watch {} in {}, {}", of,
                                                          accounts[account.value].name, region)];
        if (!ends.empty()) ends += " and ";
        ends += "to " + watch.target;
        if (watch.role) ends += " as " + *watch.role;
      }
    }
  }
  for (const intent::Logging& logging : model.loggings) {
    for (const intent::AccountIndex account : logging.accounts) {
      for (const std::string& region : logging.regions) {
        std::vector<std::string> sinks;
        if (logging.bucket) sinks.push_back("bucket " + *logging.bucket);
        if (logging.log_group) sinks.push_back("log-group " + *logging.log_group);
        facts.protections[fmt::format("logging in {}, {}", accounts[account.value].name, region)] =
            fmt::format("{}", fmt::join(sinks, " and "));
      }
    }
  }
}

/// How long prompts are kept, and of which services accounts are opted out.
void SettingFacts(const intent::Model& model, SideFacts& facts) {
  const intent::Organization& organization = model.organization;
  for (const intent::Retention& retention : model.retentions) {
    for (const intent::AccountIndex account : retention.accounts) {
      for (const std::string& region : retention.regions) {
        std::string& most = facts.protections[fmt::format(
            "retention of prompts in {}, {}", organization.accounts[account.value].name, region)];
        if (!most.empty()) most += " and ";
        most += "at most " + retention.mode;
      }
    }
  }
  for (const intent::OptOut& opt_out : model.opt_outs) {
    for (const intent::NodeIndex node : opt_out.nodes) {
      std::string& said = facts.protections["opt-out of service improvement at " +
                                            organization.nodes[node.value].name];
      if (!said.empty()) said += " and ";
      said += "every service";
      if (!opt_out.except.empty()) {
        said += fmt::format(" except {}", fmt::join(opt_out.except, ", "));
      }
      if (opt_out.locked) said += ", locked";
    }
  }
}

/// The types of the arguments that are asked for: the same condition on another type lets other
/// calls pass.
void ArgumentFacts(const std::string& of, const intent::ArgumentCondition& condition,
                   SideFacts& facts) {
  for (const intent::ArgumentCondition& operand : condition.operands) {
    ArgumentFacts(of, operand, facts);
  }
  if (condition.kind != intent::ArgumentCondition::Kind::kTest) return;
  facts.calls[fmt::format("argument input.{} of {}", fmt::join(condition.test.path, "."), of)] =
      intent::TypeText(condition.test);
}

/// Who may call which tool of a gateway and with what, and what is refused there.
void GatewayFacts(const intent::Model& model, SideFacts& facts) {
  for (const intent::Gateway& gateway : model.gateways) AddGateway(gateway, facts);
  for (const intent::ToolRule& rule : model.tool_rules) {
    const intent::Gateway& gateway = model.gateways[rule.gateway.value];
    std::string what = gateway.name;
    if (!rule.target.empty()) what += "." + rule.target;
    if (!rule.tool.empty()) what += "." + rule.tool;
    std::string said(rule.forbids ? "refused to " : "permitted to ");
    said += rule.everyone ? "everyone" : intent::Dump(rule.included);
    if (!rule.excepted.claims.empty() || !rule.excepted.roles.empty()) {
      said += " except " + intent::Dump(rule.excepted);
    }
    if (!rule.when.always()) said += " when " + intent::Dump(rule.when);
    if (rule.from) said += " from " + *rule.from;
    if (rule.until) said += " until " + *rule.until;
    std::string& all = facts.calls["calls of " + what];
    if (!all.empty()) all += "; ";
    all += said;
    ArgumentFacts(what, rule.when, facts);
  }
}

/// Endpoints whose policy lets only some pass.
void EndpointFacts(const intent::Model& model, SideFacts& facts) {
  for (const intent::Endpoint& endpoint : model.endpoints) {
    if (endpoint.vpces.empty() || endpoint.accounts.empty()) continue;
    std::vector<std::string> accounts;
    for (const intent::AccountIndex account : endpoint.accounts) {
      accounts.push_back(model.organization.accounts[account.value].name);
    }
    facts.protections["endpoint " + endpoint.name] =
        fmt::format("{} for {}", fmt::join(endpoint.vpces, ", "), fmt::join(accounts, ", "));
  }
}

void NameGuardrails(const intent::Bindings& bindings, std::map<std::string, std::string>& names) {
  for (const auto& [name, accounts] : bindings.all()) {
    for (const auto& [account, regions] : accounts) {
      for (const auto& [region, bound] : regions) {
        names[bound.arn] = name;
        names[bound.Pinned()] = fmt::format("{} version {}", name, bound.version);
      }
    }
  }
}

/// Where a side is read: the machine's files, or those of a revision.
struct Place {
  std::string path;
  std::unique_ptr<host::MemoryFileSystem> revision;
};

/// What was deployed was accepted with the catalog of its day, which is not at hand: names that
/// mean something else by now are told, and nothing is claimed of who gains by them.
void NoteNames(const std::string& path, DiffSide& side) {
  const auto changes =
      compiler::ReadLockChanges({path}, compiler::ModelNames(side.lowered.model), side.compilation);
  if (!changes) {
    side.status = StatusOf(changes.error());
    return;
  }
  for (const std::string& change : *changes) {
    side.facts.other_names.push_back(
        fmt::format("who gains or loses, as {}: give that catalog as --old-catalog", change));
  }
}

void ReadProgram(const std::string& path, bool is_after, bool uses_lock, DiffSide& side) {
  compiler::Bound program = compiler::Compile<compiler::Bound>(
      {.paths = {path},
       .lock = is_after && uses_lock ? compiler::LockUse::kCompare : compiler::LockUse::kIgnore},
      side.compilation);
  side.status = StatusOf(program.stop);
  side.lowered = compiler::Lowered{std::move(program)};
  if (side.status == host::ExitStatus::kGood && !is_after && uses_lock) NoteNames(path, side);
  for (std::uint32_t i = 0; i < side.compilation.sources.file_count(); ++i) {
    side.text += side.compilation.sources.text(source::FileId{i});
  }
  if (side.status != host::ExitStatus::kGood) return;
  const intent::Model& model = side.lowered.model;
  NameGuardrails(side.lowered.bindings, side.guardrail_names);
  for (const intent::Guardrail& guardrail : model.guardrails) {
    side.facts.guardrails.emplace(guardrail.name, guardrail);
  }
  OrganizationFacts(model, side.facts);
  ProtectionFacts(model, side.facts);
  SettingFacts(model, side.facts);
  GatewayFacts(model, side.facts);
  EndpointFacts(model, side.facts);
  for (const syntax::File& file : side.lowered.program.files) {
    Facts(side.compilation.sources, side.facts).Walk(file.items);
  }
}

/// Chooses the catalog and fetches a revision's files.
Place Find(const std::string& name, const std::string& catalog_file, host::Environment& environment,
           DiffSide& side) {
  side.compilation.file_system = &environment.files;
  side.compilation.options = compiler::Compilation(environment, compiler::Purpose::kReview).options;
  side.compilation.options.catalog_file = catalog_file;
  side.status = StatusOf(compiler::ChooseCatalog(side.compilation));
  const std::optional<host::RevisionPath> which = host::ParseRevision(name, environment.files);
  if (side.status != host::ExitStatus::kGood || !which) return {name, nullptr};
  support::Result<host::FileSet> files = host::ReadRevision(*which, environment);
  if (!files.ok()) {
    side.compilation.findings.Report(diag::kFileNotReadable, {}, name, files.error().message);
    side.status = host::ExitStatus::kUnreadable;
    return {name, nullptr};
  }
  return {which->path, std::make_unique<host::MemoryFileSystem>(*std::move(files))};
}

/// Of a folder without program and manifest. A tree that lost its manifest is damaged: it is not
/// taken for one without documents.
void ReportNoSide(const std::string& path, const host::FileSystem& files, diag::Sink& sink) {
  constexpr std::string_view kOfTrees[] = {
      "apply.sh",   "iam",         "permission-sets", "organization", "trust", "endpoints",
      "guardrails", "enforcement", "logging",         "monitoring",   "deploy"};
  for (const std::string_view name : kOfTrees) {
    if (files.KindOf(fmt::format("{}/{}", path, name)) == host::EntryKind::kMissing) continue;
    sink.Report(diag::kBadTree, {}, path, "its manifest.json is missing, so the tree is damaged");
    return;
  }
  sink.Report(diag::kNothingToCompare, {}, path)
      .Suggest("`writ compare OLD NEW` compares policy documents");
}

/// Reads a tree whole, and a program up to its meaning.
void Read(const Place& place, bool is_after, bool uses_lock, host::Environment& environment,
          DiffSide& side) {
  if (side.status != host::ExitStatus::kGood) return;
  host::FileSystem& files = place.revision ? *place.revision : environment.files;
  side.compilation.file_system = &files;
  if (files.KindOf(place.path + "/manifest.json") == host::EntryKind::kFile) {
    side.status = ReadTree(place.path, files, side);
    return;
  }
  ReadProgram(place.path, is_after, uses_lock, side);
  if (side.status == host::ExitStatus::kGood && side.compilation.files.empty()) {
    side.status = host::ExitStatus::kInvalid;
    ReportNoSide(place.path, files, side.compilation.findings);
  }
}

/// Lowers what counts of a program.
void LowerSide(const intent::Model& model, DiffSide& side) {
  if (side.facts.is_tree) return;
  side.lowered.bundle = compiler::LowerModel(model, side.lowered.bindings, side.compilation);
  if (side.compilation.findings.has_errors()) side.status = host::ExitStatus::kInvalid;
  side.world = review::MakeWorld(side.lowered.model, side.lowered.bundle);
}

void AddAttachment(const std::string& path, const std::string& to, const std::string& id,
                   SideFacts& facts) {
  std::string& all = facts.documents[path + ", attached to"];
  all += fmt::format("{}{} {}", all.empty() ? "" : ", ", to, id);
}

/// What a program has in its tree beside what worlds compare, to be held against a tree.
void AddDocuments(DiffSide& side) {
  compiler::Packed packed = compiler::Pack(side.lowered, {}, side.compilation);
  if (packed.stop) {
    side.status = StatusOf(packed.stop);
    return;
  }
  const auto is_of_callers = [](const std::string& path) {
    return path.ends_with(".identity.json") || path.ends_with(".permission-set.json") ||
           path.ends_with(".scp.json") || path.ends_with(".rcp.json") ||
           path.ends_with(".trust.json");
  };
  for (const emit::Attachment& attachment : packed.tree.attachments) {
    const std::string& path = attachment.document;
    if (is_of_callers(path) && !path.ends_with(".trust.json")) continue;
    AddAttachment(path, attachment.to, attachment.id, side.facts);
  }
  for (const emit::Artifact& artifact : packed.tree.artifacts) {
    if (is_of_callers(artifact.path)) continue;
    if (artifact.path.ends_with(".json")) {
      static_cast<void>(AddProtection(artifact.path, artifact.bytes, side.facts));
    } else {
      side.facts.documents[artifact.path] = artifact.bytes;
    }
  }
  TakeEnginePolicies(side.facts);
}

/// Does the work of both sides at the same time: they share nothing that changes.
template <class Work>
void ForBoth(DiffSides& sides, const Work& work) {
  std::future<void> other =
      std::async(std::launch::async, [&] { work(*sides.after, /*is_after=*/true); });
  work(*sides.before, /*is_after=*/false);
  other.get();
}

}  // namespace

void AddGateway(const intent::Gateway& gateway, SideFacts& facts) {
  const bool is_oauth = gateway.authorizer == intent::Gateway::Authorizer::kOauth;
  facts.gateways["gateway " + gateway.name] =
      fmt::format("{}, {}", gateway.arn, is_oauth ? "oauth" : "iam");
}

DiffSides ReadSides(const DiffOptions& options, host::Environment& environment) {
  DiffSides sides{std::make_unique<DiffSide>(), std::make_unique<DiffSide>()};
  const std::string facts = options.new_catalog.value_or(environment.settings.catalog_file);
  const std::string old_facts = options.old_catalog.value_or(facts);
  const Place before = Find(options.before, old_facts, environment, *sides.before);
  if (!sides.are_good()) return sides;
  const Place after = Find(options.after, facts, environment, *sides.after);
  ForBoth(sides, [&](DiffSide& side, bool is_after) {
    Read(is_after ? after : before, is_after, options.uses_lock, environment, side);
  });
  if (!sides.are_good()) return sides;
  const compiler::Lowered& old = sides.before->lowered;
  const compiler::Lowered& now = sides.after->lowered;
  std::optional<review::Changed> changed;
  const bool is_comparable = !sides.before->facts.is_tree && !sides.after->facts.is_tree &&
                             facts == old_facts && old.bindings.all() == now.bindings.all();
  if (is_comparable) changed = review::ChangedOf(old.model, now.model);
  ForBoth(sides, [&](DiffSide& side, bool is_after) {
    LowerSide(changed ? (is_after ? changed->after : changed->before) : side.lowered.model, side);
  });
  if (sides.are_good() && sides.before->facts.is_tree != sides.after->facts.is_tree) {
    AddDocuments(sides.before->facts.is_tree ? *sides.after : *sides.before);
  }
  return sides;
}

}  // namespace writ::commands

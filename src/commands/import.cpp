#include "commands/import.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analysis/imports/draft.h"
#include "analysis/imports/verbs.h"
#include "analysis/review/why.h"
#include "analysis/snapshot/read.h"
#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "base/support/check.h"
#include "base/support/date.h"
#include "base/support/nearest.h"
#include "commands/finish.h"
#include "commands/import_proof.h"
#include "commands/import_text.h"
#include "commands/import_trial.h"
#include "commands/replace_folder.h"
#include "commands/snapshot_files.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

using imports::Draft;
using imports::Fate;
using imports::Holder;
using imports::Part;
using imports::Reason;

/// Prefixes of services for AI, of which models are one part.
constexpr std::array<std::string_view, 5> kAiServices{
    "aws-external-anthropic", "bedrock", "bedrock-agentcore", "bedrock-mantle", "sagemaker"};

/// How long a waiver of what was there already holds: time for a review.
constexpr int kWaiverDays = 90;

class Importing {
 public:
  Importing(const ImportOptions& options, host::Environment& environment)
      : options_(options), environment_(environment) {}

  host::ExitStatus Run() {
    if (const auto stop = compiler::ChooseCatalog(compilation_)) return Done(StatusOf(stop));
    proofs_.emplace(compilation_.catalog());
    if (!IsOutputFree()) return Done(host::ExitStatus::kUsage);
    if (!ReadOptions()) return Done(host::ExitStatus::kUsage);
    if (const auto status = ReadSnapshot()) return Done(*status);
    draft_ = imports::MakeDraft(snapshot_, compilation_.catalog(), drafting_);
    if (draft_.statements.size() > options_.max_statements) {
      compilation_.findings.Report(diag::kImportTooLarge, {}, options_.max_statements);
      return Done(host::ExitStatus::kInvalid);
    }
    if (!Settle() || (SayWithVerbs() && !Settle())) return Done(host::ExitStatus::kInvalid);
    ReportParts();
    if (SentencesOf(draft_, imports::kNoHolder).empty()) {
      compilation_.findings.Report(diag::kImportNothingSaid, {}, draft_.statements.size());
      return Done(host::ExitStatus::kInvalid);
    }
    return Finally();
  }

 private:
  host::ExitStatus Done(host::ExitStatus status) {
    return Finish(compilation_, environment_, status);
  }

  bool IsOutputFree() {
    const host::EntryKind kind = environment_.files.KindOf(options_.output);
    if (kind == host::EntryKind::kMissing) return true;
    std::string why = "it is not a folder";
    if (kind == host::EntryKind::kFolder) {
      const auto names = environment_.files.List(options_.output);
      if (names && names->empty()) return true;
      why = names ? "it is not empty" : names.error().message;
    }
    compilation_.findings.Report(diag::kOutputNotOurs, {}, options_.output, why);
    return false;
  }

  /// Adds the services that are listed; false if there is one that the catalog does not know.
  bool ReadServices() {
    std::string_view rest = options_.services;
    for (;;) {
      const std::size_t comma = rest.find(',');
      const std::string name = policy::FoldCase(rest.substr(0, comma));
      if (!compilation_.catalog().FindService(name)) {
        ReportNoService(name);
        return false;
      }
      drafting_.services.push_back(name);
      if (comma == std::string_view::npos) return true;
      rest.remove_prefix(comma + 1);
    }
  }

  void ReportNoService(const std::string& name) {
    const std::vector<catalog::Service> services = compilation_.catalog().Services();
    std::vector<std::string_view> prefixes;
    for (const catalog::Service& service : services) prefixes.emplace_back(service.prefix);
    auto& found = compilation_.findings.Report(diag::kImportNoSuchService, {}, name);
    for (const std::string& near : support::Nearest(name, prefixes, 1)) {
      found.Suggest(fmt::format("did you mean `{}`?", near));
    }
  }

  bool ReadOptions() {
    if (options_.services == "ai") {
      drafting_.services.assign(kAiServices.begin(), kAiServices.end());
    } else if (options_.services != "all") {
      if (!ReadServices()) return false;
    }
    constexpr std::string_view kTag = "tag=";
    if (options_.teams == "path") {
      drafting_.team_names = imports::TeamNames::kPath;
    } else if (options_.teams.starts_with(kTag)) {
      drafting_.team_names = imports::TeamNames::kTag;
      drafting_.team_tag = options_.teams.substr(kTag.size());
    }
    drafting_.account = options_.account;
    trial_options_.compiling = compilation_.options;
    const std::string& catalog = compilation_.options.catalog_file;
    if (catalog.empty()) return true;
    // It was read already: ChooseCatalog.
    constexpr std::uint64_t kMaxCatalogBytes = std::uint64_t{64} << 20U;
    if (auto bytes = environment_.files.Read(catalog, kMaxCatalogBytes)) {
      trial_options_.beside.emplace(catalog, *std::move(bytes));
    }
    return true;
  }

  std::optional<host::ExitStatus> ReadSnapshot() {
    const SnapshotFiles found = LoadSnapshotFiles(
        options_.paths, [](const std::string&) { return false; }, environment_, compilation_);
    if (!found.is_readable) return host::ExitStatus::kUnreadable;
    snapshot::ReadOptions reading;
    reading.account = options_.account;
    if (!options_.kind.empty() && options_.kind != "auto") {
      reading.kind = decide::ParseKind(options_.kind == "vpce" ? "endpoint" : options_.kind);
    }
    snapshot_ = snapshot::Read(compilation_.sources, found.files, reading, compilation_.findings);
    for (const snapshot::Document& document : snapshot_.documents) {
      const auto read = document.Read(policy::Demand::kGrammar);
      if (read) continue;
      const policy::PolicyError& error = read.error().front();
      compilation_.findings.Report(diag::kImportUnreadable,
                                   document.SpanOf({error.offset, error.offset + 1}),
                                   error.message);
    }
    if (compilation_.findings.has_errors()) return host::ExitStatus::kInvalid;
    if (!snapshot_.documents.empty()) return std::nullopt;
    compilation_.findings.Report(diag::kNothingToRead, {},
                                 fmt::format("{}", fmt::join(options_.paths, "`, `")));
    return host::ExitStatus::kInvalid;
  }

  // ---- what can be said

  [[nodiscard]] host::FileSet ProgramOf(const std::vector<SentenceRef>& sentences) const {
    host::FileSet program = DeclarationFiles(draft_, sentences);
    program.emplace(kTrialSentences, PlainSentences(draft_, sentences));
    return program;
  }

  static std::vector<std::string> LinePlaces(std::size_t count) {
    std::vector<std::string> places;
    for (std::size_t i = 0; i < count; ++i) {
      places.push_back(fmt::format("{}:{}:1", kTrialSentences, i + 1));
    }
    return places;
  }

  /// With a sentence that says several parts, all of them are left out.
  void LeaveOut(Part& part, imports::Refusal refusal,
                std::optional<policy::Request> request = std::nullopt) {
    const auto at = static_cast<std::size_t>(&part - draft_.parts.data());
    for (Part& other : draft_.parts) {
      if (other.said_by != at) continue;
      other.said_by.reset();
      other.fate = Fate::kResidue;
      other.refusal = refusal;
    }
    part.fate = Fate::kResidue;
    part.sentences.clear();
    part.refusal = std::move(refusal);
    part.request = std::move(request);
  }

  /// What was held already may be held for a while.
  void AddWaiver(syntax::Sentence& sentence) {
    const support::Date end =
        support::DateOfDayNumber(support::DayNumber(environment_.today) + kWaiverDays);
    syntax::WaiveQualifier waiver;
    waiver.rule = draft_.words.Name("separation-of-duties");
    waiver.until = {{}, end.year, end.month, end.day};
    waiver.by = imports::Text("writ import");
    sentence.qualifiers.push_back({{}, std::move(waiver)});
    sentence.qualifiers.push_back(
        {{},
         syntax::BecauseQualifier{imports::Text("the principal had both when it was imported")}});
  }

  /// Takes out what the trial refuses. False if nothing can be done about it.
  bool Heed(const Trial& trial, const std::vector<SentenceRef>& sentences) {
    bool has_changed = false;
    std::set<std::pair<std::size_t, std::size_t>> idle;
    for (const std::size_t line : trial.without_effect) {
      idle.emplace(sentences[line].part, sentences[line].index);
    }
    for (const auto& [line, refusal] : trial.refused) {
      Part& part = draft_.parts[sentences[line].part];
      if (part.fate == Fate::kResidue) continue;
      LeaveOut(part, refusal);
      has_changed = true;
    }
    for (const std::size_t line : trial.unseparated) {
      Part& part = draft_.parts[sentences[line].part];
      if (part.fate == Fate::kResidue) continue;
      AddWaiver(part.sentences[sentences[line].index]);
      has_changed = true;
    }
    for (auto at = idle.rbegin(); at != idle.rend(); ++at) {
      Part& part = draft_.parts[at->first];
      if (part.fate == Fate::kResidue) continue;
      if (draft_.is_scp_use_unknown) {
        LeaveOut(part, {Reason::kScpsUnknown, ""});
        has_changed = true;
        continue;
      }
      part.sentences.erase(part.sentences.begin() + static_cast<std::ptrdiff_t>(at->second));
      if (part.sentences.empty()) part.fate = Fate::kNothing;
      has_changed = true;
    }
    return has_changed;
  }

  /// Takes out sentences until the program builds and is what was read. False if it does not build
  /// whatever is taken out: that is reported.
  bool Settle() {
    for (;;) {
      const std::vector<SentenceRef> sentences = SentencesOf(draft_, imports::kNoHolder);
      if (sentences.empty()) return true;
      const Trial trial = TryProgram(ProgramOf(sentences), trial_options_);
      if (Heed(trial, sentences)) continue;
      if (trial.fault) {
        if (UseNumbers(trial) || FindFault(*trial.fault)) continue;
        compilation_.findings.Report(diag::kImportFault, {}, *trial.fault);
        return false;
      }
      if (!trial.tree || !TakeOutDifferent(sentences, *trial.tree)) return true;
    }
  }

  /// Names of the export can stand for something else in the language.
  bool UseNumbers(const Trial& trial) {
    if (!trial.is_fault_of_names || drafting_.is_by_number) return false;
    drafting_.is_by_number = true;
    draft_ = imports::MakeDraft(snapshot_, compilation_.catalog(), drafting_);
    return true;
  }

  /// A fault that no sentence alone is told to have: each statement is tried by itself.
  bool FindFault(const std::string& fault) {
    bool has_changed = false;
    for (std::size_t i = 0; i < draft_.parts.size(); ++i) {
      if (draft_.parts[i].sentences.empty()) continue;
      const std::vector<SentenceRef> alone = SentencesOfPart(i);
      const Trial trial = TryProgram(ProgramOf(alone), trial_options_);
      if (Heed(trial, alone)) {
        has_changed = true;
      } else if (trial.fault) {
        LeaveOut(draft_.parts[i], {Reason::kUndecided, fault});
        has_changed = true;
      }
    }
    return has_changed || FindFaultTogether();
  }

  /// A fault that no statement has alone: those are left out that have it with what is before them.
  bool FindFaultTogether() {
    bool has_changed = false;
    std::vector<SentenceRef> kept;
    for (std::size_t i = 0; i < draft_.parts.size(); ++i) {
      if (draft_.parts[i].sentences.empty()) continue;
      std::vector<SentenceRef> tried = kept;
      for (const SentenceRef& ref : SentencesOfPart(i)) tried.push_back(ref);
      const Trial trial = TryProgram(ProgramOf(tried), trial_options_);
      if (trial.fault) {
        LeaveOut(draft_.parts[i], {Reason::kUndecided, *trial.fault});
        has_changed = true;
      } else {
        kept = std::move(tried);
      }
    }
    return has_changed;
  }

  [[nodiscard]] std::vector<SentenceRef> SentencesOfPart(std::size_t part) const {
    std::vector<SentenceRef> sentences;
    for (std::size_t k = 0; k < draft_.parts[part].sentences.size(); ++k) {
      sentences.push_back({part, k});
    }
    return sentences;
  }

  [[nodiscard]] std::vector<std::string> PlacesOfHolder(
      std::size_t holder, const std::vector<SentenceRef>& sentences,
      const std::vector<std::string>& places) const {
    std::vector<std::string> own;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      if (draft_.parts[sentences[i].part].holder == holder) own.push_back(places[i]);
    }
    return own;
  }

  [[nodiscard]] HolderProof Prove(std::size_t holder, const std::vector<SentenceRef>& sentences,
                                  const std::vector<std::string>& places,
                                  const BuiltStatements& built) {
    return proofs_->OfHolder(draft_, holder, PlacesOfHolder(holder, sentences, places), built);
  }

  static BuiltStatements BuiltIn(const host::FileSet& files) {
    const auto tree = deployed::ReadTree(files);
    WRIT_CHECK(tree.ok(), "a tree that was proved can be read");
    return BuiltStatements(*tree);
  }

  /// Of holders whose documents differ the statements that do. False if there are none.
  bool TakeOutDifferent(const std::vector<SentenceRef>& sentences, const host::FileSet& files) {
    const BuiltStatements built = BuiltIn(files);
    const std::vector<std::string> places = LinePlaces(sentences.size());
    bool has_changed = false;
    for (std::size_t i = 0; i < draft_.holders.size(); ++i) {
      if (Prove(i, sentences, places, built).is_proved()) continue;
      for (std::size_t part = 0; part < draft_.parts.size(); ++part) {
        if (draft_.parts[part].holder != i || draft_.parts[part].sentences.empty()) continue;
        has_changed = TakeOutIfDifferent(part) || has_changed;
      }
    }
    return has_changed;
  }

  bool TakeOutIfDifferent(std::size_t at) {
    const std::vector<SentenceRef> alone = SentencesOfPart(at);
    const Trial trial = TryProgram(ProgramOf(alone), trial_options_);
    if (!trial.tree) return Heed(trial, alone);
    // The part as the only one of its holder.
    Part& part = draft_.parts[at];
    const HolderProof proof =
        proofs_->OfParts(draft_, {at}, LinePlaces(alone.size()), BuiltIn(*trial.tree));
    if (proof.is_proved()) return false;
    if (proof.verdict == HolderProof::Verdict::kUndecided) {
      LeaveOut(part, {Reason::kUndecided, proof.because});
    } else {
      LeaveOut(part,
               {Reason::kDiffers, proof.gained ? "it would allow more" : "it would allow less"},
               proof.gained ? proof.gained : proof.lost);
    }
    return true;
  }

  /// Puts sentences of verbs in the place of `do` where they are proved to say the same. True if
  /// there are any.
  bool SayWithVerbs() {
    bool has_changed = false;
    for (const imports::Candidate& candidate : FindCandidates(draft_, compilation_.catalog())) {
      has_changed = SayWithVerbs(candidate) || has_changed;
    }
    return has_changed;
  }

  bool SayWithVerbs(const imports::Candidate& candidate) {
    std::vector<Part> before;
    for (const std::size_t at : candidate.parts) {
      Part& part = draft_.parts[at];
      before.push_back(part);
      part.fate = Fate::kSentence;
      part.refusal = {};
      part.request.reset();
      part.sentences.clear();
      part.said_by = candidate.parts.front();
    }
    Part& first = draft_.parts[candidate.parts.front()];
    first.sentences = candidate.sentences;
    first.said_by.reset();
    const std::vector<SentenceRef> sentences = SentencesOfPart(candidate.parts.front());
    const Trial trial = TryProgram(ProgramOf(sentences), trial_options_);
    const auto is_proved = [&](const host::FileSet& files) {
      const BuiltStatements built = BuiltIn(files);
      return proofs_->OfParts(draft_, candidate.parts, LinePlaces(sentences.size()), built)
          .is_proved();
    };
    if (trial.tree && is_proved(*trial.tree)) return true;
    for (std::size_t i = 0; i < before.size(); ++i) {
      draft_.parts[candidate.parts[i]] = std::move(before[i]);
    }
    return false;
  }

  // ---- what is told

  void ReportOrganization() {
    if (!draft_.unseen_accounts.empty()) {
      compilation_.findings.Report(diag::kImportUnseenAccounts, {})
          .Note(fmt::format("`{}` {} for the others", fmt::join(draft_.unseen_accounts, "`, `"),
                            draft_.unseen_accounts.size() == 1 ? "stands" : "stand"));
    }
    if (draft_.is_scp_use_unknown) {
      compilation_.findings.Report(diag::kImportScpsUnknown, {})
          .Suggest("add the output of `aws organizations list-roots`");
    }
  }

  static std::string HeldBy(const std::set<std::string>& whom) {
    constexpr std::size_t kShown = 3;
    std::string text;
    std::size_t count = 0;
    for (const std::string& who : whom) {
      if (count++ == kShown) break;
      text += fmt::format("{}{}", text.empty() ? "held by " : ", ", who);
    }
    if (whom.size() > kShown) text += fmt::format(" and {} more", whom.size() - kShown);
    return text;
  }

  void ReportParts() {
    ReportOrganization();
    if (draft_.has_placeholder) {
      compilation_.findings.Report(diag::kImportPlaceholder, {}, imports::kPlaceholderAccount);
    }
    std::set<std::string> incomplete;
    for (const Holder& holder : draft_.holders) {
      for (const imports::Member& member : holder.members) {
        if (member.missing.empty() || !incomplete.insert(member.arn).second) continue;
        auto& found = compilation_.findings.Report(diag::kImportIncomplete, {}, member.arn);
        for (const std::string& text : member.missing) found.Note(text);
      }
    }
    std::map<std::size_t, std::set<std::string>> bound;
    for (const Part& part : draft_.parts) {
      if (part.fate != Fate::kResidue) continue;
      for (std::string& who : BoundBy(draft_, part, snapshot_)) {
        bound[part.statement].insert(std::move(who));
      }
    }
    std::set<std::size_t> told;
    for (const Part& part : draft_.parts) {
      if (part.fate != Fate::kResidue || !told.insert(part.statement).second) continue;
      const imports::ReadStatement& read = draft_.statements[part.statement];
      auto& found = compilation_.findings.Report(diag::kImportResidue, read.span,
                                                 imports::Name(part.refusal.reason));
      found.Note(std::string(imports::Describe(part.refusal.reason)));
      if (!part.refusal.detail.empty()) found.Note(part.refusal.detail);
      if (const auto& whom = bound[part.statement]; !whom.empty()) found.Note(HeldBy(whom));
      if (part.request) found.Shows(review::RequestText(*part.request));
      const bool binds = read.statement.effect == policy::Effect::kDeny &&
                         part.holder != imports::kNoHolder &&
                         part.refusal.reason != Reason::kScpsOff;
      if (binds) {
        found.Suggest("keep it attached: without it, the sentences allow more than was read");
      }
    }
  }

  void ReportProof(std::size_t holder, const HolderProof& proof) {
    const Holder& of = draft_.holders[holder];
    const std::string who = of.kind == Holder::Kind::kTeam
                                ? fmt::format("team {}", of.name)
                                : fmt::format("SCPs of {}", of.node.empty() ? "the root" : of.node);
    if (proof.verdict == HolderProof::Verdict::kUndecided) {
      compilation_.findings.Report(diag::kImportUndecided, {}, who).Note(proof.because);
      return;
    }
    auto& found = compilation_.findings.Report(diag::kImportDiffers, {}, who);
    const bool is_gained = proof.gained.has_value();
    found.Note(is_gained ? "allowed by the program only" : "allowed by what was read only");
    found.Shows(review::RequestText(is_gained ? *proof.gained : *proof.lost));
  }

  // ---- the result

  host::ExitStatus Finally() {
    const std::vector<SentenceRef> sentences = SentencesOf(draft_, imports::kNoHolder);
    const PolicyFile policies = MakePolicyFile(draft_, sentences, compilation_.sources);
    host::FileSet files = DeclarationFiles(draft_, sentences);
    files.emplace(kTrialSentences, policies.text);
    if (const std::string absent = AbsentPrincipals(draft_, compilation_.sources);
        !absent.empty()) {
      std::string& teams = files["teams.writ"];
      teams = teams.empty() ? absent : absent + "\n" + teams;
    }
    const Trial trial = TryProgram(files, trial_options_);
    if (!trial.tree) {
      compilation_.findings.Report(diag::kImportFault, {}, trial.fault.value_or("no document"));
      return Done(host::ExitStatus::kInternal);
    }
    const BuiltStatements built = BuiltIn(*trial.tree);
    std::vector<HolderProof> proofs;
    bool is_proved = true;
    for (std::size_t i = 0; i < draft_.holders.size(); ++i) {
      proofs.push_back(Prove(i, sentences, policies.places, built));
      if (proofs.back().is_proved()) continue;
      is_proved = false;
      ReportProof(i, proofs.back());
    }
    const Residue residue = MakeResidue(draft_, snapshot_);
    files.insert(residue.files.begin(), residue.files.end());
    files.emplace("import.json", MakeLedger(draft_, sentences, policies, residue, proofs, snapshot_,
                                            compilation_.sources, compilation_.catalog().date()));
    if (!ReplaceFolder(options_.output, files, environment_, compilation_)) {
      return Done(host::ExitStatus::kUnreadable);
    }
    if (!environment_.settings.quiet) Summarize(proofs, trial.warnings);
    return Done(is_proved ? host::ExitStatus::kGood : host::ExitStatus::kNo);
  }

  static std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
  }

  /// One line; nothing where there are no holders of the kind.
  [[nodiscard]] std::string Verdicts(const std::vector<HolderProof>& proofs, Holder::Kind kind,
                                     std::string_view one, std::string_view many) const {
    const std::vector<Remainder> left = Remainders(draft_);
    std::array<std::size_t, 4> by_verdict{};
    std::size_t all = 0;
    std::size_t in_part = 0;
    std::size_t left_whole = 0;
    for (std::size_t i = 0; i < proofs.size(); ++i) {
      const Holder& holder = draft_.holders[i];
      if (holder.kind != kind) continue;
      const std::size_t count = kind == Holder::Kind::kTeam ? holder.members.size() : 1;
      all += count;
      if (proofs[i].is_proved() && !left[i].is_none()) {
        (left[i].is_all ? left_whole : in_part) += count;
        continue;
      }
      by_verdict[static_cast<std::size_t>(proofs[i].verdict)] += count;
    }
    if (all == 0) return "";
    std::string text = fmt::format("{}: {} proved equal", Counted(all, one, many), by_verdict[0]);
    if (by_verdict[1] > 0) {
      text += fmt::format(", {} proved equal for requests that AWS can send", by_verdict[1]);
    }
    if (in_part > 0) {
      text += fmt::format(", {} proved equal except for what is left or missing", in_part);
    }
    if (left_whole > 0) text += fmt::format(", {} not in the program", left_whole);
    if (by_verdict[2] > 0) text += fmt::format(", {} different", by_verdict[2]);
    if (by_verdict[3] > 0) text += fmt::format(", {} not decided", by_verdict[3]);
    return text + "\n";
  }

  void Summarize(const std::vector<HolderProof>& proofs, std::size_t warnings) {
    const Counts counts = Count(draft_);
    std::ostream& out = environment_.out;
    out << snapshot_.Summary() << "\n"
        << fmt::format("{}: {} in sentences, {} in `do` sentences, {} without effect, {} left\n",
                       Counted(counts.statements, "statement", "statements"), counts.sentences,
                       counts.do_sentences, counts.nothing, counts.residue);
    std::string left;
    for (std::size_t i = 0; i < imports::kReasonCount; ++i) {
      if (counts.by_reason[i] == 0) continue;
      left += fmt::format("{}{} {}", left.empty() ? "" : ", ",
                          imports::Name(static_cast<Reason>(i)), counts.by_reason[i]);
    }
    if (!left.empty()) out << fmt::format("left: {}\n", left);
    if (draft_.service_linked > 0) {
      out << fmt::format("left out: {}\n", Counted(draft_.service_linked, "service-linked role",
                                                   "service-linked roles"));
    }
    std::size_t incomplete = 0;
    for (const Holder& holder : draft_.holders) {
      incomplete += static_cast<std::size_t>(std::ranges::count_if(
          holder.members, [](const imports::Member& member) { return !member.missing.empty(); }));
    }
    out << Verdicts(proofs, Holder::Kind::kTeam, "principal", "principals");
    if (incomplete > 0) out << fmt::format("known in part only: {}\n", incomplete);
    out << Verdicts(proofs, Holder::Kind::kNode, "node with SCPs", "nodes with SCPs");
    out << fmt::format(
        "wrote {}: {}", options_.output,
        Counted(SentencesOf(draft_, imports::kNoHolder).size(), "sentence", "sentences"));
    if (warnings > 0) {
      out << fmt::format("; `writ check` has {} about them",
                         Counted(warnings, "warning", "warnings"));
    }
    out << "\n";
  }

  const ImportOptions& options_;
  host::Environment& environment_;
  compiler::Compilation compilation_{environment_};
  imports::Options drafting_;
  TrialOptions trial_options_;
  snapshot::Snapshot snapshot_;
  Draft draft_;
  std::optional<HolderProofs> proofs_;  ///< once there is a catalog
};

}  // namespace

host::ExitStatus RunImport(const ImportOptions& options, host::Environment& environment) {
  return Importing(options, environment).Run();
}

}  // namespace writ::commands

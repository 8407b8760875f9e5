#include "commands/lint.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "analysis/policy_lint/lint.h"
#include "analysis/review/why.h"
#include "analysis/snapshot/read.h"
#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "commands/finish.h"
#include "commands/lint_exceptions.h"
#include "commands/lint_fix.h"
#include "commands/snapshot_files.h"
#include "commands/walk_folder.h"
#include "compiler/compilation.h"
#include "compiler/near_path.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::string_view kSuppressions = "writ-lint.json";

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

class Linting {
 public:
  Linting(const LintOptions& options, host::Environment& environment)
      : options_(options), environment_(environment) {}

  // What --fix did, and why it left what it left.
  struct Mended {
    std::size_t findings = 0;
    std::map<Baseline::Entry, std::string> why_not;
  };

  // Takes out of the files what can go; nothing if a file could not be written, which is reported.
  // Leaves it to Run to say what cannot be read.
  std::optional<Mended> Mend() {
    if (Look() || !is_whole_) return Mended{};
    const LintFixes fixes = FixPolicies(snapshot_, open_, environment_, compilation_);
    if (fixes.is_unwritten) {
      static_cast<void>(Done(host::ExitStatus::kUnreadable));
      return std::nullopt;
    }
    Mended mended{fixes.made.size(), {}};
    for (const auto& [finding, why] : fixes.why_not) mended.why_not.emplace(KeyOf(*finding), why);
    return mended;
  }

  host::ExitStatus Run(Mended mended) {
    mended_ = std::move(mended);
    if (const auto stop = Look()) return Done(*stop);
    for (policy_lint::Finding* const finding : open_) Show(*finding);
    ReportExceptions();
    if (!environment_.settings.quiet) environment_.out << Summary();
    if (!is_whole_) return Done(host::ExitStatus::kInvalid);
    if (!options_.write_baseline.empty()) return WriteBaseline();
    return Done(failing_ > 0 || is_expired_ ? host::ExitStatus::kNo : host::ExitStatus::kGood);
  }

 private:
  host::ExitStatus Done(host::ExitStatus status) {
    return Finish(compilation_, environment_, status);
  }

  // Reads and judges all, once; why there is nothing to look at, if there is not.
  std::optional<host::ExitStatus> Look() {
    if (is_looked_at_) return stop_;
    is_looked_at_ = true;
    stop_ = Read();
    if (stop_) return stop_;
    // What could not be read may hold anything: the findings about the rest are shown all the same.
    is_whole_ = !compilation_.findings.has_errors();
    Lint();
    return std::nullopt;
  }

  std::optional<host::ExitStatus> Read() {
    if (const auto stop = compiler::ChooseCatalog(compilation_)) return StatusOf(stop);
    if (!ReadOptions()) return host::ExitStatus::kUsage;
    for (const std::string& path : options_.paths) {
      if (path != kStandardInput) NoteSuppressions(path);
    }
    const SnapshotFiles found = LoadSnapshotFiles(
        options_.paths, [&](const std::string& path) { return IsOurs(path); }, environment_,
        compilation_);
    if (!found.is_readable) return host::ExitStatus::kUnreadable;
    snapshot::ReadOptions reading;
    reading.account = options_.account;
    if (!options_.kind.empty() && options_.kind != "auto") {
      reading.kind = decide::ParseKind(options_.kind == "vpce" ? "endpoint" : options_.kind);
    }
    files_ = found.files;
    // A baseline that the run does not name is no document either.
    std::erase_if(files_, [&](const snapshot::File& file) {
      return Baseline::IsOne(compilation_.sources.text(file.id));
    });
    snapshot_ = snapshot::Read(compilation_.sources, files_, reading, compilation_.findings);
    if (snapshot_.documents.empty() && !compilation_.findings.has_errors()) {
      compilation_.findings.Report(diag::kNothingToRead, {},
                                   fmt::format("{}", fmt::join(options_.paths, "`, `")));
    }
    ReadExceptions();
    return std::nullopt;
  }

  bool ReadOptions() {
    const auto level = policy_lint::ParseLevel(options_.min);
    WRIT_CHECK(level.has_value(), "the command line knows the levels");
    min_ = *level;
    std::string wrong;
    for (const auto& [text, into] :
         {std::pair(&options_.select, &select_), std::pair(&options_.ignore, &ignore_)}) {
      if (text->empty()) continue;
      *into = policy_lint::ParseSelection(*text, wrong);
      if (*into) continue;
      diag::Diagnostic& found = compilation_.findings.Report(diag::kLintNoSuchRule, {}, wrong);
      const std::string near = policy_lint::NearRule(wrong);
      if (!near.empty()) found.Suggest(fmt::format("did you mean `{}`?", near));
      return false;
    }
    return true;
  }

  void Unreadable(std::string_view path, std::string_view reason) {
    compiler::SuggestPath(compilation_.findings.Report(diag::kFileNotReadable, {}, path, reason),
                          std::string(path), environment_.files);
  }

  // ---------------------------------------------------------------------------------- the files

  // A folder, what lies beside a file, and the folders above as far as the path names them may hold
  // suppressions.
  void NoteSuppressions(const std::string& path) {
    const bool is_folder = environment_.files.KindOf(path) == host::EntryKind::kFolder;
    std::string folder = is_folder ? path : FolderOf(path);
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    while (true) {
      suppression_files_.insert(Under(folder, std::string(kSuppressions)));
      const bool is_above = folder == ".." || folder.ends_with("/..");
      if (folder.empty() || folder == "." || folder == "/" || is_above) break;
      folder = folder.rfind('/') == 0 ? "/" : FolderOf(folder);
    }
  }

  bool IsOurs(const std::string& path) const {
    return path == options_.baseline || path == options_.write_baseline || path == kSuppressions ||
           path.ends_with("/" + std::string(kSuppressions));
  }

  std::optional<source::FileId> Load(const std::string& path) {
    auto bytes = environment_.files.Read(path, std::size_t{16} << 20U);
    if (!bytes) {
      Unreadable(path, bytes.error().reason);
      return std::nullopt;
    }
    return compilation_.sources.Add(path, std::move(bytes).value());
  }

  void ReadExceptions() {
    for (const std::string& path : suppression_files_) {
      if (environment_.files.KindOf(path) != host::EntryKind::kFile) continue;
      if (const auto file = Load(path)) {
        suppressions_.Read(compilation_.sources, *file, compilation_.findings);
      }
    }
    if (options_.baseline.empty()) return;
    if (const auto file = Load(options_.baseline)) {
      baseline_.Read(compilation_.sources, *file, compilation_.findings);
    }
  }

  // ------------------------------------------------------------------------------- the findings

  std::string DocumentName(const snapshot::Document& document) const {
    if (!document.holder.empty()) return fmt::format("{} {}", document.holder, document.name);
    return compilation_.sources.relative_path(document.text->file()) + document.pointer;
  }

  std::string SidOf(const policy_lint::Finding& finding) const {
    if (!finding.statement || !finding.document) return "";
    const auto read = snapshot_.documents[*finding.document].Read(policy::Demand::kGrammar);
    if (!read) return "";
    return read->document.statements[*finding.statement].sid;
  }

  // Findings that are neither suppressed nor in the baseline are in `open_`.
  void Lint() {
    const policy_lint::Options options{.catalog = compilation_.catalog(),
                                       .allow_unknown = environment_.settings.allow_unknown,
                                       .is_wanted =
                                           [&](const policy_lint::Rule& rule) {
                                             return (!select_ || select_->Matches(rule)) &&
                                                    !(ignore_ && ignore_->Matches(rule));
                                           },
                                       .threads = options_.threads};
    result_ = policy_lint::Run(snapshot_, options);
    for (policy_lint::Finding& finding : result_.findings) {
      if (!IsAccepted(finding)) open_.push_back(&finding);
    }
  }

  void ReportExceptions() {
    for (const snapshot::File& file : files_) {
      suppressions_.SeeFile(compilation_.sources.path(file.id));
    }
    for (const std::string& path : options_.paths) {
      const bool is_folder = environment_.files.KindOf(path) == host::EntryKind::kFolder;
      if (is_folder) suppressions_.SeeFolder(path);
    }
    suppressions_.ReportRest(environment_.today, compilation_.findings);
    for (const diag::Diagnostic& found : compilation_.findings.all()) {
      is_expired_ = is_expired_ || found.number == diag::kLintSuppressionExpired.number;
    }
    for (const Baseline::Entry& entry : baseline_.Stale()) {
      compilation_.findings.Report(diag::kLintBaselineStale, {}, entry.rule, entry.document);
    }
  }

  const snapshot::Document* DocumentOf(const policy_lint::Finding& finding) const {
    return finding.document ? &snapshot_.documents[*finding.document] : nullptr;
  }

  std::string NameOf(const policy_lint::Finding& finding) const {
    const snapshot::Document* const document = DocumentOf(finding);
    return document == nullptr ? finding.holder : DocumentName(*document);
  }

  Baseline::Entry KeyOf(const policy_lint::Finding& finding) const {
    return {finding.rule->Label(), NameOf(finding), finding.fingerprint};
  }

  // Whether a suppression or the baseline has it.
  bool IsAccepted(const policy_lint::Finding& finding) {
    const LintPlace place{compilation_.sources.path(finding.diagnostic.span.file), SidOf(finding),
                          NameOf(finding)};
    if (auto because = suppressions_.Covers(finding, place, environment_.today)) {
      ++suppressed_;
      Accept(finding, *std::move(because));
      return true;
    }
    const Baseline::Entry entry = KeyOf(finding);
    written_.insert(entry);
    if (!baseline_.Holds(entry)) return false;
    ++known_;
    Accept(finding, "in the baseline " + options_.baseline);
    return true;
  }

  void Accept(const policy_lint::Finding& finding, std::string because) {
    if (environment_.settings.diagnostics != diag::Format::kSarif) return;
    diag::Diagnostic found = Described(finding);
    found.severity = finding.level <= min_ ? diag::Severity::kError : diag::Severity::kWarning;
    compilation_.accepted.push_back(
        {std::move(found), diag::Accepted::By::kFile, std::move(because)});
  }
  /// With request, rule and the way to the document.
  diag::Diagnostic Described(const policy_lint::Finding& finding) const {
    const snapshot::Document* const document = DocumentOf(finding);
    diag::Diagnostic found = finding.diagnostic;
    if (finding.request) found.Shows(review::RequestText(*finding.request));
    std::string rule = fmt::format("rule {} `{}` ({})", finding.rule->Label(), finding.rule->name,
                                   policy_lint::LevelName(finding.level));
    if (document != nullptr && !document->holder.empty()) {
      rule += fmt::format(", {} of {}", document->name, document->holder);
    }
    if (finding.hidden > 0) {
      rule += fmt::format("; {} from it", finding.hidden == 1
                                              ? "1 finding follows"
                                              : fmt::format("{} findings follow", finding.hidden));
    }
    found.Note(std::move(rule));
    if (const auto why = mended_.why_not.find(KeyOf(finding)); why != mended_.why_not.end()) {
      found.Note(why->second);
    }
    if (document != nullptr && !document->text->is_plain()) {
      found.Note(fmt::format("in the value at {}", document->pointer));
    }
    return found;
  }

  void Show(const policy_lint::Finding& finding) {
    ++by_level_[static_cast<std::size_t>(finding.level)];
    const bool fails = finding.level <= min_ && options_.write_baseline.empty();
    failing_ += fails ? 1U : 0U;
    Add(Described(finding), fails);
  }

  void Add(diag::Diagnostic found, bool fails) {
    // The message is made already: the code is only told again.
    diag::Diagnostic& added = compilation_.findings.Report(diag::kLintJson, found.span);
    found.severity = fails ? diag::Severity::kError : diag::Severity::kWarning;
    added = std::move(found);
  }

  // Of what could be read only in part it is not said what was not found.
  std::string Summary() const {
    const auto counted = [](std::size_t count, std::string_view one, std::string_view many) {
      return fmt::format("{} {}", count, count == 1 ? one : many);
    };
    std::string text = is_whole_ ? snapshot_.Summary() + "\n" : "";
    text += fmt::format("{}, {}, {}: {}, {}, {}, {}",
                        counted(result_.documents, "policy document", "policy documents"),
                        counted(result_.statements, "statement", "statements"),
                        counted(result_.rules, "rule", "rules"),
                        counted(by_level_[0], "error", "errors"),
                        counted(by_level_[1], "security finding", "security findings"),
                        counted(by_level_[2], "warning", "warnings"),
                        counted(by_level_[3], "suggestion", "suggestions"));
    if (suppressed_ > 0) text += fmt::format("; {} suppressed", suppressed_);
    if (mended_.findings > 0) text += fmt::format("; {} fixed", mended_.findings);
    if (known_ > 0) text += fmt::format("; {} in the baseline", known_);
    return text + "\n";
  }

  host::ExitStatus WriteBaseline() {
    const auto written =
        environment_.files.WriteFile(options_.write_baseline, Baseline::Write(written_));
    if (written) return Done(host::ExitStatus::kGood);
    compilation_.findings.Report(diag::kFileNotWritten, {}, options_.write_baseline,
                                 written.error().message);
    return Done(host::ExitStatus::kUnreadable);
  }

  const LintOptions& options_;
  host::Environment& environment_;
  compiler::Compilation compilation_{environment_};
  policy_lint::Level min_ = policy_lint::Level::kSecurity;
  std::optional<policy_lint::Selection> select_;
  std::optional<policy_lint::Selection> ignore_;
  std::set<std::string> suppression_files_;
  std::vector<snapshot::File> files_;
  snapshot::Snapshot snapshot_;
  Suppressions suppressions_;
  Baseline baseline_;
  std::set<Baseline::Entry> written_;
  std::vector<policy_lint::Finding*> open_;
  bool is_looked_at_ = false;
  std::optional<host::ExitStatus> stop_;
  bool is_whole_ = false;
  policy_lint::Result result_;
  Mended mended_;
  std::array<std::size_t, 4> by_level_{};
  std::size_t failing_ = 0;
  std::size_t suppressed_ = 0;
  std::size_t known_ = 0;
  bool is_expired_ = false;
};

}  // namespace

host::ExitStatus RunLint(const LintOptions& options, host::Environment& environment) {
  Linting linting(options, environment);
  if (!options.fix) return linting.Run({});
  if (std::ranges::find(options.paths, kStandardInput) != options.paths.end()) {
    environment.err << "writ: --fix needs files; standard input cannot be rewritten\n";
    return host::ExitStatus::kUsage;
  }
  auto mended = linting.Mend();
  if (!mended) return host::ExitStatus::kUnreadable;
  if (mended->findings == 0) return linting.Run(*std::move(mended));
  // What is still wrong is shown as it stands in the rewritten files.
  return Linting(options, environment).Run(*std::move(mended));
}

}  // namespace writ::commands

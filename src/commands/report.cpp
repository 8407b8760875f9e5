#include "commands/report.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "analysis/report/collect.h"
#include "analysis/report/controls.h"
#include "analysis/report/manifest.h"
#include "analysis/review/examine.h"
#include "base/diag/codes/driver.h"
#include "base/support/version.h"
#include "commands/diff.h"
#include "commands/drift.h"
#include "commands/finish.h"
#include "commands/replace_folder.h"
#include "commands/report_summary.h"
#include "commands/staged_freeze.h"
#include "commands/summarise_results.h"
#include "commands/wording.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/output_tree.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "output/report_forms/coverage.h"
#include "output/report_forms/evidence.h"
#include "output/report_forms/html.h"
#include "output/report_forms/json.h"
#include "output/report_forms/oscal.h"

namespace writ::commands {
namespace {

using host::ExitStatus;

/// A program's report, or why there is none.
struct Made {
  ExitStatus status = ExitStatus::kGood;
  std::optional<report::Report> report = std::nullopt;
  host::FileSet artifacts = {};
  report::Packs packs = {};
};

/// The tree that the report is about, in `made`; whether there is one.
bool FindTree(const ReportOptions& options, const compiler::Bound& program,
              const host::Environment& environment, compiler::Compilation& compilation,
              Made& made) {
  if (!options.artifacts.empty()) {
    auto files = compiler::ReadFolder(options.artifacts, environment.files);
    if (!files) {
      compilation.findings.Report(diag::kFileNotReadable, {}, options.artifacts,
                                  files.error().message);
      made.status = ExitStatus::kUnreadable;
      return false;
    }
    made.artifacts = *std::move(files);
    return true;
  }
  const compiler::BuildPlan plan;
  compiler::Built built =
      compiler::Build(program, compiler::Pack(program, plan, compilation), plan, compilation);
  if (built.stop) {
    made.status = StatusOf(*built.stop);
    return false;
  }
  made.artifacts = std::move(built.files);
  return true;
}

/// What the manifest lists, if it can be read and is what the tree holds.
std::optional<std::vector<report::Document>> ReadDocuments(const ReportOptions& options,
                                                           const host::FileSet& files,
                                                           compiler::Compilation& compilation) {
  auto documents = report::ReadManifest(files);
  if (!documents) {
    compilation.findings.Report(diag::kBadTree, {}, options.artifacts, documents.error().message);
    return std::nullopt;
  }
  const auto wrong = report::CheckHashes(*documents, files);
  for (const report::Disagreement& one : wrong) {
    compilation.findings.Report(diag::kTreeChanged, {}, options.artifacts, one.path, one.what);
  }
  if (!wrong.empty()) return std::nullopt;
  return *std::move(documents);
}

std::vector<review::Covered> CoverageOf(const compiler::Lowered& lowered, const std::string& day,
                                        compiler::Compilation& compilation) {
  const review::Program program{lowered.model, compilation.catalog(), library::Library::BuiltIn(),
                                lowered.bindings, day};
  review::Examiner examiner(program, lowered.bundle);
  review::Coverage coverage(examiner.world());
  for (const intent::Question& question : lowered.model.tests) {
    static_cast<void>(examiner.Sample(question, compilation.findings, &coverage));
  }
  return coverage.Items();
}

/// The packs that the program imports, each once, by id.
report::Packs PacksOf(const sema::Program& program) {
  std::map<std::string, std::shared_ptr<const compliance::Pack>> packs;
  for (const sema::ImportedPack& imported : program.packs) {
    packs.emplace(imported.pack->id, imported.pack);
  }
  report::Packs list;
  for (auto& [id, pack] : packs) list.push_back(std::move(pack));
  return list;
}

/// What is deployed, beside the program; nothing if it cannot be said, which was reported.
std::optional<report::Deployed> DeployedOf(const ReportOptions& options,
                                           const compiler::Bound& program,
                                           host::Environment& environment,
                                           compiler::Compilation& compilation, ExitStatus& status) {
  DriftOptions drift;
  drift.deployed = options.deployed;
  const Drifted drifted = CompareDeployed(program, drift, environment, compilation);
  status = drifted.status;
  if (status != ExitStatus::kGood) return std::nullopt;
  const std::vector<drift::Finding>& findings = drifted.report.findings;
  return report::Deployed{fmt::format("{}", fmt::join(options.deployed, ", ")),
                          DriftText(drifted, program, compilation), findings.size(),
                          std::ranges::all_of(findings, [](const drift::Finding& finding) {
                            return finding.area == drift::Area::kSetting;
                          })};
}

Made MakeReport(const ReportOptions& options, host::Environment& environment,
                compiler::Compilation& compilation) {
  Made made;
  const auto lowered =
      compiler::Compile<compiler::Lowered>({options.paths, options.bindings}, compilation);
  made.status = StatusOf(lowered.stop);
  if (lowered.stop) return made;
  const compiler::Decided decided = compiler::DecideProgram(lowered, compilation);
  if (decided.is_contradicted) {
    made.status = ExitStatus::kInvalid;
    return made;
  }
  if (!FindTree(options, lowered, environment, compilation, made)) return made;
  const auto documents = ReadDocuments(options, made.artifacts, compilation);
  if (!documents) {
    made.status = ExitStatus::kInvalid;
    return made;
  }
  compiler::ProofRun proof = compiler::ProveTree(
      {lowered.model, compilation.catalog(), lowered.bindings}, made.artifacts, compilation);
  if (proof.stop) {
    made.status = StatusOf(*proof.stop);
    return made;
  }
  ProveStaged(options.paths, made.artifacts, environment, proof.proof);
  made.status =
      StatusOf(options.artifacts.empty() ? compiler::ReportBuildProof(proof, compilation)
                                         : compiler::ReportVerification(proof, compilation));
  if (made.status == ExitStatus::kInternal) return made;
  const std::string day = support::DateText(environment.today);
  const access::Facts facts{
      {lowered.model, compilation.catalog(), lowered.bindings}, library::Library::BuiltIn(), day};
  const std::vector<review::Covered> coverage = CoverageOf(lowered, day, compilation);
  made.packs = PacksOf(lowered.program);
  std::optional<report::Deployed> deployed;
  if (!options.deployed.empty()) {
    ExitStatus status = ExitStatus::kGood;
    deployed = DeployedOf(options, lowered, environment, compilation, status);
    if (!deployed) {
      made.status = status;
      return made;
    }
  }
  std::vector<source::FileId> files_read = compilation.files;
  std::ranges::copy(compilation.inputs, std::back_inserter(files_read));
  made.report =
      report::Collect({facts, lowered.program.files, compilation.sources, std::move(files_read),
                       *documents, proof.proof, coverage, made.packs, decided.idle,
                       std::string(support::Version()), std::move(deployed)});
  const report::Matrix& matrix = made.report->matrix;
  if (!matrix.is_decided) {
    compilation.findings.Report(diag::kMatrixTooLarge, {}, matrix.questions, matrix.limit)
        .Suggest("ask about one principal with `writ can`, or about all of them with `writ who`");
  }
  const bool holds = std::ranges::all_of(
      made.report->tests, [](const report::Test& one) { return one.verdict == "holds"; });
  const bool is_deployed = !made.report->deployed || made.report->deployed->are_policies_as_said;
  if (made.status == ExitStatus::kGood && !(holds && is_deployed)) made.status = ExitStatus::kNo;
  return made;
}

/// What `writ diff` says of the program against an older one; nothing if it cannot be said, which
/// was reported.
std::optional<report::Changes> ChangesOf(const ReportOptions& options,
                                         host::Environment& environment, ExitStatus& status) {
  const std::string path = options.paths.empty() ? "." : options.paths.front();
  DiffOptions diff;
  diff.before = options.base.empty() ? options.against : options.base + ":" + path;
  diff.after = path;
  std::ostringstream text;
  host::Environment seen = environment.With(text);
  seen.settings.quiet = false;
  seen.settings.verbose = false;
  status = RunDiff(diff, seen);
  if (status != ExitStatus::kGood) return std::nullopt;
  return report::Changes{diff.before, std::move(text).str()};
}

/// A file to write.
struct Output {
  std::string path;
  std::string bytes;
};

/// A folder to write.
struct Folder {
  std::string path;
  host::FileSet files;
};

std::vector<Output> OutputsOf(const ReportOptions& options, const report::Report& made) {
  std::vector<Output> outputs;
  if (!options.json.empty()) outputs.push_back({options.json, report_forms::Json(made)});
  if (!options.html.empty()) outputs.push_back({options.html, report_forms::Html(made)});
  if (!options.lcov.empty()) outputs.push_back({options.lcov, report_forms::Lcov(made)});
  if (!options.cobertura.empty()) {
    outputs.push_back({options.cobertura, report_forms::Cobertura(made)});
  }
  return outputs;
}

/// Whether the folder may be replaced; what is wrong is reported.
bool MayReplace(const std::string& path,
                std::optional<std::string> (*why_not)(const host::FileSet&),
                const host::Environment& environment, compiler::Compilation& compilation) {
  const host::EntryKind kind = environment.files.KindOf(path);
  if (kind == host::EntryKind::kMissing) return true;
  std::optional<std::string> refusal;
  if (kind != host::EntryKind::kFolder) {
    refusal = "it is not a folder";
  } else if (const auto files = compiler::ReadFolder(path, environment.files); files) {
    refusal = why_not(*files);
  } else {
    refusal = files.error().message;
  }
  if (refusal) compilation.findings.Report(diag::kOutputNotOurs, {}, path, *refusal);
  return !refusal;
}

/// The folders that were asked for, each of them one that may be replaced; nothing if one may not.
std::optional<std::vector<Folder>> FoldersOf(const ReportOptions& options, const Made& made,
                                             const host::Environment& environment,
                                             compiler::Compilation& compilation) {
  std::vector<Folder> folders;
  if (!made.report->proof.is_proved()) return folders;
  bool are_ours = true;
  if (!options.evidence.empty()) {
    are_ours = MayReplace(options.evidence, report_forms::WhyNotOurs, environment, compilation);
    folders.push_back(
        {options.evidence, report_forms::Evidence(*made.report, made.artifacts, options.revision)});
  }
  if (!options.oscal.empty()) {
    are_ours =
        MayReplace(options.oscal, report_forms::WhyNotOscalOfOurs, environment, compilation) &&
        are_ours;
    folders.push_back({options.oscal, report_forms::Oscal(*made.report, made.packs,
                                                          made.artifacts.at("manifest.json"))});
  }
  if (!are_ours) return std::nullopt;
  return folders;
}

ExitStatus Write(const std::vector<Output>& outputs, const std::vector<Folder>& folders,
                 host::Environment& environment, compiler::Compilation& compilation) {
  for (const Folder& folder : folders) {
    if (!ReplaceFolder(folder.path, folder.files, environment, compilation)) {
      return ExitStatus::kUnreadable;
    }
  }
  for (const Output& output : outputs) {
    if (output.path == "-") {
      environment.out << output.bytes;
      continue;
    }
    const auto written = environment.files.WriteFile(output.path, output.bytes);
    if (written.ok()) continue;
    compilation.findings.Report(diag::kFileNotWritten, {}, output.path, written.error().message);
    return ExitStatus::kUnreadable;
  }
  return ExitStatus::kGood;
}

ExitStatus CheckBundle(const ReportOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const auto files = compiler::ReadFolder(options.check, environment.files);
  if (!files) {
    compilation.findings.Report(diag::kFileNotReadable, {}, options.check, files.error().message);
    return Finish(compilation, environment, ExitStatus::kUnreadable);
  }
  std::optional<std::string> digest;
  if (!options.digest.empty()) digest = options.digest;
  const auto changed = report_forms::CheckEvidence(*files, digest);
  if (!changed) {
    compilation.findings.Report(diag::kBadEvidence, {}, options.check, changed.error().message);
    return Finish(compilation, environment, ExitStatus::kInvalid);
  }
  for (const report_forms::Changed& one : *changed) {
    compilation.findings.Report(diag::kEvidenceChanged, {}, options.check, one.path, one.what);
  }
  if (!digest) {
    compilation.findings.Report(diag::kIndexUnchecked, {}, options.check)
        .Note("anyone who changed a file could have changed the index too")
        .Suggest("pass the digest that was printed when the evidence was written: --digest D");
  }
  if (changed->empty() && !environment.settings.quiet) {
    environment.out << fmt::format("{} as bundled{}\n", Counted(files->size(), "file"),
                                   digest ? "" : ", if the index is");
  }
  return Finish(compilation, environment, changed->empty() ? ExitStatus::kGood : ExitStatus::kNo);
}

}  // namespace

ExitStatus RunReport(const ReportOptions& options, host::Environment& environment) {
  if (!options.check.empty()) return CheckBundle(options, environment);
  if (!options.summarise.empty()) return SummariseResults(options.summarise, environment);
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  Made made = MakeReport(options, environment, compilation);
  if (!made.report) return Finish(compilation, environment, made.status);
  if (!options.base.empty() || !options.against.empty()) {
    ExitStatus status = ExitStatus::kGood;
    made.report->changes = ChangesOf(options, environment, status);
    if (!made.report->changes) return Finish(compilation, environment, status);
  }
  const std::vector<Output> outputs = OutputsOf(options, *made.report);
  for (const Output& output : outputs) {
    if (output.path != options.html || output.bytes.size() <= report_forms::kMaxPageBytes) continue;
    compilation.findings.Report(diag::kPageTooLarge, {}, output.bytes.size(),
                                report_forms::kMaxPageBytes);
    return Finish(compilation, environment, ExitStatus::kInvalid);
  }
  const auto folders = FoldersOf(options, made, environment, compilation);
  if (!folders) return Finish(compilation, environment, ExitStatus::kUsage);
  const ExitStatus written = Write(outputs, *folders, environment, compilation);
  if (written != ExitStatus::kGood) return Finish(compilation, environment, written);
  const bool is_asked_for = !outputs.empty() || !options.evidence.empty() || !options.oscal.empty();
  if (!is_asked_for && !environment.settings.quiet) {
    PrintReportSummary(*made.report, environment.out);
  }
  for (const Folder& folder : *folders) {
    if (folder.path != options.evidence) continue;
    const std::string digest = report_forms::DigestOf(folder.files);
    // Without the digest the evidence cannot be checked later: it is what is asked for.
    environment.out << (environment.settings.quiet
                            ? digest + "\n"
                            : fmt::format("{} of evidence; digest of the index: {}\n",
                                          Counted(folder.files.size(), "file"), digest));
  }
  return Finish(compilation, environment, made.status);
}

}  // namespace writ::commands

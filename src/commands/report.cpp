#include "commands/report.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "analysis/report/collect.h"
#include "analysis/report/manifest.h"
#include "analysis/review/examine.h"
#include "base/diag/codes/driver.h"
#include "base/support/version.h"
#include "commands/finish.h"
#include "commands/wording.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/output_tree.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "output/report_forms/json.h"

namespace writ::commands {
namespace {

using host::ExitStatus;

/// A program's report, or why there is none.
struct Made {
  ExitStatus status = ExitStatus::kGood;
  std::optional<report::Report> report = std::nullopt;
  host::FileSet artifacts = {};
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

Made MakeReport(const ReportOptions& options, const host::Environment& environment,
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
  const compiler::ProofRun proof = compiler::ProveTree(
      {lowered.model, compilation.catalog(), lowered.bindings}, made.artifacts, compilation);
  if (proof.stop) {
    made.status = StatusOf(*proof.stop);
    return made;
  }
  made.status =
      StatusOf(options.artifacts.empty() ? compiler::ReportBuildProof(proof, compilation)
                                         : compiler::ReportVerification(proof, compilation));
  if (made.status == ExitStatus::kInternal) return made;
  const std::string day = support::DateText(environment.today);
  const access::Facts facts{
      {lowered.model, compilation.catalog(), lowered.bindings}, library::Library::BuiltIn(), day};
  const std::vector<review::Covered> coverage = CoverageOf(lowered, day, compilation);
  made.report =
      report::Collect({facts, lowered.program.files, compilation.sources, compilation.files,
                       *documents, proof.proof, coverage, std::string(support::Version())});
  const report::Matrix& matrix = made.report->matrix;
  if (!matrix.is_decided) {
    compilation.findings.Report(diag::kMatrixTooLarge, {}, matrix.questions, matrix.limit)
        .Suggest("ask about one principal with `writ can`, or about all of them with `writ who`");
  }
  const bool holds = std::ranges::all_of(
      made.report->tests, [](const report::Test& one) { return one.verdict == "holds"; });
  if (made.status == ExitStatus::kGood && !holds) made.status = ExitStatus::kNo;
  return made;
}

bool WriteFile(const std::string& path, const std::string& bytes, host::Environment& environment,
               compiler::Compilation& compilation) {
  if (path == "-") {
    environment.out << bytes;
    return true;
  }
  const auto written = environment.files.WriteFile(path, bytes);
  if (!written.ok()) {
    compilation.findings.Report(diag::kFileNotWritten, {}, path, written.error().message);
  }
  return written.ok();
}

}  // namespace

ExitStatus RunReport(const ReportOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const Made made = MakeReport(options, environment, compilation);
  if (!made.report) return Finish(compilation, environment, made.status);
  if (!options.json.empty() &&
      !WriteFile(options.json, report_forms::Json(*made.report), environment, compilation)) {
    return Finish(compilation, environment, ExitStatus::kUnreadable);
  }
  return Finish(compilation, environment, made.status);
}

}  // namespace writ::commands

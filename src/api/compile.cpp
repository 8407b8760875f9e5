#include <memory>
#include <utility>

#include "base/diag/diag.h"
#include "base/support/version.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/proof.h"
#include "compiler/settled_findings.h"
#include "compiler/stages.h"
#include "host/overlay_file_system.h"
#include "writ/writ.h"

namespace writ {
namespace {

Place PlaceOf(source::Span span, const source::SourceMap& sources) {
  const source::LineColumn begin = sources.Locate(span.file, span.begin);
  const source::LineColumn end = sources.Locate(span.file, span.end);
  return {sources.path(span.file), begin.line, begin.column, end.line, end.column};
}

Finding FindingOf(const diag::Diagnostic& found, const source::SourceMap& sources) {
  Finding finding;
  finding.code = diag::CodeText(found.number);
  finding.severity = found.severity == diag::Severity::kError ? Finding::Severity::kError
                                                              : Finding::Severity::kWarning;
  finding.message = found.message;
  if (found.span.valid()) finding.place = PlaceOf(found.span, sources);
  finding.notes = found.notes;
  for (const diag::Help& help : found.helps) finding.advice.push_back(help.text);
  finding.request = found.request;
  return finding;
}

/// What was built and proved; nothing where something is wrong, which was reported.
void BuildAndProve(const compiler::Bound& program, const CompileOptions& options,
                   compiler::Compilation& compilation, Compiled& compiled) {
  compiler::BuildPlan plan;
  plan.formats = options.forms;
  compiler::Built built =
      compiler::Build(program, compiler::Pack(program, plan, compilation), plan, compilation);
  if (built.stop) return;
  const compiler::ProofRun run = compiler::ProveTree(
      {program.model, compilation.catalog(), program.bindings}, built.files, compilation);
  if (run.stop) return;
  if (compiler::ReportBuildProof(run, compilation) != compiler::Verdict::kProved) return;
  const verify::Counts& counts = run.proof.counts;
  compiled.proof = {true, counts.principals, counts.accounts, counts.documents};
  compiled.artifacts = std::move(built.files);
}

}  // namespace

std::string_view Version() { return support::Version(); }

Workspace::Workspace() = default;

Workspace Workspace::OfMachine() {
  Workspace workspace;
  workspace.has_machine_files_ = true;
  return workspace;
}

void Workspace::Put(std::string path, std::string text) {
  put_.insert_or_assign(std::move(path), std::move(text));
}

void Workspace::Remove(const std::string& path) { put_.erase(path); }

bool Compiled::has_errors() const {
  for (const Finding& finding : findings) {
    if (finding.severity == Finding::Severity::kError) return true;
  }
  return false;
}

Compiled Compile(const Workspace& workspace, const CompileOptions& options) {
  const std::unique_ptr<host::FileSystem> machine =
      workspace.has_machine_files() ? host::MakeDiskFileSystem()
                                    : std::make_unique<host::MemoryFileSystem>();
  const host::OverlayFileSystem files(workspace.put(), *machine);
  const Day day = workspace.day();
  compiler::Compilation compilation(files, {.as_of = {day.year, day.month, day.day},
                                            .catalog_file = workspace.catalog(),
                                            .allow_unknown = options.allows_unknown});
  Compiled compiled;
  const auto program =
      compiler::Compile<compiler::Bound>({options.paths, options.bindings}, compilation);
  if (!program.stop) {
    const compiler::Decided decided = compiler::DecideProgram(program, compilation);
    const bool is_right = !decided.is_contradicted && decided.failed == 0;
    if (options.only_checks) {
      if (!decided.is_contradicted) static_cast<void>(CheckDocuments(program, compilation));
    } else if (is_right) {
      BuildAndProve(program, options, compilation, compiled);
    }
  }
  for (const diag::Diagnostic& found : compiler::SettledFindings(compilation)) {
    compiled.findings.push_back(FindingOf(found, compilation.sources));
  }
  return compiled;
}

}  // namespace writ

#include "commands/import_trial.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/codes/proof.h"
#include "commands/finish.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

using imports::Reason;
using imports::Refusal;

/// Documents or statements that are longer or more than AWS accepts.
bool IsAboutQuotas(std::uint16_t number) {
  return number == diag::kDocumentTooLarge.number || number == diag::kStatementTooLarge.number ||
         number == diag::kTooManyPolicies.number || number == diag::kTooManyOfAKind.number;
}

class Trying {
 public:
  Trying(const host::FileSet& program, const TrialOptions& options)
      : files_(Placed(program, options.beside)), compilation_(files_, options.compiling) {}

  Trial Run() && {
    Build();
    for (const diag::Diagnostic& found : compilation_.findings.all()) Take(found);
    trial_.warnings = compilation_.findings.warning_count();
    if (!trial_.is_whole()) trial_.tree.reset();
    return std::move(trial_);
  }

 private:
  static host::FileSet Placed(const host::FileSet& program, host::FileSet placed) {
    for (const auto& [path, bytes] : program) {
      placed.emplace(fmt::format("{}/{}", kTrialFolder, path), bytes);
    }
    return placed;
  }

  void Build() {
    const auto program = compiler::Compile<compiler::Bound>(
        {{std::string(kTrialFolder)}, {}, compiler::LockUse::kIgnore}, compilation_);
    if (program.stop || program.model.sentence_count == 0) return;
    static_cast<void>(compiler::DecideProgram(program, compilation_));
    if (compilation_.findings.has_errors()) return;
    const compiler::BuildPlan plan{.tells_savings = false};  // nobody reads its findings
    compiler::Built built =
        compiler::Build(program, compiler::Pack(program, plan, compilation_), plan, compilation_);
    if (built.stop) return;
    const compiler::ProofRun proof = compiler::ProveTree(
        {program.model, compilation_.catalog(), program.bindings}, built.files, compilation_);
    if (proof.stop) return;
    const compiler::Verdict verdict = compiler::ReportBuildProof(proof, compilation_);
    if (verdict == compiler::Verdict::kProved) trial_.tree = std::move(built.files);
  }

  void Take(const diag::Diagnostic& found) {
    if (found.severity != diag::Severity::kError) return;
    const std::string text = fmt::format("{}: {}", diag::CodeText(found.number), found.message);
    if (!found.span.valid() ||
        compilation_.sources.relative_path(found.span.file) != kTrialSentences) {
      if (trial_.fault) return;
      trial_.fault = text;
      trial_.is_fault_of_names = found.span.valid() && compilation_.sources.relative_path(
                                                           found.span.file) == "organization.writ";
      return;
    }
    const std::size_t line =
        compilation_.sources.Locate(found.span.file, found.span.begin).line - 1;
    if (found.number == diag::kSeparationOfDuties.number) {
      trial_.unseparated.push_back(line);
    } else if (found.number == diag::kPermissionCutOff.number) {
      trial_.without_effect.push_back(line);
    } else {
      const Reason reason = IsAboutQuotas(found.number) ? Reason::kDoesNotFit : Reason::kRefused;
      trial_.refused.try_emplace(line, Refusal{reason, text});
    }
  }

  host::MemoryFileSystem files_;
  compiler::Compilation compilation_;
  Trial trial_;
};

}  // namespace

Trial TryProgram(const host::FileSet& program, const TrialOptions& options) {
  return Trying(program, options).Run();
}

}  // namespace writ::commands

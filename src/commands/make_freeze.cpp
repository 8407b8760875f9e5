#include "commands/make_freeze.h"

#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/date.h"
#include "commands/finish.h"
#include "compiler/proof.h"

namespace writ::commands {
namespace {

/// An OU that the program declares without its id cannot be a target of a call.
bool HasIds(const std::vector<FreezePolicy>& policies, compiler::Compilation& compilation) {
  for (const FreezePolicy& policy : policies) {
    if (!policy.target_id.empty()) continue;
    compilation.findings.Report(diag::kFreezeOfUnknown, {}, "target", policy.target,
                                "declared with its id");
  }
  return !compilation.findings.has_errors();
}

}  // namespace

MadeFreeze MakeFreeze(const FreezeOptions& options, const host::Environment& environment,
                      compiler::Compilation& compilation) {
  if (!options.until.empty() && !support::ParseDate(options.until)) {
    compilation.findings.Report(diag::kFreezeOfUnknown, {}, "date", options.until, "YYYY-MM-DD");
    return {host::ExitStatus::kInvalid};
  }
  if (!options.until.empty() && options.until < support::DateText(environment.today)) {
    compilation.findings.Report(diag::kFreezeOfUnknown, {}, "date", options.until,
                                fmt::format("{} or later", support::DateText(environment.today)));
    return {host::ExitStatus::kInvalid};
  }
  MadeFreeze made;
  compiler::Freeze& freeze = made.freeze;
  freeze = compiler::PlanFreeze(
      options.request, {.paths = options.paths, .lock = compiler::LockUse::kIgnore}, compilation);
  if (freeze.stop) return {StatusOf(*freeze.stop)};
  compiler::BuildPlan plan;
  // An emergency may take every slot.
  plan.reserved_slots = 0;
  compiler::Packed packed = compiler::Pack(freeze.program, plan, compilation);
  if (packed.stop) return {StatusOf(*packed.stop)};
  made.policies = PoliciesOf(packed.tree, freeze.program.model.organization, options.is_staged);
  if (!HasIds(made.policies, compilation)) return {host::ExitStatus::kInvalid};
  compiler::Built built = compiler::Build(freeze.program, std::move(packed), plan, compilation);
  if (built.stop) return {StatusOf(*built.stop)};
  const compiler::ProofRun proof =
      compiler::ProveTree({freeze.program.model, compilation.catalog(), freeze.program.bindings},
                          built.files, compilation);
  if (proof.stop) return {StatusOf(*proof.stop)};
  const host::ExitStatus status = StatusOf(compiler::ReportBuildProof(proof, compilation));
  if (status != host::ExitStatus::kGood) return {status};
  made.files = FreezeFiles(options, freeze, built.files, made.policies,
                           support::DateText(environment.today), compilation.catalog());
  made.proved = std::move(built.files);
  made.sizes = std::move(built.sizes);
  made.verdict = compiler::ProvedText(proof, environment.settings.verbose);
  return made;
}

}  // namespace writ::commands

#include "commands/freeze.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/date.h"
#include "commands/finish.h"
#include "commands/freeze_files.h"
#include "commands/replace_folder.h"
#include "commands/walk_folder.h"
#include "compiler/build_tree.h"
#include "compiler/output_tree.h"
#include "compiler/proof.h"

namespace writ::commands {
namespace {

struct Made {
  host::ExitStatus status = host::ExitStatus::kGood;
  host::FileSet files = {};
  std::string closing = {};
};

/// An OU that the program declares without its id cannot be a target of a call.
bool HasIds(const std::vector<FreezePolicy>& policies, compiler::Compilation& compilation) {
  for (const FreezePolicy& policy : policies) {
    if (!policy.target_id.empty()) continue;
    compilation.findings.Report(diag::kFreezeOfUnknown, {}, "target", policy.target,
                                "declared with its id");
  }
  return !compilation.findings.has_errors();
}

std::string Closing(const std::vector<FreezePolicy>& policies, const std::vector<emit::Size>& sizes,
                    const std::string& output, const std::string& proved) {
  std::string text;
  for (const FreezePolicy& policy : policies) {
    text +=
        fmt::format("{}: {} of {} characters, for {}", policy.path,
                    emit::Grouped(policy.characters), emit::Grouped(policy.quota), policy.target);
    const auto size = std::ranges::find(sizes, policy.path, &emit::Size::path);
    if (size != sizes.end()) {
      text += fmt::format("; {} of {} slots stay free if only FullAWSAccess is attached",
                          size->slots - size->parts, size->slots);
    }
    text += "\n";
  }
  return text + fmt::format(
                    "{}\nnothing is in force yet: run `bash {}/apply.sh`, then probe.sh; open.md "
                    "lists what stays open\n",
                    proved, output);
}

Made Make(const FreezeOptions& options, const host::Environment& environment,
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
  const compiler::Freeze freeze = compiler::PlanFreeze(
      options.request, {.paths = options.paths, .lock = compiler::LockUse::kIgnore}, compilation);
  if (freeze.stop) return {StatusOf(*freeze.stop)};
  compiler::BuildPlan plan;
  // An emergency may take every slot.
  plan.reserved_slots = 0;
  compiler::Packed packed = compiler::Pack(freeze.program, plan, compilation);
  if (packed.stop) return {StatusOf(*packed.stop)};
  const std::vector<FreezePolicy> policies =
      PoliciesOf(packed.tree, freeze.program.model.organization);
  if (!HasIds(policies, compilation)) return {host::ExitStatus::kInvalid};
  const compiler::Built built =
      compiler::Build(freeze.program, std::move(packed), plan, compilation);
  if (built.stop) return {StatusOf(*built.stop)};
  const compiler::ProofRun proof =
      compiler::ProveTree({freeze.program.model, compilation.catalog(), freeze.program.bindings},
                          built.files, compilation);
  if (proof.stop) return {StatusOf(*proof.stop)};
  const host::ExitStatus status = StatusOf(compiler::ReportBuildProof(proof, compilation));
  if (status != host::ExitStatus::kGood) return {status};
  return {host::ExitStatus::kGood,
          FreezeFiles(options, freeze, built.files, policies, support::DateText(environment.today),
                      compilation.catalog()),
          Closing(policies, built.sizes, options.output,
                  compiler::ProvedText(proof, environment.settings.verbose))};
}

/// What thaw.sh of the tree that is there would lift, and could not any more.
std::string PoliciesThere(const std::string& output, const host::FileSystem& files) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20U;
  const auto text = files.Read(Under(output, std::string(kFreezePolicies)), kMaxBytes);
  return text ? *text : std::string();
}

}  // namespace

host::ExitStatus RunFreeze(const FreezeOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const Made made = Make(options, environment, compilation);
  if (made.files.empty()) return Finish(compilation, environment, made.status);
  const compiler::OldTree old = compiler::ReadOldTree(options.output, environment.files);
  if (old.refusal) {
    compilation.findings.Report(diag::kOutputNotOurs, {}, options.output, *old.refusal);
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  const std::string there = PoliciesThere(options.output, environment.files);
  if (!there.empty() && there != made.files.at(std::string(kFreezePolicies))) {
    compilation.findings.Report(
        diag::kOutputNotOurs, {}, options.output,
        "it holds another freeze, which only its own thaw.sh lifts: take another folder");
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  if (!ReplaceFolder(options.output, made.files, environment, compilation)) {
    return Finish(compilation, environment, host::ExitStatus::kUnreadable);
  }
  if (!environment.settings.quiet) environment.out << made.closing;
  return Finish(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands

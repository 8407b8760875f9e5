#include "commands/drift.h"

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/drift/drift.h"
#include "base/diag/codes/policy.h"
#include "base/support/check.h"
#include "commands/drift_print.h"
#include "commands/export_script.h"
#include "commands/finish.h"
#include "commands/snapshot_files.h"
#include "compiler/build_tree.h"
#include "compiler/compilation.h"
#include "compiler/stages.h"
#include "compiler/what_follows.h"
#include "program/intent/find.h"
#include "proof/deployed/tree.h"

namespace writ::commands {
namespace {

// What lies beside exports and is none.
bool IsOurs(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name == "writ-lint.json" || name == "writ.bindings.json";
}

std::map<std::string, std::string> SentencesOf(const intent::Model& model) {
  std::map<std::string, std::string> sentences;
  const auto add = [&](const auto& all) {
    for (const auto& one : all) sentences.emplace(one.origin.place, one.origin.sentence);
  };
  add(model.permissions);
  add(model.prohibitions);
  add(model.perimeters);
  return sentences;
}

std::map<std::string, std::string> GuardrailNames(const intent::Bindings& bindings) {
  std::map<std::string, std::string> names;
  for (const auto& [name, accounts] : bindings.all()) {
    for (const auto& [account, regions] : accounts) {
      for (const auto& [region, bound] : regions) {
        names.emplace(bound.arn, name);
        names.emplace(bound.Pinned(), name);
      }
    }
  }
  return names;
}

/// Why the exports are of nothing that the program has: their accounts are others, or not said.
std::string WhoseAccounts(const snapshot::Snapshot& snapshot, const intent::Model& model) {
  constexpr std::size_t kShown = 3;
  const std::vector<std::string> accounts = snapshot.Accounts();
  if (accounts.empty()) {
    return "the exports do not say of which account they are: `--account` names it";
  }
  std::vector<std::string> foreign;
  for (const std::string& account : accounts) {
    if (!intent::FindAccount(model.organization, account)) foreign.push_back(account);
  }
  if (foreign.size() < accounts.size()) {
    return "the exports have nothing that the program binds in its accounts";
  }
  const std::size_t more = foreign.size() > kShown ? foreign.size() - kShown : 0;
  foreign.resize(foreign.size() - more);
  return fmt::format("the program does not have {} {}{}",
                     accounts.size() == 1 ? "account" : "accounts", fmt::join(foreign, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

bool Fails(const drift::Finding& finding, const std::set<std::string>& fail_on) {
  if (fail_on.empty() || fail_on.contains("any")) return true;
  return (finding.is_gain && fail_on.contains("widened")) ||
         (finding.is_loss && fail_on.contains("narrowed")) ||
         fail_on.contains(std::string(drift::VerdictName(finding.verdict)));
}

DriftReport Shown(const Drifted& drifted, const compiler::Bound& program,
                  const compiler::Compilation& compilation) {
  return {drifted.report,
          compilation.sources,
          SentencesOf(program.model),
          {compilation.catalog(), GuardrailNames(program.bindings),
           support::DateText(compilation.options.as_of)},
          drifted.summary};
}

}  // namespace

Drifted CompareDeployed(const compiler::Bound& program, const DriftOptions& options,
                        host::Environment& environment, compiler::Compilation& compilation) {
  const auto fails = [](host::ExitStatus status) { return Drifted{.status = status}; };
  const std::size_t before = compilation.findings.error_count();
  const compiler::BuildPlan plan{.formats = {}};
  compiler::Built built =
      compiler::Build(program, compiler::Pack(program, plan, compilation), plan, compilation);
  if (built.stop) return fails(StatusOf(built.stop));
  const auto tree = deployed::ReadTree(built.files);
  WRIT_CHECK(tree.ok(), tree.error().front().message);

  // Exports have findings of their own: those about the program are in order of its files.
  const SnapshotFiles found = LoadSnapshotFiles(options.deployed, IsOurs, environment, compilation);
  if (!found.is_readable) return fails(host::ExitStatus::kUnreadable);
  snapshot::ReadOptions reading;
  reading.account = options.account;
  const snapshot::Snapshot snapshot =
      snapshot::Read(compilation.sources, found.files, reading, compilation.findings);
  const std::string named = fmt::format("{}", fmt::join(options.deployed, "`, `"));
  if (found.files.empty()) compilation.findings.Report(diag::kNothingToRead, {}, named);
  // What could not be read may hold anything.
  if (compilation.findings.error_count() > before) return fails(host::ExitStatus::kInvalid);
  Drifted drifted;
  drifted.report =
      drift::Compare({program.model, compilation.catalog(), program.bindings}, *tree, snapshot);
  drifted.summary = snapshot.Summary();
  const drift::Counts& counts = drifted.report.counts;
  if (counts.principals + counts.unbound + counts.nodes + counts.permission_sets + counts.trusts ==
          0 &&
      counts.guardrails == 0) {
    compilation.findings.Report(diag::kDriftNothing, {}, named)
        .Note(WhoseAccounts(snapshot, program.model))
        .Note(snapshot.Summary())
        .Suggest("`writ drift --how-to-export` prints the calls that export what is needed");
    return fails(host::ExitStatus::kInvalid);
  }
  return drifted;
}

std::string DriftText(const Drifted& drifted, const compiler::Bound& program,
                      const compiler::Compilation& compilation) {
  std::ostringstream text;
  PrintDriftText(Shown(drifted, program, compilation), text);
  return std::move(text).str();
}

host::ExitStatus RunDrift(const DriftOptions& options, host::Environment& environment) {
  if (options.how_to_export) {
    environment.out << ExportScripts().front().text;
    return host::ExitStatus::kGood;
  }
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const auto program =
      compiler::Compile<compiler::Bound>({options.paths, options.bindings}, compilation);
  if (program.stop) return Finish(compilation, environment, StatusOf(program.stop));
  const Drifted drifted = CompareDeployed(program, options, environment, compilation);
  if (drifted.status != host::ExitStatus::kGood) {
    return Finish(compilation, environment, drifted.status);
  }
  const DriftReport shown = Shown(drifted, program, compilation);
  switch (options.form) {
    case DriftOptions::Form::kText:
      if (!environment.settings.quiet || !drifted.report.findings.empty()) {
        PrintDriftText(shown, environment.out);
      }
      break;
    case DriftOptions::Form::kMarkdown:
      PrintDriftMarkdown(shown, environment.out);
      break;
    case DriftOptions::Form::kJson:
      PrintDriftJson(shown, environment.out);
      break;
  }
  const bool fails = std::ranges::any_of(
      drifted.report.findings,
      [&](const drift::Finding& finding) { return Fails(finding, options.fail_on); });
  return Finish(compilation, environment, fails ? host::ExitStatus::kNo : host::ExitStatus::kGood);
}

}  // namespace writ::commands

#include "commands/staged_freeze.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "commands/make_freeze.h"
#include "compiler/proof.h"
#include "output/emit/deploy.h"

namespace writ::commands {
namespace {

using support::json::TextMember;
using support::json::Value;

constexpr std::string_view kPolicyEnding = ".scp.json";

std::string Staged(std::string_view path) { return std::string(kStagedFolder) + std::string(path); }

/// Findings about the freeze's own texts, which the program does not have, are told without places.
void TakeFindings(const diag::Sink& from, diag::Sink& to) {
  for (const diag::Diagnostic& found : from.all()) {
    diag::Diagnostic& copy = to.Report(diag::kFreezeByPattern, {}, "", "");
    copy = found;
    copy.span = {};
    copy.label.clear();
    copy.labels.clear();
    for (diag::Help& help : copy.helps) help.edits.clear();
  }
}

/// What the record asks for; nothing if it is none of a staged freeze.
std::optional<FreezeOptions> ReadRecord(const Value& root) {
  const auto staged = root.Find("staged");
  const auto targets = root.Find("targets");
  const bool is_one = root.is_object() && staged && staged->is_true() && targets &&
                      targets->is_array() && TextMember(root, "mode") == "use";
  if (!is_one) return std::nullopt;
  FreezeOptions options;
  options.is_staged = true;
  options.request.except = TextMember(root, "except");
  for (const Value target : targets->elements()) {
    if (!target.is_string()) return std::nullopt;
    options.request.targets.emplace_back(target.text());
  }
  return options;
}

class Comparer {
 public:
  Comparer(host::FileSet staged, verify::Proof& proof)
      : staged_(std::move(staged)), proof_(proof) {}

  void Run(const std::vector<std::string>& paths, const host::Environment& environment) {
    const auto record = staged_.find(std::string(kFreezeRecord));
    support::json::Document document;
    const bool is_read = record != staged_.end() && !document.Read(record->second);
    std::optional<FreezeOptions> options;
    if (is_read) options = ReadRecord(document.root());
    if (!options) return Differs(kFreezeRecord, "it is not the record of a freeze that is staged");
    options->paths = paths;
    compiler::Compilation own(environment, compiler::Purpose::kReview);
    MadeFreeze made = MakeFreeze(*options, environment, own);
    if (made.files.empty()) return NotMade(own);
    CompareFiles(made);
    CompareLists(made, document.root());
    CompareMeaning(made, own);
  }

 private:
  void Differs(std::string_view path, std::string what) {
    verify::Difference& difference = proof_.differences.emplace_back();
    difference.kind = verify::Difference::Kind::kText;
    difference.path = Staged(path);
    difference.what = std::move(what);
  }

  void NotMade(const compiler::Compilation& compilation) {
    const auto& all = compilation.findings.all();
    const auto error = std::ranges::find(all, diag::Severity::kError, &diag::Diagnostic::severity);
    Differs(kFreezeRecord,
            "the program gives no such freeze" + (error == all.end() ? "" : ": " + error->message));
  }

  /// The files are those of the freeze, and the scripts are the same.
  void CompareFiles(const MadeFreeze& made) {
    for (const auto& [path, bytes] : made.files) {
      if (path == "manifest.json") continue;
      const auto found = staged_.find(path);
      if (found == staged_.end()) {
        Differs(path, "the freeze needs it, and it is not there");
      } else if (path.ends_with(".sh") && found->second != bytes) {
        Differs(path, "it is not the script that puts the freeze in force or lifts it");
      }
    }
    for (const auto& [path, bytes] : staged_) {
      if (!made.files.contains(path)) Differs(path, "it is no part of the freeze that is staged");
    }
  }

  /// What the scripts read names the policies that are there, and so does the record.
  void CompareLists(const MadeFreeze& made, const Value& record) {
    std::string lines;
    std::set<std::string> hashes;
    for (FreezePolicy policy : made.policies) {
      const auto bytes = staged_.find(policy.path);
      if (bytes == staged_.end()) continue;
      policy.name = emit::StagedPolicyName(Staged(policy.path), bytes->second);
      lines += LineOf(policy);
      hashes.insert(support::Sha256Hex(bytes->second));
    }
    const auto list = staged_.find(std::string(kFreezePolicies));
    if (list != staged_.end() && list->second != lines) {
      Differs(kFreezePolicies, "it does not name the policies that are there, and their targets");
    }
    const auto policies = record.Find("policies");
    std::set<std::string> said;
    if (policies && policies->is_array()) {
      for (const Value policy : policies->elements()) said.insert(TextMember(policy, "sha256"));
    }
    if (said != hashes) Differs(kFreezeRecord, "its `policies` are not those that are there");
  }

  /// The policies, as if they were attached, are held against the freeze as a program.
  void CompareMeaning(MadeFreeze& made, compiler::Compilation& own) {
    for (auto& [path, bytes] : made.proved) {
      if (!path.ends_with(kPolicyEnding)) continue;
      const auto found = staged_.find(path);
      if (found == staged_.end()) return;
      bytes = found->second;
    }
    const intent::Model& model = made.freeze.program.model;
    compiler::ProofRun run =
        compiler::ProveTree({model, own.catalog(), made.freeze.program.bindings}, made.proved, own);
    if (run.stop) return NotMade(own);
    for (verify::Difference& difference : run.proof.differences) {
      difference.path = Staged(difference.path);
      // The freeze's sentences name each action, and are gone when this is told.
      difference.sentences.clear();
      const bool is_permitted = difference.kind == verify::Difference::Kind::kPermitted;
      if (!difference.who.empty()) {
        difference.who = "with the staged freeze in force, " + difference.who;
        difference.program = is_permitted ? "the freeze denies it" : "the freeze leaves it alone";
      }
      proof_.differences.push_back(std::move(difference));
    }
    std::ranges::move(run.proof.given_up, std::back_inserter(proof_.given_up));
  }

  host::FileSet staged_;
  verify::Proof& proof_;
};

}  // namespace

StagedFreeze StageFreeze(const FreezeOptions& options, const host::Environment& environment,
                         compiler::Compilation& compilation) {
  compiler::Compilation own(environment);
  const MadeFreeze made = MakeFreeze(options, environment, own);
  StagedFreeze staged;
  TakeFindings(own.findings, compilation.findings);
  staged.status = made.status;
  for (const auto& [path, bytes] : made.files) {
    // The manifest of the tree lists them.
    if (path == "manifest.json") continue;
    emit::Artifact& artifact = staged.artifacts.emplace_back();
    artifact.path = Staged(path);
    artifact.bytes = bytes;
    artifact.kind = path.ends_with(kPolicyEnding) ? "staged-scp" : "freeze";
    artifact.characters = bytes.size();
    const auto policy = std::ranges::find(made.policies, path, &FreezePolicy::path);
    if (policy == made.policies.end()) continue;
    artifact.characters = policy->characters;
    artifact.quota = policy->quota;
    artifact.targets = {policy->target};
  }
  const std::size_t count = made.policies.size();
  staged.closing = fmt::format(
      "staged a freeze of {} polic{}, not in force until `freeze/apply.sh` is run; {}\n", count,
      count == 1 ? "y" : "ies", made.verdict);
  return staged;
}

void ProveStaged(const std::vector<std::string>& paths, const host::FileSet& tree,
                 const host::Environment& environment, verify::Proof& proof) {
  host::FileSet staged;
  for (const auto& [path, bytes] : tree) {
    if (path.starts_with(kStagedFolder)) staged[path.substr(kStagedFolder.size())] = bytes;
  }
  if (staged.empty()) return;
  Comparer(std::move(staged), proof).Run(paths, environment);
}

}  // namespace writ::commands

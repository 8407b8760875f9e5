#include "compiler/proof.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "analysis/review/why.h"
#include "base/diag/codes/proof.h"
#include "compiler/apply_check.h"
#include "compiler/manifest_check.h"
#include "iam/decide/sendable.h"
#include "proof/deployed/forms.h"
#include "proof/deployed/requests.h"
#include "proof/verify/gateways.h"

namespace writ::compiler {
namespace {

/// Differences shown; one is enough to stop, more help to see the pattern.
constexpr std::size_t kMostShown = 10;

/// What a difference says in one line, after who it is about.
std::string OneLine(const verify::Difference& difference) {
  switch (difference.kind) {
    case verify::Difference::Kind::kPermitted:
      return difference.who + " may do what the program does not permit";
    case verify::Difference::Kind::kRefused:
      return difference.who + " may not do what the program permits";
    case verify::Difference::Kind::kText:
      return difference.path.empty() ? difference.what
                                     : fmt::format("`{}`: {}", difference.path, difference.what);
  }
  return "";
}

source::Span FirstSentence(const verify::Difference& difference) {
  return difference.sentences.empty() ? source::Span{} : difference.sentences.front()->span;
}

void Explain(const verify::Difference& difference, diag::Diagnostic& found) {
  for (std::size_t i = 0; i < difference.sentences.size(); ++i) {
    if (i == 0) found.At("from this sentence");
    if (i > 0) found.Also(difference.sentences[i]->span, "and this one");
  }
  if (difference.request) found.Shows(review::RequestText(*difference.request));
  if (!difference.unsendable.empty()) {
    found.Note("no request that somebody can send was found: " + difference.unsendable);
  }
  if (!difference.program.empty()) found.Note("program: " + difference.program);
  if (!difference.artifacts.empty()) found.Note("artifacts: " + difference.artifacts);
}

void ReportGivenUp(const verify::Proof& proof, diag::Sink& sink) {
  for (const verify::GivenUp& given_up : proof.given_up) {
    sink.Report(diag::kProofGivenUp, {}, given_up.who, given_up.because);
  }
}

/// Reports documents that are larger than AWS takes; whether there are such.
bool ReportTooLarge(const deployed::Tree& tree, const host::FileSet& files,
                    Compilation& compilation) {
  bool is_any = false;
  for (const deployed::Policy& policy : tree.policies) {
    const catalog::Quota* quota = compilation.catalog().FindQuota(SizeQuotaOf(policy.path));
    if (quota == nullptr || quota->value <= 0) continue;
    const std::size_t size = deployed::CharactersSent(policy.path, files.at(policy.path));
    const auto most = static_cast<std::size_t>(quota->value);
    if (size <= most) continue;
    compilation.findings.Report(diag::kArtifactTooLarge, {}, policy.path, size, most)
        .Note(fmt::format("{}: {} (catalog of {})", quota->title, quota->counting,
                          compilation.catalog().date()));
    is_any = true;
  }
  return is_any;
}

void Differs(std::string path, std::string what, verify::Proof& proof) {
  verify::Difference& difference = proof.differences.emplace_back();
  difference.kind = verify::Difference::Kind::kText;
  difference.path = std::move(path);
  difference.what = std::move(what);
}

/// A request that is proved to mean the program and does not: both readings share an error.
Verdict ReportSample(const reference::Sample& sample, diag::Sink& sink) {
  if (!sample.disagreement) return Verdict::kProved;
  const reference::Disagreement& one = *sample.disagreement;
  const intent::Origin* sentence = one.Sentence();
  diag::Diagnostic& found =
      sink.Report(diag::kCompilerRefuted, sentence == nullptr ? source::Span{} : sentence->span,
                  std::string(one.is_allowed ? "a request may be made that"
                                             : "a request may not be made that") +
                      " a third reading of the program decides otherwise");
  if (sentence != nullptr) found.At("from this sentence");
  if (one.call.empty()) {
    found.Shows(review::RequestText(one.request));
  } else {
    found.Note(one.call);
  }
  found.Note("this is a bug in Writ, not in the program; nothing was written");
  return Verdict::kOurError;
}

}  // namespace

reference::Deployed DeployedOf(const deployed::Tree& tree) {
  reference::Deployed deployed;
  for (const deployed::Policy& one : tree.policies) {
    deployed.documents.push_back(
        {one.path, one.kind, [&one] { return one.document(); }, one.folder});
  }
  for (const deployed::Attachment& one : tree.attachments) {
    deployed.attachments.push_back({one.path, one.to, one.id});
  }
  constexpr std::string_view kFolder = "gateways/";
  for (const auto& [path, bytes] : tree.others) {
    if (!path.starts_with(kFolder) || !path.ends_with(".cedar")) continue;
    const std::string name = path.substr(kFolder.size(), path.rfind('-') - kFolder.size());
    deployed.gateways[name].push_back(bytes);
  }
  return deployed;
}

verify::Proof CompareTree(const verify::Program& program, const deployed::Tree& tree,
                          const verify::ProofOptions& options) {
  verify::Proof proof = verify::Prove(program, tree, options);
  const auto add = [&](const std::vector<deployed::Mismatch>& mismatches) {
    for (const deployed::Mismatch& mismatch : mismatches) {
      Differs(mismatch.path, mismatch.what, proof);
      if (mismatch.sentence != nullptr) proof.differences.back().sentences = {mismatch.sentence};
    }
  };
  add(deployed::CompareForms(program, tree));
  add(deployed::CompareRequests(program, tree));
  verify::GatewayComparison gateways = verify::CompareGateways(program, tree);
  add(gateways.differences);
  std::ranges::move(gateways.given_up, std::back_inserter(proof.given_up));
  return proof;
}

ProofRun ProveTree(const verify::Program& program, const host::FileSet& files,
                   Compilation& compilation, const OnQuestion& on_question) {
  ProofRun run;
  double (*const stopwatch)() = compilation.options.stopwatch;
  const auto now = [&] { return stopwatch == nullptr ? 0 : stopwatch(); };
  const double start = now();
  const auto tree = deployed::ReadTree(files);
  if (!tree) {
    for (const deployed::Malformed& malformed : tree.error()) {
      if (malformed.is_refused_by_aws) {
        compilation.findings.Report(diag::kArtifactRefusedByAws, {}, malformed.path,
                                    malformed.offset, malformed.message);
      } else if (malformed.is_doubtful) {
        compilation.findings.Report(diag::kArtifactDoubtful, {}, malformed.path, malformed.offset,
                                    malformed.message);
      } else {
        compilation.findings.Report(diag::kArtifactMalformed, {}, malformed.path, malformed.offset,
                                    malformed.message);
      }
    }
    run.stop = Stop::kInvalid;
    return run;
  }
  if (ReportTooLarge(*tree, files, compilation)) {
    run.stop = Stop::kInvalid;
    return run;
  }
  verify::ProofOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (on_question) {
    options.on_question = &on_question;
    options.threads = 1;
  }
  run.proof = CompareTree(program, *tree, options);
  ManifestCheck manifest = CheckManifest(program, *tree, files, compilation);
  for (std::string& wrong : manifest.wrong) {
    Differs("manifest.json", std::move(wrong), run.proof);
  }
  // A line added to the program moves all sentences below it: as many as tell what happened.
  constexpr std::size_t kMostUntrue = 10;
  const std::size_t told = std::min(manifest.untrue.size(), kMostUntrue);
  for (std::size_t i = 0; i < told; ++i) {
    compilation.findings.Report(diag::kManifestUntrue, {}, manifest.untrue[i]);
  }
  if (told < manifest.untrue.size()) {
    compilation.findings.Report(diag::kManifestUntrue, {},
                                fmt::format("{} more of this kind", manifest.untrue.size() - told));
  }
  for (const EditedFile& file : manifest.edited) {
    compilation.findings.Report(diag::kArtifactEdited, {}, file.path, file.what);
  }
  run.built = fmt::format("{}", fmt::join(manifest.others, ", "));
  if (std::optional<std::string> wrong = WrongScript(program, *tree, files)) {
    Differs(std::string(kScript), *std::move(wrong), run.proof);
  }
  for (auto& [path, what] : WrongQueries(program, files)) Differs(path, what, run.proof);
  run.milliseconds = now() - start;
  if (run.proof.proved()) {
    // Without a clock a few requests are asked, the same everywhere.
    constexpr std::size_t kFew = 8;
    constexpr std::size_t kMost = 2000;
    const double proved = now();
    run.sample =
        reference::SampleRequests({program.model, program.catalog, program.bindings},
                                  DeployedOf(*tree), [&](std::size_t asked) {
                                    if (stopwatch == nullptr) return asked < kFew;
                                    return asked < kMost && now() - proved < run.milliseconds / 10;
                                  });
  }
  return run;
}

Verdict ReportBuildProof(const ProofRun& run, Compilation& compilation) {
  const verify::Proof& proof = run.proof;
  diag::Sink& sink = compilation.findings;
  std::size_t shown = 0;
  for (const verify::Difference& difference : proof.differences) {
    if (++shown > kMostShown) break;
    diag::Diagnostic& found =
        sink.Report(diag::kCompilerRefuted, FirstSentence(difference), OneLine(difference));
    Explain(difference, found);
    found.Note("this is a bug in Writ, not in the program; nothing was written");
  }
  if (!proof.differences.empty()) return Verdict::kOurError;
  ReportGivenUp(proof, sink);
  if (!proof.given_up.empty()) return Verdict::kNotProved;
  return ReportSample(run.sample, sink);
}

Verdict ReportVerification(const ProofRun& run, Compilation& compilation) {
  const verify::Proof& proof = run.proof;
  std::size_t shown = 0;
  for (const verify::Difference& difference : proof.differences) {
    if (++shown > kMostShown) break;
    Explain(difference,
            compilation.findings.Report(diag::kArtifactsDiffer, FirstSentence(difference),
                                        OneLine(difference)));
  }
  ReportGivenUp(proof, compilation.findings);
  if (!proof.proved()) return Verdict::kNotProved;
  return ReportSample(run.sample, compilation.findings);
}

std::string VerifiedText(const ProofRun& run, bool verbose) {
  const verify::Proof& proof = run.proof;
  const auto counted = [](std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
  };
  if (!proof.differences.empty()) {
    return "refuted: " + counted(proof.differences.size(), "difference");
  }
  if (!proof.given_up.empty()) {
    return "not proved: gave up on " + counted(proof.given_up.size(), "question");
  }
  std::string text = ProvedText(run, verbose);
  if (proof.counts.has_later_accounts) text += "; accounts that join later included";
  return run.built.empty() ? text : fmt::format("{}; built with {}", text, run.built);
}

std::string ProvedText(const ProofRun& run, bool verbose) {
  const verify::Counts& counts = run.proof.counts;
  std::string text =
      fmt::format("proved: {} principal{} in {} account{} in {:.1f} ms", counts.principals,
                  counts.principals == 1 ? "" : "s", counts.accounts,
                  counts.accounts == 1 ? "" : "s", run.milliseconds);
  if (verbose) {
    text += fmt::format(" ({} fresh proofs, {} shared; {} requests asked again)", counts.fresh,
                        counts.shared, run.sample.requests);
  }
  return text;
}

}  // namespace writ::compiler

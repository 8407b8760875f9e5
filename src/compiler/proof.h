// Proofs as commands need them: made of a tree's bytes, told as findings, timed for the line that a
// run ends with.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/compilation.h"
#include "host/file_system.h"
#include "proof/reference/sample.h"
#include "proof/verify/prove.h"

namespace writ::compiler {

/// A proof, and how it was made.
struct ProofRun {
  verify::Proof proof;
  reference::Sample sample;  ///< asked after what is proved, of a third reading
  double milliseconds = 0;   ///< for people only: never in a file
  std::string built = {};    ///< "asOf 2026-11-21": what the tree was built with, if it is another
  std::optional<Stop> stop = std::nullopt;  ///< the tree cannot be read
};

/// Sees the questions of a proof, in their order (decide::Options).
using OnQuestion = std::function<void(const decide::Space&, const decide::Space&)>;

enum class Verdict {
  kProved,
  kNotProved,  ///< refuted, or not decided
  kOurError,   ///< one of the readings is wrong: an error of writ
};

/// Everything in which tree and program part: what policies mean (proof/verify), forms of
/// deployment and requests of other AWS calls (proof/deployed).
[[nodiscard]] verify::Proof CompareTree(const verify::Program& program, const deployed::Tree& tree,
                                        const verify::ProofOptions& options = {});

/// What the third reading is asked about. Of a tree that outlives it.
[[nodiscard]] reference::Deployed DeployedOf(const deployed::Tree& tree);

/// Reads the tree back and proves it; what is proved is asked again, request by request, within a
/// tenth of the proof's time. A file that is not what its name says is reported (W6004),
/// one that is not the file that the manifest lists (W6067), and what the manifest says for people
/// and is not so (W6068).
[[nodiscard]] ProofRun ProveTree(const verify::Program& program, const host::FileSet& files,
                                 Compilation& compilation, const OnQuestion& on_question = nullptr);

/// After `writ build`: a difference, or a request that the third reading decides otherwise, is our
/// error (W6001); what is not decided stops the build as well (W6003).
[[nodiscard]] Verdict ReportBuildProof(const ProofRun& run, Compilation& compilation);

/// After `writ verify`: differences (W6002) and what is not decided (W6003). What is proved and yet
/// decided otherwise by the third reading is our error (W6001).
[[nodiscard]] Verdict ReportVerification(const ProofRun& run, Compilation& compilation);

/// "refuted: 3 differences", "not proved: gave up on 2 questions", or as ProvedText, and whether
/// accounts to come are part of it.
[[nodiscard]] std::string VerifiedText(const ProofRun& run, bool verbose);

/// "proved: 6 principals in 4 accounts in 12.3 ms"; with `verbose` how many proofs were made and
/// how many are shared.
[[nodiscard]] std::string ProvedText(const ProofRun& run, bool verbose);

}  // namespace writ::compiler

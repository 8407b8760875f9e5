// A freeze that a build stages: its policies are in the tree and proved, apply.sh makes them, and
// they are attached to nothing until `freeze/apply.sh` is run.
#pragma once

#include <string>
#include <vector>

#include "commands/freeze.h"
#include "output/emit/tree.h"
#include "proof/verify/prove.h"

namespace writ::commands {

struct StagedFreeze {
  host::ExitStatus status = host::ExitStatus::kGood;
  std::vector<emit::Artifact> artifacts = {};  ///< none: it was not made, for what was reported
  std::string closing = {};                    ///< a line for people
};

/// The files of a freeze for the tree of a build. What is found is reported to `compilation`.
[[nodiscard]] StagedFreeze StageFreeze(const FreezeOptions& options,
                                       const host::Environment& environment,
                                       compiler::Compilation& compilation);

/// Adds to `proof` how what a tree stages differs from the freeze of which its record tells:
/// another meaning of the policies, a script or list that is another, a file too many or too few.
/// The freeze is made again from the program at `paths`; nothing is done for a tree without one.
void ProveStaged(const std::vector<std::string>& paths, const host::FileSet& tree,
                 const host::Environment& environment, verify::Proof& proof);

}  // namespace writ::commands

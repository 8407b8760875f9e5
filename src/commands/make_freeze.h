// A freeze as files that are proved, before they are a folder or a part of one.
#pragma once

#include <string>
#include <vector>

#include "commands/freeze.h"
#include "commands/freeze_files.h"
#include "compiler/build_tree.h"

namespace writ::commands {

struct MadeFreeze {
  host::ExitStatus status = host::ExitStatus::kGood;
  host::FileSet files = {};  ///< of FreezeFiles; empty: it was not made, for what was reported
  compiler::Freeze freeze = {};
  host::FileSet proved = {};  ///< the same policies as a tree with attachments
  std::vector<FreezePolicy> policies = {};
  std::vector<emit::Size> sizes = {};
  std::string verdict = {};  ///< "proved: 6 principals in 4 accounts in 12.3 ms"
};

/// Plans, lowers and proves. Afterwards `compilation` is that of the freeze, and `freeze.program`
/// refers to it. Compiles the program twice.
[[nodiscard]] MadeFreeze MakeFreeze(const FreezeOptions& options,
                                    const host::Environment& environment,
                                    compiler::Compilation& compilation);

}  // namespace writ::commands

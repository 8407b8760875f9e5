// `writ lint --fix`: files without what is proved to change nothing.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/policy_lint/lint.h"
#include "analysis/snapshot/snapshot.h"
#include "compiler/compilation.h"
#include "host/environment.h"

namespace writ::commands {

struct LintFixes {
  std::set<const policy_lint::Finding*> made;
  std::map<const policy_lint::Finding*, std::string> why_not;  ///< of those that could be mended
  bool is_unwritten = false;  ///< a file could not be written; reported (W9021)
};

/// Rewrites the files that hold superfluous parts by the findings, and prints a line about each. A
/// file is rewritten only if it is one policy document and means the same afterwards.
[[nodiscard]] LintFixes FixPolicies(const snapshot::Snapshot& snapshot,
                                    const std::vector<policy_lint::Finding*>& findings,
                                    host::Environment& environment,
                                    compiler::Compilation& compilation);

}  // namespace writ::commands

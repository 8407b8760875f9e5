// `writ.lock` beside a program: compared in every run that judges the program, written by
// `writ catalog accept` only.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "compiler/pipeline.h"

namespace writ::compiler {

inline constexpr std::string_view kLockFile = "writ.lock";

/// Pass "lock": whether `names`, the model names that the program uses, still mean what its lock
/// file says; good without such a file. `paths` are the PATH arguments: the file lies in the folder
/// that the first one is or is in. Reports W9001, W9211, W9212.
[[nodiscard]] host::ExitStatus CompareLock(const std::vector<std::string>& paths,
                                           std::span<const std::string> names,
                                           host::Environment& environment,
                                           Compilation& compilation);

/// The same without a finding for what changed: one text a name, "`claude-sonnet` means something
/// else than in the catalog of 2026-11-22 (…)".
[[nodiscard]] host::ExitStatus ReadLockChanges(const std::vector<std::string>& paths,
                                               std::span<const std::string> names,
                                               host::Environment& environment,
                                               Compilation& compilation,
                                               std::vector<std::string>& changes);

/// Writes what `names` mean now and which names are the program's `own`, and to `environment.out`
/// what that changes. Reports W9001.
[[nodiscard]] host::ExitStatus AcceptLock(const std::vector<std::string>& paths,
                                          std::span<const std::string> names,
                                          std::vector<std::string> own,
                                          host::Environment& environment, Compilation& compilation);

/// The names that the lock file says are the program's own; none without a readable one.
[[nodiscard]] std::set<std::string> AcceptedOwnNames(const std::vector<std::string>& paths,
                                                     const host::Environment& environment);

}  // namespace writ::compiler

// `writ.lock` beside a program: compared in every run that judges the program, written by
// `writ catalog accept` only.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"
#include "compiler/compilation.h"
#include "facts/catalog/lock.h"
#include "program/intent/model.h"

namespace writ::compiler {

inline constexpr std::string_view kLockFile = "writ.lock";

/// Pass "lock": whether `names`, the model names that the program uses, still mean what its lock
/// file says; good without such a file. `paths` are the PATH arguments: the file lies in the folder
/// that the first one is or is in. Reports W9001, W9211, W9212.
[[nodiscard]] std::optional<Stop> CompareLock(const std::vector<std::string>& paths,
                                              std::span<const std::string> names,
                                              Compilation& compilation);

/// The same without a finding for what changed: one text a name, "`claude-sonnet` means something
/// else than in the catalog of 2026-11-22 (…)".
[[nodiscard]] support::Result<std::vector<std::string>, Stop> ReadLockChanges(
    const std::vector<std::string>& paths, std::span<const std::string> names,
    Compilation& compilation);

/// Pass "lock" of sentences: whether those of the program that the lock file records came of the
/// same facts with this catalog. A sentence that was edited is another one; what it names (a set, a
/// team) may have been edited, too, so only another catalog is a reason to compare. Reports W9213.
[[nodiscard]] std::optional<Stop> CompareSentences(const std::vector<std::string>& paths,
                                                   const intent::Model& model,
                                                   Compilation& compilation);

/// What was recorded.
struct AcceptedLock {
  std::optional<Stop> stop = std::nullopt;
  /// "NAME: what it meant and means" and "SENTENCE: made of other facts", of the old file.
  std::vector<std::string> changes = {};
  std::string path = {};
  std::size_t names = 0;
  std::string catalog_date = {};
};

/// Writes what `names` and `sentences` mean now and which names are the program's `own`. Reports
/// W9001.
[[nodiscard]] AcceptedLock AcceptLock(const std::vector<std::string>& paths,
                                      std::span<const std::string> names,
                                      std::vector<std::string> own,
                                      std::vector<catalog::LockedSentence> sentences,
                                      host::FileSystem& files, Compilation& compilation);

/// The names that the lock file says are the program's own; none without a readable one.
[[nodiscard]] std::set<std::string> AcceptedOwnNames(const std::vector<std::string>& paths,
                                                     const host::FileSystem& files);

}  // namespace writ::compiler

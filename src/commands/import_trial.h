// A draft's sentences compiled, built and proved in memory: what the language refuses, and the tree
// that follows from the rest.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/imports/reason.h"
#include "compiler/compilation.h"
#include "host/file_system.h"

namespace writ::commands {

/// Folder of the program within the file system of a trial.
inline constexpr std::string_view kTrialFolder = "program";
inline constexpr std::string_view kTrialSentences = "policies.writ";

struct TrialOptions {
  compiler::Options compiling = {};
  host::FileSet beside = {};  ///< files that the options name, by their paths
};

/// What came of one program.
struct Trial {
  /// Sentences that cannot be, by their line in policies.writ, counted from 0.
  std::map<std::size_t, imports::Refusal> refused;
  /// Sentences with a right that only `waive separation-of-duties` keeps, likewise.
  std::vector<std::size_t> unseparated;
  /// Sentences that allow nothing that is not denied, likewise.
  std::vector<std::size_t> without_effect;
  /// What is wrong and no sentence's fault: its first finding, with its place.
  std::optional<std::string> fault;
  bool is_fault_of_names = false;  ///< it is in the organization
  /// If nothing of all that: the tree, proved. None if no document follows.
  std::optional<host::FileSet> tree;
  std::size_t warnings = 0;  ///< of the program

  [[nodiscard]] bool is_whole() const {
    return refused.empty() && unseparated.empty() && without_effect.empty() && !fault;
  }
};

/// `program` holds organization.writ, teams.writ and policies.writ; the last has one sentence a
/// line. Costs what `writ build` costs.
[[nodiscard]] Trial TryProgram(const host::FileSet& program, const TrialOptions& options);

}  // namespace writ::commands

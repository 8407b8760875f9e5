// From a program to the bytes of its tree: documents packed under the quotas, the forms of
// deployment made from them, and the manifest.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "compiler/stages.h"
#include "host/file_system.h"
#include "output/emit/tree.h"
#include "output/lower/lower.h"

namespace writ::compiler {

struct BuildPlan {
  bool only_guardrails = false;  ///< the guardrail requests alone, which need no bindings
  std::vector<std::string> formats = {"json"};  ///< of FormatNames()
  std::size_t reserved_slots = 2;               ///< of each organization node, left to others
  std::string quotas = "dated";                 ///< of SCPs: "dated" or "before-2026-05-15"
  bool is_pretty = false;                       ///< policies are laid out for people
  /// Where the bindings file is, seen from the tree; empty if that cannot be said.
  std::string bindings_from_tree = {};
  /// Off: every document is made by itself; the bytes are the same.
  lower::Sharing sharing = lower::Sharing::kOn;
  /// Findings about documents that do not fit say what they were without a sentence, for which they
  /// are made again.
  bool tells_savings = true;
};

/// The names that `BuildPlan::formats` may have, in the order of the table in build_tree.cpp. What
/// reads a form back stands in proof/deployed/forms.cpp, which must not know what writes it.
[[nodiscard]] std::vector<std::string> FormatNames();

/// All documents of a program, by path.
struct Packed {
  std::optional<Stop> stop = std::nullopt;
  emit::Tree tree = {};
  std::vector<emit::Artifact> staged = {};  ///< of a freeze that is in the tree and not in force
};

/// What is written, not yet proved.
struct Built {
  std::optional<Stop> stop = std::nullopt;
  host::FileSet files = {};
  std::size_t documents = 0;
  std::size_t bytes = 0;  ///< of the documents
  std::size_t principals = 0;
  std::size_t accounts = 0;
  std::vector<emit::Size> sizes = {};
};

/// Passes "lower", "shrink", "widen" and "emit". Reports a program of which nothing follows
/// (W9078). Stops for what these passes find, not for an assertion that failed before.
[[nodiscard]] Packed Pack(const Bound& program, const BuildPlan& plan, Compilation& compilation);

/// Reports what Pack and Build would find wrong with any build of the program: sentences that
/// cannot be written in IAM or become nothing (block 5), documents over their quotas, names and
/// numbers that AWS refuses. A guardrail without any binding is taken to be bound, as in
/// DecideProgram. The cost is that of lowering; only documents that may not fit are shrunk. True if
/// something is.
[[nodiscard]] bool CheckDocuments(const Bound& program, Compilation& compilation);

/// Adds the forms of deployment and the manifest. Stops as Pack does.
[[nodiscard]] Built Build(const Bound& program, Packed packed, const BuildPlan& plan,
                          Compilation& compilation);

}  // namespace writ::compiler

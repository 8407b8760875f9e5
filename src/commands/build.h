// `writ build`: the artifacts of a program and their manifest.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/freeze.h"
#include "host/environment.h"
#include "host/exit_status.h"
#include "output/lower/lower.h"

namespace writ::commands {

struct BuildOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  std::string output;              ///< folder of the tree
  std::string bindings;            ///< empty: writ.bindings.json in the program's folder, if any
  bool check = false;              ///< write nothing; kNo if the folder differs
  bool only_guardrails = false;    ///< the guardrail requests alone, which need no bindings
  std::vector<std::string> formats = {"json"};  ///< of BuildFormats()
  std::size_t reserved_slots = 2;               ///< of each organization node, left to others
  std::string quotas = "dated";                 ///< of SCPs: "dated" or "before-2026-05-15"
  bool is_pretty = false;                       ///< policies are laid out for people
  bool with_freeze = false;
  FreezeOptions freeze = {};  ///< which freeze is staged; its paths are those of the program
  /// Off: every document is made by itself; the bytes are the same.
  lower::Sharing sharing = lower::Sharing::kOn;
};

/// Names of the forms of deployment.
[[nodiscard]] std::vector<std::string> BuildFormats();

/// Builds the tree and puts it at `output`, whole or not at all. Prints one line that says how much
/// was built; with `check` one line for each file that differs.
[[nodiscard]] host::ExitStatus RunBuild(const BuildOptions& options,
                                        host::Environment& environment);

}  // namespace writ::commands

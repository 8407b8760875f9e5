// `writ import`: a program that means what is deployed, proved.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct ImportOptions {
  std::vector<std::string> paths;  ///< files and folders; "-" is standard input
  std::string output;              ///< absent or empty
  std::string kind;                ///< of documents alone; empty: what they show
  std::string account;             ///< of exports that do not tell
  std::string services = "all";    ///< "all", "ai", or prefixes with commas between
  std::string teams = "name";      ///< "name", "path", or "tag=KEY"
  /// Statements of the exports that are imported at once.
  std::size_t max_statements = 200'000;
};

/// Writes organization.writ, teams.writ, policies.writ, residue/ and import.json, after the program
/// was built and proved and each principal's documents were compared with those that were read.
/// kNo if they differ or that is not decided; kInvalid for exports that cannot be read or of which
/// nothing can be said: then nothing is written. Reports W7500 to W7515, W7540 to W7551.
[[nodiscard]] host::ExitStatus RunImport(const ImportOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

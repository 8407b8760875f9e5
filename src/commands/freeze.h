// `writ freeze`: emergency service control policies, proved, with the scripts around them.
#pragma once

#include <string>
#include <vector>

#include "compiler/freeze.h"
#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct FreezeOptions {
  compiler::FreezeRequest request;
  std::vector<std::string> paths;  ///< of the program; empty: the current folder
  std::string output;              ///< folder of the tree
  std::string owner;               ///< who decided; may be empty
  std::string reason;              ///< may be empty
  std::string until;               ///< YYYY-MM-DD when it should be lifted or renewed; may be empty
  bool is_staged = false;          ///< part of a tree, whose apply.sh makes the policies
};

/// Proves the policies and writes them with apply.sh, thaw.sh, probe.sh, open.md and freeze.json.
/// AWS is not called. Nothing is written unless everything is proved.
[[nodiscard]] host::ExitStatus RunFreeze(const FreezeOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

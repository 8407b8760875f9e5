// `writ verify`: whether a tree of artifacts means what a program says.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct VerifyOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  std::string artifacts;           ///< folder of the tree
  std::string bindings;            ///< empty: writ.bindings.json in the program's folder, if any
  std::string smt;                 ///< folder for the questions as SMT-LIB texts; empty: none
  bool json = false;
};

/// kGood: proved. kNo: refuted, with requests, or given up. kInvalid: the program or a file of the
/// tree is wrong. kUnreadable: there is no such folder.
[[nodiscard]] host::ExitStatus RunVerify(const VerifyOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

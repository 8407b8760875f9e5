// `writ verify`: whether a tree of artifacts means what a program says.
#pragma once

#include <string>
#include <vector>

#include "driver/environment.h"
#include "driver/exit_status.h"

namespace writ::driver {

struct VerifyOptions {
  std::vector<std::string> paths;  ///< empty: the current folder
  std::string artifacts;           ///< folder of the tree
  std::string bindings;            ///< empty: writ.bindings.json in the program's folder, if any
  std::string smt;                 ///< folder for the questions as SMT-LIB texts; empty: none
  bool json = false;
};

/// kGood: proved. kNo: refuted, with requests, or given up. kInvalid: the program or a file of the
/// tree is wrong. kUnreadable: there is no such folder.
[[nodiscard]] ExitStatus RunVerify(const VerifyOptions& options, Environment& environment);

}  // namespace writ::driver

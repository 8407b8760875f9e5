// `writ report`: what a program, its documents and their proof come to, for people who answer for
// them.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct ReportOptions {
  std::vector<std::string> paths;
  std::string bindings;
  std::string artifacts;  ///< a tree; empty: what the program builds
  /// Files to write, "-": standard output; empty: not asked for.
  std::string json;
  std::string html;
  std::string lcov;
  std::string cobertura;
  /// Folders to write: absent, empty, or written by this command before.
  std::string evidence;
  std::string oscal;
  std::string revision;  ///< where the user says that the sources are, for the evidence
  std::string base;      ///< revision of git that the first path is compared with
  std::string against;   ///< program or tree that the first path is compared with
  std::vector<std::string> deployed;  ///< exports that the program is compared with
  std::string check;                  ///< bundle of evidence to look at instead of a program
  std::string digest;                 ///< of its index; empty: not known
  std::string summarise;  ///< file with results of an evaluation to print without its prompts
};

/// Evidence and OSCAL documents are written only of what is proved. Without anything to write, a
/// short summary is printed.
///
/// kNo if the artifacts are not proved to mean the program, or if a test or an assertion of the
/// program does not hold; what was asked for is written anyway, so that it can
/// be seen. The same if the policies that are deployed are not
/// all as the program says. With `check`: kNo if a file of the bundle is not as it was. With
/// `summarise`: kInvalid if the file holds no results that are read (W9312).
[[nodiscard]] host::ExitStatus RunReport(const ReportOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

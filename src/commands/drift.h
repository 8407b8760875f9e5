// `writ drift`: whether what is deployed means what the program says.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "analysis/drift/drift.h"
#include "compiler/stages.h"
#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct DriftOptions {
  enum class Form { kText, kMarkdown, kJson };
  std::vector<std::string> paths;     ///< of the program
  std::vector<std::string> deployed;  ///< files and folders of exports; "-" is standard input
  std::string bindings;
  std::string account;  ///< of exports that do not tell
  Form form = Form::kText;
  /// Of widened, narrowed, unmanaged, missing, undetermined, any; empty: any.
  std::set<std::string> fail_on;
  bool how_to_export = false;  ///< print the calls that export everything, and nothing else
};

/// What a comparison came to.
struct Drifted {
  host::ExitStatus status = host::ExitStatus::kGood;  ///< otherwise there is no report
  drift::Report report = {};
  std::string summary = {};  ///< of the exports
};

/// Compares what the exports hold with what the program builds. What is wrong with them is reported
/// to `compilation`: W7500 to W7514 and W7530.
[[nodiscard]] Drifted CompareDeployed(const compiler::Bound& program, const DriftOptions& options,
                                      host::Environment& environment,
                                      compiler::Compilation& compilation);

/// The findings as `writ drift` prints them.
[[nodiscard]] std::string DriftText(const Drifted& drifted, const compiler::Bound& program,
                                    const compiler::Compilation& compilation);

/// kNo if a finding is one that `fail_on` names; kInvalid for a program or an export that is wrong,
/// and where nothing of the program could be compared. Reports W7500 to W7514 and W7530.
[[nodiscard]] host::ExitStatus RunDrift(const DriftOptions& options,
                                        host::Environment& environment);

}  // namespace writ::commands

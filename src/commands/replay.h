// `writ replay`: what a program would have done with the calls of a log.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct ReplayOptions {
  enum class Form { kText, kMarkdown, kJson };
  std::vector<std::string> paths;  ///< of the program and of logs, in any order
  std::string old;  ///< PATH or REV:PATH of the program in force; empty: AWS's answers
  std::string bindings;
  std::string since;    ///< YYYY-MM-DD
  std::string classes;  ///< a file with the result of the query; empty: none
  std::string sql;      ///< "athena" or "lake": print the query and nothing else
  Form form = Form::kText;
  /// Of newly-denied, newly-allowed, undetermined, any; empty: none.
  std::set<std::string> fail_on;
  unsigned threads = 1;  ///< that read logs
};

/// kNo if there is a call of a kind that `fail_on` names; kInvalid for a program or log that is
/// wrong, after the answer for a log of which some could not be read, and where no call could be
/// replayed. Reports W7801 to W7808.
[[nodiscard]] host::ExitStatus RunReplay(const ReplayOptions& options,
                                         host::Environment& environment);

}  // namespace writ::commands

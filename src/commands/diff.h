// `writ diff OLD NEW`: what a change of a program means: who gains and who loses what, which
// guardrails protect less or more, which facts of governance are others.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct DiffOptions {
  enum class Form { kText, kMarkdown, kJson };
  /// Folders or files of programs, trees that `writ build` wrote, or `REVISION:PATH` of git.
  std::string before;
  std::string after;
  /// File of the catalog that `before` is read by, empty for that of the executable; absent: as
  /// `after` is.
  std::optional<std::string> old_catalog;
  std::optional<std::string> new_catalog;  ///< of `after`; absent: as the settings say
  bool uses_lock = true;  ///< off: what names meant when they were accepted is left aside
  Form form = Form::kText;
  std::set<std::string> fail_on;  ///< of widened, narrowed, any
  std::string link_base = {};     ///< URL that the paths of the new program are below; empty: none
};

/// kNo if the difference is one that `fail_on` names; what cannot be told counts as widened.
[[nodiscard]] host::ExitStatus RunDiff(const DiffOptions& options, host::Environment& environment);

}  // namespace writ::commands

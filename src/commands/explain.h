// `writ explain CODE`: the page of a diagnostic. `writ explain WORD`: the page of the reference.
// `writ explain FILE.json[#SID]`: the sentences that made a statement of an artifact.
// `writ explain --request FILE [PATH…]`: why a program grants or refuses a request, layer by layer.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct ExplainOptions {
  std::string request;  ///< file of a decision case, `-` for standard input; empty: none
  /// A code (W1203, w1203 or 1203), a word of the language or a FILE.json[#SID]; with `request` the
  /// program's paths.
  std::vector<std::string> subjects;
  std::string bindings;  ///< with `request`; empty: writ.bindings.json in the program's folder
  bool json = false;     ///< with `request`
};

/// An unknown code is bad usage; the codes nearest to it are suggested. kInvalid for a file that no
/// manifest lists, and for a request that cannot be read.
[[nodiscard]] host::ExitStatus RunExplain(const ExplainOptions& options,
                                          host::Environment& environment);

}  // namespace writ::commands

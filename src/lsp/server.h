// `writ lsp`: a language server for editors (Language Server Protocol 3.17).
#pragma once

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::lsp {

/// Talks to one client over `in` and `out` until it says `exit` or its stream ends. Everything else
/// of the environment is as for `writ check`. Status 0 after `shutdown` and `exit`, else 1.
[[nodiscard]] host::ExitStatus Serve(host::Environment& environment);

}  // namespace writ::lsp

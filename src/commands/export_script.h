// The calls that export what `writ drift`, `lint` and `import` read.
#pragma once

#include <span>

#include "base/support/embedded.h"

namespace writ::commands {

/// export.sh: calls that only read, the files they fill named as the readers of exports want them,
/// and the permissions they need.
[[nodiscard]] std::span<const support::EmbeddedText> ExportScripts();

}  // namespace writ::commands

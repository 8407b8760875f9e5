// The pages docs/diagnostics/W####.md as the executable carries them.
#pragma once

#include <span>

#include "base/support/embedded.h"

namespace writ::commands {

[[nodiscard]] std::span<const support::EmbeddedText> DiagnosticPages();

}  // namespace writ::commands

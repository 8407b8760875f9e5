// The files that `writ init` writes: examples/starter as it was when the executable was built.
#pragma once

#include <span>

#include "base/support/embedded.h"

namespace writ::commands {

[[nodiscard]] std::span<const support::EmbeddedText> StarterFiles();

}  // namespace writ::commands

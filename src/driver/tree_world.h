// A tree that `writ build` wrote, read back as a world: its policies with the sentences that the
// manifest names, attached as the manifest says.
#pragma once

#include <string>

#include "driver/diff_side.h"

namespace writ::driver {

/// Fills the world and the facts of `side`. Reports a manifest or document that cannot be read
/// (W9304).
[[nodiscard]] ExitStatus ReadTree(const std::string& folder, Environment& environment,
                                  DiffSide& side);

}  // namespace writ::driver

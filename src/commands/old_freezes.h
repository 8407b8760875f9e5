// Freezes that should have been lifted by now.
#pragma once

#include <string>
#include <vector>

#include "compiler/stages.h"
#include "host/file_system.h"

namespace writ::commands {

/// Warns (W9323) of each record of `writ freeze` below the folders among `paths` whose `--until` is
/// past. A file of that name that is no such record is none of ours.
void WarnOfOldFreezes(const std::vector<std::string>& paths, const host::FileSystem& files,
                      compiler::Compilation& compilation);

}  // namespace writ::commands

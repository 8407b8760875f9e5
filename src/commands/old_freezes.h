// Freezes that should have been lifted by now.
#pragma once

#include <string>
#include <vector>

#include "compiler/stages.h"
#include "host/file_system.h"

namespace writ::commands {

/// Warns of each record of a freeze below the folders among `paths` whose `--until` is past
/// (W9323), and of one that a build staged with an older catalog than that of the run (W9324). A
/// file of that name that is no such record is none of ours.
void WarnOfOldFreezes(const std::vector<std::string>& paths, const host::FileSystem& files,
                      compiler::Compilation& compilation);

}  // namespace writ::commands

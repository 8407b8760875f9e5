// The files that users name as exports of what is deployed, found and loaded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/snapshot/read.h"
#include "compiler/compilation.h"
#include "host/environment.h"

namespace writ::commands {

struct SnapshotFiles {
  std::vector<snapshot::File> files;
  bool is_readable = true;  ///< W9001 was reported where it is not
};

/// Loads what `paths` name: files as they are, `-` as standard input, and of folders all `.json`,
/// `.tfstate` and `.template` files below them but those that `is_skipped` says, by path. A folder
/// that is met twice is read once. Reports W9001.
[[nodiscard]] SnapshotFiles LoadSnapshotFiles(
    const std::vector<std::string>& paths,
    const std::function<bool(const std::string& path)>& is_skipped, host::Environment& environment,
    compiler::Compilation& compilation);

}  // namespace writ::commands

// The folder that `writ build` writes to. It must be absent, empty or a tree of Writ's own: its
// manifest lists every file in it. Anything else is left untouched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "writ/driver/file_system.h"

namespace writ::driver {

/// What stands at the output path.
struct OldTree {
  /// Why the folder must not be replaced, in words; absent if it may.
  std::optional<std::string> refusal;
  FileSet files;  ///< of a tree of ours
};

[[nodiscard]] OldTree ReadOldTree(const std::string& root, const FileSystem& files);

/// "added PATH", "changed PATH", "removed PATH" for going from `old` to `now`, by path.
[[nodiscard]] std::vector<std::string> Differences(const FileSet& old, const FileSet& now);

}  // namespace writ::driver

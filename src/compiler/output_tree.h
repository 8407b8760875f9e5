// The folder that `writ build` writes to. It must be absent, empty or a tree of Writ's own: its
// manifest lists every file in it. Anything else is left untouched.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/support/result.h"
#include "host/file_system.h"

namespace writ::compiler {

/// What stands at the output path.
struct OldTree {
  /// Why the folder must not be replaced, in words; absent if it may.
  std::optional<std::string> refusal;
  std::set<std::string> paths;  ///< of the files of a tree of ours, relative to it
};

[[nodiscard]] OldTree ReadOldTree(const std::string& root, const host::FileSystem& files);

/// All files below a folder, whoever wrote them.
[[nodiscard]] support::Result<host::FileSet> ReadFolder(const std::string& root,
                                                        const host::FileSystem& files);

/// "added PATH", "changed PATH", "removed PATH" for going from the tree at `root` to `now`, by
/// path; a file that cannot be read counts as changed. Holds one old file at a time.
[[nodiscard]] std::vector<std::string> Differences(const std::string& root, const OldTree& old,
                                                   const host::FileSet& now,
                                                   const host::FileSystem& files);

}  // namespace writ::compiler

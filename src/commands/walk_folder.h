// All files below a folder.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "host/file_system.h"

namespace writ::commands {

/// What is done on the way.
struct FolderWalk {
  /// `path` as the user would name the file, `below` from the folder; whether to go on.
  std::function<bool(const std::string& path, const std::string& below)> each;
  /// A folder that cannot be listed, which is passed over.
  std::function<void(const std::string& folder, const std::string& why)> fail;
  std::string_view skipped = {};  ///< a name of folders that are left out; empty: none
  std::size_t most_folders = std::numeric_limits<std::size_t>::max();
};

/// Walks through the files below `root`, in an order that is the same each time. A folder that is
/// met again, through a link, is left out. False if there are more folders than `most_folders`.
[[nodiscard]] bool WalkFolder(const std::string& root, const host::FileSystem& files,
                              const FolderWalk& walk);

/// "folder/name"; the name alone in the current folder.
[[nodiscard]] std::string Under(const std::string& folder, const std::string& name);

}  // namespace writ::commands

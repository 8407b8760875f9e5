#include "commands/walk_folder.h"

#include <set>
#include <utility>
#include <vector>

namespace writ::commands {

std::string Under(const std::string& folder, const std::string& name) {
  if (folder.empty() || folder == ".") return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

bool WalkFolder(const std::string& root, const host::FileSystem& files, const FolderWalk& walk) {
  std::vector<std::pair<std::string, std::string>> folders = {{root, ""}};
  std::set<std::string> seen;
  while (!folders.empty()) {
    const auto [folder, relative] = std::move(folders.back());
    folders.pop_back();
    const auto identity = files.Identity(folder);
    if (identity && !seen.insert(*identity).second) continue;
    const auto names = files.List(folder);
    if (!names) {
      walk.fail(folder, names.error().message);
      continue;
    }
    if (seen.size() > walk.most_folders) return false;
    for (const std::string& name : *names) {
      const std::string path = Under(folder, name);
      const std::string below = relative.empty() ? name : relative + "/" + name;
      if (files.KindOf(path) == host::EntryKind::kFolder) {
        if (walk.skipped.empty() || name != walk.skipped) folders.emplace_back(path, below);
      } else if (!walk.each(path, below)) {
        return true;
      }
    }
  }
  return true;
}

}  // namespace writ::commands

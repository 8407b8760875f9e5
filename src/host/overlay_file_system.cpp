#include "host/overlay_file_system.h"

#include <istream>
#include <set>
#include <utility>

namespace writ::host {

OverlayFileSystem::OverlayFileSystem(FileSet put, FileSystem& below)
    : put_(std::move(put)), below_(below) {}

EntryKind OverlayFileSystem::KindOf(const std::string& path) const {
  const EntryKind kind = put_.KindOf(path);
  if (kind == EntryKind::kFile) return kind;
  const EntryKind below = below_.KindOf(path);
  return below == EntryKind::kMissing ? kind : below;
}

support::Result<std::string, ReadFailure> OverlayFileSystem::Read(const std::string& path,
                                                                  std::uint64_t max_bytes) const {
  if (put_.KindOf(path) == EntryKind::kFile) return put_.Read(path, max_bytes);
  return below_.Read(path, max_bytes);
}

support::Result<std::unique_ptr<std::istream>, ReadFailure> OverlayFileSystem::Open(
    const std::string& path) const {
  if (put_.KindOf(path) == EntryKind::kFile) return put_.Open(path);
  return below_.Open(path);
}

support::Result<std::vector<std::string>> OverlayFileSystem::List(const std::string& folder) const {
  const bool is_put = put_.KindOf(folder) == EntryKind::kFolder;
  const bool is_below = below_.KindOf(folder) == EntryKind::kFolder;
  if (!is_put) return below_.List(folder);
  const auto put = put_.List(folder);
  if (!is_below || !put.ok()) return put;
  const auto below = below_.List(folder);
  if (!below.ok()) return below;
  std::set<std::string> names(put->begin(), put->end());
  names.insert(below->begin(), below->end());
  return std::vector<std::string>(names.begin(), names.end());
}

support::Result<std::string> OverlayFileSystem::Identity(const std::string& path) const {
  if (below_.KindOf(path) != EntryKind::kMissing) return below_.Identity(path);
  return put_.Identity(path);
}

bool OverlayFileSystem::IsLink(const std::string& path) const {
  return put_.KindOf(path) != EntryKind::kFile && below_.IsLink(path);
}

support::Result<support::Done> OverlayFileSystem::WriteFile(const std::string& path,
                                                            const std::string& bytes) {
  return below_.WriteFile(path, bytes);
}

support::Result<support::Done> OverlayFileSystem::ReplaceTree(const std::string& root,
                                                              const FileSet& files) {
  return below_.ReplaceTree(root, files);
}

}  // namespace writ::host

#include "host/memory_file_system.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

namespace writ::host {
namespace {

/// Without `.`, `name/..`, doubled or closing slashes; "" is the folder of all.
std::string Normal(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  while (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal == "." ? "" : normal;
}

std::string InFolder(const std::string& folder) {
  const std::string normal = Normal(folder);
  return normal.empty() || normal == "/" ? normal : normal + "/";
}

}  // namespace

MemoryFileSystem::MemoryFileSystem(FileSet files) {
  for (auto& [path, bytes] : files) files_[Normal(path)] = std::move(bytes);
}

void MemoryFileSystem::MakeUnreadable(const std::string& path) { unreadable_.insert(Normal(path)); }

EntryKind MemoryFileSystem::KindOf(const std::string& path) const {
  const std::string normal = Normal(path);
  if (normal.empty()) return EntryKind::kFolder;
  if (files_.contains(normal)) return EntryKind::kFile;
  const std::string prefix = InFolder(path);
  const auto inside = files_.lower_bound(prefix);
  const bool found = inside != files_.end() && inside->first.starts_with(prefix);
  return found ? EntryKind::kFolder : EntryKind::kMissing;
}

support::Result<std::string, ReadFailure> MemoryFileSystem::Read(const std::string& path,
                                                                 std::uint64_t max_bytes) const {
  const std::string normal = Normal(path);
  const auto file = files_.find(normal);
  if (file == files_.end()) {
    if (KindOf(path) == EntryKind::kFolder) {
      return ReadFailure{ReadFailure::Kind::kUnreadable, "it is a folder"};
    }
    return ReadFailure{ReadFailure::Kind::kMissing, "no such file or folder"};
  }
  if (unreadable_.contains(normal)) {
    return ReadFailure{ReadFailure::Kind::kUnreadable, "permission denied"};
  }
  if (file->second.size() > max_bytes) {
    return ReadFailure{ReadFailure::Kind::kTooLarge, "too large"};
  }
  return file->second;
}

support::Result<std::unique_ptr<std::istream>, ReadFailure> MemoryFileSystem::Open(
    const std::string& path) const {
  support::Result<std::string, ReadFailure> read = Read(path, UINT64_MAX);
  if (!read) return read.error();
  return std::unique_ptr<std::istream>(std::make_unique<std::istringstream>(*std::move(read)));
}

support::Result<std::vector<std::string>> MemoryFileSystem::List(const std::string& folder) const {
  const std::string prefix = InFolder(folder);
  std::set<std::string> names;
  for (const auto& [path, bytes] : files_) {
    if (!path.starts_with(prefix)) continue;
    names.insert(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

support::Result<std::string> MemoryFileSystem::Identity(const std::string& path) const {
  return Normal(path);
}

bool MemoryFileSystem::IsLink(const std::string& /*path*/) const { return false; }

support::Result<support::Done> MemoryFileSystem::WriteFile(const std::string& path,
                                                           const std::string& bytes) {
  if (!write_failure_.empty()) return support::Error{write_failure_};
  files_[Normal(path)] = bytes;
  return support::Done{};
}

support::Result<support::Done> MemoryFileSystem::ReplaceTree(const std::string& root,
                                                             const FileSet& files) {
  if (!write_failure_.empty()) return support::Error{write_failure_};
  const std::string prefix = InFolder(root);
  std::erase_if(files_, [&](const auto& file) { return file.first.starts_with(prefix); });
  for (const auto& [path, bytes] : files) files_[Normal(prefix + path)] = bytes;
  return support::Done{};
}

}  // namespace writ::host

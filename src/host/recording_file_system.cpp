#include "host/recording_file_system.h"

#include <algorithm>
#include <istream>

namespace writ::host {

RecordingFileSystem::Bytes RecordingFileSystem::BytesOf(const std::string& path,
                                                        std::uint64_t max_bytes) const {
  const auto bytes = below_.Read(path, max_bytes);
  return {max_bytes, bytes.ok() ? std::optional(*bytes) : std::nullopt};
}

RecordingFileSystem::Names RecordingFileSystem::NamesOf(const std::string& folder) const {
  const auto names = below_.List(folder);
  return names.ok() ? std::optional(*names) : std::nullopt;
}

bool RecordingFileSystem::HasChanged() const {
  return std::ranges::any_of(
             kinds_, [&](const auto& seen) { return below_.KindOf(seen.first) != seen.second; }) ||
         std::ranges::any_of(
             listed_, [&](const auto& seen) { return NamesOf(seen.first) != seen.second; }) ||
         std::ranges::any_of(read_, [&](const auto& seen) {
           return BytesOf(seen.first, seen.second.max_bytes) != seen.second;
         });
}

void RecordingFileSystem::Refresh() {
  for (auto& [path, kind] : kinds_) kind = below_.KindOf(path);
  for (auto& [folder, names] : listed_) names = NamesOf(folder);
  for (auto& [path, bytes] : read_) bytes = BytesOf(path, bytes.max_bytes);
}

EntryKind RecordingFileSystem::KindOf(const std::string& path) const {
  return kinds_[path] = below_.KindOf(path);
}

support::Result<std::string, ReadFailure> RecordingFileSystem::Read(const std::string& path,
                                                                    std::uint64_t max_bytes) const {
  auto bytes = below_.Read(path, max_bytes);
  read_[path] = {max_bytes, bytes.ok() ? std::optional(*bytes) : std::nullopt};
  return bytes;
}

support::Result<std::unique_ptr<std::istream>, ReadFailure> RecordingFileSystem::Open(
    const std::string& path) const {
  return below_.Open(path);
}

support::Result<std::vector<std::string>> RecordingFileSystem::List(
    const std::string& folder) const {
  auto names = below_.List(folder);
  listed_[folder] = names.ok() ? std::optional(*names) : std::nullopt;
  return names;
}

support::Result<std::string> RecordingFileSystem::Identity(const std::string& path) const {
  return below_.Identity(path);
}

bool RecordingFileSystem::IsLink(const std::string& path) const { return below_.IsLink(path); }

support::Result<support::Done> RecordingFileSystem::WriteFile(const std::string& path,
                                                              const std::string& bytes) {
  return below_.WriteFile(path, bytes);
}

support::Result<support::Done> RecordingFileSystem::ReplaceTree(const std::string& root,
                                                                const FileSet& files) {
  return below_.ReplaceTree(root, files);
}

}  // namespace writ::host

// Files that stand over others: what an editor holds and has not saved. What is put hides what lies
// below; writing goes below.
#pragma once

#include "host/file_system.h"
#include "host/memory_file_system.h"

namespace writ::host {

class OverlayFileSystem : public FileSystem {
 public:
  /// `below` outlives it.
  OverlayFileSystem(FileSet put, FileSystem& below);

  [[nodiscard]] EntryKind KindOf(const std::string& path) const override;
  [[nodiscard]] support::Result<std::string, ReadFailure> Read(
      const std::string& path, std::uint64_t max_bytes) const override;
  [[nodiscard]] support::Result<std::unique_ptr<std::istream>, ReadFailure> Open(
      const std::string& path) const override;
  [[nodiscard]] support::Result<std::vector<std::string>> List(
      const std::string& folder) const override;
  /// That of the file below where there is one, so that a file under edit is one file by all its
  /// paths.
  [[nodiscard]] support::Result<std::string> Identity(const std::string& path) const override;
  [[nodiscard]] bool IsLink(const std::string& path) const override;
  [[nodiscard]] support::Result<support::Done> WriteFile(const std::string& path,
                                                         const std::string& bytes) override;
  [[nodiscard]] support::Result<support::Done> ReplaceTree(const std::string& root,
                                                           const FileSet& files) override;

 private:
  MemoryFileSystem put_;
  FileSystem& below_;
};

}  // namespace writ::host

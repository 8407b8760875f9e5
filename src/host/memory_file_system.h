// Files in memory for tests and for the golden runner. Folders exist as far as files lie in them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/file_system.h"

namespace writ::host {

class MemoryFileSystem : public FileSystem {
 public:
  explicit MemoryFileSystem(FileSet files = {});

  /// Makes reading `path` fail as for lack of rights.
  void MakeUnreadable(const std::string& path);
  /// Makes the next writes fail with `reason`; an empty reason lets them pass again.
  void FailWrites(std::string reason) { write_failure_ = std::move(reason); }
  [[nodiscard]] const FileSet& files() const { return files_; }

  [[nodiscard]] EntryKind KindOf(const std::string& path) const override;
  [[nodiscard]] support::Result<std::string, ReadFailure> Read(
      const std::string& path, std::uint64_t max_bytes) const override;
  [[nodiscard]] support::Result<std::unique_ptr<std::istream>, ReadFailure> Open(
      const std::string& path) const override;
  [[nodiscard]] support::Result<std::vector<std::string>> List(
      const std::string& folder) const override;
  [[nodiscard]] support::Result<std::string> Identity(const std::string& path) const override;
  [[nodiscard]] bool IsLink(const std::string& path) const override;
  [[nodiscard]] support::Result<support::Done> WriteFile(const std::string& path,
                                                         const std::string& bytes) override;
  [[nodiscard]] support::Result<support::Done> ReplaceTree(const std::string& root,
                                                           const FileSet& files) override;

 private:
  FileSet files_;  ///< by normal path
  std::set<std::string> unreadable_;
  std::string write_failure_;
};

}  // namespace writ::host

// Files as a command sees them, with a memory of what it looked at: tells whether any of it has
// changed since, so that the command can be run again.
#pragma once

#include <map>
#include <optional>

#include "host/file_system.h"

namespace writ::host {

/// Not for several threads at once.
class RecordingFileSystem : public FileSystem {
 public:
  /// `below` outlives it.
  explicit RecordingFileSystem(FileSystem& below) : below_(below) {}

  /// Whether something that was looked at would look different now. Looks at all of it again.
  [[nodiscard]] bool HasChanged() const;
  /// What it looks like now counts as seen.
  void Refresh();
  /// How many files were read.
  [[nodiscard]] std::size_t files() const { return read_.size(); }

  [[nodiscard]] EntryKind KindOf(const std::string& path) const override;
  [[nodiscard]] support::Result<std::string, ReadFailure> Read(
      const std::string& path, std::uint64_t max_bytes) const override;
  /// What is read piece by piece is not remembered.
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
  struct Bytes {
    std::uint64_t max_bytes = 0;
    std::optional<std::string> bytes;  ///< nothing: could not be read
    bool operator==(const Bytes&) const = default;
  };
  using Names = std::optional<std::vector<std::string>>;  ///< nothing: could not be listed

  [[nodiscard]] Bytes BytesOf(const std::string& path, std::uint64_t max_bytes) const;
  [[nodiscard]] Names NamesOf(const std::string& folder) const;

  FileSystem& below_;
  mutable std::map<std::string, EntryKind> kinds_;
  mutable std::map<std::string, Bytes> read_;
  mutable std::map<std::string, Names> listed_;
};

}  // namespace writ::host

// All access to files. Commands see this interface only, so that tests run them in memory, and so
// that limits, order and atomic replacement are decided once.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/support/result.h"

namespace writ::host {

/// What a path leads to, symbolic links followed.
enum class EntryKind { kMissing, kFile, kFolder, kOther };

struct ReadFailure {
  enum class Kind { kMissing, kTooLarge, kUnreadable };
  Kind kind = Kind::kUnreadable;
  std::string reason;  ///< in words, without the path
};

/// Path relative to the tree's root, with `/` between names → bytes.
using FileSet = std::map<std::string, std::string>;

class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  [[nodiscard]] virtual EntryKind KindOf(const std::string& path) const = 0;
  /// The bytes of a file, pipe or device; never reads more than `max_bytes` + 1.
  [[nodiscard]] virtual support::Result<std::string, ReadFailure> Read(
      const std::string& path, std::uint64_t max_bytes) const = 0;
  /// A file, pipe or device to be read piece by piece, for inputs of any length. A failure while
  /// reading sets badbit.
  [[nodiscard]] virtual support::Result<std::unique_ptr<std::istream>, ReadFailure> Open(
      const std::string& path) const = 0;
  /// The names in a folder, in the order of their bytes.
  [[nodiscard]] virtual support::Result<std::vector<std::string>> List(
      const std::string& folder) const = 0;
  /// The same text for all paths that lead to the same file or folder.
  [[nodiscard]] virtual support::Result<std::string> Identity(const std::string& path) const = 0;
  /// Whether the path itself is a symbolic link.
  [[nodiscard]] virtual bool IsLink(const std::string& path) const = 0;

  /// Replaces or makes one file: readers see the old bytes or the new, never a part.
  [[nodiscard]] virtual support::Result<support::Done> WriteFile(const std::string& path,
                                                                 const std::string& bytes) = 0;
  /// Replaces or makes the folder `root` so that it holds exactly `files`. The tree is written to
  /// a temporary sibling and renamed: a failure leaves the old tree whole.
  [[nodiscard]] virtual support::Result<support::Done> ReplaceTree(const std::string& root,
                                                                   const FileSet& files) = 0;
};

/// The machine's files.
[[nodiscard]] std::unique_ptr<FileSystem> MakeDiskFileSystem();

}  // namespace writ::host

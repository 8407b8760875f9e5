// The machine's files. Reading is bounded also for pipes and devices, whose size nobody knows;
// writing goes through a temporary sibling in the same folder, because rename is atomic only
// within one file system.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "host/file_system.h"

namespace writ::host {
namespace {

namespace fs = std::filesystem;

/// The system's words for an error, which are the C locale's: nothing here sets another.
std::string Reason(int error) { return std::generic_category().message(error); }

support::Error Failure(std::string_view what, const fs::path& path, int error) {
  return support::Error{fmt::format("cannot {} `{}`: {}", what, path.string(), Reason(error))};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  /// Closes and says whether the system kept what was written.
  [[nodiscard]] bool Close() {
    const int closing = number_;
    number_ = -1;
    return ::close(closing) == 0;
  }

 private:
  int number_;
};

/// A path beside `target` that does not exist: `.NAME.writ-PID-N`.
fs::path TemporarySibling(const fs::path& target) {
  for (int n = 0;; ++n) {
    fs::path candidate = target.parent_path() /
                         fmt::format(".{}.writ-{}-{}", target.filename().string(), ::getpid(), n);
    struct stat ignored {};
    if (::lstat(candidate.c_str(), &ignored) != 0) return candidate;
  }
}

/// A file that begins with `#!` is a program for a shell, and can be run.
support::Result<support::Done> WriteNew(const fs::path& path, const std::string& bytes) {
  const mode_t mode = bytes.starts_with("#!") ? 0777 : 0666;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.number() < 0) return Failure("make", path, errno);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ::ssize_t written = ::write(file.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure("write", path, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!file.Close()) return Failure("write", path, errno);
  return support::Done{};
}

support::Result<support::Done> WriteTree(const fs::path& root, const FileSet& files) {
  std::error_code error;
  fs::create_directory(root, error);
  if (error) return Failure("make", root, error.value());
  for (const auto& [name, bytes] : files) {
    const fs::path relative = fs::path(name).lexically_normal();
    WRIT_CHECK(relative.is_relative() && *relative.begin() != "..", "a file outside its tree");
    fs::create_directories((root / relative).parent_path(), error);
    if (error) return Failure("make", (root / relative).parent_path(), error.value());
    auto written = WriteNew(root / relative, bytes);
    if (!written.ok()) return written;
  }
  return support::Done{};
}

/// Puts the finished tree `fresh` in the place of `root`. One step where the file system can
/// exchange two names, else two renames with the old tree beside.
support::Result<support::Done> Exchange(const fs::path& fresh, const fs::path& root) {
  if (::rename(fresh.c_str(), root.c_str()) == 0) return support::Done{};
  if (errno != ENOTEMPTY && errno != EEXIST) return Failure("replace", root, errno);
  std::error_code ignored;
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, root.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(fresh, ignored);
    return support::Done{};
  }
  const fs::path aside = TemporarySibling(root);
  if (::rename(root.c_str(), aside.c_str()) != 0) return Failure("move", root, errno);
  if (::rename(fresh.c_str(), root.c_str()) != 0) {
    const int error = errno;
    ::rename(aside.c_str(), root.c_str());
    return Failure("replace", root, error);
  }
  fs::remove_all(aside, ignored);
  return support::Done{};
}

/// Where `path` leads, so that a link stays a link and what it leads to is replaced.
support::Result<fs::path> Target(const std::string& path) {
  std::error_code error;
  fs::path target = fs::weakly_canonical(fs::absolute(path), error);
  if (error) return Failure("reach", path, error.value());
  if (!target.has_filename()) target = target.parent_path();
  fs::create_directories(target.parent_path(), error);
  if (error) return Failure("make", target.parent_path(), error.value());
  return target;
}

class DiskFileSystem : public FileSystem {
 public:
  EntryKind KindOf(const std::string& path) const override {
    std::error_code error;
    switch (fs::status(path, error).type()) {
      case fs::file_type::regular:
        return EntryKind::kFile;
      case fs::file_type::directory:
        return EntryKind::kFolder;
      case fs::file_type::not_found:
        return EntryKind::kMissing;
      default:  // types are the library's, not ours
        return EntryKind::kOther;
    }
  }

  support::Result<std::string, ReadFailure> Read(const std::string& path,
                                                 std::uint64_t max_bytes) const override {
    using Kind = ReadFailure::Kind;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
      return ReadFailure{errno == ENOENT ? Kind::kMissing : Kind::kUnreadable, Reason(errno)};
    }
    // A plain file says how much to expect: one byte more shows its end, and thousands of small
    // files take no more room than they have bytes. Pipes and devices say nothing.
    struct ::stat status {};
    const bool is_plain = ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode);
    constexpr std::uint64_t kStep = std::uint64_t{1} << 16U;
    const std::uint64_t expected = is_plain ? static_cast<std::uint64_t>(status.st_size) : kStep;
    std::string bytes;
    bytes.reserve(std::min(expected, max_bytes) + 1);
    while (bytes.size() <= max_bytes) {
      const std::size_t known = bytes.size();
      const std::uint64_t room = bytes.capacity() > known ? bytes.capacity() - known : kStep;
      bytes.resize(known + std::min(room, max_bytes + 1 - known));
      const ::ssize_t count = ::read(file.number(), bytes.data() + known, bytes.size() - known);
      bytes.resize(known + (count > 0 ? static_cast<std::size_t>(count) : 0));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return ReadFailure{Kind::kUnreadable, Reason(errno)};
      if (count == 0) return bytes;
    }
    return ReadFailure{Kind::kTooLarge, "too large"};
  }

  support::Result<std::unique_ptr<std::istream>, ReadFailure> Open(
      const std::string& path) const override {
    using Kind = ReadFailure::Kind;
    if (KindOf(path) == EntryKind::kFolder) return ReadFailure{Kind::kUnreadable, Reason(EISDIR)};
    errno = 0;
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!file->is_open()) {
      return ReadFailure{errno == ENOENT ? Kind::kMissing : Kind::kUnreadable, Reason(errno)};
    }
    return std::unique_ptr<std::istream>(std::move(file));
  }

  support::Result<std::vector<std::string>> List(const std::string& folder) const override {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) return support::Error{Reason(error.value())};
    std::ranges::sort(names);
    return names;
  }

  support::Result<std::string> Identity(const std::string& path) const override {
    std::error_code error;
    const fs::path identity = fs::canonical(path, error);
    if (error) return support::Error{Reason(error.value())};
    return identity.string();
  }

  bool IsLink(const std::string& path) const override {
    std::error_code error;
    return fs::is_symlink(fs::symlink_status(path, error));
  }

  support::Result<support::Done> WriteFile(const std::string& path,
                                           const std::string& bytes) override {
    const support::Result<fs::path> target = Target(path);
    if (!target.ok()) return target.error();
    const fs::path fresh = TemporarySibling(*target);
    support::Result<support::Done> written = WriteNew(fresh, bytes);
    struct stat old {};
    if (written.ok() && ::stat(target->c_str(), &old) == 0) {
      ::chmod(fresh.c_str(), old.st_mode & 07777U);
    }
    if (written.ok() && ::rename(fresh.c_str(), target->c_str()) != 0) {
      written = Failure("replace", *target, errno);
    }
    if (!written.ok()) ::unlink(fresh.c_str());
    return written;
  }

  support::Result<support::Done> ReplaceTree(const std::string& root,
                                             const FileSet& files) override {
    const support::Result<fs::path> target = Target(root);
    if (!target.ok()) return target.error();
    const fs::path fresh = TemporarySibling(*target);
    support::Result<support::Done> written = WriteTree(fresh, files);
    if (written.ok()) written = Exchange(fresh, *target);
    std::error_code ignored;
    if (!written.ok()) fs::remove_all(fresh, ignored);
    return written;
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakeDiskFileSystem() { return std::make_unique<DiskFileSystem>(); }

}  // namespace writ::host

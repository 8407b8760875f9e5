// The machine's file system, in a temporary folder: links, limits, and replacing as one step.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"
#include "compiler/find_sources.h"
#include "host/file_system.h"

namespace writ::compiler {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "writ-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }
  void Put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << bytes;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }
  /// All names in the folder itself, hidden ones too.
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string ReadAll(const std::string& path) {
  const auto text = host::MakeDiskFileSystem()->Read(path, 1000);
  return text.ok() ? *text : "(" + text.error().reason + ")";
}

TEST_CASE("reading stops at the limit, for files and for devices without end") {
  const Folder folder;
  folder.Put("ten", "0123456789");
  const auto files = host::MakeDiskFileSystem();
  CHECK(*files->Read(folder / "ten", 10) == "0123456789");
  CHECK(files->Read(folder / "ten", 9).error().kind == host::ReadFailure::Kind::kTooLarge);
  CHECK(files->Read("/dev/zero", 100'000).error().kind == host::ReadFailure::Kind::kTooLarge);
  CHECK(files->Read(folder / "none", 10).error().kind == host::ReadFailure::Kind::kMissing);
  CHECK(files->Read(folder.path(), 10).error().kind == host::ReadFailure::Kind::kUnreadable);
}

TEST_CASE("loops of links end in a warning, and each file is met once") {
  const Folder folder;
  folder.Put("a/x.writ", "");
  fs::create_directory_symlink(folder.path(), folder / "a/up");
  fs::create_directory_symlink(folder / "a", folder / "b");
  fs::create_symlink("two", folder / "one");
  fs::create_symlink("one", folder / "two");
  diag::Sink sink;
  const FoundSources found = FindSources({folder.path()}, *host::MakeDiskFileSystem(), sink);
  CHECK(found.files.size() == 1);
  CHECK(found.stop == std::nullopt);
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all().front().number == diag::kFolderLoop.number);
}

TEST_CASE("many links between folders are walked in linear time") {
  const Folder folder;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "d" + std::to_string(i);
    folder.Put(name + "/x.writ", "");
    for (int j = 0; j < 20; ++j) {
      fs::create_directory_symlink(folder / ("d" + std::to_string(j)),
                                   folder / (name + "/to" + std::to_string(j)));
    }
  }
  diag::Sink sink;
  CHECK(FindSources({folder.path()}, *host::MakeDiskFileSystem(), sink).files.size() == 20);
}

TEST_CASE("a program's file that is a dangling link is unreadable") {
  const Folder folder;
  fs::create_symlink("nothing", folder / "x.writ");
  diag::Sink sink;
  CHECK(FindSources({folder.path()}, *host::MakeDiskFileSystem(), sink).stop == Stop::kUnreadable);
}

TEST_CASE("a tree is made, and replaced whole") {
  const Folder folder;
  const auto files = host::MakeDiskFileSystem();
  REQUIRE(files->ReplaceTree(folder / "new/out", {{"a.json", "1"}, {"d/b.json", "2"}}).ok());
  CHECK(ReadAll(folder / "new/out/d/b.json") == "2");
  REQUIRE(files->ReplaceTree(folder / "new/out/", {{"c.json", "3"}}).ok());
  CHECK(files->KindOf(folder / "new/out/a.json") == host::EntryKind::kMissing);
  CHECK(ReadAll(folder / "new/out/c.json") == "3");
  CHECK(folder.count() == 1);
}

TEST_CASE("a tree that cannot be written leaves the old one whole and nothing beside it") {
  const Folder folder;
  folder.Put("out/old", "old");
  const auto files = host::MakeDiskFileSystem();
  const std::string too_long(300, 'x');
  CHECK_FALSE(files->ReplaceTree(folder / "out", {{"a", "1"}, {too_long, "2"}}).ok());
  CHECK(ReadAll(folder / "out/old") == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("a link to a tree stays a link") {
  const Folder folder;
  folder.Put("real/old", "old");
  fs::create_directory_symlink(folder / "real", folder / "link");
  REQUIRE(host::MakeDiskFileSystem()->ReplaceTree(folder / "link", {{"new", "1"}}).ok());
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(ReadAll(folder / "real/new") == "1");
}

TEST_CASE("a file is replaced with its rights kept") {
  const Folder folder;
  folder.Put("f", "old");
  fs::permissions(folder / "f", fs::perms::owner_read | fs::perms::owner_write);
  REQUIRE(host::MakeDiskFileSystem()->WriteFile(folder / "f", "new").ok());
  CHECK(ReadAll(folder / "f") == "new");
  CHECK(fs::status(folder / "f").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(folder.count() == 1);
}

}  // namespace
}  // namespace writ::compiler

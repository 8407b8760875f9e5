#include "host/recording_file_system.h"

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::host {
namespace {

TEST_CASE("what was looked at has changed when it would look different now") {
  MemoryFileSystem below(FileSet{{"p/a.writ", "a"}, {"p/b.writ", "b"}});
  RecordingFileSystem files(below);
  CHECK(*files.Read("p/a.writ", 100) == "a");
  CHECK(*files.List("p") == std::vector<std::string>{"a.writ", "b.writ"});
  CHECK(files.KindOf("q") == EntryKind::kMissing);
  CHECK_FALSE(files.Read("r", 100).ok());
  CHECK(files.files() == 2);
  CHECK_FALSE(files.HasChanged());

  SUBCASE("not by a file that nobody read") {
    REQUIRE(below.WriteFile("p/b.writ", "other").ok());
    CHECK_FALSE(files.HasChanged());
  }
  SUBCASE("by the bytes of a file, until they are seen") {
    REQUIRE(below.WriteFile("p/a.writ", "A").ok());
    CHECK(files.HasChanged());
    files.Refresh();
    CHECK_FALSE(files.HasChanged());
  }
  SUBCASE("by a new name in a folder") {
    REQUIRE(below.WriteFile("p/c.writ", "c").ok());
    CHECK(files.HasChanged());
  }
  SUBCASE("by a folder that was missing") {
    REQUIRE(below.WriteFile("q/a.writ", "a").ok());
    CHECK(files.HasChanged());
  }
  SUBCASE("by a file that could not be read") {
    REQUIRE(below.WriteFile("r", "now").ok());
    CHECK(files.HasChanged());
  }
}

}  // namespace
}  // namespace writ::host

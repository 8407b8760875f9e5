#include "host/overlay_file_system.h"

#include <doctest/doctest.h>

namespace writ::host {
namespace {

TEST_CASE("what is put hides what lies below, and what lies below shows where nothing is put") {
  MemoryFileSystem below(FileSet{{"p/a.writ", "old"}, {"p/b.writ", "b"}, {"q/c.writ", "c"}});
  OverlayFileSystem files({{"p/a.writ", "new"}, {"./p/sub/d.writ", "d"}}, below);
  CHECK(*files.Read("p/a.writ", 100) == "new");
  CHECK(*files.Read("p/b.writ", 100) == "b");
  CHECK(*files.Read("p/sub/d.writ", 100) == "d");
  CHECK_FALSE(files.Read("p/none.writ", 100).ok());
  CHECK(files.KindOf("p") == EntryKind::kFolder);
  CHECK(files.KindOf("p/sub") == EntryKind::kFolder);
  CHECK(files.KindOf("p/none.writ") == EntryKind::kMissing);
  CHECK(*files.List("p") == std::vector<std::string>{"a.writ", "b.writ", "sub"});
  CHECK(*files.List("q") == std::vector<std::string>{"c.writ"});
  CHECK(*files.Identity("p/a.writ") == *below.Identity("p/a.writ"));
  CHECK(files.Identity("p/sub/d.writ").ok());
}

TEST_CASE("writing goes below") {
  MemoryFileSystem below(FileSet{{"a.writ", "old"}});
  OverlayFileSystem files({{"a.writ", "new"}}, below);
  REQUIRE(files.WriteFile("a.writ", "saved").ok());
  CHECK(below.files().at("a.writ") == "saved");
  CHECK(*files.Read("a.writ", 100) == "new");
}

}  // namespace
}  // namespace writ::host

#include "compiler/find_sources.h"

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::compiler {
namespace {

std::vector<std::string> PathsOf(const FoundSources& found) {
  std::vector<std::string> paths;
  for (const FoundSource& source : found.files) paths.push_back(source.path);
  return paths;
}

using Paths = std::vector<std::string>;

TEST_CASE("a folder means its .writ files at any depth, sorted by path") {
  const host::MemoryFileSystem files({{"p/b.writ", ""},
                                      {"p/a/z.writ", ""},
                                      {"p/a.writ", ""},
                                      {"p/notes.md", ""},
                                      {"p/.writ", ""},
                                      {"q.writ", ""}});
  diag::Sink sink;
  const FoundSources found = FindSources({"p"}, files, sink);
  CHECK(PathsOf(found) == Paths{"p/a.writ", "p/a/z.writ", "p/b.writ"});
  CHECK(found.files[1].relative == "a/z.writ");
  CHECK(found.stop == std::nullopt);
  CHECK(PathsOf(FindSources({"."}, files, sink)) ==
        Paths{"p/a.writ", "p/a/z.writ", "p/b.writ", "q.writ"});
  CHECK(sink.all().empty());
}

TEST_CASE("a file named twice is read once, and is relative to its own folder") {
  const host::MemoryFileSystem files({{"p/a.writ", ""}, {"p/b.writ", ""}});
  diag::Sink sink;
  const FoundSources found = FindSources({"p/b.writ", "p", "./p/b.writ"}, files, sink);
  CHECK(PathsOf(found) == Paths{"p/b.writ", "p/a.writ"});
  CHECK(found.files[0].relative == "b.writ");
}

TEST_CASE("what is wrong with a path decides the stop; unreadable outranks bad usage") {
  const host::MemoryFileSystem files(host::FileSet{{"a.json", ""}});
  diag::Sink sink;
  CHECK(FindSources({"a.json"}, files, sink).stop == Stop::kNotASource);
  CHECK(FindSources({"none", "a.json"}, files, sink).stop == Stop::kUnreadable);
  CHECK(FindSources({"a.json", "none"}, files, sink).stop == Stop::kUnreadable);
}

}  // namespace
}  // namespace writ::compiler

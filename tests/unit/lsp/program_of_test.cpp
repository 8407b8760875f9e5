#include <doctest/doctest.h>

#include "host/memory_file_system.h"
#include "lsp/analysis.h"

namespace writ::lsp {

TEST_CASE("a program is the highest folder on the way that holds one of its files") {
  const host::MemoryFileSystem files({{"/w/policies/main.writ", ""},
                                      {"/w/policies/teams/a.writ", ""},
                                      {"/w/examples/one/one.writ", ""},
                                      {"/w/examples/two/two.writ", ""},
                                      {"/elsewhere/x.writ", ""}});
  const std::vector<std::string> workspace{"/w"};
  CHECK(ProgramOf("/w/policies/teams/a.writ", workspace, files) == "/w/policies");
  CHECK(ProgramOf("/w/policies/teams/new.writ", workspace, files) == "/w/policies");
  CHECK(ProgramOf("/w/examples/one/one.writ", workspace, files) == "/w/examples/one");
  CHECK(ProgramOf("/w/new.writ", workspace, files) == "/w/new.writ");
  CHECK(ProgramOf("/elsewhere/x.writ", workspace, files) == "/elsewhere/x.writ");
  CHECK(ProgramOf("/web/x.writ", workspace, files) == "/web/x.writ");
  CHECK(ProgramOf("untitled:1", workspace, files) == "untitled:1");
}

}  // namespace writ::lsp

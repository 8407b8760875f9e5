// What golden tests cannot show of `writ fmt`: a write that fails.
#include "commands/fmt.h"

#include <sstream>

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

TEST_CASE("a file that cannot be replaced keeps its text and is reported as W9021") {
  host::MemoryFileSystem files(host::FileSet{{"a.writ", "let  a = b\n"}});
  files.FailWrites("no space left");
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{files, in, out, err, {}};
  CHECK(RunFmt({.paths = {"a.writ"}}, environment) == host::ExitStatus::kUnreadable);
  CHECK(err.str().find("W9021") != std::string::npos);
  CHECK(files.files().at("a.writ") == "let  a = b\n");
}

}  // namespace
}  // namespace writ::commands

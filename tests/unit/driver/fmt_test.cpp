// What golden tests cannot show of `writ fmt`: a write that fails.
#include "driver/fmt_command.h"

#include <sstream>

#include <doctest/doctest.h>

#include "driver/memory_file_system.h"

namespace writ::driver {
namespace {

TEST_CASE("a file that cannot be replaced keeps its text and is reported as W9021") {
  MemoryFileSystem files(FileSet{{"a.writ", "let  a = b\n"}});
  files.FailWrites("no space left");
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{files, in, out, err, {}};
  CHECK(RunFmt({.paths = {"a.writ"}}, environment) == ExitStatus::kUnreadable);
  CHECK(err.str().find("W9021") != std::string::npos);
  CHECK(files.files().at("a.writ") == "let  a = b\n");
}

}  // namespace
}  // namespace writ::driver

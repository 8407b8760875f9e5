#include "commands/finish.h"

#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"
#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

/// An Environment on files in memory; what a run prints is in `err`.
struct World {
  explicit World(host::FileSet set) : files(std::move(set)) {}
  host::MemoryFileSystem files;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{.files = files, .in = in, .out = out, .err = err, .today = {}};
};

TEST_CASE("findings are capped, errors come before warnings, and the status counts all") {
  World world({});
  compiler::Compilation compilation;
  for (int i = 0; i < 600; ++i) {
    compilation.findings.Report(diag::kNoSources, {}, std::to_string(i));
  }
  compilation.findings.Report(diag::kNotASource, {}, "zzz");
  CHECK(Finish(compilation, world.environment, host::ExitStatus::kGood) ==
        host::ExitStatus::kInvalid);
  const std::string text = world.err.str();
  CHECK(text.find("`zzz`") != std::string::npos);
  CHECK(text.find("warning[W9008]: findings not shown: 101") != std::string::npos);
  CHECK(text.find("1 error, 500 warnings") != std::string::npos);
}

TEST_CASE("a status other than good is kept") {
  World world({});
  compiler::Compilation compilation;
  compilation.findings.Report(diag::kNotASource, {}, "x");
  CHECK(Finish(compilation, world.environment, host::ExitStatus::kNo) == host::ExitStatus::kNo);
}

}  // namespace
}  // namespace writ::commands

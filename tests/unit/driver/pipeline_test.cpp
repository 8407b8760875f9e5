#include "driver/pipeline.h"

#include <sstream>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"
#include "driver/memory_file_system.h"

namespace writ::driver {
namespace {

/// An Environment on files in memory; what a run prints is in `err`.
struct World {
  explicit World(FileSet set) : files(std::move(set)) {}
  MemoryFileSystem files;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{.files = files, .in = in, .out = out, .err = err, .today = {}};
};

TEST_CASE("a file over the limit is one diagnostic, at the limit it is read") {
  constexpr std::size_t kLimit = std::size_t{16} << 20U;
  World world({{"at.writ", std::string(kLimit, ' ')}, {"over.writ", std::string(kLimit + 1, ' ')}});
  Compilation good;
  CHECK(Load({"at.writ"}, world.environment, good) == ExitStatus::kGood);
  CHECK(good.files.size() == 1);
  Compilation bad;
  CHECK(Load({"over.writ"}, world.environment, bad) == ExitStatus::kInvalid);
  REQUIRE(bad.findings.all().size() == 1);
  CHECK(bad.findings.all().front().number == diag::kFileTooLarge.number);
}

TEST_CASE("a file that may not be read outranks one that is too large") {
  World world({{"a.writ", ""}, {"b.writ", std::string((std::size_t{16} << 20U) + 1, ' ')}});
  world.files.MakeUnreadable("a.writ");
  Compilation compilation;
  CHECK(Load({}, world.environment, compilation) == ExitStatus::kUnreadable);
  CHECK(compilation.findings.error_count() == 2);
}

TEST_CASE("findings are capped, errors come before warnings, and the status counts all") {
  World world({});
  Compilation compilation;
  for (int i = 0; i < 600; ++i) {
    compilation.findings.Report(diag::kNoSources, {}, std::to_string(i));
  }
  compilation.findings.Report(diag::kNotASource, {}, "zzz");
  CHECK(Finish(compilation, world.environment, ExitStatus::kGood) == ExitStatus::kInvalid);
  const std::string text = world.err.str();
  CHECK(text.find("`zzz`") != std::string::npos);
  CHECK(text.find("warning[W9008]: 101 more findings are not shown") != std::string::npos);
  CHECK(text.find("1 error, 500 warnings") != std::string::npos);
}

TEST_CASE("a status other than good is kept") {
  World world({});
  Compilation compilation;
  compilation.findings.Report(diag::kNotASource, {}, "x");
  CHECK(Finish(compilation, world.environment, ExitStatus::kNo) == ExitStatus::kNo);
}

}  // namespace
}  // namespace writ::driver

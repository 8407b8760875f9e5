#include "compiler/compilation.h"

#include <sstream>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"
#include "host/memory_file_system.h"

namespace writ::compiler {
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

TEST_CASE("a file over the limit is one diagnostic, at the limit it is read") {
  constexpr std::size_t kLimit = std::size_t{16} << 20U;
  World world({{"at.writ", std::string(kLimit, ' ')}, {"over.writ", std::string(kLimit + 1, ' ')}});
  Compilation good(world.environment);
  CHECK(Load({"at.writ"}, good) == std::nullopt);
  CHECK(good.files.size() == 1);
  Compilation bad(world.environment);
  CHECK(Load({"over.writ"}, bad) == Stop::kInvalid);
  REQUIRE(bad.findings.all().size() == 1);
  CHECK(bad.findings.all().front().number == diag::kFileTooLarge.number);
}

TEST_CASE("a file that may not be read outranks one that is too large") {
  World world({{"a.writ", ""}, {"b.writ", std::string((std::size_t{16} << 20U) + 1, ' ')}});
  world.files.MakeUnreadable("a.writ");
  Compilation compilation(world.environment);
  CHECK(Load({}, compilation) == Stop::kUnreadable);
  CHECK(compilation.findings.error_count() == 2);
}

}  // namespace
}  // namespace writ::compiler

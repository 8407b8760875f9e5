#include "base/source/source.h"

#include <doctest/doctest.h>

namespace writ::source {
namespace {

TEST_CASE("columns count code points, lines end at \\n or \\r\\n") {
  SourceMap map;
  const FileId file = map.Add("a.writ", "one\r\ntw\xC3\xB6 x\n");
  CHECK(map.Line(file, 1) == "one");
  CHECK(map.Line(file, 2) == "tw\xC3\xB6 x");
  CHECK(map.Locate(file, 9) == LineColumn{2, 4});
  CHECK(map.Describe({file, 10, 11}) == "a.writ:2:5");
  CHECK(map.Line(file, 4).empty());
}

TEST_CASE("artifacts name files relative to what the user named") {
  SourceMap map;
  const FileId below = map.Add("programs/acme/a.writ", "team\n", "a.writ");
  CHECK(map.Describe({below, 0, 4}) == "programs/acme/a.writ:1:1");
  CHECK(map.DescribeRelative({below, 0, 4}) == "a.writ:1:1");
  const FileId alone = map.Add("b.writ", "");
  CHECK(map.relative_path(alone) == "b.writ");
  CHECK(map.DescribeRelative({}).empty());
}

}  // namespace
}  // namespace writ::source

#include "base/diag/diag.h"

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"

namespace writ::diag {
namespace {

TEST_CASE("findings are sorted by place and each is kept once") {
  source::SourceMap map;
  const source::FileId file = map.Add("a.writ", "one two three");
  Sink sink;
  sink.Report(kNotASource, {file, 8, 13}, "three");
  sink.Report(kNotASource, {file, 0, 3}, "one");
  sink.Report(kNotASource, {file, 8, 13}, "three");
  sink.Report(kNoSources, {}, "`.`");
  const std::vector<Diagnostic> sorted = sink.Sorted(map);
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0].span.begin == 0);
  CHECK(sorted[1].span.begin == 8);
  CHECK_FALSE(sorted[2].span.valid());
  CHECK(sink.error_count() == 3);
  CHECK(sink.warning_count() == 1);
}

TEST_CASE("errors come before warnings, wherever they are") {
  source::SourceMap map;
  const source::FileId file = map.Add("a.writ", "one two three");
  Sink sink;
  sink.Report(kNotASource, {file, 0, 3}, "one").As(Severity::kWarning);
  sink.Report(kNoSources, {}, "`.`");
  sink.Report(kNotASource, {file, 8, 13}, "three");
  const std::vector<Diagnostic> sorted = sink.Sorted(map);
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0].span.begin == 8);
  CHECK(sorted[1].span.begin == 0);
  CHECK_FALSE(sorted[2].span.valid());
}

TEST_CASE("numbers of rows are unique and within their blocks") {
  std::uint16_t last = 0;
  for (const Row& row : Rows()) {
    CHECK(row.number > last);
    CHECK(row.number >= 1000);
    CHECK(row.number <= 9999);
    last = row.number;
    CHECK(FindRow(row.number) == &row);
  }
  CHECK(FindRow(1) == nullptr);
  CHECK(CodeText(203) == "W0203");
}

TEST_CASE("a title stands without arguments") {
  CHECK(TitleText({1, "X", Severity::kError, "cannot read `{0}`: {1:.2f} {{x}}"}) ==
        "cannot read `\xE2\x80\xA6`: \xE2\x80\xA6 {x}");
}

}  // namespace
}  // namespace writ::diag

#include "base/diag/source_line.h"

#include <doctest/doctest.h>

namespace writ::diag {
namespace {

TEST_CASE("tabs reach the next stop and wide characters take two columns") {
  const SourceLine line("a\tb \xE4\xB8\xAD x", 0);
  CHECK(line.Text() == "a   b \xE4\xB8\xAD x");
  CHECK(line.Column(0) == 0);
  CHECK(line.Column(2) == 4);
  CHECK(line.Column(4) == 6);
  CHECK(line.Column(8) == 9);
}

TEST_CASE("nothing reaches the terminal as a command") {
  CHECK(SourceLine("a\x1b[31mb\xFF", 0).Text() == "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
  CHECK(Shown("x\xE2\x80\xAEy\nz") == "x\xEF\xBF\xBDy\nz");
}

TEST_CASE("a long line is cut to a window that holds the focus") {
  const std::string text(100'000, 'x');
  const SourceLine line(text, 50'000);
  CHECK(line.Text().size() < 200);
  CHECK(line.Text().starts_with("\xE2\x80\xA6x"));
  CHECK(line.Text().ends_with("x\xE2\x80\xA6"));
  CHECK(line.Column(50'000) == 41);
  CHECK(line.Column(0) == 1);
  CHECK(line.Column(99'999) == 161);
}

TEST_CASE("a line's end has a column") {
  const SourceLine line("abc", 0);
  CHECK(line.Column(3) == 3);
  CHECK(SourceLine("", 0).Column(0) == 0);
  CHECK(SourceLine("  x", 0).Indent() == 2);
}

}  // namespace
}  // namespace writ::diag

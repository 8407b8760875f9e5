#include "commands/line_patch.h"

#include <doctest/doctest.h>

namespace writ::commands {
namespace {

TEST_CASE("a patch has the lines that differ with three lines around them") {
  CHECK(LinePatch("a", "1\n2\n", "1\n2\n").empty());
  CHECK(LinePatch("f.writ", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n") ==
        "--- a/f.writ\n+++ b/f.writ\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n");
}

TEST_CASE("a line that is removed with its blank line is one change") {
  CHECK(LinePatch("f", "a\n\nb\n\nc\n\nd\n", "a\n\nc\n\nd\n") ==
        "--- a/f\n+++ b/f\n@@ -1,7 +1,5 @@\n a\n \n-b\n-\n c\n \n d\n");
}

TEST_CASE("changes far from each other are in hunks of their own") {
  std::string before;
  for (int i = 0; i < 20; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(0, 1, "first");
  after += "last\n";
  CHECK(LinePatch("f", before, after) ==
        "--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-0\n+first\n 1\n 2\n 3\n"
        "@@ -18,3 +18,4 @@\n 17\n 18\n 19\n+last\n");
}

TEST_CASE("texts from and to nothing, and without a line break at the end") {
  CHECK(LinePatch("f", "", "1\n") == "--- a/f\n+++ b/f\n@@ -0,0 +1,1 @@\n+1\n");
  CHECK(LinePatch("f", "1\n", "") == "--- a/f\n+++ b/f\n@@ -1,1 +0,0 @@\n-1\n");
  CHECK(LinePatch("f", "1", "2\n") ==
        "--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n+2\n");
}

}  // namespace
}  // namespace writ::commands

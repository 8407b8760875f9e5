#include "golden/runner/golden_file.h"

#include <doctest/doctest.h>

namespace writ::golden {
namespace {

constexpr std::string_view kFile =
    "// What it is for.\n"
    "// RUN: writ check 'a b' < in > out\n"
    "\n"
    "//--- in\n"
    "text\n"
    "\n"
    "\n"
    "//--- empty\n"
    "\\ no newline at end\n"
    "\n"
    "//=== stdout\n"
    "x\n"
    "\n"
    "//=== file out/x.json\n"
    "{}\n"
    "\\ no newline at end\n";

TEST_CASE("a golden file is read to the letter and printed back") {
  const support::Result<GoldenFile> file = ReadGolden(kFile);
  REQUIRE(file.ok());
  CHECK(file->purpose == "What it is for.");
  REQUIRE(file->runs.size() == 1);
  CHECK(file->runs[0].arguments == std::vector<std::string>{"check", "a b"});
  CHECK(file->runs[0].input == "in");
  CHECK(file->runs[0].output == "out");
  REQUIRE(file->inputs.size() == 2);
  CHECK(file->inputs[0].second == "text\n\n");
  CHECK(file->inputs[1].second.empty());
  REQUIRE(file->expected.size() == 2);
  CHECK(file->expected[1].content == "{}");
  CHECK(PrintGolden(*file) == kFile);
}

std::string ErrorOf(std::string text) {
  const support::Result<GoldenFile> file = ReadGolden(text);
  return file.ok() ? "none" : file.error().message;
}

TEST_CASE("what nobody would read is refused") {
  const std::string head = "// Purpose.\n// RUN: writ check\n";
  CHECK(ErrorOf(head) == "none");
  CHECK(ErrorOf("// RUN: writ check\n") == "no line says what the test is for");
  CHECK(ErrorOf("// Purpose.\n") == "no RUN line");
  CHECK(ErrorOf(head + "// COLOR: yes\n") == "unknown setting: COLOR: yes");
  CHECK(ErrorOf(head + "// TERMINAL: maybe\n") == "unknown setting: TERMINAL: maybe");
  CHECK(ErrorOf(head + "// More words.\n") == "the purpose has more than one line");
  CHECK(ErrorOf(head + "text\n") == "not a comment: text");
  CHECK(ErrorOf(head + "\n//=== stdin\nx\n") == "unknown section: stdin");
  CHECK(ErrorOf(head + "\n//=== file\nx\n") == "unknown section: file");
  CHECK(ErrorOf(head + "\n//=== exit 2\nx\n") == "unknown section: exit 2");
  CHECK(ErrorOf(head + "\n//=== exit\n2\n\n//=== exit\n2\n") == "expected twice: exit");
  CHECK(ErrorOf(head + "\n//=== exit\n2\n\n//--- a\nx\n") == "an input after an expectation");
  CHECK(ErrorOf(head + "\n//--- a\nx\n\n//--- a\nx\n") == "given twice: a");
  CHECK(ErrorOf("// Purpose.\n// RUN: echo\n") == "RUN must begin with `writ`");
}

TEST_CASE("quotes hold words together") {
  CHECK(SplitWords("a 'b c' \"d 'e\" f''") == std::vector<std::string>{"a", "b c", "d 'e", "f"});
}

}  // namespace
}  // namespace writ::golden

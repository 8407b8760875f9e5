#include "language/syntax/meaning.h"

#include <string>

#include <doctest/doctest.h>

#include "language/parse/parse.h"

namespace writ::syntax {
namespace {

struct Read {
  explicit Read(const std::string& text) {
    diag::Sink sink;
    file = parse::Parse(sources, sources.Add("a.writ", text), sink);
    REQUIRE(file.complete);
  }
  source::SourceMap sources;
  File file;
};

bool Same(const std::string& a, const std::string& b) {
  const Read first(a);
  const Read second(b);
  return SameMeaning(first.file, second.file);
}

TEST_CASE("layout and comments do not mean anything, words do") {
  CHECK(Same("team a may invoke m", "// x\nteam  a may\ninvoke m // y"));
  CHECK_FALSE(Same("team a may invoke m", "team a may not invoke m"));
  CHECK_FALSE(Same("team a may invoke m", "team a may invoke \"m\""));
  CHECK_FALSE(Same("let a = b, c", "let a = b except c"));
  CHECK_FALSE(Same("let a = b, (c except d)", "let a = b, c except d"));
  CHECK_FALSE(Same("team a may invoke m when x and y", "team a may invoke m when x or y"));
  CHECK_FALSE(Same("team a may invoke m until 2027-01-01", "team a may invoke m until 2027-01-02"));
  CHECK_FALSE(Same("nobody may invoke m through a", "nobody may invoke m through a, b"));
  CHECK_FALSE(Same("organization o { partition aws }", "organization o { partition aws-cn }"));
  CHECK_FALSE(Same("organization o { attribute a }", "organization o { attribute a in [b] }"));
  CHECK_FALSE(
      Same("organization o { attribute a in [b] }", "organization o { attribute a in [c] }"));
}

TEST_CASE("the comment block directly above is the documentation") {
  const Read read(
      "// not this\n\n// One.\n//  Two.\nlet a = b // nor this\nlet c = d\n\n// gap\n\nlet e = "
      "f\n");
  CHECK(DocComment(read.sources, read.file, read.file.items[0]) == "One.\n Two.");
  CHECK(DocComment(read.sources, read.file, read.file.items[1]).empty());
  CHECK(DocComment(read.sources, read.file, read.file.items[2]).empty());
}

}  // namespace
}  // namespace writ::syntax

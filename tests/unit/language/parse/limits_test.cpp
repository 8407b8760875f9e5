// Each limit at its value and one past it, and inputs that have none of the shapes of a program.
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "base/diag/codes/syntax.h"
#include "unit/language/parse/parsed.h"

namespace writ::parse {
namespace {

std::string Repeat(const std::string& text, std::size_t count) {
  std::string repeated;
  repeated.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

/// The number of the only finding; 0 when there is none, -1 when there are several.
int OnlyFinding(const std::string& text, const Limits& limits = {}) {
  const Parsed parsed(text, limits);
  if (parsed.sink.all().empty()) return 0;
  return parsed.sink.all().size() == 1 ? parsed.sink.all().front().number : -1;
}

TEST_CASE("size of the text") {
  const std::string text = "let a = b\n";
  Limits limits;
  limits.max_bytes = text.size();
  CHECK(OnlyFinding(text, limits) == 0);
  limits.max_bytes = text.size() - 1;
  CHECK(OnlyFinding(text, limits) == diag::kTextTooLarge.number);
}

TEST_CASE("length of a string") {
  Limits limits;
  limits.max_string = 5;
  CHECK(OnlyFinding("import \"12345\"", limits) == 0);
  CHECK(OnlyFinding("import \"123456\"", limits) == diag::kStringTooLong.number);
}

TEST_CASE("digits of a number") {
  const std::string digits(Limits{}.max_digits, '1');
  CHECK(OnlyFinding("organization o { management " + digits + " }") == 0);
  CHECK(OnlyFinding("organization o { management " + digits + "1 }") ==
        diag::kNumberTooLong.number);
}

TEST_CASE("nesting of parentheses, `not` and blocks") {
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& middle,
                         const std::string& close) {
    return Repeat(open, depth) + middle + Repeat(close, depth);
  };
  const auto most = static_cast<std::size_t>(syntax::kMaxNesting);
  const int too_deep = diag::kNestedTooDeep.number;
  CHECK(OnlyFinding("let a = " + nested(most, "(", "b", ")")) == 0);
  CHECK(OnlyFinding("let a = " + nested(most + 1, "(", "b", ")")) == too_deep);
  CHECK(OnlyFinding("let a = " + nested(20000, "(", "b", ")")) == too_deep);
  const std::string when = "team t may invoke m when ";
  CHECK(OnlyFinding(when + nested(most, "not ", "x", "")) == 0);
  CHECK(OnlyFinding(when + nested(most + 1, "not ", "x", "")) == too_deep);
  CHECK(OnlyFinding(when + nested(20000, "not ", "x", "")) == too_deep);
  CHECK(OnlyFinding(when + nested(20000, "not (", "x", ")")) == too_deep);
  CHECK(OnlyFinding(nested(most, "given in a {\n", "let b = c\n", "}\n")) == 0);
  CHECK(OnlyFinding(nested(most + 1, "given in a {\n", "let b = c\n", "}\n")) == too_deep);
  CHECK(OnlyFinding(nested(20000, "given in a {\n", "let b = c\n", "}\n")) == too_deep);
  CHECK(OnlyFinding("organization o {" + nested(20000, "ou u {\n", "", "}\n") + "}") == too_deep);
  CHECK(OnlyFinding(nested(most - 1, "given in a {\n", "let b = (c)\n", "}\n")) == 0);
}

TEST_CASE("long chains are no nesting") {
  CHECK(OnlyFinding("team t may invoke m when x" + Repeat(" and x", 20000)) == 0);
  CHECK(OnlyFinding("let a = b" + Repeat(", b", 20000)) == 0);
}

TEST_CASE("a mistake at the end of a long sentence is explained in linear time") {
  CHECK(OnlyFinding("let a = b" + Repeat(", b", 100000) + " c") > 0);
  CHECK(OnlyFinding("team t may invoke m when x" + Repeat(" and x = y", 100000) + " and") > 0);
}

TEST_CASE("number of errors") {
  const Limits limits;
  const Parsed most(Repeat("let a =\n", limits.max_errors));
  CHECK(most.sink.all().size() == limits.max_errors);
  CHECK(most.sink.all().back().number == diag::kUnfinishedItem.number);
  const Parsed more(Repeat("let a =\n", limits.max_errors + 10));
  CHECK(more.sink.all().size() == limits.max_errors + 1);
  CHECK(more.sink.all().back().number == diag::kTooManySyntaxErrors.number);
}

TEST_CASE("what is no text is one diagnostic") {
  CHECK(OnlyFinding(std::string("let a = b\0", 10)) == diag::kNotText.number);
  CHECK(OnlyFinding("let a = \xFF") == diag::kNotUtf8.number);
  CHECK(OnlyFinding("let a = \xC0\x80") == diag::kNotUtf8.number);
  CHECK(OnlyFinding("// \xED\xA0\x80") == diag::kNotUtf8.number);
  CHECK(OnlyFinding("\xEF\xBB\xBFlet a = b") == diag::kByteOrderMark.number);
  CHECK(OnlyFinding("// caf\xC3\xA9 \xF0\x9F\x98\x80") == 0);
  std::mt19937 random(1);
  std::string bytes(1U << 20U, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  CHECK(OnlyFinding(bytes) > 0);
}

}  // namespace
}  // namespace writ::parse

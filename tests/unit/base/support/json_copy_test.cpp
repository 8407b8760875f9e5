#include "base/support/json_copy.h"

#include <doctest/doctest.h>

namespace writ::support::json {
namespace {

TEST_CASE("only white space between tokens goes") {
  CHECK(Compacted("{ \"a b\" : [ 1 ,\t2 ],\r\n \"c\\\" d\": \" \\\\\" }\n") ==
        R"({"a b":[1,2],"c\" d":" \\"})");
  CHECK(Compacted(R"({"a":"\u0020 x"})") == R"({"a":"\u0020 x"})");
  CHECK(Compacted(" true ") == "true");
}

TEST_CASE("what is no JSON stays") {
  CHECK(Compacted("[1 2]") == "[1 2]");
  CHECK(Compacted("tr ue") == "tr ue");
  CHECK(Compacted("") == "");
  CHECK(Compacted(R"({"a": 1, "a": 2})") == R"({"a": 1, "a": 2})");
}

TEST_CASE("a text that is laid out for people is the same text") {
  const std::string text = R"({"Version":"2012-10-17","Statement":[],"x":[{"é":"\"\\\n"},-1.5e3]})";
  const std::string indented = Indented(text);
  CHECK(indented.ends_with("\n}\n"));
  CHECK(Compacted(indented) == text);
}

}  // namespace
}  // namespace writ::support::json

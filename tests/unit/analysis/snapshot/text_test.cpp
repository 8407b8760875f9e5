#include "analysis/snapshot/text.h"

#include <string>

#include <doctest/doctest.h>

#include "base/source/source.h"
#include "base/support/json.h"

namespace writ::snapshot {
namespace {

namespace json = support::json;

// The part of the file that an inner text is found at.
std::string At(const source::SourceMap& sources, const TextPtr& text, std::string_view inner) {
  const std::size_t at = text->view().find(inner);
  REQUIRE(at != std::string_view::npos);
  const auto begin = static_cast<std::uint32_t>(at);
  const auto end = static_cast<std::uint32_t>(at + inner.size());
  return std::string(sources.text(text->SpanOf(begin, end)));
}

TEST_CASE("places are followed through escapes, percent codes and both") {
  source::SourceMap sources;
  const std::string plain = R"({"Action":"s3:Get*","Sid":"a€b"})";
  const source::FileId file = sources.Add(
      "a.json", R"(["{\"Action\":\"s3:Get\u002a\",\"Sid\":\"a\u20acb\"}",)"
                R"("%7B%22Action%22%3A%22s3%3AGet%2A%22%2C%22Sid%22%3A%22a%E2%82%ACb%22%7D",)"
                R"("{\"x\":\"%7B\\\"Action\\\"%3A%22s3%3AGet%2a%22}\"}"])");
  const TextPtr whole = Text::OfFile(sources, file);
  json::Document document;
  REQUIRE(!document.Read(whole->view()));
  std::vector<json::Value> strings;
  for (const json::Value one : document.root().elements()) strings.push_back(one);

  const TextPtr escaped = Text::OfString(whole, strings[0]);
  CHECK(escaped->view() == plain);
  CHECK_FALSE(escaped->is_plain());
  CHECK(At(sources, escaped, "\"s3:Get*\"") == R"(\"s3:Get\u002a\")");
  CHECK(At(sources, escaped, "€") == R"(\u20ac)");
  CHECK(At(sources, escaped, "b\"}") == R"(b\"})");

  const auto coded = Text::Decoded(Text::OfString(whole, strings[1]));
  REQUIRE(coded.has_value());
  CHECK((*coded)->view() == plain);
  CHECK(At(sources, *coded, "s3:Get*") == "s3%3AGet%2A");
  CHECK(At(sources, *coded, "€") == "%E2%82%AC");

  // A JSON text in a string, whose string holds percent-encoded JSON with escaped quotes.
  const TextPtr outer = Text::OfString(whole, strings[2]);
  json::Document inner;
  REQUIRE(!inner.Read(outer->view()));
  const auto nested = Text::Decoded(Text::OfString(outer, *inner.root().Find("x")));
  REQUIRE(nested.has_value());
  CHECK((*nested)->view() == R"({"Action":"s3:Get*"})");
  CHECK(At(sources, *nested, "\"Action\"") == R"(\\\"Action\\\")");
  CHECK(At(sources, *nested, "s3:Get*") == "s3%3AGet%2a");
}

TEST_CASE("a percent sign that begins no code is no encoding") {
  source::SourceMap sources;
  const TextPtr bad = Text::OfFile(sources, sources.Add("a", "%7B100%"));
  CHECK_FALSE(Text::Decoded(bad).has_value());
  const TextPtr plus = Text::OfFile(sources, sources.Add("b", "%7Ba+b"));
  CHECK((*Text::Decoded(plus))->view() == "{a+b");
}

TEST_CASE("replaced parts are found where they were") {
  source::SourceMap sources;
  const TextPtr outer = Text::OfFile(sources, sources.Add("a", "ab[FN]cd[F]e"));
  const TextPtr text = Text::Spliced(outer, "ab12345cd6e", {{2, 7, 2, 6}, {9, 10, 8, 11}});
  CHECK(At(sources, text, "b1") == "b[FN]");
  CHECK(At(sources, text, "23") == "[FN]");
  CHECK(At(sources, text, "cd") == "cd");
  CHECK(At(sources, text, "6") == "[F]");
  CHECK(At(sources, text, "e") == "e");
}

TEST_CASE("pointers escape what JSON Pointer escapes") {
  source::SourceMap sources;
  const TextPtr text = Text::OfFile(sources, sources.Add("a", R"({"a/b~c":[1,{"d":2}]})"));
  json::Document document;
  REQUIRE(!document.Read(text->view()));
  const Cursor root{text, document.root(), ""};
  CHECK(root.Find("a/b~c")->Elements()[1].Find("d")->pointer == "/a~1b~0c/1/d");
}

}  // namespace
}  // namespace writ::snapshot

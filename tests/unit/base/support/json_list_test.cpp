#include "base/support/json_list.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json_copy.h"

namespace writ::support::json {
namespace {

std::string Copied(const Value& value) {
  Writer writer(Style::kMinified);
  Copy(value, writer);
  return writer.Take();
}

std::string TextOf(const Error& error) {
  return fmt::format("{}: {}", error.offset, error.message);
}

/// The elements of `list`, each with its place, or what is wrong with the text.
std::string InPieces(std::string_view text, std::string_view list) {
  const auto read = LongList::Read(text, list);
  if (!read.ok()) return TextOf(read.error());
  std::string all;
  const auto error = read->ForEach([&](const Value& element, std::size_t offset) {
    all += fmt::format("{} at {}\n", Copied(element), offset);
  });
  return error ? TextOf(*error) : all;
}

/// The same of the text as a whole.
std::string Whole(std::string_view text, std::string_view list) {
  const auto read = Parse(text);
  if (!read.ok()) return TextOf(read.error());
  std::string all;
  const auto found = read->root().Find(list);
  if (!found) return all;
  for (const Value element : found->elements()) {
    all += fmt::format("{} at {}\n", Copied(element), element.begin());
  }
  return all;
}

constexpr std::string_view kText =
    R"({"a": [1, {"list": []}], "list" : [ {"x": "]\\", "y": [true]}, "\"[", -1.5 , null],)"
    R"( "b": {"c": "}"}})";

TEST_CASE("a list is read element by element, and the object without it") {
  CHECK(InPieces(kText, "list") ==
        "{\"x\":\"]\\\\\",\"y\":[true]} at 36\n\"\\\"[\" at 63\n-1.5 at 70\nnull at 77\n");
  const auto read = LongList::Read(kText, "list");
  REQUIRE(read.ok());
  CHECK(Copied(read->root()) == R"({"a":[1,{"list":[]}],"list":[],"b":{"c":"}"}})");
  for (const std::string_view key : {"a", "b"}) {
    CHECK(read->OffsetOf(*read->root().Find(key)) == Parse(kText)->root().Find(key)->begin());
  }
}

TEST_CASE("what is no such object has no elements") {
  for (const std::string_view text :
       {"{}", "[1]", "7", R"({"list": {"a": 1}})", R"({"list": []})", R"({"a": {"list": [1]}})"}) {
    CAPTURE(text);
    CHECK(InPieces(text, "list").empty());
  }
  CHECK(InPieces(R"({"\u0061": 1, "list": [2]})", "list") == "2 at 23\n");
  CHECK(InPieces(R"({"l\u0069st": [2]})", "list") == "2 at 15\n");
}

TEST_CASE("whatever is wrong with a text is found as in the whole") {
  std::string text(kText);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    CHECK(InPieces(text.substr(0, at), "list") == Whole(text.substr(0, at), "list"));
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string_view("\"\\{}[],: 0a\n\xC3")) {
      const char kept = text[at];
      text[at] = c;
      CAPTURE(text);
      CHECK(InPieces(text, "list") == Whole(text, "list"));
      text[at] = kept;
    }
  }
  for (const std::string_view wrong :
       {R"({"list": [1], "list": [2]})", R"({"list": [{"a": 1, "a": 2}]})", R"({"list": [1,]})",
        R"({"list": [,1]})", R"({"list": [1] "b": 2})", R"({"list": [1]} 2)", ""}) {
    CAPTURE(wrong);
    CHECK(InPieces(wrong, "list") == Whole(wrong, "list"));
    CHECK(!Parse(wrong).ok());
  }
}

TEST_CASE("elements nest as deep as in the whole") {
  const auto nested = [](std::size_t depth) {
    return fmt::format("{{\"list\": [{}{}]}}", std::string(depth, '['), std::string(depth, ']'));
  };
  const std::size_t most = Limits{}.depth - 2;
  const std::string deepest = nested(most);
  const std::string deeper = nested(most + 1);
  CHECK(InPieces(deepest, "list") == Whole(deepest, "list"));
  CHECK(Parse(deepest).ok());
  CHECK(InPieces(deeper, "list") == Whole(deeper, "list"));
  CHECK(!Parse(deeper).ok());
}

TEST_CASE("a text has as many bytes as it may have, and not one more") {
  for (const std::string_view text : {kText, std::string_view(R"({"l\u0069st": [2]})")}) {
    CAPTURE(text);
    const auto longest = LongList::Read(text, "list", text.size());
    REQUIRE(longest.ok());
    std::size_t elements = 0;
    CHECK(!longest->ForEach([&](const Value&, std::size_t) { ++elements; }));
    CHECK(elements > 0);
    const auto longer = LongList::Read(text, "list", text.size() - 1);
    REQUIRE(!longer.ok());
    CHECK(longer.error().code == ErrorCode::kTooLarge);
    CHECK(longer.error().message ==
          fmt::format("the text has {} bytes; the limit is {}", text.size(), text.size() - 1));
  }
}

TEST_CASE("a list may be longer than other JSON") {
  std::string text = R"({"list": [)";
  const std::string element = "\"" + std::string(std::size_t{1} << 20U, 'a') + "\",";
  while (text.size() <= Limits{}.bytes) text += element;
  text.back() = ']';
  text += '}';
  CHECK(!Parse(text).ok());
  const auto read = LongList::Read(text, "list");
  REQUIRE(read.ok());
  std::size_t bytes = 0;
  CHECK(!read->ForEach([&](const Value& one, std::size_t) { bytes += one.text().size(); }));
  CHECK(bytes == std::size_t{64} << 20U);
}

}  // namespace
}  // namespace writ::support::json

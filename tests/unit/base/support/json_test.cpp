#include "base/support/json.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::support::json {
namespace {

std::string Copy(Value value) {
  if (value.is_string()) {
    std::string out;
    AppendString(out, value.text());
    return out;
  }
  std::string out;
  if (value.is_object()) {
    for (const Member member : value.members()) {
      out += fmt::format("{}{}:{}", out.empty() ? "" : ",", Copy(member.key), Copy(member.value));
    }
    return "{" + out + "}";
  }
  if (value.is_array()) {
    for (const Value element : value.elements()) {
      out += (out.empty() ? "" : ",") + Copy(element);
    }
    return "[" + out + "]";
  }
  return std::string(value.source());
}

std::string Read(std::string_view text, const Limits& limits = {}) {
  const Result<Document, Error> read = Parse(text, limits);
  if (read) return Copy(read->root());
  const Error& error = read.error();
  return fmt::format("{}{}: {}", error.offset,
                     error.other_offset ? fmt::format(" and {}", *error.other_offset) : "",
                     error.message);
}

TEST_CASE("values of every kind are read, in text order") {
  CHECK(Read(" {\"b\" : [1, -0.5e+3,true,false , null], \"a\":{} , \"\":[ ]}\r\n") ==
        R"({"b":[1,-0.5e+3,true,false,null],"a":{},"":[]})");
  CHECK(Read("0") == "0");
  CHECK(Read("\"x\"") == "\"x\"");
  CHECK(Read("[[[]],[{}]]") == "[[[]],[{}]]");
}

TEST_CASE("escapes are resolved, and only those of RFC 8259") {
  CHECK(Read(R"("\"\\\/\b\f\n\r\t")") == R"("\"\\/\b\f\n\r\t")");
  CHECK(Read(R"("aaaaaaaaaaa\u0041bbbbbbbbbbbbbb\u00e4\u20AC\uD83D\ude00z")") ==
        "\"aaaaaaaaaaaAbbbbbbbbbbbbbb\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z\"");
  CHECK(Read(R"("\u0000")") == R"("\u0000")");
  CHECK(Read(R"("ab\x")") == "3: a string has no escape `\\` followed by `x`");
  CHECK(Read(R"("\u12G4")") == "3: expected four hexadecimal digits, found `1`");
  CHECK(Read(R"("\uD800")") == "1: half of a surrogate pair is no character");
  CHECK(Read(R"("\uD800\u0041")") == "1: half of a surrogate pair is no character");
  CHECK(Read(R"("\uDC00")") == "1: half of a surrogate pair is no character");
  CHECK(Read("\"\\") == "1: a string has no escape `\\` followed by the end of the text");
}

TEST_CASE("a syntax error says what was expected, what is there, and where") {
  CHECK(Read("") == "0: expected a value, found the end of the text");
  CHECK(Read("{") == "1: expected a key in double quotes, found the end of the text");
  CHECK(Read("{a:1}") == "1: expected a key in double quotes, found `a`");
  CHECK(Read("{\"a\" 1}") == "5: expected `:` after the key, found `1`");
  CHECK(Read("{\"a\":1,}") == "7: expected a key in double quotes, found `}`");
  CHECK(Read("{\"a\":1 \"b\"") == "7: expected `,` or `}`, found `\"`");
  CHECK(Read("[1,]") == "3: expected a value, found `]`");
  CHECK(Read("[1}") == "2: expected `,` or `]`, found `}`");
  CHECK(Read("[1") == "2: expected `,` or `]`, found the end of the text");
  CHECK(Read("1 2") == "2: expected the end of the text after the value, found `2`");
  CHECK(Read("01") == "1: expected the end of the text after the value, found `1`");
  CHECK(Read("-") == "1: expected a digit, found the end of the text");
  CHECK(Read("1.") == "2: expected a digit, found the end of the text");
  CHECK(Read("1e+") == "3: expected a digit, found the end of the text");
  CHECK(Read(".5") == "0: expected a value, found `.`");
  CHECK(Read("nul") == "0: expected a value (true, false or null), found `n`");
  CHECK(Read("'a'") == "0: expected a value, found `'`");
  CHECK(Read("[\"abc]") == "1: this string has no end");
  CHECK(Read("\"a\nb\"") == "2: a control character (byte 0x0A) in a string must be escaped");
  CHECK(Read("\xEF\xBB\xBF{}") == "0: the text begins with a byte order mark; JSON has none");
}

TEST_CASE("only UTF-8 is accepted, in strings only") {
  CHECK(Read("\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF\xED\x9F\xBF\"") ==
        "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF\xED\x9F\xBF\"");
  for (const std::string bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE2\x82",
                                "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    CAPTURE(bad);
    CHECK(OwningDocument::Parse("\"12345678" + bad + "\"").error().code == ErrorCode::kEncoding);
    CHECK(OwningDocument::Parse("\"12345678" + bad + "\"").error().offset == 9);
  }
  CHECK(Read("[\xC3\xA4]") == "1: expected a value, found byte 0xC3");
}

TEST_CASE("a key given twice names both places; escapes do not hide it") {
  CHECK(Read(R"({"a":1,"b":2,"\u0061":3})") == "13 and 1: the key `a` is given twice");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += fmt::format("\"k{}\":0,", i);
  CHECK(Read(many + "\"z\":0}").starts_with("{"));
  CHECK(Read(many + "\"k7\":0}") ==
        fmt::format("{} and {}: the key `k7` is given twice", many.size(), many.find("\"k7\"")));
}

TEST_CASE("duplicates can be recorded instead, with their pointers") {
  Document document;
  const std::string text = R"({"a/b":[{"x":1,"x":2,"x":3}],"c":0})";
  REQUIRE(!document.Read(text, {.duplicate_keys = DuplicateKeys::kRecord}));
  const std::vector<Duplicate> found = document.duplicates();
  REQUIRE(found.size() == 2);
  CHECK(found[0].first.begin() == 9);
  CHECK(found[0].second.begin() == 15);
  CHECK(found[1].first.begin() == 9);
  CHECK(found[0].second.Pointer() == "/a~1b/0/x");
  CHECK(document.root().Pointer().empty());
  CHECK(document.root().Find("c")->Pointer() == "/c");
}

TEST_CASE("depth and size have limits, at the limit and one above") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(OwningDocument::Parse(nested(250)).ok());
  CHECK(OwningDocument::Parse(nested(251)).error().code == ErrorCode::kTooDeep);
  CHECK(OwningDocument::Parse(nested(251)).error().offset == 250);
  CHECK(OwningDocument::Parse(nested(3), {.depth = 2}).error().offset == 2);
  CHECK(OwningDocument::Parse(nested(1'000'000)).error().code == ErrorCode::kTooDeep);
  CHECK(Parse("[12]", {.bytes = 4}).ok());
  CHECK(Parse("[123]", {.bytes = 4}).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("places, members and numbers of values") {
  const std::string text = R"({"n": 12, "big": 123456789012345678901, "f": 1.0, "t": true})";
  const Result<Document, Error> document = Parse(text);
  REQUIRE(document.ok());
  const Value root = document->root();
  CHECK(root.size() == 4);
  CHECK(root.Find("n")->AsInteger() == 12);
  CHECK(root.Find("n")->begin() == 6);
  CHECK(root.Find("n")->end() == 8);
  CHECK(!root.Find("big")->AsInteger());
  CHECK(!root.Find("f")->AsInteger());
  CHECK(root.Find("f")->text() == "1.0");
  CHECK(root.Find("t")->is_true());
  CHECK(!root.Find("x"));
  CHECK(root.source() == text);
}

template <class Text>
concept Readable = requires(Document document, Text text) {
  document.Read(std::forward<Text>(text));
  Parse(std::forward<Text>(text));
};
// Views of a text that is gone with the statement are never kept.
static_assert(Readable<const char*> && Readable<std::string_view> && Readable<std::string&>);
static_assert(!Readable<std::string> && !Readable<const std::string>);

TEST_CASE("an owning document keeps its text, also where that is short") {
  auto read = OwningDocument::Parse(std::string(R"({"a":1})"));
  REQUIRE(read.ok());
  const OwningDocument moved = *std::move(read);
  CHECK(moved.root().Find("a")->text() == "1");
  CHECK(moved.document().source() == R"({"a":1})");
  CHECK_FALSE(OwningDocument::Parse("[").ok());
}

TEST_CASE("a document is reused; a failed read leaves it empty and usable") {
  Document document;
  REQUIRE(!document.Read("[1,2]"));
  CHECK(document.root().size() == 2);
  CHECK(document.Read("[1,"));
  REQUIRE(!document.Read("{\"a\":\"\\n\"}"));
  CHECK(document.root().Find("a")->text() == "\n");
}

TEST_CASE("the writer keeps the order of the calls, minified or pretty") {
  const auto write = [](Style style) {
    Writer writer(style);
    writer.BeginObject();
    writer.Key("z");
    writer.BeginArray();
    writer.Integer(-1);
    writer.String("a\"\\\n\x01");
    writer.EndArray();
    writer.Key("a");
    writer.BeginObject();
    writer.EndObject();
    writer.Key("t");
    writer.Bool(true);
    writer.Key("n");
    writer.Null();
    writer.EndObject();
    return writer.Take();
  };
  CHECK(write(Style::kMinified) == R"({"z":[-1,"a\"\\\n\u0001"],"a":{},"t":true,"n":null})");
  CHECK(write(Style::kPretty) ==
        "{\n  \"z\": [\n    -1,\n    \"a\\\"\\\\\\n\\u0001\"\n  ],\n  \"a\": {},\n"
        "  \"t\": true,\n  \"n\": null\n}");
}

}  // namespace
}  // namespace writ::support::json

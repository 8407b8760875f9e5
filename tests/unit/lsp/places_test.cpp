#include "lsp/places.h"

#include <string_view>

#include <doctest/doctest.h>

#include "lsp/documents.h"

namespace writ::lsp {
namespace {

Json At(std::uint32_t line, std::uint32_t character) {
  return {{"line", line}, {"character", character}};
}

}  // namespace

TEST_CASE("columns count units of the encoding") {
  constexpr std::string_view kText = "ß😀x\r\nnext";  // 2, 4 and 1 bytes
  const Places utf8(kText, Encoding::kUtf8);
  const Places utf16(kText, Encoding::kUtf16);
  const Places utf32(kText, Encoding::kUtf32);
  CHECK(utf8.PositionOf(6) == At(0, 6));
  CHECK(utf16.PositionOf(6) == At(0, 3));
  CHECK(utf32.PositionOf(6) == At(0, 2));
  for (const Places* places : {&utf8, &utf16, &utf32}) {
    for (const std::uint32_t offset : {0U, 2U, 6U, 7U, 9U, 11U, 13U}) {
      CHECK(places->OffsetOf(places->PositionOf(offset)) == offset);
    }
  }
}

TEST_CASE("a place that is none is the one before it") {
  const Places places(std::string_view("ab😀\r\n\nx"), Encoding::kUtf16);
  CHECK(places.OffsetOf(At(0, 3)) == 2);   // inside the pair
  CHECK(places.OffsetOf(At(0, 99)) == 6);  // before the line break
  CHECK(places.OffsetOf(At(1, 1)) == 8);
  CHECK(places.OffsetOf(At(9, 0)) == 10);
  CHECK(places.OffsetOf(Json()) == 0);
  CHECK(places.PositionOf(99) == At(2, 1));
}

TEST_CASE("bytes that are no UTF-8 count one each") {
  const Places places(std::string_view("\xFF\x80z\xF0"), Encoding::kUtf16);
  CHECK(places.PositionOf(2) == At(0, 2));
  CHECK(places.OffsetOf(At(0, 2)) == 2);
  CHECK(places.OffsetOf(At(0, 9)) == 4);
}

TEST_CASE("paths and URIs are each other's inverse") {
  for (const std::string path : {"/a/b.writ", "/a b/ß/100%/#?.writ", "/c:/x", "untitled:1"}) {
    CHECK(PathOf(UriOf(path)) == path);
  }
  CHECK(UriOf("/a b") == "file:///a%20b");
  CHECK(PathOf("file://host/a%2Fb%zz") == "/a/b%zz");
}

TEST_CASE("changes of documents that are not open change nothing") {
  Documents documents;
  CHECK_FALSE(documents.Change("file:///a", Json::array({{{"text", "x"}}}), Encoding::kUtf8));
  documents.Open("file:///a", "one");
  CHECK(documents.Change("file:///a", Json(3), Encoding::kUtf8));
  CHECK(documents.texts().at("/a") == "one");
  const Json backwards = {{"range", {{"start", At(0, 2)}, {"end", At(0, 1)}}}, {"text", "!"}};
  CHECK(documents.Change("file:///a", Json::array({backwards}), Encoding::kUtf8));
  CHECK(documents.texts().at("/a") == "on!e");
  documents.Close("file:///a");
  CHECK(documents.texts().empty());
}

}  // namespace writ::lsp

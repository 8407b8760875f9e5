#include "base/support/utf8.h"

#include <doctest/doctest.h>

namespace writ::support {
namespace {

TEST_CASE("every length of sequence is read") {
  CHECK(DecodeUtf8("a").value == U'a');
  CHECK(DecodeUtf8("\xC3\xB6x").value == U'\u00F6');
  CHECK(DecodeUtf8("\xE4\xB8\xAD").bytes == 3);
  CHECK(DecodeUtf8("\xF0\x9F\x98\x80").value == U'\U0001F600');
  CHECK(DecodeUtf8("").bytes == 0);
}

TEST_CASE("what is not UTF-8 is one byte and not valid") {
  for (const char* broken : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "\xC3", "\xC3x", "\xFF"}) {
    CHECK_FALSE(DecodeUtf8(broken).valid);
    CHECK(DecodeUtf8(broken).bytes == 1);
  }
  CHECK(ReplaceInvalidUtf8("a\xFFz\xC3\xB6") == "a\xEF\xBF\xBDz\xC3\xB6");
}

TEST_CASE("a terminal shows text and obeys nothing") {
  CHECK(IsCommand(0x1B));
  CHECK(IsCommand(0x202E));
  CHECK(IsCommand(0x9B));
  CHECK_FALSE(IsCommand(U'a'));
  CHECK_FALSE(IsCommand(U'\u00E9'));
}

TEST_CASE("widths are columns") {
  CHECK(DisplayWidth(U'a') == 1);
  CHECK(DisplayWidth(U'\u0301') == 0);
  CHECK(DisplayWidth(U'\u4E2D') == 2);
  CHECK(DisplayWidth(U'\U0001F600') == 2);
}

}  // namespace
}  // namespace writ::support

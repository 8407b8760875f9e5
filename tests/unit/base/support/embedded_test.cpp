// cmake/EmbedText.cmake end to end: the files of this folder's data/ are embedded in this test.
#include "base/support/embedded.h"

#include <doctest/doctest.h>

namespace writ::support_test {
std::span<const support::EmbeddedText> Data();

namespace {

TEST_CASE("embedded texts are found by name and are the files' bytes") {
  const support::EmbeddedText* small = support::FindEmbedded(Data(), "nested/small.txt");
  REQUIRE(small != nullptr);
  CHECK(small->text == "[a];b \\n ${x} \"quoted\" \xC3\xB6\n");
  CHECK(support::FindEmbedded(Data(), "none.txt") == nullptr);
}

TEST_CASE("a text longer than one piece comes back whole") {
  const support::EmbeddedText* longer = support::FindEmbedded(Data(), "long.txt");
  REQUIRE(longer != nullptr);
  REQUIRE(longer->text.size() == 20000);
  for (std::size_t i = 0; i < 2000; ++i) CHECK(longer->text.substr(i * 10, 10) == "123456789\n");
}

}  // namespace
}  // namespace writ::support_test

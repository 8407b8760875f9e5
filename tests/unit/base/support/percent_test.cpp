#include "base/support/percent.h"

#include <doctest/doctest.h>

namespace writ::support {
namespace {

TEST_CASE("letters, digits and what is named plain stand as they are") {
  CHECK(PercentEncoded("Az09", "") == "Az09");
  CHECK(PercentEncoded("a/b-c", "/-") == "a/b-c");
  CHECK(PercentEncoded("a/b-c", "-") == "a%2Fb-c");
}

TEST_CASE("every other byte is encoded, those of UTF-8 one by one") {
  CHECK(PercentEncoded(" %\n", "") == "%20%25%0A");
  CHECK(PercentEncoded("é", "") == "%C3%A9");
  CHECK(PercentEncoded("a(b)[c]", kPlainInPaths) == "a%28b%29%5Bc%5D");
}

}  // namespace
}  // namespace writ::support

#include "base/support/nearest.h"

#include <array>

#include <doctest/doctest.h>

namespace writ::support {
namespace {

using namespace std::string_view_literals;
using Names = std::vector<std::string>;

constexpr std::array kNames = {"us-east-1"sv, "us-west-2"sv, "eu-west-1"sv, "search"sv};

TEST_CASE("a slip of the fingers finds the name") {
  CHECK(Nearest("us-eats-1", kNames, 1) == Names{"us-east-1"});
  CHECK(Nearest("serch", kNames, 1) == Names{"search"});
  CHECK(Nearest("SEARCH", kNames, 1) == Names{"search"});
}

TEST_CASE("the nearest comes first and the limit holds") {
  CHECK(Nearest("us-west-1", kNames, 3) == Names{"us-west-2", "eu-west-1", "us-east-1"});
  CHECK(Nearest("us-west-1", kNames, 1).size() == 1);
}

TEST_CASE("a hopeless word has no guess") {
  CHECK(Nearest("zebra", kNames, 3).empty());
  CHECK(Nearest("", kNames, 3).empty());
  CHECK(Nearest(std::string(65, 'a'), kNames, 3).empty());
}

}  // namespace
}  // namespace writ::support

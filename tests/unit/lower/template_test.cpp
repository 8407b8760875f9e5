#include "template.h"

#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "writ/catalog/catalog.h"

namespace writ::lower {
namespace {

TEST_CASE("a place with several texts makes one filling for each") {
  Places places;
  places.Set("region", std::vector<std::string>{"r1", "r2"});
  places.Set("model", std::string("m"));
  CHECK(Fill("arn:{region}::{model}", places) ==
        std::vector<std::string>{"arn:r1::m", "arn:r2::m"});
  CHECK(FillAll({"{model}", "x{region}", "{model}"}, places) ==
        std::vector<std::string>{"m", "xr1", "xr2"});
}

/// All texts over {a, b} of at most `length` characters.
std::vector<std::string> Texts(std::size_t length) {
  std::vector<std::string> all{""};
  for (std::size_t begin = 0, n = 0; n < length; ++n) {
    const std::size_t end = all.size();
    for (std::size_t i = begin; i < end; ++i) {
      for (const char c : {'a', 'b'}) all.push_back(all[i] + c);
    }
    begin = end;
  }
  return all;
}

TEST_CASE("two patterns overlap exactly when some text matches both") {
  std::mt19937 random(7);
  const std::vector<std::string> texts = Texts(8);
  for (int n = 0; n < 400; ++n) {
    const auto pattern = [&] {
      std::string p;
      for (auto i = random() % 5; i > 0; --i) p += "ab*?"[random() % 4];
      return p;
    };
    const std::string a = pattern();
    const std::string b = pattern();
    bool expected = false;
    for (const std::string& text : texts) {
      expected = expected || (catalog::MatchesPattern(a, text) && catalog::MatchesPattern(b, text));
    }
    CAPTURE(a);
    CAPTURE(b);
    CHECK(Overlap(a, b) == expected);
  }
}

}  // namespace
}  // namespace writ::lower

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

TEST_CASE("an ARN pattern is dropped when another one says as much") {
  const auto profile = [](const std::string& rest) { return "arn:aws:bedrock:*:*:" + rest; };
  CHECK(WithoutCovered({profile("p/us.x"), profile("p/*"), profile("p/*"), profile("q/y")}) ==
        std::vector<std::string>{profile("p/*"), profile("q/y")});
  // A star stays within its segment, so the region-less ARN is not one of those with any account.
  const std::vector<std::string> models{"arn:aws:bedrock:*::model/m",
                                        "arn:aws:bedrock:us:*:model/m"};
  CHECK(WithoutCovered(models) == models);
  const std::vector<std::string> marks{profile("p/?"), profile("p/a")};
  CHECK(WithoutCovered(marks) == marks);
}

}  // namespace
}  // namespace writ::lower

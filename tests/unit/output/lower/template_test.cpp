#include "template.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

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

#include "iam/policy/doubt.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::policy {
namespace {

PlacedDocument Placed(const std::string& statements, Kind kind) {
  const auto read =
      ReadPlaced(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", kind);
  REQUIRE(read.ok());
  return *read;
}

// The texts of the points of one kind.
std::vector<std::string> Found(Doubt doubt, const std::string& statement,
                               Kind kind = Kind::kIdentity) {
  const IsMultiValued is_multi_valued = [](std::string_view key) { return key == "aws:TagKeys"; };
  std::vector<std::string> texts;
  for (const DoubtfulPoint& point :
       DoubtfulPoints(Placed(statement, kind).document, kind, is_multi_valued)) {
    if (point.doubt == doubt) texts.push_back(point.text);
  }
  return texts;
}

std::string With(const std::string& element) { return R"({"Effect":"Allow",)" + element + "}"; }
std::string Actions(const std::string& list) {
  return With(R"("Action":)" + list + R"(,"Resource":"*")");
}
std::string Resources(const std::string& element) { return With(R"("Action":"s3:*",)" + element); }
std::string Conditions(const std::string& condition) {
  return With(R"("Action":"s3:*","Resource":"*","Condition":)" + condition);
}

using Texts = std::vector<std::string>;

TEST_CASE("wildcards before the colon of an action are open, elsewhere not") {
  CHECK(Found(Doubt::kActionService,
              Actions(R"(["*","s3:*","s3:Get*","*:*","b*:*","**","s?:Get","s3*","s3"])")) ==
        Texts{"*:*", "b*:*", "**", "s?:Get", "s3*"});
  CHECK(Found(Doubt::kActionService, With(R"("NotAction":"*:Get*","Resource":"*")")) ==
        Texts{"*:Get*"});
}

TEST_CASE("short resources are open, whole ones and `*` are not") {
  const std::string list = R"(["*","arn:aws:s3:::b","arn:aws:s3:*","foo","**","arn:aws:s3:::*"])";
  CHECK(Found(Doubt::kShortResource, Resources(R"("Resource":)" + list)) ==
        Texts{"arn:aws:s3:*", "foo", "**"});
  CHECK(Found(Doubt::kShortNotResource, Resources(R"("NotResource":)" + list)) ==
        Texts{"arn:aws:s3:*", "foo", "**"});
}

TEST_CASE("variables in resources are open where they may have no value or stand too early") {
  const std::string list =
      R"(["arn:aws:s3:::${k:a}","arn:aws:s3:::${k:a, 'x'}","arn:${k:a}:s3:::b"])";
  CHECK(Found(Doubt::kNullNotResource, Resources(R"("NotResource":)" + list)) ==
        Texts{"arn:aws:s3:::${k:a}", "arn:${k:a}:s3:::b"});
  CHECK(Found(Doubt::kNullNotResource, Resources(R"("Resource":)" + list)).empty());
  CHECK(Found(Doubt::kEarlyVariable, Resources(R"("Resource":)" + list)) ==
        Texts{"arn:${k:a}:s3:::b"});
}

TEST_CASE("values that operators cannot read are open") {
  CHECK(Found(Doubt::kUnreadableValue,
              Conditions(R"({"ArnLike":{"k:a":["arn:aws:iam::2*","arn:aws:iam::2:*"]}})")) ==
        Texts{"arn:aws:iam::2*"});
  CHECK(Found(Doubt::kUnreadableValue, Conditions(R"({"NumericLessThan":{"k:a":["1","x"]}})")) ==
        Texts{"x"});
  CHECK(Found(Doubt::kUnreadableValue, Conditions(R"({"IpAddress":{"k:a":["10.0.0"]}})")) ==
        Texts{"10.0.0"});
  CHECK(Found(Doubt::kUnreadableValue, Conditions(R"({"ArnLike":{"k:a":"${k:b}"}})")).empty());
}

TEST_CASE("operators that are open for several values, or for none") {
  CHECK(Found(Doubt::kListOperator, Conditions(R"({"StringLike":{"aws:TagKeys":"*"}})")) ==
        Texts{"StringLike aws:TagKeys"});
  CHECK(Found(Doubt::kListOperator, Conditions(R"({"Null":{"aws:TagKeys":"false"}})")).empty());
  CHECK(Found(Doubt::kListOperator, Conditions(R"({"StringLike":{"k:a":"*"}})")).empty());
  CHECK(Found(Doubt::kAnyValueIfExists,
              Conditions(R"({"ForAnyValue:StringLikeIfExists":{"k:a":"*"}})")) ==
        Texts{"ForAnyValue:StringLikeIfExists k:a"});
  CHECK(Found(Doubt::kBoolVariable, Conditions(R"({"Bool":{"k:a":"${k:b}"}})")) == Texts{"${k:b}"});
}

TEST_CASE("principals are open in policies of endpoints only, and not if they are everyone") {
  const std::string one = With(R"("Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*")");
  const std::string all = With(R"("Principal":"*","Action":"*","Resource":"*")");
  CHECK(Found(Doubt::kEndpointPrincipal, one, Kind::kVpcEndpoint) == Texts{"111122223333"});
  CHECK(Found(Doubt::kEndpointPrincipal, all, Kind::kVpcEndpoint).empty());
  CHECK(Found(Doubt::kEndpointPrincipal, one, Kind::kResource).empty());
}

TEST_CASE("a point is found in the text") {
  const std::string before = R"({"Version":"2012-10-17","Statement":[)";
  const std::string statement = Actions(R"(["s3:Get*","b*:*"])");
  const PlacedDocument placed = Placed(statement, Kind::kIdentity);
  const std::vector<DoubtfulPoint> points = DoubtfulPoints(placed.document, Kind::kIdentity);
  REQUIRE(points.size() == 1);
  const Place place = PlaceOf(points[0], placed.places);
  const std::string text = before + statement + "]}";
  CHECK(text.substr(place.begin, place.end - place.begin) == "\"b*:*\"");
}

TEST_CASE("every point has readings, none of which is the default") {
  for (std::size_t i = 0; i < kDoubtCount; ++i) {
    const Doubt doubt = static_cast<Doubt>(i);
    CAPTURE(i);
    CHECK_FALSE(Describe(doubt).empty());
    const std::vector<Reading> readings = OtherReadings({&doubt, 1});
    CHECK_FALSE(readings.empty());
    for (const Reading& reading : readings) CHECK(reading.switches != Switches{});
  }
}

TEST_CASE("readings differ, from fewest points to most, and are not too many") {
  std::vector<Doubt> all;
  for (std::size_t i = 0; i < kDoubtCount; ++i) all.push_back(static_cast<Doubt>(i));
  const std::vector<Reading> readings = OtherReadings(all);
  CHECK(readings.size() <= kMostReadings);
  std::set<Switches> seen;
  for (const Reading& reading : readings) CHECK(seen.insert(reading.switches).second);
  CHECK(std::ranges::is_sorted(readings, {}, [](const Reading& one) { return one.doubts.size(); }));
  const Doubt two[] = {Doubt::kActionService, Doubt::kNullNotResource};
  CHECK(OtherReadings(two).size() == 3);
  CHECK(OtherReadings({}).empty());
}

}  // namespace
}  // namespace writ::policy

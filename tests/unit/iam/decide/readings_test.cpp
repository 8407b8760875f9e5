// Points that AWS leaves open: decided under every reading, and told where the answer depends on
// it.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::Doubt;
using policy::Kind;

std::string Allow(const std::string& elements) { return R"({"Effect":"Allow",)" + elements + "}"; }
std::string Deny(const std::string& elements) { return R"({"Effect":"Deny",)" + elements + "}"; }
const std::string kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
const std::string kNothing = R"({"Effect":"Deny","Action":"*","Resource":"*"})";

ReadingsComparison Both(const std::string& left, const std::string& right,
                        Kind kind = Kind::kIdentity) {
  return CompareReadings(Space::Of(Statements(left), kind), Space::Of(Statements(right), kind),
                         {.catalog = &catalog::Catalog::BuiltIn()});
}

TEST_CASE("an Allow of an odd pattern grants on some reading") {
  const std::string some = Allow(R"("Action":"s3:GetObject","Resource":"*")");
  const std::vector<std::string> odd = {R"("Action":"*:*","Resource":"*")",
                                        R"("Action":"b*:*","Resource":"*")",
                                        R"("Action":"**","Resource":"*")",
                                        R"("Action":"?edrock:Invoke*","Resource":"*")",
                                        R"("Action":"*","NotResource":"arn:aws:s3:*")",
                                        R"("Action":"*","NotResource":"foo")",
                                        R"("Action":"*","Resource":"*foo")"};
  for (const std::string& elements : odd) {
    CAPTURE(elements);
    const ReadingsComparison found = Both(some, some + "," + Allow(elements));
    CHECK(found.comparison.relation == Relation::kEquivalent);
    REQUIRE(found.other);
    CHECK(found.other->comparison.relation == Relation::kBroader);
    CHECK(found.other->comparison.gained);
  }
}

TEST_CASE("what does not depend on a reading is said once") {
  const std::string odd = Allow(R"("Action":"*:Get*","NotResource":"foo")");
  CHECK_FALSE(Both(odd, odd).other);
  CHECK_FALSE(Both(kAll, kAll + "," + odd).other);
  CHECK_FALSE(Both(kAll, Allow(R"("Action":"s3:*","Resource":"*")")).other);
}

TEST_CASE("wildcards reach into services as one glob over the whole name") {
  policy::Switches reach;
  reach.do_action_wildcards_reach_services = true;
  const auto relation = [&](const std::string& left, const std::string& right) {
    const auto space = [](const std::string& actions) {
      return Space::Of(Statements(Allow(actions + R"(,"Resource":"*")")), Kind::kIdentity);
    };
    return Compare(space(left), space(right),
                   {.catalog = &catalog::Catalog::BuiltIn(), .switches = reach})
        .relation;
  };
  CHECK(relation(R"("Action":"*:*")", R"("Action":"*")") == Relation::kEquivalent);
  CHECK(relation(R"("Action":"**")", R"("Action":"*")") == Relation::kEquivalent);
  CHECK(relation(R"("Action":"s*")", R"("Action":"s*:*")") == Relation::kEquivalent);
  CHECK(relation(R"("Action":"s*t")", R"("Action":"s*:*t")") == Relation::kEquivalent);
  CHECK(relation(R"("Action":"s3?Get")", R"("Action":"s3:Get")") == Relation::kEquivalent);
  CHECK(relation(R"("Action":"s?*Get")", R"("Action":"s3:Get")") == Relation::kNarrower);
  CHECK(relation(R"("Action":"s3:*")", R"("Action":"s*:*")") == Relation::kBroader);
  CHECK(relation(R"("Action":["a*:*","?:*"])", R"("Action":"a*:*")") == Relation::kNarrower);
  CHECK(relation(R"("NotAction":"*:*")", R"("NotAction":"*")") == Relation::kEquivalent);
  CHECK(relation(R"("NotAction":"?*:Get*")", R"("NotAction":"*:Get*")") == Relation::kEquivalent);
  CHECK(relation(R"("NotAction":"s*:*")", R"("NotAction":"s3:*")") == Relation::kBroader);
  CHECK(relation(R"("Action":"*:a:b")", R"("Action":"s3:a:b")") == Relation::kEquivalent);
}

TEST_CASE("short ARNs, values that cannot be read and operators on lists") {
  CHECK(Both(Allow(R"("Action":"s3:*","Resource":"arn:aws:s3*")"),
             Allow(R"("Action":"s3:*","Resource":"arn:aws:s3*:*:*:*:*")"))
            .other);
  const auto where = [](const std::string& condition) {
    return kAll + "," + Deny(R"("Action":"s3:*","Resource":"*","Condition":)" + condition);
  };
  CHECK(Both(where(R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::2*"},
                     "Null":{"aws:PrincipalArn":"false"}})"),
             kAll)
            .other);
  CHECK(Both(where(R"({"NumericNotEquals":{"k:x":"a"},"Null":{"k:x":"false"}})"), kAll).other);
  CHECK(Both(where(R"({"StringLike":{"aws:TagKeys":"*"}})"),
             where(R"({"Null":{"aws:TagKeys":"false"}})"))
            .other);
  CHECK(Both(where(R"({"ForAnyValue:StringEqualsIfExists":{"k:x":"a"}})"),
             where(R"({"ForAnyValue:StringEquals":{"k:x":"a"}})"))
            .other);
  CHECK(Both(Allow(R"("Action":"s3:*","Principal":{"AWS":"111122223333"},"Resource":"*")"),
             Allow(R"("Action":"s3:*","Principal":"*","Resource":"*")"), Kind::kVpcEndpoint)
            .other);
}

TEST_CASE("a reading is told by its points") {
  const ReadingsComparison found =
      Both(kNothing, kAll + "," + Deny(R"("Action":"*:*","Resource":"*")"));
  CHECK(found.comparison.relation == Relation::kBroader);
  REQUIRE(found.other);
  CHECK(found.other->comparison.relation == Relation::kEquivalent);
  CHECK(found.other->reading.doubts == std::vector{Doubt::kActionService});
}

}  // namespace
}  // namespace writ::decide

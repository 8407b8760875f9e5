#include "iam/decide/affiliation.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace writ::decide {
namespace {

using policy::Condition;
using policy::Version;

const Affiliation kHome{"o-abcdef1234", "o-abcdef1234/r-ab12/ou-ab12-prod0001/"};

std::optional<bool> Holds(std::string_view name, std::string key, std::vector<std::string> values,
                          const Affiliation& home = kHome) {
  const auto op = policy::ParseOperator(name);
  REQUIRE(op);
  return HoldsOfMembers({*op, std::move(key), std::move(values)}, Version::k2012, home);
}

TEST_SUITE("decide/affiliation") {
  TEST_CASE("every operator is decided by the one path that there is") {
    const std::string key = "aws:PrincipalOrgPaths";
    for (const char* quantifier : {"ForAnyValue:", "ForAllValues:"}) {
      CAPTURE(quantifier);
      const auto decided = [&](std::string op, std::string value) {
        return Holds(quantifier + op, key, {std::move(value)});
      };
      CHECK(decided("StringEquals", kHome.path) == true);
      CHECK(decided("StringEquals", "o-abcdef1234/r-ab12/") == false);
      CHECK(decided("StringNotEquals", kHome.path) == false);
      CHECK(decided("StringNotEquals", "o-abcdef1234/r-ab12/") == true);
      CHECK(decided("StringEqualsIgnoreCase", "O-ABCDEF1234/r-ab12/ou-ab12-prod0001/") == true);
      CHECK(decided("StringNotEqualsIgnoreCase", "O-ABCDEF1234/r-ab12/OU-ab12-prod0001/") == false);
      CHECK(decided("StringLike", "o-abcdef1234/*/ou-ab12-prod0001/*") == true);
      CHECK(decided("StringLike", "o-abcdef1234/*/ou-ab12-dev00001/*") == false);
      CHECK(decided("StringNotLike", "o-abcdef1234/*") == false);
      CHECK(decided("StringEqualsIfExists", "o-abcdef1234/r-ab12/") == false);
    }
    CHECK(Holds("Null", key, {"false"}) == true);
    CHECK(Holds("Null", key, {"true"}) == false);
    CHECK(Holds("ForAnyValue:StringEquals", "AWS:principalorgpaths", {"x", kHome.path}) == true);
  }

  TEST_CASE("so is the organization") {
    CHECK(Holds("StringEquals", "aws:PrincipalOrgID", {"o-abcdef1234"}) == true);
    CHECK(Holds("StringNotEquals", "aws:PrincipalOrgID", {"o-abcdef1234"}) == false);
    CHECK(Holds("StringEquals", "aws:PrincipalOrgID", {"o-other00000"}) == false);
    CHECK(Holds("Null", "aws:PrincipalOrgID", {"true"}) == false);
  }

  TEST_CASE("what is not known stays open") {
    const std::string key = "aws:PrincipalOrgPaths";
    CHECK_FALSE(Holds("ForAnyValue:StringEquals", key, {kHome.path}, {"o-abcdef1234", ""}));
    CHECK_FALSE(Holds("Null", "aws:PrincipalOrgID", {"true"}, {}));
    CHECK_FALSE(Holds("StringEquals", key, {kHome.path}));
    CHECK_FALSE(Holds("ForAnyValue:StringLike", key, {"${aws:PrincipalTag/path}*"}));
    CHECK_FALSE(Holds("StringEquals", "aws:ResourceOrgID", {"o-abcdef1234"}));
  }

  TEST_CASE("of an OU without an id it is known which ids it does not have") {
    const std::string key = "aws:PrincipalOrgPaths";
    const Affiliation home{"o-abcdef1234", "", "o-abcdef1234/r-ab12/?/", {"ou-ab12-prod0001"}};
    const std::string named = "o-abcdef1234/*/ou-ab12-prod0001/*";
    CHECK(Holds("ForAnyValue:StringLike", key, {named}, home) == false);
    CHECK(Holds("ForAllValues:StringNotLike", key, {named}, home) == true);
    CHECK(Holds("ForAnyValue:StringLike", key, {"o-abcdef1234/r-ab12/*"}, home) == true);
    CHECK(Holds("ForAnyValue:StringLike", key, {"o-abcdef1234/r-ab12/*/"}, home) == true);
    CHECK(Holds("Null", key, {"true"}, home) == false);
    // It may be just this one.
    CHECK_FALSE(Holds("ForAnyValue:StringLike", key, {"o-*/ou-ab12-dev00001/*"}, home));
    CHECK_FALSE(Holds("ForAnyValue:StringLike", key, {"o-abcdef1234/*/ou-ab12-*/*"}, home));
    CHECK_FALSE(Holds("ForAnyValue:StringLike", key, {"o-abcdef1234/r-ab12/?/"}, home));
  }

  TEST_CASE("a variable is text where the version has none") {
    const auto op = policy::ParseOperator("ForAnyValue:StringEquals");
    REQUIRE(op);
    const Condition condition{*op, "aws:PrincipalOrgPaths", {"${aws:username}"}};
    CHECK(HoldsOfMembers(condition, Version::k2008, kHome) == false);
  }
}

}  // namespace
}  // namespace writ::decide

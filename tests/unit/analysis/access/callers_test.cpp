#include "analysis/access/callers.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::access {
namespace {

using intent::AccountIndex;
using intent::Principal;
using Kind = Principal::Kind;

const AccountIndex kHere{0};
const AccountIndex kElsewhere{1};

Principal RoleOf(std::string name) { return {Kind::kRole, std::move(name), {}}; }
Principal Tag(std::string value) { return {Kind::kTag, std::move(value), "team"}; }

Names Example() {
  Names names;
  names.granted = {{"coders", {RoleOf("app/coders-*")}, {kHere}},
                   {"runners", {RoleOf("one/runner")}, {kHere}},
                   {"admins", {{Kind::kPermissionSet, "Admin", {}}}, {kHere, kElsewhere}}};
  names.named = {{"", {RoleOf("two/runner"), RoleOf("break/glass")}, {kHere}}};
  return names;
}

std::vector<std::string> Labels(const std::vector<Caller>& callers) {
  std::vector<std::string> labels;
  for (const Caller& caller : callers) labels.push_back(caller.label);
  return labels;
}

std::vector<std::string> Tails(const std::vector<access::Role>& roles) {
  std::vector<std::string> tails;
  for (const access::Role& role : roles) tails.push_back(role.tail);
  return tails;
}

}  // namespace

TEST_CASE("everybody of an account is one of its callers") {
  const std::vector<Caller> here = CallersIn(Example(), kHere);
  CHECK(Labels(here) == std::vector<std::string>{"team coders", "team runners", "team admins",
                                                 "role \"break/glass\"", "role \"two/runner\"",
                                                 "anyone else"});
  CHECK_FALSE(here[0].may_hold_anything);
  CHECK(here[3].may_hold_anything);
  CHECK(here[5].may_hold_anything);
  CHECK(here[5].apart.size() == 5);
  CHECK(Labels(CallersIn(Example(), kElsewhere)) ==
        std::vector<std::string>{"team admins", "anyone else"});
}

TEST_CASE("a principal that the program does not know is asked about in parts") {
  const std::vector<Caller> parts = CallersOf(Example(), "x", RoleOf("app/*"), kHere);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].within == std::vector<Principal>{RoleOf("app/coders-*")});
  CHECK_FALSE(parts[0].may_hold_anything);
  CHECK(parts[1].apart == std::vector<Principal>{RoleOf("app/coders-*")});
  CHECK(parts[1].may_hold_anything);
  CHECK(CallersOf(Example(), "x", RoleOf("one/runner"), kHere).size() == 1);
}

TEST_CASE("who can be the same principal") {
  CHECK(MayBeSame(RoleOf("a-*"), RoleOf("a-b")));
  CHECK_FALSE(MayBeSame(RoleOf("a-*"), RoleOf("b")));
  CHECK(MayBeSame(RoleOf("a"), Tag("x")));
  CHECK_FALSE(MayBeSame(Tag("x"), Tag("y")));
  CHECK_FALSE(MayBeSame(RoleOf("a"), {Kind::kUser, "a", {}}));
  CHECK(MayBeSame(RoleOf("aws-reserved/*"), {Kind::kPermissionSet, "Admin", {}}));
}

TEST_CASE("a session is of the roles whose name ends as it says") {
  const auto roles = [](const Names& names, std::string_view name) {
    return Tails(RolesOfSession(names, kHere, name));
  };
  const Names names = Example();
  CHECK(roles(names, "coders-7") == std::vector<std::string>{"role/app/coders-7"});
  CHECK(roles(names, "glass") == std::vector<std::string>{"role/break/glass"});
  CHECK(roles(names, "runner") == std::vector<std::string>{"role/one/runner", "role/two/runner"});
  CHECK(roles(names, "somebody") == std::vector<std::string>{"role/somebody"});
  CHECK(roles(names, "AWSReservedSSO_Admin_0123456789abcdef") ==
        std::vector<std::string>{
            "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"});
  Names wild;
  wild.granted = {{"all", {RoleOf("*")}, {kHere}}, {"deep", {RoleOf("app*")}, {kHere}}};
  CHECK(roles(wild, "coder") == std::vector<std::string>{"role/coder"});
}

TEST_CASE("labels of a principal") {
  CHECK(LabelsOf(Example(), kHere, "arn:aws:iam::222222222222:role/app/coders-7", {}) ==
        std::vector<std::string>{"team coders"});
  CHECK(LabelsOf(Example(), kHere, "arn:aws:iam::222222222222:role/break/glass", {}) ==
        std::vector<std::string>{"role \"break/glass\""});
  CHECK(LabelsOf(Example(), kHere, "arn:aws:iam::222222222222:role/x", {}).empty());
}

}  // namespace writ::access

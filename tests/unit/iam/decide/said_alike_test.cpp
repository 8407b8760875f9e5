#include "iam/decide/said_alike.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "draw.h"
#include "iam/policy/document.h"

namespace writ::decide {
namespace {

using policy::Kind;
using policy::PolicyDocument;
using policy::Statement;

Documents Reading(const std::string& statements) {
  auto read = policy::Read(
      fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statements), Kind::kIdentity);
  REQUIRE(read);
  return {*std::move(read)};
}

TEST_CASE("grouping, order, Sids, repetitions and case of actions say nothing") {
  const Documents apart = Reading(
      R"({"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"},
         {"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"]},
         {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"})");
  const Documents together = Reading(
      R"({"Effect":"Allow","Action":["s3:putobject","s3:GetObject","s3:GetObject"],
          "Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]})");
  CHECK(AreSaidAlike(apart, together));
  CHECK(AreSaidAlike(together, apart));
}

TEST_CASE("what a statement means says something") {
  const std::string_view form =
      R"({{"Effect":"{}","{}":"s3:GetObject","{}":["{}"],"Condition":{{"{}":{{"aws:PrincipalTag/a":["{}"]}}}}}})";
  const auto with = [&](auto... parts) {
    return Reading(fmt::format(fmt::runtime(form), parts...));
  };
  const Documents one =
      with("Allow", "Action", "Resource", "arn:aws:s3:::a/*", "StringEquals", "x");
  CHECK(AreSaidAlike(one, one));
  CHECK_FALSE(AreSaidAlike(
      one, with("Deny", "Action", "Resource", "arn:aws:s3:::a/*", "StringEquals", "x")));
  CHECK_FALSE(AreSaidAlike(
      one, with("Allow", "NotAction", "Resource", "arn:aws:s3:::a/*", "StringEquals", "x")));
  CHECK_FALSE(AreSaidAlike(
      one, with("Allow", "Action", "NotResource", "arn:aws:s3:::a/*", "StringEquals", "x")));
  CHECK_FALSE(AreSaidAlike(
      one, with("Allow", "Action", "Resource", "arn:aws:s3:::A/*", "StringEquals", "x")));
  CHECK_FALSE(AreSaidAlike(
      one, with("Allow", "Action", "Resource", "arn:aws:s3:::a/*", "StringLike", "x")));
  CHECK_FALSE(AreSaidAlike(
      one, with("Allow", "Action", "Resource", "arn:aws:s3:::a/*", "StringEquals", "X")));
  CHECK_FALSE(AreSaidAlike(one, {}));
}

TEST_CASE("exceptions are one thing") {
  CHECK_FALSE(AreSaidAlike(
      Reading(R"({"Effect":"Deny","NotAction":["s3:GetObject","s3:PutObject"],"Resource":"*"})"),
      Reading(R"({"Effect":"Deny","NotAction":"s3:GetObject","Resource":"*"},
                 {"Effect":"Deny","NotAction":"s3:PutObject","Resource":"*"})")));
}

TEST_CASE("versions are told apart") {
  Documents old = Reading(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})");
  const Documents current = old;
  old.front().version = policy::Version::k2008;
  CHECK_FALSE(AreSaidAlike(old, current));
}

TEST_CASE("more parts than the limit say nothing") {
  const auto many = [](std::size_t count) {
    Statement statement;
    for (std::size_t i = 0; i < count / 100; ++i) {
      statement.action.values.push_back(fmt::format("s3:A{}", i));
    }
    statement.resource.emplace();
    for (std::size_t i = 0; i < 100; ++i) {
      statement.resource->values.push_back(fmt::format("arn:aws:s3:::{}", i));
    }
    PolicyDocument document;
    document.statements.push_back(std::move(statement));
    return Documents{document};
  };
  CHECK(AreSaidAlike(many(kMostParts), many(kMostParts)));
  Documents over = many(kMostParts);
  Statement more;
  more.action.values = {"s3:More"};
  more.resource.emplace();
  more.resource->values = {"*"};
  over.front().statements.push_back(more);
  CHECK_FALSE(AreSaidAlike(over, over));
}

/// The same in other words.
Documents Divided(const Documents& documents, std::mt19937& random) {
  Documents divided;
  for (const PolicyDocument& document : documents) {
    PolicyDocument& one = divided.emplace_back();
    one.version = document.version;
    for (const Statement& statement : document.statements) {
      if (statement.action.sense == policy::Sense::kAllBut) {
        one.statements.push_back(statement);
        continue;
      }
      for (const std::string& action : statement.action.values) {
        Statement part = statement;
        part.action.values = {action};
        one.statements.push_back(std::move(part));
      }
    }
    std::ranges::shuffle(one.statements, random);
  }
  return divided;
}

TEST_CASE("what is said alike is equivalent, for drawn documents") {
  std::mt19937 random(1147);
  Draw draw([&] { return std::size_t{random()}; });
  int alike = 0;
  for (int round = 0; round < 400; ++round) {
    const Documents before = draw.Documents(1, 2);
    Documents after = Divided(before, random);
    // Every other time something is left out or written twice.
    if (draw.Chance(50)) {
      std::vector<Statement>& statements = after.front().statements;
      if (draw.Chance(50))
        statements.push_back(statements.front());
      else
        statements.erase(statements.begin());
    }
    if (!AreSaidAlike(before, after)) continue;
    ++alike;
    for (const Kind kind : {Kind::kIdentity, Kind::kScp}) {
      CHECK(CompareInPlace(before, after, kind, {}).relation == Relation::kEquivalent);
    }
  }
  CHECK(alike > 250);
}

}  // namespace
}  // namespace writ::decide

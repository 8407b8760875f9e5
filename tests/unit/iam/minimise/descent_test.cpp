#include "iam/minimise/descent.h"

#include <doctest/doctest.h>

#include "iam/policy/document.h"

namespace writ::minimise {
namespace {

using Indices = std::vector<std::size_t>;

std::vector<policy::Statement> Read(const std::string& statements) {
  const auto document = policy::Read(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}",
                                     policy::Kind::kIdentity);
  REQUIRE_MESSAGE(document.ok(), statements);
  return document->statements;
}

TEST_CASE("a statement comes from those whose actions, resources and values it has") {
  const auto before =
      Read(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a"},
                              {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"},
                              {"Effect":"Allow","Action":"s3:PutObject","Resource":"*",
                               "Condition":{"StringEquals":{"aws:PrincipalTag/t":"x"}}},
                              {"Effect":"Allow","Action":"s3:PutObject","Resource":"*",
                               "Condition":{"StringEquals":{"aws:PrincipalTag/t":"y"}}})");
  const auto after = Read(
      R"({"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]},
                             {"Effect":"Allow","Action":"s3:PutObject","Resource":"*",
                              "Condition":{"StringEquals":{"aws:PrincipalTag/t":"y"}}})");
  const auto descent = DescentOf(before, after);
  REQUIRE(descent.size() == 2);
  CHECK(descent[0] == Indices{0, 1});
  CHECK(descent[1] == Indices{2, 3});
}

TEST_CASE("what was dropped is named with what covers it, and effects are kept apart") {
  const auto before = Read(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"},
                              {"Effect":"Allow","Action":"s3:GetObject","Resource":"*",
                               "Condition":{"Bool":{"aws:SecureTransport":"true"}}},
                              {"Effect":"Deny","Action":"s3:PutObject","Resource":"*"})");
  const auto after = Read(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"},
                             {"Effect":"Deny","Action":"s3:PutObject","Resource":"*"})");
  const auto descent = DescentOf(before, after);
  REQUIRE(descent.size() == 2);
  CHECK(descent[0] == Indices{0, 1});
  CHECK(descent[1] == Indices{2});
}

}  // namespace
}  // namespace writ::minimise

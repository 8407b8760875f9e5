#include "compiler/shrink_documents.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "iam/policy/document.h"

namespace writ::compiler {
namespace {

using Texts = std::vector<std::string>;

lower::Sourced Allow(const std::string& action, const std::string& resource,
                     const std::string& from) {
  lower::Sourced sourced;
  sourced.statement.action.values = {action};
  sourced.statement.resource = policy::Patterns{policy::Sense::kListed, {resource}};
  sourced.from = {from};
  return sourced;
}

/// Two actions on two things, each alone: one statement says it.
lower::Document Square(const std::string& account, const std::string& wildcard = "") {
  lower::Document document;
  document.folder = "iam/" + account;
  document.name = "team";
  int line = 0;
  for (const char* action : {"bedrock:ApplyGuardrail", "bedrock:GetGuardrail"}) {
    for (const char* id : {"a", "b"}) {
      document.statements.push_back(
          Allow(action, fmt::format("arn:aws:bedrock:us-east-1:{}:guardrail/{}", account, id),
                fmt::format("a.writ:{}:1", ++line)));
    }
  }
  if (!wildcard.empty()) {
    document.statements.push_back(Allow("s3:GetObject", wildcard, "a.writ:9:1"));
  }
  return document;
}

TEST_CASE("each document is made small, with its own account and all its sentences") {
  lower::Bundle bundle;
  bundle.documents = {Square("222222222222"), Square("333333333333")};
  ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  for (const lower::Document& document : bundle.documents) {
    REQUIRE(document.statements.size() == 1);
    const lower::Sourced& whole = document.statements.front();
    const std::string account = document.folder.substr(4);
    CHECK(whole.statement.action.values == Texts{"bedrock:ApplyGuardrail", "bedrock:GetGuardrail"});
    CHECK(whole.statement.resource->values ==
          Texts{fmt::format("arn:aws:bedrock:us-east-1:{}:guardrail/a", account),
                fmt::format("arn:aws:bedrock:us-east-1:{}:guardrail/b", account)});
    CHECK(whole.from == Texts{"a.writ:1:1", "a.writ:2:1", "a.writ:3:1", "a.writ:4:1"});
    REQUIRE(document.smallness.has_value());
    CHECK(document.smallness->is_smallest);
    CHECK(document.smallness->least_statements == 1);
  }
}

TEST_CASE("a wildcard beside digits tells account numbers apart: such documents share nothing") {
  lower::Bundle bundle;
  // In the first account the pattern includes the bucket of the second statement.
  const std::string pattern = "arn:aws:s3:::2222*";
  bundle.documents = {Square("222222222222", pattern), Square("333333333333", pattern)};
  for (lower::Document& document : bundle.documents) {
    document.statements.push_back(
        Allow("s3:GetObject", "arn:aws:s3:::" + document.folder.substr(4), "a.writ:10:1"));
  }
  ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  CHECK(bundle.documents[0].statements.back().statement.resource->values == Texts{pattern});
  CHECK(bundle.documents[1].statements.back().statement.resource->values.size() == 2);
}

TEST_CASE("documents that differ in numbers are each made small with their own") {
  lower::Bundle bundle;
  for (const char* number : {"12", "45", "17"}) {
    lower::Document& document = bundle.documents.emplace_back();
    document.folder = number;
    for (const char* action : {"s3:GetObject", "s3:PutObject"}) {
      document.statements.push_back(
          Allow(action, fmt::format("arn:aws:s3:::acme-{}/*", number), "a.writ:1:1"));
    }
    // Only the first and the last are below what the wildcard takes.
    document.statements.push_back(Allow("s3:GetObject", "arn:aws:s3:::acme-1*", "a.writ:2:1"));
  }
  ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  for (const lower::Document& document : bundle.documents) {
    CAPTURE(document.folder);
    REQUIRE(document.statements.size() == 2);
    const std::string own = fmt::format("arn:aws:s3:::acme-{}/*", document.folder);
    const bool is_below = document.folder != "45";
    CHECK(document.statements[0].statement.action.values ==
          (is_below ? Texts{"s3:PutObject"} : Texts{"s3:GetObject", "s3:PutObject"}));
    CHECK(document.statements[0].statement.resource->values == Texts{own});
  }
}

TEST_CASE("what cannot be smaller stays as it was") {
  lower::Bundle bundle;
  lower::Document& document = bundle.documents.emplace_back();
  document.statements = {Allow("s3:GetObject", "arn:aws:s3:::b/*", "a.writ:1:1"),
                         Allow("s3:PutObject", "arn:aws:s3:::c/*", "a.writ:2:1")};
  const std::vector<lower::Sourced> before = document.statements;
  ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  REQUIRE(document.statements.size() == 2);
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(document.statements[i].statement == before[i].statement);
    CHECK(document.statements[i].from == before[i].from);
  }
}

}  // namespace
}  // namespace writ::compiler

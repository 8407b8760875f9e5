#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "writ/catalog/catalog.h"
#include "writ/diag/codes/lowering.h"
#include "writ/emit/tree.h"

namespace writ::emit {
namespace {

lower::Sourced Allow(const std::string& action, std::vector<std::string> resources) {
  lower::Sourced sourced;
  sourced.statement.action.values = {action};
  sourced.statement.resource = policy::Patterns{policy::Sense::kListed, std::move(resources)};
  sourced.from = {"a.writ:1:1"};
  return sourced;
}

std::vector<std::string> Arns(std::size_t count) {
  std::vector<std::string> arns;
  for (std::size_t n = 0; n < count; ++n) {
    arns.push_back(fmt::format("arn:aws:bedrock:us-east-1:222222222222:guardrail/{:020}", n));
  }
  return arns;
}

lower::Bundle Of(lower::Document::Kind kind, std::vector<lower::Sourced> statements) {
  lower::Document document;
  document.kind = kind;
  document.folder = "f";
  document.name = "n";
  document.statements = std::move(statements);
  lower::Bundle bundle;
  bundle.documents.push_back(std::move(document));
  bundle.attachments.push_back({"f", "n", "role", "r", false});
  return bundle;
}

TEST_CASE("a document over its quota is split into parts that fit and lose nothing") {
  diag::Sink sink;
  const Tree tree = RenderBundle(
      Of(lower::Document::Kind::kIdentity, {Allow("bedrock:ApplyGuardrail", Arns(200))}),
      catalog::Catalog::BuiltIn(), sink);
  CHECK_FALSE(sink.has_errors());
  REQUIRE(tree.artifacts.size() > 1);
  CHECK(tree.attachments.size() == tree.artifacts.size());
  std::size_t resources = 0;
  for (const Artifact& artifact : tree.artifacts) {
    CHECK(artifact.characters <= artifact.quota);
    const auto document = policy::Read(artifact.bytes, policy::Kind::kIdentity);
    REQUIRE(document.ok());
    for (const policy::Statement& statement : document->statements) {
      resources += statement.resource->values.size();
    }
  }
  CHECK(resources == 200);
}

TEST_CASE("W5002: more parts than the target has slots") {
  diag::Sink sink;
  const Tree tree = RenderBundle(
      Of(lower::Document::Kind::kPermissionSet, {Allow("bedrock:ApplyGuardrail", Arns(400))}),
      catalog::Catalog::BuiltIn(), sink);
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all().front().number == diag::kDocumentTooLarge.number);
}

TEST_CASE("W5003: a statement that cannot be split and fits in no document") {
  diag::Sink sink;
  lower::Sourced sourced = Allow("bedrock:ApplyGuardrail", {"*"});
  sourced.statement.conditions = {
      {*policy::ParseOperator("ArnNotLike"), "aws:PrincipalArn", Arns(400)}};
  const Tree tree =
      RenderBundle(Of(lower::Document::Kind::kScp, {sourced}), catalog::Catalog::BuiltIn(), sink);
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all().front().number == diag::kStatementTooLarge.number);
}

}  // namespace
}  // namespace writ::emit

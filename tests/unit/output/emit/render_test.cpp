#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "facts/catalog/catalog.h"
#include "output/emit/tree.h"

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

/// One statement that makes a document of exactly `characters`.
lower::Sourced Filling(lower::Document::Kind kind, std::size_t characters) {
  lower::Sourced sourced = Allow("s3:GetObject", {"arn:aws:s3:::b/"});
  if (kind == lower::Document::Kind::kScp) sourced.statement.effect = policy::Effect::kDeny;
  policy::PolicyDocument document;
  document.statements = {sourced.statement};
  document.statements.front().sid = "S1";
  const std::size_t frame = policy::Write(document, policy::Style::kMinified).size();
  REQUIRE(frame < characters);
  sourced.statement.resource->values.front().append(characters - frame, 'x');
  return sourced;
}

TEST_CASE("a document of exactly its quota is one, of a character more is none") {
  struct Limit {
    lower::Document::Kind kind;
    std::size_t characters;
    ScpQuotas quotas;
  };
  using Kind = lower::Document::Kind;
  for (const Limit& limit : {Limit{Kind::kIdentity, 6144, ScpQuotas::kDated},
                             Limit{Kind::kPermissionSet, 10240, ScpQuotas::kDated},
                             Limit{Kind::kScp, 10240, ScpQuotas::kDated},
                             Limit{Kind::kScp, 5120, ScpQuotas::kBefore2026May},
                             Limit{Kind::kTrust, 2048, ScpQuotas::kDated},
                             Limit{Kind::kEndpoint, 20480, ScpQuotas::kDated}}) {
    for (const std::size_t more : {0U, 1U}) {
      diag::Sink sink;
      const Tree tree = RenderBundle(Of(limit.kind, {Filling(limit.kind, limit.characters + more)}),
                                     catalog::Catalog::BuiltIn(), sink, {limit.quotas, 2});
      CAPTURE(limit.characters);
      CAPTURE(more);
      CHECK(sink.has_errors() == (more == 1));
      if (more == 0) CHECK(tree.artifacts.front().characters == limit.characters);
    }
  }
}

TEST_CASE(
    "what an SCP refuses beyond the catalog is listed with it, of what others allow nothing") {
  lower::Sourced wide =
      Allow("bedrock:Create*", {"arn:aws:bedrock:*::foundation-model/deepseek.*"});
  wide.statement.effect = policy::Effect::kDeny;
  lower::Sourced exact = Allow("bedrock:CreateAgent", {"*"});
  exact.statement.effect = policy::Effect::kDeny;
  diag::Sink sink;
  Tree tree = RenderBundle(Of(lower::Document::Kind::kScp, {exact, wide}),
                           catalog::Catalog::BuiltIn(), sink);
  REQUIRE(tree.artifacts.size() == 1);
  const std::vector<BeyondEntry>& beyond = tree.artifacts.front().beyond;
  REQUIRE(beyond.size() == 1);
  CHECK(beyond.front().sid == "S2");
  CHECK(beyond.front().actions == std::vector<std::string>{"bedrock:Create*"});
  CHECK(beyond.front().models == std::vector<std::string>{"deepseek.*"});
  tree = RenderBundle(Of(lower::Document::Kind::kIdentity, {Allow("s3:Get*", {"*"})}),
                      catalog::Catalog::BuiltIn(), sink);
  CHECK(tree.artifacts.front().beyond.empty());
}

TEST_CASE("as many documents as there are slots are attached, one more is W5002 with cuts") {
  struct Slots {
    lower::Document::Kind kind;
    std::size_t characters;
    Packing packing;
    std::size_t parts;
  };
  using Kind = lower::Document::Kind;
  for (const Slots& slots :
       {Slots{Kind::kIdentity, 6144, {}, 10}, Slots{Kind::kPermissionSet, 10240, {}, 1},
        Slots{Kind::kScp, 10240, {}, 7}, Slots{Kind::kScp, 10240, {ScpQuotas::kDated, 0}, 9},
        Slots{Kind::kScp, 5120, {ScpQuotas::kBefore2026May, 2}, 2}}) {
    for (const std::size_t more : {0U, 1U}) {
      std::vector<lower::Sourced> statements;
      for (std::size_t n = 0; n < slots.parts + more; ++n) {
        // Room for no second statement; two digits in the Sid fit too.
        statements.push_back(Filling(slots.kind, slots.characters - 10));
        statements.back().from = {fmt::format("a.writ:{}:1", n + 1)};
      }
      diag::Sink sink;
      const Tree tree = RenderBundle(Of(slots.kind, statements), catalog::Catalog::BuiltIn(), sink,
                                     slots.packing);
      CAPTURE(slots.characters);
      CHECK(tree.artifacts.size() == slots.parts + more);
      REQUIRE(sink.has_errors() == (more == 1));
      if (more == 1) CHECK_FALSE(sink.all().front().helps.empty());
    }
  }
}

TEST_CASE("a statement goes into the first part that has room") {
  const std::size_t most = 6144;
  diag::Sink sink;
  const Tree tree = RenderBundle(
      Of(lower::Document::Kind::kIdentity,
         {Filling(lower::Document::Kind::kIdentity, most - 300),
          Filling(lower::Document::Kind::kIdentity, most - 300), Allow("s3:PutObject", {"*"})}),
      catalog::Catalog::BuiltIn(), sink);
  REQUIRE(tree.artifacts.size() == 2);
  CHECK(tree.artifacts[0].statements->size() == 2);
}

/// A document for each of `teams` teams, all attached to role `app`, the last one by `last`.
lower::Bundle Sharing(std::size_t teams, const std::string& last, const std::string& to = "role") {
  lower::Bundle bundle;
  for (std::size_t n = 0; n < teams; ++n) {
    lower::Document document;
    document.folder = "iam/payments";
    document.name = fmt::format("team-{:02}", n);
    document.targets = {"payments"};
    document.statements = {Allow("s3:GetObject", {fmt::format("arn:aws:s3:::b/{:02}", n)})};
    bundle.attachments.push_back(
        {document.folder, document.name, to, n + 1 < teams ? "app" : last, false});
    bundle.documents.push_back(std::move(document));
  }
  return bundle;
}

TEST_CASE("a role holds ten policies, of one more is W5004 with the cheapest cuts") {
  for (const std::string last : {"app", "a*"}) {
    for (const std::size_t teams : {10U, 11U}) {
      diag::Sink sink;
      CHECK(
          RenderBundle(Sharing(teams, last), catalog::Catalog::BuiltIn(), sink).artifacts.size() ==
          teams);
      CAPTURE(last);
      REQUIRE(sink.all().size() == teams - 10);
      if (teams == 10) continue;
      CHECK(sink.all().front().number == diag::kTooManyPolicies.number);
      CHECK(sink.all().front().helps.size() == 3);
    }
  }
}

TEST_CASE("a user holds ten policies too") {
  for (const std::size_t teams : {10U, 11U}) {
    diag::Sink sink;
    static_cast<void>(
        RenderBundle(Sharing(teams, "app", "user"), catalog::Catalog::BuiltIn(), sink));
    REQUIRE(sink.all().size() == teams - 10);
    if (teams == 11) CHECK(sink.all().front().number == diag::kTooManyPolicies.number);
  }
}

TEST_CASE("patterns that have no role in common for sure are not added up") {
  diag::Sink sink;
  static_cast<void>(RenderBundle(Sharing(11, "*-batch"), catalog::Catalog::BuiltIn(), sink));
  CHECK(sink.all().empty());
}

}  // namespace
}  // namespace writ::emit

// What rules prove of statements that name principals.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "analysis/policy_lint/lint.h"
#include "base/source/source.h"
#include "facts/catalog/catalog.h"

using writ::policy::Kind;

namespace {

/// The rules that find something in a document of these statements, by number.
std::vector<int> FindingsOf(Kind kind, std::string_view statements) {
  writ::source::SourceMap sources;
  const auto file = sources.Add("policy.json", R"({"Version": "2012-10-17", "Statement": [)" +
                                                   std::string(statements) + "]}");
  writ::snapshot::Snapshot snapshot;
  writ::snapshot::Document& document = snapshot.documents.emplace_back();
  document.kind = kind;
  document.text = writ::snapshot::Text::OfFile(sources, file);
  const writ::policy_lint::Options options{
      .catalog = writ::catalog::Catalog::BuiltIn(),
      .is_wanted =
          [](const writ::policy_lint::Rule& rule) {
            return 60 <= rule.number && rule.number <= 65;
          },
  };
  std::vector<int> numbers;
  for (const auto& finding : writ::policy_lint::Run(snapshot, options).findings) {
    numbers.push_back(finding.rule->number);
  }
  return numbers;
}

/// A statement that names the principal, with what it does of its kind.
std::string Statement(Kind kind, std::string_view effect, std::string_view principal,
                      std::string_view condition = "") {
  const std::string_view what = kind == Kind::kTrust
                                    ? R"("Action": "sts:AssumeRole")"
                                    : R"("Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*")";
  return R"({"Effect": ")" + std::string(effect) + R"(", "Principal": {"AWS": ")" +
         std::string(principal) + R"("}, )" + std::string(what) + R"(, "Condition": {)" +
         std::string(condition) + "}}";
}

constexpr std::string_view kNumber = "222222222222";
constexpr std::string_view kRoot = "arn:aws:iam::222222222222:root";
constexpr std::string_view kRole = "arn:aws:iam::222222222222:role/ci";
constexpr std::string_view kSession = "arn:aws:sts::222222222222:assumed-role/ci/build";

constexpr std::string_view kTls = R"("Bool": {"aws:SecureTransport": "true"})";
constexpr std::string_view kNever =
    R"("Bool": {"aws:SecureTransport": "true"}, "Null": {"aws:SecureTransport": "true"})";

}  // namespace

TEST_CASE("who is named applies to somebody, and to nobody only for what excludes itself") {
  for (const Kind kind : {Kind::kResource, Kind::kTrust, Kind::kVpcEndpoint}) {
    CAPTURE(kind);
    for (const std::string_view name : {kNumber, kRoot, kRole, kSession}) {
      CAPTURE(name);
      for (const std::string_view effect : {"Allow", "Deny"}) {
        if (kind == Kind::kTrust && effect == "Deny") continue;
        CHECK(FindingsOf(kind, Statement(kind, effect, name, kTls)).empty());
        CHECK(FindingsOf(kind, Statement(kind, effect, name, kNever)) == std::vector<int>{60});
      }
    }
  }
}

TEST_CASE("an Allow covers what names its callers no more directly") {
  const std::vector<std::string_view> by_weight = {kRoot, kRole, kSession};
  for (const Kind kind : {Kind::kResource, Kind::kTrust}) {
    CAPTURE(kind);
    for (std::size_t i = 0; i < by_weight.size(); ++i) {
      for (std::size_t j = i + 1; j < by_weight.size(); ++j) {
        CHECK(FindingsOf(kind, Statement(kind, "Allow", by_weight[i]) + "," +
                                   Statement(kind, "Allow", by_weight[j]))
                  .empty());
      }
    }
    CHECK(FindingsOf(kind, Statement(kind, "Allow", kRoot) + "," +
                               Statement(kind, "Allow", kRoot, kTls)) == std::vector<int>{61});
    CHECK(FindingsOf(kind, Statement(kind, "Allow", "333333333333", kTls) + "," +
                               Statement(kind, "Allow", kRole))
              .empty());
  }
}

TEST_CASE("a Deny covers whomever it names") {
  const Kind kind = Kind::kResource;
  for (const std::string_view name : {kNumber, kRoot, kRole, kSession}) {
    CAPTURE(name);
    CHECK(FindingsOf(kind, Statement(kind, "Deny", kRoot) + "," + Statement(kind, "Deny", name)) ==
          std::vector<int>{61});
  }
  CHECK(FindingsOf(kind,
                   Statement(kind, "Deny", kRoot) + "," + Statement(kind, "Deny", "333333333333"))
            .empty());
}

TEST_CASE("what is allowed to an account is denied to it") {
  const Kind kind = Kind::kResource;
  CHECK(FindingsOf(kind, Statement(kind, "Allow", kRoot) + "," + Statement(kind, "Deny", "*")) ==
        std::vector<int>{62});
  CHECK(FindingsOf(kind, Statement(kind, "Allow", kRoot) + "," + Statement(kind, "Deny", kRole))
            .empty());
}

TEST_CASE("a condition that every caller of an account meets") {
  const std::string_view always = R"("StringLikeIfExists": {"aws:PrincipalTag/team": "*"})";
  const std::string_view needed = R"("StringEqualsIfExists": {"aws:PrincipalTag/team": "ops"})";
  for (const Kind kind : {Kind::kResource, Kind::kTrust, Kind::kVpcEndpoint}) {
    CAPTURE(kind);
    CHECK(FindingsOf(kind, Statement(kind, "Allow", kRoot, always)) == std::vector<int>{65});
    CHECK(FindingsOf(kind, Statement(kind, "Allow", kRoot, needed)).empty());
  }
}

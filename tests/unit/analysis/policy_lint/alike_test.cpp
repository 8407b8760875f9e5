// Documents with one text are looked at once, and each is told of at its own place.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/policy_lint/lint.h"
#include "base/source/source.h"
#include "facts/catalog/catalog.h"

using writ::policy::Kind;

namespace {

struct Written {
  std::string file;
  std::string holder;
};

/// Of the rules of this number: what they find in documents of one text, by document and file.
std::vector<std::pair<std::size_t, std::uint32_t>> Found(Kind kind, std::string_view text, int rule,
                                                         const std::vector<Written>& documents) {
  writ::source::SourceMap sources;
  writ::snapshot::Snapshot snapshot;
  for (const Written& one : documents) {
    writ::snapshot::Document& document = snapshot.documents.emplace_back();
    document.kind = kind;
    document.holder = one.holder;
    document.text = writ::snapshot::Text::OfFile(sources, sources.Add(one.file, std::string(text)));
  }
  const writ::policy_lint::Options options{
      .catalog = writ::catalog::Catalog::BuiltIn(),
      .is_wanted = [rule](const writ::policy_lint::Rule& one) { return one.number == rule; },
  };
  std::vector<std::pair<std::size_t, std::uint32_t>> found;
  for (const auto& finding : writ::policy_lint::Run(snapshot, options).findings) {
    found.emplace_back(finding.document.value(), finding.diagnostic.span.file.index);
    CHECK(finding.diagnostic.span.begin > 0);
  }
  return found;
}

}  // namespace

TEST_CASE("each of two documents with one text is found at its own place") {
  constexpr std::string_view kText = R"({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "nosuch:Thing", "Resource": "*"}]})";
  const auto found = Found(Kind::kIdentity, kText, 20, {{"a.json", ""}, {"b.json", ""}});
  CHECK(found == std::vector<std::pair<std::size_t, std::uint32_t>>{{0, 0}, {1, 1}});
}

TEST_CASE("of two roles with one trust policy, each has an account of its own") {
  constexpr std::string_view kText = R"({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"}]})";
  const auto found = Found(Kind::kTrust, kText, 72,
                           {{"own.json", "arn:aws:iam::222222222222:role/ci"},
                            {"other.json", "arn:aws:iam::111111111111:role/ci"}});
  CHECK(found == std::vector<std::pair<std::size_t, std::uint32_t>>{{1, 1}});
}

#include "output/emit/settings.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"

namespace writ::emit {
namespace {

using intent::AccountIndex;
using intent::NodeIndex;

/// The root with an OU that has one account.
intent::Model Organization() {
  intent::Model model;
  model.organization.id = "o-exampleorgid";
  using Kind = intent::Node::Kind;
  model.organization.nodes = {
      {Kind::kRoot, "root", "", std::nullopt, {AccountIndex{0}}},
      {Kind::kUnit, "prod", "ou-ab12-prod0001", NodeIndex{0}, {AccountIndex{0}}},
      {Kind::kAccount, "payments", "222222222222", NodeIndex{1}, {AccountIndex{0}}}};
  model.organization.accounts = {{"payments", "222222222222", NodeIndex{2}, false}};
  return model;
}

intent::OptOut At(std::uint32_t node, std::vector<std::string> except, bool locked = false) {
  intent::OptOut opt_out;
  opt_out.except = std::move(except);
  opt_out.locked = locked;
  opt_out.nodes = {NodeIndex{node}};
  opt_out.accounts = {AccountIndex{0}};
  return opt_out;
}

/// The built-in catalog but for the size of opt-out policies.
catalog::Catalog WithLimit(std::size_t characters) {
  return catalog::Catalog::Parse(
             fmt::format("part quotas 2026-11-30\nsource made up for a test\n"
                         "quota ai-opt-out-policy-size | title=policy | value={} | "
                         "unit=characters | source=test | date=2026-11-30\n",
                         characters))
      .value();
}

TEST_CASE("a policy says what those above it leave otherwise") {
  intent::Model model = Organization();
  model.opt_outs = {At(0, {"lex", "transcribe"}), At(1, {"lex"})};
  diag::Sink sink;
  const Tree tree = OptOutPolicies(model, catalog::Catalog::BuiltIn(), sink);
  REQUIRE(tree.artifacts.size() == 2);
  CHECK(tree.artifacts[0].path == "organization/prod.ai-opt-out.json");
  CHECK(tree.artifacts[0].bytes ==
        R"({"services":{"transcribe":{"opt_out_policy":{"@@assign":"optOut"}}}})");
  CHECK(tree.artifacts[1].path == "organization/root.ai-opt-out.json");
  CHECK(sink.all().empty());
}

TEST_CASE("nothing is written where a policy above says the same, and a locked one cannot differ") {
  intent::Model model = Organization();
  model.opt_outs = {At(0, {}, /*locked=*/true), At(1, {})};
  diag::Sink same;
  CHECK(OptOutPolicies(model, catalog::Catalog::BuiltIn(), same).artifacts.size() == 1);
  CHECK_FALSE(same.has_errors());
  model.opt_outs = {At(0, {"lex"}, /*locked=*/true), At(1, {})};
  diag::Sink differs;
  static_cast<void>(OptOutPolicies(model, catalog::Catalog::BuiltIn(), differs));
  REQUIRE(differs.has_errors());
  CHECK(differs.all().back().number == diag::kOptOutLocked.number);
}

TEST_CASE("a policy of exactly the size that AWS takes is written, one more character is not") {
  intent::Model model = Organization();
  model.opt_outs = {At(0, {"lex", "transcribe"}, /*locked=*/true)};
  diag::Sink ignored;
  const Tree tree = OptOutPolicies(model, catalog::Catalog::BuiltIn(), ignored);
  const std::size_t size = tree.artifacts.at(0).characters;
  diag::Sink fits;
  static_cast<void>(OptOutPolicies(model, WithLimit(size), fits));
  CHECK_FALSE(fits.has_errors());
  diag::Sink too_large;
  static_cast<void>(OptOutPolicies(model, WithLimit(size - 1), too_large));
  REQUIRE(too_large.has_errors());
  CHECK(too_large.all().front().number == diag::kOptOutPolicyTooLarge.number);
}

TEST_CASE("the mode that keeps least is set, on both planes where there are both") {
  intent::Model model = Organization();
  intent::Retention longer;
  longer.mode = "aws_review";
  longer.accounts = {AccountIndex{0}};
  longer.regions = {"ca-central-1", "us-east-1"};
  intent::Retention least = longer;
  least.mode = "none";
  least.regions = {"us-east-1"};
  for (const auto& order : {std::vector{longer, least}, std::vector{least, longer}}) {
    model.retentions = order;
    const std::vector<Artifact> artifacts = RetentionRequests(model, catalog::Catalog::BuiltIn());
    REQUIRE(artifacts.size() == 3);
    CHECK(artifacts[0].path ==
          "retention/payments.ca-central-1.bedrock.PutAccountDataRetention.json");
    CHECK(artifacts[0].bytes.find("aws_review") != std::string::npos);
    CHECK(artifacts[1].path ==
          "retention/payments.us-east-1.bedrock-mantle.PutAccountDataRetention.json");
    CHECK(artifacts[1].bytes.find("none") != std::string::npos);
    CHECK(artifacts[2].bytes.find("none") != std::string::npos);
  }
}

}  // namespace
}  // namespace writ::emit

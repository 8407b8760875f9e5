#include "bench/organization_generator.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace writ::bench {
namespace {

/// Everything that the shapes below refer to.
constexpr std::string_view kCommon = R"(
let home = us-east-1, us-west-2
let europe = eu-west-1, eu-central-1

endpoint private-east { vpce "vpce-0123456789abcdef0" }

guardrail pii-safe {
  filter hate, insults, sexual, violence, misconduct high
  mask email, phone
  block us-social-security-number
  say "This request is outside policy." on input
  say "The answer was withheld by policy." on output
}

use-case UC-100 "Shared" {
  owner "platform@acme.example"
  approved by "AI review board" on 2026-03-02
  review by 2027-03-01
  risk high
  data pii
}
)";

/// Twenty shapes of sentences; `{0}` is the team, `{1}` one of its accounts, `{2}` a number of its
/// own.
constexpr std::array<std::string_view, 20> kShapes = {
    "team {0} may invoke claude-sonnet-4.5 in home routed within us because \"workload {2}\"",
    "team {0} may invoke nova-lite in us-east-1",
    "team {0} may invoke nova-pro in us-east-1 with guardrail pii-safe under UC-100",
    "team {0} may invoke claude-haiku-4.5 in {1} in us-east-1 routed within us",
    "team {0} may invoke nova-micro in us-east-1 until 2027-06-30",
    "team {0} may invoke nova-lite in us-east-1 when aws:SourceVpc = \"vpc-{2}\"",
    "team {0} may invoke nova-pro in us-east-1 via endpoint private-east",
    "team {0} may invoke titan-embed-text-v2 in us-east-1, us-west-2",
    "team {0} may count-tokens nova-lite in us-east-1",
    "team {0} may not invoke models from deepseek",
    "team {0} may not invoke any model in {1} in europe",
    "team {0} may invoke claude-sonnet-4.5 in us-west-2 routed within us "
    "when aws:PrincipalTag/contractor unless aws:PrincipalTag/contractor = \"true\"",
    "team {0} may apply pii-safe in us-east-1",
    "team {0} may browse guardrails in us-east-1",
    "team {0} may invoke nova-lite in us-west-2 routed within us from 2026-01-01 control "
    "\"164.312(a)(1)\"",
    "team {0} may do s3:GetObject on \"arn:aws:s3:::acme-{2}/*\"",
    "team {0} in {1} may not log-in-with api-keys",
    "team {0} may invoke nova-2-lite in us-east-1 routed within us when aws:PrincipalTag/cell = "
    "\"c{2}\" and aws:SourceVpc = \"vpc-{2}\"",
    "team {0} may invoke claude-opus-4.5 in us-east-1 routed globally because \"escalation {2}\"",
    "team {0} may not invoke any model except nova-lite, nova-pro, nova-micro in {1}",
};

std::string TeamName(int team) { return fmt::format("team-{:04}", team); }
std::string AccountId(int account) { return fmt::format("{}", 200000000000LL + account); }
std::string AccountName(int account) { return fmt::format("workload-{:03}", account); }

void AddOrganization(const OrganizationShape& shape, std::string& out) {
  out += "organization acme \"o-exampleorgid\" {\n  management 111111111111\n";
  constexpr int kUnits = 10;
  for (int unit = 0; unit < kUnits; ++unit) {
    out += fmt::format("  ou unit-{} \"ou-ab12-unit{:04}\" {{\n", unit, unit);
    for (int account = unit; account < shape.accounts; account += kUnits) {
      out += fmt::format("    account {} {}\n", AccountName(account), AccountId(account));
    }
    out += "  }\n";
  }
  out += "}\n";
}

void AddTeam(const OrganizationShape& shape, int team, std::string& out) {
  const std::string name = TeamName(team);
  // The stride is prime to the number of accounts, so that teams overlap in many ways.
  const auto account = [&](int i) { return AccountName((team * 7 + i * 13) % shape.accounts); };
  out += fmt::format("\nteam {} {{ in ", name);
  for (int i = 0; i < shape.accounts_per_team; ++i) {
    out += (i > 0 ? ", " : "") + account(i);
  }
  out += fmt::format("  as role \"{}-*\" }}\n", name);
  for (int sentence = 0; sentence < shape.sentences_per_team; ++sentence) {
    const auto form = static_cast<std::size_t>(team + sentence * 3) % kShapes.size();
    out += fmt::format(fmt::runtime(kShapes[form]), name,
                       account(sentence % shape.accounts_per_team), team);
    out += '\n';
  }
}

std::string Begin(const OrganizationShape& shape) {
  std::string out = "import aws.bedrock\n\n";
  AddOrganization(shape, out);
  out += kCommon;
  return out;
}

}  // namespace

std::string GenerateOrganization(const OrganizationShape& shape) {
  std::string out = Begin(shape);
  for (int team = 0; team < shape.teams; ++team) AddTeam(shape, team, out);
  return out;
}

std::string GenerateBindings(const OrganizationShape& shape) {
  std::string out = R"({"guardrails": {"pii-safe": {)";
  for (int account = 0; account < shape.accounts; ++account) {
    const std::string id = AccountId(account);
    out += fmt::format(
        R"({}"{}": {{"us-east-1": {{"arn": "arn:aws:bedrock:us-east-1:{}:guardrail/g{:09}", )"
        R"("version": 1}}}})",
        account > 0 ? ",\n" : "\n", id, id, account);
  }
  return out + "\n}}}\n";
}

std::string ChangeTenSentences(std::string program) {
  struct Change {
    std::string_view from;
    std::string_view to;
  };
  constexpr std::array<Change, 10> kChanges = {{
      {"may invoke nova-lite in us-east-1\n", "may invoke nova-lite, nova-micro in us-east-1\n"},
      {"until 2027-06-30", "until 2027-03-31"},
      {"titan-embed-text-v2 in us-east-1, us-west-2", "titan-embed-text-v2 in us-east-1"},
      {"may browse guardrails", "may browse guardrails, evaluations"},
      {"in us-east-1 with guardrail pii-safe under UC-100", "in us-east-1 under UC-100"},
      {"may not invoke models from deepseek", "may not invoke models from deepseek, mistral"},
      {"may invoke claude-haiku-4.5 in", "may invoke claude-haiku-4.5, claude-sonnet-4.5 in"},
      {"may apply pii-safe in us-east-1", "may apply pii-safe in us-east-1 until 2027-01-31"},
      {"may count-tokens nova-lite", "may count-tokens nova-pro"},
      {"from 2026-01-01", "from 2026-12-01"},
  }};
  for (std::size_t i = 0; i < kChanges.size(); ++i) {
    std::size_t at = program.find(kChanges[i].from, program.size() * i / (kChanges.size() + 2));
    if (at == std::string::npos) at = program.find(kChanges[i].from);
    if (at != std::string::npos) program.replace(at, kChanges[i].from.size(), kChanges[i].to);
  }
  return program;
}

std::string GenerateBytes(std::size_t bytes) {
  const OrganizationShape shape;
  std::string out = Begin(shape);
  for (int team = 0; out.size() < bytes; ++team) AddTeam(shape, team, out);
  return out;
}

}  // namespace writ::bench

// Sentences that forbid or oblige calls to models, over all combinations of what narrows them. Each
// is built: its artifacts are proved to mean it, or a finding with a code says why there are none.
// That lowering and the verifier read a combination differently is an internal error, and fails.
//
// All pairs of choices occur, the rest is drawn with a fixed seed. WRIT_SWEEP=N draws N more.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/support/json.h"
#include "commands/build.h"
#include "facts/catalog/catalog.h"
#include "host/environment.h"
#include "host/memory_file_system.h"
#include "iam/policy/document.h"

namespace writ {
namespace {

constexpr std::string_view kDeclarations = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" {
    account payments 222222222222
    account claims 333333333333
  }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team t { in payments, claims as role "t-*" }
team u { in acme as permission-set U }
guardrail g { filter hate high say "no" on input say "no" on output }
endpoint e { vpce "vpce-0a1b2c3d4e5f60718" in prod }
)";

constexpr std::string_view kBindings = R"({"guardrails": {"g": {
  "222222222222": {"us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123", "version": 3}},
  "333333333333": {"us-east-1": {"arn": "arn:aws:bedrock:us-east-1:333333333333:guardrail/abc124", "version": 4}}}}})";

/// What may stand in one place of the sentence; "" is nothing.
using Choices = std::vector<std::string_view>;

/// {subject} {modality and verb} {models} {regions} {routes} {planes} {via and with} {when}
const std::array<Choices, 8>& Places() {
  static const std::array<Choices, 8> places{{
      {"everyone", "everyone in prod", "everyone except team t", "everyone in prod except team t",
       "team t", "everyone except tag project = \"x\"", "everyone in payments", "team t, team u",
       "everyone in acme except role \"a\" in sandbox", "only"},
      {"may not invoke", "must use guardrail g to invoke", "must use endpoint e to invoke",
       "must use profile application-profiles to invoke",
       "must satisfy aws:MultiFactorAuthPresent to invoke",
       "must use guardrail g and use endpoint e to invoke", "may not batch", "may not count-tokens",
       "may not customize", "may not provision"},
      {"any model", "any model except nova-lite", "any model except nova-lite, claude-haiku-4.5",
       "models from anthropic", "models from anthropic except claude-haiku-4.5", "nova-lite",
       "claude-sonnet", "models from mistral except devstral-2-123b", "gpt-oss-120b",
       "\"openai.gpt-oss-120b\"", "any model except models where output includes embedding",
       "models where provider = deepseek, nova-pro", "any model except models from anthropic"},
      {"", "in us-east-1", "in any region except us-east-1",
       "in any region except us-east-1, eu-west-1", "in us-east-1, us-west-2"},
      {"", "routed directly", "routed within us", "routed globally", "routed within eu, globally",
       "routed directly, within us", "routed directly, globally"},
      {"", "through bedrock", "through mantle", "through bedrock, mantle",
       "through claude-platform", "through bedrock, claude-platform"},
      {"", "via profile application-profiles", "with guardrail g", "via endpoint e",
       "via profile system-profiles", "via profile application-profiles with guardrail g"},
      {"", "when aws:PrincipalTag/x = \"y\"", "unless aws:MultiFactorAuthPresent",
       "when aws:PrincipalTag/x = \"y\" or aws:MultiFactorAuthPresent", "until 2027-03-31"},
  }};
  return places;
}

using Draw = std::array<std::size_t, 8>;

std::string SentenceOf(const Draw& draw) {
  std::string text;
  for (std::size_t i = 0; i < draw.size(); ++i) {
    std::string_view part = Places()[i][draw[i]];
    if (i == 0 && part == "only") part = draw[1] == 0 ? "nobody except team t" : "everyone";
    if (i == 1 && draw[0] == Places()[0].size() - 1 && draw[1] == 0) part = "may invoke";
    if (part.empty()) continue;
    text += (text.empty() ? "" : " ") + std::string(part);
  }
  return text;
}

struct Outcome {
  host::ExitStatus status;
  std::string findings;
  host::FileSet files;
};

Outcome Build(const std::string& program, const std::string& catalog = "") {
  host::MemoryFileSystem files{{{"p/main.writ", program},
                                {"p/writ.bindings.json", std::string(kBindings)},
                                {"catalog.txt", catalog}}};
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 22}};
  if (!catalog.empty()) environment.settings.catalog_file = "catalog.txt";
  commands::BuildOptions options;
  options.paths = {"p"};
  options.output = "out";
  const host::ExitStatus status = commands::RunBuild(options, environment);
  return {status, err.str(), files.files()};
}

class Random {
 public:
  std::size_t Below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_ = 20261129;
};

/// Draws until each pair of choices of two places has occurred, then some more.
std::vector<Draw> Draws(std::size_t more) {
  std::set<std::array<std::size_t, 4>> missing;
  const auto& places = Places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = i + 1; j < places.size(); ++j) {
      for (std::size_t a = 0; a < places[i].size(); ++a) {
        for (std::size_t b = 0; b < places[j].size(); ++b) missing.insert({i, a, j, b});
      }
    }
  }
  Random random;
  const auto any = [&] {
    Draw draw{};
    for (std::size_t i = 0; i < draw.size(); ++i) draw[i] = random.Below(places[i].size());
    return draw;
  };
  std::vector<Draw> draws;
  while (!missing.empty()) {
    // Of some that hold the first missing pair, the one with the most.
    const auto [i, a, j, b] = *missing.begin();
    Draw best{};
    std::size_t most = 0;
    for (int tries = 0; tries < 20; ++tries) {
      Draw draw = any();
      draw[i] = a;
      draw[j] = b;
      std::size_t count = 0;
      for (std::size_t k = 0; k < draw.size(); ++k) {
        for (std::size_t l = k + 1; l < draw.size(); ++l) {
          count += missing.count({k, draw[k], l, draw[l]});
        }
      }
      if (count > most) {
        most = count;
        best = draw;
      }
    }
    for (std::size_t k = 0; k < best.size(); ++k) {
      for (std::size_t l = k + 1; l < best.size(); ++l) missing.erase({k, best[k], l, best[l]});
    }
    draws.push_back(best);
  }
  for (std::size_t n = 0; n < more; ++n) draws.push_back(any());
  return draws;
}

TEST_CASE("every combination is proved, or refused with a code") {
  const char* const asked = std::getenv("WRIT_SWEEP");
  const std::size_t more = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 0;
  std::size_t proved = 0;
  std::size_t refused = 0;
  const std::vector<Draw> draws = Draws(more);
  for (const Draw& draw : draws) {
    const std::string sentence = SentenceOf(draw);
    const Outcome outcome = Build(std::string(kDeclarations) + sentence + "\n");
    const bool good = outcome.status == host::ExitStatus::kGood;
    const bool found = outcome.status == host::ExitStatus::kInvalid &&
                       outcome.findings.find("error[W") != std::string::npos;
    CHECK_MESSAGE((good || found), sentence, "\n", outcome.findings);
    CHECK_MESSAGE(outcome.findings.find("W6001") == std::string::npos, sentence, "\n",
                  outcome.findings);
    CHECK_MESSAGE(outcome.findings.find("W6003") == std::string::npos, sentence, "\n",
                  outcome.findings);
    // Nothing is lowered to nothing in silence.
    if (good && outcome.files.find("out/organization/root.scp.json") == outcome.files.end()) {
      bool some = false;
      for (const auto& [path, bytes] : outcome.files) {
        some = some || path.starts_with("out/organization/");
      }
      CHECK_MESSAGE((some || outcome.findings.find("warning[W") != std::string::npos), sentence);
    }
    (good ? proved : refused) += 1;
  }
  MESSAGE("seed 20261129: ", draws.size(), " sentences, ", proved, " proved, ", refused,
          " refused with a finding");
  // A sweep of refusals would show nothing.
  CHECK(proved > draws.size() / 3);
}

// ---- conditions beside exceptions ---------------------------------------------------------------

// Where a prohibition spares resources, the proof asks for the opposite of its condition. Of each
// kind of key and operator, as it is and negated, one that leaves no request on both sides.
TEST_CASE("a condition and its opposite share no request") {
  constexpr std::string_view kConditions[] = {
      R"(aws:CalledVia in ["athena.amazonaws.com", "glue.amazonaws.com"])",
      R"(aws:CalledVia includes "athena.amazonaws.com")",
      R"(aws:CalledVia)",
      R"((aws:CalledVia in ["a.amazonaws.com"] and not aws:CalledVia includes "b.amazonaws.com"))",
      R"(aws:TagKeys in ["a"])",
      R"(aws:PrincipalOrgPaths in ["o-exampleorgid/r-ab12/ou-ab12-prod0001/"])",
      R"(aws:PrincipalTag/team = aws:PrincipalTag/owner)",
      R"(aws:PrincipalTag/team like "re*")",
      R"(aws:MultiFactorAuthAge < 3600)",
      R"(aws:MultiFactorAuthPresent)",
      R"(aws:SourceIp = "192.0.2.0/24")",
      R"(aws:TokenIssueTime >= 2026-06-01)"};
  constexpr std::string_view kSentences[] = {
      "nobody in payments may invoke any model except nova-lite routed globally",
      "everyone in payments may not provision models from amazon except nova-lite"};
  for (const std::string_view sentence : kSentences) {
    for (const std::string_view condition : kConditions) {
      for (const std::string_view word : {" when ", " when not ", " unless "}) {
        std::string text(sentence);
        text.append(word).append(condition);
        const Outcome outcome =
            Build(std::string(kDeclarations) + text +
                  " waive key-not-carried until 2027-03-31 by " + "\"ciso\" because \"tried\"\n");
        CHECK_MESSAGE(outcome.status == host::ExitStatus::kGood, text, "\n", outcome.findings);
      }
    }
  }
}

// ---- actions that have models run ---------------------------------------------------------------

std::vector<std::string> DeniedActions(const Outcome& outcome) {
  std::vector<std::string> patterns;
  for (const auto& [path, bytes] : outcome.files) {
    if (!path.ends_with(".scp.json")) continue;
    support::json::Document document;
    REQUIRE_FALSE(document.Read(bytes));
    for (const auto statement : document.root().Find("Statement")->elements()) {
      const auto action = statement.Find("Action");
      if (!action) continue;
      if (action->is_array()) {
        for (const auto each : action->elements()) patterns.emplace_back(each.text());
      } else {
        patterns.emplace_back(action->text());
      }
    }
  }
  return patterns;
}

bool IsDenied(const std::vector<std::string>& patterns, const std::string& action) {
  for (const std::string& pattern : patterns) {
    if (catalog::MatchesPattern(pattern, action)) return true;
  }
  return false;
}

TEST_CASE("nobody may invoke any model: no action that the catalog flags stays open") {
  const Outcome outcome = Build(std::string(kDeclarations) + "nobody may invoke any model\n");
  REQUIRE_MESSAGE(outcome.status == host::ExitStatus::kGood, outcome.findings);
  const std::vector<std::string> denied = DeniedActions(outcome);
  std::size_t flagged = 0;
  for (const catalog::BedrockAction& action : catalog::Catalog::BuiltIn().bedrock_actions()) {
    if (!action.causes_inference) continue;
    ++flagged;
    // AWS asks its caller for the model as well: left alone.
    const bool is_asked = action.FullName() == "bedrock:RetrieveAndGenerate";
    CHECK_MESSAGE(IsDenied(denied, action.FullName()) != is_asked, action.FullName());
  }
  CHECK(flagged > 20);
}

TEST_CASE("an action that a newer catalog flags is refused as well") {
  std::ifstream file(WRIT_REPOSITORY "/stdlib/catalog/bedrock.txt");
  std::ostringstream text;
  text << file.rdbuf();
  std::string part = text.str();
  const std::string plain = "action bedrock:CreateSession | plane=runtime";
  const std::size_t at = part.find(plain);
  REQUIRE(at != std::string::npos);
  const std::size_t end = part.find('\n', at);
  part.insert(end, " | flags=inference");
  const Outcome outcome = Build(std::string(kDeclarations) + "nobody may invoke any model\n", part);
  REQUIRE_MESSAGE(outcome.status == host::ExitStatus::kGood, outcome.findings);
  CHECK(IsDenied(DeniedActions(outcome), "bedrock:CreateSession"));
  const Outcome named =
      Build(std::string(kDeclarations) + "nobody may invoke models from deepseek\n", part);
  REQUIRE_MESSAGE(named.status == host::ExitStatus::kGood, named.findings);
  CHECK(named.findings.find("bedrock:CreateSession") != std::string::npos);
}

}  // namespace
}  // namespace writ

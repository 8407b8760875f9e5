// Guardrail blocks that nobody should get away with: each is refused, for the reason that a person
// would give, and none brings the checker down, whole or cut off anywhere.
#include <array>

#include "guardrail_fixture.h"

namespace writ::sema {
namespace {

struct Nonsense {
  std::string_view items;  ///< beside both messages
  std::string_view code;   ///< the first finding
};

constexpr std::array<Nonsense, 66> kNonsense = {{
    {"filter hatred high", "W8001"},
    {"filter prompt-attacks high on input", "W8001"},
    {"filter profanity high", "W8001"},
    {"filter us-social-security-number high", "W8001"},
    {"filter hate, insult high", "W8001"},
    {"filter grounding high", "W8001"},
    {"filter hate highest", "W8002"},
    {"filter hate block", "W8002"},
    {"filter hate High", "W8002"},
    {"filter hate HIGH on input", "W8002"},
    {"filter hate high on prompt", "W8003"},
    {"filter hate high on response", "W8003"},
    {"block email on everything", "W8003"},
    {"grounding 0.5 detect grounding on output", "W8003"},
    {"block email say \"x\" on error", "W8003"},
    {"filter hate high tier gold", "W8004"},
    {"filter hate high tier STANDARD", "W8004"},
    {"filter hate high routed within global", "W8005"},
    {"filter hate high routed within us-east-1", "W8005"},
    {"filter hate high routed within europe", "W8005"},
    {"block ssn", "W8006"},
    {"mask e-mail", "W8006"},
    {"block social-security-number", "W8006"},
    {"detect credit-card", "W8006"},
    {"block prompt-injection", "W8006"},
    {"mask all", "W8006"},
    {"block email description \"\"", "W8010"},
    {"block words \"\"", "W8010"},
    {"deny topic advice \"\"", "W8010"},
    {"deny topic advice \"x\" { example \"\" }", "W8010"},
    {"block pattern p \"\"", "W8010"},
    {"block email tag \"\" = \"v\"", "W8010"},
    {"block email tag \"a*b\" = \"v\"", "W8011"},
    {"block email tag k = \"<b>\"", "W8011"},
    {"block email tag k = \"a, b\"", "W8011"},
    {"block email, email", "W8013"},
    {"block email detect email on output", "W8013"},
    {"filter hate low filter hate high", "W8013"},
    {"filter hate, hate low", "W8013"},
    {"relevance 0.1 relevance 0.1", "W8013"},
    {"block email key \"alias/a\" key \"alias/b\"", "W8013"},
    {"filter hate high tier classic tier classic", "W8013"},
    {"block profanity detect profanity", "W8013"},
    {"description \"only words\"", "W8015"},
    {"key \"alias/a\"", "W8015"},
    {"filter prompt-attack high on output", "W8020"},
    {"filter prompt-attack low on input, low on output", "W8020"},
    {"filter prompt-attack medium", "W8020"},
    {"filter hate high tier standard", "W8021"},
    {"reasoning \"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12\"",
     "W8022"},
    {"grounding 1", "W8023"},
    {"grounding 75", "W8023"},
    {"relevance 1.0", "W8023"},
    {"block pattern p \"(?=x)\"", "W8024"},
    {"block pattern p \"(?<!x)y\"", "W8024"},
    {"block pattern p \"[\"", "W8025"},
    {"block pattern p \"(((\"", "W8025"},
    {"block pattern p \"+\"", "W8025"},
    {"mask words \"zebra\"", "W8026"},
    {"mask profanity", "W8026"},
    {"block email detect violence", "W8027"},
    {"block email block relevance", "W8027"},
    {"routed within us reasoning \"my-policy\"", "W8028"},
    {"block email key \"my key\"", "W8029"},
    {"block email key \"arn:aws:s3:us-east-1:222222222222:key/x\"", "W8029"},
    {"block email reasoning \"*\" routed within us", "W8028"},
}};

TEST_CASE("nonsense is refused, each for its reason") {
  for (const Nonsense& nonsense : kNonsense) {
    CAPTURE(std::string(nonsense.items));
    testing::Checked checked;
    testing::Check(testing::Block(nonsense.items), checked);
    REQUIRE_FALSE(checked.sink.Sorted().empty());
    CHECK(checked.sink.has_errors());
    CHECK(diag::CodeText(checked.sink.Sorted().front().number) == std::string(nonsense.code));
  }
}

TEST_CASE("nonsense that is cut off is refused too") {
  constexpr std::size_t kStep = 11;
  for (const Nonsense& nonsense : kNonsense) {
    const std::string whole = testing::Block(nonsense.items);
    for (std::size_t length = kStep; length + 2 < whole.size(); length += kStep) {
      testing::Checked checked;
      testing::Check(whole.substr(0, length), checked);
      CHECK(checked.sink.has_errors());
    }
  }
}

TEST_CASE("families of nonsense") {
  const std::array<std::string, 5> texts = {
      "guardrail a extends a { block email }",
      "guardrail a extends b { block email } guardrail b extends a { block phone }",
      "guardrail a extends nobody { block email }",
      "guardrail a.b { block email say \"q\" on input say \"a\" on output }",
      "guardrail a { block email }",
  };
  for (const std::string& text : texts) {
    CAPTURE(text);
    testing::Checked checked;
    testing::Check(text, checked);
    CHECK(checked.sink.has_errors());
  }
}

}  // namespace
}  // namespace writ::sema

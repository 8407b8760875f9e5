#include "program/sema/guardrail_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "guardrail_fixture.h"
#include "program/sema/guardrail_vocabulary.h"

namespace writ::sema {
namespace {

using intent::Response;
using intent::Strength;
using testing::Check;
using testing::Checked;
using testing::FindingsIn;
using Findings = std::vector<std::string>;

/// `count` items made by `make(i)`, with spaces between.
template <class Make>
std::string Many(std::size_t count, Make make) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::string(make(i)) + " ";
  return text;
}

std::string Quoted(std::size_t length) { return '"' + std::string(length, 'x') + '"'; }

TEST_CASE("the guardrail of the language reference") {
  Checked checked;
  Check(R"(guardrail pii-safe {
  filter hate, insults, sexual, violence, misconduct high
  filter prompt-attack high on input
  deny topic investment-advice "Guidance on what to buy or sell." { example "Should I buy this stock?" }
  mask  email, phone
  block us-social-security-number
  mask pattern case-id "CASE-[0-9]{8}"
  grounding 0.80  relevance 0.75
  say "This request is outside policy." on input
  say "The answer was withheld by policy." on output
})",
        checked);
  CHECK(checked.Findings() == Findings{});
  const intent::Guardrail& guardrail = checked.At("pii-safe");
  REQUIRE(guardrail.filters.size() == 6);
  CHECK(guardrail.filters[0].type == "SEXUAL");
  CHECK(guardrail.filters[0].output == Strength::kHigh);
  CHECK(guardrail.filters[5].type == "PROMPT_ATTACK");
  CHECK(guardrail.filters[5].input == Strength::kHigh);
  CHECK(guardrail.filters[5].output == Strength::kNone);
  REQUIRE(guardrail.entities.size() == 3);
  CHECK(guardrail.entities[0].type == "EMAIL");
  CHECK(guardrail.entities[0].sides.output == Response::kMask);
  CHECK(guardrail.entities[2].type == "US_SOCIAL_SECURITY_NUMBER");
  CHECK(guardrail.entities[2].sides.input == Response::kBlock);
  CHECK(guardrail.grounding->value == 0.8);
  CHECK(guardrail.relevance->value == 0.75);
  CHECK(guardrail.topics[0].examples == std::vector<std::string>{"Should I buy this stock?"});
  CHECK(guardrail.input_message == "This request is outside policy.");
  CHECK(guardrail.output_message == "The answer was withheld by policy.");
}

TEST_CASE("every word of the vocabulary is understood") {
  for (const FilterKind& filter : Vocabulary().filters) {
    const std::string side = filter.output ? "" : " on input";
    CHECK(FindingsIn("filter " + LanguageWord(filter.type) + " low" + side) == Findings{});
  }
  CHECK(Vocabulary().entities.size() == 31);
  for (const std::string& entity : Vocabulary().entities) {
    for (const char* response : {"block ", "mask ", "detect "}) {
      CHECK(FindingsIn(response + LanguageWord(entity)) == Findings{});
    }
  }
  CHECK(FindingsIn("block profanity") == Findings{});
}

TEST_CASE("unknown words are reported where they stand, with what was meant") {
  CHECK(FindingsIn("filter hat high") == Findings{"W8001 hat"});
  CHECK(FindingsIn("filter email high") == Findings{"W8001 email"});
  CHECK(FindingsIn("filter HATE high") == Findings{"W8001 HATE"});
  CHECK(FindingsIn("filter hate hihg") == Findings{"W8002 hihg"});
  CHECK(FindingsIn("filter hate high on inputs") == Findings{"W8003 inputs"});
  CHECK(FindingsIn("mask email on both") == Findings{"W8003 both"});
  CHECK(FindingsIn("block email tier premium") == Findings{"W8004 premium"});
  CHECK(FindingsIn("filter hate low routed within mars") == Findings{"W8005 mars"});
  CHECK(FindingsIn("block emial") == Findings{"W8006 emial"});
  CHECK(FindingsIn("block EMAIL") == Findings{"W8006 EMAIL"});
  CHECK(FindingsIn("block us_passport_number") == Findings{"W8006 us_passport_number"});
  Checked checked;
  Check(testing::Block("block emial"), checked);
  CHECK(checked.sink.all()[0].helps[0].edits[0].replacement == "email");
}

TEST_CASE("lengths: at the limit and one past it") {
  const auto check = [](std::string_view format, std::size_t most) {
    CAPTURE(std::string(format));
    CHECK(FindingsIn(fmt::format(fmt::runtime(format), Quoted(most))) == Findings{});
    CHECK(FindingsIn(fmt::format(fmt::runtime(format), Quoted(most + 1))) == Findings{"W8010 x"});
  };
  check("block email description {}", 200);
  check("deny topic t {}", 200);
  check("tier standard routed within us deny topic t {}", 1000);
  check("deny topic t \"d\" {{ example {} }}", 100);
  check("block words {}", 100);
  check("block pattern p {}", 500);
  check("block email tag {} = \"v\"", 128);
  check("block email tag k = {}", 256);
  CHECK(FindingsIn("deny topic " + std::string(100, 'n') + " \"d\"") == Findings{});
  CHECK(FindingsIn("deny topic " + std::string(101, 'n') + " \"d\"") == Findings{"W8010 n"});
  CHECK(FindingsIn("block pattern " + std::string(100, 'n') + " \"d\"") == Findings{});
  CHECK(FindingsIn("block pattern " + std::string(101, 'n') + " \"d\"") == Findings{"W8010 n"});
  const auto message = [](std::size_t length) {
    Checked checked;
    Check("guardrail g { block email say " + Quoted(length) + " on input say \"a\" on output }",
          checked);
    return checked.Findings();
  };
  CHECK(message(500) == Findings{});
  CHECK(message(501) == Findings{"W8010 x"});
  const auto name = [](std::size_t length) {
    Checked checked;
    Check("guardrail " + std::string(length, 'n') + " { block email" +
              std::string(testing::kMessages) + "}",
          checked);
    return checked.Findings();
  };
  CHECK(name(50) == Findings{});
  CHECK(name(51) == Findings{"W8010 n"});
}

TEST_CASE("a length is counted in characters, not bytes") {
  CHECK(FindingsIn("block email description \"" + Many(100, [](auto) { return "\xC3\xB6"; }) +
                   "\"") == Findings{});
}

TEST_CASE("empty texts") {
  CHECK(FindingsIn("block email description \"\"") == Findings{"W8010 \"\""});
  CHECK(FindingsIn("block words \"\"") == Findings{"W8010 \"\""});
  CHECK(FindingsIn("deny topic t \"\"") == Findings{"W8010 \"\""});
  CHECK(FindingsIn("block email tag k = \"\"") == Findings{});
  Checked checked;
  Check("guardrail g { block email say \"\" on input say \"a\" on output }", checked);
  CHECK(checked.Findings() == Findings{"W8010 \"\""});
}

TEST_CASE("characters, at the one that is wrong") {
  Checked checked;
  Check("guardrail a.b { block email" + std::string(testing::kMessages) + "}", checked);
  CHECK(checked.Findings() == Findings{"W8011 ."});
  CHECK(FindingsIn("block email tag \"a#b\" = \"v\"") == Findings{"W8011 #"});
  CHECK(FindingsIn("block email tag k = \"caf\xC3\xA9\"") == Findings{"W8011 \xC3\xA9"});
  CHECK(FindingsIn("block email tag cost:centre = \"a b.c_d:e/f=g+h@i-j\"") == Findings{});
}

TEST_CASE("counts: at the limit and one past it") {
  const auto topics = [](std::size_t count) {
    return Many(count, [](std::size_t i) { return fmt::format("deny topic t{} \"d\"", i); });
  };
  CHECK(FindingsIn(topics(30)) == Findings{});
  CHECK(FindingsIn(topics(31)) == Findings{"W8012 g"});
  const auto patterns = [](std::size_t count) {
    return Many(count, [](std::size_t i) { return fmt::format("block pattern p{} \"d\"", i); });
  };
  CHECK(FindingsIn(patterns(10)) == Findings{});
  CHECK(FindingsIn(patterns(11)) == Findings{"W8012 g"});
  const auto words = [](std::size_t count) {
    return Many(count, [](std::size_t i) { return fmt::format("block words \"w{}\"", i); });
  };
  CHECK(FindingsIn(words(10000)) == Findings{});
  CHECK(FindingsIn(words(10001)) == Findings{"W8012 g"});
  const auto tags = [](std::size_t count) {
    return "block email " +
           Many(count, [](std::size_t i) { return fmt::format("tag t{} = \"v\"", i); });
  };
  CHECK(FindingsIn(tags(200)) == Findings{});
  CHECK(FindingsIn(tags(201)) == Findings{"W8012 g"});
  const auto examples = [](std::size_t count) {
    return "deny topic t \"d\" {" +
           Many(count, [](std::size_t i) { return fmt::format("example \"e{}\"", i); }) + "}";
  };
  const auto policy = [](std::size_t i) {
    return fmt::format(
        "\"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghijk{}\"", i);
  };
  const auto reasoning = [&](std::size_t count) {
    return "reasoning " + policy(0) +
           Many(count - 1, [&](std::size_t i) { return ", " + policy(i + 1); }) +
           " routed within us";
  };
  CHECK(FindingsIn(reasoning(2)) == Findings{});
  CHECK(FindingsIn(reasoning(3)) == Findings{"W8012 " + policy(2)});
  CHECK(FindingsIn(examples(5)) == Findings{});
  CHECK(FindingsIn(examples(6)) == Findings{"W8012 \"e5\""});
}

TEST_CASE("word entries of more than three words are a warning") {
  CHECK(FindingsIn("block words \"one two three\"") == Findings{});
  CHECK(FindingsIn("block words \"one two three four\"") ==
        Findings{"W8016 \"one two three four\""});
}

TEST_CASE("what is said twice") {
  CHECK(FindingsIn("block email mask email") == Findings{"W8013 email"});
  CHECK(FindingsIn("block email on input mask email on output") == Findings{});
  CHECK(FindingsIn("block email on input mask email") == Findings{"W8013 email"});
  CHECK(FindingsIn("filter hate high, low") == Findings{"W8013 low"});
  CHECK(FindingsIn("filter hate high filter hate low on output") ==
        Findings{"W8013 low on output"});
  CHECK(FindingsIn("filter hate high on input, low on output") == Findings{});
  CHECK(FindingsIn("deny topic t \"a\" deny topic t \"b\"") == Findings{"W8013 t"});
  CHECK(FindingsIn("block words \"a\", \"a\"") == Findings{"W8013 \"a\""});
  CHECK(FindingsIn("block pattern p \"a\" block pattern p \"b\"") == Findings{"W8013 p"});
  CHECK(FindingsIn("block pattern p \"a\" on input mask pattern p \"a\" on output") ==
        Findings{"W8032 p"});
  CHECK(FindingsIn("grounding 0.5 grounding 0.6") == Findings{"W8013 grounding 0.6"});
  CHECK(FindingsIn("block email say \"x\" on input") == Findings{"W8013 say \"x\" on input"});
  CHECK(FindingsIn("block email tag k = \"1\" tag k = \"2\"") == Findings{"W8013 tag k = \"2\""});
}

TEST_CASE("messages are required, with a patch") {
  Checked checked;
  Check("guardrail g { block email say \"a\" on output }", checked);
  CHECK(checked.Findings() == Findings{"W8014 g"});
  CHECK(checked.sink.all()[0].helps[0].edits[0].replacement.find("on input") != std::string::npos);
  Checked none;
  Check("guardrail g { block email }", none);
  CHECK(none.sink.all().size() == 2);
  Checked misspelt;
  Check("guardrail g { block email say \"a\" on inputs say \"a\" on output }", misspelt);
  CHECK(misspelt.Findings() == Findings{"W8003 inputs"});
}

TEST_CASE("a guardrail protects against something") {
  CHECK(FindingsIn("") == Findings{"W8015 g"});
  CHECK(FindingsIn("tag k = \"v\" key \"alias/k\"") == Findings{"W8015 g"});
  CHECK(FindingsIn("block emial") == Findings{"W8006 emial"});  // no follow-up
}

TEST_CASE("prompt attacks are found in prompts") {
  CHECK(FindingsIn("filter prompt-attack high on input") == Findings{});
  CHECK(FindingsIn("filter prompt-attack high on input, none on output") == Findings{});
  CHECK(FindingsIn("filter prompt-attack high") == Findings{"W8020 prompt-attack"});
  CHECK(FindingsIn("filter hate, prompt-attack high") == Findings{"W8020 prompt-attack"});
  CHECK(FindingsIn("filter prompt-attack low on output") == Findings{"W8020 low on output"});
  Checked checked;
  const std::string text = testing::Block("filter prompt-attack high");
  Check(text, checked);
  const diag::Edit& edit = checked.sink.all()[0].helps[0].edits[0];
  std::string patched = text;
  patched.insert(edit.span.begin, edit.replacement);
  Checked fixed;
  Check(patched, fixed);
  CHECK(fixed.Findings() == Findings{});
}

TEST_CASE("the standard tier and automated reasoning need a guardrail profile") {
  constexpr std::string_view kReasoning =
      "reasoning "
      "\"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghijkl\"";
  const std::string reasoning(kReasoning);
  CHECK(FindingsIn("filter hate high tier standard") == Findings{"W8021 standard"});
  CHECK(FindingsIn("filter hate high tier standard routed within us") == Findings{});
  CHECK(FindingsIn("filter hate high tier classic") == Findings{});
  CHECK(FindingsIn(reasoning) == Findings{"W8022 " + reasoning});
  CHECK(FindingsIn(reasoning + " routed within eu") == Findings{});
  CHECK(FindingsIn("block email tier classic") == Findings{"W8030 classic"});
}

TEST_CASE("thresholds") {
  CHECK(FindingsIn("grounding 0") == Findings{});
  CHECK(FindingsIn("grounding 0.99 relevance 0.99") == Findings{});
  CHECK(FindingsIn("grounding 0.991") == Findings{"W8023 0.991"});
  CHECK(FindingsIn("relevance 1") == Findings{"W8023 1"});
  CHECK(FindingsIn("grounding 80") == Findings{"W8023 80"});
}

TEST_CASE("regular expressions") {
  for (const char* good : {"a", "[0-9]{8}", "(a|b)+?", "(?:x)*", "[]a]", "[^]]", "\\\\d+", "a{2,3}",
                           "^$", "a{", "x{,3}", "(?i)a", "[a-z\\\\]]", "a{2,}b"}) {
    CAPTURE(good);
    CHECK(FindingsIn("block pattern p \"" + std::string(good) + "\"") == Findings{});
  }
  CHECK(FindingsIn("block pattern p \"a(?=b)\"") == Findings{"W8024 (?="});
  CHECK(FindingsIn("block pattern p \"a(?!b)\"") == Findings{"W8024 (?!"});
  CHECK(FindingsIn("block pattern p \"(?<=b)a\"") == Findings{"W8024 (?<="});
  CHECK(FindingsIn("block pattern p \"(?<!b)a\"") == Findings{"W8024 (?<!"});
  CHECK(FindingsIn("block pattern p \"(a\"") == Findings{"W8025 (a"});
  CHECK(FindingsIn("block pattern p \"a)\"") == Findings{"W8025 )"});
  CHECK(FindingsIn("block pattern p \"[a\"") == Findings{"W8025 [a"});
  CHECK(FindingsIn("block pattern p \"*a\"") == Findings{"W8025 *"});
  CHECK(FindingsIn("block pattern p \"a{3,2}\"") == Findings{"W8025 {3,2}"});
  CHECK(FindingsIn("block pattern p \"a**\"") == Findings{"W8025 *"});
  CHECK(FindingsIn("block pattern p \"a\\\\\"") == Findings{"W8025 \"a\\\\\""});
}

TEST_CASE("masking is for personal data and patterns") {
  CHECK(FindingsIn("mask words \"a\"") == Findings{"W8026 \"a\""});
  CHECK(FindingsIn("mask profanity") == Findings{"W8026 profanity"});
  CHECK(FindingsIn("filter hate high mask hate") == Findings{"W8026 hate"});
  CHECK(FindingsIn("grounding 0.5 mask grounding") == Findings{"W8026 grounding"});
  CHECK(FindingsIn("deny topic t \"d\" mask t") == Findings{"W8026 t"});
}

TEST_CASE("a response to what the block declares, whatever the order") {
  Checked checked;
  Check(testing::Block("detect hate on output, detect t detect relevance "
                       "filter hate high deny topic t \"d\" relevance 0.5"),
        checked);
  CHECK(checked.Findings() != Findings{});  // a comma ends no item
  Checked good;
  Check(testing::Block("detect hate on output detect t detect relevance "
                       "filter hate high deny topic t \"d\" relevance 0.5"),
        good);
  CHECK(good.Findings() == Findings{});
  CHECK(good.At("g").filters[0].sides.input == Response::kBlock);
  CHECK(good.At("g").filters[0].sides.output == Response::kDetect);
  CHECK(good.At("g").topics[0].sides.input == Response::kDetect);
  CHECK(good.At("g").relevance->response == Response::kDetect);
  CHECK(FindingsIn("block email detect hate") == Findings{"W8027 hate"});
  CHECK(FindingsIn("block email detect grounding") == Findings{"W8027 grounding"});
  CHECK(FindingsIn("grounding 0.5 detect grounding on input") == Findings{"W8003 input"});
}

TEST_CASE("ARNs of reasoning policies and KMS keys") {
  const auto reasoning = [](std::string_view arn) {
    return FindingsIn("routed within us reasoning \"" + std::string(arn) + "\"").size();
  };
  CHECK(reasoning(
            "arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12") == 0);
  CHECK(reasoning(
            "arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12:3") ==
        0);
  CHECK(reasoning(
            "arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij1") == 1);
  CHECK(reasoning(
            "arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12:0") ==
        1);
  CHECK(reasoning(
            "arn:aws:bedrock:us-east-1:22222222222:automated-reasoning-policy/abcdefghij12") == 1);
  CHECK(reasoning("") == 1);
  CHECK(FindingsIn("routed within us reasoning \"x\"") == Findings{"W8028 \"x\""});
  CHECK(FindingsIn("block email key \"x\"") == Findings{"W8029 \"x\""});
  const auto policies = [](std::size_t count) {
    std::string text = "routed within us reasoning ";
    for (std::size_t i = 0; i < count; ++i) {
      text += fmt::format(
          "{}\"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij{:02}\"",
          i == 0 ? "" : ", ", i);
    }
    return FindingsIn(text).size();
  };
  CHECK(policies(2) == 0);
  CHECK(policies(3) == 1);
  const std::string one =
      "routed within us reasoning "
      "\"arn:aws:bedrock:us-east-1:222222222222:automated-reasoning-policy/abcdefghij12\" ";
  CHECK(FindingsIn(one + "confidence 1") == Findings{});
  CHECK(FindingsIn(one + "confidence 1.01") == Findings{"W8023 1.01"});
  const auto key = [](std::string_view text) {
    return FindingsIn("block email key \"" + std::string(text) + "\"").size();
  };
  CHECK(key("alias/guard-rails_1/x") == 0);
  CHECK(key("1234abcd-12ab-34cd-56ef-1234567890ab") == 0);
  CHECK(key("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab") == 0);
  CHECK(key("arn:aws-us-gov:kms:us-gov-east-1:111122223333:alias/x") == 0);
  CHECK(key("1234abcd-12ab-34cd-56ef-1234567890a") == 1);
  CHECK(key("arn:aws:kms:us-east-1:11112222333:alias/x") == 1);
  CHECK(key("alias/") == 1);
  CHECK(key("") == 1);
}

TEST_CASE("a filter that is off on both sides is a warning") {
  CHECK(FindingsIn("filter hate none") == Findings{"W8031 none"});
  CHECK(FindingsIn("filter hate none on input, low on output") == Findings{});
}

TEST_CASE("images") {
  Checked checked;
  Check(testing::Block("filter hate high, image on input"), checked);
  CHECK(checked.Findings() == Findings{});
  CHECK(checked.At("g").filters[0].input_image);
  CHECK_FALSE(checked.At("g").filters[0].output_image);
}

TEST_CASE("the order in which a block says things changes nothing") {
  Checked one;
  Check(testing::Block(
            "block email, age filter hate low filter insults high block words \"b\", \"a\""),
        one);
  Checked other;
  Check(testing::Block(
            "block words \"a\", \"b\" filter insults high filter hate low block age, email"),
        other);
  REQUIRE(one.Findings() == Findings{});
  const auto names = [](const intent::Guardrail& guardrail) {
    std::vector<std::string> all;
    for (const auto& filter : guardrail.filters) all.push_back(filter.type);
    for (const auto& entity : guardrail.entities) all.push_back(entity.type);
    for (const auto& word : guardrail.words) all.push_back(word.text);
    return all;
  };
  CHECK(names(one.At("g")) == names(other.At("g")));
}

// ---- extends -----------------------------------------------------------------------------------

/// Findings about `child`, which extends a guardrail of `parent`.
Findings Extended(std::string_view parent, std::string_view child) {
  Checked checked;
  Check("guardrail base {" + std::string(testing::kMessages) + std::string(parent) +
            "}\nguardrail strict extends base {" + std::string(child) + "}",
        checked);
  return checked.Findings();
}

TEST_CASE("a child inherits everything, messages included") {
  Checked checked;
  Check("guardrail base {" + std::string(testing::kMessages) +
            "filter hate low block email key \"alias/k\" tag a = \"1\" tag b = \"1\"}"
            "guardrail strict extends base { filter hate high on input tag b = \"2\" }",
        checked);
  CHECK(checked.Findings() == Findings{});
  const intent::Guardrail& strict = checked.At("strict");
  CHECK(strict.extends == "base");
  CHECK(strict.filters[0].input == Strength::kHigh);
  CHECK(strict.filters[0].output == Strength::kLow);
  CHECK(strict.entities.size() == 1);
  CHECK(strict.input_message == "q");
  CHECK(strict.key == "alias/k");
  CHECK(strict.tags == std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}});
}

TEST_CASE("strengthening is fine") {
  CHECK(Extended("filter hate low", "filter hate medium") == Findings{});
  CHECK(Extended("mask email", "block email") == Findings{});
  CHECK(Extended("detect email", "mask email") == Findings{});
  CHECK(Extended("block email on input", "detect email on output") == Findings{});
  CHECK(Extended("grounding 0.5", "grounding 0.6 relevance 0.1") == Findings{});
  CHECK(Extended("deny topic t \"d\"", "deny topic t \"d\" { example \"e\" }") == Findings{});
  CHECK(Extended("block email", "say \"other\" on input") == Findings{});
  CHECK(Extended("block email", "") == Findings{});
}

TEST_CASE("weakening is refused at its words") {
  CHECK(Extended("filter hate high", "filter hate low") == Findings{"W8042 low"});
  CHECK(Extended("filter hate high", "filter hate high on input, none on output") ==
        Findings{"W8042 none"});
  CHECK(Extended("block email", "mask email") == Findings{"W8042 email"});
  CHECK(Extended("mask email", "detect email on output") == Findings{"W8042 email"});
  CHECK(Extended("block words \"a\"", "detect words \"a\"") == Findings{"W8042 \"a\""});
  CHECK(Extended("block profanity", "detect profanity") == Findings{"W8042 profanity"});
  CHECK(Extended("grounding 0.5", "grounding 0.4") == Findings{"W8042 0.4"});
  CHECK(Extended("grounding 0.5", "detect grounding") == Findings{"W8042 grounding"});
  CHECK(Extended("deny topic t \"d\"", "deny topic t \"e\"") == Findings{"W8042 t"});
  CHECK(Extended("deny topic t \"d\" { example \"e\" }", "deny topic t \"d\"") ==
        Findings{"W8042 deny topic t \"d\""});
  CHECK(Extended("deny topic t \"d\"", "detect t") == Findings{"W8042 t"});
  CHECK(Extended("block pattern p \"a\"", "block pattern p \"b\"") == Findings{"W8042 \"b\""});
  CHECK(Extended("filter hate high", "detect hate") == Findings{"W8042 hate"});
  CHECK(Extended("tier standard routed within us filter hate high", "tier classic") ==
        Findings{"W8042 base"});
}

TEST_CASE("weakening labels both places and patches a strength") {
  Checked checked;
  Check("guardrail base {" + std::string(testing::kMessages) +
            "filter hate high }\nguardrail strict extends base { filter hate low }",
        checked);
  REQUIRE(checked.sink.all().size() == 1);
  const diag::Diagnostic& found = checked.sink.all()[0];
  CHECK(found.message ==
        "guardrail `strict` is weaker than `base`, which it extends: filter hate is low, not high");
  REQUIRE(found.labels.size() == 1);
  CHECK(checked.sources.text(found.labels[0].span) == "high");
  CHECK(found.helps[0].edits[0].replacement == "high");
}

TEST_CASE("a child of a child answers to both") {
  Checked checked;
  Check("guardrail a {" + std::string(testing::kMessages) +
            "filter hate low }"
            "guardrail c extends b { filter hate low }"
            "guardrail b extends a { filter hate high }",
        checked);
  CHECK(checked.Findings() == Findings{"W8042 low"});
}

TEST_CASE("unknown parents and cycles") {
  CHECK(Extended("block email", "").empty());
  Checked unknown;
  Check("guardrail base {" + std::string(testing::kMessages) +
            "block email } guardrail strict extends bsae { }",
        unknown);
  CHECK(unknown.Findings() == Findings{"W8040 bsae"});
  CHECK(unknown.sink.all()[0].helps[0].edits[0].replacement == "base");
  Checked self;
  Check("guardrail g extends g { block email }", self);
  CHECK(self.Findings() == Findings{"W8041 g"});
  Checked cycle;
  Check(
      "guardrail a extends b { } guardrail b extends c { } guardrail c extends a { } "
      "guardrail d extends a { }",
      cycle);
  CHECK(cycle.Findings() == Findings{"W8041 b"});
  CHECK(cycle.sink.all()[0].labels.size() == 2);
  CHECK(cycle.guardrails.size() == 4);
}

TEST_CASE("a chain of ten thousand guardrails is no recursion") {
  std::string text = "guardrail g0 {" + std::string(testing::kMessages) + "block email }\n";
  for (int i = 1; i < 10000; ++i)
    text += fmt::format("guardrail g{} extends g{} {{ }}\n", i, i - 1);
  Checked checked;
  Check(text, checked);
  CHECK(checked.Findings() == Findings{});
  CHECK(checked.guardrails.size() == 10000);
}

TEST_CASE("a mistake of the parent is reported once") {
  Checked checked;
  Check("guardrail a { block email tier standard filter hate high } guardrail b extends a { }",
        checked);
  CHECK(checked.Findings() == Findings{"W8014 a", "W8014 a", "W8021 standard"});
  CHECK(checked.sink.all().size() == 3);
}

}  // namespace
}  // namespace writ::sema

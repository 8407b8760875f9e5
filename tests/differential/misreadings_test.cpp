// What lowering and verifier misread alike: the meaning that both are given is changed on purpose,
// the one that the reference is given is not. The proof goes through every time; the requests of
// the differential must find every one.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "differential/edits.h"
#include "differential/questions.h"
#include "differential/trial.h"
#include "proof/reference/requests.h"
#include "proof/reference/sample.h"

namespace writ::differential {
namespace {

using intent::Condition;
using intent::Model;
using intent::Permission;
using intent::Prohibition;

constexpr const char* kDeclarations[] = {
    "organization acme \"o-exampleorgid\" {\n  management 111111111111\n"
    "  ou prod \"ou-ab12-prod0001\" {\n    account payments 222222222222\n"
    "    account claims 333333333333\n  }\n"
    "  ou dev \"ou-ab12-dev00001\" { account sandbox 444444444444 }\n}",
    "team a { in payments, claims as role \"app\" }",
    "team b { in acme as role \"svc-*\", user \"bob\" }",
    "guardrail safe { filter hate high  say \"no\" on input  say \"no\" on output }",
    "guardrail other { filter insults high  say \"no\" on input  say \"no\" on output }",
    "endpoint corp { vpce \"vpce-0123456789abcdef0\" }",
    "endpoint branch { vpce \"vpce-0123456789abcdef1\" }",
};

std::string Bindings() {
  std::string text = "{\"guardrails\": {";
  const char* next = "";
  for (const char* name : {"safe", "other"}) {
    text += fmt::format("{}\"{}\": {{", next, name);
    next = "}, ";
    const char* comma = "";
    for (const char* account : {"222222222222", "333333333333", "444444444444"}) {
      text += fmt::format(
          "{}\"{}\": {{\"us-east-1\": {{\"arn\": \"arn:aws:bedrock:us-east-1:{}:guardrail/{}\", "
          "\"version\": 3}}}}",
          comma, account, account, std::string(name) + account[0]);
      comma = ", ";
    }
  }
  return text + "}}}";
}

Permission& Granted(Model& model) { return model.permissions.front(); }
Prohibition& Forbidden(Model& model) { return model.prohibitions.front(); }

struct Planted {
  const char* what;
  const char* sentence;
  void (*change)(Model&);
};

constexpr Planted kPlanted[] = {
    {"one more region is left open",
     "everyone may not invoke any model in any region except us-east-1",
     [](Model& model) { Forbidden(model).regions->regions.emplace_back("us-west-2"); }},
    {"a region of a list is forgotten",
     "nobody may invoke models from amazon in us-east-1, us-west-2",
     [](Model& model) { Forbidden(model).regions->regions.pop_back(); }},
    {"all regions but some are read as these regions",
     "nobody may invoke models from amazon in any region except us-east-1",
     [](Model& model) { Forbidden(model).regions->all_except = false; }},
    {"a model is excepted that is not", "nobody may invoke models from amazon",
     [](Model& model) { Forbidden(model).models.except = {"amazon.nova-lite-v1:0"}; }},
    {"an exception is dropped", "nobody may invoke any model except nova-lite",
     [](Model& model) { Forbidden(model).models.except.clear(); }},
    {"some ids of a provider are forgotten", "nobody may invoke models from anthropic",
     [](Model& model) { Forbidden(model).models.patterns = {"anthropic.claude-3*"}; }},
    {"the mantle plane is dropped", "nobody may invoke models from openai",
     [](Model& model) { Forbidden(model).planes = {intent::Plane::kBedrock}; }},
    {"the bedrock plane is dropped", "nobody may invoke models from openai",
     [](Model& model) { Forbidden(model).planes = {intent::Plane::kMantle}; }},
    {"a route is dropped", "nobody may invoke any model routed within us, globally",
     [](Model& model) { Forbidden(model).routes.resize(1); }},
    {"an exempt role is read as a pattern",
     "nobody in prod except role \"app\" may invoke any model",
     [](Model& model) {
       Forbidden(model).bound.excepted.front().principals.front().value = "app*";
     }},
    {"an exemption holds in other accounts", "nobody except team a may invoke any model",
     [](Model& model) { Forbidden(model).bound.excepted.front().accounts.push_back({3}); }},
    {"an exemption is forgotten", "nobody except team a, team b may invoke any model",
     [](Model& model) { Forbidden(model).bound.excepted.pop_back(); }},
    {"an exemption of an account to come is forgotten",
     "nobody may invoke any model unless aws:PrincipalAccount = \"777777777777\"",
     [](Model& model) { Forbidden(model).when = {}; }},
    {"an exemption by a pattern of accounts to come is narrower",
     "nobody may invoke any model unless aws:PrincipalAccount like \"77*\"",
     [](Model& model) { Forbidden(model).when.operands.front().test.values = {"770*"}; }},
    {"everyone is read as a team", "everyone may not invoke any model",
     [](Model& model) {
       Prohibition& one = Forbidden(model);
       one.bound.everyone = false;
       one.bound.included = {{"b", model.teams.back().principals, model.teams.back().accounts}};
     }},
    {"a condition of a prohibition is forgotten",
     "nobody may invoke any model when aws:PrincipalTag/team = \"red\"",
     [](Model& model) { Forbidden(model).when = {}; }},
    {"an exception by condition is turned round",
     "nobody may invoke any model unless aws:PrincipalTag/team = \"red\"",
     [](Model& model) {
       const Condition within = Forbidden(model).when.operands.front();
       Forbidden(model).when = within;
     }},
    {"a prohibition begins a day late", "nobody may invoke any model from 2027-01-01",
     [](Model& model) { Forbidden(model).period.from = "2027-01-02"; }},
    {"a duty takes any of two guardrails",
     "everyone in prod must use guardrail safe to invoke models from amazon",
     [](Model& model) {
       Forbidden(model).unless->guardrails = {{0}, {1}};
     }},
    {"a duty is about another endpoint",
     "everyone must use endpoint corp to invoke models from amazon",
     [](Model& model) {
       auto& index = Forbidden(model).unless->endpoints.front();
       index.value = 1 - index.value;
     }},
    {"a kind is forgotten", "nobody may administer guardrails, logging",
     [](Model& model) { Forbidden(model).operation.kinds.pop_back(); }},
    {"an action is excepted that is not", "nobody may do anything except s3:ListAllMyBuckets",
     [](Model& model) {
       Forbidden(model).operation.except_actions.emplace_back("ec2:DescribeInstances");
     }},
    {"a permission is for more roles", "team a may invoke nova-lite in us-east-1",
     [](Model& model) { Granted(model).holders.front().principals.front().value = "app*"; }},
    {"a permission is for one more account", "team a may invoke nova-lite in us-east-1",
     [](Model& model) {
       Granted(model).holders.front().accounts.push_back({3});
       Granted(model).accounts.push_back({3});
     }},
    {"a permission ends a day late", "team a may invoke nova-lite in us-east-1 until 2027-03-31",
     [](Model& model) { Granted(model).period.until = "2027-04-01"; }},
    {"a permission is for another region", "team a may invoke nova-lite in us-east-1",
     [](Model& model) { Granted(model).calls.front().region = "ap-northeast-1"; }},
    {"a permission is for another model", "team a may invoke nova-lite in us-east-1",
     [](Model& model) { Granted(model).calls.front().model = "amazon.nova-micro-v1:0"; }},
    {"a permission is for another route",
     "team a may invoke nova-lite in us-east-1 routed within us",
     [](Model& model) { Granted(model).calls.front().route = {}; }},
    {"a permission's guardrail is forgotten, and what goes with it",
     "team a may invoke nova-lite in us-east-1 with guardrail safe",
     [](Model& model) { Granted(model).guardrails.clear(); }},
    {"a permission's condition is forgotten",
     "team a may invoke nova-lite in us-east-1 when aws:PrincipalTag/team = \"red\"",
     [](Model& model) { Granted(model).when = {}; }},
    {"`or` is read as `and`",
     "team a may invoke nova-lite in us-east-1 when (aws:MultiFactorAuthPresent or "
     "aws:PrincipalTag/team = \"red\")",
     [](Model& model) { Granted(model).when.kind = Condition::Kind::kAll; }},
    {"a wildcard is read as text",
     "team a may invoke nova-lite in us-east-1 when aws:PrincipalTag/team like \"re*\"",
     [](Model& model) {
       Condition* test = &Granted(model).when;
       while (!test->operands.empty()) test = &test->operands.front();
       test->test.op = intent::Test::Operator::kEqual;
     }},
    {"a permission's endpoint is forgotten",
     "team a may invoke nova-lite in us-east-1 via endpoint corp",
     [](Model& model) { Granted(model).endpoints.clear(); }},
    {"browsing is read as administering", "team a may browse guardrails in us-east-1",
     [](Model& model) { Granted(model).operation.verb = "administer"; }},
    {"one more action is granted", "team a may do s3:GetObject on \"arn:aws:s3:::data/*\"",
     [](Model& model) { Granted(model).operation.actions.emplace_back("s3:PutObject"); }},
    {"what an action is granted on is wider",
     "team a may do s3:GetObject on \"arn:aws:s3:::data/${aws:PrincipalTag/team}/*\"",
     [](Model& model) { Granted(model).operation.resources = {"arn:aws:s3:::data/*"}; }},
};

/// A request of which only the changed artifacts and the reference disagree.
std::string FirstDisagreement(const Trial& right, const Trial& misread, std::uint64_t seed) {
  reference::Random random(seed);
  reference::RequestMaker maker(right.program(), "aws", random);
  constexpr int kMost = 6000;
  for (int i = 0; i < kMost; ++i) {
    const reference::Asking asking = maker.Make();
    for (const policy::Request& leg : asking.legs) {
      for (const bool with_anything : {false, true}) {
        const auto expected =
            reference::Expected(reference::Decide(right.program(), leg), with_anything);
        if (!expected || !reference::IsAskable(*asking.caller, with_anything)) continue;
        const auto decided = [&](const Trial& trial) {
          return with_anything ? trial.artifacts().AllowsHolderOfAnything(*asking.caller, leg)
                               : trial.artifacts().Allows(*asking.caller, leg);
        };
        if (decided(misread) != *expected && decided(right) == *expected) {
          return review::RequestText(leg);
        }
      }
    }
  }
  return "";
}

ProgramText TextOf(const Planted& planted) {
  ProgramText text;
  text.declarations.assign(std::begin(kDeclarations), std::end(kDeclarations));
  text.sentences = {{planted.sentence}};
  text.bindings = Bindings();
  return text;
}

TEST_CASE("what a build asks after its proof shows a shared misreading") {
  const Planted& planted = kPlanted[3];
  const ProgramText text = TextOf(planted);
  const Trial right(text);
  const Misreading change = planted.change;
  const Trial misread(text, /*shrinks=*/false, &change);
  const auto ask = [&](const Trial& trial) {
    constexpr std::size_t kMost = 2000;
    return reference::SampleRequests(right.program(), trial.deployed(),
                                     [](std::size_t asked) { return asked < kMost; });
  };
  CHECK_FALSE(ask(right).disagreement.has_value());
  const reference::Sample sample = ask(misread);
  CHECK(sample.disagreement.has_value());
}

/// What follows the modal verb, asked of all and of both teams.
std::vector<QuestionText> QuestionsAbout(const std::string& sentence) {
  std::string action;
  if (const std::size_t must = sentence.find(" must "); must != std::string::npos) {
    action = sentence.substr(sentence.find(" to ", must) + 4);
  } else {
    action = sentence.substr(sentence.find(" may ") + 5);
    if (action.starts_with("not ")) action = action.substr(4);
  }
  return {{"everyone", action, {}}, {"team a", action, {}}, {"team a, team b", action, {}}};
}

constexpr const char* kKinds[] = {"assert can", "assert cannot", "test allow", "test deny",
                                  "can",        "who",           "explain",    "diff"};

/// A wrong answer of this kind about the program, of which what is asked misreads the sentence.
std::optional<WrongAnswer> AskMisread(const ProgramText& text, std::string_view kind,
                                      const Misreading& change,
                                      std::map<std::string, AskedCounts>& counts) {
  constexpr std::uint64_t kSeed = 7;
  constexpr std::size_t kRequests = 250;
  if (kind != "diff") {
    return AskQuestions(text, kSeed, kRequests, counts, {}, std::string(kind), &change);
  }
  ProgramText before = text;
  before.sentences = {{"team b may apply safe"}};
  return AskDifference(before, text, kSeed, kRequests, counts["diff"], {}, &change);
}

/// Those that are tried in every run: prohibitions and permissions, each kind of question among
/// those that find one. All of them take minutes, with WRIT_DIFFERENTIAL_QUESTIONS.
bool IsTried(const Planted& planted) {
  constexpr std::string_view kAlways[] = {
      "some ids of a provider are forgotten", "an exemption is forgotten",
      "an exemption of an account to come is forgotten", "a permission is for another region",
      "a permission is for another route"};
  return std::getenv("WRIT_DIFFERENTIAL_QUESTIONS") != nullptr ||
         std::ranges::find(kAlways, planted.what) != std::end(kAlways);
}

TEST_CASE("questions that misread a sentence are found") {
  std::map<std::string, std::size_t> found;
  std::size_t tried = 0;
  std::size_t somehow = 0;
  for (const Planted& planted : kPlanted) {
    if (!IsTried(planted)) continue;
    CAPTURE(std::string(planted.what));
    ++tried;
    ProgramText text = TextOf(planted);
    text.questions = QuestionsAbout(planted.sentence);
    std::map<std::string, AskedCounts> counts;
    const auto right = AskQuestions(text, 7, 250, counts);
    const std::string differs = right ? right->kind + ": " + right->what : "";
    CHECK(differs.empty());
    bool is_found = false;
    for (const char* kind : kKinds) {
      if (!AskMisread(text, kind, planted.change, counts)) continue;
      ++found[kind];
      is_found = true;
    }
    CHECK(is_found);
    somehow += is_found ? 1 : 0;
  }
  std::cout << fmt::format("{} misreadings planted in questions, {} found:", tried, somehow);
  for (const char* kind : kKinds) {
    CHECK_MESSAGE(found[kind] > 0, std::string(kind));
    std::cout << fmt::format(" {} by {},", found[kind], kind);
  }
  std::cout << "\n";
}

TEST_CASE("misreadings that lowering and verifier share are found") {
  std::size_t found = 0;
  for (const Planted& planted : kPlanted) {
    CAPTURE(std::string(planted.what));
    const ProgramText text = TextOf(planted);
    const Trial right(text);
    REQUIRE_MESSAGE(right.outcome() == Trial::Outcome::kBuilt, right.why());
    const Misreading change = planted.change;
    const Trial misread(text, /*shrinks=*/false, &change);
    // Nobody else notices.
    CHECK_MESSAGE(misread.outcome() == Trial::Outcome::kBuilt, misread.why());
    if (misread.outcome() == Trial::Outcome::kRefused) continue;
    // Each seed draws another handful of regions and models to ask about.
    constexpr std::uint64_t kSeeds = 16;
    std::string request;
    for (std::uint64_t seed = 1; request.empty() && seed <= kSeeds; ++seed) {
      request = FirstDisagreement(right, misread, seed);
    }
    CHECK_FALSE(request.empty());
    if (!request.empty()) ++found;
  }
  std::cout << fmt::format("{} shared misreadings planted, {} found\n", std::size(kPlanted), found);
}

}  // namespace
}  // namespace writ::differential

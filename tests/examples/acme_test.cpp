// examples/acme, sentence by sentence: a request inside each and one just outside, decided by the
// reference evaluator against the documents as they are written.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "cli/cli.h"
#include "host/memory_file_system.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

host::FileSet Program() {
  const fs::path folder = fs::path(WRIT_REPOSITORY) / "examples" / "acme";
  host::FileSet files;
  for (const char* name : {"acme.writ", "writ.bindings.json"}) {
    files[std::string("acme/") + name] = ReadFile(folder / name);
  }
  return files;
}

struct Outcome {
  host::ExitStatus status;
  host::FileSet files;
  std::string err;
};

Outcome Build(const host::FileSet& program, const std::vector<std::string>& more = {}) {
  host::MemoryFileSystem files(program);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> arguments{"build", "acme", "-o", "out", "--as-of", "2026-11-22"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const host::ExitStatus status =
      cli::Main(arguments, {.files = files, .in = in, .out = out, .err = err, .today = {}});
  return {status, files.files(), err.str()};
}

/// The documents of acme, built once.
const host::FileSet& Tree() {
  static const host::FileSet tree = [] {
    Outcome built = Build(Program());
    REQUIRE(built.status == host::ExitStatus::kGood);
    return built.files;
  }();
  return tree;
}

policy::PolicyDocument Full() {
  return *policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
      policy::Kind::kIdentity);
}

/// FullAWSAccess and what the tree attaches to a node.
std::vector<policy::PolicyDocument> Level(const std::string& node) {
  std::vector<policy::PolicyDocument> level{Full()};
  for (const auto& [path, bytes] : Tree()) {
    const std::string prefix = "out/organization/" + node;
    if (!path.starts_with(prefix + ".") && !path.starts_with(prefix + "-")) continue;
    const auto document = policy::Read(bytes, policy::Kind::kScp, policy::Demand::kAsCreated);
    REQUIRE(document.ok());
    level.push_back(*document);
  }
  return level;
}

/// Who holds which documents.
struct Caller {
  std::string arn;
  std::string account;
  std::string ou;
  std::string identity;  ///< file below out/; empty: full access
};

const Caller kFraud{"arn:aws:iam::222222222222:role/fraud-triage", "payments", "prod",
                    "iam/payments/fraud.identity.json"};
const Caller kPlatform{
    "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/us-east-1/"
    "AWSReservedSSO_PlatformAdmin_0123456789abcdef",
    "payments", "prod", "permission-sets/PlatformAdmin.permission-set.json"};
/// Somebody whom the program does not name and who holds all rights.
const Caller kOther{"arn:aws:iam::222222222222:role/anything", "payments", "prod", ""};
const Caller kOtherInDev{"arn:aws:iam::444444444444:role/anything", "sandbox", "dev", ""};

using Keys = std::vector<policy::ContextKey>;

bool IsAllowed(const Caller& caller, const std::string& action, const std::string& resource,
               Keys context) {
  policy::PolicySet set;
  set.scps = {Level("root"), Level(caller.ou), Level(caller.account)};
  if (caller.identity.empty()) {
    set.identity = {Full()};
  } else {
    const auto document = policy::Read(Tree().at("out/" + caller.identity), policy::Kind::kIdentity,
                                       policy::Demand::kAsCreated);
    REQUIRE(document.ok());
    set.identity = {*document};
  }
  // What AWS fills in by itself: the account of a resource whose ARN names one.
  if (const auto arn = policy::SplitArn(resource); arn && !(*arn)[4].empty()) {
    context.push_back({"aws:ResourceAccount", false, {std::string((*arn)[4])}});
  }
  context.push_back({"aws:PrincipalArn", false, {caller.arn}});
  context.push_back({"aws:PrincipalAccount", false, {caller.arn.substr(13, 12)}});
  const auto decision =
      policy::Evaluate({caller.arn, action, resource, {}, std::move(context)}, set);
  REQUIRE(decision.ok());
  return decision->is_allowed();
}

const std::string kModel = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const std::string kInvoke = "bedrock:InvokeModel";
const std::string kGuardrail = "arn:aws:bedrock:us-east-1:222222222222:guardrail/a1b2c3d4e5f6";

std::string Foundation(const std::string& region, const std::string& model = kModel) {
  return "arn:aws:bedrock:" + region + "::foundation-model/" + model;
}
std::string Profile(const std::string& region, const std::string& scope,
                    const std::string& account = "222222222222") {
  return "arn:aws:bedrock:" + region + ":" + account + ":inference-profile/" + scope + "." + kModel;
}

/// The context of one authorization of a call.
Keys Leg(const std::string& region, const std::string& profile, const std::string& guardrail,
         const std::string& day = "2026-12-01") {
  Keys keys{{"aws:RequestedRegion", false, {region}},
            {"aws:CurrentTime", false, {day + "T12:00:00Z"}}};
  if (!profile.empty()) keys.push_back({"bedrock:InferenceProfileArn", false, {profile}});
  if (!guardrail.empty()) keys.push_back({"bedrock:GuardrailIdentifier", false, {guardrail}});
  return keys;
}

TEST_CASE(
    "team fraud may invoke claude-sonnet-4.5 in home routed within us with guardrail pii-safe "
    "until …") {
  const std::string profile = Profile("us-east-1", "us");
  const std::string pinned = kGuardrail + ":3";
  for (const char* action : {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}) {
    CHECK(IsAllowed(kFraud, action, profile, Leg("us-east-1", "", "")));
    for (const char* region : {"us-east-1", "us-east-2", "us-west-2"}) {
      CHECK(IsAllowed(kFraud, action, Foundation(region), Leg(region, profile, pinned)));
    }
  }
  CHECK(IsAllowed(kFraud, "bedrock:ApplyGuardrail", kGuardrail, Leg("us-east-1", "", "")));
  // Just outside: no guardrail, another version, no profile, a region that us does not reach from
  // there, another model, the day after, another plane, global routing.
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, Foundation("us-east-1"), Leg("us-east-1", profile, "")));
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, Foundation("us-east-1"),
                        Leg("us-east-1", profile, kGuardrail + ":2")));
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, Foundation("us-east-1"), Leg("us-east-1", "", pinned)));
  CHECK_FALSE(
      IsAllowed(kFraud, kInvoke, Foundation("us-west-1"), Leg("us-west-1", profile, pinned)));
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, Foundation("us-east-1", "anthropic.claude-opus-4-6-v1"),
                        Leg("us-east-1", profile, pinned)));
  CHECK(IsAllowed(kFraud, kInvoke, profile, Leg("us-east-1", "", "", "2027-03-31")));
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, profile, Leg("us-east-1", "", "", "2027-04-01")));
  CHECK_FALSE(IsAllowed(kFraud, "bedrock-mantle:CreateInference",
                        "arn:aws:bedrock-mantle:us-east-1:222222222222:project/default",
                        {{"bedrock-mantle:Model", false, {"anthropic.claude-sonnet-4-5"}},
                         {"aws:RequestedRegion", false, {"us-east-1"}}}));
  CHECK_FALSE(IsAllowed(kFraud, kInvoke, Profile("us-east-1", "global"), Leg("us-east-1", "", "")));
}

TEST_CASE("team platform may administer guardrails, logging") {
  const std::string mine = "arn:aws:bedrock:eu-west-1:222222222222:guardrail/x";
  CHECK(IsAllowed(kPlatform, "bedrock:UpdateGuardrail", mine, Leg("eu-west-1", "", "")));
  CHECK(IsAllowed(kPlatform, "bedrock:CreateGuardrail", "*", Leg("eu-west-1", "", "")));
  CHECK(IsAllowed(kPlatform, "bedrock:PutModelInvocationLoggingConfiguration", "*",
                  Leg("eu-west-1", "", "")));
  CHECK_FALSE(IsAllowed(kPlatform, "bedrock:UpdateGuardrail",
                        "arn:aws:bedrock:eu-west-1:333333333333:guardrail/x",
                        Leg("eu-west-1", "", "")));
  CHECK_FALSE(IsAllowed(kPlatform, "bedrock:GetGuardrail", mine, Leg("eu-west-1", "", "")));
  CHECK_FALSE(IsAllowed(kPlatform, "bedrock:CreateKnowledgeBase", "*", Leg("eu-west-1", "", "")));
}

TEST_CASE("in prod everyone must use guardrail pii-safe to invoke any model") {
  const std::string pinned = kGuardrail + ":3";
  const std::string nova = "amazon.nova-lite-v1:0";
  CHECK(IsAllowed(kOther, kInvoke, Foundation("us-east-1", nova), Leg("us-east-1", "", pinned)));
  CHECK_FALSE(IsAllowed(kOther, kInvoke, Foundation("us-east-1", nova), Leg("us-east-1", "", "")));
  CHECK_FALSE(
      IsAllowed(kOther, kInvoke, Foundation("us-east-1", nova), Leg("us-east-1", "", kGuardrail)));
  for (const char* target : {"provisioned-model/p", "imported-model/i", "custom-model-deployment/c",
                             "marketplace/model-endpoint/all-access"}) {
    const std::string arn = std::string("arn:aws:bedrock:us-east-1:222222222222:") + target;
    CHECK(IsAllowed(kOther, kInvoke, arn, Leg("us-east-1", "", pinned)));
    CHECK_FALSE(IsAllowed(kOther, kInvoke, arn, Leg("us-east-1", "", "")));
  }
  CHECK_FALSE(IsAllowed(kOther, "bedrock:CreateModelInvocationJob", Foundation("us-east-1", nova),
                        Leg("us-east-1", "", "")));
  CHECK_FALSE(IsAllowed(kOther, "bedrock-mantle:CreateInference",
                        "arn:aws:bedrock-mantle:us-east-1:222222222222:project/default",
                        Leg("us-east-1", "", "")));
  // Not in prod.
  CHECK(IsAllowed(kOtherInDev, kInvoke, Foundation("us-east-1", nova), Leg("us-east-1", "", "")));
}

TEST_CASE("in prod nobody may invoke models from deepseek, also those to come") {
  const std::string pinned = kGuardrail + ":3";
  for (const char* model : {"deepseek.r1-v1:0", "deepseek.v9-v1:0"}) {
    CHECK_FALSE(
        IsAllowed(kOther, kInvoke, Foundation("us-east-1", model), Leg("us-east-1", "", pinned)));
    CHECK_FALSE(IsAllowed(kOther, kInvoke, Foundation("", model), Leg("unspecified", "", pinned)));
    CHECK_FALSE(IsAllowed(kOther, "bedrock:CreateProvisionedModelThroughput",
                          Foundation("us-east-1", model), Leg("us-east-1", "", "")));
    CHECK(IsAllowed(kOther, "bedrock:GetFoundationModel", Foundation("us-east-1", model),
                    Leg("us-east-1", "", "")));
    CHECK(
        IsAllowed(kOtherInDev, kInvoke, Foundation("us-east-1", model), Leg("us-east-1", "", "")));
  }
}

TEST_CASE("in prod nobody may log-in-with api-keys, on either plane") {
  for (const char* action : {"bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"}) {
    CHECK_FALSE(IsAllowed(kOther, action, "*", Leg("us-east-1", "", "")));
    CHECK(IsAllowed(kOtherInDev, action, "*", Leg("us-east-1", "", "")));
  }
}

TEST_CASE("only team platform may administer bedrock") {
  const Keys context = Leg("us-east-1", "", "");
  for (const char* action :
       {"bedrock:UpdateGuardrail", "bedrock:DeleteEnforcedGuardrailConfiguration",
        "bedrock:PutAccountDataRetention", "bedrock-mantle:CreateProject"}) {
    CHECK_FALSE(
        IsAllowed(kOther, action, "arn:aws:bedrock:us-east-1:222222222222:guardrail/x", context));
    CHECK_FALSE(IsAllowed(kOtherInDev, action, "arn:aws:bedrock:us-east-1:444444444444:guardrail/x",
                          context));
  }
  CHECK(IsAllowed(kOther, "bedrock:GetGuardrail",
                  "arn:aws:bedrock:us-east-1:222222222222:guardrail/x", context));
  CHECK(IsAllowed(kOther, "s3:PutObject", "arn:aws:s3:::b/k", context));
}

TEST_CASE("everyone may not invoke any model in any region except home") {
  const std::string nova = "amazon.nova-lite-v1:0";
  const std::string home = Profile("us-east-1", "us", "444444444444");
  const std::string away = Profile("eu-west-1", "eu", "444444444444");
  CHECK(IsAllowed(kOtherInDev, kInvoke, Foundation("us-west-2", nova), Leg("us-west-2", "", "")));
  CHECK_FALSE(
      IsAllowed(kOtherInDev, kInvoke, Foundation("eu-west-1", nova), Leg("eu-west-1", "", "")));
  // A geographic profile called from home works in all its destinations; one from elsewhere
  // nowhere.
  CHECK(IsAllowed(kOtherInDev, kInvoke, Foundation("us-east-2"), Leg("us-east-2", home, "")));
  CHECK_FALSE(IsAllowed(kOtherInDev, kInvoke, away, Leg("eu-west-1", "", "")));
  CHECK_FALSE(IsAllowed(kOtherInDev, kInvoke, Foundation("us-east-1"), Leg("us-east-1", away, "")));
  // Global routing lies in no region.
  const std::string global = Profile("us-east-1", "global", "444444444444");
  CHECK_FALSE(IsAllowed(kOtherInDev, kInvoke, Foundation(""), Leg("unspecified", global, "")));
}

TEST_CASE("the first deployment takes two steps: the guardrails without bindings, then all") {
  host::FileSet program = Program();
  program.erase("acme/writ.bindings.json");
  const Outcome without = Build(program);
  CHECK(without.status == host::ExitStatus::kInvalid);
  CHECK(without.err.find("W5110") != std::string::npos);
  CHECK_FALSE(without.files.contains("out/manifest.json"));
  const Outcome first = Build(program, {"--only", "guardrails"});
  REQUIRE(first.status == host::ExitStatus::kGood);
  CHECK(first.files.contains("out/guardrails/pii-safe.bedrock.CreateGuardrail.json"));
  CHECK_FALSE(first.files.contains("out/iam/payments/fraud.identity.json"));
  host::FileSet bound = first.files;
  bound["acme/writ.bindings.json"] = Program().at("acme/writ.bindings.json");
  const Outcome second = Build(bound);
  REQUIRE(second.status == host::ExitStatus::kGood);
  CHECK(second.files.contains("out/iam/payments/fraud.identity.json"));
}

TEST_CASE("two builds are the same bytes, and --check says when the tree is stale") {
  CHECK(Build(Program()).files == Build(Program()).files);
  host::FileSet tree = Tree();
  CHECK(Build(tree, {"--check"}).status == host::ExitStatus::kGood);
  tree["out/iam/payments/fraud.identity.json"] += " ";
  const Outcome stale = Build(tree, {"--check"});
  CHECK(stale.status == host::ExitStatus::kNo);
  CHECK(stale.files == tree);
}

TEST_CASE("a folder with a file that writ did not write is left alone") {
  host::FileSet tree = Tree();
  tree["out/notes.txt"] = "mine";
  const Outcome refused = Build(tree);
  CHECK(refused.status == host::ExitStatus::kUsage);
  CHECK(refused.err.find("W9009") != std::string::npos);
  CHECK(refused.files == tree);
}

TEST_CASE("W9010: a tree that cannot be written is an unreadable place, not a good build") {
  host::MemoryFileSystem files(Program());
  files.FailWrites("no space left on device");
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const host::ExitStatus status =
      cli::Main({"build", "acme", "-o", "out", "--as-of", "2026-11-22"},
                {.files = files, .in = in, .out = out, .err = err, .today = {}});
  CHECK(status == host::ExitStatus::kUnreadable);
  CHECK(err.str().find("W9010") != std::string::npos);
}

}  // namespace
}  // namespace writ

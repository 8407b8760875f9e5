// Proofs are shared between accounts that are renamings of each other. Artifacts are changed in one
// account only, so that a careless renaming would take the change for the name of the account: each
// must be refuted, there and nowhere else, as it is when nothing is shared.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "mutation/program.h"

namespace writ::mutation {
namespace {

// Two accounts that are alike but for what the sentences say by name: `222222222222` is a role's
// name too, and both numbers stand inside the names of buckets.
constexpr const char* kTwins = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
}
team fraud { in prod as role "fraud-app" }
team clerks { in prod as role "222222222222" }
team loans { in payments as role "loans-app" }
team risk { in claims as role "risk-app" }
guardrail safe { filter hate high  say "no" on input  say "no" on output }
team fraud may invoke nova-lite in us-east-1, us-west-2 with guardrail safe
team clerks may invoke nova-lite in us-east-1
team clerks may do s3:GetObject on "arn:aws:s3:::data-222222222222/*"
team loans may do s3:GetObject on "arn:aws:s3:::data-222222222222/*", "arn:aws:s3:::data-2*"
team risk may do s3:GetObject on "arn:aws:s3:::data-333333333333/*", "arn:aws:s3:::data-2*"
team clerks may not invoke models from amazon in us-west-2
nobody in payments may invoke models from deepseek
)";

constexpr const char* kTwinBindings = R"({"guardrails": {"safe": {
  "222222222222": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/aaa1", "version": 1},
    "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:222222222222:guardrail/aaa2", "version": 1}},
  "333333333333": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:333333333333:guardrail/bbb1", "version": 1},
    "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:333333333333:guardrail/bbb2", "version": 1}}}}})";

/// A text in a document of one account, and what stands there instead.
struct Planted {
  const char* what;
  const char* path;
  const char* text;
  const char* instead;
};

constexpr const char* kFraud = "iam/claims/fraud.identity.json";
constexpr const char* kClerks = "iam/claims/clerks.identity.json";

constexpr Planted kPlanted[] = {
    {"the other account's number in an ARN", kFraud, ":333333333333:guardrail/bbb1\"",
     ":222222222222:guardrail/bbb1\""},
    {"the other account's guardrail", kFraud, ":333333333333:guardrail/bbb1:1",
     ":222222222222:guardrail/aaa1:1"},
    {"two guardrails of the account change places", kFraud, ":333333333333:guardrail/bbb1\"",
     ":333333333333:guardrail/bbb2\""},
    {"a guardrail whose id begins like the right one", kFraud, "guardrail/bbb1:1",
     "guardrail/bbb11:1"},
    {"a wildcard that takes in the right guardrail", kFraud, "guardrail/bbb1\"",
     "guardrail/bbb*\""},
    {"the account's own number for the one that is said", kClerks, "data-222222222222",
     "data-333333333333"},
    {"a number in which the account's stands", kClerks, "data-222222222222", "data-1333333333333"},
    {"a wildcard in the middle of the number that is said", kClerks, "data-222222222222",
     "data-2*2"},
};

std::set<std::string> Who(const verify::Proof& proof) {
  std::set<std::string> who;
  for (const verify::Difference& difference : proof.differences) {
    if (difference.kind != verify::Difference::Kind::kText) who.insert(difference.who);
  }
  return who;
}

verify::Proof Proved(const Understood& understood, const deployed::Files& files, bool share) {
  const auto tree = deployed::ReadTree(files);
  REQUIRE(tree.ok());
  return compiler::CompareTree(understood.program(), *tree, {.threads = 1, .share = share});
}

/// Replaces in the file; the text must be there, the change must be refuted with and without
/// sharing for the same principals, and all of them in `claims`.
void CheckRefuted(const Understood& understood, deployed::Files files, const Planted& planted) {
  CAPTURE(std::string(planted.what));
  std::string& bytes = files.at(planted.path);
  const std::size_t at = bytes.find(planted.text);
  REQUIRE_MESSAGE(at != std::string::npos, bytes);
  bytes.replace(at, std::string_view(planted.text).size(), planted.instead);
  const verify::Proof shared = Proved(understood, files, /*share=*/true);
  CHECK_FALSE(Who(shared).empty());
  CHECK(Who(shared) == Who(Proved(understood, files, /*share=*/false)));
  for (const std::string& who : Who(shared)) {
    CAPTURE(who);
    CHECK(who.ends_with(" in claims"));
  }
}

TEST_CASE("accounts that are alike share proofs") {
  Understood understood(kTwins, kTwinBindings);
  const verify::Proof proof =
      Proved(understood, Lowered(understood, library::Library::BuiltIn()), /*share=*/true);
  CHECK(Who(proof).empty());
  CHECK(proof.given_up.empty());
  CHECK(proof.counts.shared > 0);
}

TEST_CASE("a difference that renaming would hide is refuted") {
  Understood understood(kTwins, kTwinBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  for (const Planted& planted : kPlanted) CheckRefuted(understood, base, planted);
}

// `data-2*` takes in the bucket of `payments`, not that of `claims`.
TEST_CASE("a wildcard that the number of one account fits and that of the other does not") {
  Understood understood(kTwins, kTwinBindings);
  deployed::Files files = Lowered(understood, library::Library::BuiltIn());
  for (const auto& [path, drop] :
       {std::pair{"iam/payments/loans.identity.json", "\"arn:aws:s3:::data-222222222222/*\","},
        std::pair{"iam/claims/risk.identity.json", "\"arn:aws:s3:::data-333333333333/*\","}}) {
    std::string& bytes = files.at(path);
    const std::size_t at = bytes.find(drop);
    REQUIRE_MESSAGE(at != std::string::npos, bytes);
    bytes.erase(at, std::string_view(drop).size());
  }
  const std::set<std::string> wanted{"team risk (role risk-app) in claims"};
  CHECK(Who(Proved(understood, files, /*share=*/false)) == wanted);
  CHECK(Who(Proved(understood, files, /*share=*/true)) == wanted);
}

// In `payments` the statement grants nothing, since the SCP forbids it; in `claims` it does.
TEST_CASE("a proof that needed the account's SCPs is not shared with an account without them") {
  Understood understood(kTwins, kTwinBindings);
  deployed::Files files = Lowered(understood, library::Library::BuiltIn());
  constexpr std::string_view kMore =
      R"({"Sid":"More","Effect":"Allow","Action":"bedrock:InvokeModel","Resource":)"
      R"("arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0"},)";
  constexpr std::string_view kStatements = "\"Statement\":[";
  for (const char* path : {"iam/payments/fraud.identity.json", kFraud}) {
    std::string& bytes = files.at(path);
    const std::size_t at = bytes.find(kStatements);
    REQUIRE(at != std::string::npos);
    bytes.insert(at + kStatements.size(), kMore);
  }
  const std::set<std::string> wanted{"team fraud (role fraud-app) in claims"};
  CHECK(Who(Proved(understood, files, /*share=*/false)) == wanted);
  CHECK(Who(Proved(understood, files, /*share=*/true)) == wanted);
}

// The condition holds of all callers in `payments` and of none in `lab`: there it must stay.
TEST_CASE("a proof that reads where an account lies is not shared with one that lies elsewhere") {
  constexpr std::string_view kCondition =
      R"("aws:PrincipalOrgPaths":"o-abcdef1234/r-ab12/ou-ab12-prod0001/")";
  Understood understood(R"(import aws.bedrock
organization acme "o-abcdef1234" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
  ou dev "ou-ab12-dev00001" { account lab 333333333333 }
}
team app { in payments, lab as role "app" }
team app may invoke nova-lite in us-east-1
  when aws:PrincipalOrgPaths includes "o-abcdef1234/r-ab12/ou-ab12-prod0001/"
)");
  deployed::Files files = Lowered(understood, library::Library::BuiltIn());
  for (const char* path : {"iam/payments/app.identity.json", "iam/lab/app.identity.json"}) {
    std::string& bytes = files.at(path);
    const std::size_t at = bytes.find(kCondition);
    REQUIRE_MESSAGE(at != std::string::npos, bytes);
    bytes.replace(at, kCondition.size(), R"("aws:PrincipalOrgPaths":"o-abcdef1234/*")");
    const std::size_t equals = bytes.find("StringEquals");
    REQUIRE_MESSAGE(equals != std::string::npos, bytes);
    bytes.replace(equals, std::string_view("StringEquals").size(), "StringLike");
  }
  const std::set<std::string> wanted{"team app (role app) in lab"};
  CHECK(Who(Proved(understood, files, /*share=*/false)) == wanted);
  CHECK(Who(Proved(understood, files, /*share=*/true)) == wanted);
}

// Values that say in one text what another sentence says in many: joined, they would be one key.
TEST_CASE("sentences whose texts look alike when they are joined share no proof") {
  constexpr std::pair<const char*, const char*> kAlike[] = {
      {R"(when aws:PrincipalTag/x = "v" and aws:PrincipalTag/y and aws:PrincipalTag/z)",
       R"(when aws:PrincipalTag/x = "v()daws:PrincipalTag/y 0 0 false" and aws:PrincipalTag/z)"},
      {R"(when aws:PrincipalTag/x in ["a", "b"])", R"(when aws:PrincipalTag/x = "a\nb")"},
      {R"(when aws:PrincipalTag/x in ["a", "b"])", R"(when aws:PrincipalTag/x = "a, b")"},
      {R"(when aws:PrincipalTag/x = "a" and aws:PrincipalTag/y = "b")",
       R"(when aws:PrincipalTag/x = "a\naws:PrincipalTag/y b")"},
  };
  for (const auto& [one, two] : kAlike) {
    const std::string program = fmt::format(R"(import aws.bedrock
organization acme "o-exampleorgid" {{
  management 111111111111
  account one 222222222222
  account two 333333333333
}}
nobody in one may invoke any model {}
nobody in two may invoke any model {}
)",
                                            one, two);
    CAPTURE(program);
    Understood understood(program.c_str(), R"({"guardrails": {}})");
    deployed::Files files = Lowered(understood, library::Library::BuiltIn());
    files.at("organization/two.scp.json") = files.at("organization/one.scp.json");
    const std::set<std::string> wanted{"anyone in two"};
    CHECK(Who(Proved(understood, files, /*share=*/true)) == wanted);
  }
}

// Documents that differ in names only are read once. What AWS would refuse must not pass for such
// a document because of how names are set aside.
TEST_CASE("a malformed twin of a document is refused") {
  Understood understood(kTwins, kTwinBindings);
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const std::string twin = "iam/payments/fraud.identity.json";
  const auto with_value = [](const std::string& value) {
    return R"({"Version":"2012-10-17","Statement":[{"Sid":"S1","Effect":"Allow","Action":)"
           R"("s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":)" +
           value + "}}}]}";
  };
  deployed::Files files = base;
  files.at(kFraud) = with_value("222222222222");
  files.at(twin) = with_value("333333333333");
  CHECK(deployed::ReadTree(files).ok());
  files.at(twin) = with_value("033333333333");  // no number of JSON
  CHECK(!deployed::ReadTree(files).ok());
  // Characters that no JSON string has, whatever stands for a name while documents are compared.
  files.at(kFraud) = with_value("\"222222222222\"");
  for (const char* mark : {"\x01"
                           "a0"
                           "\x02",
                           "\x01"
                           "g0"
                           "\x02"}) {
    files.at(twin) = with_value(fmt::format("\"{}\"", mark));
    CHECK(!deployed::ReadTree(files).ok());
  }
}

}  // namespace
}  // namespace writ::mutation

// Permission sets, trust policies and policies of endpoints changed as hands change them: documents
// that serve several accounts, and documents that say whose calls they are about. As for identity
// policies, the reference evaluator over many requests says what an edit changed.
#include <algorithm>
#include <deque>
#include <iostream>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/sendable.h"
#include "iam/policy/evaluate.h"
#include "mutation/mutations.h"
#include "mutation/program.h"

namespace writ::mutation {
namespace {

constexpr const char* kHolders = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
}
team platform { in prod as permission-set PlatformAdmin }
team platform may administer guardrails in us-east-1
team platform in payments may browse guardrails, logging in us-east-1, us-west-2
team platform in claims may do bedrock:DeleteGuardrail
    on "arn:aws:bedrock:us-east-1:333333333333:guardrail/*" until 2027-03-31
    when aws:PrincipalTag/stage in ["test", "prod"]
service "bedrock.amazonaws.com" may do sts:AssumeRole
    on "arn:aws:iam::222222222222:role/support-agent" in payments
    when aws:SourceAccount = "222222222222"
        and aws:SourceArn like "arn:aws:bedrock:us-east-1:222222222222:agent/*"
service "ecs-tasks.amazonaws.com" may do sts:AssumeRole
    on "arn:aws:iam::222222222222:role/support-agent" in payments
    when aws:SourceAccount in ["222222222222", "333333333333"]
)";

constexpr policy::Switches kSwitches{.has_service_rules = false};
constexpr const char* kNumbers[] = {"222222222222", "333333333333"};

/// What one document decides, and about what it is asked.
struct Document {
  std::string path;
  policy::Kind kind = policy::Kind::kIdentity;
  std::vector<policy::Request> requests;
};

void Add(policy::Request& request, const char* key, const std::string& value) {
  if (!value.empty()) request.context.push_back({key, false, {value}});
}

/// Callers with the set, in both accounts.
std::vector<policy::Request> OfSet() {
  std::vector<policy::Request> requests;
  for (const std::string account : kNumbers) {
    for (const char* region : {"us-east-1", "us-west-2", "eu-west-1"}) {
      const std::string home = std::string("arn:aws:bedrock:") + region + ":" + account;
      for (const std::string& resource :
           {home + ":guardrail/abc", home + ":agent/A",
            home + ":guardrail-profile/us.guardrail.v1:0",
            std::string("arn:aws:bedrock:us-east-1:444444444444:guardrail/abc"),
            std::string("*")}) {
        for (const char* action :
             {"bedrock:CreateGuardrail", "bedrock:UpdateGuardrail", "bedrock:DeleteGuardrail",
              "bedrock:GetGuardrail", "bedrock:ListGuardrails", "bedrock:CreateGuardrailVersion",
              "bedrock:GetModelInvocationLoggingConfiguration", "bedrock:ApplyGuardrail",
              "bedrock:DeleteAgent", "bedrock:PutEnforcedGuardrailConfiguration",
              "bedrock:TagResource", "bedrock:ListTagsForResource", "s3:GetObject"}) {
          for (const char* stage : {"", "test", "qa"}) {
            for (const char* time : {"2026-12-01T00:00:00Z", "2027-04-01T00:00:00Z"}) {
              policy::Request request{"", action, resource, std::nullopt, {}};
              Add(request, "aws:RequestedRegion", region);
              Add(request, "aws:PrincipalAccount", account);
              Add(request, "aws:PrincipalTag/stage", stage);
              Add(request, "aws:CurrentTime", time);
              request.principal = "arn:aws:iam::" + account +
                                  ":role/aws-reserved/sso.amazonaws.com/"
                                  "AWSReservedSSO_PlatformAdmin_0123456789abcdef";
              Add(request, "aws:PrincipalArn", request.principal);
              requests.push_back(std::move(request));
            }
          }
        }
      }
    }
  }
  return requests;
}

/// Services and others that take on the role.
std::vector<policy::Request> OfTrust() {
  std::vector<policy::Request> requests;
  const std::string role = "arn:aws:iam::222222222222:role/support-agent";
  for (const char* who : {"bedrock.amazonaws.com", "ecs-tasks.amazonaws.com",
                          "lambda.amazonaws.com", "arn:aws:iam::222222222222:role/other"}) {
    for (const char* action : {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}) {
      for (const char* account : {"", "222222222222", "333333333333", "444444444444"}) {
        for (const char* arn : {"", "arn:aws:bedrock:us-east-1:222222222222:agent/A",
                                "arn:aws:bedrock:us-east-2:222222222222:agent/A",
                                "arn:aws:bedrock:us-east-1:333333333333:agent/A",
                                "arn:aws:bedrock:us-east-1:222222222222:flow/F"}) {
          policy::Request request{who, action, role, "222222222222", {}};
          Add(request, "aws:SourceAccount", account);
          Add(request, "aws:SourceArn", arn);
          requests.push_back(std::move(request));
        }
      }
    }
  }
  return requests;
}

/// Calls through an endpoint, of callers in and outside of the organization.
std::vector<policy::Request> OfEndpoint() {
  std::vector<policy::Request> requests;
  for (const std::string account : {"222222222222", "333333333333", "444444444444"}) {
    for (const char* name : {"role/fraud", "role/other", "user/ops"}) {
      for (const char* action :
           {"bedrock:InvokeModel", "bedrock:ListGuardrails", "bedrock:DeleteGuardrail"}) {
        for (const char* resource :
             {"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
              "arn:aws:bedrock:us-west-2:222222222222:guardrail/abc", "*"}) {
          for (const char* organization : {"", "o-exampleorgid", "o-otherother"}) {
            policy::Request request{"", action, resource, std::nullopt, {}};
            request.principal = "arn:aws:iam::" + account + ":" + name;
            Add(request, "aws:PrincipalArn", request.principal);
            Add(request, "aws:PrincipalAccount", account);
            Add(request, "aws:PrincipalOrgID", organization);
            requests.push_back(std::move(request));
          }
        }
      }
    }
  }
  return requests;
}

/// The verdict for each request.
std::vector<bool> Decide(const Document& document, const std::string& bytes) {
  const auto read = policy::Read(bytes, document.kind);
  REQUIRE(read.ok());
  policy::PolicySet set;
  policy::Switches switches = kSwitches;
  const policy::PolicyDocument full = *policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
      policy::Kind::kIdentity);
  if (document.kind == policy::Kind::kTrust) {
    // Of callers with policies of their own what the trust policy lets them is told: it must allow
    // by itself.
    set.resource = {*read};
    set.identity = {full};
    switches = {};
  } else if (document.kind == policy::Kind::kVpcEndpoint) {
    set.vpc_endpoint = {*read};
    set.identity = {full};
  } else {
    set.identity = {*read};
  }
  std::vector<bool> verdicts;
  for (const policy::Request& request : document.requests) {
    const auto decision = policy::Evaluate(request, set, switches);
    REQUIRE(decision.ok());
    verdicts.push_back(decision->is_allowed());
  }
  return verdicts;
}

struct Counts {
  std::size_t mutants = 0;
  std::size_t refuted = 0;
  std::size_t accepted = 0;
  std::size_t shown = 0;     ///< requests
  std::size_t sendable = 0;  ///< of these, with a resource of the action in the region of the call
  std::set<std::string> kinds;
};

/// What differs must be refuted, with a request that the evaluator decides as told; all else is
/// accepted.
void Judge(const Understood& understood, const deployed::Files& base, const Document& document,
           const std::string& bytes, Counts& counts) {
  deployed::Files mutant = base;
  mutant[document.path] = bytes;
  ++counts.mutants;
  // AWS would refuse it, or leaves open what it means: no tree to deploy.
  if (!deployed::ReadTree(mutant).ok()) {
    ++counts.refuted;
    return;
  }
  const verify::Proof proof = ProofOf(understood, mutant);
  CHECK(proof.given_up.empty());
  if (proof.differences.empty()) {
    ++counts.accepted;
    CHECK(Decide(document, base.at(document.path)) == Decide(document, bytes));
    return;
  }
  ++counts.refuted;
  for (const verify::Difference& difference : proof.differences) {
    if (!difference.request) {
      // Whom a statement serves is also in the manifest, which the edit leaves as it was.
      CAPTURE(difference.what);
      CHECK(difference.what.starts_with("the manifest says that "));
      continue;
    }
    const Document asked{document.path, document.kind, {*difference.request}};
    CAPTURE(difference.who);
    CAPTURE(review::RequestText(*difference.request));
    const std::vector<std::string> contradictions =
        decide::ContradictionsOf(*difference.request, catalog::Catalog::BuiltIn());
    CAPTURE(fmt::format("{}", fmt::join(contradictions, "; ")));
    ++counts.shown;
    // What AWS adds to each request may make both documents decide it alike.
    const bool is_whole = *difference.request == decide::Complete(*difference.request, {});
    if (!contradictions.empty() || !is_whole ||
        !decide::FaultsOf(*difference.request, catalog::Catalog::BuiltIn()).empty()) {
      continue;
    }
    ++counts.sendable;
    const bool is = Decide(asked, bytes).front();
    CHECK(is != Decide(asked, base.at(document.path)).front());
    CHECK(is == (difference.kind == verify::Difference::Kind::kPermitted));
  }
}

/// Every `step`th edit of every kind.
Counts MutateAll(const Understood& understood, const deployed::Files& base,
                 const Document& document, std::size_t step = 1) {
  Counts counts;
  std::size_t edits = 0;
  const policy::PolicyDocument original = *policy::Read(base.at(document.path), document.kind);
  for (const Mutation& mutation : Mutations()) {
    for (std::size_t i = 0; i < original.statements.size(); ++i) {
      policy::PolicyDocument changed = original;
      if (!mutation.apply(changed, i) || changed == original) continue;
      const bool is_first = counts.kinds.insert(mutation.name).second;
      if (!is_first && ++edits % step != 0) continue;
      CAPTURE(std::string(mutation.name));
      CAPTURE(i);
      Judge(understood, base, document, policy::Write(changed, policy::Style::kMinified), counts);
    }
  }
  return counts;
}

void Print(const char* what, const Counts& counts) {
  std::cout << what << ": " << counts.mutants << " mutants of " << counts.kinds.size()
            << " kinds: " << counts.refuted << " refuted, " << counts.accepted << " accepted; "
            << counts.sendable << " of " << counts.shown << " requests can be sent as they are\n";
}

TEST_CASE("edits of a permission set are refuted or change nothing, in each account") {
  Understood understood(kHolders, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  Document document{"permission-sets/PlatformAdmin.permission-set.json", policy::Kind::kIdentity,
                    OfSet()};
  const decide::Affiliation home{"o-exampleorgid", "o-exampleorgid/r-ab12/ou-ab12-prod0001/"};
  for (policy::Request& request : document.requests) {
    request = decide::Complete(std::move(request), home);
  }
  REQUIRE(base.contains(document.path));
#ifdef NDEBUG
  constexpr std::size_t kStep = 1;
#else
  constexpr std::size_t kStep = 6;  // each takes half a second without optimization
#endif
  const Counts counts = MutateAll(understood, base, document, kStep);
  Print("permission set", counts);
  CHECK(counts.kinds.size() >= 25);
  CHECK(counts.refuted >= 30);
  CHECK(counts.accepted >= 10);
}

TEST_CASE("edits of a trust policy are refuted or change nothing") {
  Understood understood(kHolders, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const Document document{"trust/payments/support-agent.trust.json", policy::Kind::kTrust,
                          OfTrust()};
  REQUIRE(base.contains(document.path));
  const Counts counts = MutateAll(understood, base, document);
  Print("trust policy", counts);
  CHECK(counts.kinds.size() >= 15);
  CHECK(counts.refuted >= 15);
  CHECK(counts.accepted >= 3);

  // Who may take the role on.
  for (const auto& [from, to] : {std::pair{"bedrock.amazonaws.com", "lambda.amazonaws.com"},
                                 std::pair{"bedrock.amazonaws.com", "ecs-tasks.amazonaws.com"},
                                 std::pair{"\"Principal\":{\"Service\":\"bedrock.amazonaws.com\"}",
                                           "\"Principal\":\"*\""}}) {
    const auto& put = to;  // a capture takes no binding
    CAPTURE(std::string(put));
    std::string bytes = base.at(document.path);
    const std::size_t at = bytes.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, bytes);
    bytes.replace(at, std::string_view(from).size(), to);
    Counts one;
    Judge(understood, base, document, bytes, one);
    CHECK(one.refuted == 1);
  }
}

constexpr const char* kEndpoints = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
}
team fraud { in payments as role "fraud" }
endpoint near { vpce "vpce-0aaa" vpce "vpce-0bbb"  in prod }
endpoint wide { vpce "vpce-0ccc"  in acme }
endpoint open { vpce "vpce-0ddd" }
team fraud may invoke nova-lite in us-east-1 via endpoint near
everyone in prod must use endpoint near, wide, open to invoke models from amazon
)";

TEST_CASE("edits of endpoint policies are refuted or change nothing") {
  Understood understood(kEndpoints, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  CHECK(ProofOf(understood, base).proved());
  CHECK_FALSE(base.contains("endpoints/open.vpce.json"));  // nobody says whom it is for
  Counts all;
  for (const char* path : {"endpoints/near.vpce.json", "endpoints/wide.vpce.json"}) {
    const Document document{path, policy::Kind::kVpcEndpoint, OfEndpoint()};
    REQUIRE(base.contains(document.path));
    const Counts counts = MutateAll(understood, base, document);
    all.mutants += counts.mutants;
    all.refuted += counts.refuted;
    all.accepted += counts.accepted;
    all.kinds.insert(counts.kinds.begin(), counts.kinds.end());
    // Whom it lets pass.
    for (const auto& [from, to] :
         {std::pair{"\"Principal\":\"*\"",
                    "\"Principal\":{\"AWS\":\"arn:aws:iam::222222222222:role/fraud\"}"},
          std::pair{"\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"222222222222\"}"}}) {
      std::string bytes = base.at(document.path);
      const std::size_t at = bytes.find(from);
      REQUIRE_MESSAGE(at != std::string::npos, bytes);
      bytes.replace(at, std::string_view(from).size(), to);
      Counts one;
      Judge(understood, base, document, bytes, one);
      CHECK(one.refuted == 1);
    }
  }
  Print("endpoint policies", all);
  CHECK(all.kinds.size() >= 10);
  CHECK(all.refuted >= 10);
}

TEST_CASE("an endpoint's policy that is missing, elsewhere or there twice is refuted") {
  Understood understood(kEndpoints, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto edited = [&](const char* from, const char* to) {
    deployed::Files files = base;
    std::string& manifest = files["manifest.json"];
    const std::size_t at = manifest.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, manifest);
    manifest.replace(at, std::string_view(from).size(), to);
    return ProofOf(understood, files);
  };
  // One of the endpoint's ids is left without, another id has it, the wide one has both.
  CHECK_FALSE(edited("vpce-0bbb", "vpce-0aaa").proved());
  CHECK_FALSE(edited("vpce-0bbb", "vpce-0ddd").proved());
  CHECK_FALSE(edited("vpce-0bbb", "vpce-0ccc").proved());
}

}  // namespace
}  // namespace writ::mutation

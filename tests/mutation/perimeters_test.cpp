// Resource control policies changed as hands change them. The truth is found by the reference
// evaluator over requests of every kind of caller: what it sees change must be refuted, with a
// request that it confirms, and what is accepted it must not see change.
#include <array>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "iam/policy/evaluate.h"
#include "mutation/mutations.h"
#include "mutation/program.h"

namespace writ::mutation {
namespace {

constexpr const char* kOutsiders = R"(
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
  account logs 444444444444
}
nobody outside acme may do s3:"*", sts:"*"
nobody outside acme except account 555555555555 may do kms:Decrypt
    on "arn:aws:kms:*:222222222222:key/*" in prod when not aws:SecureTransport until 2027-03-31
nobody outside acme except account 555555555555 may do sqs:SendMessage
    on "arn:aws:sqs:*:222222222222:jobs-*" in prod when not aws:SecureTransport until 2027-03-31
)";

constexpr policy::Switches kSwitches{.has_service_rules = false};

/// The RCPs over resources of `payments`.
class Guards {
 public:
  explicit Guards(const deployed::Files& files) {
    const auto everything = policy::Read(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        policy::Kind::kIdentity);
    REQUIRE(everything.ok());
    set_.identity = {&compiled_.emplace_back(*everything, policy::Kind::kIdentity, kSwitches)};
    // Services and callers who sign nothing have no policies of their own.
    const auto everybody = policy::Read(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})",
        policy::Kind::kResource);
    REQUIRE(everybody.ok());
    set_.resource = &compiled_.emplace_back(*everybody, policy::Kind::kResource, kSwitches);
    for (const auto& [path, bytes] : files) {
      if (!path.ends_with(".rcp.json")) continue;
      const auto document = policy::Read(bytes, policy::Kind::kRcp);
      REQUIRE(document.ok());
      set_.rcps.push_back({&compiled_.emplace_back(*document, policy::Kind::kRcp, kSwitches)});
    }
  }
  [[nodiscard]] bool Allow(const policy::Request& request) const {
    const auto prepared = policy::Prepare(request);
    REQUIRE(prepared.ok());
    return policy::Evaluate(*prepared, set_, kSwitches).is_allowed();
  }

 private:
  std::deque<policy::CompiledPolicy> compiled_;
  policy::CompiledSet set_;
};

/// Whoever sends these keys: a service, somebody of an account, or somebody who signs nothing.
/// False if nobody does.
bool SetSender(policy::Request& request) {
  const auto find = [&](std::string_view name) {
    return std::ranges::find(request.context, name, &policy::ContextKey::name);
  };
  const auto has = [&](std::string_view name) { return find(name) != request.context.end(); };
  const auto is_service = find("aws:PrincipalIsAWSService");
  const bool is_sourced = has("aws:SourceAccount") || has("aws:SourceOrgID");
  if (is_service == request.context.end()) {
    const bool is_named = has("aws:PrincipalAccount") || has("aws:PrincipalOrgID");
    request.principal = "anonymous";
    request.context.push_back({"aws:PrincipalAccount", false, {"anonymous"}});
    return !is_sourced && !is_named;
  }
  if (is_service->values.front() == "false") return !is_sourced && has("aws:PrincipalAccount");
  request.principal = "cloudtrail.amazonaws.com";
  return !has("aws:PrincipalAccount") && !has("aws:PrincipalOrgID");
}

std::vector<policy::Request> Requests() {
  const std::vector<std::pair<const char*, const char*>> asked{
      {"s3:GetObject", "arn:aws:s3:::acme-training-1/x"},
      {"s3:PutObject", "arn:aws:s3:::other/x"},
      {"sts:AssumeRole", "arn:aws:iam::222222222222:role/app"},
      {"sts:AssumeRoleWithSAML", "arn:aws:iam::222222222222:role/app"},
      {"sts:SetContext", "arn:aws:iam::222222222222:role/app"},
      {"kms:Decrypt", "arn:aws:kms:us-east-1:222222222222:key/k"},
      {"kms:Encrypt", "arn:aws:kms:us-east-1:222222222222:key/k"},
      {"sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:jobs-1"},
      {"sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:other"}};
  const std::vector<std::vector<std::string>> texts{
      {"", "true", "false"},                                 // aws:PrincipalIsAWSService
      {"", "o-exampleorgid", "o-other"},                     // aws:PrincipalOrgID
      {"", "222222222222", "555555555555", "999999999999"},  // aws:PrincipalAccount
      {"", "o-exampleorgid", "o-other"},                     // aws:SourceOrgID
      {"", "222222222222", "555555555555", "999999999999"},  // aws:SourceAccount
      {"", "true", "false"},                                 // aws:SecureTransport
      {"2026-12-01T00:00:00Z", "2027-04-01T00:00:00Z"}};
  constexpr std::array kKeys{
      "aws:PrincipalIsAWSService", "aws:PrincipalOrgID",  "aws:PrincipalAccount", "aws:SourceOrgID",
      "aws:SourceAccount",         "aws:SecureTransport", "aws:CurrentTime"};
  std::vector<policy::Request> requests;
  for (const auto& [action, resource] : asked) {
    std::vector<policy::Request> some{
        {"arn:aws:iam::222222222222:role/anyone", action, resource, "222222222222", {}}};
    for (std::size_t key = 0; key < kKeys.size(); ++key) {
      std::vector<policy::Request> more;
      for (const policy::Request& one : some) {
        for (const std::string& text : texts[key]) {
          more.push_back(one);
          if (!text.empty()) more.back().context.push_back({kKeys[key], false, {text}});
        }
      }
      some = std::move(more);
    }
    std::erase_if(some, [](policy::Request& request) { return !SetSender(request); });
    std::move(some.begin(), some.end(), std::back_inserter(requests));
  }
  return requests;
}

TEST_CASE("resource control policies that are changed are refuted if their meaning is") {
  Understood understood(kOutsiders, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  REQUIRE(base.contains("organization/root.rcp.json"));
  REQUIRE(base.contains("organization/prod.rcp.json"));
  REQUIRE(ProofOf(understood, base).proved());
  const std::vector<policy::Request> requests = Requests();
  const Guards before(base);
  std::vector<bool> was;
  for (const policy::Request& request : requests) was.push_back(before.Allow(request));
  std::size_t refuted = 0;
  std::vector<Mutation> mutations = Mutations();
  for (Mutation& mutation : MutationsOfCallers()) mutations.push_back(std::move(mutation));
  for (const Mutation& mutation : mutations) {
    for (const auto& [path, bytes] : base) {
      if (!path.ends_with(".rcp.json")) continue;
      const auto document = policy::Read(bytes, policy::Kind::kRcp);
      REQUIRE(document.ok());
      for (std::size_t i = 0; i < document->statements.size(); ++i) {
        policy::PolicyDocument changed = *document;
        if (!mutation.apply(changed, i)) continue;
        deployed::Files mutant = base;
        mutant[path] = policy::Write(changed, policy::Style::kMinified);
        const auto tree = deployed::ReadTree(mutant);
        if (!tree.ok()) continue;  // AWS would not take it, and so it is no tree
        CAPTURE(mutation.name);
        CAPTURE(mutant[path]);
        const verify::Proof proof = compiler::CompareTree(understood.program(), *tree);
        CHECK(proof.given_up.empty());
        const Guards after(mutant);
        if (proof.differences.empty()) {
          bool differs = false;
          for (std::size_t r = 0; r < requests.size() && !differs; ++r) {
            differs = after.Allow(requests[r]) != was[r];
          }
          CHECK_FALSE(differs);
          continue;
        }
        ++refuted;
        for (const verify::Difference& difference : proof.differences) {
          REQUIRE(difference.request.has_value());
          CHECK(before.Allow(*difference.request) != after.Allow(*difference.request));
          CHECK(after.Allow(*difference.request) ==
                (difference.kind == verify::Difference::Kind::kPermitted));
        }
      }
    }
  }
  CHECK(refuted > 40);
}

TEST_CASE("resource control policies that are missing, or attached elsewhere, are refuted") {
  Understood understood(kOutsiders, R"({"guardrails": {}})");
  const deployed::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto differs = [&](deployed::Files files) {
    return !ProofOf(understood, files).differences.empty();
  };
  const std::string& manifest = base.at("manifest.json");
  const auto without = [&](const std::string& from, const std::string& to) {
    deployed::Files files = base;
    std::string text = manifest;
    const std::size_t at = text.rfind(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    files["manifest.json"] = text;
    return files;
  };
  deployed::Files missing = base;
  missing.erase("organization/prod.rcp.json");
  CHECK(differs(missing));
  // The second document, of the OU, at an account of its own: those to come are not protected.
  CHECK(differs(without("\"to\": \"ou\"", "\"to\": \"account\"")));
  CHECK(differs(without("ou-ab12-prod0001", "111111111111")));
}

}  // namespace
}  // namespace writ::mutation

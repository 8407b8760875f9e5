// What changes where one policy takes another's place: held against the value of every request of a
// small universe, by the evaluator, and every case that is shown against the reader of decision
// cases.
#include "iam/decide/in_place.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/decide/pairs.h"
#include "iam/policy/cases.h"
#include "iam/policy/evaluate.h"
#include "support.h"

namespace writ::decide {
namespace {

namespace json = support::json;
using policy::Kind;
using policy::PolicyDocument;
using policy::Statement;

#ifdef NDEBUG
constexpr int Rounds(int full, int /*cut*/) { return full; }
#else
constexpr int Rounds(int /*full*/, int cut) { return cut; }
#endif

PolicyDocument FullAccess() {
  return *policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
      Kind::kIdentity);
}

PolicyDocument Names(const std::string& principal) {
  return *policy::Read(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":")" + principal +
          R"("},"Action":"*","Resource":"*"}})",
      Kind::kResource);
}

PolicyDocument Nothing() {
  PolicyDocument document;
  document.version = policy::Version::k2012;
  return document;
}

// The value of a request by the table: of each step, from the least, whether the request is let
// through with the document in it.
int ValueOf(const policy::Request& request, const Documents& documents, Kind kind) {
  std::vector<policy::PolicySet> steps;
  const auto step = [&](auto make) {
    policy::PolicySet beside;
    make(beside);
    steps.push_back(PutIn(std::move(beside), documents, kind));
  };
  switch (kind) {
    case Kind::kIdentity:
      step([](auto& beside) { beside.identity = {FullAccess()}; });
      step([](auto&) {});
      break;
    case Kind::kScp:
      step([](auto& beside) {
        beside.identity = {FullAccess()};
        beside.scps = {{FullAccess()}, {FullAccess()}};
      });
      step([](auto& beside) {
        beside.identity = {FullAccess()};
        beside.scps = {{FullAccess()}, {}};
      });
      break;
    case Kind::kBoundary:
    case Kind::kSession:
      step([&](auto& beside) {
        beside.identity = {FullAccess()};
        beside.resource = Names(request.principal);
      });
      step([](auto& beside) { beside.identity = {FullAccess()}; });
      break;
    case Kind::kRcp:
      step([](auto& beside) {
        beside.identity = {FullAccess()};
        beside.rcps = {{}};
      });
      break;
    case Kind::kVpcEndpoint:
      step([](auto& beside) { beside.identity = {FullAccess()}; });
      break;
    case Kind::kResource:
    case Kind::kTrust:
      step([](auto& beside) { beside.identity = {FullAccess()}; });
      step([](auto&) {});
      step([](auto& beside) { beside.boundaries = {Nothing()}; });
      break;
  }
  int value = 0;
  for (const policy::PolicySet& set : steps) {
    const auto decided = policy::Evaluate(request, set);
    REQUIRE(decided.ok());
    value += decided->is_allowed() ? 1 : 0;
  }
  return value;
}

// ---- Hostile documents

struct Draw {
  explicit Draw(unsigned seed) : random(seed) {}
  std::mt19937 random;
  [[nodiscard]] std::size_t Below(std::size_t most) { return random() % most; }
  [[nodiscard]] bool Chance(unsigned percent) { return Below(100) < percent; }
  template <std::size_t n>
  std::string Of(const std::array<const char*, n>& texts) {
    return texts[Below(n)];
  }
  template <std::size_t n>
  std::vector<std::string> Some(const std::array<const char*, n>& texts) {
    std::vector<std::string> some = {Of(texts)};
    if (Chance(30)) some.push_back(Of(texts));
    return some;
  }
};

constexpr std::array kActions = {
    "*",        "s3:*", "s3:Get*",      "s3:GetObject",   "!s3:GetObject", "s3:Get\nX",
    "sqs:Send", "?3:*", "S3:getobject", "sts:AssumeRole", "kms:Decrypt"};
constexpr std::array kResources = {"*",
                                   "arn:aws:s3:::a",
                                   "arn:aws:s3:::a*",
                                   "arn:aws:s3:::${aws:username}",
                                   "arn:aws:sqs:r:111122223333:*",
                                   "arn:aws:sqs:*:444455556666:q",
                                   "arn:aws:s3:::a:b"};
constexpr std::array kKeyValues = {"a", "", "*", "a:1", "!a", "a\nb", "${aws:username}", "1"};
constexpr std::array kPrincipals = {"*",
                                    "111122223333",
                                    "arn:aws:iam::444455556666:root",
                                    "arn:aws:iam::111122223333:role/app",
                                    "arn:aws:sts::111122223333:assumed-role/app/one",
                                    "arn:aws:iam::444455556666:user/bob"};

constexpr std::array kTrustActions = {"sts:AssumeRole", "sts:*", "STS:assume*", "sts:TagSession",
                                      "*"};

Statement DrawStatement(Draw& draw, Kind kind) {
  const bool has_principal = kind == Kind::kResource || kind == Kind::kTrust ||
                             kind == Kind::kVpcEndpoint || kind == Kind::kRcp;
  Statement statement;
  statement.effect = draw.Chance(45) ? policy::Effect::kDeny : policy::Effect::kAllow;
  statement.action.sense = draw.Chance(25) ? policy::Sense::kAllBut : policy::Sense::kListed;
  statement.action.values = draw.Some(kActions);
  statement.resource = policy::Patterns{
      draw.Chance(25) ? policy::Sense::kAllBut : policy::Sense::kListed, draw.Some(kResources)};
  // An open point: a variable without value in NotResource.
  if (statement.resource->sense == policy::Sense::kAllBut) {
    std::erase(statement.resource->values, "arn:aws:s3:::${aws:username}");
    if (statement.resource->values.empty()) statement.resource->values = {"arn:aws:s3:::b"};
  }
  if (kind == Kind::kTrust) {
    statement.action = {policy::Sense::kListed, draw.Some(kTrustActions)};
    statement.resource.reset();
  }
  if (has_principal) {
    policy::Principals principals;
    // One name is what the grammar's NotPrincipal is about, and only a Deny may have it.
    if (statement.effect == policy::Effect::kDeny && draw.Chance(15)) {
      principals.sense = policy::Sense::kAllBut;
    }
    for (const std::string& name : draw.Some(kPrincipals)) {
      principals.values.push_back({policy::PrincipalType::kAws, name});
    }
    statement.principal = std::move(principals);
  }
  if (draw.Chance(45)) {
    policy::Condition condition;
    constexpr std::array kBases = {
        policy::BaseOperator::kStringEquals, policy::BaseOperator::kStringNotEquals,
        policy::BaseOperator::kStringLike, policy::BaseOperator::kStringNotLike};
    condition.op.base = kBases[draw.Below(kBases.size())];
    condition.op.set = static_cast<policy::SetQualifier>(draw.Below(3));
    condition.op.if_exists = draw.Chance(20);
    if (condition.op.set == policy::SetQualifier::kForAnyValue) condition.op.if_exists = false;
    condition.key = "k:text";
    condition.values = draw.Some(kKeyValues);
    statement.conditions.push_back(std::move(condition));
  }
  return statement;
}

Documents DrawDocuments(Draw& draw, Kind kind) {
  PolicyDocument document;
  document.version = policy::Version::k2012;
  const std::size_t count = 1 + draw.Below(3);
  for (std::size_t i = 0; i < count; ++i) {
    document.statements.push_back(DrawStatement(draw, kind));
  }
  return {document};
}

std::vector<policy::Request> Universe(Kind kind) {
  const bool names = kind == Kind::kResource || kind == Kind::kTrust || kind == Kind::kVpcEndpoint;
  std::vector<std::string> principals = {"arn:aws:iam::111122223333:user/alice"};
  if (kind == Kind::kSession) principals = {"arn:aws:sts::111122223333:assumed-role/app/session"};
  if (names) {
    principals.insert(
        principals.end(),
        {"arn:aws:sts::111122223333:assumed-role/app/one",
         "arn:aws:sts::111122223333:assumed-role/app/two", "arn:aws:iam::444455556666:user/bob",
         "arn:aws:iam::444455556666:user/eve", "arn:aws:iam::777788889999:user/ann", "anonymous"});
  }
  std::vector<std::vector<policy::ContextKey>> contexts = {{}};
  for (const char* value : {"a", "b", "a:1", "1", "*"}) {
    contexts.push_back({{"k:text", false, {value}}});
    contexts.push_back({{"aws:username", false, {"a"}}, {"k:text", false, {value}}});
  }
  contexts.push_back({{"k:text", true, {"a", "b"}}});
  contexts.push_back({{"k:text", true, {"a"}}});
  contexts.push_back({{"aws:username", false, {"a"}}});
  std::vector<policy::Request> requests;
  for (const std::string& principal : principals) {
    for (const char* action :
         {"s3:GetObject", "s3:PutObject", "sqs:Send", "ec2:Run", "sts:AssumeRole", "kms:Decrypt"}) {
      // Nothing else is asked of a role's trust policy.
      if (kind == Kind::kTrust && action != std::string_view("sts:AssumeRole")) continue;
      for (const char* resource :
           {"arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::b", "arn:aws:sqs:r:111122223333:q",
            "arn:aws:sqs:r:444455556666:q", "arn:aws:sqs:r:777788889999:q"}) {
        for (const auto& context : contexts) {
          policy::Request request{principal, action, resource, std::nullopt, context};
          requests.push_back(request);
          // Names without account may be in any.
          const bool is_bucket = std::string_view(resource).find(":s3:::") != std::string::npos;
          if (!names || !is_bucket) continue;
          for (const char* owner : {"111122223333", "444455556666", "777788889999"}) {
            request.resource_account = owner;
            requests.push_back(request);
          }
        }
      }
    }
  }
  return requests;
}

// The decision on the line that shows `one`, with the documents put in, by the reader of cases.
std::string Simulated(const std::optional<Case>& one, const Documents& documents, Kind kind) {
  Case full = *one;
  full.beside = PutIn(full.beside, documents, kind);
  InPlace answer;
  answer.gained = std::move(full);
  json::Writer writer(json::Style::kMinified);
  writer.BeginObject();
  WriteInPlace(writer, answer, false);
  writer.EndObject();
  const std::string text = writer.Take();
  const auto parsed = json::Parse(text);
  const json::Value line = *parsed->root().Find("gained");
  policy::CaseReader reader({});
  policy::CaseHeaders headers;
  const auto decided =
      reader.Answer(text.substr(line.begin(), line.end() - line.begin()), 1, headers);
  return decided->error ? decided->error->message : std::string(decided->decision_name());
}

std::string Shown(const Documents& before, const Documents& after) {
  return policy::Write(before[0], policy::Style::kMinified) + "\n" +
         policy::Write(after[0], policy::Style::kMinified);
}

void CheckCase(const std::optional<Case>& one, const Documents& allowing, const Documents& refusing,
               Kind kind) {
  if (!one) return;
  CHECK_MESSAGE(Simulated(one, allowing, kind) == "allowed", Shown(allowing, refusing));
  CHECK_MESSAGE(Simulated(one, refusing, kind) != "allowed", Shown(allowing, refusing));
}

void CheckAgainstValues(unsigned seed, int rounds, Kind kind) {
  Draw draw(seed);
  const std::vector<policy::Request> requests = Universe(kind);
  int different = 0;
  for (int round = 0; round < rounds; ++round) {
    const Documents before = DrawDocuments(draw, kind);
    Documents after = before;
    after[0].statements[draw.Below(after[0].statements.size())] = DrawStatement(draw, kind);
    const InPlace answer = CompareInPlace(before, after, kind);
    if (answer.relation == Relation::kUndecided) continue;
    CheckCase(answer.gained, after, before, kind);
    CheckCase(answer.lost, before, after, kind);
    const bool is_broader =
        answer.relation == Relation::kBroader || answer.relation == Relation::kIncomparable;
    const bool is_narrower =
        answer.relation == Relation::kNarrower || answer.relation == Relation::kIncomparable;
    CHECK_MESSAGE(is_broader == answer.gained.has_value(), Shown(before, after));
    CHECK_MESSAGE(is_narrower == answer.lost.has_value(), Shown(before, after));
    different += is_broader || is_narrower ? 1 : 0;
    // Half of the requests, others each time.
    for (std::size_t i = draw.Below(3); i < requests.size(); i += 1 + draw.Below(3)) {
      const int was = ValueOf(requests[i], before, kind);
      const int is = ValueOf(requests[i], after, kind);
      const bool is_right = (is <= was || is_broader) && (is >= was || is_narrower);
      CHECK_MESSAGE(is_right, "seed ", seed, " round ", round, " ", requests[i].principal, " ",
                    requests[i].action, " ", requests[i].resource, "\n", Shown(before, after));
      if (!is_right) break;
    }
  }
  CHECK(different > rounds / 10);
}

TEST_CASE("every kind agrees with the values of requests") {
  constexpr std::array kKinds = {Kind::kIdentity, Kind::kScp,        Kind::kRcp,
                                 Kind::kResource, Kind::kTrust,      Kind::kBoundary,
                                 Kind::kSession,  Kind::kVpcEndpoint};
  unsigned seed = 20261129;
  for (const Kind kind : kKinds) {
    CAPTURE(policy::KindName(kind));
    CheckAgainstValues(++seed, Rounds(100, 12), kind);
  }
}

}  // namespace
}  // namespace writ::decide

// Artifacts changed as hands change them. For every change the truth is found by the reference
// evaluator over a few thousand requests; what it sees change must be refuted, what is refuted must
// be shown by a request that the evaluator confirms, and all else must be accepted.
#include <algorithm>
#include <deque>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "mutation/program.h"
#include "writ/policy/evaluate.h"

namespace writ::mutation {
namespace {

using policy::BaseOperator;
using policy::PolicyDocument;
using policy::Sense;
using policy::SetQualifier;
using policy::Statement;

constexpr const char* kFraud = "arn:aws:iam::222222222222:role/fraud-app";
constexpr const char* kOther = "arn:aws:iam::222222222222:role/other";

constexpr policy::Switches kSwitches{.has_service_rules = false};

/// The policies of a tree as they are in force for a caller in `payments`.
class Deployed {
 public:
  explicit Deployed(const verify::Files& files) {
    const policy::CompiledPolicy* full = Compile(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        policy::Kind::kIdentity);
    other_.identity = {full};
    std::map<std::string, std::vector<const policy::CompiledPolicy*>> levels;
    for (const auto& [path, bytes] : files) {
      if (path.starts_with("iam/payments/fraud")) {
        fraud_.identity.push_back(Compile(bytes, policy::Kind::kIdentity));
      }
      if (!path.starts_with("organization/")) continue;
      const std::string node = path.substr(13, path.find_first_of(".-", 13) - 13);
      auto& level = levels[node];
      if (level.empty()) level.push_back(full);
      level.push_back(Compile(bytes, policy::Kind::kScp));
    }
    for (auto& [node, level] : levels) {
      fraud_.scps.push_back(level);
      other_.scps.push_back(level);
    }
  }
  [[nodiscard]] bool Allows(const policy::Request& request, bool as_fraud) const {
    const auto prepared = policy::Prepare(request);
    REQUIRE(prepared.ok());
    return policy::Evaluate(*prepared, as_fraud ? fraud_ : other_, kSwitches).is_allowed();
  }

 private:
  const policy::CompiledPolicy* Compile(const std::string& bytes, policy::Kind kind) {
    const auto document = policy::Read(bytes, kind);
    REQUIRE(document.ok());
    return &compiled_.emplace_back(*document, kind, kSwitches);
  }

  std::deque<policy::CompiledPolicy> compiled_;
  policy::CompiledSet fraud_;
  policy::CompiledSet other_;  ///< of one who holds everything
};

std::vector<policy::Request> Requests() {
  const std::string model = "foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0";
  const std::string profile = ":222222222222:inference-profile/";
  const std::string id = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  std::vector<std::string> resources{
      "arn:aws:bedrock:::" + model,
      "arn:aws:bedrock:us-east-1" + profile + "us." + id,
      "arn:aws:bedrock:us-east-1" + profile + "global." + id,
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0",
      "arn:aws:bedrock:us-east-1:222222222222:provisioned-model/p",
      "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123",
      "arn:aws:bedrock:us-east-1:222222222222:knowledge-base/KB",
      "arn:aws:bedrock:us-east-1:333333333333:knowledge-base/KB",
      "arn:aws:bedrock-mantle:us-west-2:222222222222:project/default",
      "*"};
  for (const char* region : {"us-east-1", "us-east-2", "us-west-2", "eu-west-1"}) {
    resources.push_back(std::string("arn:aws:bedrock:") + region + "::" + model);
  }
  const std::vector<std::string> actions{"bedrock:InvokeModel",
                                         "bedrock:InvokeModelWithResponseStream",
                                         "bedrock:ApplyGuardrail",
                                         "bedrock:GetGuardrail",
                                         "bedrock:Retrieve",
                                         "bedrock:CreateModelInvocationJob",
                                         "bedrock:CreateInferenceProfile",
                                         "bedrock:CallWithBearerToken",
                                         "bedrock-mantle:CreateInference",
                                         "s3:GetObject"};
  const std::vector<std::vector<std::string>> texts{
      {"", "arn:aws:bedrock:us-east-1" + profile + "us." + id,
       "arn:aws:bedrock:us-east-1" + profile + "global." + id,
       "arn:aws:bedrock:eu-west-1" + profile + "eu." + id},
      {"", "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:3",
       "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:4"},
      {"2026-12-01T00:00:00Z", "2027-04-01T00:00:00Z"},
      {"", "test", "qa"}};
  std::vector<policy::Request> requests;
  for (const std::string& action : actions) {
    const bool invokes = action.starts_with("bedrock:InvokeModel");
    for (const std::string& resource : resources) {
      const bool is_profile = resource.find("inference-profile") != std::string::npos;
      const auto segments = policy::SplitArn(resource);
      std::string region = "us-east-1";
      if (segments) region = (*segments)[3].empty() ? "unspecified" : std::string((*segments)[3]);
      for (const std::string& profile_key : texts[0]) {
        if (!profile_key.empty() && (!invokes || is_profile)) continue;
        for (const std::string& guardrail : texts[1]) {
          if (!guardrail.empty() && !invokes) continue;
          for (const std::string& time : texts[2]) {
            for (const std::string& stage : texts[3]) {
              policy::Request request{"", action, resource, std::nullopt, {}};
              const auto add = [&](const char* key, const std::string& value) {
                if (!value.empty()) request.context.push_back({key, false, {value}});
              };
              add("aws:RequestedRegion", region);
              add("bedrock:InferenceProfileArn", profile_key);
              add("bedrock:GuardrailIdentifier", guardrail);
              add("aws:CurrentTime", time);
              add("aws:PrincipalTag/stage", stage);
              add("aws:PrincipalAccount", "222222222222");
              if (action.starts_with("bedrock-mantle")) {
                add("bedrock-mantle:Model", "openai.gpt-oss-20b");
              }
              requests.push_back(std::move(request));
            }
          }
        }
      }
    }
  }
  return requests;
}

/// Whether some request is decided differently; `caller` fills in who asks.
bool Differ(const Deployed& a, const Deployed& b, const std::vector<policy::Request>& requests) {
  for (policy::Request request : requests) {
    request.context.push_back({"aws:PrincipalArn", false, {kFraud}});
    request.principal = kFraud;
    if (a.Allows(request, true) != b.Allows(request, true)) return true;
    if (a.Allows(request, false) != b.Allows(request, false)) return true;
    request.context.back().values = {kOther};
    request.principal = kOther;
    if (a.Allows(request, false) != b.Allows(request, false)) return true;
  }
  return false;
}

/// Changes one statement of a document; false where it has nothing to change.
struct Mutation {
  const char* name;
  std::function<bool(PolicyDocument&, std::size_t)> apply;
};

bool ReplaceFirst(std::vector<std::string>& texts, const std::string& from, const std::string& to) {
  for (std::string& text : texts) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) continue;
    text.replace(at, from.size(), to);
    return true;
  }
  return false;
}

/// A mutation of the resources alone.
Mutation OnResources(const char* name, const char* from, const char* to) {
  return {name, [from, to](PolicyDocument& d, std::size_t i) {
            return d.statements[i].resource &&
                   ReplaceFirst(d.statements[i].resource->values, from, to);
          }};
}
/// A mutation of the values of conditions alone.
Mutation OnValues(const char* name, const char* from, const char* to) {
  return {name, [from, to](PolicyDocument& d, std::size_t i) {
            for (policy::Condition& c : d.statements[i].conditions) {
              if (ReplaceFirst(c.values, from, to)) return true;
            }
            return false;
          }};
}
Mutation OnStatement(const char* name, std::function<bool(Statement&)> change) {
  return {name, [change = std::move(change)](PolicyDocument& d, std::size_t i) {
            return change(d.statements[i]);
          }};
}
/// A mutation of the first condition.
Mutation OnCondition(const char* name, std::function<bool(policy::Condition&)> change) {
  return OnStatement(name, [change = std::move(change)](Statement& s) {
    return std::ranges::any_of(s.conditions, [&](policy::Condition& c) { return change(c); });
  });
}

std::vector<Mutation> Mutations() {
  const auto is_null = [](const policy::Condition& c) { return c.op.base == BaseOperator::kNull; };
  return {
      {"a statement is dropped",
       [](PolicyDocument& d, std::size_t i) {
         if (d.statements.size() < 2) return false;
         d.statements.erase(d.statements.begin() + static_cast<std::ptrdiff_t>(i));
         return true;
       }},
      {"a statement is repeated",
       [](PolicyDocument& d, std::size_t i) {
         d.statements.push_back(d.statements[i]);
         d.statements.back().sid += "Again";
         return true;
       }},
      {"statements change places",
       [](PolicyDocument& d, std::size_t i) {
         std::swap(d.statements[i], d.statements.front());
         return i != 0;
       }},
      {"a statement is divided by actions",
       [](PolicyDocument& d, std::size_t i) {
         if (d.statements[i].action.values.size() < 2) return false;
         Statement second = d.statements[i];
         second.sid += "B";
         second.action.values.erase(second.action.values.begin());
         d.statements[i].action.values.resize(1);
         d.statements.push_back(std::move(second));
         return true;
       }},
      OnStatement("Allow and Deny are swapped",
                  [](Statement& s) {
                    s.effect = s.effect == policy::Effect::kAllow ? policy::Effect::kDeny
                                                                  : policy::Effect::kAllow;
                    return true;
                  }),
      OnStatement("a Sid is changed",
                  [](Statement& s) {
                    s.sid = "Renamed";
                    return true;
                  }),
      OnStatement("an action is dropped",
                  [](Statement& s) {
                    if (s.action.values.size() < 2) return false;
                    s.action.values.pop_back();
                    return true;
                  }),
      OnStatement("an action is spelt otherwise",
                  [](Statement& s) {
                    for (std::string& a : s.action.values) a = policy::FoldCase(a);
                    return true;
                  }),
      OnStatement("an action gets a wildcard",
                  [](Statement& s) {
                    s.action.values.front() += "*";
                    return true;
                  }),
      OnStatement("all actions of the service",
                  [](Statement& s) {
                    std::string& a = s.action.values.front();
                    a = a.substr(0, a.find(':')) + ":*";
                    return true;
                  }),
      OnStatement("NotAction for Action",
                  [](Statement& s) {
                    s.action.sense = Sense::kAllBut;
                    return true;
                  }),
      OnStatement("actions in another order",
                  [](Statement& s) {
                    std::ranges::reverse(s.action.values);
                    return s.action.values.size() > 1;
                  }),
      OnStatement("NotResource for Resource",
                  [](Statement& s) {
                    s.resource->sense =
                        s.resource->sense == Sense::kListed ? Sense::kAllBut : Sense::kListed;
                    return true;
                  }),
      OnStatement("every resource",
                  [](Statement& s) {
                    if (s.resource->values == std::vector<std::string>{"*"}) return false;
                    s.resource->values = {"*"};
                    return true;
                  }),
      OnStatement("a resource is dropped",
                  [](Statement& s) {
                    if (s.resource->values.size() < 2) return false;
                    s.resource->values.pop_back();
                    return true;
                  }),
      OnStatement("a resource is said twice",
                  [](Statement& s) {
                    s.resource->values.push_back(s.resource->values.front());
                    return true;
                  }),
      OnStatement("a resource is added",
                  [](Statement& s) {
                    s.resource->values.emplace_back(
                        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0");
                    return true;
                  }),
      OnResources("the region becomes a wildcard", ":us-east-1:", ":*:"),
      OnResources("the region ends in a wildcard", ":us-east-2:", ":us-*:"),
      OnResources("another region", ":us-west-2:", ":eu-west-1:"),
      OnResources("another account", ":222222222222:", ":333333333333:"),
      OnResources("any account", ":222222222222:", ":*:"),
      OnResources("another model", "anthropic.claude-sonnet-4-5", "amazon.nova-pro"),
      OnResources("models that begin so", "amazon.nova-lite-v1:0", "amazon.nova*"),
      OnResources("one character is any", "anthropic.claude", "anthropic?claude"),
      OnResources("another profile", "/us.", "/eu."),
      OnResources("the leg in no region gets one", ":bedrock:::", ":bedrock:us-east-1::"),
      OnValues("another account in a condition", "222222222222", "333333333333"),
      OnValues("another version of the guardrail", ":3", ":4"),
      OnValues("another day", "2027-04-01", "2028-04-01"),
      OnValues("the same day, written otherwise", "2027-04-01T00:00:00Z", "2027-04-01"),
      OnValues("another value", "test", "qa"),
      OnValues("a wildcard that the operator does not read", "test", "te*"),
      OnValues("a region more", "us-west-2", "eu-west-1"),
      OnStatement("a condition is dropped",
                  [](Statement& s) {
                    if (s.conditions.empty()) return false;
                    s.conditions.pop_back();
                    return true;
                  }),
      OnCondition("a value is dropped",
                  [](policy::Condition& c) {
                    if (c.values.size() < 2) return false;
                    c.values.pop_back();
                    return true;
                  }),
      OnCondition("a value is added",
                  [&](policy::Condition& c) {
                    if (is_null(c) || c.key == "aws:CurrentTime") return false;
                    c.values.emplace_back("qa");
                    return true;
                  }),
      OnCondition("values in another order",
                  [](policy::Condition& c) {
                    std::ranges::reverse(c.values);
                    return c.values.size() > 1;
                  }),
      OnCondition("a key is spelt otherwise",
                  [](policy::Condition& c) {
                    c.key = policy::FoldCase(c.key);
                    return true;
                  }),
      OnCondition("another key",
                  [](policy::Condition& c) {
                    c.key = "aws:PrincipalTag/other";
                    return true;
                  }),
      OnCondition("IfExists",
                  [&](policy::Condition& c) {
                    if (is_null(c)) return false;
                    c.op.if_exists = true;
                    return true;
                  }),
      OnCondition("ForAllValues",
                  [&](policy::Condition& c) {
                    if (is_null(c)) return false;
                    c.op.set = SetQualifier::kForAllValues;
                    return true;
                  }),
      OnCondition("StringLike for StringEquals",
                  [](policy::Condition& c) {
                    if (c.op.base != BaseOperator::kStringEquals) return false;
                    c.op.base = BaseOperator::kStringLike;
                    return true;
                  }),
      OnCondition("StringNotEquals for StringEquals",
                  [](policy::Condition& c) {
                    if (c.op.base != BaseOperator::kStringEquals) return false;
                    c.op.base = BaseOperator::kStringNotEquals;
                    return true;
                  }),
      OnCondition("StringEquals for StringNotEquals",
                  [](policy::Condition& c) {
                    if (c.op.base != BaseOperator::kStringNotEquals) return false;
                    c.op.base = BaseOperator::kStringEquals;
                    return true;
                  }),
      OnCondition("after for before",
                  [](policy::Condition& c) {
                    if (c.op.base != BaseOperator::kDateLessThan) return false;
                    c.op.base = BaseOperator::kDateGreaterThan;
                    return true;
                  }),
      OnCondition("present for absent",
                  [&](policy::Condition& c) {
                    if (!is_null(c)) return false;
                    c.values = {c.values.front() == "true" ? "false" : "true"};
                    return true;
                  }),
  };
}

struct Counts {
  std::size_t mutants = 0;
  std::size_t refuted = 0;
  std::size_t accepted = 0;
  std::set<std::string> kinds;
};

void Judge(const Understood& understood, const Deployed& before, const verify::Files& mutant,
           const std::vector<policy::Request>& requests, Counts& counts) {
  const Deployed after(mutant);
  const verify::Proof proof = ProofOf(understood, mutant);
  ++counts.mutants;
  CHECK(proof.given_up.empty());
  if (proof.differences.empty()) {
    ++counts.accepted;
    CHECK_FALSE(Differ(before, after, requests));
    return;
  }
  ++counts.refuted;
  for (const verify::Difference& difference : proof.differences) {
    REQUIRE(difference.request.has_value());
    const bool as_fraud = difference.who.find("team fraud") != std::string::npos;
    const bool was = before.Allows(*difference.request, as_fraud);
    const bool is = after.Allows(*difference.request, as_fraud);
    CAPTURE(difference.request->action);
    CAPTURE(difference.request->resource);
    CHECK(was != is);
    CHECK(is == (difference.kind == verify::Difference::Kind::kPermitted));
  }
}

TEST_CASE("what changes meaning is refuted with a request, what does not is accepted") {
  const Understood understood;
  const verify::Files base = Lowered(understood, library::Library::BuiltIn());
  const std::vector<policy::Request> requests = Requests();
  const Deployed before(base);
  constexpr std::size_t kMostSites = 2;
  Counts counts;
  for (const Mutation& mutation : Mutations()) {
    std::size_t sites = 0;
    for (const auto& [path, bytes] : base) {
      const bool is_scp = path.ends_with(".scp.json");
      if (!is_scp && !path.ends_with(".identity.json")) continue;
      const auto kind = is_scp ? policy::Kind::kScp : policy::Kind::kIdentity;
      const PolicyDocument original = *policy::Read(bytes, kind);
      for (std::size_t i = 0; i < original.statements.size() && sites < kMostSites; ++i) {
        PolicyDocument document = original;
        if (!mutation.apply(document, i) || document == original) continue;
        ++sites;
        counts.kinds.insert(mutation.name);
        CAPTURE(std::string(mutation.name));
        CAPTURE(path);
        CAPTURE(i);
        verify::Files mutant = base;
        mutant[path] = policy::Write(document, policy::Style::kMinified);
        Judge(understood, before, mutant, requests, counts);
      }
    }
  }
  std::cout << counts.mutants << " mutants of " << counts.kinds.size()
            << " kinds: " << counts.refuted << " refuted, " << counts.accepted << " accepted, over "
            << requests.size() << " requests for each caller\n";
  CHECK(counts.kinds.size() >= 30);
  CHECK(counts.accepted >= 10);
}

TEST_CASE("files and attachments count") {
  const Understood understood;
  const verify::Files base = Lowered(understood, library::Library::BuiltIn());
  const auto differs = [&](const verify::Files& files) {
    return !ProofOf(understood, files).differences.empty();
  };
  verify::Files missing = base;
  missing.erase("iam/payments/fraud.identity.json");
  CHECK(differs(missing));
  verify::Files extra = base;
  extra["organization/root-9.scp.json"] = base.at("organization/root.scp.json");
  CHECK(differs(extra));
  verify::Files moved = base;
  std::string& manifest = moved["manifest.json"];
  const std::size_t at = manifest.find("\"id\": \"fraud-app\"");
  REQUIRE(at != std::string::npos);
  manifest.replace(at, 17, "\"id\": \"other-app\"");
  CHECK(differs(moved));
}

}  // namespace
}  // namespace writ::mutation

#include "analysis/review/space.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/policy/pattern.h"

namespace writ::review {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::Effect;
using policy::Patterns;
using policy::Sense;
using policy::Statement;

Condition Test(BaseOperator base, std::string key, std::vector<std::string> values) {
  return {{policy::SetQualifier::kNone, base, false}, std::move(key), std::move(values)};
}

Statement Deny(Patterns resources, Condition condition) {
  Statement statement;
  statement.effect = Effect::kDeny;
  statement.action = {Sense::kListed, {"*"}};
  statement.resource = std::move(resources);
  statement.conditions = {std::move(condition)};
  return statement;
}

constexpr const char* kRegion = "aws:RequestedRegion";
constexpr const char* kNoRegion = "unspecified";

Statement AllowIn(Patterns resources, Condition condition) {
  Statement statement = Deny(std::move(resources), std::move(condition));
  statement.effect = Effect::kAllow;
  return statement;
}

/// A request for what lies in a region is made there, and one made there is not for what lies
/// elsewhere. The model of a call that is routed globally lies in no region. Source: Amazon Bedrock
/// User Guide, "Global cross-Region inference", read 2026-11-22.
policy::PolicyDocument Places(const std::set<std::string>& regions) {
  std::vector<std::string> told{"arn:*:*::*:*"};
  std::vector<std::string> named{kNoRegion};
  policy::PolicyDocument document;
  std::vector<Statement>& statements = document.statements;
  for (const std::string& region : regions) {
    told.push_back(fmt::format("arn:*:*:{}:*:*", region));
    named.push_back(region);
    statements.push_back(AllowIn({Sense::kListed, {told.back()}},
                                 Test(BaseOperator::kStringEquals, kRegion, {region})));
  }
  statements.push_back(
      AllowIn({Sense::kAllBut, told}, Test(BaseOperator::kStringNotEquals, kRegion, named)));
  statements.push_back(AllowIn({Sense::kListed, {"arn:*:bedrock:::foundation-model/*"}},
                               Test(BaseOperator::kStringEquals, kRegion, {kNoRegion})));
  statements.push_back(AllowIn({Sense::kListed, {std::string(decide::kSystemTools)}},
                               Test(BaseOperator::kStringNotEquals, kRegion, {kNoRegion})));
  // What is no ARN, and what lies everywhere.
  std::vector<std::string> placed = decide::Placeless();
  placed.emplace_back("arn:*:*:?*:*:*");
  statements.push_back(AllowIn({Sense::kAllBut, std::move(placed)},
                               Test(BaseOperator::kStringNotEquals, kRegion, {kNoRegion})));
  return document;
}

Statement Allow(const std::vector<policy::ContextKey>& keys, const std::string& day) {
  Statement statement;
  statement.action = {Sense::kListed, {"*"}};
  statement.resource = Patterns{Sense::kListed, {"*"}};
  for (const policy::ContextKey& key : keys) {
    if (key.is_list) continue;  // the place in the organization, which is decided
    const BaseOperator base =
        key.name == "aws:PrincipalArn" ? BaseOperator::kArnEquals : BaseOperator::kStringEquals;
    statement.conditions.push_back(Test(base, key.name, key.values));
  }
  // Every request has a region and a time (IAM User Guide, "AWS global condition context keys").
  statement.conditions.push_back(Test(BaseOperator::kNull, kRegion, {"false"}));
  statement.conditions.push_back(
      day.empty()
          ? Test(BaseOperator::kDateGreaterThanEquals, "aws:CurrentTime", {"1970-01-01T00:00:00Z"})
          : Test(BaseOperator::kDateEquals, "aws:CurrentTime", {day + "T12:00:00Z"}));
  return statement;
}

}  // namespace

void RegionsIn(const policy::PolicyDocument& document, std::set<std::string>& regions) {
  const auto add = [&](std::string_view text) {
    if (!text.empty() && text.find_first_of("*?$") == std::string_view::npos) {
      regions.emplace(text);
    }
  };
  for (const Statement& statement : document.statements) {
    if (statement.resource) {
      for (std::string_view rest : statement.resource->values) {
        bool whole = true;
        for (int colons = 0; colons < 3 && whole; ++colons) {
          const std::size_t at = rest.find(':');
          whole = at != std::string_view::npos;
          if (whole) rest.remove_prefix(at + 1);
        }
        if (whole) add(rest.substr(0, rest.find(':')));
      }
    }
    for (const Condition& condition : statement.conditions) {
      if (condition.key != kRegion) continue;
      for (const std::string& value : condition.values) {
        if (value != kNoRegion) add(value);
      }
    }
  }
}

decide::Space SpaceOf(policy::PolicySet policies, const Judge& judge, const Caller& caller,
                      const Frame& frame) {
  policy::PolicyDocument realistic;
  Statement mine = Allow(judge.As(caller, {}).context, frame.day);
  // What the caller asks for lies in its partition.
  if (const std::optional<policy::ArnSegments> arn = policy::SplitArn(caller.arn)) {
    Statement of_none = mine;
    of_none.resource = Patterns{Sense::kAllBut, {"arn:*:*:*:*:*"}};
    realistic.statements.push_back(std::move(of_none));
    mine.resource->values = {fmt::format("arn:{}:*:*:*:*", (*arn)[1])};
  }
  realistic.statements.push_back(std::move(mine));
  // The authorization for a profile itself does not say again through which profile the call goes.
  // Source: Amazon Bedrock User Guide, "Prerequisites for inference profiles", read 2026-11-22.
  const Patterns all_profiles{Sense::kListed,
                              {"arn:*:bedrock:*:*:inference-profile/*",
                               "arn:*:bedrock:*:*:application-inference-profile/*"}};
  realistic.statements.push_back(
      Deny(all_profiles, Test(BaseOperator::kNull, "bedrock:InferenceProfileArn", {"false"})));
  // Only calls of models say by which profile and with which guardrail they are made, and a profile
  // has the form of one. Source: IAM service authorization data of 2026-09-26, Amazon Bedrock.
  const Patterns all_but_calls{Sense::kAllBut,
                               {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}};
  for (const char* key : {"bedrock:InferenceProfileArn", "bedrock:GuardrailIdentifier"}) {
    Statement others = Deny({Sense::kListed, {"*"}}, Test(BaseOperator::kNull, key, {"false"}));
    others.action = all_but_calls;
    realistic.statements.push_back(std::move(others));
  }
  Statement formless = Deny({Sense::kListed, {"*"}},
                            Test(BaseOperator::kNull, "bedrock:InferenceProfileArn", {"false"}));
  formless.conditions.push_back(
      Test(BaseOperator::kStringNotLike, "bedrock:InferenceProfileArn", all_profiles.values));
  realistic.statements.push_back(std::move(formless));
  if (frame.models_only) {
    Statement profiles;
    profiles.effect = Effect::kDeny;
    profiles.action = {Sense::kListed,
                       {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}};
    profiles.resource = all_profiles;
    realistic.statements.push_back(std::move(profiles));
  }
  for (policy::Statement statement : frame.without) {
    statement.sid.clear();
    realistic.statements.push_back(std::move(statement));
  }
  policies.scps.push_back({std::move(realistic)});
  policies.scps.push_back({Places(frame.regions)});
  return {std::move(policies), {decide::Accounts::kSame, caller.arn}};
}

decide::Space With(const decide::Space& space, const policy::PolicyDocument& scp) {
  policy::PolicySet set = space.documents();
  set.scps.push_back({scp});
  return {std::move(set), space.scope()};
}

decide::Space EverythingBut(const std::vector<policy::Statement>& statements,
                            const Caller& caller) {
  policy::PolicySet set;
  set.identity.push_back(FullAccess());
  policy::PolicyDocument denied;
  for (Statement statement : statements) {
    statement.effect = Effect::kDeny;
    denied.statements.push_back(std::move(statement));
  }
  set.scps.push_back({FullAccess(), std::move(denied)});
  return {std::move(set), {decide::Accounts::kSame, caller.arn}};
}

}  // namespace writ::review

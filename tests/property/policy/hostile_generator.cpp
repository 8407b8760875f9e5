#include "hostile_generator.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "iam/policy/pattern.h"

namespace writ::hostile {
namespace {

using policy::BaseOperator;
using policy::OperatorFamily;
using Words = std::vector<std::string>;

const Words kActions = {"*",    "s3:*",  "s3:Get*",    "s3:GetObject", "!s3:getobject",
                        "s3:a", "s3:b",  "s3:a\ns3:b", "s3:a,s3:b",    "s3:?",
                        "S3:A", "s3:!a", "1:2",        "1:*",          "s3:a:b",
                        "s3:",  "s3:*b", "s3:?b*",     "*:*",          "s*:a",
                        "**",   "s3",    "?3:Get*",    "s3:\xC3\xA4*", "NotAction"};
const Words kRequestActions = {"s3:GetObject", "s3:Getb",     "s3:a", "s3:b",    "s3:!a",
                               "s3:xb",        "s3:gb",       "1:2",  "1:a",     "sqs:a",
                               "x:y",          "s3:\xC3\xA4", "S3:A", "b3:GetX", "ss:a"};

const Words kResources = {"*",
                          "arn:aws:s3:::a",
                          "arn:aws:s3:::a*",
                          "arn:aws:s3:::?",
                          "arn:aws:s3:::*",
                          "arn:aws:s3:::a\nb",
                          "arn:aws:s3:::!a",
                          "arn:aws:s3:::a:b",
                          "arn:aws:s3:*:*:*b",
                          "arn:aws:s3:::1",
                          "arn:aws:s3:::${k:v}",
                          "arn:aws:s3:::${k:v, 'a'}",
                          "arn:aws:s3:::a${k:v}",
                          "arn:aws:s3:::${*}",
                          "arn:aws:s3:::\xC3\xA4"};
const Words kOddResources = {"arn:aws:s3", "arn:aws:s3*", "arn:aws:*", "foo",
                             "**",         "arn:*b",      "*b",        "arn:${k:v}:s3:::a"};
const Words kRequestResources = {"*",
                                 "arn:aws:s3:::a",
                                 "arn:aws:s3:::ab",
                                 "arn:aws:s3:::b",
                                 "arn:aws:s3:::a\nb",
                                 "arn:aws:s3:::!a",
                                 "arn:aws:s3:::a:b",
                                 "arn:aws:s3:::*",
                                 "arn:aws:s3:::1",
                                 "arn:aws:s3:::\xC3\xA4",
                                 "arn:aws:s3:r:111122223333:b",
                                 "arn:x:s3:::a",
                                 "arn:aws:sqs:r:111122223333:ab",
                                 "arn:aws:s3:::"};

const Words kPrincipals = {"*",
                           "111122223333",
                           "arn:aws:iam::111122223333:root",
                           "arn:aws:iam::111122223333:role/app",
                           "arn:aws:iam::111122223333:role/!app",
                           "arn:aws:iam::111122223333:user/a\nb",
                           "arn:aws:iam::111122223333:user/a",
                           "arn:aws:sts::111122223333:assumed-role/app/1",
                           "444455556666",
                           "AROAEXAMPLE"};
const Words kCallers = {"arn:aws:iam::111122223333:user/alice",
                        "arn:aws:iam::111122223333:user/a",
                        "arn:aws:iam::111122223333:user/a\nb",
                        "arn:aws:iam::111122223333:role/app",
                        "arn:aws:iam::111122223333:role/!app",
                        "arn:aws:sts::111122223333:assumed-role/app/1",
                        "arn:aws:sts::111122223333:assumed-role/app/2",
                        "arn:aws:iam::444455556666:user/a",
                        "lambda.amazonaws.com",
                        "anonymous"};

// Unknown keys, one that the catalog calls multivalued, one that it calls an ARN.
const Words kKeys = {"k:x", "k:x", "k:x", "k:v", "K:X", "aws:TagKeys", "aws:PrincipalArn"};

const Words kTexts = {
    "a", "A",    "ab",       "a\nb", "!a",  "a:b",  "1",        "1.0",
    "",  "true", "10.0.0.1", "2026", "x,y", "null", "\xC3\xA4", "arn:aws:iam::1:role/a"};
const Words kGlobs = {"*", "?*", "a*", "*b", "?", "a", "!*", "*\n*", "1*", "a?"};
const Words kVariables = {"${k:v}", "${k:v, 'a'}", "${k:v, ''}", "a${k:v}",
                          "${K:V}", "${*}",        "${$}{k:v}"};
const Words kNumbers = {"1", "1.0", "2", "-1", "2026", "0.5", "1767225600", "abc"};
const Words kDates = {"2026-01-01T00:00:00Z", "2026", "1767225600", "2025-06-01T00:00:00Z", "soon"};
const Words kAddresses = {"10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::/0", "::1", "10.0.0"};
const Words kBooleans = {"true", "false", "True", "maybe", "${k:v}"};
const Words kArns = {"arn:aws:iam::1:role/a",
                     "arn:aws:iam::1:role/*",
                     "arn:aws:iam::*:role/a*",
                     "arn:*:*:*:*:*",
                     "arn:aws:iam::1:role/${k:v}",
                     "arn:aws:iam::1*",
                     "*"};
const Words kBytes = {"YQ==", "YWI=", "true", "AAAA"};

// What is sent: all that is written above, and what lies between.
const Words kValues = {"a",
                       "A",
                       "ab",
                       "xb",
                       "b",
                       "a\nb",
                       "!a",
                       "!",
                       "a:b",
                       "1",
                       "1.0",
                       "1.00",
                       "1.5",
                       "2",
                       "0",
                       "-2",
                       "2027",
                       "2026",
                       "2026.0",
                       "2025",
                       "1767225600",
                       "1767225601",
                       "1767225600.0",
                       "2026-01-01T00:00:00Z",
                       "2026-01-01T00:00:00.0Z",
                       "2025-12-31T23:59:59Z",
                       "2027-01-01T00:00:00Z",
                       "",
                       "true",
                       "TRUE",
                       "false",
                       "maybe",
                       "10.0.0.1",
                       "10.0.0.2",
                       "11.0.0.1",
                       "::1",
                       "::2",
                       "10.0.0",
                       "abc",
                       "soon",
                       "x,y",
                       "null",
                       "\xC3\xA4",
                       "YQ==",
                       "YWI=",
                       "AAAA",
                       "*",
                       "${k:v}",
                       "$",
                       "zz",
                       "arn:aws:iam::1:role/a",
                       "arn:aws:iam::1:role/ab",
                       "arn:aws:iam::1:role/b",
                       "arn:aws:iam::2:role/a",
                       "arn:aws:iam::2:role/b",
                       "arn:aws:s3:::a"};

struct Family {
  std::vector<BaseOperator> operators;
  const Words* values;
};

constexpr std::size_t kArnFamily = 7;

const std::vector<Family>& Families() {
  using enum BaseOperator;
  static const std::vector<Family> kFamilies = {
      {{kStringEquals, kStringNotEquals, kStringEqualsIgnoreCase, kStringNotEqualsIgnoreCase},
       &kTexts},
      {{kStringEquals, kStringNotEquals, kStringLike, kStringNotLike}, &kVariables},
      {{kStringLike, kStringNotLike}, &kGlobs},
      {{kNumericEquals, kNumericNotEquals, kNumericLessThan, kNumericLessThanEquals,
        kNumericGreaterThan, kNumericGreaterThanEquals},
       &kNumbers},
      {{kDateEquals, kDateNotEquals, kDateLessThan, kDateLessThanEquals, kDateGreaterThan,
        kDateGreaterThanEquals},
       &kDates},
      {{kIpAddress, kNotIpAddress}, &kAddresses},
      {{kBool}, &kBooleans},
      {{kArnLike, kArnNotLike, kArnEquals, kArnNotEquals}, &kArns},
      {{kBinaryEquals}, &kBytes},
      {{kNull}, &kBooleans},
  };
  return kFamilies;
}

}  // namespace

Words Generator::Some(const Words& words, std::size_t most) {
  Words some(1 + Below(most));
  for (std::string& word : some) word = OneOf(words);
  return some;
}

policy::Principals Generator::Principals() {
  policy::Principals principals;
  principals.sense = Chance(15) ? policy::Sense::kAllBut : policy::Sense::kListed;
  for (const std::string& name : Some(kPrincipals, 2)) {
    principals.values.push_back({policy::PrincipalType::kAws, name});
  }
  if (Chance(15)) {
    principals.values.push_back({policy::PrincipalType::kService, "lambda.amazonaws.com"});
  }
  return principals;
}

policy::Condition Generator::Condition() {
  policy::Condition condition;
  condition.key = OneOf(kKeys);
  const Family* family = &Families()[Below(Families().size())];
  // Half of the time texts: most other mixtures have no answer.
  if (Chance(45)) family = &Families()[Below(3)];
  if (Chance(8)) family = &Families()[kArnFamily];
  if (condition.key == "aws:PrincipalArn" && Chance(60)) family = &Families()[kArnFamily];
  condition.op.base = family->operators[Below(family->operators.size())];
  if (condition.op.base == BaseOperator::kNull) {
    condition.values = {Chance(50) ? "true" : "false"};
    return condition;
  }
  condition.values = Some(*family->values, 2);
  condition.op.if_exists = Chance(20);
  if (Chance(35)) {
    condition.op.set =
        Chance(60) ? policy::SetQualifier::kForAllValues : policy::SetQualifier::kForAnyValue;
  }
  return condition;
}

policy::Statement Generator::Statement(policy::Kind kind) {
  policy::Statement statement;
  statement.effect = Chance(60) ? policy::Effect::kAllow : policy::Effect::kDeny;
  if (kind == policy::Kind::kResource) statement.principal = Principals();
  statement.action.sense = Chance(20) ? policy::Sense::kAllBut : policy::Sense::kListed;
  statement.action.values = Some(kActions, 3);
  if (Chance(35)) statement.action.values = {"*"};
  policy::Patterns resource;
  resource.sense = Chance(20) ? policy::Sense::kAllBut : policy::Sense::kListed;
  resource.values = Some(kResources, 2);
  if (Chance(12)) resource.values.push_back(OneOf(kOddResources));
  if (Chance(35)) resource.values = {"*"};
  statement.resource = std::move(resource);
  for (std::size_t i = Below(4); i > 0; --i) {
    policy::Condition condition = Condition();
    const bool is_twice = std::ranges::any_of(statement.conditions, [&](const auto& other) {
      return other.op == condition.op && policy::EqualIgnoringCase(other.key, condition.key);
    });
    if (!is_twice) statement.conditions.push_back(std::move(condition));
  }
  return statement;
}

policy::PolicyDocument Generator::Document(policy::Kind kind) {
  policy::PolicyDocument document;
  if (Chance(8)) document.version = policy::Version::k2008;
  for (std::size_t i = 1 + Below(3); i > 0; --i) document.statements.push_back(Statement(kind));
  if (std::ranges::none_of(document.statements, [](const policy::Statement& one) {
        return one.effect == policy::Effect::kAllow;
      })) {
    document.statements.front().effect = policy::Effect::kAllow;
  }
  return document;
}

policy::PolicyDocument Generator::Changed(policy::PolicyDocument document, policy::Kind kind) {
  policy::Statement& changed = document.statements[Below(document.statements.size())];
  const policy::Statement other = Statement(kind);
  switch (Below(9)) {
    case 0:
      changed.action = other.action;
      break;
    case 1:
      changed.action.sense = changed.action.sense == policy::Sense::kListed
                                 ? policy::Sense::kAllBut
                                 : policy::Sense::kListed;
      break;
    case 2:
      changed.resource = other.resource;
      break;
    case 3:
      changed.conditions = other.conditions;
      break;
    case 4:
      document.statements.push_back(other);
      break;
    case 5:
      if (!changed.conditions.empty()) changed.conditions.pop_back();
      break;
    case 6:
      if (!changed.conditions.empty()) {
        changed.conditions[Below(changed.conditions.size())].op = Condition().op;
        policy::Condition& edited = changed.conditions.front();
        if (edited.op.base == BaseOperator::kNull) edited.values = {"false"};
        if (changed.conditions.size() > 1) changed.conditions.resize(1);
      }
      break;
    case 7:
      if (!changed.conditions.empty()) {
        const std::string& text = OneOf(kValues);
        changed.conditions.front().values.push_back(text);
      }
      break;
    default:
      std::ranges::reverse(document.statements);
      break;
  }
  return document;
}

policy::ContextKey Generator::Value(const std::string& key) {
  policy::ContextKey value{key, false, {OneOf(kValues)}};
  const bool is_arn = policy::EqualIgnoringCase(key, "aws:PrincipalArn");
  while (is_arn && !policy::SplitArn(value.values.front())) value.values = {OneOf(kValues)};
  return value;
}

policy::Request Generator::Request(const std::vector<const policy::PolicyDocument*>& documents,
                                   policy::Kind kind) {
  std::set<std::string> keys;
  std::set<std::string> with_sets = {"aws:tagkeys"};
  bool has_variables = false;
  for (const policy::PolicyDocument* document : documents) {
    for (const policy::Statement& statement : document->statements) {
      for (const policy::Condition& condition : statement.conditions) {
        keys.insert(policy::FoldCase(condition.key));
        if (condition.op.set != policy::SetQualifier::kNone) {
          with_sets.insert(policy::FoldCase(condition.key));
        }
        for (const std::string& text : condition.values) has_variables |= text.starts_with("${");
        for (const std::string& text : condition.values)
          has_variables |= text.find("${k") != text.npos;
      }
      for (const std::string& text : statement.resource->values) {
        has_variables |= text.find("${k") != text.npos;
      }
    }
  }
  if (has_variables) keys.insert("k:v");
  policy::Request request;
  request.principal = kind == policy::Kind::kResource ? OneOf(kCallers) : kCallers.front();
  request.action = OneOf(kRequestActions);
  request.resource = OneOf(kRequestResources);
  const auto caller = policy::ParseCaller(request.principal);
  request.resource_account =
      caller->account.empty() ? std::string("111122223333") : std::string(caller->account);
  for (const std::string& key : keys) {
    if (Chance(20)) continue;
    policy::ContextKey value = Value(key);
    if (with_sets.contains(key) && Chance(60)) {
      value.is_list = true;
      for (std::size_t i = Below(3); i > 0; --i) value.values.push_back(Value(key).values.front());
      if (Chance(10)) value.values.clear();
    }
    request.context.push_back(std::move(value));
  }
  return request;
}

policy::Switches Generator::Switches() {
  policy::Switches switches;
  switches.has_service_rules = false;
  if (Chance(50)) return switches;
  using policy::ShortArns;
  constexpr std::array kShort = {ShortArns::kByKind, ShortArns::kNone, ShortArns::kEvery,
                                 ShortArns::kAsText, ShortArns::kTrailingRun};
  switches.short_arns = kShort[Below(kShort.size())];
  switches.do_action_wildcards_reach_services = Chance(50);
  switches.do_unreadable_values_satisfy_negation = Chance(50);
  switches.do_plain_operators_read_lists = Chance(50);
  switches.does_if_exists_satisfy_any_value = Chance(50);
  switches.do_bool_values_take_variables = Chance(50);
  switches.does_null_not_resource_apply = Chance(50);
  switches.does_short_not_resource_apply = Chance(50);
  switches.are_early_variables_resolved = Chance(50);
  return switches;
}

}  // namespace writ::hostile

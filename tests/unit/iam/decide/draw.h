// Documents drawn from small vocabularies, so that statements meet and both answers are common. The
// numbers come from whoever draws: a seeded generator in properties, the input in fuzzers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ::decide {

class Draw {
 public:
  explicit Draw(std::function<std::size_t()> next) : next_(std::move(next)) {}

  std::size_t Below(std::size_t limit) { return next_() % limit; }
  bool Chance(std::size_t percent) { return Below(100) < percent; }
  const std::string& OneOf(const std::vector<std::string>& words) {
    return words[Below(words.size())];
  }
  std::vector<std::string> Some(const std::vector<std::string>& words, std::size_t most) {
    std::vector<std::string> some(1 + Below(most));
    for (std::string& word : some) word = OneOf(words);
    return some;
  }

  policy::Statement Statement(bool has_principal) {
    policy::Statement statement;
    statement.effect = Chance(65) ? policy::Effect::kAllow : policy::Effect::kDeny;
    if (has_principal) {
      policy::Principals principals;
      principals.sense = Chance(10) ? policy::Sense::kAllBut : policy::Sense::kListed;
      for (const std::string& name : Some(Principals(), 2)) {
        principals.values.push_back({name.starts_with("lambda") ? policy::PrincipalType::kService
                                                                : policy::PrincipalType::kAws,
                                     name});
      }
      statement.principal = principals;
    }
    statement.action.sense = Chance(15) ? policy::Sense::kAllBut : policy::Sense::kListed;
    statement.action.values = Some(kActions, 2);
    statement.resource = policy::Patterns{
        Chance(15) ? policy::Sense::kAllBut : policy::Sense::kListed, Some(kResources, 2)};
    for (std::size_t i = Below(3); i > 0; --i) AddCondition(statement);
    return statement;
  }

  policy::PolicyDocument Document(bool has_principal = false) {
    policy::PolicyDocument document;
    for (std::size_t i = 1 + Below(3); i > 0; --i) {
      document.statements.push_back(Statement(has_principal));
    }
    return document;
  }

  static const std::vector<std::string>& Principals() {
    static const std::vector<std::string> kPrincipals = {
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws:sts::111122223333:assumed-role/app/one",
        "lambda.amazonaws.com"};
    return kPrincipals;
  }

  std::vector<policy::PolicyDocument> Documents(std::size_t least, std::size_t most,
                                                bool has_principal = false) {
    std::vector<policy::PolicyDocument> documents(least + Below(most - least + 1));
    for (policy::PolicyDocument& document : documents) document = Document(has_principal);
    return documents;
  }

  /// Documents in several layers.
  policy::PolicySet Layers() {
    policy::PolicySet set;
    set.identity = Documents(0, 2);
    if (Chance(25)) set.boundaries = Documents(1, 2);
    if (Chance(25)) set.sessions = Documents(1, 1);
    for (std::size_t level = Chance(40) ? 1 + Below(2) : 0; level > 0; --level) {
      set.scps.push_back(Documents(1, 2));
    }
    if (Chance(30)) set.rcps.push_back(Documents(1, 1, true));
    if (Chance(40)) set.resource = Document(true);
    if (Chance(20)) set.vpc_endpoint = Documents(1, 1);
    return set;
  }

  /// A request that the vocabularies tell from others. `is_cross`: the caller is a stranger in the
  /// resource's account, and has one.
  policy::Request Request(bool is_cross) {
    static const std::vector<std::string> kCallers = {
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws:iam::111122223333:role/app",
        "arn:aws:sts::111122223333:assumed-role/app/one",
        "arn:aws:sts::111122223333:assumed-role/app/two",
        "arn:aws:iam::444455556666:user/eve",
        "lambda.amazonaws.com",
        "anonymous"};
    static const std::vector<std::string> kNames = {"s3:GetObject", "s3:Getb",      "s3:PutXb",
                                                    "s3:Put",       "ec2:RunTasks", "sqs:Send"};
    static const std::vector<std::string> kThings = {"*",
                                                     "arn:aws:s3:::a",
                                                     "arn:aws:s3:::ac",
                                                     "arn:aws:s3:::ab",
                                                     "arn:aws:s3:::xb",
                                                     "arn:aws:s3:r:111122223333:b",
                                                     "arn:x:s3:::a"};
    policy::Request request;
    request.principal = kCallers[Below(is_cross ? kCallers.size() - 2 : kCallers.size())];
    request.action = OneOf(kNames);
    request.resource = OneOf(kThings);
    const auto caller = policy::ParseCaller(request.principal);
    if (is_cross) {
      request.resource_account = "777788889999";
    } else {
      request.resource_account =
          caller->account.empty() ? "111122223333" : std::string(caller->account);
    }
    AddKey(request, "k:text", {"a", "A", "ab", "acb", "b", "x", "xy", "", "ac"}, true);
    AddKey(request, "k:number", {"0", "1", "1.5", "2", "3"}, false);
    AddKey(request, "k:address", {"10.1.2.3", "10.2.0.1", "1.1.1.1", "::1"}, false);
    AddKey(request, "k:bool", {"true", "false"}, false);
    AddKey(request, "k:arn",
           {"arn:aws:iam::1:role/ab", "arn:aws:iam::1:role/ax", "arn:aws:iam::2:role/ab",
            "arn:aws:iam::2:role/x", "arn:a:b:c:d:xb"},
           false);
    return request;
  }

 private:
  void AddKey(policy::Request& request, const char* name, const std::vector<std::string>& values,
              bool takes_lists) {
    if (Chance(35)) return;
    policy::ContextKey key{name, false, {OneOf(values)}};
    if (takes_lists && Chance(40)) {
      key.is_list = true;
      key.values = Some(values, 3);
    }
    request.context.push_back(std::move(key));
  }

  void AddCondition(policy::Statement& statement) {
    using policy::BaseOperator;
    struct Family {
      const char* key;
      std::vector<BaseOperator> operators;
      std::vector<std::string> values;
    };
    static const std::vector<Family> kFamilies = {
        {"k:text",
         {BaseOperator::kStringEquals, BaseOperator::kStringNotEquals, BaseOperator::kStringLike,
          BaseOperator::kStringNotLike, BaseOperator::kStringEqualsIgnoreCase,
          BaseOperator::kStringNotEqualsIgnoreCase, BaseOperator::kNull},
         {"a", "ab", "a*", "*b", "?", "A"}},
        {"k:number",
         {BaseOperator::kNumericEquals, BaseOperator::kNumericNotEquals,
          BaseOperator::kNumericLessThan, BaseOperator::kNumericGreaterThanEquals},
         {"1", "2", "1.0"}},
        {"k:address",
         {BaseOperator::kIpAddress, BaseOperator::kNotIpAddress, BaseOperator::kNull},
         {"10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"}},
        {"k:bool", {BaseOperator::kBool, BaseOperator::kNull}, {"true", "false"}},
        {"k:arn",
         {BaseOperator::kArnLike, BaseOperator::kArnNotLike, BaseOperator::kArnEquals},
         {"arn:aws:iam::1:role/a*", "arn:aws:iam::*:role/ab", "arn:*:*:*:*:*b"}},
    };
    const Family& family = kFamilies[Below(kFamilies.size())];
    policy::Condition condition;
    condition.key = Chance(80) ? family.key : policy::FoldCase(family.key);
    condition.op.base = family.operators[Below(family.operators.size())];
    if (condition.op.base == BaseOperator::kNull) {
      condition.values = {Chance(50) ? "true" : "false"};
    } else {
      condition.values = Some(family.values, 2);
      condition.op.if_exists = Chance(20);
      if (family.key == std::string("k:text") && Chance(40)) {
        condition.op.set =
            Chance(50) ? policy::SetQualifier::kForAllValues : policy::SetQualifier::kForAnyValue;
      }
    }
    for (const policy::Condition& other : statement.conditions) {
      if (other.op == condition.op && other.key == condition.key) return;
    }
    statement.conditions.push_back(std::move(condition));
  }

  const std::vector<std::string> kActions = {"*",        "s3:*",         "s3:Get*", "s3:GetObject",
                                             "s3:Put?b", "ec2:RunTasks", "s3:*b"};
  const std::vector<std::string> kResources = {
      "*",         "arn:aws:s3:::a", "arn:aws:s3:::a*", "arn:aws:s3:*:*:*b",
      "arn:aws:*", "arn:aws:s3:::?b"};
  std::function<std::size_t()> next_;
};

}  // namespace writ::decide

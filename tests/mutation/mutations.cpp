#include "mutation/mutations.h"

#include <algorithm>
#include <string>
#include <utility>

namespace writ::mutation {
namespace {

using policy::BaseOperator;
using policy::PolicyDocument;
using policy::Sense;
using policy::SetQualifier;
using policy::Statement;

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

}  // namespace

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
                    if (!s.resource) return false;
                    s.resource->sense =
                        s.resource->sense == Sense::kListed ? Sense::kAllBut : Sense::kListed;
                    return true;
                  }),
      OnStatement("every resource",
                  [](Statement& s) {
                    if (!s.resource) return false;
                    if (s.resource->values == std::vector<std::string>{"*"}) return false;
                    s.resource->values = {"*"};
                    return true;
                  }),
      OnStatement("a resource is dropped",
                  [](Statement& s) {
                    if (!s.resource) return false;
                    if (s.resource->values.size() < 2) return false;
                    s.resource->values.pop_back();
                    return true;
                  }),
      OnStatement("a resource is said twice",
                  [](Statement& s) {
                    if (!s.resource) return false;
                    s.resource->values.push_back(s.resource->values.front());
                    return true;
                  }),
      OnStatement("a resource is added",
                  [](Statement& s) {
                    if (!s.resource) return false;
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

std::vector<Mutation> MutationsOfCallers() {
  using policy::SetQualifier;
  const auto with = [](const char* name, SetQualifier set, BaseOperator base, const char* key,
                       std::vector<std::string> values) {
    return OnStatement(name, [=](Statement& s) {
      const policy::Condition added{{set, base, false}, key, values};
      const bool is_there = std::ranges::any_of(s.conditions, [&](const policy::Condition& one) {
        return one.op == added.op && one.key == added.key;
      });
      if (!is_there) s.conditions.push_back(added);
      return !is_there;
    });
  };
  constexpr auto kNone = SetQualifier::kNone;
  const char* account = "aws:PrincipalAccount";
  const char* paths = "aws:PrincipalOrgPaths";
  return {
      with("but not of an account to come", kNone, BaseOperator::kStringNotEquals, account,
           {"777777777777"}),
      with("only of the accounts of today", kNone, BaseOperator::kStringEquals, account,
           {"222222222222", "444444444444"}),
      with("but not of accounts by pattern", kNone, BaseOperator::kStringNotLike, account,
           {"7777*"}),
      with("only of an account to come", kNone, BaseOperator::kStringEquals, account,
           {"777777777777"}),
      with("only of the OUs of today", SetQualifier::kForAnyValue, BaseOperator::kStringEquals,
           paths,
           {"o-exampleorgid/r-ab12/ou-ab12-prod0001/", "o-exampleorgid/r-ab12/ou-ab12-dev00001/"}),
      with("but not of a new OU", SetQualifier::kForAllValues, BaseOperator::kStringNotLike, paths,
           {"o-exampleorgid/*/ou-ab12-new00001/*"}),
      with("but not of principals of an account to come", kNone, BaseOperator::kArnNotLike,
           "aws:PrincipalArn", {"arn:aws:iam::777777777777:role/*"}),
      with("but not of principals by the digits of their account", kNone,
           BaseOperator::kStringNotLike, "aws:PrincipalArn", {"arn:aws:iam::77*:role/*"}),
      with("only of the organization", kNone, BaseOperator::kStringEquals, "aws:PrincipalOrgID",
           {"o-exampleorgid"}),
      with("but not of the organization", kNone, BaseOperator::kStringNotEquals,
           "aws:PrincipalOrgID", {"o-exampleorgid"}),
  };
}

}  // namespace writ::mutation

// What belongs together: actions with resources and condition keys, keys with operators and values.
#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::BaseOperator;
using policy::Effect;
using policy::HasWildcard;
using policy::Sense;

// Whether some resource of the action's types may match one of the patterns; true where the
// catalog does not know the form of a type, and for tags: services that share a prefix have one
// action for the tags of all their types, of which the catalog has those of one service
// (elasticloadbalancing:AddTags).
bool MayTake(const Subject& subject, const catalog::Action& action,
             const std::vector<std::string>& resources) {
  if (action.access == catalog::AccessLevel::kTagging) return true;
  for (const catalog::ActionResource& one : action.resources) {
    const auto type = subject.catalog().FindResourceType(action.service, one.type);
    if (!type || type->arns.empty()) return true;
    for (const std::string& format : type->arns) {
      const std::string wanted = FormatGlob(format);
      for (const std::string& resource : resources) {
        if (MayBeOf(format, wanted, resource)) return true;
      }
    }
  }
  return false;
}

// Actions of AI services that act on no resource: L95, not L41.
bool IsOfAi(const catalog::Action& action) { return IsOfBedrock(action.service); }

// L40, L41 and L95: actions of a statement that its resources keep from applying to anything.
template <class Code, class IsMeant>
void FindUnfit(const Subject& subject, Report& report, bool is_without_type, const Code& code,
               const IsMeant& is_meant) {
  if (!NamesAnyResource(subject.kind())) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const policy::Statement& statement = statements[i];
    if (!statement.resource || statement.resource->sense != Sense::kListed ||
        statement.action.sense != Sense::kListed) {
      continue;
    }
    const std::vector<std::string>& resources = statement.resource->values;
    if (std::ranges::any_of(resources, IsEverything) || subject.HasOpenParts(statement)) continue;
    std::vector<std::string> unfit;
    std::optional<std::size_t> first;
    for (std::size_t j = 0; j < statement.action.values.size(); ++j) {
      const auto action = Cataloged(subject, statement.action.values[j]);
      if (!action || action->WildcardOnly() != is_without_type || !is_meant(*action)) continue;
      if (is_without_type && action->access == catalog::AccessLevel::kTagging) continue;
      if (!is_without_type && MayTake(subject, *action, resources)) continue;
      if (!first) first = j;
      unfit.push_back(action->FullName());
    }
    if (!first) continue;
    const auto meant = Cataloged(subject, statement.action.values[*first]);
    policy::Request request =
        Example(meant->FullName(), is_without_type ? "*" : ResourceFor(subject, *meant));
    // The evaluator has the last word: the statement must not decide the request that was meant.
    if (Decide(subject, request, std::nullopt) != Decide(subject, request, i)) continue;
    const bool is_allow = statement.effect == Effect::kAllow;
    Finding& found = report.Add(code, i, subject.SpanOf(subject.places(i).actions[*first]),
                                fmt::format("{}", fmt::join(unfit, ",")), ListOf(unfit));
    found.diagnostic.At(is_allow ? "not allowed by this statement" : "not denied by this statement")
        .Also(subject.SpanOf(subject.places(i).resource), "the resources");
    if (unfit.size() < statement.action.values.size()) {
      found.diagnostic.Note(
          fmt::format("{} of {} actions", unfit.size(), statement.action.values.size()));
    }
    if (is_without_type) {
      found.diagnostic.Suggest("move these actions to a statement with `\"Resource\": \"*\"`");
    }
    found.diagnostic.Note(fmt::format("catalog of {}", subject.catalog().date()));
    ShowDecision(subject, found, i, std::move(request));
  }
}

void FindActionResource(const Subject& subject, Report& report) {
  FindUnfit(subject, report, false, diag::kLintActionResource,
            [](const catalog::Action&) { return true; });
}
void FindNoResourceType(const Subject& subject, Report& report) {
  FindUnfit(subject, report, true, diag::kLintNoResourceType, std::not_fn(IsOfAi));
}
void FindAiListScoped(const Subject& subject, Report& report) {
  FindUnfit(subject, report, true, diag::kLintAiListScoped, IsOfAi);
}

template <class Visit>
void ForEachCondition(const Subject& subject, const Visit& visit) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (subject.IsOpen(condition.key)) continue;
      const auto key = subject.catalog().FindKey(condition.key);
      if (key) visit(i, j, condition, *key);
    }
  }
}

Finding& Place(const Subject& subject, Finding& found, std::string_view label) {
  found.diagnostic.At(std::string(label));
  found.diagnostic.Note(fmt::format("catalog of {}", subject.catalog().date()));
  return found;
}

// Keys that AWS documents for an action and that the Service Authorization Reference, which the
// catalog is made of, does not list. Source: Bedrock User Guide, "Access foundation models" (read
// 2026-11-23).
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kUnlisted = {
    {{"aws-marketplace:Subscribe", "aws-marketplace:ProductId"}}};

bool IsUnlisted(const catalog::Action& action, std::string_view key) {
  return std::ranges::any_of(kUnlisted, [&](const auto& one) {
    return one.first == action.FullName() && policy::EqualIgnoringCase(one.second, key);
  });
}

void FindNotCarried(const Subject& subject, Report& report) {
  ForEachCondition(subject, [&](std::size_t i, std::size_t j, const policy::Condition& condition,
                                const catalog::Key& key) {
    // Keys of tags and of callers may come with any request.
    if (key.global || policy::FoldCase(key.name).starts_with("aws:")) return;
    // Of keys with a part of the caller's the catalog has one name for all.
    if (condition.key.find('/') != std::string::npos) return;
    const policy::Statement& statement = subject.document().statements[i];
    const auto carries = [&](const catalog::Action& action) {
      return subject.catalog().Carries(action, condition.key) != catalog::Carriage::kNo ||
             IsUnlisted(action, condition.key);
    };
    const auto actions = ActionsOf(subject, statement);
    const bool is_carried = !actions || std::ranges::any_of(*actions, carries);
    if (is_carried) return;
    Finding& found =
        report.Add(diag::kLintNotCarried, i, subject.SpanOf(subject.places(i).conditions[j]),
                   policy::OperatorName(condition.op) + condition.key, condition.key);
    Place(subject, found, "no action of this statement sends it");
    found.diagnostic.Also(subject.SpanOf(subject.places(i).action), "the actions");
    if (auto request = StatementRequest(subject, i)) {
      // As it is really sent: without the key.
      std::erase_if(request->context, [&](const policy::ContextKey& one) {
        return policy::EqualIgnoringCase(one.name, condition.key);
      });
      ShowDecision(subject, found, i, *std::move(request));
    }
  });
}

std::string_view FamilyName(policy::OperatorFamily family) {
  constexpr std::array<std::string_view, 8> kNames = {"text",  "numbers",   "dates", "Booleans",
                                                      "bytes", "addresses", "ARNs",  "presence"};
  return kNames[static_cast<std::size_t>(family)];
}

std::string_view TypeText(catalog::KeyType type) {
  constexpr std::array<std::string_view, 7> kNames = {
      "a text", "an ARN", "a Boolean", "a number", "a date", "an address", "bytes"};
  return kNames[static_cast<std::size_t>(type)];
}

bool Fits(policy::OperatorFamily family, catalog::KeyType type) {
  using policy::OperatorFamily;
  switch (family) {
    case OperatorFamily::kNull:
      return true;
    case OperatorFamily::kString:  // texts are compared as they are written
      return type != catalog::KeyType::kIpAddress;
    case OperatorFamily::kNumeric:
      return type == catalog::KeyType::kNumeric;
    case OperatorFamily::kDate:
      // Epoch seconds are numbers.
      return type == catalog::KeyType::kDate || type == catalog::KeyType::kNumeric;
    case OperatorFamily::kBool:
      return type == catalog::KeyType::kBool;
    case OperatorFamily::kBinary:
      return type == catalog::KeyType::kBinary;
    case OperatorFamily::kIp:
      return type == catalog::KeyType::kIpAddress;
    case OperatorFamily::kArn:
      return type == catalog::KeyType::kArn;
  }
  return true;
}

/// An address that is compared as a text: a range is equal to no address, and what is written with
/// a wildcard has no bounds but the written ones.
void ShowAddressAsText(const Subject& subject, Finding& found, std::size_t i, std::size_t j) {
  const policy::Condition& condition = subject.document().statements[i].conditions[j];
  const bool is_negated = policy::IsNegated(condition.op.base);
  const auto range = std::ranges::find_if(condition.values, [](const std::string& value) {
    return value.find('/') != std::string::npos;
  });
  if (range == condition.values.end()) {
    Place(subject, found, "compared character by character");
  } else {
    Place(subject, found, is_negated ? "holds within the range too" : "no address equals a range");
  }
  found.diagnostic.Suggest(is_negated ? "`NotIpAddress` compares addresses"
                                      : "`IpAddress` compares addresses");
  auto request = StatementRequest(subject, i);
  if (!request || range == condition.values.end()) return;
  SetKey(*request, condition.key, range->substr(0, range->find('/')));
  ShowDecision(subject, found, i, *std::move(request));
}

void FindOperatorType(const Subject& subject, Report& report) {
  ForEachCondition(subject, [&](std::size_t i, std::size_t j, const policy::Condition& condition,
                                const catalog::Key& key) {
    const policy::OperatorFamily family = policy::FamilyOf(condition.op.base);
    // Many keys are cataloged as text and hold ARNs, numbers or `true`.
    if (key.type == catalog::KeyType::kString || Fits(family, key.type)) return;
    // Two keys of one request can be compared as texts only.
    const bool is_of_keys = std::ranges::all_of(condition.values, [](const std::string& value) {
      return value.find("${") != std::string::npos;
    });
    if (family == policy::OperatorFamily::kString && is_of_keys) return;
    Finding& found = report.Add(
        diag::kLintOperatorType, i, subject.SpanOf(subject.places(i).conditions[j]),
        policy::OperatorName(condition.op) + condition.key, policy::OperatorName(condition.op),
        FamilyName(family), condition.key, TypeText(key.type));
    if (family != policy::OperatorFamily::kString) {
      Place(subject, found, "the comparison never holds");
      return;
    }
    ShowAddressAsText(subject, found, i, j);
  });
}

void FindLiteralStar(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      const BaseOperator positive = policy::PositiveOf(condition.op.base);
      if (positive != BaseOperator::kStringEquals &&
          positive != BaseOperator::kStringEqualsIgnoreCase) {
        continue;
      }
      for (const std::string& value : condition.values) {
        // `${*}` is the character itself; what remains must be a wildcard that is not meant so.
        const policy::Pattern pattern =
            policy::ParsePattern(value, subject.document().version, policy::Wildcards::kActive);
        const bool has = std::ranges::any_of(pattern.literals, [](const std::string& text) {
          return text.find_first_of(std::string{policy::kAnyRun, policy::kAnyOne}) !=
                 std::string::npos;
        });
        if (!has || subject.IsOpen(value)) continue;
        const std::string name = policy::OperatorName(condition.op);
        Finding& found =
            report.Add(diag::kLintLiteralStar, i, subject.SpanOf(subject.places(i).conditions[j]),
                       name + condition.key + value, Shown(value), name);
        found.diagnostic.At("compared character by character");
        std::string like = name;
        const std::size_t at = like.find("Equals");
        if (positive == BaseOperator::kStringEquals && at != std::string::npos) {
          like.replace(at, 6, "Like");
          found.diagnostic.Suggest(fmt::format("`{}` compares with wildcards", like));
        }
        if (auto request = StatementRequest(subject, i)) {
          ShowDecision(subject, found, i, *std::move(request));
        }
        break;
      }
    }
  }
}

void FindArnAsString(const Subject& subject, Report& report) {
  ForEachCondition(subject, [&](std::size_t i, std::size_t j, const policy::Condition& condition,
                                const catalog::Key& key) {
    if (key.type != catalog::KeyType::kArn) return;
    if (policy::PositiveOf(condition.op.base) != BaseOperator::kStringLike) return;
    for (const std::string& value : condition.values) {
      // A wildcard before the last segment may reach over the colons behind it.
      const std::size_t star = value.find('*');
      if (star == std::string::npos || subject.IsOpen(value)) continue;
      if (std::ranges::count(value.substr(0, star), ':') >= 5) continue;
      if (value.find_first_not_of('*') == std::string::npos) continue;
      Finding& found =
          report.Add(diag::kLintArnAsString, i, subject.SpanOf(subject.places(i).conditions[j]),
                     policy::OperatorName(condition.op) + condition.key + value, condition.key);
      Place(subject, found, "`*` also matches colons here");
      std::string name = policy::OperatorName(condition.op);
      name.replace(name.find("String"), 6, "Arn");
      found.diagnostic.Suggest(fmt::format("`{}` compares ARNs part by part", name));
      // An ARN whose account is what the pattern has in its last part.
      policy::Request request = StatementRequest(subject, i).value_or(Example("", ""));
      if (!request.action.empty()) ShowDecision(subject, found, i, std::move(request));
      return;
    }
  });
}

void FindSetOperator(const Subject& subject, Report& report) {
  ForEachCondition(subject, [&](std::size_t i, std::size_t j, const policy::Condition& condition,
                                const catalog::Key& key) {
    if (!key.multi_valued || condition.op.set != policy::SetQualifier::kNone ||
        condition.op.base == BaseOperator::kNull) {
      return;
    }
    Finding& found =
        report.Add(diag::kLintSetOperator, i, subject.SpanOf(subject.places(i).conditions[j]),
                   policy::OperatorName(condition.op) + condition.key, condition.key,
                   policy::OperatorName(condition.op));
    Place(subject, found, "of which value is not said");
    found.diagnostic.Suggest(
        fmt::format("`ForAnyValue:{0}` or `ForAllValues:{0}`", policy::OperatorName(condition.op)));
  });
}

void FindAbsentPasses(const Subject& subject, Report& report) {
  ForEachCondition(subject, [&](std::size_t i, std::size_t j, const policy::Condition& condition,
                                const catalog::Key& key) {
    const policy::Statement& statement = subject.document().statements[i];
    if (statement.effect != Effect::kAllow || condition.op.base == BaseOperator::kNull) return;
    const bool passes = condition.op.set == policy::SetQualifier::kForAllValues ||
                        condition.op.if_exists || policy::IsNegated(condition.op.base);
    if (!passes || subject.HasOpenParts(statement)) return;
    // A request that lacks the key and is allowed.
    policy::Statement without = statement;
    without.conditions.push_back(
        {{.set = policy::SetQualifier::kNone, .base = BaseOperator::kNull, .if_exists = false},
         condition.key,
         {"true"}});
    auto request = RequestOf(subject, without);
    if (!request) return;
    Finding& found =
        report.Add(diag::kLintAbsentPasses, i, subject.SpanOf(subject.places(i).conditions[j]),
                   policy::OperatorName(condition.op) + condition.key, condition.key);
    Place(subject, found, "holds where the key is absent");
    (void)key;
    found.diagnostic.Suggest(
        fmt::format("require the key: `\"Null\": {{\"{}\": \"false\"}}`", condition.key));
    ShowDecision(subject, found, i, *std::move(request));
  });
}

constexpr std::array<Rule, 9> kRules = {{
    {40, "action-resource", Class::kWiring, Level::kError, Needs::kCatalog, FindActionResource},
    {41, "no-resource-type", Class::kWiring, Level::kError, Needs::kCatalog, FindNoResourceType},
    {42, "key-not-carried", Class::kWiring, Level::kError, Needs::kCatalog, FindNotCarried},
    {43, "operator-type", Class::kWiring, Level::kWarning, Needs::kCatalog, FindOperatorType},
    {45, "literal-star", Class::kWiring, Level::kWarning, Needs::kDocument, FindLiteralStar},
    {46, "arn-as-string", Class::kWiring, Level::kSecurity, Needs::kCatalog, FindArnAsString},
    {47, "set-operator", Class::kWiring, Level::kError, Needs::kCatalog, FindSetOperator},
    {48, "absent-passes", Class::kWiring, Level::kSecurity, Needs::kDecision, FindAbsentPasses},
    {95, "ai-list-scoped", Class::kAi, Level::kError, Needs::kCatalog, FindAiListScoped},
}};

}  // namespace

std::span<const Rule> WiringRules() { return kRules; }

}  // namespace writ::policy_lint

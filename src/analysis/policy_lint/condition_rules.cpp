// Conditions that do not do what they seem to: values that cannot occur, keys that are not sent,
// that anyone can choose, or that say too little by themselves.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::policy_lint {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::Effect;
using policy::EqualIgnoringCase;
using policy::OperatorFamily;
using policy::Statement;

template <class Visit>
void ForEach(const Subject& subject, const Visit& visit) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const Condition& condition = statements[i].conditions[j];
      if (!subject.IsOpen(condition.key)) visit(i, j, condition);
    }
  }
}

source::Span SpanOf(const Subject& subject, std::size_t statement, std::size_t condition) {
  return subject.SpanOf(subject.places(statement).conditions[condition]);
}

std::string CauseOf(const Condition& condition) {
  return policy::OperatorName(condition.op) + condition.key;
}

bool HasVariable(std::string_view value) { return value.find("${") != std::string_view::npos; }

// -------------------------------------------------------------------------------- L44, L50

bool IsAll(std::string_view text, std::size_t least, std::size_t most, std::string_view extra) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char c) {
           return (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
         });
}

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

struct Form {
  std::string_view key;
  std::string_view prefix;
  std::size_t least;
  std::size_t most;
  std::string_view extra;  ///< beside digits
  std::string_view text;
};
// Sources: Organizations API Reference, "Organization" (pattern of Id); VPC User Guide, resource
// ids; IAM User Guide, "Account identifiers" (not checked).
constexpr std::array<Form, 9> kForms = {{
    {"aws:PrincipalOrgID", "o-", 10, 32, kLetters,
     "`o-` and 10 to 32 lower-case letters or digits"},
    {"aws:ResourceOrgID", "o-", 10, 32, kLetters, "`o-` and 10 to 32 lower-case letters or digits"},
    {"aws:SourceOrgID", "o-", 10, 32, kLetters, "`o-` and 10 to 32 lower-case letters or digits"},
    {"aws:PrincipalAccount", "", 12, 12, "", "12 digits"},
    {"aws:ResourceAccount", "", 12, 12, "", "12 digits"},
    {"aws:SourceAccount", "", 12, 12, "", "12 digits"},
    {"kms:CallerAccount", "", 12, 12, "", "12 digits"},
    {"aws:SourceVpc", "vpc-", 8, 17, kLetters, "`vpc-` and 8 or 17 letters or digits"},
    {"aws:SourceVpce", "vpce-", 8, 17, kLetters, "`vpce-` and 8 or 17 letters or digits"},
}};

// What a value must look like to be equal to any that is sent; empty if it does.
std::string_view WrongForm(const Condition& condition, const std::string& value) {
  switch (policy::FamilyOf(condition.op.base)) {
    case OperatorFamily::kBool:
    case OperatorFamily::kNull:
      return policy::ParseBool(value) ? "" : "`true` or `false`";
    case OperatorFamily::kNumeric:
      return policy::ParseDecimal(value) ? "" : "a number";
    case OperatorFamily::kDate:
      return policy::ParseInstant(value) ? "" : "a date such as `2026-11-30T00:00:00Z`";
    case OperatorFamily::kIp:
      return policy::ParseIp(value) ? "" : "an address or a range such as `192.0.2.0/24`";
    case OperatorFamily::kBinary:
      return policy::DecodeBase64(value) ? "" : "base64";
    case OperatorFamily::kArn:
      return "";
    case OperatorFamily::kString:
      break;
  }
  if (policy::HasWildcard(value)) return "";
  for (const Form& form : kForms) {
    if (!EqualIgnoringCase(condition.key, form.key)) continue;
    if (!value.starts_with(form.prefix)) return form.text;
    const std::string_view rest = std::string_view(value).substr(form.prefix.size());
    return IsAll(rest, form.least, form.most, form.extra) ? "" : form.text;
  }
  return "";
}

void FindValue(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    for (const std::string& value : condition.values) {
      if (subject.IsOpen(value) || HasVariable(value)) continue;
      const std::string_view form = WrongForm(condition, value);
      if (form.empty()) continue;
      report
          .Add(diag::kLintValue, i, SpanOf(subject, i, j), CauseOf(condition) + value, Shown(value),
               condition.key)
          .diagnostic.At(fmt::format("should be {}", form))
          .Note("the comparison with it never holds");
    }
  });
}

// Ranges that no request from the internet comes from. Sources: RFC 1918, RFC 4193, RFC 3927,
// RFC 6890 (loopback); IAM User Guide, "aws:SourceIp": a request through a VPC endpoint does not
// have it (not checked).
bool IsPrivate(std::string_view range) {
  static constexpr std::array<std::string_view, 6> kPrivate = {
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7"};
  const auto inner = policy::ParseIp(range);
  return inner && std::ranges::any_of(kPrivate, [&](std::string_view text) {
           return policy::ParseIp(text)->Contains(*inner);
         });
}

void FindPrivateIp(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    if (!EqualIgnoringCase(condition.key, "aws:SourceIp") ||
        policy::FamilyOf(condition.op.base) != OperatorFamily::kIp ||
        std::ranges::any_of(condition.values,
                            [&](const std::string& one) { return subject.IsOpen(one); })) {
      return;
    }
    std::vector<std::string> found_values;
    std::ranges::copy_if(condition.values, std::back_inserter(found_values), IsPrivate);
    if (found_values.empty()) return;
    const bool is_all = found_values.size() == condition.values.size();
    Finding& found = report.Add(diag::kLintPrivateIp, i, SpanOf(subject, i, j),
                                CauseOf(condition) + found_values[0], ListOf(found_values));
    if (!is_all) found.level = Level::kSuggestion;
    const bool is_negated = policy::IsNegated(condition.op.base);
    found.diagnostic
        .At(!is_all      ? "these ranges never match"
            : is_negated ? "holds for every request"
                         : "never holds")
        .Suggest("`aws:VpcSourceIp`, with `aws:SourceVpc`, is the address within a VPC");
    auto request = StatementRequest(subject, i);
    if (!request) return;
    SetKey(*request, condition.key, "203.0.113.10");
    ShowDecision(subject, found, i, *std::move(request));
  });
}

// -------------------------------------------------------------------------------- L51, L52

void FindPairedKeys(const Subject& subject, Report& report) {
  static constexpr std::array<std::string_view, 3> kPartners = {"aws:SourceVpc", "aws:SourceVpce",
                                                                "aws:SourceVpcArn"};
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    if (!EqualIgnoringCase(condition.key, "aws:VpcSourceIp")) return;
    const Statement& statement = subject.document().statements[i];
    const bool has_partner = std::ranges::any_of(
        kPartners, [&](std::string_view key) { return FindCondition(statement, key) != nullptr; });
    if (has_partner) return;
    Finding& found =
        report.Add(diag::kLintPairedKeys, i, SpanOf(subject, i, j), CauseOf(condition));
    found.diagnostic.At("every VPC may have these addresses")
        .Suggest("add a condition on `aws:SourceVpc`");
    auto request = StatementRequest(subject, i);
    if (!request) return;
    SetKey(*request, "aws:SourceVpc", "vpc-0123456789abcdef0");
    SetKey(*request, "aws:SourceVpce", "vpce-0123456789abcdef0");
    // Calls through an endpoint have the address within the VPC only. Source: IAM User Guide, "AWS
    // global condition context keys", aws:SourceIp, read 2026-11-30.
    SetKey(*request, "aws:SourceIp", std::nullopt);
    if (statement.effect == Effect::kDeny && policy::IsNegated(condition.op.base)) {
      // The one that escapes: from such an address in a VPC of anybody.
      const std::string& range = condition.values.front();
      SetKey(*request, condition.key, range.substr(0, range.find('/')));
    }
    const bool shows = statement.effect == Effect::kDeny ||
                       Decide(subject, *request, std::nullopt) == policy::Verdict::kAllowed;
    if (shows) ShowDecision(subject, found, i, *std::move(request));
  });
}

void FindTagUnsupported(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    const std::string key = policy::FoldCase(condition.key);
    const Statement& statement = subject.document().statements[i];
    // A Deny that always applies hides nothing: its author sees what is refused.
    const bool is_open = statement.effect == Effect::kAllow || !HoldsAbsent(condition);
    if (!key.starts_with("aws:resourcetag/") || !is_open) return;
    const auto actions = ActionsOf(subject, statement);
    if (!actions || std::ranges::any_of(*actions, [&](const catalog::Action& action) {
          return subject.catalog().Carries(action, condition.key) != catalog::Carriage::kNo;
        })) {
      return;
    }
    Finding& found = report.Add(diag::kLintTagUnsupported, i, SpanOf(subject, i, j),
                                CauseOf(condition), condition.key);
    // What an Allow does not allow is seen by anyone who needs it.
    if (statement.effect == Effect::kAllow && !HoldsAbsent(condition))
      found.level = Level::kWarning;
    found.diagnostic.At("no resource of these actions has it")
        .Also(subject.SpanOf(subject.places(i).action), "the actions")
        .Note(fmt::format("the condition {}", WithoutKey(statement.effect, condition)))
        .Note(fmt::format("catalog of {}", subject.catalog().date()));
    auto request = StatementRequest(subject, i);
    if (!request) return;
    SetKey(*request, condition.key, std::nullopt);
    ShowDecision(subject, found, i, *std::move(request));
  });
}

// -------------------------------------------------------------------------------- L57 to L59

// Keys that tell an organization, account or network from all others. Source: IAM User Guide,
// "AWS global condition context keys" (not checked).
constexpr std::array<std::string_view, 11> kSensitive = {"aws:principalorgid",
                                                         "aws:principalorgpaths",
                                                         "aws:principalaccount",
                                                         "aws:resourceorgid",
                                                         "aws:resourceaccount",
                                                         "aws:sourceorgid",
                                                         "aws:sourceorgpaths",
                                                         "aws:sourceaccount",
                                                         "aws:sourcevpc",
                                                         "aws:sourcevpce",
                                                         "aws:userid"};
// Access Analyzer reports WILDCARD_USAGE_TOO_PERMISSIVE and VARIABLE_USAGE_TOO_PERMISSIVE below
// this number (IAM User Guide, "policy checks reference", not checked).
constexpr std::size_t kLeastLiteral = 6;

void FindLoosePattern(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    if (condition.op.base != BaseOperator::kStringLike ||
        std::ranges::find(kSensitive, policy::FoldCase(condition.key)) == kSensitive.end()) {
      return;
    }
    for (const std::string& value : condition.values) {
      const std::size_t wild = value.find_first_of("*?");
      // A star alone plainly means that the key is there.
      if (wild == std::string::npos || wild >= kLeastLiteral || IsEverything(value) ||
          subject.IsOpen(value) || HasVariable(value)) {
        continue;
      }
      Finding& found = report.Add(diag::kLintLoosePattern, i, SpanOf(subject, i, j),
                                  CauseOf(condition) + value, Shown(value), condition.key);
      found.diagnostic.At("matches those of others too").Suggest("write the whole value");
      std::string other;
      for (const char c : value)
        other += c == '*' ? "0123456789" : std::string(1, c == '?' ? '9' : c);
      auto request = StatementRequest(subject, i);
      if (!request) continue;
      for (policy::ContextKey& key : request->context) {
        if (EqualIgnoringCase(key.name, condition.key)) key.values = {other};
      }
      ShowDecision(subject, found, i, *std::move(request));
    }
  });
}

void FindRcpService(const Subject& subject, Report& report) {
  if (subject.kind() != policy::Kind::kRcp) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kDeny || subject.where().has_holes) continue;
    const auto is_of_principal = [](const Condition& condition) {
      const std::string key = policy::FoldCase(condition.key);
      return key.starts_with("aws:principal") && !key.starts_with("aws:principalisawsservice");
    };
    const auto tested = std::ranges::find_if(statement.conditions, is_of_principal);
    if (tested == statement.conditions.end()) continue;
    // A service's own call has none of a principal's keys but this one.
    Statement of_service = statement;
    of_service.conditions.push_back(
        {{.set = policy::SetQualifier::kNone, .base = BaseOperator::kBool, .if_exists = false},
         "aws:PrincipalIsAWSService",
         {"true"}});
    for (const Condition& condition : statement.conditions) {
      if (!is_of_principal(condition)) continue;
      of_service.conditions.push_back(
          {{.set = policy::SetQualifier::kNone, .base = BaseOperator::kNull, .if_exists = false},
           condition.key,
           {"true"}});
    }
    auto request = RequestOf(subject, of_service);
    if (!request) continue;
    request->principal = "cloudtrail.amazonaws.com";
    const auto j = static_cast<std::size_t>(tested - statement.conditions.begin());
    Finding& found =
        report.Add(diag::kLintRcpService, i, SpanOf(subject, i, j), tested->key, tested->key);
    found.diagnostic.At("absent when an AWS service calls by itself")
        .Suggest("add `\"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}`");
    found.request = *std::move(request);
  }
}

void FindSpoofable(const Subject& subject, Report& report) {
  // IAM User Guide, "aws:Referer" and "aws:UserAgent": callers set them as they like; not to be
  // used to keep anyone out (not checked).
  static constexpr std::array<std::string_view, 2> kChosen = {"aws:referer", "aws:useragent"};
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    if (std::ranges::find(kChosen, policy::FoldCase(condition.key)) == kChosen.end()) return;
    Finding& found = report.Add(diag::kLintSpoofable, i, SpanOf(subject, i, j), CauseOf(condition),
                                condition.key);
    found.diagnostic.At("a header that anyone can send");
    if (auto request = StatementRequest(subject, i)) {
      ShowDecision(subject, found, i, *std::move(request));
    }
  });
}

// -------------------------------------------------------------------------------- L80 to L82

void FindPrefix(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    if (!EqualIgnoringCase(condition.key, "s3:prefix") || subject.where().has_holes) return;
    const bool is_deny = subject.document().statements[i].effect == Effect::kDeny;
    if (policy::FamilyOf(condition.op.base) != OperatorFamily::kString ||
        is_deny == policy::IsNegated(condition.op.base)) {
      return;
    }
    for (const std::string& value : condition.values) {
      const std::string literal = value.substr(0, value.find_first_of("*?$"));
      if (literal.empty()) continue;
      auto request = StatementRequest(subject, i);
      if (!request) return;
      SetKey(*request, condition.key, literal.substr(0, literal.size() - 1));
      const auto with = Decide(subject, *request, std::nullopt);
      const bool escapes =
          is_deny ? with == Decide(subject, *request, i) : with == policy::Verdict::kAllowed;
      if (!escapes) continue;
      Finding& found = report.Add(diag::kLintPrefix, i, SpanOf(subject, i, j),
                                  CauseOf(condition) + value, Shown(value));
      found.diagnostic.At("a shorter prefix lists these keys too")
          .Suggest("allow the prefixes that may be listed instead");
      return ShowDecision(subject, found, i, *std::move(request));
    }
  });
}

// DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control": without
// dynamodb:Select a request for all attributes names none (not checked).
void FindSelect(const Subject& subject, Report& report) {
  ForEach(subject, [&](std::size_t i, std::size_t j, const Condition& condition) {
    const Statement& statement = subject.document().statements[i];
    if (!EqualIgnoringCase(condition.key, "dynamodb:Attributes") ||
        statement.effect != Effect::kAllow ||
        FindCondition(statement, "dynamodb:Select") != nullptr) {
      return;
    }
    const auto actions = ActionsOf(subject, statement);
    if (!actions) return;
    const auto action = std::ranges::find_if(*actions, [&](const catalog::Action& one) {
      return subject.catalog().Carries(one, "dynamodb:Select") != catalog::Carriage::kNo;
    });
    if (action == actions->end()) return;
    auto request = StatementRequest(subject, i);
    if (!request) return;
    request->action = action->FullName();
    SetKey(*request, condition.key, std::nullopt);
    SetKey(*request, "dynamodb:Select", "ALL_ATTRIBUTES");
    if (Decide(subject, *request, std::nullopt) != policy::Verdict::kAllowed) return;
    Finding& found = report.Add(diag::kLintSelect, i, SpanOf(subject, i, j), CauseOf(condition));
    found.diagnostic.At("holds where no attribute is named")
        .Suggest("add `\"StringEqualsIfExists\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}`");
    ShowDecision(subject, found, i, *std::move(request));
  });
}

// Only users and the root have long-term keys, and no session's keys come with those. Source: IAM
// User Guide, "AWS global condition context keys", aws:TokenIssueTime, read 2026-11-30.
bool MayHaveLongTermKeys(const policy::Request& request) {
  static constexpr std::array<std::string_view, 5> kOfSessions = {
      "aws:TokenIssueTime", "aws:SourceIdentity", "aws:FederatedProvider", "aws:AssumedRoot",
      "aws:Ec2InstanceSourceVpc"};
  const auto caller = policy::ParseCaller(request.principal);
  const bool is_holder = caller && (caller->kind == policy::CallerKind::kUser ||
                                    caller->kind == policy::CallerKind::kRoot);
  return is_holder && std::ranges::none_of(request.context, [](const policy::ContextKey& key) {
           const bool is_of_role = EqualIgnoringCase(key.name, "aws:PrincipalArn") &&
                                   std::ranges::any_of(key.values, [](const std::string& value) {
                                     return value.find(":role/") != std::string::npos;
                                   });
           const bool is_of_sessions = std::ranges::any_of(kOfSessions, [&](std::string_view name) {
             return EqualIgnoringCase(key.name, name);
           });
           const bool is_session_type = EqualIgnoringCase(key.name, "aws:PrincipalType") &&
                                        !key.values.empty() && key.values.front() != "User" &&
                                        key.values.front() != "Account";
           return is_of_role || is_of_sessions || is_session_type;
         });
}

// IAM User Guide, "aws:MultiFactorAuthPresent": requests with long-term keys do not have it, and it
// may be false (not checked).
void FindMfa(const Subject& subject, Report& report) {
  static constexpr std::string_view kPresent = "aws:MultiFactorAuthPresent";
  static constexpr std::string_view kAge = "aws:MultiFactorAuthAge";
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const auto is_of_mfa = [](const Condition& condition) {
      return EqualIgnoringCase(condition.key, kPresent) || EqualIgnoringCase(condition.key, kAge);
    };
    const auto tested = std::ranges::find_if(statements[i].conditions, is_of_mfa);
    if (tested == statements[i].conditions.end() || subject.where().has_holes) continue;
    Statement without = statements[i];
    std::erase_if(without.conditions, is_of_mfa);
    const auto request = RequestOf(subject, without);
    if (!request) continue;
    const bool is_deny = statements[i].effect == Effect::kDeny;
    for (const auto& value : {std::optional<std::string>(), std::optional<std::string>("false")}) {
      policy::Request plain = *request;
      if (!value && !MayHaveLongTermKeys(plain)) continue;
      SetKey(plain, kAge, std::nullopt);
      SetKey(plain, kPresent, value);
      const auto with = Decide(subject, plain, std::nullopt);
      const bool passes = with && (is_deny ? *with != policy::Verdict::kExplicitDeny
                                           : *with == policy::Verdict::kAllowed);
      if (!passes) continue;
      Finding& found = report.Add(
          diag::kLintMfa, i,
          SpanOf(subject, i, static_cast<std::size_t>(tested - statements[i].conditions.begin())),
          CauseOf(*tested), value ? "a session" : "a request with long-term keys");
      found.diagnostic.At(is_deny ? "does not deny it" : "allows it")
          .Suggest(is_deny
                       ? "`\"BoolIfExists\": {\"aws:MultiFactorAuthPresent\": \"false\"}` denies it"
                       : "`\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}` demands it");
      ShowDecision(subject, found, i, std::move(plain));
      break;
    }
  }
}

constexpr std::array<int, 1> kValueImplies = {60};
constexpr std::array<int, 1> kAbsentImplies = {48};

constexpr std::array<Rule, 10> kRules = {{
    {44, "value", Class::kWiring, Level::kWarning, Needs::kDocument, FindValue},
    {50, "private-ip", Class::kWiring, Level::kError, Needs::kDocument, FindPrivateIp,
     kValueImplies},
    {51, "paired-keys", Class::kWiring, Level::kSecurity, Needs::kDocument, FindPairedKeys},
    {52, "tag-unsupported", Class::kWiring, Level::kSecurity, Needs::kCatalog, FindTagUnsupported,
     kAbsentImplies},
    {57, "loose-pattern", Class::kWiring, Level::kSecurity, Needs::kDocument, FindLoosePattern},
    {58, "rcp-service", Class::kWiring, Level::kWarning, Needs::kDecision, FindRcpService},
    {59, "spoofable-key", Class::kWiring, Level::kSecurity, Needs::kDocument, FindSpoofable},
    {80, "s3-prefix", Class::kEffect, Level::kSecurity, Needs::kDecision, FindPrefix},
    {81, "dynamodb-select", Class::kEffect, Level::kSecurity, Needs::kDecision, FindSelect,
     kAbsentImplies},
    {82, "mfa", Class::kEffect, Level::kSecurity, Needs::kDecision, FindMfa, kAbsentImplies},
}};

}  // namespace

std::span<const Rule> ConditionRules() { return kRules; }

}  // namespace writ::policy_lint

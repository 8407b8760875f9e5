// What a document gives more of than it seems to: to services of anybody, on every resource, for
// good.
#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::Effect;
using policy::Sense;
using policy::Statement;
using policy::Verdict;

// --------------------------------------------------------------------------------------- L56

// IAM User Guide, "The confused deputy problem" (not checked): what tells on whose behalf a
// service calls.
bool NamesSource(const policy::Condition& condition) {
  static constexpr std::array<std::string_view, 5> kKeys = {"aws:sourcearn", "aws:sourceaccount",
                                                            "aws:sourceorgid", "aws:sourceorgpaths",
                                                            "aws:sourceowner"};
  return std::ranges::find(kKeys, policy::FoldCase(condition.key)) != kKeys.end();
}

void FindConfusedDeputy(const Subject& subject, Report& report) {
  if (subject.kind() != policy::Kind::kResource || subject.where().has_holes) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !statement.principal ||
        statement.principal->sense != Sense::kListed ||
        std::ranges::any_of(statement.conditions, NamesSource)) {
      continue;
    }
    for (std::size_t j = 0; j < statement.principal->values.size(); ++j) {
      const policy::Principal& one = statement.principal->values[j];
      if (one.type != policy::PrincipalType::kService) continue;
      Statement of_service = statement;
      of_service.principal->values = {one};
      auto request = RequestOf(subject, of_service);
      if (!request) continue;
      request->principal = one.value;
      SetKey(*request, "aws:SourceAccount", "999999999999");
      if (Decide(subject, *request, std::nullopt) != Verdict::kAllowed) continue;
      Finding& found =
          report.Add(diag::kLintConfusedDeputy, i, subject.SpanOf(subject.places(i).principals[j]),
                     one.value, one.value);
      found.diagnostic.At("for any account that uses the service")
          .Suggest("add a condition on `aws:SourceAccount` or `aws:SourceArn`");
      ShowDecision(subject, found, i, *std::move(request));
    }
  }
}

// ---------------------------------------------------------------------------------- L63, L64

void FindPartlyDenied(const Subject& subject, Report& report) {
  if (subject.where().has_holes) return;
  const auto& statements = subject.document().statements;
  const auto is_plain = [](const Statement& one) {
    return !one.principal || one.principal->sense == Sense::kListed;
  };
  std::vector<Statement> denials;
  for (const Statement& one : statements) {
    if (one.effect != Effect::kDeny) continue;
    if (!is_plain(one)) return;
    denials.push_back(one);
  }
  if (denials.empty()) return;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !is_plain(statement) ||
        statement.action.sense != Sense::kListed || statement.action.values.size() < 2) {
      continue;
    }
    // Of patterns a part is often meant to be denied; an action that is written out is not.
    std::vector<std::string> denied;
    std::optional<std::size_t> first;
    for (std::size_t j = 0; j < statement.action.values.size(); ++j) {
      const std::string& action = statement.action.values[j];
      const bool may_be_denied =
          !policy::HasWildcard(action) && std::ranges::any_of(denials, [&](const Statement& one) {
            return one.action.sense == Sense::kAllBut ||
                   std::ranges::any_of(one.action.values, [&](const std::string& pattern) {
                     return policy::MayOverlap(policy::FoldCase(pattern), policy::FoldCase(action));
                   });
          });
      if (!may_be_denied) continue;
      Statement only = statement;
      only.action.values = {action};
      std::vector<Statement> all = denials;
      all.insert(all.begin(), only);
      if (!IsNothing(subject, std::move(all)) || IsNothing(subject, {only})) continue;
      if (!first) first = j;
      denied.push_back(action);
    }
    if (!first || denied.size() == statement.action.values.size()) continue;  // L62
    Finding& found =
        report.Add(diag::kLintPartlyDenied, i, subject.SpanOf(subject.places(i).actions[*first]),
                   fmt::format("{}", fmt::join(denied, ",")), ListOf(denied));
    found.diagnostic.At("allowed here, and denied").Note("proved for all requests");
    if (auto allowed = AllowedRequest(subject, i)) {
      found.diagnostic.Note(
          fmt::format("`{}` on `{}` is allowed", allowed->action, Shown(allowed->resource)));
    }
    Statement only = statement;
    only.action.values = {statement.action.values[*first]};
    auto request = RequestOf(subject, only);
    if (!request) continue;
    for (std::size_t j = 0; j < statements.size(); ++j) {
      if (statements[j].effect == Effect::kDeny &&
          Decide(subject, *request, j) != Verdict::kExplicitDeny) {
        found.diagnostic.Also(subject.SpanOf(subject.places(j).statement), "denies it");
      }
    }
    ShowDecision(subject, found, i, *std::move(request));
  }
}

// Values of a condition that another condition of the statement excludes.
void FindContradiction(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (subject.HasOpenParts(statement) || statement.conditions.size() < 2) continue;
    for (std::size_t j = 0; j < statement.conditions.size(); ++j) {
      const policy::Condition& condition = statement.conditions[j];
      if (policy::IsNegated(condition.op.base) || condition.values.size() < 2 ||
          condition.op.set != policy::SetQualifier::kNone || condition.op.if_exists) {
        continue;
      }
      for (std::size_t k = 0; k < statement.conditions.size(); ++k) {
        const policy::Condition& other = statement.conditions[k];
        if (k == j || !policy::EqualIgnoringCase(condition.key, other.key)) continue;
        // Only the two: what else the statement asks for is no matter.
        Statement both = Everything();
        both.conditions = {condition, other};
        if (IsNothing(subject, {both})) continue;  // L60
        for (const std::string& value : condition.values) {
          both.conditions[0].values = {value};
          Statement alone = Everything();
          alone.conditions = {both.conditions[0]};
          if (!IsNothing(subject, {both}) || IsNothing(subject, {alone})) continue;
          Finding& found = report.Add(diag::kLintContradiction, i,
                                      subject.SpanOf(subject.places(i).conditions[j]),
                                      policy::OperatorName(condition.op) + condition.key + value,
                                      Shown(value), condition.key);
          found.diagnostic.At("holds for this value")
              .Also(subject.SpanOf(subject.places(i).conditions[k]), "never holds for it")
              .Note("proved for all requests");
          // The request that was meant: all that the statement asks for, but for the other one.
          Statement meant = statement;
          meant.conditions[j].values = {value};
          meant.conditions.erase(meant.conditions.begin() + static_cast<std::ptrdiff_t>(k));
          if (auto request = RequestOf(subject, meant)) {
            ShowDecision(subject, found, i, *std::move(request));
          }
        }
      }
    }
  }
}

// --------------------------------------------------------------------------------------- L66

// Whether the patterns cover every ARN of a format.
bool Covers(const std::vector<std::string>& patterns, const std::string& format) {
  std::string wanted;
  for (std::size_t i = 0; i < format.size();) {
    const std::size_t close =
        format.compare(i, 2, "${") == 0 ? format.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      wanted += format[i++];
      continue;
    }
    // A partition is chosen by where the account is.
    wanted += format.substr(i, close - i + 1) == "${Partition}" ? "aws" : "*";
    i = close + 1;
  }
  const auto parts = policy::SplitArn(wanted);
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const auto own = policy::SplitArn(pattern);
    if (!own || !parts || policy::HasWildcard((*own)[2])) return false;
    for (std::size_t i = 0; i < own->size(); ++i) {
      if ((*own)[i].find_first_of("?$") != std::string_view::npos) return false;
      std::string glob;
      for (const char c : (*own)[i]) glob += c == '*' ? policy::kAnyRun : c;
      if (!policy::MatchesGlob(glob, (*parts)[i])) return false;
    }
    return true;
  });
}

bool IsOfAnyAccount(const std::string& pattern) {
  const auto parts = policy::SplitArn(pattern);
  return parts && ((*parts)[4].empty() || IsEverything((*parts)[4]));
}

void FindEffectivelyStar(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind())) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !statement.resource ||
        statement.resource->sense != Sense::kListed || !statement.conditions.empty() ||
        std::ranges::any_of(statement.resource->values, IsEverything) ||
        std::ranges::none_of(statement.resource->values, IsOfAnyAccount) ||
        subject.HasOpenParts(statement)) {
      continue;
    }
    const auto actions = ActionsOf(subject, statement);
    if (!actions) continue;
    // An action that changes something, and all of whose resources are covered.
    std::vector<std::string> covered;
    std::optional<policy::Request> shown;
    for (const catalog::Action& action : *actions) {
      if (action.access == catalog::AccessLevel::kList ||
          action.access == catalog::AccessLevel::kRead || action.resources.empty()) {
        continue;
      }
      const bool is_covered =
          std::ranges::all_of(action.resources, [&](const catalog::ActionResource& one) {
            const auto type = subject.catalog().FindResourceType(action.service, one.type);
            return type && !type->arns.empty() &&
                   std::ranges::all_of(type->arns, [&](const std::string& format) {
                     return Covers(statement.resource->values, format);
                   });
          });
      if (!is_covered) continue;
      policy::Request request = Example(action.FullName(), ResourceFor(subject, action));
      if (Decide(subject, request, std::nullopt) != Verdict::kAllowed) continue;
      if (!shown) shown = std::move(request);
      covered.push_back(action.FullName());
    }
    if (covered.empty()) continue;
    Finding& found = report.Add(diag::kLintEffectivelyStar, i,
                                subject.SpanOf(subject.places(i).resource), "", ListOf(covered));
    found.diagnostic.At("covers every account and Region")
        .Note(fmt::format("catalog of {}", subject.catalog().date()));
    ShowDecision(subject, found, i, *std::move(shown));
  }
}

// --------------------------------------------------------------------------------------- L74

void FindCreateLinkedRole(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  std::optional<std::size_t> statement;
  policy::Request shown;
  // Services that no policy names: what is allowed for them is allowed for all.
  for (const std::string_view service :
       {"example-one.amazonaws.com", "example-two.amazonaws.com"}) {
    policy::Request request = Example(
        "iam:CreateServiceLinkedRole",
        fmt::format("arn:aws:iam::111122223333:role/aws-service-role/{}/AWSServiceRoleForExample",
                    service));
    request.context = {{"iam:AWSServiceName", false, {std::string(service)}}};
    statement = AllowingStatement(subject, request);
    if (!statement) return;
    shown = std::move(request);
  }
  Finding& found = report.Add(diag::kLintCreateLinkedRole, *statement,
                              subject.SpanOf(subject.places(*statement).action), "");
  found.diagnostic.At("includes `iam:CreateServiceLinkedRole` for every service")
      .Suggest("name the services with `iam:AWSServiceName`");
  ShowDecision(subject, found, *statement, std::move(shown));
}

// --------------------------------------------------------------------------------- L76 to L79

// Calls that hand out what is stored: objects, records, messages, secrets. Source: Service
// Authorization Reference, by service (not checked).
constexpr std::array<std::string_view, 16> kData = {"codecommit:GitPull",
                                                    "dynamodb:BatchGetItem",
                                                    "dynamodb:GetItem",
                                                    "dynamodb:Query",
                                                    "dynamodb:Scan",
                                                    "kinesis:GetRecords",
                                                    "rds-data:ExecuteStatement",
                                                    "s3:GetObject",
                                                    "s3:GetObjectVersion",
                                                    "secretsmanager:BatchGetSecretValue",
                                                    "secretsmanager:GetSecretValue",
                                                    "sqs:ReceiveMessage",
                                                    "ssm:GetParameter",
                                                    "ssm:GetParameterHistory",
                                                    "ssm:GetParameters",
                                                    "ssm:GetParametersByPath"};
// Calls whose answer is a credential. Source: the API references of the services (not checked).
constexpr std::array<std::string_view, 20> kCredentials = {
    "codeartifact:GetAuthorizationToken",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "ec2:GetPasswordData",
    "gamelift:GetInstanceAccess",
    "iam:CreateAccessKey",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "lightsail:DownloadDefaultKeyPair",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "redshift-serverless:GetCredentials",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "snowball:GetJobUnlockCode",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetFederationToken"};

bool IsOneOf(std::span<const std::string_view> names, const catalog::Action& action) {
  return std::ranges::any_of(names, [&](std::string_view name) {
    const std::size_t colon = action.service.size();
    return name.size() == colon + 1 + action.name.size() && name.starts_with(action.service) &&
           name[colon] == ':' && name.ends_with(action.name);
  });
}

bool HasRequiredResource(const catalog::Action& action) {
  return std::ranges::any_of(action.resources, &catalog::ActionResource::required);
}

// Actions of some sort that a statement allows on every resource, under no condition.
template <class Code, class IsMeant>
void FindUnbounded(const Subject& subject, Report& report, const Code& code, std::string_view label,
                   const IsMeant& is_meant) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  const auto& statements = subject.document().statements;
  const bool has_denials = std::ranges::any_of(
      statements, [](const Statement& one) { return one.effect == Effect::kDeny; });
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !statement.conditions.empty() ||
        statement.action.sense != Sense::kListed || !statement.resource ||
        statement.resource->sense != Sense::kListed ||
        std::ranges::none_of(statement.resource->values, IsEverything)) {
      continue;
    }
    std::vector<std::string> names;
    std::optional<std::size_t> first;
    std::optional<policy::Request> shown;
    for (std::size_t j = 0; j < statement.action.values.size(); ++j) {
      const std::string& text = statement.action.values[j];
      const std::size_t colon = text.find(':');
      // All of a service: L67 and L68.
      if (colon == std::string::npos || policy::HasWildcard(text.substr(0, colon)) ||
          IsEverything(text.substr(colon + 1)) ||
          !subject.catalog().FindService(text.substr(0, colon))) {
        continue;
      }
      const KnownActions::List actions =
          subject.ActionsOf(text.substr(0, colon), text.substr(colon + 1));
      for (const catalog::Action& action : *actions) {
        if (!is_meant(action)) continue;
        policy::Request request = Example(action.FullName(), ResourceFor(subject, action));
        // Only a Deny takes away what is allowed on everything; the evaluator has the last word
        // about the request that is shown.
        const bool is_sure = shown && !has_denials;
        if (!is_sure && Decide(subject, request, std::nullopt) != Verdict::kAllowed) continue;
        if (!first) first = j;
        if (!shown) shown = std::move(request);
        names.push_back(action.FullName());
      }
    }
    if (!first) continue;
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    Finding& found = report.Add(code, i, subject.SpanOf(subject.places(i).actions[*first]),
                                fmt::format("{}", fmt::join(names, ",")), ListOf(names));
    found.diagnostic.At(std::string(label))
        .Also(subject.SpanOf(subject.places(i).resource), "on every resource")
        .Note(fmt::format("catalog of {}", subject.catalog().date()));
    ShowDecision(subject, found, i, *std::move(shown));
  }
}

void FindDataRead(const Subject& subject, Report& report) {
  FindUnbounded(subject, report, diag::kLintDataRead, "reads what is stored",
                [](const catalog::Action& action) { return IsOneOf(kData, action); });
}
void FindCredentials(const Subject& subject, Report& report) {
  FindUnbounded(subject, report, diag::kLintCredentials, "answers with a credential",
                [](const catalog::Action& action) { return IsOneOf(kCredentials, action); });
}
void FindExposure(const Subject& subject, Report& report) {
  FindUnbounded(subject, report, diag::kLintExposure, "decides who has access",
                [](const catalog::Action& action) {
                  return action.access == catalog::AccessLevel::kPermissions &&
                         HasRequiredResource(action) && !IsOneOf(kCredentials, action);
                });
}
void FindWriteAnywhere(const Subject& subject, Report& report) {
  FindUnbounded(subject, report, diag::kLintWriteAnywhere, "changes something",
                [](const catalog::Action& action) {
                  return action.access == catalog::AccessLevel::kWrite &&
                         HasRequiredResource(action) && !IsOneOf(kCredentials, action);
                });
}

// --------------------------------------------------------------------------------------- L83

struct Change {
  std::string_view service;
  std::string_view action;
  /// Whether the root user of the owner may change the policy whatever it says.
  bool is_root_exempt;
};
// What changes the policy of a resource. Sources: AWS KMS Developer Guide, "Default key policy" (a
// key whose policy nobody can change is unmanageable); Amazon S3 User Guide, "PutBucketPolicy" (the
// root user is exempt); Service Authorization Reference (not checked).
constexpr std::array<Change, 8> kChanges = {
    {{"backup", "backup:PutBackupVaultAccessPolicy", false},
     {"ecr", "ecr:SetRepositoryPolicy", false},
     {"kms", "kms:PutKeyPolicy", false},
     {"lambda", "lambda:AddPermission", false},
     {"s3", "s3:PutBucketPolicy", true},
     {"secretsmanager", "secretsmanager:PutResourcePolicy", false},
     {"sns", "sns:SetTopicAttributes", false},
     {"sqs", "sqs:SetQueueAttributes", false}}};

void FindLockout(const Subject& subject, Report& report) {
  if (subject.kind() != policy::Kind::kResource || subject.where().has_holes) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    // A condition may be met: then somebody can.
    if (statement.effect != Effect::kDeny || !statement.conditions.empty() ||
        !statement.principal || statement.principal->sense != Sense::kListed) {
      continue;
    }
    for (const Change& change : kChanges) {
      const std::size_t colon = change.action.find(':');
      const auto action =
          subject.catalog().FindAction(change.service, change.action.substr(colon + 1));
      const bool is_of_service = std::ranges::any_of(statements, [&](const Statement& one) {
        return std::ranges::any_of(one.action.values, [&](const std::string& text) {
          return policy::FoldCase(text).starts_with(fmt::format("{}:", change.service));
        });
      });
      if (!action || !is_of_service) continue;
      policy::Request request = Example(std::string(change.action), ResourceFor(subject, *action));
      if (statement.resource) {
        // The resource itself, not what lies in it.
        const auto whole =
            std::ranges::find_if(statement.resource->values, [](const std::string& one) {
              return !policy::HasWildcard(one) && one.find('/') == std::string::npos;
            });
        if (whole != statement.resource->values.end()) request.resource = *whole;
      }
      const auto parts = policy::SplitArn(request.resource);
      const std::string account =
          parts && !(*parts)[4].empty() ? std::string((*parts)[4]) : "111122223333";
      request.principal = fmt::format("arn:aws:iam::{}:root", account);
      if (Decide(subject, request, std::nullopt) != Verdict::kExplicitDeny ||
          Decide(subject, request, i) == Verdict::kExplicitDeny) {
        continue;
      }
      Finding& found =
          report.Add(diag::kLintLockout, i, subject.SpanOf(subject.places(i).statement),
                     std::string(change.action), change.action);
      found.diagnostic.At(change.is_root_exempt
                              ? "only the root user of the account can lift it"
                              : "the root user of the account cannot lift it either");
      ShowDecision(subject, found, i, std::move(request));
      break;
    }
  }
}

constexpr std::array<Rule, 10> kRules = {{
    {56, "confused-deputy", Class::kWiring, Level::kSecurity, Needs::kDecision, FindConfusedDeputy},
    {63, "partly-denied", Class::kEffect, Level::kWarning, Needs::kDecision, FindPartlyDenied},
    {64, "contradiction", Class::kEffect, Level::kWarning, Needs::kDecision, FindContradiction},
    {66, "effectively-star", Class::kEffect, Level::kSecurity, Needs::kDecision,
     FindEffectivelyStar},
    {74, "create-slr", Class::kEffect, Level::kWarning, Needs::kDecision, FindCreateLinkedRole},
    {76, "data-read", Class::kEffect, Level::kSecurity, Needs::kDecision, FindDataRead},
    {77, "credentials", Class::kEffect, Level::kSecurity, Needs::kDecision, FindCredentials},
    {78, "exposure", Class::kEffect, Level::kSecurity, Needs::kDecision, FindExposure},
    {79, "write-anywhere", Class::kEffect, Level::kWarning, Needs::kDecision, FindWriteAnywhere},
    {83, "anti-lockout", Class::kEffect, Level::kWarning, Needs::kDecision, FindLockout},
}};

}  // namespace

std::span<const Rule> AccessRules() { return kRules; }

}  // namespace writ::policy_lint

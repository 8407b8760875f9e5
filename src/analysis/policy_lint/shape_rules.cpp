// The form of a document: what AWS refuses before it looks at any name.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "analysis/policy_lint/reader_errors.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"

namespace writ::policy_lint {
namespace {

using policy::PolicyError;
using policy::PolicyErrorCode;

bool IsOf(const PolicyError& error, std::string_view element) {
  return error.path.find(element) != std::string::npos;
}

// An operator that is `Null` but for a set operator or `IfExists`.
bool IsNull(const PolicyError& error) {
  const std::string path = policy::FoldCase(error.path);
  return path.ends_with("/nullifexists") || path.ends_with(":null") ||
         path.ends_with(":nullifexists");
}

}  // namespace

std::optional<std::size_t> StatementOf(const Subject& subject, const PolicyError& error) {
  constexpr std::string_view kPrefix = "/Statement/";
  if (!subject.is_read() || !error.path.starts_with("/Statement")) return std::nullopt;
  std::size_t index = 0;
  if (error.path.starts_with(kPrefix)) {
    for (std::size_t i = kPrefix.size(); i < error.path.size() && error.path[i] != '/'; ++i) {
      if (error.path[i] < '0' || error.path[i] > '9') return 0;
      index = index * 10 + static_cast<std::size_t>(error.path[i] - '0');
    }
  }
  if (index >= subject.document().statements.size()) return std::nullopt;
  return index;
}

int RuleOf(const PolicyError& error) {
  switch (error.code) {
    case PolicyErrorCode::kBadJson:
      return 1;
    case PolicyErrorCode::kDuplicateKey:
      return IsOf(error, "/Sid") ? 9 : 2;
    case PolicyErrorCode::kUnknownElement:
      return 3;
    case PolicyErrorCode::kMissingElement:
      return error.path.empty() && error.message.find("Version") != std::string::npos ? 8 : 4;
    case PolicyErrorCode::kConflictingElements:
      return 5;
    case PolicyErrorCode::kWrongType:
      return 6;
    case PolicyErrorCode::kBadValue:
      if (IsOf(error, "/Effect")) return 7;
      if (IsOf(error, "/Version")) return 8;
      if (IsOf(error, "/Sid")) return 9;
      if (IsOf(error, "Principal")) return 29;
      return 11;
    case PolicyErrorCode::kProhibitedElement:
      return 11;
    case PolicyErrorCode::kEmptyList:
      return 10;
    case PolicyErrorCode::kUnknownOperator:
      return IsNull(error) ? 49 : 23;
  }
  return 1;
}

namespace {

template <class Code>
void FindErrors(const Subject& subject, Report& report, int rule, const Code& code) {
  for (const PolicyError& error : subject.errors()) {
    if (RuleOf(error) != rule) continue;
    report.Add(code, StatementOf(subject, error), subject.SpanAt(error.offset), error.message)
        .diagnostic.At(error.message);
  }
}

void FindJson(const Subject& subject, Report& report) {
  FindErrors(subject, report, 1, diag::kLintJson);
}
void FindDuplicate(const Subject& subject, Report& report) {
  FindErrors(subject, report, 2, diag::kLintDuplicate);
}
void FindUnknownElement(const Subject& subject, Report& report) {
  FindErrors(subject, report, 3, diag::kLintUnknownElement);
}
void FindMissing(const Subject& subject, Report& report) {
  for (const PolicyError& error : subject.errors()) {
    if (RuleOf(error) != 4) continue;
    Finding& found = report.Add(diag::kLintMissingElement, StatementOf(subject, error),
                                subject.SpanAt(error.offset), error.message);
    found.diagnostic.At(error.message);
    if (subject.where().is_kind_guessed) {
      found.diagnostic.Note(
          fmt::format("read as a policy of kind {}, by what it holds; `--kind` "
                      "says otherwise",
                      policy::KindName(subject.kind())));
    }
  }
}
void FindPair(const Subject& subject, Report& report) {
  FindErrors(subject, report, 5, diag::kLintElementPair);
}
void FindType(const Subject& subject, Report& report) {
  FindErrors(subject, report, 6, diag::kLintDataType);
}
void FindEffect(const Subject& subject, Report& report) {
  FindErrors(subject, report, 7, diag::kLintEffect);
}

// The first text that would be a variable in version 2012-10-17.
std::optional<std::size_t> StatementWithVariable(const policy::PolicyDocument& document) {
  for (std::size_t i = 0; i < document.statements.size(); ++i) {
    const policy::Statement& statement = document.statements[i];
    const auto has = [](const std::string& text) {
      return policy::ParsePattern(text, policy::Version::k2012, policy::Wildcards::kActive)
          .has_variables();
    };
    if (statement.resource && std::ranges::any_of(statement.resource->values, has)) return i;
    for (const policy::Condition& condition : statement.conditions) {
      if (std::ranges::any_of(condition.values, has)) return i;
    }
  }
  return std::nullopt;
}

void FindVersion(const Subject& subject, Report& report) {
  FindErrors(subject, report, 8, diag::kLintVersion);
  if (!subject.is_read() || subject.document().version == policy::Version::k2012) return;
  for (const PolicyError& error : subject.errors()) {
    if (RuleOf(error) == 8) return;
  }
  const auto statement = StatementWithVariable(subject.document());
  Finding& found = report.Add(
      diag::kLintVersion, statement,
      statement ? subject.SpanOf(subject.places(*statement).statement) : subject.SpanAt(0),
      "version");
  found.level = statement ? Level::kError : Level::kWarning;
  if (statement) {
    found.diagnostic.At("`${…}` is literal text in this version");
  } else {
    found.diagnostic.At("read as version 2008-10-17");
  }
  found.diagnostic.Suggest("write `\"Version\": \"2012-10-17\"`");
}

void FindSid(const Subject& subject, Report& report) {
  FindErrors(subject, report, 9, diag::kLintSid);
}
void FindEmpty(const Subject& subject, Report& report) {
  FindErrors(subject, report, 10, diag::kLintEmpty);
}
void FindKind(const Subject& subject, Report& report) {
  FindErrors(subject, report, 11, diag::kLintKind);
}
// IAM User Guide, "Condition operator to check existence of condition keys": `Null` takes `true` or
// `false`, and nothing else goes with it (read 2026-11-22).
void FindNullOperator(const Subject& subject, Report& report) {
  for (const PolicyError& error : subject.errors()) {
    if (RuleOf(error) != 49) continue;
    report
        .Add(diag::kLintNullOperator, StatementOf(subject, error), subject.SpanAt(error.offset),
             error.message)
        .diagnostic.At(error.message)
        .Suggest("write `Null`: it tests whether the key is there");
  }
}
void FindOperator(const Subject& subject, Report& report) {
  FindErrors(subject, report, 23, diag::kLintOperator);
}

std::string_view QuotaOf(const Subject& subject) {
  switch (subject.kind()) {
    case policy::Kind::kIdentity:
    case policy::Kind::kBoundary:
      // Inline policies of roles and groups may be longer; only a managed one has a size alone.
      return subject.is_stored() ? "managed-policy-size" : "";
    case policy::Kind::kScp:
      return "scp-size";
    case policy::Kind::kRcp:
      return "rcp-size";
    case policy::Kind::kVpcEndpoint:
      return "vpc-endpoint-policy-size";
    case policy::Kind::kTrust:
    case policy::Kind::kResource:
    case policy::Kind::kSession:
      return "";
  }
  return "";
}

void FindSize(const Subject& subject, Report& report) {
  // AWS's own policies have no quota; the size with holes is not known.
  if (subject.where().is_aws_managed || subject.where().has_holes) return;
  const catalog::Quota* const quota = subject.catalog().FindQuota(QuotaOf(subject));
  if (quota == nullptr || quota->value <= 0) return;
  const std::size_t size = policy::CountCharacters(subject.where().text->view(), subject.kind());
  if (size <= static_cast<std::size_t>(quota->value)) return;
  report.Add(diag::kLintSize, std::nullopt, subject.SpanAt(0), "size", size, quota->value)
      .diagnostic
      .Note(fmt::format("{}: {} (quota of {})", quota->title, quota->counting, quota->date))
      .Suggest("`writ minimise` prints an equivalent policy that is shorter, if there is one");
}

constexpr std::array<Rule, 14> kRules = {{
    {1, "json", Class::kShape, Level::kError, Needs::kText, FindJson},
    {2, "duplicate-member", Class::kShape, Level::kError, Needs::kText, FindDuplicate},
    {3, "unknown-element", Class::kShape, Level::kError, Needs::kText, FindUnknownElement},
    {4, "missing-element", Class::kShape, Level::kError, Needs::kText, FindMissing},
    {5, "element-pair", Class::kShape, Level::kError, Needs::kText, FindPair},
    {6, "data-type", Class::kShape, Level::kError, Needs::kText, FindType},
    {7, "effect", Class::kShape, Level::kError, Needs::kText, FindEffect},
    {8, "version", Class::kShape, Level::kError, Needs::kText, FindVersion},
    {9, "sid", Class::kShape, Level::kError, Needs::kText, FindSid},
    {10, "empty", Class::kShape, Level::kError, Needs::kText, FindEmpty},
    {11, "kind", Class::kShape, Level::kError, Needs::kText, FindKind},
    {12, "size", Class::kShape, Level::kError, Needs::kText, FindSize},
    {49, "null-operator", Class::kWiring, Level::kError, Needs::kText, FindNullOperator},
    {23, "operator", Class::kNames, Level::kError, Needs::kText, FindOperator},
}};

}  // namespace

std::span<const Rule> ShapeRules() { return kRules; }

}  // namespace writ::policy_lint

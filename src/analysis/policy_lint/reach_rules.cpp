// Who gets in from elsewhere and how far, and demands of one document that do not go together.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::Effect;
using policy::Principal;
using policy::PrincipalType;
using policy::Sense;
using policy::Statement;
using policy::Verdict;

constexpr std::size_t kAccountDigits = 12;

bool IsAccount(std::string_view text) {
  return text.size() == kAccountDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The account in an ARN, or the text itself if it is one; empty if there is none.
std::string AccountIn(std::string_view text) {
  if (IsAccount(text)) return std::string(text);
  const auto parts = policy::SplitArn(text);
  return parts && IsAccount((*parts)[4]) ? std::string((*parts)[4]) : "";
}

bool IsPlain(const Statement& statement) {
  return statement.effect == Effect::kAllow && statement.principal &&
         statement.principal->sense == Sense::kListed;
}

// --------------------------------------------------------------------------------------- L54

// What the owner of a resource is does not differ between requests on that resource. Source: IAM
// User Guide, "AWS global condition context keys", and "policy checks reference", irrelevant
// condition keys (not checked).
constexpr std::array<std::string_view, 4> kOfTheResource = {
    "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount"};

void FindUselessKey(const Subject& subject, Report& report) {
  if (subject.kind() != policy::Kind::kResource) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      const std::string key = policy::FoldCase(condition.key);
      if (std::ranges::find(kOfTheResource, key) == kOfTheResource.end()) continue;
      report
          .Add(diag::kLintUselessKey, i, subject.SpanOf(subject.places(i).conditions[j]),
               policy::OperatorName(condition.op) + condition.key, condition.key)
          .diagnostic.At("the same in every request that this policy is asked about")
          .Suggest("in a policy of principals the key tells resources apart; here, remove it");
    }
  }
}

// --------------------------------------------------------------------------------------- L72

/// Whether a condition keeps callers to an organization that it names.
bool KeepsToOrganization(const policy::Condition& condition) {
  const std::string key = policy::FoldCase(condition.key);
  return (key == "aws:principalorgid" || key == "aws:principalorgpaths") &&
         !HoldsAbsent(condition) && !policy::IsNegated(condition.op.base);
}

/// The accounts that the statement's resources and the document's holder are of, and those that the
/// exports show.
std::set<std::string> OwnAccounts(const Subject& subject, const Statement& statement) {
  std::set<std::string> own = subject.accounts();
  own.insert(AccountIn(subject.where().holder));
  if (statement.resource && statement.resource->sense == Sense::kListed) {
    for (const std::string& resource : statement.resource->values) own.insert(AccountIn(resource));
  }
  own.erase("");
  return own;
}

/// What the document decides about a caller whom its own account allows everything.
std::optional<Verdict> DecideForOther(const Subject& subject, const policy::Request& request,
                                      std::optional<std::size_t> without) {
  policy::PolicyDocument document = subject.document();
  if (without) {
    document.statements.erase(document.statements.begin() + static_cast<std::ptrdiff_t>(*without));
  }
  policy::PolicyDocument everything;
  everything.statements.push_back(Everything());
  policy::PolicySet set;
  set.identity.push_back(std::move(everything));
  set.resource = std::move(document);
  const auto decision = policy::Evaluate(request, set);
  if (!decision) return std::nullopt;
  return decision->verdict;
}

/// A request by the principal that the statement is about, on a resource of the owner. For an
/// account asks a role of it: what the account is allowed is its own to hand on.
std::optional<policy::Request> RequestToOwner(const Subject& subject, Statement statement,
                                              Principal by, const std::set<std::string>& own) {
  constexpr std::string_view kRoot = ":root";
  if (IsAccount(by.value)) by.value = fmt::format("arn:aws:iam::{}{}", by.value, kRoot);
  if (by.value.ends_with(kRoot)) {
    by.value.replace(by.value.size() - kRoot.size(), kRoot.size(), ":role/example");
  }
  statement.principal->values = {std::move(by)};
  auto request = RequestOf(subject, std::move(statement));
  if (!request) return std::nullopt;
  if (subject.kind() == policy::Kind::kTrust && policy::SplitArn(subject.where().holder)) {
    request->resource = subject.where().holder;
  }
  const std::string account = AccountIn(request->resource);
  request->resource_account = account.empty() ? *own.begin() : account;
  return request;
}

void FindCrossAccount(const Subject& subject, Report& report) {
  const bool is_of_resource =
      subject.kind() == policy::Kind::kResource || subject.kind() == policy::Kind::kTrust;
  if (!is_of_resource || subject.where().has_holes) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (!IsPlain(statement) || std::ranges::any_of(statement.conditions, KeepsToOrganization)) {
      continue;
    }
    // Where no account is known to be the owner's, none is known to be another.
    const std::set<std::string> own = OwnAccounts(subject, statement);
    if (own.empty()) continue;
    std::set<std::string> known = own;
    for (std::size_t j = 0; j < statement.principal->values.size(); ++j) {
      const Principal& one = statement.principal->values[j];
      if (one.type != PrincipalType::kAws) continue;
      const std::string account = AccountIn(one.value);
      if (account.empty() || !known.insert(account).second) continue;
      auto request = RequestToOwner(subject, statement, one, own);
      if (!request) continue;
      const auto with = DecideForOther(subject, *request, std::nullopt);
      const auto without = DecideForOther(subject, *request, i);
      if (with != Verdict::kAllowed || !without) continue;
      Finding& found =
          report.Add(diag::kLintCrossAccount, i, subject.SpanOf(subject.places(i).principals[j]),
                     account, account, request->action);
      found.diagnostic.At("not the owner's account, and none that the exports show");
      ShowVerdicts(found, *std::move(request), policy::VerdictName(*with),
                   policy::VerdictName(*without));
    }
  }
}

// -------------------------------------------------------------------------------------- L103

/// Setting data retention to a mode. Source: Bedrock User Guide, "Data retention" (read 2026-11).
policy::Request Retention(std::string_view prefix, std::string_view mode) {
  policy::Request request = Example(fmt::format("{}:PutAccountDataRetention", prefix), "*");
  request.context = {{fmt::format("{}:DataRetentionMode", prefix), false, {std::string(mode)}}};
  return request;
}

/// The statement without which the request would not be denied.
std::optional<std::size_t> DenyingStatement(const Subject& subject,
                                            const policy::Request& request) {
  if (Decide(subject, request, std::nullopt) != Verdict::kExplicitDeny) return std::nullopt;
  for (std::size_t i = 0; i < subject.document().statements.size(); ++i) {
    if (Decide(subject, request, i) != Verdict::kExplicitDeny) return i;
  }
  return std::nullopt;
}

void FindRetentionLogging(const Subject& subject, Report& report) {
  const bool has_deny = std::ranges::any_of(
      subject.document().statements,
      [](const Statement& statement) { return statement.effect == Effect::kDeny; });
  if (!has_deny || !NamesAnyResource(subject.kind()) || subject.where().has_holes) return;
  for (const std::string_view prefix : {"bedrock", "bedrock-mantle"}) {
    const policy::Request kept = Retention(prefix, "default");
    const auto retention = DenyingStatement(subject, kept);
    if (!retention ||
        Decide(subject, Retention(prefix, "none"), std::nullopt) == Verdict::kExplicitDeny) {
      continue;
    }
    const auto logging = DenyingStatement(
        subject, Example("bedrock:DeleteModelInvocationLoggingConfiguration", "*"));
    if (!logging) continue;
    Finding& found =
        report.Add(diag::kLintRetentionLogging, *retention,
                   subject.SpanOf(subject.places(*retention).statement), prefix.data());
    found.diagnostic.At("refuses every mode but `none`")
        .Also(subject.SpanOf(subject.places(*logging).statement), "keeps invocation logging on")
        .Note("the log holds prompts and answers: restrict who reads it, and let it expire");
    ShowDecision(subject, found, *retention, kept);
    return;
  }
}

// -------------------------------------------------------------------------------------- L112

/// Services that run code with a role. Source: their developer guides, "execution role" or
/// "instance profile" (not checked).
constexpr std::array<std::string_view, 5> kCompute = {
    "codebuild.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "glue.amazonaws.com",
    "lambda.amazonaws.com"};

/// What of the role's documents is in the export; nothing if what bounds them is not.
std::optional<policy::PolicySet> DocumentsOf(const snapshot::Snapshot& snapshot,
                                             const snapshot::Principal& role) {
  policy::PolicySet set;
  const auto add = [&](snapshot::DocumentId id, std::vector<policy::PolicyDocument>& into) {
    const snapshot::Document& document = snapshot.documents[id];
    auto read = document.Read(policy::Demand::kGrammar);
    if (!read || document.has_holes) return false;
    into.push_back(std::move(read->document));
    return true;
  };
  const auto add_managed = [&](const snapshot::PolicyReference& reference,
                               std::vector<policy::PolicyDocument>& into) {
    const snapshot::ManagedPolicy* const managed = snapshot.FindPolicy(reference);
    return managed != nullptr && managed->document.is_known() && add(*managed->document, into);
  };
  // A document that is not there may deny.
  bool is_whole = role.inline_policies.is_whole && role.attached.is_whole;
  for (const snapshot::InlinePolicy& own : role.inline_policies.items) {
    is_whole = own.document.is_known() && add(*own.document, set.identity) && is_whole;
  }
  for (const snapshot::PolicyReference& reference : role.attached.items) {
    is_whole = add_managed(reference, set.identity) && is_whole;
  }
  if (!is_whole || !role.boundary.is_known()) return std::nullopt;
  if (*role.boundary && !add_managed(**role.boundary, set.boundaries)) return std::nullopt;
  return set;
}

/// What nobody else should come by: giving oneself rights, calling any model.
std::vector<policy::Request> FarRequests(const std::string& role, bool is_foreign) {
  policy::Request attach = Example("iam:AttachRolePolicy", role);
  attach.context = {{"iam:PolicyARN", false, {"arn:aws:iam::aws:policy/AdministratorAccess"}}};
  std::vector<policy::Request> requests = {std::move(attach)};
  if (is_foreign) {
    policy::Request invoke =
        Example("bedrock:InvokeModel",
                "arn:aws:bedrock:us-east-1::foundation-model/future-provider.some-model-v1:0");
    invoke.context = {{"aws:RequestedRegion", false, {"us-east-1"}}};
    requests.push_back(std::move(invoke));
  }
  for (policy::Request& request : requests) request.principal = role;
  return requests;
}

struct WayIn {
  std::string who;
  policy::Place place;  ///< in the trust policy
  policy::Request request;
  bool is_foreign = false;
};

/// Who from elsewhere, or which service that runs code, may assume the role.
std::optional<WayIn> FindWayIn(const Subject& trust) {
  if (!trust.is_read() || trust.where().has_holes) return std::nullopt;
  const auto& statements = trust.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (!IsPlain(statement) || std::ranges::any_of(statement.conditions, KeepsToOrganization)) {
      continue;
    }
    const std::set<std::string> own = OwnAccounts(trust, statement);
    if (own.empty()) continue;
    for (std::size_t j = 0; j < statement.principal->values.size(); ++j) {
      const Principal& one = statement.principal->values[j];
      const std::string account = AccountIn(one.value);
      const bool is_foreign =
          one.type == PrincipalType::kAws && !account.empty() && !own.contains(account);
      const bool is_compute = one.type == PrincipalType::kService &&
                              std::ranges::find(kCompute, one.value) != kCompute.end();
      if (!is_foreign && !is_compute) continue;
      auto request = RequestToOwner(trust, statement, one, own);
      if (!request) continue;
      if (is_compute) request->principal = one.value;
      if (DecideForOther(trust, *request, std::nullopt) != Verdict::kAllowed) continue;
      return WayIn{is_foreign ? fmt::format("account {}", account) : one.value,
                   trust.places(i).principals[j], *std::move(request), is_foreign};
    }
  }
  return std::nullopt;
}

void FindRoleReach(const snapshot::Snapshot& snapshot, DeployedReport& report) {
  KnownActions actions(report.options().catalog);
  for (const snapshot::Principal& role : snapshot.principals.items) {
    if (role.type != snapshot::PrincipalType::kRole || role.is_service_linked() ||
        !role.trust.is_known() || role.arn.empty()) {
      continue;
    }
    const Subject trust(snapshot.documents[*role.trust], report.options(), report.accounts(),
                        actions);
    const auto way = FindWayIn(trust);
    if (!way) continue;
    const auto documents = DocumentsOf(snapshot, role);
    if (!documents) continue;
    const policy::ReadySet ready(*documents);
    for (policy::Request& far : FarRequests(role.arn, way->is_foreign)) {
      const auto decision = policy::Evaluate(far, ready);
      if (!decision || decision->verdict != Verdict::kAllowed) continue;
      const auto begin = role.origin.span.begin;
      const source::Span place{role.origin.span.file, begin,
                               std::min(begin + 1, role.origin.span.end)};
      Finding& found = report.Add(diag::kLintRoleReach, place, role.arn, way->who + far.action,
                                  way->who, far.action, role.name);
      found.diagnostic.At("its policies allow it")
          .Also(trust.where().SpanOf(way->place), "may assume the role")
          .Note(fmt::format("first `{}` by {}, then the request shown, by a session of the role",
                            way->request.action, way->who));
      found.request = std::move(far);
      break;
    }
  }
}

constexpr std::array<Rule, 4> kRules = {{
    {54, "key-useless-here", Class::kWiring, Level::kSuggestion, Needs::kDocument, FindUselessKey},
    {72,
     "cross-account",
     Class::kEffect,
     Level::kSecurity,
     Needs::kDecision,
     FindCrossAccount,
     {},
     nullptr,
     true},
    {103, "retention-logging", Class::kAi, Level::kWarning, Needs::kDecision, FindRetentionLogging},
    {112,
     "role-reach",
     Class::kDeployed,
     Level::kSecurity,
     Needs::kSnapshot,
     nullptr,
     {},
     FindRoleReach},
}};

}  // namespace

std::span<const Rule> ReachRules() { return kRules; }

}  // namespace writ::policy_lint

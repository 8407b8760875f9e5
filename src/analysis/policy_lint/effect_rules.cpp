// What a document decides, for all requests, and what AI on AWS makes of it.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/rewrite.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::Effect;
using policy::Sense;
using policy::Statement;

Statement AsAllow(Statement statement) {
  statement.effect = Effect::kAllow;
  return statement;
}

// NotPrincipal of a Deny depends on more than the statement.
bool HasPlainPrincipal(const Statement& statement) {
  return !statement.principal || statement.principal->sense == Sense::kListed;
}

// Conditions of one key may exclude each other, and values that an operator cannot read exclude
// everything; a comparison of texts alone always holds for some request.
bool MayExclude(const Statement& statement) {
  std::set<std::string> keys;
  return std::ranges::any_of(statement.conditions, [&](const policy::Condition& condition) {
    const policy::OperatorFamily family = policy::FamilyOf(condition.op.base);
    const bool is_text =
        family == policy::OperatorFamily::kString || family == policy::OperatorFamily::kNull;
    return !is_text || !keys.insert(policy::FoldCase(condition.key)).second;
  });
}

void FindNeverMatches(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (!MayExclude(statement) || !HasPlainPrincipal(statement) ||
        subject.HasOpenParts(statement)) {
      continue;
    }
    if (!IsNothing(subject, {AsAllow(statement)})) continue;
    Finding& found =
        report.Add(diag::kLintNeverMatches, i, subject.SpanOf(subject.places(i).statement), "");
    found.diagnostic.At(statement.effect == Effect::kAllow ? "allows nothing" : "denies nothing");
    // Conditions without any of which it would match.
    for (std::size_t j = 0; j < statement.conditions.size(); ++j) {
      Statement other = AsAllow(statement);
      other.conditions.erase(other.conditions.begin() + static_cast<std::ptrdiff_t>(j));
      auto request = RequestOf(subject, other);
      if (!request) continue;
      found.diagnostic.Also(subject.SpanOf(subject.places(i).conditions[j]),
                            "without this it would apply to some requests");
      if (!found.request) ShowDecision(subject, found, i, *std::move(request));
    }
    found.diagnostic.Note("proved for all requests");
  }
}

// What matches exactly the texts of a pattern without `?` and variables; empty for others. A
// pattern that it matches as a text has no others.
std::string CoverOf(std::string_view pattern) {
  if (pattern.find('?') != std::string_view::npos || pattern.find("${") != std::string_view::npos) {
    return "";
  }
  std::string glob;
  for (const char c : pattern) glob += c == '*' ? policy::kAnyRun : c;
  return glob;
}

bool IsCovered(std::string_view inner, std::string_view outer) {
  const std::string cover = CoverOf(outer);
  return cover.empty() ? inner == outer : policy::MatchesGlob(cover, inner);
}

void FindRedundantEntries(const Subject& subject, Report& report, std::size_t statement,
                          const std::vector<std::string>& values,
                          const std::vector<policy::Place>& places, bool ignore_case) {
  constexpr std::size_t kMost = 2000;  // pairs are compared
  if (values.size() > kMost) return;
  std::vector<std::string> texts;
  for (const std::string& value : values) {
    texts.push_back(ignore_case ? policy::FoldCase(value) : value);
  }
  std::vector<std::pair<std::size_t, std::string>> outer;  // patterns that cover others
  std::set<std::string> seen;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].find('*') == std::string::npos || subject.IsOpen(values[i])) continue;
    std::string cover = CoverOf(texts[i]);
    if (!cover.empty()) outer.emplace_back(i, std::move(cover));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (subject.IsOpen(values[i])) continue;
    std::string_view by;
    if (!seen.insert(texts[i]).second) {
      by = values[i];
    } else {
      for (const auto& [j, cover] : outer) {
        if (i != j && texts[i] != texts[j] && policy::MatchesGlob(cover, texts[i])) {
          by = values[j];
          break;
        }
      }
    }
    if (by.empty()) continue;
    Finding& found = report.Add(diag::kLintRedundant, statement, subject.SpanOf(places[i]),
                                values[i], Shown(values[i]));
    found.superfluous = places[i];
    found.diagnostic.At(fmt::format("covered by `{}`", Shown(by)));
  }
}

// Whether each action of the statement, on each of its resources, may be within some other one.
bool MayCover(const std::vector<Statement>& others, const Statement& statement) {
  if (statement.action.sense == Sense::kAllBut) return !others.empty();
  static const std::vector<std::string> kEvery = {"*"};
  const bool is_listed = statement.resource && statement.resource->sense == Sense::kListed;
  const std::vector<std::string>& resources = is_listed ? statement.resource->values : kEvery;
  const auto meets = [](const policy::Patterns& patterns, const std::string& text) {
    return patterns.sense == Sense::kAllBut ||
           std::ranges::any_of(patterns.values, [&](const std::string& one) {
             return policy::MayOverlap(one, text);
           });
  };
  return std::ranges::all_of(statement.action.values, [&](const std::string& action) {
    const std::string name = policy::FoldCase(action);
    const auto names = [&](const Statement& other) {
      return other.action.sense == Sense::kAllBut ||
             std::ranges::any_of(other.action.values, [&](const std::string& one) {
               return policy::MayOverlap(policy::FoldCase(one), name);
             });
    };
    std::vector<const Statement*> near;
    for (const Statement& other : others) {
      if (names(other)) near.push_back(&other);
    }
    return std::ranges::all_of(resources, [&](const std::string& resource) {
      return std::ranges::any_of(near, [&](const Statement* other) {
        return !other->resource || meets(*other->resource, resource);
      });
    });
  });
}

void FindRedundant(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    const policy::StatementPlaces& places = subject.places(i);
    FindRedundantEntries(subject, report, i, statement.action.values, places.actions, true);
    if (statement.resource) {
      FindRedundantEntries(subject, report, i, statement.resource->values, places.resources, false);
    }
  }
  // Statements, from the last: each is held against those that would remain.
  constexpr std::size_t kMostStatements = 60;
  if (statements.size() < 2 || statements.size() > kMostStatements || subject.where().has_holes) {
    return;
  }
  std::vector<bool> is_gone(statements.size(), false);
  for (std::size_t i = statements.size(); i-- > 0;) {
    const Statement& statement = statements[i];
    if (!HasPlainPrincipal(statement)) continue;
    std::vector<Statement> others;
    for (std::size_t j = 0; j < statements.size(); ++j) {
      if (j == i || is_gone[j] || statements[j].effect != statement.effect ||
          !HasPlainPrincipal(statements[j])) {
        continue;
      }
      others.push_back(statements[j]);
    }
    if (!MayCover(others, statement)) continue;
    if (!IsWithin(subject, statement.effect, {statement}, std::move(others))) continue;
    policy::PolicyDocument without = subject.document();
    without.statements.clear();
    for (std::size_t j = 0; j < statements.size(); ++j) {
      if (j != i && !is_gone[j]) without.statements.push_back(statements[j]);
    }
    if (!MeansTheSame({subject.document()}, {std::move(without)}, subject.kind())) continue;
    is_gone[i] = true;
    Finding& found = report.Add(
        diag::kLintRedundant, i, subject.SpanOf(subject.places(i).statement), "statement",
        statement.sid.empty() ? fmt::format("statement {}", i + 1) : statement.sid);
    found.superfluous = subject.places(i).statement;
    found.diagnostic.At("other statements cover it")
        .Note("proved: without it every request is decided alike")
        .Suggest("remove the statement");
    if (auto request = StatementRequest(subject, i)) {
      ShowDecision(subject, found, i, *std::move(request));
    }
  }
}

void FindDeniedAllow(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  std::vector<Statement> denials;
  for (const Statement& one : statements) {
    if (one.effect != Effect::kDeny) continue;
    if (!HasPlainPrincipal(one) || subject.HasOpenParts(one)) return;
    denials.push_back(one);
  }
  if (denials.empty()) return;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !HasPlainPrincipal(statement) ||
        subject.HasOpenParts(statement)) {
      continue;
    }
    std::vector<Statement> all = denials;
    all.insert(all.begin(), statement);
    if (!IsNothing(subject, std::move(all)) || IsNothing(subject, {statement})) continue;
    Finding& found =
        report.Add(diag::kLintDeniedAllow, i, subject.SpanOf(subject.places(i).statement), "");
    found.diagnostic.At("allows nothing").Note("proved for all requests");
    if (auto request = StatementRequest(subject, i)) {
      for (std::size_t j = 0; j < statements.size(); ++j) {
        if (statements[j].effect != Effect::kDeny) continue;
        if (Decide(subject, *request, j) == policy::Verdict::kExplicitDeny) continue;
        found.diagnostic.Also(subject.SpanOf(subject.places(j).statement), "denies it");
      }
      ShowDecision(subject, found, i, *std::move(request));
    }
  }
}

void FindAlwaysTrue(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (!HasPlainPrincipal(statement) || subject.HasOpenParts(statement)) continue;
    for (std::size_t j = 0; j < statement.conditions.size(); ++j) {
      // A condition that fails where the key is absent changes something, unless another one of
      // the same key demands as much.
      const policy::Operator& op = statement.conditions[j].op;
      const bool may_hold =
          op.if_exists || op.set == policy::SetQualifier::kForAllValues ||
          policy::IsNegated(op.base) || op.base == policy::BaseOperator::kNull ||
          std::ranges::count_if(statement.conditions, [&](const policy::Condition& one) {
            return policy::EqualIgnoringCase(one.key, statement.conditions[j].key);
          }) > 1;
      if (!may_hold) continue;
      policy::PolicyDocument shorter = subject.document();
      Statement& without = shorter.statements[i];
      without.conditions.erase(without.conditions.begin() + static_cast<std::ptrdiff_t>(j));
      if (!IsWithin(subject, statement.effect, {without}, {statement})) continue;
      if (IsNothing(subject, {AsAllow(without)})) continue;  // L60
      if (!MeansTheSame({subject.document()}, {std::move(shorter)}, subject.kind())) continue;
      const policy::Condition& condition = statement.conditions[j];
      const policy::Place place = subject.places(i).conditions[j];
      Finding& found =
          report.Add(diag::kLintAlwaysTrue, i, subject.SpanOf(place),
                     policy::OperatorName(condition.op) + condition.key, condition.key);
      found.superfluous = place;
      found.diagnostic.At("holds for every request that the rest applies to")
          .Note("proved for all requests");
    }
  }
}

void FindAdmin(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind())) return;
  const auto& statements = subject.document().statements;
  std::vector<Statement> allows;
  std::optional<std::size_t> widest;
  bool has_denials = false;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& one = statements[i];
    has_denials = has_denials || one.effect == Effect::kDeny;
    if (one.effect != Effect::kAllow) continue;
    allows.push_back(one);
    const bool is_wide =
        one.action.sense == Sense::kAllBut || std::ranges::any_of(one.action.values, IsEverything);
    if (is_wide && !widest) widest = i;
  }
  if (!widest || !IsWithin(subject, Effect::kAllow, {Everything()}, allows)) return;
  Finding& found =
      report.Add(diag::kLintAdmin, *widest, subject.SpanOf(subject.places(*widest).action), "");
  found.diagnostic.At("every action, on every resource").Note("proved for all requests");
  if (has_denials) {
    found.diagnostic.Note("its own Deny statements take something away again");
  }
  const std::array<policy::Request, 3> examples = {
      Example("iam:CreateAccessKey", "arn:aws:iam::111122223333:user/anyone"),
      Example("s3:GetObject", "arn:aws:s3:::any-bucket/any-object"),
      Example("ec2:RunInstances", "arn:aws:ec2:us-east-1:111122223333:instance/*")};
  for (const policy::Request& request : examples) {
    if (Decide(subject, request, std::nullopt) != policy::Verdict::kAllowed) continue;
    return ShowDecision(subject, found, *widest, request);
  }
}

void FindServiceWide(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind())) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || statement.action.sense != Sense::kListed) continue;
    if (!statement.resource || statement.resource->sense != Sense::kListed ||
        std::ranges::none_of(statement.resource->values, IsEverything)) {
      continue;
    }
    for (std::size_t j = 0; j < statement.action.values.size(); ++j) {
      const std::string& action = statement.action.values[j];
      if (!action.ends_with(":*")) continue;
      const std::string service = action.substr(0, action.size() - 2);
      const auto known = subject.catalog().FindService(service);
      if (!known) continue;
      std::size_t changing = 0;
      const KnownActions::List all = subject.ActionsOf(service);
      for (const catalog::Action& one : *all) {
        changing += one.access == catalog::AccessLevel::kWrite ||
                            one.access == catalog::AccessLevel::kPermissions ||
                            one.access == catalog::AccessLevel::kTagging
                        ? 1U
                        : 0U;
      }
      if (changing == 0) continue;
      Finding& found =
          report.Add(diag::kLintServiceWide, i, subject.SpanOf(subject.places(i).actions[j]),
                     action, known->prefix);
      found.diagnostic
          .At(fmt::format("{} actions, {} of them change something", all->size(), changing))
          .Note(fmt::format("catalog of {}; actions that AWS adds are allowed too",
                            subject.catalog().date()));
      for (const catalog::Action& one : *all) {
        if (one.access != catalog::AccessLevel::kPermissions &&
            one.access != catalog::AccessLevel::kWrite) {
          continue;
        }
        const policy::Request request = Example(one.FullName(), "*");
        if (Decide(subject, request, std::nullopt) != policy::Verdict::kAllowed) continue;
        ShowDecision(subject, found, i, request);
        break;
      }
    }
  }
}

void FindNotAction(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind())) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || subject.HasOpenParts(statement)) continue;
    const bool is_action = statement.action.sense == Sense::kAllBut;
    if (!is_action && (!statement.resource || statement.resource->sense == Sense::kListed))
      continue;
    auto request = AllowedRequest(subject, i);
    if (!request) continue;
    const policy::Place place = is_action ? subject.places(i).action : subject.places(i).resource;
    Finding& found = report.Add(diag::kLintNotAction, i, subject.SpanOf(place), "",
                                is_action ? "action" : "resource");
    found.diagnostic.At("everything else is allowed");
    if (is_action) {
      std::size_t services = 0;
      for (const catalog::Service& service : subject.catalog().Services()) {
        const std::string all = policy::FoldCase(service.prefix) + ":*";
        services += std::ranges::none_of(statement.action.values,
                                         [&](const std::string& one) {
                                           return IsCovered(all, policy::FoldCase(one));
                                         })
                        ? 1U
                        : 0U;
      }
      found.diagnostic.Note(fmt::format("{} services of the catalog of {}, and those that AWS adds",
                                        services, subject.catalog().date()));
    }
    ShowDecision(subject, found, i, *std::move(request));
  }
}

void FindNotPrincipal(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || HasPlainPrincipal(statement) ||
        subject.HasOpenParts(statement)) {
      continue;
    }
    Finding& found =
        report.Add(diag::kLintNotPrincipal, i, subject.SpanOf(subject.places(i).principal), "");
    found.diagnostic.At("everybody else is allowed, without an account too");
    if (auto request = AllowedRequest(subject, i)) {
      policy::Request anonymous = *request;
      anonymous.principal = "anonymous";
      const bool is_allowed = Decide(subject, anonymous, std::nullopt) == policy::Verdict::kAllowed;
      ShowDecision(subject, found, i, is_allowed ? std::move(anonymous) : *std::move(request));
    }
  }
}

// Keys whose value the caller does not choose: a condition on one keeps strangers out.
bool LimitsCaller(const policy::Condition& condition) {
  static constexpr std::array<std::string_view, 16> kKeys = {
      "aws:principalorgid",   "aws:principalorgpaths",
      "aws:principalaccount", "aws:principalarn",
      "aws:sourceaccount",    "aws:sourcearn",
      "aws:sourceorgid",      "aws:sourceorgpaths",
      "aws:sourcevpc",        "aws:sourcevpce",
      "aws:vpcsourceip",      "aws:sourceip",
      "aws:userid",           "kms:calleraccount",
      "aws:viaawsservice",    "aws:principalisawsservice"};
  const std::string key = policy::FoldCase(condition.key);
  if (condition.op.set == policy::SetQualifier::kForAllValues || condition.op.if_exists ||
      policy::IsNegated(condition.op.base)) {
    return false;
  }
  return std::ranges::find(kKeys, key) != kKeys.end() || key.starts_with("aws:principaltag/") ||
         key.find("amazonaws.com:") != std::string::npos || key.starts_with("sts:") ||
         key.starts_with("saml:") || key.ends_with(":aud") || key.ends_with(":sub") ||
         key.starts_with("kms:viaservice") || key.ends_with("accesspointarn") ||
         key.ends_with("dataaccesspointaccount");
}

bool NamesEveryone(const Statement& statement) {
  return statement.principal && statement.principal->sense == Sense::kListed &&
         std::ranges::any_of(statement.principal->values, [](const policy::Principal& one) {
           return one.value == "*" && (one.type == policy::PrincipalType::kEveryone ||
                                       one.type == policy::PrincipalType::kAws);
         });
}

void FindPublicOf(const Subject& subject, Report& report, policy::Kind kind,
                  const diag::Code<std::string_view>& code) {
  if (subject.kind() != kind) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.effect != Effect::kAllow || !NamesEveryone(statement) ||
        subject.HasOpenParts(statement) ||
        std::ranges::any_of(statement.conditions, LimitsCaller)) {
      continue;
    }
    auto request = AllowedRequest(subject, i);
    if (!request) continue;
    // Nobody assumes a role without an account.
    for (const std::string_view caller : {"anonymous", "arn:aws:iam::999999999999:user/stranger"}) {
      if (kind == policy::Kind::kTrust && caller == "anonymous") continue;
      policy::Request stranger = *request;
      stranger.principal = caller;
      if (Decide(subject, stranger, std::nullopt) != policy::Verdict::kAllowed) continue;
      Finding& found =
          report.Add(code, i, subject.SpanOf(subject.places(i).principal), "", stranger.action);
      found.diagnostic.At("no condition keeps strangers out");
      ShowDecision(subject, found, i, std::move(stranger));
      break;
    }
  }
}

void FindPublic(const Subject& subject, Report& report) {
  FindPublicOf(subject, report, policy::Kind::kResource, diag::kLintPublic);
}
void FindTrust(const Subject& subject, Report& report) {
  FindPublicOf(subject, report, policy::Kind::kTrust, diag::kLintTrust);
}

void FindPassRole(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  // Roles and services that no policy names: what is allowed for them is allowed for all.
  std::optional<std::size_t> statement;
  policy::Request shown;
  for (const std::string_view service : {"ec2.amazonaws.com", "lambda.amazonaws.com"}) {
    policy::Request request =
        Example("iam:PassRole", "arn:aws:iam::111122223333:role/some-other-role");
    request.context = {{"iam:PassedToService", false, {std::string(service)}}};
    statement = AllowingStatement(subject, request);
    if (!statement) return;
    shown = std::move(request);
  }
  Finding& found = report.Add(diag::kLintPassRole, *statement,
                              subject.SpanOf(subject.places(*statement).action), "");
  found.diagnostic.At("includes `iam:PassRole` for every role and service")
      .Suggest("name the roles in `Resource`, and the service with `iam:PassedToService`");
  ShowDecision(subject, found, *statement, std::move(shown));
}

void FindAnyModel(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  std::optional<std::size_t> statement;
  policy::Request shown;
  // Two providers, one of which does not exist yet.
  for (const std::string_view model :
       {"anthropic.claude-sonnet-4-5-20250929-v1:0", "future-provider.some-model-v1:0"}) {
    policy::Request request =
        Example("bedrock:InvokeModel",
                fmt::format("arn:aws:bedrock:us-east-1::foundation-model/{}", model));
    request.context = {{"aws:RequestedRegion", false, {"us-east-1"}}};
    statement = AllowingStatement(subject, request);
    if (!statement) return;
    shown = std::move(request);
  }
  Finding& found = report.Add(diag::kLintAnyModel, *statement,
                              subject.SpanOf(subject.places(*statement).action), "");
  found.diagnostic.At("includes `bedrock:InvokeModel`")
      .Also(subject.SpanOf(subject.places(*statement).resource), "on every model")
      .Note("models of providers that AWS adds later are included");
  ShowDecision(subject, found, *statement, std::move(shown));
}

constexpr std::array<int, 16> kAdminImplies = {61, 65, 66, 68, 69, 73, 74, 75,
                                               76, 77, 78, 79, 90, 97, 99, 100};
constexpr std::array<int, 10> kServiceImplies = {66, 74, 75, 76, 77, 78, 79, 97, 99, 100};
constexpr std::array<int, 6> kNotActionImplies = {73, 74, 75, 97, 99, 100};

constexpr std::array<Rule, 12> kRules = {{
    {55, "trust", Class::kWiring, Level::kSecurity, Needs::kDecision, FindTrust},
    {60, "never-matches", Class::kEffect, Level::kError, Needs::kDecision, FindNeverMatches},
    {61, "redundant", Class::kEffect, Level::kSuggestion, Needs::kDecision, FindRedundant},
    {62, "denied-allow", Class::kEffect, Level::kError, Needs::kDecision, FindDeniedAllow},
    {65, "always-true", Class::kEffect, Level::kSuggestion, Needs::kDecision, FindAlwaysTrue},
    {67, "admin-equivalent", Class::kEffect, Level::kSecurity, Needs::kDecision, FindAdmin,
     kAdminImplies},
    {68, "service-wide", Class::kEffect, Level::kSecurity, Needs::kCatalog, FindServiceWide,
     kServiceImplies},
    {69, "not-action", Class::kEffect, Level::kSecurity, Needs::kDecision, FindNotAction,
     kNotActionImplies},
    {70, "not-principal", Class::kEffect, Level::kSecurity, Needs::kDecision, FindNotPrincipal},
    {71, "public", Class::kEffect, Level::kSecurity, Needs::kDecision, FindPublic},
    {73, "pass-role", Class::kEffect, Level::kSecurity, Needs::kDecision, FindPassRole},
    {90, "any-model", Class::kAi, Level::kSecurity, Needs::kDecision, FindAnyModel},
}};

}  // namespace

std::span<const Rule> EffectRules() { return kRules; }

}  // namespace writ::policy_lint

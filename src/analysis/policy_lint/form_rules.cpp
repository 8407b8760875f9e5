// The form of what stands in elements: ARNs, variables, principals.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/reader_errors.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::HasWildcard;
using policy::Statement;

bool HasVariable(std::string_view text) { return text.find("${") != std::string_view::npos; }

// --------------------------------------------------------------------------------------- L27

// Formats of a service's resource types whose ARNs have the service's own prefix.
std::set<std::string> FormatsOf(const Subject& subject, const std::string& service) {
  std::set<std::string> types;
  const KnownActions::List actions = subject.ActionsOf(service);
  for (const catalog::Action& action : *actions) {
    for (const catalog::ActionResource& one : action.resources) types.insert(one.type);
  }
  std::set<std::string> formats;
  for (const std::string& name : types) {
    const auto type = subject.catalog().FindResourceType(service, name);
    if (type) formats.insert(type->arns.begin(), type->arns.end());
  }
  return formats;
}

// Why no resource has an ARN of this pattern; empty if one may.
std::string WrongPart(const policy::ArnSegments& parts) {
  const std::string_view service = parts[2];
  const std::string_view account = parts[4];
  if (std::ranges::any_of(service, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return "services are lower-case in ARNs";
  }
  // `aws`, `cloudfront` and the like stand for accounts of AWS.
  const bool is_name = std::ranges::all_of(
      account, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  const bool has_letter = std::ranges::any_of(account, [](char c) { return c >= 'a' && c <= 'z'; });
  if (account.empty() || HasWildcard(account) || policy::IsAccountId(account)) return "";
  return is_name && has_letter ? "" : "an account has 12 digits";
}

void FindArnShape(const Subject& subject, Report& report) {
  if (!NamesAnyResource(subject.kind())) return;
  std::map<std::string, std::set<std::string>> formats_of;
  const auto fits_none = [&](const std::string& resource, const std::string& service) {
    if (HasWildcard(service) || !subject.catalog().FindService(service)) return false;
    const auto [at, is_new] = formats_of.try_emplace(service);
    if (is_new) at->second = FormatsOf(subject, service);
    return !at->second.empty() && std::ranges::none_of(at->second, [&](const std::string& format) {
      return MayBeOf(format, FormatGlob(format), resource);
    });
  };
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (!statements[i].resource) continue;
    for (std::size_t j = 0; j < statements[i].resource->values.size(); ++j) {
      const std::string& resource = statements[i].resource->values[j];
      if (subject.IsOpen(resource) || HasVariable(resource) || !resource.starts_with("arn:")) {
        continue;
      }
      const auto parts = policy::SplitArn(resource);
      std::string why;
      bool is_of_catalog = false;
      if (!parts) {
        if (!HasWildcard(resource)) why = "an ARN has six parts";
      } else {
        why = WrongPart(*parts);
        is_of_catalog = why.empty() && fits_none(resource, std::string((*parts)[2]));
        if (is_of_catalog) why = fmt::format("no resource of `{}` has this form", (*parts)[2]);
      }
      if (why.empty()) continue;
      Finding& found =
          report.Add(diag::kLintArnShape, i, subject.SpanOf(subject.places(i).resources[j]),
                     resource, Shown(resource));
      found.diagnostic.At(std::move(why));
      if (!is_of_catalog) continue;
      found.diagnostic.Note(fmt::format("catalog of {}", subject.catalog().date()));
      // The catalog has the forms that actions name; policies of AWS have others too.
      found.level = Level::kWarning;
    }
  }
}

// --------------------------------------------------------------------------------------- L28

// What is wrong with the first `${…}` of a text; empty if nothing is. Source: IAM User Guide,
// "Variables and tags" (read 2026-11-22): `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.
std::string_view WrongVariable(std::string_view text) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    at += 2;
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) return "`${` without `}`";
    const std::string_view inner = text.substr(at, close - at);
    if (inner == "*" || inner == "?" || inner == "$") continue;
    const std::size_t comma = inner.find(',');
    const std::string_view name = inner.substr(0, comma);
    if (name.empty()) return "the variable has no name";
    if (name.find(' ') != std::string_view::npos) return "a name has no space";
    if (name.find(':') == std::string_view::npos || name.find("::") != std::string_view::npos) {
      return "not a condition key: left over from a template?";
    }
    if (comma == std::string_view::npos) continue;
    std::string_view rest = inner.substr(comma + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.size() < 2 || rest.front() != '\'' || rest.back() != '\'') {
      return "a default value is in single quotes";
    }
  }
  return "";
}

// IAM User Guide, "Where you can use policy variables": with operators of texts and ARNs (read
// 2026-11-22). Of Bool the guide says both, see policy::Switches.
bool TakesVariables(policy::BaseOperator op) {
  switch (policy::FamilyOf(op)) {
    case policy::OperatorFamily::kNumeric:
    case policy::OperatorFamily::kDate:
    case policy::OperatorFamily::kIp:
    case policy::OperatorFamily::kBinary:
    case policy::OperatorFamily::kNull:
      return false;
    case policy::OperatorFamily::kString:
    case policy::OperatorFamily::kArn:
    case policy::OperatorFamily::kBool:
      return true;
  }
  return true;
}

void FindVariable(const Subject& subject, Report& report) {
  if (subject.document().version != policy::Version::k2012) return;  // literal text: L08
  const auto look = [&](std::size_t statement, const std::string& text, policy::Place place,
                        std::string_view not_here) {
    if (subject.IsOpen(text) || !HasVariable(text)) return;
    const std::string_view wrong = not_here.empty() ? WrongVariable(text) : not_here;
    if (wrong.empty()) return;
    report.Add(diag::kLintVariable, statement, subject.SpanOf(place), text, Shown(text))
        .diagnostic.At(std::string(wrong));
  };
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    const policy::StatementPlaces& places = subject.places(i);
    if (statement.principal) {
      for (std::size_t j = 0; j < statement.principal->values.size(); ++j) {
        look(i, statement.principal->values[j].value, places.principals[j],
             "a principal takes no variables");
      }
    }
    if (statement.resource) {
      for (std::size_t j = 0; j < statement.resource->values.size(); ++j) {
        look(i, statement.resource->values[j], places.resources[j], "");
      }
    }
    for (std::size_t j = 0; j < statement.conditions.size(); ++j) {
      const policy::Condition& condition = statement.conditions[j];
      for (const std::string& value : condition.values) {
        look(i, value, places.conditions[j],
             TakesVariables(condition.op.base) ? "" : "this operator takes no variables");
      }
    }
  }
}

// ---------------------------------------------------------------------------------- L29, L30

bool IsUniqueId(std::string_view text, std::string_view prefix) {
  return text.size() >= 16 && text.starts_with(prefix) &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string_view::npos;
}

// IAM User Guide, "AWS JSON policy elements: Principal" (read 2026-11-22): accounts, users, roles,
// sessions of roles and of federated users; groups are none.
std::string WrongPrincipal(std::string_view value) {
  if (value == "*" || policy::IsAccountId(value)) return "";
  const auto parts = policy::SplitArn(value);
  if (!parts) return "neither `*`, an account, nor an ARN";
  const std::string_view service = (*parts)[2];
  const std::string_view name = (*parts)[5];
  static constexpr std::array<std::string_view, 4> kPrincipals = {"user/", "role/", "assumed-role/",
                                                                  "federated-user/"};
  if (service == "iam" && name.starts_with("group/")) return "a group is no principal";
  const bool is_known =
      (service == "iam" || service == "sts") &&
      (name == "root" || std::ranges::any_of(kPrincipals, [&](std::string_view one) {
         return name.starts_with(one) && name.size() > one.size();
       }));
  if (!is_known) return "not the ARN of a principal";
  // Origin access identities are users of the account `cloudfront`.
  return policy::IsAccountId((*parts)[4]) || (*parts)[4] == "cloudfront"
             ? ""
             : "an account has 12 digits";
}

template <class Visit>
void ForEachPrincipal(const Subject& subject, policy::PrincipalType type, const Visit& visit) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (!statements[i].principal) continue;
    for (std::size_t j = 0; j < statements[i].principal->values.size(); ++j) {
      const policy::Principal& one = statements[i].principal->values[j];
      if (one.type != type || subject.IsOpen(one.value) || HasVariable(one.value)) continue;
      visit(i, one.value, subject.SpanOf(subject.places(i).principals[j]));
    }
  }
}

void FindPrincipalShape(const Subject& subject, Report& report) {
  for (const policy::PolicyError& error : subject.errors()) {
    if (RuleOf(error) != 29) continue;
    report
        .Add(diag::kLintPrincipalShape, StatementOf(subject, error), subject.SpanAt(error.offset),
             error.message)
        .diagnostic.At(error.message);
  }
  if (!subject.is_read()) return;
  ForEachPrincipal(subject, policy::PrincipalType::kAws,
                   [&](std::size_t statement, const std::string& value, source::Span span) {
                     if (value != "*" && HasWildcard(value)) return;
                     const bool is_dead = IsUniqueId(value, "AROA") || IsUniqueId(value, "AIDA");
                     std::string why = is_dead ? "" : WrongPrincipal(value);
                     if (!is_dead && why.empty()) return;
                     Finding& found = report.Add(diag::kLintPrincipalShape, statement, span, value);
                     if (!is_dead) {
                       found.diagnostic.At(std::move(why));
                       return;
                     }
                     // AWS writes ids where roles and users were, once they are deleted.
                     found.level = Level::kWarning;
                     found.diagnostic.At("a role or user that is deleted").Suggest("remove it");
                   });
}

// IAM User Guide, "AWS service principals": a name under a domain of AWS (read 2026-11-22).
void FindServicePrincipal(const Subject& subject, Report& report) {
  static constexpr std::array<std::string_view, 7> kDomains = {
      ".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".amazon.com",
      ".aws.internal",  ".c2s.ic.gov",       ".sc2s.sgov.gov"};
  ForEachPrincipal(subject, policy::PrincipalType::kService,
                   [&](std::size_t statement, const std::string& value, source::Span span) {
                     const bool is_known =
                         std::ranges::any_of(kDomains, [&](std::string_view domain) {
                           return value.ends_with(domain) && value.size() > domain.size();
                         });
                     if (is_known && !HasWildcard(value)) return;
                     Finding& found = report.Add(diag::kLintServicePrincipal, statement, span,
                                                 value, Shown(value));
                     found.diagnostic.At("a service is `name.amazonaws.com`");
                     if (subject.catalog().FindService(value)) {
                       const std::string right = value + ".amazonaws.com";
                       found.diagnostic.Patch(fmt::format("did you mean `{}`?", right), span,
                                              fmt::format("\"{}\"", right));
                     }
                   });
}

// --------------------------------------------------------------------------------------- L53

// Actions of a statement in a resource's policy that act on none of its resources' services.
void FindForeign(const Subject& subject, Report& report) {
  if (subject.kind() != policy::Kind::kResource) return;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (!statement.resource || statement.resource->sense != policy::Sense::kListed ||
        statement.action.sense != policy::Sense::kListed || subject.HasOpenParts(statement)) {
      continue;
    }
    std::set<std::string> services;
    for (const std::string& resource : statement.resource->values) {
      const auto parts = policy::SplitArn(resource);
      services.insert(parts ? std::string((*parts)[2]) : "*");
    }
    if (std::ranges::any_of(services, [](const std::string& one) { return HasWildcard(one); })) {
      continue;
    }
    for (std::size_t j = 0; j < statement.action.values.size(); ++j) {
      const auto action = Cataloged(subject, statement.action.values[j]);
      if (!action || action->resources.empty()) continue;
      const bool is_own =
          std::ranges::any_of(action->resources, [&](const catalog::ActionResource& one) {
            const auto type = subject.catalog().FindResourceType(action->service, one.type);
            return !type || std::ranges::any_of(type->arns, [&](const std::string& format) {
              const std::string glob = FormatGlob(format);
              const auto parts = policy::SplitArn(glob);
              return !parts || services.contains(std::string((*parts)[2]));
            });
          });
      if (is_own) continue;
      report
          .Add(diag::kLintForeign, i, subject.SpanOf(subject.places(i).actions[j]),
               action->FullName(), action->FullName())
          .diagnostic.At("an action of another service")
          .Also(subject.SpanOf(subject.places(i).resource), "the resources")
          .Note(fmt::format("catalog of {}", subject.catalog().date()));
    }
  }
}

// An ARN of nothing is one that no action applies to, and its condition one that never holds.
constexpr std::array<int, 3> kShapeImplies = {40, 60, 61};
constexpr std::array<int, 1> kServiceImplies = {56};

constexpr std::array<Rule, 5> kRules = {{
    {27, "arn-shape", Class::kNames, Level::kError, Needs::kCatalog, FindArnShape, kShapeImplies},
    {28, "variable", Class::kShape, Level::kError, Needs::kDocument, FindVariable, kShapeImplies},
    {29, "principal-shape", Class::kNames, Level::kError, Needs::kText, FindPrincipalShape},
    {30, "service-principal", Class::kNames, Level::kError, Needs::kDocument, FindServicePrincipal,
     kServiceImplies},
    {53, "foreign-in-resource-policy", Class::kWiring, Level::kError, Needs::kCatalog, FindForeign},
}};

}  // namespace

std::span<const Rule> FormRules() { return kRules; }

}  // namespace writ::policy_lint

// Names of AWS: services, actions, condition keys, Regions. What decides is the catalog, so each
// finding has its date.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::HasWildcard;

void Date(const Subject& subject, Finding& found) {
  found.diagnostic.Note(fmt::format("catalog of {}", subject.catalog().date()));
}

// A name that the catalog lacks: AWS may be ahead of it, unless the name is a known mistake.
void Lacks(const Subject& subject, Finding& found, const catalog::Correction* correction,
           const std::vector<std::string>& near, source::Span span) {
  if (correction != nullptr) {
    found.diagnostic.Note(correction->why);
    for (const std::string& right : correction->right) {
      found.diagnostic.Suggest(fmt::format("write `{}`", right));
    }
  } else if (near.size() == 1) {
    found.diagnostic.Patch(fmt::format("did you mean `{}`?", near[0]), span,
                           fmt::format("\"{}\"", near[0]));
  } else if (!near.empty()) {
    found.diagnostic.Suggest(fmt::format("similar: `{}`", fmt::join(near, "`, `")));
  }
  const bool may_be_new = subject.allow_unknown() || subject.where().is_aws_managed;
  if (correction == nullptr && may_be_new) found.level = Level::kWarning;
  Date(subject, found);
}

struct Named {
  std::string service;
  std::string name;
};

// "service:Name" without wildcards in the service; nothing for others.
std::optional<Named> Parts(std::string_view action) {
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  if (HasWildcard(action.substr(0, colon))) return std::nullopt;
  return Named{std::string(action.substr(0, colon)), std::string(action.substr(colon + 1))};
}

template <class Visit>
void ForEachAction(const Subject& subject, const Visit& visit) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].action.values.size(); ++j) {
      const std::string& action = statements[i].action.values[j];
      if (subject.IsOpen(action)) continue;
      const auto parts = Parts(action);
      if (parts) visit(i, subject.SpanOf(subject.places(i).actions[j]), action, *parts);
    }
  }
}

// Names that people take from the APIs of AI services are L94's, not L20's to L22's.
bool IsInvented(const catalog::Correction* correction, std::string_view service) {
  return correction != nullptr && IsOfBedrock(service);
}

void FindService(const Subject& subject, Report& report) {
  ForEachAction(subject, [&](std::size_t statement, source::Span span, const std::string& action,
                             const Named& parts) {
    if (subject.catalog().FindService(parts.service)) return;
    const catalog::Correction* correction = subject.catalog().CorrectService(parts.service);
    if (IsInvented(correction, parts.service)) return;
    Finding& found = report.Add(diag::kLintService, statement, span, action, Shown(parts.service));
    found.diagnostic.At("not a service prefix of IAM");
    std::vector<std::string> near;
    if (correction == nullptr) {
      for (const std::string& one : subject.catalog().SuggestServices(parts.service)) {
        near.push_back(fmt::format("{}:{}", one, parts.name));
      }
    }
    Lacks(subject, found, correction, near, span);
    // The authorization data lists the services of its day: a prefix that resembles none of them
    // may be of one that has ended.
    if (correction == nullptr && near.empty()) {
      found.level = Level::kWarning;
      found.diagnostic.Note("a service that has ended is not in the catalog");
    }
  });
}

void FindAction(const Subject& subject, Report& report) {
  ForEachAction(subject, [&](std::size_t statement, source::Span span, const std::string& action,
                             const Named& parts) {
    const catalog::Catalog& catalog = subject.catalog();
    if (!catalog.FindService(parts.service)) return;
    const bool is_pattern = HasWildcard(parts.name);
    const bool is_known = is_pattern ? !subject.ActionsOf(parts.service, parts.name)->empty()
                                     : catalog.FindAction(parts.service, parts.name).has_value();
    if (is_known) return;
    const catalog::Correction* correction = catalog.CorrectAction(action);
    if (IsInvented(correction, parts.service)) return;
    Finding& found = report.Add(diag::kLintAction, statement, span, action, Shown(action));
    found.diagnostic.At(is_pattern ? "matches no action" : "not an action of IAM");
    Lacks(subject, found, correction,
          correction != nullptr || is_pattern ? std::vector<std::string>()
                                              : catalog.SuggestActions(parts.service, parts.name),
          span);
  });
}

// A key whose name ends in a part that the caller chooses, which may hold colons:
// `kms:EncryptionContext:aws:s3:arn`.
bool IsOfTemplate(const catalog::Catalog& catalog, const std::string& key) {
  const std::string folded = policy::FoldCase(key);
  return std::ranges::any_of(catalog.Keys(), [&](const catalog::Key& known) {
    std::size_t variable = known.name.find("${");
    // Some services write the part as a word: `secretsmanager:ResourceTag/tag-key`.
    if (variable == std::string::npos && known.name.find('/') != std::string::npos) {
      variable = known.name.find('/') + 1;
    }
    return variable != std::string::npos &&
           folded.starts_with(policy::FoldCase(known.name.substr(0, variable)));
  });
}

// Access Analyzer reports DEPRECATED_GLOBAL_CONDITION_KEY and, in policies of resources,
// UNSUPPORTED_GLOBAL_CONDITION_KEY (IAM User Guide, "policy checks reference", not checked).
bool IsOld(std::string_view key) { return policy::EqualIgnoringCase(key, "aws:ARN"); }

void FindOldKey(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (!IsOld(condition.key)) continue;
      report
          .Add(diag::kLintOldKey, i, subject.SpanOf(subject.places(i).conditions[j]),
               policy::OperatorName(condition.op) + condition.key, condition.key)
          .diagnostic.At("AWS documents it no longer")
          .Suggest("write `aws:PrincipalArn`");
    }
  }
}

void FindServicePattern(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (!statements[i].resource) continue;
    for (std::size_t j = 0; j < statements[i].resource->values.size(); ++j) {
      const std::string& resource = statements[i].resource->values[j];
      const auto parts = policy::SplitArn(resource);
      // A star alone plainly means all services.
      if (!parts || !HasWildcard((*parts)[2]) || IsEverything((*parts)[2])) continue;
      Finding& found =
          report.Add(diag::kLintServicePattern, i, subject.SpanOf(subject.places(i).resources[j]),
                     resource, (*parts)[2]);
      std::vector<std::string> matched;
      for (const catalog::Service& service : subject.catalog().Services()) {
        if (catalog::MatchesPattern((*parts)[2], service.prefix)) matched.push_back(service.prefix);
      }
      found.diagnostic.At(matched.empty() ? "matches no service"
                                          : fmt::format("matches {}", ListOf(std::move(matched))));
      Date(subject, found);
    }
  }
}

void FindInvented(const Subject& subject, Report& report) {
  const catalog::Catalog& catalog = subject.catalog();
  const auto add = [&](std::size_t statement, source::Span span, const std::string& name,
                       const catalog::Correction& correction) -> Finding& {
    Finding& found = report.Add(diag::kLintInvented, statement, span, name, Shown(name));
    found.diagnostic.At("a name of the APIs, not of policies");
    Lacks(subject, found, &correction, {}, span);
    return found;
  };
  ForEachAction(subject, [&](std::size_t statement, source::Span span, const std::string& action,
                             const Named& parts) {
    const bool is_service = catalog.FindService(parts.service).has_value();
    if (is_service && catalog.FindAction(parts.service, parts.name)) return;
    const catalog::Correction* correction =
        is_service ? catalog.CorrectAction(action) : catalog.CorrectService(parts.service);
    if (!IsInvented(correction, parts.service)) return;
    const bool is_allow = subject.document().statements[statement].effect == policy::Effect::kAllow;
    add(statement, span, action, *correction)
        .diagnostic.Note(is_allow ? "the statement allows nothing by it"
                                  : "the statement denies nothing by it");
  });
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      const std::size_t colon = condition.key.find(':');
      if (subject.IsOpen(condition.key) || catalog.FindKey(condition.key) ||
          colon == std::string::npos) {
        continue;
      }
      const catalog::Correction* correction = catalog.CorrectKey(condition.key);
      if (!IsInvented(correction, condition.key.substr(0, colon))) continue;
      add(i, subject.SpanOf(subject.places(i).conditions[j]), condition.key, *correction)
          .diagnostic.Note(
              fmt::format("the condition {}", WithoutKey(statements[i].effect, condition)));
    }
  }
}

void FindKey(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  const catalog::Catalog& catalog = subject.catalog();
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (subject.IsOpen(condition.key) || catalog.FindKey(condition.key)) continue;
      const std::size_t colon = condition.key.find(':');
      // Keys of identity providers (`token.actions.githubusercontent.com:sub`) and of services that
      // the catalog lacks are not known to be wrong.
      if (colon == std::string::npos) continue;
      const std::string prefix = policy::FoldCase(condition.key.substr(0, colon));
      if (prefix != "aws" && !catalog.FindService(prefix)) continue;
      if (IsOfTemplate(catalog, condition.key) || IsOld(condition.key) ||
          IsInvented(catalog.CorrectKey(condition.key), prefix)) {
        continue;
      }
      const source::Span span = subject.SpanOf(subject.places(i).conditions[j]);
      Finding& found =
          report.Add(diag::kLintKey, i, span, policy::OperatorName(condition.op) + condition.key,
                     Shown(condition.key));
      found.diagnostic.At("not a known condition key");
      // AWS may be ahead of the catalog, and then what follows is not so.
      const bool is_sure = catalog.CorrectKey(condition.key) != nullptr;
      std::string note = is_sure ? "the condition " : "if no request has it, the condition ";
      note += WithoutKey(statements[i].effect, condition);
      found.diagnostic.Note(std::move(note));
      Lacks(subject, found, catalog.CorrectKey(condition.key), {}, span);
      const auto near = catalog.SuggestKeys(condition.key);
      if (!near.empty()) {
        found.diagnostic.Suggest(fmt::format("similar: `{}`", fmt::join(near, "`, `")));
      }
    }
  }
}

void FindRegion(const Subject& subject, Report& report) {
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    for (std::size_t j = 0; j < statements[i].conditions.size(); ++j) {
      const policy::Condition& condition = statements[i].conditions[j];
      if (!policy::EqualIgnoringCase(condition.key, "aws:RequestedRegion")) continue;
      for (const std::string& value : condition.values) {
        // `unspecified` is what calls through a global profile carry.
        if (subject.IsOpen(value) || HasWildcard(value) || value == "unspecified" ||
            value.find("${") != std::string::npos || subject.catalog().FindRegion(value)) {
          continue;
        }
        Finding& found =
            report.Add(diag::kLintRegion, i, subject.SpanOf(subject.places(i).conditions[j]), value,
                       Shown(value));
        const auto near = subject.catalog().SuggestRegions(value);
        Lacks(subject, found, nullptr, {}, {});
        if (!near.empty()) {
          found.diagnostic.Suggest(fmt::format("similar: `{}`", fmt::join(near, "`, `")));
        }
      }
    }
  }
}

// What a name that does not exist covers, or is covered by, is no matter.
constexpr std::array<int, 1> kEntries = {61};

constexpr std::array<Rule, 7> kRules = {{
    {20, "service", Class::kNames, Level::kError, Needs::kCatalog, FindService},
    {21, "action", Class::kNames, Level::kError, Needs::kCatalog, FindAction, kEntries},
    {22, "key", Class::kNames, Level::kError, Needs::kCatalog, FindKey},
    {24, "old-key", Class::kNames, Level::kWarning, Needs::kDocument, FindOldKey},
    {25, "service-wildcard-name", Class::kNames, Level::kSuggestion, Needs::kCatalog,
     FindServicePattern},
    {94, "invented-ai-name", Class::kAi, Level::kError, Needs::kCatalog, FindInvented, kEntries},
    {26, "region-partition", Class::kNames, Level::kError, Needs::kCatalog, FindRegion},
}};

}  // namespace

std::span<const Rule> NameRules() { return kRules; }

}  // namespace writ::policy_lint

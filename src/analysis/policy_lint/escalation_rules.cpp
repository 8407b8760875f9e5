// Sets of actions that together raise the rights of anyone who has them. The sets are data:
// stdlib/aws/escalation.json, with its sources and date.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analysis/policy_lint/decided.h"
#include "analysis/policy_lint/named.h"
#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"
#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"

namespace writ::policy_lint {

/// stdlib/aws/escalation.json.
std::span<const support::EmbeddedText> EmbeddedEscalations();

namespace {

struct Path {
  std::string title;
  std::vector<std::string> steps;
  std::string passed_to;  ///< the service that gets the role; empty if none is passed
};

struct Escalations {
  std::string date;
  std::vector<Path> paths;
};

const Escalations& Known() {
  static const Escalations known = [] {
    support::json::Document document;
    WRIT_CHECK(!document.Read(EmbeddedEscalations().front().text), "escalation.json is JSON");
    Escalations all;
    all.date = document.root().Find("date")->text();
    for (const support::json::Value value : document.root().Find("paths")->elements()) {
      Path& path = all.paths.emplace_back();
      path.title = value.Find("title")->text();
      for (const support::json::Value step : value.Find("steps")->elements()) {
        path.steps.emplace_back(step.text());
      }
      if (const auto service = value.Find("passed_to")) path.passed_to = service->text();
    }
    return all;
  }();
  return known;
}

// The steps as requests on resources that no policy names, so that what is allowed for them is
// allowed for all; nothing if one is refused.
std::optional<std::vector<policy::Request>> AllowedSteps(const Subject& subject, const Path& path) {
  std::vector<policy::Request> steps;
  for (const std::string& name : path.steps) {
    const auto action = Cataloged(subject, name);
    if (!action) return std::nullopt;
    policy::Request step = Example(action->FullName(), ResourceFor(subject, *action));
    if (name == "iam:PassRole") SetKey(step, "iam:PassedToService", path.passed_to);
    if (!AllowingStatement(subject, step)) return std::nullopt;
    steps.push_back(std::move(step));
  }
  return steps;
}

void FindEscalation(const Subject& subject, Report& report) {
  if (!IsOfPrincipal(subject.kind()) || subject.where().has_holes) return;
  const Path* first = nullptr;
  std::vector<policy::Request> shown;
  std::vector<std::string> others;
  for (const Path& path : Known().paths) {
    auto steps = AllowedSteps(subject, path);
    if (!steps) continue;
    if (first != nullptr) {
      others.push_back(path.title);
      continue;
    }
    first = &path;
    shown = *std::move(steps);
  }
  if (first == nullptr) return;
  const auto statement = AllowingStatement(subject, shown.front());
  if (!statement) return;
  Finding& found = report.Add(diag::kLintEscalation, *statement,
                              subject.SpanOf(subject.places(*statement).action), first->title,
                              ListOf(first->steps));
  found.diagnostic.At(first->title);
  for (std::size_t i = 1; i < shown.size(); ++i) {
    found.diagnostic.Note(
        fmt::format("`{}` on `{}` is allowed too", shown[i].action, shown[i].resource));
  }
  if (!others.empty()) {
    found.diagnostic.Note(fmt::format("{} other {}: {}", others.size(),
                                      others.size() == 1 ? "way" : "ways",
                                      fmt::join(others, "; ")));
  }
  found.diagnostic.Note(fmt::format("ways known on {}", Known().date));
  ShowDecision(subject, found, *statement, std::move(shown.front()));
}

constexpr std::array<Rule, 1> kRules = {{
    {75, "escalation", Class::kDeployed, Level::kSecurity, Needs::kDecision, FindEscalation},
}};

}  // namespace

std::span<const Rule> EscalationRules() { return kRules; }

}  // namespace writ::policy_lint

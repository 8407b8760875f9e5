#include "analysis/drift/drift.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"

namespace writ::drift {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWider:
      return "wider";
    case Verdict::kOther:
      return "other";
    case Verdict::kMissing:
      return "missing";
    case Verdict::kUnmanaged:
      return "unmanaged";
    case Verdict::kExtra:
      return "extra";
    case Verdict::kNarrower:
      return "narrower";
    case Verdict::kUndetermined:
      return "undetermined";
  }
  return "";
}

std::string_view AreaName(Area area) {
  switch (area) {
    case Area::kPrincipal:
      return "principal";
    case Area::kPermissionSet:
      return "permissionSet";
    case Area::kNode:
      return "node";
    case Area::kAccount:
      return "account";
    case Area::kTrust:
      return "trust";
    case Area::kEndpoint:
      return "endpoint";
    case Area::kGuardrail:
      return "guardrail";
    case Area::kSetting:
      return "setting";
    case Area::kResource:
      return "resource";
  }
  return "";
}

std::string Comparison::AccountName(intent::AccountIndex account) const {
  return program.program().AccountAt(account).name;
}

CallerFacts Comparison::FactsOf(intent::AccountIndex account) const {
  CallerFacts facts;
  facts.account = program.program().AccountAt(account).id;
  facts.organization = program.program().model.organization.id;
  if (facts.organization.empty()) return facts;
  const auto path = deployed.PathTo(facts.account);
  if (!path) return facts;
  facts.path = facts.organization + "/";
  // The account itself is no part of it.
  for (std::size_t i = 0; i + 1 < path->size(); ++i) facts.path += (*path)[i] + "/";
  return facts;
}

Finding FindingOf(const Outcome& outcome, const Stack& program, const Stack& deployed,
                  const Who& who, bool has_program, bool has_deployed,
                  const Comparison& comparison) {
  Finding finding;
  finding.is_gain = outcome.gained.has_value();
  finding.is_loss = outcome.lost.has_value();
  const bool is_open = outcome.relation == decide::Relation::kUndecided ||
                       outcome.relation == decide::Relation::kEquivalent;
  if (!has_deployed && has_program) {
    finding.verdict = Verdict::kMissing;
  } else if (has_deployed && !has_program) {
    finding.verdict = Verdict::kExtra;
  } else if (finding.is_gain && finding.is_loss) {
    finding.verdict = Verdict::kOther;
  } else if (finding.is_gain) {
    finding.verdict = Verdict::kWider;
  } else if (finding.is_loss) {
    finding.verdict = Verdict::kNarrower;
  }
  // A request that was found shows a difference, whatever else is open.
  if (is_open && !finding.is_gain && !finding.is_loss) {
    finding.verdict = Verdict::kUndetermined;
    finding.what = "whether it means what the program says is not decided";
  }
  if (!outcome.doubts.empty()) {
    // A difference that no reading takes away, and one that the reading decides, are both told.
    finding.is_gain = finding.is_gain || outcome.may_gain;
    finding.is_loss = finding.is_loss || outcome.may_lose;
    finding.notes.push_back(MayText(outcome.may_gain, outcome.may_lose, outcome.doubts));
  }
  for (const auto* request : {&outcome.gained, &outcome.lost}) {
    if (!*request) continue;
    finding.requests.push_back(
        comparison.comparer.Show(**request, program, deployed, who, comparison.program.tree()));
  }
  for (const std::string& obstacle : outcome.obstacles) finding.notes.push_back(obstacle);
  return finding;
}

std::string MayText(bool may_gain, bool may_lose, const std::vector<std::string>& doubts) {
  const std::string_view what = may_gain && may_lose ? "allows more in one respect, less in another"
                                : may_gain           ? "allows more"
                                                     : "allows less";
  return fmt::format("by another reading of what AWS leaves open it {}: {}", what,
                     fmt::join(doubts, "; "));
}

Finding Undetermined(Area area, std::string account, std::string target,
                     const std::vector<Lack>& lacking) {
  Finding finding;
  finding.verdict = Verdict::kUndetermined;
  finding.area = area;
  finding.account = std::move(account);
  finding.target = std::move(target);
  finding.what = lacking.front().what;
  finding.command = lacking.front().command;
  for (std::size_t i = 1; i < lacking.size(); ++i) finding.notes.push_back(lacking[i].what);
  return finding;
}

Report Compare(const deployed::Program& program, const deployed::Tree& tree,
               const snapshot::Snapshot& snapshot) {
  const Universe universe = Universe::Of(tree);
  const Universe models = Universe::OfModels();
  Papers papers(universe, snapshot);
  ProgramSide said(program, tree, papers);
  DeployedSide found(snapshot, papers);
  Comparer comparer(papers, program.catalog, program.model.organization.partition);
  Report report;
  Comparison comparison{said, found, papers, comparer, models, report, {}};
  CompareOrganization(comparison);
  ComparePrincipals(comparison);
  ComparePermissionSets(comparison);
  CompareResources(comparison);
  CompareGuardrails(comparison);
  ReportUncompared(comparison);
  std::ranges::stable_sort(report.findings, {}, [](const Finding& one) {
    return std::tie(one.verdict, one.area, one.account, one.target, one.what);
  });
  std::ranges::sort(report.assumptions);
  const auto rest = std::ranges::unique(report.assumptions);
  report.assumptions.erase(rest.begin(), rest.end());
  return report;
}

}  // namespace writ::drift

#include "commands/report_summary.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "commands/wording.h"

namespace writ::commands {
namespace {

std::string ProofText(const report::Proof& proof) {
  return fmt::format("{}: {} in {}, {}", proof.verdict, Counted(proof.principals, "principal"),
                     Counted(proof.accounts, "account"), Counted(proof.documents, "document"));
}

std::string DeployedText(const report::Deployed& deployed) {
  return deployed.is_as_said() ? "as the program says"
                               : fmt::format("{}, which `writ drift` explains",
                                             Counted(deployed.findings, "finding"));
}

std::string ControlsText(const std::vector<report::Control>& controls) {
  if (controls.empty()) return "no sentence names one and no pack is imported";
  const auto shown = std::ranges::count_if(
      controls, [](const report::Control& one) { return !one.evidence.empty(); });
  return fmt::format("{} with evidence, {} without", shown,
                     static_cast<std::ptrdiff_t>(controls.size()) - shown);
}

std::string AccessText(const report::Matrix& matrix) {
  if (!matrix.is_decided) return fmt::format("not decided: {} questions", matrix.questions);
  constexpr std::array kAnswers = {report::Answer::kYes, report::Answer::kPartly,
                                   report::Answer::kNo, report::Answer::kUndecided,
                                   report::Answer::kNothing};
  std::vector<std::string> parts;
  for (const report::Answer answer : kAnswers) {
    const auto count = std::ranges::count(matrix.cells, answer, &report::Cell::answer);
    // The first three are what a reader looks for, also where there are none.
    if (count == 0 && answer > report::Answer::kNo) continue;
    parts.push_back(fmt::format("{} {}", count, report::Name(answer)));
  }
  return fmt::format("{}: {}", Counted(matrix.cells.size(), "cell"), fmt::join(parts, ", "));
}

std::string NextText(const std::vector<report::Deadline>& deadlines) {
  const auto next = std::ranges::find_if(
      deadlines, [](const report::Deadline& one) { return one.days_left >= 0; });
  if (next == deadlines.end()) return "nothing has an end";
  const std::string when = next->days_left == 0
                               ? "today"
                               : "in " + Counted(static_cast<std::size_t>(next->days_left), "day");
  return fmt::format("{} on {}, {} ({})", next->what, next->date, when, next->place);
}

}  // namespace

void PrintReportSummary(const report::Report& report, std::ostream& out) {
  out << fmt::format("proof:     {}\n", ProofText(report.proof));
  if (report.deployed) out << fmt::format("deployed:  {}\n", DeployedText(*report.deployed));
  out << fmt::format(
      "controls:  {}\naccess:    {}\ntests:     {}\nends next: {}\n"
      "Nothing was written: --html, --json, --evidence, --oscal, --lcov or --cobertura writes the "
      "report.\n",
      ControlsText(report.controls), AccessText(report.matrix), report::Summary(report.tests),
      NextText(report.deadlines));
}

}  // namespace writ::commands

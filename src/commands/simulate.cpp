#include "commands/simulate.h"

#include <istream>
#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "commands/finish.h"
#include "compiler/compilation.h"
#include "compiler/near_path.h"
#include "iam/policy/cases.h"

namespace writ::commands {
namespace {

constexpr const char* kStandardInput = "-";

host::ExitStatus Unreadable(std::string_view path, std::string_view reason,
                            host::Environment& environment) {
  compiler::Compilation compilation;
  compiler::SuggestPath(compilation.findings.Report(diag::kFileNotReadable, {}, path, reason),
                        std::string(path), environment.files);
  return Finish(compilation, environment, host::ExitStatus::kUnreadable);
}

host::ExitStatus NoCases(std::string_view path, host::Environment& environment) {
  compiler::Compilation compilation;
  compilation.findings.Report(diag::kNoCases, {}, path);
  return Finish(compilation, environment, host::ExitStatus::kGood);
}

void PrintSummary(const policy::CaseSummary& summary, bool is_check, std::ostream& err) {
  const auto count = [&](policy::Verdict verdict) {
    return summary.by_verdict[static_cast<std::size_t>(verdict)];
  };
  err << fmt::format("{} case{}: {} allowed, {} explicitDeny, {} implicitDeny, {} error{}\n",
                     summary.answered, summary.answered == 1 ? "" : "s",
                     count(policy::Verdict::kAllowed), count(policy::Verdict::kExplicitDeny),
                     count(policy::Verdict::kImplicitDeny), summary.errors,
                     summary.errors == 1 ? "" : "s");
  if (!is_check) return;
  err << fmt::format("{} judged: {} as expected, {} different\n", summary.judged,
                     summary.judged - summary.mismatches, summary.mismatches);
}

host::ExitStatus StatusOf(const policy::CaseSummary& summary, bool is_check) {
  if (is_check) return summary.mismatches == 0 ? host::ExitStatus::kGood : host::ExitStatus::kNo;
  return summary.errors == 0 ? host::ExitStatus::kGood : host::ExitStatus::kInvalid;
}

}  // namespace

host::ExitStatus RunSimulate(const SimulateOptions& options, host::Environment& environment) {
  std::unique_ptr<std::istream> file;
  if (options.cases != kStandardInput) {
    auto opened = environment.files.Open(options.cases);
    if (!opened) return Unreadable(options.cases, opened.error().reason, environment);
    file = *std::move(opened);
  }
  const policy::CaseSummary summary =
      policy::RunCases(file ? *file : environment.in, environment.out,
                       {.is_check = options.is_check,
                        .with_layers = options.with_layers,
                        .threads = options.threads});
  if (summary.is_cut_short) return Unreadable(options.cases, "reading failed", environment);
  if (!environment.settings.quiet) PrintSummary(summary, options.is_check, environment.err);
  const std::size_t looked_at = options.is_check ? summary.judged : summary.answered;
  if (looked_at == 0) return NoCases(options.cases, environment);
  return StatusOf(summary, options.is_check);
}

}  // namespace writ::commands

#include "commands/summarise_results.h"

#include <ostream>
#include <string_view>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/sha256.h"
#include "commands/finish.h"
#include "compiler/compilation.h"
#include "facts/evaluation/results.h"

namespace writ::commands {

host::ExitStatus SummariseResults(const std::string& path, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const auto fails = [&](host::ExitStatus status, const auto& code, std::string_view why) {
    compilation.findings.Report(code, {}, path, why);
    return Finish(compilation, environment, status);
  };
  const auto text = environment.files.Read(path, evaluation::Limits{}.bytes);
  if (!text.ok()) {
    return fails(host::ExitStatus::kUnreadable, diag::kFileNotReadable, text.error().reason);
  }
  const auto format = evaluation::FormatOf(*text);
  if (!format) {
    return fails(host::ExitStatus::kInvalid, diag::kResultsNotRead,
                 "it is in no format that Writ reads");
  }
  const auto results = evaluation::Read(*format, *text);
  if (!results.ok()) {
    const evaluation::Fault& fault = results.error();
    const std::string where = fault.line > 0 ? fmt::format("line {}: ", fault.line) : "";
    return fails(host::ExitStatus::kInvalid, diag::kResultsNotRead, where + fault.message);
  }
  const std::string summary =
      evaluation::SummaryJson(*format, *results, support::Sha256Hex(*text), text->size());
  environment.out << summary;
  if (!environment.settings.quiet) {
    environment.err << fmt::format("format summary, sha256 \"{}\"\n", support::Sha256Hex(summary));
  }
  return Finish(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands

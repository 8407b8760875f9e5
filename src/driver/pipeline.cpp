#include "driver/pipeline.h"

#include <cstdint>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "driver/find_sources.h"
#include "writ/diag/render.h"

namespace writ::driver {
namespace {

/// A source file's largest size in bytes. Programs written by hand have kilobytes, generated ones
/// some megabytes; positions have 32 bits. Stated in docs/language.md.
constexpr std::uint64_t kMaxSourceBytes = std::uint64_t{16} << 20U;

ExitStatus ReadSource(const FoundSource& source, Environment& environment,
                      Compilation& compilation) {
  support::Result<std::string, ReadFailure> text =
      environment.files.Read(source.path, kMaxSourceBytes);
  if (text.ok()) {
    compilation.files.push_back(
        compilation.sources.Add(source.path, std::move(text).value(), source.relative));
    return ExitStatus::kGood;
  }
  if (text.error().kind == ReadFailure::Kind::kTooLarge) {
    compilation.findings
        .Report(diag::kFileTooLarge, {}, source.path, fmt::format("{} MB", kMaxSourceBytes >> 20U))
        .Suggest("split the program; the order of files never matters");
    return ExitStatus::kInvalid;
  }
  compilation.findings.Report(diag::kFileNotReadable, {}, source.path, text.error().reason);
  return ExitStatus::kUnreadable;
}

}  // namespace

ExitStatus Load(const std::vector<std::string>& paths, Environment& environment,
                Compilation& compilation) {
  const std::vector<std::string> named = paths.empty() ? std::vector<std::string>{"."} : paths;
  const FoundSources found = FindSources(named, environment.files, compilation.findings);
  ExitStatus status = found.status;
  for (const FoundSource& source : found.files) {
    const ExitStatus read = ReadSource(source, environment, compilation);
    if (status != ExitStatus::kUnreadable && read != ExitStatus::kGood) status = read;
  }
  return status;
}

ExitStatus Finish(const Compilation& compilation, Environment& environment, ExitStatus status) {
  const std::vector<diag::Diagnostic> findings = compilation.findings.Sorted();
  environment.err << diag::Render(
      findings, compilation.sources,
      {.format = environment.settings.diagnostics, .color = environment.settings.color});
  const bool wrong = status == ExitStatus::kGood && compilation.findings.has_errors();
  return wrong ? ExitStatus::kInvalid : status;
}

}  // namespace writ::driver

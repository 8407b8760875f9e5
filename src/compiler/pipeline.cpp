#include "compiler/pipeline.h"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/render.h"
#include "compiler/find_sources.h"
#include "compiler/read_source.h"
#include "language/parse/parse.h"

namespace writ::compiler {
namespace {

constexpr std::uint64_t kMaxSourceBytes = parse::Limits{}.max_bytes;

}  // namespace

host::ExitStatus ReadSource(const FoundSource& source, source::Span place,
                            host::Environment& environment, Compilation& compilation) {
  support::Result<std::string, host::ReadFailure> text =
      environment.files.Read(source.path, kMaxSourceBytes);
  if (text.ok()) {
    compilation.files.push_back(
        compilation.sources.Add(source.path, std::move(text).value(), source.relative));
    return host::ExitStatus::kGood;
  }
  if (text.error().kind == host::ReadFailure::Kind::kTooLarge) {
    compilation.findings
        .Report(diag::kFileTooLarge, place, source.path,
                fmt::format("{} MiB", kMaxSourceBytes >> 20U))
        .Suggest("split the program; the order of files never matters");
    return host::ExitStatus::kInvalid;
  }
  compilation.findings.Report(diag::kFileNotReadable, place, source.path, text.error().reason);
  return host::ExitStatus::kUnreadable;
}

host::ExitStatus Load(const std::vector<std::string>& paths, host::Environment& environment,
                      Compilation& compilation) {
  const std::vector<std::string> named = paths.empty() ? std::vector<std::string>{"."} : paths;
  FoundSources found = FindSources(named, environment.files, compilation.findings);
  if (environment.reverse_files) std::ranges::reverse(found.files);
  host::ExitStatus status = found.status;
  for (const FoundSource& source : found.files) {
    const host::ExitStatus read = ReadSource(source, {}, environment, compilation);
    if (status != host::ExitStatus::kUnreadable && read != host::ExitStatus::kGood) status = read;
  }
  return status;
}

}  // namespace writ::compiler

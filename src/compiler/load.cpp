// The pass that reads the files of a program.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "compiler/find_sources.h"
#include "compiler/parse_program.h"
#include "language/parse/parse.h"

namespace writ::compiler {
namespace {

constexpr std::uint64_t kMaxSourceBytes = parse::Limits{}.max_bytes;

}  // namespace

std::optional<Stop> ReadSource(const FoundSource& source, source::Span place,
                               Compilation& compilation) {
  support::Result<std::string, host::ReadFailure> text =
      compilation.file_system->Read(source.path, kMaxSourceBytes);
  if (text.ok()) {
    compilation.files.push_back(
        compilation.sources.Add(source.path, std::move(text).value(), source.relative));
    return std::nullopt;
  }
  if (text.error().kind == host::ReadFailure::Kind::kTooLarge) {
    compilation.findings
        .Report(diag::kFileTooLarge, place, source.path,
                fmt::format("{} MiB", kMaxSourceBytes >> 20U))
        .Suggest("split the program; the order of files never matters");
    return Stop::kInvalid;
  }
  compilation.findings.Report(diag::kFileNotReadable, place, source.path, text.error().reason);
  return Stop::kUnreadable;
}

std::optional<Stop> Load(const std::vector<std::string>& paths, Compilation& compilation) {
  const std::vector<std::string> named = paths.empty() ? std::vector<std::string>{"."} : paths;
  FoundSources found = FindSources(named, *compilation.file_system, compilation.findings);
  if (compilation.options.reverse_files) std::ranges::reverse(found.files);
  std::optional<Stop> stop = found.stop;
  for (const FoundSource& source : found.files) {
    const std::optional<Stop> unread = ReadSource(source, {}, compilation);
    if (stop != Stop::kUnreadable && unread) stop = unread;
  }
  return stop;
}

}  // namespace writ::compiler

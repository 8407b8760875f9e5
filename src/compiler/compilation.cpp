#include "compiler/compilation.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"

namespace writ::compiler {
namespace {

/// The built-in catalog has 2 MB.
constexpr std::uint64_t kMaxCatalogBytes = std::uint64_t{64} << 20U;

/// The line that a fault is in, without its line break; the begin of the file for a fault of none.
source::Span LineSpan(const source::SourceMap& sources, source::FileId file, std::size_t line) {
  const std::string_view text = sources.text(file);
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) break;
    begin = end + 1;
  }
  const std::size_t end = line == 0 ? begin : std::min(text.find('\n', begin), text.size());
  return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace

Compilation::Compilation(const host::Environment& environment, Purpose purpose)
    : Compilation(environment.files, {.as_of = environment.today,
                                      .catalog_file = environment.settings.catalog_file,
                                      .allow_unknown = environment.settings.allow_unknown,
                                      .reverse_files = environment.reverse_files,
                                      .stopwatch = environment.stopwatch,
                                      .purpose = purpose}) {}

std::optional<Stop> ChooseCatalog(Compilation& compilation) {
  const std::string& path = compilation.options.catalog_file;
  if (path.empty() || compilation.own_catalog) return std::nullopt;
  support::Result<std::string, host::ReadFailure> text =
      compilation.file_system->Read(path, kMaxCatalogBytes);
  if (!text.ok()) {
    if (text.error().kind == host::ReadFailure::Kind::kTooLarge) {
      compilation.findings.Report(diag::kFileTooLarge, {}, path,
                                  fmt::format("{} MB", kMaxCatalogBytes >> 20U));
      return Stop::kInvalid;
    }
    compilation.findings.Report(diag::kFileNotReadable, {}, path, text.error().reason);
    return Stop::kUnreadable;
  }
  support::Result<catalog::Catalog, catalog::Fault> parsed = catalog::Catalog::Parse(*text);
  if (parsed.ok()) {
    compilation.own_catalog = std::move(parsed).value();
    return std::nullopt;
  }
  const source::FileId file = compilation.sources.Add(path, std::move(text).value());
  compilation.findings
      .Report(diag::kBadCatalog, LineSpan(compilation.sources, file, parsed.error().line),
              parsed.error().message)
      .Note("docs/catalog.md describes the format");
  return Stop::kInvalid;
}

}  // namespace writ::compiler

#include "compiler/program_bindings.h"

#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "compiler/bindings.h"

namespace writ::compiler {
namespace {

constexpr std::uint64_t kMaxBindingsBytes = std::uint64_t{16} << 20U;

/// The folder that the first PATH is, or is in.
std::string ProgramFolder(const std::vector<std::string>& paths, const host::FileSystem& files) {
  const std::string first = paths.empty() ? "." : paths.front();
  if (files.KindOf(first) == host::EntryKind::kFolder) return first;
  const std::size_t slash = first.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : first.substr(0, slash);
}

}  // namespace

host::ExitStatus ReadProgramBindings(const std::vector<std::string>& paths,
                                     const std::string& named, host::Environment& environment,
                                     const intent::Model& model, Compilation& compilation,
                                     intent::Bindings& bindings) {
  std::string path = named;
  if (path.empty()) {
    const std::string folder = ProgramFolder(paths, environment.files);
    path = folder == "." ? std::string(kBindingsFile) : fmt::format("{}/{}", folder, kBindingsFile);
    if (environment.files.KindOf(path) == host::EntryKind::kMissing) return host::ExitStatus::kGood;
  }
  support::Result<std::string, host::ReadFailure> text =
      environment.files.Read(path, kMaxBindingsBytes);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, path, text.error().reason);
    return host::ExitStatus::kUnreadable;
  }
  const source::FileId file = compilation.sources.Add(path, std::move(text).value());
  std::vector<std::string> names;
  for (const intent::Guardrail& guardrail : model.guardrails) names.push_back(guardrail.name);
  bindings = ReadBindings(compilation.sources, file, names, compilation.findings,
                          model.organization.partition);
  return compilation.findings.has_errors() ? host::ExitStatus::kInvalid : host::ExitStatus::kGood;
}

}  // namespace writ::compiler

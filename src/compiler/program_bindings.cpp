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

ProgramBindings ReadProgramBindings(const Input& input, const intent::Model& model,
                                    Compilation& compilation) {
  const host::FileSystem& files = *compilation.file_system;
  std::string path = input.bindings_file;
  if (path.empty()) {
    const std::string folder = ProgramFolder(input.paths, files);
    path = folder == "." ? std::string(kBindingsFile) : fmt::format("{}/{}", folder, kBindingsFile);
    if (files.KindOf(path) == host::EntryKind::kMissing) return {};
  }
  support::Result<std::string, host::ReadFailure> text = files.Read(path, kMaxBindingsBytes);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, path, text.error().reason);
    return {{}, Stop::kUnreadable};
  }
  // Wherever it lies: in a copy of the program's folder it is found under this name.
  const source::FileId file =
      compilation.sources.Add(path, std::move(text).value(), std::string(kBindingsFile));
  compilation.inputs.push_back(file);
  std::vector<std::string> names;
  for (const intent::Guardrail& guardrail : model.guardrails) names.push_back(guardrail.name);
  ProgramBindings read{ReadBindings(compilation.sources, file, names, compilation.findings,
                                    model.organization.partition),
                       std::nullopt};
  if (compilation.findings.has_errors()) read.stop = Stop::kInvalid;
  return read;
}

intent::Bindings AssumedBindings(const intent::Model& model, const catalog::Catalog& catalog,
                                 intent::Bindings bindings) {
  for (const intent::Guardrail& guardrail : model.guardrails) {
    if (bindings.IsBound(guardrail.name)) continue;
    for (const intent::Account& account : model.organization.accounts) {
      for (const catalog::Region& region : catalog.regions()) {
        const std::string arn = fmt::format("arn:{}:bedrock:{}:{}:guardrail/{}", region.partition,
                                            region.name, account.id, guardrail.name);
        bindings.Bind(guardrail.name, account.id, region.name, {arn, 1});
      }
    }
  }
  return bindings;
}

}  // namespace writ::compiler

#include "compiler/tool_manifests.h"

#include <filesystem>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "facts/tools/manifest.h"

namespace writ::compiler {
namespace {

void ReadOne(const syntax::GatewayTools& said, sema::Program& program, Compilation& compilation) {
  const source::Span span = said.path.span;
  const std::string path =
      (std::filesystem::path(compilation.sources.path(span.file)).parent_path() / said.path.value)
          .lexically_normal()
          .string();
  const tools::Limits limits;
  const auto report = [&](std::string_view why) -> diag::Diagnostic& {
    return compilation.findings.Report(diag::kToolManifest, span, said.target.text, why)
        .At("not read");
  };
  const support::Result<std::string, host::ReadFailure> text =
      compilation.file_system->Read(path, limits.bytes);
  if (!text.ok()) {
    const bool is_large = text.error().kind == host::ReadFailure::Kind::kTooLarge;
    report(is_large ? fmt::format("larger than {} MB", limits.bytes >> 20U) : text.error().reason)
        .Suggest("save what the MCP server answers to `tools/list`");
    return;
  }
  const std::string relative =
      (std::filesystem::path(compilation.sources.relative_path(span.file)).parent_path() /
       said.path.value)
          .lexically_normal()
          .string();
  compilation.inputs.push_back(compilation.sources.Add(path, *text, relative));
  support::Result<tools::Manifest, tools::Fault> manifest = tools::Read(*text, limits);
  if (!manifest.ok()) {
    report(manifest.error().message).Note(fmt::format("at byte {}", manifest.error().offset));
    return;
  }
  program.tools.emplace(span, std::move(manifest.value()));
}

}  // namespace

void ReadToolManifests(sema::Program& program, Compilation& compilation) {
  for (const syntax::File& file : program.files) {
    for (const syntax::Item& item : file.items) {
      const auto* gateway = std::get_if<syntax::GatewayDecl>(&item.form);
      if (gateway == nullptr) continue;
      for (const syntax::GatewayTools& said : gateway->tools) ReadOne(said, program, compilation);
    }
  }
}

}  // namespace writ::compiler

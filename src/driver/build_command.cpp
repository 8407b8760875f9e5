#include "writ/driver/build_command.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "driver/output_tree.h"
#include "driver/understand.h"
#include "writ/diag/codes/driver.h"
#include "writ/driver/bindings.h"
#include "writ/emit/guardrails.h"
#include "writ/emit/tree.h"
#include "writ/intent/model.h"
#include "writ/library/library.h"
#include "writ/lower/lower.h"
#include "writ/support/version.h"

namespace writ::driver {
namespace {

constexpr std::uint64_t kMaxBindingsBytes = std::uint64_t{16} << 20U;

/// The folder that the first PATH is, or is in.
std::string ProgramFolder(const BuildOptions& options, const FileSystem& files) {
  const std::string first = options.paths.empty() ? "." : options.paths.front();
  if (files.KindOf(first) == EntryKind::kFolder) return first;
  const std::size_t slash = first.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : first.substr(0, slash);
}

ExitStatus ReadBindingsFile(const BuildOptions& options, Environment& environment,
                            const intent::Model& model, Compilation& compilation,
                            intent::Bindings& bindings) {
  std::string path = options.bindings;
  if (path.empty()) {
    const std::string folder = ProgramFolder(options, environment.files);
    path = folder == "." ? std::string(kBindingsFile) : fmt::format("{}/{}", folder, kBindingsFile);
    if (environment.files.KindOf(path) == EntryKind::kMissing) return ExitStatus::kGood;
  }
  support::Result<std::string, ReadFailure> text = environment.files.Read(path, kMaxBindingsBytes);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, path, text.error().reason);
    return ExitStatus::kUnreadable;
  }
  const source::FileId file = compilation.sources.Add(path, std::move(text).value());
  std::vector<std::string> names;
  for (const intent::Guardrail& guardrail : model.guardrails) names.push_back(guardrail.name);
  bindings = ReadBindings(compilation.sources, file, names, compilation.findings);
  return compilation.findings.has_errors() ? ExitStatus::kInvalid : ExitStatus::kGood;
}

emit::BuildFacts FactsOf(const Meaning& meaning, const catalog::Catalog& catalog,
                         const Environment& environment) {
  return {std::string(support::Version()),
          catalog.date(),
          support::DateText(environment.today),
          "none",
          CountPrincipals(meaning.model),
          meaning.model.organization.accounts.size(),
          meaning.model.models};
}

void Append(emit::Tree& tree, emit::Tree more) {
  std::ranges::move(more.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(more.attachments, std::back_inserter(tree.attachments));
}

/// All documents of the program, by path.
emit::Tree DocumentsOf(const intent::Model& model, const catalog::Catalog& catalog,
                       const intent::Bindings& bindings, bool only_guardrails,
                       Compilation& compilation) {
  diag::Sink& sink = compilation.findings;
  emit::Tree tree;
  Append(tree, {emit::GuardrailRequests(model, bindings, compilation.sources), {}});
  if (!only_guardrails) {
    lower::Bundle bundle =
        lower::Lower({model, catalog, library::Library::BuiltIn(), bindings}, sink);
    Append(tree, emit::RenderBundle(std::move(bundle), catalog, sink));
    Append(tree, emit::EnforcementRequests(model, bindings, catalog, sink));
    Append(tree, {emit::LoggingRequests(model, catalog, sink), {}});
  }
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
  std::ranges::stable_sort(tree.attachments, {}, &emit::Attachment::document);
  return tree;
}

FileSet FilesOf(emit::Tree tree, const emit::BuildFacts& facts) {
  FileSet files;
  files["manifest.json"] = emit::Manifest(tree, facts);
  for (emit::Artifact& artifact : tree.artifacts) {
    files[artifact.path] = std::move(artifact.bytes);
  }
  return files;
}

/// What is written to the tree, or nothing after an error.
std::optional<FileSet> MakeTree(const BuildOptions& options, Environment& environment,
                                Compilation& compilation, ExitStatus& status,
                                std::string& closing) {
  Meaning meaning;
  status = Understand(options.paths, environment, compilation, meaning);
  if (status != ExitStatus::kGood) return std::nullopt;
  const intent::Model& model = meaning.model;
  const catalog::Catalog& catalog = compilation.catalog();
  intent::Bindings bindings;
  status = ReadBindingsFile(options, environment, model, compilation, bindings);
  if (status != ExitStatus::kGood) return std::nullopt;
  emit::Tree tree = DocumentsOf(model, catalog, bindings, options.only_guardrails, compilation);
  if (compilation.findings.has_errors()) return std::nullopt;
  const emit::BuildFacts facts = FactsOf(meaning, catalog, environment);
  const std::size_t documents = tree.artifacts.size();
  FileSet files = FilesOf(std::move(tree), facts);
  std::size_t bytes = 0;
  for (const auto& [path, text] : files) bytes += text.size();
  closing =
      fmt::format("{} sentences, {} principals, {} accounts, {} documents, {} bytes; not proved\n",
                  model.sentence_count, facts.principals, facts.accounts, documents, bytes);
  return files;
}

}  // namespace

ExitStatus RunBuild(const BuildOptions& options, Environment& environment) {
  Compilation compilation;
  ExitStatus status = ExitStatus::kGood;
  std::string closing;
  const std::optional<FileSet> files = MakeTree(options, environment, compilation, status, closing);
  if (!files) return Finish(compilation, environment, status);

  const OldTree old = ReadOldTree(options.output, environment.files);
  if (old.refusal) {
    compilation.findings.Report(diag::kOutputNotOurs, {}, options.output, *old.refusal);
    return Finish(compilation, environment, ExitStatus::kUsage);
  }
  const std::vector<std::string> differences =
      Differences(options.output, old, *files, environment.files);
  if (options.check) {
    for (const std::string& line : differences) environment.out << line << "\n";
    status = differences.empty() ? ExitStatus::kGood : ExitStatus::kNo;
  } else if (!differences.empty()) {
    const auto written = environment.files.ReplaceTree(options.output, *files);
    if (!written.ok()) {
      compilation.findings.Report(diag::kOutputNotWritten, {}, options.output,
                                  written.error().message);
      return Finish(compilation, environment, ExitStatus::kUnreadable);
    }
  }
  if (!environment.settings.quiet) environment.out << closing;
  return Finish(compilation, environment, status);
}

}  // namespace writ::driver

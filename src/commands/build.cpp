#include "commands/build.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "base/support/version.h"
#include "commands/finish.h"
#include "compiler/decide_program.h"
#include "compiler/organization_facts.h"
#include "compiler/output_tree.h"
#include "compiler/program_bindings.h"
#include "compiler/proof.h"
#include "compiler/request_documents.h"
#include "compiler/shrink_documents.h"
#include "compiler/understand.h"
#include "compiler/what_follows.h"
#include "facts/library/library.h"
#include "output/emit/deploy.h"
#include "output/emit/tree.h"
#include "output/lower/lower.h"
#include "output/lower/widen.h"
#include "program/intent/model.h"

namespace writ::commands {
namespace {

emit::BuildFacts FactsOf(const compiler::Meaning& meaning, const catalog::Catalog& catalog,
                         const intent::Bindings& bindings, const host::Environment& environment,
                         std::string_view verdict) {
  return {std::string(support::Version()),
          catalog.date(),
          support::DateText(environment.today),
          std::string(verdict),
          compiler::CountPrincipals(meaning.model),
          meaning.model.organization.accounts.size(),
          meaning.model.models,
          compiler::OrganizationOf(meaning.model),
          bindings,
          compiler::SentencesOf(meaning.model)};
}

void Append(emit::Tree& tree, emit::Tree more) {
  std::ranges::move(more.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(more.attachments, std::back_inserter(tree.attachments));
  std::ranges::move(more.sizes, std::back_inserter(tree.sizes));
}

/// Characters of a document in the program without one of its sentences.
std::optional<std::size_t> CharactersWithout(const std::string& place, const std::string& folder,
                                             const std::string& name, const intent::Model& model,
                                             const catalog::Catalog& catalog,
                                             const intent::Bindings& bindings) {
  intent::Model rest = model;
  const auto is_cut = [&](const auto& sentence) { return sentence.origin.place == place; };
  std::erase_if(rest.permissions, is_cut);
  std::erase_if(rest.prohibitions, is_cut);
  diag::Sink apart;
  lower::Bundle bundle =
      lower::Lower({rest, catalog, library::Library::BuiltIn(), bindings}, apart);
  compiler::ShrinkDocuments(bundle, catalog);
  lower::WidenDenials(bundle.documents, catalog);
  for (const lower::Document& document : bundle.documents) {
    if (document.folder == folder && document.name == name) {
      return emit::CharactersOf(document, catalog);
    }
  }
  return 0;
}

/// All documents of the program, by path.
emit::Tree DocumentsOf(const intent::Model& model, const catalog::Catalog& catalog,
                       const intent::Bindings& bindings, const BuildOptions& options,
                       compiler::Compilation& compilation) {
  diag::Sink& sink = compilation.findings;
  emit::Tree tree =
      compiler::RequestDocuments(model, bindings, options.only_guardrails, compilation);
  if (!options.only_guardrails) {
    const bool is_old = options.quotas == "before-2026-05-15";
    emit::Packing packing{is_old ? emit::ScpQuotas::kBefore2026May : emit::ScpQuotas::kDated,
                          options.reserved_slots};
    for (const auto& one : model.permissions) packing.sentences[one.origin.place] = one.origin.span;
    for (const auto& one : model.prohibitions)
      packing.sentences[one.origin.place] = one.origin.span;
    packing.without = [&](const std::string& place, const std::string& folder,
                          const std::string& name) {
      return CharactersWithout(place, folder, name, model, catalog, bindings);
    };
    lower::Bundle bundle = lower::LowerShapes(
        {model, catalog, library::Library::BuiltIn(), bindings}, sink, options.sharing);
    if (sink.has_errors()) return tree;
    compiler::ShrinkDocuments(bundle, catalog, options.sharing);
    lower::WidenDenials(bundle.documents, catalog);
    Append(tree, emit::RenderBundle(std::move(bundle), catalog, sink, packing));
  }
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
  std::ranges::stable_sort(tree.attachments, {}, &emit::Attachment::document);
  return tree;
}

/// The parts of a path without `.`, and `..` taken back where it can be.
std::vector<std::string> PartsOf(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.emplace_back(part);
    }
  }
  return parts;
}

/// The bindings file that a build of the same program reads, seen from the tree. Nothing where one
/// of the paths is absolute and the other is not.
std::string BindingsFromTree(const BuildOptions& options, const host::FileSystem& files) {
  const std::string first = options.paths.empty() ? "." : options.paths.front();
  std::string file = options.bindings;
  if (file.empty()) {
    const bool is_folder = files.KindOf(first) == host::EntryKind::kFolder;
    file =
        (is_folder ? first : first.substr(0, first.find_last_of('/') + 1)) + "/writ.bindings.json";
    if (!is_folder && first.find('/') == std::string::npos) file = "writ.bindings.json";
  }
  if (file.starts_with('/') != options.output.starts_with('/')) return {};
  std::vector<std::string> to = PartsOf(file);
  const std::vector<std::string> from = PartsOf(options.output);
  std::size_t shared = 0;
  while (shared < from.size() && shared + 1 < to.size() && from[shared] == to[shared]) ++shared;
  std::string path;
  for (std::size_t i = shared; i < from.size(); ++i) {
    if (from[i] == "..") return {};
    path += "../";
  }
  return path + fmt::format("{}", fmt::join(to.begin() + static_cast<std::ptrdiff_t>(shared),
                                            to.end(), "/"));
}

/// Marks the documents that a form has no place for, and says which they are.
void LeaveToScript(std::string_view form, std::string_view name, const emit::LeftOut& left,
                   emit::Tree& tree, diag::Sink& sink) {
  const std::string what = left.size() == 1 ? fmt::format("`{}`", left.begin()->first)
                                            : fmt::format("{} documents", left.size());
  diag::Diagnostic& found = sink.Report(diag::kNotInFormat, {}, name, what);
  for (const auto& [path, why] : left) {
    const auto artifact = std::ranges::find(tree.artifacts, path, &emit::Artifact::path);
    WRIT_CHECK(artifact != tree.artifacts.end(), path);
    artifact->not_in.push_back({std::string(form), why});
    found.Note(left.size() == 1 ? why : fmt::format("`{}`: {}", path, why));
  }
  found.Suggest("run `apply.sh` in each account after that form: it makes what is missing");
}

/// The same in the forms of deployment that were asked for; after the documents, which they are
/// made from.
void AddDeployment(const BuildOptions& options, const intent::Model& model,
                   const catalog::Catalog& catalog, const intent::Bindings& bindings,
                   diag::Sink& sink, emit::Tree& tree, std::string bindings_from_tree) {
  const auto wants = [&](std::string_view format) {
    return std::ranges::find(options.formats, format) != options.formats.end();
  };
  const emit::DeployInput input{
      model, bindings, tree, options.only_guardrails, catalog, std::move(bindings_from_tree)};
  emit::CheckDeploymentLimits(input, sink);
  std::vector<emit::Artifact> forms;
  bool needs_script = wants("json");
  const auto add = [&](std::string_view form, std::string_view name, emit::Deployment made) {
    std::ranges::move(made.artifacts, std::back_inserter(forms));
    if (made.left.empty()) return;
    needs_script = true;
    LeaveToScript(form, name, made.left, tree, sink);
  };
  if (wants("cloudformation")) {
    add("cloudformation", "CloudFormation", emit::CloudFormationTemplates(input, sink));
  }
  if (wants("terraform")) add("terraform", "Terraform", emit::TerraformConfigurations(input, sink));
  if (needs_script) std::ranges::move(emit::ApplyScript(input), std::back_inserter(forms));
  Append(tree, {std::move(forms), {}});
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
}

/// "9,034 of 10,240 characters", with the parts where there may be several.
std::string SizeText(const emit::Size& size) {
  std::string text = fmt::format("{} of {} characters", emit::Grouped(size.characters),
                                 emit::Grouped(size.room()));
  if (size.slots > 1) text += fmt::format(" in {} of {} documents", size.parts, size.slots);
  return text;
}

/// Documents of the table of sizes: those that are nearest to their quotas.
constexpr std::size_t kTableRows = 40;

/// The fullest documents, a line each.
std::string SizeTable(std::vector<emit::Size> sizes) {
  std::ranges::sort(sizes, emit::IsFuller);
  const std::size_t shown = std::min(sizes.size(), kTableRows);
  std::size_t widest = 0;
  for (std::size_t i = 0; i < shown; ++i) widest = std::max(widest, sizes[i].path.size());
  std::string table;
  for (std::size_t i = 0; i < shown; ++i) {
    const emit::Size& size = sizes[i];
    const std::size_t percent = (size.characters * 100 + size.room() - 1) / size.room();
    table += fmt::format("{:<{}}  {:>3} %  {} statement{}, {}\n", size.path, widest, percent,
                         size.statements, size.statements == 1 ? "" : "s", SizeText(size));
  }
  if (shown < sizes.size()) {
    table += fmt::format("and {} more, none of them fuller\n", sizes.size() - shown);
  }
  return table;
}

host::FileSet FilesOf(emit::Tree tree, const emit::BuildFacts& facts) {
  host::FileSet files;
  files["manifest.json"] = emit::Manifest(tree, facts);
  for (emit::Artifact& artifact : tree.artifacts) {
    files[artifact.path] = std::move(artifact.bytes);
  }
  return files;
}

/// What is written to the tree, or nothing after an error.
std::optional<host::FileSet> MakeTree(const BuildOptions& options, host::Environment& environment,
                                      compiler::Compilation& compilation, host::ExitStatus& status,
                                      std::string& closing) {
  compiler::Meaning meaning;
  status = compiler::Understand(options.paths, environment, compilation, meaning);
  if (status != host::ExitStatus::kGood) return std::nullopt;
  const intent::Model& model = meaning.model;
  const catalog::Catalog& catalog = compilation.catalog();
  intent::Bindings bindings;
  status = compiler::ReadProgramBindings(options.paths, options.bindings, environment, model,
                                         compilation, bindings);
  if (status != host::ExitStatus::kGood) return std::nullopt;
  if (!options.only_guardrails) {
    status = compiler::DecideProgram(bindings, environment, compilation, meaning);
    if (status != host::ExitStatus::kGood) return std::nullopt;
  }
  emit::Tree tree = DocumentsOf(model, catalog, bindings, options, compilation);
  if (compilation.findings.has_errors()) return std::nullopt;
  std::vector<std::string> paths;
  for (const emit::Artifact& artifact : tree.artifacts) paths.push_back(artifact.path);
  if (options.only_guardrails ? paths.empty() : !compiler::HasDocuments(model, paths)) {
    status = compiler::ReportNothing(options.paths, compilation);
    return std::nullopt;
  }
  const std::size_t documents = tree.artifacts.size();
  std::size_t bytes = 0;
  for (const emit::Artifact& artifact : tree.artifacts) bytes += artifact.bytes.size();
  AddDeployment(options, model, catalog, bindings, compilation.findings, tree,
                BindingsFromTree(options, environment.files));
  if (compilation.findings.has_errors()) return std::nullopt;
  compilation.judged.insert({5, 8});
  const std::vector<emit::Size> sizes = std::move(tree.sizes);
  const emit::BuildFacts facts =
      FactsOf(meaning, catalog, bindings, environment, options.only_guardrails ? "none" : "proved");
  host::FileSet files = FilesOf(std::move(tree), facts);
  compiler::ProofRun proof;
  if (!options.only_guardrails) {
    status =
        compiler::ProveTree({model, catalog, bindings}, files, environment, compilation, proof);
    if (status == host::ExitStatus::kGood) status = compiler::ReportBuildProof(proof, compilation);
    if (status != host::ExitStatus::kGood) return std::nullopt;
  }
  if (environment.settings.verbose) closing = SizeTable(sizes);
  std::string fullest;
  if (!sizes.empty()) {
    const emit::Size& most = *std::ranges::min_element(sizes, emit::IsFuller);
    fullest = fmt::format("; fullest: {} with {}", most.path, SizeText(most));
  }
  closing += fmt::format(
      "{} sentences, {} principals, {} accounts, {} documents, {} bytes{}; {}\n",
      model.sentence_count, facts.principals, facts.accounts, documents, bytes, fullest,
      options.only_guardrails ? "guardrails only, nothing to prove"
                              : compiler::ProvedText(proof, environment.settings.verbose));
  return files;
}

}  // namespace

host::ExitStatus RunBuild(const BuildOptions& options, host::Environment& environment) {
  compiler::Compilation compilation;
  host::ExitStatus status = host::ExitStatus::kGood;
  std::string closing;
  const std::optional<host::FileSet> files =
      MakeTree(options, environment, compilation, status, closing);
  if (!files) return Finish(compilation, environment, status);

  const compiler::OldTree old = compiler::ReadOldTree(options.output, environment.files);
  if (old.refusal) {
    compilation.findings.Report(diag::kOutputNotOurs, {}, options.output, *old.refusal);
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  const std::vector<std::string> differences =
      compiler::Differences(options.output, old, *files, environment.files);
  if (options.check) {
    for (const std::string& line : differences) environment.out << line << "\n";
    status = differences.empty() ? host::ExitStatus::kGood : host::ExitStatus::kNo;
  } else if (!differences.empty()) {
    const auto written = environment.files.ReplaceTree(options.output, *files);
    if (!written.ok()) {
      compilation.findings.Report(diag::kOutputNotWritten, {}, options.output,
                                  written.error().message);
      return Finish(compilation, environment, host::ExitStatus::kUnreadable);
    }
  }
  if (!environment.settings.quiet) environment.out << closing;
  return Finish(compilation, environment, status);
}

}  // namespace writ::commands

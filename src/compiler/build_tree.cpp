#include "compiler/build_tree.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "base/support/json_copy.h"
#include "base/support/version.h"
#include "compiler/organization_facts.h"
#include "compiler/program_bindings.h"
#include "compiler/request_documents.h"
#include "compiler/savings.h"
#include "compiler/shrink_documents.h"
#include "compiler/what_follows.h"
#include "facts/library/library.h"
#include "output/emit/deploy.h"
#include "output/lower/lower.h"
#include "output/lower/widen.h"

namespace writ::compiler {
namespace {

emit::BuildFacts FactsOf(const Bound& program, const Compilation& compilation,
                         std::string_view verdict) {
  return {std::string(support::Version()),
          compilation.catalog().date(),
          support::DateText(compilation.options.as_of),
          std::string(verdict),
          CountPrincipals(program.model),
          program.model.organization.accounts.size(),
          program.model.models,
          OrganizationOf(program.model),
          GatewaysOf(program.model),
          program.bindings,
          SentencesOf(program.model)};
}

void Append(emit::Tree& tree, emit::Tree more) {
  std::ranges::move(more.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(more.attachments, std::back_inserter(tree.attachments));
  std::ranges::move(more.sizes, std::back_inserter(tree.sizes));
}

/// All documents of the program, by path.
emit::Tree DocumentsOf(const intent::Model& model, const catalog::Catalog& catalog,
                       const intent::Bindings& bindings, const BuildPlan& plan,
                       Compilation& compilation) {
  diag::Sink& sink = compilation.findings;
  const std::size_t before = sink.error_count();
  emit::Tree tree = RequestDocuments(model, bindings, plan.only_guardrails, compilation);
  if (!plan.only_guardrails) {
    const bool is_old = plan.quotas == "before-2026-05-15";
    emit::Packing packing{is_old ? emit::ScpQuotas::kBefore2026May : emit::ScpQuotas::kDated,
                          plan.reserved_slots};
    for (const auto& one : model.permissions) packing.sentences[one.origin.place] = one.origin.span;
    for (const auto& one : model.prohibitions)
      packing.sentences[one.origin.place] = one.origin.span;
    for (const auto& one : model.perimeters) packing.sentences[one.origin.place] = one.origin.span;
    const lower::Input input{model, catalog, library::Library::BuiltIn(), bindings};
    ShrinkMemory memory;
    std::optional<Savings> savings;
    if (plan.tells_savings) {
      packing.without = [&](const std::string& place, const lower::Document& document,
                            const std::vector<std::string>& sentences) {
        if (!savings) savings.emplace(input, memory);
        return savings->Without(place, document, sentences);
      };
    }
    lower::Bundle bundle = lower::LowerShapes(input, sink, plan.sharing);
    if (sink.error_count() > before) return tree;
    ShrinkDocuments(bundle, catalog, plan.sharing, &memory);
    lower::WidenDenials(bundle.documents, catalog);
    Append(tree, emit::RenderBundle(std::move(bundle), catalog, sink, packing));
  }
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
  std::ranges::stable_sort(tree.attachments, {}, &emit::Attachment::document);
  return tree;
}

/// The documents with `apply.sh`, which makes also what other forms have no place for.
constexpr std::string_view kScriptForm = "json";

/// Another form of deployment: its name, what people call it, and what writes its files.
struct DeploymentForm {
  std::string_view name;
  std::string_view title;
  emit::Deployment (*write)(const emit::DeployInput& input, diag::Sink& sink);
};
constexpr DeploymentForm kForms[] = {
    {"cloudformation", "CloudFormation", emit::CloudFormationTemplates},
    {"terraform", "Terraform", emit::TerraformConfigurations},
};

/// Documents that one finding about a form names.
constexpr std::size_t kMostShown = 10;

/// Marks the documents that a form has no place for, and says which they are.
void LeaveToScript(const DeploymentForm& form, const emit::LeftOut& left, emit::Tree& tree,
                   diag::Sink& sink) {
  const std::string what = left.size() == 1 ? fmt::format("`{}`", left.begin()->first)
                                            : fmt::format("{} documents", left.size());
  diag::Diagnostic& found = sink.Report(diag::kNotInFormat, {}, form.title, what);
  std::size_t shown = 0;
  for (const auto& [path, why] : left) {
    const auto artifact = std::ranges::find(tree.artifacts, path, &emit::Artifact::path);
    WRIT_CHECK(artifact != tree.artifacts.end(), path);
    artifact->not_in.push_back({std::string(form.name), why});
    if (++shown > kMostShown) continue;
    found.Note(left.size() == 1 ? why : fmt::format("`{}`: {}", path, why));
  }
  if (shown > kMostShown) {
    found.Note(fmt::format("and {} more, which `manifest.json` and `apply.sh` list",
                           emit::Grouped(shown - kMostShown)));
  }
  found.Suggest("run `apply.sh` in each account after that form: it makes what is missing");
}

/// The same in the forms of deployment that were asked for; after the documents, which they are
/// made from.
void AddDeployment(const Bound& program, const BuildPlan& plan, Compilation& compilation,
                   emit::Tree& tree) {
  const auto wants = [&](std::string_view format) {
    return std::ranges::find(plan.formats, format) != plan.formats.end();
  };
  diag::Sink& sink = compilation.findings;
  const emit::DeployInput input{
      program.model,        program.bindings,      tree,
      plan.only_guardrails, compilation.catalog(), plan.bindings_from_tree};
  emit::CheckDeploymentLimits(input, sink);
  std::vector<emit::Artifact> files;
  bool needs_script = wants(kScriptForm);
  for (const DeploymentForm& form : kForms) {
    if (!wants(form.name)) continue;
    emit::Deployment made = form.write(input, sink);
    std::ranges::move(made.artifacts, std::back_inserter(files));
    if (made.left.empty()) continue;
    needs_script = true;
    LeaveToScript(form, made.left, tree, sink);
  }
  if (needs_script) std::ranges::move(emit::ApplyScript(input), std::back_inserter(files));
  Append(tree, {std::move(files), {}});
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
}

/// Lays out for people what is written as it is sent. Afterwards only: sizes are counted, and forms
/// made, of what is sent.
void Indent(emit::Tree& tree) {
  for (emit::Artifact& artifact : tree.artifacts) {
    const bool is_compact = artifact.bytes.find('\n') == std::string::npos;
    // An emergency sends the file as it is.
    const bool is_staged = artifact.kind == "staged-scp";
    if (!artifact.path.ends_with(".json") || !is_compact || is_staged) continue;
    artifact.bytes = support::json::Indented(artifact.bytes);
  }
}

host::FileSet FilesOf(emit::Tree tree, const emit::BuildFacts& facts) {
  host::FileSet files;
  files["manifest.json"] = emit::Manifest(tree, facts);
  for (emit::Artifact& artifact : tree.artifacts) {
    files[artifact.path] = std::move(artifact.bytes);
  }
  return files;
}

}  // namespace

std::vector<std::string> FormatNames() {
  std::vector<std::string> names{std::string(kScriptForm)};
  for (const DeploymentForm& form : kForms) names.emplace_back(form.name);
  return names;
}

Packed Pack(const Bound& program, const BuildPlan& plan, Compilation& compilation) {
  const std::size_t before = compilation.findings.error_count();
  Packed packed{std::nullopt, DocumentsOf(program.model, compilation.catalog(), program.bindings,
                                          plan, compilation)};
  std::vector<std::string> paths;
  for (const emit::Artifact& artifact : packed.tree.artifacts) paths.push_back(artifact.path);
  if (compilation.findings.error_count() > before) {
    packed.stop = Stop::kInvalid;
  } else if (plan.only_guardrails ? paths.empty() : !HasDocuments(program.model, paths)) {
    ReportNothing(program.input.paths, compilation);
    packed.stop = Stop::kInvalid;
  }
  return packed;
}

bool CheckDocuments(const Bound& program, Compilation& compilation) {
  const intent::Model& model = program.model;
  const catalog::Catalog& catalog = compilation.catalog();
  const intent::Bindings bindings = AssumedBindings(model, catalog, program.bindings);
  diag::Sink& sink = compilation.findings;
  const std::size_t before = sink.error_count();
  const auto is_wrong = [&] { return sink.error_count() > before; };
  emit::Tree tree = RequestDocuments(model, bindings, false, compilation);
  const lower::Bundle bundle =
      lower::LowerShapes({model, catalog, library::Library::BuiltIn(), bindings}, sink);
  if (is_wrong()) return true;
  // What fits as it comes fits when it is made smaller.
  diag::Sink trial;
  Append(tree, emit::RenderBundle(bundle, catalog, trial));
  if (trial.has_errors()) tree = DocumentsOf(model, catalog, bindings, {}, compilation);
  if (is_wrong()) return true;
  std::ranges::sort(tree.artifacts, {}, &emit::Artifact::path);
  std::ranges::stable_sort(tree.attachments, {}, &emit::Attachment::document);
  emit::CheckDeploymentLimits({model, bindings, tree, false, catalog}, sink);
  return is_wrong();
}

Built Build(const Bound& program, Packed packed, const BuildPlan& plan, Compilation& compilation) {
  Built built{packed.stop};
  if (built.stop) return built;
  const std::size_t before = compilation.findings.error_count();
  built.documents = packed.tree.artifacts.size();
  for (const emit::Artifact& artifact : packed.tree.artifacts) built.bytes += artifact.bytes.size();
  Append(packed.tree, {std::move(packed.staged), {}});
  std::ranges::sort(packed.tree.artifacts, {}, &emit::Artifact::path);
  AddDeployment(program, plan, compilation, packed.tree);
  if (compilation.findings.error_count() > before) built.stop = Stop::kInvalid;
  if (built.stop) return built;
  compilation.judged.insert({5, 8});
  if (plan.is_pretty) Indent(packed.tree);
  const emit::BuildFacts facts =
      FactsOf(program, compilation, plan.only_guardrails ? "none" : "proved");
  built.principals = facts.principals;
  built.accounts = facts.accounts;
  built.sizes = std::move(packed.tree.sizes);
  built.files = FilesOf(std::move(packed.tree), facts);
  return built;
}

}  // namespace writ::compiler

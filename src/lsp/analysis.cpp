#include "lsp/analysis.h"

#include <algorithm>
#include <utility>

#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/settled_findings.h"

namespace writ::lsp {
namespace {

bool Covers(source::Span span, source::FileId file, std::uint32_t offset) {
  return span.file == file && span.begin <= offset && offset <= span.end;
}

bool HoldsProgram(const std::string& folder, const host::FileSystem& files) {
  const auto names = files.List(folder);
  return names.ok() && std::ranges::any_of(
                           *names, [](const std::string& name) { return name.ends_with(".writ"); });
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {};
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::string ProgramOf(const std::string& path, const std::vector<std::string>& workspace,
                      const host::FileSystem& files) {
  const bool is_inside = std::ranges::any_of(
      workspace, [&](const std::string& folder) { return path.starts_with(folder + "/"); });
  if (!is_inside) return path;
  std::string highest = path;
  for (std::string folder = FolderOf(path); !folder.empty(); folder = FolderOf(folder)) {
    if (HoldsProgram(folder, files)) highest = folder;
    if (folder == "/" || std::ranges::find(workspace, folder) != workspace.end()) break;
  }
  return highest;
}

std::optional<source::FileId> Analysis::FileAt(const std::string& path) const {
  for (std::uint32_t i = 0; i < sources().file_count(); ++i) {
    if (sources().path(source::FileId{i}) == path) return source::FileId{i};
  }
  return std::nullopt;
}

const syntax::File* Analysis::SyntaxOf(source::FileId file) const {
  const auto found = std::ranges::find(program.program.files, file, &syntax::File::id);
  return found == program.program.files.end() ? nullptr : &*found;
}

const sema::Use* Analysis::UseAt(source::FileId file, std::uint32_t offset) const {
  const auto found = std::ranges::find_if(
      program.index.uses, [&](const sema::Use& use) { return Covers(use.at, file, offset); });
  return found == program.index.uses.end() ? nullptr : &*found;
}

std::optional<source::Span> Analysis::DeclaredAt(source::FileId file, std::uint32_t offset) const {
  for (const sema::Declared& declared : program.index.declared) {
    if (Covers(declared.name, file, offset)) return declared.name;
  }
  const sema::Use* use = UseAt(file, offset);
  if (use == nullptr || !use->declared.valid()) return std::nullopt;
  return use->declared;
}

const lower::Bundle* Analysis::Documents() {
  if (program.stop) return nullptr;
  if (!bundle_) {
    // What this pass finds was reported when the program was checked.
    bundle_ = compiler::LowerModel(program.model, program.bindings, *compilation);
    lower::Spell(*bundle_);
  }
  return &*bundle_;
}

Analysis Analyze(std::string root, const host::FileSet& put, host::FileSystem& below,
                 const compiler::Options& options, bool decides) {
  Analysis analysis;
  analysis.root = std::move(root);
  analysis.files = std::make_unique<host::OverlayFileSystem>(put, below);
  analysis.compilation = std::make_unique<compiler::Compilation>(*analysis.files, options);
  compiler::Compilation& compilation = *analysis.compilation;
  compilation.options.notes_uses = true;
  compiler::Bound& program = analysis.program;
  program = compiler::Compile<compiler::Bound>({.paths = {analysis.root}}, compilation);
  analysis.is_decided = !program.stop && decides;
  if (analysis.is_decided) {
    const compiler::Decided decided = compiler::DecideProgram(program, compilation);
    if (!decided.is_contradicted) static_cast<void>(CheckDocuments(program, compilation));
  }
  analysis.findings = compiler::SettledFindings(compilation);
  if (program.is_read && !program.is_understood) {
    // What was understood keeps its names; what is missed now was reported as what it is.
    compiler::Parsed parsed = program;
    parsed.stop.reset();
    static_cast<compiler::Checked&>(program) = compiler::Check(std::move(parsed), compilation);
    program.stop = compiler::Stop::kInvalid;
  }
  return analysis;
}

}  // namespace writ::lsp

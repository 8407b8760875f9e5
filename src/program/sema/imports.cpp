#include "program/sema/imports.h"

#include <algorithm>

#include "base/diag/codes/names.h"
#include "program/sema/controls.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

bool IsSentence(const syntax::Item& item) {
  return std::holds_alternative<syntax::Statement>(item.form) ||
         std::holds_alternative<syntax::Screening>(item.form) ||
         std::holds_alternative<syntax::Logging>(item.form) ||
         std::holds_alternative<syntax::Requirement>(item.form) ||
         std::holds_alternative<syntax::Watch>(item.form) ||
         std::holds_alternative<syntax::OptOut>(item.form) ||
         std::holds_alternative<syntax::Retention>(item.form) ||
         std::holds_alternative<syntax::Assertion>(item.form) ||
         std::holds_alternative<syntax::TestDecl>(item.form) ||
         std::holds_alternative<syntax::Given>(item.form) ||
         std::holds_alternative<syntax::ApplyPolicy>(item.form) ||
         std::holds_alternative<syntax::OrganizationDecl>(item.form) ||
         std::holds_alternative<syntax::AttestationDecl>(item.form);
}

/// Files that bring something by themselves: sentences, the organization, a name that is used.
std::set<source::FileId> UsefulFiles(Context& context) {
  std::set<source::FileId> useful;
  for (const syntax::File& file : context.program.files)
    if (std::any_of(file.items.begin(), file.items.end(), IsSentence)) useful.insert(file.id);
  for (const Symbol& symbol : context.symbols.all)
    if (symbol.used) useful.insert(symbol.name.span.file);
  // A file that imports a useful one passes it on.
  for (bool grown = true; grown;) {
    grown = false;
    for (const ImportedFile& import : context.program.imports)
      if (useful.count(import.file) > 0 && useful.insert(import.importer).second) grown = true;
  }
  return useful;
}

void CheckLibrary(Context& context, const syntax::Import& import,
                  const std::set<std::string>& used_libraries) {
  if (compliance::PackInImport(import.target)) {
    CheckPackImport(context, import);
    return;
  }
  if (context.library.FindModule(import.target) == nullptr) {
    std::vector<std::string> known = PackImports();
    for (const library::Module& module : context.library.modules()) known.push_back(module.name);
    auto& found = context.Report(diag::kUnknownName, import.target_span, "library", import.target);
    found.At("no such library").Suggest("to import a file, write its path in quotes");
    SuggestName(found, import.target_span, import.target, known, "libraries");
    return;
  }
  // The base library is in scope anyway: importing it states the dependence and is never idle.
  if (import.target == kBaseLibrary || used_libraries.count(import.target) > 0) return;
  context.Report(diag::kUnusedImport, import.span, import.target)
      .At("no verb of this library is used");
}

}  // namespace

std::set<std::string> LibrariesInScope(const Program& program) {
  std::set<std::string> libraries{std::string(kBaseLibrary)};
  for (const syntax::File& file : program.files)
    for (const syntax::Import& import : file.imports)
      if (!import.is_path) libraries.insert(import.target);
  return libraries;
}

void ReportImportCycles(Context& context) {
  enum class State : std::uint8_t { kNew, kOpen, kDone };
  struct Step {
    source::FileId file;
    std::size_t next = 0;
  };
  std::map<source::FileId, std::vector<const ImportedFile*>> imports;
  for (const ImportedFile& import : context.program.imports)
    imports[import.importer].push_back(&import);
  std::map<source::FileId, State> states;
  for (const syntax::File& start : context.program.files) {
    if (states[start.id] != State::kNew) continue;
    std::vector<Step> path{{start.id}};
    states[start.id] = State::kOpen;
    while (!path.empty()) {
      Step& step = path.back();
      const std::vector<const ImportedFile*>& list = imports[step.file];
      if (step.next == list.size()) {
        states[step.file] = State::kDone;
        path.pop_back();
        continue;
      }
      const ImportedFile& import = *list[step.next++];
      State& state = states[import.file];
      if (state == State::kNew) {
        state = State::kOpen;
        path.push_back({import.file});
        continue;
      }
      if (state != State::kOpen) continue;
      const auto first = std::find_if(path.begin(), path.end(),
                                      [&](const Step& each) { return each.file == import.file; });
      std::vector<std::string> between;
      for (auto each = first + 1; each < path.end(); ++each)
        between.push_back(context.sources.path(each->file));
      context
          .Report(diag::kImportCycle, import.span, context.sources.path(import.file),
                  between.empty() ? "" : " through " + OrList(between, "and"))
          .At("this import closes the cycle");
    }
  }
}

void ReportUnusedImports(Context& context, const std::set<std::string>& used_libraries) {
  for (const syntax::File& file : context.program.files)
    for (const syntax::Import& import : file.imports)
      if (!import.is_path) CheckLibrary(context, import, used_libraries);
  ReportUnusedPacks(context);
  const std::set<source::FileId> useful = UsefulFiles(context);
  for (const ImportedFile& import : context.program.imports)
    if (useful.count(import.file) == 0)
      context.Report(diag::kUnusedImport, import.span, context.sources.path(import.file))
          .At("nothing from this file is used");
}

}  // namespace writ::sema

#include "program/sema/controls.h"

#include <algorithm>
#include <map>

#include "base/diag/codes/names.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

/// Some sentence uses a policy of the pack.
bool IsApplied(const Context& context, const ImportedPack& imported) {
  return std::ranges::any_of(context.symbols.all, [&](const Symbol& symbol) {
    return symbol.used && imported.policies == symbol.name.span.file;
  });
}

}  // namespace

std::vector<std::string> PackImports() {
  std::vector<std::string> names;
  for (const compliance::Pack& pack : compliance::BuiltIn())
    names.push_back("compliance." + pack.id);
  return names;
}

void CheckPacks(Context& context) {
  std::map<std::string, const ImportedPack*> first;
  for (const ImportedPack& imported : context.program.packs) {
    const auto [at, is_new] = first.emplace(imported.pack->id, &imported);
    if (is_new || at->second->pack == imported.pack) continue;
    context.Report(diag::kNameTaken, imported.span, imported.pack->id)
        .At("another pack of this id")
        .Also(at->second->span, "first imported here");
  }
}

void CheckPackImport(Context& context, const syntax::Import& import) {
  const std::string_view id = *compliance::PackInImport(import.target);
  if (compliance::FindBuiltIn(id) != nullptr) return;
  auto& found =
      context.Report(diag::kUnknownName, import.target_span, "compliance pack", import.target);
  found.At("no such pack").Suggest("to import a pack of your own, write its path in quotes");
  std::vector<std::string> ids;
  for (const compliance::Pack& pack : compliance::BuiltIn()) ids.push_back(pack.id);
  const std::string nearest = NearestName(id, ids);
  if (nearest.empty()) {
    found.Note("packs: " + OrList(PackImports(), "and"));
  } else {
    found.Patch("did you mean `compliance." + nearest + "`?", import.target_span,
                "compliance." + nearest);
  }
}

void ReportUnusedPacks(Context& context) {
  for (const ImportedPack& imported : context.program.packs) {
    if (context.used_packs.contains(imported.pack->id) || IsApplied(context, imported)) continue;
    context.Report(diag::kUnusedImport, imported.span, imported.pack->id)
        .At("no control and no policy of this pack is used");
  }
}

std::optional<std::string> ControlNamed(Context& context, const syntax::String& control) {
  const std::vector<ImportedPack>& packs = context.program.packs;
  if (packs.empty()) return control.value;
  const compliance::Control* named = nullptr;
  for (const ImportedPack& imported : packs) {
    const compliance::Control* found = imported.pack->Find(control.value);
    if (found == nullptr) continue;
    context.used_packs.insert(imported.pack->id);
    if (named == nullptr) named = found;
  }
  if (named != nullptr) return named->id;
  std::vector<std::string> ids;
  for (const ImportedPack& imported : packs)
    for (const compliance::Control& each : imported.pack->controls) ids.push_back(each.id);
  auto& found = context.Report(diag::kUnknownName, control.span, "control", control.value);
  found.At("in no imported compliance pack");
  const std::string nearest = NearestName(control.value, ids);
  if (!nearest.empty())
    found.Patch("did you mean `" + nearest + "`?", control.span, "\"" + nearest + "\"");
  else
    found.Suggest("`writ catalog controls` lists the controls of every pack");
  return std::nullopt;
}

}  // namespace writ::sema

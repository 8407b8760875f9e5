#include "program/sema/controls.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/diag/codes/meaning.h"
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

namespace {

bool IsBalanced(std::string_view name) {
  std::size_t open = 0;
  for (const char c : name) {
    if (c == '(') ++open;
    if (c == ')' && open-- == 0) return false;
  }
  return open == 0;
}

// Letters and digits alone: spellings of one number agree in them, and numbers of two controls
// hardly ever.
std::string Bare(std::string_view name) {
  std::string bare;
  for (const char c : compliance::Canonical(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) bare += c;
  }
  return bare;
}

bool HasDigit(std::string_view name) {
  return name.find_first_of("0123456789") != std::string_view::npos;
}

// The control that was meant; empty if that is not plain. A number that is near another is that of
// another control, and a guess would be evidence for the wrong one.
std::string Meant(std::string_view name, const std::vector<std::string>& ids) {
  if (!HasDigit(name)) {
    std::vector<std::string> words;
    std::ranges::copy_if(ids, std::back_inserter(words),
                         [](const std::string& id) { return !HasDigit(id); });
    return NearestName(name, words);
  }
  const std::string bare = Bare(name);
  const auto is_same = [&](const std::string& id) { return Bare(id) == bare; };
  const auto found = std::ranges::find_if(ids, is_same);
  if (found == ids.end() || std::find_if(found + 1, ids.end(), is_same) != ids.end()) return "";
  return *found;
}

}  // namespace

std::optional<std::string> ControlNamed(Context& context, const syntax::String& control) {
  if (!IsBalanced(control.value)) {
    context.Report(diag::kControlMalformed, control.span, control.value)
        .At("parentheses that do not match")
        .Suggest("close each `(` with a `)`");
    return std::nullopt;
  }
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
  const std::string meant = Meant(control.value, ids);
  if (!meant.empty())
    found.Patch("did you mean `" + meant + "`?", control.span, "\"" + meant + "\"");
  else
    found.Suggest("`writ catalog controls` lists the controls of every pack");
  return std::nullopt;
}

}  // namespace writ::sema

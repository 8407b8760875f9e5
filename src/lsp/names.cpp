// Where a name is declared and used, and giving it another.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "language/parse/parse.h"
#include "lsp/documents.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

/// The declaration first, then the uses in order.
std::vector<source::Span> PlacesOf(const Analysis& analysis, source::Span declared) {
  std::vector<source::Span> places{declared};
  for (const sema::Use& use : analysis.program.index.uses) {
    if (use.declared == declared) places.push_back(use.at);
  }
  return places;
}

/// The name at the spot, whether declared here or used.
std::optional<source::Span> NameAt(const Spot& spot) {
  const auto declared = spot.analysis.DeclaredAt(spot.file, spot.offset);
  if (!declared) return std::nullopt;
  for (const source::Span place : PlacesOf(spot.analysis, *declared)) {
    const bool is_here =
        place.file == spot.file && place.begin <= spot.offset && spot.offset <= place.end;
    if (is_here) return place;
  }
  return std::nullopt;
}

}  // namespace

Json DefinitionAt(const Spot& spot) {
  const auto declared = spot.analysis.DeclaredAt(spot.file, spot.offset);
  return declared ? LocationOf(spot.analysis, *declared, spot.encoding) : Json();
}

Json ReferencesAt(const Spot& spot, bool with_declaration) {
  Json references = Json::array();
  const auto declared = spot.analysis.DeclaredAt(spot.file, spot.offset);
  if (!declared) return references;
  for (const source::Span place : PlacesOf(spot.analysis, *declared)) {
    if (place == *declared && !with_declaration) continue;
    references.push_back(LocationOf(spot.analysis, place, spot.encoding));
  }
  return references;
}

Json HighlightsAt(const Spot& spot) {
  Json highlights = Json::array();
  const auto declared = spot.analysis.DeclaredAt(spot.file, spot.offset);
  if (!declared) return highlights;
  for (const source::Span place : PlacesOf(spot.analysis, *declared)) {
    if (place.file != spot.file) continue;
    highlights.push_back({{"range", LocationOf(spot.analysis, place, spot.encoding)["range"]}});
  }
  return highlights;
}

Json RenameableAt(const Spot& spot) {
  const auto name = NameAt(spot);
  return name ? LocationOf(spot.analysis, *name, spot.encoding)["range"] : Json();
}

namespace {

/// One name, and nothing beside it.
bool IsName(const std::string& name) {
  source::SourceMap sources;
  const source::FileId file = sources.Add("name", name);
  diag::Sink findings;
  const parse::Tokens tokens = parse::Lex(sources, file, findings);
  // One token and the end.
  return findings.all().empty() && tokens.comments.empty() && tokens.tokens.size() == 2 &&
         parse::IsName(tokens.tokens[0].kind) && tokens.tokens[0].end == name.size();
}

bool IsOfCatalog(const catalog::Catalog& catalog, const std::string& name) {
  return !std::holds_alternative<std::monostate>(catalog.FindName(name)) ||
         catalog.FindRegion(name) != nullptr || catalog.FindKind(name) != nullptr;
}

}  // namespace

std::string WhyNotName(const Analysis& analysis, const std::string& name) {
  if (!IsName(name)) return "`" + name + "` is no name";
  for (const sema::Declared& declared : analysis.program.index.declared) {
    if (analysis.sources().text(declared.name) != name) continue;
    return "`" + name + "` is the name of " + std::string(sema::KindWords(declared.kind));
  }
  if (IsOfCatalog(analysis.compilation->catalog(), name)) {
    return "the catalog has a `" + name + "`";
  }
  return {};
}

Json RenameAt(const Spot& spot, const std::string& name) {
  const auto declared = spot.analysis.DeclaredAt(spot.file, spot.offset);
  if (!declared) return {};
  Json changes = Json::object();
  for (const source::Span place : PlacesOf(spot.analysis, *declared)) {
    const Json location = LocationOf(spot.analysis, place, spot.encoding);
    changes[Text(location, "uri")].push_back({{"range", location["range"]}, {"newText", name}});
  }
  return {{"changes", std::move(changes)}};
}

namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

void AddSymbols(const Analysis& analysis, const std::string& query, Encoding encoding, Json& to) {
  constexpr int kClass = 5;  // of SymbolKind
  const std::string wanted = Lower(query);
  for (const sema::Declared& declared : analysis.program.index.declared) {
    const std::string name(analysis.sources().text(declared.name));
    // What the library declares lies in no file of the editor's.
    const bool is_ours = analysis.sources().path(declared.name.file).starts_with('/');
    if (!is_ours || Lower(name).find(wanted) == std::string::npos) continue;
    to.push_back({{"name", name},
                  {"kind", kClass},
                  {"containerName", std::string(sema::KindWord(declared.kind))},
                  {"location", LocationOf(analysis, declared.name, encoding)}});
  }
}

}  // namespace writ::lsp

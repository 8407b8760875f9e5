// The shape of a file: outline, folds, colors, layout.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/support/date.h"
#include "language/format/format.h"
#include "language/parse/parse.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

/// Of SymbolKind.
enum class Shape : std::uint8_t {
  kModule = 2,
  kNamespace = 3,
  kClass = 5,
  kMethod = 6,
  kFunction = 12,
  kConstant = 14,
  kObject = 19,
  kEvent = 24
};

/// Characters of a sentence that an outline shows.
constexpr std::size_t kMaxTitle = 80;

class Outline {
 public:
  Outline(const Analysis& analysis, source::FileId file, Encoding encoding)
      : sources_(analysis.sources()), places_(analysis.sources().text(file), encoding) {}

  Json Of(const std::vector<syntax::Item>& items) {
    Json symbols = Json::array();
    for (const syntax::Item& item : items) {
      std::visit([&](const auto& form) { symbols.push_back(Of(item, form)); }, item.form);
    }
    return symbols;
  }

 private:
  Json Symbol(std::string_view name, Shape kind, source::Span whole, source::Span selected) {
    const bool is_inside = selected.valid() && selected.file == whole.file &&
                           whole.begin <= selected.begin && selected.end <= whole.end;
    const source::Span shown = is_inside ? selected : whole;
    return {{"name", name.empty() ? std::string("?") : std::string(name)},
            {"kind", static_cast<int>(kind)},
            {"range", places_.RangeOf(whole.begin, whole.end)},
            {"selectionRange", places_.RangeOf(shown.begin, shown.end)}};
  }
  Json Sentence(const syntax::Item& item, Shape kind) {
    std::string title = source::OneLine(sources_.text(item.span));
    if (title.size() > kMaxTitle) {
      std::size_t end = kMaxTitle;
      while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xC0U) == 0x80U) --end;
      title = title.substr(0, end) + "…";
    }
    return Symbol(title, kind, item.span, item.span);
  }
  template <class Decl>
  Json Named(const syntax::Item& item, const Decl& decl, Shape kind) {
    return Symbol(decl.name.text, kind, item.span, decl.name.span);
  }

  Json Of(const syntax::Item& item, const syntax::OrganizationDecl& decl) {
    Json symbol = Named(item, decl, Shape::kNamespace);
    Json below = Json::array();
    Accounts(decl.management, below);
    Units(decl.units, below);
    Accounts(decl.accounts, below);
    symbol["children"] = std::move(below);
    return symbol;
  }
  void Accounts(const std::vector<syntax::AccountDecl>& accounts, Json& below) {
    for (const syntax::AccountDecl& account : accounts) {
      const std::string_view name = account.name.text;
      below.push_back(Symbol(name.empty() ? std::string_view(account.number.text) : name,
                             Shape::kObject, account.span, account.name.span));
    }
  }
  void Units(const std::vector<syntax::OrgUnit>& units, Json& below) {
    for (const syntax::OrgUnit& unit : units) {
      Json symbol = Symbol(unit.name.text, Shape::kNamespace, unit.span, unit.name.span);
      Json inside = Json::array();
      Units(unit.units, inside);
      Accounts(unit.accounts, inside);
      symbol["children"] = std::move(inside);
      below.push_back(std::move(symbol));
    }
  }
  Json Of(const syntax::Item& item, const syntax::PolicyDecl& decl) {
    Json symbol = Named(item, decl, Shape::kModule);
    symbol["children"] = Of(decl.items);
    return symbol;
  }
  Json Of(const syntax::Item& item, const syntax::Given& given) {
    Json symbol = Symbol("given", Shape::kNamespace, item.span, item.span);
    symbol["children"] = Of(given.items);
    return symbol;
  }
  Json Of(const syntax::Item& item, const syntax::TestDecl& test) {
    return Symbol(test.title.value, Shape::kMethod, item.span, item.span);
  }
  Json Of(const syntax::Item& item, const syntax::Assertion& /*assertion*/) {
    return Sentence(item, Shape::kEvent);
  }
  template <class Form>
  Json Of(const syntax::Item& item, const Form& form) {
    if constexpr (requires { form.name.span; }) {
      constexpr bool is_let = std::is_same_v<Form, syntax::LetDecl>;
      return Named(item, form, is_let ? Shape::kConstant : Shape::kClass);
    } else {
      return Sentence(item, Shape::kFunction);
    }
  }

  const source::SourceMap& sources_;
  Places places_;
};

/// In the order of the legend.
enum class Color : std::uint8_t {
  kKeyword,
  kString,
  kNumber,
  kComment,
  kVariable,
  kClass,
  kNamespace,
  kFact,
  kFunction
};
constexpr std::array<std::string_view, 9> kColors = {"keyword",   "string",     "number",
                                                     "comment",   "variable",   "class",
                                                     "namespace", "enumMember", "function"};

Color ColorOf(sema::Symbol::Kind kind) {
  using Kind = sema::Symbol::Kind;
  switch (kind) {
    case Kind::kOrganization:
    case Kind::kUnit:
    case Kind::kAccount:
      return Color::kNamespace;
    case Kind::kPolicy:
      return Color::kFunction;
    case Kind::kLet:
      return Color::kVariable;
    default:
      return Color::kClass;
  }
}

/// In the order of the legend, one bit each.
constexpr std::array<std::string_view, 3> kModifiers = {"declaration", "defaultLibrary",
                                                        "deprecated"};
constexpr std::uint32_t kDeclaration = 1;
constexpr std::uint32_t kOfCatalog = 2;
constexpr std::uint32_t kDeprecated = 4;

struct Look {
  Color color = Color::kClass;
  std::uint32_t modifiers = 0;
};

/// A name that the catalog has; a model that AWS calls legacy, or has ended, is deprecated.
Look OfCatalog(const Analysis& analysis, const sema::Use& use) {
  Look look{Color::kFact, kOfCatalog};
  if (use.sort != intent::Sort::kModels) return look;
  const auto meaning =
      analysis.compilation->catalog().FindName(std::string(analysis.sources().text(use.at)));
  const auto* model = std::get_if<const catalog::Model*>(&meaning);
  if (model == nullptr) return look;
  const std::string today = support::DateText(analysis.compilation->options.as_of);
  if ((*model)->LifecycleWord() == "legacy" || (*model)->EndedAt(today)) {
    look.modifiers |= kDeprecated;
  }
  return look;
}

/// Names by where they begin.
std::map<std::uint32_t, Look> ColoredNames(const Analysis& analysis, source::FileId file) {
  std::map<source::Span, Color> declared;
  for (const sema::Declared& each : analysis.program.index.declared) {
    declared.emplace(each.name, ColorOf(each.kind));
  }
  std::map<std::uint32_t, Look> names;
  for (const auto& [name, color] : declared) {
    if (name.file == file) names.emplace(name.begin, Look{color, kDeclaration});
  }
  for (const sema::Use& use : analysis.program.index.uses) {
    if (use.at.file != file) continue;
    if (!use.declared.valid()) {
      names.emplace(use.at.begin, OfCatalog(analysis, use));
      continue;
    }
    const auto found = declared.find(use.declared);
    names.emplace(use.at.begin, Look{found == declared.end() ? Color::kVariable : found->second});
  }
  return names;
}

std::optional<Look> LookOf(const parse::Token& token, const std::map<std::uint32_t, Look>& names) {
  if (const auto found = names.find(token.begin); found != names.end()) return found->second;
  switch (token.kind) {
    case parse::TokenKind::kString:
      return Look{Color::kString};
    case parse::TokenKind::kNumber:
    case parse::TokenKind::kDate:
      return Look{Color::kNumber};
    case parse::TokenKind::kComment:
      return Look{Color::kComment};
    default:
      break;
  }
  const parse::TokenClass kind = parse::ClassOf(token.kind);
  const bool is_word = kind == parse::TokenClass::kSoft || kind == parse::TokenClass::kReserved;
  return is_word ? std::optional(Look{Color::kKeyword}) : std::nullopt;
}

}  // namespace

Json SymbolsOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  const syntax::File* syntax = analysis.SyntaxOf(file);
  if (syntax == nullptr) return Json::array();
  return Outline(analysis, file, encoding).Of(syntax->items);
}

Json FoldingOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  Json folds = Json::array();
  const Places places(analysis.sources().text(file), encoding);
  const auto fold = [&](std::uint32_t begin, std::uint32_t end, const char* kind) {
    const Json first = places.PositionOf(begin)["line"];
    const Json last = places.PositionOf(end)["line"];
    if (first == last) return;
    Json one = {{"startLine", first}, {"endLine", last}};
    if (kind != nullptr) one["kind"] = kind;
    folds.push_back(std::move(one));
  };
  diag::Sink ignored;
  const parse::Tokens tokens = parse::Lex(analysis.sources(), file, ignored);
  std::vector<std::uint32_t> opened;
  for (const parse::Token& token : tokens.tokens) {
    if (token.kind == parse::TokenKind::kSymLBrace) opened.push_back(token.begin);
    if (token.kind != parse::TokenKind::kSymRBrace || opened.empty()) continue;
    fold(opened.back(), token.begin, nullptr);
    opened.pop_back();
  }
  for (std::size_t i = 0; i < tokens.comments.size();) {
    std::size_t last = i;
    const auto line_of = [&](std::size_t at) {
      return Number(places.PositionOf(tokens.comments[at].begin), "line");
    };
    while (last + 1 < tokens.comments.size() && tokens.comments[last + 1].first_on_line &&
           line_of(last + 1) == line_of(last) + 1) {
      ++last;
    }
    fold(tokens.comments[i].begin, tokens.comments[last].begin, "comment");
    i = last + 1;
  }
  return folds;
}

Json TokenLegend() {
  Json types = Json::array();
  for (const std::string_view color : kColors) types.push_back(std::string(color));
  Json modifiers = Json::array();
  for (const std::string_view modifier : kModifiers) modifiers.push_back(std::string(modifier));
  return {{"tokenTypes", std::move(types)}, {"tokenModifiers", std::move(modifiers)}};
}

Json TokensOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  const Places places(analysis.sources().text(file), encoding);
  diag::Sink ignored;
  parse::Tokens tokens = parse::Lex(analysis.sources(), file, ignored);
  std::vector<parse::Token> all = std::move(tokens.tokens);
  all.insert(all.end(), tokens.comments.begin(), tokens.comments.end());
  std::ranges::sort(all, {}, &parse::Token::begin);
  const std::map<std::uint32_t, Look> names = ColoredNames(analysis, file);
  Json data = Json::array();
  std::uint32_t line = 0;
  std::uint32_t character = 0;
  for (const parse::Token& token : all) {
    const auto look = LookOf(token, names);
    if (!look) continue;
    const Json begin = places.PositionOf(token.begin);
    const Json end = places.PositionOf(token.end);
    const std::uint32_t at = Number(begin, "line");
    const std::uint32_t from = Number(begin, "character");
    if (at != Number(end, "line")) continue;  // clients need not take tokens of several lines
    data.push_back(at - line);
    data.push_back(at == line ? from - character : from);
    data.push_back(Number(end, "character") - from);
    data.push_back(static_cast<std::uint32_t>(look->color));
    data.push_back(look->modifiers);
    line = at;
    character = from;
  }
  return {{"data", std::move(data)}};
}

namespace {

/// The spans around a place, from the narrowest: the word, then each item that holds it.
void ItemsAround(const std::vector<syntax::Item>& items, std::uint32_t offset,
                 std::vector<source::Span>& spans) {
  for (const syntax::Item& item : items) {
    if (offset < item.span.begin || item.span.end < offset) continue;
    if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
      ItemsAround(policy->items, offset, spans);
    } else if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
      ItemsAround(given->items, offset, spans);
    }
    spans.push_back(item.span);
    return;
  }
}

}  // namespace

Json SelectionAt(const Spot& spot) {
  std::vector<source::Span> spans;
  diag::Sink ignored;
  const parse::Tokens tokens = parse::Lex(spot.analysis.sources(), spot.file, ignored);
  for (const parse::Token& token : tokens.tokens) {
    const bool is_here = token.begin <= spot.offset && spot.offset <= token.end;
    if (is_here && token.begin < token.end) spans.push_back({spot.file, token.begin, token.end});
  }
  if (spans.size() > 1) spans.erase(spans.begin(), spans.end() - 1);  // between two: the later
  const syntax::File* syntax = spot.analysis.SyntaxOf(spot.file);
  if (syntax != nullptr) ItemsAround(syntax->items, spot.offset, spans);
  const std::string_view text = spot.analysis.sources().text(spot.file);
  spans.push_back({spot.file, 0, static_cast<std::uint32_t>(text.size())});
  const Places places(text, spot.encoding);
  Json selection;
  for (std::size_t i = spans.size(); i-- > 0;) {
    Json one = {{"range", places.RangeOf(spans[i].begin, spans[i].end)}};
    if (!selection.is_null()) one["parent"] = std::move(selection);
    selection = std::move(one);
  }
  return selection;
}

Json FormattingOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  diag::Sink ignored;
  const auto formatted = format::Format(analysis.sources(), file, ignored);
  if (!formatted) return {};
  const std::string_view text = analysis.sources().text(file);
  if (*formatted == text) return Json::array();
  const Places places(text, encoding);
  return Json::array({{{"range", places.RangeOf(0, static_cast<std::uint32_t>(text.size()))},
                       {"newText", *formatted}}});
}

}  // namespace writ::lsp

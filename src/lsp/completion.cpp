// What may be written next.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts/library/library.h"
#include "language/parse/continuation.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

using parse::Expected;
using parse::Rule;
using parse::Token;
using parse::TokenKind;

// Of CompletionItemKind.
constexpr int kFunction = 3;
constexpr int kVariable = 6;
constexpr int kValue = 12;
constexpr int kKeyword = 14;

struct Item {
  int kind = kKeyword;
  std::string detail;
};
/// By label: each once, in one order.
using Items = std::map<std::string, Item>;

using Kinds = std::vector<sema::Symbol::Kind>;
using Kind = sema::Symbol::Kind;

class Completion {
 public:
  Completion(const Analysis& analysis, source::FileId file, const parse::Continuation& here)
      : analysis_(analysis), text_(analysis.sources().text(file)), here_(here) {}

  Items Run() {
    for (const Expected& expected : here_.next) {
      const parse::TokenClass token_class = parse::ClassOf(expected.kind);
      const bool is_word =
          token_class == parse::TokenClass::kSoft || token_class == parse::TokenClass::kReserved;
      // Inside `name` every soft word is a name like any other.
      const bool is_name = expected.rule == Rule::kName || expected.rule == Rule::kWord;
      if (is_word && !is_name) Add(std::string(parse::Spelling(expected.kind)), kKeyword, "");
      if (is_name && expected.kind == TokenKind::kName) Names(expected.around);
    }
    return std::move(items_);
  }

 private:
  void Add(std::string label, int kind, std::string detail) {
    items_.try_emplace(std::move(label), Item{kind, std::move(detail)});
  }

  /// Names that may stand where `rule` wants one.
  void Names(Rule rule) {
    switch (rule) {
      case Rule::kPrincipal:
      case Rule::kPrincipals:
        return Declared({Kind::kTeam, Kind::kLet});
      case Rule::kVerbAction:
        return Verbs();
      case Rule::kSetTerm:
        return OfSet();
      case Rule::kSetFrom:
        return Providers();
      case Rule::kRoute:
        return Geographies();
      case Rule::kScreening:
      case Rule::kGuardrailHead:
        return Declared({Kind::kGuardrail});
      case Rule::kApplyPolicy:
        return Declared({Kind::kPolicy});
      case Rule::kRetention:
        return RetentionModes();
      case Rule::kOptOutService:
        return OptOutServices();
      case Rule::kQualifier:
        return OfQualifier();
      case Rule::kKey:
      case Rule::kComparison:
        return Keys();
      default:
        return;  // a name that the user chooses, or one of a short list that the grammar lacks
    }
  }

  void RetentionModes() {
    for (const catalog::RetentionMode& mode : catalog().retention_modes()) {
      if (mode.order) Add(mode.name, kValue, mode.title);
    }
  }

  void OptOutServices() {
    for (const catalog::OptOutService& service : catalog().opt_out_services()) {
      if (service.why_not.empty()) Add(service.key, kValue, "AI service");
    }
  }

  void Declared(const Kinds& kinds) {
    for (const sema::Declared& declared : analysis_.program.index.declared) {
      if (std::ranges::find(kinds, declared.kind) == kinds.end()) continue;
      Add(std::string(analysis_.sources().text(declared.name)), kVariable,
          std::string(sema::KindWord(declared.kind)));
    }
  }
  void Verbs() {
    for (const std::string& verb : library::Library::BuiltIn().VerbNames()) {
      Add(verb, kFunction, "verb");
    }
  }
  void Providers() {
    for (const catalog::Provider& provider : catalog().providers()) {
      Add(provider.slug, kValue, provider.title);
    }
  }
  void Geographies() {
    for (const catalog::Geography& geography : catalog().geographies()) {
      if (geography.inference && geography.scope != "global") {
        Add(geography.scope, kValue, geography.title);
      }
    }
  }
  void Regions() {
    for (const catalog::Region& region : catalog().regions()) {
      if (region.partition == analysis_.program.model.organization.partition) {
        Add(region.name, kValue, region.title);
      }
    }
  }
  void Models() {
    for (const catalog::Model& model : catalog().models()) {
      if (model.EndedAt(support::DateText(analysis_.compilation->options.as_of))) continue;
      Add(model.name, kValue, model.title);
    }
    for (const catalog::Family& family : catalog().families()) {
      Add(family.name, kValue, "family of models");
    }
    Add("models", kKeyword, "all models");
    Add("any model", kKeyword, "all models");
  }
  void KindsOfResources() {
    for (const catalog::Kind& kind : catalog().kinds()) Add(kind.name, kValue, "kind of resource");
  }
  void Keys() {
    for (const catalog::Key& key : catalog().Keys()) {
      if (key.name.starts_with("aws:") || key.name.starts_with("bedrock")) {
        Add(key.name, kValue, "condition key");
      }
    }
  }

  /// After `under` stands a use-case or an attestation; after `through` a plane.
  void OfQualifier() {
    const TokenKind governor = Governor();
    if (governor == TokenKind::kKwUnder) Declared({Kind::kUseCase, Kind::kAttestation});
    if (governor == TokenKind::kKwThrough) {
      for (const auto& module : library::Library::BuiltIn().modules()) {
        for (const auto& [plane, prefix] : module.planes) Add(plane, kValue, prefix);
      }
    }
  }

  /// The word that says what a set is of.
  void OfSet() {
    switch (Governor()) {
      case TokenKind::kKwIn:
        Declared({Kind::kOrganization, Kind::kUnit, Kind::kAccount, Kind::kLet});
        return Regions();
      case TokenKind::kKwGuardrail:
        return Declared({Kind::kGuardrail, Kind::kLet});
      case TokenKind::kKwEndpoint:
        return Declared({Kind::kEndpoint, Kind::kLet});
      case TokenKind::kKwScreens:
        Declared({Kind::kLet});
        return Models();
      case TokenKind::kName:
        return OfVerb();
      default:
        Declared({Kind::kOrganization, Kind::kUnit, Kind::kAccount, Kind::kLet, Kind::kTeam,
                  Kind::kGuardrail, Kind::kEndpoint});
        Regions();
        return Models();
    }
  }

  /// What the verb before is about.
  void OfVerb() {
    const std::string verb(text_.substr(verb_.begin, verb_.end - verb_.begin));
    Declared({Kind::kLet});
    bool has_models = false;
    bool has_others = false;
    for (const library::Verb* each : library::Library::BuiltIn().Named(verb)) {
      (each->sort == "Models" ? has_models : has_others) = true;
    }
    if (has_models) Models();
    if (has_others) KindsOfResources();
  }

  /// The keyword that the names before the place belong to; kName where it is a verb, which
  /// `verb_` then is.
  TokenKind Governor() {
    const std::vector<Token>& before = here_.before;
    for (std::size_t i = before.size(); i-- > 0;) {
      const Token& token = before[i];
      if (IsVerb(i)) {
        verb_ = token;
        return TokenKind::kName;
      }
      const bool goes_on =
          token.kind == TokenKind::kSymComma || token.kind == TokenKind::kKwExcept ||
          token.kind == TokenKind::kKwAny || token.kind == TokenKind::kKwLatest ||
          token.kind == TokenKind::kSymLParen || token.kind == TokenKind::kString ||
          (parse::IsName(token.kind) && !IsGoverning(i));
      if (!goes_on) return token.kind;
    }
    return TokenKind::kNone;
  }

  /// A name right after the modal verb.
  [[nodiscard]] bool IsVerb(std::size_t at) const {
    if (at == 0 || !parse::IsName(here_.before[at].kind)) return false;
    static const std::set<TokenKind> modal = {TokenKind::kKwMay, TokenKind::kKwNot,
                                              TokenKind::kKwTo, TokenKind::kKwCan,
                                              TokenKind::kKwCannot};
    return modal.contains(here_.before[at - 1].kind);
  }

  /// A soft word that stands as a keyword: the one after which a set follows.
  [[nodiscard]] bool IsGoverning(std::size_t at) const {
    static const std::set<TokenKind> words = {TokenKind::kKwGuardrail, TokenKind::kKwEndpoint,
                                              TokenKind::kKwScreens, TokenKind::kKwThrough};
    const TokenKind kind = here_.before[at].kind;
    if (!words.contains(kind)) return false;
    const TokenKind previous = at == 0 ? TokenKind::kNone : here_.before[at - 1].kind;
    return previous != TokenKind::kSymComma;
  }

  [[nodiscard]] const catalog::Catalog& catalog() const { return analysis_.compilation->catalog(); }

  const Analysis& analysis_;
  std::string_view text_;
  const parse::Continuation& here_;
  Token verb_;
  Items items_;
};

}  // namespace

Json CompletionAt(const Spot& spot) {
  const parse::Continuation here =
      parse::ContinuationAt(spot.analysis.sources(), spot.file, spot.offset);
  const Places places(spot.analysis.sources().text(spot.file), spot.encoding);
  const Json range = places.RangeOf(here.word_begin, spot.offset);
  Json items = Json::array();
  for (const auto& [label, item] : Completion(spot.analysis, spot.file, here).Run()) {
    Json one = {{"label", label},
                {"kind", item.kind},
                {"textEdit", {{"range", range}, {"newText", label}}}};
    if (!item.detail.empty()) one["detail"] = item.detail;
    items.push_back(std::move(one));
  }
  return items;
}

}  // namespace writ::lsp

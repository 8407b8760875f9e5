// What stands beside names and dates without being written.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/support/date.h"
#include "language/parse/parse.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

/// Names that a hint's text on hover lists.
constexpr std::size_t kMaxNames = 30;

struct Hint {
  std::uint32_t at = 0;
  std::string label;
  std::string more;
};

std::string Counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string Listed(std::vector<std::string> names) {
  const std::size_t all = names.size();
  if (all > kMaxNames) names.resize(kMaxNames);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (all > kMaxNames) text += fmt::format(" and {} more", all - kMaxNames);
  return text;
}

/// A family of models: which it is today.
std::optional<Hint> OfFamily(const Analysis& analysis, const sema::Use& use) {
  const catalog::Catalog& catalog = analysis.compilation->catalog();
  const auto meaning = catalog.FindName(std::string(analysis.sources().text(use.at)));
  const auto* family = std::get_if<const catalog::Family*>(&meaning);
  if (use.declared.valid() || use.sort != intent::Sort::kModels || family == nullptr) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const catalog::Model* model : catalog.ModelsOf(**family)) names.push_back(model->name);
  return Hint{use.at.end, Counted(names.size(), "model"),
              fmt::format("{}\n\ncatalog of {}", Listed(names), catalog.date())};
}

/// An OU or the organization: how many accounts are in it.
std::optional<Hint> OfNode(const Analysis& analysis, const sema::Use& use) {
  const auto& declared = analysis.program.index.declared;
  const auto found = std::ranges::find(declared, use.declared, &sema::Declared::name);
  if (found == declared.end()) return std::nullopt;
  const bool is_root = found->kind == sema::Symbol::Kind::kOrganization;
  if (!is_root && found->kind != sema::Symbol::Kind::kUnit) return std::nullopt;
  const intent::Organization& organization = analysis.program.model.organization;
  const std::string_view name = analysis.sources().text(use.declared);
  const auto node = std::ranges::find_if(organization.nodes, [&](const intent::Node& one) {
    using Kind = intent::Node::Kind;
    return is_root ? one.kind == Kind::kRoot : one.kind == Kind::kUnit && one.name == name;
  });
  if (node == organization.nodes.end()) return std::nullopt;
  std::vector<std::string> names;
  for (const intent::AccountIndex account : node->accounts) {
    names.push_back(organization.accounts[account.value].name);
  }
  return Hint{use.at.end, Counted(names.size(), "account"),
              Listed(names) + "; and accounts that join it later"};
}

/// A day after `until`, `from` or `by`: how far off it is.
std::optional<Hint> OfDay(const Analysis& analysis, source::FileId file, const parse::Token& before,
                          const parse::Token& token) {
  using Kind = parse::TokenKind;
  const bool is_term =
      before.kind == Kind::kKwUntil || before.kind == Kind::kKwFrom || before.kind == Kind::kKwBy;
  if (token.kind != Kind::kDate || !is_term) return std::nullopt;
  const auto day = support::ParseDate(analysis.sources().text({file, token.begin, token.end}));
  if (!day) return std::nullopt;
  const std::int64_t days =
      support::DayNumber(*day) - support::DayNumber(analysis.compilation->options.as_of);
  const auto count = static_cast<std::size_t>(days < 0 ? -days : days);
  const std::string label = days == 0  ? "today"
                            : days > 0 ? "in " + Counted(count, "day")
                                       : Counted(count, "day") + " ago";
  return Hint{token.end, label,
              "counted from " + support::DateText(analysis.compilation->options.as_of)};
}

std::vector<Hint> HintsOf(const Analysis& analysis, source::FileId file) {
  std::vector<Hint> hints;
  for (const sema::Use& use : analysis.program.index.uses) {
    if (use.at.file != file) continue;
    auto hint = OfFamily(analysis, use);
    if (!hint) hint = OfNode(analysis, use);
    if (hint) hints.push_back(std::move(*hint));
  }
  diag::Sink ignored;
  const parse::Tokens tokens = parse::Lex(analysis.sources(), file, ignored);
  for (std::size_t i = 1; i < tokens.tokens.size(); ++i) {
    auto hint = OfDay(analysis, file, tokens.tokens[i - 1], tokens.tokens[i]);
    if (hint) hints.push_back(std::move(*hint));
  }
  std::ranges::sort(hints, {}, &Hint::at);
  return hints;
}

}  // namespace

Json HintsIn(const Analysis& analysis, source::FileId file, std::uint32_t begin, std::uint32_t end,
             Encoding encoding) {
  const Places places(analysis.sources().text(file), encoding);
  Json hints = Json::array();
  for (const Hint& hint : HintsOf(analysis, file)) {
    if (hint.at < begin || end < hint.at) continue;
    hints.push_back({{"position", places.PositionOf(hint.at)},
                     {"label", hint.label},
                     {"tooltip", hint.more},
                     {"paddingLeft", true}});
  }
  return hints;
}

}  // namespace writ::lsp

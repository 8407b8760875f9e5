// From syntax to lines: the AST says where entries and qualifiers begin, the tokens say what is
// written, comments are woven in where they stood. Every token and comment is passed exactly once,
// in order.
#include "language/format/format.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "language/format/lines.h"
#include "language/parse/parse.h"
#include "language/syntax/ast.h"

namespace writ::format {
namespace {

using parse::Token;
using parse::TokenKind;
using source::Span;

// ---- what the AST says about layout ------------------------------------------------------------

/// Where special breaks and spaces are, by the offset of the token that they come before.
struct Marks {
  std::map<std::uint32_t, Break> breaks;
  std::set<std::uint32_t> wide;       ///< two spaces: the second and further entries of a line
  std::set<std::uint32_t> tight;      ///< no space: the parenthesis after a policy's name
  std::set<std::uint32_t> separated;  ///< a space after a colon: the sort of a parameter
};

class Marker {
 public:
  explicit Marker(const std::vector<Token>& tokens) : tokens_(tokens) {}

  Marks Mark(const std::vector<syntax::Item>& items) && {
    Items(items);
    return std::move(marks_);
  }

 private:
  void Items(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      std::visit([&](const auto& form) { Form(form); }, item.form);
    }
  }

  template <class Other>
  void Form(const Other& /*nothing to mark*/) {}
  void Form(const syntax::Statement& item) { Qualifiers(item.sentence.qualifiers); }
  void Form(const syntax::Assertion& item) { Qualifiers(item.sentence.qualifiers); }
  void Form(const syntax::Screening& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::Logging& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::Requirement& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::Watch& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::OptOut& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::Retention& item) { Qualifiers(item.qualifiers); }
  void Form(const syntax::EvaluationDecl& item) {
    for (const syntax::Metric& metric : item.metrics)
      for (const syntax::Bound& bound : metric.bounds)
        if (bound.negative) marks_.tight.insert(bound.number.span.begin);
  }
  void Form(const syntax::TestDecl& item) {
    for (const syntax::Sentence& line : item.lines) Qualifiers(line.qualifiers);
  }
  void Form(const syntax::Given& item) {
    Qualifiers(item.qualifiers);
    Items(item.items);
  }
  void Form(const syntax::PolicyDecl& item) {
    marks_.tight.insert(After(item.name.span));
    for (const syntax::Param& param : item.params) marks_.separated.insert(param.sort.span.begin);
    Items(item.items);
  }
  void Form(const syntax::ApplyPolicy& item) { marks_.tight.insert(After(item.policy.span)); }
  void Form(const syntax::OrganizationDecl& item) {
    Accounts(item.accounts);
    Units(item.units);
  }

  void Units(const std::vector<syntax::OrgUnit>& units) {
    for (const syntax::OrgUnit& unit : units) {
      Accounts(unit.accounts);
      Units(unit.units);
    }
  }

  void Accounts(const std::vector<syntax::AccountDecl>& accounts) {
    for (const syntax::AccountDecl& account : accounts) {
      for (std::size_t i = 1; i < account.attributes.size(); ++i) {
        marks_.wide.insert(account.attributes[i].span.begin);
        marks_.breaks.emplace(account.attributes[i].span.begin, Break::kFill);
      }
    }
  }

  void Qualifiers(const std::vector<syntax::Qualifier>& qualifiers) {
    for (const syntax::Qualifier& qualifier : qualifiers) {
      const bool is_place = std::holds_alternative<syntax::InQualifier>(qualifier.form) ||
                            std::holds_alternative<syntax::RoutedQualifier>(qualifier.form) ||
                            std::holds_alternative<syntax::ThroughQualifier>(qualifier.form);
      marks_.breaks.emplace(qualifier.span.begin, is_place ? Break::kPlace : Break::kQualifier);
    }
  }

  /// The begin of the token after `span`.
  [[nodiscard]] std::uint32_t After(Span span) const {
    return std::ranges::lower_bound(tokens_, span.end, {}, &Token::begin)->begin;
  }

  const std::vector<Token>& tokens_;
  Marks marks_;
};

// ---- lines -------------------------------------------------------------------------------------

/// What a block holds, in source order: plain entries, or items with blocks of their own.
struct Entry {
  Span span;
  std::variant<std::monostate, const syntax::Item*, const syntax::OrgUnit*,
               const syntax::AccountDecl*, const syntax::TopicItem*>
      inside;
};

enum class BlockStyle { kOneEntryPerLine, kOneLineIfItFits };

class LineMaker {
 public:
  LineMaker(std::string_view text, const parse::Tokens& tokens, Marks marks)
      : text_(text), tokens_(tokens.tokens), comments_(tokens.comments), marks_(std::move(marks)) {}

  std::vector<Line> Run(const syntax::File& file) && {
    for (const syntax::Import& import : file.imports) Leaf(import.span, 0);
    for (const syntax::Item& item : file.items) Item(item, 0);
    OwnLineComments(static_cast<std::uint32_t>(text_.size()) + 1, 0);
    return std::move(lines_);
  }

 private:
  // ---- tokens and comments

  /// Tokens by index, [first, end).
  struct Range {
    std::size_t first = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] std::size_t TokenFrom(std::uint32_t offset) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(tokens_, offset, {}, &Token::begin) -
                                    tokens_.begin());
  }
  [[nodiscard]] Range RangeOf(Span span) const {
    return {TokenFrom(span.begin), TokenFrom(span.end)};
  }
  [[nodiscard]] std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  [[nodiscard]] bool HasCommentBefore(std::uint32_t offset) const {
    return next_comment_ < comments_.size() && comments_[next_comment_].begin < offset;
  }

  /// The next comment's text; it counts as passed.
  std::string_view TakeComment() {
    const Token& comment = comments_[next_comment_++];
    passed_ = comment.end;
    std::string_view text = TextOf(comment);
    text.remove_suffix(text.size() - 1 - text.find_last_not_of(" \t"));
    return text;
  }

  /// An empty line stood between what was passed last and `offset`.
  [[nodiscard]] bool BlankBefore(std::uint32_t offset) const {
    return std::ranges::count(text_.substr(passed_, offset - passed_), '\n') > 1;
  }

  void OwnLineComments(std::uint32_t before, std::size_t level) {
    while (HasCommentBefore(before)) {
      Line line;
      line.level = level;
      line.blank_before = !after_opener_ && BlankBefore(comments_[next_comment_].begin);
      line.pieces.push_back({TakeComment(), 0, Break::kNever, true, {}});
      Push(std::move(line));
    }
  }

  void Push(Line line) {
    lines_.push_back(std::move(line));
    after_opener_ = false;
  }

  /// A comment on the same line, after the last token that was passed.
  void TrailingComment(std::size_t next_token) {
    if (!HasCommentBefore(tokens_[next_token].begin) || comments_[next_comment_].first_on_line) {
      return;
    }
    lines_.back().pieces.back().trailing = TakeComment();
  }

  [[nodiscard]] unsigned SpacesBefore(std::size_t at) const {
    const TokenKind kind = tokens_[at].kind;
    const TokenKind before = tokens_[at - 1].kind;
    const std::uint32_t offset = tokens_[at].begin;
    if (marks_.tight.contains(offset)) return 0;
    if (marks_.wide.contains(offset)) return 2;
    if (kind == TokenKind::kSymComma || kind == TokenKind::kSymRParen ||
        kind == TokenKind::kSymRBracket || kind == TokenKind::kSymColon ||
        kind == TokenKind::kSymSlash) {
      return 0;
    }
    if (before == TokenKind::kSymColon) return marks_.separated.contains(offset) ? 1 : 0;
    const bool joined = before == TokenKind::kSymLParen || before == TokenKind::kSymLBracket ||
                        before == TokenKind::kSymSlash;
    return joined ? 0 : 1;
  }

  [[nodiscard]] Break BreakBefore(std::size_t at) const {
    const auto mark = marks_.breaks.find(tokens_[at].begin);
    if (mark != marks_.breaks.end()) return mark->second;
    const TokenKind kind = tokens_[at].kind;
    const bool fills = tokens_[at - 1].kind == TokenKind::kSymComma || kind == TokenKind::kKwAnd ||
                       kind == TokenKind::kKwOr || kind == TokenKind::kKwExcept;
    return fills ? Break::kFill : Break::kNever;
  }

  /// The pieces of `range` with the comments inside it.
  std::vector<Piece> Pieces(Range range) {
    std::vector<Piece> pieces;
    for (std::size_t i = range.first; i < range.end; ++i) {
      while (i > range.first && HasCommentBefore(tokens_[i].begin)) {
        const bool own_line = comments_[next_comment_].first_on_line;
        const std::string_view comment = TakeComment();
        if (own_line || !pieces.back().trailing.empty()) {
          pieces.push_back({comment, 1, Break::kNever, true, {}});
        } else {
          pieces.back().trailing = comment;
        }
      }
      Piece piece{TextOf(tokens_[i]), 0, Break::kNever, false, {}};
      if (i > range.first) {
        piece.spaces = SpacesBefore(i);
        piece.before = BreakBefore(i);
      }
      pieces.push_back(piece);
      passed_ = tokens_[i].end;
    }
    return pieces;
  }

  /// A line of the tokens of `range`, after the comments before it.
  void TokenLine(Range range, std::size_t level) {
    const std::uint32_t begin = tokens_[range.first].begin;
    OwnLineComments(begin, level);
    Line line;
    line.level = level;
    line.blank_before = !after_opener_ && BlankBefore(begin);
    line.pieces = Pieces(range);
    Push(std::move(line));
    TrailingComment(range.end);
  }

  void Leaf(Span span, std::size_t level) { TokenLine(RangeOf(span), level); }

  // ---- blocks

  /// The block that `span` ends with, with `entries` in source order.
  void Block(Span span, const std::vector<Entry>& entries, BlockStyle style, std::size_t level) {
    const Range range = RangeOf(span);
    std::size_t brace = range.first;
    while (tokens_[brace].kind != TokenKind::kSymLBrace) ++brace;
    OwnLineComments(tokens_[range.first].begin, level);
    if (OneLine(range, brace, entries, style, level)) return;
    TokenLine({range.first, brace + 1}, level);
    after_opener_ = true;
    for (const Entry& entry : entries) BlockEntry(entry, level + 1);
    OwnLineComments(tokens_[range.end - 1].begin, level + 1);
    after_opener_ = true;  // no empty line before the brace either
    TokenLine({range.end - 1, range.end}, level);
  }

  void BlockEntry(const Entry& entry, std::size_t level) {
    if (const auto* item = std::get_if<const syntax::Item*>(&entry.inside)) {
      Item(**item, level);
    } else if (const auto* unit = std::get_if<const syntax::OrgUnit*>(&entry.inside)) {
      Unit(entry.span, **unit, level);
    } else if (const auto* topic = std::get_if<const syntax::TopicItem*>(&entry.inside)) {
      Topic(entry.span, **topic, level);
    } else {
      Leaf(entry.span, level);
      if (std::holds_alternative<const syntax::AccountDecl*>(entry.inside)) MakeAccountRow();
    }
  }

  /// `account payments | 222222222222 | { data = phi }`
  void MakeAccountRow() {
    Line& line = lines_.back();
    constexpr std::size_t kNumber = 2;
    constexpr std::size_t kAttributes = 3;
    if (line.pieces.size() < kAttributes || HasComment(line)) return;
    line.table = "account";
    line.cells = {0, kNumber};
    if (line.pieces.size() > kAttributes) line.cells.push_back(kAttributes);
  }

  static bool HasComment(const Line& line) {
    return std::ranges::any_of(line.pieces, [](const Piece& p) { return p.is_comment; });
  }

  /// Writes a block that has room on one line, or is empty, as one; false when it does not.
  bool OneLine(Range range, std::size_t brace, const std::vector<Entry>& entries, BlockStyle style,
               std::size_t level) {
    if (HasCommentBefore(tokens_[range.end - 1].begin)) return false;
    if (style == BlockStyle::kOneEntryPerLine && !entries.empty()) return false;
    Line line;
    line.level = level;
    line.blank_before = !after_opener_ && BlankBefore(tokens_[range.first].begin);
    const std::uint32_t passed = passed_;
    line.pieces = Pieces(range);
    if (entries.empty()) {
      line.pieces.back().spaces = 0;
    } else {
      line.cells = {0, brace - range.first};
      for (std::size_t i = 1; i < entries.size(); ++i) {
        const std::size_t piece = TokenFrom(entries[i].span.begin) - range.first;
        line.pieces[piece].spaces = 2;
        line.cells.push_back(piece);
      }
      if (level * 2 + WidthOf(line.pieces) > kMaxColumns) {
        passed_ = passed;
        return false;
      }
      line.table = TextOf(tokens_[range.first]);
    }
    Push(std::move(line));
    TrailingComment(range.end);
    return true;
  }

  // ---- items

  void Item(const syntax::Item& item, std::size_t level) {
    std::visit([&](const auto& form) { Form(item.span, form, level); }, item.form);
  }

  template <class Plain>
  void Form(Span span, const Plain& /*no block*/, std::size_t level) {
    Leaf(span, level);
  }

  void Form(Span span, const syntax::OrganizationDecl& item, std::size_t level) {
    std::vector<Entry> entries;
    for (const auto& partition : item.partitions) entries.push_back({partition.span, {}});
    for (const auto& attribute : item.attributes) entries.push_back({attribute.span, {}});
    for (const syntax::AccountDecl& account : item.management)
      entries.push_back({account.span, {}});
    AddUnits(item.units, item.accounts, entries);
    Block(span, entries, BlockStyle::kOneEntryPerLine, level);
  }

  void Unit(Span span, const syntax::OrgUnit& unit, std::size_t level) {
    std::vector<Entry> entries;
    AddUnits(unit.units, unit.accounts, entries);
    const bool is_small = unit.units.empty() && unit.accounts.size() == 1;
    Block(span, entries, is_small ? BlockStyle::kOneLineIfItFits : BlockStyle::kOneEntryPerLine,
          level);
  }

  static void AddUnits(const std::vector<syntax::OrgUnit>& units,
                       const std::vector<syntax::AccountDecl>& accounts,
                       std::vector<Entry>& entries) {
    for (const syntax::OrgUnit& unit : units) entries.push_back({unit.span, &unit});
    for (const syntax::AccountDecl& account : accounts) entries.push_back({account.span, &account});
    std::ranges::sort(entries, {}, [](const Entry& entry) { return entry.span.begin; });
  }

  template <class Spanned>
  static std::vector<Entry> Plain(const std::vector<Spanned>& parts) {
    std::vector<Entry> entries;
    for (const Spanned& part : parts) entries.push_back({part.span, {}});
    return entries;
  }

  static std::vector<Entry> Plain(const std::vector<Span>& spans) {
    std::vector<Entry> entries;
    for (const Span span : spans) entries.push_back({span, {}});
    return entries;
  }

  void Form(Span span, const syntax::TeamDecl& item, std::size_t level) {
    Block(span, Plain(item.entries), BlockStyle::kOneLineIfItFits, level);
  }
  void Form(Span span, const syntax::EndpointDecl& item, std::size_t level) {
    Block(span, Plain(item.entries), BlockStyle::kOneLineIfItFits, level);
  }
  void Form(Span span, const syntax::UseCaseDecl& item, std::size_t level) {
    Block(span, Plain(item.facts), BlockStyle::kOneEntryPerLine, level);
  }
  void Form(Span span, const syntax::AttestationDecl& item, std::size_t level) {
    Block(span, Plain(item.facts), BlockStyle::kOneEntryPerLine, level);
  }
  void Form(Span span, const syntax::EvaluationDecl& item, std::size_t level) {
    Block(span, Plain(item.entries), BlockStyle::kOneEntryPerLine, level);
  }
  void Form(Span span, const syntax::GatewayDecl& item, std::size_t level) {
    Block(span, Plain(item.entries), BlockStyle::kOneLineIfItFits, level);
  }
  void Form(Span span, const syntax::TestDecl& item, std::size_t level) {
    Block(span, Plain(item.lines), BlockStyle::kOneEntryPerLine, level);
  }

  void Form(Span span, const syntax::GuardrailDecl& item, std::size_t level) {
    std::vector<Entry> entries;
    for (const syntax::GuardrailItem& part : item.items) {
      Entry entry{part.span, {}};
      const auto* topic = std::get_if<syntax::TopicItem>(&part.form);
      if (topic != nullptr && EndsWithBlock(part.span)) entry.inside = topic;
      entries.push_back(entry);
    }
    Block(span, entries, BlockStyle::kOneEntryPerLine, level);
  }

  [[nodiscard]] bool EndsWithBlock(Span span) const {
    return tokens_[RangeOf(span).end - 1].kind == TokenKind::kSymRBrace;
  }

  void Topic(Span span, const syntax::TopicItem& topic, std::size_t level) {
    std::vector<Entry> entries;
    for (const syntax::String& example : topic.examples) {
      const Token& word = tokens_[TokenFrom(example.span.begin) - 1];
      entries.push_back({{span.file, word.begin, example.span.end}, {}});
    }
    Block(span, entries, BlockStyle::kOneLineIfItFits, level);
  }

  void Form(Span span, const syntax::Given& item, std::size_t level) {
    Block(span, Items(item.items), BlockStyle::kOneEntryPerLine, level);
  }
  void Form(Span span, const syntax::PolicyDecl& item, std::size_t level) {
    Block(span, Items(item.items), BlockStyle::kOneEntryPerLine, level);
  }

  static std::vector<Entry> Items(const std::vector<syntax::Item>& items) {
    std::vector<Entry> entries;
    for (const syntax::Item& item : items) entries.push_back({item.span, &item});
    return entries;
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const std::vector<Token>& comments_;
  Marks marks_;
  std::vector<Line> lines_;
  std::size_t next_comment_ = 0;
  std::uint32_t passed_ = 0;  ///< the end of what was passed last
  bool after_opener_ = false;
};

}  // namespace

std::optional<std::string> Format(const source::SourceMap& sources, source::FileId file,
                                  diag::Sink& sink) {
  const syntax::File parsed = parse::Parse(sources, file, sink);
  if (!parsed.complete) return std::nullopt;
  diag::Sink again;  // the same tokens, already known to be good
  const parse::Tokens tokens = parse::Lex(sources, file, again);
  return Render(
      LineMaker(sources.text(file), tokens, Marker(tokens.tokens).Mark(parsed.items)).Run(parsed));
}

}  // namespace writ::format

#include "language/parse/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/syntax.h"
#include "language/parse/antlr_bridge.h"
#include "language/parse/parse.h"
#include "language/parse/unicode.h"

namespace writ::parse {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Refuses a file that is no program text at all; such a file yields one diagnostic.
bool IsText(Reporter& reporter) {
  const std::string_view text = reporter.text();
  if (text.size() > reporter.limits().max_bytes) {
    reporter.Report(diag::kTextTooLarge, reporter.At(0, 0), text.size(),
                    reporter.limits().max_bytes);
    return false;
  }
  const auto place = [&](std::size_t at) {
    return reporter.At(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at) + 1);
  };
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    reporter.Report(diag::kNotText, place(nul)).At("NUL byte");
    return false;
  }
  if (const auto invalid = FirstInvalidUtf8(text)) {
    reporter
        .Report(diag::kNotUtf8, place(*invalid),
                unsigned{static_cast<unsigned char>(text[*invalid])})
        .At("not UTF-8")
        .Suggest("save the file as UTF-8");
    return false;
  }
  return true;
}

class LexerPass {
 public:
  explicit LexerPass(Reporter& reporter)
      : reporter_(reporter), text_(reporter.text()), scanner_(reporter.text()) {}

  Tokens Run() {
    Tokens result;
    if (!IsText(reporter_)) {
      result.is_text = false;
    } else {
      SkipByteOrderMark();
      while (!reporter_.exhausted()) {
        const RawToken raw = scanner_.Next();
        if (raw.kind == TokenKind::kEnd) break;
        Read(raw);
      }
    }
    const auto end = static_cast<std::uint32_t>(text_.size());
    tokens_.push_back({end, end, TokenKind::kEnd, true, taint_next_});
    result.tokens = std::move(tokens_);
    result.comments = std::move(comments_);
    return result;
  }

 private:
  void SkipByteOrderMark() {
    if (text_.substr(0, 3) != "\xEF\xBB\xBF") return;
    reporter_.Report(diag::kByteOrderMark, reporter_.At(0, 3))
        .At("invisible character")
        .Patch("remove it", reporter_.At(0, 3), "");
    scanner_.SkipTo(3);
  }

  void Read(RawToken raw) {
    switch (raw.kind) {
      case TokenKind::kComment:
        comments_.push_back({raw.begin, raw.end, raw.kind, StartsLine(raw.begin), false});
        return;
      case TokenKind::kString:
        CheckString(raw.begin, raw.end);
        Push(raw.kind, raw.begin, raw.end);
        return;
      case TokenKind::kNumber:
        CheckNumber(raw);
        Push(raw.kind, raw.begin, raw.end);
        return;
      case TokenKind::kWrongEqual:
        return Foreign(raw, TokenKind::kSymEqual);
      case TokenKind::kWrongNotEqual:
        return Foreign(raw, TokenKind::kSymNotEqual);
      case TokenKind::kWrongAnd:
        return Foreign(raw, TokenKind::kKwAnd);
      case TokenKind::kWrongOr:
        return Foreign(raw, TokenKind::kKwOr);
      case TokenKind::kWrongNot:
        return Foreign(raw, TokenKind::kKwNot);
      case TokenKind::kWrongSemicolon:
        reporter_.Report(diag::kSemicolon, Span(raw))
            .At("not needed")
            .Patch("remove it", Span(raw), "");
        return;
      case TokenKind::kWrongComment:
        return ForeignComment(raw);
      case TokenKind::kWrongQuotes:
        return Requote(raw.begin, raw.end, 1, 1);
      case TokenKind::kWrongString:
        return Unterminated(raw);
      case TokenKind::kWrongNumber:
        return MalformedNumber(raw);
      case TokenKind::kWrongName:
        return MalformedName(raw);
      case TokenKind::kWrongCharacter:
        return WrongCharacter(raw);
      case TokenKind::kSymMinus:
        // A sign stands after `at most` and `at least`; elsewhere people mean a difference.
        if (!AfterBound()) return WrongCharacter(raw);
        return Push(raw.kind, raw.begin, raw.end);
      default:
        Push(raw.kind, raw.begin, raw.end);
    }
  }

  source::Span Span(RawToken raw) const { return reporter_.At(raw.begin, raw.end); }
  std::string_view Text(RawToken raw) const { return text_.substr(raw.begin, raw.end - raw.begin); }

  /// Nothing but white space before `begin` on its line.
  bool StartsLine(std::uint32_t begin) const {
    while (begin > 0) {
      const char c = text_[--begin];
      if (c == '\n') return true;
      if (c != ' ' && c != '\t' && c != '\r') return false;
    }
    return true;
  }

  void Push(TokenKind kind, std::uint32_t begin, std::uint32_t end, bool repaired = false) {
    tokens_.push_back({begin, end, kind, StartsLine(begin), repaired || taint_next_});
    taint_next_ = false;
  }

  [[nodiscard]] bool AfterBound() const {
    return !tokens_.empty() && (tokens_.back().kind == TokenKind::kKwMost ||
                                tokens_.back().kind == TokenKind::kKwLeast);
  }

  void Foreign(RawToken raw, TokenKind meant) {
    reporter_.Report(diag::kForeignOperator, Span(raw), Text(raw), Spelling(meant))
        .Patch(fmt::format("write `{}`", Spelling(meant)), Span(raw), Padded(raw, meant));
    Push(meant, raw.begin, raw.end, true);
  }

  /// The replacement of an operator, with the spaces a word needs.
  std::string Padded(RawToken raw, TokenKind meant) const {
    std::string padded(Spelling(meant));
    if (ClassOf(meant) == TokenClass::kSymbol) return padded;
    if (raw.begin > 0 && !std::isspace(static_cast<unsigned char>(text_[raw.begin - 1]))) {
      padded.insert(0, " ");
    }
    if (raw.end < text_.size() && !std::isspace(static_cast<unsigned char>(text_[raw.end]))) {
      padded.append(" ");
    }
    return padded;
  }

  void ForeignComment(RawToken raw) {
    const std::string_view comment = Text(raw);
    diag::Diagnostic& found = reporter_.Report(diag::kWrongComment, Span(raw)).At("not a comment");
    if (comment.front() == '#') {
      found.Patch("write `//`", reporter_.At(raw.begin, raw.begin + 1), "//");
      return;
    }
    const bool one_line = comment.find('\n') == std::string_view::npos;
    const std::size_t next = text_.find_first_not_of(" \t\r", raw.end);
    const bool ends_line = next == std::string_view::npos || text_[next] == '\n';
    if (one_line && ends_line && comment.size() >= 4) {
      std::string_view inside = comment.substr(2, comment.size() - 4);
      while (!inside.empty() && inside.back() == ' ') inside.remove_suffix(1);
      found.Patch("write `//`", Span(raw), fmt::format("//{}", inside));
    } else {
      found.Suggest("put `//` before each line of it");
    }
  }

  // ---- strings

  void CheckString(std::uint32_t begin, std::uint32_t end) {
    const std::size_t length = end - begin - 2;
    if (length > reporter_.limits().max_string) {
      reporter_.Report(diag::kStringTooLong, reporter_.At(begin, begin + 1), length,
                       reporter_.limits().max_string);
    }
    for (std::uint32_t i = begin + 1; i + 1 < end; ++i) {
      if (text_[i] != '\\') continue;
      const char escaped = text_[i + 1];
      if (escaped != '"' && escaped != '\\' && escaped != 'n' && escaped != 't') UnknownEscape(i);
      ++i;
    }
  }

  void UnknownEscape(std::uint32_t at) {
    const std::uint32_t end = at + 1 + Decode(text_, at + 1).length;
    const std::string_view escape = text_.substr(at, end - at);
    reporter_.Report(diag::kUnknownEscape, reporter_.At(at, end), escape)
        .At("the escapes are `\\\"`, `\\\\`, `\\n` and `\\t`")
        .Patch("for a literal backslash, write two", reporter_.At(at, end),
               fmt::format("\\{}", escape));
  }

  /// A string in other quotes, `open` and `close` bytes wide.
  void Requote(std::uint32_t begin, std::uint32_t end, std::uint32_t open, std::uint32_t close) {
    std::string quoted = "\"";
    for (const char c : text_.substr(begin + open, end - begin - open - close)) {
      if (c == '"') quoted += '\\';
      quoted += c;
    }
    quoted += '"';
    reporter_.Report(diag::kWrongQuotes, reporter_.At(begin, end))
        .At("wrong quotes")
        .Patch("write straight double quotes", reporter_.At(begin, end), quoted);
    Push(TokenKind::kString, begin, end, true);
  }

  void Unterminated(RawToken raw) {
    std::uint32_t end = raw.end;
    while (end > raw.begin + 1 && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    reporter_.Report(diag::kUnterminatedString, reporter_.At(raw.begin, end))
        .At("opened here")
        .Patch("add the closing mark", reporter_.At(end, end), "\"");
    Push(TokenKind::kString, raw.begin, end, true);
  }

  // ---- numbers and names

  void CheckNumber(RawToken raw) {
    const std::string_view number = Text(raw);
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(number, IsDigit));
    if (digits > reporter_.limits().max_digits) {
      reporter_.Report(diag::kNumberTooLong, Span(raw), digits, reporter_.limits().max_digits);
    }
  }

  /// `2026-3-2` as 2026-03-02.
  static std::optional<std::string> AsDate(std::string_view text) {
    std::string parts[3];
    std::size_t part = 0;
    for (const char c : text) {
      if (IsDigit(c)) {
        parts[part] += c;
      } else if ((c == '-' || c == '.') && part < 2) {
        ++part;
      } else {
        return std::nullopt;
      }
    }
    if (part != 2 || parts[0].size() != 4) return std::nullopt;
    for (std::string& small : {std::ref(parts[1]), std::ref(parts[2])}) {
      if (small.empty() || small.size() > 2) return std::nullopt;
      if (small.size() == 1) small.insert(0, "0");
    }
    return fmt::format("{}-{}-{}", parts[0], parts[1], parts[2]);
  }

  /// The dates that `31-12-2026` can be: day and month may stand either way.
  static std::vector<std::string> YearLast(std::string_view text) {
    std::array<int, 3> parts{};
    std::size_t part = 0;
    std::size_t digits = 0;
    for (const char c : text) {
      if (IsDigit(c) && digits < 4) {
        parts[part] = parts[part] * 10 + (c - '0');
        ++digits;
      } else if ((c == '-' || c == '.') && digits > 0 && digits <= 2 && part < 2) {
        ++part;
        digits = 0;
      } else {
        return {};
      }
    }
    if (part != 2 || digits != 4) return {};
    std::vector<std::string> dates;
    const auto add = [&](int month, int day) {
      const std::chrono::year_month_day date{std::chrono::year{parts[2]},
                                             std::chrono::month{static_cast<unsigned>(month)},
                                             std::chrono::day{static_cast<unsigned>(day)}};
      std::string written = fmt::format("{:04}-{:02}-{:02}", parts[2], month, day);
      if (date.ok() && (dates.empty() || dates.front() != written)) {
        dates.push_back(std::move(written));
      }
    };
    add(parts[1], parts[0]);
    add(parts[0], parts[1]);
    return dates;
  }

  void MalformedNumber(RawToken raw) {
    const std::string_view number = Text(raw);
    const bool has_time = number.size() > 10 && number[10] == 'T' &&
                          AsDate(number.substr(0, 10)).has_value() && IsDigit(number.back());
    if (has_time) {
      const std::size_t end = text_.find_first_not_of("0123456789:.+-Z", raw.begin + 11);
      raw.end = static_cast<std::uint32_t>(std::min(end, text_.size()));
      scanner_.SkipTo(raw.end);
    }
    const bool is_address = std::ranges::count(number, '.') == 3 &&
                            number.find_first_not_of("0123456789.") == std::string_view::npos;
    if (is_address && raw.end < text_.size() && text_[raw.end] == '/') {
      const std::size_t end = text_.find_first_not_of("0123456789", raw.end + 1);
      raw.end = static_cast<std::uint32_t>(std::min(end, text_.size()));
      scanner_.SkipTo(raw.end);
    }
    diag::Diagnostic& found = reporter_.Report(diag::kMalformedNumber, Span(raw), Text(raw));
    TokenKind meant = TokenKind::kName;
    if (is_address) {
      meant = TokenKind::kString;
      found.At("write addresses as strings")
          .Patch("put it in quotes", Span(raw), fmt::format("\"{}\"", Text(raw)));
    } else if (has_time) {
      meant = TokenKind::kDate;
      found.At("a date has no time of day")
          .Patch("write the date alone", Span(raw), std::string(number.substr(0, 10)));
    } else if (const auto date = AsDate(number)) {
      meant = TokenKind::kDate;
      found.At("dates are written YYYY-MM-DD").Patch("write the date in full", Span(raw), *date);
    } else if (const std::vector<std::string> dates = YearLast(number); !dates.empty()) {
      meant = TokenKind::kDate;
      found.At("dates are written YYYY-MM-DD");
      if (dates.size() == 1) {
        found.Patch("write the year first", Span(raw), dates.front());
      } else {
        found.Suggest(fmt::format("`{}` or `{}`", dates.front(), dates.back()));
      }
    } else {
      found.At("a name must begin with a letter; a number cannot contain letters");
    }
    Push(meant, raw.begin, raw.end, true);
  }

  void MalformedName(RawToken raw) {
    std::string fixed;
    for (const char c : Text(raw)) {
      const bool is_joint = c == '-' || c == '.';
      if (!is_joint || IsNameByte(fixed.back())) fixed += c;
    }
    while (!IsNameByte(fixed.back())) fixed.pop_back();
    reporter_.Report(diag::kMalformedName, Span(raw), Text(raw))
        .Patch(fmt::format("did you mean `{}`?", fixed), Span(raw), fixed);
    Push(TokenKind::kName, raw.begin, raw.end, true);
  }

  // ---- characters

  void WrongCharacter(RawToken raw) {
    const CodePoint found = Decode(text_, raw.begin);
    raw.end = raw.begin + found.length;
    if (IsTypographicQuote(found.value) && SmartQuoted(raw)) return;
    if (found.value >= 0x80U) return OutsideAscii(raw, found.value);
    scanner_.SkipTo(raw.end);
    const std::string_view character = Text(raw);
    std::string shown(character);
    if (static_cast<unsigned char>(character[0]) < 0x20U || character[0] == 0x7F) {
      shown = fmt::format("\\x{:02X}", static_cast<unsigned>(found.value));
    }
    diag::Diagnostic& report = reporter_.Report(diag::kUnknownCharacter, Span(raw), shown);
    switch (character[0]) {
      case '-':
        report.Patch("to exclude from a set, write `except`", Span(raw), "except");
        return Push(TokenKind::kKwExcept, raw.begin, raw.end, true);
      case '+':
        report.Patch("to join sets, write `,`", Span(raw), ",");
        return Push(TokenKind::kSymComma, raw.begin, raw.end, true);
      case '*':
        report.Suggest(
            "a whole sort is written `any model`; wildcards stand in strings after `like`");
        break;
      default:
        break;
    }
    taint_next_ = true;
  }

  /// Reads a string in typographic quotes; false when its line holds no closing one.
  bool SmartQuoted(RawToken open) {
    for (std::size_t at = open.end; at < text_.size() && text_[at] != '\n';) {
      const CodePoint next = Decode(text_, at);
      if (IsTypographicQuote(next.value) || next.value == '"') {
        const auto end = static_cast<std::uint32_t>(at + next.length);
        scanner_.SkipTo(end);
        Requote(open.begin, end, open.end - open.begin, next.length);
        return true;
      }
      at += next.length;
    }
    return false;
  }

  /// A character that is taken for ASCII, or a letter in a name. The whole word is one mistake.
  void OutsideAscii(RawToken raw, char32_t value) {
    const std::string_view ascii = LooksLike(value);
    const bool is_letter = ascii.empty() ? value >= 0xC0U : IsNameByte(ascii[0]) || ascii == "-";
    if (!is_letter || value == 0xFEFFU || (value >= 0x200BU && value <= 0x200DU)) {
      scanner_.SkipTo(raw.end);
      return Symbol(raw, value, ascii);
    }
    if (!tokens_.empty() && tokens_.back().end == raw.begin &&
        IsNameByte(text_[tokens_.back().end - 1])) {
      raw.begin = tokens_.back().begin;
      tokens_.pop_back();
    }
    std::string fixed;
    std::uint32_t end = raw.begin;
    bool is_sure = true;
    while (end < text_.size()) {
      const CodePoint next = Decode(text_, end);
      const std::string_view like = LooksLike(next.value);
      if (next.length == 1) {
        if (!IsNameByte(text_[end]) && text_[end] != '-' && text_[end] != '.') break;
        fixed += text_[end];
      } else if (!like.empty() && (IsNameByte(like[0]) || like == "-")) {
        fixed += like;
      } else if (like.empty() && next.value >= 0xC0U && !IsTypographicQuote(next.value)) {
        is_sure = false;
      } else {
        break;
      }
      end += next.length;
    }
    scanner_.SkipTo(end);
    raw.end = end;
    if (is_sure && fixed == "-") {
      reporter_.Report(diag::kConfusableCharacter, Span(raw), CodePointText(value), "-")
          .Patch("to exclude from a set, write `except`", Span(raw), "except");
      return Push(TokenKind::kKwExcept, raw.begin, raw.end, true);
    }
    if (is_sure) {
      reporter_.Report(diag::kConfusableCharacter, Span(raw), CodePointText(value), ascii)
          .At("in this word")
          .Patch(fmt::format("write `{}` in ASCII letters", fixed), Span(raw), fixed);
    } else {
      reporter_.Report(diag::kUnknownCharacter, Span(raw), Text(raw))
          .At("names are ASCII letters, digits, `_`, and single `-` and `.` between them");
    }
    Push(TokenKind::kName, raw.begin, raw.end, true);
  }

  void Symbol(RawToken raw, char32_t value, std::string_view ascii) {
    const bool is_space = value == 0xFEFFU || (value >= 0x2000U && value <= 0x200DU) ||
                          value == 0x00ADU || value == 0x2060U || ascii == " ";
    if (is_space) {
      reporter_
          .Report(diag::kConfusableCharacter, Span(raw), CodePointText(value),
                  ascii.empty() ? "nothing" : "a space")
          .Patch(ascii.empty() ? "remove it" : "write a space", Span(raw), std::string(ascii));
      return;
    }
    if (!ascii.empty()) {
      reporter_.Report(diag::kConfusableCharacter, Span(raw), CodePointText(value), ascii)
          .Patch(fmt::format("write `{}`", ascii), Span(raw), std::string(ascii));
    } else {
      reporter_.Report(diag::kUnknownCharacter, Span(raw), Text(raw));
    }
    const TokenKind meant = SymbolOf(ascii);
    if (meant == TokenKind::kNone) {
      taint_next_ = true;
    } else {
      Push(meant, raw.begin, raw.end, true);
    }
  }

  static TokenKind SymbolOf(std::string_view ascii) {
    for (auto i = static_cast<std::size_t>(TokenKind::kSymLBrace);
         i <= static_cast<std::size_t>(TokenKind::kSymGreaterEqual); ++i) {
      if (Spelling(static_cast<TokenKind>(i)) == ascii) return static_cast<TokenKind>(i);
    }
    return TokenKind::kNone;
  }

  static std::string CodePointText(char32_t value) {
    return fmt::format("U+{:04X}", static_cast<std::uint32_t>(value));
  }

  Reporter& reporter_;
  std::string_view text_;
  Scanner scanner_;
  std::vector<Token> tokens_;
  std::vector<Token> comments_;
  bool taint_next_ = false;
};

}  // namespace

Tokens ReadTokens(Reporter& reporter) { return LexerPass(reporter).Run(); }

Tokens Lex(const source::SourceMap& sources, source::FileId file, diag::Sink& sink,
           const Limits& limits) {
  Reporter reporter(sources, file, sink, limits);
  return ReadTokens(reporter);
}

}  // namespace writ::parse

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "iam/cedar/policy.h"

namespace writ::cedar {
namespace {

using ExprKind = Expr::Kind;

struct Token {
  enum class Kind : std::uint8_t { kWord, kString, kNumber, kSymbol, kEnd };
  Kind kind = Kind::kEnd;
  std::string_view text;  ///< of a string: between its quotes, escapes unread
  std::size_t offset = 0;
};

bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { Next(); }

  support::Result<Policy, Error> Run() {
    Policy policy;
    Annotations();
    if (AcceptWord("permit")) {
      policy.is_permit = true;
    } else if (AcceptWord("forbid")) {
      policy.is_permit = false;
    } else {
      Fail("a policy begins with `permit` or `forbid`");
    }
    Expect("(");
    ReadScope("principal", policy.principal);
    // Whether the id of the entity is its attribute `id` is not documented.
    if (policy.principal.kind == Scope::Kind::kEqual || policy.principal.kind == Scope::Kind::kIn) {
      Fail("one principal in the head of a policy is not read");
    }
    Expect(",");
    ReadScope("action", policy.action);
    if (policy.action.kind == Scope::Kind::kIs) Fail("actions have no types");
    Expect(",");
    ReadScope("resource", policy.resource);
    Accept(",");
    Expect(")");
    while (!failed_ && token_.kind == Token::Kind::kWord) {
      Condition condition;
      condition.is_unless = token_.text == "unless";
      if (!condition.is_unless && token_.text != "when") Fail("`when` or `unless` is expected");
      Next();
      Expect("{");
      condition.expr = ReadOr();
      Expect("}");
      policy.conditions.push_back(std::move(condition));
    }
    Expect(";");
    if (!failed_ && token_.kind != Token::Kind::kEnd) Fail("more than one policy");
    if (failed_) return *std::move(failed_);
    return policy;
  }

 private:
  void Fail(std::string message) {
    if (!failed_) failed_ = Error{token_.offset, std::move(message)};
    token_ = {Token::Kind::kEnd, {}, text_.size()};
    position_ = text_.size();
  }

  void Skip() {
    while (position_ < text_.size()) {
      const std::string_view rest = text_.substr(position_);
      if (rest.starts_with("//")) {
        position_ = std::min(text_.find('\n', position_), text_.size());
      } else if (rest.front() == ' ' || rest.front() == '\n' || rest.front() == '\t' ||
                 rest.front() == '\r') {
        ++position_;
      } else {
        return;
      }
    }
  }

  void Next() {
    Skip();
    token_ = {Token::Kind::kEnd, {}, position_};
    if (position_ == text_.size()) return;
    const std::size_t begin = position_;
    const char c = text_[begin];
    if (c == '"') return NextString();
    if (IsWordStart(c) || IsDigit(c)) {
      const bool is_word = IsWordStart(c);
      while (position_ < text_.size() &&
             (IsDigit(text_[position_]) || (is_word && IsWordStart(text_[position_])))) {
        ++position_;
      }
      token_.kind = is_word ? Token::Kind::kWord : Token::Kind::kNumber;
    } else {
      constexpr std::array<std::string_view, 7> kPairs{"::", "==", "!=", "<=", ">=", "&&", "||"};
      const std::string_view pair = text_.substr(begin, 2);
      position_ += std::ranges::find(kPairs, pair) != kPairs.end() ? 2U : 1U;
      token_.kind = Token::Kind::kSymbol;
    }
    token_.text = text_.substr(begin, position_ - begin);
  }

  void NextString() {
    const std::size_t begin = ++position_;
    while (position_ < text_.size() && text_[position_] != '"') {
      position_ += text_[position_] == '\\' ? 2U : 1U;
    }
    if (position_ >= text_.size()) return Fail("a text has no end");
    token_.kind = Token::Kind::kString;
    token_.text = text_.substr(begin, position_ - begin);
    ++position_;
  }

  [[nodiscard]] bool At(std::string_view symbol) const {
    return token_.kind == Token::Kind::kSymbol && token_.text == symbol;
  }
  [[nodiscard]] bool AtWord(std::string_view word) const {
    return token_.kind == Token::Kind::kWord && token_.text == word;
  }
  bool Accept(std::string_view symbol) {
    if (!At(symbol)) return false;
    Next();
    return true;
  }
  bool AcceptWord(std::string_view word) {
    if (!AtWord(word)) return false;
    Next();
    return true;
  }
  void Expect(std::string_view symbol) {
    if (!Accept(symbol)) Fail(fmt::format("`{}` is expected", symbol));
  }
  std::string TakeWord() {
    if (token_.kind != Token::Kind::kWord) Fail("a name is expected");
    std::string word(token_.text);
    Next();
    return word;
  }

  std::string TakeName() {
    if (IsReserved(token_.text)) Fail(fmt::format("`{}` is a word of Cedar", token_.text));
    return TakeWord();
  }

  /// The text of a string token, its escapes read; of a pattern `*` ends a piece.
  std::vector<std::string> TakePieces(bool is_pattern) {
    std::vector<std::string> pieces{""};
    if (token_.kind != Token::Kind::kString) Fail("a text is expected");
    const std::string_view raw = token_.text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '*' && is_pattern) {
        pieces.emplace_back();
        continue;
      }
      if (raw[i] != '\\') {
        pieces.back() += raw[i];
        continue;
      }
      const char next = raw[++i];
      if (next == 'n') {
        pieces.back() += '\n';
      } else if (next == 't') {
        pieces.back() += '\t';
      } else if (next == 'r') {
        pieces.back() += '\r';
      } else if (next == '"' || next == '\\' || next == '\'' || (next == '*' && is_pattern)) {
        pieces.back() += next;
      } else {
        Fail("an escape that is not read");
        return pieces;
      }
    }
    Next();
    return pieces;
  }
  std::string TakeString() { return TakePieces(false).front(); }

  void Annotations() {
    while (Accept("@")) {
      TakeWord();
      if (!Accept("(")) continue;
      TakeString();
      Expect(")");
    }
  }

  std::string TakePath() {
    std::string path = TakeName();
    while (At("::")) {
      Next();
      if (token_.kind == Token::Kind::kString) return path;
      path += "::" + TakeName();
    }
    return path;
  }

  Entity TakeEntity() {
    Entity entity;
    entity.type = TakePath();
    entity.id = TakeString();
    return entity;
  }

  void ReadScope(std::string_view variable, Scope& scope) {
    if (!AcceptWord(variable)) return Fail(fmt::format("`{}` is expected", variable));
    if (Accept("==")) {
      scope = {Scope::Kind::kEqual, TakeEntity()};
    } else if (AcceptWord("in")) {
      if (At("[")) return Fail("a list of entities is not read");
      scope = {Scope::Kind::kIn, TakeEntity()};
    } else if (AcceptWord("is")) {
      scope = {Scope::Kind::kIs, {TakePath(), ""}};
      if (AtWord("in")) Fail("`is … in` is not read");
    }
  }

  static Expr Of(ExprKind kind, std::vector<Expr> operands, std::string name = "") {
    Expr expr;
    expr.kind = kind;
    expr.operands = std::move(operands);
    expr.name = std::move(name);
    return expr;
  }
  static Expr Literal(Value value) {
    Expr expr;
    expr.value = std::move(value);
    return expr;
  }

  Expr Pair(ExprKind kind, Expr left, Expr right) {
    std::vector<Expr> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    return Of(kind, std::move(operands));
  }

  Expr ReadOr() {
    if (++depth_ > kMaxNesting) Fail("expressions are nested too deep");
    Expr left = ReadAnd();
    while (!failed_ && Accept("||")) left = Pair(ExprKind::kOr, std::move(left), ReadAnd());
    --depth_;
    return left;
  }

  Expr ReadAnd() {
    Expr left = ReadRelation();
    while (!failed_ && Accept("&&")) left = Pair(ExprKind::kAnd, std::move(left), ReadRelation());
    return left;
  }

  Expr ReadRelation() {
    constexpr std::array<std::pair<std::string_view, ExprKind>, 6> kRelations{{
        {"==", ExprKind::kEqual},
        {"!=", ExprKind::kNotEqual},
        {"<", ExprKind::kLess},
        {"<=", ExprKind::kLessEqual},
        {">", ExprKind::kGreater},
        {">=", ExprKind::kGreaterEqual},
    }};
    Expr left = ReadUnary();
    for (const auto& [symbol, kind] : kRelations) {
      if (Accept(symbol)) return Pair(kind, std::move(left), ReadUnary());
    }
    if (AcceptWord("has")) {
      std::string name = token_.kind == Token::Kind::kString ? TakeString() : TakeName();
      if (At(".")) Fail("`has` of more than one attribute is not read");
      return Of(ExprKind::kHas, {std::move(left)}, std::move(name));
    }
    if (AcceptWord("is")) return Of(ExprKind::kIs, {std::move(left)}, TakePath());
    if (AcceptWord("like")) {
      Expr like = Of(ExprKind::kLike, {std::move(left)});
      like.pattern = TakePieces(true);
      return like;
    }
    return left;
  }

  Expr ReadUnary() {
    if (!At("!")) return ReadMember();
    if (++depth_ > kMaxNesting) Fail("expressions are nested too deep");
    Next();
    Expr negated = Of(ExprKind::kNot, {ReadUnary()});
    --depth_;
    return negated;
  }

  Expr ReadMember() {
    Expr expr = ReadPrimary();
    while (!failed_) {
      if (Accept("[")) {
        std::string name = TakeString();
        Expect("]");
        expr = Of(ExprKind::kAttribute, {std::move(expr)}, std::move(name));
        continue;
      }
      if (!Accept(".")) break;
      std::string name = TakeName();
      if (!Accept("(")) {
        expr = Of(ExprKind::kAttribute, {std::move(expr)}, std::move(name));
        continue;
      }
      constexpr std::array<std::string_view, 9> kMethods{
          "contains",           "containsAll", "containsAny", "getTag",         "greaterThan",
          "greaterThanOrEqual", "hasTag",      "lessThan",    "lessThanOrEqual"};
      if (std::ranges::find(kMethods, name) == kMethods.end()) {
        Fail(fmt::format("`{}` is not read", name));
      }
      Expr argument = ReadOr();
      Expect(")");
      expr = Pair(ExprKind::kCall, std::move(expr), std::move(argument));
      expr.name = std::move(name);
    }
    return expr;
  }

  Expr ReadPrimary() {
    if (Accept("(")) {
      Expr inner = ReadOr();
      Expect(")");
      return inner;
    }
    if (Accept("[")) return ReadSet();
    if (token_.kind == Token::Kind::kString) return Literal(Value::String(TakeString()));
    if (token_.kind == Token::Kind::kNumber || At("-")) return ReadLong();
    if (AcceptWord("true")) return Literal(Value::Bool(true));
    if (AcceptWord("false")) return Literal(Value::Bool(false));
    if (AcceptWord("principal")) return Of(ExprKind::kPrincipal, {});
    if (AcceptWord("context")) return Of(ExprKind::kContext, {});
    if (AtWord("decimal") || AtWord("datetime")) return ReadExtension();
    Fail("an expression that is not read");
    return {};
  }

  Expr ReadLong() {
    std::string digits = Accept("-") ? "-" : "";
    digits += token_.text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (token_.kind != Token::Kind::kNumber || error != std::errc{}) {
      Fail("a whole number of 64 bits is expected");
    }
    Next();
    return Literal(Value::Long(number));
  }

  Expr ReadExtension() {
    const bool is_decimal = TakeWord() == "decimal";
    Expect("(");
    const std::string text = TakeString();
    Expect(")");
    const std::optional<std::int64_t> number = is_decimal ? ReadDecimal(text) : ReadDatetime(text);
    if (!number) {
      Fail(is_decimal ? "a decimal has one to four decimals" : "a date and time that is not read");
      return {};
    }
    return Literal(is_decimal ? Value::Decimal(*number) : Value::Datetime(*number));
  }

  Expr ReadSet() {
    Expr set = Of(ExprKind::kSet, {});
    if (Accept("]")) return set;
    do {
      set.operands.push_back(ReadOr());
    } while (!failed_ && Accept(","));
    Expect("]");
    return set;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  Token token_;
  int depth_ = 0;
  std::optional<Error> failed_;
};

}  // namespace

support::Result<Policy, Error> Parse(std::string_view text) { return Parser(text).Run(); }

}  // namespace writ::cedar

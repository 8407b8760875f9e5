#include "language/parse/ast_builder.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/diag/codes/syntax.h"
#include "base/support/check.h"

namespace writ::parse {
namespace {

using Kind = TokenKind;

/// One node's tokens and child nodes in order. The grammar guarantees what comes; a mismatch is a
/// bug of ours.
class Cursor {
 public:
  Cursor(const Matched& matched, std::uint32_t node)
      : matched_(&matched),
        rule_(matched.tree[node].rule),
        first_(matched.tree[node].first),
        end_(matched.tree[node].end),
        subtree_end_(matched.tree[node].subtree_end),
        token_(first_),
        child_(node + 1) {}

  [[nodiscard]] bool AtEnd() const { return token_ >= end_; }
  [[nodiscard]] bool At(Kind kind) const {
    return !AtEnd() && !AtNode() && matched_->tokens[token_].kind == kind;
  }
  [[nodiscard]] bool At(Rule rule) const { return AtNode() && matched_->tree[child_].rule == rule; }
  [[nodiscard]] Rule rule() const { return rule_; }

  Token Take() {
    WRIT_CHECK(!AtEnd() && !AtNode(), "a token where the grammar has one");
    return matched_->tokens[token_++];
  }
  bool Accept(Kind kind) {
    if (!At(kind)) return false;
    ++token_;
    return true;
  }
  void Expect(Kind kind) { WRIT_CHECK(Accept(kind), Spelling(kind)); }
  Cursor Enter() {
    WRIT_CHECK(AtNode(), "a node where the grammar has one");
    Cursor inside(*matched_, child_);
    token_ = inside.end_;
    child_ = inside.subtree_end_;
    return inside;
  }
  Cursor Enter(Rule rule) {
    WRIT_CHECK(At(rule), "the node that the grammar has here");
    return Enter();
  }

  /// The bytes of the whole node.
  [[nodiscard]] source::Span span() const {
    const std::vector<Token>& tokens = matched_->tokens;
    return matched_->reporter.At(tokens[first_].begin, tokens[end_ - 1].end);
  }
  [[nodiscard]] source::Span SpanOf(Token token) const { return matched_->reporter.At(token); }
  [[nodiscard]] std::string_view TextOf(Token token) const {
    return matched_->reporter.Text(token);
  }
  [[nodiscard]] Reporter& reporter() const { return matched_->reporter; }

 private:
  [[nodiscard]] bool AtNode() const {
    return child_ < subtree_end_ && matched_->tree[child_].first == token_;
  }

  const Matched* matched_;
  Rule rule_;
  std::uint32_t first_;
  std::uint32_t end_;
  std::uint32_t subtree_end_;
  std::uint32_t token_;
  std::uint32_t child_;
};

// ---- words -------------------------------------------------------------------------------------

syntax::Name ReadName(Cursor& at) {
  Cursor name = at.Enter(Rule::kName);
  const Token token = name.Take();
  return {name.SpanOf(token), name.TextOf(token)};
}

std::vector<syntax::Name> ReadNames(Cursor& at) {
  std::vector<syntax::Name> names{ReadName(at)};
  while (at.Accept(Kind::kSymComma)) names.push_back(ReadName(at));
  return names;
}

/// The value of a string token; a repaired one may lack its quotes.
std::string Unquote(std::string_view text) {
  if (text.empty() || text.front() != '"') return std::string(text);
  text.remove_prefix(1);
  std::string value;
  value.reserve(text.size());
  for (std::size_t i = 0; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      value += text[i];
      continue;
    }
    ++i;
    value += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
  }
  return value;
}

syntax::String ReadString(Cursor& at) {
  const Token token = at.Take();
  return {at.SpanOf(token), Unquote(at.TextOf(token))};
}

std::vector<syntax::String> ReadStrings(Cursor& at) {
  std::vector<syntax::String> strings{ReadString(at)};
  while (at.Accept(Kind::kSymComma)) strings.push_back(ReadString(at));
  return strings;
}

std::optional<syntax::String> ReadOptionalString(Cursor& at) {
  if (!at.At(Kind::kString)) return std::nullopt;
  return ReadString(at);
}

syntax::Date MakeDate(const Cursor& at, Token token) {
  const std::string_view text = at.TextOf(token);
  syntax::Date date{at.SpanOf(token), 0, 0, 0};
  if (token.is_repaired) return date;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(from, count)) value = value * 10 + (c - '0');
    return value;
  };
  date.year = number(0, 4);
  date.month = number(5, 2);
  date.day = number(8, 2);
  const std::chrono::year_month_day day{std::chrono::year{date.year},
                                        std::chrono::month{static_cast<unsigned>(date.month)},
                                        std::chrono::day{static_cast<unsigned>(date.day)}};
  if (!day.ok()) {
    diag::Diagnostic& found = at.reporter().Report(diag::kNoSuchDate, date.span, text);
    if (date.month < 1 || date.month > 12) {
      found.At("dates are written YYYY-MM-DD; months go from 01 to 12");
    } else {
      const std::chrono::year_month_day_last last{day.year(),
                                                  std::chrono::month_day_last{day.month()}};
      found.At(fmt::format("that month has {} days", static_cast<unsigned>(last.day())));
    }
  }
  return date;
}

syntax::Date ReadDate(Cursor& at) {
  const Token token = at.Take();
  return MakeDate(at, token);
}

syntax::Literal ReadNumber(Cursor& at) {
  const Token token = at.Take();
  return {syntax::Literal::Kind::kNumber, at.SpanOf(token), std::string(at.TextOf(token))};
}

syntax::Literal ReadLiteral(Cursor& at) {
  Cursor literal = at.Enter(Rule::kLiteral);
  using LiteralKind = syntax::Literal::Kind;
  if (literal.At(Rule::kName)) {
    const syntax::Name name = ReadName(literal);
    return {LiteralKind::kName, name.span, std::string(name.text)};
  }
  const Token token = literal.Take();
  const std::string_view text = literal.TextOf(token);
  if (token.kind == Kind::kString) return {LiteralKind::kString, literal.span(), Unquote(text)};
  if (token.kind == Kind::kDate) {
    MakeDate(literal, token);
    return {LiteralKind::kDate, literal.span(), std::string(text)};
  }
  return {LiteralKind::kNumber, literal.span(), std::string(text)};
}

syntax::TagKey ReadTagKey(Cursor& at) {
  Cursor tag = at.Enter(Rule::kTagKey);
  if (tag.At(Kind::kString)) {
    syntax::String text = ReadString(tag);
    return {text.span, std::move(text.value)};
  }
  std::string text;
  while (!tag.AtEnd()) {
    if (tag.Accept(Kind::kSymColon)) text += ':';
    const source::Span word = tag.Enter(Rule::kWord).span();
    text += tag.reporter().text().substr(word.begin, word.end - word.begin);
  }
  return {tag.span(), std::move(text)};
}

syntax::Attribute ReadAttribute(Cursor& at) {
  Cursor attribute = at.Enter(Rule::kAttribute);
  syntax::Attribute result;
  result.span = attribute.span();
  result.name = ReadName(attribute);
  attribute.Expect(Kind::kSymEqual);
  result.value = ReadLiteral(attribute);
  return result;
}

// ---- conditions --------------------------------------------------------------------------------

/// A part of a key that is no word: what stands between the quotes. No key has a character that
/// needs a backslash, so one that has is unknown.
syntax::Name ReadQuotedName(Cursor& at) {
  const Token token = at.Take();
  std::string_view text = at.TextOf(token);
  if (text.starts_with('"')) text.remove_prefix(1);
  if (text.ends_with('"')) text.remove_suffix(1);
  return {at.SpanOf(token), text};
}

/// The rules `key` and `otherKey`.
syntax::Key ReadKey(Cursor& at) {
  Cursor key = at.Enter();
  syntax::Key result;
  result.span = key.span();
  result.first = ReadName(key);
  if (key.Accept(Kind::kSymColon)) {
    result.second = key.At(Kind::kString) ? ReadQuotedName(key) : ReadName(key);
  }
  if (key.Accept(Kind::kSymSlash)) result.tag = ReadTagKey(key);
  return result;
}

syntax::Value LiteralValue(Cursor& at) {
  syntax::Literal literal = ReadLiteral(at);
  const source::Span span = literal.span;
  return {span, std::move(literal)};
}

std::vector<syntax::Literal> ReadLiterals(Cursor& at) {
  Cursor list = at.Enter(Rule::kList);
  std::vector<syntax::Literal> literals;
  list.Expect(Kind::kSymLBracket);
  do {
    literals.push_back(ReadLiteral(list));
  } while (list.Accept(Kind::kSymComma));
  list.Expect(Kind::kSymRBracket);
  return literals;
}

void ReadList(Cursor& at, syntax::Comparison& comparison) {
  comparison.is_list = true;
  for (syntax::Literal& literal : ReadLiterals(at)) {
    const source::Span span = literal.span;
    comparison.values.push_back({span, std::move(literal)});
  }
}

syntax::Comparison::Operator OperatorOf(Kind kind) {
  using Operator = syntax::Comparison::Operator;
  switch (kind) {
    case Kind::kSymEqual:
      return Operator::kEqual;
    case Kind::kSymNotEqual:
      return Operator::kNotEqual;
    case Kind::kSymLess:
      return Operator::kLess;
    case Kind::kSymLessEqual:
      return Operator::kLessEqual;
    case Kind::kSymGreater:
      return Operator::kGreater;
    case Kind::kSymGreaterEqual:
      return Operator::kGreaterEqual;
    case Kind::kKwLike:
      return Operator::kLike;
    case Kind::kKwIncludes:
      return Operator::kIncludes;
    default:
      WRIT_CHECK(false, "an operator");
  }
}

syntax::Comparison ReadComparison(Cursor& at) {
  Cursor comparison = at.Enter(Rule::kComparison);
  syntax::Comparison result;
  result.key = ReadKey(comparison);
  if (comparison.At(Kind::kKwIn)) {
    result.op = syntax::Comparison::Operator::kIn;
    result.op_span = comparison.SpanOf(comparison.Take());
    ReadList(comparison, result);
  } else if (comparison.At(Rule::kCompare)) {
    Cursor compare = comparison.Enter();
    result.op_span = compare.span();
    result.op = OperatorOf(compare.Take().kind);
    Cursor value = comparison.Enter(Rule::kValue);
    if (value.At(Rule::kLiteral)) {
      result.values.push_back(LiteralValue(value));
    } else if (value.At(Rule::kOtherKey)) {
      syntax::Key key = ReadKey(value);
      const source::Span span = key.span;
      result.values.push_back({span, std::move(key)});
    } else {
      ReadList(value, result);
    }
  }
  return result;
}

syntax::Cond ReadCond(Cursor& at);

syntax::Cond ReadCondTerm(Cursor& at) {
  Cursor term = at.Enter(Rule::kCondTerm);
  syntax::Cond result;
  result.span = term.span();
  if (term.At(Rule::kNegation)) {
    Cursor negation = term.Enter();
    negation.Expect(Kind::kKwNot);
    result.kind = syntax::Cond::Kind::kNot;
    result.operands.push_back(ReadCondTerm(negation));
  } else if (term.At(Rule::kCondGroup)) {
    Cursor group = term.Enter();
    group.Expect(Kind::kSymLParen);
    result = ReadCond(group);
  } else {
    result.comparison = support::Box<syntax::Comparison>(ReadComparison(term));
  }
  return result;
}

/// A chain of `rule` parts; a chain of one is its part.
template <class ReadPart>
syntax::Cond ReadChain(Cursor chain, syntax::Cond::Kind kind, Kind word, ReadPart read_part) {
  syntax::Cond first = read_part(chain);
  if (chain.AtEnd()) return first;
  syntax::Cond result;
  result.kind = kind;
  result.span = chain.span();
  result.operands.push_back(std::move(first));
  while (chain.Accept(word)) result.operands.push_back(read_part(chain));
  return result;
}

syntax::Cond ReadConjunction(Cursor& at) {
  return ReadChain(at.Enter(Rule::kConjunction), syntax::Cond::Kind::kAnd, Kind::kKwAnd,
                   ReadCondTerm);
}

syntax::Cond ReadCond(Cursor& at) {
  return ReadChain(at.Enter(Rule::kCond), syntax::Cond::Kind::kOr, Kind::kKwOr, ReadConjunction);
}

// ---- sets --------------------------------------------------------------------------------------

syntax::SetExpr ReadSet(Cursor& at);

syntax::SetTerm ReadSetTerm(Cursor& at) {
  using Term = syntax::SetTerm;
  Cursor term = at.Enter(Rule::kSetTerm);
  Term result;
  result.span = term.span();
  if (term.At(Kind::kString)) {
    result.kind = Term::Kind::kString;
    result.string = support::Box<syntax::String>(ReadString(term));
    return result;
  }
  if (term.At(Rule::kSetGroup)) {
    result.kind = Term::Kind::kGroup;
    Cursor group = term.Enter();
    group.Expect(Kind::kSymLParen);
    result.group = support::Box<syntax::SetExpr>(ReadSet(group));
    return result;
  }
  if (term.At(Rule::kQuantifier)) {
    const Token word = term.Enter().Take();
    result.quantifier =
        word.kind == Kind::kKwAny ? Term::Quantifier::kAny : Term::Quantifier::kLatest;
    result.quantifier_span = term.SpanOf(word);
  }
  result.name = ReadName(term);
  if (term.At(Kind::kString)) {
    result.kind = Term::Kind::kResource;
    result.string = support::Box<syntax::String>(ReadString(term));
    return result;
  }
  if (term.At(Rule::kSetFrom)) {
    Cursor from = term.Enter();
    from.Expect(Kind::kKwFrom);
    result.from = ReadName(from);
  }
  if (term.At(Rule::kSetWhere)) {
    Cursor where = term.Enter();
    where.Expect(Kind::kKwWhere);
    result.where = support::Box<syntax::Cond>(ReadCond(where));
  }
  return result;
}

syntax::SetExpr ReadSet(Cursor& at) {
  Cursor set = at.Enter(Rule::kSetExpr);
  syntax::SetExpr result;
  result.span = set.span();
  do {
    result.included.push_back(ReadSetTerm(set));
  } while (set.Accept(Kind::kSymComma));
  if (set.At(Rule::kSetExcept)) {
    Cursor except = set.Enter();
    except.Expect(Kind::kKwExcept);
    do {
      result.excluded.push_back(ReadSetTerm(except));
    } while (except.Accept(Kind::kSymComma));
  }
  return result;
}

support::Box<syntax::SetExpr> ReadBoxedSet(Cursor& at) {
  return support::Box<syntax::SetExpr>(ReadSet(at));
}

// ---- sentences ---------------------------------------------------------------------------------

syntax::Principal::Kind PrincipalKindOf(Kind kind) {
  using PrincipalKind = syntax::Principal::Kind;
  switch (kind) {
    case Kind::kKwRole:
      return PrincipalKind::kRole;
    case Kind::kKwUser:
      return PrincipalKind::kUser;
    case Kind::kKwService:
      return PrincipalKind::kService;
    case Kind::kKwPermissionSet:
      return PrincipalKind::kPermissionSet;
    case Kind::kKwTag:
      return PrincipalKind::kTag;
    case Kind::kKwClaim:
      return PrincipalKind::kClaim;
    default:
      return PrincipalKind::kTeam;
  }
}

syntax::Principal ReadPrincipal(Cursor& at) {
  Cursor principal = at.Enter(Rule::kPrincipal);
  syntax::Principal result;
  result.span = principal.span();
  result.kind = PrincipalKindOf(principal.Take().kind);
  if (result.kind == syntax::Principal::Kind::kTeam) {
    result.teams = ReadNames(principal);
    return result;
  }
  if (result.kind == syntax::Principal::Kind::kTag ||
      result.kind == syntax::Principal::Kind::kClaim) {
    result.tag = ReadTagKey(principal);
    principal.Expect(Kind::kSymEqual);
  }
  if (principal.At(Rule::kName)) {
    const syntax::Name name = ReadName(principal);
    result.value = std::string(name.text);
    result.value_span = name.span;
  } else {
    syntax::String value = ReadString(principal);
    result.value = std::move(value.value);
    result.value_span = value.span;
  }
  return result;
}

void ReadPrincipals(Cursor& at, std::vector<syntax::Principal>& into) {
  Cursor principals = at.Enter(Rule::kPrincipals);
  do {
    into.push_back(ReadPrincipal(principals));
  } while (principals.Accept(Kind::kSymComma));
}

syntax::Outsiders ReadOutsiders(Cursor& at) {
  Cursor outsiders = at.Enter(Rule::kOutsiders);
  syntax::Outsiders result;
  result.span = outsiders.span();
  outsiders.Expect(Kind::kKwOutside);
  result.organization = ReadName(outsiders);
  if (!outsiders.Accept(Kind::kKwExcept)) return result;
  outsiders.Expect(Kind::kKwAccount);
  result.except.push_back(ReadNumber(outsiders));
  while (outsiders.Accept(Kind::kSymComma)) result.except.push_back(ReadNumber(outsiders));
  return result;
}

syntax::Subject ReadSubject(Cursor& at) {
  using Quantifier = syntax::Subject::Quantifier;
  Cursor subject = at.Enter(Rule::kSubject);
  syntax::Subject result;
  result.span = subject.span();
  if (!subject.At(Rule::kPrincipals)) {
    const Token word = subject.Take();
    result.quantifier = word.kind == Kind::kKwEveryone ? Quantifier::kEveryone
                        : word.kind == Kind::kKwNobody ? Quantifier::kNobody
                                                       : Quantifier::kOnly;
    result.quantifier_span = subject.SpanOf(word);
  }
  if (subject.At(Rule::kOutsiders)) {
    result.outside = ReadOutsiders(subject);
    return result;
  }
  if (subject.At(Rule::kPrincipals)) ReadPrincipals(subject, result.principals);
  if (subject.At(Rule::kSubjectScope)) {
    Cursor scope = subject.Enter();
    scope.Expect(Kind::kKwIn);
    result.in = ReadBoxedSet(scope);
  }
  if (subject.At(Rule::kSubjectExcept)) {
    Cursor except = subject.Enter();
    except.Expect(Kind::kKwExcept);
    ReadPrincipals(except, result.except);
  }
  return result;
}

syntax::Duty ReadDuty(Cursor& at) {
  Cursor duty = at.Enter(Rule::kDuty);
  syntax::Duty result;
  result.span = duty.span();
  if (duty.Accept(Kind::kKwSatisfy)) {
    result.kind = syntax::Duty::Kind::kSatisfy;
    result.cond = support::Box<syntax::Cond>(ReadCond(duty));
    return result;
  }
  duty.Expect(Kind::kKwUse);
  const Kind what = duty.Take().kind;
  result.kind = what == Kind::kKwGuardrail  ? syntax::Duty::Kind::kGuardrail
                : what == Kind::kKwEndpoint ? syntax::Duty::Kind::kEndpoint
                                            : syntax::Duty::Kind::kProfile;
  result.set = ReadBoxedSet(duty);
  return result;
}

syntax::Modality ReadModality(Cursor& at) {
  Cursor modality = at.Enter(Rule::kModality);
  syntax::Modality result;
  result.span = modality.span();
  if (modality.Accept(Kind::kKwMay)) {
    const bool negated = modality.Accept(Kind::kKwNot);
    result.kind = negated ? syntax::Modality::Kind::kMayNot : syntax::Modality::Kind::kMay;
    return result;
  }
  result.kind = syntax::Modality::Kind::kMust;
  modality.Expect(Kind::kKwMust);
  do {
    result.duties.push_back(ReadDuty(modality));
  } while (modality.Accept(Kind::kKwAnd));
  return result;
}

/// The single words `can`, `cannot`, `allow`, `deny`.
syntax::Modality WordModality(const Cursor& at, Token word) {
  using ModalityKind = syntax::Modality::Kind;
  syntax::Modality result;
  result.span = at.SpanOf(word);
  result.kind = word.kind == Kind::kKwCan      ? ModalityKind::kCan
                : word.kind == Kind::kKwCannot ? ModalityKind::kCannot
                : word.kind == Kind::kKwAllow  ? ModalityKind::kAllow
                                               : ModalityKind::kDeny;
  return result;
}

syntax::ActionName ReadActionName(Cursor& at) {
  Cursor name = at.Enter(Rule::kActionName);
  syntax::ActionName result;
  result.span = name.span();
  if (name.At(Kind::kKwTag)) {
    const Token token = name.Take();
    result.service = {name.SpanOf(token), name.TextOf(token)};
  } else {
    result.service = ReadName(name);
  }
  name.Expect(Kind::kSymColon);
  if (name.At(Kind::kString)) {
    syntax::String text = ReadString(name);
    result.name = std::move(text.value);
    result.name_span = text.span;
    result.quoted = true;
  } else {
    const syntax::Name text = ReadName(name);
    result.name = std::string(text.text);
    result.name_span = text.span;
  }
  return result;
}

void ReadActionNames(Cursor& at, std::vector<syntax::ActionName>& into) {
  do {
    into.push_back(ReadActionName(at));
  } while (at.Accept(Kind::kSymComma));
}

syntax::Action ReadAction(Cursor& at) {
  Cursor action = at.Enter(Rule::kAction).Enter();
  syntax::Action result;
  result.span = action.span();
  if (action.rule() == Rule::kVerbAction) {
    result.verb = ReadName(action);
    result.object = ReadBoxedSet(action);
    return result;
  }
  action.Expect(Kind::kKwDo);
  if (action.Accept(Kind::kKwAnything)) {
    result.kind = syntax::Action::Kind::kDoAnything;
    if (action.At(Rule::kActionExcept)) {
      Cursor except = action.Enter();
      except.Expect(Kind::kKwExcept);
      ReadActionNames(except, result.actions);
    }
  } else {
    result.kind = syntax::Action::Kind::kDo;
    ReadActionNames(action, result.actions);
  }
  if (action.At(Rule::kActionOn)) {
    Cursor on = action.Enter();
    on.Expect(Kind::kKwOn);
    result.resources = ReadStrings(on);
  }
  return result;
}

syntax::Route ReadRoute(Cursor& at) {
  Cursor route = at.Enter(Rule::kRoute);
  syntax::Route result;
  result.span = route.span();
  switch (route.Take().kind) {
    case Kind::kKwWithin:
      result.kind = syntax::Route::Kind::kWithin;
      if (route.At(Kind::kKwIn)) {
        const Token india = route.Take();
        result.geography = {route.SpanOf(india), route.TextOf(india)};
      } else {
        result.geography = ReadName(route);
      }
      break;
    case Kind::kKwGlobally:
      result.kind = syntax::Route::Kind::kGlobally;
      break;
    default:
      result.kind = syntax::Route::Kind::kDirectly;
  }
  return result;
}

syntax::RoutedQualifier ReadRoutes(Cursor& at) {
  syntax::RoutedQualifier result;
  do {
    result.routes.push_back(ReadRoute(at));
  } while (at.Accept(Kind::kSymComma));
  return result;
}

syntax::WaiveQualifier ReadWaiver(Cursor& at) {
  syntax::WaiveQualifier result;
  result.rule = ReadName(at);
  at.Expect(Kind::kKwUntil);
  result.until = ReadDate(at);
  at.Expect(Kind::kKwBy);
  result.by = ReadString(at);
  return result;
}

syntax::ViaQualifier ReadVia(Cursor& at) {
  syntax::ViaQualifier result;
  result.kind = at.Take().kind == Kind::kKwEndpoint ? syntax::ViaQualifier::Kind::kEndpoint
                                                    : syntax::ViaQualifier::Kind::kProfile;
  result.set = ReadSet(at);
  return result;
}

syntax::Qualifier ReadQualifier(Cursor& at) {
  Cursor qualifier = at.Enter(Rule::kQualifier);
  syntax::Qualifier result;
  result.span = qualifier.span();
  const Kind word = qualifier.Take().kind;
  switch (word) {
    case Kind::kKwIn:
      result.form = syntax::InQualifier{ReadSet(qualifier)};
      break;
    case Kind::kKwRouted:
      result.form = ReadRoutes(qualifier);
      break;
    case Kind::kKwThrough:
      result.form = syntax::ThroughQualifier{ReadNames(qualifier)};
      break;
    case Kind::kKwWith:
      qualifier.Expect(Kind::kKwGuardrail);
      result.form = syntax::WithGuardrailQualifier{ReadSet(qualifier)};
      break;
    case Kind::kKwVia:
      result.form = ReadVia(qualifier);
      break;
    case Kind::kKwWhen:
    case Kind::kKwUnless:
      result.form = syntax::WhenQualifier{word == Kind::kKwUnless, ReadCond(qualifier)};
      break;
    case Kind::kKwFrom:
    case Kind::kKwUntil:
      result.form = syntax::DateQualifier{word == Kind::kKwUntil, ReadDate(qualifier)};
      break;
    case Kind::kKwUnder:
      result.form = syntax::UnderQualifier{ReadName(qualifier)};
      break;
    case Kind::kKwAfter:
      qualifier.Expect(Kind::kKwEvaluation);
      result.form = syntax::AfterQualifier{ReadNames(qualifier)};
      break;
    case Kind::kKwControl:
      result.form = syntax::ControlQualifier{ReadStrings(qualifier)};
      break;
    case Kind::kKwWaive:
      result.form = ReadWaiver(qualifier);
      break;
    default:
      result.form = syntax::BecauseQualifier{ReadString(qualifier)};
  }
  return result;
}

std::vector<syntax::Qualifier> ReadQualifiers(Cursor& at) {
  std::vector<syntax::Qualifier> qualifiers;
  while (at.At(Rule::kQualifier)) qualifiers.push_back(ReadQualifier(at));
  return qualifiers;
}

// ---- evaluations and requirements --------------------------------------------------------------

syntax::Metric ReadMetric(Cursor& at) {
  syntax::Metric result;
  result.span = at.span();
  result.name = ReadString(at);
  while (at.At(Rule::kBound)) {
    Cursor bound = at.Enter();
    syntax::Bound read;
    read.span = bound.span();
    bound.Expect(Kind::kKwAt);
    read.at_most = bound.Take().kind == Kind::kKwMost;
    read.negative = bound.Accept(Kind::kSymMinus);
    read.number = ReadNumber(bound);
    result.bounds.push_back(std::move(read));
  }
  return result;
}

syntax::Need ReadNeed(Cursor& at) {
  using NeedKind = syntax::Need::Kind;
  Cursor need = at.Enter(Rule::kNeed);
  syntax::Need result;
  result.span = need.span();
  switch (need.Take().kind) {
    case Kind::kKwUseCase:
      result.kind = NeedKind::kUseCase;
      break;
    case Kind::kKwEvaluation:
      result.kind = NeedKind::kEvaluation;
      break;
    case Kind::kKwGuardrail:
      result.kind = NeedKind::kGuardrail;
      break;
    case Kind::kKwUntil:
      result.kind = NeedKind::kUntil;
      break;
    case Kind::kKwBecause:
      result.kind = NeedKind::kBecause;
      break;
    case Kind::kKwControl:
      result.kind = NeedKind::kControl;
      result.control = ReadString(need);
      break;
    default:
      result.kind = NeedKind::kAttestation;
      result.attestation = ReadName(need);
  }
  return result;
}

// ---- guardrails --------------------------------------------------------------------------------

std::optional<syntax::Name> ReadSide(Cursor& at) {
  if (!at.Accept(Kind::kKwOn)) return std::nullopt;
  return ReadName(at);
}

syntax::FilterItem ReadFilter(Cursor& at) {
  syntax::FilterItem result;
  result.filters = ReadNames(at);
  do {
    Cursor level = at.Enter(Rule::kLevel);
    const source::Span span = level.span();
    const syntax::Name name = ReadName(level);
    result.levels.push_back({span, name, ReadSide(level)});
  } while (at.Accept(Kind::kSymComma));
  return result;
}

syntax::TopicItem ReadTopic(Cursor& at) {
  Cursor topic = at.Enter(Rule::kTopic);
  syntax::TopicItem result;
  topic.Expect(Kind::kKwDeny);
  topic.Expect(Kind::kKwTopic);
  result.name = ReadName(topic);
  result.definition = ReadString(topic);
  if (topic.At(Rule::kTopicExamples)) {
    Cursor examples = topic.Enter();
    examples.Expect(Kind::kSymLBrace);
    while (examples.Accept(Kind::kKwExample)) result.examples.push_back(ReadString(examples));
  }
  return result;
}

syntax::FindingItem ReadFinding(Cursor& at, Kind response) {
  syntax::FindingItem result;
  result.response = response == Kind::kKwBlock  ? syntax::FindingItem::Response::kBlock
                    : response == Kind::kKwMask ? syntax::FindingItem::Response::kMask
                                                : syntax::FindingItem::Response::kDetect;
  Cursor finding = at.Enter(Rule::kFinding);
  if (finding.Accept(Kind::kKwWords)) {
    result.words = ReadStrings(finding);
  } else if (finding.Accept(Kind::kKwPattern)) {
    result.pattern_name = ReadName(finding);
    result.pattern = ReadString(finding);
  } else {
    result.names = ReadNames(finding);
  }
  result.side = ReadSide(at);
  return result;
}

syntax::ReasoningItem ReadReasoning(Cursor& at) {
  syntax::ReasoningItem result;
  result.policies = ReadStrings(at);
  if (at.Accept(Kind::kKwConfidence)) result.confidence = ReadNumber(at);
  return result;
}

syntax::MessageItem ReadMessage(Cursor& at) {
  syntax::MessageItem result;
  result.text = ReadString(at);
  at.Expect(Kind::kKwOn);
  result.side = ReadName(at);
  return result;
}

syntax::TagItem ReadTag(Cursor& at) {
  syntax::TagItem result;
  result.key = ReadTagKey(at);
  at.Expect(Kind::kSymEqual);
  result.value = ReadString(at);
  return result;
}

decltype(syntax::GuardrailItem::form) ReadGuardrailForm(Cursor& at) {
  if (at.At(Rule::kTopic)) return ReadTopic(at);
  const Kind word = at.Take().kind;
  switch (word) {
    case Kind::kKwDescription:
      return syntax::DescriptionItem{ReadString(at)};
    case Kind::kKwTier:
      return syntax::TierItem{ReadName(at)};
    case Kind::kKwRouted:
      at.Expect(Kind::kKwWithin);
      return syntax::RoutedItem{ReadName(at)};
    case Kind::kKwFilter:
      return ReadFilter(at);
    case Kind::kKwGrounding:
    case Kind::kKwRelevance:
      return syntax::ThresholdItem{word == Kind::kKwRelevance, ReadNumber(at)};
    case Kind::kKwReasoning:
      return ReadReasoning(at);
    case Kind::kKwSay:
      return ReadMessage(at);
    case Kind::kKwKey:
      return syntax::KeyItem{ReadString(at)};
    case Kind::kKwTag:
      return ReadTag(at);
    default:
      return ReadFinding(at, word);
  }
}

}  // namespace

// ---- the entry points --------------------------------------------------------------------------

syntax::Import BuildImport(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Import result;
  result.span = at.span();
  at.Expect(Kind::kKwImport);
  if (at.At(Kind::kString)) {
    syntax::String path = ReadString(at);
    result.target = std::move(path.value);
    result.target_span = path.span;
    result.is_path = true;
  } else {
    const syntax::Name name = ReadName(at);
    result.target = std::string(name.text);
    result.target_span = name.span;
  }
  return result;
}

syntax::OrganizationDecl BuildOrganizationHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::OrganizationDecl result;
  at.Expect(Kind::kKwOrganization);
  result.name = ReadName(at);
  result.id = ReadOptionalString(at);
  return result;
}

syntax::OrgUnit BuildUnitHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::OrgUnit result;
  result.span = at.span();
  at.Expect(Kind::kKwOu);
  result.name = ReadName(at);
  result.id = ReadOptionalString(at);
  return result;
}

syntax::AccountDecl BuildAccount(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::AccountDecl result;
  result.span = at.span();
  at.Expect(Kind::kKwAccount);
  result.name = ReadName(at);
  result.number = ReadNumber(at);
  if (at.At(Rule::kAttributes)) {
    Cursor attributes = at.Enter();
    attributes.Expect(Kind::kSymLBrace);
    while (attributes.At(Rule::kAttribute)) result.attributes.push_back(ReadAttribute(attributes));
  }
  return result;
}

syntax::AccountDecl BuildManagement(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::AccountDecl result;
  result.span = at.span();
  at.Expect(Kind::kKwManagement);
  if (at.At(Rule::kName)) result.name = ReadName(at);
  result.number = ReadNumber(at);
  return result;
}

syntax::PartitionDecl BuildPartition(const Matched& matched) {
  Cursor at(matched, 0);
  at.Expect(Kind::kKwPartition);
  return {at.span(), ReadName(at)};
}

syntax::AttributeDecl BuildAttributeDecl(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::AttributeDecl result;
  result.span = at.span();
  at.Expect(Kind::kKwAttribute);
  result.name = ReadName(at);
  if (at.Accept(Kind::kKwIn)) {
    result.is_closed = true;
    result.values = ReadLiterals(at);
  }
  return result;
}

syntax::TeamDecl BuildTeamHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::TeamDecl result;
  at.Expect(Kind::kKwTeam);
  result.name = ReadName(at);
  return result;
}

void AddTeamPart(const Matched& matched, syntax::TeamDecl& team) {
  Cursor at(matched, 0);
  team.entries.push_back(at.span());
  if (at.Accept(Kind::kKwIn)) {
    team.in.push_back(ReadSet(at));
  } else if (at.Accept(Kind::kKwAs)) {
    ReadPrincipals(at, team.principals);
  } else if (at.Accept(Kind::kKwContact)) {
    team.contacts.push_back(ReadString(at));
  } else {
    team.attributes.push_back(ReadAttribute(at));
  }
}

syntax::LetDecl BuildLet(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::LetDecl result;
  at.Expect(Kind::kKwLet);
  result.name = ReadName(at);
  at.Expect(Kind::kSymEqual);
  result.value = ReadSet(at);
  return result;
}

syntax::EndpointDecl BuildEndpointHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::EndpointDecl result;
  at.Expect(Kind::kKwEndpoint);
  result.name = ReadName(at);
  return result;
}

void AddEndpointPart(const Matched& matched, syntax::EndpointDecl& endpoint) {
  Cursor at(matched, 0);
  endpoint.entries.push_back(at.span());
  switch (at.Take().kind) {
    case Kind::kKwVpce:
      endpoint.vpces.push_back(ReadString(at));
      return;
    case Kind::kKwVpc:
      endpoint.vpcs.push_back(ReadString(at));
      return;
    case Kind::kKwCidr:
      endpoint.cidrs.push_back(ReadString(at));
      return;
    default:
      endpoint.in.push_back(ReadSet(at));
  }
}

syntax::UseCaseDecl BuildUseCaseHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::UseCaseDecl result;
  at.Expect(Kind::kKwUseCase);
  result.name = ReadName(at);
  result.title = ReadOptionalString(at);
  return result;
}

syntax::UseCaseFact BuildUseCasePart(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::UseCaseFact result;
  result.span = at.span();
  result.name = ReadName(at);
  if (!at.Accept(Kind::kKwBy)) {
    do {
      result.values.push_back(ReadLiteral(at));
    } while (at.Accept(Kind::kSymComma));
    return result;
  }
  result.by = ReadOptionalString(at);
  at.Accept(Kind::kKwOn);
  result.date = ReadDate(at);
  return result;
}

syntax::AttestationDecl BuildAttestationHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::AttestationDecl result;
  at.Expect(Kind::kKwAttestation);
  result.name = ReadName(at);
  result.title = ReadOptionalString(at);
  return result;
}

syntax::Attribute BuildAttestationPart(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Attribute result;
  result.span = at.span();
  result.name = ReadName(at);
  result.value = ReadLiteral(at);
  return result;
}

syntax::EvaluationDecl BuildEvaluationHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::EvaluationDecl result;
  at.Expect(Kind::kKwEvaluation);
  result.name = ReadName(at);
  result.title = ReadOptionalString(at);
  return result;
}

void AddEvaluationPart(const Matched& matched, syntax::EvaluationDecl& evaluation) {
  Cursor at(matched, 0);
  evaluation.entries.push_back(at.span());
  if (at.Accept(Kind::kKwMetric)) {
    evaluation.metrics.push_back(ReadMetric(at));
    return;
  }
  syntax::UseCaseFact fact;
  fact.span = at.span();
  const Token word = at.Take();
  fact.name = {at.SpanOf(word), at.TextOf(word)};
  if (word.kind == Kind::kKwBy) {
    fact.by = ReadString(at);
    at.Expect(Kind::kKwOn);
    fact.date = ReadDate(at);
  } else {
    do {
      fact.values.push_back(ReadLiteral(at));
    } while (at.Accept(Kind::kSymComma));
  }
  evaluation.facts.push_back(std::move(fact));
}

syntax::GatewayDecl BuildGatewayHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::GatewayDecl result;
  at.Expect(Kind::kKwGateway);
  result.name = ReadName(at);
  result.arn = ReadString(at);
  return result;
}

void AddGatewayPart(const Matched& matched, syntax::GatewayDecl& gateway) {
  Cursor at(matched, 0);
  gateway.entries.push_back(at.span());
  if (at.Accept(Kind::kKwIam)) {
    gateway.iam.push_back(at.span());
  } else if (at.Accept(Kind::kKwOauth)) {
    gateway.oauth.push_back(at.span());
  } else if (at.Accept(Kind::kKwAs)) {
    at.Expect(Kind::kKwRole);
    gateway.roles.push_back(ReadString(at));
  } else {
    at.Expect(Kind::kKwTools);
    syntax::GatewayTools tools;
    tools.span = at.span();
    tools.target = at.At(Kind::kString) ? ReadQuotedName(at) : ReadName(at);
    at.Expect(Kind::kKwFrom);
    tools.path = ReadString(at);
    gateway.tools.push_back(std::move(tools));
  }
}

syntax::GuardrailDecl BuildGuardrailHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::GuardrailDecl result;
  at.Expect(Kind::kKwGuardrail);
  result.name = ReadName(at);
  if (at.Accept(Kind::kKwExtends)) result.extends = ReadName(at);
  return result;
}

syntax::GuardrailItem BuildGuardrailPart(const Matched& matched) {
  Cursor at(matched, 0);
  const source::Span span = at.span();
  return {span, ReadGuardrailForm(at)};
}

syntax::PolicyDecl BuildPolicyHead(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::PolicyDecl result;
  at.Expect(Kind::kKwPolicy);
  result.name = ReadName(at);
  at.Expect(Kind::kSymLParen);
  while (at.At(Rule::kParam)) {
    Cursor param = at.Enter();
    syntax::Param read;
    read.name = ReadName(param);
    param.Expect(Kind::kSymColon);
    read.sort = ReadName(param);
    result.params.push_back(read);
    at.Accept(Kind::kSymComma);
  }
  return result;
}

syntax::ApplyPolicy BuildApplyPolicy(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::ApplyPolicy result;
  at.Expect(Kind::kKwApply);
  result.policy = ReadName(at);
  at.Expect(Kind::kSymLParen);
  while (at.At(Rule::kArg)) {
    Cursor arg = at.Enter();
    syntax::Arg read;
    read.name = ReadName(arg);
    arg.Expect(Kind::kSymEqual);
    read.value = ReadSet(arg);
    result.args.push_back(std::move(read));
    at.Accept(Kind::kSymComma);
  }
  return result;
}

syntax::Given BuildGivenHead(const Matched& matched) {
  Cursor at(matched, 0);
  at.Expect(Kind::kKwGiven);
  syntax::Given result;
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::Screening BuildScreening(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Screening result;
  at.Expect(Kind::kKwGuardrail);
  result.guardrail = ReadName(at);
  at.Expect(Kind::kKwScreens);
  result.models = ReadSet(at);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::Logging BuildLogging(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Logging result;
  at.Expect(Kind::kKwLog);
  at.Expect(Kind::kKwInvocations);
  at.Expect(Kind::kKwTo);
  do {
    Cursor sink = at.Enter(Rule::kSink);
    syntax::Sink read;
    read.span = sink.span();
    read.is_bucket = sink.Take().kind == Kind::kKwBucket;
    read.target = ReadString(sink);
    if (sink.Accept(Kind::kKwAs)) read.role = ReadString(sink);
    result.sinks.push_back(std::move(read));
  } while (at.Accept(Kind::kSymComma));
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::Watch BuildWatch(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Watch result;
  at.Expect(Kind::kKwWatch);
  Cursor watched = at.Enter(Rule::kWatched);
  result.watched = watched.span();
  switch (watched.Take().kind) {
    case Kind::kKwChanges:
      result.kind = syntax::Watch::Kind::kChanges;
      watched.Expect(Kind::kKwTo);
      result.set = ReadBoxedSet(watched);
      break;
    case Kind::kKwUse:
      result.kind = syntax::Watch::Kind::kUse;
      watched.Expect(Kind::kKwOf);
      result.set = ReadBoxedSet(watched);
      break;
    default:
      result.kind = syntax::Watch::Kind::kRefusals;
      break;
  }
  at.Expect(Kind::kKwTo);
  result.target = ReadString(at);
  if (at.Accept(Kind::kKwAs)) result.role = ReadString(at);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::OptOut BuildOptOut(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::OptOut result;
  at.Expect(Kind::kKwOptOut);
  at.Expect(Kind::kKwOf);
  at.Expect(Kind::kKwServiceImprovement);
  if (at.At(Rule::kOptOutExcept)) {
    Cursor except = at.Enter();
    except.Expect(Kind::kKwExcept);
    do {
      Cursor service = except.Enter(Rule::kOptOutService);
      syntax::Literal read;
      if (service.At(Rule::kName)) {
        const syntax::Name name = ReadName(service);
        read = {syntax::Literal::Kind::kName, name.span, std::string(name.text)};
      } else {
        const syntax::String text = ReadString(service);
        read = {syntax::Literal::Kind::kString, text.span, text.value};
      }
      result.except.push_back(std::move(read));
    } while (except.Accept(Kind::kSymComma));
  }
  result.locked = at.Accept(Kind::kKwLocked);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::Retention BuildRetention(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Retention result;
  at.Expect(Kind::kKwRetain);
  at.Expect(Kind::kKwPrompts);
  at.Expect(Kind::kKwAt);
  at.Expect(Kind::kKwMost);
  result.mode = ReadName(at);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::Requirement BuildRequirement(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Requirement result;
  at.Expect(Kind::kKwRequire);
  do {
    result.needs.push_back(ReadNeed(at));
  } while (at.Accept(Kind::kSymComma));
  at.Expect(Kind::kKwTo);
  result.action.kind = syntax::Action::Kind::kVerb;
  Cursor action = at.Enter(Rule::kVerbAction);
  result.action.span = action.span();
  result.action.verb = ReadName(action);
  result.action.object = ReadBoxedSet(action);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

syntax::TestDecl BuildTestHead(const Matched& matched) {
  Cursor at(matched, 0);
  at.Expect(Kind::kKwTest);
  syntax::TestDecl result;
  result.title = ReadString(at);
  return result;
}

syntax::Sentence BuildSentence(const Matched& matched) {
  Cursor at(matched, 0);
  syntax::Sentence result;
  result.span = at.span();
  if (at.rule() == Rule::kAssertion) at.Expect(Kind::kKwAssert);
  if (at.rule() == Rule::kTestPart) result.modality = WordModality(at, at.Take());
  result.subject = ReadSubject(at);
  if (at.rule() == Rule::kAssertion) result.modality = WordModality(at, at.Take());
  if (at.rule() == Rule::kStatement) result.modality = ReadModality(at);
  result.action = ReadAction(at);
  result.qualifiers = ReadQualifiers(at);
  return result;
}

}  // namespace writ::parse

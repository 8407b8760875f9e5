// How a mistake is found: all derivations of the rule are run in parallel (antlr_bridge.h) up to
// the first token that none allows. What could stand there, what does, and how far a guess would
// carry decide which of the anticipated mistakes it is; what none of them explains is reported
// plainly.
#include "language/parse/explain.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/syntax.h"
#include "base/support/nearest.h"

namespace writ::parse {

using Kind = TokenKind;
using Index = std::uint32_t;

bool OpensItem(TokenKind kind) {
  switch (kind) {
    case Kind::kKwOrganization:
    case Kind::kKwTeam:
    case Kind::kKwLet:
    case Kind::kKwUseCase:
    case Kind::kKwAttestation:
    case Kind::kKwPolicy:
    case Kind::kKwGiven:
    case Kind::kKwLog:
    case Kind::kKwAssert:
    case Kind::kKwTest:
    case Kind::kKwEveryone:
    case Kind::kKwNobody:
    case Kind::kKwOnly:
    case Kind::kKwRole:
    case Kind::kKwUser:
    case Kind::kKwPermissionSet:
    case Kind::kKwTag:
    case Kind::kKwImport:
      return true;
    default:
      return false;
  }
}

namespace {

bool BeginsNeed(Kind kind) {
  switch (kind) {
    case Kind::kKwUseCase:
    case Kind::kKwEvaluation:
    case Kind::kKwGuardrail:
    case Kind::kKwUntil:
    case Kind::kKwBecause:
    case Kind::kKwControl:
    case Kind::kKwAttestation:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool LooksLikeSoftItem(Index at, const std::vector<Token>& tokens) {
  const auto kind = [&](Index ahead) {
    return at + ahead < tokens.size() ? tokens[at + ahead].kind : Kind::kEnd;
  };
  switch (kind(0)) {
    case Kind::kKwGuardrail:
      return IsName(kind(1)) && (kind(2) == Kind::kSymLBrace || kind(2) == Kind::kKwExtends ||
                                 kind(2) == Kind::kKwScreens);
    case Kind::kKwEndpoint:
      return IsName(kind(1)) && kind(2) == Kind::kSymLBrace;
    case Kind::kKwApply:
      return IsName(kind(1)) && kind(2) == Kind::kSymLParen;
    case Kind::kKwGateway:
      return IsName(kind(1)) && kind(2) == Kind::kString && kind(3) == Kind::kSymLBrace;
    case Kind::kKwEvaluation:
      return IsName(kind(1)) && kind(kind(2) == Kind::kString ? 3 : 2) == Kind::kSymLBrace;
    case Kind::kKwRequire:
      return BeginsNeed(kind(1));
    case Kind::kKwWatch:
      return kind(1) == Kind::kKwChanges || kind(1) == Kind::kKwRefusals ||
             (kind(1) == Kind::kKwUse && kind(2) == Kind::kKwOf);
    case Kind::kKwOptOut:
      return kind(1) == Kind::kKwOf && kind(2) == Kind::kKwServiceImprovement;
    case Kind::kKwRetain:
      return kind(1) == Kind::kKwPrompts;
    case Kind::kKwService:
      return kind(1) == Kind::kString && (kind(2) == Kind::kKwMay || kind(2) == Kind::kKwMust ||
                                          kind(2) == Kind::kKwIn || kind(2) == Kind::kKwExcept);
    default:
      return false;
  }
}

namespace {

bool OpensItemSoftly(Kind kind) {
  return kind == Kind::kKwGuardrail || kind == Kind::kKwEndpoint || kind == Kind::kKwApply ||
         kind == Kind::kKwService || kind == Kind::kKwEvaluation || kind == Kind::kKwRequire ||
         kind == Kind::kKwWatch || kind == Kind::kKwOptOut || kind == Kind::kKwRetain ||
         kind == Kind::kKwGateway;
}

}  // namespace

bool StartsItem(Index at, const std::vector<Token>& tokens) {
  const Token& token = tokens[at];
  if (OpensItem(token.kind)) return true;
  if (!OpensItemSoftly(token.kind)) return false;
  const bool is_service = token.kind == Kind::kKwService && at + 1 < tokens.size() &&
                          tokens[at + 1].kind == Kind::kString;
  return token.first_on_line || is_service || LooksLikeSoftItem(at, tokens);
}

namespace {

// ---- words -------------------------------------------------------------------------------------

/// How many slips a word of this length may have and still be recognized.
std::size_t SlipsAllowed(std::string_view word) {
  return word.size() <= 2 ? 0 : word.size() <= 4 ? 1 : 2;
}

bool IsKeyword(Kind kind) {
  return ClassOf(kind) == TokenClass::kSoft || ClassOf(kind) == TokenClass::kReserved;
}

/// What people write for a modal verb elsewhere, and what they mean.
struct Modal {
  std::string_view word;
  Kind meant;  ///< kKwNot: `may not`; kNone: not to be guessed
};
constexpr Modal kModals[] = {
    {"allow", Kind::kKwMay},   {"allows", Kind::kKwMay},  {"allowed", Kind::kKwMay},
    {"can", Kind::kKwMay},     {"could", Kind::kKwMay},   {"might", Kind::kKwMay},
    {"permit", Kind::kKwMay},  {"permits", Kind::kKwMay}, {"permitted", Kind::kKwMay},
    {"grant", Kind::kKwMay},   {"cannot", Kind::kKwNot},  {"deny", Kind::kKwNot},
    {"denied", Kind::kKwNot},  {"denies", Kind::kKwNot},  {"forbid", Kind::kKwNot},
    {"never", Kind::kKwNot},   {"mustnt", Kind::kKwNot},  {"shall", Kind::kKwMust},
    {"should", Kind::kKwMust}, {"needs", Kind::kKwMust},  {"will", Kind::kNone},
    {"is", Kind::kNone},       {"are", Kind::kNone},
};

const Modal* FindModal(std::string_view word) {
  const auto* const found = std::ranges::find(kModals, word, &Modal::word);
  return found == std::end(kModals) ? nullptr : found;
}

// ---- phrases -----------------------------------------------------------------------------------

std::string Quoted(std::string_view text) { return fmt::format("`{}`", text); }

/// The kind of name that the rule around it asks for.
std::string_view NamePhrase(Rule around) {
  switch (around) {
    case Rule::kVerbAction:
      return "a verb such as `invoke`";
    case Rule::kActionName:
      return "an action such as `bedrock:InvokeModel`";
    case Rule::kSetTerm:
      return "the name of a set";
    case Rule::kSetFrom:
      return "a provider such as `anthropic`";
    case Rule::kRoute:
      return "a geography such as `us`";
    case Rule::kKey:
    case Rule::kOtherKey:
      return "a condition key";
    case Rule::kLiteral:
      return "a value";
    case Rule::kPrincipal:
      return "a team's name";
    case Rule::kLevel:
      return "a level such as `high`";
    default:
      return "a name";
  }
}

bool IsQualifierWord(Kind kind) {
  switch (kind) {
    case Kind::kKwIn:
    case Kind::kKwRouted:
    case Kind::kKwThrough:
    case Kind::kKwWith:
    case Kind::kKwVia:
    case Kind::kKwWhen:
    case Kind::kKwUnless:
    case Kind::kKwFrom:
    case Kind::kKwUntil:
    case Kind::kKwUnder:
    case Kind::kKwAfter:
    case Kind::kKwControl:
    case Kind::kKwWaive:
    case Kind::kKwBecause:
      return true;
    default:
      return false;
  }
}

std::string PhraseOf(const Expected& expected) {
  const Kind kind = expected.kind;
  if (expected.rule == Rule::kName) return std::string(NamePhrase(expected.around));
  if (expected.rule == Rule::kWord) return "a tag key";
  if (expected.rule == Rule::kModality && (kind == Kind::kKwMay || kind == Kind::kKwMust)) {
    return "a modal verb (`may`, `may not` or `must`)";
  }
  if (expected.rule == Rule::kQualifier && IsQualifierWord(kind)) {
    return "a qualifier such as `in`, `when` or `because`";
  }
  if (expected.rule == Rule::kPrincipal && IsKeyword(kind)) {
    return "a principal such as `team NAME` or `role \"NAME\"`";
  }
  if (expected.rule == Rule::kCompare) return "a comparison such as `=` or `like`";
  if (expected.rule == Rule::kLiteral) return "a value";
  if (expected.rule == Rule::kSetTerm && kind == Kind::kString) return "the name of a set";
  if (expected.rule == Rule::kSetGroup || expected.rule == Rule::kQuantifier) {
    return "the name of a set";
  }
  if (ClassOf(kind) == TokenClass::kText) return std::string(Spelling(kind));
  return Quoted(Spelling(kind));
}

/// "a, b or c".
std::string JoinPhrases(const std::vector<std::string>& phrases) {
  std::string joined;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (i > 0) joined += i + 1 == phrases.size() ? " or " : ", ";
    joined += phrases[i];
  }
  return joined;
}

/// The noun for what a rule reads.
std::string_view NounOf(Rule rule) {
  switch (rule) {
    case Rule::kStatement:
    case Rule::kTestPart:
    case Rule::kScreening:
    case Rule::kLogging:
    case Rule::kRequirement:
    case Rule::kWatch:
    case Rule::kOptOut:
    case Rule::kRetention:
      return "sentence";
    case Rule::kAssertion:
      return "assertion";
    case Rule::kImportDecl:
      return "import";
    case Rule::kOrganizationHead:
    case Rule::kUnitHead:
    case Rule::kTeamHead:
    case Rule::kEndpointHead:
    case Rule::kUseCaseHead:
    case Rule::kAttestationHead:
    case Rule::kEvaluationHead:
    case Rule::kGatewayHead:
    case Rule::kGuardrailHead:
    case Rule::kPolicyHead:
    case Rule::kGivenHead:
    case Rule::kTestHead:
      return "head of the block";
    case Rule::kLetDecl:
      return "declaration";
    case Rule::kApplyPolicy:
      return "`apply`";
    default:
      return "entry";
  }
}

// ---- near misses -------------------------------------------------------------------------------

/// What can follow the opening word of an item.
bool OpeningTakes(Kind opening, Kind next) {
  switch (opening) {
    case Kind::kKwRole:
    case Kind::kKwUser:
    case Kind::kKwService:
    case Kind::kKwTest:
      return next == Kind::kString;
    case Kind::kKwEveryone:
    case Kind::kKwNobody:
    case Kind::kKwOnly:
    case Kind::kKwGiven:
    case Kind::kKwLog:
    case Kind::kKwAssert:
      return IsKeyword(next);
    default:
      return next == Kind::kName || next == Kind::kString || IsKeyword(next);
  }
}

constexpr const char* kGroupLabel = "IAM groups cannot be bound";
constexpr const char* kGroupHelp =
    "bind the roles or permission sets that the group's members use: `role \"…\"`, "
    "`permission-set NAME`";

/// Finds the keyword that a word was probably meant to be.
class Nearest {
 public:
  explicit Nearest(std::string_view word) : word_(word), best_(SlipsAllowed(word) + 1) {}

  [[nodiscard]] bool Closer(Kind kind) const { return DistanceTo(kind) < best_; }
  void Take(Kind kind) {
    best_ = DistanceTo(kind);
    meant_ = kind;
  }
  /// All words that open an item and may be followed by `next`.
  void ConsiderOpenings(Kind next) {
    for (std::size_t i = 1; i < static_cast<std::size_t>(Kind::kEnd); ++i) {
      const auto kind = static_cast<Kind>(i);
      const bool opens = OpensItem(kind) || OpensItemSoftly(kind);
      if (opens && OpeningTakes(kind, next) && Closer(kind)) Take(kind);
    }
  }
  [[nodiscard]] Kind meant() const { return meant_; }

 private:
  [[nodiscard]] std::size_t DistanceTo(Kind kind) const {
    return support::EditDistance(word_, Spelling(kind));
  }

  std::string_view word_;
  std::size_t best_;
  Kind meant_ = Kind::kNone;
};

Repair ReportMisspelt(Index at, Kind meant, const std::vector<Token>& tokens, Reporter& reporter) {
  const source::Span span = reporter.At(tokens[at]);
  const std::string_view word = reporter.Text(tokens[at]);
  reporter.Report(diag::kMisspeltKeyword, span, word)
      .Patch(fmt::format("did you mean `{}`?", Spelling(meant)), span,
             std::string(Spelling(meant)));
  return {at, meant};
}

// ---- the explanation ---------------------------------------------------------------------------

class Explainer {
 public:
  Explainer(Rule rule, Index first, const std::vector<Token>& tokens, Reporter& reporter)
      : rule_(rule), first_(first), tokens_(tokens), reporter_(reporter), here_(rule) {
    at_ = first;
    while (tokens_[at_].kind != Kind::kEnd && here_.Take(tokens_[at_].kind)) ++at_;
    next_ = here_.Next();
  }

  Explanation Run() {
    Explanation result{at_, std::nullopt};
    if (!IsTainted()) result.repair = Report();
    return result;
  }

 private:
  [[nodiscard]] const Token& Found() const { return tokens_[at_]; }
  [[nodiscard]] std::string_view Text() const { return reporter_.Text(Found()); }
  [[nodiscard]] source::Span FoundSpan() const { return reporter_.At(Found()); }
  [[nodiscard]] bool Allows(Kind kind) const {
    return std::ranges::any_of(next_, [&](const Expected& e) { return e.kind == kind; });
  }
  [[nodiscard]] bool AllowsName() const {
    return std::ranges::any_of(next_, [](const Expected& e) { return e.rule == Rule::kName; });
  }
  [[nodiscard]] bool AllowsIn(Rule rule, Kind kind) const {
    return std::ranges::any_of(next_,
                               [&](const Expected& e) { return e.kind == kind && e.rule == rule; });
  }
  [[nodiscard]] Kind KindAt(Index at) const {
    return at < tokens_.size() ? tokens_[at].kind : Kind::kEnd;
  }

  /// The lexer has reported something on the way here, which explains it.
  [[nodiscard]] bool IsTainted() const {
    for (Index i = first_; i <= at_; ++i) {
      if (tokens_[i].is_repaired) return true;
    }
    return false;
  }

  /// The found token belongs to what follows: the item just stops.
  [[nodiscard]] bool StopsHere() const {
    if (Found().kind == Kind::kEnd || Found().kind == Kind::kSymRBrace) return true;
    return at_ > first_ && Found().first_on_line && StartsItem(at_, tokens_);
  }

  /// Reading goes on as `kinds` in place of the found token and then with what follows it.
  [[nodiscard]] bool Carries(std::initializer_list<Kind> kinds, Index resume) const {
    Derivations trial(here_);
    for (const Kind kind : kinds) {
      if (!trial.Take(kind)) return false;
    }
    return trial.Take(KindAt(resume)) || (trial.CanEnd() && EndsAt(resume));
  }

  /// With `kinds` in place of the found token and what follows it, the item, or the next one of its
  /// kind, reads to its end: what a patch has to reach.
  [[nodiscard]] bool ReadsOn(std::initializer_list<Kind> kinds, Index resume) const {
    return ReadsOn(Derivations(here_), kinds, resume) ||
           (here_.CanEnd() && ReadsOn(Derivations(rule_), kinds, resume));
  }

  [[nodiscard]] bool ReadsOn(Derivations trial, std::initializer_list<Kind> kinds,
                             Index resume) const {
    for (const Kind kind : kinds) {
      if (!trial.Take(kind)) return false;
    }
    for (Index i = resume;; ++i) {
      const bool opens = i > first_ && KindAt(i - 1) == Kind::kSymLBrace;
      if (trial.CanEnd() && (opens || EndsAt(i))) return true;
      if (KindAt(i) == Kind::kEnd || !trial.Take(KindAt(i))) return false;
    }
  }

  /// A rule may end before token `at`.
  [[nodiscard]] bool EndsAt(Index at) const {
    const Kind kind = KindAt(at);
    return kind == Kind::kEnd || kind == Kind::kSymRBrace || StartsItem(at, tokens_) ||
           tokens_[at].first_on_line;
  }

  std::optional<Repair> Report() {
    if (TrailingComma()) return std::nullopt;
    if (const auto repair = MustNot()) return repair;
    if (const auto repair = ForeignModal()) return *repair;
    if (const auto repair = WordForComma()) return repair;
    if (UnquotedId() || AllForAny()) return std::nullopt;
    if (SortBeforeName() || WordAfterComma() || SlashedDate()) return std::nullopt;
    if (QualifierBeforeAction()) return std::nullopt;
    if (const auto repair = Misspelt()) return repair;
    if (is_reported_ || ModalInProof()) return std::nullopt;
    if (const auto repair = Reserved()) return repair;
    if (MissingCloser() || MissingBrace() || MissingWord() || BareAction()) return std::nullopt;
    if (StopsHere()) {
      Unfinished();
    } else {
      Unexpected();
    }
    return std::nullopt;
  }

  // ---- anticipated mistakes

  bool TrailingComma() {
    if (at_ <= first_ || tokens_[at_ - 1].kind != Kind::kSymComma) return false;
    Derivations before(rule_);
    for (Index i = first_; i + 1 < at_; ++i) before.Take(tokens_[i].kind);
    const bool goes_on = before.Allows(Found().kind) || (before.CanEnd() && EndsAt(at_));
    if (!goes_on) return false;
    const source::Span comma = reporter_.At(tokens_[at_ - 1]);
    reporter_.Report(diag::kTrailingComma, comma)
        .At("nothing follows this comma")
        .Patch("remove the comma", comma, "");
    return true;
  }

  /// `must not invoke`, as people write `may not invoke`.
  std::optional<Repair> MustNot() {
    const bool is_must_not = Found().kind == Kind::kKwNot && at_ > first_ &&
                             tokens_[at_ - 1].kind == Kind::kKwMust &&
                             AllowsIn(Rule::kDuty, Kind::kKwUse);
    if (!is_must_not) return std::nullopt;
    const source::Span both = reporter_.At(tokens_[at_ - 1].begin, Found().end);
    reporter_.Report(diag::kForeignModal, both, "must not")
        .At("`must` is for requirements: `must use guardrail G to …`")
        .Patch("to forbid it, write `may not`", both, "may not");
    return Repair{at_ - 1, Kind::kKwMay};
  }

  /// `nova-lite and nova-micro`: lists are written with commas.
  std::optional<Repair> WordForComma() {
    const bool is_word = Found().kind == Kind::kKwAnd || Found().kind == Kind::kKwOr;
    if (!is_word || at_ == first_ || !Carries({Kind::kSymComma}, at_ + 1)) return std::nullopt;
    const source::Span word = reporter_.At(tokens_[at_ - 1].end, Found().end);
    reporter_.Report(diag::kForeignOperator, FoundSpan(), Text(), ",")
        .At("separate names with commas")
        .Patch("write `,`", word, ",");
    return Repair{at_, Kind::kSymComma};
  }

  /// `invoke anthropic.claude-sonnet-4-5-20250929-v1:0`: ids and ARNs are strings.
  bool UnquotedId() {
    if (at_ == first_ || Found().kind != Kind::kSymColon || !Touches(at_)) return false;
    if (!IsName(tokens_[at_ - 1].kind)) return false;
    const std::string_view begin = reporter_.Text(tokens_[at_ - 1]);
    if (begin != "arn" && begin.find('.') == std::string_view::npos) return false;
    if (!AllowedBefore(at_ - 1, Kind::kString)) return false;
    Index last = at_;
    while (KindAt(last + 1) != Kind::kEnd && Touches(last + 1) &&
           KindAt(last + 1) != Kind::kSymComma && KindAt(last + 1) != Kind::kSymRBrace &&
           KindAt(last + 1) != Kind::kSymRParen) {
      ++last;
    }
    const source::Span span = reporter_.At(tokens_[at_ - 1].begin, tokens_[last].end);
    const std::string id(begin == "arn" ? "an ARN" : "an id");
    reporter_.Report(diag::kUnexpectedToken, span, "a string", fmt::format("{} without quotes", id))
        .At("not a name")
        .Patch("put it in quotes", span,
               fmt::format("\"{}\"", reporter_.text().substr(span.begin, span.end - span.begin)));
    return true;
  }

  /// The token follows the one before it without a space.
  [[nodiscard]] bool Touches(Index at) const { return tokens_[at].begin == tokens_[at - 1].end; }

  [[nodiscard]] bool AllowedBefore(Index at, Kind kind) const {
    Derivations before(rule_);
    for (Index i = first_; i < at; ++i) before.Take(tokens_[i].kind);
    return before.Allows(kind);
  }

  /// `invoke all models`: the quantifier is `any`, with the singular.
  bool AllForAny() {
    if (at_ == first_ || Found().kind != Kind::kName || tokens_[at_ - 1].kind != Kind::kName) {
      return false;
    }
    const std::string_view word = reporter_.Text(tokens_[at_ - 1]);
    if (word != "all" && word != "every" && word != "each") return false;
    if (!AllowedBefore(at_ - 1, Kind::kKwAny)) return false;
    std::string one(Text());
    if (one.ends_with('s')) one.pop_back();
    const source::Span both = reporter_.At(tokens_[at_ - 1].begin, Found().end);
    reporter_.Report(diag::kForeignOperator, both, fmt::format("{} {}", word, Text()), "any " + one)
        .At("the quantifier is `any`, with the singular")
        .Patch(fmt::format("write `any {}`", one), both, "any " + one);
    return true;
  }

  /// `in region us-east-1`: a name says what it is of itself.
  bool SortBeforeName() {
    if (at_ == first_ || !IsName(Found().kind) || tokens_[at_ - 1].kind != Kind::kName) {
      return false;
    }
    constexpr std::string_view kSorts[] = {"region", "regions", "account", "accounts",
                                           "model",  "models",  "agent",   "kind"};
    const std::string_view word = reporter_.Text(tokens_[at_ - 1]);
    if (std::ranges::find(kSorts, word) == std::end(kSorts)) return false;
    return LeaveOut(at_ - 1);
  }

  /// `us-east-1, and us-west-2`.
  bool WordAfterComma() {
    const bool is_word = Found().kind == Kind::kKwAnd || Found().kind == Kind::kKwOr;
    if (!is_word || at_ == first_ || tokens_[at_ - 1].kind != Kind::kSymComma) return false;
    reporter_.Report(diag::kForeignOperator, FoundSpan(), Text(), ",")
        .At("redundant after the comma")
        .Patch(fmt::format("leave out `{}`", Text()),
               reporter_.At(Found().begin, tokens_[at_ + 1].begin), "");
    return true;
  }

  /// `31/12/2026`, `2026/12/31`.
  bool SlashedDate() {
    const bool is_slashed = Allows(Kind::kDate) && Found().kind == Kind::kNumber &&
                            KindAt(at_ + 1) == Kind::kSymSlash &&
                            KindAt(at_ + 2) == Kind::kNumber &&
                            KindAt(at_ + 3) == Kind::kSymSlash && KindAt(at_ + 4) == Kind::kNumber;
    if (!is_slashed) return false;
    const source::Span span = reporter_.At(Found().begin, tokens_[at_ + 4].end);
    diag::Diagnostic& found =
        reporter_.Report(diag::kUnexpectedToken, span, ExpectedPhrase(),
                         Quoted(reporter_.text().substr(span.begin, span.end - span.begin)));
    found.At("dates are written YYYY-MM-DD");
    const auto part = [&](Index index) {
      return std::string(reporter_.Text(tokens_[at_ + index]));
    };
    const auto two = [](const std::string& text) { return text.size() == 1 ? "0" + text : text; };
    const std::string first = two(part(0));
    const std::string middle = two(part(2));
    const std::string last = two(part(4));
    const auto date = [](const std::string& year, const std::string& month,
                         const std::string& day) {
      return fmt::format("{}-{}-{}", year, month, day);
    };
    if (first.size() == 4 && middle <= "12") {
      found.Patch("write the date with `-`", span, date(first, middle, last));
    } else if (last.size() == 4 && first > "12" && middle <= "12") {
      found.Patch("write the year first", span, date(last, middle, first));
    } else if (last.size() == 4 && middle > "12" && first <= "12") {
      found.Patch("write the year first", span, date(last, first, middle));
    } else if (last.size() == 4) {
      found.Suggest(
          fmt::format("`{}` or `{}`", date(last, middle, first), date(last, first, middle)));
    }
    return true;
  }

  bool LeaveOut(Index word) {
    reporter_.Report(diag::kUnexpectedToken, FoundSpan(), ExpectedPhrase(), FoundPhrase())
        .At("redundant before a name")
        .Patch(fmt::format("leave out `{}`", reporter_.Text(tokens_[word])),
               reporter_.At(tokens_[word].begin, tokens_[word + 1].begin), "");
    return true;
  }

  /// nullopt: not this mistake. The inner optional is the repair, if there is a sure one.
  std::optional<std::optional<Repair>> ForeignModal() {
    if (!AllowsIn(Rule::kModality, Kind::kKwMay)) return std::nullopt;
    const Modal* modal = FindModal(Text());
    if (modal == nullptr) return std::nullopt;
    diag::Diagnostic& found = reporter_.Report(diag::kForeignModal, FoundSpan(), Text());
    found.At("the modal verbs are `may`, `may not` and `must … to`");
    const bool negated = KindAt(at_ + 1) == Kind::kKwNot;
    if (IsAllowed(found)) return std::optional<Repair>{};
    if (negated && modal->meant == Kind::kKwMust) {
      found.Patch("write `may not`", reporter_.At(Found().begin, tokens_[at_ + 1].end), "may not");
      return Repair{at_, Kind::kKwMay};
    }
    switch (modal->meant) {
      case Kind::kKwMay:
        found.Patch(negated ? "write `may not`" : "write `may`", FoundSpan(), "may");
        return Repair{at_, Kind::kKwMay};
      case Kind::kKwNot:
        found.Patch("write `may not`", FoundSpan(), "may not");
        return Repair{at_, Kind::kKwMay};  // read as `may` so that the rest is checked
      case Kind::kKwMust:
        found.Suggest(
            "an obligation is written `must use guardrail G to …` or `must satisfy … to …`");
        break;
      default:
        break;
    }
    return std::optional<Repair>{};
  }

  /// `is allowed to`, `are not permitted to`: the whole phrase is the modal verb.
  bool IsAllowed(diag::Diagnostic& found) const {
    if (Text() != "is" && Text() != "are") return false;
    const Index verb = at_ + (KindAt(at_ + 1) == Kind::kKwNot ? 2 : 1);
    if (KindAt(verb) == Kind::kEnd || KindAt(verb + 1) != Kind::kKwTo) return false;
    const std::string_view word = reporter_.Text(tokens_[verb]);
    const bool forbids = word == "forbidden" || word == "denied";
    if (!forbids && word != "allowed" && word != "permitted") return false;
    const bool negated = verb == at_ + 2;
    if (forbids && negated) return false;
    const char* meant = forbids || negated ? "may not" : "may";
    found.Patch(fmt::format("write `{}`", meant),
                reporter_.At(Found().begin, tokens_[verb + 1].end), meant);
    return true;
  }

  /// Assertions say `can`, lines of a test have no modal verb.
  bool ModalInProof() {
    const Kind kind = Found().kind;
    const bool is_modal = kind == Kind::kKwMay || kind == Kind::kKwMust || kind == Kind::kKwCan ||
                          kind == Kind::kKwCannot;
    if (!is_modal) return false;
    std::uint32_t end = Found().end;
    const bool negated = KindAt(at_ + 1) == Kind::kKwNot;
    if (negated) end = tokens_[at_ + 1].end;
    if (rule_ == Rule::kAssertion && Allows(Kind::kKwCan)) {
      const char* meant = negated ? "cannot" : "can";
      reporter_.Report(diag::kUnexpectedToken, FoundSpan(), "`can` or `cannot`", FoundPhrase())
          .At("an assertion states what holds")
          .Patch(fmt::format("write `{}`", meant), reporter_.At(Found().begin, end), meant);
      return true;
    }
    if (rule_ == Rule::kTestPart && AllowsName()) {
      const std::uint32_t next = tokens_[at_ + (negated ? 2 : 1)].begin;
      reporter_
          .Report(diag::kUnexpectedToken, FoundSpan(), "a verb such as `invoke`", FoundPhrase())
          .At("redundant after `allow` or `deny`")
          .Patch("remove it", reporter_.At(Found().begin, next), "");
      return true;
    }
    return false;
  }

  bool QualifierBeforeAction() {
    const bool wants_action = std::ranges::any_of(next_, [](const Expected& e) {
      return e.around == Rule::kVerbAction && e.kind == Kind::kName;
    });
    if (!wants_action || !IsQualifierWord(Found().kind)) return false;
    reporter_.Report(diag::kQualifierBeforeAction, FoundSpan(), Text())
        .At("write the action first, such as `invoke claude-sonnet-4.5`")
        .Suggest("put qualifiers after the action, or in `given … { }` around the sentence");
    return true;
  }

  std::optional<Repair> Misspelt() {
    if (Found().kind != Kind::kName) return std::nullopt;
    Nearest nearest(Text());
    for (const Expected& expected : next_) {
      const bool is_word =
          IsKeyword(expected.kind) && expected.rule != Rule::kName && expected.rule != Rule::kWord;
      if (is_word && nearest.Closer(expected.kind) &&
          (Carries({expected.kind}, at_ + 1) || EndsAt(at_ + 1))) {
        nearest.Take(expected.kind);
      }
    }
    if (here_.CanEnd()) ConsiderFollowers(nearest);
    if (nearest.meant() != Kind::kNone)
      return ReportMisspelt(at_, nearest.meant(), tokens_, reporter_);
    MisspeltSecondWord();
    return std::nullopt;
  }

  /// What may follow when the rule ends here: the openers of the next item, or entry.
  void ConsiderFollowers(Nearest& nearest) const {
    const bool in_block = rule_ == Rule::kTeamPart || rule_ == Rule::kEndpointPart ||
                          rule_ == Rule::kGuardrailPart || rule_ == Rule::kTestPart;
    if (!in_block) {
      if (Found().first_on_line) nearest.ConsiderOpenings(KindAt(at_ + 1));
      return;
    }
    const Derivations next_entry(rule_);
    for (const Expected& expected : next_entry.Next()) {
      if (!IsKeyword(expected.kind) || expected.rule == Rule::kName) continue;
      Derivations trial(next_entry);
      trial.Take(expected.kind);
      if (nearest.Closer(expected.kind) && trial.Take(KindAt(at_ + 1))) nearest.Take(expected.kind);
    }
  }

  /// `witin us` for `routed within us`: misspelt, and the word before it is missing as well.
  void MisspeltSecondWord() {
    constexpr std::pair<Kind, Kind> kPairs[] = {
        {Kind::kKwRouted, Kind::kKwWithin},   {Kind::kKwRouted, Kind::kKwGlobally},
        {Kind::kKwRouted, Kind::kKwDirectly}, {Kind::kKwWith, Kind::kKwGuardrail},
        {Kind::kKwVia, Kind::kKwEndpoint},    {Kind::kKwVia, Kind::kKwProfile},
    };
    for (const auto& [first, second] : kPairs) {
      Nearest nearest(Text());
      if (!nearest.Closer(second) || !Carries({first, second}, at_ + 1)) continue;
      const std::string both = fmt::format("{} {}", Spelling(first), Spelling(second));
      reporter_.Report(diag::kMisspeltKeyword, FoundSpan(), Text())
          .Patch(fmt::format("did you mean `{}`?", both), FoundSpan(), both);
      is_reported_ = true;
      return;
    }
  }

  std::optional<Repair> Reserved() {
    if (ClassOf(Found().kind) != TokenClass::kReserved || !AllowsName()) return std::nullopt;
    if (at_ > first_ && Found().first_on_line && StartsItem(at_, tokens_)) return std::nullopt;
    if (!Carries({Kind::kName}, at_ + 1)) return std::nullopt;
    reporter_.Report(diag::kReservedName, FoundSpan(), Text())
        .At("reserved word")
        .Patch("choose another name, for example", FoundSpan(), fmt::format("{}-1", Text()));
    return Repair{at_, Kind::kName};
  }

  bool MissingCloser() {
    for (const auto& [open, close] : {std::pair{Kind::kSymLParen, Kind::kSymRParen},
                                      std::pair{Kind::kSymLBracket, Kind::kSymRBracket}}) {
      if (!Allows(close) || !Carries({close}, at_)) continue;
      const source::Span opener = reporter_.At(tokens_[Opener(open, close)]);
      const std::uint32_t end = tokens_[at_ - 1].end;
      reporter_.Report(diag::kUnclosed, opener, Spelling(open))
          .At("opened here")
          .Also(FoundSpan(), fmt::format("expected `{}` before this", Spelling(close)))
          .Patch("add the closing mark", reporter_.At(end, end), std::string(Spelling(close)));
      return true;
    }
    return false;
  }

  /// The innermost `open` that is not closed before the found token.
  [[nodiscard]] Index Opener(Kind open, Kind close) const {
    int closed = 0;
    for (Index i = at_; i-- > first_;) {
      if (tokens_[i].kind == close) ++closed;
      if (tokens_[i].kind == open && closed-- == 0) return i;
    }
    return first_;
  }

  /// The head of a block is complete but for its brace.
  bool MissingBrace() {
    if (!Allows(Kind::kSymLBrace) || at_ == first_) return false;
    const bool can_begin =
        Found().kind == Kind::kSymRBrace || Found().first_on_line || StartsItem(at_, tokens_);
    if (!can_begin) return false;
    const std::uint32_t end = tokens_[at_ - 1].end;
    reporter_.Report(diag::kMissingWord, reporter_.At(tokens_[at_ - 1]), "{", FoundPhrase())
        .At("a block must follow")
        .Patch("write `{`", reporter_.At(end, end), " {");
    return true;
  }

  /// `do bedrock.InvokeModel`, `do InvokeModel`.
  bool BareAction() {
    if (!AllowsIn(Rule::kActionName, Kind::kSymColon) || at_ == first_) return false;
    const source::Span action = reporter_.At(tokens_[at_ - 1]);
    const std::string_view text = reporter_.Text(tokens_[at_ - 1]);
    diag::Diagnostic& found = reporter_.Report(
        diag::kUnexpectedToken, action, "an action such as `bedrock:InvokeModel`", Quoted(text));
    found.At("actions are written SERVICE:NAME");
    if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
      const auto at = action.begin + static_cast<std::uint32_t>(dot);
      found.Patch("write `:`", reporter_.At(at, at + 1), ":");
    }
    return true;
  }

  /// One word is left out: the one after which the rest reads on.
  bool MissingWord() {
    const Kind missing = MissingBefore();
    if (missing == Kind::kNone) return false;
    diag::Diagnostic& found =
        reporter_.Report(diag::kMissingWord, FoundSpan(), Spelling(missing), FoundPhrase());
    if (!ReadsOn({missing, Found().kind}, at_ + 1)) return true;
    const std::uint32_t before = missing == Kind::kSymComma ? tokens_[at_ - 1].end : Found().begin;
    found.Patch(fmt::format("write `{}`", Spelling(missing)), reporter_.At(before, before),
                missing == Kind::kSymComma ? "," : fmt::format("{} ", Spelling(missing)));
    return true;
  }

  [[nodiscard]] Kind MissingBefore() const {
    if (StopsHere() || at_ == first_) return Kind::kNone;
    const auto fits = [&](Kind word) {
      return Allows(word) && Carries({word, Found().kind}, at_ + 1);
    };
    const auto sole = [&](std::initializer_list<Kind> words) {
      for (const Kind word : words) {
        if (fits(word)) return word;
      }
      return Kind::kNone;
    };
    if (rule_ == Rule::kTeamPart && here_.CanEnd()) {
      Derivations binding(rule_);
      if (binding.Take(Kind::kKwAs) && binding.Take(Found().kind)) return Kind::kKwAs;
    }
    switch (Found().kind) {
      case Kind::kKwGuardrail:
        return sole({Kind::kKwWith, Kind::kKwUse});
      case Kind::kKwEndpoint:
      case Kind::kKwProfile:
        return sole({Kind::kKwVia, Kind::kKwUse});
      case Kind::kKwWithin:
      case Kind::kKwGlobally:
      case Kind::kKwDirectly:
        return sole({Kind::kKwRouted});
      case Kind::kString: {
        // After a string comes another of its list, after an action or a key what it is compared
        // with; only then a reason, which has words.
        const bool has_words = Text().find(' ') != std::string_view::npos;
        if (tokens_[at_ - 1].kind == Kind::kString && fits(Kind::kSymComma)) return Kind::kSymComma;
        if (has_words && fits(Kind::kKwBecause)) return Kind::kKwBecause;
        if (Text().starts_with("\"arn:") && fits(Kind::kKwOn)) return Kind::kKwOn;
        return sole({Kind::kSymEqual, Kind::kKwBecause, Kind::kSymComma});
      }
      default:
        break;
    }
    if (LooksLikePlace(Text()) && fits(Kind::kKwIn)) return Kind::kKwIn;
    if (IsName(Found().kind) && AllowsIn(Rule::kPrincipal, Kind::kKwTeam) && fits(Kind::kKwTeam)) {
      return Kind::kKwTeam;
    }
    // Where exactly one word fits, it is the one.
    Kind only = Kind::kNone;
    for (const Expected& expected : next_) {
      const bool is_text =
          ClassOf(expected.kind) == TokenClass::kText || expected.rule == Rule::kName;
      if (is_text || expected.kind == only || !fits(expected.kind)) continue;
      if (only != Kind::kNone) return Kind::kNone;
      only = expected.kind;
    }
    return only;
  }

  /// `us-east-1`: letters, then parts, the last a number.
  static bool LooksLikePlace(std::string_view word) {
    const std::size_t last = word.rfind('-');
    return last != std::string_view::npos && last >= 4 && last + 2 == word.size() &&
           word[last + 1] >= '0' && word[last + 1] <= '9' && word.find('-') < last;
  }

  // ---- plain reports

  [[nodiscard]] std::string FoundPhrase() const {
    if (Found().kind == Kind::kEnd) return std::string(Spelling(Kind::kEnd));
    constexpr std::size_t kShown = 40;
    if (Text().size() > kShown) return fmt::format("`{}…`", Clip(Text(), kShown));
    return Quoted(Text());
  }

  /// At most `most` bytes, not cutting a character.
  static std::string_view Clip(std::string_view text, std::size_t most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    return text.substr(0, most);
  }

  [[nodiscard]] std::string ExpectedPhrase() const {
    if (at_ == first_ && rule_ == Rule::kGuardrailPart) {
      return "an entry of a guardrail such as `filter` or `mask`";
    }
    std::vector<std::string> phrases;
    // Symbols last: a word says more about what is meant.
    for (const bool symbols : {false, true}) {
      for (const Expected& expected : next_) {
        if ((ClassOf(expected.kind) == TokenClass::kSymbol) != symbols) continue;
        std::string phrase = PhraseOf(expected);
        if (std::ranges::find(phrases, phrase) == phrases.end())
          phrases.push_back(std::move(phrase));
      }
    }
    constexpr std::size_t kMost = 3;
    if (phrases.size() > kMost) phrases.resize(kMost);
    if (here_.CanEnd()) phrases.push_back(fmt::format("the next {}", NounOf(rule_)));
    return JoinPhrases(phrases);
  }

  void Unfinished() {
    const std::uint32_t end = at_ > first_ ? tokens_[at_ - 1].end : Found().begin;
    const source::Span span =
        at_ > first_ ? reporter_.At(tokens_[at_ - 1]) : reporter_.At(end, end);
    reporter_.Report(diag::kUnfinishedItem, span, NounOf(rule_), ExpectedPhrase())
        .At("expected more after this");
  }

  void Unexpected() {
    diag::Diagnostic& found =
        reporter_.Report(diag::kUnexpectedToken, FoundSpan(), ExpectedPhrase(), FoundPhrase());
    if (Found().kind == Kind::kString && AllowsName() && !Allows(Kind::kString)) {
      const std::string_view inside = Text().substr(1, Text().size() > 1 ? Text().size() - 2 : 0);
      const bool is_name = !inside.empty() && std::ranges::all_of(inside, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
      });
      if (is_name && (inside.front() < '0' || inside.front() > '9')) {
        found.Patch("write the name without quotes", FoundSpan(), std::string(inside));
      }
      return;
    }
    if (!IsName(Found().kind)) return;
    if (Text() == "group" || Text() == "groups") {
      found.At(kGroupLabel).Suggest(kGroupHelp);
      return;
    }
    if (Allows(Kind::kString) && !AllowsName()) {
      if (!ReadsOn({Kind::kString}, at_ + 1)) return;
      found.Patch("put it in quotes", FoundSpan(), fmt::format("\"{}\"", Text()));
      return;
    }
    // Where only one word can stand, it replaces the one found.
    Kind only = Kind::kNone;
    for (const Expected& expected : next_) {
      const bool is_word = IsKeyword(expected.kind) && expected.rule != Rule::kName;
      if (!is_word || !Carries({expected.kind}, at_ + 1)) continue;
      if (only != Kind::kNone) return;
      only = expected.kind;
    }
    if (only == Kind::kNone || here_.CanEnd() || !ReadsOn({only}, at_ + 1)) return;
    found.Patch(fmt::format("write `{}`", Spelling(only)), FoundSpan(),
                std::string(Spelling(only)));
  }

  Rule rule_;
  Index first_;
  const std::vector<Token>& tokens_;
  Reporter& reporter_;
  Derivations here_;
  Index at_ = 0;
  std::vector<Expected> next_;
  bool is_reported_ = false;
};

/// `allow team fraud to invoke …`: the verb moves behind who.
void VerbFirst(Index at, const Modal& modal, const std::vector<Token>& tokens, Reporter& reporter) {
  const source::Span verb = reporter.At(tokens[at]);
  diag::Diagnostic& found = reporter.Report(diag::kVerbFirst, verb, reporter.Text(tokens[at]));
  found.At("name the subject first");
  const std::string_view words = modal.meant == Kind::kKwNot ? "may not" : "may";
  Index to = at + 1;
  while (tokens[to].kind != Kind::kKwTo && tokens[to].kind != Kind::kEnd &&
         !tokens[to].first_on_line) {
    ++to;
  }
  if (tokens[to].kind == Kind::kKwTo && OpensItem(tokens[at + 1].kind)) {
    found.helps.push_back({fmt::format("write `… {} …`", words),
                           {{reporter.At(verb.begin, tokens[at + 1].begin), ""},
                            {reporter.At(tokens[to]), std::string(words)}}});
  } else {
    found.Suggest(fmt::format("write `team NAME {} invoke …`", words));
  }
}

/// What people write for `everyone` and `nobody`.
Kind SubjectMeant(std::string_view word) {
  for (const std::string_view each : {"everybody", "anyone", "anybody", "all"}) {
    if (word == each) return Kind::kKwEveryone;
  }
  for (const std::string_view each : {"none", "noone", "no-one"}) {
    if (word == each) return Kind::kKwNobody;
  }
  return Kind::kNone;
}

/// `fraud may …`, `fraud, claims may …`: `team` is missing.
bool IsBareTeam(Index at, const std::vector<Token>& tokens) {
  while (IsName(tokens[at].kind) && tokens[at + 1].kind == Kind::kSymComma) at += 2;
  if (!IsName(tokens[at].kind)) return false;
  const Kind next = tokens[at + 1].kind;
  return next == Kind::kKwMay || next == Kind::kKwMust;
}

}  // namespace

Explanation Explain(Rule rule, Index first, const std::vector<Token>& tokens, Reporter& reporter) {
  return Explainer(rule, first, tokens, reporter).Run();
}

Explanation ExplainNoItem(Index at, const std::vector<Token>& tokens, Reporter& reporter) {
  Explanation result{at, std::nullopt};
  const Token& token = tokens[at];
  if (token.is_repaired) return result;
  const std::string_view word = reporter.Text(token);
  const bool is_word = token.kind == Kind::kName || IsKeyword(token.kind);
  if (is_word) {
    if (const Modal* modal = FindModal(word); modal != nullptr && modal->meant != Kind::kNone) {
      VerbFirst(at, *modal, tokens, reporter);
      return result;
    }
    if (const Kind meant = SubjectMeant(word); meant != Kind::kNone) {
      result.repair = ReportMisspelt(at, meant, tokens, reporter);
      return result;
    }
    const bool is_no_one =
        word == "no" && at + 1 < tokens.size() && reporter.Text(tokens[at + 1]) == "one";
    if (is_no_one) {
      const source::Span both = reporter.At(token.begin, tokens[at + 1].end);
      reporter.Report(diag::kNoItem, both, Quoted("no one"))
          .At("not the start of a sentence or declaration")
          .Patch("write `nobody`", both, "nobody");
      return result;
    }
    if (IsBareTeam(at, tokens)) {
      const source::Span span = reporter.At(token);
      reporter.Report(diag::kNoItem, span, Quoted(word.substr(0, 40)))
          .At("a team needs the word `team`")
          .Patch(fmt::format("write `team {}`", word), {span.file, span.begin, span.begin},
                 "team ");
      return result;
    }
    if (word == "group" && at + 1 < tokens.size() && tokens[at + 1].kind == Kind::kString) {
      reporter.Report(diag::kNoItem, reporter.At(token), Quoted(word))
          .At(kGroupLabel)
          .Suggest(kGroupHelp);
      return result;
    }
    Nearest nearest(word);
    nearest.ConsiderOpenings(at + 1 < tokens.size() ? tokens[at + 1].kind : Kind::kEnd);
    if (nearest.meant() != Kind::kNone && token.kind == Kind::kName) {
      result.repair = ReportMisspelt(at, nearest.meant(), tokens, reporter);
      return result;
    }
  }
  reporter.Report(diag::kNoItem, reporter.At(token), Quoted(word.substr(0, 40)))
      .At("not the start of a sentence or declaration")
      .Note(
          "sentences begin with `team`, `role`, `user`, `everyone`, `nobody` or `only`; "
          "declarations with `let`, `team`, `organization`, `guardrail`, `use-case`, `given` or "
          "another keyword");
  return result;
}

}  // namespace writ::parse

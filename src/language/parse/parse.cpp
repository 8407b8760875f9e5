// The walk over a file: which rule is asked for at which token, and where reading resumes after a
// mistake. Blocks are walked here rather than by the generated parser, so that one entry's tree
// exists at a time, an error costs one entry, and depth is counted in one place.
#include "language/parse/parse.h"

#include <array>
#include <bitset>
#include <utility>

#include "base/diag/codes/syntax.h"
#include "language/parse/antlr_bridge.h"
#include "language/parse/ast_builder.h"
#include "language/parse/explain.h"
#include "language/parse/lexer.h"
#include "language/parse/quantifier.h"
#include "language/parse/reporter.h"

namespace writ::parse {
namespace {

using Kind = TokenKind;
using Index = std::uint32_t;

constexpr int kMaxRepairs = 3;  // of one sentence, before it is given up

class FileParser {
 public:
  FileParser(Reporter& reporter, Tokens& tokens)
      : reporter_(reporter), tokens_(tokens.tokens), recognizer_(tokens_) {}

  void Run(syntax::File& file) {
    while (At(Kind::kKwImport) && Going()) ReadImport(file);
    while (!At(Kind::kEnd) && Going()) {
      if (At(Kind::kSymRBrace)) {
        StrayBrace();
      } else if (At(Kind::kKwImport)) {
        LateImport(file);
      } else {
        ReadItem(file.items);
      }
    }
  }

 private:
  // ---- tokens

  [[nodiscard]] const Token& Here() const { return tokens_[position_]; }
  [[nodiscard]] Kind KindAt(Index at) const {
    return at < tokens_.size() ? tokens_[at].kind : Kind::kEnd;
  }
  [[nodiscard]] bool At(Kind kind) const { return Here().kind == kind; }
  [[nodiscard]] bool Going() const { return !reporter_.exhausted(); }
  [[nodiscard]] Matched Tree() const { return {recognizer_.tree(), tokens_, reporter_}; }
  [[nodiscard]] source::Span SpanFrom(Index first) const {
    return reporter_.At(tokens_[first].begin, tokens_[position_ - 1].end);
  }

  /// Some token of kind `kind` can begin `rule`.
  bool Begins(Rule rule, Kind kind) {
    std::bitset<kKinds>& first = first_sets_[static_cast<std::size_t>(rule)];
    if (first.none()) {
      for (const Expected& expected : Derivations(rule).Next()) {
        first.set(static_cast<std::size_t>(expected.kind));
      }
    }
    return first.test(static_cast<std::size_t>(kind));
  }

  // ---- one rule

  /// What may stand after a rule.
  enum class Follow { kAnything, kItem, kEntry };

  [[nodiscard]] bool FollowFits(Follow follow, Rule rule, Index at) {
    const Kind kind = KindAt(at);
    if (follow == Follow::kAnything || kind == Kind::kEnd || kind == Kind::kSymRBrace) return true;
    if (StartsItem(at, tokens_) && (follow == Follow::kItem || tokens_[at].first_on_line)) {
      return true;
    }
    return follow == Follow::kEntry && Begins(EntryOf(rule), kind);
  }

  /// Entries of organizations and units have a rule each; the others have one for all.
  static Rule EntryOf(Rule rule) {
    const bool in_organization = rule == Rule::kPartition || rule == Rule::kAttributeDecl ||
                                 rule == Rule::kManagement || rule == Rule::kAccount;
    return in_organization ? Rule::kOrganizationPart : rule;
  }

  /// Matches `rule` here and moves past it; else reports why not and stays.
  bool Match(Rule rule, Follow follow) {
    for (int repairs = 0;; ++repairs) {
      const Outcome outcome =
          recognizer_.Match(rule, position_, reporter_.limits().max_nesting - depth_);
      if (outcome == Outcome::kTooDeep) {
        TooDeep(tokens_[recognizer_.too_deep_at()]);
        failed_at_ = recognizer_.too_deep_at();
        return false;
      }
      if (outcome == Outcome::kMatched && FollowFits(follow, rule, recognizer_.tree()[0].end)) {
        position_ = recognizer_.tree()[0].end;
        return true;
      }
      const Explanation why = Explain(rule, position_, tokens_, reporter_);
      failed_at_ = why.at;
      if (!why.repair || repairs == kMaxRepairs) return false;
      Apply(*why.repair);
    }
  }

  void Apply(const Repair& repair) {
    tokens_[repair.token].kind = repair.meant;
    recognizer_.Retype(repair.token, repair.meant);
  }

  void TooDeep(const Token& token) {
    reporter_.Report(diag::kNestedTooDeep, reporter_.At(token), reporter_.limits().max_nesting)
        .At("one level too many")
        .Suggest("name parts with `let`, or split the block");
  }

  // ---- recovery

  void MatchBraces() {
    if (!closers_.empty()) return;
    closers_.assign(tokens_.size(), 0);
    std::vector<Index> opened;
    for (Index i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == Kind::kSymLBrace) opened.push_back(i);
      if (tokens_[i].kind != Kind::kSymRBrace) continue;
      if (opened.empty()) {
        stray_closers_.push_back(i);
      } else {
        closers_[opened.back()] = i;
        opened.pop_back();
      }
    }
  }

  /// The token after the `}` that closes the `{` at `open`, or `open` + 1 when nothing does.
  Index AfterBlock(Index open) {
    MatchBraces();
    return closers_[open] == 0 ? open + 1 : closers_[open] + 1;
  }

  /// Moves from the failed entry begun at `first` to the next place where `resumes` says yes, over
  /// whole blocks.
  template <class Resumes>
  void Skip(Index first, Resumes resumes) {
    Index i = std::max(failed_at_, first);
    for (Index inside = first; inside < i; ++inside) {
      if (tokens_[inside].kind != Kind::kSymLBrace) continue;
      const bool next_line = tokens_[i].first_on_line && tokens_[i].kind != Kind::kSymRBrace;
      const Index after = next_line ? inside + 1 : AfterBlock(inside);
      if (after > i) i = after;
    }
    if (i == first) ++i;
    while (tokens_[i].kind != Kind::kEnd && tokens_[i].kind != Kind::kSymRBrace && !resumes(i)) {
      i = tokens_[i].kind == Kind::kSymLBrace ? AfterBlock(i) : i + 1;
    }
    position_ = std::min<Index>(i, static_cast<Index>(tokens_.size()) - 1);
  }

  /// A start of an item at `at` that recovery trusts; also `allow` and `deny`, by which people
  /// from elsewhere begin.
  [[nodiscard]] bool ResumesItem(Index at) const {
    const Kind before = at == 0 ? Kind::kEnd : tokens_[at - 1].kind;
    const bool fresh =
        tokens_[at].first_on_line || before == Kind::kSymRBrace || before == Kind::kSymLBrace;
    const bool foreign = tokens_[at].kind == Kind::kKwAllow || tokens_[at].kind == Kind::kKwDeny;
    return fresh && before != Kind::kSymComma && (foreign || StartsItem(at, tokens_));
  }

  void SkipItem(Index first) {
    Skip(first, [&](Index at) { return ResumesItem(at); });
  }

  void StrayBrace() {
    reporter_.Report(diag::kStrayBrace, reporter_.At(Here()))
        .At("no block is open here")
        .Patch("remove it", reporter_.At(Here()), "");
    ++position_;
  }

  // ---- blocks

  /// A block's head is read by `rule`; after a mistake in it its entries are read all the same.
  /// False when no block begins: the item has been skipped.
  template <class Build>
  bool Head(Rule rule, Build build) {
    const Index first = position_;
    if (Match(rule, Follow::kAnything)) {
      build();
      return true;
    }
    Index i = std::max(failed_at_, first);
    while (KindAt(i) != Kind::kSymLBrace && KindAt(i) != Kind::kSymRBrace &&
           KindAt(i) != Kind::kEnd && (i == first || !ResumesItem(i))) {
      ++i;
    }
    if (KindAt(i) == Kind::kSymLBrace) {
      position_ = i + 1;
      return true;
    }
    // The brace alone is missing when there is one too many further down.
    MatchBraces();
    if (failed_at_ > first && !stray_closers_.empty() && stray_closers_.back() >= failed_at_) {
      position_ = failed_at_;
      return true;
    }
    SkipItem(first);
    return false;
  }

  /// Reads entries up to the closing brace. `read` reads one and moves on in any case; `begins`
  /// says whether one can begin here.
  template <class Begin, class Read>
  void Body(Begin begins, Read read) {
    const Index opener = position_ - 1;
    while (Going()) {
      if (At(Kind::kSymRBrace)) {
        ++position_;
        return;
      }
      if (At(Kind::kEnd) || (!begins() && Here().first_on_line && ResumesItem(position_))) {
        Unclosed(opener);
        return;
      }
      read();
    }
  }

  void Unclosed(Index opener) {
    const source::Span span = reporter_.At(tokens_[opener]);
    diag::Diagnostic& found = reporter_.Report(diag::kUnclosed, span, "{").At("opened here");
    Index next = At(Kind::kEnd) ? OutdentedAfter(opener) : position_;
    if (tokens_[next].kind == Kind::kEnd) {
      found.Also(reporter_.At(tokens_[next]), "the file ends inside the block");
      if (next > 0) next = tokens_.size() > 1 ? next : 0;
      found.Patch("close the block", reporter_.At(tokens_[next - 1].end, tokens_[next - 1].end),
                  "\n}");
      return;
    }
    found.Also(reporter_.At(tokens_[next]), "a new item begins here")
        .Patch("close the block before it",
               reporter_.At(tokens_[next - 1].end, tokens_[next - 1].end), "\n}");
  }

  /// The first item after `opener` that is indented no deeper than the block's own line: where the
  /// closing brace was probably forgotten. The end of the file when there is none.
  [[nodiscard]] Index OutdentedAfter(Index opener) const {
    const std::uint32_t indent = IndentOf(opener);
    for (Index i = opener + 1; i < position_; ++i) {
      if (ResumesItem(i) && tokens_[i].first_on_line && IndentOf(i) <= indent) return i;
    }
    return position_;
  }

  /// White space before the first character of the token's line, in bytes.
  [[nodiscard]] std::uint32_t IndentOf(Index at) const {
    const std::string_view text = reporter_.text().substr(0, tokens_[at].begin);
    const std::size_t line = text.rfind('\n') + 1;  // npos + 1 is 0
    const std::size_t begin = reporter_.text().find_first_not_of(" \t", line);
    return static_cast<std::uint32_t>(begin - line);
  }

  /// One entry of a block; after a mistake reading resumes at the next line that begins one.
  template <class Build>
  void Entry(Rule rule, Rule of_block, Build build) {
    const Index first = position_;
    if (Match(rule, Follow::kEntry)) {
      build();
      return;
    }
    SkipEntry(first, of_block);
  }

  void SkipEntry(Index first, Rule of_block) {
    Skip(first, [&](Index at) {
      return tokens_[at].first_on_line && (Begins(of_block, tokens_[at].kind) || ResumesItem(at));
    });
  }

  /// A block whose entries are all read by one rule.
  template <class Build>
  void Entries(Rule rule, Build build) {
    Body([&] { return Begins(rule, Here().kind) && !LooksLikeSoftItem(position_, tokens_); },
         [&] { Entry(rule, rule, build); });
  }

  // ---- items

  void ReadImport(syntax::File& file) {
    const Index first = position_;
    if (Match(Rule::kImportDecl, Follow::kItem)) {
      file.imports.push_back(BuildImport(Tree()));
    } else {
      SkipItem(first);
    }
  }

  void LateImport(syntax::File& file) {
    reporter_.Report(diag::kLateImport, reporter_.At(Here())).At("move it to the top of the file");
    ReadImport(file);
  }

  template <class Form>
  void Add(std::vector<syntax::Item>& items, Index first, Form form) {
    items.push_back({SpanFrom(first), std::move(form)});
  }

  /// An item without a block.
  template <class Build>
  void Leaf(std::vector<syntax::Item>& items, Rule rule, Build build) {
    const Index first = position_;
    if (Match(rule, Follow::kItem)) {
      Add(items, first, build());
    } else {
      SkipItem(first);
    }
  }

  [[nodiscard]] bool IsTeamDeclaration() const {
    const Index after_name = position_ + (IsName(KindAt(position_ + 1)) ? 2U : 1U);
    return KindAt(after_name) == Kind::kSymLBrace;
  }

  [[nodiscard]] bool IsScreening() const { return KindAt(position_ + 2) == Kind::kKwScreens; }

  void ReadItem(std::vector<syntax::Item>& items) {
    const Index first = position_;
    switch (Here().kind) {
      case Kind::kKwOrganization:
        return ReadOrganization(items);
      case Kind::kKwTeam:
        return IsTeamDeclaration() ? ReadTeam(items) : ReadStatement(items);
      case Kind::kKwLet:
        return Leaf(items, Rule::kLetDecl, [&] { return BuildLet(Tree()); });
      case Kind::kKwEndpoint:
        return ReadEndpoint(items);
      case Kind::kKwGuardrail:
        if (!IsScreening()) return ReadGuardrail(items);
        return Leaf(items, Rule::kScreening, [&] { return BuildScreening(Tree()); });
      case Kind::kKwUseCase:
        return ReadUseCase(items);
      case Kind::kKwAttestation:
        return ReadAttestation(items);
      case Kind::kKwEvaluation:
        return ReadEvaluation(items);
      case Kind::kKwGateway:
        return ReadGateway(items);
      case Kind::kKwRequire:
        return Leaf(items, Rule::kRequirement, [&] { return BuildRequirement(Tree()); });
      case Kind::kKwPolicy:
        return ReadPolicy(items);
      case Kind::kKwApply:
        return Leaf(items, Rule::kApplyPolicy, [&] { return BuildApplyPolicy(Tree()); });
      case Kind::kKwGiven:
        return ReadGiven(items);
      case Kind::kKwLog:
        return Leaf(items, Rule::kLogging, [&] { return BuildLogging(Tree()); });
      case Kind::kKwWatch:
        return Leaf(items, Rule::kWatch, [&] { return BuildWatch(Tree()); });
      case Kind::kKwOptOut:
        return Leaf(items, Rule::kOptOut, [&] { return BuildOptOut(Tree()); });
      case Kind::kKwRetain:
        return Leaf(items, Rule::kRetention, [&] { return BuildRetention(Tree()); });
      case Kind::kKwAssert:
        return Leaf(items, Rule::kAssertion, [&] {
          syntax::Assertion assertion{BuildSentence(Tree())};
          CheckQuantifier(assertion.sentence, items, reporter_);
          return assertion;
        });
      case Kind::kKwTest:
        return ReadTest(items);
      case Kind::kKwEveryone:
      case Kind::kKwNobody:
      case Kind::kKwOnly:
      case Kind::kKwRole:
      case Kind::kKwUser:
      case Kind::kKwService:
      case Kind::kKwPermissionSet:
      case Kind::kKwTag:
        return ReadStatement(items);
      default:
        break;
    }
    const Explanation why = ExplainNoItem(position_, tokens_, reporter_);
    failed_at_ = why.at;
    if (why.repair) return Apply(*why.repair);  // and read it again as what was meant
    SkipItem(first);
  }

  void ReadStatement(std::vector<syntax::Item>& items) {
    Leaf(items, Rule::kStatement, [&] {
      syntax::Statement statement{BuildSentence(Tree())};
      CheckQuantifier(statement.sentence, items, reporter_);
      return statement;
    });
  }

  void ReadOrganization(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::OrganizationDecl decl;
    if (!Head(Rule::kOrganizationHead, [&] { decl = BuildOrganizationHead(Tree()); })) return;
    Body([&] { return Begins(Rule::kOrganizationPart, Here().kind); },
         [&] {
           if (At(Kind::kKwPartition)) {
             Entry(Rule::kPartition, Rule::kOrganizationPart,
                   [&] { decl.partitions.push_back(BuildPartition(Tree())); });
           } else if (At(Kind::kKwAttribute)) {
             Entry(Rule::kAttributeDecl, Rule::kOrganizationPart,
                   [&] { decl.attributes.push_back(BuildAttributeDecl(Tree())); });
           } else if (At(Kind::kKwManagement)) {
             Entry(Rule::kManagement, Rule::kOrganizationPart,
                   [&] { decl.management.push_back(BuildManagement(Tree())); });
           } else {
             ReadUnitEntry(Rule::kOrganizationPart, decl.units, decl.accounts);
           }
         });
    Add(items, first, std::move(decl));
  }

  void ReadUnitEntry(Rule of_block, std::vector<syntax::OrgUnit>& units,
                     std::vector<syntax::AccountDecl>& accounts) {
    if (At(Kind::kKwOu)) {
      ReadUnit(units);
    } else if (At(Kind::kKwAccount)) {
      Entry(Rule::kAccount, of_block, [&] { accounts.push_back(BuildAccount(Tree())); });
    } else {
      const Explanation why = Explain(of_block, position_, tokens_, reporter_);
      failed_at_ = why.at;
      if (why.repair) return Apply(*why.repair);  // and read it again as what was meant
      SkipEntry(position_, of_block);
    }
  }

  void ReadUnit(std::vector<syntax::OrgUnit>& units) {
    const Index first = position_;
    if (!EnterBlock()) return;
    syntax::OrgUnit unit;
    if (Head(Rule::kUnitHead, [&] { unit = BuildUnitHead(Tree()); })) {
      Body([&] { return Begins(Rule::kUnitPart, Here().kind); },
           [&] { ReadUnitEntry(Rule::kUnitPart, unit.units, unit.accounts); });
      unit.span = SpanFrom(first);
      units.push_back(std::move(unit));
    }
    --depth_;
  }

  void ReadTeam(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::TeamDecl decl;
    if (!Head(Rule::kTeamHead, [&] { decl = BuildTeamHead(Tree()); })) return;
    Entries(Rule::kTeamPart, [&] { AddTeamPart(Tree(), decl); });
    Add(items, first, std::move(decl));
  }

  void ReadEndpoint(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::EndpointDecl decl;
    if (!Head(Rule::kEndpointHead, [&] { decl = BuildEndpointHead(Tree()); })) return;
    Entries(Rule::kEndpointPart, [&] { AddEndpointPart(Tree(), decl); });
    Add(items, first, std::move(decl));
  }

  void ReadGuardrail(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::GuardrailDecl decl;
    if (!Head(Rule::kGuardrailHead, [&] { decl = BuildGuardrailHead(Tree()); })) return;
    Entries(Rule::kGuardrailPart, [&] { decl.items.push_back(BuildGuardrailPart(Tree())); });
    Add(items, first, std::move(decl));
  }

  void ReadUseCase(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::UseCaseDecl decl;
    if (!Head(Rule::kUseCaseHead, [&] { decl = BuildUseCaseHead(Tree()); })) return;
    Entries(Rule::kUseCasePart, [&] { decl.facts.push_back(BuildUseCasePart(Tree())); });
    Add(items, first, std::move(decl));
  }

  void ReadAttestation(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::AttestationDecl decl;
    if (!Head(Rule::kAttestationHead, [&] { decl = BuildAttestationHead(Tree()); })) return;
    Entries(Rule::kAttestationPart, [&] { decl.facts.push_back(BuildAttestationPart(Tree())); });
    Add(items, first, std::move(decl));
  }

  void ReadEvaluation(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::EvaluationDecl decl;
    if (!Head(Rule::kEvaluationHead, [&] { decl = BuildEvaluationHead(Tree()); })) return;
    Entries(Rule::kEvaluationPart, [&] { AddEvaluationPart(Tree(), decl); });
    Add(items, first, std::move(decl));
  }

  void ReadGateway(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::GatewayDecl decl;
    if (!Head(Rule::kGatewayHead, [&] { decl = BuildGatewayHead(Tree()); })) return;
    Entries(Rule::kGatewayPart, [&] { AddGatewayPart(Tree(), decl); });
    Add(items, first, std::move(decl));
  }

  void ReadTest(std::vector<syntax::Item>& items) {
    const Index first = position_;
    syntax::TestDecl decl;
    if (!Head(Rule::kTestHead, [&] { decl = BuildTestHead(Tree()); })) return;
    Entries(Rule::kTestPart, [&] {
      decl.lines.push_back(BuildSentence(Tree()));
      CheckQuantifier(decl.lines.back(), items, reporter_);
    });
    Add(items, first, std::move(decl));
  }

  // ---- blocks of items

  void ReadPolicy(std::vector<syntax::Item>& items) {
    const Index first = position_;
    if (!EnterBlock()) return;
    syntax::PolicyDecl decl;
    if (Head(Rule::kPolicyHead, [&] { decl = BuildPolicyHead(Tree()); })) {
      ReadItems(decl.items);
      Add(items, first, std::move(decl));
    }
    --depth_;
  }

  void ReadGiven(std::vector<syntax::Item>& items) {
    const Index first = position_;
    if (!EnterBlock()) return;
    syntax::Given given;
    if (Head(Rule::kGivenHead, [&] { given = BuildGivenHead(Tree()); })) {
      ReadItems(given.items);
      Add(items, first, std::move(given));
    }
    --depth_;
  }

  void ReadItems(std::vector<syntax::Item>& items) {
    Body([&] { return !At(Kind::kKwImport); }, [&] { ReadItem(items); });
  }

  /// Counts one more level of blocks; past the limit reports it and skips the whole block.
  bool EnterBlock() {
    if (depth_ < reporter_.limits().max_nesting) {
      ++depth_;
      return true;
    }
    TooDeep(Here());
    while (!At(Kind::kSymLBrace) && !At(Kind::kSymRBrace) && !At(Kind::kEnd)) ++position_;
    if (At(Kind::kSymLBrace)) position_ = AfterBlock(position_);
    if (KindAt(position_ - 1) == Kind::kSymLBrace) {
      position_ = static_cast<Index>(tokens_.size()) - 1;  // never closed: nothing left to read
    }
    return false;
  }

  static constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::kEnd) + 1;

  Reporter& reporter_;
  std::vector<Token>& tokens_;
  Recognizer recognizer_;
  Index position_ = 0;
  Index failed_at_ = 0;
  int depth_ = 0;
  std::array<std::bitset<kKinds>, static_cast<std::size_t>(Rule::kCount)> first_sets_;
  std::vector<Index> closers_;        ///< of each `{`, its `}`; filled at the first mistake
  std::vector<Index> stray_closers_;  ///< each `}` without a `{`
};

std::vector<syntax::Comment> CommentsOf(const Reporter& reporter, const Tokens& tokens) {
  std::vector<syntax::Comment> comments;
  comments.reserve(tokens.comments.size());
  for (const Token& token : tokens.comments) {
    comments.push_back({reporter.At(token), reporter.Text(token), token.first_on_line});
  }
  return comments;
}

}  // namespace

syntax::File Parse(const source::SourceMap& sources, source::FileId file, diag::Sink& sink,
                   const Limits& limits) {
  Reporter reporter(sources, file, sink, limits);
  syntax::File result;
  result.id = file;
  Tokens tokens = ReadTokens(reporter);
  result.comments = CommentsOf(reporter, tokens);
  FileParser(reporter, tokens).Run(result);
  result.complete = !reporter.any();
  return result;
}

}  // namespace writ::parse

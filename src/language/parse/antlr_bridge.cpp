#include "language/parse/antlr_bridge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <antlr4-runtime.h>
#include <atn/RuleStartState.h>
#include <atn/RuleStopState.h>
#include <atn/RuleTransition.h>

#include "WritLexer.h"
#include "WritParser.h"
#include "base/support/check.h"

namespace writ::parse {
namespace {

#define WRIT_TOKEN(Name, spelling, Class) \
  static_assert(static_cast<std::size_t>(TokenKind::k##Name) == grammar::WritLexer::Name);
#include "language/parse/tokens.def"
#undef WRIT_TOKEN
#define WRIT_RULE(Name) \
  static_assert(static_cast<std::size_t>(Rule::k##Name) == grammar::WritParser::Rule##Name);
#include "language/parse/rules.def"
#undef WRIT_RULE

std::size_t TypeOf(TokenKind kind) {
  return kind == TokenKind::kEnd ? antlr4::Token::EOF : static_cast<std::size_t>(kind);
}

/// Bytes as characters, so that offsets are byte offsets. Bytes outside ASCII all read as DEL,
/// which the grammar takes in comments and strings only: the lexer's tables cover ASCII alone.
class ByteStream final : public antlr4::CharStream {
 public:
  explicit ByteStream(std::string_view text) : text_(text) {}

  void consume() override { ++position_; }
  std::size_t LA(ssize_t i) override {
    const std::size_t at = position_ + static_cast<std::size_t>(i) - (i > 0 ? 1U : 0U);
    if (at >= text_.size()) return antlr4::IntStream::EOF;
    const auto byte = static_cast<unsigned char>(text_[at]);
    return byte < 0x80U ? byte : 0x7FU;
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t /*marker*/) override {}
  std::size_t index() override { return position_; }
  void seek(std::size_t index) override { position_ = std::min(index, text_.size()); }
  std::size_t size() override { return text_.size(); }
  std::string getSourceName() const override { return {}; }
  std::string getText(const antlr4::misc::Interval& interval) override {
    return std::string(text_.substr(static_cast<std::size_t>(interval.a), interval.length()));
  }
  std::string toString() const override { return std::string(text_); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

/// Keeps a token's type and place instead of making a token object.
class PlainLexer final : public grammar::WritLexer {
 public:
  explicit PlainLexer(antlr4::CharStream* input) : WritLexer(input) { removeErrorListeners(); }

  antlr4::Token* emit() override {
    if (type == antlr4::Token::EOF) return emitEOF();  // after SkipTo to the end of the text
    last_ = {static_cast<TokenKind>(type), static_cast<std::uint32_t>(tokenStartCharIndex),
             static_cast<std::uint32_t>(_input->index())};
    return nullptr;
  }
  antlr4::Token* emitEOF() override {
    const auto end = static_cast<std::uint32_t>(_input->size());
    last_ = {TokenKind::kEnd, end, end};
    return nullptr;
  }
  [[nodiscard]] RawToken last() const { return last_; }

 private:
  RawToken last_;
};

}  // namespace

struct Scanner::Impl {
  explicit Impl(std::string_view text) : input(text), lexer(&input) {}
  ByteStream input;
  PlainLexer lexer;
};

Scanner::Scanner(std::string_view text) : impl_(std::make_unique<Impl>(text)) {}
Scanner::~Scanner() = default;

RawToken Scanner::Next() {
  impl_->lexer.nextToken();
  return impl_->lexer.last();
}

void Scanner::SkipTo(std::uint32_t offset) { impl_->input.seek(offset); }

// ---- the parser --------------------------------------------------------------------------------

namespace {

/// What the generated parser needs of a token: its type and its index.
class TypedToken final : public antlr4::Token {
 public:
  TypedToken(std::uint32_t type, std::uint32_t index) : type_(type), index_(index) {}

  std::size_t getType() const override {
    return type_ == kEndType ? antlr4::Token::EOF : static_cast<std::size_t>(type_);
  }
  std::size_t getTokenIndex() const override { return index_; }
  std::string getText() const override { return {}; }
  std::size_t getLine() const override { return 0; }
  std::size_t getCharPositionInLine() const override { return 0; }
  std::size_t getChannel() const override { return antlr4::Token::DEFAULT_CHANNEL; }
  std::size_t getStartIndex() const override { return index_; }
  std::size_t getStopIndex() const override { return index_; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  antlr4::CharStream* getInputStream() const override { return nullptr; }
  std::string toString() const override { return {}; }

  static constexpr std::uint32_t kEndType = UINT32_MAX;

 private:
  std::uint32_t type_;
  std::uint32_t index_;
};

class TokenVectorStream final : public antlr4::TokenStream {
 public:
  explicit TokenVectorStream(const std::vector<Token>& tokens) {
    tokens_.reserve(tokens.size());
    for (const Token& token : tokens) {
      tokens_.push_back(Typed(token.kind, static_cast<std::uint32_t>(tokens_.size())));
    }
  }

  void Retype(std::uint32_t index, TokenKind kind) { tokens_[index] = Typed(kind, index); }

  antlr4::Token* LT(ssize_t k) override {
    if (k < 0 && static_cast<std::size_t>(-k) > position_) return nullptr;
    const std::size_t at = position_ + static_cast<std::size_t>(k) - (k > 0 ? 1U : 0U);
    return &tokens_[std::min(at, tokens_.size() - 1)];
  }
  std::size_t LA(ssize_t i) override { return LT(i)->getType(); }
  void consume() override {
    if (position_ + 1 < tokens_.size()) ++position_;
  }
  antlr4::Token* get(std::size_t index) const override {
    return const_cast<TypedToken*>(&tokens_[index]);  // the interface hands out mutable tokens
  }
  ssize_t mark() override { return 0; }
  void release(ssize_t /*marker*/) override {}
  std::size_t index() override { return position_; }
  void seek(std::size_t index) override { position_ = index; }
  std::size_t size() override { return tokens_.size(); }
  std::string getSourceName() const override { return {}; }
  antlr4::TokenSource* getTokenSource() const override { return nullptr; }
  std::string getText(const antlr4::misc::Interval& /*interval*/) override { return {}; }
  std::string getText() override { return {}; }
  std::string getText(antlr4::RuleContext* /*context*/) override { return {}; }
  std::string getText(antlr4::Token* /*first*/, antlr4::Token* /*last*/) override { return {}; }

 private:
  static TypedToken Typed(TokenKind kind, std::uint32_t index) {
    return {kind == TokenKind::kEnd ? TypedToken::kEndType : static_cast<std::uint32_t>(kind),
            index};
  }

  std::vector<TypedToken> tokens_;
  std::size_t position_ = 0;
};

/// Thrown through generated code, caught in Recognizer::Match.
struct Refusal {
  Outcome outcome;
};

class RefuseAtOnce final : public antlr4::ANTLRErrorStrategy {
 public:
  void reset(antlr4::Parser* /*parser*/) override {}
  antlr4::Token* recoverInline(antlr4::Parser* /*parser*/) override {
    throw Refusal{Outcome::kRefused};
  }
  void recover(antlr4::Parser* /*parser*/, std::exception_ptr /*cause*/) override {
    throw Refusal{Outcome::kRefused};
  }
  void sync(antlr4::Parser* /*parser*/) override {}
  bool inErrorRecoveryMode(antlr4::Parser* /*parser*/) override { return false; }
  void reportMatch(antlr4::Parser* /*parser*/) override {}
  void reportError(antlr4::Parser* /*parser*/,
                   const antlr4::RecognitionException& /*cause*/) override {}
};

/// Builds the flat tree from the parser's enter and exit events and bounds its depth.
class TreeBuilder final : public antlr4::tree::ParseTreeListener {
 public:
  explicit TreeBuilder(TokenVectorStream& tokens) : tokens_(tokens) {}

  void Start(int depth) {
    tree_.clear();
    open_.clear();
    depth_left_ = depth;
  }
  void enterEveryRule(antlr4::ParserRuleContext* context) override {
    const auto rule = static_cast<Rule>(context->getRuleIndex());
    const auto at = static_cast<std::uint32_t>(tokens_.index());
    if (Nests(rule) && --depth_left_ < 0) {
      too_deep_at_ = at;
      throw Refusal{Outcome::kTooDeep};
    }
    open_.push_back(static_cast<std::uint32_t>(tree_.size()));
    tree_.push_back({rule, at, at, 0});
  }
  void exitEveryRule(antlr4::ParserRuleContext* /*context*/) override {
    Node& node = tree_[open_.back()];
    open_.pop_back();
    node.end = static_cast<std::uint32_t>(tokens_.index());
    node.subtree_end = static_cast<std::uint32_t>(tree_.size());
    if (Nests(node.rule)) ++depth_left_;
  }
  void visitTerminal(antlr4::tree::TerminalNode* /*node*/) override {}
  void visitErrorNode(antlr4::tree::ErrorNode* /*node*/) override {}

  [[nodiscard]] const std::vector<Node>& tree() const { return tree_; }
  [[nodiscard]] std::uint32_t too_deep_at() const { return too_deep_at_; }

 private:
  static bool Nests(Rule rule) {
    return rule == Rule::kSetGroup || rule == Rule::kCondGroup || rule == Rule::kNegation;
  }

  TokenVectorStream& tokens_;
  std::vector<Node> tree_;
  std::vector<std::uint32_t> open_;
  int depth_left_ = 0;
  std::uint32_t too_deep_at_ = 0;
};

class PlainParser final : public grammar::WritParser {
 public:
  explicit PlainParser(antlr4::TokenStream* tokens) : WritParser(tokens) {
    removeErrorListeners();
    setBuildParseTree(false);
    setErrorHandler(std::make_shared<RefuseAtOnce>());
  }

  /// No terminal nodes: a node's tokens are known by their indices.
  antlr4::Token* consume() override {
    antlr4::Token* token = getCurrentToken();
    if (token->getType() != antlr4::Token::EOF) _input->consume();
    return token;
  }

  void Call(Rule rule) {
    switch (rule) {
#define WRIT_ENTRY(Name, name) \
  case Rule::k##Name:          \
    name();                    \
    return;
      WRIT_ENTRY(ImportDecl, importDecl)
      WRIT_ENTRY(OrganizationHead, organizationHead)
      WRIT_ENTRY(Partition, partition)
      WRIT_ENTRY(AttributeDecl, attributeDecl)
      WRIT_ENTRY(Management, management)
      WRIT_ENTRY(UnitHead, unitHead)
      WRIT_ENTRY(Account, account)
      WRIT_ENTRY(TeamHead, teamHead)
      WRIT_ENTRY(TeamPart, teamPart)
      WRIT_ENTRY(LetDecl, letDecl)
      WRIT_ENTRY(EndpointHead, endpointHead)
      WRIT_ENTRY(EndpointPart, endpointPart)
      WRIT_ENTRY(UseCaseHead, useCaseHead)
      WRIT_ENTRY(UseCasePart, useCasePart)
      WRIT_ENTRY(AttestationHead, attestationHead)
      WRIT_ENTRY(AttestationPart, attestationPart)
      WRIT_ENTRY(EvaluationHead, evaluationHead)
      WRIT_ENTRY(EvaluationPart, evaluationPart)
      WRIT_ENTRY(GatewayHead, gatewayHead)
      WRIT_ENTRY(GatewayPart, gatewayPart)
      WRIT_ENTRY(GuardrailHead, guardrailHead)
      WRIT_ENTRY(GuardrailPart, guardrailPart)
      WRIT_ENTRY(Statement, statement)
      WRIT_ENTRY(Screening, screening)
      WRIT_ENTRY(Logging, logging)
      WRIT_ENTRY(Requirement, requirement)
      WRIT_ENTRY(Watch, watch)
      WRIT_ENTRY(OptOut, optOut)
      WRIT_ENTRY(Retention, retention)
      WRIT_ENTRY(PolicyHead, policyHead)
      WRIT_ENTRY(ApplyPolicy, applyPolicy)
      WRIT_ENTRY(GivenHead, givenHead)
      WRIT_ENTRY(Assertion, assertion)
      WRIT_ENTRY(TestHead, testHead)
      WRIT_ENTRY(TestPart, testPart)
#undef WRIT_ENTRY
      default:
        WRIT_CHECK(false, "a rule that the front end calls");
    }
  }
};

}  // namespace

struct Recognizer::Impl {
  explicit Impl(const std::vector<Token>& tokens)
      : stream(tokens), parser(&stream), builder(stream) {
    parser.addParseListener(&builder);
  }

  Outcome Try(antlr4::atn::PredictionMode mode, Rule rule, std::uint32_t first, int depth) {
    stream.seek(first);
    parser.setContext(nullptr);
    parser.getTreeTracker().reset();
    parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(mode);
    builder.Start(depth);
    try {
      parser.Call(rule);
      return Outcome::kMatched;
    } catch (const Refusal& refusal) {
      return refusal.outcome;
    } catch (const std::exception&) {
      return Outcome::kRefused;  // the runtime gave up: the explanation finds out where
    }
  }

  TokenVectorStream stream;
  PlainParser parser;
  TreeBuilder builder;
};

Recognizer::Recognizer(const std::vector<Token>& tokens) : impl_(std::make_unique<Impl>(tokens)) {}
Recognizer::~Recognizer() = default;

Outcome Recognizer::Match(Rule rule, std::uint32_t first, int depth) {
  // SLL is fast and right for almost all input; LL only confirms a refusal.
  const Outcome outcome = impl_->Try(antlr4::atn::PredictionMode::SLL, rule, first, depth);
  if (outcome != Outcome::kRefused) return outcome;
  return impl_->Try(antlr4::atn::PredictionMode::LL, rule, first, depth);
}

void Recognizer::Retype(std::uint32_t index, TokenKind kind) { impl_->stream.Retype(index, kind); }
const std::vector<Node>& Recognizer::tree() const { return impl_->builder.tree(); }
std::uint32_t Recognizer::too_deep_at() const { return impl_->builder.too_deep_at(); }

// ---- explaining --------------------------------------------------------------------------------

namespace {

using antlr4::atn::ATN;
using antlr4::atn::ATNState;
using antlr4::atn::RuleTransition;
using antlr4::atn::Transition;

const ATN& Grammar() {
  static const ATN& atn = []() -> const ATN& {
    static const std::vector<Token> none{Token{}};
    static TokenVectorStream stream(none);
    static PlainParser parser(&stream);
    return parser.getATN();
  }();
  return atn;
}

}  // namespace

/// The grammar as a network of states with a stack of states to return to; stacks share their
/// tails and are numbered by content. Prefixes lead to the same few sets of places again and again,
/// so a set and where its tokens lead is computed once: long lists cost one look-up a token.
struct Derivations::Impl {
  using Stack = std::uint32_t;  // 0: empty
  struct Frame {
    const ATNState* back = nullptr;
    Stack below = 0;
  };
  using Place = std::pair<std::size_t, Stack>;  // state number, stack

  /// All places that some prefix leads to.
  struct Front {
    std::vector<Place> places;
    bool can_end = false;
    std::map<TokenKind, std::uint32_t> after;  // known so far
  };
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  Stack Push(const ATNState* back, Stack below) {
    const auto [found, is_new] = numbers.try_emplace({back->stateNumber, below}, 0U);
    if (is_new) {
      frames.push_back({back, below});
      found->second = static_cast<Stack>(frames.size());
    }
    return found->second;
  }

  /// The front of `todo` and all places reachable from there without a token.
  std::uint32_t Close(std::vector<Place> todo) {
    std::set<Place> places;
    bool can_end = false;
    while (!todo.empty()) {
      const Place place = todo.back();
      todo.pop_back();
      if (!places.insert(place).second) continue;
      ATNState* state = Grammar().states[place.first];
      if (state->getStateType() == ATNState::RULE_STOP) {
        if (place.second == 0) {
          can_end = true;
        } else {
          const Frame& frame = frames[place.second - 1];
          todo.emplace_back(frame.back->stateNumber, frame.below);
        }
        continue;
      }
      for (const Transition* transition : state->transitions) {
        if (transition->getSerializationType() == Transition::RULE) {
          const auto* call = static_cast<const RuleTransition*>(transition);
          todo.emplace_back(call->target->stateNumber, Push(call->followState, place.second));
        } else if (transition->isEpsilon()) {
          todo.emplace_back(transition->target->stateNumber, place.second);
        }
      }
    }
    std::vector<Place> key(places.begin(), places.end());
    const auto [found, is_new] = known.try_emplace(key, static_cast<std::uint32_t>(fronts.size()));
    if (is_new) fronts.push_back({std::move(key), can_end, {}});
    return found->second;
  }

  /// The front after one more token, or kNowhere.
  std::uint32_t After(TokenKind kind) {
    const auto done = fronts[here].after.find(kind);
    if (done != fronts[here].after.end()) return done->second;
    std::vector<Place> after;
    for (const Place& place : fronts[here].places) {
      ATNState* state = Grammar().states[place.first];
      if (state->getStateType() == ATNState::RULE_STOP) continue;
      for (const Transition* transition : state->transitions) {
        if (!transition->isEpsilon() &&
            transition->matches(TypeOf(kind), 0, Grammar().maxTokenType)) {
          after.emplace_back(transition->target->stateNumber, place.second);
        }
      }
    }
    const std::uint32_t front = after.empty() ? kNowhere : Close(std::move(after));
    fronts[here].after.emplace(kind, front);
    return front;
  }

  std::vector<Frame> frames;
  std::map<std::pair<std::size_t, Stack>, Stack> numbers;
  std::vector<Front> fronts;
  std::map<std::vector<Place>, std::uint32_t> known;
  std::uint32_t here = 0;
};

Derivations::Derivations(Rule rule) : impl_(std::make_unique<Impl>()) {
  const ATNState* start =
      reinterpret_cast<const ATNState*>(Grammar().ruleToStartState[static_cast<std::size_t>(rule)]);
  impl_->here = impl_->Close({{start->stateNumber, 0}});
}
Derivations::~Derivations() = default;
Derivations::Derivations(const Derivations& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}

bool Derivations::Take(TokenKind kind) {
  const std::uint32_t after = impl_->After(kind);
  if (after == Impl::kNowhere) return false;
  impl_->here = after;
  return true;
}

bool Derivations::CanEnd() const { return impl_->fronts[impl_->here].can_end; }

bool Derivations::Allows(TokenKind kind) const { return impl_->After(kind) != Impl::kNowhere; }

std::vector<Expected> Derivations::Next() const {
  std::set<Expected> next;
  for (const Impl::Place& place : impl_->fronts[impl_->here].places) {
    ATNState* state = Grammar().states[place.first];
    if (state->getStateType() == ATNState::RULE_STOP) continue;
    const Rule around = place.second == 0
                            ? Rule::kCount
                            : static_cast<Rule>(impl_->frames[place.second - 1].back->ruleIndex);
    for (const Transition* transition : state->transitions) {
      if (transition->isEpsilon()) continue;
      for (const auto type : transition->label().toList()) {
        const TokenKind kind = type < 0 ? TokenKind::kEnd : static_cast<TokenKind>(type);
        next.insert({kind, static_cast<Rule>(state->ruleIndex), around});
      }
    }
  }
  return {next.begin(), next.end()};
}

}  // namespace writ::parse

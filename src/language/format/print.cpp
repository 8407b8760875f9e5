#include "language/format/print.h"

#include <algorithm>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/check.h"
#include "language/format/format.h"
#include "language/parse/tokens.h"
#include "language/syntax/meaning.h"

namespace writ::format {
namespace {

using syntax::Cond;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWordCharacter(char c) { return IsLetter(c) || (c >= '0' && c <= '9'); }

/// NAME of the grammar, keywords included.
bool IsWord(std::string_view text) {
  if (text.empty() || !IsLetter(text[0])) return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (IsWordCharacter(text[i])) continue;
    const bool joins = text[i] == '.' || text[i] == '-';
    if (!joins || i + 1 == text.size() || !IsWordCharacter(text[i + 1])) return false;
  }
  return true;
}

/// Words with single spaces between them, but for those that are joined.
class Printer {
 public:
  std::string Take() && { return std::move(out_); }

  void Put(const syntax::File& file) {
    for (const syntax::Import& import : file.imports) {
      Word("import");
      Word(import.is_path ? Quoted(import.target) : import.target);
      EndLine();
    }
    Items(file.items);
  }

  void Put(const syntax::Sentence& sentence) {
    using Kind = syntax::Modality::Kind;
    const Kind kind = sentence.modality.kind;
    if (kind == Kind::kAllow) Word("allow");
    if (kind == Kind::kDeny) Word("deny");
    Put(sentence.subject);
    Put(sentence.modality);
    Put(sentence.action);
    All(sentence.qualifiers);
  }

  void Put(const Cond& cond) {
    switch (cond.kind) {
      case Cond::Kind::kComparison:
        Put(*cond.comparison);
        return;
      case Cond::Kind::kNot:
        Word("not");
        Operand(cond.operands[0]);
        return;
      case Cond::Kind::kAnd:
      case Cond::Kind::kOr:
        for (std::size_t i = 0; i < cond.operands.size(); ++i) {
          if (i > 0) Word(cond.kind == Cond::Kind::kAnd ? "and" : "or");
          Operand(cond.operands[i]);
        }
        return;
    }
  }

 private:
  // ---- words

  void Word(std::string_view text) {
    if (!out_.empty() && out_.back() != '\n' && !is_joined_) out_ += ' ';
    out_ += text;
    is_joined_ = false;
  }
  /// Directly after what was written last.
  void Join(std::string_view text) {
    out_ += text;
    is_joined_ = false;
  }
  void JoinNext() { is_joined_ = true; }
  void EndLine() { out_ += '\n'; }

  void Put(const syntax::Name& name) { Word(name.text); }
  void Put(const syntax::String& text) { Word(Quoted(text.value)); }
  void Put(const syntax::Date& date) {
    Word(fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day));
  }
  void Put(const syntax::Literal& literal) {
    Word(literal.kind == syntax::Literal::Kind::kString ? Quoted(literal.text) : literal.text);
  }

  template <class T>
  void All(const std::vector<T>& parts) {
    for (const T& part : parts) Put(part);
  }
  template <class T>
  void Listed(const std::vector<T>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) Join(",");
      Put(parts[i]);
    }
  }

  /// Words joined by colons, or a string.
  void Tag(const syntax::TagKey& tag) {
    std::string_view rest = tag.text;
    bool is_plain = true;
    while (is_plain) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      is_plain = IsWord(rest.substr(0, colon));
      if (colon == rest.size()) break;
      rest.remove_prefix(colon + 1);
    }
    Word(is_plain ? tag.text : Quoted(tag.text));
  }

  // ---- conditions

  void Operand(const Cond& cond) {
    const bool is_chain = cond.kind == Cond::Kind::kAnd || cond.kind == Cond::Kind::kOr;
    if (!is_chain) return Put(cond);
    Word("(");
    JoinNext();
    Put(cond);
    Join(")");
  }

  void Put(const syntax::Key& key) {
    Put(key.first);
    if (key.second) {
      Join(":");
      // As it was written, escapes included.
      const std::string text(key.second->text);
      Join(IsPlainName(text) ? text : "\"" + text + "\"");
    }
    if (!key.tag) return;
    Join("/");
    JoinNext();
    Tag(*key.tag);
  }

  void Put(const syntax::Value& value) {
    std::visit([&](const auto& form) { Put(form); }, value.form);
  }

  void Put(const syntax::Comparison& comparison) {
    Put(comparison.key);
    if (comparison.op == syntax::Comparison::Operator::kPresent) return;
    Word(syntax::OperatorText(comparison.op));
    if (comparison.is_list) {
      Word("[");
      JoinNext();
    }
    Listed(comparison.values);
    if (comparison.is_list) Join("]");
  }

  // ---- sets

  void Put(const syntax::SetTerm& term) {
    using Kind = syntax::SetTerm::Kind;
    using Quantifier = syntax::SetTerm::Quantifier;
    if (term.quantifier == Quantifier::kAny) Word("any");
    if (term.quantifier == Quantifier::kLatest) Word("latest");
    switch (term.kind) {
      case Kind::kString:
        Put(*term.string);
        return;
      case Kind::kGroup:
        Word("(");
        JoinNext();
        Put(*term.group);
        Join(")");
        return;
      case Kind::kResource:
        Put(term.name);
        Put(*term.string);
        return;
      case Kind::kName:
        Put(term.name);
        if (term.from) {
          Word("from");
          Put(*term.from);
        }
        if (term.where) {
          Word("where");
          Put(*term.where);
        }
        return;
    }
  }

  void Put(const syntax::SetExpr& set) {
    Listed(set.included);
    if (set.excluded.empty()) return;
    Word("except");
    Listed(set.excluded);
  }

  // ---- sentences

  void Put(const syntax::Principal& principal) {
    using Kind = syntax::Principal::Kind;
    switch (principal.kind) {
      case Kind::kTeam:
        Word("team");
        Listed(principal.teams);
        return;
      case Kind::kRole:
        Word("role");
        break;
      case Kind::kUser:
        Word("user");
        break;
      case Kind::kService:
        Word("service");
        break;
      case Kind::kPermissionSet:
        Word("permission-set");
        Word(IsPlainName(principal.value) ? principal.value : Quoted(principal.value));
        return;
      case Kind::kTag:
      case Kind::kClaim:
        Word(principal.kind == Kind::kTag ? "tag" : "claim");
        Tag(*principal.tag);
        Word("=");
        break;
    }
    Word(Quoted(principal.value));
  }

  void Put(const syntax::Subject& subject) {
    using Quantifier = syntax::Subject::Quantifier;
    if (subject.quantifier == Quantifier::kEveryone) Word("everyone");
    if (subject.quantifier == Quantifier::kNobody) Word("nobody");
    if (subject.quantifier == Quantifier::kOnly) Word("only");
    if (subject.outside) {
      Word("outside");
      Word(subject.outside->organization.text);
      if (subject.outside->except.empty()) return;
      Word("except");
      Word("account");
      return Listed(subject.outside->except);
    }
    Listed(subject.principals);
    if (subject.in) {
      Word("in");
      Put(*subject.in);
    }
    if (subject.except.empty()) return;
    Word("except");
    Listed(subject.except);
  }

  void Put(const syntax::Duty& duty) {
    using Kind = syntax::Duty::Kind;
    if (duty.kind == Kind::kSatisfy) {
      Word("satisfy");
      return Put(*duty.cond);
    }
    Word("use");
    Word(duty.kind == Kind::kGuardrail  ? "guardrail"
         : duty.kind == Kind::kEndpoint ? "endpoint"
                                        : "profile");
    Put(*duty.set);
  }

  void Put(const syntax::Modality& modality) {
    using Kind = syntax::Modality::Kind;
    switch (modality.kind) {
      case Kind::kMay:
        return Word("may");
      case Kind::kMayNot:
        return Word("may not");
      case Kind::kCan:
        return Word("can");
      case Kind::kCannot:
        return Word("cannot");
      case Kind::kAllow:
      case Kind::kDeny:
        return;  // before the subject
      case Kind::kMust:
        break;
    }
    Word("must");
    for (std::size_t i = 0; i < modality.duties.size(); ++i) {
      if (i > 0) Word("and");
      Put(modality.duties[i]);
    }
    Word("to");
  }

  void Put(const syntax::ActionName& action) {
    Put(action.service);
    Join(":");
    Join(action.quoted ? Quoted(action.name) : action.name);
  }

  void Put(const syntax::Action& action) {
    using Kind = syntax::Action::Kind;
    if (action.kind == Kind::kVerb) {
      Put(action.verb);
      return Put(*action.object);
    }
    Word("do");
    if (action.kind == Kind::kDoAnything) {
      Word("anything");
      if (!action.actions.empty()) Word("except");
    }
    Listed(action.actions);
    if (action.resources.empty()) return;
    Word("on");
    Listed(action.resources);
  }

  void Put(const syntax::Route& route) {
    using Kind = syntax::Route::Kind;
    if (route.kind == Kind::kDirectly) return Word("directly");
    if (route.kind == Kind::kGlobally) return Word("globally");
    Word("within");
    Put(route.geography);
  }

  void Put(const syntax::Qualifier& qualifier) {
    std::visit([&](const auto& form) { Put(form); }, qualifier.form);
  }
  void Put(const syntax::InQualifier& q) {
    Word("in");
    Put(q.set);
  }
  void Put(const syntax::RoutedQualifier& q) {
    Word("routed");
    Listed(q.routes);
  }
  void Put(const syntax::ThroughQualifier& q) {
    Word("through");
    Listed(q.planes);
  }
  void Put(const syntax::WithGuardrailQualifier& q) {
    Word("with guardrail");
    Put(q.guardrails);
  }
  void Put(const syntax::ViaQualifier& q) {
    Word(q.kind == syntax::ViaQualifier::Kind::kEndpoint ? "via endpoint" : "via profile");
    Put(q.set);
  }
  void Put(const syntax::WhenQualifier& q) {
    Word(q.unless ? "unless" : "when");
    Put(q.cond);
  }
  void Put(const syntax::DateQualifier& q) {
    Word(q.until ? "until" : "from");
    Put(q.date);
  }
  void Put(const syntax::UnderQualifier& q) {
    Word("under");
    Put(q.use_case);
  }
  void Put(const syntax::AfterQualifier& q) {
    Word("after evaluation");
    Listed(q.evaluations);
  }
  void Put(const syntax::ControlQualifier& q) {
    Word("control");
    Listed(q.controls);
  }
  void Put(const syntax::WaiveQualifier& q) {
    Word("waive");
    Put(q.rule);
    Word("until");
    Put(q.until);
    Word("by");
    Put(q.by);
  }
  void Put(const syntax::BecauseQualifier& q) {
    Word("because");
    Put(q.reason);
  }

  // ---- declarations

  void Items(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      std::visit([&](const auto& form) { Put(form); }, item.form);
      EndLine();
    }
  }

  /// `{`, an entry a line, `}`.
  template <class Entries>
  void Block(const Entries& entries) {
    Word("{");
    EndLine();
    entries();
    Word("}");
  }
  template <class T>
  void Lines(const std::vector<T>& entries) {
    for (const T& entry : entries) {
      Put(entry);
      EndLine();
    }
  }
  /// `word part`, a line each.
  template <class T>
  void Lines(std::string_view word, const std::vector<T>& entries) {
    for (const T& entry : entries) {
      Word(word);
      Put(entry);
      EndLine();
    }
  }

  void Put(const syntax::Attribute& attribute) {
    Put(attribute.name);
    Word("=");
    Put(attribute.value);
  }

  void Put(const syntax::PartitionDecl& decl) {
    Word("partition");
    Put(decl.name);
  }

  void Put(const syntax::AttributeDecl& decl) {
    Word("attribute");
    Put(decl.name);
    if (!decl.is_closed) return;
    Word("in [");
    JoinNext();
    Listed(decl.values);
    Join("]");
  }

  void Account(std::string_view word, const syntax::AccountDecl& account) {
    Word(word);
    if (!account.name.text.empty()) Put(account.name);
    Put(account.number);
    if (!account.attributes.empty()) {
      Word("{");
      All(account.attributes);
      Word("}");
    }
    EndLine();
  }

  void Put(const syntax::OrgUnit& unit) {
    Word("ou");
    Put(unit.name);
    if (unit.id) Put(*unit.id);
    Block([&] { Below(unit.units, unit.accounts); });
  }

  void Below(const std::vector<syntax::OrgUnit>& units,
             const std::vector<syntax::AccountDecl>& accounts) {
    for (const syntax::AccountDecl& account : accounts) Account("account", account);
    Lines(units);
  }

  void Put(const syntax::OrganizationDecl& decl) {
    Word("organization");
    Put(decl.name);
    if (decl.id) Put(*decl.id);
    Block([&] {
      Lines(decl.partitions);
      Lines(decl.attributes);
      for (const syntax::AccountDecl& account : decl.management) Account("management", account);
      Below(decl.units, decl.accounts);
    });
  }

  void Put(const syntax::TeamDecl& decl) {
    Word("team");
    Put(decl.name);
    Block([&] {
      Lines("in", decl.in);
      if (!decl.principals.empty()) {
        Word("as");
        Listed(decl.principals);
        EndLine();
      }
      Lines("contact", decl.contacts);
      Lines(decl.attributes);
    });
  }

  void Put(const syntax::LetDecl& decl) {
    Word("let");
    Put(decl.name);
    Word("=");
    Put(decl.value);
  }

  void Put(const syntax::EndpointDecl& decl) {
    Word("endpoint");
    Put(decl.name);
    Block([&] {
      Lines("vpce", decl.vpces);
      Lines("vpc", decl.vpcs);
      Lines("cidr", decl.cidrs);
      Lines("in", decl.in);
    });
  }

  void Put(const syntax::UseCaseFact& fact) {
    Put(fact.name);
    if (fact.by) {
      Word("by");
      Put(*fact.by);
      Word("on");
      Put(*fact.date);
    } else if (fact.date) {
      Word("by");
      Put(*fact.date);
    }
    Listed(fact.values);
  }

  void Put(const syntax::UseCaseDecl& decl) {
    Word("use-case");
    Put(decl.name);
    if (decl.title) Put(*decl.title);
    Block([&] { Lines(decl.facts); });
  }

  void Put(const syntax::AttestationDecl& decl) {
    Word("attestation");
    Put(decl.name);
    if (decl.title) Put(*decl.title);
    Block([&] {
      for (const syntax::Attribute& fact : decl.facts) {
        Put(fact.name);
        Put(fact.value);
        EndLine();
      }
    });
  }

  void Put(const syntax::Metric& metric) {
    Word("metric");
    Put(metric.name);
    for (const syntax::Bound& bound : metric.bounds) {
      Word(bound.at_most ? "at most" : "at least");
      if (bound.negative) {
        Word("-");
        JoinNext();
      }
      Put(bound.number);
    }
  }

  void Put(const syntax::EvaluationDecl& decl) {
    Word("evaluation");
    Put(decl.name);
    if (decl.title) Put(*decl.title);
    Block([&] {
      for (const syntax::UseCaseFact& fact : decl.facts) {
        if (fact.by) {
          Word("by");
          Put(*fact.by);
          Word("on");
          Put(*fact.date);
        } else {
          Put(fact);
        }
        EndLine();
      }
      Lines(decl.metrics);
    });
  }

  void Put(const syntax::GatewayDecl& decl) {
    Word("gateway");
    Put(decl.name);
    Put(decl.arn);
    Block([&] {
      for (std::size_t i = 0; i < decl.iam.size(); ++i) Flag("iam");
      for (std::size_t i = 0; i < decl.oauth.size(); ++i) Flag("oauth");
      for (const syntax::GatewayTools& tools : decl.tools) {
        Word("tools");
        Put(tools.target);
        Word("from");
        Put(tools.path);
        EndLine();
      }
      Lines("as role", decl.roles);
    });
  }

  void Flag(std::string_view word) {
    Word(word);
    EndLine();
  }

  // ---- guardrails

  void Side(const std::optional<syntax::Name>& side) {
    if (!side) return;
    Word("on");
    Put(*side);
  }

  void Put(const syntax::Level& level) {
    Put(level.level);
    Side(level.side);
  }
  void Put(const syntax::DescriptionItem& item) {
    Word("description");
    Put(item.text);
  }
  void Put(const syntax::TierItem& item) {
    Word("tier");
    Put(item.tier);
  }
  void Put(const syntax::RoutedItem& item) {
    Word("routed within");
    Put(item.scope);
  }
  void Put(const syntax::FilterItem& item) {
    Word("filter");
    Listed(item.filters);
    Listed(item.levels);
  }
  void Put(const syntax::TopicItem& item) {
    Word("deny topic");
    Put(item.name);
    Put(item.definition);
    if (item.examples.empty()) return;
    Block([&] { Lines("example", item.examples); });
  }
  void Put(const syntax::FindingItem& item) {
    using Response = syntax::FindingItem::Response;
    Word(item.response == Response::kBlock  ? "block"
         : item.response == Response::kMask ? "mask"
                                            : "detect");
    if (!item.words.empty()) {
      Word("words");
      Listed(item.words);
    }
    if (item.pattern_name) {
      Word("pattern");
      Put(*item.pattern_name);
      Put(*item.pattern);
    }
    Listed(item.names);
    Side(item.side);
  }
  void Put(const syntax::ThresholdItem& item) {
    Word(item.relevance ? "relevance" : "grounding");
    Put(item.value);
  }
  void Put(const syntax::ReasoningItem& item) {
    Word("reasoning");
    Listed(item.policies);
    if (!item.confidence) return;
    Word("confidence");
    Put(*item.confidence);
  }
  void Put(const syntax::MessageItem& item) {
    Word("say");
    Put(item.text);
    Side(item.side);
  }
  void Put(const syntax::KeyItem& item) {
    Word("key");
    Put(item.key);
  }
  void Put(const syntax::TagItem& item) {
    Word("tag");
    Tag(item.key);
    Word("=");
    Put(item.value);
  }
  void Put(const syntax::GuardrailItem& item) {
    std::visit([&](const auto& form) { Put(form); }, item.form);
  }

  void Put(const syntax::GuardrailDecl& decl) {
    Word("guardrail");
    Put(decl.name);
    if (decl.extends) {
      Word("extends");
      Put(*decl.extends);
    }
    Block([&] { Lines(decl.items); });
  }

  void Put(const syntax::Screening& item) {
    Word("guardrail");
    Put(item.guardrail);
    Word("screens");
    Put(item.models);
    All(item.qualifiers);
  }

  void Put(const syntax::Sink& sink) {
    Word(sink.is_bucket ? "bucket" : "log-group");
    Put(sink.target);
    if (!sink.role) return;
    Word("as");
    Put(*sink.role);
  }

  void Put(const syntax::Logging& item) {
    Word("log invocations to");
    Listed(item.sinks);
    All(item.qualifiers);
  }

  void Put(const syntax::Watch& item) {
    Word("watch");
    switch (item.kind) {
      case syntax::Watch::Kind::kChanges:
        Word("changes to");
        Put(*item.set);
        break;
      case syntax::Watch::Kind::kRefusals:
        Word("refusals");
        break;
      case syntax::Watch::Kind::kUse:
        Word("use of");
        Put(*item.set);
        break;
    }
    Word("to");
    Put(item.target);
    if (item.role) {
      Word("as");
      Put(*item.role);
    }
    All(item.qualifiers);
  }

  void Put(const syntax::OptOut& item) {
    Word("opt-out of service-improvement");
    if (!item.except.empty()) {
      Word("except");
      Listed(item.except);
    }
    if (item.locked) Word("locked");
    All(item.qualifiers);
  }

  void Put(const syntax::Retention& item) {
    Word("retain prompts at most");
    Put(item.mode);
    All(item.qualifiers);
  }

  void Put(const syntax::Need& need) {
    using Kind = syntax::Need::Kind;
    switch (need.kind) {
      case Kind::kUseCase:
        Word("use-case");
        return;
      case Kind::kEvaluation:
        Word("evaluation");
        return;
      case Kind::kGuardrail:
        Word("guardrail");
        return;
      case Kind::kUntil:
        Word("until");
        return;
      case Kind::kBecause:
        Word("because");
        return;
      case Kind::kControl:
        Word("control");
        Put(*need.control);
        return;
      case Kind::kAttestation:
        Word("attestation");
        Put(*need.attestation);
        return;
    }
  }

  void Put(const syntax::Requirement& item) {
    Word("require");
    Listed(item.needs);
    Word("to");
    Put(item.action);
    All(item.qualifiers);
  }

  // ---- reuse, proofs, tests

  void Put(const syntax::Param& param) {
    Put(param.name);
    Join(":");
    Put(param.sort);
  }

  void Put(const syntax::PolicyDecl& decl) {
    Word("policy");
    Put(decl.name);
    Join("(");
    JoinNext();
    Listed(decl.params);
    Join(")");
    Block([&] { Items(decl.items); });
  }

  void Put(const syntax::Arg& arg) {
    Put(arg.name);
    Word("=");
    Put(arg.value);
  }

  void Put(const syntax::ApplyPolicy& item) {
    Word("apply");
    Put(item.policy);
    Join("(");
    JoinNext();
    Listed(item.args);
    Join(")");
  }

  void Put(const syntax::Given& item) {
    Word("given");
    All(item.qualifiers);
    Block([&] { Items(item.items); });
  }

  void Put(const syntax::Statement& item) { Put(item.sentence); }
  void Put(const syntax::Assertion& item) {
    Word("assert");
    Put(item.sentence);
  }
  void Put(const syntax::TestDecl& decl) {
    Word("test");
    Put(decl.title);
    Block([&] { Lines(decl.lines); });
  }

  std::string out_;
  bool is_joined_ = false;  ///< no space before the next word
};

template <class Tree>
std::string Printed(const Tree& tree) {
  Printer printer;
  printer.Put(tree);
  return std::move(printer).Take();
}

}  // namespace

std::string Print(const syntax::File& file) {
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId printed = sources.Add("printed", Printed(file));
  std::optional<std::string> text = Format(sources, printed, sink);
  WRIT_CHECK(text.has_value(), "a printed tree is a program");
  return *std::move(text);
}

std::string Print(const syntax::Sentence& sentence) { return Printed(sentence); }
std::string Print(const Cond& cond) { return Printed(cond); }

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        quoted += c;
    }
  }
  return quoted + "\"";
}

bool IsPlainName(std::string_view text) {
  if (!IsWord(text)) return false;
  const parse::TokenKind keyword = parse::KeywordOf(text);
  return keyword == parse::TokenKind::kNone || parse::IsName(keyword);
}

}  // namespace writ::format

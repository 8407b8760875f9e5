#include "language/syntax/meaning.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace writ::syntax {
namespace {

/// Writes every construct as `(tag parts…)`, each text with its length before it, so that different
/// constructs never write the same.
class Writer {
 public:
  std::string Take() && { return std::move(out_); }

  void Put(const Import& import) {
    Open("import");
    Number(import.is_path);
    Text(import.target);
    Close();
  }
  void Put(const Item& item) {
    Number(static_cast<int>(item.form.index()));
    std::visit([&](const auto& form) { Put(form); }, item.form);
  }
  template <class T>
  void Put(const std::vector<T>& values) {
    Open("list");
    for (const T& value : values) Put(value);
    Close();
  }

 private:
  template <class T>
  void Put(const std::optional<T>& value) {
    Number(value.has_value());
    if (value) Put(*value);
  }
  template <class T>
  void Put(const Box<T>& value) {
    Number(static_cast<bool>(value));
    if (value) Put(*value);
  }
  template <class... Parts>
  void All(std::string_view tag, const Parts&... parts) {
    Open(tag);
    (Put(parts), ...);
    Close();
  }

  void Open(std::string_view tag) { out_.append("(").append(tag); }
  void Close() { out_ += ')'; }
  void Number(int number) { out_ += fmt::format(" {}", number); }
  void Text(std::string_view text) { out_ += fmt::format(" {}:{}", text.size(), text); }

  void Put(bool value) { Number(value); }
  void Put(const std::string& text) { Text(text); }
  void Put(const Name& name) { Text(name.text); }
  void Put(const String& text) { Text(text.value); }
  void Put(const Date& date) { Text(fmt::format("{}-{}-{}", date.year, date.month, date.day)); }
  void Put(const TagKey& tag) { Text(tag.text); }
  void Put(const Literal& literal) {
    Number(static_cast<int>(literal.kind));
    Text(literal.text);
  }

  void Put(const Key& key) { Text(key.Text()); }
  void Put(const Value& value) {
    Number(static_cast<int>(value.form.index()));
    std::visit([&](const auto& form) { Put(form); }, value.form);
  }
  void Put(const Comparison& comparison) {
    Number(static_cast<int>(comparison.op));
    All("comparison", comparison.key, comparison.is_list, comparison.values);
  }
  void Put(const Cond& cond) {
    Number(static_cast<int>(cond.kind));
    All("cond", cond.operands, cond.comparison);
  }
  void Put(const SetTerm& term) {
    Number(static_cast<int>(term.kind));
    Number(static_cast<int>(term.quantifier));
    All("term", term.name, term.from, term.where, term.string, term.group);
  }
  void Put(const SetExpr& set) { All("set", set.included, set.excluded); }

  void Put(const Principal& principal) {
    Number(static_cast<int>(principal.kind));
    All("principal", principal.teams, principal.value, principal.tag);
  }
  void Put(const Subject& subject) {
    Number(static_cast<int>(subject.quantifier));
    All("subject", subject.principals, subject.in, subject.except);
  }
  void Put(const Duty& duty) {
    Number(static_cast<int>(duty.kind));
    All("duty", duty.set, duty.cond);
  }
  void Put(const Modality& modality) {
    Number(static_cast<int>(modality.kind));
    Put(modality.duties);
  }
  void Put(const ActionName& action) {
    All("action-name", action.service, action.name, action.quoted);
  }
  void Put(const Action& action) {
    Number(static_cast<int>(action.kind));
    All("action", action.verb, action.object, action.actions, action.resources);
  }
  void Put(const Route& route) {
    Number(static_cast<int>(route.kind));
    Put(route.geography);
  }
  void Put(const InQualifier& q) { Put(q.set); }
  void Put(const RoutedQualifier& q) { Put(q.routes); }
  void Put(const ThroughQualifier& q) { Put(q.planes); }
  void Put(const WithGuardrailQualifier& q) { Put(q.guardrails); }
  void Put(const ViaQualifier& q) {
    Number(static_cast<int>(q.kind));
    Put(q.set);
  }
  void Put(const WhenQualifier& q) { All("when", q.unless, q.cond); }
  void Put(const DateQualifier& q) { All("date", q.until, q.date); }
  void Put(const UnderQualifier& q) { Put(q.use_case); }
  void Put(const AfterQualifier& q) { Put(q.evaluations); }
  void Put(const ControlQualifier& q) { Put(q.controls); }
  void Put(const WaiveQualifier& q) { All("waive", q.rule, q.until, q.by); }
  void Put(const BecauseQualifier& q) { Put(q.reason); }
  void Put(const Qualifier& qualifier) {
    Number(static_cast<int>(qualifier.form.index()));
    std::visit([&](const auto& form) { Put(form); }, qualifier.form);
  }
  void Put(const Sentence& sentence) {
    All("sentence", sentence.subject, sentence.modality, sentence.action, sentence.qualifiers);
  }

  void Put(const Attribute& attribute) { All("attribute", attribute.name, attribute.value); }
  void Put(const AccountDecl& account) {
    All("account", account.name, account.number, account.attributes);
  }
  void Put(const OrgUnit& unit) { All("ou", unit.name, unit.id, unit.units, unit.accounts); }
  void Put(const PartitionDecl& decl) { Put(decl.name); }
  void Put(const AttributeDecl& decl) {
    All("attribute-decl", decl.name, decl.is_closed, decl.values);
  }
  void Put(const OrganizationDecl& decl) {
    All("organization", decl.name, decl.id, decl.partitions, decl.attributes, decl.management,
        decl.units, decl.accounts);
  }
  void Put(const TeamDecl& decl) {
    All("team", decl.name, decl.in, decl.principals, decl.contacts, decl.attributes);
  }
  void Put(const LetDecl& decl) { All("let", decl.name, decl.value); }
  void Put(const EndpointDecl& decl) {
    All("endpoint", decl.name, decl.vpces, decl.vpcs, decl.cidrs, decl.in);
  }
  void Put(const UseCaseFact& fact) { All("fact", fact.name, fact.values, fact.by, fact.date); }
  void Put(const UseCaseDecl& decl) { All("use-case", decl.name, decl.title, decl.facts); }
  void Put(const AttestationDecl& decl) { All("attestation", decl.name, decl.title, decl.facts); }

  void Put(const Bound& bound) { All("bound", bound.at_most, bound.negative, bound.number); }
  void Put(const Metric& metric) { All("metric", metric.name, metric.bounds); }
  void Put(const EvaluationDecl& decl) {
    All("evaluation", decl.name, decl.title, decl.facts, decl.metrics);
  }
  void Put(const GatewayTools& tools) { All("tools", tools.target, tools.path); }
  void Put(const GatewayDecl& decl) {
    All("gateway", decl.name, decl.arn, !decl.iam.empty(), !decl.oauth.empty(), decl.tools,
        decl.roles);
  }
  void Put(const Need& need) {
    Number(static_cast<int>(need.kind));
    All("need", need.control, need.attestation);
  }
  void Put(const Requirement& item) {
    All("requirement", item.needs, item.action, item.qualifiers);
  }

  void Put(const Level& level) { All("level", level.level, level.side); }
  void Put(const DescriptionItem& item) { Put(item.text); }
  void Put(const TierItem& item) { Put(item.tier); }
  void Put(const RoutedItem& item) { Put(item.scope); }
  void Put(const FilterItem& item) { All("filter", item.filters, item.levels); }
  void Put(const TopicItem& item) { All("topic", item.name, item.definition, item.examples); }
  void Put(const FindingItem& item) {
    Number(static_cast<int>(item.response));
    All("finding", item.words, item.pattern_name, item.pattern, item.names, item.side);
  }
  void Put(const ThresholdItem& item) { All("threshold", item.relevance, item.value); }
  void Put(const ReasoningItem& item) { All("reasoning", item.policies, item.confidence); }
  void Put(const MessageItem& item) { All("say", item.text, item.side); }
  void Put(const KeyItem& item) { Put(item.key); }
  void Put(const TagItem& item) { All("tag", item.key, item.value); }
  void Put(const GuardrailItem& item) {
    Number(static_cast<int>(item.form.index()));
    std::visit([&](const auto& form) { Put(form); }, item.form);
  }
  void Put(const GuardrailDecl& decl) { All("guardrail", decl.name, decl.extends, decl.items); }
  void Put(const Screening& item) {
    All("screening", item.guardrail, item.models, item.qualifiers);
  }
  void Put(const Sink& sink) { All("sink", sink.is_bucket, sink.target, sink.role); }
  void Put(const Logging& item) { All("logging", item.sinks, item.qualifiers); }

  void Put(const Watch& item) {
    Number(static_cast<int>(item.kind));
    All("watch", item.set, item.target, item.role, item.qualifiers);
  }

  void Put(const OptOut& item) {
    Number(item.locked ? 1 : 0);
    All("opt-out", item.except, item.qualifiers);
  }
  void Put(const Retention& item) { All("retain", item.mode, item.qualifiers); }

  void Put(const Param& param) { All("param", param.name, param.sort); }
  void Put(const PolicyDecl& decl) { All("policy", decl.name, decl.params, decl.items); }
  void Put(const Arg& arg) { All("arg", arg.name, arg.value); }
  void Put(const ApplyPolicy& item) { All("apply", item.policy, item.args); }
  void Put(const Given& item) { All("given", item.qualifiers, item.items); }
  void Put(const Statement& item) { Put(item.sentence); }
  void Put(const Assertion& item) { Put(item.sentence); }
  void Put(const TestDecl& decl) { All("test", decl.title, decl.lines); }

  std::string out_;
};

std::string_view WithoutSlashes(std::string_view comment) {
  comment.remove_prefix(2);
  if (!comment.empty() && comment.front() == ' ') comment.remove_prefix(1);
  while (!comment.empty() && (comment.back() == ' ' || comment.back() == '\t')) {
    comment.remove_suffix(1);
  }
  return comment;
}

}  // namespace

std::string Digest(const File& file) {
  Writer writer;
  writer.Put(file.imports);
  writer.Put(file.items);
  return std::move(writer).Take();
}

bool SameMeaning(const File& a, const File& b) { return Digest(a) == Digest(b); }

std::string DocComment(const source::SourceMap& sources, const File& file, const Item& item) {
  const auto after = std::ranges::lower_bound(file.comments, item.span.begin, {},
                                              [](const Comment& c) { return c.span.begin; });
  std::uint32_t line = sources.Locate(file.id, item.span.begin).line;
  auto first = after;
  while (first != file.comments.begin()) {
    const Comment& above = *(first - 1);
    if (!above.own_line || sources.Locate(file.id, above.span.begin).line + 1 != line) break;
    --line;
    --first;
  }
  std::string text;
  for (auto comment = first; comment != after; ++comment) {
    if (comment != first) text += '\n';
    text += WithoutSlashes(comment->text);
  }
  return text;
}

std::string_view OperatorText(Comparison::Operator op) {
  using Operator = Comparison::Operator;
  switch (op) {
    case Operator::kPresent:
      return "";
    case Operator::kEqual:
      return "=";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kLess:
      return "<";
    case Operator::kLessEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterEqual:
      return ">=";
    case Operator::kLike:
      return "like";
    case Operator::kIncludes:
      return "includes";
    case Operator::kIn:
      return "in";
  }
  return "";
}

}  // namespace writ::syntax

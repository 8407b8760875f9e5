// From documents to compiled statements.
#include <algorithm>
#include <utility>

#include "iam/policy/account.h"

#include "iam/policy/compiled.h"

namespace writ::policy {
namespace {

constexpr std::string_view kAnyRunText("\xFF", 1);

std::string Globbed(std::string_view text) {
  std::string glob(text);
  std::ranges::replace(glob, '*', kAnyRun);
  std::ranges::replace(glob, '?', kAnyOne);
  return glob;
}

CompiledAction CompileAction(std::string_view text, const Switches& switches) {
  CompiledAction action;
  action.is_everything = text == "*";
  const std::size_t colon = text.find(':');
  if (switches.do_action_wildcards_reach_services &&
      text.substr(0, colon).find_first_of("*?") != text.npos) {
    action.is_whole = true;
    action.name = Globbed(FoldCase(text));
    return action;
  }
  if (colon != text.npos) {
    action.service = FoldCase(text.substr(0, colon));
    action.name = Globbed(FoldCase(text.substr(colon + 1)));
    action.name_form = FormOf(action.name);
  }
  return action;
}

CompiledPrincipal CompilePrincipal(const Principal& principal) {
  using Form = CompiledPrincipal::Form;
  CompiledPrincipal compiled;
  compiled.type = principal.type;
  compiled.text = principal.value;
  compiled.form = Form::kExact;
  switch (principal.type) {
    case PrincipalType::kEveryone:
      compiled.form = Form::kEveryone;
      return compiled;
    case PrincipalType::kCanonicalUser:
      compiled.form = Form::kNobody;
      return compiled;
    case PrincipalType::kService:
      return compiled;
    case PrincipalType::kFederated:
      // Source: samples of IAM Access Analyzer's custom policy checks (read 2026-11-22): "allows
      // access to all SAML providers".
      if (principal.value == "*") compiled.form = Form::kProvider;
      return compiled;
    case PrincipalType::kAws:
      break;
  }
  if (principal.value == "*") {
    compiled.form = Form::kEveryone;
    return compiled;
  }
  const bool is_account = IsAccountId(principal.value);
  const std::optional<Caller> named = ParseCaller(principal.value);
  if (is_account || (named && named->kind == CallerKind::kRoot)) {
    compiled.form = Form::kAccount;
    compiled.account = is_account ? principal.value : std::string(named->account);
  } else if (named && named->kind == CallerKind::kRole) {
    compiled.form = Form::kRole;
    compiled.account = named->account;
    compiled.partition = named->partition;
    compiled.role = named->role;
  }
  return compiled;
}

bool TakesVariables(const CompiledCondition& condition, const Switches& switches) {
  switch (FamilyOf(condition.op.base)) {
    case OperatorFamily::kString:
    case OperatorFamily::kArn:
      return true;
    case OperatorFamily::kBool:
      return switches.do_bool_values_take_variables;
    case OperatorFamily::kNumeric:
    case OperatorFamily::kDate:
    case OperatorFamily::kBinary:
    case OperatorFamily::kIp:
    case OperatorFamily::kNull:
      return false;
  }
  return false;
}

Wildcards WildcardsOf(BaseOperator positive) {
  const bool is_active = positive == BaseOperator::kStringLike ||
                         positive == BaseOperator::kArnLike || positive == BaseOperator::kArnEquals;
  return is_active ? Wildcards::kActive : Wildcards::kLiteral;
}

// A value that has no variables, read as its operator reads it.
void AddText(std::string_view raw, std::string literal, CompiledCondition& condition) {
  const auto add = [&](bool is_readable) {
    if (is_readable) {
      condition.texts.push_back(std::move(literal));
    } else {
      condition.has_unreadable = true;
    }
  };
  switch (FamilyOf(condition.op.base)) {
    case OperatorFamily::kString:
      add(true);
      return;
    case OperatorFamily::kArn:
      add(SplitArn(literal).has_value());
      return;
    case OperatorFamily::kNumeric:
      add(ParseDecimal(raw).has_value());
      return;
    case OperatorFamily::kDate:
      add(ParseInstant(raw).has_value());
      return;
    case OperatorFamily::kIp:
      if (const std::optional<IpNetwork> network = ParseIp(raw)) {
        condition.networks.push_back(*network);
      } else {
        condition.has_unreadable = true;
      }
      return;
    case OperatorFamily::kBinary:
      if (std::optional<std::string> bytes = DecodeBase64(raw)) {
        condition.texts.push_back(*std::move(bytes));
      } else {
        condition.has_unreadable = true;
      }
      return;
    case OperatorFamily::kBool:
    case OperatorFamily::kNull: {
      const std::optional<bool> wanted = ParseBool(raw);
      condition.wants_true |= wanted == true;
      condition.wants_false |= wanted == false;
      condition.has_unreadable |= !wanted;
      return;
    }
  }
}

CompiledCondition CompileCondition(const Condition& condition, Version version,
                                   const Switches& switches) {
  CompiledCondition compiled;
  compiled.op = condition.op;
  compiled.positive = PositiveOf(condition.op.base);
  compiled.is_negated = IsNegated(condition.op.base);
  compiled.key = FoldCase(condition.key);
  compiled.key_hash = HashKeyName(compiled.key);
  const Version effective = TakesVariables(compiled, switches) ? version : Version::kNone;
  const bool folds = compiled.positive == BaseOperator::kStringEqualsIgnoreCase;
  for (const std::string& value : condition.values) {
    Pattern pattern = ParsePattern(value, effective, WildcardsOf(compiled.positive));
    if (pattern.has_variables()) {
      compiled.patterns.push_back(std::move(pattern));
    } else {
      std::string& literal = pattern.literals[0];
      AddText(value, folds ? FoldCase(literal) : std::move(literal), compiled);
    }
  }
  return compiled;
}

void CompileResources(const Patterns& resource, Version version, Kind kind,
                      const Switches& switches, CompiledStatement& out) {
  out.has_resource = true;
  out.resource_sense = resource.sense;
  for (const std::string& value : resource.values) {
    Pattern pattern = ParsePattern(value, version, Wildcards::kActive);
    if (!pattern.has_variables()) {
      out.is_void |= resource.sense == Sense::kAllBut && !switches.does_short_not_resource_apply &&
                     VoidsNotResource(pattern.literals[0], switches.arn_reading, kind);
      if (auto compiled = CompileResource(pattern.literals[0], kind, switches)) {
        out.resources.push_back(*std::move(compiled));
      }
      continue;
    }
    const bool is_early = std::ranges::count(pattern.literals[0], ':') < 5;
    if (is_early && !switches.are_early_variables_resolved) continue;
    out.resource_patterns.push_back(std::move(pattern));
  }
}

CompiledStatement CompileStatement(const Statement& statement, Version version, Kind kind,
                                   const Switches& switches) {
  CompiledStatement compiled;
  compiled.effect = statement.effect;
  if (statement.principal) {
    compiled.has_principal = true;
    compiled.principal_sense = statement.principal->sense;
    for (const Principal& one : statement.principal->values) {
      compiled.principals.push_back(CompilePrincipal(one));
    }
  }
  compiled.action_sense = statement.action.sense;
  compiled.actions.reserve(statement.action.values.size());
  for (const std::string& action : statement.action.values) {
    compiled.actions.push_back(CompileAction(action, switches));
  }
  if (statement.resource) {
    CompileResources(*statement.resource, version, kind, switches, compiled);
  }
  compiled.conditions.reserve(statement.conditions.size());
  for (const Condition& condition : statement.conditions) {
    compiled.conditions.push_back(CompileCondition(condition, version, switches));
  }
  return compiled;
}

}  // namespace

GlobForm FormOf(std::string_view glob) {
  if (glob == kAnyRunText) return GlobForm::kAnything;
  const bool has_wildcard = glob.find(kAnyRun) != glob.npos || glob.find(kAnyOne) != glob.npos;
  return has_wildcard ? GlobForm::kGlob : GlobForm::kText;
}

std::optional<CompiledResource> CompileResource(std::string_view glob, Kind kind,
                                                const Switches& switches) {
  std::optional<std::string> completed =
      CompleteResourceGlob(glob, switches.arn_reading, switches.short_arns, kind);
  if (!completed) return std::nullopt;
  CompiledResource compiled;
  compiled.glob = *std::move(completed);
  if (compiled.glob == kAnyRunText) {
    compiled.form = CompiledResource::Form::kEverything;
  } else if (!IsBySegments(compiled.glob, switches.arn_reading)) {
    compiled.form = CompiledResource::Form::kWhole;
  } else {
    for (std::size_t i = 1; i < compiled.begins.size(); ++i) {
      compiled.begins[i] =
          static_cast<std::uint32_t>(compiled.glob.find(':', compiled.begins[i - 1]) + 1);
    }
    const std::string_view text = compiled.glob;
    for (std::size_t i = 0; i < compiled.begins.size(); ++i) {
      const std::size_t begin = compiled.begins[i];
      const bool is_last = i + 1 == compiled.begins.size();
      const std::size_t end = is_last ? text.size() : compiled.begins[i + 1] - 1;
      compiled.forms[i] = FormOf(text.substr(begin, end - begin));
    }
  }
  return compiled;
}

CompiledPolicy::CompiledPolicy(const PolicyDocument& document, Kind kind,
                               const Switches& switches) {
  auto impl = std::make_unique<Impl>();
  impl->kind = kind;
  impl->switches = switches;
  impl->statements.reserve(document.statements.size());
  for (const Statement& statement : document.statements) {
    impl->statements.push_back(CompileStatement(statement, document.version, kind, switches));
  }
  impl_ = std::move(impl);
}
CompiledPolicy::~CompiledPolicy() = default;
CompiledPolicy::CompiledPolicy(CompiledPolicy&&) noexcept = default;
CompiledPolicy& CompiledPolicy::operator=(CompiledPolicy&&) noexcept = default;

}  // namespace writ::policy

// Whether one statement applies to one request.
#include <algorithm>

#include "iam/policy/compiled.h"

namespace writ::policy {
namespace {

// What a comparison of one value says. kUnreadable: it cannot be made.
enum class Outcome : std::uint8_t { kNo, kYes, kUnreadable };

Outcome OutcomeOf(bool holds) { return holds ? Outcome::kYes : Outcome::kNo; }

// The text of a pattern with variables put in, or nothing if one has no value.
std::optional<std::string> Resolve(const Pattern& pattern, const PreparedRequest& request,
                                   const Switches& switches) {
  std::string text = pattern.literals[0];
  for (std::size_t i = 0; i < pattern.variables.size(); ++i) {
    const Variable& variable = pattern.variables[i];
    const PreparedRequest::Key* key = request.Find(HashKeyName(variable.key), variable.key);
    const bool is_single = key != nullptr && !key->is_list;
    const std::string_view value = is_single ? request.value(*key, 0) : std::string_view();
    if (is_single && !(value.empty() && switches.is_empty_string_no_value)) {
      text += value;
    } else if (variable.default_value) {
      text += *variable.default_value;
    } else {
      return std::nullopt;
    }
    text += pattern.literals[i + 1];
  }
  return text;
}

// ---- Principal

Naming NamingOf(const CompiledPrincipal& principal, const Caller& caller) {
  using Form = CompiledPrincipal::Form;
  const bool is_anonymous = caller.kind == CallerKind::kAnonymous;
  switch (principal.form) {
    case Form::kEveryone:
      return Naming::kDirect;
    case Form::kNobody:
      return Naming::kNot;
    case Form::kProvider:
      return caller.kind == CallerKind::kProvider ? Naming::kDirect : Naming::kNot;
    case Form::kAccount:
      return caller.account == principal.account ? Naming::kAccount : Naming::kNot;
    case Form::kRole: {
      const bool is_role =
          caller.account == principal.account && caller.partition == principal.partition &&
          (caller.kind == CallerKind::kRoleSession ? EqualIgnoringCase(caller.role, principal.role)
                                                   : caller.name == principal.text);
      return is_role ? Naming::kRole : Naming::kNot;
    }
    case Form::kExact: {
      // A service and a provider may have the same name; nobody is called "anonymous".
      const bool is_service = caller.kind == CallerKind::kService;
      const bool is_type = principal.type == PrincipalType::kAws ? !is_service : true;
      const bool is_named = principal.type != PrincipalType::kService || is_service;
      return !is_anonymous && is_type && is_named && caller.name == principal.text ? Naming::kDirect
                                                                                   : Naming::kNot;
    }
  }
  return Naming::kNot;
}

Naming MatchPrincipal(const CompiledPolicy::Impl& policy, const CompiledStatement& statement,
                      const PreparedRequest& request, bool has_boundary) {
  if (!statement.has_principal) {
    // A resource's policy that names nobody means nobody; everywhere else the attachment says who.
    const bool names = policy.kind == Kind::kResource || policy.kind == Kind::kTrust;
    return names ? Naming::kNot : Naming::kDirect;
  }
  if (policy.kind == Kind::kVpcEndpoint && !policy.switches.do_endpoint_principals_count) {
    return Naming::kDirect;
  }
  Naming best = Naming::kNot;
  for (const CompiledPrincipal& principal : statement.principals) {
    best = std::max(best, NamingOf(principal, request.caller()));
  }
  if (statement.principal_sense == Sense::kListed) return best;
  const bool is_void = has_boundary && statement.effect == Effect::kDeny &&
                       policy.switches.does_boundary_void_not_principal;
  return best == Naming::kNot || is_void ? Naming::kDirect : Naming::kNot;
}

// ---- Action

bool MatchesAction(const CompiledStatement& statement, const PreparedRequest& request) {
  const std::string_view service = request.action_service();
  const std::string_view name = request.action_name();
  const bool is_listed = std::ranges::any_of(statement.actions, [&](const CompiledAction& action) {
    if (action.is_whole) return MatchesGlob(action.name, request.action());
    return action.is_everything ||
           (action.service == service && MatchesForm(action.name_form, action.name, name));
  });
  return is_listed == (statement.action_sense == Sense::kListed);
}

// ---- Resource

bool MatchesSegments(const CompiledResource& pattern, const ArnSegments& arn) {
  const std::string_view glob = pattern.glob;
  // From the back: the resource part and the account differ most often.
  for (std::size_t i = arn.size(); i-- > 0;) {
    const std::size_t begin = pattern.begins[i];
    const std::size_t end = i + 1 < arn.size() ? pattern.begins[i + 1] - 1 : glob.size();
    if (!MatchesForm(pattern.forms[i], glob.substr(begin, end - begin), arn[i])) return false;
  }
  return true;
}

bool MatchesResource(const CompiledResource& pattern, const PreparedRequest& request) {
  switch (pattern.form) {
    case CompiledResource::Form::kEverything:
      return true;
    case CompiledResource::Form::kWhole:
      return request.resource() != "*" && MatchesGlob(pattern.glob, request.resource());
    case CompiledResource::Form::kSegments:
      return request.resource_segments() && MatchesSegments(pattern, *request.resource_segments());
  }
  return false;
}

bool MatchesResources(const CompiledPolicy::Impl& policy, const CompiledStatement& statement,
                      const PreparedRequest& request) {
  if (!statement.has_resource) return true;
  const bool is_listed = statement.resource_sense == Sense::kListed;
  for (const CompiledResource& pattern : statement.resources) {
    if (MatchesResource(pattern, request)) return is_listed;
  }
  for (const Pattern& pattern : statement.resource_patterns) {
    const std::optional<std::string> glob = Resolve(pattern, request, policy.switches);
    if (!glob) {
      if (!is_listed && !policy.switches.does_null_not_resource_apply) return false;
      continue;
    }
    const auto compiled = CompileResource(*glob, policy.kind, policy.switches);
    if (compiled && MatchesResource(*compiled, request)) return is_listed;
  }
  return !is_listed;
}

// ---- Condition

bool MatchesArn(std::string_view glob, const ArnSegments& value) {
  const std::optional<ArnSegments> pattern = SplitArn(glob);
  if (!pattern) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!MatchesGlob((*pattern)[i], value[i])) return false;
  }
  return true;
}

Outcome MatchArn(const CompiledCondition& condition, const PreparedRequest& request,
                 const Switches& switches, std::string_view value) {
  const std::optional<ArnSegments> arn = SplitArn(value);
  if (!arn) return Outcome::kUnreadable;
  for (const std::string& glob : condition.texts) {
    if (MatchesArn(glob, *arn)) return Outcome::kYes;
  }
  bool has_unreadable = condition.has_unreadable;
  for (const Pattern& pattern : condition.patterns) {
    const std::optional<std::string> glob = Resolve(pattern, request, switches);
    if (!glob) continue;
    if (MatchesArn(*glob, *arn)) return Outcome::kYes;
    has_unreadable |= !SplitArn(*glob);
  }
  return has_unreadable ? Outcome::kUnreadable : Outcome::kNo;
}

bool MatchesString(BaseOperator positive, std::string_view wanted, std::string_view value) {
  if (positive == BaseOperator::kStringLike) return MatchesGlob(wanted, value);
  if (positive == BaseOperator::kStringEqualsIgnoreCase) return EqualIgnoringCase(wanted, value);
  return wanted == value;
}

Outcome MatchString(const CompiledCondition& condition, const PreparedRequest& request,
                    const Switches& switches, std::string_view value) {
  for (const std::string& wanted : condition.texts) {
    if (MatchesString(condition.positive, wanted, value)) return Outcome::kYes;
  }
  for (const Pattern& pattern : condition.patterns) {
    const std::optional<std::string> wanted = Resolve(pattern, request, switches);
    if (wanted && MatchesString(condition.positive, *wanted, value)) return Outcome::kYes;
  }
  return Outcome::kNo;
}

// For Numeric and Date operators: how `value` stands to the wanted one. decide/element.cpp has its
// own, on purpose: the evaluator confirms what comparisons find, so they share no deciding code.
bool HoldsOrder(BaseOperator positive, std::strong_ordering order) {
  switch (positive) {
    case BaseOperator::kNumericLessThan:
    case BaseOperator::kDateLessThan:
      return order < 0;
    case BaseOperator::kNumericLessThanEquals:
    case BaseOperator::kDateLessThanEquals:
      return order <= 0;
    case BaseOperator::kNumericGreaterThan:
    case BaseOperator::kDateGreaterThan:
      return order > 0;
    case BaseOperator::kNumericGreaterThanEquals:
    case BaseOperator::kDateGreaterThanEquals:
      return order >= 0;
    default:
      return order == 0;  // the two Equals; no other operator comes here
  }
}

template <class Parse>
Outcome MatchOrdered(const CompiledCondition& condition, std::string_view value, Parse parse) {
  const auto read = parse(value);
  if (!read) return Outcome::kUnreadable;
  for (const std::string& wanted : condition.texts) {
    if (HoldsOrder(condition.positive, Compare(*read, *parse(wanted)))) return Outcome::kYes;
  }
  return condition.has_unreadable ? Outcome::kUnreadable : Outcome::kNo;
}

Outcome MatchIp(const CompiledCondition& condition, std::string_view value) {
  const std::optional<IpNetwork> address = ParseIp(value);
  if (!address) return Outcome::kUnreadable;
  for (const IpNetwork& network : condition.networks) {
    if (network.Contains(*address)) return Outcome::kYes;
  }
  return condition.has_unreadable ? Outcome::kUnreadable : Outcome::kNo;
}

Outcome MatchBool(const CompiledCondition& condition, const PreparedRequest& request,
                  const Switches& switches, std::string_view value) {
  const std::optional<bool> read = ParseBool(value);
  if (!read) return Outcome::kUnreadable;
  if (*read ? condition.wants_true : condition.wants_false) return Outcome::kYes;
  for (const Pattern& pattern : condition.patterns) {
    const std::optional<std::string> wanted = Resolve(pattern, request, switches);
    if (wanted && ParseBool(*wanted) == read) return Outcome::kYes;
  }
  return Outcome::kNo;
}

Outcome MatchBinary(const CompiledCondition& condition, std::string_view value) {
  const std::optional<std::string> bytes = DecodeBase64(value);
  if (!bytes) return Outcome::kUnreadable;
  return OutcomeOf(std::ranges::find(condition.texts, *bytes) != condition.texts.end());
}

// Whether one value of the request satisfies the operator.
bool Satisfies(const CompiledCondition& condition, const PreparedRequest& request,
               const Switches& switches, std::string_view value) {
  Outcome outcome = Outcome::kNo;
  switch (FamilyOf(condition.op.base)) {
    case OperatorFamily::kString:
      outcome = MatchString(condition, request, switches, value);
      break;
    case OperatorFamily::kArn:
      outcome = MatchArn(condition, request, switches, value);
      break;
    case OperatorFamily::kNumeric:
      outcome = MatchOrdered(condition, value, ParseDecimal);
      break;
    case OperatorFamily::kDate:
      outcome = MatchOrdered(condition, value, ParseInstant);
      break;
    case OperatorFamily::kIp:
      outcome = MatchIp(condition, value);
      break;
    case OperatorFamily::kBool:
      outcome = MatchBool(condition, request, switches, value);
      break;
    case OperatorFamily::kBinary:
      outcome = MatchBinary(condition, value);
      break;
    case OperatorFamily::kNull:
      break;  // asks for presence, not for a value
  }
  if (!condition.is_negated) return outcome == Outcome::kYes;
  return outcome == Outcome::kNo ||
         (outcome == Outcome::kUnreadable && switches.do_unreadable_values_satisfy_negation);
}

// A key without value: absent, or a list of none.
bool HoldsAbsent(const CompiledCondition& condition, const Switches& switches) {
  switch (condition.op.set) {
    case SetQualifier::kForAllValues:
      return true;
    case SetQualifier::kForAnyValue:
      return condition.op.if_exists && switches.does_if_exists_satisfy_any_value;
    case SetQualifier::kNone:
      return condition.op.if_exists || condition.is_negated;
  }
  return false;
}

bool Holds(const CompiledCondition& condition, const PreparedRequest& request,
           const Switches& switches) {
  const PreparedRequest::Key* key = request.Find(condition.key_hash, condition.key);
  const bool is_absent = key == nullptr || key->value_count == 0;
  if (condition.op.base == BaseOperator::kNull) {
    return is_absent ? condition.wants_true : condition.wants_false;
  }
  if (is_absent) return HoldsAbsent(condition, switches);
  const auto satisfies = [&](std::uint32_t index) {
    return Satisfies(condition, request, switches, request.value(*key, index));
  };
  const auto some_satisfies = [&] {
    for (std::uint32_t i = 0; i < key->value_count; ++i) {
      if (satisfies(i)) return true;
    }
    return false;
  };
  switch (condition.op.set) {
    case SetQualifier::kNone:
      if (key->is_list) return switches.do_plain_operators_read_lists && some_satisfies();
      return satisfies(0);
    case SetQualifier::kForAnyValue:
      return some_satisfies();
    case SetQualifier::kForAllValues:
      if (key->value_count == 1 && request.value(*key, 0).empty() &&
          switches.is_empty_string_a_null_set) {
        return true;
      }
      for (std::uint32_t i = 0; i < key->value_count; ++i) {
        if (!satisfies(i)) return false;
      }
      return true;
  }
  return false;
}

}  // namespace

Naming Applies(const CompiledPolicy::Impl& policy, const CompiledStatement& statement,
               const PreparedRequest& request, bool has_boundary) {
  if (statement.is_void || !MatchesAction(statement, request)) return Naming::kNot;
  if (!MatchesResources(policy, statement, request)) return Naming::kNot;
  const Naming naming = MatchPrincipal(policy, statement, request, has_boundary);
  if (naming == Naming::kNot) return Naming::kNot;
  for (const CompiledCondition& condition : statement.conditions) {
    if (!Holds(condition, request, policy.switches)) return Naming::kNot;
  }
  return naming;
}

bool StatementApplies(const CompiledPolicy& policy, std::size_t statement,
                      const PreparedRequest& request, bool has_boundary) {
  const CompiledPolicy::Impl& impl = policy.impl();
  return Applies(impl, impl.statements.at(statement), request, has_boundary) != Naming::kNot;
}

}  // namespace writ::policy

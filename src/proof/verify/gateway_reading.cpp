#include "proof/verify/gateway_reading.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/support/date.h"

namespace writ::verify {
namespace {

using cedar::Entity;
using cedar::Fact;
using cedar::Value;
using intent::ArgumentCondition;
using intent::ArgumentTest;
using intent::ToolRule;
using Operator = ArgumentTest::Operator;
using TypeKind = tools::Type::Kind;

constexpr std::string_view kActionType = "AgentCore::Action";
constexpr std::int64_t kDay = 86'400'000;

std::int64_t Midnight(const std::string& day, std::int64_t days_later) {
  return (support::DayNumber(*support::ParseDate(day)) + days_later) * kDay;
}

std::int64_t Number(TypeKind type, const std::string& text) {
  if (type != TypeKind::kDecimal) return std::stoll(text);
  const bool is_whole = text.find('.') == std::string::npos;
  return cedar::ReadDecimal(is_whole ? text + ".0" : text).value_or(0);
}

Value Constant(TypeKind type, const std::string& text) {
  if (type == TypeKind::kString) return Value::String(text);
  if (type == TypeKind::kBool) return Value::Bool(text == "true");
  if (type == TypeKind::kDecimal) return Value::Decimal(Number(type, text));
  return Value::Long(Number(type, text));
}

bool LikeMatches(std::string_view text, std::string_view pattern) {
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t t = 0;
  std::size_t p = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// The forms of JSON text that a list with the value may have, as patterns. Characters that JSON
/// may write in several ways are any text, but for the slash, which is written in two. A claim
/// that is a list comes as such text: AgentCore Developer Guide, "Policy scope" (copy of 2026-09).
std::vector<std::string> ListTexts(const std::string& value) {
  std::string raw;
  std::string escaped;
  bool is_number = !value.empty();
  for (const char c : value) {
    is_number = is_number && std::string_view("+-.0123456789Ee").find(c) != std::string_view::npos;
    const auto code = static_cast<unsigned char>(c);
    const bool is_one_way = code >= 0x20 && code < 0x7f &&
                            std::string_view("\"\\/<>&'*`").find(c) == std::string_view::npos;
    if (c == '/') {
      raw += "/";
      escaped += "\\/";
      continue;
    }
    for (std::string* text : {&raw, &escaped}) {
      if (is_one_way) {
        *text += c;
      } else if (text->empty() || text->back() != '*') {
        *text += '*';
      }
    }
  }
  std::vector<std::string> texts{fmt::format("*\"{}\"*", raw)};
  if (escaped != raw) texts.push_back(fmt::format("*\"{}\"*", escaped));
  if (is_number || value == "true" || value == "false" || value == "null") {
    texts.push_back(fmt::format("[*{}*]", value));
  }
  return texts;
}

bool MayBeListWith(const std::string& text, const std::string& value) {
  return std::ranges::any_of(
      ListTexts(value), [&](const std::string& pattern) { return LikeMatches(text, pattern); });
}

bool Compares(const ArgumentTest& test, const Value& value) {
  const auto is_listed = [&](const Value& one) {
    return std::ranges::any_of(
        test.values, [&](const std::string& text) { return Constant(test.type, text) == one; });
  };
  switch (test.op) {
    case Operator::kPresent:
      return true;
    case Operator::kTrue:
      return value.truth;
    case Operator::kEqual:
      return value == Constant(test.type, test.values.front());
    case Operator::kLike:
      return LikeMatches(value.text, test.values.front());
    case Operator::kLess:
      return value.number < Number(test.type, test.values.front());
    case Operator::kLessEqual:
      return value.number <= Number(test.type, test.values.front());
    case Operator::kGreater:
      return value.number > Number(test.type, test.values.front());
    case Operator::kGreaterEqual:
      return value.number >= Number(test.type, test.values.front());
    case Operator::kIncludes:
      return std::ranges::any_of(value.elements, is_listed);
    case Operator::kIn:
      if (!test.is_set) return is_listed(value);
      return !value.elements.empty() && std::ranges::all_of(value.elements, is_listed);
  }
  return false;
}

void AddConstants(const ArgumentCondition& condition, Cases& cases) {
  for (const ArgumentCondition& operand : condition.operands) AddConstants(operand, cases);
  if (condition.kind != ArgumentCondition::Kind::kTest) return;
  const ArgumentTest& test = condition.test;
  const Fact fact{Fact::Kind::kArgument, test.path};
  for (const std::string& text : test.values) {
    if (test.op == Operator::kLike) {
      cases.AddPattern(fact, text);
    } else {
      cases.Add(fact, Constant(test.type, text));
    }
  }
}

std::string ValueText(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kBool:
      return value.truth ? "true" : "false";
    case Value::Kind::kString:
      return cedar::Quoted(value.text);
    case Value::Kind::kLong:
      return fmt::format("{}", value.number);
    case Value::Kind::kDecimal:
      return fmt::format("{:.4f}", static_cast<double>(value.number) / 10'000);
    case Value::Kind::kDatetime: {
      const std::int64_t day = value.number >= 0 ? value.number / kDay : 0;
      return support::DateText(support::DateOfDayNumber(day));
    }
    case Value::Kind::kSet:
      break;
  }
  std::vector<std::string> elements;
  for (const Value& element : value.elements) elements.push_back(ValueText(element));
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

}  // namespace

Case::Case(const Called& called, const intent::Gateway& gateway, const std::string& principal_type,
           std::string resource)
    : called_(called),
      gateway_(gateway),
      principal_type_(principal_type),
      resource_{"AgentCore::Gateway", std::move(resource)} {}

/// Source: AgentCore Developer Guide, "Policy scope" (copy of 2026-09): a tool's action is in the
/// group of its target, in CallTool and in Mcp.
bool Case::IsAction(const Entity& action, bool or_in_group) const {
  if (action.type != kActionType) return false;
  if (action.id == fmt::format("{}___{}", called_.target, called_.tool)) return true;
  return or_in_group &&
         (action.id == called_.target || action.id == "CallTool" || action.id == "Mcp");
}

const tools::Field* Case::FieldAt(const std::vector<std::string>& path) const {
  const tools::Type* type = called_.input;
  const tools::Field* field = nullptr;
  for (const std::string& name : path) {
    field = type == nullptr ? nullptr : type->Find(name);
    if (field == nullptr) return nullptr;
    type = &field->type;
  }
  return field;
}

std::optional<bool> Case::IsRecord(const std::vector<std::string>& path) const {
  const tools::Field* field = FieldAt(path);
  if (field == nullptr) return std::nullopt;
  return field->type.kind == TypeKind::kRecord;
}

std::optional<Value> Case::Ask(const Fact& fact) {
  if (fact.kind == Fact::Kind::kHasTag && principal_type_ != kOauthUser) return Value::Bool(false);
  if (fact.kind == Fact::Kind::kPresent) {
    const tools::Field* field = FieldAt(fact.path);
    if (field != nullptr && field->is_required) return Value::Bool(true);
  }
  const auto found = given_.find(fact);
  if (found != given_.end()) return found->second;
  missing_ = fact;
  return std::nullopt;
}

std::optional<bool> Reading::IsAllowed(const std::vector<const ToolRule*>& rules) {
  for (const bool forbids : {true, false}) {
    for (const ToolRule* rule : rules) {
      if (rule->forbids != forbids) continue;
      const std::optional<bool> applies = Applies(*rule);
      if (!applies) return std::nullopt;
      if (*applies) return !forbids;
    }
  }
  return false;
}

std::optional<bool> Reading::Applies(const ToolRule& rule) {
  const bool is_about = (rule.target.empty() || rule.target == call_.called().target) &&
                        (rule.tool.empty() || rule.tool == call_.called().tool);
  if (!is_about) return false;
  const std::optional<bool> who = IsBound(rule);
  if (!who || !*who) return who;
  const std::optional<bool> then = IsInForce(rule);
  if (!then || !*then) return then;
  return Holds(rule.when);
}

std::optional<bool> Reading::IsBound(const ToolRule& rule) {
  if (!rule.everyone) return IsOneOf(rule.included, rule.forbids);
  const std::optional<bool> is_excepted = IsOneOf(rule.excepted, false);
  if (!is_excepted) return std::nullopt;
  return !*is_excepted;
}

std::optional<bool> Reading::IsOneOf(const intent::GatewayCallers& callers, bool counts_lists) {
  for (const intent::Claim& claim : callers.claims) {
    if (call_.PrincipalType() != kOauthUser) return false;
    const std::optional<Value> has = call_.Ask({Fact::Kind::kHasTag, {claim.key}});
    if (!has) return std::nullopt;
    if (!has->truth) continue;
    const std::optional<Value> value = call_.Ask({Fact::Kind::kTag, {claim.key}});
    if (!value) return std::nullopt;
    if (value->text == claim.value) return true;
    if (counts_lists && MayBeListWith(value->text, claim.value)) return true;
  }
  for (const intent::GatewayRole& role : callers.roles) {
    if (call_.PrincipalType() != kIamEntity) return false;
    const std::optional<Value> id = call_.Ask({Fact::Kind::kPrincipalId, {}});
    if (!id) return std::nullopt;
    if (IsRole(id->text, role)) return true;
  }
  return false;
}

/// The role's name ends at a slash, after which comes the session's.
bool Reading::IsRole(std::string_view id, const intent::GatewayRole& role) const {
  const std::string begin =
      fmt::format("arn:{}:sts::{}:assumed-role/", program_.partition(), role.account);
  if (!id.starts_with(begin)) return false;
  const std::string_view rest = id.substr(begin.size());
  const std::string_view name = rest.substr(0, rest.find('/'));
  std::string_view wanted = role.name;
  if (!wanted.ends_with('*')) return name == wanted;
  wanted.remove_suffix(1);
  return name.starts_with(wanted);
}

std::optional<bool> Reading::IsInForce(const ToolRule& rule) {
  if (!rule.from && !rule.until) return true;
  const std::optional<Value> now = call_.Ask({Fact::Kind::kNow, {}});
  if (!now) return std::nullopt;
  if (rule.from && now->number < Midnight(*rule.from, 0)) return false;
  return !rule.until || now->number < Midnight(*rule.until, 1);
}

std::optional<bool> Reading::Holds(const ArgumentCondition& condition) {
  using Kind = ArgumentCondition::Kind;
  if (condition.kind == Kind::kTest) return Passes(condition.test);
  if (condition.kind == Kind::kNot) {
    const std::optional<bool> inner = Holds(condition.operands.front());
    if (!inner) return std::nullopt;
    return !*inner;
  }
  const bool decides = condition.kind == Kind::kAny;
  for (const ArgumentCondition& operand : condition.operands) {
    const std::optional<bool> holds = Holds(operand);
    if (!holds || *holds == decides) return holds;
  }
  return !decides;
}

std::optional<bool> Reading::Passes(const ArgumentTest& test) {
  std::vector<std::string> path;
  for (const std::string& name : test.path) {
    path.push_back(name);
    const std::optional<Value> there = call_.Ask({Fact::Kind::kPresent, path});
    if (!there) return std::nullopt;
    if (!there->truth) return false;
  }
  if (test.op == Operator::kPresent) return true;
  const std::optional<Value> value = call_.Ask({Fact::Kind::kArgument, path});
  if (!value) return std::nullopt;
  return Compares(test, *value);
}

void AddConstants(const Program& program, const ToolRule& rule, Cases& cases) {
  for (const intent::GatewayCallers* callers : {&rule.included, &rule.excepted}) {
    for (const intent::Claim& claim : callers->claims) {
      const Fact tag{Fact::Kind::kTag, {claim.key}};
      cases.Add(tag, Value::String(claim.value));
      if (!rule.forbids || callers != &rule.included) continue;
      for (const std::string& text : ListTexts(claim.value)) cases.AddPattern(tag, text);
    }
    for (const intent::GatewayRole& role : callers->roles) {
      const std::string arn = fmt::format("arn:{}:sts::{}:assumed-role/{}", program.partition(),
                                          role.account, role.name);
      cases.AddPattern({Fact::Kind::kPrincipalId, {}}, arn);
      cases.AddPattern({Fact::Kind::kPrincipalId, {}}, arn + "/*");
    }
  }
  if (rule.from) cases.Add({Fact::Kind::kNow, {}}, Value::Datetime(Midnight(*rule.from, 0)));
  if (rule.until) cases.Add({Fact::Kind::kNow, {}}, Value::Datetime(Midnight(*rule.until, 1)));
  AddConstants(rule.when, cases);
}

std::string CallText(const Case& call) {
  std::string text = fmt::format("a call of {}.{}.{}", call.gateway().name, call.called().target,
                                 call.called().tool);
  if (call.Resource().id != call.gateway().arn) text += " through another gateway of the engine";
  for (const auto& [fact, value] : call.given()) {
    const std::string name = fmt::format("{}", fmt::join(fact.path, "."));
    switch (fact.kind) {
      case Fact::Kind::kPrincipalId:
        text += fmt::format(", by {}", ValueText(value));
        break;
      case Fact::Kind::kHasTag:
        if (!value.truth) text += fmt::format(", without claim {}", name);
        break;
      case Fact::Kind::kTag:
        text += fmt::format(", with claim {} = {}", name, ValueText(value));
        break;
      case Fact::Kind::kPresent:
        if (!value.truth) text += fmt::format(", without input.{}", name);
        break;
      case Fact::Kind::kArgument:
        text += fmt::format(", with input.{} = {}", name, ValueText(value));
        break;
      case Fact::Kind::kNow:
        text += fmt::format(", on {}", ValueText(value));
        break;
    }
  }
  return text;
}

}  // namespace writ::verify

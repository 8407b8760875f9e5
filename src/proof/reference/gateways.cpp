#include "proof/reference/gateways.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/date.h"
#include "iam/cedar/evaluate.h"

namespace writ::reference {
namespace {

using cedar::Value;
using intent::ArgumentCondition;
using intent::ArgumentTest;
using intent::ToolRule;
using Path = std::vector<std::string>;
using Operator = ArgumentTest::Operator;
using TypeKind = tools::Type::Kind;

constexpr std::int64_t kDay = 86'400'000;
constexpr long double kParts = 10'000;  ///< of a number with a fraction

// ---- what sentences say ------------------------------------------------------------------------

/// "a*b" matches "axyb": one text, star by star.
bool IsLike(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (IsLike(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  return !text.empty() && text.front() == pattern.front() &&
         IsLike(text.substr(1), pattern.substr(1));
}

std::int64_t NumberIn(TypeKind type, const std::string& text) {
  if (type == TypeKind::kDecimal) return std::llround(std::stold(text) * kParts);
  return std::stoll(text);
}

bool IsValue(const ArgumentTest& test, const Value& value, const std::string& text) {
  if (test.type == TypeKind::kString) return value.text == text;
  if (test.type == TypeKind::kBool) return value.truth == (text == "true");
  return value.number == NumberIn(test.type, text);
}

bool IsAmong(const ArgumentTest& test, const Value& value) {
  return std::ranges::any_of(test.values,
                             [&](const std::string& text) { return IsValue(test, value, text); });
}

bool IsThere(const ToolCall& call, const Path& path) {
  return call.arguments.contains(path) || call.objects.contains(path) || call.unsaid.contains(path);
}

bool IsMet(const ArgumentTest& test, const ToolCall& call) {
  const auto found = call.arguments.find(test.path);
  if (test.op == Operator::kPresent) return IsThere(call, test.path);
  if (found == call.arguments.end()) return false;
  const Value& value = found->second;
  const auto difference = [&] {
    const std::int64_t limit = NumberIn(test.type, test.values.front());
    return value.number < limit ? -1 : value.number > limit ? 1 : 0;
  };
  switch (test.op) {
    case Operator::kPresent:
    case Operator::kTrue:
      return value.truth;
    case Operator::kEqual:
      return IsValue(test, value, test.values.front());
    case Operator::kLike:
      return IsLike(value.text, test.values.front());
    case Operator::kLess:
      return difference() < 0;
    case Operator::kLessEqual:
      return difference() <= 0;
    case Operator::kGreater:
      return difference() > 0;
    case Operator::kGreaterEqual:
      return difference() >= 0;
    case Operator::kIncludes:
      return std::ranges::any_of(value.elements,
                                 [&](const Value& one) { return IsAmong(test, one); });
    case Operator::kIn:
      break;
  }
  if (!test.is_set) return IsAmong(test, value);
  return !value.elements.empty() &&
         std::ranges::all_of(value.elements, [&](const Value& one) { return IsAmong(test, one); });
}

bool Holds(const ArgumentCondition& condition, const ToolCall& call) {
  const auto holds = [&](const ArgumentCondition& operand) { return Holds(operand, call); };
  switch (condition.kind) {
    case ArgumentCondition::Kind::kTest:
      return IsMet(condition.test, call);
    case ArgumentCondition::Kind::kNot:
      return !holds(condition.operands.front());
    case ArgumentCondition::Kind::kAll:
      return std::ranges::all_of(condition.operands, holds);
    case ArgumentCondition::Kind::kAny:
      return std::ranges::any_of(condition.operands, holds);
  }
  return false;
}

/// Whether a claim that came as JSON may have the value in a list: as a string of which what JSON
/// escapes may be spelled anyhow, or bare.
bool MayList(const std::string& text, const std::string& value) {
  const auto with = [&](const std::string& slash) {
    std::string string;
    for (const char c : value) {
      const bool is_escaped =
          c < ' ' || c > '~' || std::string("\"\\<>&'`*").find(c) < std::string::npos;
      if (c == '/') string += slash;
      if (c == '/') continue;
      if (!is_escaped) string += c;
      if (is_escaped && (string.empty() || string.back() != '*')) string += '*';
    }
    return IsLike(text, "*\"" + string + "\"*");
  };
  const bool is_bare =
      value == "true" || value == "false" || value == "null" ||
      (!value.empty() && value.find_first_not_of("0123456789.+-eE") == std::string::npos);
  return with("/") || with("\\/") || (is_bare && IsLike(text, "[*" + value + "*]"));
}

bool IsOneOf(const Program& program, const intent::GatewayCallers& callers, const ToolCall& call,
             bool has_lists) {
  for (const intent::Claim& claim : callers.claims) {
    const auto found = call.claims.find(claim.key);
    if (!call.has_token || found == call.claims.end()) continue;
    if (found->second == claim.value) return true;
    if (has_lists && MayList(found->second, claim.value)) return true;
  }
  // arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE[/SESSION]; sessions have no slash.
  for (const intent::GatewayRole& role : callers.roles) {
    const std::string begin = fmt::format("arn:{}:sts::{}:assumed-role/",
                                          program.model.organization.partition, role.account);
    if (call.has_token || !call.caller.starts_with(begin)) continue;
    std::string name = call.caller.substr(begin.size());
    name = name.substr(0, name.find('/'));
    if (IsLike(name, role.name)) return true;
  }
  return false;
}

bool IsAbout(const Program& program, const ToolRule& rule, const ToolCall& call) {
  if (!rule.target.empty() && rule.target != call.target) return false;
  if (!rule.tool.empty() && rule.tool != call.tool) return false;
  // Lists count against callers, never for them.
  const bool is_bound = rule.everyone ? !IsOneOf(program, rule.excepted, call, false)
                                      : IsOneOf(program, rule.included, call, rule.forbids);
  const auto begin_of = [](const std::string& day) {
    return support::DayNumber(*support::ParseDate(day)) * kDay;
  };
  if (rule.from && call.now < begin_of(*rule.from)) return false;
  if (rule.until && call.now >= begin_of(*rule.until) + kDay) return false;
  return is_bound && Holds(rule.when, call);
}

// ---- what policies say -------------------------------------------------------------------------

class Known final : public cedar::Call {
 public:
  Known(const intent::Gateway& gateway, const ToolCall& call)
      : call_(call),
        type_(call.has_token ? "AgentCore::OAuthUser" : "AgentCore::IamEntity"),
        resource_{"AgentCore::Gateway", gateway.arn} {
    for (const intent::GatewayTarget& target : gateway.targets) {
      if (target.name != call.target) continue;
      const tools::Tool* tool = target.manifest.Find(call.tool);
      if (tool != nullptr) input_ = &tool->input;
    }
  }

  [[nodiscard]] const std::string& PrincipalType() const override { return type_; }
  [[nodiscard]] const cedar::Entity& Resource() const override { return resource_; }
  [[nodiscard]] bool IsAction(const cedar::Entity& action, bool or_in_group) const override {
    if (action.type != "AgentCore::Action") return false;
    return action.id == call_.target + "___" + call_.tool ||
           (or_in_group && (action.id == call_.target || action.id == "CallTool"));
  }
  [[nodiscard]] std::optional<bool> IsRecord(const Path& path) const override {
    const tools::Type* type = input_;
    for (const std::string& name : path) {
      const tools::Field* field = type == nullptr ? nullptr : type->Find(name);
      if (field == nullptr) return std::nullopt;
      type = &field->type;
    }
    return type->kind == TypeKind::kRecord;
  }
  [[nodiscard]] std::optional<Value> Ask(const cedar::Fact& fact) override {
    using Kind = cedar::Fact::Kind;
    switch (fact.kind) {
      case Kind::kPrincipalId:
        return Value::String(call_.caller);
      case Kind::kHasTag:
        return Value::Bool(call_.claims.contains(fact.path.front()));
      case Kind::kTag:
        return Value::String(call_.claims.at(fact.path.front()));
      case Kind::kPresent:
        return Value::Bool(IsThere(call_, fact.path));
      case Kind::kNow:
        return Value::Datetime(call_.now);
      case Kind::kArgument:
        break;
    }
    const auto found = call_.arguments.find(fact.path);
    if (found == call_.arguments.end()) return std::nullopt;
    return found->second;
  }

 private:
  const ToolCall& call_;
  std::string type_;
  cedar::Entity resource_;
  const tools::Type* input_ = nullptr;
};

// ---- calls at random ---------------------------------------------------------------------------

class Maker {
 public:
  Maker(const Program& program, intent::GatewayIndex index, Random& random)
      : program_(program), gateway_(program.model.gateways[index.value]), random_(random) {
    for (const ToolRule& rule : program.model.tool_rules) {
      if (rule.gateway == index) rules_.push_back(&rule);
    }
  }

  ToolCall Make() {
    ToolCall call;
    Tool(call);
    Caller(call);
    std::vector<std::string> days;
    for (const ToolRule* rule : rules_) {
      if (rule->target == call.target && rule->tool == call.tool) Gather(rule->when);
      if (rule->from) days.push_back(*rule->from);
      if (rule->until) days.push_back(*rule->until);
    }
    call.now = std::int64_t{20'786} * kDay;  // 2026-11-29
    if (!days.empty()) {
      const std::int64_t day = support::DayNumber(*support::ParseDate(random_.Of(days)));
      call.now = (day + static_cast<std::int64_t>(random_.Below(3)) - 1) * kDay +
                 static_cast<std::int64_t>(random_.Below(2)) * (kDay - 1);
    }
    if (input_ != nullptr) Arguments(*input_, {}, call);
    return call;
  }

 private:
  void Tool(ToolCall& call) {
    call.target = "Other";
    call.tool = "other";
    if (gateway_.targets.empty() || random_.Once(20)) return;
    const intent::GatewayTarget& target = random_.Of(gateway_.targets);
    call.target = target.name;
    if (target.manifest.tools.empty() || random_.Once(20)) return;
    const tools::Tool& tool = random_.Of(target.manifest.tools);
    call.tool = tool.name;
    if (tool.input.kind == TypeKind::kRecord) input_ = &tool.input;
  }

  void Caller(ToolCall& call) {
    call.has_token = gateway_.authorizer == intent::Gateway::Authorizer::kOauth;
    call.caller = "somebody";
    std::vector<intent::GatewayRole> roles{{"999999999999", "other"}};
    for (const ToolRule* rule : rules_) {
      for (const intent::GatewayCallers* callers : {&rule->included, &rule->excepted}) {
        roles.insert(roles.end(), callers->roles.begin(), callers->roles.end());
        for (const intent::Claim& claim : callers->claims) {
          if (!random_.Once(2)) call.claims[claim.key] = claim.value;
          if (random_.Once(5)) call.claims[claim.key] = claim.value + "s";
          if (random_.Once(8)) call.claims[claim.key] = AsList(claim.value);
        }
      }
    }
    if (call.has_token) return;
    intent::GatewayRole role = random_.Of(roles);
    if (role.name.ends_with('*'))
      role.name.replace(role.name.size() - 1, 1, random_.Once(2) ? "" : "x");
    if (random_.Once(6)) role.name += "y";
    if (random_.Once(6)) role.account = "999999999999";
    call.caller = fmt::format("arn:{}:sts::{}:assumed-role/{}",
                              program_.model.organization.partition, role.account, role.name);
    if (random_.Once(2)) call.caller += "/session";
  }

  /// As a provider of tokens may write it.
  std::string AsList(const std::string& value) {
    std::string string;
    const bool escapes_slash = random_.Once(2);
    for (const char c : value) {
      if (c == '"' || c == '\\' || (c == '/' && escapes_slash)) string += '\\';
      string += c;
    }
    const std::string rest = random_.Once(2) ? R"(,"others")" : "";
    return random_.Once(6) ? fmt::format("[{}{}]", value, rest)
                           : fmt::format(R"(["x", "{}"{}])", string, rest);
  }

  void Gather(const ArgumentCondition& condition) {
    for (const ArgumentCondition& operand : condition.operands) Gather(operand);
    if (condition.kind != ArgumentCondition::Kind::kTest) return;
    std::vector<std::string>& texts = texts_[condition.test.path];
    texts.insert(texts.end(), condition.test.values.begin(), condition.test.values.end());
  }

  void Arguments(const tools::Type& record, const Path& path, ToolCall& call) {
    for (const tools::Field& field : record.fields) {
      if (!field.is_required && random_.Once(3)) continue;
      Path at = path;
      at.push_back(field.name);
      if (field.type.kind == TypeKind::kRecord) {
        call.objects.insert(at);
        Arguments(field.type, at, call);
      } else if (IsSaid(field.type)) {
        call.arguments[at] = ValueOf(field.type, texts_[at]);
      } else {
        call.unsaid.insert(at);
      }
    }
  }

  /// Whether a policy can ask for more than that it is there.
  static bool IsSaid(const tools::Type& type) {
    if (type.kind == TypeKind::kSet) return IsSaid(type.element.front());
    return type.kind != TypeKind::kUnknown && type.kind != TypeKind::kRecord;
  }

  Value ValueOf(const tools::Type& type, const std::vector<std::string>& texts) {
    const std::string text = texts.empty() ? "" : random_.Of(texts);
    switch (type.kind) {
      case TypeKind::kString:
        return Value::String(Text(text));
      case TypeKind::kBool:
        return Value::Bool(random_.Once(2));
      case TypeKind::kLong:
        return Value::Long(Near(text.empty() ? 7 : NumberIn(type.kind, text)));
      case TypeKind::kDecimal:
        return Value::Decimal(Near(text.empty() ? 70'000 : NumberIn(type.kind, text)));
      default:
        break;
    }
    std::vector<Value> elements;
    const std::size_t count = random_.Below(4);
    for (std::size_t i = 0; i < count; ++i) {
      elements.push_back(ValueOf(type.element.front(), texts));
    }
    return Value::Set(std::move(elements));
  }

  std::int64_t Near(std::int64_t number) {
    const std::int64_t step = static_cast<std::int64_t>(random_.Below(3)) - 1;
    // At the end of 64 bits there is no next one.
    const bool is_last = number == std::numeric_limits<std::int64_t>::max();
    return is_last && step > 0 ? number : number + step;
  }

  std::string Text(const std::string& constant) {
    std::string text;
    for (const char c : constant) {
      if (c == '*') {
        text += random_.Once(2) ? "" : "q/q";
      } else {
        text += c;
      }
    }
    if (random_.Once(5)) text += "z";
    if (random_.Once(8)) text.insert(0, "z");
    return text;
  }

  const Program& program_;
  const intent::Gateway& gateway_;
  Random& random_;
  std::vector<const ToolRule*> rules_;
  const tools::Type* input_ = nullptr;
  std::map<Path, std::vector<std::string>> texts_;
};

std::string TextOf(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kBool:
      return value.truth ? "true" : "false";
    case Value::Kind::kString:
      return cedar::Quoted(value.text);
    case Value::Kind::kDecimal:
      return fmt::format("{}/10000", value.number);
    case Value::Kind::kLong:
    case Value::Kind::kDatetime:
      return fmt::format("{}", value.number);
    case Value::Kind::kSet:
      break;
  }
  std::vector<std::string> elements;
  for (const Value& element : value.elements) elements.push_back(TextOf(element));
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

}  // namespace

bool MayCall(const Program& program, intent::GatewayIndex gateway, const ToolCall& call) {
  bool is_permitted = false;
  for (const ToolRule& rule : program.model.tool_rules) {
    if (rule.gateway != gateway || !IsAbout(program, rule, call)) continue;
    if (rule.forbids) return false;
    is_permitted = true;
  }
  return is_permitted;
}

bool PoliciesAllow(const std::vector<std::string>& policies, const intent::Gateway& gateway,
                   const ToolCall& call) {
  std::vector<cedar::Policy> read;
  for (const std::string& text : policies) {
    auto policy = cedar::Parse(text);
    if (!policy.ok()) return false;
    read.push_back(std::move(policy.value()));
  }
  std::vector<const cedar::Policy*> all;
  for (const cedar::Policy& policy : read) all.push_back(&policy);
  Known known(gateway, call);
  return cedar::IsAllowed(all, known).value_or(false);
}

ToolCall RandomToolCall(const Program& program, intent::GatewayIndex gateway, Random& random) {
  return Maker(program, gateway, random).Make();
}

std::string TextOf(const ToolCall& call) {
  std::string text = fmt::format("call of {}.{} by {}", call.target, call.tool, call.caller);
  for (const auto& [key, value] : call.claims) text += fmt::format(", claim {} = {}", key, value);
  for (const auto& [path, value] : call.arguments) {
    text += fmt::format(", input.{} = {}", fmt::join(path, "."), TextOf(value));
  }
  return text + fmt::format(", at {}", call.now);
}

std::optional<Disagreement> SampleToolCalls(const Program& program, const Deployed& deployed,
                                            Random& random, std::size_t count) {
  for (std::uint32_t i = 0; i < program.model.gateways.size(); ++i) {
    const intent::Gateway& gateway = program.model.gateways[i];
    const auto found = deployed.gateways.find(gateway.name);
    static const std::vector<std::string> kNone;
    const auto& policies = found == deployed.gateways.end() ? kNone : found->second;
    for (std::size_t asked = 0; asked < count; ++asked) {
      const ToolCall call = RandomToolCall(program, {i}, random);
      const bool is_allowed = PoliciesAllow(policies, gateway, call);
      if (is_allowed == MayCall(program, {i}, call)) continue;
      Disagreement disagreement;
      disagreement.is_allowed = is_allowed;
      disagreement.call = TextOf(call);
      for (const ToolRule& rule : program.model.tool_rules) {
        const bool is_near = rule.gateway.value == i && disagreement.rule == nullptr;
        if (is_near) disagreement.rule = &rule;
      }
      return disagreement;
    }
  }
  return std::nullopt;
}

}  // namespace writ::reference

#include "output/lower/gateways.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/date.h"
#include "iam/cedar/policy.h"

namespace writ::lower {
namespace {

using cedar::Quoted;
using intent::ArgumentCondition;
using intent::ArgumentTest;
using Operator = ArgumentTest::Operator;
using TypeKind = tools::Type::Kind;

constexpr std::string_view kOauthUser = "AgentCore::OAuthUser";
constexpr std::string_view kIamEntity = "AgentCore::IamEntity";

/// Parts of one expression; several in parentheses, so that it can stand anywhere.
std::string Joined(std::vector<std::string> parts, std::string_view with) {
  WRIT_CHECK(!parts.empty(), "an expression");
  if (parts.size() == 1) return std::move(parts.front());
  return fmt::format("({})", fmt::join(parts, with));
}

/// A literal of a type, as manifests have them.
std::string Literal(TypeKind type, const std::string& text) {
  switch (type) {
    case TypeKind::kString:
      return Quoted(text);
    case TypeKind::kDecimal:
      return fmt::format("decimal(\"{}{}\")", text,
                         text.find('.') == std::string::npos ? ".0" : "");
    default:
      return text;
  }
}

/// Patterns of texts in which JSON has the value as an element of a list. A gateway gives claims
/// that are lists as JSON text; how it escapes characters is not documented, so that what may be
/// escaped stands for any text, and slashes are met in both spellings. Source: AgentCore Developer
/// Guide, "Policy scope" (copy of 2026-09).
std::vector<std::string> InLists(const std::string& value) {
  constexpr std::string_view kPlain = " _-.:@+=,;()#!$%?~|^[]{}";
  constexpr std::string_view kNumber = "0123456789+-.eE";
  const auto spelled = [&](std::string_view slash) {
    std::string text;
    for (const char c : value) {
      const bool is_word =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (is_word || kPlain.find(c) != std::string_view::npos) {
        text += c;
      } else if (c == '/') {
        text += slash;
      } else if (!text.ends_with('*')) {
        text += '*';
      }
    }
    return "*\"" + text + "\"*";
  };
  std::vector<std::string> patterns{spelled("/")};
  if (value.find('/') != std::string::npos) patterns.push_back(spelled("\\/"));
  // These may stand in a list without quotes.
  const bool is_bare = value == "true" || value == "false" || value == "null" ||
                       (!value.empty() && value.find_first_not_of(kNumber) == std::string::npos);
  if (is_bare) patterns.push_back("[*" + value + "*]");
  return patterns;
}

class Writer {
 public:
  Writer(const intent::Model& model, const intent::ToolRule& rule)
      : model_(model), rule_(rule), gateway_(model.gateways[rule.gateway.value]) {
    for (const intent::GatewayTarget& target : gateway_.targets) {
      if (target.name != rule.target) continue;
      if (const tools::Tool* tool = target.manifest.Find(rule.tool)) input_ = &tool->input;
    }
  }

  std::string Run() {
    std::vector<std::string> when;
    if (!rule_.everyone) when.push_back(Callers(rule_.included, /*is_typed=*/true));
    AddPeriod(when);
    if (!rule_.when.always()) when.push_back(Condition(rule_.when));
    std::string text = Head();
    if (!when.empty()) text += fmt::format(" when {{\n  {}\n}}", fmt::join(when, " &&\n  "));
    if (!rule_.excepted.claims.empty() || !rule_.excepted.roles.empty()) {
      text += fmt::format(" unless {{\n  {}\n}}", Callers(rule_.excepted, /*is_typed=*/false));
    }
    return text + ";\n";
  }

 private:
  [[nodiscard]] std::string_view CallerType() const {
    return gateway_.authorizer == intent::Gateway::Authorizer::kOauth ? kOauthUser : kIamEntity;
  }

  /// A permission is about callers of the gateway's kind; what is forbidden to everyone, to any.
  [[nodiscard]] std::string Head() const {
    std::string action = "action";
    if (!rule_.tool.empty()) {
      action = fmt::format("action == AgentCore::Action::{}",
                           Quoted(fmt::format("{}___{}", rule_.target, rule_.tool)));
    } else if (!rule_.target.empty()) {
      action = fmt::format("action in AgentCore::Action::{}", Quoted(rule_.target));
    }
    return fmt::format("{}(\n  principal{},\n  {},\n  resource == AgentCore::Gateway::{}\n)",
                       rule_.forbids ? "forbid" : "permit",
                       rule_.everyone ? "" : fmt::format(" is {}", CallerType()), action,
                       Quoted(gateway_.arn));
  }

  /// A prohibition is for whoever has the claim in a list, too. What is granted, and who is
  /// excepted, is the one whose claim is this text.
  [[nodiscard]] std::string Callers(const intent::GatewayCallers& callers, bool is_typed) const {
    const bool is_forbidden = rule_.forbids && is_typed;
    std::vector<std::string> any;
    for (const intent::Claim& claim : callers.claims) {
      const std::string tag = fmt::format("principal.getTag({})", Quoted(claim.key));
      std::vector<std::string> tests{fmt::format("{} == {}", tag, Quoted(claim.value))};
      if (is_forbidden) {
        for (const std::string& pattern : InLists(claim.value)) {
          tests.push_back(fmt::format("{} like {}", tag, Quoted(pattern)));
        }
      }
      any.push_back(fmt::format("(principal.hasTag({}) && {})", Quoted(claim.key),
                                Joined(std::move(tests), " || ")));
    }
    for (const intent::GatewayRole& role : callers.roles) any.push_back(Role(role));
    const std::string who = Joined(std::move(any), " || ");
    return is_typed ? who : fmt::format("(principal is {} && {})", CallerType(), who);
  }

  /// Whether the session's name follows the role's is said in two ways, so that both are met.
  /// Source: AgentCore Developer Guide, "Policy scope" (copies of 2026-07 and 2026-09).
  [[nodiscard]] std::string Role(const intent::GatewayRole& role) const {
    const std::string begin =
        fmt::format("arn:{}:sts::{}:assumed-role/", model_.organization.partition, role.account);
    if (role.name.ends_with('*')) {
      return fmt::format("principal.id like {}", Quoted(begin + role.name));
    }
    return fmt::format("(principal.id == {} || principal.id like {})", Quoted(begin + role.name),
                       Quoted(begin + role.name + "/*"));
  }

  void AddPeriod(std::vector<std::string>& when) const {
    const auto midnight = [](const std::string& day) {
      return fmt::format("datetime(\"{}T00:00:00Z\")", day);
    };
    if (rule_.from) when.push_back(fmt::format("context.system.now >= {}", midnight(*rule_.from)));
    if (!rule_.until) return;
    const support::Date last = *support::ParseDate(*rule_.until);
    const support::Date next = support::DateOfDayNumber(support::DayNumber(last) + 1);
    when.push_back(fmt::format("context.system.now < {}", midnight(support::DateText(next))));
  }

  [[nodiscard]] std::string Condition(const ArgumentCondition& condition) const {
    switch (condition.kind) {
      case ArgumentCondition::Kind::kTest:
        return Test(condition.test);
      case ArgumentCondition::Kind::kNot:
        return fmt::format("!({})", Condition(condition.operands.front()));
      case ArgumentCondition::Kind::kAll:
      case ArgumentCondition::Kind::kAny:
        break;
    }
    const bool is_all = condition.kind == ArgumentCondition::Kind::kAll;
    std::vector<std::string> parts;
    for (const ArgumentCondition& operand : condition.operands) parts.push_back(Condition(operand));
    if (parts.empty()) return is_all ? "true" : "false";
    return Joined(std::move(parts), is_all ? " && " : " || ");
  }

  [[nodiscard]] std::string Test(const ArgumentTest& test) const {
    std::vector<std::string> parts;
    std::string at = "context.input";
    const tools::Type* type = input_;
    for (const std::string& name : test.path) {
      const tools::Field* field = type->Find(name);
      WRIT_CHECK(field != nullptr, name);
      const bool is_quoted = cedar::IsReserved(name);
      const std::string written = is_quoted ? Quoted(name) : name;
      if (!field->is_required) parts.push_back(fmt::format("{} has {}", at, written));
      at += is_quoted ? fmt::format("[{}]", written) : "." + written;
      type = &field->type;
    }
    if (test.op != Operator::kPresent) parts.push_back(Comparison(test, at));
    return parts.empty() ? "true" : Joined(std::move(parts), " && ");
  }

  static std::string Comparison(const ArgumentTest& test, const std::string& at) {
    if (test.op == Operator::kTrue) return at;
    const auto literal = [&](const std::string& text) { return Literal(test.type, text); };
    if (test.op == Operator::kIn) {
      std::vector<std::string> values;
      for (const std::string& text : test.values) values.push_back(literal(text));
      const std::string list = fmt::format("[{}]", fmt::join(values, ", "));
      if (!test.is_set) return fmt::format("{}.contains({})", list, at);
      // Not empty, and all are in the list.
      return fmt::format("({0}.containsAll({1}) && {1}.containsAny({0}))", list, at);
    }
    const std::string& text = test.values.front();
    if (test.op == Operator::kIncludes) return fmt::format("{}.contains({})", at, literal(text));
    if (test.op == Operator::kLike) return fmt::format("{} like {}", at, Quoted(text));
    if (test.op == Operator::kEqual) return fmt::format("{} == {}", at, literal(text));
    return test.type == TypeKind::kDecimal
               ? fmt::format("{}.{}({})", at, Method(test.op), literal(text))
               : fmt::format("{} {} {}", at, Symbol(test.op), literal(text));
  }

  static std::string_view Symbol(Operator op) {
    if (op == Operator::kLess) return "<";
    if (op == Operator::kLessEqual) return "<=";
    return op == Operator::kGreater ? ">" : ">=";
  }
  static std::string_view Method(Operator op) {
    if (op == Operator::kLess) return "lessThan";
    if (op == Operator::kLessEqual) return "lessThanOrEqual";
    return op == Operator::kGreater ? "greaterThan" : "greaterThanOrEqual";
  }

  const intent::Model& model_;
  const intent::ToolRule& rule_;
  const intent::Gateway& gateway_;
  const tools::Type* input_ = nullptr;  ///< of the rule's tool, if it is about one
};

}  // namespace

std::vector<GatewayPolicy> GatewayPolicies(const intent::Model& model,
                                           const std::vector<intent::ToolRule>& rules) {
  std::vector<GatewayPolicy> policies;
  std::set<std::pair<intent::GatewayIndex, std::string>> known;
  for (const intent::ToolRule& rule : rules) {
    std::string statement = Writer(model, rule).Run();
    if (!known.emplace(rule.gateway, statement).second) continue;
    policies.push_back({rule.gateway, &rule, std::move(statement)});
  }
  std::ranges::stable_sort(policies, {}, &GatewayPolicy::gateway);
  return policies;
}

}  // namespace writ::lower

#include <doctest/doctest.h>

#include <map>
#include <string>

#include <fmt/format.h>

#include "iam/cedar/evaluate.h"
#include "iam/cedar/policy.h"

namespace writ::cedar {
namespace {

using Path = std::vector<std::string>;

/// A call with a number `n`, a text `s`, a list `l`, an object `o` with a number `n`, and an
/// argument `absent` that it does not have.
class OneCall final : public Call {
 public:
  [[nodiscard]] const std::string& PrincipalType() const override { return type_; }
  [[nodiscard]] bool IsAction(const Entity& action, bool or_in_group) const override {
    return action.id == "T___t" || (or_in_group && action.id == "T");
  }
  [[nodiscard]] const Entity& Resource() const override { return resource_; }
  [[nodiscard]] std::optional<bool> IsRecord(const Path& path) const override {
    if (path == Path{"o"}) return true;
    if (path == Path{"absent"} || arguments_.contains(path)) return false;
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Value> Ask(const Fact& fact) override {
    if (fact == hidden) return std::nullopt;
    switch (fact.kind) {
      case Fact::Kind::kPrincipalId:
        return Value::String("me");
      case Fact::Kind::kHasTag:
        return Value::Bool(fact.path.front() == "team");
      case Fact::Kind::kTag:
        return Value::String("support");
      case Fact::Kind::kPresent:
        return Value::Bool(fact.path == Path{"o"} || arguments_.contains(fact.path));
      case Fact::Kind::kNow:
        return Value::Datetime(86'400'000);
      case Fact::Kind::kArgument:
        break;
    }
    return arguments_.at(fact.path);
  }

  std::optional<Fact> hidden;

 private:
  std::string type_ = "AgentCore::OAuthUser";
  Entity resource_{"AgentCore::Gateway", "g"};
  std::map<Path, Value> arguments_{{{"n"}, Value::Long(5)},
                                   {{"d"}, Value::Decimal(5'000)},
                                   {{"s"}, Value::String("a*b")},
                                   {{"l"}, Value::Set({Value::String("x"), Value::String("y")})},
                                   {{"o", "n"}, Value::Long(7)}};
};

Outcome Of(std::string_view condition, const std::optional<Fact>& hidden = std::nullopt) {
  const std::string text =
      fmt::format("permit(principal, action, resource) when {{ {} }};", condition);
  const auto policy = Parse(text);
  CAPTURE(condition);
  REQUIRE(policy.ok());
  OneCall call;
  call.hidden = hidden;
  return Evaluate(*policy, call);
}

TEST_CASE("conditions that hold") {
  for (const std::string_view condition :
       {"context.input.n == 5",
        "context.input.n < 6 && 6 > context.input.n",
        "!(context.input.n >= 6)",
        "context.input.d.lessThan(decimal(\"0.6\"))",
        "context.input.d == decimal(\"0.50\")",
        "context.input.s == \"a*b\"",
        "context.input.s like \"a\\*b\"",
        "context.input.s like \"*b\"",
        "context.input.l.contains(\"x\")",
        "[\"x\", \"y\", \"z\"].containsAll(context.input.l)",
        "context.input.l.containsAny([\"z\", \"y\"])",
        "context.input.l == [\"y\", \"x\", \"y\"]",
        "context.input has o && context.input.o has n && context.input.o.n == 7",
        "!(context.input has absent)",
        "!(context.input has unknown)",
        "principal is AgentCore::OAuthUser",
        "principal.id == \"me\"",
        "principal.hasTag(\"team\") && principal.getTag(\"team\") == \"support\"",
        "context.system.now < datetime(\"1970-01-03\")",
        "context[\"input\"][\"n\"] != 6",
        "context.input.n == \"5\" || true",
        "true || context.input.absent == 1"}) {
    CHECK(Of(condition) == Outcome::kApplies);
  }
}

TEST_CASE("conditions that do not hold, and those that fail") {
  for (const std::string_view condition :
       {"context.input.n == \"5\"", "context.input.s like \"a\\*\"",
        "false && context.input.absent == 1", "principal is AgentCore::IamEntity",
        "context.input.l.containsAll([\"x\", \"z\"])",
        "context.system.now >= datetime(\"1970-01-02T00:00:00Z\") && context.input.n == 4"}) {
    CHECK(Of(condition) == Outcome::kNot);
  }
  for (const std::string_view condition :
       {"context.input.absent == 1", "context.input.unknown == 1", "!(context.input.absent == 1)",
        "context.input.n", "context.input.s < \"b\"", "principal.getTag(\"other\") == \"x\"",
        "context.input.d.lessThan(5)", "context.input.n.contains(5)", "5 like \"5\""}) {
    CHECK(Of(condition) == Outcome::kError);
  }
}

TEST_CASE("a fact that is not given leaves open what needs it, and nothing else") {
  const Fact n{Fact::Kind::kArgument, {"n"}};
  CHECK(Of("context.input.n == 5", n) == Outcome::kUnknown);
  CHECK(Of("context.input.s == \"x\" && context.input.n == 5", n) == Outcome::kNot);
  CHECK(Of("context.input.o == context.input.o") == Outcome::kUnknown);
}

TEST_CASE("heads") {
  OneCall call;
  const auto applies = [&](std::string_view head) {
    const std::string text = fmt::format("@id(\"x\") permit({});", head);
    const auto policy = Parse(text);
    CAPTURE(head);
    REQUIRE(policy.ok());
    return Evaluate(*policy, call) == Outcome::kApplies;
  };
  CHECK(
      applies("principal is AgentCore::OAuthUser, action == AgentCore::Action::\"T___t\", "
              "resource == AgentCore::Gateway::\"g\""));
  CHECK(applies("principal, action in AgentCore::Action::\"T\", resource is AgentCore::Gateway"));
  CHECK_FALSE(applies("principal, action == AgentCore::Action::\"T\", resource"));
  CHECK_FALSE(applies("principal is AgentCore::IamEntity, action, resource"));
  CHECK_FALSE(applies("principal, action, resource == AgentCore::Gateway::\"h\""));
}

TEST_CASE("what the subset lacks is not skipped") {
  for (const std::string_view text :
       {"", "permit(principal, action, resource)", "allow(principal, action, resource);",
        "permit(principal == A::\"x\", action, resource);",
        "permit(principal in A::\"x\", action, resource);",
        "permit(principal, action in [A::\"x\"], resource);",
        "permit(principal, action, resource) when { if true then true else true };",
        "permit(principal, action, resource) when { context.input.n + 1 == 2 };",
        "permit(principal, action, resource) when { context.input.l.isEmpty() };",
        "permit(principal, action, resource) when { action == A::\"x\" };",
        "permit(principal, action, resource) when guardrails { true };",
        "permit(principal, action, resource) when { decimal(\"1.23456\") == decimal(\"1.0\") };",
        "permit(principal, action, resource) when { 9223372036854775808 == 1 };",
        "permit(principal, action, resource); permit(principal, action, resource);",
        "permit(principal, action, resource) when { \"\\q\" == \"\" };"}) {
    CAPTURE(text);
    CHECK_FALSE(Parse(text).ok());
  }
}

TEST_CASE("nesting, at the limit and one above") {
  const auto nested = [](int depth) {
    return fmt::format("permit(principal, action, resource) when {{ {}true{} }};",
                       std::string(static_cast<std::size_t>(depth), '('),
                       std::string(static_cast<std::size_t>(depth), ')'));
  };
  CHECK(Parse(nested(kMaxNesting - 1)).ok());
  CHECK_FALSE(Parse(nested(kMaxNesting)).ok());
}

TEST_CASE("forbid wins, an error permits and forbids nothing") {
  const auto policy = [](std::string_view text) {
    auto read = Parse(text);
    REQUIRE(read.ok());
    return *read;
  };
  const Policy permits = policy("permit(principal, action, resource);");
  const Policy forbids =
      policy("forbid(principal, action, resource) when { context.input.n == 5 };");
  const Policy fails =
      policy("forbid(principal, action, resource) when { context.input.absent == 5 };");
  OneCall call;
  CHECK(IsAllowed({}, call) == false);
  CHECK(IsAllowed({&permits}, call) == true);
  CHECK(IsAllowed({&permits, &forbids}, call) == false);
  CHECK(IsAllowed({&permits, &fails}, call) == true);
}

TEST_CASE("decimals") {
  CHECK(ReadDecimal("500.0") == 5'000'000);
  CHECK(ReadDecimal("-0.0001") == -1);
  CHECK(ReadDecimal("922337203685477.5807") == 9'223'372'036'854'775'807);
  for (const std::string_view text : {"922337203685477.5808", "5", "5.", ".5", "1.00000", "a.0"}) {
    CAPTURE(text);
    CHECK_FALSE(ReadDecimal(text).has_value());
  }
}

}  // namespace
}  // namespace writ::cedar

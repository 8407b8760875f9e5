#include "proof/verify/gateways.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/date.h"
#include "base/support/json.h"
#include "iam/cedar/evaluate.h"
#include "iam/cedar/policy.h"
#include "proof/verify/gateway_cases.h"

namespace writ::verify {
namespace {

using cedar::Entity;
using cedar::Fact;
using cedar::Value;
using intent::ArgumentCondition;
using intent::ArgumentTest;
using intent::Gateway;
using intent::ToolRule;
using Operator = ArgumentTest::Operator;
using TypeKind = tools::Type::Kind;

constexpr std::string_view kFolder = "gateways/";
constexpr std::string_view kEngine = ".bedrock-agentcore-control.CreatePolicyEngine.json";
constexpr std::string_view kPolicy = ".bedrock-agentcore-control.CreatePolicy.json";
constexpr std::string_view kCedar = ".cedar";
constexpr std::string_view kActionType = "AgentCore::Action";
constexpr std::string_view kGatewayType = "AgentCore::Gateway";
const std::string kOauthUser = "AgentCore::OAuthUser";
const std::string kIamEntity = "AgentCore::IamEntity";
constexpr std::int64_t kDay = 86'400'000;

struct ReadPolicy {
  std::string path;
  cedar::Policy policy;
};

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

/// A tool that may be called: of the manifest, or one that no manifest lists.
struct Called {
  std::string target;
  std::string tool;
  const tools::Type* input = nullptr;  ///< null: not known
};

/// One call, as far as its facts have been given.
class Case final : public cedar::Call {
 public:
  Case(const Called& called, const Gateway& gateway, const std::string& principal_type,
       Entity resource)
      : called_(called),
        gateway_(gateway),
        principal_type_(principal_type),
        resource_(std::move(resource)) {}

  [[nodiscard]] const std::string& PrincipalType() const override { return principal_type_; }
  [[nodiscard]] const Entity& Resource() const override { return resource_; }

  /// Source: AgentCore Developer Guide, "Policy scope" (copy of 2026-09): a tool's action is in the
  /// group of its target, in CallTool and in Mcp.
  [[nodiscard]] bool IsAction(const Entity& action, bool or_in_group) const override {
    if (action.type != kActionType) return false;
    if (action.id == fmt::format("{}___{}", called_.target, called_.tool)) return true;
    return or_in_group &&
           (action.id == called_.target || action.id == "CallTool" || action.id == "Mcp");
  }

  [[nodiscard]] const tools::Field* FieldAt(const std::vector<std::string>& path) const {
    const tools::Type* type = called_.input;
    const tools::Field* field = nullptr;
    for (const std::string& name : path) {
      field = type == nullptr ? nullptr : type->Find(name);
      if (field == nullptr) return nullptr;
      type = &field->type;
    }
    return field;
  }

  [[nodiscard]] std::optional<bool> IsRecord(const std::vector<std::string>& path) const override {
    const tools::Field* field = FieldAt(path);
    if (field == nullptr) return std::nullopt;
    return field->type.kind == TypeKind::kRecord;
  }

  [[nodiscard]] std::optional<Value> Ask(const Fact& fact) override {
    if (fact.kind == Fact::Kind::kHasTag && principal_type_ != kOauthUser)
      return Value::Bool(false);
    if (fact.kind == Fact::Kind::kPresent) {
      const tools::Field* field = FieldAt(fact.path);
      if (field != nullptr && field->is_required) return Value::Bool(true);
    }
    const auto found = given_.find(fact);
    if (found != given_.end()) return found->second;
    missing_ = fact;
    return std::nullopt;
  }

  void Give(const Fact& fact, Value value) { given_.insert_or_assign(fact, std::move(value)); }
  void Take(const Fact& fact) { given_.erase(fact); }
  [[nodiscard]] const std::map<Fact, Value>& given() const { return given_; }
  /// What was asked for last and is not given.
  [[nodiscard]] std::optional<Fact> TakeMissing() { return std::exchange(missing_, std::nullopt); }

  [[nodiscard]] const Called& called() const { return called_; }
  [[nodiscard]] const Gateway& gateway() const { return gateway_; }

 private:
  const Called& called_;
  const Gateway& gateway_;
  const std::string& principal_type_;
  Entity resource_;
  std::map<Fact, Value> given_;
  std::optional<Fact> missing_;
};

// ---- the program's reading ---------------------------------------------------------------------

/// What a rule says of a call. Nothing while a fact is not given.
class Reading {
 public:
  Reading(const Program& program, Case& call) : program_(program), call_(call) {}

  std::optional<bool> IsAllowed(const std::vector<const ToolRule*>& rules) {
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

 private:
  std::optional<bool> Applies(const ToolRule& rule) {
    const bool is_about = (rule.target.empty() || rule.target == call_.called().target) &&
                          (rule.tool.empty() || rule.tool == call_.called().tool);
    if (!is_about) return false;
    const std::optional<bool> who = IsBound(rule);
    if (!who || !*who) return who;
    const std::optional<bool> then = IsInForce(rule);
    if (!then || !*then) return then;
    return Holds(rule.when);
  }

  std::optional<bool> IsBound(const ToolRule& rule) {
    if (!rule.everyone) return IsOneOf(rule.included);
    const std::optional<bool> is_excepted = IsOneOf(rule.excepted);
    if (!is_excepted) return std::nullopt;
    return !*is_excepted;
  }

  std::optional<bool> IsOneOf(const intent::GatewayCallers& callers) {
    for (const intent::Claim& claim : callers.claims) {
      if (call_.PrincipalType() != kOauthUser) return false;
      const std::optional<Value> has = call_.Ask({Fact::Kind::kHasTag, {claim.key}});
      if (!has) return std::nullopt;
      if (!has->truth) continue;
      const std::optional<Value> value = call_.Ask({Fact::Kind::kTag, {claim.key}});
      if (!value) return std::nullopt;
      if (value->text == claim.value) return true;
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
  [[nodiscard]] bool IsRole(std::string_view id, const intent::GatewayRole& role) const {
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

  std::optional<bool> IsInForce(const ToolRule& rule) {
    if (!rule.from && !rule.until) return true;
    const std::optional<Value> now = call_.Ask({Fact::Kind::kNow, {}});
    if (!now) return std::nullopt;
    if (rule.from && now->number < Midnight(*rule.from, 0)) return false;
    return !rule.until || now->number < Midnight(*rule.until, 1);
  }

  std::optional<bool> Holds(const ArgumentCondition& condition) {
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

  std::optional<bool> Passes(const ArgumentTest& test) {
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

  static bool Compares(const ArgumentTest& test, const Value& value) {
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

  const Program& program_;
  Case& call_;
};

// ---- one gateway -------------------------------------------------------------------------------

class Comparer {
 public:
  Comparer(const Program& program, std::uint32_t index, const std::vector<ReadPolicy>& policies,
           std::size_t most_cases, GatewayComparison& result)
      : program_(program),
        gateway_(program.model.gateways[index]),
        policies_(policies),
        most_cases_(most_cases),
        result_(result) {
    for (const ToolRule& rule : program.model.tool_rules) {
      if (rule.gateway.value != index) continue;
      rules_.push_back(&rule);
      AddConstants(rule);
    }
    for (const ReadPolicy& each : policies) cases_.Add(each.policy);
  }

  void Run() {
    if (!cases_.is_whole()) {
      GiveUp("", "a policy compares facts about a call with each other");
      return;
    }
    AddTools();
    for (const Called& called : called_) {
      for (const std::string* type : {&kOauthUser, &kIamEntity}) {
        if (!Ask(called, *type, gateway_.arn, rules_)) return;
        // Another gateway may decide by the same engine: no sentence is about it.
        if (!Ask(called, *type, gateway_.arn + "0", {})) return;
      }
    }
  }

 private:
  void AddConstants(const ToolRule& rule) {
    for (const intent::GatewayCallers* callers : {&rule.included, &rule.excepted}) {
      for (const intent::Claim& claim : callers->claims) {
        cases_.Add({Fact::Kind::kTag, {claim.key}}, Value::String(claim.value));
      }
      for (const intent::GatewayRole& role : callers->roles) {
        const std::string arn = fmt::format("arn:{}:sts::{}:assumed-role/{}", program_.partition(),
                                            role.account, role.name);
        cases_.AddPattern({Fact::Kind::kPrincipalId, {}}, arn);
        cases_.AddPattern({Fact::Kind::kPrincipalId, {}}, arn + "/*");
      }
    }
    if (rule.from) cases_.Add({Fact::Kind::kNow, {}}, Value::Datetime(Midnight(*rule.from, 0)));
    if (rule.until) cases_.Add({Fact::Kind::kNow, {}}, Value::Datetime(Midnight(*rule.until, 1)));
    AddConstants(rule.when);
  }

  void AddConstants(const ArgumentCondition& condition) {
    for (const ArgumentCondition& operand : condition.operands) AddConstants(operand);
    if (condition.kind != ArgumentCondition::Kind::kTest) return;
    const ArgumentTest& test = condition.test;
    const Fact fact{Fact::Kind::kArgument, test.path};
    for (const std::string& text : test.values) {
      if (test.op == Operator::kLike) {
        cases_.AddPattern(fact, text);
      } else {
        cases_.Add(fact, Constant(test.type, text));
      }
    }
  }

  /// Those of the manifests, one more of each target and of another target, and what policies name.
  void AddTools() {
    std::set<std::string> known;
    const auto add = [&](const std::string& target, const std::string& tool,
                         const tools::Type* input) {
      if (!known.insert(fmt::format("{}___{}", target, tool)).second) return;
      called_.push_back({target, tool, input});
    };
    for (const intent::GatewayTarget& target : gateway_.targets) {
      for (const tools::Tool& tool : target.manifest.tools)
        add(target.name, tool.name, &tool.input);
      add(target.name, "another-tool-than-those-listed", nullptr);
    }
    add("another-target-than-those-declared", "another-tool-than-those-listed", nullptr);
    for (const ReadPolicy& each : policies_) {
      const std::string& id = each.policy.action.entity.id;
      const std::size_t at = id.find("___");
      if (at == std::string::npos) {
        add(id, "another-tool-than-those-listed", nullptr);
      } else {
        add(id.substr(0, at), id.substr(at + 3), nullptr);
      }
    }
  }

  void GiveUp(std::string_view tool, std::string because) {
    result_.given_up.push_back(
        {fmt::format("calls of {}{}{}", gateway_.name, tool.empty() ? "" : ".", tool),
         std::move(because)});
  }

  /// False where the question was given up.
  bool Ask(const Called& called, const std::string& principal_type, const std::string& arn,
           const std::vector<const ToolRule*>& rules) {
    Case call(called, gateway_, principal_type, {std::string(kGatewayType), arn});
    std::vector<const cedar::Policy*> policies;
    for (const ReadPolicy& each : policies_) policies.push_back(&each.policy);
    left_ = most_cases_;
    is_told_ = false;
    return Explore(call, policies, rules);
  }

  bool Explore(Case& call, const std::vector<const cedar::Policy*>& policies,
               const std::vector<const ToolRule*>& rules) {
    if (is_told_) return true;
    const std::optional<bool> wanted = Reading(program_, call).IsAllowed(rules);
    const std::optional<bool> found =
        wanted ? cedar::IsAllowed(policies, call) : std::optional<bool>();
    if (wanted && found) {
      if (*wanted != *found) Tell(call, *found, rules);
      TellFailing(call);
      return true;
    }
    const std::optional<Fact> missing = call.TakeMissing();
    if (!missing) {
      GiveUp(call.called().tool, "a policy compares objects");
      return false;
    }
    const tools::Field* field = call.FieldAt(missing->path);
    const bool is_typed = missing->kind == Fact::Kind::kArgument && field != nullptr;
    const auto& values = ValuesOf(*missing, is_typed ? &field->type : nullptr);
    if (!values) {
      GiveUp(call.called().tool,
             "too many values of one argument or caller would have to be tried");
      return false;
    }
    for (const Value& value : *values) {
      if (left_ == 0) {
        GiveUp(call.called().tool, fmt::format("more than {} cases", most_cases_));
        return false;
      }
      --left_;
      call.Give(*missing, value);
      if (!Explore(call, policies, rules)) return false;
    }
    call.Take(*missing);
    return true;
  }

  /// The same for every call: each is made once.
  const std::optional<std::vector<Value>>& ValuesOf(const Fact& fact, const tools::Type* type) {
    const auto [at, is_new] = values_.try_emplace({type, fact});
    if (is_new) at->second = cases_.ValuesOf(fact, type);
    return at->second;
  }

  void Tell(Case& call, bool is_permitted, const std::vector<const ToolRule*>& rules) {
    is_told_ = true;
    std::string path = fmt::format("{}{}{}", kFolder, gateway_.name, kEngine);
    for (const ReadPolicy& each : policies_) {
      const bool applies = cedar::Evaluate(each.policy, call) == cedar::Outcome::kApplies;
      if (applies && each.policy.is_permit == is_permitted) path = each.path;
    }
    const intent::Origin* origin = nullptr;
    for (const ToolRule* rule : rules) {
      const bool is_about = (rule->target.empty() || rule->target == call.called().target) &&
                            (rule->tool.empty() || rule->tool == call.called().tool);
      if (is_about && origin == nullptr) origin = &rule->origin;
    }
    result_.differences.push_back(
        {std::move(path),
         fmt::format("{}: the policies {} it, and the program {}", CallText(call),
                     is_permitted ? "permit" : "refuse", is_permitted ? "does not" : "permits it"),
         origin});
  }

  /// A policy that fails on some call would not be taken by AWS, whatever it decides.
  void TellFailing(Case& call) {
    for (const ReadPolicy& each : policies_) {
      if (cedar::Evaluate(each.policy, call) != cedar::Outcome::kError) continue;
      static_cast<void>(call.TakeMissing());
      if (!failing_.insert(each.path).second) continue;
      result_.differences.push_back(
          {each.path, fmt::format("AWS refuses it: it reads what {} does not have", CallText(call)),
           nullptr});
    }
    static_cast<void>(call.TakeMissing());
  }

  static std::string ValueText(const Value& value) {
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

  std::string CallText(Case& call) const {
    std::string text =
        fmt::format("a call of {}.{}.{}", gateway_.name, call.called().target, call.called().tool);
    if (call.Resource().id != gateway_.arn) text += " through another gateway of the engine";
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

  const Program& program_;
  const Gateway& gateway_;
  const std::vector<ReadPolicy>& policies_;
  std::size_t most_cases_;
  GatewayComparison& result_;
  std::vector<const ToolRule*> rules_;
  Cases cases_;
  std::map<std::pair<const tools::Type*, Fact>, std::optional<std::vector<Value>>> values_;
  std::vector<Called> called_;
  std::set<std::string> failing_;  ///< paths
  std::size_t left_ = 0;
  bool is_told_ = false;
};

// ---- files -------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(const Program& program, const deployed::Tree& tree, std::size_t most_cases)
      : program_(program), tree_(tree), most_cases_(most_cases) {}

  GatewayComparison Run() {
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(kFolder)) continue;
      if (path.ends_with(kPolicy)) {
        ReadRequest(path, bytes);
      } else if (path.ends_with(kEngine)) {
        ReadEngine(path, bytes);
      } else if (!path.ends_with(kCedar) || !HasRequest(path)) {
        Tell(path, "no sentence asks for this file");
      }
    }
    for (std::uint32_t i = 0; i < program_.model.gateways.size(); ++i) Compare(i);
    for (const auto& [name, policies] : policies_) {
      for (const ReadPolicy& each : policies) Tell(each.path, "no sentence asks for this request");
    }
    return std::move(result_);
  }

 private:
  void Tell(std::string path, std::string what) {
    result_.differences.push_back({std::move(path), std::move(what), nullptr});
  }

  static std::string Stem(std::string_view path, std::string_view ending) {
    return std::string(path.substr(0, path.size() - ending.size()));
  }
  [[nodiscard]] bool HasRequest(std::string_view path) const {
    return tree_.others.contains(Stem(path, kCedar) + std::string(kPolicy));
  }

  /// Reads the members of a request; tells what is not as it has to be.
  std::map<std::string, std::string> Members(const std::string& path, const std::string& bytes,
                                             const std::set<std::string_view>& allowed) {
    std::map<std::string, std::string> members;
    support::json::Document document;
    if (const auto error = document.Read(bytes)) {
      Tell(path, "it is no JSON: " + error->message);
      return members;
    }
    for (const support::json::Member member : document.root().members()) {
      const std::string key(member.key.text());
      if (!allowed.contains(key)) Tell(path, fmt::format("it has a member `{}`", key));
      if (key != "definition") {
        members[key] = member.value.text();
        continue;
      }
      const auto cedar = member.value.Find("cedar");
      const auto statement = cedar ? cedar->Find("statement") : std::nullopt;
      const bool is_alone = member.value.size() == 1 && cedar && cedar->size() == 1;
      if (is_alone && statement && statement->is_string()) {
        members[key] = statement->text();
      } else {
        Tell(path, "its definition is not one statement of Cedar");
      }
    }
    return members;
  }

  void ReadEngine(const std::string& path, const std::string& bytes) {
    const auto members = Members(path, bytes, {"name", "description"});
    const std::string name = Stem(path, kEngine).substr(kFolder.size());
    for (const Gateway& gateway : program_.model.gateways) {
      if (gateway.name != name) continue;
      engines_.insert(name);
      const auto named = members.find("name");
      const std::string wanted = intent::EngineName(gateway);
      if (named == members.end() || named->second != wanted) {
        Tell(path, fmt::format("the engine's name is not `{}`", wanted));
      }
      return;
    }
    Tell(path, "no sentence asks for this request");
  }

  void ReadRequest(const std::string& path, const std::string& bytes) {
    constexpr std::size_t kMost = 10'000;
    const auto members = Members(
        path, bytes, {"name", "description", "definition", "validationMode", "enforcementMode"});
    const auto text = [&](const std::string& key) {
      const auto found = members.find(key);
      return found == members.end() ? std::string() : found->second;
    };
    if (text("enforcementMode") != "ACTIVE") Tell(path, "the policy is not enforced");
    if (text("name").empty() || !names_.insert(text("name")).second) {
      Tell(path, "its name is missing or that of another policy");
    }
    const std::string statement = text("definition");
    const std::string stem = Stem(path, kPolicy);
    const auto shown = tree_.others.find(stem + std::string(kCedar));
    if (shown == tree_.others.end() || shown->second != statement) {
      Tell(path, "its statement is not that of the file in Cedar beside it");
    }
    if (statement.size() > kMost) Tell(path, "its statement is longer than AWS takes");
    const auto policy = cedar::Parse(statement);
    if (!policy.ok()) {
      return Tell(path, fmt::format("its statement cannot be read at byte {}: {}",
                                    policy.error().offset, policy.error().message));
    }
    CheckHead(path, *policy);
    const std::string name = stem.substr(kFolder.size(), stem.rfind('-') - kFolder.size());
    policies_[name].push_back({path, *policy});
  }

  /// What the service asks of the head beside Cedar's own rules. Source: a live account, told by
  /// others (2026-08): a named action needs one gateway, any action gateways as type.
  void CheckHead(const std::string& path, const cedar::Policy& policy) {
    using Kind = cedar::Scope::Kind;
    const bool is_one = policy.resource.kind == Kind::kEqual;
    const bool is_typed = policy.resource.kind == Kind::kIs;
    const bool is_good = policy.action.kind == Kind::kAny ? is_one || is_typed : is_one;
    if (!is_good) Tell(path, "AWS refuses it: its head does not name the gateway");
  }

  void Compare(std::uint32_t index) {
    const Gateway& gateway = program_.model.gateways[index];
    const std::vector<ReadPolicy> policies = std::move(policies_[gateway.name]);
    policies_.erase(gateway.name);
    const bool has_rules =
        std::ranges::any_of(program_.model.tool_rules,
                            [&](const ToolRule& rule) { return rule.gateway.value == index; });
    const std::string path = fmt::format("{}{}{}", kFolder, gateway.name, kEngine);
    const bool has_engine = engines_.contains(gateway.name);
    if (has_rules && !has_engine && !tree_.targets.contains(path)) {
      Tell(path, "the program asks for it, and it is not there");
    }
    if (!has_rules && has_engine) Tell(path, "no sentence asks for this request");
    if (!has_rules && policies.empty()) return;
    Comparer(program_, index, policies, most_cases_, result_).Run();
  }

  const Program& program_;
  const deployed::Tree& tree_;
  std::size_t most_cases_;
  std::map<std::string, std::vector<ReadPolicy>> policies_;  ///< by name of gateway
  std::set<std::string> engines_;
  std::set<std::string> names_;
  GatewayComparison result_;
};

}  // namespace

GatewayComparison CompareGateways(const Program& program, const deployed::Tree& tree,
                                  std::size_t most_cases) {
  return Reader(program, tree, most_cases).Run();
}

}  // namespace writ::verify

#include "proof/verify/gateways.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/cedar/evaluate.h"
#include "iam/cedar/policy.h"
#include "proof/verify/gateway_cases.h"
#include "proof/verify/gateway_reading.h"

namespace writ::verify {
namespace {

using cedar::Fact;
using cedar::Value;
using intent::Gateway;
using intent::ToolRule;

constexpr std::string_view kFolder = "gateways/";
constexpr std::string_view kEngine = ".bedrock-agentcore-control.CreatePolicyEngine.json";
constexpr std::string_view kPolicy = ".bedrock-agentcore-control.CreatePolicy.json";
constexpr std::string_view kCedar = ".cedar";

struct ReadPolicy {
  std::string path;
  cedar::Policy policy;
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
      AddConstants(program, rule, cases_);
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
    Case call(called, gateway_, principal_type, arn);
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

#include "proof/verify/gateway_questions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proof/verify/gateway_reading.h"

namespace writ::verify {
namespace {

using cedar::Fact;
using cedar::Value;
using intent::ToolRule;
using Rules = std::vector<const ToolRule*>;

constexpr std::string_view kAnotherTool = "another-tool-than-those-listed";

class Search {
 public:
  Search(const Program& program, const Rules& met, const Rules& unmet, std::size_t most_cases)
      : program_(program),
        gateway_(program.model.gateways[met.front()->gateway.value]),
        met_(met),
        unmet_(unmet),
        most_cases_(most_cases) {
    for (const Rules* rules : {&met, &unmet}) {
      for (const ToolRule* rule : *rules) AddConstants(program, *rule, cases_);
    }
  }

  FoundCall Run() {
    const bool is_oauth = gateway_.authorizer == intent::Gateway::Authorizer::kOauth;
    for (const Called& called : Tools()) {
      Case call(called, gateway_, is_oauth ? kOauthUser : kIamEntity, gateway_.arn);
      left_ = most_cases_;
      Explore(call);
      if (found_.call) break;
    }
    if (found_.call) found_.given_up = false;
    return std::move(found_);
  }

 private:
  /// Those that all rules of `met_` are about.
  [[nodiscard]] std::vector<Called> Tools() const {
    std::vector<Called> all;
    const auto add = [&](const std::string& target, const std::string& tool,
                         const tools::Type* input) {
      const bool is_met = std::ranges::all_of(met_, [&](const ToolRule* rule) {
        return (rule->target.empty() || rule->target == target) &&
               (rule->tool.empty() || rule->tool == tool);
      });
      if (is_met) all.push_back({target, tool, input});
    };
    for (const intent::GatewayTarget& target : gateway_.targets) {
      for (const tools::Tool& tool : target.manifest.tools) {
        add(target.name, tool.name, &tool.input);
      }
      add(target.name, std::string(kAnotherTool), nullptr);
    }
    add("another-target-than-those-declared", std::string(kAnotherTool), nullptr);
    return all;
  }

  /// Whether the facts that are given make it a call that is sought; nothing if they do not tell.
  [[nodiscard]] std::optional<bool> IsSought(Case& call) const {
    Reading reading(program_, call);
    for (const ToolRule* rule : met_) {
      const std::optional<bool> applies = reading.Applies(*rule);
      if (!applies || !*applies) return applies;
    }
    for (const ToolRule* rule : unmet_) {
      const std::optional<bool> applies = reading.Applies(*rule);
      if (!applies) return std::nullopt;
      if (*applies) return false;
    }
    return true;
  }

  void Explore(Case& call) {
    const std::optional<bool> is_sought = IsSought(call);
    if (is_sought) {
      if (*is_sought) found_.call = CallText(call);
      return;
    }
    const std::optional<Fact> missing = call.TakeMissing();
    const auto* values = missing ? ValuesOf(call, *missing) : nullptr;
    if (values == nullptr) {
      found_.given_up = true;
      return;
    }
    for (const Value& value : *values) {
      if (left_ == 0) {
        found_.given_up = true;
        return;
      }
      --left_;
      call.Give(*missing, value);
      Explore(call);
      if (found_.call) return;
    }
    call.Take(*missing);
  }

  /// The same for every call: each is made once.
  const std::vector<Value>* ValuesOf(const Case& call, const Fact& fact) {
    const tools::Field* field = call.FieldAt(fact.path);
    const bool is_typed = fact.kind == Fact::Kind::kArgument && field != nullptr;
    const tools::Type* type = is_typed ? &field->type : nullptr;
    const auto [at, is_new] = values_.try_emplace({type, fact});
    if (is_new) at->second = cases_.ValuesOf(fact, type);
    return at->second ? &*at->second : nullptr;
  }

  const Program& program_;
  const intent::Gateway& gateway_;
  const Rules& met_;
  const Rules& unmet_;
  std::size_t most_cases_;
  Cases cases_;
  std::map<std::pair<const tools::Type*, Fact>, std::optional<std::vector<Value>>> values_;
  std::size_t left_ = 0;
  FoundCall found_;
};

}  // namespace

FoundCall FindCall(const Program& program, const Rules& met, const Rules& unmet,
                   std::size_t most_cases) {
  return Search(program, met, unmet, most_cases).Run();
}

bool MayMeet(const ToolRule& one, const ToolRule& other) {
  const auto may_be = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() || a == b;
  };
  return one.gateway == other.gateway && may_be(one.target, other.target) &&
         may_be(one.tool, other.tool);
}

}  // namespace writ::verify

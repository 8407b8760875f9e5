// apply.sh: the functions of the prelude called for what each account has. The script reads the
// files beside it and needs no edit.
#include "apply_script.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/support/shell.h"
#include "deployment.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"

namespace writ::emit {
namespace {

using support::json::Value;

/// The request of an update: without the tags, which have a call of their own.
std::string UpdateRequest(const intent::Guardrail& guardrail) {
  const std::string request = CreateGuardrailRequest(guardrail);
  const auto parsed = support::json::Parse(request);
  support::json::Writer writer(support::json::Style::kMinified);
  writer.BeginObject();
  for (const support::json::Member& member : parsed->root().members()) {
    if (member.key.text() == "tags") continue;
    writer.Key(member.key.text());
    JsonRewriter().Copy(writer, member.value);
  }
  writer.EndObject();
  return writer.Take();
}

/// What a request says, as a query for the same in an answer and the text that the CLI prints then.
struct Projection {
  std::vector<std::string> paths;
  std::vector<std::string> expected;

  void Add(const Value& value, const std::string& path) {
    if (value.is_object()) {
      for (const support::json::Member& member : value.members()) {
        const std::string key(member.key.text());
        Add(member.value, path.empty() ? key : path + "." + key);
      }
      return;
    }
    if (value.is_array()) {
      std::vector<std::string> texts;
      for (const Value element : value.elements()) texts.emplace_back(element.text());
      paths.push_back(fmt::format("join(',',{})", path));
      expected.push_back(fmt::format("{}", fmt::join(texts, ",")));
      return;
    }
    const bool is_flag = value.kind() == support::json::Kind::kBool;
    paths.push_back(path);
    expected.push_back(is_flag ? (value.is_true() ? "True" : "False") : std::string(value.text()));
  }
  [[nodiscard]] std::string Query() const { return fmt::format("[{}]", fmt::join(paths, ",")); }
  [[nodiscard]] std::string Expected() const {
    return fmt::format("{}", fmt::join(expected, "\t"));
  }
};

class Script {
 public:
  explicit Script(const DeployInput& input) : input_(input) {}

  std::string Run() {
    text_ = kApplyPrelude;
    // The first deployment makes the bindings; later ones are made from them.
    constexpr std::string_view kDefault = "@BINDINGS@";
    text_.replace(text_.find(kDefault), kDefault.size(),
                  input_.only_guardrails ? DefaultBindings() : "");
    constexpr std::string_view kPartition = "@PARTITION@";
    for (std::size_t at = text_.find(kPartition); at != std::string::npos;
         at = text_.find(kPartition, at)) {
      text_.replace(at, kPartition.size(), input_.model.organization.partition);
    }
    AddLeftOut();
    for (const AccountPlan& plan : PlanDeployment(input_)) AddAccount(plan);
    text_ += kApplyEnd;
    return std::move(text_);
  }

 private:
  /// Where the build reads them, whatever folder the script is run from.
  [[nodiscard]] std::string DefaultBindings() const {
    if (input_.bindings_from_tree.empty()) return "writ.bindings.json";
    return "$here/" + support::ShellWord(input_.bindings_from_tree);
  }
  void Line(std::string_view call) {
    text_ += "  ";
    text_ += call;
    text_ += '\n';
  }
  void AddLeftOut();
  void AddAccount(const AccountPlan& plan);
  void AddGuardrails(const AccountPlan& plan);
  void AddIdentities(const AccountPlan& plan);
  void AddPatterns(std::string_view kind, const std::vector<std::string>& patterns,
                   const std::string& policy);
  void AddRegional(const AccountPlan& plan);
  void AddGateways(const AccountPlan& plan);
  void AddOrganization(const AccountPlan& plan);

  const DeployInput& input_;
  std::string text_;
};

/// What other forms have no place for.
void Script::AddLeftOut() {
  std::map<std::string, std::vector<std::string>> left;
  for (const Artifact& artifact : input_.tree.artifacts) {
    for (const NotIn& one : artifact.not_in) left[one.form].push_back(artifact.path);
  }
  for (const auto& [form, paths] : left) {
    text_ += fmt::format(
        "\n# Under deploy/{} there is no place for these: run this script after that form.\n",
        form);
    for (const std::string& path : paths) text_ += fmt::format("#   {}\n", path);
  }
}

void Script::AddAccount(const AccountPlan& plan) {
  const std::string id = plan.id.empty() ? "$(aws organizations describe-organization --query "
                                           "Organization.MasterAccountId)"
                                         : plan.id;
  text_ += fmt::format("\n# Account {}\nif [[ $account == \"{}\" ]]; then\n  known=yes\n",
                       plan.name, id);
  AddGuardrails(plan);
  for (const NamedDocument& document : plan.trusts) {
    Line(fmt::format("trust {} {}", support::ShellWord(document.name),
                     support::ShellWord(document.artifact->path)));
  }
  for (const NamedDocument& document : plan.endpoints) {
    std::string line =
        fmt::format("endpoint_policy {}", support::ShellWord(document.artifact->path));
    for (const std::string& endpoint : document.endpoints)
      line += " " + support::ShellWord(endpoint);
    Line(line);
  }
  AddIdentities(plan);
  AddRegional(plan);
  AddGateways(plan);
  AddOrganization(plan);
  text_ += "fi\n";
}

void Script::AddGuardrails(const AccountPlan& plan) {
  for (const OwnedGuardrail& owned : plan.guardrails) {
    const intent::Guardrail& guardrail = *owned.guardrail;
    Line(fmt::format("guardrail {} {} {} {} {}", support::ShellWord(guardrail.name),
                     support::ShellWord(owned.region), GuardrailHash(guardrail),
                     support::ShellWord(UpdateRequest(guardrail)),
                     support::ShellWord(owned.bound ? owned.bound->Pinned() : "")));
  }
}

void Script::AddIdentities(const AccountPlan& plan) {
  for (const NamedDocument& document : plan.identities) {
    const std::string name = support::ShellWord(document.name);
    Line(fmt::format("policy {} {}", name, support::ShellWord(document.artifact->path)));
    for (const std::string& role : document.placed_roles) {
      Line(fmt::format("attach role {} {}", support::ShellWord(role), name));
    }
    for (const std::string& user : document.placed_users) {
      Line(fmt::format("attach user {} {}", support::ShellWord(user), name));
    }
    AddPatterns("role", document.role_patterns, name);
    AddPatterns("user", document.user_patterns, name);
  }
}

void Script::AddPatterns(std::string_view kind, const std::vector<std::string>& patterns,
                         const std::string& policy) {
  for (const std::string& pattern : patterns) {
    constexpr std::string_view kTag = "tag:";
    if (!pattern.starts_with(kTag)) {
      Line(fmt::format("attach_matching {} {} {}", kind, support::ShellWord(pattern), policy));
      continue;
    }
    const std::string tag = pattern.substr(kTag.size());
    const std::size_t equals = tag.find('=');
    Line(fmt::format("attach_tagged {} {} {} {}", kind, support::ShellWord(tag.substr(0, equals)),
                     support::ShellWord(tag.substr(equals + 1)), policy));
  }
}

void Script::AddRegional(const AccountPlan& plan) {
  const auto add = [&](std::string_view function, std::string_view member,
                       const RegionalRequest& request) {
    const support::json::Document document = ReadOwn(*request.artifact);
    Projection projection;
    projection.Add(*document.root().Find(member), "");
    // The answer names the guardrail by ARN, the request by identifier.
    for (std::string& path : projection.paths) {
      if (path == "guardrailIdentifier") path = "guardrailArn";
    }
    Line(fmt::format(
        "{} {} {} {} {}", function, request.region, support::ShellWord(request.artifact->path),
        support::ShellWord(projection.Query()), support::ShellWord(projection.Expected())));
  };
  for (const RegionalRequest& request : plan.sharings) {
    const support::json::Document document = ReadOwn(*request.artifact);
    Line(fmt::format("sharing {} {} {} {}", request.region,
                     support::ShellWord(request.artifact->path),
                     support::ShellWord(document.root().Find("resourceArn")->text()),
                     support::ShellWord(document.root().Find("resourcePolicy")->text())));
  }
  for (const RegionalRequest& request : plan.enforcements) {
    add("enforcement", "guardrailInferenceConfig", request);
  }
  for (const RegionalRequest& request : plan.loggings) add("logging", "loggingConfig", request);
  for (const RegionalRequest& request : plan.retentions) {
    const support::json::Document document = ReadOwn(*request.artifact);
    const bool is_mantle = request.artifact->path.find(".bedrock-mantle.") != std::string::npos;
    Line(fmt::format("{} {} {} {}", is_mantle ? "mantle_retention" : "retention", request.region,
                     support::ShellWord(request.artifact->path),
                     support::ShellWord(document.root().Find("mode")->text())));
  }
  for (const RegionalRequest& watch : plan.watches) {
    const support::json::Document rule = ReadOwn(*watch.artifact);
    const support::json::Document targets = ReadOwn(*watch.targets);
    const auto text = [](const Value& object, std::string_view key) {
      const std::optional<Value> found = object.Find(key);
      return support::ShellWord(found && found->is_string() ? found->text() : "None");
    };
    const Value target = *targets.root().Find("Targets")->elements().begin();
    Line(fmt::format("event_rule {} {} {} {} {} {} {} {} {}", watch.region,
                     support::ShellWord(watch.artifact->path),
                     support::ShellWord(watch.targets->path), text(rule.root(), "Name"),
                     text(rule.root(), "EventPattern"), text(rule.root(), "State"),
                     text(target, "Id"), text(target, "Arn"), text(target, "RoleArn")));
  }
  if (plan.selectors == nullptr) return;
  const support::json::Document selectors = ReadOwn(*plan.selectors);
  for (const Value selector : selectors.root().Find("AdvancedEventSelectors")->elements()) {
    support::json::Writer writer(support::json::Style::kMinified);
    JsonRewriter().Copy(writer, selector);
    Line(fmt::format("selector {} {}", support::ShellWord(selector.Find("Name")->text()),
                     support::ShellWord(writer.Take())));
  }
}

void Script::AddGateways(const AccountPlan& plan) {
  const auto name_of = [](const Artifact& artifact) {
    const support::json::Document request = ReadOwn(artifact);
    return support::ShellWord(request.root().Find("name")->text());
  };
  for (const GatewayPlan& each : plan.gateways) {
    // Policies without an engine are told by the proof.
    if (each.engine == nullptr) continue;
    const std::string& arn = each.gateway->arn;
    std::string line = fmt::format("gateway {} {} {} {}", each.gateway->region,
                                   support::ShellWord(arn.substr(arn.rfind('/') + 1)),
                                   name_of(*each.engine), support::ShellWord(each.engine->path));
    for (const Artifact* policy : each.policies) {
      line += fmt::format(" {} {}", name_of(*policy), support::ShellWord(policy->path));
    }
    Line(line);
  }
}

void Script::AddOrganization(const AccountPlan& plan) {
  for (const NamedDocument& document : plan.permission_sets) {
    Line(fmt::format("permission_set {} {}", support::ShellWord(document.name),
                     support::ShellWord(document.artifact->path)));
  }
  if (plan.scps.empty() && plan.rcps.empty() && plan.bedrock_policies.empty() &&
      plan.opt_outs.empty() && plan.staged.empty()) {
    return;
  }
  Line("root=$(aws organizations list-roots --query 'Roots[0].Id')");
  const auto add = [&](std::string_view type, const std::vector<NamedDocument>& documents) {
    for (const NamedDocument& document : documents) {
      std::string targets;
      for (const std::string& target : document.targets)
        targets += " " + support::ShellWord(target);
      Line(fmt::format("organization_policy {} {} {}{}", type, support::ShellWord(document.name),
                       support::ShellWord(document.artifact->path), targets));
    }
  };
  add("SERVICE_CONTROL_POLICY", plan.scps);
  add("RESOURCE_CONTROL_POLICY", plan.rcps);
  add("BEDROCK_POLICY", plan.bedrock_policies);
  add("AISERVICES_OPT_OUT_POLICY", plan.opt_outs);
  add("SERVICE_CONTROL_POLICY", plan.staged);
}

}  // namespace

std::vector<Artifact> ApplyScript(const DeployInput& input) {
  return {MakeArtifact("apply.sh", "script", {}, Script(input).Run())};
}

}  // namespace writ::emit

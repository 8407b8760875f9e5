// Terraform configurations in JSON syntax, for hashicorp/aws 6: one folder for each account, whose
// regional resources name their region. In every text of such a file `${` and `%{` begin an
// expression, so all that is not one is escaped.
//
// Source of types and arguments: provider schema 6.66 and documentation, see docs/deploying.md.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/json.h"
#include "deployment.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"

namespace writ::emit {
namespace {

using support::json::Style;
using support::json::Value;
using support::json::Writer;

/// Where the provider works if nothing of the account has a region.
constexpr std::string_view kDefaultRegion = "us-east-1";

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// A text that is no template.
std::string Escaped(std::string_view text) {
  std::string escaped(text);
  ReplaceAll(escaped, "${", "$${");
  ReplaceAll(escaped, "%{", "%%{");
  return escaped;
}

/// A guardrail of the account in one region.
struct Native {
  std::string label;
  intent::BoundGuardrail bound;
  [[nodiscard]] std::string arn() const {
    return fmt::format("${{aws_bedrock_guardrail.{}.guardrail_arn}}", label);
  }
  [[nodiscard]] std::string version() const {
    return fmt::format("${{aws_bedrock_guardrail_version.{}.version}}", label);
  }
};

std::string SnakeKey(std::string_view key) {
  std::string name;
  for (const char c : key) {
    if (c >= 'A' && c <= 'Z') {
      name += '_';
      name += static_cast<char>(c - 'A' + 'a');
    } else {
      name += c;
    }
  }
  return name;
}

/// Names with `_`, texts escaped; tags become a map elsewhere.
class RequestRewriter final : public JsonRewriter {
 public:
  std::string Key(std::string_view key) override { return SnakeKey(key); }
  void WriteString(Writer& writer, std::string_view text) override { writer.String(Escaped(text)); }
};

/// "State" → "state".
std::string LowerFirst(std::string_view key) {
  std::string name(key);
  name.front() = static_cast<char>(name.front() - 'A' + 'a');
  return name;
}

/// The configuration of logging, but for audio.
std::string LoggingConfig(const Value& config) {
  Writer writer(Style::kMinified);
  writer.BeginObject();
  for (const support::json::Member& member : config.members()) {
    if (member.key.text() == "audioDataDeliveryEnabled") continue;
    const std::string_view key = member.key.text();
    // The API's name has a capital W where the provider has none.
    writer.Key(key == "cloudWatchConfig" ? "cloudwatch_config" : SnakeKey(key));
    RequestRewriter().Copy(writer, member.value);
  }
  writer.EndObject();
  return writer.Take();
}

/// The resources of one type, by label, as JSON.
using Resources = std::map<std::string, std::map<std::string, std::string>>;

class Object {
 public:
  Object() { writer_.BeginObject(); }
  /// A literal.
  Object& Text(std::string_view key, std::string_view text) {
    return Expression(key, Escaped(text));
  }
  /// A template.
  Object& Expression(std::string_view key, std::string_view text) {
    writer_.Key(key);
    writer_.String(text);
    return *this;
  }
  Object& Flag(std::string_view key, bool value) {
    writer_.Key(key);
    writer_.Bool(value);
    return *this;
  }
  Object& Raw(std::string_view key, std::string_view json) {
    writer_.Key(key);
    writer_.Raw(json);
    return *this;
  }
  std::string Done() {
    writer_.EndObject();
    return writer_.Take();
  }

 private:
  Writer writer_{Style::kMinified};
};

std::string Copied(JsonRewriter&& rewriter, const Value& value) {
  Writer writer(Style::kMinified);
  rewriter.Copy(writer, value);
  return writer.Take();
}

class Configuration {
 public:
  Configuration(const AccountPlan& plan, LeftOut& left, diag::Sink& sink)
      : plan_(plan), left_(left), sink_(sink) {}

  std::optional<Artifact> Run();

 private:
  void AddGuardrails();
  void AddGuardrail(const OwnedGuardrail& owned, const std::string& label);
  [[nodiscard]] bool CanSay(const intent::Guardrail& guardrail);
  void AddTrusts();
  void AddIdentities();
  void AddHolders(const NamedDocument& document, const std::string& label);
  void AddPatterns(std::string_view kind, const std::vector<std::string>& patterns,
                   const std::string& label);
  void AddEndpoints();
  void AddSharings();
  void AddEnforcements();
  void AddLoggings();
  void LeaveRetentions();
  void AddWatches();
  void AddPermissionSets();
  void AddOrganizationPolicies(const std::vector<NamedDocument>& documents, std::string_view type);
  [[nodiscard]] std::string DocumentText(const Artifact& artifact) const;
  [[nodiscard]] std::string WithReferences(std::string_view document) const;
  [[nodiscard]] std::string TargetId(const std::string& target);
  [[nodiscard]] std::string Assemble() const;
  void Add(const std::string& type, const std::string& label, std::string json) {
    resources_[type][label] = std::move(json);
  }

  const AccountPlan& plan_;
  LeftOut& left_;
  diag::Sink& sink_;
  Resources resources_;
  Resources data_;
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> outputs_;
  std::vector<Native> natives_;
  std::map<std::string, std::string> role_labels_;  ///< of roles that are made here
  NameSet names_;
  std::set<std::string> awscc_regions_;  ///< in which that provider makes something
  std::vector<std::string> sharings_;    ///< as JSON
};

/// What hashicorp/aws has no argument for.
bool Configuration::CanSay(const intent::Guardrail& guardrail) {
  std::vector<std::string> lacking;
  const auto blocks = [](const intent::Sides& sides) {
    return sides.input == intent::Response::kBlock && sides.output == intent::Response::kBlock;
  };
  for (const intent::DeniedTopic& topic : guardrail.topics) {
    if (!blocks(topic.sides)) {
      lacking.push_back(fmt::format("the sides of topic `{}`", topic.name));
    }
  }
  for (const auto& threshold : {guardrail.grounding, guardrail.relevance}) {
    if (threshold && threshold->response != intent::Response::kBlock) {
      lacking.emplace_back("a grounding check that only detects");
    }
  }
  if (guardrail.reasoning) lacking.emplace_back("automated reasoning");
  if (guardrail.key && guardrail.key->find(":key/") == std::string::npos) {
    lacking.emplace_back("a key that is not named by its ARN");
  }
  if (lacking.empty()) return true;
  LeaveOut(guardrail, fmt::format("its resource has no argument for {}", fmt::join(lacking, ", ")),
           left_);
  return false;
}

void Configuration::AddGuardrail(const OwnedGuardrail& owned, const std::string& label) {
  const intent::Guardrail& guardrail = *owned.guardrail;
  const std::string request = CreateGuardrailRequest(guardrail);
  const auto parsed = support::json::Parse(request);
  Object resource;
  resource.Text("region", owned.region);
  for (const support::json::Member& member : parsed->root().members()) {
    const std::string_view key = member.key.text();
    if (key == "tags") {
      Object tags;
      for (const auto& [name, value] : guardrail.tags) tags.Text(Escaped(name), value);
      resource.Raw("tags", tags.Done());
    } else if (key == "kmsKeyId") {
      resource.Text("kms_key_arn", member.value.text());
    } else if (key == "crossRegionConfig") {
      const std::string_view profile = member.value.members().begin().operator*().value.text();
      const std::string arn = profile.starts_with("arn:")
                                  ? std::string(profile)
                                  : fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/{}",
                                                owned.partition, owned.region, plan_.id, profile);
      Object config;
      config.Text("guardrail_profile_identifier", arn);
      resource.Raw("cross_region_config", config.Done());
    } else {
      std::string json = Copied(RequestRewriter(), member.value);
      // A tier is a list of one object.
      constexpr std::string_view kTier = R"("tier_config":{)";
      if (const std::size_t at = json.find(kTier); at != std::string::npos) {
        const std::size_t end = json.find('}', at);
        json.insert(end + 1, "]");
        json.insert(at + kTier.size() - 1, "[");
      }
      resource.Raw(SnakeKey(key), json);
    }
  }
  Add("aws_bedrock_guardrail", label, resource.Done());

  // Another description makes another version, and the old one stays.
  Object version;
  version.Text("region", owned.region)
      .Expression("guardrail_arn",
                  fmt::format("${{aws_bedrock_guardrail.{}.guardrail_arn}}", label))
      .Text("description", "sha256:" + GuardrailHash(guardrail))
      .Flag("skip_destroy", true);
  Add("aws_bedrock_guardrail_version", label, version.Done());
  Object output;
  output.Text("description", fmt::format("For writ.bindings.json: guardrail {} in {}",
                                         guardrail.name, owned.region));
  Object value;
  value.Expression("arn", fmt::format("${{aws_bedrock_guardrail.{}.guardrail_arn}}", label))
      .Expression("version", fmt::format("${{aws_bedrock_guardrail_version.{}.version}}", label));
  output.Raw("value", value.Done());
  outputs_[label] = output.Done();
}

void Configuration::AddGuardrails() {
  std::map<std::string, bool> can_say;
  for (const OwnedGuardrail& owned : plan_.guardrails) {
    const auto [at, is_new] = can_say.try_emplace(owned.guardrail->name, true);
    if (is_new) at->second = CanSay(*owned.guardrail);
    if (!at->second) continue;
    const std::string label = names_.Take(
        fmt::format("{}_{}", SnakeName(owned.guardrail->name), SnakeName(owned.region)));
    AddGuardrail(owned, label);
    if (owned.bound) natives_.push_back({label, *owned.bound});
  }
}

/// A policy document as a template: minified, as it is sent, with references to guardrails of the
/// configuration.
std::string Configuration::DocumentText(const Artifact& artifact) const {
  return WithReferences(artifact.bytes);
}

std::string Configuration::WithReferences(std::string_view document) const {
  std::string text = Escaped(document);
  for (const Native& native : natives_) {
    ReplaceAll(text, native.bound.Pinned(), native.arn() + ":" + native.version());
    ReplaceAll(text, native.bound.arn, native.arn());
  }
  return text;
}

void Configuration::AddTrusts() {
  for (const NamedDocument& document : plan_.trusts) {
    Object role;
    role.Text("name", document.name)
        .Expression("assume_role_policy", DocumentText(*document.artifact));
    const std::string label = names_.Take(SnakeName(document.name));
    role_labels_[document.name] = label;
    Add("aws_iam_role", label, role.Done());
  }
}

void Configuration::AddHolders(const NamedDocument& document, const std::string& label) {
  const std::string policy = fmt::format("${{aws_iam_policy.{}.arn}}", label);
  const auto attach = [&](std::string_view kind, const std::string& name) {
    Object attachment;
    attachment.Expression("policy_arn", policy).Text(kind, name);
    const auto made = role_labels_.find(name);
    if (kind == "role" && made != role_labels_.end()) {
      attachment.Raw("depends_on", fmt::format(R"(["aws_iam_role.{}"])", made->second));
    }
    Add(fmt::format("aws_iam_{}_policy_attachment", kind),
        names_.Take(fmt::format("{}_{}", label, SnakeName(name))), attachment.Done());
  };
  for (const std::string& role : document.roles) attach("role", role);
  for (const std::string& user : document.users) attach("user", user);
  AddPatterns("role", document.role_patterns, label);
  AddPatterns("user", document.user_patterns, label);
}

void Configuration::AddPatterns(std::string_view kind, const std::vector<std::string>& patterns,
                                const std::string& label) {
  if (patterns.empty()) return;
  const std::string variable = fmt::format("{}_{}s", label, kind);
  Object declared;
  declared
      .Text("description", fmt::format("Names of the {}s that match {}; may be empty", kind,
                                       fmt::join(patterns, ", ")))
      .Text("type", "set(string)")
      .Raw("default", "[]");
  variables_[variable] = declared.Done();
  Object attachment;
  attachment.Expression("for_each", fmt::format("${{var.{}}}", variable))
      .Expression("policy_arn", fmt::format("${{aws_iam_policy.{}.arn}}", label))
      .Expression(kind, "${each.value}");
  Add(fmt::format("aws_iam_{}_policy_attachment", kind), label, attachment.Done());
}

void Configuration::AddIdentities() {
  for (const NamedDocument& document : plan_.identities) {
    const std::string label = names_.Take(SnakeName(document.name.substr(5)));
    Object policy;
    policy.Text("name", document.name).Expression("policy", DocumentText(*document.artifact));
    Add("aws_iam_policy", label, policy.Done());
    AddHolders(document, label);
  }
}

/// An endpoint belongs to one account and region, which a program does not say.
void Configuration::AddEndpoints() {
  for (const NamedDocument& document : plan_.endpoints) {
    const std::string label = names_.Take(SnakeName(document.name) + "_endpoint");
    const std::string variable = label + "_regions";
    Object declared;
    declared
        .Text("description",
              fmt::format("Region of each of {} that this account owns, by id; may be empty",
                          fmt::join(document.endpoints, ", ")))
        .Text("type", "map(string)")
        .Raw("default", "{}");
    variables_[variable] = declared.Done();
    Object policy;
    policy.Expression("for_each", fmt::format("${{var.{}}}", variable))
        .Expression("region", "${each.value}")
        .Expression("vpc_endpoint_id", "${each.key}")
        .Expression("policy", DocumentText(*document.artifact));
    Add("aws_vpc_endpoint_policy", label, policy.Done());
  }
}

void Configuration::AddSharings() {
  for (const RegionalRequest& request : plan_.sharings) {
    const support::json::Document document = ReadOwn(*request.artifact);
    if (IsOfProfile(document)) {
      left_.emplace(request.artifact->path, "its resource_arn takes no guardrail profile");
      continue;
    }
    awscc_regions_.insert(request.region);
    Object resource;
    resource.Text("provider", "awscc." + SnakeName(request.region));
    for (const auto& [argument, member] : {std::pair{"resource_arn", "resourceArn"},
                                           std::pair{"policy_document", "resourcePolicy"}}) {
      resource.Expression(argument, WithReferences(document.root().Find(member)->text()));
    }
    const std::string label = names_.Take(
        fmt::format("{}_{}_sharing", SnakeName(request.shared), SnakeName(request.region)));
    Add("awscc_bedrock_resource_policy", label, resource.Done());
    sharings_.push_back(fmt::format(R"("awscc_bedrock_resource_policy.{}")", label));
  }
}

void Configuration::AddEnforcements() {
  for (const RegionalRequest& request : plan_.enforcements) {
    const support::json::Document document = ReadOwn(*request.artifact);
    const Value config = *document.root().Find("guardrailInferenceConfig");
    const std::string_view arn = config.Find("guardrailIdentifier")->text();
    const auto native =
        std::ranges::find_if(natives_, [&](const Native& n) { return n.bound.arn == arn; });
    awscc_regions_.insert(request.region);
    Object resource;
    resource.Text("provider", "awscc." + SnakeName(request.region));
    if (native != natives_.end()) {
      resource.Expression("guardrail_identifier", native->arn())
          .Expression("guardrail_version", native->version());
    } else {
      resource.Text("guardrail_identifier", arn)
          .Text("guardrail_version", config.Find("guardrailVersion")->text());
    }
    for (const char* part : {"selectiveContentGuarding", "modelEnforcement"}) {
      resource.Raw(SnakeKey(part), Copied(RequestRewriter(), *config.Find(part)));
    }
    Add("awscc_bedrock_enforced_guardrail_configuration", SnakeName(request.region),
        resource.Done());
  }
}

void Configuration::AddLoggings() {
  for (const RegionalRequest& request : plan_.loggings) {
    const support::json::Document document = ReadOwn(*request.artifact);
    const Value config = *document.root().Find("loggingConfig");
    // The provider has no argument for audio (hashicorp/aws 6.66).
    sink_.Report(diag::kAudioNotInTerraform, {}, plan_.name, request.region)
        .Suggest("afterwards run apply.sh of `--format json`, which sets the whole configuration");
    Object resource;
    resource.Text("region", request.region).Raw("logging_config", LoggingConfig(config));
    Add("aws_bedrock_model_invocation_logging_configuration", SnakeName(request.region),
        resource.Done());
  }
}

/// hashicorp/aws has a resource for it in its sources, in no release that is known (issue 49201 of
/// terraform-provider-aws, read 2026-11-29), and none for bedrock-mantle.
void Configuration::LeaveRetentions() {
  for (const RegionalRequest& request : plan_.retentions) {
    left_.emplace(request.artifact->path, "it has no resource for data retention");
  }
}

void Configuration::AddWatches() {
  if (plan_.selectors != nullptr) {
    left_.emplace(plan_.selectors->path, "a trail's selectors are added to those that it has");
  }
  for (const GatewayPlan& gateway : plan_.gateways) LeaveOut(gateway, left_);
  for (const RegionalRequest& watch : plan_.watches) {
    const support::json::Document rule = ReadOwn(*watch.artifact);
    const support::json::Document targets = ReadOwn(*watch.targets);
    const std::string name(rule.root().Find("Name")->text());
    const std::string label =
        names_.Take(fmt::format("{}_{}", SnakeName(name), SnakeName(watch.region)));
    Object resource;
    resource.Text("region", watch.region);
    for (const support::json::Member& member : rule.root().members()) {
      const std::string_view key = member.key.text();
      resource.Text(key == "EventPattern" ? "event_pattern" : LowerFirst(key), member.value.text());
    }
    Add("aws_cloudwatch_event_rule", label, resource.Done());
    for (const Value target : targets.root().Find("Targets")->elements()) {
      Object end;
      end.Text("region", watch.region)
          .Expression("rule", fmt::format("${{aws_cloudwatch_event_rule.{}.name}}", label))
          .Text("target_id", target.Find("Id")->text())
          .Text("arn", target.Find("Arn")->text());
      if (const auto role = target.Find("RoleArn")) end.Text("role_arn", role->text());
      Add("aws_cloudwatch_event_target", label, end.Done());
    }
  }
}

void Configuration::AddPermissionSets() {
  if (plan_.permission_sets.empty()) return;
  data_["aws_ssoadmin_instances"]["current"] = "{}";
  const std::string instance = "${tolist(data.aws_ssoadmin_instances.current.arns)[0]}";
  for (const NamedDocument& document : plan_.permission_sets) {
    const std::string label = names_.Take(SnakeName(document.name));
    Object set;
    set.Text("name", document.name).Expression("instance_arn", instance);
    Add("aws_ssoadmin_permission_set", label, set.Done());
    Object policy;
    policy.Expression("instance_arn", instance)
        .Expression("permission_set_arn",
                    fmt::format("${{aws_ssoadmin_permission_set.{}.arn}}", label))
        .Expression("inline_policy", DocumentText(*document.artifact));
    Add("aws_ssoadmin_permission_set_inline_policy", label, policy.Done());
  }
}

std::string Configuration::TargetId(const std::string& target) {
  if (target == "root") {
    data_["aws_organizations_organization"]["current"] = "{}";
    return "${data.aws_organizations_organization.current.roots[0].id}";
  }
  if (!target.starts_with("ou:")) return Escaped(target);
  const std::string variable = fmt::format("ou_{}_id", SnakeName(target.substr(3)));
  Object declared;
  declared.Text("description", fmt::format("Id of the organizational unit {}", target.substr(3)))
      .Text("type", "string");
  variables_[variable] = declared.Done();
  return fmt::format("${{var.{}}}", variable);
}

void Configuration::AddOrganizationPolicies(const std::vector<NamedDocument>& documents,
                                            std::string_view type) {
  for (const NamedDocument& document : documents) {
    const std::string_view kind = type == "BEDROCK_POLICY"              ? "_bedrock"
                                  : type == "AISERVICES_OPT_OUT_POLICY" ? "_ai_opt_out"
                                  : type == "RESOURCE_CONTROL_POLICY"   ? "_rcp"
                                                                        : "_scp";
    const std::string label = names_.Take(SnakeName(document.name) + std::string(kind));
    Object policy;
    policy.Text("name", document.name)
        .Text("type", type)
        .Text("description", "Written by writ; change the program, not the policy")
        .Expression("content", DocumentText(*document.artifact));
    // Members whose calls it screens must be able to apply the guardrail by then.
    if (type == "BEDROCK_POLICY" && !sharings_.empty()) {
      policy.Raw("depends_on", fmt::format("[{}]", fmt::join(sharings_, ",")));
    }
    Add("aws_organizations_policy", label, policy.Done());
    for (std::size_t t = 0; t < document.targets.size(); ++t) {
      Object attachment;
      attachment.Expression("policy_id", fmt::format("${{aws_organizations_policy.{}.id}}", label))
          .Expression("target_id", TargetId(document.targets[t]));
      Add("aws_organizations_policy_attachment",
          t == 0 ? label : fmt::format("{}_{}", label, t + 1), attachment.Done());
    }
  }
}

std::string Configuration::Assemble() const {
  Writer writer(Style::kPretty);
  const auto raw = [&writer](std::string_view key, const std::string& json) {
    writer.Key(key);
    const auto parsed = support::json::Parse(json);
    JsonRewriter().Copy(writer, parsed->root());
  };
  const auto labeled = [&](std::string_view section, const Resources& types) {
    if (types.empty()) return;
    writer.Key(section);
    writer.BeginObject();
    for (const auto& [type, labels] : types) {
      writer.Key(type);
      writer.BeginObject();
      for (const auto& [label, json] : labels) raw(label, json);
      writer.EndObject();
    }
    writer.EndObject();
  };
  const auto named = [&](std::string_view section, const std::map<std::string, std::string>& all) {
    if (all.empty()) return;
    writer.Key(section);
    writer.BeginObject();
    for (const auto& [name, json] : all) raw(name, json);
    writer.EndObject();
  };
  writer.BeginObject();
  std::string providers = R"("aws":{"source":"hashicorp/aws","version":">= 6.0, < 7.0"})";
  if (!awscc_regions_.empty())
    providers += R"(,"awscc":{"source":"hashicorp/awscc","version":">= 1.97.0"})";
  raw("terraform", fmt::format(R"({{"required_providers":{{{}}}}})", providers));
  writer.Key("provider");
  writer.BeginObject();
  Object aws;
  aws.Text("region", plan_.home().empty() ? kDefaultRegion : plan_.home());
  // The wrong credentials must not write into another account.
  if (!plan_.id.empty()) aws.Raw("allowed_account_ids", fmt::format(R"(["{}"])", plan_.id));
  raw("aws", aws.Done());
  if (!awscc_regions_.empty()) {
    writer.Key("awscc");
    writer.BeginArray();
    for (const std::string& region : awscc_regions_) {
      Object awscc;
      awscc.Text("alias", SnakeName(region)).Text("region", region);
      const auto parsed = support::json::OwningDocument::Parse(awscc.Done());
      JsonRewriter().Copy(writer, parsed->root());
    }
    writer.EndArray();
  }
  writer.EndObject();
  named("variable", variables_);
  labeled("data", data_);
  labeled("resource", resources_);
  named("output", outputs_);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::optional<Artifact> Configuration::Run() {
  AddGuardrails();
  AddTrusts();
  AddIdentities();
  AddEndpoints();
  AddSharings();
  AddEnforcements();
  AddLoggings();
  LeaveRetentions();
  AddWatches();
  AddPermissionSets();
  AddOrganizationPolicies(plan_.scps, "SERVICE_CONTROL_POLICY");
  AddOrganizationPolicies(plan_.rcps, "RESOURCE_CONTROL_POLICY");
  AddOrganizationPolicies(plan_.bedrock_policies, "BEDROCK_POLICY");
  AddOrganizationPolicies(plan_.opt_outs, "AISERVICES_OPT_OUT_POLICY");
  LeaveStaged(plan_, left_);
  if (resources_.empty()) return std::nullopt;
  return MakeArtifact(fmt::format("deploy/terraform/{}/main.tf.json", plan_.name), "terraform",
                      {plan_.name}, Assemble());
}

}  // namespace

Deployment TerraformConfigurations(const DeployInput& input, diag::Sink& sink) {
  Deployment made;
  for (const AccountPlan& plan : PlanDeployment(input)) {
    if (auto artifact = Configuration(plan, made.left, sink).Run()) {
      made.artifacts.push_back(*std::move(artifact));
    }
  }
  return made;
}

}  // namespace writ::emit

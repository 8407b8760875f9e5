// CloudFormation templates. A stack lives in one region, an account's guardrails in several: the
// one template of an account is deployed to each region that it names, where conditions leave out
// what belongs elsewhere. What has no region (IAM) is made in the first of them, its home.
//
// Source of types and properties: CloudFormation registry schemas of 2026-08, see
// docs/deploying.md.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "deployment.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"

namespace writ::emit {
namespace {

using support::json::Style;
using support::json::Value;
using support::json::Writer;

/// Bytes of a template in S3, and resources of one template.
/// Source: AWS CloudFormation User Guide, "CloudFormation quotas", read 2026-11-22.
constexpr std::size_t kMaxTemplateBytes = 1'048'576;
constexpr std::size_t kMaxResources = 500;
constexpr std::size_t kMaxParameters = 200;
constexpr std::size_t kMaxOutputs = 200;
/// Conditions in one Fn::Or.
constexpr std::size_t kMaxOr = 10;

/// A guardrail's resources in a template, and the texts that stand for it in documents.
struct Native {
  std::string guardrail;  ///< logical id
  std::string version;    ///< logical id
  std::string condition;
  std::map<std::string, intent::BoundGuardrail> bound;  ///< by region
};

void Call(Writer& writer, std::string_view function, std::string_view argument) {
  writer.BeginObject();
  WriteText(writer, function, argument);
  writer.EndObject();
}

void GetAtt(Writer& writer, std::string_view resource, std::string_view attribute) {
  writer.BeginObject();
  writer.Key("Fn::GetAtt");
  writer.BeginArray();
  writer.String(resource);
  writer.String(attribute);
  writer.EndArray();
  writer.EndObject();
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// Puts references in place of the ARNs of guardrails that the stack itself makes.
class DocumentRewriter final : public JsonRewriter {
 public:
  DocumentRewriter(const std::vector<Native>& natives, std::string region)
      : natives_(natives), region_(std::move(region)) {}

  void WriteString(Writer& writer, std::string_view text) override {
    std::string sub(text);
    bool is_native = false;
    ReplaceAll(sub, "${", "${!");
    for (const Native& native : natives_) {
      const auto bound = native.bound.find(region_);
      if (bound == native.bound.end()) continue;
      if (sub.find(bound->second.arn) == std::string::npos) continue;
      is_native = true;
      ReplaceAll(
          sub, bound->second.Pinned(),
          fmt::format("${{{}.GuardrailArn}}:${{{}.Version}}", native.guardrail, native.version));
      ReplaceAll(sub, bound->second.arn, fmt::format("${{{}.GuardrailArn}}", native.guardrail));
    }
    if (!is_native) return writer.String(text);
    Call(writer, "Fn::Sub", sub);
  }

 private:
  const std::vector<Native>& natives_;
  std::string region_;
};

/// The API's request as properties: names begin with a capital, some are others.
class GuardrailRewriter final : public JsonRewriter {
 public:
  std::string Key(std::string_view key) override {
    if (key == "topicPolicyConfig" || key == "contentPolicyConfig") section_ = key;
    if (key == "tierConfig") {
      return section_ == "topicPolicyConfig" ? "TopicsTierConfig" : "ContentFiltersTierConfig";
    }
    if (key == "kmsKeyId") return "KmsKeyArn";
    if (key == "guardrailProfileIdentifier") {
      next_is_profile_ = true;
      return "GuardrailProfileArn";
    }
    std::string name(key);
    name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
    return name;
  }
  void WriteString(Writer& writer, std::string_view text) override {
    if (!std::exchange(next_is_profile_, false) || text.starts_with("arn:")) {
      return writer.String(text);
    }
    Call(writer, "Fn::Sub",
         fmt::format("arn:${{AWS::Partition}}:bedrock:${{AWS::Region}}:${{AWS::AccountId}}:"
                     "guardrail-profile/{}",
                     text));
  }

 private:
  std::string section_;
  bool next_is_profile_ = false;
};

/// A limit that a template would exceed.
struct Limit {
  std::string_view what;
  std::size_t most = 0;
};

class Template {
 public:
  explicit Template(const AccountPlan& plan) : plan_(plan), resources_(Style::kPretty) {}

  std::optional<Artifact> Run();
  /// Of what Run made, if it is too much for a template.
  [[nodiscard]] std::optional<Limit> exceeded() const { return exceeded_; }

 private:
  void AddRegions();
  void AddGuardrails();
  void AddGuardrail(const intent::Guardrail& guardrail, const Native& native);
  void AddTrusts();
  void AddIdentities();
  void AddSharings();
  void AddEnforcements();
  void AddWatches();
  void WriteGuardrail(std::string_view key, const std::string& arn, const std::string& region);
  void AddPermissionSets();
  void AddOrganizationPolicies(const std::vector<NamedDocument>& documents, std::string_view type);
  std::string ParameterOf(const NamedDocument& document, std::string_view kind,
                          const std::vector<std::string>& patterns);
  void WriteHolders(std::string_view property, const std::vector<std::string>& names,
                    const std::string& parameter);
  void WriteDependencies(const std::vector<std::string>& roles);
  void WriteDependsOn(const std::vector<std::string>& ids);
  void WriteDocument(const Artifact& artifact, const std::string& region);
  void WriteTargets(const NamedDocument& document);
  std::string Any(const std::vector<std::string>& regions, std::string_view name);

  /// Opens a resource up to its properties.
  void Begin(std::string_view id, std::string_view type, const std::string& condition) {
    ++count_;
    resources_.Key(id);
    resources_.BeginObject();
    WriteText(resources_, "Type", type);
    if (!condition.empty()) WriteText(resources_, "Condition", condition);
  }
  void Properties() {
    resources_.Key("Properties");
    resources_.BeginObject();
  }
  void End() {
    resources_.EndObject();
    resources_.EndObject();
  }
  /// The condition of what is made once: in the home region, if there are regions.
  [[nodiscard]] std::string AtHome() const {
    return home_.empty() ? "" : region_conditions_.at(home_);
  }
  void AddParameter(const std::string& name, std::string_view type, std::string_view description,
                    std::string_view pattern, bool is_empty_allowed);
  [[nodiscard]] std::string Assemble(Style style);

  const AccountPlan& plan_;
  Writer resources_;
  std::size_t count_ = 0;
  std::optional<Limit> exceeded_;
  NameSet names_;
  std::string home_;
  std::map<std::string, std::string> region_conditions_;  ///< region → condition
  std::map<std::string, std::string> conditions_;         ///< name → JSON
  std::map<std::string, std::string> parameters_;         ///< name → JSON
  std::map<std::string, std::string> outputs_;            ///< name → JSON
  std::vector<Native> natives_;
  /// "Roles" or "Users" and their patterns → the parameter for their names.
  std::map<std::pair<std::string, std::vector<std::string>>, std::string> told_;
  std::map<std::string, std::string> role_ids_;  ///< of roles that are made here
  std::vector<std::string> sharings_;            ///< made in the home region
  std::string last_policy_;  ///< the organization's policies are made one after the other
};

void Template::AddParameter(const std::string& name, std::string_view type,
                            std::string_view description, std::string_view pattern,
                            bool is_empty_allowed) {
  Writer writer(Style::kPretty);
  writer.BeginObject();
  WriteText(writer, "Type", type);
  WriteText(writer, "Description", description);
  if (!pattern.empty()) WriteText(writer, "AllowedPattern", pattern);
  if (is_empty_allowed) WriteText(writer, "Default", "");
  writer.EndObject();
  parameters_[name] = writer.Take();
}

void Template::AddRegions() {
  for (const std::string& region : plan_.regions()) {
    const std::string name = "In" + CamelName(region);
    region_conditions_[region] = name;
    conditions_[name] = fmt::format(R"({{"Fn::Equals":[{{"Ref":"AWS::Region"}},"{}"]}})", region);
  }
  home_ = plan_.home();
}

/// A condition that holds in each of `regions`.
std::string Template::Any(const std::vector<std::string>& regions, std::string_view name) {
  if (regions.size() == 1) return region_conditions_.at(regions.front());
  // Fn::Or takes ten: more are joined in steps.
  std::vector<std::string> terms;
  for (const std::string& region : regions) {
    terms.push_back(fmt::format(R"({{"Condition":"{}"}})", region_conditions_.at(region)));
  }
  while (terms.size() > 1) {
    std::vector<std::string> joined;
    for (std::size_t i = 0; i < terms.size(); i += kMaxOr) {
      const std::size_t end = std::min(i + kMaxOr, terms.size());
      std::string all = terms[i];
      for (std::size_t j = i + 1; j < end; ++j) all += "," + terms[j];
      joined.push_back(end - i == 1 ? terms[i] : fmt::format(R"({{"Fn::Or":[{}]}})", all));
    }
    terms = std::move(joined);
  }
  const std::string condition = fmt::format("Has{}", name);
  conditions_[condition] = terms.front();
  return condition;
}

void Template::AddGuardrail(const intent::Guardrail& guardrail, const Native& native) {
  Begin(native.guardrail, "AWS::Bedrock::Guardrail", native.condition);
  WriteText(resources_, "DeletionPolicy", "Retain");
  WriteText(resources_, "UpdateReplacePolicy", "Retain");
  resources_.Key("Properties");
  const std::string request = CreateGuardrailRequest(guardrail);
  const auto parsed = support::json::Parse(request);
  GuardrailRewriter().Copy(resources_, parsed->root());
  resources_.EndObject();

  // A version's properties never change: other content is another resource, and the old one stays.
  Begin(native.version, "AWS::Bedrock::GuardrailVersion", native.condition);
  WriteText(resources_, "DeletionPolicy", "Retain");
  WriteText(resources_, "UpdateReplacePolicy", "Retain");
  Properties();
  resources_.Key("GuardrailIdentifier");
  GetAtt(resources_, native.guardrail, "GuardrailId");
  WriteText(resources_, "Description", "sha256:" + GuardrailHash(guardrail));
  End();
  for (const auto& [suffix, resource, attribute] :
       {std::array<std::string, 3>{"Arn", native.guardrail, "GuardrailArn"},
        std::array<std::string, 3>{"Version", native.version, "Version"}}) {
    Writer writer(Style::kPretty);
    writer.BeginObject();
    WriteText(writer, "Description",
              fmt::format("For writ.bindings.json: {} of guardrail {}",
                          suffix == "Arn" ? "arn" : "version", guardrail.name));
    if (!native.condition.empty()) WriteText(writer, "Condition", native.condition);
    writer.Key("Value");
    GetAtt(writer, resource, attribute);
    writer.EndObject();
    outputs_[native.guardrail + suffix] = writer.Take();
  }
}

void Template::AddGuardrails() {
  std::map<std::string, std::vector<const OwnedGuardrail*>> by_name;
  for (const OwnedGuardrail& owned : plan_.guardrails) {
    by_name[owned.guardrail->name].push_back(&owned);
  }
  constexpr std::size_t kHashCharacters = 12;
  for (const auto& [name, places] : by_name) {
    const intent::Guardrail& guardrail = *places.front()->guardrail;
    Native native;
    native.guardrail = names_.Take("Guardrail" + CamelName(name));
    native.version =
        names_.Take(native.guardrail + "V" + GuardrailHash(guardrail).substr(0, kHashCharacters));
    std::vector<std::string> regions;
    for (const OwnedGuardrail* place : places) {
      regions.push_back(place->region);
      if (place->bound) native.bound.emplace(place->region, *place->bound);
    }
    native.condition = Any(regions, native.guardrail);
    natives_.push_back(native);
    AddGuardrail(guardrail, native);
  }
}

void Template::WriteDocument(const Artifact& artifact, const std::string& region) {
  const support::json::Document document = ReadOwn(artifact);
  DocumentRewriter(natives_, region).Copy(resources_, document.root());
}

void Template::AddTrusts() {
  for (const NamedDocument& document : plan_.trusts) {
    const std::string id = names_.Take("Role" + CamelName(document.name));
    role_ids_[document.name] = id;
    Begin(id, "AWS::IAM::Role", AtHome());
    Properties();
    WriteText(resources_, "RoleName", document.name);
    resources_.Key("AssumeRolePolicyDocument");
    WriteDocument(*document.artifact, home_);
    End();
  }
}

/// Names that are known, and those that the parameter gives at deployment.
void Template::WriteHolders(std::string_view property, const std::vector<std::string>& names,
                            const std::string& parameter) {
  if (names.empty() && parameter.empty()) return;
  resources_.Key(property);
  const auto known = [&] {
    resources_.BeginArray();
    for (const std::string& name : names) resources_.String(name);
    resources_.EndArray();
  };
  if (parameter.empty()) return known();
  resources_.BeginObject();
  resources_.Key("Fn::If");
  resources_.BeginArray();
  resources_.String("Has" + parameter);
  if (names.empty()) {
    Call(resources_, "Ref", parameter);
    Call(resources_, "Ref", "AWS::NoValue");
  } else {
    resources_.Raw(fmt::format(
        R"({{"Fn::Split":[",",{{"Fn::Join":[",",["{}",{{"Fn::Join":[",",{{"Ref":"{}"}}]}}]]}}]}})",
        fmt::join(names, R"(",")"), parameter));
    known();
  }
  resources_.EndArray();
  resources_.EndObject();
}

/// Roles that the template makes must be there before a policy is attached to them.
void Template::WriteDependencies(const std::vector<std::string>& roles) {
  std::vector<std::string> made;
  for (const std::string& role : roles) {
    if (const auto found = role_ids_.find(role); found != role_ids_.end()) {
      made.push_back(found->second);
    }
  }
  WriteDependsOn(made);
}

void Template::WriteDependsOn(const std::vector<std::string>& ids) {
  if (ids.empty()) return;
  resources_.Key("DependsOn");
  resources_.BeginArray();
  for (const std::string& id : ids) resources_.String(id);
  resources_.EndArray();
}

/// The parameter for the names of principals that are not known; empty if all are. The parts of one
/// team's documents share it.
std::string Template::ParameterOf(const NamedDocument& document, std::string_view kind,
                                  const std::vector<std::string>& patterns) {
  if (patterns.empty()) return "";
  std::string& known = told_[{std::string(kind), patterns}];
  if (!known.empty()) return known;
  known = names_.Take(CamelName(document.name.substr(5)) + std::string(kind));
  std::string lower(kind);
  lower.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(lower.front())));
  AddParameter(
      known, "CommaDelimitedList",
      fmt::format("Names of the {} that match {}; may be empty", lower, fmt::join(patterns, ", ")),
      "", true);
  conditions_["Has" + known] = fmt::format(
      R"({{"Fn::Not":[{{"Fn::Equals":[{{"Fn::Join":["",{{"Ref":"{}"}}]}},""]}}]}})", known);
  return known;
}

void Template::AddIdentities() {
  for (const NamedDocument& document : plan_.identities) {
    const std::string roles = ParameterOf(document, "Roles", document.role_patterns);
    const std::string users = ParameterOf(document, "Users", document.user_patterns);
    Begin(names_.Take("Policy" + CamelName(document.name)), "AWS::IAM::ManagedPolicy", AtHome());
    WriteDependencies(document.roles);
    Properties();
    WriteText(resources_, "ManagedPolicyName", document.name);
    WriteHolders("Roles", document.roles, roles);
    WriteHolders("Users", document.users, users);
    resources_.Key("PolicyDocument");
    WriteDocument(*document.artifact, home_);
    End();
  }
}

/// The ARN of a guardrail, or a reference to the one that the stack makes.
void Template::WriteGuardrail(std::string_view key, const std::string& arn,
                              const std::string& region) {
  const auto native = std::ranges::find_if(natives_, [&](const Native& n) {
    const auto bound = n.bound.find(region);
    return bound != n.bound.end() && bound->second.arn == arn;
  });
  if (native == natives_.end()) return WriteText(resources_, key, arn);
  resources_.Key(key);
  GetAtt(resources_, native->guardrail, "GuardrailArn");
}

void Template::AddSharings() {
  for (const RegionalRequest& request : plan_.sharings) {
    const support::json::Document document = ReadOwn(*request.artifact);
    const auto policy = support::json::Parse(document.root().Find("resourcePolicy")->text());
    const std::string id =
        names_.Take("Sharing" + CamelName(request.shared) + CamelName(request.region));
    if (request.region == home_) sharings_.push_back(id);
    Begin(id, "AWS::Bedrock::ResourcePolicy", region_conditions_.at(request.region));
    Properties();
    WriteGuardrail("ResourceArn", std::string(document.root().Find("resourceArn")->text()),
                   request.region);
    resources_.Key("PolicyDocument");
    DocumentRewriter(natives_, request.region).Copy(resources_, policy->root());
    End();
  }
}

void Template::AddEnforcements() {
  for (const RegionalRequest& request : plan_.enforcements) {
    const support::json::Document document = ReadOwn(*request.artifact);
    const Value config = *document.root().Find("guardrailInferenceConfig");
    const std::string arn(config.Find("guardrailIdentifier")->text());
    Begin(names_.Take("Enforcement" + CamelName(request.region)),
          "AWS::Bedrock::EnforcedGuardrailConfiguration", region_conditions_.at(request.region));
    Properties();
    const auto native = std::ranges::find_if(natives_, [&](const Native& n) {
      const auto bound = n.bound.find(request.region);
      return bound != n.bound.end() && bound->second.arn == arn;
    });
    WriteGuardrail("GuardrailIdentifier", arn, request.region);
    resources_.Key("GuardrailVersion");
    if (native != natives_.end()) {
      GetAtt(resources_, native->version, "Version");
    } else {
      resources_.String(config.Find("guardrailVersion")->text());
    }
    for (const char* part : {"selectiveContentGuarding", "modelEnforcement"}) {
      GuardrailRewriter rewriter;
      resources_.Key(rewriter.Key(part));
      rewriter.Copy(resources_, *config.Find(part));
    }
    End();
  }
}

void Template::AddWatches() {
  for (const RegionalRequest& watch : plan_.watches) {
    const support::json::Document rule = ReadOwn(*watch.artifact);
    const support::json::Document targets = ReadOwn(*watch.targets);
    const std::string name(rule.root().Find("Name")->text());
    Begin(names_.Take(CamelName(name) + CamelName(watch.region)), "AWS::Events::Rule",
          region_conditions_.at(watch.region));
    Properties();
    for (const support::json::Member& member : rule.root().members()) {
      resources_.Key(member.key.text());
      if (member.key.text() != "EventPattern") {
        resources_.String(member.value.text());
        continue;
      }
      const auto pattern = support::json::Parse(member.value.text());
      JsonRewriter().Copy(resources_, pattern->root());
    }
    resources_.Key("Targets");
    JsonRewriter().Copy(resources_, *targets.root().Find("Targets"));
    End();
  }
}

void Template::AddPermissionSets() {
  if (plan_.permission_sets.empty()) return;
  AddParameter("IdentityCenterInstanceArn", "String",
               "ARN of the IAM Identity Center instance (aws sso-admin list-instances)",
               "arn:aws[a-zA-Z-]*:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}", false);
  for (const NamedDocument& document : plan_.permission_sets) {
    Begin(names_.Take("PermissionSet" + CamelName(document.name)), "AWS::SSO::PermissionSet",
          AtHome());
    Properties();
    WriteText(resources_, "Name", document.name);
    resources_.Key("InstanceArn");
    Call(resources_, "Ref", "IdentityCenterInstanceArn");
    resources_.Key("InlinePolicy");
    WriteDocument(*document.artifact, home_);
    End();
  }
}

void Template::WriteTargets(const NamedDocument& document) {
  resources_.Key("TargetIds");
  resources_.BeginArray();
  for (const std::string& target : document.targets) {
    if (target == "root") {
      AddParameter("RootId", "String",
                   "Id of the organization's root (aws organizations list-roots)",
                   "r-[0-9a-z]{4,32}", false);
      Call(resources_, "Ref", "RootId");
    } else if (target.starts_with("ou:")) {
      const std::string name = target.substr(3);
      const std::string parameter = "Ou" + CamelName(name) + "Id";
      AddParameter(parameter, "String", fmt::format("Id of the organizational unit {}", name),
                   "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}", false);
      Call(resources_, "Ref", parameter);
    } else {
      resources_.String(target);
    }
  }
  resources_.EndArray();
}

void Template::AddOrganizationPolicies(const std::vector<NamedDocument>& documents,
                                       std::string_view type) {
  for (const NamedDocument& document : documents) {
    const std::string_view kind = type == "BEDROCK_POLICY"              ? "Bedrock"
                                  : type == "AISERVICES_OPT_OUT_POLICY" ? "AiOptOut"
                                  : type == "RESOURCE_CONTROL_POLICY"   ? "Rcp"
                                                                        : "Scp";
    const std::string id = names_.Take(CamelName(document.name) + std::string(kind));
    Begin(id, "AWS::Organizations::Policy", AtHome());
    // Organizations refuses changes that come at the same time. Members whose calls a policy
    // screens must be able to apply the guardrail by then.
    std::vector<std::string> before;
    if (!last_policy_.empty()) before.push_back(last_policy_);
    if (type == "BEDROCK_POLICY") before.insert(before.end(), sharings_.begin(), sharings_.end());
    WriteDependsOn(before);
    last_policy_ = id;
    Properties();
    WriteText(resources_, "Name", document.name);
    WriteText(resources_, "Type", type);
    WriteText(resources_, "Description", "Written by writ; change the program, not the policy");
    resources_.Key("Content");
    WriteDocument(*document.artifact, "");
    WriteTargets(document);
    End();
  }
}

std::string Template::Assemble(Style style) {
  Writer writer(style);
  const auto section = [&](std::string_view name, const std::map<std::string, std::string>& parts) {
    if (parts.empty()) return;
    writer.Key(name);
    writer.BeginObject();
    for (const auto& [key, json] : parts) {
      writer.Key(key);
      const auto parsed = support::json::Parse(json);
      JsonRewriter().Copy(writer, parsed->root());
    }
    writer.EndObject();
  };
  writer.BeginObject();
  WriteText(writer, "AWSTemplateFormatVersion", "2010-09-09");
  const std::vector<std::string> regions = plan_.regions();
  WriteText(writer, "Description",
            regions.empty() ? fmt::format("Account {}", plan_.name)
                            : fmt::format("Account {}; deploy to each of: {}", plan_.name,
                                          fmt::join(regions, ", ")));
  section("Parameters", parameters_);
  section("Conditions", conditions_);
  const std::string resources = resources_.Take();
  writer.Key("Resources");
  const auto parsed = support::json::Parse(resources);
  JsonRewriter().Copy(writer, parsed->root());
  section("Outputs", outputs_);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::optional<Artifact> Template::Run() {
  resources_.BeginObject();
  AddRegions();
  AddGuardrails();
  AddTrusts();
  AddIdentities();
  AddSharings();
  AddEnforcements();
  AddWatches();
  AddPermissionSets();
  AddOrganizationPolicies(plan_.scps, "SERVICE_CONTROL_POLICY");
  AddOrganizationPolicies(plan_.rcps, "RESOURCE_CONTROL_POLICY");
  AddOrganizationPolicies(plan_.bedrock_policies, "BEDROCK_POLICY");
  AddOrganizationPolicies(plan_.opt_outs, "AISERVICES_OPT_OUT_POLICY");
  resources_.EndObject();
  if (count_ == 0) return std::nullopt;
  Artifact artifact =
      MakeArtifact(fmt::format("deploy/cloudformation/{}.template.json", plan_.name),
                   "cloudformation", {plan_.name}, Assemble(Style::kPretty));
  artifact.quota = kMaxTemplateBytes;
  const auto limit = [&](std::size_t count, std::string_view what, std::size_t most) {
    if (count > most) exceeded_ = Limit{what, most};
  };
  limit(artifact.bytes.size(), "bytes", kMaxTemplateBytes);
  limit(outputs_.size(), "outputs", kMaxOutputs);
  limit(parameters_.size(), "parameters", kMaxParameters);
  limit(count_, "resources", kMaxResources);
  return artifact;
}

/// Takes out of the plan what CloudFormation has no place for: regions with nothing else are none
/// of the template's.
void LeaveToScript(AccountPlan& plan, LeftOut& left) {
  for (const RegionalRequest& request : plan.loggings) {
    left.emplace(request.artifact->path, "it has no resource type for invocation logging");
  }
  plan.loggings.clear();
  for (const RegionalRequest& request : plan.retentions) {
    left.emplace(request.artifact->path, "it has no resource type for data retention");
  }
  plan.retentions.clear();
  for (const GatewayPlan& gateway : plan.gateways) LeaveOut(gateway, left);
  plan.gateways.clear();
  LeaveStaged(plan, left);
  plan.staged.clear();
  if (plan.selectors != nullptr) {
    left.emplace(plan.selectors->path, "a trail's selectors are added to those that it has");
  }
  std::erase_if(plan.guardrails, [&](const OwnedGuardrail& owned) {
    const std::optional<std::string>& key = owned.guardrail->key;
    const bool can_say = !key || key->find(":key/") != std::string::npos;
    if (!can_say) LeaveOut(*owned.guardrail, "its property takes the ARN of a key only", left);
    return !can_say;
  });
  std::erase_if(plan.sharings, [&](const RegionalRequest& request) {
    const bool can_say = !IsOfProfile(ReadOwn(*request.artifact));
    if (!can_say) {
      left.emplace(request.artifact->path, "its ResourceArn takes no guardrail profile");
    }
    return !can_say;
  });
}

/// What a template makes of a plan: guardrails first, which everything else may name, then what
/// others need before what needs them (a role before the policies attached to it).
constexpr auto kDocuments = std::to_array<std::vector<NamedDocument> AccountPlan::*>(
    {&AccountPlan::trusts, &AccountPlan::bedrock_policies, &AccountPlan::permission_sets,
     &AccountPlan::scps, &AccountPlan::rcps, &AccountPlan::opt_outs, &AccountPlan::identities});
constexpr auto kRequests = std::to_array<std::vector<RegionalRequest> AccountPlan::*>(
    {&AccountPlan::sharings, &AccountPlan::enforcements, &AccountPlan::watches});

/// Leaves the first `rest` of the list, and of `rest` what they are not.
template <class List>
void Keep(List& list, std::size_t& rest) {
  list.resize(std::min(rest, list.size()));
  rest -= list.size();
}

std::size_t CountDocuments(const AccountPlan& plan) {
  std::size_t count = 0;
  for (const auto list : kRequests) count += (plan.*list).size();
  for (const auto list : kDocuments) count += (plan.*list).size();
  return count;
}

/// The plan with its first documents only.
AccountPlan WithDocuments(const AccountPlan& plan, std::size_t kept) {
  AccountPlan part = plan;
  for (const auto list : kRequests) Keep(part.*list, kept);
  for (const auto list : kDocuments) Keep(part.*list, kept);
  return part;
}

std::optional<Limit> LimitOf(const AccountPlan& plan) {
  Template made(plan);
  static_cast<void>(made.Run());
  return made.exceeded();
}

std::string Exceeds(const AccountPlan& plan, const Limit& limit) {
  return fmt::format("with it, the template of account `{}` would have more than {} {}", plan.name,
                     Grouped(limit.most), limit.what);
}

/// The most of `count` that `fits`, which more of do not if some do not.
template <class Fits>
std::size_t MostOf(std::size_t count, const Fits& fits) {
  std::size_t least = 0;
  while (least < count) {
    const std::size_t middle = least + (count - least + 1) / 2;
    if (fits(middle)) {
      least = middle;
    } else {
      count = middle - 1;
    }
  }
  return least;
}

/// Guardrails that some account's template has no room for: no template makes them, since a request
/// to create one stands for all accounts.
void LeaveGuardrails(std::vector<AccountPlan>& plans, LeftOut& left) {
  std::set<std::string> without;
  for (const AccountPlan& plan : plans) {
    if (plan.guardrails.empty()) continue;
    std::vector<std::string> names;
    for (const OwnedGuardrail& owned : plan.guardrails) names.push_back(owned.guardrail->name);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::optional<Limit> limit;
    const auto fits = [&](std::size_t kept) {
      AccountPlan part = WithDocuments(plan, 0);
      std::erase_if(part.guardrails, [&](const OwnedGuardrail& owned) {
        return std::ranges::find(names, owned.guardrail->name) - names.begin() >=
               static_cast<std::ptrdiff_t>(kept);
      });
      const std::optional<Limit> exceeded = LimitOf(part);
      if (exceeded) limit = exceeded;
      return !exceeded;
    };
    if (fits(names.size())) continue;
    const std::size_t kept = MostOf(names.size() - 1, fits);
    for (const OwnedGuardrail& owned : plan.guardrails) {
      const auto at = std::ranges::find(names, owned.guardrail->name) - names.begin();
      if (at < static_cast<std::ptrdiff_t>(kept)) continue;
      without.insert(owned.guardrail->name);
      LeaveOut(*owned.guardrail, Exceeds(plan, *limit), left);
    }
  }
  for (AccountPlan& plan : plans) {
    std::erase_if(plan.guardrails, [&](const OwnedGuardrail& owned) {
      return without.contains(owned.guardrail->name);
    });
  }
}

/// Takes out of the plan the documents that one template has no room for, the last first.
void LeaveDocuments(AccountPlan& plan, Limit limit, LeftOut& left) {
  const std::size_t kept = MostOf(CountDocuments(plan) - 1, [&](std::size_t count) {
    const std::optional<Limit> exceeded = LimitOf(WithDocuments(plan, count));
    if (exceeded) limit = *exceeded;
    return !exceeded;
  });
  const AccountPlan part = WithDocuments(plan, kept);
  const auto leave = [&](const auto& lists) {
    for (const auto list : lists) {
      for (std::size_t i = (part.*list).size(); i < (plan.*list).size(); ++i) {
        left.emplace((plan.*list)[i].artifact->path, Exceeds(plan, limit));
      }
    }
  };
  for (std::size_t i = part.watches.size(); i < plan.watches.size(); ++i) {
    left.emplace(plan.watches[i].targets->path, Exceeds(plan, limit));
  }
  leave(kRequests);
  leave(kDocuments);
  plan = part;
}

}  // namespace

Deployment CloudFormationTemplates(const DeployInput& input, diag::Sink& /*sink*/) {
  Deployment made;
  for (const Artifact& artifact : input.tree.artifacts) {
    if (artifact.kind != "vpce") continue;
    made.left.emplace(artifact.path, "it sets policies only of endpoints that a stack creates");
  }
  std::vector<AccountPlan> plans = PlanDeployment(input);
  for (AccountPlan& plan : plans) LeaveToScript(plan, made.left);
  LeaveGuardrails(plans, made.left);
  for (AccountPlan& plan : plans) {
    Template whole(plan);
    std::optional<Artifact> artifact = whole.Run();
    if (const std::optional<Limit> limit = whole.exceeded()) {
      LeaveDocuments(plan, *limit, made.left);
      artifact = Template(plan).Run();
    }
    if (artifact) made.artifacts.push_back(*std::move(artifact));
  }
  return made;
}

}  // namespace writ::emit

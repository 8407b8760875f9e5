// A Terraform configuration in JSON syntax, with every reference resolved. It has no conditions:
// what it makes is what it says, and a meta-argument that could change that is refused.
//
// Sources: Terraform language, "JSON configuration syntax", "Strings and templates", "for_each",
// "depends_on"; provider schemas hashicorp/aws 6.66.0 and hashicorp/awscc 1.97.0 (all read by
// 2026-11-23).
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/json_members.h"
#include "proof/deployed/form.h"

namespace writ::deployed {
namespace {

namespace json = support::json;

using Names = std::vector<std::string_view>;

/// A type of resource that holds a policy.
struct Holder {
  std::string_view type;
  std::string_view name;
  std::string_view document;
  std::string_view kind;
  Names others;  ///< further arguments that it may have
};

const std::vector<Holder>& Holders() {
  static const std::vector<Holder> holders = {
      {"aws_iam_policy", "name", "policy", "identity", {"description"}},
      {"aws_ssoadmin_permission_set_inline_policy",
       "",
       "inline_policy",
       "permission-set",
       {"instance_arn", "permission_set_arn"}},
      {"aws_organizations_policy", "name", "content", "scp", {"type", "description"}},
      {"aws_iam_role", "name", "assume_role_policy", "trust", {"description"}},
      {"aws_vpc_endpoint_policy", "", "policy", "vpce", {"for_each", "region", "vpc_endpoint_id"}},
  };
  return holders;
}

/// A type of resource that attaches a policy to something.
struct Attacher {
  std::string_view type;
  std::string_view policy;
  std::string_view target;
  std::string_view policy_type;
  std::string_view attribute;  ///< of the policy
};

constexpr std::array<Attacher, 3> kAttachers = {{
    {"aws_iam_role_policy_attachment", "policy_arn", "role", "aws_iam_policy", "arn"},
    {"aws_iam_user_policy_attachment", "policy_arn", "user", "aws_iam_policy", "arn"},
    {"aws_organizations_policy_attachment", "policy_id", "target_id", "aws_organizations_policy",
     "id"},
}};

constexpr std::string_view kSet = "aws_ssoadmin_permission_set";
constexpr std::string_view kGuardrail = "aws_bedrock_guardrail";
constexpr std::string_view kVersion = "aws_bedrock_guardrail_version";
constexpr std::string_view kSharing = "awscc_bedrock_resource_policy";
constexpr std::string_view kEnforcement = "awscc_bedrock_enforced_guardrail_configuration";
constexpr std::string_view kLogging = "aws_bedrock_model_invocation_logging_configuration";
constexpr std::string_view kRule = "aws_cloudwatch_event_rule";
constexpr std::string_view kTarget = "aws_cloudwatch_event_target";

constexpr std::string_view kRoot = "data.aws_organizations_organization.current.roots[0].id";
constexpr std::string_view kInstance = "tolist(data.aws_ssoadmin_instances.current.arns)[0]";

/// Types of variables: an identifier, names, a region for each endpoint.
constexpr std::string_view kOne = "string";
constexpr std::string_view kMany = "set(string)";
constexpr std::string_view kByKey = "map(string)";

struct Variable {
  std::string type;
  std::string says;
};

/// "type.label.attribute".
struct Reference {
  std::string type;
  std::string label;
  std::string attribute;
};

Reference PartsOf(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (first == std::string_view::npos || first == last) return {};
  return {std::string(text.substr(0, first)), std::string(text.substr(first + 1, last - first - 1)),
          std::string(text.substr(last + 1))};
}

/// What stands between `${` and `}`, if the text is that and nothing else.
std::string_view Inner(std::string_view text) {
  if (!text.starts_with("${") || text.find('}') != text.size() - 1) return "";
  return text.substr(2, text.size() - 3);
}

class Terraform {
 public:
  Terraform(const json::Value& root, const Owner& owner) : owner_(owner) {
    for (const json::Member section : root.members()) {
      const std::string_view key = section.key.text();
      if (key == "terraform") {
        Requirements(section.value);
      } else if (key == "provider") {
        Providers(section.value);
      } else if (key == "variable") {
        Variables(section.value);
      } else if (key == "data") {
        Collect(section.value, data_);
      } else if (key == "resource") {
        Collect(section.value, resources_);
      } else if (key == "output") {
        for (const json::Member output : section.value.members()) outputs_.push_back(output);
      } else {
        Wrong(fmt::format("its section `{}` is not understood", key));
      }
    }
  }

  Form Run() {
    for (const auto& [id, resource] : resources_) {
      unknown_.clear();
      Resource(id.first, id.second, resource);
    }
    for (auto& [label, deployed] : policies_) form_.policies.push_back(std::move(deployed));
    Data();
    Outputs();
    CheckRequired();
    return std::move(form_);
  }

 private:
  using Id = std::pair<std::string, std::string>;  ///< type and label
  using Resources = std::map<Id, json::Value>;

  void Collect(const json::Value& section, Resources& all) {
    for (const json::Member type : section.members()) {
      if (!type.value.is_object()) Wrong(fmt::format("its `{}` is no object", type.key.text()));
      for (const json::Member label : type.value.members()) {
        all.emplace(Id(type.key.text(), label.key.text()), label.value);
      }
    }
  }

  void Wrong(std::string what) { form_.wrong.push_back(std::move(what)); }

  /// Every argument must be one of `names`; `depends_on` may always be there.
  void Only(const json::Value& object, const Names& names, std::string& wrong) const {
    for (const json::Member member : object.members()) {
      const std::string_view key = member.key.text();
      if (key == "depends_on" || std::ranges::find(names, key) != names.end()) continue;
      wrong = fmt::format("`{}` is nothing that the program asks for", key);
    }
  }

  // ---- what stands around the resources

  /// Another provider of the same local name would make other resources.
  void Requirements(const json::Value& terraform) {
    const auto providers = terraform.Find("required_providers");
    if (!providers || terraform.size() != 1) return Wrong("its `terraform` is not understood");
    for (const json::Member provider : providers->members()) {
      const std::string_view name = provider.key.text();
      std::string wrong;
      Only(provider.value, {"source", "version"}, wrong);
      if (json::TextMember(provider.value, "source") != fmt::format("hashicorp/{}", name)) {
        wrong = "it is not that of HashiCorp";
      }
      if (json::TextMember(provider.value, "version").empty()) wrong = "any version will do";
      if (!wrong.empty()) Wrong(fmt::format("of its provider `{}` {}", name, wrong));
      required_.insert(std::string(name));
    }
  }

  /// Arguments have come and gone between versions, so the provider of each resource is required
  /// in one.
  void CheckRequired() {
    for (const auto& [id, resource] : resources_) {
      const std::string provider = id.first.substr(0, id.first.find('_'));
      if (required_.contains(provider)) continue;
      Wrong(fmt::format("it does not say which provider `{}` it needs", provider));
    }
    if (!has_account_) Wrong("it does not say which account it is for");
  }

  void Providers(const json::Value& providers) {
    for (const json::Member provider : providers.members()) {
      const std::string_view name = provider.key.text();
      if (name == "awscc") {
        if (provider.value.is_object()) Alias(provider.value);
        for (const json::Value one : provider.value.elements()) Alias(one);
      } else if (name != "aws" || !provider.value.is_object()) {
        Wrong(fmt::format("its provider `{}` is not understood", name));
      } else {
        Account(provider.value);
      }
    }
  }

  void Alias(const json::Value& provider) {
    std::string wrong;
    Only(provider, {"alias", "region"}, wrong);
    if (!wrong.empty()) Wrong("in its provider `awscc` " + wrong);
    aliases_["awscc." + json::TextMember(provider, "alias")] = json::TextMember(provider, "region");
  }

  /// The wrong credentials must not write into another account.
  void Account(const json::Value& provider) {
    std::string wrong;
    Only(provider, {"region", "allowed_account_ids"}, wrong);
    has_account_ = true;
    region_ = json::TextMember(provider, "region");
    const auto allowed = provider.Find("allowed_account_ids");
    const bool is_right = allowed && allowed->size() == 1 && allowed->is_array() &&
                          (*allowed->elements().begin()).text() == owner_.account_id;
    if (!owner_.account_id.empty() && !is_right) {
      wrong = fmt::format("`allowed_account_ids` is not {} alone", owner_.account_id);
    }
    if (!wrong.empty()) Wrong("in its provider `aws` " + wrong);
  }

  void Variables(const json::Value& variables) {
    for (const json::Member member : variables.members()) {
      const std::string name(member.key.text());
      std::string wrong;
      Only(member.value, {"description", "type", "default"}, wrong);
      const std::string type = json::TextMember(member.value, "type");
      const auto left_out = member.value.Find("default");
      const bool is_one = type == kOne;
      const bool is_open = left_out && left_out->size() == 0 &&
                           (type == kMany ? left_out->is_array() : left_out->is_object());
      if (is_one ? left_out.has_value() : !is_open) {
        wrong = is_one ? "there is a `default`" : "`default` is not empty";
      }
      if (!is_one && type != kMany && type != kByKey) wrong = fmt::format("the type is `{}`", type);
      if (!wrong.empty()) Wrong(fmt::format("in its variable `{}` {}", name, wrong));
      variables_[name] = {type, json::TextMember(member.value, "description")};
    }
  }

  /// What is looked up: the organization and the instance of Identity Center.
  void Data() {
    for (const auto& [id, value] : data_) {
      const bool is_known =
          (id.first == "aws_organizations_organization" || id.first == "aws_ssoadmin_instances") &&
          id.second == "current" && value.size() == 0;
      if (!is_known) Wrong(fmt::format("its data `{}.{}` is not understood", id.first, id.second));
    }
  }

  // ---- texts

  [[nodiscard]] const json::Value* Find(const std::string& type, const std::string& label) const {
    const auto found = resources_.find({type, label});
    return found == resources_.end() ? nullptr : &found->second;
  }

  /// ARN, identifier or version of a guardrail that the configuration makes.
  [[nodiscard]] std::optional<std::string> ValueOf(std::string_view text) const {
    Reference reference = PartsOf(text);
    const bool is_version = reference.type == kVersion && reference.attribute == "version";
    if (is_version) {
      const json::Value* version = Find(reference.type, reference.label);
      if (version == nullptr) return std::nullopt;
      const std::string region = RegionOf(*version);
      reference = PartsOf(Inner(json::TextMember(*version, "guardrail_arn")));
      const json::Value* guardrail = Find(reference.type, reference.label);
      if (guardrail == nullptr || RegionOf(*guardrail) != region) return std::nullopt;
    }
    const json::Value* guardrail = Find(reference.type, reference.label);
    if (guardrail == nullptr || reference.type != kGuardrail) return std::nullopt;
    const bool is_id = reference.attribute == "guardrail_id";
    if (!is_id && reference.attribute != "guardrail_arn") return std::nullopt;
    auto value =
        owner_.Bound(json::TextMember(*guardrail, "name"), RegionOf(*guardrail), is_version);
    if (value && is_id) value = value->substr(value->rfind('/') + 1);
    return value;
  }

  [[nodiscard]] std::string RegionOf(const json::Value& resource) const {
    const std::string region = json::TextMember(resource, "region");
    return region.empty() ? region_ : region;
  }

  /// A template: `$${` and `%%{` are text, `${` begins a reference, `%{` a directive.
  std::string Resolve(std::string_view text) {
    std::string resolved;
    while (!text.empty()) {
      if (text.starts_with("$${") || text.starts_with("%%{")) {
        resolved += text.substr(1, 2);
        text.remove_prefix(3);
      } else if (text.starts_with("${")) {
        const std::size_t end = text.find('}');
        const std::string_view reference =
            text.substr(2, end == std::string_view::npos ? end : end - 2);
        const auto value = ValueOf(reference);
        if (!value || end == std::string_view::npos) {
          unknown_ = fmt::format("`{}` refers to nothing that is known", reference);
          return resolved;
        }
        resolved += *value;
        text.remove_prefix(end + 1);
      } else {
        if (text.starts_with("%{")) unknown_ = "`%{` begins a directive";
        resolved += text.front();
        text.remove_prefix(1);
      }
    }
    return resolved;
  }

  std::string ResolvedText(const json::Value& object, std::string_view key) {
    return Resolve(json::TextMember(object, key));
  }

  /// A value with all of its texts resolved, member names too. Recursion is as deep as the value,
  /// which the reader limits.
  void Copy(json::Writer& writer, const json::Value& value, const Names& but = {}) {
    if (value.is_object()) {
      writer.BeginObject();
      for (const json::Member member : value.members()) {
        if (std::ranges::find(but, member.key.text()) != but.end()) continue;
        writer.Key(Resolve(member.key.text()));
        Copy(writer, member.value);
      }
      writer.EndObject();
    } else if (value.is_array()) {
      writer.BeginArray();
      for (const json::Value element : value.elements()) Copy(writer, element);
      writer.EndArray();
    } else if (value.is_string()) {
      writer.String(Resolve(value.text()));
    } else {
      writer.Raw(value.source());
    }
  }

  /// All arguments but some, as the API spells them.
  std::string Request(const json::Value& resource, Names but, std::string& wrong) {
    but.push_back("depends_on");
    json::Writer writer(json::Style::kMinified);
    Copy(writer, resource, but);
    const std::string resolved = writer.Take();
    const auto document = json::Parse(resolved);
    if (!document) {
      wrong = document.error().message;
      return "{}";
    }
    return AsRequest(document->root(), Spelling::kTerraform, wrong);
  }

  // ---- resources

  void Resource(const std::string& type, const std::string& label, const json::Value& resource) {
    for (const std::string& other : Waits(resource)) {
      const Reference to = PartsOf(other + ".");
      if (Find(to.type, to.label) == nullptr) {
        Wrong(
            fmt::format("its `{}.{}` depends on `{}`, which it does not make", type, label, other));
      }
    }
    for (const Holder& holder : Holders()) {
      if (type == holder.type) return Policy(holder, label, resource);
    }
    for (const Attacher& attacher : kAttachers) {
      if (type == attacher.type) return Attach(attacher, label, resource);
    }
    if (type == kSet) return Set(label, resource);
    Setting setting;
    if (!Read(type, resource, setting)) {
      return Wrong(fmt::format("its `{}.{}` is nothing of the tree", type, label));
    }
    if (!unknown_.empty()) setting.wrong = unknown_;
    form_.settings.push_back(std::move(setting));
  }

  static std::set<std::string> Waits(const json::Value& resource) {
    std::set<std::string> others;
    const auto depends = resource.Find("depends_on");
    if (!depends) return others;
    for (const json::Value one : depends->elements()) others.emplace(one.text());
    return others;
  }

  void Policy(const Holder& holder, const std::string& label, const json::Value& resource) {
    Deployed& deployed = policies_[{std::string(holder.type), label}];
    const std::set<Held> attached = std::move(deployed.holders);
    deployed = {std::string(holder.kind), ResolvedText(resource, holder.name),
                ResolvedText(resource, holder.document), deployed.wrong, attached};
    Names names = holder.others;
    if (!holder.name.empty()) names.push_back(holder.name);
    names.push_back(holder.document);
    Only(resource, names, deployed.wrong);
    if (holder.kind == "scp" && json::TextMember(resource, "type") == "BEDROCK_POLICY") {
      deployed.kind = "bedrock-policy";
    } else if (holder.kind == "scp" &&
               json::TextMember(resource, "type") == "AISERVICES_OPT_OUT_POLICY") {
      deployed.kind = "ai-opt-out";
    } else if (holder.kind == "scp" &&
               json::TextMember(resource, "type") == "RESOURCE_CONTROL_POLICY") {
      deployed.kind = "rcp";
    } else if (holder.kind == "scp" &&
               json::TextMember(resource, "type") != "SERVICE_CONTROL_POLICY") {
      deployed.wrong = fmt::format("the type is `{}`", json::TextMember(resource, "type"));
    }
    if (holder.kind == "vpce") {
      // It has no name in AWS; what it is for, the variable says.
      const std::string variable = Repeats(resource, kByKey);
      deployed.name = label;
      if (variable.empty() || Inner(json::TextMember(resource, "region")) != "each.value" ||
          Inner(json::TextMember(resource, "vpc_endpoint_id")) != "each.key") {
        deployed.wrong = "it is not for the endpoints that a variable gives";
      } else {
        deployed.holders.insert({"vpc-endpoint", variable, true, variables_.at(variable).says});
      }
    }
    if (holder.kind == "trust") deployed.holders.insert({"role", deployed.name});
    if (holder.kind == "permission-set") {
      const Reference reference = PartsOf(Inner(json::TextMember(resource, "permission_set_arn")));
      const json::Value* set = Find(reference.type, reference.label);
      if (set != nullptr && reference.type == kSet && reference.attribute == "arn") {
        deployed.name = ResolvedText(*set, "name");
      }
      deployed.holders.insert({"permission-set", deployed.name});
      if (!IsOfInstance(resource)) deployed.wrong = "its instance is not the one of the account";
    }
    if (!unknown_.empty()) deployed.wrong = unknown_;
  }

  [[nodiscard]] bool IsOfInstance(const json::Value& resource) const {
    return Inner(json::TextMember(resource, "instance_arn")) == kInstance &&
           data_.contains({"aws_ssoadmin_instances", "current"});
  }

  /// A permission set without its policy would be one that no document of the tree is for.
  void Set(const std::string& label, const json::Value& resource) {
    std::string wrong;
    Only(resource, {"name", "instance_arn", "description"}, wrong);
    if (!IsOfInstance(resource)) wrong = "its instance is not the one of the account";
    const bool has_policy = std::ranges::any_of(resources_, [&](const auto& entry) {
      return entry.first.first == "aws_ssoadmin_permission_set_inline_policy" &&
             PartsOf(Inner(json::TextMember(entry.second, "permission_set_arn"))).label == label;
    });
    if (!has_policy) wrong = "there is no policy for it";
    if (!wrong.empty()) Wrong(fmt::format("in its permission set `{}` {}", label, wrong));
  }

  void Attach(const Attacher& attacher, const std::string& label, const json::Value& resource) {
    const Reference reference = PartsOf(Inner(json::TextMember(resource, attacher.policy)));
    const bool is_right =
        reference.type == attacher.policy_type && reference.attribute == attacher.attribute;
    if (!is_right || Find(reference.type, reference.label) == nullptr) {
      return Wrong(fmt::format("its `{}.{}` attaches no policy of its own", attacher.type, label));
    }
    Deployed& deployed = policies_[{reference.type, reference.label}];
    Only(resource, {attacher.policy, attacher.target, "for_each"}, deployed.wrong);
    Held held = Target(attacher, resource);
    if (!unknown_.empty()) deployed.wrong = unknown_;
    if (held.to == "role" && !held.is_told) WaitForRole(held.id, label, resource);
    if (!deployed.holders.insert(std::move(held)).second) {
      deployed.wrong = fmt::format("`{}` attaches it again", label);
    }
  }

  /// The variable of some type that a resource is repeated for; empty if it is not.
  [[nodiscard]] std::string Repeats(const json::Value& resource, std::string_view type) const {
    const auto each = resource.Find("for_each");
    const std::string_view inner = each ? Inner(each->text()) : "";
    if (!inner.starts_with("var.")) return "";
    const auto found = variables_.find(std::string(inner.substr(4)));
    return found != variables_.end() && found->second.type == type ? found->first : "";
  }

  Held Target(const Attacher& attacher, const json::Value& resource) {
    const std::string text = json::TextMember(resource, attacher.target);
    const std::string_view inner = Inner(text);
    const bool is_of_organization = attacher.target == "target_id";
    const std::string to = is_of_organization ? "none" : std::string(attacher.target);
    if (resource.Find("for_each")) {
      const std::string variable = Repeats(resource, kMany);
      if (inner == "each.value" && !variable.empty()) {
        return {to, variable, true, variables_.at(variable).says};
      }
      unknown_ = "`for_each` is not understood";
    } else if (is_of_organization && inner == kRoot &&
               data_.contains({"aws_organizations_organization", "current"})) {
      return {"root", std::string(inner), true, ""};
    } else if (is_of_organization && inner.starts_with("var.")) {
      const auto found = variables_.find(std::string(inner.substr(4)));
      if (found != variables_.end() && found->second.type == kOne) {
        return {"ou", found->first, true, found->second.says};
      }
    }
    const std::string id = Resolve(text);
    return is_of_organization ? TargetOf(id) : Held{to, id};
  }

  void WaitForRole(const std::string& name, const std::string& label, const json::Value& resource) {
    for (const auto& [id, role] : resources_) {
      if (id.first != "aws_iam_role" || json::TextMember(role, "name") != name) continue;
      if (Waits(resource).contains("aws_iam_role." + id.second)) continue;
      Wrong(fmt::format("its attachment `{}` does not wait for the role `{}`", label, name));
    }
  }

  /// False if a type is not known.
  bool Read(const std::string& type, const json::Value& resource, Setting& setting) {
    setting.region = RegionOf(resource);
    if (type == kGuardrail) {
      setting.guardrail = ResolvedText(resource, "name");
      setting.request = Request(resource, {"region"}, setting.wrong);
    } else if (type == kVersion) {
      setting.kind = Setting::Kind::kVersion;
      setting.guardrail =
          owner_.GuardrailOf(ResolvedText(resource, "guardrail_arn"), setting.region);
      setting.request = ResolvedText(resource, "description");
      const auto kept = resource.Find("skip_destroy");
      setting.is_kept = kept && kept->is_true();
      Only(resource, {"region", "guardrail_arn", "description", "skip_destroy"}, setting.wrong);
    } else if (type == kSharing) {
      setting.kind = Setting::Kind::kSharing;
      setting.region = aliases_[json::TextMember(resource, "provider")];
      const std::string arn = ResolvedText(resource, "resource_arn");
      setting.guardrail = owner_.GuardrailOf(arn, setting.region);
      setting.request = Sharing(arn, ResolvedText(resource, "policy_document"));
      Only(resource, {"provider", "resource_arn", "policy_document"}, setting.wrong);
    } else if (type == kEnforcement) {
      setting.kind = Setting::Kind::kEnforcement;
      setting.region = aliases_[json::TextMember(resource, "provider")];
      setting.request = fmt::format(R"({{"guardrailInferenceConfig":{}}})",
                                    Request(resource, {"provider"}, setting.wrong));
    } else if (type == kLogging) {
      setting.kind = Setting::Kind::kLogging;
      setting.request = Request(resource, {"region"}, setting.wrong);
    } else if (type == kRule) {
      setting.kind = Setting::Kind::kRule;
      setting.guardrail = ResolvedText(resource, "name");
      setting.request = RuleRequest(setting.guardrail, ResolvedText(resource, "event_pattern"),
                                    ResolvedText(resource, "state"));
      Only(resource, {"region", "name", "description", "event_pattern", "state"}, setting.wrong);
    } else if (type == kTarget) {
      setting.kind = Setting::Kind::kTargets;
      setting.guardrail = RuleOf(resource);
      setting.request =
          TargetsRequest(setting.guardrail, fmt::format("[{}]", RuleTarget(resource)));
      Only(resource, {"region", "rule", "target_id", "arn", "role_arn"}, setting.wrong);
    } else {
      return false;
    }
    return true;
  }

  /// The name of the rule that a target is of, which is made in the same region.
  [[nodiscard]] std::string RuleOf(const json::Value& resource) {
    const Reference reference = PartsOf(Inner(json::TextMember(resource, "rule")));
    const json::Value* rule = Find(reference.type, reference.label);
    if (rule == nullptr || reference.type != kRule || reference.attribute != "name" ||
        RegionOf(*rule) != RegionOf(resource)) {
      unknown_ = "`rule` refers to no rule of its region";
      return "";
    }
    return ResolvedText(*rule, "name");
  }

  [[nodiscard]] std::string RuleTarget(const json::Value& resource) {
    std::string target =
        fmt::format(R"({{"Id":{},"Arn":{})", Quoted(ResolvedText(resource, "target_id")),
                    Quoted(ResolvedText(resource, "arn")));
    const std::string role = ResolvedText(resource, "role_arn");
    if (!role.empty()) target += fmt::format(R"(,"RoleArn":{})", Quoted(role));
    return target + "}";
  }

  // ---- outputs

  /// Every guardrail's ARN and version are told, to be bound, and not another's under its name.
  void Outputs() {
    std::map<std::string, std::pair<std::string, std::string>> values;
    for (const json::Member& output : outputs_) {
      unknown_.clear();
      Only(output.value, {"description", "value"}, unknown_);
      const auto value = output.value.Find("value");
      if (!value) unknown_ = "there is no value";
      if (value) {
        Only(*value, {"arn", "version"}, unknown_);
        values[json::TextMember(output.value, "description")] = {ResolvedText(*value, "arn"),
                                                                 ResolvedText(*value, "version")};
      }
      if (!unknown_.empty())
        Wrong(fmt::format("in its output `{}` {}", output.key.text(), unknown_));
    }
    for (const Setting& setting : form_.settings) {
      if (setting.kind != Setting::Kind::kGuardrail) continue;
      const std::string what = fmt::format("guardrail {} in {}", setting.guardrail, setting.region);
      const auto told = std::ranges::find_if(
          values, [&](const auto& entry) { return HasPhrase(entry.first, what); });
      const bool is_right =
          told != values.end() &&
          told->second.first == owner_.Bound(setting.guardrail, setting.region, false) &&
          told->second.second == owner_.Bound(setting.guardrail, setting.region, true);
      if (!is_right) form_.wrong.push_back(fmt::format("its outputs do not tell {}", what));
    }
  }

  const Owner& owner_;
  Resources resources_;
  Resources data_;
  std::vector<json::Member> outputs_;
  std::map<std::string, Variable> variables_;
  std::map<std::string, std::string> aliases_;  ///< of awscc → region
  std::set<std::string> required_;              ///< providers
  bool has_account_ = false;                    ///< the provider is there
  std::string region_;                          ///< of resources that name none
  std::map<Id, Deployed> policies_;
  std::string unknown_;  ///< a reference of the resource at hand that cannot be resolved
  Form form_;
};

}  // namespace

Form ReadTerraform(const json::Value& root, const Owner& owner) {
  return Terraform(root, owner).Run();
}

}  // namespace writ::deployed

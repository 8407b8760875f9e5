// `terraform show -json` of states and plans, and the state file of version 4.
//
// A plan says what will be there after apply. What it cannot know yet is a gap of its own, never an
// empty value: links by an id that does not exist yet are followed through `configuration`, module
// by module; a policy that is unknown is unknown.
// Shapes: hashicorp/terraform-json (2026-08); Terraform, "JSON Output Format"; attributes of the
// AWS provider's types (read 2026-11-29).
#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "analysis/snapshot/governing.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

namespace json = support::json;

// Types that hold one policy of a resource in one attribute.
struct PolicyAttribute {
  std::string_view type;
  std::string_view attribute;
};
constexpr std::array<PolicyAttribute, 33> kPolicies = {{
    {"aws_s3_bucket_policy", "policy"},
    {"aws_s3_bucket", "policy"},
    {"aws_s3_access_point", "policy"},
    {"aws_s3control_access_point_policy", "policy"},
    {"aws_s3control_bucket_policy", "policy"},
    {"aws_s3control_object_lambda_access_point_policy", "policy"},
    {"aws_sqs_queue", "policy"},
    {"aws_sqs_queue_policy", "policy"},
    {"aws_sns_topic", "policy"},
    {"aws_sns_topic_policy", "policy"},
    {"aws_kms_key", "policy"},
    {"aws_kms_key_policy", "policy"},
    {"aws_kms_external_key", "policy"},
    {"aws_kms_replica_key", "policy"},
    {"aws_secretsmanager_secret", "policy"},
    {"aws_secretsmanager_secret_policy", "policy"},
    {"aws_ecr_repository_policy", "policy"},
    {"aws_ecr_registry_policy", "policy"},
    {"aws_efs_file_system_policy", "policy"},
    {"aws_glacier_vault", "access_policy"},
    {"aws_elasticsearch_domain", "access_policies"},
    {"aws_elasticsearch_domain_policy", "access_policies"},
    {"aws_opensearch_domain", "access_policies"},
    {"aws_opensearch_domain_policy", "access_policies"},
    {"aws_cloudwatch_log_resource_policy", "policy_document"},
    {"aws_api_gateway_rest_api", "policy"},
    {"aws_api_gateway_rest_api_policy", "policy"},
    {"aws_backup_vault_policy", "policy"},
    {"aws_cloudwatch_event_bus_policy", "policy"},
    {"aws_codeartifact_domain_permissions_policy", "policy_document"},
    {"aws_codeartifact_repository_permissions_policy", "policy_document"},
    {"aws_dynamodb_resource_policy", "policy"},
    {"aws_glue_resource_policy", "policy"},
}};

// "module.a["x"].module.b.aws_iam_role.r[0]": module "module.a["x"].module.b.", and what is in it.
struct Address {
  std::string module;  // with the dot at its end; empty: the root
  std::string local;   // "aws_iam_role.r[0]"
};

// The end of one step: an index may hold dots in its quotes.
std::size_t EndOfStep(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (text[i] == '.' && !is_quoted) {
      return i;
    }
  }
  return text.size();
}

Address AddressOf(std::string_view text) {
  std::string module;
  while (text.starts_with("module.")) {
    const std::size_t end = EndOfStep(text.substr(7));
    if (7 + end >= text.size()) break;
    module += text.substr(0, 7 + end + 1);
    text.remove_prefix(7 + end + 1);
  }
  return {std::move(module), std::string(text)};
}

std::string WithoutIndex(std::string_view step) {
  const std::size_t bracket = step.find('[');
  return std::string(step.substr(0, bracket));
}
std::string IndexOf(std::string_view step) {
  const std::size_t bracket = step.find('[');
  return bracket == std::string_view::npos ? "" : std::string(step.substr(bracket));
}

struct Resource {
  std::string address;
  std::string type;
  Cursor values;
  std::optional<Cursor> unknown;
};

constexpr std::size_t kMaxHops = 32;  // of a reference through modules

class Reader {
 public:
  Reader(const Input& input, Builder& builder) : input_(input), builder_(builder) {}

  void Run() {
    const Cursor& root = input_.root;
    if (!IsKnownVersion()) return;
    if (Has(root, "resource_changes") || Has(root, "planned_values")) {
      ReadPlan();
    } else if (const auto values = builder_.Object(root, "values")) {
      if (const auto module = builder_.Object(*values, "root_module")) ReadModule(*module);
    } else {
      ReadStateFile();
    }
    for (const Resource& resource : resources_) by_address_.emplace(resource.address, &resource);
    for (const Resource& resource : resources_) ReadResource(resource);
  }

 private:
  bool IsKnownVersion() {
    const auto version = input_.root.Find("format_version");
    if (!version) {
      const auto number = input_.root.Find("version");
      const auto known = number ? number->value.AsInteger() : std::nullopt;
      if (known && *known == 4) return true;
      builder_.sink().Report(diag::kSnapshotFormatVersion,
                             number ? number->span() : input_.root.span(),
                             number ? number->value.source() : "?", "4");
      return false;
    }
    const std::string_view text = version->value.text();
    if (text.starts_with("0.") || text.starts_with("1.")) return true;
    builder_.sink().Report(diag::kSnapshotFormatVersion, version->span(), text, "0.x and 1.x");
    return false;
  }

  // ------------------------------------------------------------------------------- the resources

  // Applied, a plan that is not whole leaves more to change, which it does not say.
  // Source: Terraform, "JSON Output Format", plan representation (from general knowledge,
  // 2026-11-30).
  void ReadWhole() {
    const auto is = [&](std::string_view key, bool wanted) {
      const auto found = input_.root.Find(key);
      return found && found->value.source() == (wanted ? "true" : "false");
    };
    const auto deferred = input_.root.Find("deferred_changes");
    const bool is_deferred = deferred && deferred->value.size() > 0;
    if (!is("errored", true) && !is("complete", false) && !is_deferred) return;
    builder_.Add(Unread{"plan", input_.path, Unread::Reason::kPartial, OriginOf(input_.root)});
  }

  void ReadPlan() {
    ReadWhole();
    configuration_ = builder_.Object(input_.root, "configuration");
    for (const Cursor& one : builder_.Elements(input_.root, "resource_changes")) {
      if (!builder_.IsObject(one, "resource_changes")) continue;
      if (builder_.String(one, "mode") != "managed") continue;
      const auto change = builder_.Object(one, "change");
      const auto after = change ? builder_.Object(*change, "after") : std::nullopt;
      if (!after) continue;  // deleted
      resources_.push_back({builder_.String(one, "address"), builder_.String(one, "type"), *after,
                            change->Find("after_unknown")});
    }
    if (Has(input_.root, "resource_changes")) return;
    const auto planned = builder_.Object(input_.root, "planned_values");
    if (!planned) return;
    if (const auto module = builder_.Object(*planned, "root_module")) ReadModule(*module);
  }

  void ReadModule(const Cursor& root) {
    std::vector<Cursor> modules = {root};
    while (!modules.empty()) {
      const Cursor module = std::move(modules.back());
      modules.pop_back();
      for (const Cursor& one : builder_.Elements(module, "resources")) {
        if (!builder_.IsObject(one, "resources")) continue;
        if (builder_.String(one, "mode") != "managed") continue;
        const auto values = builder_.Object(one, "values");
        if (!values) continue;
        resources_.push_back(
            {builder_.String(one, "address"), builder_.String(one, "type"), *values, std::nullopt});
      }
      for (const Cursor& child : builder_.Elements(module, "child_modules")) {
        if (builder_.IsObject(child, "child_modules")) modules.push_back(child);
      }
    }
  }

  void ReadStateFile() {
    for (const Cursor& one : builder_.Elements(input_.root, "resources")) {
      if (!builder_.IsObject(one, "resources")) continue;
      if (builder_.String(one, "mode") != "managed") continue;
      const std::string module = builder_.String(one, "module");
      const std::string type = builder_.String(one, "type");
      const std::string name = fmt::format("{}{}{}.{}", module, module.empty() ? "" : ".", type,
                                           builder_.String(one, "name"));
      for (const Cursor& instance : builder_.Elements(one, "instances")) {
        if (!builder_.IsObject(instance, "instances")) continue;
        const auto values = builder_.Object(instance, "attributes");
        if (!values) continue;
        const auto index = instance.Find("index_key");
        resources_.push_back({index ? fmt::format("{}[{}]", name, index->value.source()) : name,
                              type, *values, std::nullopt});
      }
    }
  }

  // ---------------------------------------------------------------------------------- attributes

  static bool IsUnknown(const Resource& resource, std::string_view key) {
    if (!resource.unknown || !resource.unknown->value.is_object()) return false;
    const auto found = resource.unknown->value.Find(key);
    return found && found->is_true();
  }

  std::string Text(const Resource& resource, std::string_view key) {
    const auto found = resource.values.Find(key);
    return found && found->value.is_string() ? std::string(found->value.text()) : "";
  }

  // What an attribute names: its value where it is known, else the resource it will come from.
  std::string Link(const Resource& resource, std::string_view key) {
    std::string text = Text(resource, key);
    if (!text.empty()) return text;
    const Address address = AddressOf(resource.address);
    return IsUnknown(resource, key) ? Follow(address.module, address.local, key) : "";
  }

  // ------------------------------------------------------------------------------- configuration

  // The module of the configuration that an instance's module is made from.
  std::optional<Cursor> ModuleOf(std::string_view module) {
    if (!configuration_) return std::nullopt;
    std::optional<Cursor> at = configuration_->Find("root_module");
    while (!module.empty() && at) {
      module.remove_prefix(7);
      const std::size_t end = EndOfStep(module);
      const auto calls = at->Find("module_calls");
      const auto call = calls ? calls->Find(WithoutIndex(module.substr(0, end))) : std::nullopt;
      at = call ? call->Find("module") : std::nullopt;
      module.remove_prefix(std::min(module.size(), end + 1));
    }
    return at;
  }

  static std::vector<std::string> ReferencesIn(const std::optional<Cursor>& expression) {
    std::vector<std::string> all;
    const auto references = expression ? expression->Find("references") : std::nullopt;
    if (!references) return all;
    for (const json::Value one : references->value.elements()) {
      if (one.is_string()) all.emplace_back(one.text());
    }
    return all;
  }

  std::string Follow(const std::string& module, const std::string& local, std::string_view key) {
    const auto found = ModuleOf(module);
    const auto resources = found ? found->Find("resources") : std::nullopt;
    if (!resources) return "";
    for (const Cursor& one : resources->Elements()) {
      const auto address = one.Find("address");
      if (!address || address->value.text() != WithoutIndex(local)) continue;
      const auto expressions = one.Find("expressions");
      return Resolve(module, IndexOf(local),
                     ReferencesIn(expressions ? expressions->Find(key) : std::nullopt), 0);
    }
    return "";
  }

  // The one managed resource that the references lead to; empty if there is none, or several.
  std::string Resolve(const std::string& module, const std::string& index,
                      const std::vector<std::string>& references, std::size_t hops) {
    if (hops > kMaxHops) return "";
    const bool is_indexed = std::ranges::any_of(references, [](const std::string& one) {
      return one == "each.key" || one == "each.value" || one == "count.index";
    });
    for (const std::string& reference : references) {
      std::string found;
      if (reference.starts_with("var.")) {
        found = ResolveVariable(module, reference.substr(4), hops);
      } else if (reference.starts_with("module.")) {
        found = ResolveOutput(module, reference, hops);
      } else {
        found = ResolveResource(module, reference, is_indexed ? index : "");
      }
      if (!found.empty()) return found;
    }
    return "";
  }

  std::string ResolveResource(const std::string& module, const std::string& reference,
                              const std::string& index) {
    // "aws_iam_role.r.name", "aws_iam_role.r["x"].id".
    const std::size_t type_end = reference.find('.');
    if (type_end == std::string::npos) return "";
    const std::string_view rest = std::string_view(reference).substr(type_end + 1);
    const std::string_view step = rest.substr(0, EndOfStep(rest));
    const std::string base =
        fmt::format("{}{}.{}", module, reference.substr(0, type_end), WithoutIndex(step));
    const std::string wanted = IndexOf(step).empty() ? index : IndexOf(step);
    if (by_address_.contains(base + wanted)) return base + wanted;
    std::string only;
    for (auto at = by_address_.lower_bound(base); at != by_address_.end(); ++at) {
      if (!at->first.starts_with(base)) break;
      if (at->first.size() > base.size() && at->first[base.size()] != '[') continue;
      if (!only.empty()) return "";
      only = at->first;
    }
    return only;
  }

  std::string ResolveVariable(const std::string& module, const std::string& name,
                              std::size_t hops) {
    if (module.empty()) return "";
    // The last step of the module's address names its call in the module around it.
    std::size_t begin = 0;
    for (std::size_t at = 0; at < module.size();) {
      begin = at;
      at += 7 + EndOfStep(std::string_view(module).substr(at + 7)) + 1;
    }
    const std::string around = module.substr(0, begin);
    const std::string step = module.substr(begin + 7, module.size() - begin - 8);
    const auto parent = ModuleOf(around);
    const auto calls = parent ? parent->Find("module_calls") : std::nullopt;
    const auto call = calls ? calls->Find(WithoutIndex(step)) : std::nullopt;
    const auto expressions = call ? call->Find("expressions") : std::nullopt;
    const std::string variable = name.substr(0, name.find_first_of(".["));
    return Resolve(around, IndexOf(step),
                   ReferencesIn(expressions ? expressions->Find(variable) : std::nullopt),
                   hops + 1);
  }

  std::string ResolveOutput(const std::string& module, const std::string& reference,
                            std::size_t hops) {
    const std::string_view rest = std::string_view(reference).substr(7);
    const std::size_t end = EndOfStep(rest);
    if (end >= rest.size()) return "";
    const std::string inner = fmt::format("{}module.{}.", module, rest.substr(0, end));
    const std::string output(rest.substr(end + 1, EndOfStep(rest.substr(end + 1))));
    const auto found = ModuleOf(inner);
    const auto outputs = found ? found->Find("outputs") : std::nullopt;
    const auto one = outputs ? outputs->Find(WithoutIndex(output)) : std::nullopt;
    return Resolve(inner, "", ReferencesIn(one ? one->Find("expression") : std::nullopt), hops + 1);
  }

  // ---------------------------------------------------------------------------------------- parts

  Exported<DocumentId> AddDocument(const Resource& resource, std::string_view attribute,
                                   std::string name, policy::Kind kind) {
    const auto found = resource.values.Find(attribute);
    if (found && found->value.is_string()) {
      return builder_.AddDocument(
          *found, {.name = std::move(name), .holder = resource.address, .kind = kind});
    }
    if (IsUnknown(resource, attribute)) {
      builder_.sink()
          .Report(diag::kSnapshotUnresolved, resource.values.span(), name)
          .Note(fmt::format("`{}.{}` is known after apply", resource.address, attribute));
      return Gap{Gap::Kind::kAfterApply, resource.values.span()};
    }
    return Gap{};
  }

  // The key of a principal that an attribute names.
  Principal Named(const Resource& resource, std::string_view attribute, PrincipalType type) {
    return NamedBy(Link(resource, attribute), type, resource);
  }

  // The principal of a name or address.
  Principal NamedBy(const std::string& name, PrincipalType type, const Resource& resource) {
    Principal made;
    made.type = type;
    made.name = name;
    made.key = KeyOfPrincipal(name, type);
    made.origin = OriginOf(resource.values);
    return made;
  }

  // Names and addresses lead to the resource of this file, and its ARN if that is known.
  std::string KeyOfPrincipal(const std::string& link, PrincipalType type) {
    const std::string terraform_type = fmt::format("aws_iam_{}", TypeName(type));
    const auto key = [&](const Resource& one) {
      const std::string arn = Text(one, "arn");
      return arn.empty() ? one.address : arn;
    };
    if (const auto found = by_address_.find(link); found != by_address_.end()) {
      return key(*found->second);
    }
    for (const Resource& one : resources_) {
      if (one.type == terraform_type && !link.empty() && Text(one, "name") == link) return key(one);
    }
    // Managed elsewhere: by its name, with the account if that is known.
    if (link.empty() || input_.options.account.empty()) return link;
    return fmt::format("{}/{}/{}", input_.options.account, TypeName(type), link);
  }

  PolicyReference ReferenceTo(const Resource& resource, std::string arn) {
    PolicyReference reference;
    if (const auto found = by_address_.find(arn); found != by_address_.end()) {
      const std::string known = Text(*found->second, "arn");
      if (!known.empty()) arn = known;
    }
    reference.arn = std::move(arn);
    reference.name = PathAndNameOf(reference.arn).name;
    reference.origin = OriginOf(resource.values);
    return reference;
  }

  void ReadResource(const Resource& resource) {
    const std::string& type = resource.type;
    if (type == "aws_iam_role") return ReadPrincipal(resource, PrincipalType::kRole);
    if (type == "aws_iam_user") return ReadPrincipal(resource, PrincipalType::kUser);
    if (type == "aws_iam_group") return ReadPrincipal(resource, PrincipalType::kGroup);
    if (type == "aws_iam_policy") return ReadManagedPolicy(resource);
    if (type == "aws_iam_policy_attachment") {
      Attach(resource, "roles", PrincipalType::kRole);
      Attach(resource, "users", PrincipalType::kUser);
      return Attach(resource, "groups", PrincipalType::kGroup);
    }
    for (const PrincipalType principal :
         {PrincipalType::kRole, PrincipalType::kUser, PrincipalType::kGroup}) {
      const std::string_view name = TypeName(principal);
      if (type == fmt::format("aws_iam_{}_policy", name)) {
        return ReadInlinePolicy(resource, principal);
      }
      if (type == fmt::format("aws_iam_{}_policy_attachment", name)) {
        Principal made = Named(resource, name, principal);
        made.attached.items.push_back(ReferenceTo(resource, Link(resource, "policy_arn")));
        return AddNamed(resource, std::move(made));
      }
      if (type == fmt::format("aws_iam_{}_policy_attachments_exclusive", name)) {
        return ReadAttachedOnly(resource, principal);
      }
      if (type == fmt::format("aws_iam_{}_policies_exclusive", name)) {
        return ReadInlineOnly(resource, principal);
      }
    }
    if (type == "aws_iam_user_group_membership") return ReadMembership(resource);
    if (type == "aws_iam_group_membership") return ReadMembers(resource);
    if (type == "aws_organizations_organization") return ReadOrganization(resource);
    if (type == "aws_organizations_organizational_unit") {
      return ReadNode(resource, NodeType::kUnit);
    }
    if (type == "aws_organizations_account") return ReadNode(resource, NodeType::kAccount);
    if (type == "aws_organizations_policy") return ReadOrganizationPolicy(resource);
    if (type == "aws_organizations_policy_attachment") return ReadPolicyTarget(resource);
    if (IsOfPermissionSet(type)) return ReadPermissionSet(resource);
    if (type == "aws_vpc_endpoint" || type == "aws_vpc_endpoint_policy") {
      return ReadEndpoint(resource);
    }
    if (type == "aws_bedrock_guardrail") return ReadGuardrail(resource);
    for (const PolicyAttribute& known : kPolicies) {
      if (known.type != type) continue;
      ResourcePolicy made;
      made.resource = resource.address;
      made.origin = OriginOf(resource.values);
      made.document =
          AddDocument(resource, known.attribute, fmt::format("policy of `{}`", resource.address),
                      policy::Kind::kResource);
      const bool is_there =
          made.document.is_known() || made.document.gap().kind != Gap::Kind::kNotExported;
      if (is_there) builder_.Add(std::move(made));
      return;
    }
    if (MayGovern(type)) {
      AddUnread(resource, MakesOthers(type) ? Unread::Reason::kMacro : Unread::Reason::kType);
    }
  }

  void AddUnread(const Resource& resource, Unread::Reason reason) {
    builder_.Add(Unread{resource.type, resource.address, reason, OriginOf(resource.values)});
  }

  // A principal that the resource names, if it is known yet.
  void AddNamed(const Resource& resource, Principal made) {
    if (made.key.empty()) return AddUnread(resource, Unread::Reason::kAfterApply);
    builder_.Add(std::move(made));
  }

  // The texts of a list; nothing if some of them are known after apply only.
  static std::optional<std::vector<std::string>> Texts(const Resource& resource,
                                                       std::string_view key) {
    std::vector<std::string> texts;
    const auto found = resource.values.Find(key);
    if (!found || !found->value.is_array()) {
      if (IsUnknown(resource, key)) return std::nullopt;
      return texts;
    }
    for (const json::Value one : found->value.elements()) {
      if (!one.is_string()) return std::nullopt;
      texts.emplace_back(one.text());
    }
    return texts;
  }

  // The provider gives a list of its own to those who write none, and it is unknown in a plan.
  // A list that is written has elements, of which some may be unknown.
  static bool HasUnknownElement(const Resource& resource, std::string_view key) {
    if (!resource.unknown || !resource.unknown->value.is_object()) return false;
    const auto found = resource.unknown->value.Find(key);
    if (!found || !found->is_array()) return false;
    for (const json::Value one : found->elements()) {
      if (one.is_true()) return true;
      const auto policy = one.is_object() ? one.Find("policy") : std::nullopt;
      if (policy && policy->is_true()) return true;
    }
    return false;
  }

  void ReadPrincipal(const Resource& resource, PrincipalType type) {
    Principal made;
    made.type = type;
    made.arn = Text(resource, "arn");
    made.key = made.arn.empty() ? resource.address : made.arn;
    made.account = AccountOf(made.arn);
    if (made.account.empty()) made.account = input_.options.account;
    made.path = Text(resource, "path");
    made.name = Text(resource, "name");
    made.origin = OriginOf(resource.values);
    if (const auto list = resource.values.Find("inline_policy")) {
      for (const Cursor& one : list->Elements()) {
        if (!one.value.is_object() || !Has(one, "policy")) continue;
        InlinePolicy policy;
        policy.name = builder_.String(one, "name");
        policy.document = builder_.AddDocument(
            *one.Find("policy"), {.name = fmt::format("inline policy `{}`", policy.name),
                                  .holder = made.key,
                                  .kind = policy::Kind::kIdentity});
        // A block without a policy stands for "none".
        if (policy.document.is_known()) made.inline_policies.items.push_back(std::move(policy));
      }
    }
    if (const auto list = resource.values.Find("managed_policy_arns")) {
      for (const json::Value one : list->value.elements()) {
        if (one.is_string()) {
          made.attached.items.push_back(ReferenceTo(resource, std::string(one.text())));
        }
      }
    }
    if (HasUnknownElement(resource, "inline_policy") ||
        HasUnknownElement(resource, "managed_policy_arns")) {
      AddUnread(resource, Unread::Reason::kAfterApply);
    }
    const std::string boundary = Link(resource, "permissions_boundary");
    if (!boundary.empty()) {
      made.boundary = std::optional(ReferenceTo(resource, boundary));
    } else if (IsUnknown(resource, "permissions_boundary")) {
      made.boundary = Gap{Gap::Kind::kAfterApply, resource.values.span()};
    } else {
      made.boundary = std::optional<PolicyReference>();
    }
    if (type == PrincipalType::kRole) {
      made.trust =
          AddDocument(resource, "assume_role_policy", "trust policy", policy::Kind::kTrust);
    }
    builder_.Add(std::move(made));
  }

  void ReadManagedPolicy(const Resource& resource) {
    ManagedPolicy made;
    made.arn = Text(resource, "arn");
    made.key = made.arn.empty() ? resource.address : made.arn;
    made.account = AccountOf(made.arn);
    made.name = Text(resource, "name");
    made.origin = OriginOf(resource.values);
    made.document =
        AddDocument(resource, "policy",
                    fmt::format("policy `{}`", made.name.empty() ? resource.address : made.name),
                    policy::Kind::kIdentity);
    builder_.Add(std::move(made));
  }

  void Attach(const Resource& resource, std::string_view list, PrincipalType type) {
    const auto names = Texts(resource, list);
    if (!names) return AddUnread(resource, Unread::Reason::kAfterApply);
    const PolicyReference reference = ReferenceTo(resource, Link(resource, "policy_arn"));
    for (const std::string& name : *names) {
      Principal made = NamedBy(name, type, resource);
      made.attached.items.push_back(reference);
      builder_.Add(std::move(made));
    }
  }

  // What a principal has attached, or inline, and nothing else: whatever is not listed is detached
  // at every apply. Of inline policies it knows the names.
  void ReadAttachedOnly(const Resource& resource, PrincipalType type) {
    Principal made = Named(resource, fmt::format("{}_name", TypeName(type)), type);
    const auto arns = Texts(resource, "policy_arns");
    if (!arns) return AddUnread(resource, Unread::Reason::kAfterApply);
    for (const std::string& arn : *arns) {
      made.attached.items.push_back(ReferenceTo(resource, arn));
    }
    AddNamed(resource, std::move(made));
  }
  void ReadInlineOnly(const Resource& resource, PrincipalType type) {
    Principal made = Named(resource, fmt::format("{}_name", TypeName(type)), type);
    const auto names = Texts(resource, "policy_names");
    if (!names) return AddUnread(resource, Unread::Reason::kAfterApply);
    for (const std::string& name : *names) made.inline_policies.items.push_back({name, Gap{}});
    AddNamed(resource, std::move(made));
  }

  void ReadInlinePolicy(const Resource& resource, PrincipalType type) {
    InlinePolicy policy;
    policy.name = Text(resource, "name");
    policy.document = AddDocument(
        resource, "policy",
        fmt::format("inline policy `{}`", policy.name.empty() ? resource.address : policy.name),
        policy::Kind::kIdentity);
    Principal made = Named(resource, TypeName(type), type);
    made.inline_policies.items.push_back(std::move(policy));
    AddNamed(resource, std::move(made));
  }

  void ReadMembership(const Resource& resource) {
    Principal made = Named(resource, "user", PrincipalType::kUser);
    auto groups = Texts(resource, "groups");
    if (!groups) return AddUnread(resource, Unread::Reason::kAfterApply);
    made.groups.items = *std::move(groups);
    AddNamed(resource, std::move(made));
  }

  void ReadMembers(const Resource& resource) {
    const std::string group = Link(resource, "group");
    const auto users = Texts(resource, "users");
    if (!users || group.empty()) return AddUnread(resource, Unread::Reason::kAfterApply);
    for (const std::string& user : *users) {
      Principal made = NamedBy(user, PrincipalType::kUser, resource);
      made.groups.items.push_back(KeyOfPrincipal(group, PrincipalType::kGroup));
      builder_.Add(std::move(made));
    }
  }

  void ReadOrganization(const Resource& resource) {
    builder_.SetOrganization(resource.values, Text(resource, "id"),
                             Text(resource, "master_account_id"));
    for (const Cursor& root : builder_.Elements(resource.values, "roots")) {
      if (!builder_.IsObject(root, "roots")) continue;
      OrganizationNode node;
      node.id = builder_.String(root, "id");
      node.type = NodeType::kRoot;
      node.name = builder_.String(root, "name");
      node.origin = OriginOf(root);
      std::vector<std::string> enabled;
      for (const Cursor& type : builder_.Elements(root, "policy_types")) {
        if (builder_.IsObject(type, "policy_types") &&
            builder_.String(type, "status") == "ENABLED") {
          enabled.push_back(builder_.String(type, "type"));
        }
      }
      node.enabled_types = std::move(enabled);
      if (!node.id.empty()) builder_.Add(std::move(node));
    }
  }

  // An OU or account that does not exist yet has its address for an id: so have its children their
  // parent.
  void ReadNode(const Resource& resource, NodeType type) {
    OrganizationNode node;
    node.id = IdOf(resource);
    node.type = type;
    node.name = Text(resource, "name");
    node.origin = OriginOf(resource.values);
    const std::string parent = Link(resource, "parent_id");
    const auto found = by_address_.find(parent);
    // Without a parent it is below the root, whose id only the organization's resource knows.
    if (!parent.empty()) node.parent = found == by_address_.end() ? parent : IdOf(*found->second);
    builder_.Add(std::move(node));
  }

  std::string IdOf(const Resource& resource) {
    const std::string id = Text(resource, "id");
    return id.empty() ? resource.address : id;
  }

  void ReadOrganizationPolicy(const Resource& resource) {
    OrganizationPolicy made;
    made.key = IdOf(resource);
    made.arn = Text(resource, "arn");
    made.name = Text(resource, "name");
    made.type = Text(resource, "type");
    if (made.type.empty()) made.type = "SERVICE_CONTROL_POLICY";  // the provider's default
    made.is_aws_managed = false;
    made.origin = OriginOf(resource.values);
    const bool is_rcp = made.type == "RESOURCE_CONTROL_POLICY";
    if (is_rcp || made.type == "SERVICE_CONTROL_POLICY") {
      made.document = AddDocument(resource, "content",
                                  fmt::format("{} `{}`", is_rcp ? "RCP" : "SCP", made.name),
                                  is_rcp ? policy::Kind::kRcp : policy::Kind::kScp);
    } else if (const auto content = resource.values.Find("content")) {
      made.content = OriginOf(*content);
    }
    builder_.Add(std::move(made));
  }

  void ReadPolicyTarget(const Resource& resource) {
    const auto followed = [&](std::string_view key) {
      std::string link = Link(resource, key);
      const auto found = by_address_.find(link);
      return found == by_address_.end() ? link : IdOf(*found->second);
    };
    const std::string policy = followed("policy_id");
    const std::string target = followed("target_id");
    // The program knows a node by its id, and one that is created has none yet.
    if (policy.empty() || target.empty() || by_address_.contains(target)) {
      return AddUnread(resource, Unread::Reason::kAfterApply);
    }
    OrganizationPolicy made;
    made.key = policy;
    made.origin = OriginOf(resource.values);
    made.targets.items.push_back(target);
    builder_.Add(std::move(made));
  }

  std::string KeyOfSet(const Resource& resource, std::string_view attribute) {
    const std::string link = Link(resource, attribute);
    const auto found = by_address_.find(link);
    if (found == by_address_.end()) return link.substr(link.rfind('/') + 1);
    const std::string arn = Text(*found->second, "arn");
    return arn.empty() ? link : arn.substr(arn.rfind('/') + 1);
  }

  static bool IsOfPermissionSet(std::string_view type) {
    constexpr std::array<std::string_view, 8> kTypes = {
        "aws_ssoadmin_permission_set",
        "aws_ssoadmin_account_assignment",
        "aws_ssoadmin_permission_set_inline_policy",
        "aws_ssoadmin_managed_policy_attachment",
        "aws_ssoadmin_managed_policy_attachments_exclusive",
        "aws_ssoadmin_customer_managed_policy_attachment",
        "aws_ssoadmin_customer_managed_policy_attachments_exclusive",
        "aws_ssoadmin_permissions_boundary_attachment"};
    return std::ranges::find(kTypes, type) != kTypes.end();
  }

  void ReadPermissionSet(const Resource& resource) {
    const std::string_view what = std::string_view(resource.type).substr(13);
    PermissionSet made;
    made.origin = OriginOf(resource.values);
    if (what == "permission_set") {
      const std::string arn = Text(resource, "arn");
      made.key = arn.empty() ? resource.address : arn.substr(arn.rfind('/') + 1);
      made.name = Text(resource, "name");
      return builder_.Add(std::move(made));
    }
    made.key = KeyOfSet(resource, "permission_set_arn");
    if (what == "account_assignment") {
      Assignment assignment;
      assignment.permission_set = made.key;
      assignment.account = Text(resource, "target_id");
      assignment.principal_type = Text(resource, "principal_type");
      assignment.principal = Link(resource, "principal_id");
      assignment.origin = made.origin;
      if (made.key.empty() || assignment.account.empty()) {
        return AddUnread(resource, Unread::Reason::kAfterApply);
      }
      return builder_.Add(std::move(assignment));
    }
    if (what == "permission_set_inline_policy") {
      const Exported<DocumentId> document = AddDocument(
          resource, "inline_policy", "inline policy of a permission set", policy::Kind::kIdentity);
      made.inline_policy = document.is_known()
                               ? Exported<std::optional<DocumentId>>(std::optional(*document))
                               : Exported<std::optional<DocumentId>>(document.gap());
    } else if (what == "managed_policy_attachment") {
      made.attached.items.push_back(ReferenceTo(resource, Link(resource, "managed_policy_arn")));
    } else if (what == "managed_policy_attachments_exclusive") {
      const auto arns = Texts(resource, "managed_policy_arns");
      if (!arns) return AddUnread(resource, Unread::Reason::kAfterApply);
      for (const std::string& arn : *arns) {
        made.attached.items.push_back(ReferenceTo(resource, arn));
      }
    } else if (what == "permissions_boundary_attachment") {
      const auto boundary = BoundaryOf(resource);
      if (!boundary) return AddUnread(resource, Unread::Reason::kAfterApply);
      made.boundary = boundary;
    } else {
      // Of policies that customers manage, one in a resource or all that there are.
      for (const Cursor& one :
           builder_.Elements(resource.values, "customer_managed_policy_reference")) {
        if (!builder_.IsObject(one, "customer_managed_policy_reference")) continue;
        const std::string name = builder_.String(one, "name");
        if (name.empty()) return AddUnread(resource, Unread::Reason::kAfterApply);
        made.customer_managed.items.push_back(name);
      }
    }
    if (made.key.empty()) return AddUnread(resource, Unread::Reason::kAfterApply);
    builder_.Add(std::move(made));
  }

  std::optional<PolicyReference> BoundaryOf(const Resource& resource) {
    for (const Cursor& one : builder_.Elements(resource.values, "permissions_boundary")) {
      if (!builder_.IsObject(one, "permissions_boundary")) continue;
      const std::string arn = builder_.String(one, "managed_policy_arn");
      if (!arn.empty()) return ReferenceTo(resource, arn);
      for (const Cursor& own : builder_.Elements(one, "customer_managed_policy_reference")) {
        PolicyReference reference;
        reference.name = builder_.String(own, "name");
        reference.origin = OriginOf(own);
        if (!reference.name.empty()) return reference;
      }
    }
    return std::nullopt;
  }

  void ReadEndpoint(const Resource& resource) {
    Endpoint made;
    const bool is_policy = resource.type == "aws_vpc_endpoint_policy";
    const std::string link = is_policy ? Link(resource, "vpc_endpoint_id") : resource.address;
    const auto found = by_address_.find(link);
    const std::string id = found == by_address_.end() ? link : Text(*found->second, "id");
    made.key = id.empty() ? link : id;
    made.service = Text(resource, "service_name");
    made.origin = OriginOf(resource.values);
    // Without a policy the endpoint has the default one, which AWS fills in: unknown until then.
    const bool has_policy = resource.values.Find("policy") || is_policy;
    if (has_policy) {
      made.policy = AddDocument(resource, "policy",
                                fmt::format("policy of VPC endpoint `{}`", resource.address),
                                policy::Kind::kVpcEndpoint);
    }
    if (!made.key.empty()) builder_.Add(std::move(made));
  }

  void ReadGuardrail(const Resource& resource) {
    Guardrail made;
    made.arn = Text(resource, "guardrail_arn");
    made.key = made.arn.empty() ? resource.address : made.arn + ":DRAFT";
    made.name = Text(resource, "name");
    made.version = "DRAFT";
    made.origin = OriginOf(resource.values);
    made.settings = resource.values.Whole();
    builder_.Add(std::move(made));
  }

  const Input& input_;
  Builder& builder_;
  std::optional<Cursor> configuration_;
  std::vector<Resource> resources_;
  std::map<std::string, const Resource*> by_address_;
};

}  // namespace

bool IsTerraform(const Input& input) {
  const Cursor& root = input.root;
  if (Has(root, "format_version") &&
      (Has(root, "terraform_version") || Has(root, "values") || Has(root, "planned_values"))) {
    return true;
  }
  return Has(root, "terraform_version") && Has(root, "version") && Has(root, "resources");
}

void ReadTerraform(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot

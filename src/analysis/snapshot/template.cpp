// CloudFormation templates in JSON, as people write them and as the CDK synthesizes them.
//
// Intrinsic functions are evaluated to texts with holes (intrinsics.h). A document of which more
// than a text depends on the deployed stack is unresolved: it is there, and what it says is not
// known.
// Properties: CloudFormation resource specification, AWS::IAM, AWS::Organizations, AWS::SSO,
// AWS::EC2, AWS::Bedrock and the types of kPolicies (read 2026-11-29).
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "analysis/snapshot/governing.h"
#include "analysis/snapshot/intrinsics.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

namespace json = support::json;

// Resource types that hold one policy of a resource in one property.
struct PolicyProperty {
  std::string_view type;
  std::string_view property;
};
constexpr std::array<PolicyProperty, 15> kPolicies = {{
    {"AWS::S3::BucketPolicy", "PolicyDocument"},
    {"AWS::SQS::QueuePolicy", "PolicyDocument"},
    {"AWS::SNS::TopicPolicy", "PolicyDocument"},
    {"AWS::KMS::Key", "KeyPolicy"},
    {"AWS::KMS::ReplicaKey", "KeyPolicy"},
    {"AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"},
    {"AWS::ECR::Repository", "RepositoryPolicyText"},
    {"AWS::Logs::ResourcePolicy", "PolicyDocument"},
    {"AWS::EFS::FileSystem", "FileSystemPolicy"},
    {"AWS::Backup::BackupVault", "AccessPolicy"},
    {"AWS::ApiGateway::RestApi", "Policy"},
    {"AWS::OpenSearchService::Domain", "AccessPolicies"},
    {"AWS::S3::AccessPoint", "Policy"},
    {"AWS::CodeArtifact::Domain", "PermissionsPolicyDocument"},
    {"AWS::CodeArtifact::Repository", "PermissionsPolicyDocument"},
}};

class Reader {
 public:
  Reader(const Input& input, Builder& builder)
      : input_(input), builder_(builder), intrinsics_(input.root, input.options.account) {}

  void Run() {
    const auto resources = builder_.Object(input_.root, "Resources");
    if (!resources) return;
    ReadTransforms();
    for (const json::Member member : resources->value.members()) {
      const Cursor resource = resources->At(member.value, member.key.text());
      id_ = member.key.text();
      origin_ = OriginOf(resource);
      // Functions in the place of a resource make resources when the stack is deployed.
      if (id_.starts_with("Fn::")) {
        AddUnread(id_, Unread::Reason::kMacro);
        continue;
      }
      if (!builder_.IsObject(resource, member.key.text())) continue;
      if (const auto function = FunctionOf(resource.value)) {
        AddUnread(std::string(function->key.text()), Unread::Reason::kMacro);
        continue;
      }
      type_ = builder_.String(resource, "Type");
      const std::string condition = builder_.String(resource, "Condition");
      const Truth truth = condition.empty() ? Truth::kTrue : intrinsics_.TruthOf(condition);
      if (truth == Truth::kFalse) continue;
      is_optional_ = truth == Truth::kUnknown;
      if (const auto properties = builder_.Object(resource, "Properties")) {
        if (Has(*properties, "Fn::Transform")) AddUnread(type_, Unread::Reason::kMacro);
        ReadResource(*properties);
      } else if (MayGovern(type_)) {
        AddUnread(type_, ReasonOf(type_));
      }
    }
  }

 private:
  void AddUnread(std::string type, Unread::Reason reason) {
    builder_.Add(Unread{std::move(type), Key(id_), reason, origin_});
  }

  static Unread::Reason ReasonOf(std::string_view type) {
    return MakesOthers(type) ? Unread::Reason::kMacro : Unread::Reason::kType;
  }

  // A macro of the whole template may change every resource, and add others. Those of AWS change
  // only what names them: resources of AWS::Serverless, functions, references to secrets.
  // Source: CloudFormation User Guide, "Transform reference" (from general knowledge, 2026-11-29).
  void ReadTransforms() {
    const auto transform = input_.root.Find("Transform");
    if (!transform) return;
    const auto see = [&](const Cursor& one) {
      const bool is_of_aws =
          one.value.is_string() && (one.value.text().starts_with("AWS::Serverless-") ||
                                    one.value.text().starts_with("AWS::SecretsManager-") ||
                                    one.value.text() == "AWS::LanguageExtensions");
      if (is_of_aws) return;
      id_ = one.value.is_string() ? std::string(one.value.text()) : "Transform";
      origin_ = OriginOf(one);
      AddUnread("Transform", Unread::Reason::kMacro);
    };
    if (!transform->value.is_array()) return see(*transform);
    for (const Cursor& one : transform->Elements()) see(one);
  }

  std::string Key(std::string_view id) const { return fmt::format("{}#{}", input_.path, id); }

  std::string Text(const Cursor& properties, std::string_view name) const {
    const auto found = properties.Find(name);
    return found ? intrinsics_.TextOf(found->value).value_or("") : "";
  }

  // The key of what a value refers to: a resource of this template, or the text itself.
  std::string Target(const Cursor& value) const {
    const std::string resource = intrinsics_.ResourceOf(value.value);
    if (!resource.empty()) return Key(resource);
    return intrinsics_.TextOf(value.value).value_or("");
  }

  PolicyReference ReferenceTo(const Cursor& value) const {
    PolicyReference reference;
    reference.arn = Target(value);
    reference.name = PathAndNameOf(reference.arn).name;
    reference.origin = OriginOf(value);
    return reference;
  }

  Exported<DocumentId> AddDocument(const Cursor& value, std::string name, policy::Kind kind) {
    Document document;
    document.name = std::move(name);
    document.holder = Key(id_);
    document.kind = kind;
    document.is_optional = is_optional_;
    if (value.value.is_string()) return builder_.AddDocument(value, std::move(document));
    const auto resolved = intrinsics_.Resolve(value);
    if (!resolved) {
      builder_.sink()
          .Report(diag::kSnapshotUnresolved, value.span(), document.name)
          .Note("it is left out: which statements it has depends on parameters or conditions");
      return Gap{Gap::Kind::kUnresolved, value.span()};
    }
    document.pointer = value.pointer;
    document.text = resolved->text;
    document.has_holes = resolved->has_holes;
    return builder_.AddMade(value.span(), std::move(document));
  }

  void ReadResource(const Cursor& properties) {
    if (type_ == "AWS::IAM::Role") {
      ReadPrincipal(properties, PrincipalType::kRole, "RoleName");
    } else if (type_ == "AWS::IAM::User") {
      ReadPrincipal(properties, PrincipalType::kUser, "UserName");
    } else if (type_ == "AWS::IAM::Group") {
      ReadPrincipal(properties, PrincipalType::kGroup, "GroupName");
    } else if (type_ == "AWS::IAM::ManagedPolicy") {
      ReadManagedPolicy(properties);
    } else if (type_ == "AWS::IAM::Policy" || type_ == "AWS::IAM::RolePolicy" ||
               type_ == "AWS::IAM::UserPolicy" || type_ == "AWS::IAM::GroupPolicy") {
      ReadInlinePolicy(properties);
    } else if (type_ == "AWS::IAM::UserToGroupAddition") {
      ReadMembers(properties);
    } else if (type_ == "AWS::Organizations::Policy") {
      ReadOrganizationPolicy(properties);
    } else if (type_ == "AWS::SSO::PermissionSet") {
      ReadPermissionSet(properties);
    } else if (type_ == "AWS::SSO::Assignment") {
      ReadAssignment(properties);
    } else if (type_ == "AWS::EC2::VPCEndpoint") {
      ReadEndpoint(properties);
    } else if (type_ == "AWS::Bedrock::Guardrail") {
      Guardrail made;
      made.key = Key(id_);
      made.name = Text(properties, "Name");
      made.version = "DRAFT";
      made.origin = origin_;
      made.settings = properties.Whole();
      if (is_optional_) made.settings = Gap{Gap::Kind::kUnresolved, origin_.span};
      builder_.Add(std::move(made));
    } else {
      ReadResourcePolicy(properties);
    }
  }

  void ReadPrincipal(const Cursor& properties, PrincipalType type, std::string_view name_key) {
    Principal made;
    made.type = type;
    made.key = Key(id_);
    made.account = input_.options.account;
    made.path = Text(properties, "Path");
    if (made.path.empty()) made.path = "/";
    made.name = Text(properties, name_key);
    if (made.name.empty()) made.name = id_;
    made.origin = origin_;
    const auto is_function = [&](std::string_view key) {
      const auto found = properties.Find(key);
      return found && FunctionOf(found->value);
    };
    made.is_optional = is_optional_ || is_function("Policies") ||
                       is_function("ManagedPolicyArns") || is_function("Groups");
    for (const Cursor& one : ListOf(properties, "Policies")) {
      if (FunctionOf(one.value)) {
        made.is_optional = true;
        continue;
      }
      if (!builder_.IsObject(one, "Policies")) continue;
      InlinePolicy policy;
      policy.name = Text(one, "PolicyName");
      if (const auto document = one.Find("PolicyDocument")) {
        policy.document =
            AddDocument(*document, fmt::format("inline policy `{}`", ShowHoles(policy.name)),
                        policy::Kind::kIdentity);
      }
      made.inline_policies.items.push_back(std::move(policy));
    }
    for (const Cursor& one : ListOf(properties, "ManagedPolicyArns")) {
      made.attached.items.push_back(ReferenceTo(one));
    }
    if (const auto boundary = properties.Find("PermissionsBoundary")) {
      made.boundary = std::optional(ReferenceTo(*boundary));
    } else {
      made.boundary = std::optional<PolicyReference>();
    }
    if (const auto trust = properties.Find("AssumeRolePolicyDocument")) {
      made.trust = AddDocument(*trust, "trust policy", policy::Kind::kTrust);
    }
    for (const Cursor& group : ListOf(properties, "Groups")) {
      made.groups.items.push_back(Target(group));
    }
    builder_.Add(std::move(made));
  }

  // Whether a value names a resource of this template, or one by a text that is written out.
  bool IsNamed(const Cursor& value) const {
    const std::string target = Target(value);
    return !target.empty() && !HasHole(target);
  }

  // Whom a resource is about: whoever is not named makes the resource unread. One value stands for
  // a list of one.
  std::vector<Cursor> NamesOf(const Cursor& object, std::string_view key) {
    const auto found = object.Find(key);
    if (!found) return {};
    std::vector<Cursor> names =
        found->value.is_array() ? found->Elements() : std::vector<Cursor>{*found};
    const std::size_t unknown =
        std::erase_if(names, [&](const Cursor& one) { return !IsNamed(one); });
    if (unknown > 0) AddUnread(type_, Unread::Reason::kAfterApply);
    return names;
  }

  // Elements of a list that is written out; a function in its place has elements nobody knows.
  std::vector<Cursor> ListOf(const Cursor& object, std::string_view key) {
    const auto found = object.Find(key);
    if (!found || FunctionOf(found->value)) return {};
    return builder_.Elements(object, key);
  }

  void ReadManagedPolicy(const Cursor& properties) {
    ManagedPolicy made;
    made.key = Key(id_);
    made.account = input_.options.account;
    made.name = Text(properties, "ManagedPolicyName");
    if (made.name.empty()) made.name = id_;
    made.origin = origin_;
    if (const auto document = properties.Find("PolicyDocument")) {
      made.document = AddDocument(*document, fmt::format("policy `{}`", ShowHoles(made.name)),
                                  policy::Kind::kIdentity);
    }
    builder_.Add(std::move(made));
    PolicyReference reference;
    reference.arn = Key(id_);
    reference.origin = origin_;
    const auto attach = [&](std::string_view list, PrincipalType type) {
      for (const Cursor& target : NamesOf(properties, list)) {
        Principal principal = Named(target, type);
        principal.attached.items.push_back(reference);
        builder_.Add(std::move(principal));
      }
    };
    attach("Roles", PrincipalType::kRole);
    attach("Users", PrincipalType::kUser);
    attach("Groups", PrincipalType::kGroup);
  }

  // A principal that another resource names.
  Principal Named(const Cursor& target, PrincipalType type) {
    Principal principal;
    principal.type = type;
    principal.key = Target(target);
    principal.name = principal.key.substr(principal.key.find('#') + 1);
    principal.origin = OriginOf(target);
    principal.is_optional = is_optional_;
    return principal;
  }

  void ReadInlinePolicy(const Cursor& properties) {
    InlinePolicy policy;
    policy.name = Text(properties, "PolicyName");
    const auto document = properties.Find("PolicyDocument");
    if (document) {
      policy.document =
          AddDocument(*document, fmt::format("inline policy `{}`", ShowHoles(policy.name)),
                      policy::Kind::kIdentity);
    }
    const auto attach = [&](std::string_view key, PrincipalType type) {
      for (const Cursor& target : NamesOf(properties, key)) {
        Principal principal = Named(target, type);
        principal.inline_policies.items.push_back(policy);
        builder_.Add(std::move(principal));
      }
    };
    attach("Roles", PrincipalType::kRole);
    attach("RoleName", PrincipalType::kRole);
    attach("Users", PrincipalType::kUser);
    attach("UserName", PrincipalType::kUser);
    attach("Groups", PrincipalType::kGroup);
    attach("GroupName", PrincipalType::kGroup);
  }

  void ReadMembers(const Cursor& properties) {
    const auto group = properties.Find("GroupName");
    if (!group || !IsNamed(*group)) return AddUnread(type_, Unread::Reason::kAfterApply);
    for (const Cursor& user : NamesOf(properties, "Users")) {
      Principal principal = Named(user, PrincipalType::kUser);
      principal.groups.items.push_back(Target(*group));
      builder_.Add(std::move(principal));
    }
  }

  void ReadOrganizationPolicy(const Cursor& properties) {
    OrganizationPolicy made;
    made.key = Key(id_);
    made.name = Text(properties, "Name");
    made.type = Text(properties, "Type");
    made.is_aws_managed = false;
    made.origin = origin_;
    if (const auto content = properties.Find("Content")) {
      const bool is_rcp = made.type == "RESOURCE_CONTROL_POLICY";
      if (is_rcp || made.type == "SERVICE_CONTROL_POLICY") {
        made.document = AddDocument(
            *content, fmt::format("{} `{}`", is_rcp ? "RCP" : "SCP", ShowHoles(made.name)),
            is_rcp ? policy::Kind::kRcp : policy::Kind::kScp);
      } else {
        made.content = OriginOf(*content);
      }
    }
    const auto ids = properties.Find("TargetIds");
    bool is_known = !ids || !FunctionOf(ids->value);
    for (const Cursor& target : ListOf(properties, "TargetIds")) {
      std::string id = Target(target);
      // The program knows a node by its id, which a template does not.
      is_known =
          is_known && !id.empty() && !HasHole(id) && intrinsics_.ResourceOf(target.value).empty();
      made.targets.items.push_back(std::move(id));
    }
    is_known = is_known && !made.type.empty() && !HasHole(made.type);
    if (!is_known) AddUnread(type_, Unread::Reason::kAfterApply);
    builder_.Add(std::move(made));
  }

  void ReadPermissionSet(const Cursor& properties) {
    PermissionSet made;
    made.key = Key(id_);
    made.name = Text(properties, "Name");
    made.origin = origin_;
    const auto is_function = [&](std::string_view key) {
      const auto found = properties.Find(key);
      return found && FunctionOf(found->value);
    };
    made.is_optional = is_optional_ || is_function("ManagedPolicies") ||
                       is_function("CustomerManagedPolicyReferences") ||
                       is_function("PermissionsBoundary");
    if (const auto policy = properties.Find("InlinePolicy")) {
      const Exported<DocumentId> document = AddDocument(
          *policy, fmt::format("inline policy of permission set `{}`", ShowHoles(made.name)),
          policy::Kind::kIdentity);
      if (document.is_known()) {
        made.inline_policy = std::optional(*document);
      } else {
        made.inline_policy = document.gap();
      }
    } else {
      made.inline_policy = std::optional<DocumentId>();
    }
    for (const Cursor& one : ListOf(properties, "ManagedPolicies")) {
      made.attached.items.push_back(ReferenceTo(one));
    }
    for (const Cursor& one : ListOf(properties, "CustomerManagedPolicyReferences")) {
      made.customer_managed.items.push_back(Text(one, "Name"));
    }
    made.boundary = std::optional<PolicyReference>();
    if (const auto boundary = builder_.Object(properties, "PermissionsBoundary")) {
      made.boundary = BoundaryOf(*boundary);
    }
    builder_.Add(std::move(made));
  }

  std::optional<PolicyReference> BoundaryOf(const Cursor& boundary) {
    if (const auto arn = boundary.Find("ManagedPolicyArn")) return ReferenceTo(*arn);
    PolicyReference reference;
    reference.origin = OriginOf(boundary);
    if (const auto own = boundary.Find("CustomerManagedPolicyReference")) {
      reference.name = Text(*own, "Name");
    }
    return reference;
  }

  void ReadAssignment(const Cursor& properties) {
    Assignment made;
    if (const auto set = properties.Find("PermissionSetArn")) made.permission_set = Target(*set);
    made.account = Text(properties, "TargetId");
    made.principal_type = Text(properties, "PrincipalType");
    made.principal = Text(properties, "PrincipalId");
    made.origin = origin_;
    const bool is_known = !made.permission_set.empty() && !HasHole(made.permission_set) &&
                          !made.account.empty() && !HasHole(made.account);
    if (!is_known) return AddUnread(type_, Unread::Reason::kAfterApply);
    builder_.Add(std::move(made));
  }

  void ReadEndpoint(const Cursor& properties) {
    Endpoint made;
    made.key = Key(id_);
    made.service = Text(properties, "ServiceName");
    made.origin = origin_;
    if (const auto document = properties.Find("PolicyDocument")) {
      made.policy = AddDocument(*document, fmt::format("policy of VPC endpoint `{}`", id_),
                                policy::Kind::kVpcEndpoint);
    }
    builder_.Add(std::move(made));
  }

  void ReadResourcePolicy(const Cursor& properties) {
    for (const PolicyProperty& known : kPolicies) {
      if (known.type != type_) continue;
      const auto document = properties.Find(known.property);
      if (!document) return;
      ResourcePolicy made;
      made.resource = Key(id_);
      made.origin = origin_;
      made.document =
          AddDocument(*document, fmt::format("policy of `{}`", id_), policy::Kind::kResource);
      builder_.Add(std::move(made));
      return;
    }
    // A function that is given a role is made none.
    const bool has_role = type_ == "AWS::Serverless::Function" && Has(properties, "Role");
    if (MayGovern(type_) && !has_role) AddUnread(type_, ReasonOf(type_));
  }

  const Input& input_;
  Builder& builder_;
  Intrinsics intrinsics_;
  std::string id_;
  std::string type_;
  Origin origin_;
  bool is_optional_ = false;  ///< nobody knows whether the resource's condition holds
};

}  // namespace

bool IsTemplate(const Input& input) {
  const auto resources = input.root.Find("Resources");
  if (!resources || !resources->value.is_object()) return false;
  if (Has(input.root, "AWSTemplateFormatVersion")) return true;
  for (const json::Member resource : resources->value.members()) {
    const auto type = resource.value.is_object() ? resource.value.Find("Type") : std::nullopt;
    if (!type || !type->is_string()) return false;
  }
  return resources->value.size() > 0;
}

void ReadTemplate(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot

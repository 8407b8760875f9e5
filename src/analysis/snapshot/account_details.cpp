// aws iam get-account-authorization-details, page by page.
// Shapes: IAM API reference, GetAccountAuthorizationDetails (botocore's service model, read
// 2026-11-29).
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

constexpr std::array<std::string_view, 4> kLists = {"UserDetailList", "GroupDetailList",
                                                    "RoleDetailList", "Policies"};

class Reader {
 public:
  Reader(const Input& input, Builder& builder) : input_(input), builder_(builder) {}

  void Run() {
    const Cursor& root = input_.root;
    ReadPrincipals("UserDetailList", PrincipalType::kUser, "UserName", "UserPolicyList");
    ReadPrincipals("GroupDetailList", PrincipalType::kGroup, "GroupName", "GroupPolicyList");
    ReadPrincipals("RoleDetailList", PrincipalType::kRole, "RoleName", "RolePolicyList");
    for (const Cursor& policy : builder_.Elements(root, "Policies")) {
      if (builder_.IsObject(policy, "Policies")) ReadPolicy(policy);
    }
    const auto truncated = root.Find("IsTruncated");
    const auto token = root.Find("NextToken");
    const bool is_last = !(truncated && truncated->value.is_true()) && !token;
    const std::string marker = token ? "NextToken" : "Marker";
    builder_.AddPage(fmt::format("get-account-authorization-details{}",
                                 account_.empty() ? "" : " of " + account_),
                     is_last,
                     token       ? token->span()
                     : truncated ? truncated->span()
                                 : root.span(),
                     fmt::format("aws iam get-account-authorization-details --starting-token '{}'",
                                 builder_.String(root, marker)));
  }

 private:
  void SeeAccount(const std::string& account, const Cursor& at) {
    if (account.empty() || account == "aws") return;
    if (account_.empty()) {
      account_ = account;
      account_at_ = at.span();
    } else if (account_ != account && !is_mixed_) {
      is_mixed_ = true;
      builder_.sink()
          .Report(diag::kSnapshotMixedAccounts, at.span(), account_, account)
          .Also(account_at_, fmt::format("account {}", account_));
    }
  }

  PolicyReference ReferenceOf(const Cursor& object, std::string_view arn_key) {
    PolicyReference reference;
    reference.arn = builder_.String(object, arn_key);
    reference.name = PathAndNameOf(reference.arn).name;
    reference.origin = OriginOf(object);
    return reference;
  }

  void ReadPrincipals(std::string_view list, PrincipalType type, std::string_view name_key,
                      std::string_view inline_key) {
    for (const Cursor& one : builder_.Elements(input_.root, list)) {
      if (builder_.IsObject(one, list)) ReadPrincipal(one, type, name_key, inline_key);
    }
  }

  void ReadPrincipal(const Cursor& one, PrincipalType type, std::string_view name_key,
                     std::string_view inline_key) {
    Principal principal;
    principal.type = type;
    principal.arn = builder_.String(one, "Arn");
    principal.key = principal.arn;
    principal.account = AccountOf(principal.arn);
    principal.path = builder_.String(one, "Path");
    principal.name = builder_.String(one, name_key);
    principal.origin = OriginOf(one);
    SeeAccount(principal.account, one);
    if (principal.account.empty()) principal.account = input_.options.account;
    // Lists that are absent are empty.
    principal.inline_policies.is_whole = true;
    for (const Cursor& policy : builder_.Elements(one, inline_key)) {
      if (!builder_.IsObject(policy, inline_key)) continue;
      principal.inline_policies.items.push_back(
          builder_.ReadInlinePolicy(policy, "PolicyName", "PolicyDocument", principal.arn));
    }
    principal.attached.is_whole = true;
    for (const Cursor& attached : builder_.Elements(one, "AttachedManagedPolicies")) {
      if (!builder_.IsObject(attached, "AttachedManagedPolicies")) continue;
      principal.attached.items.push_back(ReferenceOf(attached, "PolicyArn"));
    }
    principal.boundary = std::optional<PolicyReference>();
    if (const auto boundary = builder_.Object(one, "PermissionsBoundary")) {
      principal.boundary = std::optional(ReferenceOf(*boundary, "PermissionsBoundaryArn"));
    }
    ReadOfType(one, type, principal);
    builder_.Add(std::move(principal));
  }

  void ReadOfType(const Cursor& one, PrincipalType type, Principal& principal) {
    if (type == PrincipalType::kGroup) return;
    std::map<std::string, std::string> tags;
    for (const Cursor& tag : builder_.Elements(one, "Tags")) {
      if (builder_.IsObject(tag, "Tags")) {
        tags[builder_.String(tag, "Key")] = builder_.String(tag, "Value");
      }
    }
    principal.tags = std::move(tags);
    if (type == PrincipalType::kUser) {
      principal.groups = {builder_.Strings(one, "GroupList"), true};
      return;
    }
    if (const auto trust = one.Find("AssumeRolePolicyDocument")) {
      principal.trust = builder_.AddDocument(
          *trust, {.name = "trust policy", .holder = principal.arn, .kind = policy::Kind::kTrust});
    }
    principal.instance_profiles.is_whole = true;
    for (const Cursor& profile : builder_.Elements(one, "InstanceProfileList")) {
      if (builder_.IsObject(profile, "InstanceProfileList")) {
        principal.instance_profiles.items.push_back(builder_.String(profile, "Arn"));
      }
    }
  }

  void ReadPolicy(const Cursor& one) {
    ManagedPolicy managed;
    managed.arn = builder_.String(one, "Arn");
    managed.key = managed.arn;
    managed.name = builder_.String(one, "PolicyName");
    managed.account = AccountOf(managed.arn);
    managed.origin = OriginOf(one);
    SeeAccount(managed.account, one);
    if (const auto count = one.Find("AttachmentCount")) {
      if (const auto number = count->value.AsInteger()) managed.attachments = *number;
    }
    if (const auto count = one.Find("PermissionsBoundaryUsageCount")) {
      if (const auto number = count->value.AsInteger()) managed.boundary_uses = *number;
    }
    const bool is_boundary = managed.boundary_uses.is_known() && *managed.boundary_uses > 0 &&
                             managed.attachments.is_known() && *managed.attachments == 0;
    const std::string default_id = builder_.String(one, "DefaultVersionId");
    std::optional<source::Span> default_at;
    for (const Cursor& version : builder_.Elements(one, "PolicyVersionList")) {
      if (!builder_.IsObject(version, "PolicyVersionList")) continue;
      const auto is_default = version.Find("IsDefaultVersion");
      const std::string id = builder_.String(version, "VersionId");
      const bool is_it = is_default ? is_default->value.is_true() : id == default_id;
      if (!is_it) continue;
      const bool is_other = !default_id.empty() && !id.empty() && id != default_id;
      if (is_other || default_at) {
        builder_.sink()
            .Report(diag::kSnapshotConflict, version.span(),
                    managed.arn.empty() ? managed.name : managed.arn)
            .At(is_other ? fmt::format("says that {} is the default, and DefaultVersionId says {}",
                                       id, default_id)
                         : "says that it is the default, too")
            .Also(default_at.value_or(one.span()), "the policy");
      }
      default_at = version.span();
      const auto document = version.Find("Document");
      if (!document) continue;
      managed.document = builder_.AddDocument(
          *document, {.name = fmt::format("policy `{}`", managed.name),
                      .holder = managed.arn,
                      .kind = is_boundary ? policy::Kind::kBoundary : policy::Kind::kIdentity,
                      .is_aws_managed = managed.is_aws_managed()});
    }
    builder_.Add(std::move(managed));
  }

  const Input& input_;
  Builder& builder_;
  std::string account_;
  source::Span account_at_;
  bool is_mixed_ = false;
};

}  // namespace

bool IsAccountDetails(const Input& input) {
  for (const std::string_view list : kLists) {
    const auto found = input.root.Find(list);
    if (!found) continue;
    if (list != "Policies") return true;
    // `aws organizations list-policies` answers with a list of that name too.
    for (const Cursor& one : found->Elements()) {
      if (Has(one, "PolicyVersionList") || Has(one, "DefaultVersionId")) return true;
    }
  }
  return false;
}

void ReadAccountDetails(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot
